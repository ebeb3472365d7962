/* test-winograd.c - Winograd's convolution against its definition
 *
 * The oracle is the sum over windows, in double.  Errors are measured against
 * the largest value of a result, which is what rounding is relative to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine-fixture.h"
#include "kernels/nn-winograd.h"

#define MOST_ERROR 4e-6

/* Floats behind the scratch that nobody may touch. */
enum { GUARD = 64 };

typedef struct
{
  int in;
  int out;
  int height;
  int width;
  int padding;
  int images;
} Case;

/* One convolution with all its arrays. */
typedef struct
{
  NnWinograd conv;
  gsize      images;
  gsize      x_size;  /* of one image                                         */
  gsize      y_size;
  gsize      w_size;
  float     *x;
  float     *weight;
  float     *bias;
  float     *dy;
  float     *y;
  float     *dx;
  float     *dweight;
  float     *forward; /* prepared                                             */
  float     *backward;
  float     *scratch;
  gsize      scratch_size;
} Convolution;

static float *
new_floats (gsize n)
{
  float *values = aligned_alloc (64, (sizeof (float) * n + 63) / 64 * 64);

  memset (values, 0, sizeof (float) * n);
  return values;
}

static float *
draw (guint64 seed,
      gsize   n,
      float   scale)
{
  float *values = new_floats (n);

  fixture_normal (seed, values, n);
  for (gsize i = 0; i < n; i++)
    values[i] *= scale;
  return values;
}

static Convolution
new_convolution (const Case *test)
{
  Convolution c = { .images = (gsize) test->images };

  c.conv.input = (NnShape) { test->in, test->height, test->width };
  c.conv.output = (NnShape) { test->out, test->height + 2 * test->padding - 2,
                              test->width + 2 * test->padding - 2 };
  c.conv.padding = test->padding;
  c.x_size = nn_shape_size (c.conv.input);
  c.y_size = nn_shape_size (c.conv.output);
  c.w_size = (gsize) (test->in * test->out * 9);
  c.x = draw (1, c.images * c.x_size, 1);
  c.weight = draw (2, c.w_size, 1 / sqrtf ((float) (9 * test->in)));
  c.bias = draw (3, (gsize) test->out, 1);
  c.dy = draw (4, c.images * c.y_size, 1);
  c.y = new_floats (c.images * c.y_size);
  c.dx = new_floats (c.images * c.x_size);
  c.dweight = draw (5, c.w_size, 1);
  c.forward = new_floats (nn_winograd_forward_weight_floats (&c.conv));
  c.backward = new_floats (nn_winograd_backward_weight_floats (&c.conv));
  c.scratch_size = nn_winograd_scratch_floats (&c.conv, TRUE);
  c.scratch = draw (6, c.scratch_size + GUARD, 1e30f);
  nn_winograd_prepare_forward (&c.conv, c.weight, c.forward);
  nn_winograd_prepare_backward (&c.conv, c.weight, c.backward);
  return c;
}

static void
free_convolution (Convolution *c)
{
  float *arrays[] = { c->x, c->weight, c->bias, c->dy, c->y, c->dx, c->dweight,
                      c->forward, c->backward, c->scratch };

  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    free (arrays[i]);
}

static void
run_forward (Convolution *c,
             gsize        first,
             gsize        count)
{
  nn_winograd_forward (&c->conv, count, c->x + first * c->x_size, c->forward, c->bias,
                       c->y + first * c->y_size, c->scratch);
}

static void
run_backward (Convolution *c,
              gsize        first,
              gsize        count,
              float       *dweight)
{
  nn_winograd_backward (&c->conv, count, c->x + first * c->x_size, c->dy + first * c->y_size,
                        c->backward, c->dx + first * c->x_size, dweight, c->scratch);
}

/* What the definition gives. */
typedef struct
{
  double *y;
  double *dx;
  double *dweight;
} Expected;

/* All that output pixel (o, oy, ox) of one image adds up and hands back. */
static void
expect_pixel (const Convolution *c,
              gsize              image,
              int                o,
              int                oy,
              int                ox,
              Expected          *expected)
{
  const NnShape in = c->conv.input;
  const NnShape out = c->conv.output;
  const gsize place = image * c->y_size + (gsize) ((o * out.height + oy) * out.width + ox);
  const double g = (double) c->dy[place];
  double sum = (double) c->bias[o];

  for (int channel = 0; channel < in.channels; channel++)
    for (int k = 0; k < 9; k++) {
      const int y = oy + k / 3 - c->conv.padding;
      const int x = ox + k % 3 - c->conv.padding;
      const gsize w = (gsize) ((o * in.channels + channel) * 9 + k);

      if (y < 0 || x < 0 || y >= in.height || x >= in.width)
        continue;

      const gsize at = image * c->x_size + (gsize) ((channel * in.height + y) * in.width + x);

      sum += (double) c->weight[w] * (double) c->x[at];
      expected->dx[at] += g * (double) c->weight[w];
      expected->dweight[w] += g * (double) c->x[at];
    }
  expected->y[place] = sum;
}

static Expected
expect (const Convolution *c)
{
  const NnShape out = c->conv.output;
  Expected expected = { g_new0 (double, c->images * c->y_size),
                        g_new0 (double, c->images * c->x_size), g_new0 (double, c->w_size) };

  for (gsize i = 0; i < c->w_size; i++)
    expected.dweight[i] = (double) c->dweight[i];
  for (gsize image = 0; image < c->images; image++)
    for (int o = 0; o < out.channels; o++)
      for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
          expect_pixel (c, image, o, y, x, &expected);
  return expected;
}

static void
check_error (const Case   *test,
             const char   *what,
             const float  *found,
             const double *expected,
             gsize         n)
{
  double largest = 0;
  double error = 0;

  for (gsize i = 0; i < n; i++) {
    largest = MAX (largest, fabs (expected[i]));
    error = MAX (error, fabs ((double) found[i] - expected[i]));
    g_assert_true (isfinite (found[i]));
  }
  if (error > MOST_ERROR * largest)
    g_error ("%s of %d images, %d -> %d channels of %d x %d, padding %d: error %g of %g", what,
             test->images, test->in, test->out, test->height, test->width, test->padding,
             error, largest);
}

static void
check_case (const Case *test)
{
  Convolution c = new_convolution (test);
  Expected expected = expect (&c);
  g_autofree float *guard = g_memdup2 (c.scratch + c.scratch_size, sizeof (float) * GUARD);

  run_forward (&c, 0, c.images);
  run_backward (&c, 0, c.images, c.dweight);
  check_error (test, "the output", c.y, expected.y, c.images * c.y_size);
  check_error (test, "the data gradient", c.dx, expected.dx, c.images * c.x_size);
  check_error (test, "the weight gradient", c.dweight, expected.dweight, c.w_size);
  g_assert_cmpmem (c.scratch + c.scratch_size, sizeof (float) * GUARD,
                   guard, sizeof (float) * GUARD);
  g_free (expected.y);
  g_free (expected.dx);
  g_free (expected.dweight);
  free_convolution (&c);
}

static void
test_planes_of_all_sizes_and_paddings_agree_with_the_definition (void)
{
  for (int padding = 0; padding <= 3; padding++)
    for (int height = 1; height <= 13; height++)
      for (int width = 1; width <= 13; width += height % 3 + 1) {
        const Case test = { 3, 5, height, width, padding, 1 + (height + width) % 3 };

        if (height + 2 * padding >= 3 && width + 2 * padding >= 3)
          check_case (&test);
      }
}

static void
test_channels_of_all_numbers_agree_with_the_definition (void)
{
  const int channels[] = { 1, 2, 15, 16, 17, 31, 32, 33, 47, 50 };

  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++)
    for (gsize o = 0; o < G_N_ELEMENTS (channels); o++) {
      const Case test = { channels[i], channels[o], 6, 7, 1, 2 };

      check_case (&test);
    }
}

static void
test_groups_of_images_agree_with_the_definition (void)
{
  for (int images = 1; images <= 9; images++) {
    const Case planes[] = {
      { 4, 3, 31, 31, 1, images }, { 5, 4, 15, 15, 1, images }, { 20, 18, 7, 7, 1, images },
      { 33, 20, 3, 3, 1, images }, { 6, 7, 1, 1, 2, images }, { 4, 5, 40, 90, 0, images },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (planes); i++)
      check_case (&planes[i]);
  }
}

static void
test_many_channels_agree_with_the_definition (void)
{
  const Case tests[] = { { 96, 90, 7, 7, 1, 9 }, { 70, 110, 3, 3, 1, 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    check_case (&tests[i]);
}

static void
test_an_image_gives_the_same_bits_alone_and_in_a_group (void)
{
  const Case tests[] = {
    { 16, 32, 26, 26, 0, 5 }, { 24, 17, 31, 31, 1, 3 }, { 40, 33, 7, 7, 1, 9 },
    { 5, 6, 2, 3, 2, 9 }, { 3, 4, 70, 70, 1, 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    Convolution c = new_convolution (&tests[i]);
    const gsize y_bytes = sizeof (float) * c.images * c.y_size;
    const gsize x_bytes = sizeof (float) * c.images * c.x_size;

    run_forward (&c, 0, c.images);
    run_backward (&c, 0, c.images, NULL);

    g_autofree float *y = g_memdup2 (c.y, y_bytes);
    g_autofree float *dx = g_memdup2 (c.dx, x_bytes);

    for (gsize image = c.images; image-- > 0;) {
      run_forward (&c, image, 1);
      run_backward (&c, image, 1, c.dweight);
    }
    g_assert_cmpmem (c.y, y_bytes, y, y_bytes);
    g_assert_cmpmem (c.dx, x_bytes, dx, x_bytes);
    free_convolution (&c);
  }
}

static void
test_flat_tiles_give_equal_bits (void)
{
  const Case test = { 20, 18, 14, 11, 0, 1 };
  Convolution c = new_convolution (&test);

  /* Flat from row and column 4 on, where the second tiles start. */
  for (int channel = 0; channel < 20; channel++)
    for (int i = 0; i < 14; i++)
      for (int j = 0; j < 11; j++)
        if (i >= 4 && j >= 4)
          c.x[(channel * 14 + i) * 11 + j] = 0.1f * (float) (channel - 7);
  run_forward (&c, 0, 1);
  for (int o = 0; o < 18; o++)
    for (int i = 4; i < 12; i++)
      for (int j = 4; j < 8; j++)
        g_assert_cmpfloat (c.y[(o * 12 + i) * 9 + j], ==, c.y[(o * 12 + 4) * 9 + 4]);
  free_convolution (&c);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/winograd/planes",
                   test_planes_of_all_sizes_and_paddings_agree_with_the_definition);
  g_test_add_func ("/winograd/channels", test_channels_of_all_numbers_agree_with_the_definition);
  g_test_add_func ("/winograd/groups", test_groups_of_images_agree_with_the_definition);
  g_test_add_func ("/winograd/many-channels", test_many_channels_agree_with_the_definition);
  g_test_add_func ("/winograd/bits", test_an_image_gives_the_same_bits_alone_and_in_a_group);
  g_test_add_func ("/winograd/ties", test_flat_tiles_give_equal_bits);
  return g_test_run ();
}
