/* sal-train-page-curves.c - the charts of the Train page
 *
 * The charts borrow the traces of the run's record; a snapshot costs one
 * redraw of each chart, whatever the length of the run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-train-page-private.h"

#include <glib/gi18n.h>

#include "plot-scale.h"
#include "sal-page-runs.h"

/* What the third chart shows: rows of its choice. */
typedef enum
{
  SIDE_ALPHA,
  SIDE_LEARNING_RATE,
  SIDE_IMAGES_PER_SECOND,
} SideChoice;

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

/* What a step of a record is on the x axis: runs in mini-batches of different
 * sizes meet at their epochs. */
static double
x_scale_of (SalTrainPage *self,
            SalRunRecord *record)
{
  const double steps = sal_run_record_get_steps_per_epoch (record);

  return self->in_epochs && steps > 0 ? 1 / steps : 1;
}

/* The curves of the compared runs, each by its name in its own colour. */
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

    g_autofree char *name = sal_page_name_run (run);
    g_autofree char *file_name = sal_page_name_run_in_file (run);
    /* The charts borrow it, also after the run has another name. */
    const PlotSeries other = {
      .name = g_intern_string (name),
      .csv_name = g_intern_string (file_name),
      .color = sal_run_item_get_color (run, dark),
      .trace = sal_run_record_trace (record, curve),
      .x_scale = x_scale_of (self, record),
    };

    g_array_append_val (series, other);
  }
}

static void
show_marks (SalTrainPage *self)
{
  SalChart *const charts[] = { self->loss, self->accuracy, self->side };
  const double x_scale = x_scale_of (self, self->record);
  gsize n = 0;
  const PlotMark *marks = sal_run_record_marks (self->record, &n);
  g_autofree PlotMark *shown = g_new (PlotMark, n);

  for (gsize i = 0; i < n; i++)
    shown[i] = (PlotMark) { .x = x_scale * marks[i].x, .label = marks[i].label };
  for (gsize i = 0; i < G_N_ELEMENTS (charts); i++)
    sal_chart_set_marks (charts[i], shown, n);
}

/* A curve of the run itself. */
static void
add_own (SalTrainPage *self,
         SalCurve      curve,
         PlotSeries    look,
         GArray       *series)
{
  look.trace = sal_run_record_trace (self->record, curve);
  look.x_scale = x_scale_of (self, self->record);
  g_array_append_val (series, look);
}

static void
set_series (SalChart *chart,
            GArray   *series)
{
  sal_chart_set_series (chart, (const PlotSeries *) (gpointer) series->data, series->len);
}

static GArray *
new_series (void)
{
  return g_array_new (FALSE, FALSE, sizeof (PlotSeries));
}

static void
show_loss (SalTrainPage *self)
{
  g_autoptr (GArray) series = new_series ();

  add_own (self, SAL_CURVE_CE,
           (PlotSeries) { .name = _("cross entropy"), .csv_name = "cross entropy",
                          .color = palette (own_color (self)) }, series);
  add_own (self, SAL_CURVE_VALIDATION_CE,
           (PlotSeries) { .name = _("validation"), .csv_name = "validation",
                          .color = color_beside (self, 5, 2), .points = TRUE,
                          .line = PLOT_LINE_DASHED }, series);
  if (uses_sgt (self))
    add_own (self, SAL_CURVE_KL,
             (PlotSeries) { .name = _("KL"), .csv_name = "KL",
                            .color = color_beside (self, 4, 1) }, series);
  add_others (self, SAL_CURVE_CE, series);
  set_series (self->loss, series);
}

static void
show_accuracy (SalTrainPage *self)
{
  g_autoptr (GArray) series = new_series ();

  add_own (self, SAL_CURVE_TRAIN_ACCURACY,
           (PlotSeries) { .name = _("training"), .csv_name = "training",
                          .color = palette (own_color (self)) }, series);
  add_own (self, SAL_CURVE_VALIDATION_ACCURACY,
           (PlotSeries) { .name = _("validation"), .csv_name = "validation",
                          .color = color_beside (self, 5, 2), .points = TRUE }, series);
  add_others (self, SAL_CURVE_TRAIN_ACCURACY, series);
  set_series (self->accuracy, series);
}

/* --- the third chart ---------------------------------------------------------- */

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
add_alphas (SalTrainPage *self,
            GArray       *series)
{
  g_autoptr (GPtrArray) names = clipping_layers (self);
  const gboolean named = names->len == sal_run_record_n_alphas (self->record);

  for (gsize i = 0; i < sal_run_record_n_alphas (self->record); i++) {
    g_autofree char *number = g_strdup_printf ("α %" G_GSIZE_FORMAT, i + 1);
    const PlotSeries alpha = {
      .name = g_intern_string (named ? names->pdata[i] : number),
      .color = palette (own_color (self) + (guint) i),
      .trace = sal_run_record_alpha (self->record, i),
      .x_scale = x_scale_of (self, self->record),
    };

    g_array_append_val (series, alpha);
  }
}

static SideChoice
side_of (SalTrainPage *self)
{
  return (SideChoice) gtk_drop_down_get_selected (self->side_choice);
}

static void
show_side (SalTrainPage *self)
{
  const SalCurve curve =
    side_of (self) == SIDE_LEARNING_RATE ? SAL_CURVE_LEARNING_RATE : SAL_CURVE_IMAGES_PER_SECOND;
  const char *name =
    side_of (self) == SIDE_LEARNING_RATE ? N_("learning rate") : N_("images/s");
  g_autoptr (GArray) series = new_series ();

  self->n_alphas = sal_run_record_n_alphas (self->record);
  if (side_of (self) == SIDE_ALPHA) {
    add_alphas (self, series);
  } else {
    add_own (self, curve,
             (PlotSeries) { .name = _(name), .csv_name = name,
                            .color = palette (own_color (self)) }, series);
    add_others (self, curve, series);
  }
  set_series (self->side, series);
}

/* "act1 3.21 · act2 2.88", or the range of many. NULL: it has none. */
static char *
list_alphas (SalLabModel *model)
{
  const NnModel *network = sal_lab_model_get_model (model);
  g_autoptr (GString) text = g_string_new (NULL);
  char number[PLOT_NUMBER_SIZE];
  char other[PLOT_NUMBER_SIZE];
  double least = INFINITY;
  double most = 0;
  int n = 0;

  for (size_t i = 0; i < nn_model_layer_count (network); i++) {
    const NnLayerInfo layer = nn_model_layer (network, i);

    if (layer.alpha_tensor < 0)
      continue;

    const NnTensor tensor = nn_model_tensor (network, (size_t) layer.alpha_tensor);
    const double alpha = tensor.value[0];

    least = fmin (least, alpha);
    most = fmax (most, alpha);
    plot_format_value (alpha, 3, number);
    g_string_append_printf (text, "%s%s %s", n++ > 0 ? " · " : "", layer.name, number);
  }
  plot_format_value (least, 3, number);
  plot_format_value (most, 3, other);
  if (n == 0)
    return NULL;
  return n <= 3 ? g_strdup (text->str)
         : g_strdup_printf (_("%d levels, %s to %s"), n, number, other);
}

/* Why the third chart is empty: an opened file has its clipping levels, but no
 * curve of them. */
static char *
explain_empty_side (SalTrainPage *self)
{
  SalLabModel *model = sal_session_get_model (session_of (self));
  g_autofree char *levels = model == NULL ? NULL : list_alphas (model);

  if (side_of (self) == SIDE_ALPHA && !sal_recipe_has_pact (sal_run_item_get_recipe (self->run))
      && levels == NULL)
    return g_strdup (_("Without PACT there are no clipping levels"));
  if (side_of (self) == SIDE_ALPHA && levels != NULL)
    return g_strdup_printf (_("Not recorded; now %s"), levels);
  return g_strdup (_("This run has no recorded steps"));
}

/* What is worth seeing of this run, unless the user has chosen. */
static void
choose_side (SalTrainPage *self)
{
  if (self->run == NULL || self->side_chosen)
    return;
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->side_choice,
                              sal_recipe_has_pact (sal_run_item_get_recipe (self->run))
                              ? SIDE_ALPHA : SIDE_LEARNING_RATE);
  self->updating = FALSE;
}

static void show_curves (SalTrainPage *self);

static void
side_chosen_cb (SalTrainPage *self)
{
  if (self->updating)
    return;
  self->side_chosen = TRUE;
  show_curves (self);
}

/* --- all charts ---------------------------------------------------------------- */

static void
show_nothing (SalTrainPage *self)
{
  SalChart *const charts[] = { self->loss, self->accuracy, self->side };
  const gboolean loading = self->run != NULL && !sal_session_is_live_run (session_of (self));
  const char *text = loading ? _("Reading the curves…")
                     : self->run != NULL ? _("The first steps are on their way…")
                     : _("Set the recipe at the left and train it: the curves appear here");

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

  const char *empty = sal_run_item_get_file (self->run) != NULL
                      ? _("A model file carries no curves of its training")
                      : _("This run has no recorded steps");
  g_autofree char *empty_side = explain_empty_side (self);

  smooth (self);
  g_object_set (self->loss, "empty-text", empty, NULL);
  g_object_set (self->accuracy, "empty-text", empty, NULL);
  g_object_set (self->side, "empty-text", empty_side, NULL);
  show_loss (self);
  show_accuracy (self);
  show_side (self);
  show_marks (self);
}

static void
update_charts (SalTrainPage *self)
{
  SalChart *const charts[] = { self->loss, self->accuracy, self->side };
  const gboolean is_live = sal_session_is_live_run (session_of (self));

  for (gsize i = 0; i < G_N_ELEMENTS (charts); i++) {
    sal_chart_set_live (charts[i], is_live);
    (is_live ? sal_chart_grow : sal_chart_update) (charts[i]);
  }
}

/* The first points tell how long an epoch is. */
static void
record_changed_cb (SalTrainPage *self)
{
  const gboolean is_first = sal_run_record_get_steps_per_epoch (self->record) == 0;

  if (self->n_alphas != sal_run_record_n_alphas (self->record)
      || (self->in_epochs && (is_first || self->waits_for_epochs)))
    show_curves (self);
  self->waits_for_epochs = is_first;
  show_marks (self);
  update_charts (self);
}

void
sal_train_page_set_record (SalTrainPage *self,
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
  self->waits_for_epochs = TRUE;
  choose_side (self);
  show_curves (self);
}

/* What the network's clipping levels are is known only now. */
static void
model_changed_cb (SalTrainPage *self)
{
  g_autofree char *empty = NULL;

  if (self->record == NULL || self->run == NULL || sal_run_record_length (self->record) > 0)
    return;
  empty = explain_empty_side (self);
  g_object_set (self->side, "empty-text", empty, NULL);
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
  SalChart *const charts[] = { self->loss, self->accuracy, self->side };
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

/* --- the x axis ---------------------------------------------------------------- */

/* The stretch that is seen stays, whatever it is counted in. */
static void
epochs_toggled_cb (SalTrainPage    *self,
                   GtkToggleButton *button)
{
  SalChart *const charts[] = { self->loss, self->accuracy, self->side };
  const double before = self->record == NULL ? 1 : x_scale_of (self, self->record);

  self->in_epochs = gtk_toggle_button_get_active (button);

  const char *unit = self->in_epochs ? N_("epoch") : N_("step");
  const double factor = (self->record == NULL ? 1 : x_scale_of (self, self->record)) / before;

  for (gsize i = 0; i < G_N_ELEMENTS (charts); i++) {
    double minimum = 0;
    double maximum = 0;

    g_object_set (charts[i], "x-title", _(unit), "csv-name", unit, NULL);
    sal_chart_get_x_range (charts[i], &minimum, &maximum);
    if (minimum < maximum)
      sal_chart_set_x_range (charts[i], factor * minimum, factor * maximum);
  }
  show_curves (self);
}

/* --- life ---------------------------------------------------------------------- */

void
sal_train_page_curves_attach (SalTrainPage *self)
{
  SalSession *session = session_of (self);

  g_signal_connect_object (session, "notify::dataset", G_CALLBACK (show_curves), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update_charts), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (model_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_compared (session), "items-changed",
                           G_CALLBACK (compared_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (show_curves), self, G_CONNECT_SWAPPED);
}

void
sal_train_page_curves_init (SalTrainPage *self)
{
  self->others = g_ptr_array_new_with_free_func (g_object_unref);
}

void
sal_train_page_curves_dispose (SalTrainPage *self)
{
  if (self->record != NULL)
    g_signal_handlers_disconnect_by_func (self->record, record_changed_cb, self);
}

void
sal_train_page_curves_finalize (SalTrainPage *self)
{
  g_clear_object (&self->record);
  g_clear_pointer (&self->others, g_ptr_array_unref);
}

void
sal_train_page_curves_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, smoothing);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, follow);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, loss);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, accuracy);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, side);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, side_choice);
  gtk_widget_class_bind_template_callback (widget_class, smoothing_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, follow_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, epochs_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, side_chosen_cb);
}
