/* test-plot-export.c - drawings and curves as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-export.h"

#include "canvas.h"
#include "plot/plot-chart.h"
#include "plot/plot-map.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define RECIPE "{\"mode\": \"SGT + PACT\", \"lambda\": 1, \"note\": \"<&> λ = 1\"}"

typedef struct
{
  char *directory;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->directory = g_dir_make_tmp ("plot-export-XXXXXX", NULL);
  g_assert_nonnull (fixture->directory);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  GDir *directory = g_dir_open (fixture->directory, 0, NULL);

  for (const char *name = g_dir_read_name (directory); name != NULL;
       name = g_dir_read_name (directory)) {
    char *path = g_build_filename (fixture->directory, name, NULL);

    g_remove (path);
    g_free (path);
  }
  g_dir_close (directory);
  g_rmdir (fixture->directory);
  g_free (fixture->directory);
}

/* The file `name` in the fixture's directory; also its bytes and size. */
static char *
path_of (Fixture    *fixture,
         const char *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

static char *
contents_of (Fixture    *fixture,
             const char *name,
             gsize      *size)
{
  char *path = path_of (fixture, name);
  char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, size, NULL));
  g_free (path);
  return bytes;
}

static bool
contains (const char *bytes,
          gsize       size,
          const char *text)
{
  const gsize length = strlen (text);

  for (gsize i = 0; i + length <= size; i++)
    if (memcmp (bytes + i, text, length) == 0)
      return true;
  return false;
}

/* A chart with words, a band and points. */
static void
draw_chart (cairo_t *cr,
            double   width,
            double   height,
            void    *data)
{
  const double y[] = { 3.0, 1.0, 2.0 };
  const PlotStyle style = plot_style_default (false);
  const PlotSeries series = { .name = "CE", .color = plot_run_color (1, false), .points = true,
                              .y = y, .n = 3 };
  PlotChart chart = { .title = "Loss", .series = &series, .n_series = 1, .legend = true,
                      PLOT_CHART_NO_POINTER };
  PlotLayout layout;
  int *calls = data;

  if (calls != NULL)
    (*calls)++;
  plot_chart_fit (&chart, PLOT_FIT_X | PLOT_FIT_Y);
  plot_chart_layout (&chart, &style, (PlotRect) { 0.0, 0.0, width, height }, &layout);
  plot_chart_draw (&chart, &style, &layout, cr);
}

static char *
export_chart (Fixture    *fixture,
              const char *name,
              gsize      *size)
{
  const PlotColor white = plot_color_from_rgb (0xffffff);
  char *path = path_of (fixture, name);
  GError *error = NULL;
  int calls = 0;

  g_assert_true (plot_export (path, 400.0, 240.0, 2.0, &white, "Loss of <run> 7", RECIPE,
                              draw_chart, &calls, &error));
  g_assert_no_error (error);
  g_assert_cmpint (calls, ==, 1);
  g_free (path);
  return contents_of (fixture, name, size);
}

/* --- figures ------------------------------------------------------------- */

static void
test_svg_carries_title_and_recipe (Fixture      *fixture,
                                   gconstpointer data)
{
  gsize size;
  char *bytes = export_chart (fixture, "figure.svg", &size);

  g_assert_true (g_str_has_prefix (bytes, "<?xml"));
  g_assert_nonnull (strstr (bytes, "width=\"400px\""));
  g_assert_nonnull (strstr (bytes, "<title>Loss of &lt;run&gt; 7</title>"));
  g_assert_nonnull (strstr (bytes, "&lt;&amp;&gt; λ = 1"));
  g_assert_nonnull (strstr (bytes, "<path"));

  /* Still well-formed, metadata included. */
  const GMarkupParser parser = { 0 };
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, NULL, NULL);

  g_assert_true (g_markup_parse_context_parse (context, bytes, (gssize) size, NULL));
  g_assert_true (g_markup_parse_context_end_parse (context, NULL));
  g_markup_parse_context_free (context);
  g_free (bytes);
}

static void
test_pdf_carries_title_and_recipe (Fixture      *fixture,
                                   gconstpointer data)
{
  const char *plain = "bits 4, lambda 1";
  char *path = path_of (fixture, "figure.PDF");
  gsize size;

  g_assert_true (plot_export (path, 400.0, 240.0, 1.0, NULL, "Loss", plain, draw_chart, NULL,
                              NULL));
  g_free (path);

  char *bytes = contents_of (fixture, "figure.PDF", &size);

  g_assert_true (g_str_has_prefix (bytes, "%PDF-"));
  g_assert_true (contains (bytes, size, "/Title (Loss)"));
  g_assert_true (contains (bytes, size, "/Keywords (bits 4, lambda 1)"));
  g_free (bytes);
}

static guint32
big_endian (const char *bytes)
{
  guint32 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT32_FROM_BE (number);
}

/* CRC-32 with a table of nibbles: another way than the library's. */
static guint32
crc32_of (const char *bytes,
          gsize       n)
{
  static const guint32 table[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
    0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  };
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < n; i++) {
    crc ^= (guchar) bytes[i];
    crc = (crc >> 4) ^ table[crc & 15];
    crc = (crc >> 4) ^ table[crc & 15];
  }
  return ~crc;
}

static void
test_png_carries_title_and_recipe (Fixture      *fixture,
                                   gconstpointer data)
{
  gsize size;
  char *bytes = export_chart (fixture, "figure.png", &size);
  gsize at = 8;
  int ascii = 0;
  int utf8 = 0;

  g_assert_cmpmem (bytes, 8, "\x89PNG\r\n\x1a\n", 8);
  g_assert_cmpuint (big_endian (bytes + 16), ==, 800);
  g_assert_cmpuint (big_endian (bytes + 20), ==, 480);

  /* Every chunk is whole and its check sum right. */
  while (at < size) {
    const gsize length = big_endian (bytes + at);

    g_assert_cmpuint (at + 12 + length, <=, size);
    g_assert_cmphex (big_endian (bytes + at + 8 + length), ==,
                     crc32_of (bytes + at + 4, length + 4));
    ascii += memcmp (bytes + at + 4, "tEXt", 4) == 0;
    utf8 += memcmp (bytes + at + 4, "iTXt", 4) == 0;
    at += 12 + length;
  }
  g_assert_cmpuint (at, ==, size);
  g_assert_cmpint (ascii, ==, 2);
  g_assert_cmpint (utf8, ==, 1);
  g_assert_true (contains (bytes, size, RECIPE));
  g_free (bytes);
}

static void
test_png_holds_the_drawing (Fixture      *fixture,
                            gconstpointer data)
{
  gsize size;
  char *path = path_of (fixture, "figure.png");

  g_free (export_chart (fixture, "figure.png", &size));

  cairo_surface_t *surface = cairo_image_surface_create_from_png (path);
  int colored = 0;

  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmphex (surface_rgb (surface, 799, 479), ==, 0xffffff);
  for (int y = 0; y < 480; y++)
    for (int x = 0; x < 800; x++)
      colored += surface_rgb (surface, x, y) == 0x2859b8;
  g_assert_cmpint (colored, >, 500);
  cairo_surface_destroy (surface);
  g_free (path);
}

/* Draws a map of 2 x 2 pixels over the whole figure. */
static void
draw_map (cairo_t *cr,
          double   width,
          double   height,
          void    *data)
{
  const uint8_t grey[] = { 0, 255, 255, 0 };
  cairo_surface_t *map = plot_map_image_surface (grey, 1, 2, 2);

  plot_map_draw (cr, map, (PlotRect) { 0.0, 0.0, width, height },
                 (PlotMapView) { 0.0, 0.0, 2.0, 2.0 }, 0.0);
  cairo_surface_destroy (map);
}

static void
test_svg_embeds_maps_large_enough_to_stay_crisp (Fixture      *fixture,
                                                 gconstpointer data)
{
  char *path = path_of (fixture, "map.svg");
  gsize size;

  g_assert_true (plot_export (path, 100.0, 100.0, 1.0, NULL, NULL, NULL, draw_map, NULL, NULL));

  char *bytes = contents_of (fixture, "map.svg", &size);

  g_assert_true (contains (bytes, size, "<image"));
  g_assert_true (contains (bytes, size, "width=\"300\" height=\"300\""));
  g_free (bytes);
  g_free (path);
}

static void
test_surfaces_are_written_pixel_by_pixel (Fixture      *fixture,
                                          gconstpointer data)
{
  char *path = path_of (fixture, "map.png");
  Canvas canvas = canvas_new (3, 2, 0x123456);

  g_assert_true (plot_export_surface (path, canvas.surface, "map", NULL, NULL));

  cairo_surface_t *read = cairo_image_surface_create_from_png (path);

  g_assert_cmpint (cairo_image_surface_get_width (read), ==, 3);
  g_assert_cmphex (surface_rgb (read, 2, 1), ==, 0x123456);
  cairo_surface_destroy (read);
  canvas_free (&canvas);
  g_free (path);
}

static void
test_what_cannot_be_written_is_said (Fixture      *fixture,
                                     gconstpointer data)
{
  char *nowhere = path_of (fixture, "no/such/folder/figure.svg");
  char *unknown = path_of (fixture, "figure.jpeg");
  char *bare = path_of (fixture, "figure");
  char *good = path_of (fixture, "figure.png");
  GError *error = NULL;

  g_assert_false (plot_export (nowhere, 40.0, 40.0, 1.0, NULL, NULL, NULL, draw_chart, NULL,
                               &error));
  g_assert_error (error, PLOT_ERROR, PLOT_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, "no/such/folder/figure.svg"));
  g_clear_error (&error);
  g_assert_false (plot_export (unknown, 40.0, 40.0, 1.0, NULL, NULL, NULL, draw_chart, NULL,
                               &error));
  g_assert_error (error, PLOT_ERROR, PLOT_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_false (plot_export (bare, 40.0, 40.0, 1.0, NULL, NULL, NULL, draw_chart, NULL, &error));
  g_assert_error (error, PLOT_ERROR, PLOT_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_false (plot_export (good, 40000.0, 40.0, 1.0, NULL, NULL, NULL, draw_chart, NULL,
                               &error));
  g_assert_error (error, PLOT_ERROR, PLOT_ERROR_SIZE);
  g_clear_error (&error);
  g_assert_false (plot_export (good, NAN, 40.0, 1.0, NULL, NULL, NULL, draw_chart, NULL, &error));
  g_assert_error (error, PLOT_ERROR, PLOT_ERROR_SIZE);
  g_clear_error (&error);
  g_assert_false (g_file_test (good, G_FILE_TEST_EXISTS));
  g_free (nowhere);
  g_free (unknown);
  g_free (bare);
  g_free (good);
}

static void
draw_wrongly (cairo_t *cr,
              double   width,
              double   height,
              void    *data)
{
  cairo_restore (cr);
}

static void
test_a_failed_drawing_leaves_the_old_file (Fixture      *fixture,
                                           gconstpointer data)
{
  size_t n;
  const PlotFormat *formats = plot_export_formats (&n);

  g_assert_cmpuint (n, ==, 3);
  for (size_t i = 0; i < n; i++) {
    char *name = g_strconcat ("old.", formats[i].extension, NULL);
    char *path = path_of (fixture, name);
    GError *error = NULL;
    gsize size;

    g_assert_true (g_file_set_contents (path, "old", 3, NULL));
    g_assert_false (plot_export (path, 40.0, 40.0, 1.0, NULL, NULL, NULL, draw_wrongly, NULL,
                                 &error));
    g_assert_error (error, PLOT_ERROR, PLOT_ERROR_WRITE);
    g_clear_error (&error);

    char *bytes = contents_of (fixture, name, &size);

    g_assert_cmpmem (bytes, size, "old", 3);
    g_free (bytes);
    g_free (path);
    g_free (name);
  }
}

/* --- numbers ------------------------------------------------------------- */

static void
assert_csv (Fixture          *fixture,
            const PlotSeries *series,
            size_t            n,
            double            minimum,
            double            maximum,
            const char       *expected)
{
  char *path = path_of (fixture, "curves.csv");
  gsize size;

  g_assert_true (plot_export_csv (path, "step", series, n, minimum, maximum, NULL));

  char *bytes = contents_of (fixture, "curves.csv", &size);

  g_assert_cmpstr (bytes, ==, expected);
  g_free (bytes);
  g_free (path);
}

static void
test_csv_rows_are_the_union_of_all_x (Fixture      *fixture,
                                      gconstpointer data)
{
  const double x[] = { 1.0, 2.0, 4.0 };
  const double y[] = { 0.1, NAN, 1.0 / 3.0 };
  const double z[] = { -1.0, 1e-12, 3.0, 4.0, 5.0 };
  const PlotSeries series[] = {
    { .name = "translated", .csv_name = "a", .x = x, .y = y, .n = 3 },
    { .name = "b", .y = z, .n = 5 },
    { .name = "hidden", .hidden = true, .y = z, .n = 5 },
  };

  assert_csv (fixture, series, 3, -INFINITY, INFINITY,
              "step,a,b\r\n"
              "0,,-1\r\n"
              "1,0.1,1e-12\r\n"
              "2,,3\r\n"
              "3,,4\r\n"
              "4,0.333333333,5\r\n");
  assert_csv (fixture, series, 2, 1.0, 2.0,
              "step,a,b\r\n"
              "1,0.1,1e-12\r\n"
              "2,,3\r\n");
  assert_csv (fixture, series, 0, 0.0, 1.0, "step\r\n");
}

static void
test_csv_quotes_names_as_rfc_4180 (Fixture      *fixture,
                                   gconstpointer data)
{
  const double y[] = { 1.0 };
  const PlotSeries series[] = {
    { .name = "SGT, \"paper\"", .y = y, .n = 1 },
    { .name = "two\nlines", .y = y, .n = 1 },
    { .y = y, .n = 1 },
  };

  assert_csv (fixture, series, 3, 0.0, 0.0,
              "step,\"SGT, \"\"paper\"\"\",\"two\nlines\",\r\n"
              "0,1,1,1\r\n");
}

static void
test_csv_has_smoothed_curve_and_interval (Fixture      *fixture,
                                          gconstpointer data)
{
  const double y[] = { 5.0, 6.0 };
  const double lower[] = { 4.0, 5.0 };
  const double upper[] = { 6.0, 7.0 };
  PlotTrace *trace = plot_trace_new ();
  PlotSeries series[] = {
    { .name = "CE" },
    { .name = "acc", .y = y, .lower = lower, .upper = upper, .n = 2 },
  };

  plot_trace_append (trace, 0.0, 2.0);
  plot_trace_append (trace, 1.0, 5.0);
  plot_trace_set_smoothing (trace, 0.5);
  series[0].trace = trace;
  assert_csv (fixture, series, 2, 0.0, 1.0,
              "step,CE,CE (smoothed 0.5),acc,acc (lower),acc (upper)\r\n"
              "0,2,2,5,4,6\r\n"
              "1,5,4,6,5,7\r\n");
  plot_trace_free (trace);
}

static void
test_csv_that_cannot_be_written_is_said (Fixture      *fixture,
                                         gconstpointer data)
{
  GError *error = NULL;

  g_assert_false (plot_export_csv (fixture->directory, "step", NULL, 0, 0.0, 1.0, &error));
  g_assert_error (error, PLOT_ERROR, PLOT_ERROR_WRITE);
  g_clear_error (&error);
}

static void
add (const char *path,
     void (*test) (Fixture *,
                   gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/export/svg-carries-title-and-recipe", test_svg_carries_title_and_recipe);
  add ("/export/pdf-carries-title-and-recipe", test_pdf_carries_title_and_recipe);
  add ("/export/png-carries-title-and-recipe", test_png_carries_title_and_recipe);
  add ("/export/png-holds-the-drawing", test_png_holds_the_drawing);
  add ("/export/svg-embeds-maps-large-enough-to-stay-crisp",
       test_svg_embeds_maps_large_enough_to_stay_crisp);
  add ("/export/surfaces-are-written-pixel-by-pixel", test_surfaces_are_written_pixel_by_pixel);
  add ("/export/what-cannot-be-written-is-said", test_what_cannot_be_written_is_said);
  add ("/export/a-failed-drawing-leaves-the-old-file", test_a_failed_drawing_leaves_the_old_file);
  add ("/csv/rows-are-the-union-of-all-x", test_csv_rows_are_the_union_of_all_x);
  add ("/csv/quotes-names-as-rfc-4180", test_csv_quotes_names_as_rfc_4180);
  add ("/csv/has-smoothed-curve-and-interval", test_csv_has_smoothed_curve_and_interval);
  add ("/csv/what-cannot-be-written-is-said", test_csv_that_cannot_be_written_is_said);
  return g_test_run ();
}
