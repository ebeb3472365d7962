/* nn-quantizer-rows.h - the rows of the table of weight quantizers
 *
 * Each lives in its own file; nn-quantizer.c lists them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-quantizer.h"

extern const NnWeightQuantizer nn_quantizer_dorefa;
