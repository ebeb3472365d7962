/* sal-lab-model.c - models known to the lab, and what bits mean to them
 *
 * A model is immutable, so that the main thread may read what the lab thread
 * runs; only its predictions change, and those belong to the main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <math.h>
#include <string.h>

struct _SalLabModel
{
  atomic_int   ref_count;
  atomic_int   held;        /* references of the lab's desks, among these     */
  NnModel     *model;
  NnModel     *_Atomic with_pact;
  SalModelInfo info;
  SalDataset  *dataset;

  /* main thread */
  gint16      *predictions;
  gsize        n_predicted;
  double       seconds;     /* an image took to predict; 0: none was predicted */
  gboolean     predictions_claimed;
};

/* What is not in a file is taken from the data set. */
static void
fill_info_from_dataset (SalModelInfo *info,
                        SalDataset   *dataset)
{
  const NnImages *test = sal_dataset_get_test (dataset);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (int i = 0; i < test->classes; i++)
    g_strv_builder_add (names, sal_dataset_get_class_name (dataset, i));
  info->class_names = g_strv_builder_end (names);
  info->title = g_strdup (sal_dataset_get_title (dataset));
  info->dataset_hash = g_strdup (sal_dataset_get_hash (dataset));
  memcpy (info->mean, test->mean, sizeof info->mean);
  memcpy (info->std, test->std, sizeof info->std);
  sal_recipe_init (&info->recipe);
  info->validation_accuracy = NAN;
  info->test_accuracy = NAN;
}

static SalModelInfo
copy_info (const SalModelInfo *info)
{
  SalModelInfo copy = *info;

  copy.title = g_strdup (info->title);
  copy.dataset_hash = g_strdup (info->dataset_hash);
  copy.class_names = g_strdupv (info->class_names);
  copy.provenance = g_strdup (info->provenance);
  return copy;
}

SalLabModel *
sal_lab_model_new (const NnModel      *model,
                   const SalModelInfo *info,
                   SalDataset         *dataset)
{
  SalLabModel *self = g_new0 (SalLabModel, 1);
  NnError error;

  atomic_init (&self->ref_count, 1);
  atomic_init (&self->held, 0);
  atomic_init (&self->with_pact, NULL);
  self->model = nn_model_copy (model, &error);
  if (self->model == NULL)
    g_error ("%s", error.message);
  self->dataset = sal_dataset_ref (dataset);
  if (info != NULL)
    self->info = copy_info (info);
  else
    fill_info_from_dataset (&self->info, dataset);

  const gsize count = sal_dataset_get_test (dataset)->count;

  self->predictions = g_new (gint16, count);
  for (gsize i = 0; i < count; i++)
    self->predictions[i] = -1;
  return self;
}

SalLabModel *
sal_lab_model_ref (SalLabModel *self)
{
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  return self;
}

void
sal_lab_model_unref (SalLabModel *self)
{
  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) > 1)
    return;
  nn_model_free (self->model);
  nn_model_free (atomic_load (&self->with_pact));
  sal_model_info_clear (&self->info);
  sal_dataset_unref (self->dataset);
  g_free (self->predictions);
  g_free (self);
}

/* The count of held ones is raised after the other and lowered before it, and
 * read after it, so that it is never thought to be too large. */
void
sal_lab_model_hold (SalLabModel *self)
{
  sal_lab_model_ref (self);
  atomic_fetch_add (&self->held, 1);
}

void
sal_lab_model_release (SalLabModel *self)
{
  atomic_fetch_sub (&self->held, 1);
  sal_lab_model_unref (self);
}

gboolean
sal_lab_model_is_forgotten (SalLabModel *self,
                            int          others)
{
  const int references = atomic_load (&self->ref_count);

  return references <= atomic_load (&self->held) + others;
}

const NnModel *
sal_lab_model_get_with_pact (SalLabModel *self,
                             NnPool      *pool,
                             char       **message)
{
  const NnImages train = sal_lab_model_get_images (self, sal_dataset_get_train (self->dataset));
  NnModel *known = atomic_load (&self->with_pact);
  g_autoptr (GError) error = NULL;

  if (known != NULL)
    return known;

  NnModel *made = sal_calibrated_copy (self->model, &train, pool, &error);

  if (made == NULL) {
    *message = g_strdup (error->message);
    return NULL;
  }
  if (atomic_compare_exchange_strong (&self->with_pact, &known, made))
    return made;
  nn_model_free (made);
  return known;
}

const SalModelInfo *
sal_lab_model_get_info (SalLabModel *self)
{
  return &self->info;
}

SalDataset *
sal_lab_model_get_dataset (SalLabModel *self)
{
  return self->dataset;
}

const NnModel *
sal_lab_model_get_model (SalLabModel *self)
{
  return self->model;
}

NnImages
sal_lab_model_get_images (SalLabModel    *self,
                          const NnImages *images)
{
  NnImages view = *images;

  for (int i = 0; i < view.channels && i < NN_MAX_CHANNELS; i++)
    if (self->info.std[i] > 0.0f) {
      view.mean[i] = self->info.mean[i];
      view.std[i] = self->info.std[i];
    }
  return view;
}

const gint16 *
sal_lab_model_get_predictions (SalLabModel *self)
{
  return self->predictions;
}

gsize
sal_lab_model_get_n_predicted (SalLabModel *self)
{
  return self->n_predicted;
}

void
sal_lab_model_set_predictions (SalLabModel  *self,
                               gsize         first,
                               const gint16 *labels,
                               gsize         n,
                               double        seconds)
{
  memcpy (self->predictions + first, labels, n * sizeof *labels);
  self->n_predicted = first + n;
  self->seconds = seconds;
}

double
sal_lab_model_get_seconds (SalLabModel *self)
{
  return self->seconds;
}

gboolean
sal_lab_model_claim_predictions (SalLabModel *self)
{
  const gboolean first = !self->predictions_claimed;

  self->predictions_claimed = TRUE;
  return first;
}

/* ---- bits ---------------------------------------------------------------- */

SalBits
sal_bits_uniform (int weight_bits,
                  int activation_bits)
{
  return (SalBits) {
    .weight_bits = weight_bits,
    .activation_bits = activation_bits,
    .edges = NN_EDGES_8_BITS,
  };
}

static gboolean
layer_bits_equal (const SalLayerBits *a,
                  const SalLayerBits *b)
{
  return a->layer == b->layer &&
         a->weight_bits == b->weight_bits &&
         a->activation_bits == b->activation_bits &&
         a->alpha == b->alpha;
}

gboolean
sal_bits_equal (const SalBits *a,
                const SalBits *b)
{
  if (a->weight_bits != b->weight_bits ||
      a->activation_bits != b->activation_bits ||
      a->edges != b->edges ||
      a->quantizer != b->quantizer ||
      a->refit_alpha != b->refit_alpha ||
      a->reestimate != b->reestimate ||
      a->n_layers != b->n_layers)
    return FALSE;
  for (guint i = 0; i < a->n_layers; i++)
    if (!layer_bits_equal (&a->layers[i], &b->layers[i]))
      return FALSE;
  return TRUE;
}

SalBits
sal_lab_model_get_full_bits (SalLabModel *self)
{
  return sal_bits_uniform (NN_BITS_OFF,
                           nn_model_has_pact (self->model) ? NN_BITS_CLIP : NN_BITS_OFF);
}

gboolean
sal_bits_need_pact (const SalBits *bits)
{
  if (bits->activation_bits > NN_BITS_OFF)
    return TRUE;
  for (guint i = 0; i < bits->n_layers; i++)
    if (bits->layers[i].activation_bits > NN_BITS_OFF || bits->layers[i].alpha > 0.0f)
      return TRUE;
  return FALSE;
}

static NnStatus
set_layer_bits (NnModel *scratch,
                size_t   layer,
                int      weight_bits,
                int      activation_bits,
                NnError *error)
{
  const NnLayerInfo info = nn_model_layer (scratch, layer);
  NnStatus status = NN_OK;

  if (info.weight_tensor >= 0)
    status = nn_model_set_weight_bits (scratch, layer, weight_bits, error);
  if (status == NN_OK && info.alpha_tensor >= 0)
    status = nn_model_set_activation_bits (scratch, layer, activation_bits, error);
  return status;
}

/* What a layer gets where `asked` may mean the file's width or the others'. */
static int
resolve_width (int asked,
               int trained,
               int others)
{
  if (asked == SAL_BITS_AS_TRAINED)
    return trained;
  return asked == SAL_BITS_LIKE_OTHERS ? others : asked;
}

/* Sets each layer that is asked to be as it was trained, or by itself. */
static NnStatus
apply_to_layer (const SalLayerBits *asked,
                const NnModel      *source,
                NnModel            *scratch,
                NnError            *error)
{
  const size_t layer = (size_t) asked->layer;

  if (asked->layer < 0 || layer >= nn_model_layer_count (source))
    return nn_error_set (error, NN_ERROR_RANGE, "bits for layer %d of a network of %zu layers",
                         asked->layer, nn_model_layer_count (source));

  const NnLayerInfo trained = nn_model_layer (source, layer);
  const NnLayerInfo others = nn_model_layer (scratch, layer);

  if (asked->alpha > 0.0f && others.alpha_tensor >= 0)
    *nn_model_tensor (scratch, (size_t) others.alpha_tensor).value =
      MAX (asked->alpha, NN_ALPHA_MINIMUM);
  return set_layer_bits (scratch, layer,
                         resolve_width (asked->weight_bits, trained.weight_bits,
                                        others.weight_bits),
                         resolve_width (asked->activation_bits, trained.activation_bits,
                                        others.activation_bits),
                         error);
}

static NnStatus
apply_to_all (const SalBits *bits,
              const NnModel *source,
              NnModel       *scratch,
              NnError       *error)
{
  const SalLayerBits trained = {
    .weight_bits = (gint8) (bits->weight_bits == SAL_BITS_AS_TRAINED
                            ? SAL_BITS_AS_TRAINED : SAL_BITS_LIKE_OTHERS),
    .activation_bits = (gint8) (bits->activation_bits == SAL_BITS_AS_TRAINED
                                ? SAL_BITS_AS_TRAINED : SAL_BITS_LIKE_OTHERS),
  };
  NnStatus status = nn_model_set_bits (scratch, MAX (bits->weight_bits, 0),
                                       MAX (bits->activation_bits, 0), bits->edges, error);

  for (size_t i = 0; status == NN_OK && i < nn_model_layer_count (source); i++) {
    SalLayerBits layer = trained;

    layer.layer = (gint16) i;
    status = apply_to_layer (&layer, source, scratch, error);
  }
  return status;
}

NnStatus
sal_bits_apply (const SalBits *bits,
                const NnModel *source,
                NnModel       *scratch,
                NnError       *error)
{
  nn_model_assign (scratch, source);
  if (bits->quantizer != NULL && bits->quantizer != nn_model_quantizer (source, NULL))
    nn_model_set_quantizer (scratch, bits->quantizer,
                            nn_param_defaults (bits->quantizer->params,
                                               bits->quantizer->n_params));

  NnStatus status = apply_to_all (bits, source, scratch, error);

  for (guint i = 0; status == NN_OK && i < MIN (bits->n_layers, SAL_BITS_MAX_LAYERS); i++)
    status = apply_to_layer (&bits->layers[i], source, scratch, error);
  return status;
}

void
sal_lab_denormalise (const SalModelInfo *info,
                     NnShape             shape,
                     const float        *x,
                     guint8             *pixels)
{
  const gsize plane = (gsize) shape.height * (gsize) shape.width;

  for (int channel = 0; channel < shape.channels; channel++)
    for (gsize i = 0; i < plane; i++) {
      const gsize at = (gsize) channel * plane + i;
      const float value = 255.0f * (x[at] * info->std[channel] + info->mean[channel]);

      pixels[at] = (guint8) rintf (CLAMP (value, 0.0f, 255.0f));
    }
}
