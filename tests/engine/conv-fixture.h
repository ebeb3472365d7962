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
  float   *forward; /* prepared weights, where a kernel has them              */
  float   *backward;
  float   *scratch; /* see conv_fixture_take_scratch()                        */
  gsize    scratch_size;
} ConvFixture;

/* Runs the kernels that `conv` describes over `count` images from the `first`
 * on, forward and then backward; `dweight` is added to, or NULL. */
typedef void (*ConvRun) (const ConvFixture *self,
                         const void        *conv,
                         gsize              first,
                         gsize              count,
                         float             *dweight);

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

/* Makes `self->scratch`, `size` floats of garbage.  A check fails where a kernel
 * has written behind them. */
void conv_fixture_take_scratch (ConvFixture *self,
                                gsize        size);

/* Moves what the manner wants on lanes there, runs, and fails the test unless
 * y, dx and dweight are within `most_error` of what the definition gives. */
void conv_fixture_check (ConvFixture      *self,
                         const ConvManner *manner,
                         ConvRun           run,
                         const void       *conv,
                         double            most_error);

/* Fails the test unless each image alone gives the bits that it gives among
 * all, with and without the weights' gradient. */
void conv_fixture_check_single_images (ConvFixture *self,
                                       ConvRun      run,
                                       const void  *conv);
