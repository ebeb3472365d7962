/* nn-exec.c - forward and backward passes, stage by stage
 *
 * A stage is handed to the pool in slices (chains) or blocks (whole-batch
 * layers) of constant size.  Gradients of weights in chains are summed per
 * slice and then over slices in order; those of whole-batch layers need no
 * partial sums.  Runs on the thread that calls, plus the pool.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-exec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "nn-exec-private.h"
#include "nn/nn-rng.h"

/* Floats that one job of the sum over slices takes. */
#define SUM_CHUNK 2048

/* One pass, as the pool's jobs see it. */
typedef struct
{
  NnExec        *exec;
  const NnStage *stage;
  size_t         first;
  size_t         count;
  const NnPass  *pass;
  NnObserver     observer;
  void          *observer_data;
  float         *gradient;   /* NULL: data gradients only                     */
  bool           zero_slices; /* the first stage of a backward pass           */
} Work;

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

static bool
weights_are_quantized (const NnLayer *layer)
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
  if (weights_are_quantized (layer)) {
    float *quantized = exec->quantized + tensor->offset;

    const NnWeights weights = nn_model_weights (model, index);

    model->quantizer->quantize (&weights, quantized);
    exec->weight[index] = quantized;
  }
}

void
nn_exec_prepare (NnExec *exec)
{
  nn_pool_run (exec->pool, prepare_layer, exec, exec->model->n_layers);
}

static float *
value_at (const NnExec *exec,
          size_t        value,
          size_t        image,
          int           thread)
{
  const NnPlace *place = &exec->places[exec->place_of[value]];

  if (place->keep_value)
    return place->value + image * place->floats;
  return exec->scratch + (size_t) thread * exec->scratch_floats + place->value_offset;
}

static float *
gradient_at (const NnExec *exec,
             size_t        value,
             size_t        image,
             int           thread)
{
  const NnPlace *place = &exec->places[exec->place_of[value]];

  if (place->keep_gradient)
    return place->gradient + image * place->floats;
  return exec->scratch + (size_t) thread * exec->scratch_floats + place->gradient_offset;
}

/* What forward and backward calls of a layer have in common. */
static NnLayerCall
layer_call (const Work *work,
            size_t      index,
            size_t      image,
            size_t      images,
            int         thread)
{
  const NnExec *exec = work->exec;
  const NnModel *model = exec->model;
  const NnLayer *layer = &model->layers[index];
  NnLayerCall call = {
    .images = images,
    .weight = exec->weight[index],
    .x = value_at (exec, index, image, thread),
    .y = value_at (exec, index + 1, image, thread),
    .scratch = exec->scratch + (size_t) thread * exec->scratch_floats + exec->layer_scratch_offset,
    .training = exec->training,
  };

  if (layer->bias >= 0)
    call.bias = model->tensors[layer->bias].info.value;
  if (layer->alpha >= 0)
    call.alpha = model->tensors[layer->alpha].info.value[0];
  if (exec->saved[index] != NULL)
    call.saved = exec->saved[index] + image * exec->saved_bytes[index];
  if (work->pass != NULL) {
    call.seed = work->pass->seed;
    call.stream = nn_rng_stream (NN_RANDOM_DROPOUT, work->pass->step,
                                 index * NN_EXEC_MAX_CAPACITY + image);
  }
  return call;
}

static void
forward_chain_image (const Work *work,
                     size_t      image,
                     int         thread)
{
  const NnModel *model = work->exec->model;

  for (size_t i = work->stage->first; i < work->stage->end; i++) {
    const NnLayer *layer = &model->layers[i];
    const NnLayerCall call = layer_call (work, i, image, 1, thread);

    if (work->observer != NULL)
      work->observer (work->observer_data, i, image, call.x, nn_shape_size (layer->input));
    layer->ops->forward (layer, &call);
  }
}

static void
forward_slice (void  *data,
               size_t job,
               int    thread)
{
  const Work *work = data;
  const size_t end = (job + 1) * NN_SLICE < work->count ? (job + 1) * NN_SLICE : work->count;

  for (size_t i = job * NN_SLICE; i < end; i++)
    forward_chain_image (work, work->first + i, thread);
}

static size_t
block_images (const Work *work,
              size_t      job)
{
  const size_t left = work->count - job * NN_BLOCK;

  return left < NN_BLOCK ? left : NN_BLOCK;
}

static void
forward_block (void  *data,
               size_t job,
               int    thread)
{
  const Work *work = data;
  const size_t index = work->stage->first;
  const NnLayer *layer = &work->exec->model->layers[index];
  const size_t image = work->first + job * NN_BLOCK;
  const NnLayerCall call = layer_call (work, index, image, block_images (work, job), thread);

  if (work->observer != NULL)
    for (size_t i = 0; i < call.images; i++)
      work->observer (work->observer_data, index, image + i,
                      call.x + i * nn_shape_size (layer->input), nn_shape_size (layer->input));
  layer->ops->forward (layer, &call);
}

static size_t
jobs_of (size_t count,
         size_t size)
{
  return (count + size - 1) / size;
}

static void
forward_from (Work  *work,
              size_t first_stage)
{
  NnExec *exec = work->exec;

  assert (work->first + work->count <= exec->capacity);
  for (size_t s = first_stage; s < exec->n_stages; s++) {
    work->stage = &exec->stages[s];
    if (work->stage->whole_batch)
      nn_pool_run (exec->pool, forward_block, work, jobs_of (work->count, NN_BLOCK));
    else
      nn_pool_run (exec->pool, forward_slice, work, jobs_of (work->count, NN_SLICE));
  }
}

void
nn_exec_forward (NnExec       *exec,
                 size_t        first,
                 size_t        count,
                 const NnPass *pass)
{
  Work work = { .exec = exec, .first = first, .count = count, .pass = pass };

  exec->training = pass != NULL && pass->training;
  forward_from (&work, pass != NULL && pass->resume ? exec->random_stage : 0);
}

void
nn_exec_observe (NnExec    *exec,
                 size_t     first,
                 size_t     count,
                 NnObserver observer,
                 void      *data)
{
  Work work = { .exec = exec, .first = first, .count = count,
                .observer = observer, .observer_data = data };

  exec->training = false;
  forward_from (&work, 0);
}

/* Whether anybody reads the gradient to the input of layer `index`. */
static bool
input_gradient_is_needed (const Work *work,
                          size_t      index)
{
  const bool first = index == 0;
  const unsigned flags = work->exec->model->layers[index].ops->flags;

  return !first || work->gradient == NULL || (flags & NN_LAYER_USES_INPUT) == 0;
}

static void
point_at_slice_gradients (const Work  *work,
                          size_t       index,
                          float       *slice,
                          NnLayerCall *call)
{
  const NnLayer *layer = &work->exec->model->layers[index];
  const size_t *offset = work->exec->slice_offset;

  if (layer->weight >= 0)
    call->dweight = slice + offset[layer->weight];
  if (layer->bias >= 0)
    call->dbias = slice + offset[layer->bias];
  if (layer->alpha >= 0)
    call->dalpha = slice + offset[layer->alpha];
}

static void
backward_chain_image (const Work *work,
                      size_t      image,
                      float      *slice,
                      int         thread)
{
  const NnExec *exec = work->exec;

  for (size_t i = work->stage->end; i-- > work->stage->first;) {
    const NnLayer *layer = &exec->model->layers[i];
    NnLayerCall call = layer_call (work, i, image, 1, thread);

    call.dy = gradient_at (exec, i + 1, image, thread);
    if (input_gradient_is_needed (work, i))
      call.dx = gradient_at (exec, i, image, thread);
    if (slice != NULL)
      point_at_slice_gradients (work, i, slice, &call);
    layer->ops->backward (layer, &call);
  }
}

static void
backward_slice (void  *data,
                size_t job,
                int    thread)
{
  const Work *work = data;
  const NnExec *exec = work->exec;
  const size_t end = (job + 1) * NN_SLICE < work->count ? (job + 1) * NN_SLICE : work->count;
  float *slice = work->gradient != NULL ? exec->slice_gradients + job * exec->slice_floats : NULL;

  if (slice != NULL && work->zero_slices)
    memset (slice, 0, sizeof (float) * exec->slice_floats);
  for (size_t i = job * NN_SLICE; i < end; i++)
    backward_chain_image (work, work->first + i, slice, thread);
}

static void
backward_block (void  *data,
                size_t job,
                int    thread)
{
  const Work *work = data;
  const size_t index = work->stage->first;
  const NnLayer *layer = &work->exec->model->layers[index];
  const size_t image = work->first + job * NN_BLOCK;
  NnLayerCall call = layer_call (work, index, image, block_images (work, job), thread);

  call.dy = gradient_at (work->exec, index + 1, image, thread);
  call.dx = gradient_at (work->exec, index, image, thread);
  layer->ops->backward (layer, &call);
}

static void
backward_weight_rows (void  *data,
                      size_t job,
                      int    thread)
{
  const Work *work = data;
  const NnModel *model = work->exec->model;
  const size_t index = work->stage->first;
  const NnLayer *layer = &model->layers[index];
  const int first = (int) job * NN_WEIGHT_ROWS;
  const int rows = layer->output.channels;
  const int end = first + NN_WEIGHT_ROWS < rows ? first + NN_WEIGHT_ROWS : rows;
  NnLayerCall call = layer_call (work, index, work->first, work->count, thread);

  call.dy = gradient_at (work->exec, index + 1, work->first, thread);
  call.dweight = work->gradient + model->tensors[layer->weight].offset;
  call.dbias = work->gradient + model->tensors[layer->bias].offset;
  layer->ops->backward_weight (layer, &call, first, end);
}

static void
backward_whole_batch (Work *work)
{
  NnExec *exec = work->exec;
  const size_t index = work->stage->first;
  const int rows = exec->model->layers[index].output.channels;

  if (input_gradient_is_needed (work, index))
    nn_pool_run (exec->pool, backward_block, work, jobs_of (work->count, NN_BLOCK));
  if (work->gradient != NULL)
    nn_pool_run (exec->pool, backward_weight_rows, work, jobs_of ((size_t) rows, NN_WEIGHT_ROWS));
}

static void
backward (Work *work)
{
  NnExec *exec = work->exec;
  bool first_chain = true;

  assert (exec->kind == NN_EXEC_GRADIENT && work->first + work->count <= exec->capacity);
  for (size_t s = exec->n_stages; s-- > 0;) {
    work->stage = &exec->stages[s];
    if (work->stage->whole_batch) {
      backward_whole_batch (work);
      continue;
    }
    work->zero_slices = first_chain;
    first_chain = false;
    nn_pool_run (exec->pool, backward_slice, work, jobs_of (work->count, NN_SLICE));
  }
}

void
nn_exec_backward_input (NnExec *exec,
                        size_t  first,
                        size_t  count)
{
  Work work = { .exec = exec, .first = first, .count = count };

  backward (&work);
}

/* Adds the gradients of slices 1, 2 ... to those of slice 0, in order. */
static void
sum_slices (void  *data,
            size_t job,
            int    thread)
{
  const Work *work = data;
  const NnExec *exec = work->exec;
  const size_t slices = jobs_of (work->count, NN_SLICE);
  const size_t start = job * SUM_CHUNK;
  const size_t left = exec->slice_floats - start;
  const size_t end = start + (left < SUM_CHUNK ? left : SUM_CHUNK);
  float *restrict sum = exec->slice_gradients;

  (void) thread;
  for (size_t s = 1; s < slices; s++) {
    const float *restrict slice = exec->slice_gradients + s * exec->slice_floats;

    for (size_t i = start; i < end; i++)
      sum[i] += slice[i];
  }
}

static void
collect_slice_gradients (Work *work)
{
  const NnExec *exec = work->exec;
  const NnModel *model = exec->model;

  nn_pool_run (exec->pool, sum_slices, work, jobs_of (exec->slice_floats, SUM_CHUNK));
  for (size_t t = 0; t < model->n_tensors; t++) {
    const NnTensor *tensor = &model->tensors[t].info;

    if ((model->layers[tensor->layer].ops->flags & NN_LAYER_WHOLE_BATCH) == 0)
      memcpy (work->gradient + model->tensors[t].offset,
              exec->slice_gradients + exec->slice_offset[t], sizeof (float) * tensor->count);
  }
}

/* From the gradient to quantized weights to that of the weights. */
static void
unquantize_gradient (void  *data,
                     size_t index,
                     int    thread)
{
  const Work *work = data;
  const NnModel *model = work->exec->model;
  const NnLayer *layer = &model->layers[index];

  (void) thread;
  if (!weights_are_quantized (layer))
    return;

  const NnWeights weights = nn_model_weights (model, index);
  float *gradient = work->gradient + model->tensors[layer->weight].offset;
  float *step = layer->step >= 0 ? work->gradient + model->tensors[layer->step].offset : NULL;

  model->quantizer->backward (&weights, gradient, gradient, step);
}

void
nn_exec_backward (NnExec *exec,
                  size_t  first,
                  size_t  count,
                  float  *gradient)
{
  Work work = { .exec = exec, .first = first, .count = count, .gradient = gradient };

  memset (gradient, 0, sizeof (float) * exec->model->arena_count);
  backward (&work);
  collect_slice_gradients (&work);
  nn_pool_run (exec->pool, unquantize_gradient, &work, exec->model->n_layers);
}
