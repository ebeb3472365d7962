/* test-screenshots.c - the pictures of the smallest window
 *
 * That they come, have the size they were asked for, and show something.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gtk/gtk.h>

#include "sal-fixture.h"

#define WIDTH 900
#define HEIGHT 600

/* A page has text, images and curves in hundreds of shades. */
#define COLORS 100

static char *
run_program (const char *folder,
             const char *language)
{
  g_autofree char *option = g_strconcat ("--language=", language, NULL);
  const char *const words[] = {
    g_getenv ("SALISCOPE_SCREENSHOTS"), "--look=light", "--size=900x600", option,
    "--show=train", "--show=quantize", "--show=inspect", "--show=masking", "--show=compare",
    folder, NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (words, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  char *text = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return text;
}

static guint
count_colors (GdkPixbuf *picture)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  const int stride = gdk_pixbuf_get_rowstride (picture);
  const int channels = gdk_pixbuf_get_n_channels (picture);
  g_autoptr (GHashTable) colors = g_hash_table_new (NULL, NULL);

  for (int y = 0; y < gdk_pixbuf_get_height (picture); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (picture); x++) {
      const guint8 *pixel = pixels + y * stride + x * channels;

      g_hash_table_add (colors, GUINT_TO_POINTER ((guint) pixel[0] << 16 | (guint) pixel[1] << 8
                                                  | pixel[2]));
    }
  return g_hash_table_size (colors);
}

static void
test_smallest (gconstpointer language)
{
  static const char *const pages[] = { "train", "quantize", "inspect", "masking", "compare" };
  char *folder = sal_fixture_make_folder ();
  g_autofree char *text = run_program (folder, language);
  g_auto (GStrv) paths = g_strsplit (g_strchomp (text), "\n", -1);

  g_assert_cmpuint (g_strv_length (paths), ==, G_N_ELEMENTS (pages));
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autofree char *name = g_strdup_printf ("%s-light-%dx%d.png", pages[i], WIDTH, HEIGHT);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new_from_file (path, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (paths[i], ==, path);
    g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, WIDTH);
    g_assert_cmpint (gdk_pixbuf_get_height (picture), ==, HEIGHT);
    g_assert_cmpuint (count_colors (picture), >, COLORS);
  }
  sal_fixture_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  if (!gtk_init_check ()) {
    g_print ("1..0 # SKIP no display: the screenshots need Xvfb (package xvfb)\n");
    return 0;
  }
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/screenshots/every page fits the smallest window and shows something",
                        "en", test_smallest);
  g_test_add_data_func ("/screenshots/in German, too", "de", test_smallest);
  return g_test_run ();
}
