/* window-amounts.c - whole test sets, a million points, sixty thousand images
 *
 * Nothing is trained meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window-bench.h"

#include <math.h>

#include "sal-chart.h"
#include "sal-directory.h"
#include "sal-fixture.h"

#define POINTS 1000000
#define DRAWINGS 60
#define IMAGES 60000

/* --- a masking curve ---------------------------------------------------------------- */

typedef struct
{
  gint64   began_at;
  gint64   first_at;
  gint64   final_at;
  gsize    total;
} Curve;

static void
curve_cb (const SalCurveAnswer *answer,
          gpointer              data)
{
  Curve *self = data;

  if (answer->message != NULL)
    g_error ("%s", answer->message);
  if (self->first_at == 0)
    self->first_at = g_get_monotonic_time ();
  if (answer->done == answer->total)
    self->final_at = g_get_monotonic_time ();
  self->total = answer->total;
}

static gboolean
is_final (gpointer curve)
{
  return ((Curve *) curve)->final_at != 0;
}

static gboolean
is_predicted (gpointer session)
{
  SalLabModel *model = sal_session_get_model (session);
  const NnImages *test = sal_dataset_get_test (sal_lab_model_get_dataset (model));

  return sal_lab_model_get_n_predicted (model) == test->count;
}

static void
measure_masking (Bench *self)
{
  Curve curve = { 0 };
  GArray *first = bench_samples_new ();
  GArray *final = bench_samples_new ();

  bench_add_runs (self);
  app_fixture_wait (is_predicted, self->session);

  const SalCurveRequest request = {
    .model = sal_session_get_model (self->session),
    .bits = sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED),
    .method = "gradient",
    .fill = NN_FILL_MEAN,
    .order = NN_ORDER_MOST_SALIENT_FIRST,
  };

  curve.began_at = g_get_monotonic_time ();
  sal_lab_mask_curves (sal_session_get_lab (self->session), "bench", &request, 1, 0, curve_cb,
                       &curve);
  app_fixture_wait (is_final, &curve);
  bench_samples_add (first, (double) (curve.first_at - curve.began_at) / 1000);
  bench_samples_add (final, (double) (curve.final_at - curve.began_at) / G_USEC_PER_SEC);

  g_autofree char *name = g_strdup_printf ("masking curve, gradient, %" G_GSIZE_FORMAT
                                           " images: to the end", curve.total);

  bench_report (self, "masking curve, gradient: to its first points", first, "ms", BENCH_MAX, 1000);
  bench_report (self, name, final, "s", BENCH_MAX, 20);
}

void
bench_masking (Bench *self)
{
  bench_in_window (self, measure_masking);
}

/* --- a million points ----------------------------------------------------------------- */

/* Curves as training makes them: falling, and noisy from step to step. */
static SalRunRecord *
make_record (void)
{
  SalRunRecord *record = sal_run_record_new ();
  g_autofree SalMetric *metrics = g_new (SalMetric, POINTS);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (gsize i = 0; i < POINTS; i++) {
    const double fall = exp (-3.0 * (double) i / POINTS);
    const gboolean validated = i % 1000 == 999;

    metrics[i] = (SalMetric) {
      .step = (gint64) i + 1,
      .ce = fall * (0.5 + g_rand_double (random)),
      .kl = 0.1 * fall * g_rand_double (random),
      .train_accuracy = 1 - 0.8 * fall * g_rand_double (random),
      .validation_accuracy = validated ? 1 - 0.5 * fall : NAN,
      .validation_ce = validated ? fall : NAN,
      .learning_rate = 1e-3,
    };
  }
  sal_run_record_append (record, metrics, POINTS, NULL, 0);
  return record;
}

/* What drawing costs without the window around it. */
static void
draw_chart (Bench    *self,
            SalChart *chart)
{
  GArray *samples = bench_samples_new ();
  const PlotStyle style = sal_drawing_get_style (SAL_DRAWING (chart));
  const PlotRect bounds = sal_drawing_get_bounds (SAL_DRAWING (chart));
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) bounds.width,
                                                         (int) bounds.height);

  for (guint i = 0; i < DRAWINGS; i++) {
    cairo_t *cr = cairo_create (surface);
    const gint64 begin = g_get_monotonic_time ();

    SAL_DRAWING_GET_CLASS (chart)->draw (SAL_DRAWING (chart), cr, &style, bounds);
    bench_samples_add (samples, (double) (g_get_monotonic_time () - begin) / 1000);
    cairo_destroy (cr);
  }
  cairo_surface_destroy (surface);

  g_autofree char *name = g_strdup_printf ("chart of 10⁶ points, %d × %d: drawn",
                                           (int) bounds.width, (int) bounds.height);

  bench_report (self, name, samples, "ms", BENCH_P95, 4);
}

/* Zooms into the middle and out again, panning all the way. */
static gboolean
move_view_cb (GtkWidget     *widget,
              GdkFrameClock *clock,
              gpointer       data)
{
  static guint frame = 0;
  const double phase = 2 * G_PI * (double) (frame++ % 240) / 240;
  const double width = POINTS * (0.05 + 0.45 * (1 + cos (phase)));
  const double begin = 0.5 * (POINTS - width) * (1 + sin (phase));
  SalChart *const *charts = data;

  for (guint i = 0; i < 2; i++)
    sal_chart_set_x_range (charts[i], begin, begin + width);
  return G_SOURCE_CONTINUE;
}

static void
measure_points (Bench *self)
{
  g_autoptr (SalRunRecord) record = make_record ();
  SalChart *charts[2];

  bench_add_runs (self);
  sal_window_show_page (self->window, "train");
  sal_run_item_set_record (sal_session_get_run (self->session), record);
  bench_turn (4000);
  charts[0] = bench_find (self, SAL_TYPE_CHART, "Loss");
  charts[1] = bench_find (self, SAL_TYPE_CHART, "Accuracy %");
  draw_chart (self, charts[0]);

  const guint tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->window), move_view_cb, charts,
                                                   NULL);
  BenchWatcher *watcher = bench_watch (self);

  bench_turn (1000 * self->seconds);
  bench_report_watch (self, "2 charts of 10⁶ points zoomed, panned", bench_unwatch (watcher));
  gtk_widget_remove_tick_callback (GTK_WIDGET (self->window), tick);
}

void
bench_points (Bench *self)
{
  bench_in_window (self, measure_points);
}

/* --- sixty thousand images -------------------------------------------------------------- */

/* The grid shows test images. */
static char *
make_folder (void)
{
  char *folder = sal_fixture_make_folder ();

  sal_fixture_write (folder, "train-images-idx3-ubyte", sal_fixture_images (100, 28, 28));
  sal_fixture_write (folder, "train-labels-idx1-ubyte", sal_fixture_labels (100, 10));
  sal_fixture_write (folder, "t10k-images-idx3-ubyte", sal_fixture_images (IMAGES, 28, 28));
  sal_fixture_write (folder, "t10k-labels-idx1-ubyte", sal_fixture_labels (IMAGES, 10));
  return folder;
}

static gboolean
has_images (gpointer session)
{
  SalDataset *dataset = sal_session_get_dataset (session);

  return dataset != NULL && sal_dataset_get_test (dataset)->count == IMAGES;
}

/* As far in a frame as a fling of the wheel moves a list. */
static gboolean
scroll_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       data)
{
  GtkAdjustment *adjustment = data;
  const double value = gtk_adjustment_get_value (adjustment);
  const double end = gtk_adjustment_get_upper (adjustment) -
                     gtk_adjustment_get_page_size (adjustment);

  gtk_adjustment_set_value (adjustment, value + 120 < end ? value + 120 : 0);
  return G_SOURCE_CONTINUE;
}

static void
measure_images (Bench *self)
{
  char *folder = make_folder ();
  SalRecipe recipe = bench_recipe (self, SAL_MODE_BASELINE);

  g_strlcpy (recipe.dataset, folder, sizeof recipe.dataset);
  sal_session_set_run (self->session, NULL);
  sal_session_set_recipe (self->session, &recipe);
  app_fixture_wait (has_images, self->session);
  bench_turn (2000);

  GtkWidget *grid = bench_find (self, GTK_TYPE_GRID_VIEW, NULL);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (grid));
  const guint tick = gtk_widget_add_tick_callback (grid, scroll_cb, adjustment, NULL);
  BenchWatcher *watcher = bench_watch (self);

  bench_turn (1000 * self->seconds);
  bench_report_watch (self, "60,000 images scrolled", bench_unwatch (watcher));
  gtk_widget_remove_tick_callback (grid, tick);
  sal_fixture_remove_folder (folder);
}

void
bench_images (Bench *self)
{
  bench_in_window (self, measure_images);
}
