/* nn-integer-plan.c - which layer runs how, and what lies where
 *
 * Walks the layers in order and asks a table for each kind; what has no row
 * runs in float.  A layer with weights takes the pact behind it along where
 * nobody else reads what lies between; both representations of a value are
 * made at most once, and only where a layer wants them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <assert.h>
#include <limits.h>
#include <string.h>

#include "nn-integer-private.h"

/* Values of a window that is multiplied in float without BLAS. */
#define MAX_TAPS 256

typedef struct
{
  NnIntegerNet *net;
  int           codes[NN_MAX_LAYERS + 1];  /* place of a value, or -1         */
  int           floats[NN_MAX_LAYERS + 1];
  size_t        same[NN_MAX_LAYERS + 1];   /* the value that it is            */
  bool          done[NN_MAX_LAYERS];       /* taken along by a layer before   */
  int           stage;
  bool          last_is_whole;
} Plan;

/* ---- the graph ----------------------------------------------------------------- */

/* The value that layer `layer` reads: 0 is the network's input, i + 1 what
 * layer i gives. */
static size_t
source_of (const Plan *plan,
           size_t      layer)
{
  return plan->same[layer];
}

static const NnLayer *
layer_at (const Plan *plan,
          size_t      layer)
{
  return &plan->net->model->layers[layer];
}

static bool
is_identity (const NnLayer *layer)
{
  return (layer->ops->flags & NN_LAYER_IDENTITY) != 0;
}

/* The one layer that reads `value`, or NULL. */
static const NnLayer *
only_reader (const Plan *plan,
             size_t      value)
{
  return value < plan->net->model->n_layers ? layer_at (plan, value) : NULL;
}

static bool
quantizes (const NnLayer *layer)
{
  return layer != NULL && layer->ops == &nn_pact_ops && layer->activation_bits >= NN_BITS_MIN &&
         layer->activation_bits <= NN_BITS_MAX;
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
add_place (Plan          *plan,
           NnIntegerPlace place)
{
  NnIntegerNet *net = plan->net;

  assert (net->n_places < NN_INTEGER_MAX_PLACES);
  net->places[net->n_places] = place;
  return (int) net->n_places++;
}

static int
add_floats (Plan   *plan,
            NnShape shape)
{
  return add_place (plan, (NnIntegerPlace) { .bytes = nn_shape_size (shape) * sizeof (float) });
}

/* The zeros that readers of `value` want around it. */
static int
border_of (const Plan *plan,
           size_t      value)
{
  int border = 0;

  for (size_t i = value; i < plan->net->model->n_layers; i++) {
    const NnLayer *layer = layer_at (plan, i);
    const int padding = layer->ops == &nn_conv2d_ops ? nn_integer_param (layer, "padding") : 0;

    border = padding > border ? padding : border;
    if (!is_identity (layer))
      break;
  }
  return border;
}

static int
add_codes (Plan   *plan,
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
static int
add_pact_codes (Plan          *plan,
                const NnLayer *pact)
{
  const size_t index = (size_t) (pact - plan->net->model->layers);
  const float alpha = plan->net->model->tensors[pact->alpha].info.value[0];
  const int top = (1 << pact->activation_bits) - 1;

  plan->codes[index + 1] = add_codes (plan, index + 1, pact->output, alpha / (float) top, top);
  return plan->codes[index + 1];
}

static void
read_place (Plan *plan,
            int   index)
{
  NnIntegerPlace *place = &plan->net->places[index];

  place->crosses = place->crosses || place->producer != plan->stage;
}

/* Adds a step whose layer and places are set. A step of whole blocks is a
 * stage of its own. */
static void
add_step (Plan         *plan,
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
static NnStatus
want_floats (Plan    *plan,
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
      .output = add_floats (plan, codes.shape),
      .positions = nn_integer_positions (net, &codes, error),
    };

    if (step.positions == NULL)
      return NN_ERROR_MEMORY;
    add_step (plan, step);
    plan->floats[value] = step.output;
  }
  *place = plan->floats[value];
  return NN_OK;
}

/* ---- layers -------------------------------------------------------------------- */

static NnStatus
plan_float (Plan          *plan,
            const NnLayer *layer,
            NnError       *error)
{
  const size_t index = (size_t) (layer - plan->net->model->layers);
  const size_t scratch = layer->ops->scratch_floats != NULL ? layer->ops->scratch_floats (layer)
                                                            : 0;
  NnIntegerStep step = {
    .run = nn_integer_run_float,
    .layer = layer,
    .whole = (layer->ops->flags & NN_LAYER_WHOLE_BATCH) != 0,
  };

  if (want_floats (plan, source_of (plan, index), &step.input, error) != NN_OK)
    return NN_ERROR_MEMORY;
  step.output = add_floats (plan, layer->output);
  plan->floats[index + 1] = step.output;
  add_step (plan, step);
  if (scratch > plan->net->scratch_floats)
    plan->net->scratch_floats = scratch;
  return NN_OK;
}

static NnStatus
plan_pact (Plan          *plan,
           const NnLayer *layer,
           NnError       *error)
{
  const size_t index = (size_t) (layer - plan->net->model->layers);
  NnIntegerStep step = { .run = nn_integer_run_quantize, .layer = layer };

  if (!quantizes (layer))
    return plan_float (plan, layer, error);
  if (want_floats (plan, source_of (plan, index), &step.input, error) != NN_OK)
    return NN_ERROR_MEMORY;
  step.output = add_pact_codes (plan, layer);
  step.positions = nn_integer_positions (plan->net, &plan->net->places[step.output].codes, error);
  if (step.positions == NULL)
    return NN_ERROR_MEMORY;
  add_step (plan, step);
  return NN_OK;
}

static NnStatus
plan_pool (Plan          *plan,
           const NnLayer *layer,
           NnError       *error)
{
  const size_t index = (size_t) (layer - plan->net->model->layers);
  const int input = plan->codes[source_of (plan, index)];
  const bool is_max = layer->ops == &nn_max_pool_ops;
  const int size = nn_integer_param (layer, "size");
  const int inputs = is_max ? 1 : size * size;

  if (input < 0 || plan->net->places[input].codes.top * inputs > UINT8_MAX)
    return plan_float (plan, layer, error);

  const NnCodesLayout in = plan->net->places[input].codes;
  NnIntegerStep step = {
    .run = is_max ? nn_integer_run_max_pool : nn_integer_run_sum_pool,
    .layer = layer,
    .input = input,
    .output = add_codes (plan, index + 1, layer->output, in.scale / (float) inputs,
                         in.top * inputs),
  };

  plan->codes[index + 1] = step.output;
  add_step (plan, step);
  return NN_OK;
}

/* ---- layers with weights -------------------------------------------------------- */

static size_t
row_length (const NnModel *model,
            const NnLayer *layer)
{
  return model->tensors[layer->weight].info.count / (size_t) layer->output.channels;
}

/* Codes of the layer's weights; NN_ERROR_UNSUPPORTED where its quantizer's
 * levels are not evenly spaced. */
static NnStatus
find_codes (Plan          *plan,
            const NnLayer *layer,
            NnWeightCodes *codes,
            NnError       *error)
{
  NnIntegerNet *net = plan->net;
  const size_t index = (size_t) (layer - net->model->layers);
  const NnWeights weights = nn_model_weights (net->model, index);
  float levels[256];

  *codes = (NnWeightCodes) {
    .rows = (size_t) layer->output.channels,
    .length = row_length (net->model, layer),
  };
  codes->code = nn_integer_allocate (net, codes->rows * codes->length, error);
  codes->step = nn_integer_allocate (net, codes->rows * sizeof (float), error);
  codes->offset = nn_integer_allocate (net, codes->rows * sizeof (float), error);
  if (codes->code == NULL || codes->step == NULL || codes->offset == NULL)
    return NN_ERROR_MEMORY;
  for (size_t row = 0; row < codes->rows; row++) {
    const size_t n = net->model->quantizer->levels (&weights, row, levels);

    if (!nn_weight_codes_row (codes, row, levels, n, net->weight[index] + row * codes->length))
      return NN_ERROR_UNSUPPORTED;
  }
  return NN_OK;
}

/* Why `layer` cannot run on integers as far as its bits and its input tell,
 * or NULL. */
static const char *
integer_obstacle (const Plan    *plan,
                  const NnLayer *layer)
{
  const int input = plan->codes[source_of (plan, (size_t) (layer - plan->net->model->layers))];

  if (layer->weight_bits < NN_BITS_MIN || layer->weight_bits > NN_BITS_MAX)
    return "its weights are in full precision";
  if (input < 0)
    return "its input does not come from a pact layer of 2 to 8 bits";

  const NnIntegerPlace *place = &plan->net->places[input];
  const size_t length = row_length (plan->net->model, layer);

  if (length > INT32_MAX / (128 * (size_t) place->codes.top))
    return "its sums would not fit 32 bits";
  if (place->bytes > UINT32_MAX / NN_INTEGER_BLOCK)
    return "its input is too large";
  return NULL;
}

static NnStatus
find_affine (Plan            *plan,
             const NnLayer   *layer,
             NnIntegerAffine *affine,
             NnError         *error)
{
  const NnModel *model = plan->net->model;
  const size_t channels = (size_t) layer->output.channels;

  affine->factor = nn_integer_allocate (plan->net, 2 * channels * sizeof (double), error);
  if (affine->factor == NULL)
    return NN_ERROR_MEMORY;
  affine->summand = affine->factor + channels;
  for (size_t c = 0; c < channels; c++) {
    affine->factor[c] = 1;
    if (layer->bias >= 0)
      affine->summand[c] = (double) model->tensors[layer->bias].info.value[c];
  }
  return NN_OK;
}

/* The place of the output of `layer`, and of the pact behind it where that is
 * taken along. */
static int
add_output (Plan          *plan,
            const NnLayer *layer,
            const NnLayer *pact)
{
  const NnModel *model = plan->net->model;

  if (pact != NULL) {
    plan->done[pact - model->layers] = true;
    return add_pact_codes (plan, pact);
  }

  const size_t value = (size_t) (layer - model->layers) + 1;

  plan->floats[value] = add_floats (plan, layer->output);
  return plan->floats[value];
}

static NnStatus
plan_integer (Plan                *plan,
              const NnLayer       *layer,
              const NnLayer       *pact,
              const NnWeightCodes *codes,
              NnError             *error)
{
  NnIntegerAffine affine;
  NnIntegerStep step = {
    .layer = layer,
    .input = plan->codes[source_of (plan, (size_t) (layer - plan->net->model->layers))],
    .output = add_output (plan, layer, pact),
  };
  NnStatus status = find_affine (plan, layer, &affine, error);

  if (status == NN_OK)
    status = nn_integer_dot_build (plan->net, codes, &affine, &step, error);
  if (status != NN_OK)
    return status;
  add_step (plan, step);
  plan->net->integer_macs += layer->ops->macs (layer);
  return NN_OK;
}

static NnStatus
plan_window (Plan          *plan,
             const NnLayer *layer,
             const NnLayer *pact,
             NnError       *error)
{
  const size_t index = (size_t) (layer - plan->net->model->layers);
  NnIntegerAffine affine;
  NnIntegerStep step = { .layer = layer };
  NnStatus status = want_floats (plan, source_of (plan, index), &step.input, error);

  step.output = add_output (plan, layer, pact);
  if (status == NN_OK)
    status = find_affine (plan, layer, &affine, error);
  if (status == NN_OK)
    status = nn_integer_window_build (plan->net, plan->net->weight[index], &affine, &step, error);
  if (status == NN_OK)
    add_step (plan, step);
  return status;
}

static NnStatus
plan_weighted (Plan          *plan,
               const NnLayer *layer,
               NnError       *error)
{
  NnIntegerNet *net = plan->net;
  const NnLayer *reader = only_reader (plan, (size_t) (layer - net->model->layers) + 1);
  const NnLayer *pact = quantizes (reader) ? reader : NULL;
  const char *obstacle = integer_obstacle (plan, layer);
  NnWeightCodes codes;

  if (obstacle == NULL) {
    const NnStatus status = find_codes (plan, layer, &codes, error);

    if (status == NN_OK)
      return plan_integer (plan, layer, pact, &codes, error);
    if (status != NN_ERROR_UNSUPPORTED)
      return status;
    obstacle = "its quantizer's levels are not evenly spaced";
  }
  net->obstacle = obstacle;
  net->obstacle_layer = layer;
  if (layer->ops == &nn_conv2d_ops && pact != NULL && row_length (net->model, layer) <= MAX_TAPS)
    return plan_window (plan, layer, pact, error);
  return plan_float (plan, layer, error);
}

/* ---- the whole ------------------------------------------------------------------ */

typedef struct
{
  const NnLayerOps *ops;
  NnStatus (*plan) (Plan          *plan,
                    const NnLayer *layer,
                    NnError       *error);
} Row;

static const Row rows[] = {
  { &nn_conv2d_ops, plan_weighted },
  { &nn_linear_ops, plan_weighted },
  { &nn_pact_ops, plan_pact },
  { &nn_max_pool_ops, plan_pool },
  { &nn_average_pool_ops, plan_pool },
};

static NnStatus
plan_layer (Plan    *plan,
            size_t   index,
            NnError *error)
{
  const NnLayer *layer = layer_at (plan, index);

  plan->same[index + 1] = index + 1;
  if (plan->done[index])
    return NN_OK;
  if (is_identity (layer)) {
    plan->same[index + 1] = source_of (plan, index);
    return NN_OK;
  }
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].ops == layer->ops)
      return rows[i].plan (plan, layer, error);
  return plan_float (plan, layer, error);
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
  Plan plan = { .net = net };

  memset (plan.codes, -1, sizeof plan.codes);
  memset (plan.floats, -1, sizeof plan.floats);
  plan.floats[0] = add_floats (&plan, net->model->input);
  net->places[0].producer = -1;
  for (size_t i = 0; i < n; i++) {
    const NnStatus status = plan_layer (&plan, i, error);

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
  if (want_floats (&plan, plan.same[n], &net->last, error) != NN_OK)
    return NN_ERROR_MEMORY;
  net->places[net->last].crosses = true;
  lay_out (net);
  return NN_OK;
}
