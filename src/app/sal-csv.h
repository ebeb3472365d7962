/* sal-csv.h - tables as comma-separated values (RFC 4180)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends one cell, in quotes where it has to be; `column` above 0 puts a
 * comma before it. */
void sal_csv_append (GString    *csv,
                     guint       column,
                     const char *text);

/* The same with a number in full; one that is not finite leaves the cell
 * empty. */
void sal_csv_append_number (GString *csv,
                            guint    column,
                            double   number);

void sal_csv_end_row (GString *csv);

G_END_DECLS
