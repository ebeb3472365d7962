/* plot-table.h - the numbers behind a drawing, as a table
 *
 * A drawing says what it shows in columns of numbers, the first of which may
 * be words; a file, or a window for those who read rather than look, shows
 * them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-series.h"

#include <glib.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PlotTable PlotTable;

/* A table without rows of columns that are called `titles`, which ends with
 * NULL.  With `labels` the first column holds words. */
PlotTable *plot_table_new (const char *const *titles,
                           bool               labels);

void plot_table_free (PlotTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlotTable, plot_table_free)

/* Adds a column of numbers; only while there are no rows. */
void plot_table_add_column (PlotTable  *table,
                            const char *title);

/* Adds a row: `label` where the first column holds words, else NULL, and a
 * number for each other column, NaN where there is none. */
void plot_table_add_row (PlotTable    *table,
                         const char   *label,
                         const double *values);

size_t plot_table_n_rows    (const PlotTable *table);
size_t plot_table_n_columns (const PlotTable *table);

/* Whether the first column holds words. */
bool plot_table_has_labels (const PlotTable *table);

/* Borrowed. */
const char *plot_table_title (const PlotTable *table,
                              size_t           column);

/* The words of the first column; borrowed. */
const char *plot_table_label (const PlotTable *table,
                              size_t           row);

/* NaN where there is no number. */
double plot_table_value (const PlotTable *table,
                         size_t           row,
                         size_t           column);

/* Shown series with x in [x_minimum, x_maximum]: a column `x_title`, then one
 * per series by its name with the raw values; smoothed series get a second
 * column "name (smoothed W)", series with an interval two more.  Rows are the
 * union of all x.  `in_file`: by its csv_name, and no word is translated. */
PlotTable *plot_table_of_series (const char       *x_title,
                                 const PlotSeries *series,
                                 size_t            n_series,
                                 double            x_minimum,
                                 double            x_maximum,
                                 bool              in_file);

#ifdef __cplusplus
}
#endif
