/* window-bench.h - the real window, driven and timed
 *
 * Times are microseconds of g_get_monotonic_time(), samples are what the
 * report says: milliseconds unless another unit is given.  A frame counts as
 * drawn at the frame clock's "after-paint".  Keys are pressed by xdotool, so
 * that a latency begins before the X server knows of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app-fixture.h"
#include "sal-application.h"

G_BEGIN_DECLS

/* What of a distribution is held against its goal. */
typedef enum
{
  BENCH_MEDIAN,
  BENCH_P95,
  BENCH_P99,
  BENCH_MAX,
  BENCH_NO_GOAL, /* the number of statistics                                  */
} BenchStatistic;

typedef struct
{
  const char     *program;     /* this one, as it was called                 */
  const char     *dataset;     /* what is trained on                          */
  guint           moves;       /* of the slider, for each measurement         */
  gint64          since;       /* when this process was started, or 0         */
  guint           seconds;     /* of watching the main loop                   */
  gboolean        json;        /* instead of the table, which goes to stderr  */
  GPtrArray      *results;     /* Result of window-results.c, or NULL         */

  SalApplication *application;
  SalSession     *session;     /* NULL where no window is open, as all below  */
  SalWindow      *window;
  GSubprocess    *keyboard;
  GPtrArray      *runs;        /* SalRunItem: SGT-CNN in the four modes       */
} Bench;

/* --- the window --------------------------------------------------------------- */

/* Runs the program with a store of its own; calls `measure` when its window is
 * there, and quits when that returns. */
typedef void (*BenchMeasure) (Bench *self);
void bench_in_window (Bench       *self,
                      BenchMeasure measure);

/* SGT-CNN on the data set of the bench, to be trained for very long. */
SalRecipe bench_recipe (Bench  *self,
                        SalMode mode);

/* Gives the window four SGT-CNN networks on the data set of the bench, one of
 * each mode with random weights, and shows the last of them. */
void bench_add_runs (Bench *self);

/* Trains SGT-CNN by SGT + PACT on all processors until bench_stop(); returns
 * when it is at full speed.  The window then shows the run that is trained. */
void bench_train (Bench *self);
void bench_stop  (Bench *self);

/* The mapped widget of `type` whose own label or title is `text` (NULL: any),
 * as soon as there is one. */
gpointer bench_find (Bench      *self,
                     GType       type,
                     const char *text);

/* --- time ----------------------------------------------------------------------- */

/* Turns the main loop for some milliseconds, or some of up to as many. */
void bench_turn        (guint milliseconds);
void bench_turn_random (guint least,
                        guint most);

/* Presses a key (its X name) in the window that has the focus. */
void bench_press (Bench      *self,
                  const char *key);

/* Something that is to be seen. */
typedef struct
{
  const char  *what;       /* for the message where it is never seen          */
  AppCondition is_shown;
  gint64       drawn_at;   /* end of the first frame that shows it            */
} BenchSight;

/* Turns the main loop until frames were drawn that show all of `sights`. */
void bench_await (Bench      *self,
                  BenchSight *sights,
                  guint       n,
                  gpointer    data);

/* How late a source of the main loop is that wants to run every 5 ms, and how
 * far apart and how long to draw frames are while each is drawn. */
typedef struct
{
  GArray *lateness;
  GArray *intervals;
  GArray *drawing;     /* from before-paint to after-paint                    */
} BenchWatch;

typedef struct _BenchWatcher BenchWatcher;

BenchWatcher *bench_watch   (Bench *self);
BenchWatch    bench_unwatch (BenchWatcher *watcher); /* free its arrays       */

/* --- results ------------------------------------------------------------------- */

/* Samples are doubles. */
GArray *bench_samples_new (void);
void    bench_samples_add (GArray *samples,
                           double  value);

/* Prints a line of the table. Takes `samples`; `limit` is the goal's. */
void bench_report (Bench         *self,
                   const char    *name,
                   GArray        *samples,
                   const char    *unit,
                   BenchStatistic statistic,
                   double         limit);

/* Reports lateness and frames of a stretch that is called `name`; takes it. */
void bench_report_watch (Bench      *self,
                         const char *name,
                         BenchWatch  watch);

void bench_print_json (Bench *self);

/* --- what is measured, one file each ---------------------------------------------- */

void bench_sliders    (Bench *self); /* window-sliders.c                      */
void bench_stalls     (Bench *self); /* window-stalls.c                       */
void bench_stops      (Bench *self);
void bench_masking    (Bench *self); /* window-amounts.c                      */
void bench_points     (Bench *self);
void bench_images     (Bench *self);
void bench_starts     (Bench *self); /* window-processes.c                    */
void bench_memory     (Bench *self);
void bench_throughput (Bench *self);

/* What the processes do that those of window-processes.c start. */
void bench_do_process (Bench      *self,
                       const char *name);

G_END_DECLS
