/* test-sal-image-bytes.c - every kind of picture file becomes the same pixels
 *
 * The pictures (tests/data/pictures, with the script that drew them) are white
 * on the left and red on the right.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "sal-error.h"
#include "sal-image-bytes.h"

#define LONG_SIDE 32
#define SHORT_SIDE 16
#define N_PIXELS (LONG_SIDE * SHORT_SIDE)

/* What a lossy format may change. */
#define TOLERANCE 12

typedef struct
{
  const char *name;
  gboolean    is_grey;
  gboolean    is_upright; /* white above, red below                           */
  gboolean    has_hole;   /* the first pixel is transparent: black            */
  const char *loader;     /* of gdk-pixbuf, where it may not be installed     */
} Picture;

static const Picture pictures[] = {
  { "plain.png" },
  { "plain.bmp" },
  { "plain.ppm" },
  { "plain.tif" },
  { "plain.jpg" },
  { "progressive.jpg" },
  { "palette.png" },
  { "cmyk.jpg" },
  { "grey.jpg", .is_grey = TRUE },
  { "grey-16-bit.png", .is_grey = TRUE },
  { "clear-corner.png", .has_hole = TRUE },
  { "upright.jpg", .is_upright = TRUE },
  { "moving.gif" },
  { "lossless.webp", .loader = "webp" },
  { "lossy.webp", .loader = "webp" },
  { "moving.webp", .loader = "webp" },
};

/* The first frame of moving ones, at their own size, as they were held. */
static NnShape
shape_of (const Picture *picture)
{
  return picture->is_upright ? (NnShape) { 3, LONG_SIDE, SHORT_SIDE }
                             : (NnShape) { 3, SHORT_SIDE, LONG_SIDE };
}

static GBytes *
read_picture (const Picture *picture)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("SALISCOPE_TEST_DATA"), "pictures", picture->name, NULL);
  g_autoptr (GError) error = NULL;
  char *bytes;
  gsize n;

  g_file_get_contents (path, &bytes, &n, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (bytes, n);
}

/* FALSE, and the test is a skipped one, where gdk-pixbuf lacks the loader. */
static gboolean
can_be_read (const Picture *picture)
{
  g_autoptr (GdkPixbufLoader) loader = NULL;

  if (picture->loader == NULL)
    return TRUE;
  loader = gdk_pixbuf_loader_new_with_type (picture->loader, NULL);
  if (loader != NULL) {
    gdk_pixbuf_loader_close (loader, NULL);
    return TRUE;
  }
  g_test_skip ("gdk-pixbuf's loader of WebP is not installed");
  return FALSE;
}

static void
assert_colour (const guint8 *pixels,
               gsize         at,
               guint32       rgb)
{
  for (gsize channel = 0; channel < 3; channel++) {
    const int expected = (int) (rgb >> (16 - 8 * channel) & 255);

    g_assert_cmpint (ABS (pixels[channel * N_PIXELS + at] - expected), <=, TOLERANCE);
  }
}

static void
test_it_becomes_white_and_red (gconstpointer data)
{
  const Picture *picture = data;
  g_autoptr (GBytes) bytes = read_picture (picture);
  g_autoptr (GError) error = NULL;
  guint8 pixels[3 * N_PIXELS];
  gsize n;

  if (!can_be_read (picture))
    return;

  const guint8 *file = g_bytes_get_data (bytes, &n);
  const gsize last = N_PIXELS - 1;

  sal_image_bytes_decode (file, n, shape_of (picture), pixels, &error);
  g_assert_no_error (error);
  assert_colour (pixels, 0, picture->has_hole ? 0x000000 : 0xffffff);
  assert_colour (pixels, picture->is_upright ? SHORT_SIDE - 1 : (SHORT_SIDE - 1) * LONG_SIDE,
                 0xffffff);
  assert_colour (pixels, picture->is_upright ? last - SHORT_SIDE + 1 : LONG_SIDE - 1,
                 picture->is_grey ? 0x4c4c4c : 0xff0000);
  assert_colour (pixels, last, picture->is_grey ? 0x4c4c4c : 0xff0000);
}

/* The size is that of the file, before it is turned. */
static void
test_its_size_is_known_from_its_beginning (gconstpointer data)
{
  const Picture *picture = data;
  g_autoptr (GBytes) bytes = read_picture (picture);
  g_autoptr (GError) error = NULL;
  int width, height;
  gsize n;

  if (!can_be_read (picture))
    return;

  const guint8 *file = g_bytes_get_data (bytes, &n);

  sal_image_bytes_measure (file, n, &width, &height, &error);
  g_assert_no_error (error);
  g_assert_cmpint (width, ==, LONG_SIDE);
  g_assert_cmpint (height, ==, SHORT_SIDE);
}

/* Never is a pixel what happened to be in memory: wherever the file ends, it
 * is refused or nothing of the picture is lacking. */
static void
test_cut_anywhere_it_is_refused (gconstpointer data)
{
  const Picture *picture = data;
  g_autoptr (GBytes) bytes = read_picture (picture);
  guint8 whole[3 * N_PIXELS], pixels[3 * N_PIXELS];
  gsize n, n_refused = 0;
  int width, height;

  if (!can_be_read (picture))
    return;

  const guint8 *file = g_bytes_get_data (bytes, &n);

  g_assert_true (sal_image_bytes_decode (file, n, shape_of (picture), whole, NULL));
  for (gsize length = 0; length < n; length++) {
    g_autofree guint8 *cut = g_memdup2 (file, length);
    g_autoptr (GError) error = NULL;

    (void) sal_image_bytes_measure (cut, length, &width, &height, NULL);
    if (sal_image_bytes_decode (cut, length, shape_of (picture), pixels, &error)) {
      g_assert_cmpmem (pixels, sizeof pixels, whole, sizeof whole);
    } else {
      g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
      n_refused++;
    }
  }
  g_assert_cmpuint (n_refused, >=, n - 2);
}

static void
assert_refused (const char *bytes,
                gsize       n,
                const char *complaint)
{
  g_autoptr (GError) error = NULL;
  guint8 pixels[3 * N_PIXELS];

  g_assert_false (sal_image_bytes_decode ((const guint8 *) bytes, n, (NnShape) { 3, 16, 32 },
                                          pixels, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  if (strstr (error->message, complaint) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, complaint);
}

static void
test_what_is_no_picture_is_said (void)
{
  /* A picture of 60000 by 60000 pixels, of which none is there. */
  static const char giant[] =
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0\x0f\xb0\xe2\x15"
    "\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82";

  assert_refused ("", 0, "found an empty file");
  assert_refused ("<html>", 6, "found something else");
  assert_refused (giant, sizeof giant - 1, "at most 64 million pixels, found 60000 by 60000");
}

static void
test_a_file_that_cannot_be_read_is_named (void)
{
  static const struct
  {
    const char *path;
    int         code;
    const char *complaint;
  } rows[] = {
    { "/nowhere.png", SAL_ERROR_NOT_FOUND, "/nowhere.png: cannot be read (No such file" },
    { "/dev/zero", SAL_ERROR_BAD_FILE, "/dev/zero: expected a picture" },
    { "/proc/self/status", SAL_ERROR_BAD_FILE, "/proc/self/status: expected a picture" },
  };
  guint8 pixels[3 * N_PIXELS];

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (sal_image_bytes_read_file (rows[i].path, (NnShape) { 3, 16, 32 }, pixels,
                                               &error));
    g_assert_error (error, SAL_ERROR, rows[i].code);
    g_assert_true (g_str_has_prefix (error->message, rows[i].complaint));
  }
}

static void
add (const char   *path,
     GTestDataFunc run)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree char *full = g_strdup_printf ("/image-bytes/%s/%s", path, pictures[i].name);

    g_test_add_data_func (full, &pictures[i], run);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("becomes-white-and-red", test_it_becomes_white_and_red);
  add ("size-is-known-from-its-beginning", test_its_size_is_known_from_its_beginning);
  add ("cut-anywhere-it-is-refused", test_cut_anywhere_it_is_refused);
  g_test_add_func ("/image-bytes/what-is-no-picture-is-said", test_what_is_no_picture_is_said);
  g_test_add_func ("/image-bytes/a-file-that-cannot-be-read-is-named",
                   test_a_file_that_cannot_be_read_is_named);
  return g_test_run ();
}
