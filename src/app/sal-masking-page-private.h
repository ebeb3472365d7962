/* sal-masking-page-private.h - what the files of SalMaskingPage share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-chart.h"
#include "sal-fill-comparison.h"
#include "sal-flip-strip.h"
#include "sal-map-link.h"
#include "sal-masked-pair.h"
#include "sal-masking-page.h"
#include "sal-segments.h"
#include "sal-throttle.h"

G_BEGIN_DECLS

/* Each run has a curve by its own ranking and one in random order: networks
 * bear masking differently, so each has its own control. */
typedef enum
{
  SAL_MASKING_RANKED,
  SAL_MASKING_CONTROL,
  SAL_MASKING_N_CURVES,
} SalMaskingCurveKind;

#define SAL_MASKING_MAX_RUNS (SAL_LAB_MAX_CURVES / SAL_MASKING_N_CURVES)

/* What is known of one curve; everything in percent, for the chart. */
typedef struct
{
  gsize  done;           /* images; 0: nothing is known                       */
  gsize  total;
  gsize  n;
  double share[NN_MASK_MAX_LEVELS];
  double accuracy[NN_MASK_MAX_LEVELS];
  double lower[NN_MASK_MAX_LEVELS];
  double upper[NN_MASK_MAX_LEVELS];
  double area;
  char  *message;        /* why there is none                                 */
} SalMaskingCurve;

/* One run of the table. */
typedef struct
{
  SalRunItem     *run;
  char           *name;
  GtkCheckButton *check;
  GtkLabel       *labels[2];   /* area, against random                        */
  SalMaskedPair  *pair;        /* in the box while the run is checked         */
  SalMaskingCurve curves[SAL_MASKING_N_CURVES];
} SalMaskingRun;

struct _SalMaskingPage
{
  SalPage      parent_instance;

  GtkStack    *stack;
  GtkLabel    *heading;
  GtkDropDown *method_list;
  GtkDropDown *fill_list;
  SalSegments *order_choice;
  SalChart    *chart;
  GtkLabel    *progress;
  GtkGrid     *table;
  GtkLabel    *control_name;
  GtkLabel    *control_area;
  SalFillComparison *fills;
  SalFlipStrip *flips;
  GtkLabel    *image_heading;
  GtkLabel    *image_words;
  GtkWidget   *pair_box;

  GPtrArray   *runs;       /* SalMaskingRun, rows of the table                */
  GPtrArray   *asked;      /* those in the question about curves, in order    */
  GPtrArray   *masked;     /* those in the question about the image           */
  SalThrottle *throttle;   /* of the masked image                             */
  SalMapLink  *link;
  double       flips_from; /* the chosen stretch in percent; NaN: none        */
  double       flips_to;
  gboolean     updating;
};

SalMaskingRun *sal_masking_run_new  (SalRunItem *run);
void           sal_masking_run_free (SalMaskingRun *self);

gboolean sal_masking_run_is_checked (SalMaskingRun *self);

/* The run whose control is drawn: the current one if it is checked, else the
 * first that is; NULL without any. */
SalMaskingRun *sal_masking_page_get_control (SalMaskingPage *self);

/* What the questions ask: sal-masking-page-curves.c. */
SalCurveRequest sal_masking_page_request (SalMaskingPage     *self,
                                          SalMaskingRun      *run,
                                          SalMaskingCurveKind kind);

/* SalPageClass.command: the curves that are asked for. */
char *sal_masking_page_command (SalPage *page);

/* Asks for the curves of the checked runs; what is known stays. */
void sal_masking_page_ask_curves (SalMaskingPage *self);

/* Forgets all curves: they would be those of other settings. */
void sal_masking_page_forget_curves (SalMaskingPage *self);

/* Draws what is known and fills the table. */
void sal_masking_page_show_curves (SalMaskingPage *self);

/* Asks for the current image masked at the handle: sal-masking-page-image.c. */
void sal_masking_page_ask_image  (gpointer self);
void sal_masking_page_show_share (SalMaskingPage *self);

/* Shows the images that flip along the chosen stretch of the asked curves:
 * sal-masking-page-flips.c. */
void sal_masking_page_ask_flips (SalMaskingPage *self);

/* Chooses a stretch, in percent; NaN: none. */
void sal_masking_page_select (SalMaskingPage *self,
                              double          from,
                              double          to);

#define SAL_MASKING_CURVE_SLOT "masking"
#define SAL_MASKING_IMAGE_SLOT "masking-image"

G_END_DECLS
