/* sal-report.h - one HTML file that can be kept, sent and printed
 *
 * Everything is inside: text, tables, and figures as SVG.  It needs no
 * network and no script.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "plot-export.h"

G_BEGIN_DECLS

typedef struct _SalReport SalReport;

SalReport *sal_report_new  (const char *title);
void       sal_report_free (SalReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalReport, sal_report_free)

void sal_report_add_heading   (SalReport  *self,
                               const char *text);
void sal_report_add_paragraph (SalReport  *self,
                               const char *text);

/* Text as it is, line by line, such as a command. */
void sal_report_add_code (SalReport  *self,
                          const char *text);

/* An HTML table, such as sal_table_to_html() makes. */
void sal_report_add_table (SalReport  *self,
                           const char *html);

/* What `draw` draws, in user units; `caption` is also what it is called where
 * it cannot be seen. */
gboolean sal_report_add_figure (SalReport   *self,
                                const char  *caption,
                                double       width,
                                double       height,
                                PlotDrawFunc draw,
                                void        *data,
                                GError     **error);

/* Writes the file, whole or not at all. */
gboolean sal_report_save (SalReport  *self,
                          const char *path,
                          GError    **error);

G_END_DECLS
