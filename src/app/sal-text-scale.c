/* sal-text-scale.c - how large text is, against its usual size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-text-scale.h"

#define USUAL_DPI (96.0 * PANGO_SCALE)

double
sal_text_scale (GtkWidget *widget)
{
  int dpi = 0;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), 1);

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? dpi / USUAL_DPI : 1;
}
