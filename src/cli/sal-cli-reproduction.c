/* sal-cli-reproduction.c - what a run was, what it is now, and what differs
 *
 * Rows of a record are compared as well as weights: the first step with other
 * bits says more than two hashes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-reproduction.h"

#include <math.h>
#include <string.h>

#include "sal-cli-output.h"
#include "sal-error.h"
#include "sal-model-source.h"
#include "sal-provenance.h"
#include "sal-quantizer-text.h"
#include "sal-weights-hash.h"

/* ---- what is to come out ---------------------------------------------------------- */

/* Takes `then` and `now`. */
static void
note_difference (SalCliReproduction *self,
                 const char         *what,
                 char               *then,
                 char               *now)
{
  SalDifference *difference = g_new (SalDifference, 1);

  *difference = (SalDifference) { what, then, now };
  g_ptr_array_add (self->differences, difference);
}

/* What was changed in mid-run: the recipe knows the last state only. */
static gboolean
load_events (SalCliReproduction *self,
             gint64              run,
             SalRunStore        *store,
             GError            **error)
{
  g_autoptr (GArray) events = sal_run_store_load_events (store, run, error);

  for (guint i = 0; events != NULL && i < events->len; i++) {
    const SalRunEvent *event = &g_array_index (events, SalRunEvent, i);

    note_difference (self, "recipe",
                     g_strdup_printf ("%s after step %" G_GINT64_FORMAT, event->text, event->step),
                     g_strdup ("the last recipe from the start"));
  }
  return events != NULL;
}

static gboolean
load_record (SalCliReproduction *self,
             const char         *name,
             SalRunStore        *store,
             GError            **error)
{
  const gint64 run = g_ascii_strtoll (name, NULL, 10);

  self->metrics = sal_run_store_load_metrics (store, run, &self->alphas, &self->n_alphas, error);
  return self->metrics != NULL && load_events (self, run, store, error);
}

gboolean
sal_cli_reproduction_open (SalCliReproduction *self,
                           const char         *name,
                           const char         *home,
                           SalRunStore        *store,
                           GError            **error)
{
  *self = (SalCliReproduction) {
    .run = -1, .validation_accuracy = NAN, .test_accuracy = NAN,
    .differences = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_difference_free),
  };
  if (!sal_cli_model_load (&self->model, name, home, error))
    return FALSE;
  self->weights_then = sal_weights_hash (self->model.model);

  return !sal_model_source_is_run (name) || load_record (self, name, store, error);
}

void
sal_cli_reproduction_clear (SalCliReproduction *self)
{
  sal_cli_model_clear (&self->model);
  g_clear_pointer (&self->metrics, g_array_unref);
  g_clear_pointer (&self->alphas, g_array_unref);
  g_clear_pointer (&self->differences, g_ptr_array_unref);
  g_free (self->weights_then);
  g_free (self->weights_now);
}

/* ---- what decides bits --------------------------------------------------------------- */

void
sal_cli_reproduction_note_means (SalCliReproduction *self)
{
  const char *json = self->model.info.provenance;
  g_autoptr (SalProvenance) then = json != NULL ? sal_provenance_from_json (json, NULL) : NULL;

  if (then == NULL) {
    note_difference (self, "program", g_strdup ("not recorded"), sal_provenance_program ());
    return;
  }

  g_autoptr (GPtrArray) found = sal_provenance_compare (then);

  g_ptr_array_extend_and_steal (self->differences, g_steal_pointer (&found));
}

/* "conv1=8,act1=4,fc2=32". Free the result. */
static char *
bits_text (const NnModel *model)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    const NnLayerInfo layer = nn_model_layer (model, i);

    if (layer.weight_tensor >= 0)
      g_string_append_printf (text, "%s%s=%d", text->len > 0 ? "," : "", layer.name,
                              layer.weight_bits);
    if (layer.alpha_tensor >= 0)
      g_string_append_printf (text, "%s%s=%d", text->len > 0 ? "," : "", layer.name,
                              layer.activation_bits);
  }
  return g_string_free (text, FALSE);
}

static char *
network_text (const NnModel *model)
{
  return g_strdup (nn_model_text (model));
}

/* A network may have been moved to other bits since it was trained, and one of the
 * table may be another in another version. */
static void
note_settings (SalCliReproduction *self,
               const NnModel      *now)
{
  static const struct
  {
    const char *what;
    char       *(*text) (const NnModel *model);
  } settings[] = {
    { "network's text", network_text },
    { "quantizer", sal_quantizer_to_text },
    { "bits of layers", bits_text },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    g_autofree char *before = settings[i].text (self->model.model);
    g_autofree char *after = settings[i].text (now);

    if (!g_str_equal (before, after))
      note_difference (self, settings[i].what, g_steal_pointer (&before),
                       g_steal_pointer (&after));
  }
}

/* ---- weights --------------------------------------------------------------------------- */

/* The hash that the file of `model` would have: files hold settled steps. */
static char *
hash_as_saved (const NnModel *model,
               GError       **error)
{
  NnError nn_error;
  NnModel *copy = nn_model_copy (model, &nn_error);

  if (copy == NULL) {
    sal_error_set_from_engine (error, &nn_error);
    return NULL;
  }
  nn_model_settle_steps (copy);

  char *hash = sal_weights_hash (copy);

  nn_model_free (copy);
  return hash;
}

/* A model file holds the best epoch's network, which may be an average; a
 * checkpoint the one that is trained. */
gboolean
sal_cli_reproduction_compare_weights (SalCliReproduction *self,
                                      SalTraining        *training,
                                      GError            **error)
{
  const NnModel *best = sal_training_get_best_model (training);
  const NnModel *current = sal_training_get_model (training);
  g_autofree char *trained = hash_as_saved (current, error);

  if (trained == NULL)
    return FALSE;
  note_settings (self, current);
  self->validation_accuracy = sal_training_get_best_accuracy (training);
  if (best == NULL || g_str_equal (trained, self->weights_then))
    self->weights_now = g_steal_pointer (&trained);
  else
    self->weights_now = hash_as_saved (best, error);
  return self->weights_now != NULL;
}

/* ---- records ------------------------------------------------------------------------------ */

static const struct
{
  const char *what;
  gsize       offset;
} members[] = {
  { "learning rate", G_STRUCT_OFFSET (SalMetric, learning_rate) },
  { "cross entropy", G_STRUCT_OFFSET (SalMetric, ce) },
  { "KL divergence", G_STRUCT_OFFSET (SalMetric, kl) },
  { "training accuracy", G_STRUCT_OFFSET (SalMetric, train_accuracy) },
  { "validation accuracy", G_STRUCT_OFFSET (SalMetric, validation_accuracy) },
  { "validation cross entropy", G_STRUCT_OFFSET (SalMetric, validation_ce) },
};

/* Not measured is like not measured. */
static gboolean
is_same_number (double a,
                double b)
{
  return a == b || (isnan (a) && isnan (b));
}

/* FALSE where row `i` has other bits, which are noted. */
static gboolean
compare_row (SalCliReproduction *self,
             const SalMetric    *now,
             const float        *alphas_now,
             guint               i)
{
  const SalMetric *then = &g_array_index (self->metrics, SalMetric, i);

  for (gsize m = 0; m < G_N_ELEMENTS (members); m++) {
    const double before = G_STRUCT_MEMBER (double, then, members[m].offset);
    const double after = G_STRUCT_MEMBER (double, now, members[m].offset);

    if (!is_same_number (before, after)) {
      self->deviation = (SalCliDeviation) { now->step, members[m].what, before, after };
      return FALSE;
    }
  }
  for (gsize a = 0; a < self->n_alphas; a++) {
    const double before = g_array_index (self->alphas, float, i * self->n_alphas + a);

    if (!is_same_number (before, alphas_now[a])) {
      self->deviation = (SalCliDeviation) { now->step, "clipping level", before, alphas_now[a] };
      return FALSE;
    }
  }
  return TRUE;
}

void
sal_cli_reproduction_compare_record (SalCliReproduction *self,
                                     SalTraining        *training,
                                     gint64              steps)
{
  gsize n_alphas = 0;
  const GArray *now = sal_training_get_metrics (training);
  const GArray *alphas = sal_training_get_alphas (training, &n_alphas);

  if (self->metrics == NULL)
    return;

  const gint64 rows = MIN (MIN (steps, now->len), self->metrics->len);

  if (rows > 0 && n_alphas != self->n_alphas) {
    self->deviation = (SalCliDeviation) { 1, "number of clipping levels", (double) self->n_alphas,
                                          (double) n_alphas };
    self->compared = 1;
  }
  for (gint64 i = 0; i < rows && self->deviation.step == 0; i++) {
    compare_row (self, &g_array_index (now, SalMetric, i),
                 &g_array_index (alphas, float, (gsize) i * n_alphas), (guint) i);
    self->compared = i + 1;
  }
}

gboolean
sal_cli_reproduction_is_same (const SalCliReproduction *self)
{
  return self->deviation.step == 0 && (self->weights_now != NULL || self->compared > 0) &&
         (self->weights_now == NULL || g_str_equal (self->weights_now, self->weights_then));
}

/* ---- printing ------------------------------------------------------------------------------ */

static void
print_record (const SalCliReproduction *self)
{
  const SalCliDeviation *first = &self->deviation;

  if (self->compared == 0)
    return;
  if (first->step == 0)
    g_print ("record               the same in %" G_GINT64_FORMAT " steps\n", self->compared);
  else
    g_print ("record               differs first at step %" G_GINT64_FORMAT ": %s %.17g, "
             "now %.17g\n",
             first->step, first->what, first->then, first->now);
}

static void
print_accuracies (const SalCliReproduction *self)
{
  const double then[] = { self->model.info.validation_accuracy, self->model.info.test_accuracy };
  const double now[] = { self->validation_accuracy, self->test_accuracy };
  static const char *const titles[] = { "validation accuracy", "test accuracy" };

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++) {
    g_autofree char *before = sal_cli_percent (then[i]);
    g_autofree char *after = sal_cli_percent (now[i]);

    if (!isnan (now[i]))
      g_print ("%-20s %s, now %s\n", titles[i], before, after);
  }
}

static void
print_weights (const SalCliReproduction *self)
{
  g_autofree char *title = g_strdup_printf ("weights at step %" G_GINT64_FORMAT,
                                            self->model.info.step);

  if (self->weights_now == NULL)
    return;
  g_print ("%-20s SHA-256 %s\n", title, self->weights_then);
  if (!g_str_equal (self->weights_then, self->weights_now))
    g_print ("%-20s SHA-256 %s\n", "now", self->weights_now);
}

/* A text of many lines is not shown. */
static void
print_differences (const SalCliReproduction *self)
{
  for (guint i = 0; i < self->differences->len; i++) {
    const SalDifference *difference = self->differences->pdata[i];

    if (strchr (difference->then, '\n') != NULL)
      g_print ("%-20s another\n", difference->what);
    else
      g_print ("%-20s %s, now %s\n", difference->what, difference->then, difference->now);
  }
}

static void
print_text (const SalCliReproduction *self)
{
  g_print ("network              %s  %s\n", self->model.name, self->model.info.title);
  print_differences (self);
  print_record (self);
  print_weights (self);
  print_accuracies (self);
  if (self->run >= 0)
    g_print ("recorded as run      %" G_GINT64_FORMAT "\n", self->run);
  g_print ("result               %s\n",
           sal_cli_reproduction_is_same (self) ? "the same bits" : "other bits");
}

static void
json_deviation (const SalCliReproduction *self,
                JsonBuilder              *builder)
{
  const SalCliDeviation *first = &self->deviation;

  json_builder_set_member_name (builder, "first_difference");
  if (first->step == 0) {
    json_builder_add_null_value (builder);
    return;
  }
  json_builder_begin_object (builder);
  sal_cli_json_integer (builder, "step", first->step);
  sal_cli_json_text (builder, "what", first->what);
  sal_cli_json_real (builder, "then", first->then);
  sal_cli_json_real (builder, "now", first->now);
  json_builder_end_object (builder);
}

static void
json_differences (const SalCliReproduction *self,
                  JsonBuilder              *builder)
{
  json_builder_set_member_name (builder, "differences");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->differences->len; i++) {
    const SalDifference *difference = self->differences->pdata[i];

    json_builder_begin_object (builder);
    sal_cli_json_text (builder, "what", difference->what);
    sal_cli_json_text (builder, "then", difference->then);
    sal_cli_json_text (builder, "now", difference->now);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_json (const SalCliReproduction *self)
{
  const SalModelInfo *info = &self->model.info;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "network", self->model.name);
  sal_cli_json_text (builder, "title", info->title);
  json_builder_set_member_name (builder, "same");
  json_builder_add_boolean_value (builder, sal_cli_reproduction_is_same (self));
  sal_cli_json_integer (builder, "compared_steps", self->compared);
  json_deviation (self, builder);
  sal_cli_json_integer (builder, "step", info->step);
  sal_cli_json_text (builder, "weights_then", self->weights_then);
  json_builder_set_member_name (builder, "weights_now");
  if (self->weights_now != NULL)
    json_builder_add_string_value (builder, self->weights_now);
  else
    json_builder_add_null_value (builder);
  sal_cli_json_real (builder, "validation_accuracy_then", info->validation_accuracy);
  sal_cli_json_real (builder, "validation_accuracy_now", self->validation_accuracy);
  sal_cli_json_real (builder, "test_accuracy_then", info->test_accuracy);
  sal_cli_json_real (builder, "test_accuracy_now", self->test_accuracy);
  json_differences (self, builder);
  if (self->run >= 0)
    sal_cli_json_integer (builder, "run", self->run);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

void
sal_cli_reproduction_print (const SalCliReproduction *self,
                            gboolean                  as_json)
{
  (as_json ? print_json : print_text) (self);
}
