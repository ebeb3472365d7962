/* sal-masking-page-private.h - what the files of SalMaskingPage share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-saliency.h"
#include "sal-chart.h"
#include "sal-choices.h"
#include "sal-fill-comparison.h"
#include "sal-flip-strip.h"
#include "sal-map-link.h"
#include "sal-masked-pair.h"
#include "sal-masking-page.h"
#include "sal-pane-bits.h"
#include "sal-segments.h"
#include "sal-throttle.h"

G_BEGIN_DECLS

/* One run that can be checked. */
typedef struct
{
  SalRunItem     *run;
  char           *name;
  GtkCheckButton *check;
} SalMaskingRun;

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

/* One curve of a checked run, by one method with one fill.  Networks bear
 * masking differently, so each has its own control with each fill. */
typedef struct SalMaskingLine
{
  SalRunItem             *run;
  const NnSaliencyMethod *method;    /* NULL: a control, in random order      */
  NnFill                  fill;
  guint                   look;      /* of its method and fill                */
  char                   *name;      /* "SGT · Gradient", as far as they vary */
  char                   *file_name; /* the same in files                     */
  SalMaskingCurve         curve;
  struct SalMaskingLine  *control;   /* NULL for one                          */
  GtkLabel               *labels[2]; /* area, against random; or NULL         */
  SalMaskedPair          *pair;      /* NULL for a control                    */
} SalMaskingLine;

struct _SalMaskingPage
{
  SalPage            parent_instance;

  GtkStack          *stack;
  SalChoices        *method_choice;
  SalChoices        *fill_choice;
  GtkDropDown       *bits_list;
  SalSegments       *order_choice;
  SalChart          *chart;
  GtkLabel          *progress;
  GtkButton         *stop_button;
  GtkScrolledWindow *table_window;
  GtkGrid           *table;
  SalFillComparison *fills;
  SalFlipStrip      *flips;
  GtkLabel          *image_heading;
  GtkLabel          *image_words;
  GtkWidget         *pair_box;

  GPtrArray         *runs;       /* SalMaskingRun, in the library's order     */
  GPtrArray         *lines;      /* SalMaskingLine, ranked ones, then controls */
  GPtrArray         *asked;      /* those in the question about curves        */
  GPtrArray         *masked;     /* those in the question about the image     */
  GPtrArray         *cells;      /* widgets of the table, but not the checks  */
  SalThrottle       *throttle;   /* of the masked image                       */
  SalMapLink        *link;
  double             flips_from; /* the chosen stretch in percent; NaN: none  */
  double             flips_to;
  gboolean           stopped;    /* by the user: nothing is measured          */
  gboolean           updating;
  gboolean           runs_unseen; /* they changed while the page was hidden   */
};

gboolean sal_masking_run_is_checked (SalMaskingRun *self);

/* Asks everything again; answers that are known come at once. */
void sal_masking_page_ask (SalMaskingPage *self);

/* --- runs and their table: sal-masking-page-table.c ------------------------- */

/* Takes over the runs of the session; FALSE: they are what they were. */
gboolean sal_masking_page_list_runs (SalMaskingPage *self);

void sal_masking_run_free (SalMaskingRun *self);

/* Makes the table of self->lines, and fills it with what is known. */
void sal_masking_page_make_table (SalMaskingPage *self);
void sal_masking_page_fill_table (SalMaskingPage *self);

/* --- curves: sal-masking-page-lines.c, sal-masking-page-curves.c -------------- */

/* Makes self->lines for what is checked and chosen; what was known of those
 * that stay is kept, unless `forget`. */
void sal_masking_page_make_lines (SalMaskingPage *self,
                                  gboolean        forget);

void sal_masking_line_free (SalMaskingLine *self);

/* The control of the session's run if it is checked, else of the first one,
 * with `fill`; NULL without any. */
SalMaskingLine *sal_masking_page_get_control (SalMaskingPage *self,
                                              NnFill          fill);

/* What is asked about a line whose network is there. */
SalCurveRequest sal_masking_page_request (SalMaskingPage *self,
                                          SalMaskingLine *line);

/* "as trained", "3 bits": at which bits the curves are. Free the result. */
char *sal_masking_page_describe_bits (SalMaskingPage *self);

/* SalPageClass.command: the curves that are asked for. */
char *sal_masking_page_command (SalPage *page);

/* Asks for the curves; what is known stays. */
void sal_masking_page_ask_curves (SalMaskingPage *self);

/* Draws what is known and fills the table. */
void sal_masking_page_show_curves (SalMaskingPage *self);

/* --- the image: sal-masking-page-image.c -------------------------------------- */

/* Asks for the current image masked at the handle. */
void sal_masking_page_ask_image  (gpointer self);
void sal_masking_page_show_share (SalMaskingPage *self);

/* --- flips: sal-masking-page-flips.c ------------------------------------------- */

/* Shows the images that flip along the chosen stretch of the asked curves. */
void sal_masking_page_ask_flips (SalMaskingPage *self);

/* Chooses a stretch, in percent; NaN: none. */
void sal_masking_page_select (SalMaskingPage *self,
                              double          from,
                              double          to);

#define SAL_MASKING_CURVE_SLOT "masking"
#define SAL_MASKING_IMAGE_SLOT "masking-image"

G_END_DECLS
