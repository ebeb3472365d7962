/* nn-quantizer.c - the table of weight quantizers and what bit widths are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-quantizer.h"

#include <string.h>

#include "quant/nn-quantizer-rows.h"

static const NnWeightQuantizer *const quantizers[] = {
  &nn_quantizer_dorefa,
  &nn_quantizer_sawb,
  &nn_quantizer_lsq,
  &nn_quantizer_min_max,
};

bool
nn_bits_valid (int bits)
{
  return bits == NN_BITS_OFF
         || (bits >= NN_BITS_MIN && bits <= NN_BITS_MAX)
         || bits == NN_BITS_CLIP;
}

const NnWeightQuantizer *
nn_weight_quantizer (size_t index)
{
  return index < sizeof quantizers / sizeof quantizers[0] ? quantizers[index] : NULL;
}

const NnWeightQuantizer *
nn_weight_quantizer_find (const char *name)
{
  for (size_t i = 0; nn_weight_quantizer (i) != NULL; i++) {
    if (strcmp (quantizers[i]->name, name) == 0)
      return quantizers[i];
  }
  return NULL;
}
