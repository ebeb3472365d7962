/* sal-segments.h - a few choices side by side, one of them pressed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Properties:
 *   "titles"    string array; in a template separated by line ends
 *   "tooltips"  string array, in the order of the titles, may be shorter
 *   "selected"  uint, GTK_INVALID_LIST_POSITION: none */
#define SAL_TYPE_SEGMENTS (sal_segments_get_type ())
G_DECLARE_FINAL_TYPE (SalSegments, sal_segments, SAL, SEGMENTS, GtkWidget)

/* NULL-terminated; what was selected stays if it is still there. */
void sal_segments_set_titles   (SalSegments       *self,
                                const char *const *titles);
void sal_segments_set_tooltips (SalSegments       *self,
                                const char *const *tooltips);

guint sal_segments_get_selected (SalSegments *self);
void  sal_segments_set_selected (SalSegments *self,
                                 guint        selected);

G_END_DECLS
