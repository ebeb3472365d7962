/* sal-masking-page-curves.c - the Masking page's curves and their areas
 *
 * The lab remembers what it has measured: asking again with one more run, or
 * after the page was away, goes on where the curves are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nn/nn-saliency.h"
#include "plot-scale.h"
#include "sal-command.h"
#include "sal-words.h"

static gboolean
is_dark (void)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

/* --- the chart --------------------------------------------------------------- */

static PlotSeries
make_series (const SalMaskingCurve *curve,
             const char            *name,
             PlotColor              color)
{
  return (PlotSeries) {
    .name = name,
    .color = color,
    .points = TRUE,
    .x = curve->share,
    .y = curve->accuracy,
    .lower = curve->lower,
    .upper = curve->upper,
    .n = curve->n,
  };
}

static void
draw_curves (SalMaskingPage *self)
{
  SalMaskingRun *control = sal_masking_page_get_control (self);
  g_autofree char *control_name = NULL;
  PlotSeries series[SAL_LAB_MAX_CURVES];
  gsize n = 0;

  if (control != NULL) {
    control_name = g_strdup_printf (_("random order, %s"), control->name);
    series[n] = make_series (&control->curves[SAL_MASKING_CONTROL], control_name,
                             plot_random_color (is_dark ()));
    series[n++].line = PLOT_LINE_DASHED;
  }
  for (guint i = 0; i < self->runs->len; i++) {
    const SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    if (sal_masking_run_is_checked ((SalMaskingRun *) run) && n < SAL_LAB_MAX_CURVES)
      series[n++] = make_series (&run->curves[SAL_MASKING_RANKED], run->name,
                                 sal_run_item_get_color (run->run, is_dark ()));
  }
  sal_chart_set_series (self->chart, series, n);
}

/* --- the table --------------------------------------------------------------- */

/* "22.4", and "22.4…" while it may still change. */
static char *
format_area (double   area,
             gboolean is_final)
{
  char number[PLOT_NUMBER_SIZE];

  plot_format_tick (area, 0.1, number);
  return g_strdup_printf ("%s%s", number, is_final ? "" : "…");
}

static gboolean
is_final (const SalMaskingCurve *curve)
{
  return curve->done > 0 && curve->done == curve->total;
}

static void
fill_row (SalMaskingRun *run)
{
  const SalMaskingCurve *ranked = &run->curves[SAL_MASKING_RANKED];
  const SalMaskingCurve *control = &run->curves[SAL_MASKING_CONTROL];
  const gboolean checked = sal_masking_run_is_checked (run);
  g_autofree char *area = NULL;
  g_autofree char *against = NULL;
  g_autofree char *tooltip = NULL;

  if (checked && ranked->done > 0)
    area = format_area (ranked->area, is_final (ranked));
  if (area != NULL && control->done > 0) {
    against = format_area (ranked->area - control->area,
                           is_final (ranked) && is_final (control));
    tooltip = g_strdup_printf (_("Its own random control has an area of %.1f %%"), control->area);
  }
  gtk_label_set_label (run->labels[0], area != NULL ? area : "–");
  gtk_label_set_label (run->labels[1], against != NULL ? against : "–");
  gtk_widget_set_tooltip_text (GTK_WIDGET (run->labels[1]), tooltip);
  gtk_widget_set_tooltip_text (GTK_WIDGET (run->labels[0]), ranked->message);
}

static void
fill_table (SalMaskingPage *self)
{
  SalMaskingRun *control = sal_masking_page_get_control (self);
  const SalMaskingCurve *curve = control == NULL ? NULL : &control->curves[SAL_MASKING_CONTROL];
  g_autofree char *name = control == NULL ? g_strdup (_("random order"))
                          : g_strdup_printf (_("random order, %s"), control->name);
  g_autofree char *area = curve == NULL || curve->done == 0 ? g_strdup ("–")
                          : format_area (curve->area, is_final (curve));

  for (guint i = 0; i < self->runs->len; i++)
    fill_row (g_ptr_array_index (self->runs, i));
  gtk_label_set_label (self->control_name, name);
  gtk_label_set_label (self->control_area, area);
}

/* "2,560 of 10,000 images", of the curve that has come least far. */
static void
show_progress (SalMaskingPage *self)
{
  const SalMaskingCurve *last = NULL;
  g_autofree char *words = NULL;

  for (guint i = 0; i < self->asked->len; i++) {
    const SalMaskingRun *run = g_ptr_array_index (self->asked, i);

    for (int kind = 0; kind < SAL_MASKING_N_CURVES; kind++)
      if (run->curves[kind].message != NULL)
        words = g_strdup_printf ("%s: %s", run->name, run->curves[kind].message);
      else if (last == NULL || run->curves[kind].done < last->done)
        last = &run->curves[kind];
  }
  if (words == NULL && last != NULL && last->total > 0) {
    g_autofree char *done = sal_words_count ((gint64) last->done);
    g_autofree char *total = sal_words_count ((gint64) last->total);

    words = g_strdup_printf (is_final (last) ? _("%s of %s images · final") : _("%s of %s images"),
                             done, total);
  }
  gtk_label_set_label (self->progress, words != NULL ? words : "");
}

void
sal_masking_page_show_curves (SalMaskingPage *self)
{
  draw_curves (self);
  fill_table (self);
  show_progress (self);
}

/* --- questions and answers --------------------------------------------------- */

SalCurveRequest
sal_masking_page_request (SalMaskingPage     *self,
                          SalMaskingRun      *run,
                          SalMaskingCurveKind kind)
{
  static const NnMaskOrder orders[] = { NN_ORDER_MOST_SALIENT_FIRST, NN_ORDER_LEAST_SALIENT_FIRST };
  const guint order = sal_segments_get_selected (self->order_choice);

  return (SalCurveRequest) {
    .model = sal_run_item_get_model (run->run),
    .bits = sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED),
    .method = nn_saliency_method (gtk_drop_down_get_selected (self->method_list))->name,
    .fill = (NnFill) gtk_drop_down_get_selected (self->fill_list),
    .order = kind == SAL_MASKING_CONTROL ? NN_ORDER_RANDOM : orders[order == 1],
  };
}

char *
sal_masking_page_command (SalPage *page)
{
  SalMaskingPage *self = SAL_MASKING_PAGE (page);
  const gboolean least = sal_segments_get_selected (self->order_choice) == 1;
  const guint method = gtk_drop_down_get_selected (self->method_list);
  const NnFill fill = (NnFill) gtk_drop_down_get_selected (self->fill_list);
  g_autoptr (GString) command = g_string_new ("saliscope-cli mask");

  if (self->asked->len == 0)
    return NULL;
  for (guint i = 0; i < self->asked->len; i++) {
    const SalMaskingRun *run = g_ptr_array_index (self->asked, i);
    g_autofree char *name = sal_command_name_run (run->run);

    g_string_append_printf (command, " %s", name);
  }
  g_string_append_printf (command, " --method %s --fill %s --order %s",
                          nn_saliency_method (method)->name, nn_fill_name (fill),
                          least ? "least-salient-first" : "most-salient-first");
  return g_strdup (command->str);
}

static void
answered_cb (const SalCurveAnswer *answer,
             gpointer              data)
{
  SalMaskingPage *self = data;
  SalMaskingRun *run = g_ptr_array_index (self->asked, answer->curve / SAL_MASKING_N_CURVES);
  SalMaskingCurve *curve = &run->curves[answer->curve % SAL_MASKING_N_CURVES];

  g_free (curve->message);
  curve->message = g_strdup (answer->message);
  curve->done = answer->done;
  curve->total = answer->total;
  curve->n = answer->n_levels;
  curve->area = 100 * answer->area;
  for (gsize i = 0; i < answer->n_levels; i++) {
    curve->share[i] = 100 * answer->levels[i];
    curve->accuracy[i] = 100 * answer->accuracy[i];
    curve->lower[i] = 100 * answer->lower[i];
    curve->upper[i] = 100 * answer->upper[i];
  }
  sal_masking_page_show_curves (self);
}

/* The runs of the question are those whose fills can be compared. */
static void
compare_fills (SalMaskingPage *self)
{
  SalCurveRequest requests[SAL_FILL_MAX_RUNS];
  const char *names[SAL_FILL_MAX_RUNS];
  guint n = 0;

  for (; n < MIN (self->asked->len, SAL_FILL_MAX_RUNS); n++) {
    SalMaskingRun *run = g_ptr_array_index (self->asked, n);

    requests[n] = sal_masking_page_request (self, run, SAL_MASKING_RANKED);
    names[n] = run->name;
  }
  sal_fill_comparison_set_requests (self->fills, sal_page_get_session (SAL_PAGE (self)),
                                    requests, names, n);
}

void
sal_masking_page_ask_curves (SalMaskingPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLab *lab = sal_session_get_lab (session);
  SalCurveRequest requests[SAL_LAB_MAX_CURVES];
  guint n = 0;

  g_ptr_array_set_size (self->asked, 0);
  if (!sal_page_is_shown (SAL_PAGE (self)) || lab == NULL)
    return;
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    if (!sal_masking_run_is_checked (run) || n + SAL_MASKING_N_CURVES > SAL_LAB_MAX_CURVES)
      continue;
    if (sal_run_item_get_model (run->run) == NULL) {
      sal_session_request_model (session, run->run);
      continue;
    }
    g_ptr_array_add (self->asked, run);
    for (int kind = 0; kind < SAL_MASKING_N_CURVES; kind++)
      requests[n++] = sal_masking_page_request (self, run, kind);
  }
  if (n == 0)
    sal_lab_cancel (lab, SAL_MASKING_CURVE_SLOT);
  else
    sal_lab_mask_curves (lab, SAL_MASKING_CURVE_SLOT, requests, n, 0, answered_cb, self);
  compare_fills (self);
  sal_masking_page_show_curves (self);
}

void
sal_masking_page_forget_curves (SalMaskingPage *self)
{
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    for (int kind = 0; kind < SAL_MASKING_N_CURVES; kind++) {
      g_free (run->curves[kind].message);
      run->curves[kind] = (SalMaskingCurve) { 0 };
    }
  }
}
