/* sal-recipe.h - everything that decides how a run goes, as one plain value
 *
 * A recipe is what the Train page edits, what `saliscope-cli train` takes as
 * options, what presets in data/recipes/ hold and what runs and model files
 * store as JSON.  All four are driven by the one table of fields below, so
 * that a field that is added is an option, a control and a key at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "nn/nn-model.h"
#include "nn/nn-trainer.h"
#include "sal-dataset.h"

G_BEGIN_DECLS

/* The four modes: a pair of switches with one name. */
typedef enum
{
  SAL_MODE_BASELINE,
  SAL_MODE_SGT,
  SAL_MODE_PACT,
  SAL_MODE_SGT_PACT,
  SAL_N_MODES,
} SalMode;

const char *sal_mode_name  (SalMode mode); /* "sgt+pact"                      */
const char *sal_mode_title (SalMode mode); /* "SGT + PACT"                    */

typedef struct
{
  char    dataset[512];       /* for sal_dataset_open()                        */
  char    network[4096];      /* name in the engine's table of networks, or the
                                 text of an own network: at least one line end */
  char    from[512];          /* network whose weights it starts with, for
                                 sal_model_source_load(); "": drawn by the seed */
  char    from_hash[65];      /* what sal_weights_hash() must give of it; "":
                                 anything, a run records what it found         */
  int     mode;               /* SalMode                                       */
  int     weight_bits;        /* 0, 2..8 or 32; used by the PACT modes         */
  int     activation_bits;
  int     edges;              /* NnEdgePolicy                                  */
  char    bits[512];          /* own bits of layers, see sal-bits-text.h       */
  char    quantizer[32];      /* name in the engine's table; its parameters:   */
  int     amplitude;          /* dorefa: 0 max, 1 one                          */
  int     sawb_gradient;      /* sawb: 0 clipped, 1 passed                     */
  int     granularity;        /* min-max: 0 tensor, 1 channel                  */
  char    alpha_start[16];    /* a number above 0, or "data"                   */
  double  masked_share;       /* k, 0..0.95                                    */
  double  kl_weight;          /* lambda                                        */
  int     ranking;            /* NnRanking                                     */
  int     fill;               /* NnFill                                        */
  int     target;             /* NnSaliencyTarget                              */
  char    optimizer[32];      /* name in the engine's table                    */
  double  learning_rate;
  int     schedule;           /* NnSchedule                                    */
  double  warm_up;            /* epochs, less than `epochs`                    */
  double  initial_rate;       /* factors of learning_rate, see NnRateCourse    */
  double  peak;
  double  final_rate;
  double  momentum;           /* of sgd                                        */
  int     nesterov;           /* of sgd: 0 no, 1 yes                           */
  double  weight_decay;
  int     decay_on;           /* NnDecayScope                                  */
  double  alpha_decay;
  double  label_smoothing;    /* 0..0.9                                        */
  double  shift_rate;         /* of batch norm's biases, as a multiple         */
  double  clip_norm;          /* 0: any length of the gradient                 */
  int     flip;               /* NnFlip                                        */
  int     translate;          /* pixels; only one of the two above 0           */
  int     crop_padding;
  int     cutout;             /* side of the square, 0: none                   */
  int     epochs;
  int     batch;
  int     patience;           /* epochs without a better validation accuracy
                                 after which the run ends; 0: to the end       */
  double  ema;                /* decay of the moving average of the weights,
                                 which is what is validated and kept; 0: none  */
  double  validation_share;   /* of the training images, 0..0.5                */
  double  train_share;        /* of what is left, 0.001..1: quick trials       */
  gint64  seed;
} SalRecipe;

/* The alpha_start that measures the first mini-batches. */
#define SAL_ALPHA_FROM_DATA "data"

typedef enum
{
  SAL_FIELD_TEXT,    /* char[size] */
  SAL_FIELD_INTEGER, /* int        */
  SAL_FIELD_REAL,    /* double     */
  SAL_FIELD_CHOICE,  /* int, index into `choices` */
  SAL_FIELD_SEED,    /* gint64     */
} SalFieldType;

/* What a field is about, in the order in which people are shown the groups. */
typedef enum
{
  SAL_GROUP_DATA,         /* and network                                      */
  SAL_GROUP_BITS,         /* and mode                                         */
  SAL_GROUP_SGT,
  SAL_GROUP_OPTIMIZER,    /* and schedule                                     */
  SAL_GROUP_AUGMENTATION,
  SAL_GROUP_RUN,
  SAL_N_GROUPS,
} SalRecipeGroup;

const char *sal_recipe_group_name  (SalRecipeGroup group); /* "sgt"           */
const char *sal_recipe_group_title (SalRecipeGroup group);

/* A condition under which a field has a meaning, and in words. */
typedef struct
{
  gboolean  (*holds) (const SalRecipe *recipe);
  const char *text;  /* "optimizer sgd": ends "... expected"                   */
} SalFieldNeed;

/* One field.  `option` is the command-line option without "--" and the JSON
 * key.  A text with choices must be one of them. */
typedef struct
{
  const char        *option;      /* "masked-share"                            */
  const char        *title;       /* "Masked share k"                          */
  const char        *help;        /* one sentence, ends without a stop          */
  SalFieldType       type;
  SalRecipeGroup     group;
  gsize              offset;
  gsize              size;
  double             minimum;
  double             maximum;
  const char *const *choices;     /* names, NULL-terminated                    */
  const char *const *choice_titles; /* the same for people; NULL: the names    */
  gboolean           own_text;     /* or lines of text, or a file that holds them */
  gboolean           sgt_only;
  gboolean           pact_only;
  const SalFieldNeed *need;     /* or NULL                                     */
  gboolean           rare;      /* most people never touch it                  */
  gboolean           may_be_empty; /* a text                                   */

  /* Sets the field where a text has a form of its own; NULL: any text. */
  gboolean (*set) (SalRecipe  *recipe,
                   const char *text,
                   GError    **error);
} SalField;

/* The table; ends with a row whose option is NULL. */
const SalField *sal_recipe_fields (void);

/* Glyphs, sgt-cnn, SGT + PACT, 4 bits, k 0.5, lambda 1, the paper's values. */
void sal_recipe_init (SalRecipe *recipe);

/* Sets one field from text as typed; SAL_ERROR_BAD_SETTING names the option,
 * what is allowed and what was found. */
gboolean sal_recipe_set (SalRecipe  *recipe,
                         const char *option,
                         const char *text,
                         GError    **error);

/* The field as text that sal_recipe_set() reads back. Free the result. */
char *sal_recipe_get (const SalRecipe *recipe,
                      const SalField  *field);

/* Whether the network is not one of the engine's table. */
gboolean sal_recipe_has_own_network (const SalRecipe *recipe);

/* What to call the network: its name, or the first comment of its text, or "own
 * network". Free the result. */
char *sal_recipe_network_title (const SalRecipe *recipe);

/* Which halves of the method the mode has. */
gboolean sal_recipe_has_sgt  (const SalRecipe *recipe);
gboolean sal_recipe_has_pact (const SalRecipe *recipe);

/* Checks every field and their combination (such as bits and mode). */
gboolean sal_recipe_check (const SalRecipe *recipe,
                           GError         **error);

/* A flat JSON object, option by option.  Reading sets the keys that are there
 * and keeps the other fields; an unknown key or a value that is not allowed is
 * refused, and then nothing has changed. */
char    *sal_recipe_to_json   (const SalRecipe *recipe);
gboolean sal_recipe_from_json (SalRecipe  *recipe,
                               const char *json,
                               GError    **error);

/* A short title for lists: "SGT + PACT 4-bit · MNIST", the same in every
 * language, or as people read it. Free the result. */
char *sal_recipe_title            (const SalRecipe *recipe);
char *sal_recipe_title_translated (const SalRecipe *recipe);

/* Whether the recipe reads `field`: k is of no use without SGT, nor are bits
 * without PACT, nor momentum without SGD. */
gboolean sal_recipe_uses (const SalRecipe *recipe,
                          const SalField  *field);

/* The options that make this recipe from the default one, of the fields that
 * it uses:
 * "saliscope-cli train --dataset mnist --mode sgt ...". Free the result. */
char *sal_recipe_command (const SalRecipe *recipe);

/* One preset: a named recipe with a sentence on where its values come from. */
typedef struct
{
  const char *name;    /* "paper-sgt-pact"                                     */
  const char *title;
  const char *summary;
} SalPreset;

/* Row `index`, or NULL past the end. */
const SalPreset *sal_preset (guint index);

/* Applies the preset's fields on top of `recipe` (data set and seed stay). */
gboolean sal_recipe_apply_preset (SalRecipe  *recipe,
                                  const char *name,
                                  GError    **error);

/* The network's text for this recipe and data; free the result. */
char *sal_recipe_network_text (const SalRecipe *recipe,
                               SalDataset      *dataset,
                               GError         **error);

/* Gives `model` (of the text above) the recipe's quantizer, bit widths and
 * clipping levels, unless these start from data. */
gboolean sal_recipe_set_up_model (const SalRecipe *recipe,
                                  NnModel         *model,
                                  GError         **error);

/* The engine's settings for this recipe; checks the recipe.  The caller, who
 * knows the data, sets `steps_per_epoch`. */
gboolean sal_recipe_train_settings (const SalRecipe *recipe,
                                    NnTrainSettings *settings,
                                    GError         **error);

/* The course of the learning rate over the recipe's epochs. */
NnRateCourse sal_recipe_rate_course (const SalRecipe *recipe,
                                     gint64           steps_per_epoch);

G_END_DECLS
