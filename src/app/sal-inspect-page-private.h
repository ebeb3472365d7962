/* sal-inspect-page-private.h - what the files of SalInspectPage share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-class-chooser.h"
#include "sal-filmstrip.h"
#include "sal-inspect-page.h"
#include "sal-inspect-pane.h"
#include "sal-own-image.h"
#include "sal-segments.h"
#include "sal-throttle.h"

G_BEGIN_DECLS

#define SAL_INSPECT_MAX_PANES 4

/* Rows of the choice of looks. */
enum
{
  SAL_INSPECT_HEAT,
  SAL_INSPECT_OVERLAY,
  SAL_INSPECT_ORIGINAL,
};

struct _SalInspectPage
{
  SalPage          parent_instance;

  GtkStack        *stack;
  SalMapView      *input_view;
  GtkLabel        *heading;
  SalClassChooser *class_chooser;
  SalSegments     *look_choice;
  SalSegments     *scale_choice;
  SalSegments     *end_choice;
  GtkToggleButton *draw_button;
  GtkWidget       *reset_button;
  GtkMenuButton   *export_button;
  GtkWidget       *pane_box;   /* SalTiles */
  GtkSizeGroup    *words;
  GtkLabel        *scale_words;
  SalFilmstrip    *filmstrip;

  SalMapLink      *link;
  SalOwnImage     *own;           /* what was brought or drawn                */
  char            *own_problem;   /* the last that could not be, or NULL      */
  SalThrottle     *throttle;
  GPtrArray       *panes;         /* SalInspectPane, children of `pane_box`   */
  gboolean         covers_map;    /* an image is drawn on, seen through a map */
  gboolean         panes_chosen;  /* by hand: they stay                       */
  gboolean         runs_unseen;   /* they changed while the page was hidden   */
  GPtrArray       *asked;         /* SalInspectPane, in the question's order  */
};

/* Asks for all panes at once; draws them as look and scale are chosen. */
void sal_inspect_page_ask         (SalInspectPage *self);
void sal_inspect_page_update_look (SalInspectPage *self);

/* The panes: sal-inspect-page-panes.c. */
void            sal_inspect_page_panes_class_init (GtkWidgetClass *widget_class);
SalInspectPane *sal_inspect_page_pane             (SalInspectPage *self,
                                                   guint           index);
void            sal_inspect_page_clear_panes      (SalInspectPage *self);

/* One for each run that is compared, two at least: a lone run stands beside
 * itself at other bits. */
void sal_inspect_page_choose_panes (SalInspectPage *self);

/* Whether all panes follow the bits of the strip: property "all-panes". */
gboolean sal_inspect_page_get_all_panes (SalInspectPage *self);
void     sal_inspect_page_set_all_panes (SalInspectPage *self,
                                         gboolean        all);

/* After panes or their runs have changed: buttons, and what the strip shows. */
void sal_inspect_page_update_panes (SalInspectPage *self);

/* Saving: sal-inspect-page-export.c. */
void sal_inspect_page_export_class_init (GtkWidgetClass *widget_class);

/* What a figure of the asked panes `begin` .. `end` - 1 carries: what is looked
 * at, what each is and the recipe of its run. Free the result. */
char *sal_inspect_page_describe_panes (SalInspectPage *self,
                                       guint           begin,
                                       guint           end);

/* SalPageClass.command: a line for each pane; none for an own image. */
char *sal_inspect_page_command (SalPage *page);

/* Bringing and drawing images: sal-inspect-page-own.c. */
void sal_inspect_page_own_class_init  (GtkWidgetClass *widget_class);
void sal_inspect_page_own_init        (SalInspectPage *self);
void sal_inspect_page_own_add_pane    (SalInspectPage *self,
                                       SalInspectPane *pane);
void sal_inspect_page_own_attach      (SalInspectPage *self);
void sal_inspect_page_own_forget      (SalInspectPage *self);
void sal_inspect_page_own_paste       (SalInspectPage *self);

/* Keys: sal-inspect-page-keys.c. */
void sal_inspect_page_add_keys (SalInspectPage *self);

/* Says what is looked at. */
void sal_inspect_page_describe_image (SalInspectPage *self);

G_END_DECLS
