/* test-lane-conv.c - convolution on vector lanes against its definition
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "conv-fixture.h"
#include "kernels/nn-lane-conv.h"

#define MOST_ERROR 2e-6

/* Floats behind the scratch that nobody may touch. */
enum { GUARD = 64 };

typedef struct
{
  NnLaneConv  conv;
  ConvFixture arrays;
  float      *forward; /* prepared                                            */
  float      *backward;
  float      *scratch;
  gsize       scratch_size;
} Convolution;

static Convolution
new_convolution (NnWindow window,
                 int      out,
                 gsize    images)
{
  Convolution c = { .arrays = conv_fixture_new (window, out, images) };

  c.conv = (NnLaneConv) { c.arrays.window, out };
  c.forward = conv_fixture_floats (nn_lane_conv_weight_floats (&c.conv));
  c.backward = conv_fixture_floats (nn_lane_conv_weight_floats (&c.conv));
  c.scratch_size = nn_lane_conv_scratch_floats (&c.conv);
  c.scratch = conv_fixture_draw (7, c.scratch_size + GUARD, 1e30f);
  nn_lane_conv_prepare_forward (&c.conv, c.arrays.weight, c.forward);
  nn_lane_conv_prepare_backward (&c.conv, c.arrays.weight, c.backward);
  return c;
}

static void
free_convolution (Convolution *c)
{
  conv_fixture_clear (&c->arrays);
  free (c->forward);
  free (c->backward);
  free (c->scratch);
}

static void
run (Convolution *c,
     gsize        first,
     gsize        count,
     float       *dweight)
{
  const ConvFixture *arrays = &c->arrays;
  const float *x = arrays->x + first * arrays->x_size;

  nn_lane_conv_forward (&c->conv, count, x, c->forward, arrays->bias,
                        arrays->y + first * arrays->y_size, c->scratch);
  nn_lane_conv_backward (&c->conv, count, x, arrays->dy + first * arrays->y_size, c->backward,
                         arrays->dx + first * arrays->x_size, dweight, c->scratch);
}

static void
check_manner (NnWindow          window,
              int               out,
              gsize             images,
              const ConvManner *manner)
{
  Convolution c = new_convolution (window, out, images);
  ConvExpected expected = conv_fixture_expect (&c.arrays, manner);
  g_autofree float *guard = g_memdup2 (c.scratch + c.scratch_size, sizeof (float) * GUARD);

  c.conv.x_on_lanes = manner->x_on_lanes;
  c.conv.y_on_lanes = manner->y_on_lanes;
  c.conv.adds = manner->adds;
  c.conv.scale = manner->scaled ? c.arrays.scale : NULL;
  conv_fixture_move (&c.arrays, manner, FALSE);
  run (&c, 0, images, c.arrays.dweight);
  conv_fixture_move (&c.arrays, manner, TRUE);
  conv_fixture_check (&c.arrays, &expected, MOST_ERROR);
  g_assert_cmpmem (c.scratch + c.scratch_size, sizeof (float) * GUARD,
                   guard, sizeof (float) * GUARD);
  conv_expected_clear (&expected);
  free_convolution (&c);
}

static void
check (NnWindow window,
       int      out,
       gsize    images)
{
  for (gsize i = 0; i < n_conv_manners; i++)
    if (conv_manner_fits (&conv_manners[i], window.input.channels, out))
      check_manner (window, out, images, &conv_manners[i]);
}

static void
test_kernels_strides_and_paddings_agree_with_the_definition (void)
{
  for (int kernel = 1; kernel <= 5; kernel++)
    for (int stride = 1; stride <= 6; stride++)
      for (int padding = 0; padding <= 3; padding++)
        for (int height = 5; height <= 9; height += 2)
          check ((NnWindow) { .input = { 3, height, 8 }, .kernel = kernel, .stride = stride,
                              .padding = padding }, 5, 2);
}

static void
test_channels_of_all_numbers_agree_with_the_definition (void)
{
  const int channels[] = { 1, 15, 16, 17, 32, 33, 50 };

  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++)
    for (gsize o = 0; o < G_N_ELEMENTS (channels); o++)
      check ((NnWindow) { .input = { channels[i], 9, 11 }, .kernel = 3, .stride = 2,
                          .padding = 1 }, channels[o], 2);
}

static void
test_the_strides_of_resnet_agree_with_the_definition (void)
{
  check ((NnWindow) { .input = { 16, 32, 32 }, .kernel = 3, .stride = 2, .padding = 1 }, 32, 3);
  check ((NnWindow) { .input = { 32, 16, 16 }, .kernel = 3, .stride = 2, .padding = 1 }, 64, 3);
}

static void
test_an_image_gives_the_same_bits_alone_and_in_a_group (void)
{
  const NnWindow window = { .input = { 20, 13, 18 }, .kernel = 3, .stride = 2, .padding = 1 };
  Convolution c = new_convolution (window, 33, 4);
  const gsize y_bytes = sizeof (float) * c.arrays.images * c.arrays.y_size;
  const gsize x_bytes = sizeof (float) * c.arrays.images * c.arrays.x_size;

  run (&c, 0, c.arrays.images, NULL);

  g_autofree float *y = g_memdup2 (c.arrays.y, y_bytes);
  g_autofree float *dx = g_memdup2 (c.arrays.dx, x_bytes);

  for (gsize image = c.arrays.images; image-- > 0;)
    run (&c, image, 1, c.arrays.dweight);
  g_assert_cmpmem (c.arrays.y, y_bytes, y, y_bytes);
  g_assert_cmpmem (c.arrays.dx, x_bytes, dx, x_bytes);
  free_convolution (&c);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lane-conv/windows",
                   test_kernels_strides_and_paddings_agree_with_the_definition);
  g_test_add_func ("/lane-conv/channels", test_channels_of_all_numbers_agree_with_the_definition);
  g_test_add_func ("/lane-conv/resnet", test_the_strides_of_resnet_agree_with_the_definition);
  g_test_add_func ("/lane-conv/bits", test_an_image_gives_the_same_bits_alone_and_in_a_group);
  return g_test_run ();
}
