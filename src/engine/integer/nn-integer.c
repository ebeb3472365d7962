/* nn-integer.c - building, running and measuring integer networks
 *
 * A job is a block of images: stage by stage, a chain image by image, a
 * linear layer at once.  All of a block's values lie in memory of the thread
 * that runs it, so that blocks know nothing of each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-integer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layers/nn-batch-norm.h"
#include "nn-eval-private.h"
#include "nn-integer-private.h"
#include "nn-memory.h"
#include "nn/nn-loss.h"

#define MAX_CAPACITY 65536

/* ---- kernels ------------------------------------------------------------------- */

const char *
nn_integer_kernel_name (size_t index)
{
  const NnInt8Kernel *kernel = nn_int8_kernel (index);

  return kernel != NULL ? kernel->name : NULL;
}

bool
nn_integer_kernel_available (size_t index)
{
  const NnInt8Kernel *kernel = nn_int8_kernel (index);

  return kernel != NULL && kernel->available ();
}

/* ---- building ------------------------------------------------------------------ */

void *
nn_integer_allocate (NnIntegerNet *net,
                     size_t        bytes,
                     NnError      *error)
{
  const size_t size = (bytes + 127) & ~(size_t) 63;
  void **blocks = realloc (net->blocks, (net->n_blocks + 1) * sizeof *blocks);
  void *block;

  if (blocks != NULL)
    net->blocks = blocks;
  block = blocks != NULL ? nn_memory_new (size) : NULL;
  if (block == NULL) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory (%zu MiB) for the integer network",
                  size >> 20);
    return NULL;
  }
  net->blocks[net->n_blocks++] = block;
  return block;
}

/* A comparison alone would let a network that diverged look healthy: codes
 * hide NaN. */
static NnStatus
check_parameters (const NnModel *model,
                  NnError       *error)
{
  for (size_t t = 0; t < model->n_tensors; t++) {
    const NnTensor *tensor = &model->tensors[t].info;

    for (size_t i = 0; i < tensor->count; i++)
      if (!isfinite (tensor->value[i])
          || (tensor->role == NN_TENSOR_ALPHA && tensor->value[i] <= 0))
        return nn_error_set (error, NN_ERROR_DIVERGED,
                             "%s has the value %g: the network has diverged", tensor->name,
                             (double) tensor->value[i]);
  }
  return NN_OK;
}

/* As nn_exec_prepare() does it. */
static NnStatus
quantize_weights (NnIntegerNet *net,
                  NnError      *error)
{
  const NnModel *model = net->model;
  float *quantized = nn_integer_allocate (net, model->arena_count * sizeof (float), error);

  if (quantized == NULL)
    return NN_ERROR_MEMORY;
  for (size_t i = 0; i < model->n_layers; i++) {
    const NnLayer *layer = &model->layers[i];

    if (layer->weight < 0)
      continue;
    net->weight[i] = model->tensors[layer->weight].info.value;
    if (layer->weight_bits >= NN_BITS_MIN && layer->weight_bits <= NN_BITS_MAX) {
      const NnWeights weights = nn_model_weights (model, i);

      model->quantizer->quantize (&weights, quantized + model->tensors[layer->weight].offset);
      net->weight[i] = quantized + model->tensors[layer->weight].offset;
    }
  }
  return NN_OK;
}

/* Evaluation's factor and summand of a batch norm, as NnExec has them. */
static NnStatus
fold_norm (NnIntegerNet *net,
           size_t        index,
           NnError      *error)
{
  const NnModel *model = net->model;
  const NnLayer *layer = &model->layers[index];
  const size_t channels = (size_t) layer->input.channels;
  const float *scale = layer->scale >= 0 ? model->tensors[layer->scale].info.value : NULL;
  float *factor = nn_integer_allocate (net, 2 * channels * sizeof (float), error);

  if (factor == NULL)
    return NN_ERROR_MEMORY;
  for (size_t c = 0; c < channels; c++) {
    const double variance = (double) model->tensors[layer->variance].info.value[c];
    const double mean = (double) model->tensors[layer->mean].info.value[c];
    const double deviation = sqrt (variance + nn_batch_norm_epsilon (layer));
    const double slope = (scale != NULL ? (double) scale[c] : 1) / deviation;

    factor[c] = (float) slope;
    factor[channels + c] = (float) ((double) net->bias[index][c] - mean * slope);
  }
  net->weight[index] = factor;
  net->bias[index] = factor + channels;
  return NN_OK;
}

static NnStatus
fold_norms (NnIntegerNet *net,
            NnError      *error)
{
  const NnModel *model = net->model;
  NnStatus status = NN_OK;

  for (size_t i = 0; i < model->n_layers && status == NN_OK; i++) {
    const NnLayer *layer = &model->layers[i];

    if (layer->bias >= 0)
      net->bias[i] = model->tensors[layer->bias].info.value;
    if (layer->ops == &nn_batch_norm_ops)
      status = fold_norm (net, i, error);
  }
  return status;
}

static NnStatus
build (NnIntegerNet *net,
       NnError      *error)
{
  const size_t threads = (size_t) nn_pool_threads (net->pool);
  const size_t classes = (size_t) nn_model_classes (net->model);
  NnStatus status = check_parameters (net->model, error);

  if (status == NN_OK)
    status = quantize_weights (net, error);
  if (status == NN_OK)
    status = fold_norms (net, error);
  if (status == NN_OK)
    status = nn_integer_plan (net, error);
  if (status != NN_OK)
    return status;
  net->memory = nn_integer_allocate (net, threads * net->memory_bytes, error);
  net->input = nn_integer_allocate (net, net->capacity * net->places[0].bytes, error);
  net->logits = nn_integer_allocate (net, net->capacity * classes * sizeof (float), error);
  return net->memory != NULL && net->input != NULL && net->logits != NULL ? NN_OK
                                                                         : NN_ERROR_MEMORY;
}

NnIntegerNet *
nn_integer_net_new (const NnModel *model,
                    NnPool        *pool,
                    size_t         capacity,
                    const char    *kernel,
                    NnError       *error)
{
  const NnInt8Kernel *row = nn_int8_kernel_find (kernel);
  NnIntegerNet *net;

  if (row == NULL) {
    nn_error_set (error, NN_ERROR_UNKNOWN_NAME,
                  "there is no integer kernel \"%.40s\" for this processor", kernel);
    return NULL;
  }
  if (capacity < 1 || capacity > MAX_CAPACITY) {
    nn_error_set (error, NN_ERROR_RANGE, "a batch must have 1 to %d images, not %zu",
                  MAX_CAPACITY, capacity);
    return NULL;
  }
  net = calloc (1, sizeof *net);
  if (net == NULL) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for the integer network");
    return NULL;
  }
  net->model = model;
  net->pool = pool;
  net->capacity = capacity;
  net->kernel = row;
  if (build (net, error) != NN_OK) {
    nn_integer_net_free (net);
    return NULL;
  }
  return net;
}

void
nn_integer_net_free (NnIntegerNet *net)
{
  if (net == NULL)
    return;
  for (size_t i = 0; i < net->n_blocks; i++)
    free (net->blocks[i]);
  free (net->blocks);
  free (net);
}

const char *
nn_integer_net_kernel (const NnIntegerNet *net)
{
  return net->kernel->name;
}

uint64_t
nn_integer_net_integer_macs (const NnIntegerNet *net)
{
  return net->integer_macs;
}

size_t
nn_integer_net_capacity (const NnIntegerNet *net)
{
  return net->capacity;
}

float *
nn_integer_net_input (NnIntegerNet *net)
{
  return net->input;
}

const float *
nn_integer_net_logits (const NnIntegerNet *net)
{
  return net->logits;
}

/* ---- running ------------------------------------------------------------------- */

typedef struct
{
  NnIntegerNet   *net;
  size_t          count;
  const NnImages *images;  /* NULL: the input is filled                       */
  const uint32_t *indices;
  size_t          start;   /* place in the list of the mini-batch's first     */
} Work;

void *
nn_integer_at (const NnIntegerJob *job,
               int                 place,
               size_t              image)
{
  const NnIntegerNet *net = job->net;
  const NnIntegerPlace *self = &net->places[place];

  if (place == 0)
    return (uint8_t *) net->input + (job->first + image) * self->bytes;
  return job->memory + self->offset + (self->crosses ? image * self->bytes : 0);
}

/* Runs the stage that starts at step `first` and returns where it ends. */
static size_t
run_stage (const NnIntegerJob *job,
           size_t              first)
{
  const NnIntegerNet *net = job->net;
  const NnIntegerStep *steps = net->steps;
  const size_t images = steps[first].whole ? 1 : job->images;
  size_t end = first;

  while (end < net->n_steps && steps[end].stage == steps[first].stage)
    end++;
  for (size_t image = 0; image < images; image++)
    for (size_t i = first; i < end; i++)
      steps[i].run (job, &steps[i], image);
  return end;
}

static void
run_block (void  *data,
           size_t index,
           int    thread)
{
  const Work *work = data;
  NnIntegerNet *net = work->net;
  const size_t first = index * NN_INTEGER_BLOCK;
  const size_t left = work->count - first;
  const size_t classes = (size_t) nn_model_classes (net->model);
  uint8_t *memory = net->memory + (size_t) thread * net->memory_bytes;
  const NnIntegerJob job = {
    .net = net,
    .memory = memory,
    .sums = memory + net->sums_offset,
    .first = first,
    .images = left < NN_INTEGER_BLOCK ? left : NN_INTEGER_BLOCK,
  };

  if (work->images != NULL)
    nn_gather_range (work->images, work->indices, work->start + first, job.images,
                     nn_integer_at (&job, 0, 0));
  for (size_t step = 0; step < net->n_steps;)
    step = run_stage (&job, step);
  memcpy (net->logits + first * classes, nn_integer_at (&job, net->last, 0),
          job.images * classes * sizeof (float));
}

static void
run (Work *work)
{
  assert (work->count <= work->net->capacity);
  nn_pool_run (work->net->pool, run_block, work,
               (work->count + NN_INTEGER_BLOCK - 1) / NN_INTEGER_BLOCK);
}

void
nn_integer_net_forward (NnIntegerNet *net,
                        size_t        count)
{
  Work work = { .net = net, .count = count };

  run (&work);
}

void
nn_integer_net_forward_images (NnIntegerNet   *net,
                               const NnImages *images,
                               const uint32_t *indices,
                               size_t          count)
{
  Work work = { .net = net, .count = count, .images = images, .indices = indices };

  run (&work);
}

/* ---- accuracy ------------------------------------------------------------------ */

NnIntegerEval
nn_integer_eval_begin (NnIntegerNet   *net,
                       const NnImages *images,
                       size_t          total,
                       int            *predictions)
{
  assert (total <= images->count);

  const NnIntegerEval eval = {
    .net = net,
    .images = images,
    .total = total,
    .predictions = predictions,
  };

  return eval;
}

bool
nn_integer_eval_step (NnIntegerEval *eval)
{
  NnIntegerNet *net = eval->net;
  const size_t left = eval->total - eval->done;
  const int classes = nn_model_classes (net->model);
  Work work = {
    .net = net,
    .count = left < net->capacity ? left : net->capacity,
    .images = eval->images,
    .start = eval->done,
  };

  run (&work);
  for (size_t i = 0; i < work.count; i++) {
    const int prediction = nn_argmax (net->logits + i * (size_t) classes, classes);

    eval->correct += prediction == eval->images->labels[eval->done + i];
    if (eval->predictions != NULL)
      eval->predictions[eval->done + i] = prediction;
  }
  eval->done += work.count;
  return eval->done < eval->total;
}
