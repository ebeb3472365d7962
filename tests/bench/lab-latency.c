/* lab-latency.c - how long the slider waits while training runs at full load
 *
 * Trains SGT-CNN on all processors through the worker, and meanwhile moves the
 * bits of four networks as a hand would: at each move it asks for the maps of
 * four panes and for the accuracy, and notes when each first answer is there.
 * Prints percentiles; a speed is nobody's pass or fail.
 *
 *     lab-latency [DATASET [MOVES]]
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sal-directory.h"
#include "sal-lab-private.h"
#include "sal-worker.h"

#define N_PANES 4
#define WARM_UP 8

/* Between two moves: a drag that is looked at. */
#define PAUSE (30 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  SalLab      *lab;
  SalWorker   *worker;
  SalDataset  *dataset;
  SalLabModel *models[N_PANES];
  double       images_per_second;
  double       rate_sum;       /* of the snapshots while measuring            */
  guint        n_rates;
  gint64       asked_at;
  gint64       image_at;       /* 0: not answered yet                         */
  gint64       scaled_at;
  gint64       accuracy_at;
} Bench;

/* ---- load ---------------------------------------------------------------- */

static void
snapshot_cb (SalWorker *worker,
             Bench     *bench)
{
  g_autoptr (SalSnapshot) snapshot = sal_worker_take_snapshot (worker);

  if (snapshot == NULL)
    return;
  if (snapshot->state == SAL_WORKER_FAILED)
    g_error ("%s", snapshot->message);
  if (snapshot->images_per_second > 0.0) {
    bench->images_per_second = snapshot->images_per_second;
    bench->rate_sum += snapshot->images_per_second;
    bench->n_rates++;
  }
}

static void
start_training (Bench      *bench,
                const char *home,
                const char *dataset)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  g_strlcpy (recipe.dataset, dataset, sizeof recipe.dataset);
  g_strlcpy (recipe.network, "sgt-cnn", sizeof recipe.network);
  recipe.mode = SAL_MODE_SGT_PACT;
  recipe.epochs = 1000;
  bench->worker = sal_worker_new (home, 0);
  g_signal_connect (bench->worker, "snapshot", G_CALLBACK (snapshot_cb), bench);
  sal_worker_start (bench->worker, &recipe);
  while (bench->images_per_second == 0.0)
    g_main_context_iteration (NULL, TRUE);
}

/* ---- questions ------------------------------------------------------------- */

static SalLabModel *
new_model (SalDataset *dataset,
           const char *activation,
           guint64     seed)
{
  const NnImages *test = sal_dataset_get_test (dataset);
  const NnShape shape = { test->channels, test->height, test->width };
  char text[2048];
  NnError error;
  NnModel *model = NULL;

  if (nn_network_text ("sgt-cnn", shape, test->classes, activation, text, sizeof text,
                       &error) == NN_OK)
    model = nn_model_new (text, &error);
  if (model == NULL)
    g_error ("%s", error.message);
  nn_model_initialise (model, seed);

  SalLabModel *known = sal_lab_model_new (model, NULL, dataset);

  nn_model_free (model);
  return known;
}

static void
image_cb (const SalImageAnswer *answer,
          gpointer              data)
{
  Bench *bench = data;
  gboolean scaled = TRUE;

  for (guint i = 0; i < answer->n_panes; i++) {
    if (answer->panes[i].message != NULL)
      g_error ("%s", answer->panes[i].message);
    scaled = scaled && answer->panes[i].scale > 0.0f;
  }
  if (bench->image_at == 0)
    bench->image_at = g_get_monotonic_time ();
  if (scaled && bench->scaled_at == 0)
    bench->scaled_at = g_get_monotonic_time ();
}

static void
accuracy_cb (const SalAccuracyAnswer *answer,
             gpointer                 data)
{
  Bench *bench = data;

  if (answer->message != NULL)
    g_error ("%s", answer->message);
  if (bench->accuracy_at == 0)
    bench->accuracy_at = g_get_monotonic_time ();
}

/* Bits that were never asked before: nothing is remembered of them. */
static SalBits
bits_of_move (guint move)
{
  SalBits bits = sal_bits_uniform (2 + (int) (move % 7), 2 + (int) (move % 7));

  bits.n_layers = 1;
  bits.layers[0] = (SalLayerBits) {
    1, SAL_BITS_LIKE_OTHERS, SAL_BITS_LIKE_OTHERS, 2.0f + 0.001f * (float) move
  };
  return bits;
}

static void
wait_until (gint64 time)
{
  while (g_get_monotonic_time () < time) {
    while (g_main_context_iteration (NULL, FALSE))
      continue;
    g_usleep (1000);
  }
}

/* One move of the slider; adds its three latencies in milliseconds. */
static void
move_slider (Bench             *bench,
             const char *const *methods,
             guint              move,
             GArray            *latencies[3])
{
  const NnImages *test = sal_dataset_get_test (bench->dataset);
  const gsize image = move % test->count;
  SalPaneRequest panes[N_PANES];

  for (guint i = 0; i < N_PANES; i++)
    panes[i] = (SalPaneRequest) { bench->models[i], bits_of_move (move), methods[i] };
  bench->image_at = bench->scaled_at = bench->accuracy_at = 0;
  bench->asked_at = g_get_monotonic_time ();
  sal_lab_explain (bench->lab, "panes", panes, N_PANES,
                   test->pixels + image * nn_images_stride (test), test->labels[image],
                   SAL_EXPLAIN_PREDICTED, image, image_cb, bench);
  sal_lab_measure_accuracy (bench->lab, "slider", bench->models[0], panes[0].bits, accuracy_cb,
                            bench);
  while (bench->image_at == 0 || bench->scaled_at == 0 || bench->accuracy_at == 0)
    g_main_context_iteration (NULL, TRUE);

  const gint64 answers[3] = { bench->image_at, bench->scaled_at, bench->accuracy_at };

  for (guint i = 0; i < 3; i++) {
    const double latency = (double) (answers[i] - bench->asked_at) / 1000.0;

    g_array_append_val (latencies[i], latency);
  }
  wait_until (g_get_monotonic_time () + PAUSE);
}

/* ---- report ---------------------------------------------------------------- */

static int
compare_doubles (const void *a,
                 const void *b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
percentile (GArray *sorted,
            double  share)
{
  return g_array_index (sorted, double, (guint) (share * (double) (sorted->len - 1)));
}

static void
print_latencies (const char *what,
                 GArray     *latencies)
{
  g_array_sort (latencies, compare_doubles);
  printf ("  %-28s p50 %7.1f   p95 %7.1f   max %7.1f ms\n", what, percentile (latencies, 0.5),
          percentile (latencies, 0.95), percentile (latencies, 1.0));
}

static void
measure (Bench             *bench,
         const char        *title,
         const char *const *methods,
         guint              moves,
         guint              first_move)
{
  static const char *const names[] = {
    "maps of 4 panes", "... with their scales", "accuracy from 500 images"
  };
  GArray *latencies[3];

  for (guint i = 0; i < 3; i++)
    latencies[i] = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < WARM_UP; i++)
    move_slider (bench, methods, first_move + i, latencies);
  for (guint i = 0; i < 3; i++)
    g_array_set_size (latencies[i], 0);
  bench->rate_sum = 0.0;
  bench->n_rates = 0;
  for (guint i = 0; i < moves; i++)
    move_slider (bench, methods, first_move + WARM_UP + i, latencies);
  printf ("%s\n", title);
  for (guint i = 0; i < 3; i++) {
    print_latencies (names[i], latencies[i]);
    g_array_unref (latencies[i]);
  }
  if (bench->n_rates > 0)
    printf ("  %-28s %.0f images/s\n", "training meanwhile", bench->rate_sum / bench->n_rates);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const gradients[N_PANES] = { "gradient", "gradient", "gradient", "gradient" };
  static const char *const various[N_PANES] = {
    "gradient", "input-x-gradient", "integrated-gradients", "smoothgrad"
  };
  setvbuf (stdout, NULL, _IOLBF, 0);

  const char *name = argc > 1 ? argv[1] : "glyphs";
  const guint moves = argc > 2 ? (guint) atoi (argv[2]) : 40;
  g_autoptr (GError) error = NULL;
  g_autofree char *home = g_dir_make_tmp ("saliscope-bench-XXXXXX", &error);
  Bench bench = { .dataset = sal_dataset_open (name, NULL, &error) };

  if (bench.dataset == NULL || home == NULL || moves < 1) {
    fprintf (stderr, "lab-latency: %s\n", error != NULL ? error->message : "no moves");
    return 1;
  }
  bench.lab = sal_lab_new (0);
  for (guint i = 0; i < N_PANES; i++)
    bench.models[i] = new_model (bench.dataset, i % 2 == 0 ? "pact" : "relu", i);

  measure (&bench, "Nothing else runs; gradient", gradients, moves, 0);
  start_training (&bench, home, name);
  wait_until (g_get_monotonic_time () + 3 * G_TIME_SPAN_SECOND);
  printf ("Training alone: %.0f images/s\n", bench.images_per_second);
  measure (&bench, "Training on all processors; gradient", gradients, moves, 10000);
  measure (&bench, "Training on all processors; four methods", various, moves, 20000);

  g_object_unref (bench.worker);
  g_object_unref (bench.lab);
  for (guint i = 0; i < N_PANES; i++)
    sal_lab_model_unref (bench.models[i]);
  sal_dataset_unref (bench.dataset);
  sal_directory_remove (home, NULL);
  return 0;
}
