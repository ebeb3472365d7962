/* sal-network-draft.h - a network's text while it is being written
 *
 * What an editor shows beside each line.  A text that does not build is read as
 * far as it does, so that shapes stay in sight while a line is typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-recipe.h"

G_BEGIN_DECLS

/* One layer of the draft. */
typedef struct
{
  int     line;        /* of the text, counted from 1                          */
  NnShape output;
  guint64 parameters;
  guint64 macs;        /* multiply-accumulates for one image                   */
} SalDraftLayer;

typedef struct
{
  GArray *layers;      /* SalDraftLayer, those that build                      */
  guint64 parameters;  /* of them all                                          */
  guint64 macs;
  char   *problem;     /* a sentence without its full stop, or NULL: it builds */
  int     line;        /* that the problem is in, or 0: in none alone          */
} SalNetworkDraft;

/* Reads `text` for images of shape `input` in `classes` classes, see
 * nn_own_network_new(). */
SalNetworkDraft *sal_network_draft_new (const char *text,
                                        NnShape     input,
                                        int         classes);

void sal_network_draft_free (SalNetworkDraft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalNetworkDraft, sal_network_draft_free)

/* The recipe's network as a text to start an own one from: without the input
 * line, in full precision, and with "out=classes".  Free the result. */
char *sal_network_draft_text (const SalRecipe *recipe,
                              SalDataset      *dataset,
                              GError         **error);

G_END_DECLS
