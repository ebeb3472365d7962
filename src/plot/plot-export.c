/* plot-export.c - any drawing as a file: SVG, PDF, PNG
 *
 * A file is composed in memory, so that titles and recipes can be put into
 * it, and written at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-export.h"

#include "plot-file.h"
#include "plot-png.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* The largest image that cairo makes, and a gigabyte of pixels. */
#define LARGEST_SIDE 32767.0
#define LARGEST_AREA 268435456.0

#define PROGRAM "Saliscope " SALISCOPE_VERSION

/* What is asked for, as all formats need it. */
typedef struct
{
  double           width;
  double           height;
  double           scale;
  const PlotColor *background;
  const char      *title;
  const char      *metadata;
  PlotDrawFunc     draw;
  void            *data;
} Figure;

static cairo_status_t
append_bytes (void                *closure,
              const unsigned char *bytes,
              unsigned int         length)
{
  g_byte_array_append (closure, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
draw_figure (const Figure    *figure,
             cairo_surface_t *surface,
             double           scale)
{
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, scale, scale);
  if (figure->background != NULL) {
    plot_color_set (cr, *figure->background);
    cairo_paint (cr);
  }
  figure->draw (cr, figure->width, figure->height, figure->data);

  const cairo_status_t status = cairo_status (cr);

  cairo_destroy (cr);
  return status;
}

/* --- SVG ----------------------------------------------------------------- */

/* `text` as XML character data; control characters, which XML 1.0 cannot
 * hold, become spaces. */
static char *
xml_text (const char *text)
{
  char *valid = g_utf8_make_valid (text, -1);

  for (char *c = valid; *c != '\0'; c++)
    if ((guchar) *c < 0x20 && *c != '\n' && *c != '\t')
      *c = ' ';

  char *escaped = g_markup_escape_text (valid, -1);

  g_free (valid);
  return escaped;
}

static void
add_element (GString    *out,
             const char *name,
             const char *text)
{
  if (text == NULL)
    return;

  char *escaped = xml_text (text);

  g_string_append_printf (out, "\n<%s>%s</%s>", name, escaped, name);
  g_free (escaped);
}

/* Puts title and metadata behind the opening <svg ...> tag. */
static void
describe_svg (GByteArray   *file,
              const Figure *figure)
{
  const char *text = (const char *) file->data;
  const char *tag = g_strstr_len (text, file->len, "<svg ");
  const char *end = tag != NULL ? memchr (tag, '>', file->len - (gsize) (tag - text)) : NULL;

  g_return_if_fail (end != NULL);

  GString *whole = g_string_new_len (text, end + 1 - text);

  add_element (whole, "title", figure->title);
  add_element (whole, "desc", PROGRAM);
  add_element (whole, "metadata", figure->metadata);
  g_string_append_len (whole, end + 1, (gssize) file->len - (end + 1 - text));
  g_byte_array_set_size (file, 0);
  g_byte_array_append (file, (const guint8 *) whole->str, (guint) whole->len);
  g_string_free (whole, TRUE);
}

static cairo_status_t
make_svg (const Figure *figure,
          GByteArray   *file)
{
  cairo_surface_t *surface
    = cairo_svg_surface_create_for_stream (append_bytes, file, figure->width, figure->height);

  cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);

  cairo_status_t status = draw_figure (figure, surface, 1.0);

  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    describe_svg (file, figure);
  return status;
}

/* --- PDF ----------------------------------------------------------------- */

static void
describe_pdf (cairo_surface_t     *surface,
              cairo_pdf_metadata_t what,
              const char          *text)
{
  if (text == NULL)
    return;

  char *valid = g_utf8_make_valid (text, -1);

  cairo_pdf_surface_set_metadata (surface, what, valid);
  g_free (valid);
}

static cairo_status_t
make_pdf (const Figure *figure,
          GByteArray   *file)
{
  cairo_surface_t *surface
    = cairo_pdf_surface_create_for_stream (append_bytes, file, figure->width, figure->height);

  describe_pdf (surface, CAIRO_PDF_METADATA_TITLE, figure->title);
  describe_pdf (surface, CAIRO_PDF_METADATA_KEYWORDS, figure->metadata);
  describe_pdf (surface, CAIRO_PDF_METADATA_CREATOR, PROGRAM);

  cairo_status_t status = draw_figure (figure, surface, 1.0);

  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return status;
}

/* --- PNG ----------------------------------------------------------------- */

static cairo_status_t
write_png (cairo_surface_t *surface,
           const char      *title,
           const char      *metadata,
           GByteArray      *file)
{
  const cairo_status_t status = cairo_surface_write_to_png_stream (surface, append_bytes, file);
  const struct
  {
    const char *keyword;
    const char *text;
  } chunks[] = {
    { "Description", metadata },
    { "Software", PROGRAM },
    { "Title", title },
  };

  if (status != CAIRO_STATUS_SUCCESS)
    return status;
  for (gsize i = 0; i < G_N_ELEMENTS (chunks); i++) {
    if (chunks[i].text == NULL)
      continue;

    char *valid = g_utf8_make_valid (chunks[i].text, -1);

    plot_png_insert_text (file, chunks[i].keyword, valid);
    g_free (valid);
  }
  return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
make_png (const Figure *figure,
          GByteArray   *file)
{
  const int width = (int) ceil (figure->width * figure->scale);
  const int height = (int) ceil (figure->height * figure->scale);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_status_t status = draw_figure (figure, surface, figure->scale);

  if (status == CAIRO_STATUS_SUCCESS)
    status = write_png (surface, figure->title, figure->metadata, file);
  cairo_surface_destroy (surface);
  return status;
}

/* --- the table ----------------------------------------------------------- */

typedef cairo_status_t (*MakeFunc) (const Figure *figure,
                                    GByteArray   *file);

static const PlotFormat formats[] = {
  { "svg", N_("SVG drawing"), "image/svg+xml" },
  { "pdf", N_("PDF document"), "application/pdf" },
  { "png", N_("PNG image"), "image/png" },
};

static const MakeFunc makers[G_N_ELEMENTS (formats)] = { make_svg, make_pdf, make_png };

const PlotFormat *
plot_export_formats (size_t *n)
{
  *n = G_N_ELEMENTS (formats);
  return formats;
}

static MakeFunc
find_maker (const char *path,
            GError    **error)
{
  const char *dot = strrchr (path, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i].extension) == 0)
      return makers[i];
  g_set_error (error, PLOT_ERROR, PLOT_ERROR_FORMAT,
               _("“%s” does not end in .svg, .pdf or .png"), path);
  return NULL;
}

static gboolean
check_size (const Figure *figure,
            GError      **error)
{
  const double width = figure->width * figure->scale;
  const double height = figure->height * figure->scale;

  if (width > 0.0 && height > 0.0 && width <= LARGEST_SIDE && height <= LARGEST_SIDE
      && width * height <= LARGEST_AREA)
    return TRUE;
  g_set_error (error, PLOT_ERROR, PLOT_ERROR_SIZE,
               _("A figure of %g × %g pixels cannot be drawn: each side must be between 1 and %g"),
               width, height, LARGEST_SIDE);
  return FALSE;
}

/* Writes a composed file, or says what cairo says. */
static gboolean
finish (const char    *path,
        cairo_status_t status,
        GByteArray    *file,
        GError       **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return plot_file_write (path, file->data, file->len, error);
  g_set_error (error, PLOT_ERROR, PLOT_ERROR_WRITE, _("Cannot draw “%s”: %s"),
               path, cairo_status_to_string (status));
  return FALSE;
}

gboolean
plot_export (const char      *path,
             double           width,
             double           height,
             double           scale,
             const PlotColor *background,
             const char      *title,
             const char      *metadata,
             PlotDrawFunc     draw,
             void            *data,
             GError         **error)
{
  const Figure figure = { width, height, scale, background, title, metadata, draw, data };
  const MakeFunc make = find_maker (path, error);

  if (make == NULL || !check_size (&figure, error))
    return FALSE;

  GByteArray *file = g_byte_array_new ();
  const cairo_status_t status = make (&figure, file);
  const gboolean done = finish (path, status, file, error);

  g_byte_array_unref (file);
  return done;
}

gboolean
plot_export_surface (const char      *path,
                     cairo_surface_t *surface,
                     const char      *title,
                     const char      *metadata,
                     GError         **error)
{
  GByteArray *file = g_byte_array_new ();
  const cairo_status_t status = write_png (surface, title, metadata, file);
  const gboolean done = finish (path, status, file, error);

  g_byte_array_unref (file);
  return done;
}
