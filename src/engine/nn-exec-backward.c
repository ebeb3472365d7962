/* nn-exec-backward.c - backward passes, stage by stage from the last
 *
 * Gradients of weights in chains are summed per slice and then over slices in
 * order; those of whole-batch layers need no partial sums.  Runs on the thread
 * that calls, plus the pool.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <assert.h>
#include <string.h>

#include "kernels/nn-sum.h"
#include "nn-exec-private.h"

/* Floats that one job of the sum over slices takes. */
#define SUM_CHUNK 2048

/* Whether anybody reads the gradient to the input of layer `index`. */
static bool
input_gradient_is_needed (const NnWork *work,
                          size_t        index)
{
  const NnLayer *layer = &work->exec->model->layers[index];

  return layer->source != 0 || work->gradient == NULL ||
         (layer->ops->flags & NN_LAYER_USES_INPUT) == 0;
}

/* Where slice `slice` sums the gradient of a tensor, or NULL. */
static float *
slice_gradient (const NnExec *exec,
                float        *slice,
                int           tensor)
{
  if (tensor < 0 || !nn_exec_sums_slices (exec, (size_t) tensor))
    return NULL;
  return slice + exec->slice_offset[tensor];
}

/* Runs a layer backward; where others have written their data gradients and it
 * cannot add to them, its own goes to another place first. */
static void
backward_images (const NnWork  *work,
                 size_t         index,
                 const NnGroup *at,
                 float         *slice)
{
  const NnExec *exec = work->exec;
  const NnLayer *layer = &exec->model->layers[index];
  const size_t floats = at->images * nn_shape_size (layer->input);
  NnLayerCall call = nn_work_call (work, index, at);
  float *dx = nn_exec_gradient (exec, (size_t) layer->source, at->image, at->group, at->thread);
  const bool sums = exec->sums[index];

  call.dy = nn_exec_gradient (exec, nn_exec_output (exec, index), at->image, at->group, at->thread);
  if (input_gradient_is_needed (work, index))
    call.dx = sums ? nn_exec_scratch (exec, at->thread) + exec->sum_offset : dx;
  call.adds = exec->adds[index][0] && !sums;
  if (slice != NULL) {
    call.dweight = slice_gradient (exec, slice, layer->weight);
    call.dbias = slice_gradient (exec, slice, layer->bias);
    call.dalpha = slice_gradient (exec, slice, layer->alpha);
  }

  const double begin = nn_exec_clock (exec);

  layer->ops->backward (layer, &call);
  nn_exec_add_time (exec, index, at->thread, offsetof (NnLayerTime, backward), begin);
  if (sums && call.dx != NULL)
    nn_sum (dx, call.dx, floats, dx);
  if (layer->second < 0 || exec->shares[index])
    return;

  float *second = nn_exec_gradient (exec, (size_t) layer->second, at->image, at->group, at->thread);

  if (exec->adds[index][1])
    nn_sum (second, call.dy, floats, second);
  else
    memcpy (second, call.dy, sizeof (float) * floats);
}

/* The gradient of what layer `index` gives is complete when this is called,
 * but for that of batch norms. */
static void
backward_layer (const NnWork  *work,
                const NnSlice *slice,
                size_t         index,
                size_t         group,
                size_t         group_end,
                float         *gradients,
                int            thread)
{
  const NnLayer *layer = &work->exec->model->layers[index];
  NnGroup at = nn_work_group (layer, slice, group, group_end, thread);

  if (nn_exec_leaves_out (work->exec, index))
    return;
  for (size_t image = group; image < group_end; image++) {
    nn_norm_write_input_gradients (work, slice, index + 1, image, group, thread);
    if ((layer->ops->flags & NN_LAYER_BATCH_NORM) != 0)
      nn_norm_add_image_gradient (work, slice, index, image, group, thread);
  }
  if ((layer->ops->flags & NN_LAYER_BATCH_NORM) != 0)
    return;
  for (; at.image < group_end; at.image += at.images)
    backward_images (work, index, &at, gradients);
}

/* Makes the values of a group that are read backward but were not kept. */
static void
repeat_forward (const NnWork  *work,
                const NnSlice *slice,
                size_t         group,
                size_t         group_end,
                int            thread)
{
  const NnExec *exec = work->exec;

  for (size_t i = work->stage->first; i < work->stage->end; i++) {
    const NnLayer *layer = &exec->model->layers[i];
    NnGroup at = nn_work_group (layer, slice, group, group_end, thread);

    for (; exec->repeats[i] && at.image < group_end; at.image += at.images) {
      NnLayerCall call = nn_work_call (work, i, &at);

      call.saved = NULL;
      layer->ops->forward (layer, &call);
    }
  }
}

static void
backward_slice (void  *data,
                size_t job,
                int    thread)
{
  const NnWork *work = data;
  const NnExec *exec = work->exec;
  const NnSlice slice = nn_work_slice (work, job);
  float *gradients = work->gradient != NULL ? exec->slice_gradients + job * exec->slice_floats
                                            : NULL;

  if (gradients != NULL && work->zero_slices)
    memset (gradients, 0, sizeof (float) * exec->slice_floats);
  for (size_t group = slice.first; group < slice.end; group += work->stage->group) {
    const size_t end = nn_work_group_end (work, &slice, group);

    if (work->gradient != NULL)
      repeat_forward (work, &slice, group, end, thread);
    for (size_t i = work->stage->end; i-- > work->stage->first;)
      backward_layer (work, &slice, i, group, end, gradients, thread);
  }
}

static void
backward_block (void  *data,
                size_t job,
                int    thread)
{
  const NnWork *work = data;
  const NnGroup at = nn_work_block (work, job, thread);

  backward_images (work, work->stage->first, &at, NULL);
}

static void
backward_weight_columns (void  *data,
                         size_t job,
                         int    thread)
{
  const NnWork *work = data;
  const NnModel *model = work->exec->model;
  const size_t index = work->stage->first;
  const NnLayer *layer = &model->layers[index];
  const int first = (int) job * NN_WEIGHT_COLUMNS;
  const int columns = layer->input.channels;
  const int end = first + NN_WEIGHT_COLUMNS < columns ? first + NN_WEIGHT_COLUMNS : columns;
  const NnGroup at = { .image = work->first, .images = work->count, .group = work->first,
                       .thread = thread };
  NnLayerCall call = nn_work_call (work, index, &at);

  call.dy = nn_exec_gradient (work->exec, index + 1, work->first, work->first, thread);
  call.dweight = work->gradient + model->tensors[layer->weight].offset;
  if (layer->bias >= 0)
    call.dbias = work->gradient + model->tensors[layer->bias].offset;

  const double begin = nn_exec_clock (work->exec);

  layer->ops->backward_weight (layer, &call, first, end);
  nn_exec_add_time (work->exec, index, thread, offsetof (NnLayerTime, weights), begin);
}

static void
backward_whole_batch (NnWork *work)
{
  NnExec *exec = work->exec;
  const size_t index = work->stage->first;
  const int columns = exec->model->layers[index].input.channels;

  nn_norm_backward_stage (work);
  if (input_gradient_is_needed (work, index))
    nn_pool_run (exec->pool, backward_block, work, nn_jobs_of (work->count, NN_BLOCK));
  if (work->gradient != NULL)
    nn_pool_run (exec->pool, backward_weight_columns, work,
                 nn_jobs_of ((size_t) columns, NN_WEIGHT_COLUMNS));
}

static void
backward (NnWork *work)
{
  NnExec *exec = work->exec;
  size_t n;
  const NnStage *stages = nn_exec_stages (exec, &n);

  assert (exec->kind == NN_EXEC_GRADIENT && work->first + work->count <= exec->capacity);
  assert (!exec->lean || work->gradient == NULL);
  nn_work_set_parts (work, true);
  work->zero_slices = true;
  for (size_t s = n; s-- > 0;) {
    work->stage = &stages[s];
    if (work->stage->whole_batch) {
      backward_whole_batch (work);
      continue;
    }
    nn_pool_run (exec->pool, backward_slice, work, nn_work_slices (work));
    work->zero_slices = false;
    nn_norm_finish_gradient (work);
  }
}

void
nn_exec_backward_input (NnExec *exec,
                        size_t  first,
                        size_t  count)
{
  NnWork work = { .exec = exec, .first = first, .count = count };

  backward (&work);
}

/* Adds the gradients of slices 1, 2 ... to those of slice 0, in order. */
static void
sum_slices (void  *data,
            size_t job,
            int    thread)
{
  const NnWork *work = data;
  const NnExec *exec = work->exec;
  const size_t slices = nn_work_slices (work);
  const size_t start = job * SUM_CHUNK;
  const size_t left = exec->slice_floats - start;
  const size_t n = left < SUM_CHUNK ? left : SUM_CHUNK;
  float *sum = exec->slice_gradients + start;

  (void) thread;
  for (size_t s = 1; s < slices; s++)
    nn_sum (sum, sum + s * exec->slice_floats, n, sum);
}

static void
collect_slice_gradients (NnWork *work)
{
  const NnExec *exec = work->exec;
  const NnModel *model = exec->model;

  nn_pool_run (exec->pool, sum_slices, work, nn_jobs_of (exec->slice_floats, SUM_CHUNK));
  for (size_t t = 0; t < model->n_tensors; t++)
    if (nn_exec_sums_slices (exec, t))
      memcpy (work->gradient + model->tensors[t].offset,
              exec->slice_gradients + exec->slice_offset[t],
              sizeof (float) * model->tensors[t].info.count);
}

/* From the gradient to quantized weights to that of the weights. */
static void
unquantize_gradient (void  *data,
                     size_t index,
                     int    thread)
{
  const NnWork *work = data;
  const NnModel *model = work->exec->model;
  const NnLayer *layer = &model->layers[index];

  (void) thread;
  if (!nn_weights_are_quantized (layer) || layer->frozen)
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
  NnWork work = { .exec = exec, .first = first, .count = count, .gradient = gradient };

  memset (gradient, 0, sizeof (float) * exec->model->arena_count);
  backward (&work);
  collect_slice_gradients (&work);
  nn_pool_run (exec->pool, unquantize_gradient, &work, exec->model->n_layers);
}
