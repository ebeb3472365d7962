/* sal-text-scale.h - how large text is, against its usual size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* 1 where text has its usual size, 1.5 where it is half as large again. */
double sal_text_scale (GtkWidget *widget);

G_END_DECLS
