/* sal-training-record.c - what a run measured: its rows, its rate, its store
 *
 * Rows go to the store in batches, about one a second, so that a killed run
 * loses little and a step costs no transaction.  The last row of an epoch
 * waits for its validation, so that a row never changes once it is seen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-training-private.h"

#define FLUSH_INTERVAL G_USEC_PER_SEC

/* Before this many steps nobody can say that a network does not learn. */
#define LEAST_STEPS_TO_JUDGE 30

/* An accuracy below this multiple of chance has not left it. */
#define CHANCE_FACTOR 1.5

/* A forward pass alone, against a step of training. */
#define FORWARD_SPEED 3.0

void
sal_training_record_begin (SalTraining *self)
{
  for (gsize i = 0; i < nn_model_tensor_count (self->model); i++) {
    const NnTensor tensor = nn_model_tensor (self->model, i);

    if (tensor.role == NN_TENSOR_ALPHA && self->n_alphas < SAL_RUN_MAX_ALPHAS)
      self->alpha_values[self->n_alphas++] = tensor.value;
  }
  self->metrics = g_array_new (FALSE, FALSE, sizeof (SalMetric));
  self->alphas = g_array_new (FALSE, FALSE, sizeof (float));
  self->last_flush = g_get_monotonic_time ();
}

/* ---- rows ------------------------------------------------------------------ */

static void
append_pending (SalTraining *self)
{
  g_array_append_val (self->metrics, self->pending);
  g_array_append_vals (self->alphas, self->pending_alphas, (guint) self->n_alphas);
  self->has_pending = FALSE;
}

static void
note_time (SalTraining *self,
           gsize        images,
           double       seconds)
{
  self->times[self->n_times++ % SAL_TRAINING_RATE_WINDOW] =
    (SalStepTime) { (double) images, seconds };
  self->seconds += seconds;
}

void
sal_training_record_step (SalTraining         *self,
                          const NnStepMetrics *measured,
                          double               learning_rate,
                          double               seconds)
{
  note_time (self, measured->count, seconds);
  self->pending = (SalMetric) {
    .step = self->step,
    .epoch = sal_training_get_epoch (self),
    .ce = measured->ce,
    .kl = measured->kl,
    .train_accuracy = (double) measured->correct / (double) measured->count,
    .validation_accuracy = NAN,
    .validation_ce = NAN,
    .learning_rate = learning_rate,
    .images_per_second = sal_training_get_rate (self),
  };
  for (gsize i = 0; i < self->n_alphas; i++)
    self->pending_alphas[i] = *self->alpha_values[i];
  self->has_pending = TRUE;
  if (self->step % self->steps_per_epoch != 0)
    append_pending (self);
}

void
sal_training_record_validation (SalTraining *self,
                                double       accuracy,
                                double       ce)
{
  if (!self->has_pending)
    return;
  self->pending.validation_accuracy = accuracy;
  self->pending.validation_ce = ce;
  append_pending (self);
}

const GArray *
sal_training_get_metrics (SalTraining *self)
{
  return self->metrics;
}

const GArray *
sal_training_get_alphas (SalTraining *self,
                         gsize       *n_alphas)
{
  *n_alphas = self->n_alphas;
  return self->alphas;
}

/* ---- rate ------------------------------------------------------------------- */

/* Seconds and images of the recent steps. */
static SalStepTime
recent (SalTraining *self)
{
  SalStepTime sum = { 0, 0 };

  for (guint i = 0; i < MIN (self->n_times, SAL_TRAINING_RATE_WINDOW); i++) {
    sum.images += self->times[i].images;
    sum.seconds += self->times[i].seconds;
  }
  return sum;
}

double
sal_training_get_rate (SalTraining *self)
{
  const SalStepTime sum = recent (self);

  return sum.seconds > 0 ? sum.images / sum.seconds : NAN;
}

double
sal_training_get_seconds_left (SalTraining *self)
{
  const double rate = sal_training_get_rate (self);
  const double epochs_trained = sal_training_get_epoch (self);
  const double images = (self->recipe.epochs - epochs_trained) * self->train->len;
  const double validation = self->validation_seconds > 0 && !self->validating
                            ? self->validation_seconds
                            : self->validation->len / (FORWARD_SPEED * rate);

  return images / rate + (double) (self->recipe.epochs - self->epochs_done) * validation;
}

/* ---- store ------------------------------------------------------------------- */

/* The row that waits is stored as it is; it is stored again when complete. */
static gboolean
store_pending (SalTraining *self,
               GError     **error)
{
  return !self->has_pending ||
         sal_run_store_append (self->store, self->run, &self->pending, 1,
                               self->n_alphas > 0 ? self->pending_alphas : NULL, self->n_alphas,
                               error);
}

static gboolean
store_provenance (SalTraining *self,
                  GError     **error)
{
  sal_provenance_note (self->provenance, self->step);

  g_autofree char *json = sal_provenance_to_json (self->provenance);

  return sal_run_store_set_provenance (self->store, self->run, json, error);
}

gboolean
sal_training_flush (SalTraining *self,
                    GError     **error)
{
  if (self->store == NULL)
    return TRUE;

  const gsize n = self->metrics->len - self->stored;
  const SalMetric *rows = &g_array_index (self->metrics, SalMetric, self->stored);
  const float *alphas = &g_array_index (self->alphas, float, self->stored * self->n_alphas);

  if (n > 0 && !sal_run_store_append (self->store, self->run, rows, n,
                                      self->n_alphas > 0 ? alphas : NULL, self->n_alphas, error))
    return FALSE;
  self->stored = self->metrics->len;
  self->last_flush = g_get_monotonic_time ();
  return store_pending (self, error) &&
         sal_run_store_set_results (self->store, self->run, self->best_accuracy, NAN,
                                    self->seconds, error) &&
         store_provenance (self, error);
}

gboolean
sal_training_flush_sometimes (SalTraining *self,
                              GError     **error)
{
  if (g_get_monotonic_time () - self->last_flush < FLUSH_INTERVAL)
    return TRUE;
  return sal_training_flush (self, error);
}

gboolean
sal_training_note_change (SalTraining *self,
                          const char  *text,
                          GError     **error)
{
  g_autofree char *title = sal_recipe_title (&self->recipe);
  g_autofree char *json = sal_recipe_to_json (&self->recipe);

  if (self->store == NULL)
    return TRUE;
  if (!sal_run_store_change_recipe (self->store, self->run, self->step, text, title, json, error))
    return FALSE;
  self->n_events++;
  self->saved_step = -1;
  return TRUE;
}

/* The checkpoint lies between the last step of an epoch and its validation:
 * the last row waits again. */
static void
hold_last_row (SalTraining *self)
{
  const guint last = self->metrics->len - 1;

  self->pending = g_array_index (self->metrics, SalMetric, last);
  memcpy (self->pending_alphas,
          &g_array_index (self->alphas, float, last * self->n_alphas),
          self->n_alphas * sizeof (float));
  self->has_pending = TRUE;
  g_array_set_size (self->metrics, last);
  g_array_set_size (self->alphas, (guint) (last * self->n_alphas));
}

gboolean
sal_training_record_load (SalTraining *self,
                          GError     **error)
{
  g_autoptr (GArray) alphas = NULL;
  gsize n_alphas = 0;

  if (!sal_run_store_truncate (self->store, self->run, self->step, error))
    return FALSE;

  g_autoptr (GArray) metrics =
    sal_run_store_load_metrics (self->store, self->run, &alphas, &n_alphas, error);

  if (metrics == NULL)
    return FALSE;
  if (metrics->len > 0 && n_alphas != self->n_alphas) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("Run %" PRId64 ": expected %zu clipping levels in its "
                   "record, found %zu"), self->run, self->n_alphas, n_alphas);
    return FALSE;
  }
  if (metrics->len > 0) {
    g_array_append_vals (self->metrics, metrics->data, metrics->len);
    g_array_append_vals (self->alphas, alphas->data, (guint) (metrics->len * n_alphas));
    if (self->step / self->steps_per_epoch > self->epochs_done)
      hold_last_row (self);
  }
  self->stored = self->metrics->len;
  return TRUE;
}

/* ---- judgement ------------------------------------------------------------------ */

/* The likeliest reason, of those that this recipe can have.  Checkpoints keep
 * it, in one language. */
static const char *
likely_cause (const SalRecipe *recipe)
{
  const gboolean is_one = g_str_equal (recipe->quantizer, "dorefa") && recipe->amplitude == 1;

  if (sal_recipe_has_pact (recipe) && recipe->weight_bits <= NN_BITS_MAX && is_one)
    return "A likely cause is DoReFa's amplitude of one, which relies on batch norm: "
           "set amplitude to max.";
  if (sal_recipe_has_pact (recipe) && MIN (recipe->weight_bits, recipe->activation_bits) == 2)
    return "A likely cause is the narrow bit width together with the learning rate: "
           "lower the learning rate or use more bits.";
  return "A likely cause is the learning rate: try a tenth of it, or ten times as much.";
}

void
sal_training_judge_first_epoch (SalTraining *self,
                                double       accuracy)
{
  const double chance = 1.0 / nn_model_classes (self->model);

  if (self->epochs_done > 0 || self->step < LEAST_STEPS_TO_JUDGE ||
      accuracy >= CHANCE_FACTOR * chance)
    return;
  g_free (self->warning);
  self->warning =
    g_strdup_printf ("After one epoch the accuracy is %.1f %%, near chance (%.1f %%). %s",
                     100 * accuracy, 100 * chance, likely_cause (&self->recipe));
}
