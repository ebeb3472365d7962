/* sal-square-bin.h - room for a map that is as high as it is wide
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Wants to be a square of the width it is given, but puts up with less height.
 *
 * Properties: "child" (GtkWidget), "least" and "most" (int): its height;
 * "usual" (int, 0: the most): the width that it asks for. */
#define SAL_TYPE_SQUARE_BIN (sal_square_bin_get_type ())
G_DECLARE_FINAL_TYPE (SalSquareBin, sal_square_bin, SAL, SQUARE_BIN, GtkWidget)

G_END_DECLS
