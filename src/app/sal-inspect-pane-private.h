/* sal-inspect-pane-private.h - what the files of SalInspectPane share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-bars-view.h"
#include "sal-colorbar.h"
#include "sal-inspect-pane.h"
#include "sal-run-dot.h"

G_BEGIN_DECLS

struct _SalInspectPane
{
  AdwBin       parent_instance;

  SalRunDot   *dot;
  GtkDropDown *run_list;
  GtkDropDown *method_list;
  GtkDropDown *bits_list;
  GtkWidget   *remove_button;
  GtkWidget   *spread_button;
  GtkStack    *stack;
  GtkLabel    *message;
  SalMapView  *map_view;
  SalColorbar *colorbar;
  SalBarsView *bars;
  GtkLabel    *pixel_label;
  GtkLabel    *value_label;
  GtkLabel    *words_label;

  GPtrArray   *runs;           /* SalRunItem, rows of `run_list`  */
  gboolean     updating;
  gboolean     bits_set;       /* they do not follow the session  */
  float       *map;            /* (C, H, W) raw, or NULL          */
  NnShape      shape;
  double       run_scale;      /* its factor, see SalScaleEnd     */
  double       run_largest;
  char        *explained;      /* name of the class               */
  char        *chosen_words;   /* what "as chosen" means now      */
  char        *edges;          /* what first and last layer have, or NULL */
  double       correlation;    /* to the first pane; NaN: none    */
  char        *first_name;     /* of the first pane's run         */
};

/* Fills the lists of methods and bits, once. */
void sal_inspect_pane_list_choices (SalInspectPane *self);

/* Names the pane and its map after what is chosen. */
void sal_inspect_pane_update_title (SalInspectPane *self);

G_END_DECLS
