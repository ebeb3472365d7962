/* sal-compare-page-private.h - what the files of SalComparePage share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-chart.h"
#include "sal-compare-page.h"
#include "sal-confusion-view.h"
#include "sal-run-measurer.h"
#include "sal-segments.h"
#include "sal-table.h"

G_BEGIN_DECLS

/* Curves in one figure of a report. */
#define SAL_COMPARE_MAX_CURVES 8

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
  SalTable         *seeds;
  SalChart         *dots;
  double            first_place, last_place;  /* of the dots on the x axis     */
  double           *places;    /* (2 x runs) of their dots, x and y            */
  GListStore       *cells;     /* SalConfusionCell, rows of `mistakes`         */
  GListStore       *experiments; /* SalExperiment, rows of `seeds`             */
};

/* The columns of the table of runs: sal-compare-page-runs.c. */
void sal_compare_page_set_up_runs (SalComparePage *self);

/* What both tables say of a recipe; bits sort by their number. Free the
 * texts. */
char  *sal_compare_page_bits_text    (const SalRecipe *recipe);
double sal_compare_page_bits_number  (const SalRecipe *recipe);
char  *sal_compare_page_dataset_text (const SalRecipe *recipe,
                                      gboolean         in_file);

/* What the current run confuses: sal-compare-page-matrix.c. */
void sal_compare_page_set_up_matrix (SalComparePage *self);
void sal_compare_page_show_matrix   (SalComparePage *self);

/* Experiments that were repeated with other seeds: sal-compare-page-seeds.c. */
void sal_compare_page_set_up_seeds (SalComparePage *self);
void sal_compare_page_list_seeds   (SalComparePage *self);

/* Every run by its accuracy and its masking area: sal-compare-page-dots.c. */
void sal_compare_page_set_up_dots (SalComparePage *self);
void sal_compare_page_show_dots   (SalComparePage *self);

G_END_DECLS
