/* nn-integer-chain.c - layers with weights, and what they take along
 *
 * conv2d or linear, the batch norm behind it, an addition and the pact after
 * that become one step where nobody else reads what lies between.  Of an
 * addition the other way has to be codes, and to be planned first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-integer-plan.h"

/* Values of a window that is multiplied in float without BLAS. */
#define MAX_TAPS 256

static size_t
row_length (const NnModel *model,
            const NnLayer *layer)
{
  return model->tensors[layer->weight].info.count / (size_t) layer->output.channels;
}

/* Codes of the layer's weights; NN_ERROR_UNSUPPORTED where its quantizer's
 * levels are not evenly spaced. */
static NnStatus
find_codes (NnPlan        *plan,
            const NnLayer *layer,
            NnWeightCodes *codes,
            NnError       *error)
{
  NnIntegerNet *net = plan->net;
  const size_t index = nn_plan_index (plan, layer);
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
integer_obstacle (const NnPlan  *plan,
                  const NnLayer *layer)
{
  const int input = plan->codes[nn_plan_source (plan, layer)];

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

/* A layer with weights and what it takes along; NULL where there is none. */
typedef struct
{
  const NnLayer *layer;
  const NnLayer *norm;
  const NnLayer *add;
  const NnLayer *pact;
  const NnLayer *pool;
} Chain;

/* The value that `add` adds to that of `layer`. */
static size_t
other_value (const NnPlan  *plan,
             const NnLayer *add,
             const NnLayer *layer)
{
  const int own = (int) nn_plan_index (plan, layer) + 1;

  return plan->same[add->source == own ? add->second : add->source];
}

static Chain
find_chain (const NnPlan  *plan,
            const NnLayer *layer)
{
  Chain chain = { .layer = layer };
  const NnLayer *reader = nn_plan_only_reader (plan, layer);

  if (reader != NULL && reader->ops == &nn_batch_norm_ops) {
    chain.norm = reader;
    reader = nn_plan_only_reader (plan, reader);
  }
  if (reader != NULL && reader->ops == &nn_add_ops && layer->ops == &nn_conv2d_ops
      && reader->source != reader->second) {
    chain.add = reader;
    reader = nn_plan_only_reader (plan, reader);
  }
  if (nn_plan_quantizes (reader))
    chain.pact = reader;
  else
    chain.add = NULL;
  return chain;
}

static NnStatus
find_affine (NnPlan          *plan,
             const Chain     *chain,
             NnIntegerAffine *affine,
             NnError         *error)
{
  const NnIntegerNet *net = plan->net;
  const size_t channels = (size_t) chain->layer->output.channels;
  const float *bias = net->bias[nn_plan_index (plan, chain->layer)];
  const size_t norm = chain->norm != NULL ? nn_plan_index (plan, chain->norm) : 0;

  affine->factor = nn_integer_allocate (plan->net, 2 * channels * sizeof (double), error);
  if (affine->factor == NULL)
    return NN_ERROR_MEMORY;
  affine->summand = affine->factor + channels;
  for (size_t c = 0; c < channels; c++) {
    affine->factor[c] = 1;
    affine->summand[c] = bias != NULL ? (double) bias[c] : 0;
    if (chain->norm == NULL)
      continue;
    affine->factor[c] = (double) net->weight[norm][c];
    affine->summand[c] = affine->summand[c] * affine->factor[c] + (double) net->bias[norm][c];
  }
  return NN_OK;
}

/* The codes of pact, on the grid of the max-pool behind it. */
static int
add_pool_codes (NnPlan      *plan,
                const Chain *chain)
{
  const size_t value = nn_plan_index (plan, chain->pool) + 1;
  const float alpha = plan->net->model->tensors[chain->pact->alpha].info.value[0];
  const int top = (1 << chain->pact->activation_bits) - 1;

  plan->codes[value] = nn_plan_add_codes (plan, value, chain->pool->output, alpha / (float) top,
                                          top);
  return plan->codes[value];
}

/* The place of the output of the chain's last layer; its layers are done. */
static int
add_output (NnPlan      *plan,
            const Chain *chain)
{
  const NnLayer *taken[] = { chain->norm, chain->add, chain->pact, chain->pool };
  const NnLayer *last = chain->layer;

  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
    if (taken[i] != NULL) {
      last = taken[i];
      plan->done[nn_plan_index (plan, last)] = true;
      plan->same[nn_plan_index (plan, last) + 1] = nn_plan_index (plan, last) + 1;
    }
  if (chain->pool != NULL)
    return add_pool_codes (plan, chain);
  if (chain->pact != NULL)
    return nn_plan_add_pact_codes (plan, chain->pact);

  const size_t value = nn_plan_index (plan, last) + 1;

  plan->floats[value] = nn_plan_add_floats (plan, last->output);
  return plan->floats[value];
}

/* Plans what lies between the chain's first layer and its addition: the other
 * way to the addition, which has to be there first.  None of it reads what
 * the chain gives. */
static NnStatus
plan_other_way (NnPlan      *plan,
                const Chain *chain,
                NnError     *error)
{
  NnStatus status = NN_OK;

  for (size_t i = nn_plan_index (plan, chain->layer) + 1;
       status == NN_OK && i < nn_plan_index (plan, chain->add); i++)
    if (nn_plan_layer_at (plan, i) != chain->norm)
      status = nn_plan_layer (plan, i, error);
  return status;
}

/* The max-pool behind the chain whose windows are the tiles of Winograd's
 * convolution, if the largest sum has the largest code; else NULL. */
static const NnLayer *
find_pool (const NnPlan          *plan,
           const Chain           *chain,
           const NnWeightCodes   *codes,
           const NnIntegerAffine *affine)
{
  const NnLayer *pool = nn_plan_only_reader (plan, chain->pact);

  if (pool == NULL || pool->ops != &nn_max_pool_ops || chain->add != NULL || codes->has_offset
      || nn_integer_param (pool, "size") != 2 || nn_integer_param (pool, "stride") % 2 != 0)
    return NULL;
  for (size_t c = 0; c < codes->rows; c++)
    if (affine->factor[c] < 0)
      return NULL;
  return nn_integer_param (pool, "stride") <= 2 ? pool : NULL;
}

/* The place that the chain's addition adds, or 0.  An addition whose other
 * way is not codes is left to itself, and with it the pact behind it. */
static NnStatus
find_second (NnPlan  *plan,
             Chain   *chain,
             int     *place,
             NnError *error)
{
  const NnLayer *before = chain->norm != NULL ? chain->norm : chain->layer;
  NnStatus status = NN_OK;

  *place = 0;
  if (chain->add == NULL)
    return NN_OK;
  status = plan_other_way (plan, chain, error);
  *place = plan->codes[other_value (plan, chain->add, before)];
  if (*place < 0) {
    chain->add = chain->pact = NULL;
    *place = 0;
  }
  return status;
}

static NnStatus
plan_integer (NnPlan              *plan,
              Chain               *chain,
              const NnWeightCodes *codes,
              NnError             *error)
{
  NnIntegerNet *net = plan->net;
  NnIntegerAffine affine;
  NnIntegerStep step = { .layer = chain->layer,
                         .input = plan->codes[nn_plan_source (plan, chain->layer)] };
  NnStatus status = find_second (plan, chain, &step.second, error);

  if (status == NN_OK)
    status = find_affine (plan, chain, &affine, error);
  if (status != NN_OK)
    return status;

  const bool tiles = chain->pact != NULL &&
                     nn_integer_winograd_fits (chain->layer, codes,
                                               &net->places[step.input].codes);

  if (tiles)
    chain->pool = find_pool (plan, chain, codes, &affine);
  step.output = add_output (plan, chain);
  status = tiles ? nn_integer_winograd_build (net, codes, &affine, chain->pool != NULL, &step,
                                              error)
                 : nn_integer_dot_build (net, codes, &affine, &step, error);
  if (status != NN_OK)
    return status;
  nn_plan_add_step (plan, step);
  net->integer_macs += chain->layer->ops->macs (chain->layer);
  return NN_OK;
}

static NnStatus
plan_window (NnPlan      *plan,
             const Chain *chain,
             NnError     *error)
{
  const NnLayer *layer = chain->layer;
  const float *weight = plan->net->weight[nn_plan_index (plan, layer)];
  NnIntegerAffine affine;
  NnIntegerStep step = { .layer = layer };
  NnStatus status = nn_plan_want_floats (plan, nn_plan_source (plan, layer), &step.input, error);

  step.output = add_output (plan, chain);
  if (status == NN_OK)
    status = find_affine (plan, chain, &affine, error);
  if (status == NN_OK)
    status = nn_integer_window_build (plan->net, weight, &affine, &step, error);
  if (status == NN_OK)
    nn_plan_add_step (plan, step);
  return status;
}

NnStatus
nn_plan_weighted (NnPlan        *plan,
                  const NnLayer *layer,
                  NnError       *error)
{
  NnIntegerNet *net = plan->net;
  Chain chain = find_chain (plan, layer);
  const char *obstacle = integer_obstacle (plan, layer);
  NnWeightCodes codes;

  if (obstacle == NULL) {
    const NnStatus status = find_codes (plan, layer, &codes, error);

    if (status == NN_OK)
      return plan_integer (plan, &chain, &codes, error);
    if (status != NN_ERROR_UNSUPPORTED)
      return status;
    obstacle = "its quantizer's levels are not evenly spaced";
  }
  net->obstacle = obstacle;
  net->obstacle_layer = layer;
  if (layer->ops == &nn_conv2d_ops && chain.pact != NULL && chain.add == NULL
      && row_length (net->model, layer) <= MAX_TAPS)
    return plan_window (plan, &chain, error);
  return nn_plan_float (plan, layer, error);
}
