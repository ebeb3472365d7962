/* nn-exec-plan.c - what runs together, and what lies where
 *
 * A value is kept for the whole batch where it passes from one stage to the
 * next or where a layer's backward pass reads it; everything else is born and
 * dies in the scratch of one thread.  For SGT-CNN this keeps 122 KB an image
 * instead of the 500 KB that all values would take.  What a batch norm and an
 * activation make of a kept value is made again instead.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernels/nn-kernel.h"
#include "nn-exec-private.h"
#include "nn-memory.h"

/* Floats in 64 bytes: what every block starts at. */
#define ALIGNMENT 16

/* What a group of images may take: 1 MiB, the cache of a core.  Layers take
 * what they need of it at a time; gradients of weights want many images. */
#define GROUP_FLOATS ((size_t) 256 * 1024)

/* What the gradients of all slices may take: 32 MiB. */
#define SLICE_GRADIENTS_FLOATS ((size_t) 8 * 1024 * 1024)

/* Slices that a batch has at least, where it has images for them. */
#define MIN_SLICES 8

static size_t
aligned (size_t floats)
{
  return (floats + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool
has_flag (const NnModel *model,
          size_t         layer,
          unsigned       flag)
{
  return (model->layers[layer].ops->flags & flag) != 0;
}

/* Whether a batch norm has to wait for the end of the stage at hand, which
 * gives its input.  Evaluation alone waits for nothing. */
static bool
waits_for_stage (const NnExec *exec,
                 size_t        layer)
{
  const int source = exec->model->layers[layer].source;

  return exec->kind == NN_EXEC_GRADIENT && has_flag (exec->model, layer, NN_LAYER_BATCH_NORM) &&
         exec->stage_of[source - 1] + 1 == exec->n_stages;
}

static void
plan_stages (NnExec *exec)
{
  const NnModel *model = exec->model;
  bool random_seen = exec->kind == NN_EXEC_INFERENCE; /* trains nothing */

  for (size_t i = 0; i < model->n_layers; i++) {
    const bool first_random = has_flag (model, i, NN_LAYER_RANDOM) && !random_seen;
    const bool whole_batch = has_flag (model, i, NN_LAYER_WHOLE_BATCH);
    const bool joins = exec->n_stages > 0 && !whole_batch && !first_random &&
                       !exec->stages[exec->n_stages - 1].whole_batch &&
                       !waits_for_stage (exec, i);

    if (!joins)
      exec->stages[exec->n_stages++] = (NnStage) { .first = i, .whole_batch = whole_batch };
    exec->stages[exec->n_stages - 1].end = i + 1;
    exec->stage_of[i] = exec->n_stages - 1;
    if (first_random) {
      random_seen = true;
      exec->random_stage = exec->n_stages - 1;
    }
  }
  if (!random_seen || exec->kind == NN_EXEC_INFERENCE)
    exec->random_stage = exec->n_stages;
}

/* Whether layer `layer` can do with its input or output `value` on lanes. */
static bool
allows_lanes (const NnExec *exec,
              size_t        layer,
              size_t        value)
{
  const NnLayer *at = &exec->model->layers[layer];
  const bool reads = at->source == (int) value || at->second == (int) value;
  const bool gives = layer + 1 == value;

  if (!reads && !gives)
    return true;
  if (has_flag (exec->model, layer, NN_LAYER_KEEPS_LANES))
    return exec->on_lanes[at->source] && exec->on_lanes[layer + 1] &&
           (at->second < 0 || exec->on_lanes[at->second]);
  if (reads)
    return at->ops->takes_lanes != NULL && at->ops->takes_lanes (at);
  return at->ops->gives_lanes != NULL && at->ops->gives_lanes (at);
}

static bool
all_layers_allow_lanes (const NnExec *exec,
                        size_t        value)
{
  for (size_t i = 0; i < exec->model->n_layers; i++)
    if (!allows_lanes (exec, i, value))
      return false;
  return true;
}

/* Values of whole vectors of channels lie on lanes unless a layer that gives
 * or reads them, or another that ties them to a third, cannot do with it.  The
 * network's input and its logits are others' to read. */
static void
plan_lanes (NnExec *exec)
{
  const NnModel *model = exec->model;
  bool changed = true;

  for (size_t value = 1; value < model->n_layers; value++) {
    const NnShape shape = model->layers[value - 1].output;

    exec->on_lanes[value] = shape.channels % NN_LANES == 0 && shape.height * shape.width > 1;
  }
  while (changed) {
    changed = false;
    for (size_t value = 1; value < model->n_layers; value++)
      if (exec->on_lanes[value] && !all_layers_allow_lanes (exec, value)) {
        exec->on_lanes[value] = false;
        changed = true;
      }
  }
}

static bool
may_be_in_place (const NnModel *model,
                 size_t         layer)
{
  return has_flag (model, layer, NN_LAYER_IN_PLACE);
}

/* The layer that alone reads `value`, or SIZE_MAX. */
static size_t
only_reader (const NnModel *model,
             size_t         value)
{
  size_t reader = SIZE_MAX;
  int readers = 0;

  for (size_t i = 0; i < model->n_layers; i++) {
    const int reads = (model->layers[i].source == (int) value) +
                      (model->layers[i].second == (int) value);

    readers += reads;
    reader = reads > 0 ? i : reader;
  }
  return readers == 1 ? reader : SIZE_MAX;
}

/* Whether evaluation leaves the input of `layer` as it is, although `layer` and
 * those behind it work in its place: a pass that resumes there reads it. */
static bool
evaluation_keeps_input (const NnModel *model,
                        size_t         layer)
{
  for (size_t i = layer; i != SIZE_MAX && may_be_in_place (model, i);
       i = only_reader (model, i + 1))
    if (!has_flag (model, i, NN_LAYER_IDENTITY))
      return false;
  return true;
}

/* The input belongs to the caller, and what several layers read to them all. */
static bool
is_in_place (const NnExec *exec,
             size_t        layer)
{
  const NnModel *model = exec->model;
  const size_t source = (size_t) model->layers[layer].source;

  if (source == 0 || !may_be_in_place (model, layer) || only_reader (model, source) != layer)
    return false;

  const bool resumed = exec->stage_of[layer] >= exec->random_stage &&
                       exec->places[exec->place_of[source]].stage < exec->random_stage;

  return !resumed || evaluation_keeps_input (model, layer);
}

static void
plan_places (NnExec *exec)
{
  const NnModel *model = exec->model;

  exec->n_places = 1;
  exec->places[0].floats = nn_shape_size (model->input);
  for (size_t i = 0; i < model->n_layers; i++) {
    if (is_in_place (exec, i)) {
      exec->place_of[i + 1] = exec->place_of[model->layers[i].source];
      continue;
    }
    exec->places[exec->n_places].floats = nn_shape_size (model->layers[i].output);
    exec->places[exec->n_places].stage = exec->stage_of[i];
    exec->place_of[i + 1] = exec->n_places++;
  }
}

/* Keeps what `layer` reads as `value` where it was made in another stage, or
 * where backward reads it again. */
static void
keep_source (NnExec *exec,
             size_t  layer,
             int     value)
{
  NnPlace *place = &exec->places[exec->place_of[value]];
  const bool gradients = exec->kind == NN_EXEC_GRADIENT;
  const bool crosses = value == 0 || place->stage != exec->stage_of[layer];

  place->keep_value |= crosses || (gradients && has_flag (exec->model, layer, NN_LAYER_USES_INPUT));
  /* The data gradient of a batch norm is written where its input was made. */
  place->keep_gradient |= gradients && crosses &&
                          !has_flag (exec->model, layer, NN_LAYER_BATCH_NORM);
}

static void
plan_keeping (NnExec *exec)
{
  const NnModel *model = exec->model;
  const bool gradients = exec->kind == NN_EXEC_GRADIENT;
  NnPlace *logits = &exec->places[exec->place_of[model->n_layers]];

  exec->places[0].keep_value = logits->keep_value = true;
  exec->places[0].keep_gradient = logits->keep_gradient = gradients;
  for (size_t i = 0; i < model->n_layers; i++) {
    NnPlace *output = &exec->places[exec->place_of[i + 1]];

    keep_source (exec, i, model->layers[i].source);
    if (model->layers[i].second >= 0)
      keep_source (exec, i, model->layers[i].second);
    if (output->stage != exec->stage_of[i]) { /* in place */
      output->keep_value = true;
      output->keep_gradient |= gradients;
    }
    if (exec->stages[exec->stage_of[i]].whole_batch) {
      output->keep_value = true;
      output->keep_gradient |= gradients;
    }
    if (has_flag (model, i, NN_LAYER_BATCH_NORM))
      output->keep_gradient |= gradients;
  }
}

/* Whether `layer` writes what lies in place `place`. */
static bool
writes (const NnExec *exec,
        size_t        layer,
        size_t        place)
{
  return exec->place_of[layer + 1] == place;
}

/* Whether place `place` holds a batch norm's result and what cheap layers make
 * of it, and only their stage reads it: then backward passes can make it again
 * from the norm's input, which is kept. */
static bool
can_be_repeated (const NnExec *exec,
                 size_t        place)
{
  const NnModel *model = exec->model;
  const size_t stage = exec->places[place].stage;
  const size_t first = exec->stages[stage].first;

  if (place == exec->place_of[model->n_layers] ||
      !has_flag (model, first, NN_LAYER_BATCH_NORM) || !writes (exec, first, place))
    return false;
  for (size_t i = 0; i < model->n_layers; i++) {
    const bool reads = exec->place_of[model->layers[i].source] == place ||
                       (model->layers[i].second >= 0 &&
                        exec->place_of[model->layers[i].second] == place);

    if ((reads && exec->stage_of[i] != stage) ||
        (writes (exec, i, place) && !has_flag (model, i, NN_LAYER_CHEAP)))
      return false;
  }
  return true;
}

static void
plan_repeats (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t p = 1; exec->kind == NN_EXEC_GRADIENT && p < exec->n_places; p++) {
    if (!exec->places[p].keep_value || !can_be_repeated (exec, p))
      continue;
    exec->places[p].keep_value = false;
    for (size_t i = 0; i < model->n_layers; i++)
      exec->repeats[i] = exec->repeats[i] || writes (exec, i, p);
  }
}

/* The layer that a batch norm can be part of in lean passes, or SIZE_MAX: what
 * it gives nobody else reads, and no pass resumes from. */
static size_t
layer_to_fold_into (const NnExec *exec,
                    size_t        norm)
{
  const NnModel *model = exec->model;
  const size_t value = (size_t) model->layers[norm].source;

  if (value == 0 || only_reader (model, value) != norm)
    return SIZE_MAX;

  const NnLayer *layer = &model->layers[value - 1];
  const bool resumed = exec->random_stage < exec->n_stages &&
                       exec->stage_of[value - 1] < exec->random_stage;
  const bool scales = layer->ops->scales_output != NULL && layer->ops->scales_output (layer);

  return scales && exec->on_lanes[value] && !resumed ? value - 1 : SIZE_MAX;
}

/* Chains that were cut only where batch norms wait run as one. */
static void
plan_lean_passes (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t i = 0; i < model->n_layers; i++)
    exec->folded[i] = SIZE_MAX;
  for (size_t i = 0; i < model->n_layers; i++)
    if (has_flag (model, i, NN_LAYER_BATCH_NORM)) {
      const size_t layer = layer_to_fold_into (exec, i);

      exec->folded[i] = layer;
      if (layer != SIZE_MAX)
        exec->folded[layer] = i;
    }
  for (size_t s = 0; s < exec->n_stages; s++) {
    NnStage *last = exec->n_lean_stages > 0 ? &exec->lean_stages[exec->n_lean_stages - 1] : NULL;
    const NnStage *stage = &exec->stages[s];

    if (last == NULL || last->whole_batch || stage->whole_batch || s <= exec->random_stage) {
      exec->lean_stages[exec->n_lean_stages++] = *stage;
      continue;
    }
    last->end = stage->end;
    last->group = stage->group < last->group ? stage->group : last->group;
  }
}

/* As many images as keep the largest input and output of a layer, and their
 * gradients, within GROUP_FLOATS: products of several small images are faster
 * than one by one. */
static void
plan_groups (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t s = 0; s < exec->n_stages; s++) {
    NnStage *stage = &exec->stages[s];
    size_t largest = 1;

    for (size_t i = stage->first; i < stage->end; i++) {
      const size_t floats = nn_shape_size (model->layers[i].input) +
                            nn_shape_size (model->layers[i].output);

      largest = floats > largest ? floats : largest;
    }
    stage->group = 1;
    while (stage->group < exec->slice && 2 * stage->group * largest <= GROUP_FLOATS)
      stage->group *= 2;
  }
}

/* Whether layer `layer` reads `value`, as its first or second input. */
static bool
reads (const NnModel *model,
       size_t         layer,
       size_t         value,
       int            input)
{
  const int source = input == 0 ? model->layers[layer].source : model->layers[layer].second;

  return source == (int) value;
}

/* Backward runs from the last layer to the first; batch norms hand on their
 * gradient when everybody else has. */
static void
plan_adds (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t value = 0; value < model->n_layers; value++) {
    bool written = false;

    for (size_t i = model->n_layers; i-- > value;)
      for (int input = 0; input < 2; input++)
        if (reads (model, i, value, input) && !has_flag (model, i, NN_LAYER_BATCH_NORM)) {
          exec->adds[i][input] = written;
          written = true;
        }
    for (size_t n = 0; n < exec->n_norms; n++)
      if (reads (model, exec->norms[n].layer, value, 0)) {
        exec->norms[n].adds = written;
        written = true;
      }
  }
  for (size_t i = 0; i < model->n_layers; i++) {
    const NnLayer *layer = &model->layers[i];
    const bool can_add = layer->ops->adds_gradient != NULL &&
                         layer->ops->adds_gradient (layer, exec->on_lanes[layer->source]);

    exec->sums[i] = exec->adds[i][0] && !can_add;
  }
}

static void
plan_norms (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t i = 0; i < model->n_layers; i++)
    if (has_flag (model, i, NN_LAYER_BATCH_NORM))
      exec->norms[exec->n_norms++] = (NnNorm) { .layer = i };
}

/* The lowest layer whose backward call still reads the gradient in the place
 * of value `value`. */
static size_t
last_to_read_gradient (const NnExec *exec,
                       size_t        value)
{
  const NnModel *model = exec->model;
  size_t first = 0;

  while (exec->place_of[first + 1] != exec->place_of[value])
    first++;
  return has_flag (model, first, NN_LAYER_BATCH_NORM) ? (size_t) model->layers[first].source - 1
                                                      : first;
}

/* Whether `layer` reads and writes place `place`, and its gradient. */
static bool
works_within (const NnExec *exec,
              size_t        layer,
              size_t        place)
{
  return exec->place_of[exec->model->layers[layer].source] == place && writes (exec, layer, place);
}

/* Whether the gradient to what sum `layer` gives may become, where it lies,
 * that to its second input: nobody goes on to make another of it, and when
 * others add to it, nobody reads it as the sum's any more. */
static bool
can_share_gradient (const NnExec *exec,
                    size_t        layer)
{
  const NnModel *model = exec->model;
  const size_t second = (size_t) model->layers[layer].second;
  const NnPlace *output = &exec->places[exec->place_of[layer + 1]];
  const NnPlace *input = &exec->places[exec->place_of[second]];

  if (second == 0 || exec->adds[layer][1] || output == input || !output->keep_gradient ||
      !input->keep_gradient || !may_be_in_place (model, layer) || !is_in_place (exec, layer))
    return false;
  for (size_t i = 0; i < model->n_layers; i++) {
    const size_t of_output = exec->place_of[layer + 1];
    const size_t of_second = exec->place_of[second];
    const bool writes_second = reads (model, i, second, 0) || reads (model, i, second, 1) ||
                               works_within (exec, i, of_second);

    if (i < layer && works_within (exec, i, of_output))
      return false;
    if (i != layer && writes_second && i >= last_to_read_gradient (exec, layer + 1))
      return false;
  }
  return true;
}

/* The gradient of a residual block's output is the first part of that of its
 * input: no copy of it is needed. */
static void
plan_shared_gradients (NnExec *exec)
{
  const NnModel *model = exec->model;

  for (size_t p = 0; p < exec->n_places; p++)
    exec->places[p].shared = SIZE_MAX;
  for (size_t i = 0; exec->kind == NN_EXEC_GRADIENT && i < model->n_layers; i++)
    if (model->layers[i].second >= 0 && can_share_gradient (exec, i)) {
      exec->shares[i] = true;
      exec->places[exec->place_of[model->layers[i].second]].shared = exec->place_of[i + 1];
    }
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

  return nn_model_tensor_is_trained (exec->model, tensor) &&
         exec->model->tensors[tensor].info.role != NN_TENSOR_STEP &&
         !has_flag (exec->model, layer, NN_LAYER_WHOLE_BATCH | NN_LAYER_BATCH_NORM);
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
static void
plan_slices (NnExec *exec)
{
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
nn_exec_plan (NnExec  *exec,
              NnError *error)
{
  bool overflow = false;

  plan_stages (exec);
  plan_lanes (exec);
  plan_places (exec);
  plan_keeping (exec);
  plan_repeats (exec);
  plan_norms (exec);
  plan_adds (exec);
  plan_shared_gradients (exec);
  plan_slice_gradients (exec);
  plan_slices (exec);
  plan_groups (exec);
  plan_lean_passes (exec);
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
