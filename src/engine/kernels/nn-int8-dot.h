/* nn-int8-dot.h - dot products of unsigned codes with signed weights
 *
 * The heart of the integer network: windows of uint8 codes times int8
 * weights, summed in int32.  A window is found through a table of offsets, so
 * that one kernel serves convolutions of any stride, whose windows are read
 * where the image lies, and linear layers.  All kernels give the same sums.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn-window.h"

/* Outputs whose weights lie side by side, and codes that are multiplied at
 * once. */
#define NN_INT8_LANES 16
#define NN_INT8_GROUP 4

/* One call: for each of `positions` windows, `blocks` times 16 sums.
 *
 *     window p   runs x (groups x 4) codes: run r starts at
 *                codes + offsets[p] + r run_stride
 *     weights    block b starts at weights + b weight_stride and is
 *                (runs groups, 16 outputs, 4)
 *     sums       (positions, 16 blocks)
 *
 * No sum may leave int32: the caller has checked the window's length. */
typedef struct
{
  const uint8_t  *codes;
  const uint32_t *offsets;       /* (positions), in bytes                     */
  size_t          positions;
  size_t          runs;
  size_t          run_stride;    /* in bytes                                  */
  size_t          groups;
  const int8_t   *weights;       /* 64-byte aligned                           */
  size_t          weight_stride; /* in bytes                                  */
  size_t          blocks;
  int32_t        *sums;          /* 64-byte aligned                           */
  const int32_t  *start;         /* (16 blocks) what each window's sums start
                                    with; NULL: 0.  64-byte aligned           */
  bool            add;           /* instead, to what is in `sums`             */
  int             together;      /* products whose sum fits int16: 1, 2 or 4  */
} NnInt8Dot;

/* NnInt8Dot.together of codes up to `top` and weights up to `magnitude`. */
static inline int
nn_int8_together (int top,
                  int magnitude)
{
  const int products = magnitude > 0 ? INT16_MAX / (top * magnitude) : 4;

  return products >= 4 ? 4 : products >= 2 ? 2 : 1;
}

typedef struct NnInt8Tiles NnInt8Tiles; /* nn-int8-tiles.h                     */

typedef struct
{
  const char *name;  /* "avx512-vnni"                                         */
  const char *title; /* for people                                            */
  bool (*available) (void);
  void (*run) (const NnInt8Dot *dot);
  void (*run_tiles) (const NnInt8Tiles *tiles);
  void (*codes_from_sums) (const int32_t       *sums,
                           const NnFold        *fold,
                           const NnResidual    *residual,
                           float                top,
                           const NnCodesTarget *target);
  void (*codes_from_windows) (const NnWindowDot   *dot,
                              const NnCodesTarget *target);
} NnInt8Kernel;

/* Row `index` of the table, the fastest first, or NULL past its end.  The
 * last row is plain C, runs everywhere and is the reference of the others. */
const NnInt8Kernel *nn_int8_kernel (size_t index);

/* The row called `name`, or the first that this CPU can run where `name` is
 * NULL; NULL where there is no such row or the CPU cannot run it. */
const NnInt8Kernel *nn_int8_kernel_find (const char *name);

extern const NnInt8Kernel nn_int8_avx512_vnni;
extern const NnInt8Kernel nn_int8_avx2;
extern const NnInt8Kernel nn_int8_portable;
