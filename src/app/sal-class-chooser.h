/* sal-class-chooser.h - which class the maps explain
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-lab.h"

G_BEGIN_DECLS

/* "Prediction", "True" and the classes: as buttons where these are few and
 * short, otherwise as a list.  Property "explain-class" (int): a class,
 * SAL_EXPLAIN_PREDICTED or SAL_EXPLAIN_LABEL. */
#define SAL_TYPE_CLASS_CHOOSER (sal_class_chooser_get_type ())
G_DECLARE_FINAL_TYPE (SalClassChooser, sal_class_chooser, SAL, CLASS_CHOOSER, AdwBin)

/* NULL: no classes but the two rules. */
void sal_class_chooser_set_dataset (SalClassChooser *self,
                                    SalDataset      *dataset);

G_END_DECLS
