/* sal-train-page.c - set up a run, watch it train
 *
 * The charts borrow the traces of the run's record; a snapshot costs one
 * redraw of each chart, whatever the length of the run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-train-page.h"

#include <glib/gi18n.h>

#include "sal-chart.h"
#include "sal-compare-button.h"
#include "sal-export-button.h"
#include "sal-recipe-editor.h"
#include "sal-run-dot.h"
#include "sal-sgt-strip.h"
#include "sal-ui.h"

struct _SalTrainPage
{
  SalPage          parent_instance;

  SalRunItem      *run;
  SalRunRecord    *record;
  GPtrArray       *others;     /* SalRunRecord of the runs it is compared with */
  gsize            n_alphas;   /* as in the chart */
  gboolean         updating;

  SalRunDot       *dot;
  GtkLabel        *title;
  GtkLabel        *summary;
  GtkAdjustment   *smoothing;
  GtkToggleButton *follow;
  SalChart        *loss;
  SalChart        *accuracy;
  SalChart        *alpha;
  GtkStack        *strip_stack;
  SalSgtStrip     *strip;
  GtkLabel        *strip_hint;
};

G_DEFINE_FINAL_TYPE (SalTrainPage, sal_train_page, SAL_TYPE_PAGE)

static SalSession *
session_of (SalTrainPage *self)
{
  return sal_page_get_session (SAL_PAGE (self));
}

/* --- curves ------------------------------------------------------------------ */

static PlotColor
palette (guint index)
{
  return plot_run_color (index % PLOT_RUN_COLORS,
                         adw_style_manager_get_dark (adw_style_manager_get_default ()));
}

static guint
own_color (SalTrainPage *self)
{
  return self->run == NULL ? 0 : sal_run_item_get_color_index (self->run);
}

/* A colour of the palette for a curve beside the run's main one. */
static PlotColor
color_beside (SalTrainPage *self,
              guint         wanted,
              guint         otherwise)
{
  return palette (own_color (self) == wanted ? otherwise : wanted);
}

static gboolean
uses_sgt (SalTrainPage *self)
{
  return sal_recipe_has_sgt (sal_run_item_get_recipe (self->run));
}

/* The curves of the compared runs, each by its title in its own colour. */
static void
add_others (SalTrainPage *self,
            SalCurve      curve,
            GArray       *series)
{
  GListModel *compared = G_LIST_MODEL (sal_session_get_compared (session_of (self)));
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  for (guint i = 0; i < g_list_model_get_n_items (compared); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (compared, i);
    SalRunRecord *record = sal_run_item_get_record (run);

    if (record == NULL || record == self->record)
      continue;

    const PlotSeries other = {
      .name = sal_run_item_get_title (run),
      .color = sal_run_item_get_color (run, dark),
      .trace = sal_run_record_trace (record, curve),
    };

    g_array_append_val (series, other);
  }
}

static void
show_marks (SalTrainPage *self)
{
  gsize n = 0;
  const PlotMark *marks = sal_run_record_marks (self->record, &n);

  sal_chart_set_marks (self->loss, marks, n);
}

static void
show_loss (SalTrainPage *self)
{
  const PlotSeries own[] = {
    { .name = _("cross entropy"), .color = palette (own_color (self)),
      .trace = sal_run_record_trace (self->record, SAL_CURVE_CE) },
    { .name = _("validation"), .color = color_beside (self, 5, 2), .points = TRUE,
      .line = PLOT_LINE_DASHED,
      .trace = sal_run_record_trace (self->record, SAL_CURVE_VALIDATION_CE) },
    { .name = _("KL"), .color = color_beside (self, 4, 1),
      .trace = sal_run_record_trace (self->record, SAL_CURVE_KL) },
  };
  g_autoptr (GArray) series = g_array_new (FALSE, FALSE, sizeof (PlotSeries));

  g_array_append_vals (series, own, G_N_ELEMENTS (own) - !uses_sgt (self));
  add_others (self, SAL_CURVE_CE, series);
  sal_chart_set_series (self->loss, (const PlotSeries *) (gpointer) series->data, series->len);
  show_marks (self);
}

static void
show_accuracy (SalTrainPage *self)
{
  const PlotSeries own[] = {
    { .name = _("training"), .color = palette (own_color (self)),
      .trace = sal_run_record_trace (self->record, SAL_CURVE_TRAIN_ACCURACY) },
    { .name = _("validation"), .color = color_beside (self, 5, 2), .points = TRUE,
      .trace = sal_run_record_trace (self->record, SAL_CURVE_VALIDATION_ACCURACY) },
  };
  g_autoptr (GArray) series = g_array_new (FALSE, FALSE, sizeof (PlotSeries));

  g_array_append_vals (series, own, G_N_ELEMENTS (own));
  add_others (self, SAL_CURVE_TRAIN_ACCURACY, series);
  sal_chart_set_series (self->accuracy, (const PlotSeries *) (gpointer) series->data,
                        series->len);
}

/* The names of the layers that clip, in order: "pact NAME" in the network's
 * text. */
static GPtrArray *
clipping_layers (SalTrainPage *self)
{
  SalDataset *dataset = sal_session_get_dataset (session_of (self));
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text =
    dataset == NULL ? NULL
    : sal_recipe_network_text (sal_run_item_get_recipe (self->run), dataset, NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "pact ")) {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);

      g_ptr_array_add (names, g_strdup (words[1]));
    }
  }
  return names;
}

static void
show_alphas (SalTrainPage *self)
{
  PlotSeries series[SAL_RUN_MAX_ALPHAS] = { 0 };
  char fallback[SAL_RUN_MAX_ALPHAS][16];
  g_autoptr (GPtrArray) names = clipping_layers (self);

  self->n_alphas = sal_run_record_n_alphas (self->record);
  for (gsize i = 0; i < self->n_alphas; i++) {
    g_snprintf (fallback[i], sizeof fallback[i], "α %" G_GSIZE_FORMAT, i + 1);
    series[i] = (PlotSeries) {
      .name = names->len == self->n_alphas ? names->pdata[i] : fallback[i],
      .color = palette (own_color (self) + (guint) i),
      .trace = sal_run_record_alpha (self->record, i),
    };
  }
  sal_chart_set_series (self->alpha, series, self->n_alphas);
}

static void
show_nothing (SalTrainPage *self)
{
  SalChart *const charts[] = { self->loss, self->accuracy, self->alpha };
  const gboolean loading = self->run != NULL && !sal_session_is_live_run (session_of (self));
  const char *text = loading ? _("Reading the curves…")
                     : self->run != NULL ? _("The first steps are on their way…")
                     : _("Set the recipe at the left and press Start Training");

  for (gsize i = 0; i < G_N_ELEMENTS (charts); i++) {
    sal_chart_set_series (charts[i], NULL, 0);
    sal_chart_set_marks (charts[i], NULL, 0);
    g_object_set (charts[i], "empty-text", text, NULL);
  }
}

static void
smooth (SalTrainPage *self)
{
  const double weight = gtk_adjustment_get_value (self->smoothing);

  if (self->record != NULL)
    sal_run_record_set_smoothing (self->record, weight);
  for (guint i = 0; i < self->others->len; i++)
    sal_run_record_set_smoothing (self->others->pdata[i], weight);
}

static void
show_curves (SalTrainPage *self)
{
  if (self->record == NULL) {
    show_nothing (self);
    return;
  }
  smooth (self);
  g_object_set (self->loss, "empty-text", _("This run has no recorded steps"), NULL);
  g_object_set (self->accuracy, "empty-text", _("This run has no recorded steps"), NULL);
  g_object_set (self->alpha, "empty-text", _("This run has no clipping levels: it is not PACT"),
                NULL);
  show_loss (self);
  show_accuracy (self);
  show_alphas (self);
}

static void
record_changed_cb (SalTrainPage *self)
{
  if (self->n_alphas != sal_run_record_n_alphas (self->record))
    show_alphas (self);
  show_marks (self);
  sal_chart_update (self->accuracy);
  sal_chart_update (self->alpha);
}

static void
set_record (SalTrainPage *self,
            SalRunRecord *record)
{
  if (self->record != NULL)
    g_signal_handlers_disconnect_by_func (self->record, record_changed_cb, self);
  /* The charts borrow from the old record: they are told first. */
  show_nothing (self);
  g_set_object (&self->record, record);
  if (record != NULL)
    g_signal_connect_object (record, "changed", G_CALLBACK (record_changed_cb), self,
                             G_CONNECT_SWAPPED);
  show_curves (self);
}

static void
smoothing_changed_cb (SalTrainPage *self)
{
  smooth (self);
  sal_chart_update (self->loss);
  sal_chart_update (self->accuracy);
}

/* --- compared runs ----------------------------------------------------------- */

static void
watch_compared (SalTrainPage *self)
{
  GListModel *compared = G_LIST_MODEL (sal_session_get_compared (session_of (self)));
  g_autoptr (GPtrArray) old = self->others;

  self->others = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (compared); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (compared, i);

    if (sal_run_item_get_record (run) != NULL)
      g_ptr_array_add (self->others, g_object_ref (sal_run_item_get_record (run)));
  }
  /* The old records live until the charts have let go of them. */
  show_curves (self);
}

static void
compared_changed_cb (SalTrainPage *self)
{
  SalSession *session = session_of (self);
  GListModel *compared = G_LIST_MODEL (sal_session_get_compared (session));

  for (guint i = 0; i < g_list_model_get_n_items (compared); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (compared, i);

    g_signal_handlers_disconnect_by_func (run, watch_compared, self);
    g_signal_connect_object (run, "notify::record", G_CALLBACK (watch_compared), self,
                             G_CONNECT_SWAPPED);
    if (run != sal_session_get_active_run (session))
      sal_run_library_load_record (sal_session_get_runs (session), run);
  }
  watch_compared (self);
}

/* --- the view of all charts -------------------------------------------------- */

static void
view_changed_cb (SalTrainPage *self,
                 SalChart     *changed)
{
  SalChart *const charts[] = { self->loss, self->accuracy, self->alpha };
  double minimum = 0;
  double maximum = 0;
  gboolean follows = FALSE;

  sal_chart_get_x_range (changed, &minimum, &maximum);
  g_object_get (changed, "follow", &follows, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (charts); i++) {
    if (charts[i] != changed)
      sal_chart_set_x_range (charts[i], minimum, maximum);
  }
  self->updating = TRUE;
  gtk_toggle_button_set_active (self->follow, follows);
  self->updating = FALSE;
}

static void
follow_toggled_cb (SalTrainPage *self)
{
  if (!self->updating && self->loss != NULL)
    g_object_set (self->loss, "follow", gtk_toggle_button_get_active (self->follow), NULL);
}

/* --- the run ----------------------------------------------------------------- */

static void
update_heading (SalTrainPage *self)
{
  sal_run_dot_set_run (self->dot, self->run);
  gtk_label_set_label (self->title,
                       self->run == NULL ? _("New run") : sal_run_item_get_title (self->run));
  gtk_label_set_label (self->summary,
                       self->run == NULL ? "" : sal_run_item_get_summary (self->run));
}

static void
update_record (SalTrainPage *self)
{
  set_record (self, self->run == NULL ? NULL : sal_run_item_get_record (self->run));
}

/* The strip keeps its last images while a snapshot has none, as those taken
 * during validation. */
static void
update_strip (SalTrainPage *self)
{
  SalSession *session = session_of (self);
  const SalSnapshot *snapshot =
    sal_session_is_live_run (session) ? sal_session_get_snapshot (session) : NULL;
  const gboolean plain = self->run != NULL && !uses_sgt (self);

  if (snapshot != NULL && snapshot->n_sgt == 0)
    return;

  const gboolean shown =
    sal_sgt_strip_show (self->strip, snapshot, sal_session_get_dataset (session));

  gtk_label_set_label (self->strip_hint,
                       plain ? _("This run does not use saliency-guided training.")
                       : _("While a run with SGT trains, its images, gradients and masks are "
                           "shown here."));
  gtk_stack_set_visible_child_name (self->strip_stack, shown ? "strip" : "hint");
}

/* A figure that is saved carries the recipe of its run. */
static void
update_metadata (SalTrainPage *self)
{
  SalDrawing *const drawings[] = {
    SAL_DRAWING (self->loss), SAL_DRAWING (self->accuracy), SAL_DRAWING (self->alpha),
    SAL_DRAWING (self->strip),
  };
  g_autofree char *recipe =
    self->run == NULL ? NULL : sal_recipe_to_json (sal_run_item_get_recipe (self->run));

  for (gsize i = 0; i < G_N_ELEMENTS (drawings); i++)
    g_object_set (drawings[i], "export-metadata", recipe, NULL);
}

static void
run_changed_cb (SalTrainPage *self)
{
  if (self->run != NULL) {
    g_signal_handlers_disconnect_by_func (self->run, update_record, self);
    g_signal_handlers_disconnect_by_func (self->run, update_heading, self);
  }
  g_set_object (&self->run, sal_session_get_run (session_of (self)));
  if (self->run != NULL) {
    g_signal_connect_object (self->run, "notify::record", G_CALLBACK (update_record), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->run, "notify::summary", G_CALLBACK (update_heading), self,
                             G_CONNECT_SWAPPED);
  }
  update_heading (self);
  update_metadata (self);
  update_record (self);
  gtk_stack_set_visible_child_name (self->strip_stack, "hint");
  update_strip (self);
}

static void
snapshot_cb (SalTrainPage *self)
{
  if (sal_page_is_shown (SAL_PAGE (self)))
    update_strip (self);
}

static void
sal_train_page_attach (SalPage    *page,
                       SalSession *session)
{
  g_signal_connect_object (session, "notify::run", G_CALLBACK (run_changed_cb), page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::dataset", G_CALLBACK (show_curves), page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::snapshot", G_CALLBACK (snapshot_cb), page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_compared (session), "items-changed",
                           G_CALLBACK (compared_changed_cb), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (show_curves), page, G_CONNECT_SWAPPED);
  run_changed_cb (SAL_TRAIN_PAGE (page));
}

/* --- life -------------------------------------------------------------------- */

static void
sal_train_page_dispose (GObject *object)
{
  SalTrainPage *self = SAL_TRAIN_PAGE (object);

  if (self->record != NULL)
    g_signal_handlers_disconnect_by_func (self->record, record_changed_cb, self);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (sal_train_page_parent_class)->dispose (object);
  /* Last: the charts have borrowed from them until here. */
  g_clear_object (&self->record);
  g_clear_pointer (&self->others, g_ptr_array_unref);
}

static char *
sal_train_page_command (SalPage *page)
{
  return sal_recipe_command (sal_session_get_recipe (sal_page_get_session (page)));
}

static void
sal_train_page_class_init (SalTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_train_page_dispose;
  SAL_PAGE_CLASS (klass)->attach = sal_train_page_attach;
  SAL_PAGE_CLASS (klass)->command = sal_train_page_command;

  g_type_ensure (SAL_TYPE_CHART);
  g_type_ensure (SAL_TYPE_COMPARE_BUTTON);
  g_type_ensure (SAL_TYPE_EXPORT_BUTTON);
  g_type_ensure (SAL_TYPE_RECIPE_EDITOR);
  g_type_ensure (SAL_TYPE_RUN_DOT);
  g_type_ensure (SAL_TYPE_SGT_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-train-page"));
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, dot);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, title);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, summary);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, smoothing);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, follow);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, loss);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, accuracy);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, alpha);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip_stack);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip_hint);
  gtk_widget_class_bind_template_callback (widget_class, smoothing_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, follow_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
}

static void
sal_train_page_init (SalTrainPage *self)
{
  self->others = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}
