/* nn-integer-grid.h - quantized weights as signed 8-bit codes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* w (rows, length) = offset[row] + step[row] * code: zero lies on most grids
 * (offset 0); where it does not and the odd multiples of half a step leave
 * int8, as DoReFa's at 8 bits, the offset takes the rest. */
typedef struct
{
  size_t  rows;
  size_t  length;
  int8_t *code;        /* (rows, length)                                      */
  float  *step;        /* (rows)                                              */
  float  *offset;      /* (rows)                                              */
  int     magnitude;   /* the largest |code|                                  */
  bool    has_offset;  /* some offset is not 0                                */
} NnWeightCodes;

/* Writes `row` of `codes` from quantized weights w (length) that lie on the
 * ascending levels (n); false where the levels are not evenly spaced or a
 * weight lies on none of them. */
bool nn_weight_codes_row (NnWeightCodes *codes,
                          size_t         row,
                          const float   *levels,
                          size_t         n,
                          const float   *w);
