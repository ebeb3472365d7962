/* conv-fixture.h - a convolution with all its arrays, and its definition
 *
 * The oracle is the sum over windows, in double.  Errors are measured against
 * the largest value of a result, which is what rounding is relative to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "engine-fixture.h"
#include "kernels/nn-im2col.h"

/* What kernels may be asked for beside the convolution. */
typedef struct
{
  gboolean x_on_lanes;
  gboolean y_on_lanes;
  gboolean adds;       /* to dx                                               */
  gboolean scaled;     /* y and dy                                            */
} ConvManner;

/* All that go together: lanes take whole vectors, adding takes lanes. */
extern const ConvManner conv_manners[];
extern const gsize n_conv_manners;

typedef struct
{
  NnWindow window;
  int      out;     /* channels                                               */
  gsize    images;
  gsize    x_size;  /* of one image                                           */
  gsize    y_size;
  gsize    w_size;
  float   *x;
  float   *weight;
  float   *bias;
  float   *dy;
  float   *dweight; /* not 0 at the start: gradients are added                */
  float   *y;
  float   *dx;      /* not 0 either                                           */
  float   *scale;   /* (out)                                                  */
} ConvFixture;

/* `n` floats that are 0, aligned to 64 bytes; free() them. */
float *conv_fixture_floats (gsize n);

/* The same with normal numbers times `scale`. */
float *conv_fixture_draw (guint64 seed,
                          gsize   n,
                          float   scale);

/* A convolution on drawn numbers.  The window's output size is computed. */
ConvFixture conv_fixture_new (NnWindow window,
                              int      out,
                              gsize    images);

void conv_fixture_clear (ConvFixture *self);

/* Whether a convolution of these channels can be run in a manner. */
gboolean conv_manner_fits (const ConvManner *manner,
                           int               in,
                           int               out);

/* Moves what the manner wants on lanes there, and `back`. */
void conv_fixture_move (ConvFixture      *self,
                        const ConvManner *manner,
                        gboolean          back);

/* What the definition gives for the arrays as they are; free with
 * conv_expected_clear(). */
typedef struct
{
  double *y;
  double *dx;
  double *dweight;
} ConvExpected;

ConvExpected conv_fixture_expect (const ConvFixture *self,
                                  const ConvManner  *manner);
void         conv_expected_clear (ConvExpected *expected);

/* Fails the test unless y, dx and dweight are within `most_error` of it. */
void conv_fixture_check (const ConvFixture  *self,
                         const ConvExpected *expected,
                         double              most_error);
