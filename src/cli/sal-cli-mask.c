/* sal-cli-mask.c - `saliscope-cli mask`: accuracy while salient pixels go
 *
 * Each model gets its curve and its control, which masks in random order: a
 * curve means something only against it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn/nn-mask-curve.h"
#include "nn/nn-statistics.h"
#include "plot-chart.h"
#include "plot-export.h"
#include "sal-cli-entries.h"
#include "sal-cli-model.h"
#include "sal-cli-output.h"
#include "sal-cli.h"
#include "sal-error.h"

#define CAPACITY 256
#define WIDTH 760.0
#define HEIGHT 460.0

typedef struct
{
  SalCliBits bits;
  char      *method;
  char      *fill;
  char      *order;
  char      *levels;   /* percent with commas between                         */
  char      *dataset;
  char      *csv;
  char      *svg;
  char      *home;
  int        images;
  int        threads;
  gboolean   json;
} Options;

/* One curve as it is measured and drawn. */
typedef struct
{
  char    *name;
  guint    model;      /* its place among the arguments                       */
  gboolean is_control;
  gboolean is_calibrated;
  gsize    images;
  gsize    n;
  double   percent[NN_MASK_MAX_LEVELS];
  double   accuracy[NN_MASK_MAX_LEVELS]; /* percent, as lower and upper        */
  double   lower[NN_MASK_MAX_LEVELS];
  double   upper[NN_MASK_MAX_LEVELS];
  double   area;       /* of accuracy 0..1                                    */
} Curve;

static void
free_curve (gpointer data)
{
  g_free (((Curve *) data)->name);
  g_free (data);
}

/* ---- what is asked ------------------------------------------------------------------- */

static gboolean
find_fill (const char *name,
           NnFill     *fill,
           GError    **error)
{
  for (int i = 0; i < NN_N_FILLS; i++) {
    if (g_str_equal (nn_fill_name ((NnFill) i), name)) {
      *fill = (NnFill) i;
      return TRUE;
    }
  }
  return sal_cli_usage (error, "fill: there is no fill “%s”", name);
}

static gboolean
find_order (const char  *name,
            NnMaskOrder *order,
            GError     **error)
{
  for (int i = NN_ORDER_MOST_SALIENT_FIRST; i <= NN_ORDER_LEAST_SALIENT_FIRST; i++) {
    if (g_str_equal (nn_mask_order_name ((NnMaskOrder) i), name)) {
      *order = (NnMaskOrder) i;
      return TRUE;
    }
  }
  return sal_cli_usage (error, "order: expected %s or %s, found “%s”",
                        nn_mask_order_name (NN_ORDER_MOST_SALIENT_FIRST),
                        nn_mask_order_name (NN_ORDER_LEAST_SALIENT_FIRST), name);
}

/* "0,10,50" as ascending shares. */
static gboolean
find_levels (const char          *text,
             NnMaskCurveSettings *settings,
             GError             **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  double last = -1;

  settings->n_levels = 0;
  for (gsize i = 0; words[i] != NULL; i++) {
    char *end = NULL;
    const double percent = g_ascii_strtod (words[i], &end);

    if (i == NN_MASK_MAX_LEVELS || end == words[i] || *end != '\0' ||
        !(percent > last && percent <= 100))
      return sal_cli_usage (error, "levels: expected ascending percentages from 0 to 100 with "
                            "commas between, found “%s”", text);
    settings->levels[settings->n_levels++] = percent / 100;
    last = percent;
  }
  return settings->n_levels >= 2 ||
         sal_cli_usage (error, "levels: expected two or more, found “%s”", text);
}

/* Settings need images for their black level; words can be checked without. */
static const NnImages no_images = {
  .channels = 1, .height = 1, .width = 1, .classes = 1, .std = { 1, 1, 1, 1 },
};

static gboolean
make_settings (const Options       *options,
               const NnImages      *images,
               NnMaskCurveSettings *settings,
               GError             **error)
{
  *settings = nn_mask_curve_settings_default (images);
  if (options->method != NULL) {
    const NnSaliencyMethod *method = sal_cli_method_find (options->method, error);

    if (method == NULL)
      return FALSE;
    settings->saliency = nn_saliency_request (method, images);
  }
  return (options->fill == NULL || find_fill (options->fill, &settings->fill, error)) &&
         (options->order == NULL || find_order (options->order, &settings->order, error)) &&
         (options->levels == NULL || find_levels (options->levels, settings, error));
}

/* ---- measuring -------------------------------------------------------------------------- */

static void
show_progress (SalCliProgress    *progress,
               const Curve       *curve,
               const NnMaskCurve *job)
{
  if (!sal_cli_progress_is_due (progress))
    return;

  g_autofree char *line =
    g_strdup_printf ("%s: %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT " images", curve->name,
                     nn_mask_curve_done (job), curve->images);

  sal_cli_progress_show (progress, line);
}

static void
read_job (Curve                     *curve,
          const NnMaskCurve         *job,
          const NnMaskCurveSettings *settings)
{
  curve->n = settings->n_levels;
  curve->area = nn_mask_curve_area (job);
  for (gsize i = 0; i < curve->n; i++) {
    const gsize correct = nn_mask_curve_correct (job, i);

    nn_wilson_interval (correct, curve->images, &curve->lower[i], &curve->upper[i]);
    curve->percent[i] = 100 * settings->levels[i];
    curve->accuracy[i] = 100 * (double) correct / (double) curve->images;
    curve->lower[i] *= 100;
    curve->upper[i] *= 100;
  }
}

static gboolean
measure (NnExec                    *exec,
         const NnImages            *images,
         const NnMaskCurveSettings *settings,
         Curve                     *curve,
         GError                   **error)
{
  SalCliProgress progress = sal_cli_progress_begin ();
  NnError nn_error;
  NnMaskCurve *job = nn_mask_curve_new (exec, images, NULL, curve->images, settings, &nn_error);

  if (job == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  while (nn_mask_curve_step (job))
    show_progress (&progress, curve, job);
  sal_cli_progress_end (&progress);
  read_job (curve, job, settings);
  nn_mask_curve_free (job);
  return TRUE;
}

/* The curve of one model and its control, appended to `curves`. */
static gboolean
measure_pair (const SalCliModel *model,
              const Options     *options,
              NnExec            *exec,
              guint              place,
              gboolean           is_calibrated,
              GPtrArray         *curves,
              GError           **error)
{
  const NnImages test = sal_cli_model_test_images (model);
  NnMaskCurveSettings settings;

  if (!make_settings (options, &test, &settings, error))
    return FALSE;
  for (int control = 0; control <= 1; control++) {
    Curve *curve = g_new0 (Curve, 1);

    g_ptr_array_add (curves, curve);
    curve->name = g_strdup_printf ("%s%s", model->name, control ? ", random" : "");
    curve->model = place;
    curve->is_control = control;
    curve->is_calibrated = is_calibrated;
    curve->images = sal_cli_images_limit (options->images, test.count);
    if (control)
      settings.order = NN_ORDER_RANDOM;
    if (!measure (exec, &test, &settings, curve, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
measure_model (const SalCliModel *model,
               const Options     *options,
               NnPool            *pool,
               guint              place,
               GPtrArray         *curves,
               GError           **error)
{
  gboolean is_calibrated = FALSE;
  NnError nn_error;
  NnModel *at_bits = sal_cli_model_at_bits (model, &options->bits, pool, &is_calibrated, error);

  if (at_bits == NULL)
    return FALSE;

  NnExec *exec = nn_exec_new (at_bits, pool, NN_EXEC_GRADIENT, CAPACITY, &nn_error);
  gboolean ok = exec != NULL || sal_error_set_from_engine (error, &nn_error);

  if (ok) {
    nn_exec_prepare (exec);
    ok = measure_pair (model, options, exec, place, is_calibrated, curves, error);
  }
  nn_exec_free (exec);
  nn_model_free (at_bits);
  return ok;
}

static gboolean
measure_named (const char    *name,
               const Options *options,
               NnPool        *pool,
               guint          place,
               GPtrArray     *curves,
               GError       **error)
{
  SalCliModel model;
  const gboolean ok = sal_cli_model_load (&model, name, options->home, error) &&
                      sal_cli_model_open_data (&model, options->dataset, error) &&
                      measure_model (&model, options, pool, place, curves, error);

  sal_cli_model_clear (&model);
  return ok;
}

/* ---- files --------------------------------------------------------------------------------- */

/* A control is drawn towards grey in its model's colour. */
static PlotColor
curve_color (const Curve *curve)
{
  const PlotColor color = plot_run_color (curve->model, false);

  return curve->is_control ? plot_color_mix (color, plot_random_color (false), 0.5) : color;
}

static void
fill_series (const GPtrArray *curves,
             PlotSeries      *series)
{
  for (guint i = 0; i < curves->len; i++) {
    const Curve *curve = curves->pdata[i];

    series[i] = (PlotSeries) {
      .name = curve->name,
      .color = curve_color (curve),
      .line = curve->is_control ? PLOT_LINE_DASHED : PLOT_LINE_SOLID,
      .points = !curve->is_control,
      .x = curve->percent,
      .y = curve->accuracy,
      .lower = curve->lower,
      .upper = curve->upper,
      .n = curve->n,
    };
  }
}

static void
draw (cairo_t *cr,
      double   width,
      double   height,
      void    *data)
{
  const PlotStyle style = plot_style_default (false);
  PlotLayout layout;

  plot_chart_layout (data, &style, (PlotRect) { 8, 8, width - 16, height - 16 }, &layout);
  plot_chart_draw (data, &style, &layout, cr);
}

/* What all curves have in common. Free the result. */
static char *
settings_text (const Options   *options,
               const GPtrArray *curves)
{
  g_autofree char *bits = sal_cli_bits_text (&options->bits);
  NnMaskCurveSettings settings;

  make_settings (options, &no_images, &settings, NULL);
  return g_strdup_printf ("%s, %s, fill %s, bits %s, %" G_GSIZE_FORMAT " images",
                          settings.saliency.method->name, nn_mask_order_name (settings.order),
                          nn_fill_name (settings.fill), bits,
                          ((const Curve *) curves->pdata[0])->images);
}

static gboolean
write_files (const Options   *options,
             const GPtrArray *curves,
             GError         **error)
{
  g_autofree PlotSeries *series = g_new0 (PlotSeries, curves->len);
  g_autofree char *hint = settings_text (options, curves);
  const PlotStyle style = plot_style_default (false);
  PlotChart chart = {
    .title = "Accuracy while pixels are masked",
    .hint = hint,
    .legend = true,
    .series = series,
    .n_series = curves->len,
    .x = { .title = "masked pixels, %" },
    .y = { .title = "accuracy, %" },
    PLOT_CHART_NO_POINTER,
  };

  fill_series (curves, series);
  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  return (options->csv == NULL ||
          plot_export_csv (options->csv, "masked pixels, %", series, curves->len, 0, 100,
                           error)) &&
         (options->svg == NULL ||
          plot_export (options->svg, WIDTH, HEIGHT, 2, &style.background, chart.title, hint, draw,
                       &chart, error));
}

/* ---- printing ------------------------------------------------------------------------------- */

static void
print_text (const GPtrArray *curves)
{
  static const char *const heading[] = { "model", "area", "at the least", "at the most", "" };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (heading); i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  for (guint i = 0; i < curves->len; i++) {
    const Curve *curve = curves->pdata[i];
    const gsize last = curve->n - 1;

    g_ptr_array_add (cells, g_strdup (curve->name));
    g_ptr_array_add (cells, g_strdup_printf ("%.4f", curve->area));
    g_ptr_array_add (cells, g_strdup_printf ("%.2f %% (%g %% masked)", curve->accuracy[0],
                                             curve->percent[0]));
    g_ptr_array_add (cells, g_strdup_printf ("%.2f %% (%g %% masked)", curve->accuracy[last],
                                             curve->percent[last]));
    g_ptr_array_add (cells, g_strdup (curve->is_calibrated ? "PACT added, alpha calibrated"
                                                           : ""));
  }
  sal_cli_print_table (cells, G_N_ELEMENTS (heading));
}

static void
json_array (JsonBuilder  *builder,
            const char   *name,
            const double *values,
            gsize         n,
            double        factor)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (gsize i = 0; i < n; i++)
    json_builder_add_double_value (builder, factor * values[i]);
  json_builder_end_array (builder);
}

static void
print_json (const GPtrArray *curves)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < curves->len; i++) {
    const Curve *curve = curves->pdata[i];

    json_builder_begin_object (builder);
    sal_cli_json_text (builder, "model", curve->name);
    json_builder_set_member_name (builder, "random");
    json_builder_add_boolean_value (builder, curve->is_control);
    sal_cli_json_real (builder, "area", curve->area);
    sal_cli_json_integer (builder, "images", (gint64) curve->images);
    json_array (builder, "masked", curve->percent, curve->n, 0.01);
    json_array (builder, "accuracy", curve->accuracy, curve->n, 0.01);
    json_array (builder, "lower", curve->lower, curve->n, 0.01);
    json_array (builder, "upper", curve->upper, curve->n, 0.01);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  sal_cli_json_print (builder);
}

/* ---- command ----------------------------------------------------------------------- */

/* Whether the words are known is told before anything is loaded. */
static gboolean
check (Options *options,
       GError **error)
{
  NnMaskCurveSettings settings;

  return make_settings (options, &no_images, &settings, error) &&
         sal_cli_images_check (options->images, error) &&
         sal_cli_bits_check (&options->bits, error);
}

static int
run (const Options *options,
     char         **names,
     GError       **error)
{
  g_autoptr (GPtrArray) curves = g_ptr_array_new_with_free_func (free_curve);
  NnPool *pool = sal_cli_pool_new (options->threads, error);
  gboolean ok = pool != NULL;

  for (guint i = 0; ok && names[i] != NULL; i++)
    ok = measure_named (names[i], options, pool, i, curves, error);
  ok = ok && write_files (options, curves, error);
  if (ok)
    (options->json ? print_json : print_text) (curves);
  nn_pool_free (pool);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

int
sal_cli_mask (const SalCliCommand *command,
              int                  argc,
              char               **argv,
              GError             **error)
{
  Options options = { .bits = SAL_CLI_BITS_NONE };
  g_auto (GStrv) arguments = NULL;
  GOptionEntry entries[SAL_CLI_BITS_ENTRIES + 12] = {
    { "method", 'm', 0, G_OPTION_ARG_STRING, &options.method,
      "Explanation method that orders the pixels (default: gradient)", "NAME" },
    { "fill", 'f', 0, G_OPTION_ARG_STRING, &options.fill,
      "What replaces a masked pixel: uniform, mean, background or black (default: background)",
      "NAME" },
    { "order", 0, 0, G_OPTION_ARG_STRING, &options.order,
      "most-salient-first (default) or least-salient-first", "NAME" },
    { "levels", 'l', 0, G_OPTION_ARG_STRING, &options.levels,
      "Percentages of masked pixels (default: 0,10,20,30,40,50,60,70,80,90)", "LIST" },
    sal_cli_images_entry (&options.images),
    sal_cli_dataset_entry (&options.dataset),
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &options.csv, "Write the curves as CSV", "FILE" },
    { "svg", 0, 0, G_OPTION_ARG_FILENAME, &options.svg,
      "Draw the curves (.svg, .pdf or .png)", "FILE" },
    sal_cli_home_entry (&options.home),
    sal_cli_threads_entry (&options.threads),
    sal_cli_json_entry (&options.json),
  };
  int status = SAL_CLI_EXIT_FAILURE;

  sal_cli_bits_entries (&options.bits, entries + 11);
  if (sal_cli_parse (command, argc, argv, entries, NULL, 1, G_MAXUINT, &arguments, error) &&
      check (&options, error))
    status = run (&options, arguments, error);
  sal_cli_bits_clear (&options.bits);
  g_free (options.method);
  g_free (options.fill);
  g_free (options.order);
  g_free (options.levels);
  g_free (options.dataset);
  g_free (options.csv);
  g_free (options.svg);
  g_free (options.home);
  return status;
}
