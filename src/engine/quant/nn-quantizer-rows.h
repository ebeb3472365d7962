/* nn-quantizer-rows.h - the rows of the table of weight quantizers
 *
 * Each lives in its own file; nn-quantizer.c lists them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-words.h"
#include "nn/nn-quantizer.h"

extern const NnWeightQuantizer nn_quantizer_dorefa;
extern const NnWeightQuantizer nn_quantizer_sawb;
extern const NnWeightQuantizer nn_quantizer_lsq;
extern const NnWeightQuantizer nn_quantizer_min_max;
