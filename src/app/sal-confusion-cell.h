/* sal-confusion-cell.h - one cell of a confusion matrix, as a row of a table
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SAL_TYPE_CONFUSION_CELL (sal_confusion_cell_get_type ())
G_DECLARE_FINAL_TYPE (SalConfusionCell, sal_confusion_cell, SAL, CONFUSION_CELL, GObject)

struct _SalConfusionCell
{
  GObject parent_instance;

  int     row;      /* true class                                             */
  int     column;   /* predicted class                                        */
  double  count;    /* images                                                 */
  double  share;    /* of the images of the true class, 0..1                  */
};

SalConfusionCell *sal_confusion_cell_new (int    row,
                                          int    column,
                                          double count,
                                          double share);

G_END_DECLS
