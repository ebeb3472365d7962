/* sal-confusion-view.h - a confusion matrix to walk about in
 *
 * The pointer reads a cell out; arrow keys move a cursor from cell to cell
 * (Ctrl: along the mistakes, from the most frequent one down), Home and End
 * go to the first and last column.  A click or Enter activates a cell.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-drawing.h"

G_BEGIN_DECLS

/* Signals: "cell-changed", another cell is read out; "cell-activated" (int
 * row, int column), its images are wanted. */
#define SAL_TYPE_CONFUSION_VIEW (sal_confusion_view_get_type ())
G_DECLARE_FINAL_TYPE (SalConfusionView, sal_confusion_view, SAL, CONFUSION_VIEW, SalDrawing)

GtkWidget *sal_confusion_view_new (void);

/* Shows `counts`, (n, n) row by row: rows are true classes, columns what the
 * network said.  All is copied; n = 0: nothing.  The cursor stays where it
 * is. */
void sal_confusion_view_set (SalConfusionView  *self,
                             const double      *counts,
                             const char *const *names,
                             guint              n);

/* The cell under the pointer, or else under the cursor. FALSE if none is. */
gboolean sal_confusion_view_get_cell (SalConfusionView *self,
                                      int              *row,
                                      int              *column);

/* That cell in words: "true 4, said 9: 12 images, 1.2 % of class 4"; "" if
 * there is none. Free the result. */
char *sal_confusion_view_describe (SalConfusionView *self);

G_END_DECLS
