/* test-int8-winograd.c - tiles of a 3 x 3 convolution are that convolution
 *
 * With every kernel that this processor runs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-int8-winograd.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/nn-int8-tiles.h"

/* Tiles are a number that no kernel takes in one go. */
enum
{
  CHANNELS = 20, GROUPS = CHANNELS / 4, LANES = 32, BLOCKS = LANES / 16,
  TILES = 11, ROW = 2 * TILES + 2, OUTPUTS = 4, ELEMENTS = NN_INT8_WINOGRAD_ELEMENTS,
};

/* One row of tiles in a picture of ROW positions a row, and kernels (lane,
 * channel, 3, 3). */
typedef struct
{
  guint8  codes[4 * ROW * CHANNELS];
  gint8   kernels[LANES * CHANNELS * 9];
  guint8  transformed[TILES * ELEMENTS * CHANNELS];
  gint8  *weights; /* (BLOCKS, 4, GROUPS, 4, 16, 4)                            */
  gint32 *start;   /* (BLOCKS, ELEMENTS, 16)                                   */
  gint32 *sums;    /* (TILES, OUTPUTS, LANES)                                  */
} Case;

static void *
aligned (gsize size)
{
  void *memory = aligned_alloc (64, size);

  memset (memory, 0, size);
  return memory;
}

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
  self->weights = aligned (BLOCKS * ELEMENTS * GROUPS * 64);
  self->start = aligned (BLOCKS * ELEMENTS * 64);
  self->sums = aligned (TILES * OUTPUTS * LANES * sizeof (gint32));
  return self;
}

static void
case_free (Case *self)
{
  free (self->weights);
  free (self->start);
  free (self->sums);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Case, case_free)

/* Output `output` of lane `lane` and tile `tile`, as a convolution is defined. */
static gint32
convolve (const Case *self,
          int         tile,
          int         lane,
          int         output)
{
  gint32 sum = 0;

  for (int c = 0; c < CHANNELS; c++)
    for (int i = 0; i < 9; i++) {
      const int y = output / 2 + i / 3;
      const int x = 2 * tile + output % 2 + i % 3;

      sum += self->codes[(y * ROW + x) * CHANNELS + c] *
             self->kernels[(lane * CHANNELS + c) * 9 + i];
    }
  return sum;
}

/* Codes and kernels transformed; element (i, j) is number 4 j + i. */
static void
transform (Case *self,
           int   top)
{
  int weights[ELEMENTS];

  for (gsize t = 0; t < TILES; t++)
    nn_int8_winograd_codes (self->codes + 2 * t * CHANNELS, CHANNELS, ROW * CHANNELS, CHANNELS,
                            top, self->transformed + t * ELEMENTS * CHANNELS, CHANNELS);
  for (int lane = 0; lane < LANES; lane++)
    for (int c = 0; c < CHANNELS; c++) {
      nn_int8_winograd_weights (self->kernels + (lane * CHANNELS + c) * 9, weights);
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
          const int vector = ((lane / 16 * 4 + j) * GROUPS + c / 4) * 4 + i;

          self->weights[(vector * 16 + lane % 16) * 4 + c % 4] = (gint8) weights[4 * i + j];
          self->start[(lane / 16 * ELEMENTS + 4 * j + i) * 16 + lane % 16] -=
            weights[4 * i + j] * nn_int8_winograd_raise (4 * i + j, top);
        }
    }
}

static NnInt8Tiles
tiles_of (const Case *self,
          gboolean    largest)
{
  return (NnInt8Tiles) {
    .codes = self->transformed, .tiles = TILES, .groups = GROUPS, .weights = self->weights,
    .blocks = BLOCKS, .start = self->start, .sums = self->sums, .largest = largest, .together = 1,
  };
}

static void
check_outputs (Case               *self,
               const NnInt8Kernel *kernel)
{
  const NnInt8Tiles all = tiles_of (self, FALSE);
  const NnInt8Tiles largest = tiles_of (self, TRUE);

  kernel->run_tiles (&all);
  for (int t = 0; t < TILES; t++)
    for (int o = 0; o < OUTPUTS; o++)
      for (int lane = 0; lane < LANES; lane++)
        g_assert_cmpint (self->sums[(t * OUTPUTS + o) * LANES + lane], ==,
                         4 * convolve (self, t, lane, o));
  kernel->run_tiles (&largest);
  for (int t = 0; t < TILES; t++)
    for (int lane = 0; lane < LANES; lane++) {
      gint32 expected = G_MININT32;

      for (int o = 0; o < OUTPUTS; o++)
        expected = MAX (expected, 4 * convolve (self, t, lane, o));
      g_assert_cmpint (self->sums[t * LANES + lane], ==, expected);
    }
}

static void
check_all_kernels (Case *self,
                   int   top)
{
  transform (self, top);
  for (gsize i = 0; nn_int8_kernel (i) != NULL; i++)
    if (nn_int8_kernel (i)->available ())
      check_outputs (self, nn_int8_kernel (i));
}

static void
test_outputs_are_four_times_the_convolution (void)
{
  const int tops[] = { 3, 15, NN_INT8_WINOGRAD_MAX_TOP };

  for (guint seed = 1; seed < 4; seed++)
    for (gsize i = 0; i < G_N_ELEMENTS (tops); i++) {
      g_autoptr (Case) self = case_new (seed, tops[i], 14);

      check_all_kernels (self, tops[i]);
    }
}

/* Both ends of the bytes: all differences as large as they can be. */
static void
test_the_largest_codes_stay_bytes (void)
{
  for (guint pattern = 0; pattern < 16; pattern++) {
    g_autoptr (Case) self = case_new (1, 0, 14);

    for (int i = 0; i < 4 * ROW; i++)
      for (int c = 0; c < CHANNELS; c++)
        self->codes[i * CHANNELS + c] = (pattern >> (i / ROW % 2 * 2 + i % ROW % 2)) & 1
                                        ? NN_INT8_WINOGRAD_MAX_TOP : 0;
    check_all_kernels (self, NN_INT8_WINOGRAD_MAX_TOP);
  }
}

/* Any bytes, as weights too: what fits no convolution still gives the same
 * sums. Products that fit int16 in pairs may be added there. */
static void
check_any_bytes (guint seed,
                 int   code,
                 int   weight)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (Case) self = case_new (seed, 1, 1);
  gint32 *expected = aligned (TILES * OUTPUTS * LANES * sizeof (gint32));
  NnInt8Tiles tiles = tiles_of (self, FALSE);

  for (gsize i = 0; i < sizeof self->transformed; i++)
    self->transformed[i] = (guint8) g_rand_int_range (random, 0, code + 1);
  for (gsize i = 0; i < BLOCKS * ELEMENTS * GROUPS * 64; i++)
    self->weights[i] = (gint8) g_rand_int_range (random, -weight, MIN (weight, 127) + 1);
  tiles.together = nn_int8_together (code, weight);
  tiles.sums = expected;
  nn_int8_portable.run_tiles (&tiles);
  tiles.sums = self->sums;
  for (gsize i = 0; nn_int8_kernel (i) != NULL; i++)
    if (nn_int8_kernel (i)->available ()) {
      nn_int8_kernel (i)->run_tiles (&tiles);
      g_assert_cmpmem (self->sums, TILES * OUTPUTS * LANES * sizeof (gint32), expected,
                       TILES * OUTPUTS * LANES * sizeof (gint32));
    }
  free (expected);
}

static void
test_kernels_agree_on_any_bytes (void)
{
  for (guint seed = 1; seed < 10; seed++) {
    check_any_bytes (seed, 255, 128);
    check_any_bytes (seed, 128, 127);
    check_any_bytes (seed, 60, 127);
  }
}

/* Channels are transformed each for itself, however many lie side by side. */
static void
test_the_number_of_channels_does_not_matter (void)
{
  enum { TOP = 15 };
  g_autoptr (Case) self = case_new (1, TOP, 1);
  guint8 few[4 * ROW * CHANNELS];
  guint8 transformed[ELEMENTS * CHANNELS];

  transform (self, TOP);
  for (gsize n = 4; n <= CHANNELS; n += 4) {
    for (gsize i = 0; i < 4 * ROW; i++)
      memcpy (few + i * n, self->codes + i * CHANNELS, n);
    nn_int8_winograd_codes (few, n, ROW * n, n, TOP, transformed, n);
    for (gsize e = 0; e < ELEMENTS; e++)
      g_assert_cmpmem (transformed + e * n, n, self->transformed + e * CHANNELS, n);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/int8-winograd/outputs", test_outputs_are_four_times_the_convolution);
  g_test_add_func ("/int8-winograd/largest", test_the_largest_codes_stay_bytes);
  g_test_add_func ("/int8-winograd/channels", test_the_number_of_channels_does_not_matter);
  g_test_add_func ("/int8-winograd/any-bytes", test_kernels_agree_on_any_bytes);
  return g_test_run ();
}
