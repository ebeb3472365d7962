/* nn-exec-memory.c - where everything of an exec lies: one block
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <unistd.h>

#include "nn-exec-private.h"
#include "nn-memory.h"

/* Floats in 64 bytes: what every block starts at. */
#define ALIGNMENT 16

/* What the gradients of all slices may take: 32 MiB. */
#define SLICE_GRADIENTS_FLOATS ((size_t) 8 * 1024 * 1024)

/* Slices that a batch has at least, where it has images for them. */
#define MIN_SLICES 8

static size_t
aligned (size_t floats)
{
  return (floats + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Images of the largest group that reads or writes a value, in a chain or in
 * a block. */
static size_t
images_at_once (const NnExec *exec,
                size_t        layer)
{
  const NnStage *stage = &exec->stages[exec->stage_of[layer]];

  return stage->whole_batch ? NN_BLOCK : stage->group;
}

static void
plan_scratch (NnExec *exec)
{
  const NnModel *model = exec->model;
  size_t floats = 0;
  size_t sum_floats = 0;
  size_t layer_floats = 0;

  for (size_t i = 0; i < exec->n_places; i++) {
    NnPlace *place = &exec->places[i];
    const size_t group = exec->stages[place->stage].group;

    if (!place->keep_value) {
      place->value_offset = floats;
      floats += aligned (group * place->floats);
    }
    if (!place->keep_gradient && exec->kind == NN_EXEC_GRADIENT) {
      place->gradient_offset = floats;
      floats += aligned (group * place->floats);
    }
  }
  for (size_t i = 0; i < model->n_layers; i++) {
    const NnLayer *layer = &model->layers[i];
    const size_t wanted = layer->ops->scratch_floats != NULL ? layer->ops->scratch_floats (layer)
                                                             : 0;
    const size_t added = exec->sums[i] ? images_at_once (exec, i) * nn_shape_size (layer->input)
                                       : 0;

    layer_floats = wanted > layer_floats ? wanted : layer_floats;
    sum_floats = added > sum_floats ? added : sum_floats;
  }
  exec->sum_offset = floats;
  exec->layer_scratch_offset = floats + aligned (sum_floats);
  exec->scratch_floats = exec->layer_scratch_offset + aligned (layer_floats);
}

bool
nn_exec_sums_slices (const NnExec *exec,
                     size_t        tensor)
{
  const size_t layer = (size_t) exec->model->tensors[tensor].info.layer;

  const unsigned flags = exec->model->layers[layer].ops->flags;

  return nn_model_tensor_is_trained (exec->model, tensor) &&
         exec->model->tensors[tensor].info.role != NN_TENSOR_STEP &&
         (flags & (NN_LAYER_WHOLE_BATCH | NN_LAYER_BATCH_NORM)) == 0;
}

static void
plan_slice_gradients (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t t = 0; t < model->n_tensors; t++) {
    if (!nn_exec_sums_slices (exec, t))
      continue;
    exec->slice_offset[t] = exec->slice_floats;
    exec->slice_floats += aligned (model->tensors[t].info.count);
  }
}

/* Each slice has gradients of its own: large networks have larger slices, but
 * not so few that threads would wait. */
void
nn_exec_plan_slices (NnExec *exec)
{
  plan_slice_gradients (exec);
  exec->slice = NN_SLICE;
  while (exec->kind == NN_EXEC_GRADIENT && MIN_SLICES * 2 * exec->slice <= exec->capacity &&
         exec->slice_floats * (exec->capacity / exec->slice) > SLICE_GRADIENTS_FLOATS)
    exec->slice *= 2;
  exec->slices = (exec->capacity + exec->slice - 1) / exec->slice + NN_BRANCHES - 1;
}

/* Adds `count` times `bytes` to *total and returns where it starts. */
static size_t
reserve (size_t *total,
         bool   *overflow,
         size_t  count,
         size_t  bytes)
{
  const size_t start = *total;
  size_t size;

  if (__builtin_mul_overflow (count, bytes, &size) ||
      __builtin_add_overflow (size, (size_t) 63, &size) ||
      __builtin_add_overflow (start, size & ~(size_t) 63, total))
    *overflow = true;
  return start;
}

static void *
place_block (char   *base,
             size_t *total,
             bool   *overflow,
             size_t  count,
             size_t  bytes)
{
  return base + reserve (total, overflow, count, bytes);
}

/* The blocks of one batch norm. */
static void
lay_out_norm (const NnExec *exec,
              NnNorm       *norm,
              char         *base,
              size_t       *total,
              bool         *overflow)
{
  const size_t channels = (size_t) exec->model->layers[norm->layer].input.channels;
  const size_t floats = channels * sizeof (float);
  const size_t pairs = 2 * channels * sizeof (double);
  const size_t passes = NN_BRANCHES + 1;

  norm->partial = place_block (base, total, overflow, exec->slices, pairs);
  norm->sums = place_block (base, total, overflow, NN_BRANCHES, pairs);
  norm->gradient_sums = place_block (base, total, overflow, 1, pairs);
  norm->centre = place_block (base, total, overflow, passes, floats);
  norm->deviation = place_block (base, total, overflow, passes, floats);
  norm->factor = place_block (base, total, overflow, passes, floats);
  norm->summand = place_block (base, total, overflow, passes, floats);
  norm->coefficients = place_block (base, total, overflow, passes, 3 * floats);
}

/* Walks all blocks in one order: with base NULL it only sums their sizes. */
static size_t
lay_out (NnExec *exec,
         char   *base,
         bool   *overflow)
{
  const NnModel *model = exec->model;
  const bool gradients = exec->kind == NN_EXEC_GRADIENT;
  const size_t threads = (size_t) nn_pool_threads (exec->pool);
  size_t total = 0;

  for (size_t i = 0; i < exec->n_places; i++) {
    NnPlace *place = &exec->places[i];

    if (place->keep_value)
      place->value = place_block (base, &total, overflow, exec->capacity,
                                  place->floats * sizeof (float));
    if (place->keep_gradient && place->shared == SIZE_MAX)
      place->gradient = place_block (base, &total, overflow, exec->capacity,
                                     place->floats * sizeof (float));
  }
  for (size_t i = exec->n_places; i-- > 0;) /* what they share comes behind them */
    if (exec->places[i].shared != SIZE_MAX)
      exec->places[i].gradient = exec->places[exec->places[i].shared].gradient;
  for (size_t i = 0; gradients && i < model->n_layers; i++) {
    const NnLayerOps *ops = model->layers[i].ops;

    if (ops->saved_bytes == NULL)
      continue;
    exec->saved_bytes[i] = ops->saved_bytes (&model->layers[i]);
    exec->saved[i] = place_block (base, &total, overflow, exec->capacity, exec->saved_bytes[i]);
  }
  for (size_t i = 0; i < exec->n_norms; i++)
    lay_out_norm (exec, &exec->norms[i], base, &total, overflow);
  exec->scratch = place_block (base, &total, overflow, threads,
                               exec->scratch_floats * sizeof (float));
  exec->quantized = place_block (base, &total, overflow, model->arena_count, sizeof (float));
  for (size_t i = 0; i < model->n_layers; i++) {
    const NnLayer *layer = &model->layers[i];
    const size_t floats = layer->ops->prepared_floats != NULL
                            ? layer->ops->prepared_floats (layer, gradients) : 0;

    if (floats > 0)
      exec->prepared[i] = place_block (base, &total, overflow, floats, sizeof (float));
  }
  if (gradients)
    exec->slice_gradients = place_block (base, &total, overflow, exec->slices,
                                         exec->slice_floats * sizeof (float));
  return total;
}

/* All memory is touched before the first pass: more than the machine has must
 * be refused, as the system would end the process instead. */
static bool
exceeds_memory (size_t bytes)
{
  const long pages = sysconf (_SC_PHYS_PAGES);
  const long page_bytes = sysconf (_SC_PAGESIZE);

  return pages > 0 && page_bytes > 0 && bytes / (size_t) page_bytes >= (size_t) pages;
}

NnStatus
nn_exec_plan_memory (NnExec  *exec,
                     NnError *error)
{
  bool overflow = false;

  plan_scratch (exec);

  const size_t bytes = lay_out (exec, NULL, &overflow);

  if (!overflow && !exceeds_memory (bytes))
    exec->arena = nn_memory_new (bytes);
  if (exec->arena == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY,
                         "no memory (%zu MiB) to run the network on batches of %zu images",
                         bytes >> 20, exec->capacity);
  lay_out (exec, exec->arena, &overflow);
  return NN_OK;
}
