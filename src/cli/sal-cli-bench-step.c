/* sal-cli-bench-step.c - the steps that `saliscope-cli bench` times
 *
 * Input is random; the time of a step does not depend on it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn/nn-rng.h"
#include "sal-cli-bench.h"
#include "sal-error.h"

/* Each repeat lasts at least this long. */
#define REPEAT_SECONDS 0.25
#define SEED 1

/* ---- what is timed ------------------------------------------------------------------- */

SalCliBenchData
sal_cli_bench_data_new (NnShape shape,
                        gsize   count)
{
  const gsize size = count * nn_shape_size (shape);
  SalCliBenchData data = { .pixels = g_malloc (size), .labels = g_malloc (count) };

  for (gsize i = 0; i < size; i += 16) {
    guint32 words[4];

    nn_rng_block (SEED, nn_rng_stream (NN_RANDOM_NOISE, 0, 0), i, words);
    memcpy (data.pixels + i, words, MIN (sizeof words, size - i));
  }
  for (gsize i = 0; i < count; i++)
    data.labels[i] = (guint8) (i % 10);
  data.images = (NnImages) {
    .pixels = data.pixels, .labels = data.labels, .count = count,
    .channels = shape.channels, .height = shape.height, .width = shape.width, .classes = 10,
    .mean = { 0.5f, 0.5f, 0.5f, 0.5f }, .std = { 0.3f, 0.3f, 0.3f, 0.3f },
  };
  return data;
}

void
sal_cli_bench_data_clear (SalCliBenchData *self)
{
  g_free (self->pixels);
  g_free (self->labels);
}

/* A step of either kind on one and the same mini-batch. */
typedef struct
{
  SalCliBenchData data;
  NnModel        *model;
  NnTrainer      *trainer; /* or NULL                                          */
  NnExec         *exec;    /* or NULL                                          */
  NnIntegerNet   *integer; /* or NULL                                          */
  gsize           batch;
} Bench;

static NnModel *
make_model (const SalCliBenchRow *row,
            const SalRecipe      *recipe,
            GError              **error)
{
  static char text[NN_NETWORK_TEXT_SIZE];
  NnError nn_error;
  NnModel *model = NULL;

  if (nn_network_text (row->network, row->shape, 10,
                       sal_recipe_has_pact (recipe) ? "pact" : NULL, text, sizeof text,
                       &nn_error) == NN_OK)
    model = nn_model_new (text, &nn_error);
  if (model == NULL) {
    sal_error_set_from_engine (error, &nn_error);
    return NULL;
  }
  nn_model_initialise (model, SEED);
  if (!sal_recipe_set_up_model (recipe, model, error))
    g_clear_pointer (&model, nn_model_free);
  return model;
}

NnModel *
sal_cli_bench_model (const SalCliBenchRow *row,
                     GError              **error)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  recipe.mode = row->mode;
  return make_model (row, &recipe, error);
}

static gboolean
make_step (Bench                *self,
           const SalCliBenchRow *row,
           const SalRecipe      *recipe,
           NnPool               *pool,
           GError              **error)
{
  NnTrainSettings settings;
  NnError nn_error;

  if (!sal_recipe_train_settings (recipe, &settings, error))
    return FALSE;
  if (row->work == SAL_CLI_BENCH_TRAIN)
    self->trainer = nn_trainer_new (self->model, pool, &settings, &nn_error);
  else if (row->work == SAL_CLI_BENCH_INFER)
    self->exec = nn_exec_new (self->model, pool, NN_EXEC_INFERENCE, self->batch, &nn_error);
  else
    self->integer = nn_integer_net_new (self->model, pool, self->batch, NULL, &nn_error);
  if (self->trainer == NULL && self->exec == NULL && self->integer == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  if (self->exec != NULL)
    nn_exec_prepare (self->exec);
  return TRUE;
}

static gboolean
bench_begin (Bench                *self,
             const SalCliBenchRow *row,
             gsize                 batch,
             NnPool               *pool,
             GError              **error)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  recipe.mode = row->mode;
  recipe.batch = (int) batch;
  *self = (Bench) { .batch = batch };
  self->model = make_model (row, &recipe, error);
  if (self->model == NULL)
    return FALSE;
  self->data = sal_cli_bench_data_new (row->shape, batch);
  return make_step (self, row, &recipe, pool, error);
}

static void
bench_end (Bench *self)
{
  nn_trainer_free (self->trainer);
  nn_exec_free (self->exec);
  nn_integer_net_free (self->integer);
  nn_model_free (self->model);
  sal_cli_bench_data_clear (&self->data);
}

static gboolean
bench_step (Bench   *self,
            GError **error)
{
  const NnPass pass = { 0 };
  NnStepMetrics metrics;
  NnError nn_error;
  g_autofree guint32 *indices = NULL;

  if (self->exec != NULL) {
    nn_images_gather (&self->data.images, NULL, self->batch, nn_exec_input (self->exec), NULL);
    nn_exec_forward (self->exec, 0, self->batch, &pass);
    return TRUE;
  }
  if (self->integer != NULL) {
    nn_integer_net_forward_images (self->integer, &self->data.images, NULL, self->batch);
    return TRUE;
  }
  indices = g_new (guint32, self->batch);
  for (gsize i = 0; i < self->batch; i++)
    indices[i] = (guint32) i;
  return nn_trainer_step (self->trainer, &self->data.images, indices, self->batch, 1e-4, &metrics,
                          &nn_error) == NN_OK ||
         sal_error_set_from_engine (error, &nn_error);
}

/* ---- timing ---------------------------------------------------------------------------- */

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  const double first = *(const double *) a;
  const double second = *(const double *) b;

  return (first > second) - (first < second);
}

double
sal_cli_bench_median (double *values,
                      gsize   n)
{
  qsort (values, n, sizeof *values, compare_numbers);
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Images a second over steps that last REPEAT_SECONDS together. */
static gboolean
time_repeat (Bench   *bench,
             double  *rate,
             GError **error)
{
  const gint64 begin = g_get_monotonic_time ();
  gint64 steps = 0;
  double seconds = 0;

  do {
    if (!bench_step (bench, error))
      return FALSE;
    steps++;
    seconds = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  } while (seconds < REPEAT_SECONDS);
  *rate = (double) (steps * (gint64) bench->batch) / seconds;
  return TRUE;
}

static gboolean
time_row (Bench             *bench,
          int                repeats,
          SalCliBenchResult *result,
          GError           **error)
{
  double rates[SAL_CLI_BENCH_MAX_REPEATS];

  /* The first steps touch the memory for the first time. */
  for (int i = 0; i < 2; i++)
    if (!bench_step (bench, error))
      return FALSE;
  for (int i = 0; i < repeats; i++)
    if (!time_repeat (bench, &rates[i], error))
      return FALSE;

  result->median = sal_cli_bench_median (rates, (gsize) repeats);
  result->minimum = rates[0];
  result->maximum = rates[repeats - 1];
  return TRUE;
}

/* ---- memory ---------------------------------------------------------------------------- */

/* Lets the kernel count the most memory of this process anew. */
static void
forget_peak_memory (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  if (file == NULL)
    return;
  fputs ("5", file);
  fclose (file);
}

/* Bytes that lay in memory at most since then; NaN where the kernel does not
 * say. */
static double
peak_memory (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) ||
      (line = strstr (text, "VmHWM:")) == NULL)
    return NAN;
  return 1024 * g_ascii_strtod (line + strlen ("VmHWM:"), NULL);
}

gboolean
sal_cli_bench_time (SalCliBenchResult *result,
                    int                repeats,
                    NnPool            *pool,
                    GError           **error)
{
  Bench bench;

  forget_peak_memory ();

  const gboolean ok = bench_begin (&bench, result->row, (gsize) result->batch, pool, error) &&
                      time_row (&bench, repeats, result, error);

  result->memory = peak_memory ();
  bench_end (&bench);
  return ok;
}
