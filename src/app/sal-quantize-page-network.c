/* sal-quantize-page-network.c - accuracy, layers and histograms at some bits
 *
 * What follows the slider is asked for at once, then estimates at the other
 * stops.  When its accuracy is final there is time for the rest: all images at
 * the other stops, and what each layer costs by itself.  A network in training
 * is renewed every few seconds, so that only one estimate is made of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-quantize-page-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-scale.h"
#include "sal-words.h"

static SalSession *
get_session (SalQuantizePage *self)
{
  return sal_page_get_session (SAL_PAGE (self));
}

static SalLab *
get_lab (SalQuantizePage *self)
{
  return sal_session_get_lab (get_session (self));
}

static gboolean
is_in_training (SalQuantizePage *self)
{
  return sal_session_is_live_run (get_session (self))
         && sal_session_get_state (get_session (self)) == SAL_WORKER_TRAINING;
}

/* --- the curve below the slider ------------------------------------------------- */

/* Whether both have the same accuracies at all stops. */
static gboolean
same_strip (SalQuantizePage *self,
            const SalBits   *strip_bits)
{
  return self->strip_model == self->model && sal_bits_equal (&self->strip_bits, strip_bits);
}

/* self->bits without what the stops differ in. */
static SalBits
get_strip_bits (SalQuantizePage *self)
{
  SalBits bits = sal_bits_make_explicit (sal_session_get_bits (get_session (self)), self->model);

  bits.weight_bits = NN_BITS_OFF;
  /* Two settings may look alike at full precision and are not. */
  if (sal_quantize_page_is_linked (self))
    bits.activation_bits = NN_BITS_CLIP;
  return bits;
}

static SalBits
get_stop_bits (SalQuantizePage *self,
               guint            stop)
{
  SalBits bits = self->strip_bits;

  bits.weight_bits = sal_bit_stop_get_bits (stop);
  if (sal_quantize_page_is_linked (self))
    bits.activation_bits = bits.weight_bits;
  return sal_bits_resolve (&bits, self->model);
}

static void
show_strip (SalQuantizePage *self)
{
  sal_accuracy_strip_set_points (self->strip, self->points,
                                 sal_bit_stop_find (self->bits.weight_bits));
}

/* The stop at which `run` was trained, if it is to `current` what quantization
 * in training is to quantization afterwards; SAL_N_BIT_STOPS otherwise. */
static guint
trained_stop (SalRunItem      *run,
              const SalRecipe *current)
{
  const SalRecipe *recipe = sal_run_item_get_recipe (run);

  if (isnan (sal_run_item_get_test_accuracy (run))
      || !g_str_equal (recipe->dataset, current->dataset)
      || !g_str_equal (recipe->network, current->network)
      || sal_recipe_has_sgt (recipe) != sal_recipe_has_sgt (current))
    return SAL_N_BIT_STOPS;
  if (!sal_recipe_has_pact (recipe))
    return 0;
  return recipe->weight_bits == recipe->activation_bits ? sal_bit_stop_find (recipe->weight_bits)
         : SAL_N_BIT_STOPS;
}

/* Runs like this one that were trained at a stop: the newest of each. */
static gboolean
show_trained (SalQuantizePage *self)
{
  GListModel *runs = G_LIST_MODEL (sal_session_get_runs (get_session (self)));
  const gboolean comparable = self->run != NULL && sal_quantize_page_is_linked (self);
  const SalRecipe *current = comparable ? sal_run_item_get_recipe (self->run) : NULL;
  SalTrainedPoint trained[SAL_N_BIT_STOPS];
  gboolean found = FALSE;

  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    trained[i] = (SalTrainedPoint) { NAN, NULL };
  for (guint i = 0; current != NULL && i < g_list_model_get_n_items (runs); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (runs, i);
    const guint stop = run == self->run ? SAL_N_BIT_STOPS : trained_stop (run, current);

    if (stop == SAL_N_BIT_STOPS || !isnan (trained[stop].accuracy))
      continue;
    trained[stop] = (SalTrainedPoint) { sal_run_item_get_test_accuracy (run),
                                        sal_run_item_get_title (run) };
    found = TRUE;
  }
  sal_accuracy_strip_set_trained (self->strip, trained);
  return found;
}

static void
take_strip (SalQuantizePage *self)
{
  const SalBits bits = get_strip_bits (self);
  const gboolean linked = sal_quantize_page_is_linked (self);
  const gboolean trained = show_trained (self);

  if (!same_strip (self, &bits)) {
    self->strip_bits = bits;
    g_clear_pointer (&self->strip_model, sal_lab_model_unref);
    self->strip_model = sal_lab_model_ref (self->model);
    for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
      self->points[i].stale = TRUE;
  }
  gtk_label_set_label (self->strip_label, !linked ? _("accuracy\nby W bits, %")
                       : trained ? _("◇ trained there\naccuracy, %") : _("accuracy, %"));
  show_strip (self);
}

/* Every answer knows full precision over the same images, which is the first
 * stop unless activations stay where they are. */
static void
note_accuracy (SalQuantizePage         *self,
               guint                    stop,
               const SalAccuracyAnswer *answer)
{
  SalAccuracyPoint *full = &self->points[0];

  if (sal_quantize_page_is_linked (self) && self->strip_bits.n_layers == 0
      && (full->stale || full->done < answer->done))
    *full = (SalAccuracyPoint) { answer->done, answer->total, answer->full_accuracy, FALSE };
  self->points[stop] = (SalAccuracyPoint) { answer->done, answer->total, answer->accuracy, FALSE };
  show_strip (self);
}

static void ask_next_stop (SalQuantizePage *self);

static void
stop_accuracy_cb (const SalAccuracyAnswer *answer,
                  gpointer                 data)
{
  SalQuantizePage *self = data;

  if (answer->message != NULL)
    return;

  const gboolean estimated = self->points[self->strip_stop].done > 0
                             && !self->points[self->strip_stop].stale;

  note_accuracy (self, self->strip_stop, answer);
  if (!estimated || answer->done == answer->total)
    ask_next_stop (self);
}

static gboolean
is_final (const SalAccuracyPoint *point)
{
  return point->done > 0 && !point->stale && point->done == point->total;
}

/* First an estimate for each stop - asking for the next one forgets the
 * question before.  Once the stop that is looked at is final, all of the test
 * set for the others, from the fewest bits on. */
static void
ask_next_stop (SalQuantizePage *self)
{
  const gboolean has_time = is_final (&self->points[sal_bit_stop_find (self->bits.weight_bits)]);
  guint stop = 0;

  while (stop < SAL_N_BIT_STOPS && self->points[stop].done > 0 && !self->points[stop].stale)
    stop++;
  for (guint i = SAL_N_BIT_STOPS; has_time && i-- > 0 && stop == SAL_N_BIT_STOPS;)
    if (!is_final (&self->points[i]))
      stop = i;
  self->strip_stop = stop;
  if (stop < SAL_N_BIT_STOPS)
    sal_lab_measure_accuracy (get_lab (self), SAL_QUANTIZE_STOPS_SLOT, self->model,
                              get_stop_bits (self, stop), stop_accuracy_cb, self);
  else
    sal_lab_cancel (get_lab (self), SAL_QUANTIZE_STOPS_SLOT);
}

/* --- accuracy ------------------------------------------------------------------ */

static const char *
accuracy_title (SalQuantizePage *self)
{
  const SalBits as_trained = sal_bits_get_trained (self->model);
  const SalBits trained = sal_bits_resolve (&as_trained, self->model);

  if (sal_bits_equal (&self->bits, &trained) && !sal_bits_are_full (&trained, self->model))
    return _("Test accuracy, trained here");
  if (sal_bits_are_full (&self->bits, self->model))
    return _("Test accuracy, full precision");
  return _("Test accuracy, moved here");
}

/* "± 0.41 · all 2,000 · final", or how far it is. */
static char *
describe_accuracy (SalQuantizePage         *self,
                   const SalAccuracyAnswer *answer)
{
  const double half_width = 50 * (answer->upper - answer->lower);
  g_autofree char *done = sal_words_count ((gint64) answer->done);
  g_autofree char *total = sal_words_count ((gint64) answer->total);

  if (answer->done == answer->total)
    return g_strdup_printf (_("± %.2f · all %s · final"), half_width, total);
  return g_strdup_printf (_("± %.2f · %s of %s · %s"), half_width, done, total,
                          is_in_training (self) ? _("in training") : _("refining"));
}

static void
show_accuracy (SalQuantizePage         *self,
               const SalAccuracyAnswer *answer)
{
  g_autofree char *value = g_strdup_printf ("%.2f %%", 100 * answer->accuracy);
  g_autofree char *caption = describe_accuracy (self, answer);

  sal_stat_card_show (self->accuracy_card, value, caption);
}

static void
show_difference (SalQuantizePage         *self,
                 const SalAccuracyAnswer *answer)
{
  const double points = 100 * (answer->accuracy - answer->full_accuracy);
  char number[PLOT_NUMBER_SIZE];

  plot_format_tick (points, 0.01, number);

  g_autofree char *flips = sal_words_count ((gint64) answer->flips);
  g_autofree char *caption = g_strdup_printf (ngettext ("points · %s label flips",
                                                        "points · %s labels flip",
                                                        (gulong) answer->flips), flips);

  sal_stat_card_show (self->difference_card, number, caption);
}

static void ask_sensitivity (SalQuantizePage *self);

static void
accuracy_cb (const SalAccuracyAnswer *answer,
             gpointer                 data)
{
  SalQuantizePage *self = data;
  const gboolean first = sal_stat_card_get_stale (self->accuracy_card);
  const gboolean final = answer->done == answer->total;

  if (answer->message != NULL) {
    sal_quantize_page_show_problem (self, answer->message);
    return;
  }
  show_accuracy (self, answer);
  show_difference (self, answer);
  note_accuracy (self, sal_bit_stop_find (self->bits.weight_bits), answer);
  if (is_in_training (self)) {
    sal_lab_cancel (get_lab (self), SAL_QUANTIZE_ACCURACY_SLOT);
    return;
  }
  if (first || final)
    ask_next_stop (self);
  if (final)
    ask_sensitivity (self);
}

/* --- layers -------------------------------------------------------------------- */

static void
layers_cb (const SalLayersAnswer *answer,
           gpointer               data)
{
  SalQuantizePage *self = data;

  if (answer->message == NULL)
    sal_layer_table_set_layers (self->layers, answer->layers, answer->n_layers);
  else
    sal_quantize_page_show_problem (self, answer->message);
  sal_quantize_page_show_own_bits (self);
  sal_quantize_page_ask_histogram (self);
}

static void
cost_cb (const SalSensitivityAnswer *answer,
         gpointer                    data)
{
  SalQuantizePage *self = data;
  g_autofree char *bits = sal_bits_describe (&self->bits);
  g_autoptr (GString) words = g_string_new (NULL);

  if (answer->message == NULL)
    sal_layer_table_set_sensitivity (self->layers, answer);
  if (answer->done < answer->total)
    g_string_append_printf (words, _("alone at %s, %u of %u"), bits, answer->done,
                            answer->total);
  else
    g_string_append_printf (words, _("alone at %s"), bits);
  gtk_label_set_label (self->layers_hint, answer->total > 0 ? words->str : "");
}

static void
ask_sensitivity (SalQuantizePage *self)
{
  sal_lab_measure_sensitivity (get_lab (self), SAL_QUANTIZE_COST_SLOT, self->model, self->bits,
                               sal_map_comparison_get_method (self->maps), cost_cb, self);
}

/* --- histograms ---------------------------------------------------------------- */

/* The levels of PACT: k alpha / (2^bits - 1). */
static gsize
activation_levels (const SalHistogramAnswer *answer,
                   double                    levels[256])
{
  const int bits = answer->activation_bits;
  const int steps = (1 << CLAMP (bits, 0, NN_BITS_MAX)) - 1;

  if (answer->alpha <= 0 || bits < NN_BITS_MIN || bits > NN_BITS_MAX)
    return 0;
  for (int i = 0; i <= steps; i++)
    levels[i] = i * answer->alpha / steps;
  return (gsize) steps + 1;
}

static void
show_weights (SalQuantizePage          *self,
              const SalHistogramAnswer *answer)
{
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (self->weight_histogram));
  const double minimum = answer->weight_minimum;
  const double maximum = answer->weight_maximum > minimum ? answer->weight_maximum : minimum + 1;
  double levels[256];
  g_autofree char *title = g_strdup_printf (_("%s weights"), answer->name);
  g_autofree char *hint = answer->n_levels == 0 ? g_strdup (_("full precision"))
                          : g_strdup_printf (answer->by_channel
                                             ? _("on the %d-bit grid of the widest channel")
                                             : _("on the %d-bit grid"), answer->weight_bits);

  for (gsize i = 0; i < answer->n_levels; i++)
    levels[i] = (double) answer->levels[i];
  sal_histogram_view_set (self->weight_histogram, &(PlotHistogram) {
    .title = title,
    .hint = hint,
    .color = style.accent,
    .counts = answer->weight_counts,
    .n_bins = SAL_HISTOGRAM_BINS,
    .minimum = minimum,
    .maximum = maximum,
    .levels = levels,
    .n_levels = answer->n_levels,
    .alpha = NAN,
    .clipped = NAN,
  });
}

static void
show_activations (SalQuantizePage          *self,
                  const SalHistogramAnswer *answer)
{
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (self->activation_histogram));
  double levels[256];
  g_autofree char *title = g_strdup_printf (_("%s activations"), answer->name);
  g_autofree char *hint = g_strdup_printf (answer->alpha > 0
                                           ? _("into %s · %.0f %% zero or less · drag α")
                                           : _("into %s · %.0f %% zero or less"),
                                           answer->activation_name, 100 * answer->zero_share);

  sal_histogram_view_set (self->activation_histogram, &(PlotHistogram) {
    .title = title,
    .hint = hint,
    .color = plot_run_color (3, style.dark),
    .counts = answer->activation_counts,
    .n_bins = SAL_HISTOGRAM_BINS,
    .minimum = 0,
    .maximum = answer->activation_maximum,
    .levels = levels,
    .n_levels = activation_levels (answer, levels),
    .alpha = answer->alpha > 0 ? answer->alpha : NAN,
    .clipped = answer->alpha > 0 ? answer->clipped_share : NAN,
  });
}

static void
histogram_cb (const SalHistogramAnswer *answer,
              gpointer                  data)
{
  SalQuantizePage *self = data;

  if (answer->message != NULL) {
    sal_quantize_page_show_problem (self, answer->message);
    return;
  }
  show_weights (self, answer);
  gtk_widget_set_visible (GTK_WIDGET (self->activation_histogram), answer->n_activation > 0);
  if (answer->n_activation > 0)
    show_activations (self, answer);
  gtk_widget_remove_css_class (self->histograms, "stale");
}

void
sal_quantize_page_ask_histogram (SalQuantizePage *self)
{
  const int layer = sal_layer_table_get_layer (self->layers);

  if (layer < 0)
    return;
  gtk_widget_add_css_class (self->histograms, "stale");
  sal_lab_histogram (get_lab (self), SAL_QUANTIZE_SLOT, self->model, self->bits, layer,
                     histogram_cb, self);
}

/* --- all of it ----------------------------------------------------------------- */

void
sal_quantize_page_ask_network (SalQuantizePage *self)
{
  sal_lab_cancel (get_lab (self), SAL_QUANTIZE_STOPS_SLOT);
  sal_lab_cancel (get_lab (self), SAL_QUANTIZE_COST_SLOT);
  gtk_label_set_label (self->layers_hint, "");
  sal_layer_table_set_sensitivity (self->layers, NULL);
  sal_stat_card_set_title (self->accuracy_card, accuracy_title (self));
  sal_stat_card_set_stale (self->accuracy_card, TRUE);
  sal_stat_card_set_stale (self->difference_card, TRUE);
  take_strip (self);
  sal_lab_describe_layers (get_lab (self), SAL_QUANTIZE_SLOT, self->model, self->bits, layers_cb,
                           self);
  sal_lab_measure_accuracy (get_lab (self), SAL_QUANTIZE_ACCURACY_SLOT, self->model, self->bits,
                            accuracy_cb, self);
}
