/* sal-chart.c - a line chart to look at closely
 *
 * Its numbers are in sal-chart-data.c, how it grows in sal-chart-growth.c, the
 * pointer and the keys in sal-chart-input.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-chart-private.h"

#include <glib/gi18n.h>

#include "plot-export.h"

enum
{
  PROP_TITLE = 1,
  PROP_HINT,
  PROP_EMPTY_TEXT,
  PROP_X_TITLE,
  PROP_Y_TITLE,
  PROP_X_NAME,
  PROP_CSV_NAME,
  PROP_LEGEND,
  PROP_LOG_X,
  PROP_LOG_Y,
  PROP_HEADER_INSET,
  PROP_FOLLOW,
  PROP_CROSSHAIR,
  PROP_HANDLE,
  PROP_HANDLE_STEP,
  PROP_SELECTABLE,
  N_PROPS,
};

enum
{
  HANDLE_MOVED,
  SELECTION_CHANGED,
  VIEW_CHANGED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalChart, sal_chart, SAL_TYPE_DRAWING)

static gboolean
same_number (double a,
             double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static gboolean
is_following (SalChart *self)
{
  return self->fit_x && self->fit_y;
}

/* --- what is drawn ----------------------------------------------------------- */

const PlotChart *
sal_chart_prepare (SalChart *self)
{
  PlotChart *chart = &self->chart;
  const gboolean fixed_y = self->y_minimum < self->y_maximum && !chart->y.log;

  chart->series = (const PlotSeries *) (gpointer) self->series->data;
  chart->n_series = self->series->len;
  if (self->fit_x) {
    plot_chart_fit (chart, PLOT_FIT_X);
    sal_chart_make_room (self, chart);
  }
  if (self->fit_y && !fixed_y)
    plot_chart_fit (chart, PLOT_FIT_Y);
  if (self->fit_y && fixed_y) {
    chart->y.minimum = self->y_minimum;
    chart->y.maximum = self->y_maximum;
  }
  return chart;
}

static void
sal_chart_draw (SalDrawing      *drawing,
                cairo_t         *cr,
                const PlotStyle *style,
                PlotRect         bounds)
{
  SalChart *self = SAL_CHART (drawing);
  const PlotChart *chart = sal_chart_prepare (self);

  plot_chart_layout (chart, style, bounds, &self->layout);
  plot_chart_draw (chart, style, &self->layout, cr);
}

static void
sal_chart_snapshot (GtkWidget   *widget,
                    GtkSnapshot *snapshot)
{
  SalChart *self = SAL_CHART (widget);

  if (self->is_live && isnan (self->chart.crosshair))
    sal_chart_snapshot_growth (self, snapshot);
  else
    GTK_WIDGET_CLASS (sal_chart_parent_class)->snapshot (widget, snapshot);
}

static gboolean
sal_chart_write_csv (SalDrawing *drawing,
                     const char *path,
                     GError    **error)
{
  SalChart *self = SAL_CHART (drawing);
  const PlotChart *chart = sal_chart_prepare (self);

  return plot_export_csv (path, self->csv_name != NULL ? self->csv_name : "x", chart->series,
                          chart->n_series, chart->x.minimum, chart->x.maximum, error);
}

static PlotTable *
sal_chart_list_numbers (SalDrawing *drawing,
                        gboolean    in_file)
{
  const PlotChart *chart = sal_chart_prepare (SAL_CHART (drawing));

  if (chart->n_series == 0)
    return NULL;
  return plot_table_of_series (chart->x.title != NULL ? chart->x.title : "x", chart->series,
                               chart->n_series, chart->x.minimum, chart->x.maximum, in_file);
}

/* A chart without a title has it beside it. */
static const char *
get_name (SalChart *self)
{
  return self->chart.title != NULL ? self->chart.title : _("Curves");
}

static char *
sal_chart_name_numbers (SalDrawing *drawing)
{
  return g_strdup (get_name (SAL_CHART (drawing)));
}

/* --- words for those who cannot see it --------------------------------------- */

void
sal_chart_describe (SalChart *self)
{
  g_autoptr (GString) text = g_string_new (get_name (self));

  for (guint i = 0; i < self->series->len; i++) {
    g_string_append (text, i == 0 ? ": " : ", ");
    g_string_append (text, g_array_index (self->series, PlotSeries, i).name);
  }
  sal_drawing_describe (SAL_DRAWING (self), text->str,
                        _("Line chart. Arrow keys move the crosshair or the handle, plus and "
                          "minus zoom, zero shows everything, Ctrl+D lists the numbers."));
}

static void
describe_crosshair (SalChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char number[PLOT_NUMBER_SIZE];

  if (isfinite (self->chart.crosshair)) {
    plot_format_short (self->chart.crosshair, 5, number);
    g_string_printf (text, "%s %s", self->chart.x.title != NULL ? self->chart.x.title : "x",
                     number);
    for (guint i = 0; i < self->series->len; i++) {
      const PlotSeries *series = &g_array_index (self->series, PlotSeries, i);

      plot_format_short (plot_series_value_at (series, self->chart.crosshair), 5, number);
      g_string_append_printf (text, ", %s %s", series->name, number);
    }
  }
  sal_drawing_set_value (SAL_DRAWING (self), text->str);
}

/* --- the view ---------------------------------------------------------------- */

void
sal_chart_redraw (SalChart *self)
{
  sal_chart_forget_base (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sal_chart_set_y_range (SalChart *self,
                       double    minimum,
                       double    maximum)
{
  g_return_if_fail (SAL_IS_CHART (self));

  self->y_minimum = minimum;
  self->y_maximum = maximum;
  sal_chart_redraw (self);
}

void
sal_chart_get_x_range (SalChart *self,
                       double   *minimum,
                       double   *maximum)
{
  g_return_if_fail (SAL_IS_CHART (self));

  *minimum = self->fit_x ? 0 : self->chart.x.minimum;
  *maximum = self->fit_x ? 0 : self->chart.x.maximum;
}

void
sal_chart_set_x_range (SalChart *self,
                       double    minimum,
                       double    maximum)
{
  g_return_if_fail (SAL_IS_CHART (self));

  const gboolean followed = is_following (self);

  self->fit_x = !(minimum < maximum);
  if (self->fit_x) {
    self->fit_y = TRUE;
  } else {
    self->chart.x.minimum = minimum;
    self->chart.x.maximum = maximum;
  }
  if (followed != is_following (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOW]);
  sal_chart_redraw (self);
}

void
sal_chart_view_changed (SalChart *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOW]);
  g_signal_emit (self, signals[VIEW_CHANGED], 0);
  sal_chart_redraw (self);
}

void
sal_chart_follow (SalChart *self,
                  gboolean  follow)
{
  if (is_following (self) == follow)
    return;
  self->fit_x = follow;
  self->fit_y = follow;
  sal_chart_view_changed (self);
}

void
sal_chart_set_crosshair (SalChart *self,
                         double    x)
{
  if (same_number (self->chart.crosshair, x))
    return;
  self->chart.crosshair = x;
  describe_crosshair (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CROSSHAIR]);
  sal_chart_redraw (self);
}

/* --- handle and selection ---------------------------------------------------- */

double
sal_chart_get_handle (SalChart *self)
{
  g_return_val_if_fail (SAL_IS_CHART (self), NAN);

  return self->chart.handle;
}

void
sal_chart_set_handle (SalChart   *self,
                      double      x,
                      const char *label)
{
  g_return_if_fail (SAL_IS_CHART (self));

  g_free (self->handle_label);
  self->handle_label = g_strdup (label);
  self->chart.handle_label = self->handle_label;
  sal_chart_redraw (self);
  if (same_number (self->chart.handle, x))
    return;
  self->chart.handle = x;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HANDLE]);
}

void
sal_chart_move_handle (SalChart *self,
                       double    x)
{
  const double moved = CLAMP (x, self->chart.x.minimum, self->chart.x.maximum);

  if (same_number (self->chart.handle, moved))
    return;
  self->chart.handle = moved;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HANDLE]);
  g_signal_emit (self, signals[HANDLE_MOVED], 0);
  sal_chart_redraw (self);
}

void
sal_chart_set_selection (SalChart *self,
                         double    begin,
                         double    end)
{
  g_return_if_fail (SAL_IS_CHART (self));

  self->chart.selection_begin = begin;
  self->chart.selection_end = end;
  sal_chart_redraw (self);
}

void
sal_chart_select (SalChart *self,
                  double    begin,
                  double    end)
{
  sal_chart_set_selection (self, begin, end);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0, MIN (begin, end), MAX (begin, end));
}

/* --- properties -------------------------------------------------------------- */

/* The string behind a property. */
static const char **
string_of (SalChart *self,
           guint     id)
{
  const char **const strings[] = {
    [PROP_TITLE] = &self->chart.title,
    [PROP_HINT] = &self->chart.hint,
    [PROP_EMPTY_TEXT] = &self->chart.empty_text,
    [PROP_X_TITLE] = &self->chart.x.title,
    [PROP_Y_TITLE] = &self->chart.y.title,
    [PROP_X_NAME] = &self->chart.x_name,
    [PROP_CSV_NAME] = &self->csv_name,
  };

  return strings[id];
}

static void
sal_chart_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  SalChart *self = SAL_CHART (object);

  switch (id) {
  case PROP_TITLE:
  case PROP_HINT:
  case PROP_EMPTY_TEXT:
  case PROP_X_TITLE:
  case PROP_Y_TITLE:
  case PROP_X_NAME:
  case PROP_CSV_NAME:
    g_value_set_string (value, *string_of (self, id));
    break;
  case PROP_LEGEND:
    g_value_set_boolean (value, self->chart.legend);
    break;
  case PROP_LOG_X:
    g_value_set_boolean (value, self->chart.x.log);
    break;
  case PROP_LOG_Y:
    g_value_set_boolean (value, self->chart.y.log);
    break;
  case PROP_HEADER_INSET:
    g_value_set_double (value, self->chart.header_inset);
    break;
  case PROP_FOLLOW:
    g_value_set_boolean (value, is_following (self));
    break;
  case PROP_CROSSHAIR:
    g_value_set_double (value, self->chart.crosshair);
    break;
  case PROP_HANDLE:
    g_value_set_double (value, self->chart.handle);
    break;
  case PROP_HANDLE_STEP:
    g_value_set_double (value, self->handle_step);
    break;
  case PROP_SELECTABLE:
    g_value_set_boolean (value, self->selectable);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_chart_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  SalChart *self = SAL_CHART (object);

  switch (id) {
  case PROP_TITLE:
  case PROP_HINT:
  case PROP_EMPTY_TEXT:
  case PROP_X_TITLE:
  case PROP_Y_TITLE:
  case PROP_X_NAME:
  case PROP_CSV_NAME:
    g_free ((char *) *string_of (self, id));
    *string_of (self, id) = g_value_dup_string (value);
    sal_chart_describe (self);
    break;
  case PROP_LEGEND:
    self->chart.legend = g_value_get_boolean (value);
    break;
  case PROP_LOG_X:
    self->chart.x.log = g_value_get_boolean (value);
    break;
  case PROP_LOG_Y:
    self->chart.y.log = g_value_get_boolean (value);
    break;
  case PROP_HEADER_INSET:
    self->chart.header_inset = g_value_get_double (value);
    break;
  case PROP_FOLLOW:
    sal_chart_follow (self, g_value_get_boolean (value));
    break;
  case PROP_CROSSHAIR:
    sal_chart_set_crosshair (self, g_value_get_double (value));
    break;
  case PROP_HANDLE:
    sal_chart_set_handle (self, g_value_get_double (value), self->handle_label);
    break;
  case PROP_HANDLE_STEP:
    self->handle_step = g_value_get_double (value);
    break;
  case PROP_SELECTABLE:
    self->selectable = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  sal_chart_redraw (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_chart_finalize (GObject *object)
{
  SalChart *self = SAL_CHART (object);

  for (guint id = PROP_TITLE; id <= PROP_CSV_NAME; id++)
    g_free ((char *) *string_of (self, id));
  g_free (self->handle_label);
  sal_chart_forget_base (self);
  sal_chart_data_finalize (self);
  G_OBJECT_CLASS (sal_chart_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags plain = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags noted = plain | G_PARAM_EXPLICIT_NOTIFY;
  /* NaN is a value here: a strict check would call it changed by clamping. */
  const GParamFlags number = noted | G_PARAM_LAX_VALIDATION;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, plain);
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL, plain);
  properties[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, NULL, plain);
  properties[PROP_X_TITLE] = g_param_spec_string ("x-title", NULL, NULL, NULL, plain);
  properties[PROP_Y_TITLE] = g_param_spec_string ("y-title", NULL, NULL, NULL, plain);
  properties[PROP_X_NAME] = g_param_spec_string ("x-name", NULL, NULL, NULL, plain);
  properties[PROP_CSV_NAME] = g_param_spec_string ("csv-name", NULL, NULL, NULL, plain);
  properties[PROP_LEGEND] = g_param_spec_boolean ("legend", NULL, NULL, FALSE, plain);
  properties[PROP_LOG_X] = g_param_spec_boolean ("log-x", NULL, NULL, FALSE, plain);
  properties[PROP_LOG_Y] = g_param_spec_boolean ("log-y", NULL, NULL, FALSE, plain);
  properties[PROP_HEADER_INSET] =
    g_param_spec_double ("header-inset", NULL, NULL, 0, 1000, 0, plain);
  properties[PROP_FOLLOW] = g_param_spec_boolean ("follow", NULL, NULL, TRUE, noted);
  properties[PROP_CROSSHAIR] =
    g_param_spec_double ("crosshair", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, number);
  properties[PROP_HANDLE] =
    g_param_spec_double ("handle", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, number);
  properties[PROP_HANDLE_STEP] =
    g_param_spec_double ("handle-step", NULL, NULL, 0, G_MAXDOUBLE, 1, plain);
  properties[PROP_SELECTABLE] = g_param_spec_boolean ("selectable", NULL, NULL, FALSE, plain);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_chart_class_init (SalChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SalDrawingClass *drawing_class = SAL_DRAWING_CLASS (klass);

  object_class->get_property = sal_chart_get_property;
  object_class->set_property = sal_chart_set_property;
  object_class->finalize = sal_chart_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = sal_chart_snapshot;
  drawing_class->draw = sal_chart_draw;
  drawing_class->list_numbers = sal_chart_list_numbers;
  drawing_class->name_numbers = sal_chart_name_numbers;
  drawing_class->write_csv = sal_chart_write_csv;
  install_properties (object_class);

  signals[HANDLE_MOVED] = g_signal_new ("handle-moved", SAL_TYPE_CHART, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SELECTION_CHANGED] =
    g_signal_new ("selection-changed", SAL_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[VIEW_CHANGED] = g_signal_new ("view-changed", SAL_TYPE_CHART, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  sal_chart_input_class_init (GTK_WIDGET_CLASS (klass));
}

static void
sal_chart_init (SalChart *self)
{
  self->chart = (PlotChart) { PLOT_CHART_NO_POINTER };
  self->room_end = NAN;
  self->fit_x = TRUE;
  self->fit_y = TRUE;
  self->handle_step = 1;
  sal_chart_data_init (self);
  sal_chart_input_init (self);
  sal_chart_describe (self);
}

GtkWidget *
sal_chart_new (void)
{
  return g_object_new (SAL_TYPE_CHART, NULL);
}
