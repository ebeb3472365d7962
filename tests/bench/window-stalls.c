/* window-stalls.c - how evenly the main loop turns while both processors train
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window-bench.h"

#define N_PAGES 5
#define STOPS 8

/* Between two pages that somebody leafs through. */
#define LOOK 400

static const char *const pages[N_PAGES] = {
  "train", "quantize", "inspect", "masking", "compare",
};

static void
append_samples (GArray *all,
                GArray *some)
{
  g_array_append_vals (all, some->data, some->len);
  g_array_unref (some);
}

static void
watch_pages (Bench *self)
{
  for (gsize i = 0; i < N_PAGES; i++) {
    g_autofree char *name = g_strdup_printf ("page “%s”", pages[i]);

    sal_window_show_page (self->window, pages[i]);
    bench_turn (1000);

    BenchWatcher *watcher = bench_watch (self);

    bench_turn (1000 * self->seconds);
    bench_report_watch (self, name, bench_unwatch (watcher));
  }
}

/* Every page is built by now: these are the later visits. */
static void
leaf_through (Bench *self)
{
  BenchWatcher *watcher = bench_watch (self);

  for (guint i = 0; i < self->seconds * 1000 / LOOK; i++) {
    sal_window_show_page (self->window, pages[i % N_PAGES]);
    bench_turn (LOOK);
  }
  bench_report_watch (self, "going from page to page", bench_unwatch (watcher));
}

static void
measure_stalls (Bench *self)
{
  bench_add_runs (self);
  bench_train (self);
  watch_pages (self);
  leaf_through (self);
  bench_stop (self);
}

void
bench_stalls (Bench *self)
{
  bench_in_window (self, measure_stalls);
}

/* --- stopping --------------------------------------------------------------------- */

typedef struct
{
  Bench *bench;
  gint64 acknowledged;
  gint64 idle;
} Stop;

static void
state_changed_cb (Stop *self)
{
  const gint64 now = g_get_monotonic_time ();

  if (self->acknowledged == 0)
    self->acknowledged = now;
  if (!sal_session_is_training (self->bench->session))
    self->idle = now;
}

static gboolean
is_over (gpointer stop)
{
  return ((Stop *) stop)->idle != 0;
}

static void
measure_stops (Bench *self)
{
  GArray *acknowledged = bench_samples_new ();
  GArray *idle = bench_samples_new ();
  BenchWatch all = { bench_samples_new (), bench_samples_new (), bench_samples_new () };

  bench_turn (2000);
  for (guint i = 0; i < STOPS; i++) {
    Stop stop = { .bench = self };
    BenchWatcher *watcher = bench_watch (self);

    bench_train (self);
    bench_turn_random (0, 300);

    const gulong handler = g_signal_connect_swapped (self->session, "notify::state",
                                                     G_CALLBACK (state_changed_cb), &stop);
    const gint64 begin = g_get_monotonic_time ();

    sal_session_stop (self->session);
    app_fixture_wait (is_over, &stop);
    g_signal_handler_disconnect (self->session, handler);
    bench_samples_add (acknowledged, (double) (stop.acknowledged - begin) / 1000);
    bench_samples_add (idle, (double) (stop.idle - begin) / 1000);

    const BenchWatch watch = bench_unwatch (watcher);

    append_samples (all.lateness, watch.lateness);
    append_samples (all.intervals, watch.intervals);
    append_samples (all.drawing, watch.drawing);
  }
  bench_report (self, "stop until it is acknowledged", acknowledged, "ms", BENCH_MAX, 100);
  bench_report (self, "stop until the thread is idle, checkpoint saved", idle, "ms", BENCH_MAX,
                500);
  bench_report_watch (self, "runs start and stop", all);
}

void
bench_stops (Bench *self)
{
  bench_in_window (self, measure_stops);
}
