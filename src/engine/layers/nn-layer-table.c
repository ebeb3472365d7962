/* nn-layer-table.c - the list of layer kinds
 *
 * Adding a kind is one file and one line here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn-layer-ops.h"

const char *const nn_no_yes[] = {
  [NN_NO] = "no",
  [NN_YES] = "yes",
  NULL,
};

static const NnLayerOps *const table[] = {
  &nn_conv2d_ops,
  &nn_linear_ops,
  &nn_max_pool_ops,
  &nn_average_pool_ops,
  &nn_global_average_pool_ops,
  &nn_flatten_ops,
  &nn_dropout_ops,
  &nn_relu_ops,
  &nn_gelu_ops,
  &nn_pact_ops,
  &nn_shortcut_ops,
  &nn_scale_ops,
  &nn_batch_norm_ops,
  &nn_add_ops,
};

const char *const nn_step_choices[] = {
  [NN_STEP_MEASURED] = "measured",
  [NN_STEP_LEARNED] = "learned",
  NULL,
};

int
nn_step_tensor (double        choice,
                NnTensorSpec *specs,
                int           n)
{
  if (choice != NN_STEP_LEARNED)
    return n;
  specs[n] = (NnTensorSpec) { "step", NN_TENSOR_STEP, 1, { 1 }, 0 };
  return n + 1;
}

const NnLayerOps *
nn_layer_ops (size_t index)
{
  return index < sizeof table / sizeof table[0] ? table[index] : NULL;
}

const NnLayerOps *
nn_layer_ops_find (const char *name)
{
  const NnLayerOps *ops;

  for (size_t i = 0; (ops = nn_layer_ops (i)) != NULL; i++)
    if (strcmp (ops->kind.name, name) == 0)
      return ops;
  return NULL;
}

const NnLayerKind *
nn_layer_kind (size_t index)
{
  const NnLayerOps *ops = nn_layer_ops (index);

  return ops != NULL ? &ops->kind : NULL;
}
