/* nn-exec-plan.c - what runs together, and what lies where
 *
 * A value is kept for the whole batch where it passes from one stage to the
 * next or where a layer's backward pass reads it; everything else is born and
 * dies in the scratch of one thread.  For SGT-CNN this keeps 122 KB an image
 * instead of the 500 KB that all values would take.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nn-exec-private.h"

/* Floats in 64 bytes: what every block starts at. */
#define ALIGNMENT 16

static size_t
aligned (size_t floats)
{
  return (floats + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void
plan_stages (NnExec *exec)
{
  const NnModel *model = exec->model;
  bool random_seen = false;

  exec->random_stage = SIZE_MAX;
  for (size_t i = 0; i < model->n_layers; i++) {
    const unsigned flags = model->layers[i].ops->flags;
    const bool first_random = (flags & NN_LAYER_RANDOM) != 0 && !random_seen;
    const bool whole_batch = (flags & NN_LAYER_WHOLE_BATCH) != 0;
    const bool joins = exec->n_stages > 0 && !whole_batch && !first_random &&
                       !exec->stages[exec->n_stages - 1].whole_batch;

    if (!joins)
      exec->stages[exec->n_stages++] = (NnStage) { i, i, whole_batch };
    exec->stages[exec->n_stages - 1].end = i + 1;
    if (first_random) {
      random_seen = true;
      exec->random_stage = exec->n_stages - 1;
    }
  }
  if (!random_seen)
    exec->random_stage = exec->n_stages;
}

static bool
may_be_in_place (const NnModel *model,
                 size_t         layer)
{
  return (model->layers[layer].ops->flags & NN_LAYER_IN_PLACE) != 0;
}

/* Whether evaluation leaves the input of `layer` as it is, although `layer` and
 * those behind it work in its place: a pass that resumes there reads it. */
static bool
evaluation_keeps_input (const NnModel *model,
                        size_t         layer)
{
  for (size_t i = layer; i < model->n_layers && may_be_in_place (model, i); i++)
    if ((model->layers[i].ops->flags & NN_LAYER_IDENTITY) == 0)
      return false;
  return true;
}

/* The first layer is never in place: the input belongs to the caller. */
static bool
is_in_place (const NnExec *exec,
             size_t        layer)
{
  const bool resumed = exec->random_stage < exec->n_stages &&
                       exec->stages[exec->random_stage].first == layer;

  return layer > 0 && may_be_in_place (exec->model, layer) &&
         (!resumed || evaluation_keeps_input (exec->model, layer));
}

static void
plan_places (NnExec *exec)
{
  const NnModel *model = exec->model;

  exec->n_places = 1;
  exec->places[0].floats = nn_shape_size (model->input);
  for (size_t i = 0; i < model->n_layers; i++) {
    if (!is_in_place (exec, i))
      exec->places[exec->n_places++].floats = nn_shape_size (model->layers[i].output);
    exec->place_of[i + 1] = exec->n_places - 1;
  }
}

static void
plan_keeping (NnExec *exec)
{
  const NnModel *model = exec->model;
  const bool gradients = exec->kind == NN_EXEC_GRADIENT;

  for (size_t s = 0; s <= exec->n_stages; s++) {
    const size_t value = s < exec->n_stages ? exec->stages[s].first : model->n_layers;
    NnPlace *place = &exec->places[exec->place_of[value]];

    place->keep_value = true;
    place->keep_gradient = gradients;
  }
  for (size_t i = 0; gradients && i < model->n_layers; i++)
    if ((model->layers[i].ops->flags & NN_LAYER_USES_INPUT) != 0)
      exec->places[exec->place_of[i]].keep_value = true;
}

static void
plan_scratch (NnExec *exec)
{
  const NnModel *model = exec->model;
  size_t floats = 0;
  size_t layer_floats = 0;

  for (size_t i = 0; i < exec->n_places; i++) {
    NnPlace *place = &exec->places[i];

    if (!place->keep_value) {
      place->value_offset = floats;
      floats += aligned (place->floats);
    }
    if (!place->keep_gradient && exec->kind == NN_EXEC_GRADIENT) {
      place->gradient_offset = floats;
      floats += aligned (place->floats);
    }
  }
  for (size_t i = 0; i < model->n_layers; i++) {
    const NnLayerOps *ops = model->layers[i].ops;
    const size_t wanted = ops->scratch_floats != NULL ? ops->scratch_floats (&model->layers[i]) : 0;

    layer_floats = wanted > layer_floats ? wanted : layer_floats;
  }
  exec->layer_scratch_offset = floats;
  exec->scratch_floats = floats + aligned (layer_floats);
}

static void
plan_slice_gradients (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t t = 0; t < model->n_tensors; t++) {
    const NnTensor *tensor = &model->tensors[t].info;

    if ((model->layers[tensor->layer].ops->flags & NN_LAYER_WHOLE_BATCH) != 0)
      continue;
    exec->slice_offset[t] = exec->slice_floats;
    exec->slice_floats += aligned (tensor->count);
  }
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

/* Walks all blocks in one order: with base NULL it only sums their sizes. */
static size_t
lay_out (NnExec *exec,
         char   *base,
         bool   *overflow)
{
  const NnModel *model = exec->model;
  const bool gradients = exec->kind == NN_EXEC_GRADIENT;
  const size_t threads = (size_t) nn_pool_threads (exec->pool);
  const size_t slices = (exec->capacity + NN_SLICE - 1) / NN_SLICE;
  size_t total = 0;

  for (size_t i = 0; i < exec->n_places; i++) {
    NnPlace *place = &exec->places[i];

    if (place->keep_value)
      place->value = (float *) (base + reserve (&total, overflow, exec->capacity,
                                                place->floats * sizeof (float)));
    if (place->keep_gradient)
      place->gradient = (float *) (base + reserve (&total, overflow, exec->capacity,
                                                   place->floats * sizeof (float)));
  }
  for (size_t i = 0; gradients && i < model->n_layers; i++) {
    const NnLayerOps *ops = model->layers[i].ops;

    if (ops->saved_bytes == NULL)
      continue;
    exec->saved_bytes[i] = ops->saved_bytes (&model->layers[i]);
    exec->saved[i] = (uint8_t *) (base + reserve (&total, overflow, exec->capacity,
                                                  exec->saved_bytes[i]));
  }
  exec->scratch = (float *) (base + reserve (&total, overflow, threads,
                                             exec->scratch_floats * sizeof (float)));
  exec->quantized = (float *) (base + reserve (&total, overflow, model->arena_count,
                                               sizeof (float)));
  if (gradients)
    exec->slice_gradients = (float *) (base + reserve (&total, overflow, slices,
                                                       exec->slice_floats * sizeof (float)));
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
nn_exec_plan (NnExec  *exec,
              NnError *error)
{
  bool overflow = false;

  plan_stages (exec);
  plan_places (exec);
  plan_keeping (exec);
  plan_scratch (exec);
  plan_slice_gradients (exec);

  const size_t bytes = lay_out (exec, NULL, &overflow);

  if (!overflow && !exceeds_memory (bytes))
    exec->arena = aligned_alloc (64, bytes);
  if (exec->arena == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY,
                         "no memory (%zu MiB) to run the network on batches of %zu images",
                         bytes >> 20, exec->capacity);
  memset (exec->arena, 0, bytes);
  lay_out (exec, exec->arena, &overflow);
  return NN_OK;
}
