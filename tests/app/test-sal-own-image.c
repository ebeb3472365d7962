/* test-sal-own-image.c - images that are brought and drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "app-fixture.h"
#include "sal-own-image.h"

#define SIDE 8

static const NnShape grey = { 1, SIDE, SIDE };

static SalOwnImage *
make_image (guint8 byte)
{
  SalOwnImage *image = sal_own_image_new ();
  guint8 pixels[SIDE * SIDE];

  memset (pixels, byte, sizeof pixels);
  sal_own_image_begin (image, pixels, grey, "Plain", 3);
  return image;
}

static guint8
byte_at (SalOwnImage *image,
         int          column,
         int          row)
{
  return sal_own_image_get_pixels (image)[row * SIDE + column];
}

static void
count_cb (int *count)
{
  (*count)++;
}

static void
test_draws_light (void)
{
  g_autoptr (SalOwnImage) image = make_image (0);
  int changes = 0;

  g_signal_connect_swapped (image, "changed", G_CALLBACK (count_cb), &changes);
  sal_own_image_paint (image, 4, 4, FALSE);
  g_assert_cmpint (changes, ==, 1);
  g_assert_cmpuint (byte_at (image, 4, 4), ==, 255);
  g_assert_cmpuint (byte_at (image, 5, 4), >, 0);
  g_assert_cmpuint (byte_at (image, 5, 4), <, 255);
  g_assert_cmpuint (byte_at (image, 6, 4), ==, 0);
  g_assert_cmpint (sal_own_image_get_label (image), ==, 3);
}

static void
test_erases (void)
{
  g_autoptr (SalOwnImage) image = make_image (200);

  sal_own_image_paint (image, 0, 0, TRUE);
  g_assert_cmpuint (byte_at (image, 0, 0), ==, 0);
  g_assert_cmpuint (byte_at (image, 7, 7), ==, 200);
}

/* The same stroke of the pointer is as broad in an image of more pixels. */
static void
test_large_image_has_large_brush (void)
{
  enum { LARGE = 128 };
  static const guint8 pixels[LARGE * LARGE] = { 0 };
  g_autoptr (SalOwnImage) image = sal_own_image_new ();

  sal_own_image_begin (image, pixels, (NnShape) { 1, LARGE, LARGE }, "Plain", 3);
  sal_own_image_paint (image, 64, 64, FALSE);
  g_assert_cmpuint (sal_own_image_get_pixels (image)[64 * LARGE + 64 + 6], >, 0);
  g_assert_cmpuint (sal_own_image_get_pixels (image)[64 * LARGE + 64 + 7], ==, 0);
}

/* What is dark cannot be erased, and nobody is told that it was. */
static void
test_dark_is_not_erased (void)
{
  g_autoptr (SalOwnImage) image = make_image (0);
  int changes = 0;

  g_signal_connect_swapped (image, "changed", G_CALLBACK (count_cb), &changes);
  g_assert_false (sal_own_image_paint (image, 4, 4, TRUE));
  g_assert_cmpint (changes, ==, 0);
  g_assert_true (sal_own_image_paint (image, 4, 4, FALSE));
  g_assert_true (sal_own_image_paint (image, 4, 4, TRUE));
  g_assert_cmpint (changes, ==, 2);
}

static void
test_outside_is_harmless (void)
{
  g_autoptr (SalOwnImage) image = make_image (0);

  g_assert_false (sal_own_image_paint (image, -20, 40, FALSE));
  for (int i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpuint (sal_own_image_get_pixels (image)[i], ==, 0);
}

static void
changed_cb (SalOwnImage *image,
            const char  *title,
            GString     *said)
{
  g_string_append_printf (said, "%s;", title != NULL ? title : "-");
}

static void
test_says_what_was_done (void)
{
  const guint8 pixels[SIDE * SIDE] = { 0 };
  g_autoptr (SalOwnImage) image = sal_own_image_new ();
  g_autoptr (GString) said = g_string_new (NULL);

  g_signal_connect (image, "changed", G_CALLBACK (changed_cb), said);
  sal_own_image_begin (image, pixels, grey, "Plain", 3);
  sal_own_image_paint (image, 2, 2, FALSE);
  sal_own_image_paint (image, 3, 2, TRUE);
  sal_own_image_invert (image);
  sal_own_image_clear (image);
  g_assert_cmpstr (said->str, ==, "-;Drawing;Erasing;Inverting;Own Image;");
}

static void
test_states_come_back (void)
{
  g_autoptr (SalOwnImage) image = make_image (0);
  g_autoptr (GVariant) plain = g_variant_ref_sink (sal_own_image_get_state (image));

  sal_own_image_paint (image, 2, 2, FALSE);

  g_autoptr (GVariant) drawn = g_variant_ref_sink (sal_own_image_get_state (image));

  g_assert_false (g_variant_equal (plain, drawn));
  sal_own_image_clear (image);

  g_autoptr (GVariant) none = g_variant_ref_sink (sal_own_image_get_state (image));

  sal_own_image_set_state (image, drawn);
  g_assert_cmpuint (byte_at (image, 2, 2), ==, 255);
  g_assert_cmpstr (sal_own_image_get_title (image), ==, "Plain");
  g_assert_cmpint (sal_own_image_get_label (image), ==, 3);
  g_assert_cmpint (sal_own_image_get_shape (image).width, ==, SIDE);
  sal_own_image_set_state (image, plain);
  g_assert_cmpuint (byte_at (image, 2, 2), ==, 0);
  sal_own_image_set_state (image, none);
  g_assert_null (sal_own_image_get_pixels (image));
}

/* Left half red, right half white, twice as wide as high. */
static GdkPixbuf *
make_pixbuf (void)
{
  GdkPixbuf *pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 8 * SIDE, 4 * SIDE);
  g_autoptr (GdkPixbuf) right =
    gdk_pixbuf_new_subpixbuf (pixbuf, 4 * SIDE, 0, 4 * SIDE, 4 * SIDE);

  gdk_pixbuf_fill (pixbuf, 0xff0000ff);
  gdk_pixbuf_fill (right, 0xffffffff);
  return pixbuf;
}

static void
test_takes_the_middle_as_grey (void)
{
  g_autoptr (SalOwnImage) image = sal_own_image_new ();
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf ();

  sal_own_image_set_pixbuf (image, pixbuf, grey, "half.png");
  g_assert_cmpstr (sal_own_image_get_title (image), ==, "half.png");
  g_assert_cmpint (sal_own_image_get_label (image), ==, -1);
  /* Rec. 601: red is 0.299 of white. */
  g_assert_cmpuint (byte_at (image, 0, 0), ==, 76);
  g_assert_cmpuint (byte_at (image, SIDE / 2 - 2, 5), ==, 76);
  g_assert_cmpuint (byte_at (image, SIDE / 2 + 1, 5), ==, 255);
  g_assert_cmpuint (byte_at (image, SIDE - 1, SIDE - 1), ==, 255);
}

static void
test_keeps_colours (void)
{
  const NnShape colour = { 3, SIDE, SIDE };
  g_autoptr (SalOwnImage) image = sal_own_image_new ();
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf ();

  sal_own_image_set_pixbuf (image, pixbuf, colour, "half.png");

  const guint8 *pixels = sal_own_image_get_pixels (image);

  g_assert_cmpuint (pixels[0], ==, 255);
  g_assert_cmpuint (pixels[SIDE * SIDE], ==, 0);
  g_assert_cmpuint (pixels[2 * SIDE * SIDE], ==, 0);
  g_assert_cmpuint (pixels[3 * SIDE * SIDE - 1], ==, 255);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/own-image/draws light", test_draws_light);
  g_test_add_func ("/own-image/erases", test_erases);
  g_test_add_func ("/own-image/has a larger brush for a larger image",
                   test_large_image_has_large_brush);
  g_test_add_func ("/own-image/does not erase what is dark", test_dark_is_not_erased);
  g_test_add_func ("/own-image/takes dots outside", test_outside_is_harmless);
  g_test_add_func ("/own-image/says what was done to it", test_says_what_was_done);
  g_test_add_func ("/own-image/comes back as it was", test_states_come_back);
  g_test_add_func ("/own-image/takes the middle of a picture as grey",
                   test_takes_the_middle_as_grey);
  g_test_add_func ("/own-image/keeps colours where there are three channels", test_keeps_colours);
  return g_test_run ();
}
