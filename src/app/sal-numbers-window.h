/* sal-numbers-window.h - the numbers of a drawing as a table to read
 *
 * What a chart, a histogram, a map or a matrix shows, for those who read
 * rather than look: rows that can be sorted, searched and copied as CSV.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "plot-table.h"

G_BEGIN_DECLS

/* Tables with more rows are thinned, and say so. */
#define SAL_NUMBERS_MAX_ROWS 20000

/* A table that is read stays as it is while a run goes on.  Signal "refresh":
 * the user wants the numbers of now, which sal_numbers_window_set_numbers()
 * shows; returns whether somebody is there who knows them. */
#define SAL_TYPE_NUMBERS_WINDOW (sal_numbers_window_get_type ())
G_DECLARE_FINAL_TYPE (SalNumbersWindow, sal_numbers_window, SAL, NUMBERS_WINDOW, AdwWindow)

/* Opens the table, which it takes, over `parent` (or alone); `title` says of
 * what it is. */
SalNumbersWindow *sal_numbers_window_open (GtkWindow  *parent,
                                           const char *title,
                                           PlotTable  *table);

/* Shows another table, which it takes, by the order and the search that are
 * chosen.  Rows stay where they are if there are only more. */
void sal_numbers_window_set_numbers (SalNumbersWindow *self,
                                     PlotTable        *table);

/* The rows that are shown, in their order, as CSV with all digits. Free the
 * result. */
char *sal_numbers_window_to_csv (SalNumbersWindow *self);

G_END_DECLS
