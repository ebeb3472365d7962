/* sal-confusion-cell.c - one cell of a confusion matrix, as a row of a table
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-confusion-cell.h"

G_DEFINE_FINAL_TYPE (SalConfusionCell, sal_confusion_cell, G_TYPE_OBJECT)

static void
sal_confusion_cell_class_init (SalConfusionCellClass *klass)
{
}

static void
sal_confusion_cell_init (SalConfusionCell *self)
{
}

SalConfusionCell *
sal_confusion_cell_new (int    row,
                        int    column,
                        double count,
                        double share)
{
  SalConfusionCell *self = g_object_new (SAL_TYPE_CONFUSION_CELL, NULL);

  self->row = row;
  self->column = column;
  self->count = count;
  self->share = share;
  return self;
}
