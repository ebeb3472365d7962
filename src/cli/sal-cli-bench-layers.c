/* sal-cli-bench-layers.c - where the time of a training step goes, layer by layer
 *
 * The times are taken inside of whole passes, where a layer finds its input in
 * the cache as it does in training.  A pass with and one without gradients of
 * weights tell the two backward halves of a layer apart.  Times are those of
 * the slices on all threads, divided by the number of threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-cli-bench.h"
#include "sal-cli-output.h"
#include "sal-error.h"

/* The passes of a layer. */
enum { FORWARD, DATA, WEIGHTS, N_PASSES };

static const char *const pass_names[N_PASSES] = { "forward", "data_gradient", "weight_gradient" };

/* One network at work. */
typedef struct
{
  NnModel        *model;
  NnExec         *exec;
  SalCliBenchData data;
  gsize           batch;
  gsize           layers;
  gsize           threads;
  NnLayerTime    *times;    /* (threads, layers)                               */
  float          *gradient; /* like the model's parameters                     */
  float          *logits_gradient; /* (batch, classes)                         */
} Bench;

/* Medians, in seconds an image. */
typedef struct
{
  double *layers;           /* (layers, N_PASSES)                              */
  double  forward;          /* the whole pass, by the clock                    */
  double  backward;
} Times;

/* ---- passes ------------------------------------------------------------------------ */

static void
bench_clear (Bench *self)
{
  nn_exec_free (self->exec);
  nn_model_free (self->model);
  sal_cli_bench_data_clear (&self->data);
  g_free (self->times);
  g_free (self->gradient);
  g_free (self->logits_gradient);
}

static gboolean
bench_begin (Bench                *self,
             const SalCliBenchRow *row,
             gsize                 batch,
             NnPool               *pool,
             GError              **error)
{
  NnError nn_error;

  *self = (Bench) { .batch = batch, .threads = (gsize) nn_pool_threads (pool) };
  self->model = sal_cli_bench_model (row, error);
  if (self->model == NULL)
    return FALSE;
  self->data = sal_cli_bench_data_new (row->shape, batch);
  self->layers = nn_model_layer_count (self->model);
  self->times = g_new0 (NnLayerTime, self->threads * self->layers);
  self->gradient = g_new0 (float, nn_model_arena_count (self->model));
  self->logits_gradient = g_new (float, batch * (gsize) nn_model_classes (self->model));
  for (gsize i = 0; i < batch * (gsize) nn_model_classes (self->model); i++)
    self->logits_gradient[i] = (i % 3 == 0 ? 0.1f : -0.05f) / (float) batch;
  self->exec = nn_exec_new (self->model, pool, NN_EXEC_GRADIENT, batch, &nn_error);
  if (self->exec == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  nn_exec_prepare (self->exec);
  nn_exec_set_times (self->exec, self->times);
  return TRUE;
}

static double
seconds_since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

/* Runs forward and backward; the clock's times go to `*forward` and
 * `*backward`, those of the layers to self->times. */
static void
run_passes (Bench   *self,
            gboolean with_weights,
            double  *forward,
            double  *backward)
{
  const NnPass pass = { .training = TRUE, .seed = 1, .step = 1 };
  const gsize logits = self->batch * (gsize) nn_model_classes (self->model);

  memset (self->times, 0, self->threads * self->layers * sizeof *self->times);
  nn_images_gather (&self->data.images, NULL, self->batch, nn_exec_input (self->exec), NULL);

  const gint64 begin = g_get_monotonic_time ();

  nn_exec_forward (self->exec, 0, self->batch, &pass);
  *forward = seconds_since (begin);
  memcpy (nn_exec_logits_gradient (self->exec), self->logits_gradient, logits * sizeof (float));

  const gint64 middle = g_get_monotonic_time ();

  if (with_weights)
    nn_exec_backward (self->exec, 0, self->batch, self->gradient);
  else
    nn_exec_backward_input (self->exec, 0, self->batch);
  *backward = seconds_since (middle);
}

/* What the threads spent in layer `layer`, had they shared it evenly. */
static NnLayerTime
layer_time (const Bench *self,
            gsize        layer)
{
  NnLayerTime sum = { 0 };

  for (gsize thread = 0; thread < self->threads; thread++) {
    const NnLayerTime *time = &self->times[thread * self->layers + layer];

    sum.forward += time->forward / (double) self->threads;
    sum.backward += time->backward / (double) self->threads;
    sum.weights += time->weights / (double) self->threads;
  }
  return sum;
}

/* One repetition: the two kinds of backward pass, each after a forward one.
 * Nobody needs the first layer's data gradient while weights are trained. */
static void
time_repeat (Bench  *self,
             double *layers,
             double *forward,
             double *backward)
{
  double again, input;
  g_autofree NnLayerTime *data = g_new (NnLayerTime, self->layers);

  run_passes (self, FALSE, &again, &input);
  for (gsize i = 0; i < self->layers; i++)
    data[i] = layer_time (self, i);
  run_passes (self, TRUE, forward, backward);
  for (gsize i = 0; i < self->layers; i++) {
    const NnLayerTime time = layer_time (self, i);
    const double both = time.backward + time.weights;

    layers[i * N_PASSES + FORWARD] = (time.forward + data[i].forward) / 2;
    layers[i * N_PASSES + DATA] = data[i].backward;
    layers[i * N_PASSES + WEIGHTS] = i == 0 ? both : MAX (0, both - data[i].backward);
  }
}

/* The median of every `stride`th of (repeats, stride) numbers from `offset`
 * on, for one image. */
static double
median_of (const Bench  *self,
           const double *values,
           gsize         repeats,
           gsize         stride,
           gsize         offset)
{
  double sorted[SAL_CLI_BENCH_MAX_REPEATS];

  for (gsize i = 0; i < repeats; i++)
    sorted[i] = values[i * stride + offset];
  return sal_cli_bench_median (sorted, repeats) / (double) self->batch;
}

static Times
time_layers (Bench *self,
             gsize  repeats)
{
  const gsize stride = self->layers * N_PASSES;
  g_autofree double *all = g_new0 (double, repeats * stride);
  g_autofree double *forward = g_new0 (double, repeats);
  g_autofree double *backward = g_new0 (double, repeats);
  Times times = { .layers = g_new0 (double, stride) };

  /* The first passes touch the memory for the first time. */
  time_repeat (self, all, forward, backward);
  for (gsize i = 0; i < repeats; i++)
    time_repeat (self, all + i * stride, &forward[i], &backward[i]);
  for (gsize i = 0; i < stride; i++)
    times.layers[i] = median_of (self, all, repeats, stride, i);
  times.forward = median_of (self, forward, repeats, 1, 0);
  times.backward = median_of (self, backward, repeats, 1, 0);
  return times;
}

/* ---- rates --------------------------------------------------------------------------- */

/* Whether a pass of layer `layer` is part of a training step. */
static gboolean
counts (gsize layer,
        int   pass)
{
  return layer > 0 || pass != DATA;
}

/* Floating-point operations of one image in one pass. */
static double
flop (const Bench *self,
      gsize        layer)
{
  return 2.0 * (double) nn_model_layer (self->model, layer).macs;
}

/* Seconds and operations that layer `layer` is part of a step with. */
static double
step_seconds (const Times *times,
              gsize        layer)
{
  double sum = 0;

  for (int pass = 0; pass < N_PASSES; pass++)
    if (counts (layer, pass))
      sum += times->layers[layer * N_PASSES + (gsize) pass];
  return sum;
}

static double
step_flop (const Bench *self,
           gsize        layer)
{
  return flop (self, layer) * (layer > 0 ? N_PASSES : N_PASSES - 1);
}

typedef struct
{
  double seconds; /* in layers */
  double flop;
} Sum;

static Sum
sum_layers (const Bench *self,
            const Times *times)
{
  Sum sum = { 0 };

  for (gsize i = 0; i < self->layers; i++) {
    sum.seconds += step_seconds (times, i);
    sum.flop += step_flop (self, i);
  }
  return sum;
}

/* ---- text ------------------------------------------------------------------------------ */

static void
add_text (GPtrArray  *cells,
          const char *text)
{
  g_ptr_array_add (cells, g_strdup (text));
}

static void
add_number (GPtrArray  *cells,
            const char *format,
            double      value) G_GNUC_PRINTF (2, 0);

static void
add_number (GPtrArray  *cells,
            const char *format,
            double      value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ptr_array_add (cells, isfinite (value)
                          ? g_strdup (g_ascii_formatd (text, sizeof text, format, value))
                          : g_strdup ("–"));
}

/* Time, rate and share of the rate of products; NaN where nothing is
 * multiplied. */
static void
add_rates (GPtrArray *cells,
           double     seconds,
           double     work,
           double     product_rate)
{
  const double rate = work > 0 && seconds > 0 ? work / seconds : NAN;

  add_number (cells, "%.2f", 1e6 * seconds);
  add_number (cells, "%.0f", rate / 1e9);
  add_number (cells, "%.0f", 100 * rate / product_rate);
}

static void
add_layer (GPtrArray   *cells,
           const Bench *self,
           const Times *times,
           gsize        layer,
           double       product_rate)
{
  const NnLayerInfo info = nn_model_layer (self->model, layer);
  const double total = times->forward + times->backward;

  add_text (cells, info.name);
  add_number (cells, "%.3f", info.macs > 0 ? 1e-6 * (double) info.macs : NAN);
  for (gsize pass = 0; pass < N_PASSES; pass++)
    add_rates (cells, times->layers[layer * N_PASSES + pass], flop (self, layer), product_rate);
  add_number (cells, "%.1f", 100 * step_seconds (times, layer) / total);
}

static void
print_text (const SalCliBenchRow *row,
            const Bench          *self,
            const Times          *times,
            double                product_rate)
{
  static const char *const heading[] = {
    "layer", "MMAC", "forward µs", "GFLOP/s", "%", "data µs", "GFLOP/s", "%", "weights µs",
    "GFLOP/s", "%", "of the step %"
  };
  const Sum sum = sum_layers (self, times);
  const double total = times->forward + times->backward;
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (heading); i++)
    add_text (cells, heading[i]);
  for (gsize i = 0; i < self->layers; i++)
    add_layer (cells, self, times, i, product_rate);
  g_print ("%s, %s, batch %" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT " threads: microseconds an image; "
           "%% of %.0f GFLOP/s in large matrix products\n", row->network,
           sal_mode_title (row->mode), self->batch, self->threads, product_rate / 1e9);
  sal_cli_print_table (cells, G_N_ELEMENTS (heading));
  g_print ("forward and backward %.1f µs an image, %.0f GFLOP/s, %.0f %%; outside of layers "
           "%.1f µs\n\n", 1e6 * total, sum.flop / total / 1e9,
           100 * sum.flop / total / product_rate, 1e6 * MAX (0, total - sum.seconds));
}

/* ---- JSON ------------------------------------------------------------------------------- */

static void
json_layer (JsonBuilder *builder,
            const Bench *self,
            const Times *times,
            gsize        layer,
            double       product_rate)
{
  const NnLayerInfo info = nn_model_layer (self->model, layer);

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "name", info.name);
  sal_cli_json_text (builder, "kind", info.kind->name);
  sal_cli_json_integer (builder, "macs", (gint64) info.macs);
  for (gsize pass = 0; pass < N_PASSES; pass++) {
    const double seconds = times->layers[layer * N_PASSES + pass];
    const double rate = info.macs > 0 && seconds > 0 ? flop (self, layer) / seconds : NAN;

    json_builder_set_member_name (builder, pass_names[pass]);
    json_builder_begin_object (builder);
    sal_cli_json_real (builder, "microseconds", 1e6 * seconds);
    sal_cli_json_real (builder, "gflops", rate / 1e9);
    sal_cli_json_real (builder, "share_of_products", rate / product_rate);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
add_json (JsonBuilder          *builder,
          const SalCliBenchRow *row,
          const Bench          *self,
          const Times          *times,
          double                product_rate)
{
  const Sum sum = sum_layers (self, times);
  const double total = times->forward + times->backward;

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "network", row->network);
  sal_cli_json_text (builder, "mode", sal_mode_name (row->mode));
  sal_cli_json_integer (builder, "batch", (gint64) self->batch);
  sal_cli_json_real (builder, "forward_microseconds", 1e6 * times->forward);
  sal_cli_json_real (builder, "backward_microseconds", 1e6 * times->backward);
  sal_cli_json_real (builder, "outside_layers_microseconds",
                     1e6 * MAX (0, total - sum.seconds));
  sal_cli_json_real (builder, "gflops", sum.flop / total / 1e9);
  sal_cli_json_real (builder, "share_of_products", sum.flop / total / product_rate);
  json_builder_set_member_name (builder, "layers");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < self->layers; i++)
    json_layer (builder, self, times, i, product_rate);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

gboolean
sal_cli_bench_layers (const SalCliBenchRow     *row,
                      const SalCliBenchOptions *options,
                      NnPool                   *pool,
                      double                    product_rate,
                      JsonBuilder              *builder,
                      GError                  **error)
{
  Bench bench;
  const gsize batch = (gsize) (options->batch > 0 ? options->batch : row->batch);
  const gboolean ok = bench_begin (&bench, row, batch, pool, error);

  if (ok) {
    Times times = time_layers (&bench, (gsize) options->repeats);

    if (builder != NULL)
      add_json (builder, row, &bench, &times, product_rate);
    else
      print_text (row, &bench, &times, product_rate);
    g_free (times.layers);
  }
  bench_clear (&bench);
  return ok;
}
