/* test-norm.c - batch norm's passes on planes and on lanes
 *
 * Both layouts against sums in double over the definition.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "kernels/nn-kernel.h"
#include "kernels/nn-norm.h"

/* The most pixels that are tried; and of all sizes up to it those that leave
 * every kind of rest. */
enum { MOST = 150 };

typedef struct
{
  float  x[NN_LANES * MOST]; /* (pixels, 16)                                  */
  float  dy[NN_LANES * MOST];
  float  out[NN_LANES * MOST];
  float  centre[NN_LANES];
  float  factor[NN_LANES];
  float  coefficients[3 * NN_LANES];
  double sums[2 * NN_LANES];
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture_normal (1, fixture->x, NN_LANES * MOST);
  fixture_normal (2, fixture->dy, NN_LANES * MOST);
  fixture_normal (3, fixture->centre, NN_LANES);
  fixture_normal (4, fixture->factor, NN_LANES);
  fixture_normal (5, fixture->coefficients, 3 * NN_LANES);
}

/* One channel of pixels as a plane. */
static void
take_channel (const float *lanes,
              gsize        channel,
              gsize        n,
              float       *plane)
{
  for (gsize p = 0; p < n; p++)
    plane[p] = lanes[p * NN_LANES + channel];
}

static void
check_sums (Fixture *fixture,
            gsize    n,
            gboolean gradient)
{
  float x[MOST];
  float dy[MOST];

  memset (fixture->sums, 0, sizeof fixture->sums);
  if (gradient)
    nn_norm_lanes_gradient_sums (fixture->x, fixture->dy, n, fixture->centre, fixture->sums);
  else
    nn_norm_lanes_sums (fixture->x, n, fixture->centre, fixture->sums);
  for (gsize c = 0; c < NN_LANES; c++) {
    double plane_sums[2] = { 0 };
    double expected[2] = { 0 };

    take_channel (fixture->x, c, n, x);
    take_channel (fixture->dy, c, n, dy);
    if (gradient)
      nn_norm_plane_gradient_sums (x, dy, n, &fixture->centre[c], plane_sums);
    else
      nn_norm_plane_sums (x, n, &fixture->centre[c], plane_sums);
    for (gsize p = 0; p < n; p++) {
      const double d = (double) x[p] - (double) fixture->centre[c];

      expected[0] += gradient ? (double) dy[p] : d;
      expected[1] += gradient ? (double) dy[p] * d : d * d;
    }
    for (int i = 0; i < 2; i++) {
      g_assert_cmpfloat_with_epsilon (fixture->sums[2 * c + (gsize) i], expected[i], 1e-4);
      g_assert_cmpfloat_with_epsilon (plane_sums[i], expected[i], 1e-4);
    }
  }
}

static void
test_sums_agree_with_the_definition (Fixture      *fixture,
                                     gconstpointer data)
{
  for (gsize n = 0; n <= MOST; n++) {
    check_sums (fixture, n, FALSE);
    check_sums (fixture, n, TRUE);
  }
}

static void
check_gradient (Fixture *fixture,
                gsize    n,
                gboolean adds,
                gboolean evaluation)
{
  float x[MOST];
  float dy[MOST];
  float dx[MOST];

  for (gsize i = 0; i < NN_LANES * MOST; i++)
    fixture->out[i] = 7;
  nn_norm_lanes_input_gradient (evaluation ? NULL : fixture->x, fixture->dy, n,
                                fixture->coefficients, adds, fixture->out);
  for (gsize c = 0; c < NN_LANES; c++) {
    const float *abc = fixture->coefficients + 3 * c;

    take_channel (fixture->x, c, n, x);
    take_channel (fixture->dy, c, n, dy);
    for (gsize p = 0; p < n; p++)
      dx[p] = 7;
    nn_norm_plane_input_gradient (evaluation ? NULL : x, dy, n, abc, adds, dx);
    for (gsize p = 0; p < n; p++) {
      const float made = evaluation ? abc[0] * dy[p] : abc[0] * dy[p] + (abc[1] * x[p] + abc[2]);

      g_assert_cmpfloat_with_epsilon (dx[p], adds ? 7 + made : made, 1e-5f);
      g_assert_cmpfloat (fixture->out[p * NN_LANES + c], ==, dx[p]);
    }
  }
  for (gsize i = n * NN_LANES; i < NN_LANES * MOST; i++)
    g_assert_cmpfloat (fixture->out[i], ==, 7);
}

static void
test_data_gradients_agree_with_the_definition (Fixture      *fixture,
                                               gconstpointer data)
{
  for (gsize n = 0; n < 40; n++)
    for (int manner = 0; manner < 4; manner++)
      check_gradient (fixture, n, manner % 2 != 0, manner / 2 != 0);
}

static void
test_scaling_agrees_with_the_definition (Fixture      *fixture,
                                         gconstpointer data)
{
  float x[MOST];
  float y[MOST];

  for (gsize n = 0; n < 40; n++) {
    nn_norm_lanes_scale (fixture->x, n, fixture->factor, fixture->centre, fixture->out);
    for (gsize c = 0; c < NN_LANES; c++) {
      take_channel (fixture->x, c, n, x);
      nn_norm_plane_scale (x, n, &fixture->factor[c], &fixture->centre[c], y);
      for (gsize p = 0; p < n; p++) {
        g_assert_cmpfloat_with_epsilon (y[p], x[p] * fixture->factor[c] + fixture->centre[c],
                                        1e-5f);
        g_assert_cmpfloat (fixture->out[p * NN_LANES + c], ==, y[p]);
      }
    }
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/norm/sums", Fixture, NULL, set_up, test_sums_agree_with_the_definition, NULL);
  g_test_add ("/norm/gradients", Fixture, NULL, set_up,
              test_data_gradients_agree_with_the_definition, NULL);
  g_test_add ("/norm/scale", Fixture, NULL, set_up, test_scaling_agrees_with_the_definition, NULL);
  return g_test_run ();
}
