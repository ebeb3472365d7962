/* sal-compare-page-private.h - what the files of SalComparePage share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-compare-page.h"
#include "sal-confusion-view.h"
#include "sal-run-measurer.h"
#include "sal-segments.h"
#include "sal-table.h"

G_BEGIN_DECLS

struct _SalComparePage
{
  SalPage           parent_instance;

  GtkStack         *stack;
  GtkSearchEntry   *search;
  GtkButton        *measure_button;
  GtkLabel         *progress;
  SalTable         *runs;

  GtkLabel         *matrix_heading;
  GtkLabel         *matrix_count;
  SalSegments      *matrix_choice;
  GtkStack         *matrix_stack;
  SalConfusionView *matrix;
  SalTable         *mistakes;
  GtkLabel         *matrix_empty;
  GtkLabel         *readout;

  SalRunMeasurer   *measurer;
  GListStore       *cells;     /* SalConfusionCell, rows of `mistakes`         */
};

/* The columns of the table of runs: sal-compare-page-runs.c. */
void sal_compare_page_set_up_runs (SalComparePage *self);

/* What the current run confuses: sal-compare-page-matrix.c. */
void sal_compare_page_set_up_matrix (SalComparePage *self);
void sal_compare_page_show_matrix   (SalComparePage *self);

G_END_DECLS
