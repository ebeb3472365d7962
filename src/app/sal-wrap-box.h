/* sal-wrap-box.h - children from left to right, in as many lines as it takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row of controls that breaks where the window is narrow.  A child that
 * expands horizontally takes what is left of its line, the last line what
 * height is left.  Properties: "spacing" (uint, 8), between children and
 * between lines; "aligned" (boolean, FALSE), whether children that are alike
 * stand below each other though the last line has fewer. */
#define SAL_TYPE_WRAP_BOX (sal_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (SalWrapBox, sal_wrap_box, SAL, WRAP_BOX, GtkWidget)

G_END_DECLS
