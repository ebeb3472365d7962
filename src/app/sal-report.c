/* sal-report.c - one HTML file that can be kept, sent and printed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-report.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "sal-atomic-file.h"

struct _SalReport
{
  GString *html;
};

static const char style[] =
  "body { font: 15px/1.45 sans-serif; color: #222; background: #fff; max-width: 62em; "
  "margin: 2em auto; padding: 0 1.5em; }\n"
  "h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin-top: 2em; }\n"
  "table { border-collapse: collapse; font-size: 0.9em; font-variant-numeric: tabular-nums; }\n"
  "th, td { padding: 0.25em 0.7em; border-bottom: 1px solid #ddd; text-align: left; "
  "white-space: nowrap; }\n"
  "th { color: #666; font-weight: normal; }\n"
  ".number { text-align: right; }\n"
  ".wide { overflow-x: auto; }\n"
  "pre { background: #f4f4f5; padding: 0.8em 1em; border-radius: 6px; white-space: pre-wrap; }\n"
  "figure { margin: 1em 0; } figcaption { color: #666; font-size: 0.9em; }\n"
  "img { max-width: 100%; height: auto; }\n";

SalReport *
sal_report_new (const char *title)
{
  SalReport *self = g_new (SalReport, 1);
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  self->html = g_string_new (NULL);
  g_string_append_printf (self->html,
                          "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>%s</h1>\n",
                          escaped, style, escaped);
  return self;
}

void
sal_report_free (SalReport *self)
{
  g_string_free (self->html, TRUE);
  g_free (self);
}

static void
add_element (SalReport  *self,
             const char *tag,
             const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append_printf (self->html, "<%s>%s</%s>\n", tag, escaped, tag);
}

void
sal_report_add_heading (SalReport  *self,
                        const char *text)
{
  add_element (self, "h2", text);
}

void
sal_report_add_paragraph (SalReport  *self,
                          const char *text)
{
  add_element (self, "p", text);
}

void
sal_report_add_code (SalReport  *self,
                     const char *text)
{
  add_element (self, "pre", text);
}

void
sal_report_add_table (SalReport  *self,
                      const char *html)
{
  g_string_append_printf (self->html, "<div class=\"wide\">\n%s</div>\n", html);
}

/* The exporter writes files; this one lives for a moment. */
static char *
draw_svg (const char  *title,
          double       width,
          double       height,
          PlotDrawFunc draw,
          void        *data,
          gsize       *length,
          GError     **error)
{
  const PlotStyle plot_style = plot_style_default (FALSE);
  g_autofree char *path = NULL;
  char *svg = NULL;
  const int file = g_file_open_tmp ("saliscope-XXXXXX.svg", &path, error);

  if (file < 0)
    return NULL;
  close (file);
  if (plot_export (path, width, height, 1, &plot_style.background, title, NULL, draw, data, error))
    g_file_get_contents (path, &svg, length, error);
  g_unlink (path);
  return svg;
}

/* As an image of its own: names inside one figure cannot meet those of
 * another. */
gboolean
sal_report_add_figure (SalReport   *self,
                       const char  *caption,
                       double       width,
                       double       height,
                       PlotDrawFunc draw,
                       void        *data,
                       GError     **error)
{
  gsize length = 0;
  g_autofree char *svg = draw_svg (caption, width, height, draw, data, &length, error);
  g_autofree char *escaped = g_markup_escape_text (caption, -1);

  if (svg == NULL)
    return FALSE;

  g_autofree char *encoded = g_base64_encode ((const guchar *) svg, length);

  g_string_append_printf (self->html,
                          "<figure>\n<img alt=\"%s\" width=\"%.0f\" height=\"%.0f\" "
                          "src=\"data:image/svg+xml;base64,%s\">\n"
                          "<figcaption>%s</figcaption>\n</figure>\n",
                          escaped, width, height, encoded, escaped);
  return TRUE;
}

gboolean
sal_report_save (SalReport  *self,
                 const char *path,
                 GError    **error)
{
  static const char end[] = "</body>\n</html>\n";
  const GOutputVector pieces[] = {
    { self->html->str, self->html->len },
    { end, sizeof end - 1 },
  };

  return sal_atomic_file_write (path, pieces, G_N_ELEMENTS (pieces), error);
}
