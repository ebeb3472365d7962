/* test-codes.c - codes are those that PACT rounds to, on every CPU
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-codes.h"

#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "kernels/nn-int8-dot.h"

enum { POSITIONS = 37, LANES = 48, CHANNELS = 35, STRIDE = 36, N = POSITIONS * CHANNELS };

/* Where `POSITIONS` positions lie, backwards and with gaps. */
static NnCodesTarget
make_target (guint8  *codes,
             guint32 *offsets,
             gsize    stride)
{
  for (gsize p = 0; p < POSITIONS; p++)
    offsets[p] = (guint32) ((POSITIONS - 1 - p) * (STRIDE + 5));
  return (NnCodesTarget) { codes, offsets, POSITIONS, stride };
}

static void
test_planes_become_the_codes_of_pact (void)
{
  g_autofree float *x = g_new (float, N);
  g_autofree float *y = g_new (float, N);
  g_autofree float *back = g_new (float, N);
  guint8 codes[POSITIONS * (STRIDE + 5)];
  guint32 offsets[POSITIONS];
  const NnCodesTarget target = make_target (codes, offsets, CHANNELS);

  fixture_normal (1, x, N);
  x[0] = 0.75f; /* exactly between two codes at 2 bits */
  for (int bits = NN_BITS_MIN; bits <= NN_BITS_MAX; bits++) {
    const float steps = (float) ((1 << bits) - 1);

    nn_pact_forward (x, N, 1.5f, bits, y, NULL);
    nn_codes_from_planes (x, CHANNELS, 1.5f, steps / 1.5f, &target);
    nn_planes_from_codes (&target, CHANNELS, 1.5f / steps, back);
    fixture_check_same ("values", back, y, N);
  }
}

/* Sums, and the factors that make values of them. */
typedef struct
{
  gint32 sums[POSITIONS * LANES];
  float  factor[LANES];
  float  summand[LANES];
  float  correction[LANES];
} Sums;

static Sums *
sums_new (void)
{
  Sums *self = g_new0 (Sums, 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  for (gsize i = 0; i < POSITIONS * LANES; i++)
    self->sums[i] = g_rand_int_range (random, -5000, 5000);
  for (gsize c = 0; c < CHANNELS; c++) {
    self->factor[c] = (float) g_rand_double_range (random, 0.001, 0.004);
    self->summand[c] = (float) g_rand_double_range (random, -2, 2);
    self->correction[c] = (float) g_rand_double_range (random, 0.0001, 0.0004);
  }
  return self;
}

/* The value of a sum, in double. */
static double
value_of (const Sums *self,
          gsize       p,
          gsize       c,
          gboolean    corrected)
{
  const gint32 *sums = self->sums + p * LANES;

  return (double) self->factor[c] * sums[c] + (double) self->summand[c] +
         (corrected ? (double) self->correction[c] * sums[CHANNELS] : 0);
}

static void
check_codes (gboolean corrected)
{
  g_autofree Sums *self = sums_new ();
  guint8 codes[POSITIONS * (STRIDE + 5)];
  guint32 offsets[POSITIONS];
  const NnCodesTarget target = make_target (codes, offsets, STRIDE);
  const NnFold fold = { LANES, self->factor, self->summand, corrected ? self->correction : NULL,
                        CHANNELS };

  memset (codes, 0xaa, sizeof codes);
  nn_codes_from_sums (self->sums, &fold, NULL, 15, &target);
  for (gsize p = 0; p < POSITIONS; p++) {
    for (gsize c = 0; c < CHANNELS; c++) {
      const double z = value_of (self, p, c, corrected);

      if (fabs (z - floor (z) - 0.5) > 1e-4)
        g_assert_cmpuint (codes[offsets[p] + c], ==, (guint) rint (CLAMP (z, 0, 15)));
    }
    g_assert_cmpuint (codes[offsets[p] + CHANNELS], ==, 0);
    g_assert_cmpuint (codes[offsets[p] + STRIDE], ==, 0xaa);
  }
}

static void
test_sums_become_rounded_and_clipped_codes (void)
{
  check_codes (FALSE);
  check_codes (TRUE);
}

/* Of one kernel: sums with and without a correction and something beside
 * them, to `stride` codes a position. */
static void
check_kernel (const NnInt8Kernel *kernel,
              gboolean            corrected,
              gboolean            adds,
              gsize               stride)
{
  g_autofree Sums *self = sums_new ();
  guint8 codes[2][POSITIONS * (STRIDE + 5)];
  guint8 beside[POSITIONS * (STRIDE + 5)];
  guint32 offsets[POSITIONS];
  const NnCodesTarget targets[] = { make_target (codes[0], offsets, stride),
                                    make_target (codes[1], offsets, stride) };
  const NnFold fold = { LANES, self->factor, self->summand, corrected ? self->correction : NULL,
                        CHANNELS };
  const NnResidual residual = { beside, offsets, 0.7f };

  for (gsize i = 0; i < sizeof beside; i++)
    beside[i] = (guint8) (i * 7 % 16);
  memset (codes, 0xaa, sizeof codes);
  nn_codes_from_sums (self->sums, &fold, adds ? &residual : NULL, 15, &targets[0]);
  kernel->codes_from_sums (self->sums, &fold, adds ? &residual : NULL, 15, &targets[1]);
  g_assert_cmpmem (codes[0], sizeof codes[0], codes[1], sizeof codes[1]);
}

static void
test_all_kernels_give_the_same_codes (void)
{
  for (gsize i = 0; nn_int8_kernel (i) != NULL; i++)
    for (int switches = 0; switches < 4; switches++)
      for (gsize stride = 4; stride <= STRIDE && nn_int8_kernel (i)->available (); stride += 4)
        check_kernel (nn_int8_kernel (i), switches & 1, switches & 2, stride);
}

static void
test_halves_go_to_the_even_code (void)
{
  const gint32 sums[LANES] = { 1, 3, 5, 7, -1, 29, 31 };
  const guint8 expected[] = { 0, 2, 2, 4, 0, 14, 15 };
  const guint32 offset = 0;
  float factor[LANES];
  const float summand[LANES] = { 0 };
  guint8 codes[LANES];
  guint8 others[LANES];
  const NnFold fold = { LANES, factor, summand, NULL, 0 };
  const NnCodesTarget target = { codes, &offset, 1, LANES };
  const NnCodesTarget other = { others, &offset, 1, LANES };

  for (gsize i = 0; i < LANES; i++)
    factor[i] = 0.5f;
  nn_codes_from_sums (sums, &fold, NULL, 15, &target);
  g_assert_cmpmem (codes, sizeof expected, expected, sizeof expected);
  nn_int8_kernel_find (NULL)->codes_from_sums (sums, &fold, NULL, 15, &other);
  g_assert_cmpmem (others, sizeof expected, expected, sizeof expected);
}

static void
test_sums_become_values_by_plane (void)
{
  g_autofree Sums *self = sums_new ();
  g_autofree float *values = g_new (float, N);
  const NnFold fold = { LANES, self->factor, self->summand, self->correction, CHANNELS };

  nn_values_from_sums (self->sums, &fold, POSITIONS, CHANNELS, POSITIONS, values);
  for (gsize p = 0; p < POSITIONS; p++)
    for (gsize c = 0; c < CHANNELS; c++)
      g_assert_cmpfloat_with_epsilon ((double) values[c * POSITIONS + p],
                                      value_of (self, p, c, TRUE), 1e-4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codes/planes", test_planes_become_the_codes_of_pact);
  g_test_add_func ("/codes/sums", test_sums_become_rounded_and_clipped_codes);
  g_test_add_func ("/codes/kernels", test_all_kernels_give_the_same_codes);
  g_test_add_func ("/codes/halves", test_halves_go_to_the_even_code);
  g_test_add_func ("/codes/values", test_sums_become_values_by_plane);
  return g_test_run ();
}
