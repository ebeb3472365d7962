/* sal-recipe-fields.c - the table of a recipe's fields
 *
 * Lists of names that belong to the engine (networks, optimizers, fills ...)
 * are read from its tables once, so that a new row there is a new choice here
 * without a change.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <stddef.h>
#include <string.h>

#include "nn/nn-model.h"
#include "sal-bits-text.h"
#include "sal-error.h"
#include "sal-json.h"
#include "sal-recipe-private.h"

#define MAX_CHOICES 32

static const char *const group_names[] = { "data", "bits", "sgt", "optimizer", "augmentation",
                                           "run" };
static const char *const group_titles[] = { N_("Data and network"), N_("Mode and bits"),
                                            N_("Saliency-guided training"),
                                            N_("Optimizer and schedule"), N_("Augmentation"),
                                            N_("Run") };

static const char *const mode_names[] = { "baseline", "sgt", "pact", "sgt+pact", NULL };
static const char *const mode_titles[] = { N_("Baseline"), N_("SGT"), N_("PACT"),
                                           N_("SGT + PACT"), NULL };

/* In the order of NnEdgePolicy. */
static const char *const edge_names[] = { "8-bits", "full", "same", NULL };
static const char *const edge_titles[] = { N_("At least 8 bits"), N_("Full precision"),
                                           N_("Like all the others"), NULL };

static const char *const yes_names[] = { "no", "yes", NULL };
static const char *const yes_titles[] = { N_("No"), N_("Yes"), NULL };

static const char *network_names[MAX_CHOICES];
static const char *network_titles[MAX_CHOICES];
static const char *optimizer_names[MAX_CHOICES];
static const char *optimizer_titles[MAX_CHOICES];
static const char *quantizer_names[MAX_CHOICES];
static const char *quantizer_titles[MAX_CHOICES];
static const char *amplitude_names[MAX_CHOICES];
static const char *sawb_gradient_names[MAX_CHOICES];
static const char *granularity_names[MAX_CHOICES];
static const char *ranking_names[MAX_CHOICES];
static const char *ranking_titles[MAX_CHOICES];
static const char *fill_names[MAX_CHOICES];
static const char *fill_titles[MAX_CHOICES];
static const char *target_names[MAX_CHOICES];
static const char *schedule_names[MAX_CHOICES];
static const char *schedule_titles[MAX_CHOICES];
static const char *decay_names[MAX_CHOICES];
static const char *decay_titles[MAX_CHOICES];
static const char *flip_names[MAX_CHOICES];
static const char *flip_titles[MAX_CHOICES];

/* ---- what fields need, and texts with a form ------------------------------- */

static gboolean
has_dorefa (const SalRecipe *recipe)
{
  return g_str_equal (recipe->quantizer, "dorefa");
}

static gboolean
has_sawb (const SalRecipe *recipe)
{
  return g_str_equal (recipe->quantizer, "sawb");
}

static gboolean
has_min_max (const SalRecipe *recipe)
{
  return g_str_equal (recipe->quantizer, "min-max");
}

static gboolean
has_momentum (const SalRecipe *recipe)
{
  return g_str_equal (recipe->optimizer, "sgd");
}

static gboolean
has_no_rise (const SalRecipe *recipe)
{
  return recipe->schedule != NN_SCHEDULE_TRIANGULAR;
}

static gboolean
has_peak (const SalRecipe *recipe)
{
  return recipe->schedule == NN_SCHEDULE_TRIANGULAR;
}

static gboolean
rises (const SalRecipe *recipe)
{
  return recipe->schedule == NN_SCHEDULE_TRIANGULAR || recipe->warm_up > 0;
}

static gboolean
falls (const SalRecipe *recipe)
{
  return recipe->schedule == NN_SCHEDULE_COSINE || recipe->schedule == NN_SCHEDULE_LINEAR ||
         recipe->schedule == NN_SCHEDULE_TRIANGULAR;
}

static gboolean
validates (const SalRecipe *recipe)
{
  return recipe->validation_share > 0;
}

static gboolean
has_from (const SalRecipe *recipe)
{
  return *recipe->from != '\0';
}

static const SalFieldNeed needs_from = { has_from, "a network to start from" };
static const SalFieldNeed needs_dorefa = { has_dorefa, "quantizer dorefa" };
static const SalFieldNeed needs_sawb = { has_sawb, "quantizer sawb" };
static const SalFieldNeed needs_min_max = { has_min_max, "quantizer min-max" };
static const SalFieldNeed needs_momentum = { has_momentum, "optimizer sgd" };
static const SalFieldNeed needs_no_rise = { has_no_rise, "another schedule than triangular" };
static const SalFieldNeed needs_peak = { has_peak, "schedule triangular" };
static const SalFieldNeed needs_rise = { rises, "schedule triangular, or a warm-up above 0" };
static const SalFieldNeed needs_fall = { falls, "schedule cosine, linear or triangular" };
static const SalFieldNeed needs_validation = { validates, "a validation-share above 0" };

/* One width is that of all layers. */
static gboolean
set_own_bits (SalRecipe  *recipe,
              const char *text,
              GError    **error)
{
  if (*text != '\0' && strspn (text, G_CSET_DIGITS) == strlen (text)) {
    recipe->bits[0] = '\0';
    return sal_recipe_set (recipe, "weight-bits", text, error) &&
           sal_recipe_set (recipe, "activation-bits", text, error);
  }
  if (!sal_bits_text_check (text, error))
    return FALSE;
  g_strlcpy (recipe->bits, text, sizeof recipe->bits);
  return TRUE;
}

static gboolean
set_alpha_start (SalRecipe  *recipe,
                 const char *text,
                 GError    **error)
{
  char *end = NULL;
  const double value = g_ascii_strtod (text, &end);
  const gboolean is_number = g_ascii_isdigit (*text) && *end == '\0' &&
                             strpbrk (text, "xX") == NULL && value >= 0.001 && value <= 1000;

  if (!is_number && !g_str_equal (text, SAL_ALPHA_FROM_DATA)) {
    g_autofree char *shown = sal_json_quotable (text);

    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("alpha-start: expected a number from 0.001 to 1000 or “%s”, found “%s”"),
                 SAL_ALPHA_FROM_DATA, shown);
    return FALSE;
  }
  g_strlcpy (recipe->alpha_start, text, sizeof recipe->alpha_start);
  return TRUE;
}

/* ---- fields ----------------------------------------------------------------- */

#define IN(where, member) \
  .group = SAL_GROUP_ ## where, \
  .offset = offsetof (SalRecipe, member), .size = sizeof (((SalRecipe *) NULL)->member)

static const SalField fields[] = {
  { "dataset", N_("Data set"),
    N_("Built-in or downloaded data set by its id, or a folder that holds one"),
    SAL_FIELD_TEXT, IN (DATA, dataset) },
  { "network", N_("Network"), N_("Network to train, or a file with the text of an own one"),
    SAL_FIELD_TEXT, IN (DATA, network),
    .choices = network_names, .choice_titles = network_titles, .own_text = TRUE },
  { "from", N_("Start from"),
    N_("Network to start with: a model file, a run's number or demo:NAME; empty draws by the seed"),
    SAL_FIELD_TEXT, IN (DATA, from), .may_be_empty = TRUE, .rare = TRUE },
  { "from-hash", N_("Hash of the start"),
    N_("SHA-256 that the weights to start with must have; empty takes any"),
    SAL_FIELD_TEXT, IN (DATA, from_hash), .may_be_empty = TRUE, .rare = TRUE, .need = &needs_from },
  { "mode", N_("Mode"), N_("Saliency-guided training, PACT quantization, both or neither"),
    SAL_FIELD_CHOICE, IN (BITS, mode), .choices = mode_names, .choice_titles = mode_titles },
  { "weight-bits", N_("Weight bits"),
    N_("Bit width of the weights: 2 to 8, or 32 for full precision"),
    SAL_FIELD_INTEGER, IN (BITS, weight_bits), .minimum = 0, .maximum = 32, .pact_only = TRUE },
  { "activation-bits", N_("Activation bits"),
    N_("Bit width of the activations: 2 to 8, 32 clips without rounding, 0 is plain ReLU"),
    SAL_FIELD_INTEGER, IN (BITS, activation_bits), .minimum = 0, .maximum = 32, .pact_only = TRUE },
  { "edges", N_("First and last layer"),
    N_("Bit width of the weights of the first and the last layer"),
    SAL_FIELD_CHOICE, IN (BITS, edges),
    .choices = edge_names, .choice_titles = edge_titles, .pact_only = TRUE, .rare = TRUE },
  { "bits", N_("Own bits of layers"),
    N_("Layers with other bits: mixed-4-2, or names such as conv2=4,act2=3"),
    SAL_FIELD_TEXT, IN (BITS, bits), .pact_only = TRUE, .rare = TRUE, .may_be_empty = TRUE,
    .set = set_own_bits },
  { "quantizer", N_("Weight quantizer"), N_("Rule that quantizes the weights"),
    SAL_FIELD_TEXT, IN (BITS, quantizer),
    .choices = quantizer_names, .choice_titles = quantizer_titles, .pact_only = TRUE },
  { "amplitude", N_("DoReFa amplitude"),
    N_("Amplitude of quantized weights: the layer's largest weight, or one as in the paper, "
       "which needs batch norm"),
    SAL_FIELD_CHOICE, IN (BITS, amplitude), .choices = amplitude_names, .pact_only = TRUE,
    .need = &needs_dorefa, .rare = TRUE },
  { "sawb-gradient", N_("SAWB gradient"),
    N_("Gradient of weights beyond the clip: clipped to nothing, or passed (SAWB+)"),
    SAL_FIELD_CHOICE, IN (BITS, sawb_gradient), .choices = sawb_gradient_names, .pact_only = TRUE,
    .need = &needs_sawb, .rare = TRUE },
  { "granularity", N_("Min-max granularity"),
    N_("Whether a layer has one grid, or each of its output channels"),
    SAL_FIELD_CHOICE, IN (BITS, granularity), .choices = granularity_names, .pact_only = TRUE,
    .need = &needs_min_max, .rare = TRUE },
  { "alpha-start", N_("Alpha at the start"),
    N_("Where PACT's clipping levels start: a number, or “data” for the range of the first "
       "batches"),
    SAL_FIELD_TEXT, IN (BITS, alpha_start), .pact_only = TRUE, .rare = TRUE,
    .set = set_alpha_start },
  { "masked-share", N_("Masked share k"),
    N_("Share of the pixels that SGT masks, least salient first"),
    SAL_FIELD_REAL, IN (SGT, masked_share), .minimum = 0, .maximum = 0.95, .sgt_only = TRUE },
  { "kl-weight", N_("KL weight λ"),
    N_("Weight of the divergence between clean and masked predictions"),
    SAL_FIELD_REAL, IN (SGT, kl_weight), .minimum = 0, .maximum = 1000, .sgt_only = TRUE },
  { "ranking", N_("Ranking"),
    N_("What orders the pixels: the gradient's magnitude, or its signed value"),
    SAL_FIELD_CHOICE, IN (SGT, ranking),
    .choices = ranking_names, .choice_titles = ranking_titles, .sgt_only = TRUE, .rare = TRUE },
  { "fill", N_("Fill"), N_("What replaces a masked pixel"),
    SAL_FIELD_CHOICE, IN (SGT, fill),
    .choices = fill_names, .choice_titles = fill_titles, .sgt_only = TRUE },
  { "target", N_("Saliency of"), N_("What of the true class the gradient is taken of"),
    SAL_FIELD_CHOICE, IN (SGT, target), .choices = target_names, .sgt_only = TRUE, .rare = TRUE },
  { "optimizer", N_("Optimizer"), N_("Rule that updates the weights"),
    SAL_FIELD_TEXT, IN (OPTIMIZER, optimizer),
    .choices = optimizer_names, .choice_titles = optimizer_titles },
  { "learning-rate", N_("Learning rate"), N_("Highest learning rate of the run"),
    SAL_FIELD_REAL, IN (OPTIMIZER, learning_rate), .minimum = 1e-8, .maximum = 100 },
  { "schedule", N_("Schedule"), N_("How the learning rate changes over the run"),
    SAL_FIELD_CHOICE, IN (OPTIMIZER, schedule),
    .choices = schedule_names, .choice_titles = schedule_titles },
  { "warm-up", N_("Warm-up epochs"),
    N_("Epochs in which the learning rate rises to its highest before the schedule begins"),
    SAL_FIELD_REAL, IN (OPTIMIZER, warm_up), .minimum = 0, .maximum = 100000,
    .need = &needs_no_rise, .rare = TRUE },
  { "initial-rate", N_("Rate at the start"),
    N_("Learning rate at the start of a warm-up or of schedule triangular, as a share of the "
       "highest"),
    SAL_FIELD_REAL, IN (OPTIMIZER, initial_rate), .minimum = 0, .maximum = 1,
    .need = &needs_rise, .rare = TRUE },
  { "peak", N_("Peak at"), N_("Share of the run at which schedule triangular is at its highest"),
    SAL_FIELD_REAL, IN (OPTIMIZER, peak), .minimum = 0, .maximum = 1,
    .need = &needs_peak, .rare = TRUE },
  { "final-rate", N_("Rate at the end"), N_("Learning rate at the end, as a share of the highest"),
    SAL_FIELD_REAL, IN (OPTIMIZER, final_rate), .minimum = 0, .maximum = 1,
    .need = &needs_fall, .rare = TRUE },
  { "momentum", N_("Momentum"), N_("Momentum of the optimizer sgd"),
    SAL_FIELD_REAL, IN (OPTIMIZER, momentum), .minimum = 0, .maximum = 0.999,
    .need = &needs_momentum, .rare = TRUE },
  { "nesterov", N_("Nesterov momentum"),
    N_("Whether the optimizer sgd looks ahead along its momentum"),
    SAL_FIELD_CHOICE, IN (OPTIMIZER, nesterov), .choices = yes_names, .choice_titles = yes_titles,
    .need = &needs_momentum, .rare = TRUE },
  { "weight-decay", N_("Weight decay"), N_("L2 penalty on what is trained"),
    SAL_FIELD_REAL, IN (OPTIMIZER, weight_decay), .minimum = 0, .maximum = 1, .rare = TRUE },
  { "decay-on", N_("Decay of"),
    N_("What weight decay is applied to: all that is trained, or neither biases nor batch norm"),
    SAL_FIELD_CHOICE, IN (OPTIMIZER, decay_on), .choices = decay_names,
    .choice_titles = decay_titles, .rare = TRUE },
  { "alpha-decay", N_("Alpha decay"), N_("L2 penalty on PACT's clipping levels"),
    SAL_FIELD_REAL, IN (OPTIMIZER, alpha_decay), .minimum = 0, .maximum = 1, .pact_only = TRUE,
    .rare = TRUE },
  { "shift-rate", N_("Rate of norm biases"),
    N_("Learning rate of batch norm's biases, as a multiple of that of everything else"),
    SAL_FIELD_REAL, IN (OPTIMIZER, shift_rate), .minimum = 0.001, .maximum = 1000, .rare = TRUE },
  { "label-smoothing", N_("Label smoothing"),
    N_("Share of each label that is spread evenly over all classes"),
    SAL_FIELD_REAL, IN (OPTIMIZER, label_smoothing), .minimum = 0, .maximum = 0.9, .rare = TRUE },
  { "clip-norm", N_("Longest gradient"),
    N_("Longer gradients, over all parameters as one vector, are cut to this norm; 0 is off"),
    SAL_FIELD_REAL, IN (OPTIMIZER, clip_norm), .minimum = 0, .maximum = 1e6, .rare = TRUE },
  { "flip", N_("Mirror"),
    N_("Training images are mirrored: at random, or each in every other epoch"),
    SAL_FIELD_CHOICE, IN (AUGMENTATION, flip), .choices = flip_names, .choice_titles = flip_titles,
    .rare = TRUE },
  { "translate", N_("Shift"),
    N_("Training images are shifted by up to so many pixels each way; the edges are reflected"),
    SAL_FIELD_INTEGER, IN (AUGMENTATION, translate), .minimum = 0, .maximum = 1000, .rare = TRUE },
  { "crop-padding", N_("Crop padding"),
    N_("Training images are cropped at random out of so many black pixels around them"),
    SAL_FIELD_INTEGER, IN (AUGMENTATION, crop_padding), .minimum = 0, .maximum = 1000,
    .rare = TRUE },
  { "cutout", N_("Cutout"), N_("Side of the random square that training images lose, in pixels"),
    SAL_FIELD_INTEGER, IN (AUGMENTATION, cutout), .minimum = 0, .maximum = 1000, .rare = TRUE },
  { "epochs", N_("Epochs"), N_("How often every training image is seen"),
    SAL_FIELD_INTEGER, IN (RUN, epochs), .minimum = 1, .maximum = 100000 },
  { "batch", N_("Batch size"), N_("Images in a mini-batch"),
    SAL_FIELD_INTEGER, IN (RUN, batch), .minimum = 1, .maximum = 65536 },
  { "patience", N_("Patience"),
    N_("Epochs without a better validation accuracy after which the run ends; 0 never ends it"),
    SAL_FIELD_INTEGER, IN (RUN, patience), .minimum = 0, .maximum = 100000,
    .need = &needs_validation, .rare = TRUE },
  { "ema", N_("Weight average"),
    N_("Decay per step of the moving average of the weights, which is validated and kept; 0 "
       "is off"),
    SAL_FIELD_REAL, IN (RUN, ema), .minimum = 0, .maximum = 0.999999, .rare = TRUE },
  { "validation-share", N_("Validation share"),
    N_("Share of the training images that is kept apart to choose the best epoch"),
    SAL_FIELD_REAL, IN (DATA, validation_share), .minimum = 0, .maximum = 0.5,
    .rare = TRUE },
  { "train-share", N_("Training share"), N_("Share of the remaining training images that is used"),
    SAL_FIELD_REAL, IN (DATA, train_share), .minimum = 0.001, .maximum = 1, .rare = TRUE },
  { "seed", N_("Seed"), N_("Start of all random numbers: same seed, same run"),
    SAL_FIELD_SEED, IN (RUN, seed), .minimum = 0 },
  { NULL },
};

/* ---- names from the engine's tables ------------------------------------ */

static void
fill_networks (void)
{
  for (gsize i = 0; i < MAX_CHOICES - 1 && nn_network (i) != NULL; i++) {
    network_names[i] = nn_network (i)->name;
    network_titles[i] = nn_network (i)->title;
  }
}

static void
fill_optimizers (void)
{
  for (gsize i = 0; i < MAX_CHOICES - 1 && nn_optimizer (i) != NULL; i++) {
    optimizer_names[i] = nn_optimizer (i)->name;
    optimizer_titles[i] = nn_optimizer (i)->title;
  }
}

static void
fill_quantizers (void)
{
  for (gsize i = 0; i < MAX_CHOICES - 1 && nn_weight_quantizer (i) != NULL; i++) {
    quantizer_names[i] = nn_weight_quantizer (i)->name;
    quantizer_titles[i] = nn_weight_quantizer (i)->title;
  }
}

/* The choices of parameter `param` of a quantizer. */
static void
fill_choices (const char  *quantizer,
              const char  *param,
              const char **names)
{
  const NnWeightQuantizer *row = nn_weight_quantizer_find (quantizer);
  const char *const *choices =
    row->params[nn_param_find (row->params, row->n_params, param)].choices;

  for (gsize i = 0; choices[i] != NULL; i++)
    names[i] = choices[i];
}

static void
fill_enumerations (void)
{
  for (int i = NN_RANKING_MAGNITUDE; i <= NN_RANKING_SIGNED; i++) {
    ranking_names[i] = nn_ranking_name (i);
    ranking_titles[i] = nn_ranking_title (i);
  }
  for (int i = 0; i < NN_N_FILLS; i++) {
    fill_names[i] = nn_fill_name (i);
    fill_titles[i] = nn_fill_title (i);
  }
  for (int i = NN_TARGET_LOGIT; i <= NN_TARGET_LOG_PROBABILITY; i++)
    target_names[i] = nn_saliency_target_name (i);
  for (int i = 0; nn_schedule_name ((NnSchedule) i) != NULL; i++) {
    schedule_names[i] = nn_schedule_name (i);
    schedule_titles[i] = nn_schedule_title (i);
  }
  for (int i = 0; nn_decay_scope_name ((NnDecayScope) i) != NULL; i++) {
    decay_names[i] = nn_decay_scope_name (i);
    decay_titles[i] = nn_decay_scope_title (i);
  }
  for (int i = 0; nn_flip_name ((NnFlip) i) != NULL; i++) {
    flip_names[i] = nn_flip_name (i);
    flip_titles[i] = nn_flip_title (i);
  }
}

const SalField *
sal_recipe_fields (void)
{
  static gsize filled = 0;

  if (g_once_init_enter (&filled)) {
    fill_networks ();
    fill_optimizers ();
    fill_quantizers ();
    fill_choices ("dorefa", "amplitude", amplitude_names);
    fill_choices ("sawb", "gradient", sawb_gradient_names);
    fill_choices ("min-max", "granularity", granularity_names);
    fill_enumerations ();
    g_once_init_leave (&filled, 1);
  }
  return fields;
}

const SalField *
sal_recipe_find_field (const char *option)
{
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++)
    if (g_str_equal (field->option, option))
      return field;
  return NULL;
}

const char *
sal_recipe_group_name (SalRecipeGroup group)
{
  return group_names[group];
}

const char *
sal_recipe_group_title (SalRecipeGroup group)
{
  return group_titles[group];
}

const char *
sal_mode_name (SalMode mode)
{
  return mode_names[mode];
}

const char *
sal_mode_title (SalMode mode)
{
  return mode_titles[mode];
}
