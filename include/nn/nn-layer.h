/* nn-layer.h - the table of layer kinds, as users and tools see it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The shape of one image's values between two layers. */
typedef struct
{
  int channels;
  int height;
  int width;
} NnShape;

/* Number of values of a shape. */
static inline size_t
nn_shape_size (NnShape shape)
{
  return (size_t) shape.channels * (size_t) shape.height * (size_t) shape.width;
}

/* One kind of layer: "conv2d", "linear", "max-pool", "pact" ... */
typedef struct
{
  const char    *name;
  const char    *title;
  const char    *summary; /* one sentence                                     */
  const NnParam *params;
  size_t         n_params;
  bool           activation; /* PACT can take its place                       */
} NnLayerKind;

/* Row `index` of the table, or NULL past its end. */
const NnLayerKind *nn_layer_kind (size_t index);

#ifdef __cplusplus
}
#endif
