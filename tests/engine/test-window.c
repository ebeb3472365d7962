/* test-window.c - windows of floats become the codes of their sums
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine-fixture.h"
#include "kernels/nn-int8-dot.h"

enum { POSITIONS = 37, TAPS = 7, LANES = 64, IMAGE = 100, PITCH = LANES + 3, TOP = 15 };

typedef struct
{
  NnWindowDot dot;
  float       x[IMAGE];
  guint32     offsets[POSITIONS];
  guint32     taps[TAPS];
  guint32     targets[POSITIONS];
  float      *weights; /* (LANES / 16, TAPS, 16)                               */
  float      *start;   /* (LANES)                                              */
} Case;

static float *
normal (guint64 seed,
        gsize   n,
        float   deviation)
{
  float *values = aligned_alloc (64, n * sizeof (float));

  fixture_normal (seed, values, n);
  for (gsize i = 0; i < n; i++)
    values[i] *= deviation;
  return values;
}

static Case *
case_new (void)
{
  Case *self = g_new (Case, 1);

  fixture_normal (1, self->x, IMAGE);
  self->weights = normal (2, LANES * TAPS, 3);
  self->start = normal (3, LANES, 4);
  for (guint32 p = 0; p < POSITIONS; p++) {
    self->offsets[p] = p * 2 % 50;
    self->targets[p] = (POSITIONS - 1 - p) * PITCH;
  }
  for (guint32 k = 0; k < TAPS; k++)
    self->taps[k] = k * 7;
  self->dot = (NnWindowDot) { self->x, self->offsets, self->taps, TAPS, self->weights, self->start,
                              TOP };
  return self;
}

static void
case_free (Case *self)
{
  free (self->weights);
  free (self->start);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Case, case_free)

/* codes (POSITIONS PITCH), 0xaa where nothing is written. */
static void
run (const Case *self,
     void (*codes_from_windows) (const NnWindowDot *,
                                 const NnCodesTarget *),
     gsize       stride,
     guint8     *codes)
{
  const NnCodesTarget target = { codes, self->targets, POSITIONS, stride };

  memset (codes, 0xaa, POSITIONS * PITCH);
  codes_from_windows (&self->dot, &target);
}

/* In double. */
static double
sum_of (const Case *self,
        gsize       p,
        gsize       o)
{
  double sum = (double) self->start[o];

  for (gsize k = 0; k < TAPS; k++)
    sum += (double) self->x[self->offsets[p] + self->taps[k]] *
           (double) self->weights[(o / 16 * TAPS + k) * 16 + o % 16];
  return sum;
}

static void
test_sums_of_windows_become_codes (void)
{
  g_autoptr (Case) self = case_new ();
  guint8 codes[POSITIONS * PITCH];

  run (self, nn_codes_from_windows, LANES, codes);
  for (gsize p = 0; p < POSITIONS; p++)
    for (gsize o = 0; o < LANES; o++) {
      const double z = sum_of (self, p, o);

      if (fabs (z - floor (z) - 0.5) > 1e-4)
        g_assert_cmpuint (codes[self->targets[p] + o], ==, (guint) rint (CLAMP (z, 0, TOP)));
    }
}

/* Nothing is written beside them. */
static void
test_as_many_codes_are_written_as_fit_a_position (void)
{
  g_autoptr (Case) self = case_new ();
  guint8 codes[POSITIONS * PITCH];
  guint8 all[POSITIONS * PITCH];

  run (self, nn_codes_from_windows, LANES, all);
  for (gsize stride = 4; stride <= LANES; stride += 4) {
    run (self, nn_codes_from_windows, stride, codes);
    for (gsize p = 0; p < POSITIONS; p++) {
      g_assert_cmpmem (codes + self->targets[p], stride, all + self->targets[p], stride);
      g_assert_cmpuint (codes[self->targets[p] + stride], ==, 0xaa);
    }
  }
}

static void
test_all_kernels_give_the_same_codes (void)
{
  g_autoptr (Case) self = case_new ();
  guint8 expected[POSITIONS * PITCH];
  guint8 found[POSITIONS * PITCH];

  for (gsize i = 0; nn_int8_kernel (i) != NULL; i++)
    for (gsize stride = 4; stride <= LANES && nn_int8_kernel (i)->available (); stride += 4) {
      run (self, nn_codes_from_windows, stride, expected);
      run (self, nn_int8_kernel (i)->codes_from_windows, stride, found);
      g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
    }
}

static void
test_halves_go_to_the_even_code_and_nan_to_zero (void)
{
  g_autoptr (Case) self = case_new ();
  const float starts[] = { 0.5f, 1.5f, 2.5f, -0.5f, 14.5f, 15.5f, NAN, INFINITY };
  const guint8 expected[] = { 0, 2, 2, 0, 14, 15, 0, 15 };
  guint8 codes[POSITIONS * PITCH];

  memset (self->weights, 0, LANES * TAPS * sizeof (float));
  memcpy (self->start, starts, sizeof starts);
  for (gsize i = 0; nn_int8_kernel (i) != NULL; i++)
    if (nn_int8_kernel (i)->available ()) {
      run (self, nn_int8_kernel (i)->codes_from_windows, 8, codes);
      g_assert_cmpmem (codes, 8, expected, 8);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window/sums", test_sums_of_windows_become_codes);
  g_test_add_func ("/window/stride", test_as_many_codes_are_written_as_fit_a_position);
  g_test_add_func ("/window/kernels", test_all_kernels_give_the_same_codes);
  g_test_add_func ("/window/halves", test_halves_go_to_the_even_code_and_nan_to_zero);
  return g_test_run ();
}
