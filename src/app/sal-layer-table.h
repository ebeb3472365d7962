/* sal-layer-table.h - the layers of a network at some bits, one a row
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-lab.h"

G_BEGIN_DECLS

/* Property "layer" (int): index into the network's layers of the row that is
 * selected, -1 if there is none; notifies when it is chosen. */
#define SAL_TYPE_LAYER_TABLE (sal_layer_table_get_type ())
G_DECLARE_FINAL_TYPE (SalLayerTable, sal_layer_table, SAL, LAYER_TABLE, AdwBin)

GtkWidget *sal_layer_table_new (void);

/* Shows `n` layers; what was selected stays if it is still there, otherwise
 * the first hidden layer is. */
void sal_layer_table_set_layers (SalLayerTable             *self,
                                 const SalLayerDescription *layers,
                                 guint                      n);

/* Shows what each layer costs by itself, as far as it is known, and when all
 * of it is, in words, which costs most; NULL: nothing is known any more. */
void sal_layer_table_set_sensitivity (SalLayerTable              *self,
                                      const SalSensitivityAnswer *answer);

/* What is known of the selected layer; FALSE if there is none. */
gboolean sal_layer_table_get_selected (SalLayerTable       *self,
                                       SalLayerDescription *layer);

int  sal_layer_table_get_layer (SalLayerTable *self);
void sal_layer_table_set_layer (SalLayerTable *self,
                                int            layer);

guint sal_layer_table_get_n_rows (SalLayerTable *self);

G_END_DECLS
