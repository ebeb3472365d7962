/* sal-page-runs.h - what a page looks at: runs, bits, an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-own-image.h"
#include "sal-session.h"

G_BEGIN_DECLS

/* The runs on the data set that is looked at, in the library's order:
 * SalRunItem, owned by the array. */
GPtrArray *sal_page_list_runs (SalSession *session);

/* Those of them that a comparison begins with, at most `n`: the current run,
 * then the demos, then the others.  In the library's order. */
GPtrArray *sal_page_choose_runs (SalSession *session,
                                 guint       n);

/* A name where the data set goes without saying: "SGT + PACT 4-bit", with the
 * number of the user's own runs: "SGT · 3". Free the result. */
char *sal_page_name_run (SalRunItem *run);

/* The same in files, which know one language. */
char *sal_page_name_run_in_file (SalRunItem *run);

/* What an exported figure carries of its runs (SalRunItem): the name and the
 * recipe of each, one a line. Free the result. */
char *sal_page_describe_recipes (GPtrArray *runs);

/* Explains `class` from now on; if it is what is explained already, each
 * network's prediction again. */
void sal_page_choose_class (SalSession *session,
                            int         class);

/* `model` moved to `bits` for weights and activations, with the edges and the
 * quantizer that the session has chosen. */
SalBits sal_page_move_bits (SalSession  *session,
                            SalLabModel *model,
                            int          bits);

/* An image to ask the lab about; `pixels` are borrowed. */
typedef struct
{
  const guint8 *pixels;
  int           label;   /* -1: not known                                     */
  guint64       id;      /* for random methods                                */
} SalPageImage;

/* `own` where it holds an image of the right shape, otherwise the session's
 * test image; the data set must be there.  `own` may be NULL. */
SalPageImage sal_page_look_at (SalSession  *session,
                               SalOwnImage *own);

G_END_DECLS
