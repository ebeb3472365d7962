/* nn-exec-plan.c - what runs together, and what is kept
 *
 * A value is kept for the whole batch where it passes from one stage to the
 * next or where a layer's backward pass reads it; everything else is born and
 * dies in the scratch of one thread.  For SGT-CNN this keeps 122 KB an image
 * instead of the 500 KB that all values would take.  What a batch norm and an
 * activation make of a kept value is made again instead.  How values lie, which
 * gradients share memory and what evaluations leave out is decided here too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>

#include "kernels/nn-kernel.h"
#include "nn-exec-private.h"

/* What a group of images may take: 1 MiB, the cache of a core.  Layers take
 * what they need of it at a time; gradients of weights want many images. */
#define GROUP_FLOATS ((size_t) 256 * 1024)

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
      !input->keep_gradient || !is_in_place (exec, layer))
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

NnStatus
nn_exec_plan (NnExec  *exec,
              NnError *error)
{
  plan_stages (exec);
  plan_lanes (exec);
  plan_places (exec);
  plan_keeping (exec);
  plan_repeats (exec);
  plan_norms (exec);
  plan_adds (exec);
  plan_shared_gradients (exec);
  nn_exec_plan_slices (exec);
  plan_groups (exec);
  plan_lean_passes (exec);
  return nn_exec_plan_memory (exec, error);
}
