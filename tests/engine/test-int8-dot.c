/* test-int8-dot.c - every integer kernel gives the sums of the plain one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-int8-dot.h"

#include <glib.h>
#include <string.h>

enum { IMAGE_BYTES = 4096, MAX_POSITIONS = 40, MAX_BLOCKS = 9, MAX_GROUPS = 64 };

/* One call of random sizes on random codes and weights. */
typedef struct
{
  NnInt8Dot dot;
  guint8    codes[IMAGE_BYTES];
  guint32   offsets[MAX_POSITIONS];
  gint8    *weights;
  gint32   *start;      /* what the sums begin with where it adds              */
  gint32   *first;      /* what those of every window begin with               */
  gsize     n_sums;
} Case;

static void *
aligned (gsize size)
{
  return aligned_alloc (64, (size + 63) / 64 * 64);
}

static Case *
case_new (GRand *random,
          int    top,
          int    magnitude)
{
  Case *self = g_new0 (Case, 1);
  NnInt8Dot *dot = &self->dot;

  dot->positions = (gsize) g_rand_int_range (random, 1, MAX_POSITIONS + 1);
  dot->blocks = (gsize) g_rand_int_range (random, 1, MAX_BLOCKS + 1);
  dot->runs = (gsize) g_rand_int_range (random, 1, 4);
  dot->groups = (gsize) g_rand_int_range (random, 1, MAX_GROUPS + 1);
  dot->run_stride = dot->groups * NN_INT8_GROUP + (gsize) g_rand_int_range (random, 0, 9);
  dot->weight_stride = dot->runs * dot->groups * 64 + 64 * (gsize) g_rand_int_range (random, 0, 3);
  dot->add = g_rand_boolean (random);
  dot->together = nn_int8_together (top, magnitude);
  for (gsize i = 0; i < IMAGE_BYTES; i++)
    self->codes[i] = (guint8) g_rand_int_range (random, 0, top + 1);
  for (gsize i = 0; i < dot->positions; i++)
    self->offsets[i] = (guint32) g_rand_int_range (
      random, 0, IMAGE_BYTES - (int) (dot->runs * dot->run_stride));
  self->weights = aligned (dot->blocks * dot->weight_stride);
  for (gsize i = 0; i < dot->blocks * dot->weight_stride; i++)
    self->weights[i] = (gint8) g_rand_int_range (random, -magnitude, MIN (magnitude, 127) + 1);
  self->n_sums = dot->positions * dot->blocks * NN_INT8_LANES;
  self->start = g_new (gint32, self->n_sums);
  for (gsize i = 0; i < self->n_sums; i++)
    self->start[i] = g_rand_int_range (random, -100000, 100000);
  self->first = aligned (dot->blocks * 64);
  for (gsize i = 0; i < dot->blocks * NN_INT8_LANES; i++)
    self->first[i] = g_rand_int_range (random, -100000, 100000);
  if (g_rand_boolean (random))
    dot->start = self->first;
  dot->codes = self->codes;
  dot->offsets = self->offsets;
  dot->weights = self->weights;
  return self;
}

static void
case_free (Case *self)
{
  free (self->weights);
  free (self->first);
  g_free (self->start);
  g_free (self);
}

/* The sums by `kernel`; free with free(). */
static gint32 *
run (const Case         *self,
     const NnInt8Kernel *kernel)
{
  NnInt8Dot dot = self->dot;

  dot.sums = aligned (self->n_sums * sizeof (gint32));
  memcpy (dot.sums, self->start, self->n_sums * sizeof (gint32));
  kernel->run (&dot);
  return dot.sums;
}

static void
check_all_kernels (const Case *self)
{
  gint32 *expected = run (self, &nn_int8_portable);

  for (gsize i = 0; nn_int8_kernel (i) != NULL; i++) {
    if (!nn_int8_kernel (i)->available ())
      continue;

    gint32 *found = run (self, nn_int8_kernel (i));

    g_assert_cmpmem (found, self->n_sums * sizeof (gint32), expected,
                     self->n_sums * sizeof (gint32));
    free (found);
  }
  free (expected);
}

static void
check_ranges (int top,
              int magnitude)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (int i = 0; i < 60; i++) {
    Case *self = case_new (random, top, magnitude);

    check_all_kernels (self);
    case_free (self);
  }
}

static void
test_kernels_agree_on_few_bits (void)
{
  check_ranges (15, 15);
  check_ranges (3, 3);
  check_ranges (64, 127);
  check_ranges (65, 126);
  check_ranges (255, 64);
}

static void
test_kernels_agree_on_all_codes (void)
{
  check_ranges (255, 128);
}

/* 255 * 127 + 255 * 127 leaves int16: a kernel that saturates is caught. */
static void
test_kernels_agree_where_products_are_largest (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (int sign = -1; sign <= 1; sign += 2) {
    Case *self = case_new (random, 255, 128);

    memset (self->codes, 255, sizeof self->codes);
    memset (self->weights, sign < 0 ? -128 : 127, self->dot.blocks * self->dot.weight_stride);
    check_all_kernels (self);
    case_free (self);
  }
}

static void
test_the_plain_kernel_is_a_dot_product (void)
{
  const guint8 codes[] = { 1, 2, 3, 4, 9, 9, 5, 6, 7, 255 };
  const guint32 offsets[] = { 0 };
  gint8 *weights = aligned (128);
  gint32 *sums = aligned (64);
  const NnInt8Dot dot = {
    .codes = codes, .offsets = offsets, .positions = 1, .runs = 2, .run_stride = 6, .groups = 1,
    .weights = weights, .weight_stride = 128, .blocks = 1, .sums = sums, .together = 1,
  };

  memset (weights, 0, 128);
  memcpy (weights + 4, (const gint8[]) { 1, -1, 2, 0 }, 4);
  memcpy (weights + 64 + 4, (const gint8[]) { 0, 3, 0, -128 }, 4);
  nn_int8_portable.run (&dot);
  g_assert_cmpint (sums[0], ==, 0);
  g_assert_cmpint (sums[1], ==, 1 - 2 + 6 + 18 - 128 * 255);
  free (weights);
  free (sums);
}

static void
test_kernels_are_found_by_name (void)
{
  g_assert_true (nn_int8_kernel_find ("portable") == &nn_int8_portable);
  g_assert_null (nn_int8_kernel_find ("abacus"));
  g_assert_nonnull (nn_int8_kernel_find (NULL));
  g_assert_true (nn_int8_kernel_find (NULL)->available ());
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/int8-dot/plain", test_the_plain_kernel_is_a_dot_product);
  g_test_add_func ("/int8-dot/few-bits", test_kernels_agree_on_few_bits);
  g_test_add_func ("/int8-dot/all-codes", test_kernels_agree_on_all_codes);
  g_test_add_func ("/int8-dot/largest", test_kernels_agree_where_products_are_largest);
  g_test_add_func ("/int8-dot/names", test_kernels_are_found_by_name);
  return g_test_run ();
}
