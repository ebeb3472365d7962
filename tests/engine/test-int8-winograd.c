/* test-int8-winograd.c - tiles of a 3 x 3 convolution are that convolution
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-int8-winograd.h"

#include <glib.h>

enum { CHANNELS = 20, LANES = 16, ROW = 7, OUTPUTS = 4 };

/* One tile in a picture of ROW positions a row, and kernels (lane, channel,
 * 3, 3). */
typedef struct
{
  guint8 codes[4 * ROW * CHANNELS];
  gint8  kernels[LANES * CHANNELS * 9];
} Case;

static Case *
case_new (guint seed,
          int   top,
          int   magnitude)
{
  Case *self = g_new (Case, 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < sizeof self->codes; i++)
    self->codes[i] = (guint8) g_rand_int_range (random, 0, top + 1);
  for (gsize i = 0; i < sizeof self->kernels; i++)
    self->kernels[i] = (gint8) g_rand_int_range (random, -magnitude, magnitude + 1);
  return self;
}

/* Output `output` of lane `lane`, as a convolution is defined. */
static gint32
convolve (const Case *self,
          int         lane,
          int         output)
{
  gint32 sum = 0;

  for (int c = 0; c < CHANNELS; c++)
    for (int i = 0; i < 9; i++) {
      const int y = output / 2 + i / 3;
      const int x = output % 2 + i % 3;

      sum += self->codes[(y * ROW + x) * CHANNELS + c] *
             self->kernels[(lane * CHANNELS + c) * 9 + i];
    }
  return sum;
}

/* products (16, LANES) of the transforms, with what the codes were raised by
 * taken back. */
static void
multiply (const Case *self,
          int         top,
          gint32     *products)
{
  guint8 transformed[NN_INT8_WINOGRAD_ELEMENTS * CHANNELS];
  int weights[NN_INT8_WINOGRAD_ELEMENTS];

  nn_int8_winograd_codes (self->codes, ROW * CHANNELS, CHANNELS, CHANNELS, top, transformed,
                          CHANNELS);
  for (int i = 0; i < NN_INT8_WINOGRAD_ELEMENTS * LANES; i++)
    products[i] = 0;
  for (int lane = 0; lane < LANES; lane++)
    for (int c = 0; c < CHANNELS; c++) {
      nn_int8_winograd_weights (self->kernels + (lane * CHANNELS + c) * 9, weights);
      for (int e = 0; e < NN_INT8_WINOGRAD_ELEMENTS; e++)
        products[e * LANES + lane] += weights[e] * (transformed[e * CHANNELS + c] -
                                                    nn_int8_winograd_raise (e, top));
    }
}

static void
check_outputs (guint seed,
               int   top,
               int   magnitude)
{
  g_autofree Case *self = case_new (seed, top, magnitude);
  gint32 products[NN_INT8_WINOGRAD_ELEMENTS * LANES];
  gint32 sums[OUTPUTS * LANES];
  gint32 largest[LANES];

  multiply (self, top, products);
  nn_int8_winograd_sums (products, LANES, LANES, sums);
  nn_int8_winograd_largest_sums (products, LANES, LANES, largest);
  for (int lane = 0; lane < LANES; lane++) {
    gint32 expected = G_MININT32;

    for (int o = 0; o < OUTPUTS; o++) {
      g_assert_cmpint (sums[o * LANES + lane], ==, 4 * convolve (self, lane, o));
      expected = MAX (expected, 4 * convolve (self, lane, o));
    }
    g_assert_cmpint (largest[lane], ==, expected);
  }
}

static void
test_outputs_are_four_times_the_convolution (void)
{
  for (guint seed = 1; seed < 20; seed++) {
    check_outputs (seed, 15, 14);
    check_outputs (seed, 3, 14);
    check_outputs (seed, NN_INT8_WINOGRAD_MAX_TOP, 127);
  }
}

/* Both ends of the bytes: all differences as large as they can be. */
static void
test_the_largest_codes_stay_bytes (void)
{
  for (guint pattern = 0; pattern < 16; pattern++) {
    g_autofree Case *self = case_new (1, 0, 14);
    gint32 products[NN_INT8_WINOGRAD_ELEMENTS * LANES];
    gint32 sums[OUTPUTS * LANES];

    for (int i = 0; i < 4 * ROW; i++)
      for (int c = 0; c < CHANNELS; c++)
        self->codes[i * CHANNELS + c] = (pattern >> (i / ROW % 2 * 2 + i % ROW % 2)) & 1
                                        ? NN_INT8_WINOGRAD_MAX_TOP : 0;
    multiply (self, NN_INT8_WINOGRAD_MAX_TOP, products);
    nn_int8_winograd_sums (products, LANES, LANES, sums);
    for (int lane = 0; lane < LANES; lane++)
      for (int o = 0; o < OUTPUTS; o++)
        g_assert_cmpint (sums[o * LANES + lane], ==, 4 * convolve (self, lane, o));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/int8-winograd/outputs", test_outputs_are_four_times_the_convolution);
  g_test_add_func ("/int8-winograd/largest", test_the_largest_codes_stay_bytes);
  return g_test_run ();
}
