/* nn-window.h - windows of floats times weights, as codes
 *
 * The first convolution of an integer network: its input is not codes, but
 * what it gives is.  A sum becomes a code in the register in which it was
 * summed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-codes.h"

/* Lanes of a block: outputs whose weights lie side by side. */
#define NN_WINDOW_LANES 16

/* code[p][o] = rint (clip (start[o] + sum of x[offsets[p] + taps[k]]
 * weight[k][o], 0, top)) for each position p and output o; the weights are
 * (blocks, taps, 16) and count in steps of a code.  The target has a stride of
 * at most 16 blocks bytes.  The products are summed in the order of the taps,
 * so that all kernels give the same codes; NaN becomes 0. */
typedef struct
{
  const float    *x;
  const uint32_t *offsets; /* (positions), in floats                          */
  const uint32_t *taps;    /* (n_taps), in floats                             */
  size_t          n_taps;
  const float    *weights; /* 64-byte aligned                                 */
  const float    *start;   /* (16 blocks), 64-byte aligned                    */
  float           top;
} NnWindowDot;

/* By kernel, see NnInt8Kernel. */
void nn_codes_from_windows        (const NnWindowDot   *dot,
                                   const NnCodesTarget *target);
void nn_codes_from_windows_avx512 (const NnWindowDot   *dot,
                                   const NnCodesTarget *target);
