/* nn-integer-plan.c - which layer runs how, and what lies where
 *
 * Walks the layers in order and asks a table for each kind; what has no row
 * runs in float.  Both representations of a value are made at most once, and
 * only where a layer wants them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <assert.h>
#include <string.h>

#include "nn-integer-plan.h"

/* ---- the graph ----------------------------------------------------------------- */

size_t
nn_plan_index (const NnPlan  *plan,
               const NnLayer *layer)
{
  return (size_t) (layer - plan->net->model->layers);
}

size_t
nn_plan_source (const NnPlan  *plan,
                const NnLayer *layer)
{
  return plan->same[layer->source];
}

const NnLayer *
nn_plan_layer_at (const NnPlan *plan,
                  size_t        layer)
{
  return &plan->net->model->layers[layer];
}

static bool
reads (const NnLayer *layer,
       size_t         value)
{
  return layer->source == (int) value || layer->second == (int) value;
}

static bool
is_identity (const NnLayer *layer)
{
  return (layer->ops->flags & NN_LAYER_IDENTITY) != 0;
}

const NnLayer *
nn_plan_only_reader (const NnPlan  *plan,
                     const NnLayer *layer)
{
  const size_t value = nn_plan_index (plan, layer) + 1;
  const NnLayer *reader = NULL;

  for (size_t i = value; i < plan->net->model->n_layers; i++) {
    if (!reads (nn_plan_layer_at (plan, i), value))
      continue;
    if (reader != NULL)
      return NULL;
    reader = nn_plan_layer_at (plan, i);
  }
  return reader;
}

/* A pact that clips another function than ReLU runs in floats. */
bool
nn_plan_quantizes (const NnLayer *layer)
{
  return layer != NULL && layer->ops == &nn_pact_ops && nn_integer_param (layer, "of") == 0 &&
         layer->activation_bits >= NN_BITS_MIN && layer->activation_bits <= NN_BITS_MAX;
}

int
nn_integer_param (const NnLayer *layer,
                  const char    *name)
{
  const NnLayerKind *kind = &layer->ops->kind;
  const int index = nn_param_find (kind->params, kind->n_params, name);

  assert (index >= 0);
  return (int) layer->values.value[index];
}

/* ---- places and steps ---------------------------------------------------------- */

static int
add_place (NnPlan        *plan,
           NnIntegerPlace place)
{
  NnIntegerNet *net = plan->net;

  assert (net->n_places < NN_INTEGER_MAX_PLACES);
  net->places[net->n_places] = place;
  return (int) net->n_places++;
}

int
nn_plan_add_floats (NnPlan *plan,
                    NnShape shape)
{
  return add_place (plan, (NnIntegerPlace) { .bytes = nn_shape_size (shape) * sizeof (float) });
}

/* The zeros that readers of `value` want around it. */
static int
border_of (const NnPlan *plan,
           size_t        value)
{
  int border = 0;

  for (size_t i = value; i < plan->net->model->n_layers; i++) {
    const NnLayer *layer = nn_plan_layer_at (plan, i);
    int wanted = 0;

    if (!reads (layer, value))
      continue;
    if (is_identity (layer))
      wanted = border_of (plan, i + 1);
    else if (layer->ops == &nn_conv2d_ops)
      wanted = nn_integer_param (layer, "padding");
    border = wanted > border ? wanted : border;
  }
  return border;
}

int
nn_plan_add_codes (NnPlan *plan,
                   size_t  value,
                   NnShape shape,
                   float   scale,
                   int     top)
{
  const NnCodesLayout layout = {
    .shape = shape,
    .border = border_of (plan, value),
    .stride = (shape.channels + NN_INT8_GROUP - 1) / NN_INT8_GROUP * NN_INT8_GROUP,
    .scale = scale,
    .top = top,
  };

  return add_place (plan, (NnIntegerPlace) { .is_codes = true, .codes = layout,
                                             .bytes = nn_codes_bytes (&layout) });
}

/* The codes that pact makes of `value`'s shape. */
int
nn_plan_add_pact_codes (NnPlan        *plan,
                        const NnLayer *pact)
{
  const size_t index = nn_plan_index (plan, pact);
  const float alpha = plan->net->model->tensors[pact->alpha].info.value[0];
  const int top = (1 << pact->activation_bits) - 1;

  plan->codes[index + 1] = nn_plan_add_codes (plan, index + 1, pact->output,
                                              alpha / (float) top, top);
  return plan->codes[index + 1];
}

static void
read_place (NnPlan *plan,
            int     index)
{
  NnIntegerPlace *place = &plan->net->places[index];

  place->crosses = place->crosses || place->producer != plan->stage;
}

/* Adds a step whose layer and places are set. A step of whole blocks is a
 * stage of its own. */
void
nn_plan_add_step (NnPlan       *plan,
                  NnIntegerStep step)
{
  NnIntegerNet *net = plan->net;

  assert (net->n_steps < NN_INTEGER_MAX_STEPS);
  if (step.whole || plan->last_is_whole)
    plan->stage++;
  plan->last_is_whole = step.whole;
  step.stage = plan->stage;
  net->places[step.output].producer = plan->stage;
  net->places[step.output].crosses = step.whole;
  read_place (plan, step.input);
  if (step.second > 0)
    read_place (plan, step.second);
  net->steps[net->n_steps++] = step;
}

uint32_t *
nn_integer_positions (NnIntegerNet        *net,
                      const NnCodesLayout *layout,
                      NnError             *error)
{
  const NnShape shape = layout->shape;
  uint32_t *positions = nn_integer_allocate (net, (size_t) shape.height * (size_t) shape.width
                                             * sizeof *positions, error);

  for (int y = 0; positions != NULL && y < shape.height; y++)
    for (int x = 0; x < shape.width; x++)
      positions[y * shape.width + x] = (uint32_t) nn_codes_offset (layout, y, x);
  return positions;
}

/* The place of `value` as floats, made of its codes where it has to be. */
NnStatus
nn_plan_want_floats (NnPlan  *plan,
                     size_t   value,
                     int     *place,
                     NnError *error)
{
  NnIntegerNet *net = plan->net;

  if (plan->floats[value] < 0) {
    const NnCodesLayout codes = net->places[plan->codes[value]].codes;
    NnIntegerStep step = {
      .run = nn_integer_run_dequantize,
      .input = plan->codes[value],
      .output = nn_plan_add_floats (plan, codes.shape),
      .positions = nn_integer_positions (net, &codes, error),
    };

    if (step.positions == NULL)
      return NN_ERROR_MEMORY;
    nn_plan_add_step (plan, step);
    plan->floats[value] = step.output;
  }
  *place = plan->floats[value];
  return NN_OK;
}

/* ---- layers -------------------------------------------------------------------- */

NnStatus
nn_plan_float (NnPlan        *plan,
               const NnLayer *layer,
               NnError       *error)
{
  const size_t index = nn_plan_index (plan, layer);
  const size_t scratch = layer->ops->scratch_floats != NULL ? layer->ops->scratch_floats (layer)
                                                            : 0;
  NnIntegerStep step = {
    .run = nn_integer_run_float,
    .layer = layer,
    .whole = (layer->ops->flags & NN_LAYER_WHOLE_BATCH) != 0,
  };

  if (nn_plan_want_floats (plan, nn_plan_source (plan, layer), &step.input, error) != NN_OK)
    return NN_ERROR_MEMORY;
  if (layer->second >= 0
      && nn_plan_want_floats (plan, plan->same[layer->second], &step.second, error) != NN_OK)
    return NN_ERROR_MEMORY;
  step.output = nn_plan_add_floats (plan, layer->output);
  plan->floats[index + 1] = step.output;
  nn_plan_add_step (plan, step);
  if (scratch > plan->net->scratch_floats)
    plan->net->scratch_floats = scratch;
  return NN_OK;
}

static NnStatus
plan_pact (NnPlan        *plan,
           const NnLayer *layer,
           NnError       *error)
{
  NnIntegerStep step = { .run = nn_integer_run_quantize, .layer = layer };

  if (!nn_plan_quantizes (layer))
    return nn_plan_float (plan, layer, error);
  if (nn_plan_want_floats (plan, nn_plan_source (plan, layer), &step.input, error) != NN_OK)
    return NN_ERROR_MEMORY;
  step.output = nn_plan_add_pact_codes (plan, layer);
  step.positions = nn_integer_positions (plan->net, &plan->net->places[step.output].codes, error);
  if (step.positions == NULL)
    return NN_ERROR_MEMORY;
  nn_plan_add_step (plan, step);
  return NN_OK;
}

static NnStatus
plan_pool (NnPlan        *plan,
           const NnLayer *layer,
           NnError       *error)
{
  const size_t index = nn_plan_index (plan, layer);
  const int input = plan->codes[nn_plan_source (plan, layer)];
  const bool is_max = layer->ops == &nn_max_pool_ops;
  const int size = nn_integer_param (layer, "size");
  const int inputs = is_max ? 1 : size * size;

  if (input < 0 || plan->net->places[input].codes.top * inputs > UINT8_MAX)
    return nn_plan_float (plan, layer, error);

  const NnCodesLayout in = plan->net->places[input].codes;
  NnIntegerStep step = {
    .run = is_max ? nn_integer_run_max_pool : nn_integer_run_sum_pool,
    .layer = layer,
    .input = input,
    .output = nn_plan_add_codes (plan, index + 1, layer->output, in.scale / (float) inputs,
                                 in.top * inputs),
  };

  plan->codes[index + 1] = step.output;
  nn_plan_add_step (plan, step);
  return NN_OK;
}

static NnStatus
plan_shortcut (NnPlan        *plan,
               const NnLayer *layer,
               NnError       *error)
{
  const size_t index = nn_plan_index (plan, layer);
  const int input = plan->codes[nn_plan_source (plan, layer)];

  if (input < 0)
    return nn_plan_float (plan, layer, error);

  const NnCodesLayout in = plan->net->places[input].codes;
  NnIntegerStep step = {
    .run = nn_integer_run_shortcut,
    .layer = layer,
    .input = input,
    .output = nn_plan_add_codes (plan, index + 1, layer->output, in.scale, in.top),
  };

  plan->codes[index + 1] = step.output;
  nn_plan_add_step (plan, step);
  return NN_OK;
}

/* ---- the whole ------------------------------------------------------------------ */

typedef struct
{
  const NnLayerOps *ops;
  NnStatus (*plan) (NnPlan        *plan,
                    const NnLayer *layer,
                    NnError       *error);
} Row;

static const Row rows[] = {
  { &nn_conv2d_ops, nn_plan_weighted },
  { &nn_linear_ops, nn_plan_weighted },
  { &nn_pact_ops, plan_pact },
  { &nn_max_pool_ops, plan_pool },
  { &nn_average_pool_ops, plan_pool },
  { &nn_shortcut_ops, plan_shortcut },
};

NnStatus
nn_plan_layer (NnPlan  *plan,
               size_t   index,
               NnError *error)
{
  const NnLayer *layer = nn_plan_layer_at (plan, index);

  if (plan->done[index])
    return NN_OK;
  plan->done[index] = true;
  plan->same[index + 1] = is_identity (layer) ? nn_plan_source (plan, layer) : index + 1;
  if (is_identity (layer))
    return NN_OK;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].ops == layer->ops)
      return rows[i].plan (plan, layer, error);
  return nn_plan_float (plan, layer, error);
}

static size_t
aligned (size_t bytes)
{
  return (bytes + 63) & ~(size_t) 63;
}

static void
lay_out (NnIntegerNet *net)
{
  size_t bytes = 0;

  for (size_t i = 1; i < net->n_places; i++) {
    NnIntegerPlace *place = &net->places[i];

    place->offset = bytes;
    bytes += aligned (place->bytes * (place->crosses ? NN_INTEGER_BLOCK : 1));
  }
  net->sums_offset = bytes;
  bytes += aligned (net->sums_bytes);
  net->scratch_offset = bytes;
  net->memory_bytes = bytes + aligned (net->scratch_floats * sizeof (float));
}

NnStatus
nn_integer_plan (NnIntegerNet *net,
                 NnError      *error)
{
  const size_t n = net->model->n_layers;
  NnPlan plan = { .net = net };

  memset (plan.codes, -1, sizeof plan.codes);
  memset (plan.floats, -1, sizeof plan.floats);
  plan.floats[0] = nn_plan_add_floats (&plan, net->model->input);
  net->places[0].producer = -1;
  for (size_t i = 0; i < n; i++) {
    const NnStatus status = nn_plan_layer (&plan, i, error);

    if (status != NN_OK)
      return status;
  }
  if (net->integer_macs == 0 && net->obstacle_layer == NULL)
    return nn_error_set (error, NN_ERROR_UNSUPPORTED,
                         "no layer runs on integers: the network has no weights");
  if (net->integer_macs == 0)
    return nn_error_set (error, NN_ERROR_UNSUPPORTED, "no layer runs on integers; %s \"%s\": %s",
                         net->obstacle_layer->ops->kind.name, net->obstacle_layer->name,
                         net->obstacle);
  if (nn_plan_want_floats (&plan, plan.same[n], &net->last, error) != NN_OK)
    return NN_ERROR_MEMORY;
  net->places[net->last].crosses = true;
  lay_out (net);
  return NN_OK;
}
