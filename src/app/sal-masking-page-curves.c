/* sal-masking-page-curves.c - the Masking page's curves as they form
 *
 * The lab remembers what it has measured: asking again with one more run, or
 * after the page was away, goes on where the curves are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <glib/gi18n.h>

#include "sal-page-runs.h"
#include "sal-words.h"

/* --- the chart --------------------------------------------------------------- */

/* One kind of line for each method and fill; dashed is random. */
static PlotLine
line_of (const SalMaskingLine *line)
{
  static const PlotLine kinds[] = {
    PLOT_LINE_SOLID, PLOT_LINE_DOTTED, PLOT_LINE_DASH_DOTTED, PLOT_LINE_LONG_DASHED,
  };

  return line->method == NULL ? PLOT_LINE_DASHED : kinds[line->look % G_N_ELEMENTS (kinds)];
}

static PlotSeries
make_series (const SalMaskingLine *line,
             const char           *name,
             const char           *csv_name,
             PlotColor             color)
{
  const SalMaskingCurve *curve = &line->curve;

  return (PlotSeries) {
    .name = name,
    .csv_name = csv_name,
    .color = color,
    .line = line_of (line),
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
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  PlotSeries series[SAL_LAB_MAX_CURVES];
  gsize n = 0;

  for (guint fill = 0; fill < NN_N_FILLS; fill++) {
    const SalMaskingLine *control = sal_masking_page_get_control (self, (NnFill) fill);

    if (control == NULL)
      continue;
    char *name = g_strdup_printf (_("random order, %s"), control->name);
    char *csv_name = g_strdup_printf ("%s, random", control->file_name);

    g_ptr_array_add (names, name);
    g_ptr_array_add (names, csv_name);
    series[n++] = make_series (control, name, csv_name, plot_random_color (dark));
  }
  for (guint i = 0; i < self->lines->len && n < SAL_LAB_MAX_CURVES; i++) {
    const SalMaskingLine *line = g_ptr_array_index (self->lines, i);

    if (line->method != NULL)
      series[n++] = make_series (line, line->name, line->file_name,
                                 sal_run_item_get_color (line->run, dark));
  }
  sal_chart_set_series (self->chart, series, n);
}

/* --- progress ---------------------------------------------------------------- */

static gboolean
is_final (const SalMaskingCurve *curve)
{
  return curve->done > 0 && curve->done == curve->total;
}

/* The curve that has come least far of those that can be measured, or NULL. */
static const SalMaskingCurve *
find_last (SalMaskingPage *self)
{
  const SalMaskingCurve *last = NULL;

  for (guint i = 0; i < self->asked->len; i++) {
    const SalMaskingLine *line = g_ptr_array_index (self->asked, i);

    if (line->curve.message == NULL && (last == NULL || line->curve.done < last->done))
      last = &line->curve;
  }
  return last;
}

/* "2,560 of 10,000 images", or the first sentence on why there is no curve. */
static char *
describe_progress (SalMaskingPage *self)
{
  const SalMaskingCurve *last = find_last (self);

  for (guint i = 0; i < self->asked->len; i++) {
    const SalMaskingLine *line = g_ptr_array_index (self->asked, i);

    if (line->curve.message != NULL)
      return g_strdup_printf ("%s: %s", line->name, line->curve.message);
  }
  if (last == NULL || last->total == 0)
    return g_strdup (self->stopped ? _("stopped") : "");

  g_autofree char *done = sal_words_count ((gint64) last->done);
  g_autofree char *total = sal_words_count ((gint64) last->total);

  return g_strdup_printf (is_final (last) ? _("%s of %s images · final")
                          : self->stopped ? _("%s of %s images · stopped")
                          : _("%s of %s images"), done, total);
}

static void
show_progress (SalMaskingPage *self)
{
  const SalMaskingCurve *last = find_last (self);
  g_autofree char *words = describe_progress (self);
  const char *action = self->stopped ? _("Go on measuring") : _("Stop measuring");

  gtk_label_set_label (self->progress, words);
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), last != NULL && !is_final (last));
  gtk_button_set_icon_name (self->stop_button, self->stopped ? "media-playback-start-symbolic"
                            : "media-playback-stop-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->stop_button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->stop_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, action, -1);
}

void
sal_masking_page_show_curves (SalMaskingPage *self)
{
  draw_curves (self);
  sal_masking_page_fill_table (self);
  show_progress (self);
}

/* --- fills ------------------------------------------------------------------- */

/* Whether the order of what is asked depends on the fill: by the first one
 * chosen, against all others.  Measured once there is time for it. */
static void
compare_fills (SalMaskingPage *self)
{
  SalCurveRequest requests[SAL_FILL_MAX_RUNS];
  const char *names[SAL_FILL_MAX_RUNS];
  const NnFill fill = (NnFill) sal_choices_get_first (self->fill_choice);
  const SalMaskingCurve *last = find_last (self);
  guint n = 0;

  for (guint i = 0; i < self->asked->len && n < SAL_FILL_MAX_RUNS; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->asked, i);

    if (line->method == NULL || line->fill != fill)
      continue;
    requests[n] = sal_masking_page_request (self, line);
    names[n++] = line->name;
  }
  sal_fill_comparison_set_requests (self->fills, sal_page_get_session (SAL_PAGE (self)),
                                    requests, names, n);
  sal_fill_comparison_set_allowed (self->fills, last != NULL && is_final (last));
}

/* --- questions and answers --------------------------------------------------- */

static void
answered_cb (const SalCurveAnswer *answer,
             gpointer              data)
{
  SalMaskingPage *self = data;
  SalMaskingLine *line = g_ptr_array_index (self->asked, answer->curve);
  SalMaskingCurve *curve = &line->curve;

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
  if (is_final (curve))
    compare_fills (self);
}

/* What an exported figure is of: the settings and the recipes of its runs. */
static void
describe_figure (SalMaskingPage *self)
{
  g_autofree char *bits = sal_masking_page_describe_bits (self);
  g_autoptr (GString) settings = g_string_new (NULL);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  for (guint i = 0; i < self->lines->len; i++) {
    const SalMaskingLine *line = g_ptr_array_index (self->lines, i);

    if (line->method == NULL)
      continue;
    g_string_append_printf (settings, "%s: %s, %s\n", line->file_name,
                            line->method->title, nn_fill_title (line->fill));
    if (!g_ptr_array_find (runs, line->run, NULL))
      g_ptr_array_add (runs, line->run);
  }
  g_string_append_printf (settings, "bits: %s\n", bits);

  g_autofree char *recipes = sal_page_describe_recipes (runs);
  g_autofree char *metadata = g_strconcat (settings->str, recipes, NULL);

  sal_drawing_set_metadata_in (GTK_WIDGET (self->chart), metadata);
  sal_drawing_set_metadata_in (self->pair_box, metadata);
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
  for (guint i = 0; i < self->lines->len && n < SAL_LAB_MAX_CURVES; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->lines, i);

    if (sal_run_item_get_model (line->run) == NULL) {
      sal_session_request_model (session, line->run);
      continue;
    }
    g_ptr_array_add (self->asked, line);
    requests[n++] = sal_masking_page_request (self, line);
  }
  if (n == 0 || self->stopped)
    sal_lab_cancel (lab, SAL_MASKING_CURVE_SLOT);
  else
    sal_lab_mask_curves (lab, SAL_MASKING_CURVE_SLOT, requests, n, 0, answered_cb, self);
  compare_fills (self);
  describe_figure (self);
  sal_masking_page_show_curves (self);
}
