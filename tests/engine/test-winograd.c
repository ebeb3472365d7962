/* test-winograd.c - Winograd's convolution against its definition
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "conv-fixture.h"
#include "kernels/nn-winograd.h"

#define MOST_ERROR 4e-6

typedef struct
{
  int in;
  int out;
  int height;
  int width;
  int padding;
  int images;
} Case;

typedef struct
{
  NnWinograd  conv;
  ConvFixture arrays;
} Convolution;

static Convolution
new_convolution (const Case *test)
{
  const NnWindow window = { .input = { test->in, test->height, test->width }, .kernel = 3,
                            .stride = 1, .padding = test->padding };
  Convolution c = { .arrays = conv_fixture_new (window, test->out, (gsize) test->images) };

  c.conv.input = window.input;
  c.conv.output = (NnShape) { test->out, c.arrays.window.height, c.arrays.window.width };
  c.conv.padding = test->padding;
  c.arrays.forward = conv_fixture_floats (nn_winograd_forward_weight_floats (&c.conv));
  c.arrays.backward = conv_fixture_floats (nn_winograd_backward_weight_floats (&c.conv));
  conv_fixture_take_scratch (&c.arrays, nn_winograd_scratch_floats (&c.conv, TRUE));
  nn_winograd_prepare_forward (&c.conv, c.arrays.weight, c.arrays.forward);
  nn_winograd_prepare_backward (&c.conv, c.arrays.weight, c.arrays.backward);
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

  nn_winograd_forward (conv, count, x, arrays->forward, arrays->bias,
                       arrays->y + first * arrays->y_size, arrays->scratch);
  nn_winograd_backward (conv, count, x, arrays->dy + first * arrays->y_size, arrays->backward,
                        arrays->dx + first * arrays->x_size, dweight, arrays->scratch);
}

static void
check_manner (const Case       *test,
              const ConvManner *manner)
{
  Convolution c = new_convolution (test);

  c.conv.x_on_lanes = manner->x_on_lanes;
  c.conv.y_on_lanes = manner->y_on_lanes;
  c.conv.adds = manner->adds;
  c.conv.scale = manner->scaled ? c.arrays.scale : NULL;
  conv_fixture_check (&c.arrays, manner, run, &c.conv, MOST_ERROR);
  conv_fixture_clear (&c.arrays);
}

static void
check_case (const Case *test)
{
  for (gsize i = 0; i < n_conv_manners; i++)
    if (conv_manner_fits (&conv_manners[i], test->in, test->out))
      check_manner (test, &conv_manners[i]);
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
      { 16, 16, 31, 32, 1, images }, { 16, 32, 8, 8, 1, images }, { 32, 16, 5, 9, 2, images },
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

    conv_fixture_check_single_images (&c.arrays, run, &c.conv);
    conv_fixture_clear (&c.arrays);
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
          c.arrays.x[(channel * 14 + i) * 11 + j] = 0.1f * (float) (channel - 7);
  run (&c.arrays, &c.conv, 0, 1, NULL);
  for (int o = 0; o < 18; o++)
    for (int i = 4; i < 12; i++)
      for (int j = 4; j < 8; j++)
        g_assert_cmpfloat (c.arrays.y[(o * 12 + i) * 9 + j], ==,
                           c.arrays.y[(o * 12 + 4) * 9 + 4]);
  conv_fixture_clear (&c.arrays);
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
