/* nn-winograd-plan.h - blocks of tiles, and the images they are made of
 *
 * What nn-winograd.c multiplies, and how images become tiles and tiles images.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-kernel.h"
#include "nn-winograd.h"

/* Columns of one product. */
#define NN_WINOGRAD_PANEL (2 * NN_LANES)

/* Rows of a band of weight gradients. */
#define NN_WINOGRAD_BAND_ROWS 48

/* One side of the products: the tiles of a block, with C or O channels. */
typedef struct
{
  int    channels;
  size_t lanes;  /* channels, in whole vectors                                */
  size_t tile;   /* floats from one tile to the next                          */
  size_t matrix; /* floats from one of 36 matrices to the next                */
} NnWinogradSide;

typedef struct
{
  int    tiles_x;     /* of one image                                         */
  int    tiles_y;
  size_t rows;        /* tile rows of a block                                 */
  size_t strip_row;   /* floats of a row of six-row strips, (4 tiles + 2, 16) */
  bool   banded;      /* weight gradients are                                 */
  size_t weight_row;  /* floats of a row of E                                 */
  size_t weight_matrix;
  NnWinogradSide   in;
  NnWinogradSide   out;
} NnWinogradPlan;

/* The parts of the scratch, one after the other. */
typedef struct
{
  float *in;      /* V, then P                                                */
  float *out;     /* M or D                                                   */
  float *strip;   /* six rows of pixels                                       */
  float *zeros;   /* a row outside of the image                               */
  float *carried; /* two rows of dx for each vector of input channels         */
  float *weight;  /* E                                                        */
} NnWinogradScratch;

/* Sizes for a convolution. */
NnWinogradPlan nn_winograd_plan (const NnWinograd *conv);

/* One side of a convolution, without its matrices. */
NnWinogradSide nn_winograd_side (int channels);

/* The parts of a call's scratch. */
NnWinogradScratch nn_winograd_scratch (const NnWinogradPlan *plan,
                                       float                *scratch);

/* Channels that are there in the vector from `lane` on. */
size_t nn_winograd_vector_channels (const NnWinogradSide *side,
                                    size_t                lane);

/* Tile rows [first, first + count), counted through all images: of x to V, of
 * dy to D, from M to y with the bias (O) or NULL, and from P to dx. */
void nn_winograd_input_to_tiles           (const NnWinograd        *conv,
                                           const NnWinogradPlan    *plan,
                                           size_t                   first,
                                           size_t                   count,
                                           const float             *x,
                                           const NnWinogradScratch *scratch);
void nn_winograd_output_gradient_to_tiles (const NnWinograd        *conv,
                                           const NnWinogradPlan    *plan,
                                           size_t                   first,
                                           size_t                   count,
                                           const float             *dy,
                                           const NnWinogradScratch *scratch);
void nn_winograd_tiles_to_output          (const NnWinograd        *conv,
                                           const NnWinogradPlan    *plan,
                                           size_t                   first,
                                           size_t                   count,
                                           const NnWinogradScratch *scratch,
                                           const float             *bias,
                                           float                   *y);
void nn_winograd_tiles_to_input_gradient  (const NnWinograd        *conv,
                                           const NnWinogradPlan    *plan,
                                           size_t                   first,
                                           size_t                   count,
                                           const NnWinogradScratch *scratch,
                                           float                   *dx);
