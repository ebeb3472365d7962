/* sal-cli-model.h - the networks that commands are about, and at which bits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-pool.h"
#include "sal-model-file.h"

G_BEGIN_DECLS

typedef struct
{
  char         *name;    /* as it was typed                                    */
  char         *path;
  NnModel      *model;
  SalModelInfo  info;
  SalDataset   *dataset; /* NULL until sal_cli_model_open_data()               */
} SalCliModel;

/* Loads `name`: the path of a model file, the number of a run in the store at
 * `home` (NULL: the default), or "demo:NAME", a model that comes with the
 * program. */
gboolean sal_cli_model_load (SalCliModel *self,
                             const char  *name,
                             const char  *home,
                             GError     **error);

void sal_cli_model_clear (SalCliModel *self);

/* Opens the data it was trained on, or data set `name`.  Data of another shape
 * is an error; other data of the same shape is said on stderr. */
gboolean sal_cli_model_open_data (SalCliModel *self,
                                  const char  *name,
                                  GError     **error);

/* Views of the data as the model was trained to see them: with its own
 * normalisation. */
NnImages sal_cli_model_train_images (const SalCliModel *self);
NnImages sal_cli_model_test_images  (const SalCliModel *self);

/* ---- bits ------------------------------------------------------------------ */

#define SAL_CLI_AS_TRAINED (-1)

/* What --bits, --weight-bits, --activation-bits, --edges, --quantizer,
 * --refit-alpha and --reestimate ask for. */
typedef struct
{
  int   bits;             /* both; SAL_CLI_AS_TRAINED if not given             */
  int   weight_bits;
  int   activation_bits;
  char *edges;            /* name as in recipes, or NULL                       */
  char *text;             /* --bits as given, or NULL                          */
  char *own;              /* that, where it is for layers apart, or NULL       */
  char *quantizer;        /* with its parameters; NULL: the network's own      */
  gboolean refit_alpha;
  gboolean reestimate;
} SalCliBits;

#define SAL_CLI_BITS_NONE                                                     \
  { .bits = SAL_CLI_AS_TRAINED, .weight_bits = SAL_CLI_AS_TRAINED,            \
    .activation_bits = SAL_CLI_AS_TRAINED }

/* Number of entries that sal_cli_bits_entries() writes. */
#define SAL_CLI_BITS_ENTRIES 7

void sal_cli_bits_entries (SalCliBits   *self,
                           GOptionEntry *entries);

void sal_cli_bits_clear (SalCliBits *self);

/* Lets --bits stand for both or for layers apart, and checks widths, policy and
 * quantizer (usage error). */
gboolean sal_cli_bits_check (SalCliBits *self,
                             GError    **error);

/* A copy of the model, whose data are open, at these bits, with what helps it
 * there.  A network that was trained without PACT is given PACT with calibrated
 * clipping levels where activations are to be quantized, and `*is_calibrated`
 * is set.  Help that it cannot have is an error. Free with nn_model_free(). */
NnModel *sal_cli_model_at_bits (const SalCliModel *self,
                                const SalCliBits  *bits,
                                NnPool            *pool,
                                gboolean          *is_calibrated,
                                GError           **error);

/* "as trained", "4", "W 4, A 8", "conv2=4, lsq, alpha re-fitted". Free it. */
char *sal_cli_bits_text (const SalCliBits *self);

/* A pool of `threads` (0: all processors) for the commands that measure. */
NnPool *sal_cli_pool_new (int      threads,
                          GError **error);

G_END_DECLS
