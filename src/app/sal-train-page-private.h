/* sal-train-page-private.h - what the files of SalTrainPage share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-chart.h"
#include "sal-run-dot.h"
#include "sal-sgt-strip.h"
#include "sal-throttle.h"
#include "sal-train-page.h"

G_BEGIN_DECLS

struct _SalTrainPage
{
  SalPage          parent_instance;

  SalRunItem      *run;
  SalRunRecord    *record;
  GPtrArray       *others;     /* SalRunRecord of the runs it is compared with */
  gsize            n_alphas;   /* as in the chart */
  gboolean         in_epochs;  /* the x axis is                                 */
  gboolean         waits_for_epochs; /* the record did not know how long one is */
  gboolean         side_chosen; /* what the third chart shows, by the user      */
  gboolean         updating;
  SalThrottle     *strip_throttle;

  SalRunDot       *dot;
  GtkLabel        *title;
  GtkLabel        *summary;
  GtkAdjustment   *smoothing;
  GtkToggleButton *follow;
  SalChart        *loss;
  SalChart        *accuracy;
  SalChart        *side;       /* clipping levels, learning rate or speed      */
  GtkDropDown     *side_choice;
  GtkStack        *strip_stack;
  GtkLabel        *strip_title;
  GtkLabel        *strip_caption;
  SalSgtStrip     *strip;
  GtkLabel        *strip_hint;
};

/* Charts: sal-train-page-curves.c. */
void sal_train_page_curves_class_init (GtkWidgetClass *widget_class);
void sal_train_page_curves_init       (SalTrainPage *self);
void sal_train_page_curves_attach     (SalTrainPage *self);
void sal_train_page_curves_dispose    (SalTrainPage *self);

/* The charts have let go of the records. */
void sal_train_page_curves_finalize   (SalTrainPage *self);

/* Shows the record of another run, or none. */
void sal_train_page_set_record (SalTrainPage *self,
                                SalRunRecord *record);

/* What SGT sees: sal-train-page-strip.c. */
void sal_train_page_strip_class_init (GtkWidgetClass *widget_class);
void sal_train_page_strip_init       (SalTrainPage *self);
void sal_train_page_strip_attach     (SalTrainPage *self);
void sal_train_page_strip_dispose    (SalTrainPage *self);

/* There is another run, or the page is shown again. */
void sal_train_page_update_strip (SalTrainPage *self);

G_END_DECLS
