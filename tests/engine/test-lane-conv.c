/* test-lane-conv.c - convolution on vector lanes against its definition
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "conv-fixture.h"
#include "kernels/nn-lane-conv.h"

#define MOST_ERROR 2e-6

typedef struct
{
  NnLaneConv  conv;
  ConvFixture arrays;
} Convolution;

static Convolution
new_convolution (NnWindow window,
                 int      out,
                 gsize    images)
{
  Convolution c = { .arrays = conv_fixture_new (window, out, images) };

  c.conv = (NnLaneConv) { c.arrays.window, out };
  c.arrays.forward = conv_fixture_floats (nn_lane_conv_weight_floats (&c.conv));
  c.arrays.backward = conv_fixture_floats (nn_lane_conv_weight_floats (&c.conv));
  conv_fixture_take_scratch (&c.arrays, nn_lane_conv_scratch_floats (&c.conv));
  nn_lane_conv_prepare_forward (&c.conv, c.arrays.weight, c.arrays.forward);
  nn_lane_conv_prepare_backward (&c.conv, c.arrays.weight, c.arrays.backward);
  return c;
}

static void
run (const ConvFixture *arrays,
     const void        *conv,
     gsize              first,
     gsize              count,
     float             *dweight)
{
  const float *x = arrays->x + first * arrays->x_size;

  nn_lane_conv_forward (conv, count, x, arrays->forward, arrays->bias,
                        arrays->y + first * arrays->y_size, arrays->scratch);
  nn_lane_conv_backward (conv, count, x, arrays->dy + first * arrays->y_size, arrays->backward,
                         arrays->dx + first * arrays->x_size, dweight, arrays->scratch);
}

static void
check_manner (NnWindow          window,
              int               out,
              gsize             images,
              const ConvManner *manner)
{
  Convolution c = new_convolution (window, out, images);

  c.conv.x_on_lanes = manner->x_on_lanes;
  c.conv.y_on_lanes = manner->y_on_lanes;
  c.conv.adds = manner->adds;
  c.conv.scale = manner->scaled ? c.arrays.scale : NULL;
  conv_fixture_check (&c.arrays, manner, run, &c.conv, MOST_ERROR);
  conv_fixture_clear (&c.arrays);
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

  conv_fixture_check_single_images (&c.arrays, run, &c.conv);
  conv_fixture_clear (&c.arrays);
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
