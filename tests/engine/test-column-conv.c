/* test-column-conv.c - convolution on columns of windows against its definition
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "conv-fixture.h"
#include "kernels/nn-column-conv.h"

#define MOST_ERROR 2e-6

static void
run (const ConvFixture *arrays,
     const void        *conv,
     gsize              first,
     gsize              count,
     float             *dweight)
{
  const float *x = arrays->x + first * arrays->x_size;

  nn_column_conv_forward (conv, count, x, arrays->weight, arrays->forward, arrays->bias,
                          arrays->y + first * arrays->y_size, arrays->scratch);
  nn_column_conv_backward (conv, count, x, arrays->dy + first * arrays->y_size, arrays->weight,
                           arrays->dx + first * arrays->x_size, dweight, arrays->scratch);
}

static void
check_layout (NnWindow window,
              int      out,
              gsize    images,
              gboolean y_on_lanes)
{
  const ConvManner manner = { .y_on_lanes = y_on_lanes };
  ConvFixture arrays = conv_fixture_new (window, out, images);
  const NnColumnConv conv = { arrays.window, out, y_on_lanes };

  arrays.forward = conv_fixture_floats (arrays.w_size);
  conv_fixture_take_scratch (&arrays, nn_column_conv_scratch_floats (&conv));
  nn_column_conv_prepare (&conv, arrays.weight, arrays.forward);
  conv_fixture_check (&arrays, &manner, run, &conv, MOST_ERROR);
  conv_fixture_clear (&arrays);
}

static void
check (NnWindow window,
       int      out,
       gsize    images)
{
  const ConvManner lanes = { .y_on_lanes = TRUE };

  check_layout (window, out, images, FALSE);
  if (conv_manner_fits (&lanes, window.input.channels, out))
    check_layout (window, out, images, TRUE);
}

static void
test_kernels_strides_and_paddings_agree_with_the_definition (void)
{
  for (int kernel = 1; kernel <= 5; kernel++)
    for (int stride = 1; stride <= 4; stride++)
      for (int padding = kernel == 1 ? 1 : 0; padding <= 3; padding++)
        for (int out = 5; out <= 32; out += 27)
          check ((NnWindow) { .input = { 3, 9, 8 }, .kernel = kernel, .stride = stride,
                              .padding = padding }, out, 2);
}

static void
test_tiles_of_large_images_agree_with_the_definition (void)
{
  check ((NnWindow) { .input = { 3, 47, 61 }, .kernel = 3, .stride = 1, .padding = 1 }, 16, 2);
  check ((NnWindow) { .input = { 12, 40, 33 }, .kernel = 5, .stride = 2, .padding = 2 }, 48, 1);
}

static void
test_single_pixels_agree_with_the_definition (void)
{
  const NnWindow window = { .input = { 7, 5, 6 }, .kernel = 1, .stride = 1 };
  const NnColumnConv conv = { window, 4, FALSE };

  g_assert_true (nn_column_conv_is_pointwise (&conv));
  check_layout (window, 4, 3, FALSE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/column-conv/windows",
                   test_kernels_strides_and_paddings_agree_with_the_definition);
  g_test_add_func ("/column-conv/tiles", test_tiles_of_large_images_agree_with_the_definition);
  g_test_add_func ("/column-conv/pixels", test_single_pixels_agree_with_the_definition);
  return g_test_run ();
}
