/* nn-exec.c - an exec's life, and what its forward and backward passes share
 *
 * A stage is handed to the pool in slices (chains) or blocks (whole-batch
 * layers) whose size does not depend on the number of threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-exec.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nn-exec-private.h"
#include "nn/nn-rng.h"

NnExec *
nn_exec_new (const NnModel *model,
             NnPool        *pool,
             NnExecKind     kind,
             size_t         capacity,
             NnError       *error)
{
  if (capacity < 1 || capacity > NN_EXEC_MAX_CAPACITY) {
    nn_error_set (error, NN_ERROR_RANGE, "a batch must have 1 to %d images, not %zu",
                  NN_EXEC_MAX_CAPACITY, capacity);
    return NULL;
  }

  NnExec *exec = calloc (1, sizeof *exec);

  if (exec == NULL) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory to run the network");
    return NULL;
  }
  exec->model = model;
  exec->pool = pool;
  exec->kind = kind;
  exec->capacity = capacity;
  if (nn_exec_plan (exec, error) != NN_OK) {
    nn_exec_free (exec);
    return NULL;
  }
  return exec;
}

void
nn_exec_free (NnExec *exec)
{
  if (exec == NULL)
    return;
  free (exec->arena);
  free (exec);
}

const NnModel *
nn_exec_model (const NnExec *exec)
{
  return exec->model;
}

size_t
nn_exec_capacity (const NnExec *exec)
{
  return exec->capacity;
}

NnPool *
nn_exec_pool (const NnExec *exec)
{
  return exec->pool;
}

float *
nn_exec_input (NnExec *exec)
{
  return exec->places[0].value;
}

float *
nn_exec_logits_rows (NnExec *exec)
{
  return exec->places[exec->place_of[exec->model->n_layers]].value;
}

const float *
nn_exec_logits (const NnExec *exec)
{
  return exec->places[exec->place_of[exec->model->n_layers]].value;
}

float *
nn_exec_logits_gradient (NnExec *exec)
{
  return exec->places[exec->place_of[exec->model->n_layers]].gradient;
}

const float *
nn_exec_input_gradient (const NnExec *exec)
{
  return exec->places[0].gradient;
}

void
nn_exec_set_times (NnExec      *exec,
                   NnLayerTime *times)
{
  exec->times = times;
}

double
nn_exec_clock (const NnExec *exec)
{
  struct timespec now;

  if (exec->times == NULL)
    return 0;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

void
nn_exec_add_time (const NnExec *exec,
                  size_t        layer,
                  int           thread,
                  size_t        member,
                  double        begin)
{
  if (exec->times == NULL)
    return;

  NnLayerTime *time = &exec->times[(size_t) thread * exec->model->n_layers + layer];

  *(double *) (void *) ((char *) time + member) += nn_exec_clock (exec) - begin;
}

bool
nn_weights_are_quantized (const NnLayer *layer)
{
  return layer->weight >= 0 && layer->weight_bits >= NN_BITS_MIN &&
         layer->weight_bits <= NN_BITS_MAX;
}

static void
prepare_layer (void  *data,
               size_t index,
               int    thread)
{
  NnExec *exec = data;
  const NnModel *model = exec->model;
  const NnLayer *layer = &model->layers[index];

  (void) thread;
  if (layer->weight < 0)
    return;

  const NnModelTensor *tensor = &model->tensors[layer->weight];

  exec->weight[index] = tensor->info.value;
  if (nn_weights_are_quantized (layer)) {
    float *quantized = exec->quantized + tensor->offset;

    const NnWeights weights = nn_model_weights (model, index);

    model->quantizer->quantize (&weights, quantized);
    exec->weight[index] = quantized;
  }
  if (exec->prepared[index] != NULL)
    layer->ops->prepare (layer, exec->kind == NN_EXEC_GRADIENT, exec->weight[index],
                         exec->prepared[index]);
}

void
nn_exec_prepare (NnExec *exec)
{
  nn_pool_run (exec->pool, prepare_layer, exec, exec->model->n_layers);
}

float *
nn_exec_scratch (const NnExec *exec,
                 int           thread)
{
  return exec->scratch + (size_t) thread * exec->scratch_floats;
}

float *
nn_exec_value (const NnExec *exec,
               size_t        value,
               size_t        image,
               size_t        group,
               int           thread)
{
  const NnPlace *place = &exec->places[exec->place_of[value]];

  if (place->keep_value)
    return place->value + image * place->floats;
  return nn_exec_scratch (exec, thread) + place->value_offset + (image - group) * place->floats;
}

float *
nn_exec_gradient (const NnExec *exec,
                  size_t        value,
                  size_t        image,
                  size_t        group,
                  int           thread)
{
  const NnPlace *place = &exec->places[exec->place_of[value]];

  if (place->keep_gradient)
    return place->gradient + image * place->floats;
  return nn_exec_scratch (exec, thread) + place->gradient_offset + (image - group) * place->floats;
}

size_t
nn_work_slices (const NnWork *work)
{
  size_t slices = 0;

  for (size_t i = 0; i < work->n_parts; i++)
    slices += nn_jobs_of (work->parts[i].count, work->exec->slice);
  return slices;
}

NnSlice
nn_work_slice (const NnWork *work,
               size_t        job)
{
  const size_t size = work->exec->slice;
  const NnPart *part = work->parts;
  size_t before = 0;

  while (job - before >= nn_jobs_of (part->count, size)) {
    before += nn_jobs_of (part->count, size);
    part++;
  }

  const size_t start = (job - before) * size;
  const size_t left = part->count - start;

  return (NnSlice) {
    .index = job,
    .first = part->first + start,
    .end = part->first + start + (left < size ? left : size),
    .branch = part->branch,
  };
}

const NnStage *
nn_exec_stages (const NnExec *exec,
                size_t       *n)
{
  *n = exec->lean ? exec->n_lean_stages : exec->n_stages;
  return exec->lean ? exec->lean_stages : exec->stages;
}

bool
nn_exec_leaves_out (const NnExec *exec,
                    size_t        layer)
{
  return exec->lean && exec->folded[layer] != SIZE_MAX &&
         (exec->model->layers[layer].ops->flags & NN_LAYER_BATCH_NORM) != 0;
}

size_t
nn_exec_output (const NnExec *exec,
                size_t        layer)
{
  return (exec->lean && exec->folded[layer] != SIZE_MAX ? exec->folded[layer] : layer) + 1;
}

/* What a batch norm multiplies and adds. */
static void
set_norm (const NnExec *exec,
          size_t        layer,
          size_t        branch,
          const float **factor,
          const float **summand)
{
  const NnNorm *norm = nn_exec_norm (exec, layer);
  const size_t start = branch * (size_t) exec->model->layers[layer].input.channels;

  *factor = norm->factor + start;
  *summand = norm->summand + start;
}

NnLayerCall
nn_work_call (const NnWork  *work,
              size_t         index,
              const NnGroup *at)
{
  const NnExec *exec = work->exec;
  const NnModel *model = exec->model;
  const NnLayer *layer = &model->layers[index];
  NnLayerCall call = {
    .images = at->images,
    .weight = exec->weight[index],
    .prepared = exec->prepared[index],
    .x = nn_exec_value (exec, (size_t) layer->source, at->image, at->group, at->thread),
    .y = nn_exec_value (exec, nn_exec_output (exec, index), at->image, at->group, at->thread),
    .scratch = nn_exec_scratch (exec, at->thread) + exec->layer_scratch_offset,
    .x_on_lanes = exec->on_lanes[layer->source],
    .y_on_lanes = exec->on_lanes[index + 1],
    .training = exec->training,
  };

  if (layer->second >= 0)
    call.second = nn_exec_value (exec, (size_t) layer->second, at->image, at->group, at->thread);
  if (layer->bias >= 0)
    call.bias = model->tensors[layer->bias].info.value;
  if (layer->alpha >= 0)
    call.alpha = model->tensors[layer->alpha].info.value[0];
  if ((layer->ops->flags & NN_LAYER_BATCH_NORM) != 0)
    set_norm (exec, index, at->branch, &call.weight, &call.bias);
  else if (exec->lean && exec->folded[index] != SIZE_MAX)
    set_norm (exec, exec->folded[index], at->branch, &call.scale, &call.bias);
  if (exec->saved[index] != NULL)
    call.saved = exec->saved[index] + at->image * exec->saved_bytes[index];
  if (work->pass != NULL) {
    call.seed = work->pass->seed;
    call.stream = nn_rng_stream (NN_RANDOM_DROPOUT, work->pass->step,
                                 index * NN_EXEC_MAX_CAPACITY + at->image);
  }
  return call;
}

NnGroup
nn_work_group (const NnLayer *layer,
               const NnSlice *slice,
               size_t         group,
               size_t         end,
               int            thread)
{
  const bool whole = (layer->ops->flags & NN_LAYER_GROUPS) != 0;

  return (NnGroup) { .image = group, .images = whole ? end - group : 1, .group = group,
                     .branch = slice->branch, .thread = thread };
}

size_t
nn_work_group_end (const NnWork  *work,
                   const NnSlice *slice,
                   size_t         group)
{
  const size_t end = group + work->stage->group;

  return end < slice->end ? end : slice->end;
}

NnGroup
nn_work_block (const NnWork *work,
               size_t        job,
               int           thread)
{
  const size_t image = work->first + job * NN_BLOCK;
  const size_t left = work->count - job * NN_BLOCK;

  return (NnGroup) { .image = image, .images = left < NN_BLOCK ? left : NN_BLOCK, .group = image,
                     .thread = thread };
}
