/* test-sal-glyphs.c - the built-in images: reproducible, balanced, hard enough
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-glyph-shapes.h"
#include "sal-glyphs.h"

#define SIDE SAL_GLYPHS_SIDE
#define PLANE (SIDE * SIDE)

typedef struct
{
  gsize   count;
  gsize   stride;
  guint8 *pixels;
  guint8 *labels;
  guint8 *truth;
} Images;

static Images *
draw (SalGlyphsLayout layout,
      guint64         seed,
      gsize           count,
      guint           n_threads)
{
  Images *images = g_new0 (Images, 1);

  images->count = count;
  images->stride = (gsize) sal_glyphs_height (layout) * SIDE;
  images->pixels = g_malloc (count * images->stride);
  images->labels = g_malloc (count);
  images->truth = g_malloc (count * images->stride);
  g_assert_true (sal_glyphs_draw (layout, seed, count, n_threads, images->pixels,
                                  images->labels, images->truth, NULL));
  return images;
}

static void
images_free (Images *images)
{
  g_free (images->pixels);
  g_free (images->labels);
  g_free (images->truth);
  g_free (images);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Images, images_free)

static void
assert_same (const Images *a,
             const Images *b,
             gsize         count)
{
  g_assert_cmpmem (a->pixels, count * a->stride, b->pixels, count * b->stride);
  g_assert_cmpmem (a->truth, count * a->stride, b->truth, count * b->stride);
  g_assert_cmpmem (a->labels, count, b->labels, count);
}

static void
test_same_for_any_number_of_threads (void)
{
  for (SalGlyphsLayout layout = SAL_GLYPHS_DIGIT; layout <= SAL_GLYPHS_BLOCKS; layout++) {
    g_autoptr (Images) one = draw (layout, 7, 333, 1);
    g_autoptr (Images) two = draw (layout, 7, 333, 2);
    g_autoptr (Images) many = draw (layout, 7, 333, 9);

    assert_same (one, two, 333);
    assert_same (one, many, 333);
  }
}

static void
test_image_depends_on_seed_and_index_only (void)
{
  g_autoptr (Images) few = draw (SAL_GLYPHS_DIGIT, 7, 20, 1);
  g_autoptr (Images) more = draw (SAL_GLYPHS_DIGIT, 7, 200, 2);
  g_autoptr (Images) other = draw (SAL_GLYPHS_DIGIT, 8, 20, 1);

  assert_same (few, more, 20);
  for (gsize i = 0; i < 20; i++) {
    for (gsize j = 0; j < 200; j++) {
      g_assert_cmpint (memcmp (other->pixels + i * PLANE, more->pixels + j * PLANE, PLANE),
                       !=, 0);
    }
  }
}

static void
test_each_ten_images_hold_each_digit (void)
{
  g_autoptr (Images) images = draw (SAL_GLYPHS_DIGIT, 3, 200, 1);
  gboolean shuffled = FALSE;

  for (gsize i = 0; i < images->count; i += 10) {
    guint seen = 0;

    for (gsize j = i; j < i + 10; j++) {
      g_assert_cmpuint (images->labels[j], <, 10);
      seen |= 1u << images->labels[j];
      shuffled |= images->labels[j] != images->labels[j % 10];
    }
    g_assert_cmphex (seen, ==, 0x3ff);
  }
  g_assert_true (shuffled);
}

/* Ink is bright where the truth is 1, and far from it there is only noise. */
static void
test_truth_is_the_ink (void)
{
  g_autoptr (Images) images = draw (SAL_GLYPHS_DIGIT, 2, 500, 2);

  for (gsize i = 0; i < images->count; i++) {
    const guint8 *pixels = images->pixels + i * PLANE;
    const guint8 *truth = images->truth + i * PLANE;
    double on = 0.0, off = 0.0;
    int n_on = 0;

    for (int p = 0; p < PLANE; p++) {
      g_assert_cmpuint (truth[p], <=, 1);
      n_on += truth[p];
      *(truth[p] ? &on : &off) += pixels[p];
    }
    g_assert_cmpint (n_on, >=, 15);
    g_assert_cmpint (n_on, <=, PLANE / 2);
    g_assert_cmpfloat (on / n_on, >, 90.0);
    g_assert_cmpfloat (off / (PLANE - n_on), <, 15.0);
  }
}

static void
test_no_ink_touches_the_frame (void)
{
  g_autoptr (Images) images = draw (SAL_GLYPHS_DIGIT, 4, 1000, 2);
  gsize n_touching = 0;

  for (gsize i = 0; i < images->count; i++) {
    const guint8 *truth = images->truth + i * PLANE;

    for (int k = 0; k < SIDE; k++) {
      n_touching += truth[k] | truth[PLANE - SIDE + k] |
                    truth[k * SIDE] | truth[k * SIDE + SIDE - 1];
    }
  }
  g_assert_cmpuint (n_touching, ==, 0);
}

static void
test_truth_of_blocks_is_the_digits_block (void)
{
  g_autoptr (Images) images = draw (SAL_GLYPHS_BLOCKS, 5, 400, 2);
  int n_above = 0;

  for (gsize i = 0; i < images->count; i++) {
    const guint8 *truth = images->truth + i * images->stride;
    const gboolean above = truth[0] == 1;

    for (int p = 0; p < PLANE; p++) {
      g_assert_cmpuint (truth[p], ==, above ? 1 : 0);
      g_assert_cmpuint (truth[PLANE + p], ==, above ? 0 : 1);
    }
    n_above += above;
  }
  g_assert_cmpint (n_above, >, 150);
  g_assert_cmpint (n_above, <, 250);
}

static void
test_cancelled_before_the_end (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree guint8 *pixels = g_malloc (100 * PLANE);
  g_autofree guint8 *labels = g_malloc (100);

  g_cancellable_cancel (cancellable);
  g_assert_false (sal_glyphs_draw (SAL_GLYPHS_DIGIT, 1, 100, 2, pixels, labels, NULL,
                                   cancellable));
}

static void
assert_shapes_are_drawable (const SalGlyphVariants *variants)
{
  g_assert_cmpuint (variants->n, >=, 3);
  for (guint v = 0; v < variants->n; v++) {
    const SalGlyphPoint *points = variants->shapes[v].points;
    int n = 0;

    g_assert_cmpint (points[0].kind, ==, SAL_GLYPH_START);
    for (; points[n].kind != SAL_GLYPH_END; n++) {
      g_assert_cmpint (n + 1, <, SAL_GLYPH_MAX_POINTS);
      g_assert_true (points[n].x >= 0 && points[n].x <= 100);
      g_assert_true (points[n].y >= 0 && points[n].y <= 100);
      /* A stroke has at least two points. */
      if (points[n].kind == SAL_GLYPH_START)
        g_assert_cmpint (points[n + 1].kind, >, SAL_GLYPH_START);
    }
  }
}

static void
test_skeletons_are_well_formed (void)
{
  for (int digit = 0; digit < 10; digit++)
    assert_shapes_are_drawable (&sal_glyph_digits[digit]);
  assert_shapes_are_drawable (&sal_glyph_signs);
}

/* Multinomial logistic regression on the bytes, by plain SGD. */
typedef struct
{
  float weights[10][PLANE + 1];         /* the last one is the bias */
} Softmax;

static int
softmax_classify (const Softmax *model,
                  const guint8  *pixels,
                  float          logits[10])
{
  int best = 0;

  for (int c = 0; c < 10; c++) {
    float sum = 0.0f;

    for (int p = 0; p < PLANE; p++)
      sum += model->weights[c][p] * (float) pixels[p];
    logits[c] = sum / 255.0f + model->weights[c][PLANE];
    if (logits[c] > logits[best])
      best = c;
  }
  return best;
}

static void
softmax_step (Softmax      *model,
              const guint8 *pixels,
              int           label,
              float         learning_rate)
{
  float p[10];
  const int best = softmax_classify (model, pixels, p);
  const float largest = p[best];
  float sum = 0.0f;

  for (int c = 0; c < 10; c++)
    sum += p[c] = expf (p[c] - largest);
  for (int c = 0; c < 10; c++) {
    const float step = learning_rate * ((c == label ? 1.0f : 0.0f) - p[c] / sum);

    for (int i = 0; i < PLANE; i++)
      model->weights[c][i] += step / 255.0f * (float) pixels[i];
    model->weights[c][PLANE] += step;
  }
}

static double
softmax_accuracy (const Softmax *model,
                  const Images  *images)
{
  gsize n_right = 0;
  float logits[10];

  for (gsize i = 0; i < images->count; i++)
    n_right += softmax_classify (model, images->pixels + i * PLANE, logits) == images->labels[i];
  return (double) n_right / (double) images->count;
}

/* A data set that a linear model solves would show nothing about networks. */
static void
test_too_hard_for_a_linear_model (void)
{
  g_autoptr (Images) train = draw (SAL_GLYPHS_DIGIT, 1, 12000, 0);
  g_autoptr (Images) test = draw (SAL_GLYPHS_DIGIT, 2, 2000, 0);
  g_autofree Softmax *model = g_new0 (Softmax, 1);
  const int n_epochs = 3;

  for (int epoch = 0; epoch < n_epochs; epoch++) {
    const float learning_rate = 0.02f * (float) (n_epochs - epoch) / n_epochs;

    for (gsize i = 0; i < train->count; i++)
      softmax_step (model, train->pixels + i * PLANE, train->labels[i], learning_rate);
  }

  const double accuracy = softmax_accuracy (model, test);

  g_test_message ("logistic regression: %.2f %% of the test images", 100.0 * accuracy);
  g_assert_cmpfloat (accuracy, >, 0.50);
  g_assert_cmpfloat (accuracy, <, 0.95);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glyphs/same-for-any-number-of-threads",
                   test_same_for_any_number_of_threads);
  g_test_add_func ("/glyphs/image-depends-on-seed-and-index-only",
                   test_image_depends_on_seed_and_index_only);
  g_test_add_func ("/glyphs/each-ten-images-hold-each-digit",
                   test_each_ten_images_hold_each_digit);
  g_test_add_func ("/glyphs/truth-is-the-ink", test_truth_is_the_ink);
  g_test_add_func ("/glyphs/no-ink-touches-the-frame", test_no_ink_touches_the_frame);
  g_test_add_func ("/glyphs/truth-of-blocks-is-the-digits-block",
                   test_truth_of_blocks_is_the_digits_block);
  g_test_add_func ("/glyphs/cancelled-before-the-end", test_cancelled_before_the_end);
  g_test_add_func ("/glyphs/skeletons-are-well-formed", test_skeletons_are_well_formed);
  g_test_add_func ("/glyphs/too-hard-for-a-linear-model", test_too_hard_for_a_linear_model);
  return g_test_run ();
}
