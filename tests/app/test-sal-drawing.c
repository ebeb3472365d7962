/* test-sal-drawing.c - everything that is drawn on a page is saved and read back
 *
 * Every drawing is saved in every format that its own menu offers, as the
 * dialog would, and the files are read by others than their writers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "page-fixture.h"
#include "sal-chart.h"
#include "sal-inspect-page.h"
#include "sal-inspect-pane.h"
#include "sal-map-view.h"
#include "sal-masking-page.h"

/* --- reading back ------------------------------------------------------------ */

static char *
read_file (const char *path,
           gsize      *size)
{
  char *bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &bytes, size, &error);
  g_assert_no_error (error);
  return bytes;
}

/* A picture of twice the widget's size that carries the recipe. */
static void
check_png (SalDrawing *drawing,
           const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==,
                   2 * gtk_widget_get_width (GTK_WIDGET (drawing)));

  const char *text = gdk_pixbuf_get_option (pixbuf, "tEXt::Description");

  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text, "\"dataset\""));
  g_assert_nonnull (gdk_pixbuf_get_option (pixbuf, "tEXt::Title"));
}

static void
check_svg (SalDrawing *drawing,
           const char *path)
{
  static const GMarkupParser parser;
  gsize size = 0;
  g_autofree char *bytes = read_file (path, &size);
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_markup_parse_context_parse (context, bytes, (gssize) size, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (bytes, "<metadata>"));
  g_assert_nonnull (strstr (bytes, "dataset"));
}

/* PDF is not text: it holds zeros. */
static gboolean
holds (const char *bytes,
       gsize       size,
       const char *words)
{
  for (gsize i = 0; i + strlen (words) <= size; i++)
    if (memcmp (bytes + i, words, strlen (words)) == 0)
      return TRUE;
  return FALSE;
}

static void
check_pdf (SalDrawing *drawing,
           const char *path)
{
  gsize size = 0;
  g_autofree char *bytes = read_file (path, &size);

  g_assert_true (g_str_has_prefix (bytes, "%PDF-1."));
  g_assert_true (holds (bytes, size, "/Keywords"));
  g_assert_true (holds (bytes + size - 16, 16, "%%EOF"));
}

/* A heading, and as many fields in every line. */
static void
check_csv (SalDrawing *drawing,
           const char *path)
{
  gsize size = 0;
  g_autofree char *bytes = read_file (path, &size);
  g_auto (GStrv) lines = g_strsplit (bytes, "\r\n", -1);

  g_assert_cmpuint (g_strv_length (lines), >=, 3);
  g_assert_cmpstr (lines[g_strv_length (lines) - 1], ==, "");
  g_assert_true (g_utf8_validate (bytes, (gssize) size, NULL));
}

/* The array that begins after a header that NumPy would read. */
static char *
read_npy (const char *path,
          const char *type,
          gsize      *size)
{
  gsize all = 0;
  g_autofree char *bytes = read_file (path, &all);
  const guint header = (guint8) bytes[8] + 256 * (guint8) bytes[9];
  g_autofree char *words = g_strndup (bytes + 10, header);
  g_autofree char *descr = g_strdup_printf ("'descr': '%s'", type);

  g_assert_cmpmem (bytes, 8, "\x93NUMPY\x01\x00", 8);
  g_assert_cmpuint ((10 + header) % 64, ==, 0);
  g_assert_nonnull (strstr (words, descr));
  g_assert_nonnull (strstr (words, "'fortran_order': False"));
  g_assert_nonnull (strstr (words, "28, 28)"));
  *size = all - 10 - header;
  return g_memdup2 (bytes + 10 + header, *size);
}

/* The values that are drawn, or the bytes of an image. */
static void
check_npy (SalDrawing *drawing,
           const char *path)
{
  int height = 0;
  int width = 0;
  gsize size = 0;
  const float *values = sal_map_view_get_values (SAL_MAP_VIEW (drawing), &height, &width);
  g_autofree char *data = read_npy (path, values != NULL ? "<f4" : "|u1", &size);

  g_assert_cmpint (height * width, ==, 28 * 28);
  if (values != NULL)
    g_assert_cmpmem (data, size, values, 28 * 28 * sizeof *values);
  else
    g_assert_cmpuint (size, ==, 28 * 28);
}

/* --- saving ------------------------------------------------------------------ */

static const struct
{
  const char *extension;
  void (*check) (SalDrawing *drawing,
                 const char *path);
} readers[] = {
  { "png", check_png },
  { "svg", check_svg },
  { "pdf", check_pdf },
  { "csv", check_csv },
  { "npy", check_npy },
};

static void
save_and_read (PageFixture *self,
               SalDrawing  *drawing,
               const char  *extension)
{
  g_autofree char *name = g_strconcat ("saved.", extension, NULL);
  g_autofree char *path = g_build_filename (self->app.home, name, NULL);
  g_autoptr (GError) error = NULL;
  gboolean read = FALSE;

  sal_drawing_export (drawing, path, &error);
  g_test_message ("%s as %s", G_OBJECT_TYPE_NAME (drawing), extension);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    if (g_str_equal (readers[i].extension, extension)) {
      readers[i].check (drawing, path);
      read = TRUE;
    }
  g_assert_true (read);
}

/* Saves a drawing as everything that its menu offers; how many formats. */
static guint
save_all_formats (PageFixture *self,
                  SalDrawing  *drawing)
{
  g_autoptr (GMenuModel) menu = sal_drawing_get_menu (drawing);
  guint n = 0;

  for (int i = 0; i < g_menu_model_get_n_items (menu); i++) {
    g_autofree char *action = NULL;
    g_autofree char *target = NULL;

    g_assert_true (g_menu_model_get_item_attribute (menu, i, "action", "s", &action));
    if (!g_str_equal (action, "drawing.export"))
      continue;
    g_assert_true (g_menu_model_get_item_attribute (menu, i, "target", "s", &target));
    save_and_read (self, drawing, target);
    n++;
  }
  return n;
}

/* Saves all drawings in `root` that can be pointed at; how many there are. */
static guint
save_drawings (PageFixture *self,
               GtkWidget   *root)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (root) || !gtk_widget_get_can_target (root))
    return 0;
  if (SAL_IS_DRAWING (root)) {
    g_assert_cmpuint (save_all_formats (self, SAL_DRAWING (root)), >=, 3);
    n++;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL; child = gtk_widget_get_next_sibling (child))
    n += save_drawings (self, child);
  return n;
}

/* --- conditions -------------------------------------------------------------- */

static gboolean
has_values (gpointer page)
{
  for (GtkWidget *pane = app_fixture_find (page, SAL_TYPE_INSPECT_PANE, NULL, NULL);
       pane != NULL; pane = gtk_widget_get_next_sibling (pane)) {
    NnShape shape;

    if (sal_inspect_pane_get_map (SAL_INSPECT_PANE (pane), &shape) == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_stale (GtkWidget    *widget,
          gconstpointer data)
{
  return gtk_widget_has_css_class (widget, "stale");
}

static gboolean
is_fresh (gpointer page)
{
  int height = 0;
  int width = 0;
  SalMapView *view = app_fixture_find (page, SAL_TYPE_MAP_VIEW, NULL, NULL);

  return view != NULL && app_fixture_find (page, GTK_TYPE_WIDGET, is_stale, NULL) == NULL
         && sal_map_view_get_values (view, &height, &width) == NULL
         && width > 0;
}

static gboolean
curves_are_final (gpointer window)
{
  return page_fixture_find_label (window, "40 of 40 images · final") != NULL;
}

static gboolean
has_masked_image (gpointer page)
{
  int height = 0;
  int width = 0;
  SalMapView *view = app_fixture_find (page, SAL_TYPE_MAP_VIEW, NULL, NULL);

  if (view != NULL)
    sal_map_view_get_values (view, &height, &width);
  return width > 0;
}

/* --- tests ------------------------------------------------------------------- */

static void
settle (PageFixture *self)
{
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
  app_fixture_settle ();
}

static void
test_quantize (PageFixture  *self,
               gconstpointer name)
{
  GtkWidget *page = page_fixture_find (self, g_type_from_name ("SalQuantizePage"));

  app_fixture_wait (is_fresh, page);
  settle (self);
  /* Accuracy by bits, two histograms, four maps, their colours, two of bars. */
  g_assert_cmpuint (save_drawings (self, page), ==, 10);
}

static void
test_inspect (PageFixture  *self,
              gconstpointer name)
{
  GtkWidget *page = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);

  app_fixture_wait (has_values, page);
  settle (self);
  /* Map, colours and bars of each pane. */
  g_assert_cmpuint (save_drawings (self, page), ==, 6);
}

/* The figure of all panes says what each is. */
static void
test_panes_together (PageFixture  *self,
                     gconstpointer name)
{
  static const char *const extensions[] = { "png", "svg", "pdf" };
  SalInspectPage *page = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);
  g_autofree char *png = g_build_filename (self->app.home, "panes.png", NULL);
  g_autoptr (GError) error = NULL;

  app_fixture_wait (has_values, page);
  settle (self);
  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++) {
    g_autofree char *file = g_strconcat ("panes.", extensions[i], NULL);
    g_autofree char *path = g_build_filename (self->app.home, file, NULL);

    sal_inspect_page_save (page, path, &error);
    g_assert_no_error (error);
    if (i > 0)
      readers[i].check (NULL, path);
  }

  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (png, &error);
  const char *text = gdk_pixbuf_get_option (pixbuf, "tEXt::Description");

  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text, "Image 0"));
  g_assert_nonnull (strstr (text, "PACT 4-bit, Gradient, as trained"));
  g_assert_nonnull (strstr (text, "Baseline: {"));
  g_assert_nonnull (strstr (text, "99th percentile"));
}

/* The maps as arrays are those that the panes have, in the panes' order. */
static void
test_raw_maps (PageFixture  *self,
               gconstpointer name)
{
  static const char *const files[] = {
    "image-0-pane-1-baseline-gradient-full-precision.npy",
    "image-0-pane-2-pact-4-bit-gradient-as-trained.npy",
  };
  SalInspectPage *page = page_fixture_find (self, SAL_TYPE_INSPECT_PAGE);
  GtkWidget *pane = page_fixture_find (self, SAL_TYPE_INSPECT_PANE);
  g_autoptr (GError) error = NULL;

  app_fixture_wait (has_values, page);
  sal_inspect_page_save (page, self->app.home, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    NnShape shape;
    gsize size = 0;
    const float *map = sal_inspect_pane_get_map (SAL_INSPECT_PANE (pane), &shape);
    g_autofree char *path = g_build_filename (self->app.home, files[i], NULL);
    g_autofree char *data = read_npy (path, "<f4", &size);

    g_assert_cmpmem (data, size, map, nn_shape_size (shape) * sizeof *map);
    pane = gtk_widget_get_next_sibling (pane);
  }
}

/* The mean of column `column` over the shares, by the trapezoid rule. */
static double
area_of_column (const char *csv,
                guint       column)
{
  g_auto (GStrv) lines = g_strsplit (csv, "\r\n", -1);
  double area = 0;
  double last[2] = { 0, 0 };
  double first = 0;

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
    const double x = g_ascii_strtod (fields[0], NULL);
    const double y = g_ascii_strtod (fields[column], NULL);

    if (i == 1)
      first = x;
    else
      area += (x - last[0]) * (y + last[1]) / 2;
    last[0] = x;
    last[1] = y;
  }
  return area / (last[0] - first);
}

/* The numbers in the file are those of which the table says the area. */
static void
test_masking (PageFixture  *self,
              gconstpointer name)
{
  GtkWidget *page = page_fixture_find (self, SAL_TYPE_MASKING_PAGE);
  SalDrawing *chart = app_fixture_find (page, SAL_TYPE_CHART, NULL, NULL);
  g_autofree char *path = g_build_filename (self->app.home, "curves.csv", NULL);
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  app_fixture_wait (curves_are_final, self->window);
  app_fixture_wait (has_masked_image, page);
  settle (self);
  /* The curves, and the image of each run before and after. */
  g_assert_cmpuint (save_drawings (self, page), ==, 5);
  sal_drawing_export (chart, path, &error);
  g_assert_no_error (error);

  /* Columns: share, the control's accuracy and interval, then the first run's. */
  g_autofree char *csv = read_file (path, &size);
  g_autofree char *control = g_strdup_printf ("%.1f", area_of_column (csv, 1));
  g_autofree char *first = g_strdup_printf ("%.1f", area_of_column (csv, 4));

  g_assert_nonnull (page_fixture_find_label (page, control));
  g_assert_nonnull (page_fixture_find_label (page, first));
}

static gboolean
has_cells (gpointer window)
{
  return app_fixture_find (window, g_type_from_name ("SalConfusionView"), NULL, NULL) != NULL
         && gtk_widget_get_mapped (app_fixture_find (window, g_type_from_name ("SalConfusionView"),
                                                     NULL, NULL));
}

static gboolean
has_measured (gpointer window)
{
  return page_fixture_find_label (window, "Measure missing") != NULL;
}

/* The matrix, and the dots of what is measured. */
static void
test_compare (PageFixture  *self,
              gconstpointer name)
{
  GtkWidget *page = page_fixture_find (self, g_type_from_name ("SalComparePage"));

  app_fixture_wait (has_cells, self->window);
  g_signal_emit_by_name (page_fixture_find_label (page, "Measure missing"), "clicked");
  app_fixture_wait (has_measured, self->window);
  settle (self);
  g_assert_cmpuint (save_drawings (self, page), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    const char *page;
    void (*test) (PageFixture *,
                  gconstpointer);
  } tests[] = {
    { "/drawing/saves everything on the Quantize page", "quantize", test_quantize },
    { "/drawing/saves everything on the Inspect page", "inspect", test_inspect },
    { "/drawing/saves the panes together", "inspect", test_panes_together },
    { "/drawing/saves raw maps", "inspect", test_raw_maps },
    { "/drawing/saves everything on the Masking page", "masking", test_masking },
    { "/drawing/saves everything on the Compare page", "compare", test_compare },
  };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, PageFixture, tests[i].page, page_fixture_set_up, tests[i].test,
                page_fixture_tear_down);
  return g_test_run ();
}
