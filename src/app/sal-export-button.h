/* sal-export-button.h - the menu that saves a drawing, as a button
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-drawing.h"

G_BEGIN_DECLS

/* Property "drawing" (SalDrawing): what is saved. */
#define SAL_TYPE_EXPORT_BUTTON (sal_export_button_get_type ())
G_DECLARE_FINAL_TYPE (SalExportButton, sal_export_button, SAL, EXPORT_BUTTON, AdwBin)

G_END_DECLS
