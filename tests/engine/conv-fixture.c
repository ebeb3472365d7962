/* conv-fixture.c - a convolution with all its arrays, and its definition
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "conv-fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/nn-kernel.h"

/* Floats behind the scratch that nobody may touch. */
enum { GUARD = 64 };

/* What the definition gives. */
typedef struct
{
  double *y;
  double *dx;
  double *dweight;
} Expected;

float *
conv_fixture_floats (gsize n)
{
  float *values = aligned_alloc (64, (sizeof (float) * n + 63) / 64 * 64);

  memset (values, 0, sizeof (float) * n);
  return values;
}

float *
conv_fixture_draw (guint64 seed,
                   gsize   n,
                   float   scale)
{
  float *values = conv_fixture_floats (n);

  fixture_normal (seed, values, n);
  for (gsize i = 0; i < n; i++)
    values[i] *= scale;
  return values;
}

ConvFixture
conv_fixture_new (NnWindow window,
                  int      out,
                  gsize    images)
{
  const int taps = window.input.channels * window.kernel * window.kernel;
  ConvFixture c = { .window = window, .out = out, .images = images };
  NnWindow *own = &c.window;

  own->height = (own->input.height + 2 * own->padding - own->kernel) / own->stride + 1;
  own->width = (own->input.width + 2 * own->padding - own->kernel) / own->stride + 1;
  c.x_size = nn_shape_size (own->input);
  c.y_size = (gsize) (out * own->height * own->width);
  c.w_size = (gsize) (out * taps);
  c.x = conv_fixture_draw (1, images * c.x_size, 1);
  c.weight = conv_fixture_draw (2, c.w_size, 1 / sqrtf ((float) taps));
  c.bias = conv_fixture_draw (3, (gsize) out, 1);
  c.dy = conv_fixture_draw (4, images * c.y_size, 1);
  c.dweight = conv_fixture_draw (5, c.w_size, 1);
  c.y = conv_fixture_floats (images * c.y_size);
  c.dx = conv_fixture_draw (6, images * c.x_size, 1);
  c.scale = conv_fixture_draw (8, (gsize) out, 1);
  return c;
}

void
conv_fixture_clear (ConvFixture *self)
{
  float *arrays[] = { self->x, self->weight, self->bias, self->dy, self->dweight, self->y,
                      self->dx, self->scale, self->forward, self->backward, self->scratch };

  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    free (arrays[i]);
}

static float *
make_scratch (gsize size)
{
  return conv_fixture_draw (7, size + GUARD, 1e30f);
}

void
conv_fixture_take_scratch (ConvFixture *self,
                           gsize        size)
{
  self->scratch_size = size;
  self->scratch = make_scratch (size);
}

static void
check_guard (const ConvFixture *self)
{
  float *before = make_scratch (self->scratch_size);

  g_assert_cmpmem (self->scratch + self->scratch_size, sizeof (float) * GUARD,
                   before + self->scratch_size, sizeof (float) * GUARD);
  free (before);
}

const ConvManner conv_manners[] = {
  { 0 },
  { .x_on_lanes = TRUE },
  { .y_on_lanes = TRUE, .scaled = TRUE },
  { .x_on_lanes = TRUE, .y_on_lanes = TRUE, .adds = TRUE },
  { .scaled = TRUE },
  { .x_on_lanes = TRUE, .y_on_lanes = TRUE, .adds = TRUE, .scaled = TRUE },
};
const gsize n_conv_manners = G_N_ELEMENTS (conv_manners);

gboolean
conv_manner_fits (const ConvManner *manner,
                  int               in,
                  int               out)
{
  return (!manner->x_on_lanes || in % NN_LANES == 0) &&
         (!manner->y_on_lanes || out % NN_LANES == 0);
}

/* (C, H, W) to (C / 16, H, W, 16), or `back`. */
static void
move_images (NnShape  shape,
             gsize    images,
             gboolean back,
             float   *values)
{
  const gsize plane = (gsize) (shape.height * shape.width);
  const gsize n = images * nn_shape_size (shape);
  g_autofree float *old = g_memdup2 (values, sizeof (float) * n);

  for (gsize i = 0; i < n; i++) {
    const gsize channel = i / plane;
    const gsize lane = channel % NN_LANES;
    const gsize to = (channel - lane) * plane + i % plane * NN_LANES + lane;

    if (back)
      values[i] = old[to];
    else
      values[to] = old[i];
  }
}

static void
move_arrays (ConvFixture      *self,
             const ConvManner *manner,
             gboolean          back)
{
  const NnShape output = { self->out, self->window.height, self->window.width };

  if (manner->x_on_lanes) {
    move_images (self->window.input, self->images, back, self->x);
    move_images (self->window.input, self->images, back, self->dx);
  }
  if (manner->y_on_lanes) {
    move_images (output, self->images, back, self->y);
    move_images (output, self->images, back, self->dy);
  }
}

/* All that output pixel (o, oy, ox) of one image adds up and hands back. */
static void
expect_pixel (const ConvFixture *self,
              double             scale,
              gsize              image,
              int                o,
              int                oy,
              int                ox,
              const Expected    *expected)
{
  const NnWindow *window = &self->window;
  const NnShape in = window->input;
  const int places = window->kernel * window->kernel;
  const gsize place = image * self->y_size +
                      (gsize) ((o * window->height + oy) * window->width + ox);
  const double g = (double) self->dy[place] * scale;
  double sum = 0;

  for (int channel = 0; channel < in.channels; channel++)
    for (int k = 0; k < places; k++) {
      const int y = oy * window->stride + k / window->kernel - window->padding;
      const int x = ox * window->stride + k % window->kernel - window->padding;
      const gsize w = (gsize) ((o * in.channels + channel) * places + k);

      if (y < 0 || x < 0 || y >= in.height || x >= in.width)
        continue;

      const gsize at = image * self->x_size + (gsize) ((channel * in.height + y) * in.width + x);

      sum += (double) self->weight[w] * (double) self->x[at];
      expected->dx[at] += g * (double) self->weight[w];
      expected->dweight[w] += g * (double) self->x[at];
    }
  expected->y[place] = sum * scale + (double) self->bias[o];
}

static Expected
expect (const ConvFixture *self,
        const ConvManner  *manner)
{
  Expected expected = { g_new0 (double, self->images * self->y_size),
                        g_new0 (double, self->images * self->x_size),
                        g_new0 (double, self->w_size) };

  for (gsize i = 0; i < self->w_size; i++)
    expected.dweight[i] = (double) self->dweight[i];
  for (gsize i = 0; manner->adds && i < self->images * self->x_size; i++)
    expected.dx[i] = (double) self->dx[i];
  for (gsize image = 0; image < self->images; image++)
    for (int o = 0; o < self->out; o++)
      for (int y = 0; y < self->window.height; y++)
        for (int x = 0; x < self->window.width; x++)
          expect_pixel (self, manner->scaled ? (double) self->scale[o] : 1, image, o, y, x,
                        &expected);
  return expected;
}

static void
expected_clear (Expected *expected)
{
  g_free (expected->y);
  g_free (expected->dx);
  g_free (expected->dweight);
}

static void
check_error (const ConvFixture *self,
             const char        *what,
             const float       *found,
             const double      *expected,
             gsize              n,
             double             most_error)
{
  const NnShape in = self->window.input;
  double largest = 0;
  double error = 0;

  for (gsize i = 0; i < n; i++) {
    largest = MAX (largest, fabs (expected[i]));
    error = MAX (error, fabs ((double) found[i] - expected[i]));
    g_assert_true (isfinite (found[i]));
  }
  if (error > most_error * largest)
    g_error ("%s of %" G_GSIZE_FORMAT " images, %d -> %d channels of %d x %d, kernel %d, stride "
             "%d, padding %d: error %g of %g", what, self->images, in.channels, self->out,
             in.height, in.width, self->window.kernel, self->window.stride,
             self->window.padding, error, largest);
}

void
conv_fixture_check (ConvFixture      *self,
                    const ConvManner *manner,
                    ConvRun           run,
                    const void       *conv,
                    double            most_error)
{
  Expected expected = expect (self, manner);
  const gsize y_count = self->images * self->y_size;
  const gsize x_count = self->images * self->x_size;

  move_arrays (self, manner, FALSE);
  run (self, conv, 0, self->images, self->dweight);
  move_arrays (self, manner, TRUE);
  check_error (self, "the output", self->y, expected.y, y_count, most_error);
  check_error (self, "the data gradient", self->dx, expected.dx, x_count, most_error);
  check_error (self, "the weight gradient", self->dweight, expected.dweight, self->w_size,
               most_error);
  check_guard (self);
  expected_clear (&expected);
}

void
conv_fixture_check_single_images (ConvFixture *self,
                                  ConvRun      run,
                                  const void  *conv)
{
  const gsize y_bytes = sizeof (float) * self->images * self->y_size;
  const gsize x_bytes = sizeof (float) * self->images * self->x_size;

  run (self, conv, 0, self->images, NULL);

  g_autofree float *y = g_memdup2 (self->y, y_bytes);
  g_autofree float *dx = g_memdup2 (self->dx, x_bytes);

  for (gsize image = self->images; image-- > 0;)
    run (self, conv, image, 1, self->dweight);
  g_assert_cmpmem (self->y, y_bytes, y, y_bytes);
  g_assert_cmpmem (self->dx, x_bytes, dx, x_bytes);
  check_guard (self);
}
