/* sal-cli-data.c - `saliscope-cli data`: the data sets, and what one holds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <cairo.h>

#include "sal-atomic-file.h"
#include "sal-cli-data.h"
#include "sal-cli-entries.h"
#include "sal-cli-output.h"
#include "sal-dataset-files.h"
#include "sal-dataset-library.h"
#include "sal-dataset.h"
#include "sal-error.h"

/* The contact sheet: rows are classes, columns their first test images. */
#define SHEET_COLUMNS 16
#define SHEET_GAP 2

/* ---- list ------------------------------------------------------------------------------ */

/* Where its files are: "built in", "present", "to download", or "partly here". */
static const char *
state_of (const SalDatasetKind *kind)
{
  const SalCatalogueEntry *entry = kind->files != NULL ? sal_catalogue_find (kind->files) : NULL;
  g_autofree char *folder = entry != NULL ? sal_dataset_find_folder (entry->id) : NULL;

  return entry == NULL ? "built in"
         : folder != NULL ? "present"
         : sal_dataset_files_kept (entry, NULL) > 0 ? "partly here"
         : "to download";
}

/* The user's own ones. */
static void
add_imported (GPtrArray       *cells,
              const GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++) {
    const SalLibraryEntry *entry = entries->pdata[i];

    g_ptr_array_add (cells, g_strdup (entry->name));
    g_ptr_array_add (cells, g_strdup (entry->problem == NULL ? entry->label.title : entry->name));
    g_ptr_array_add (cells, g_strdup (entry->problem == NULL ? "imported" : "damaged"));
    g_ptr_array_add (cells, g_strdup (""));
    g_ptr_array_add (cells, g_strdup (""));
  }
}

/* What is wrong with the damaged ones, and what to do. */
static void
tell_damaged (const GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++) {
    const SalLibraryEntry *entry = entries->pdata[i];

    if (entry->problem != NULL)
      g_print ("\n%s is damaged: %s\n"
               "remove it:       saliscope-cli data remove %s\n"
               "import it again: saliscope-cli data import PATH --name %s\n",
               entry->name, entry->problem, entry->name, entry->name);
  }
}

static void
list_text (void)
{
  g_autoptr (GPtrArray) imported = sal_dataset_library_list ();
  static const char *const heading[] = { "NAME", "TITLE", "STATE", "DOWNLOAD", "LICENCE" };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (heading); i++)
    g_ptr_array_add (cells, g_strdup (heading[i]));
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++) {
    const SalCatalogueEntry *entry = kind->files != NULL ? sal_catalogue_find (kind->files) : NULL;

    g_ptr_array_add (cells, g_strdup (kind->id));
    g_ptr_array_add (cells, g_strdup (kind->title));
    g_ptr_array_add (cells, g_strdup (state_of (kind)));
    g_ptr_array_add (cells, entry != NULL ? g_format_size (entry->size) : g_strdup (""));
    g_ptr_array_add (cells, g_strdup (entry != NULL ? entry->licence : ""));
  }
  add_imported (cells, imported);
  sal_cli_print_table (cells, G_N_ELEMENTS (heading));
  tell_damaged (imported);
}

static void
json_imported (JsonBuilder *builder)
{
  g_autoptr (GPtrArray) entries = sal_dataset_library_list ();

  for (guint i = 0; i < entries->len; i++) {
    const SalLibraryEntry *entry = entries->pdata[i];

    json_builder_begin_object (builder);
    sal_cli_json_text (builder, "id", entry->name);
    if (entry->problem == NULL) {
      sal_cli_json_text (builder, "title", entry->label.title);
      sal_cli_json_text (builder, "source", entry->label.source);
      sal_cli_json_integer (builder, "train", (gint64) entry->parts[0].count);
      sal_cli_json_integer (builder, "test", (gint64) entry->parts[1].count);
    } else {
      sal_cli_json_text (builder, "title", entry->name);
      sal_cli_json_text (builder, "problem", entry->problem);
    }
    json_builder_set_member_name (builder, "built_in");
    json_builder_add_boolean_value (builder, FALSE);
    sal_cli_json_text (builder, "state", entry->problem == NULL ? "imported" : "damaged");
    json_builder_end_object (builder);
  }
}

static void
list_json (void)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++) {
    const SalCatalogueEntry *entry = kind->files != NULL ? sal_catalogue_find (kind->files) : NULL;

    json_builder_begin_object (builder);
    sal_cli_json_text (builder, "id", kind->id);
    sal_cli_json_text (builder, "title", kind->title);
    sal_cli_json_text (builder, "summary", kind->summary);
    json_builder_set_member_name (builder, "built_in");
    json_builder_add_boolean_value (builder, kind->built_in);
    sal_cli_json_text (builder, "state", state_of (kind));
    if (entry != NULL) {
      sal_cli_json_integer (builder, "download_bytes", (gint64) entry->size);
      sal_cli_json_text (builder, "licence", entry->licence);
      sal_cli_json_text (builder, "citation", entry->citation);
      sal_cli_json_text (builder, "homepage", entry->homepage);
    }
    json_builder_end_object (builder);
  }
  json_imported (builder);
  json_builder_end_array (builder);
  sal_cli_json_print (builder);
}

static int
list (const SalCliDataOptions *options,
      char                   **arguments,
      GError                 **error)
{
  if (arguments[0] != NULL) {
    sal_cli_usage (error, "data list: unexpected argument “%s”", arguments[0]);
    return SAL_CLI_EXIT_FAILURE;
  }
  (options->json ? list_json : list_text) ();
  return SAL_CLI_EXIT_OK;
}

/* ---- contact sheet ------------------------------------------------------------------------ */

/* The colour of pixel `p` of an image, grey or the first three channels. */
static guint32
pixel_rgb (const NnImages *images,
           gsize           image,
           gsize           p)
{
  const gsize plane = (gsize) images->height * (gsize) images->width;
  const guint8 *pixels = images->pixels + image * nn_images_stride (images) + p;
  const gsize green = images->channels >= 3 ? plane : 0;
  const gsize blue = images->channels >= 3 ? 2 * plane : 0;

  return (guint32) pixels[0] << 16 | (guint32) pixels[green] << 8 | pixels[blue];
}

static void
draw_image (cairo_surface_t *sheet,
            const NnImages  *images,
            gsize            image,
            int              column,
            int              row)
{
  const int stride = cairo_image_surface_get_stride (sheet);
  unsigned char *data = cairo_image_surface_get_data (sheet);
  const int left = column * (images->width + SHEET_GAP);
  const int top = row * (images->height + SHEET_GAP);

  for (int y = 0; y < images->height; y++) {
    guint32 *line = (guint32 *) (gpointer) (data + (gsize) (top + y) * (gsize) stride);

    for (int x = 0; x < images->width; x++)
      line[left + x] = pixel_rgb (images, image, (gsize) y * (gsize) images->width + (gsize) x);
  }
}

static cairo_surface_t *
draw_sheet (const NnImages *images)
{
  cairo_surface_t *sheet =
    cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                SHEET_COLUMNS * (images->width + SHEET_GAP) - SHEET_GAP,
                                images->classes * (images->height + SHEET_GAP) - SHEET_GAP);
  g_autofree int *filled = g_new0 (int, images->classes);

  cairo_surface_flush (sheet);
  for (gsize i = 0; i < images->count; i++) {
    const int label = images->labels[i];

    if (filled[label] < SHEET_COLUMNS)
      draw_image (sheet, images, i, filled[label]++, label);
  }
  cairo_surface_mark_dirty (sheet);
  return sheet;
}

static cairo_status_t
append_bytes (void                *closure,
              const unsigned char *bytes,
              unsigned int         length)
{
  g_byte_array_append (closure, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
write_sheet (SalDataset *dataset,
             const char *path,
             GError    **error)
{
  g_autoptr (GByteArray) png = g_byte_array_new ();
  cairo_surface_t *sheet = draw_sheet (sal_dataset_get_test (dataset));
  const cairo_status_t status = cairo_surface_write_to_png_stream (sheet, append_bytes, png);

  cairo_surface_destroy (sheet);
  if (status == CAIRO_STATUS_SUCCESS)
    return sal_atomic_file_write (path, &(GOutputVector) { png->data, png->len }, 1, error);
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, "Cannot write %s: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}

/* ---- info ---------------------------------------------------------------------------------- */

static void
info_json (SalDataset *dataset)
{
  const NnImages *train = sal_dataset_get_train (dataset);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "name", sal_dataset_get_name (dataset));
  sal_cli_json_text (builder, "title", sal_dataset_get_title (dataset));
  sal_cli_json_text (builder, "sha256", sal_dataset_get_hash (dataset));
  sal_cli_json_integer (builder, "train", (gint64) train->count);
  sal_cli_json_integer (builder, "test", (gint64) sal_dataset_get_test (dataset)->count);
  sal_cli_json_integer (builder, "channels", train->channels);
  sal_cli_json_integer (builder, "height", train->height);
  sal_cli_json_integer (builder, "width", train->width);
  json_builder_set_member_name (builder, "classes");
  json_builder_begin_array (builder);
  for (int i = 0; i < train->classes; i++)
    json_builder_add_string_value (builder, sal_dataset_get_class_name (dataset, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "mean");
  json_builder_begin_array (builder);
  for (int i = 0; i < train->channels; i++)
    json_builder_add_double_value (builder, (double) train->mean[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "std");
  json_builder_begin_array (builder);
  for (int i = 0; i < train->channels; i++)
    json_builder_add_double_value (builder, (double) train->std[i]);
  json_builder_end_array (builder);
  if (sal_dataset_get_note (dataset) != NULL)
    sal_cli_json_text (builder, "note", sal_dataset_get_note (dataset));
  json_builder_set_member_name (builder, "has_truth");
  json_builder_add_boolean_value (builder, sal_dataset_get_test_truth (dataset) != NULL);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

static void
info_text (SalDataset *dataset)
{
  const NnImages *train = sal_dataset_get_train (dataset);

  g_print ("%s (%s)\n"
           "images         %" G_GSIZE_FORMAT " to train on, %" G_GSIZE_FORMAT " to test on\n"
           "shape          %d x %d x %d (channels, height, width)\n"
           "SHA-256        %s\n"
           "classes       ",
           sal_dataset_get_title (dataset), sal_dataset_get_name (dataset), train->count,
           sal_dataset_get_test (dataset)->count, train->channels, train->height, train->width,
           sal_dataset_get_hash (dataset));
  for (int i = 0; i < train->classes; i++)
    g_print ("%s%s", i > 0 ? ", " : " ", sal_dataset_get_class_name (dataset, i));
  g_print ("\nnormalisation ");
  for (int i = 0; i < train->channels; i++)
    g_print (" (%.4f, %.4f)", (double) train->mean[i], (double) train->std[i]);
  g_print ("  (mean, standard deviation of values in 0..1)\n");
  if (sal_dataset_get_note (dataset) != NULL)
    g_print ("note           %s\n", sal_dataset_get_note (dataset));
}

static int
info (const SalCliDataOptions *options,
      char                   **arguments,
      GError                 **error)
{
  if (arguments[0] == NULL) {
    sal_cli_usage (error, "data info: expected the name of a data set or a folder");
    return SAL_CLI_EXIT_FAILURE;
  }

  g_autoptr (SalDataset) dataset = sal_cli_dataset_open (arguments[0], error);

  if (dataset == NULL ||
      (options->png != NULL && !write_sheet (dataset, options->png, error)))
    return SAL_CLI_EXIT_FAILURE;
  (options->json ? info_json : info_text) (dataset);
  return SAL_CLI_EXIT_OK;
}

/* ---- command ------------------------------------------------------------------------------ */

static const struct
{
  const char          *name;
  SalCliDataActionFunc run;
} actions[] = {
  { "list", list },
  { "info", info },
  { "get", sal_cli_data_get },
  { "verify", sal_cli_data_verify },
  { "import", sal_cli_data_import },
  { "remove", sal_cli_data_remove },
};

static int
act (const SalCliDataOptions *options,
     char                   **arguments,
     GError                 **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (g_str_equal (actions[i].name, arguments[0]))
      return actions[i].run (options, arguments + 1, error);
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", actions[i].name);
  }
  sal_cli_usage (error, "data: expected one of %s, found “%s”", names->str, arguments[0]);
  return SAL_CLI_EXIT_FAILURE;
}

int
sal_cli_data (const SalCliCommand *command,
              int                  argc,
              char               **argv,
              GError             **error)
{
  SalCliDataOptions options = { .import = SAL_CLI_IMPORT_DEFAULTS };
  g_auto (GStrv) arguments = NULL;
  GOptionEntry entries[SAL_CLI_IMPORT_ENTRIES + 6] = {
    { "png", 0, 0, G_OPTION_ARG_FILENAME, &options.png,
      "With info: write a contact sheet of test images", "FILE" },
    { "mirror", 0, 0, G_OPTION_ARG_STRING, &options.mirror,
      "With get: ask this server, which has ADDRESS/NAME/FILE, and no other", "ADDRESS" },
    { "dir", 0, 0, G_OPTION_ARG_FILENAME, &options.directory,
      "With get and verify: the files are in DIR/NAME", "DIR" },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &options.replace,
      "With get: replace files that are there with other bytes", NULL },
    sal_cli_json_entry (&options.json),
  };

  sal_cli_import_entries (&options.import, entries + 5);

  const int status =
    sal_cli_parse (command, argc, argv, entries, NULL, 1, 2, &arguments, error)
    ? act (&options, arguments, error) : SAL_CLI_EXIT_FAILURE;

  sal_cli_import_clear (&options.import);
  g_free (options.png);
  g_free (options.mirror);
  g_free (options.directory);
  return status;
}
