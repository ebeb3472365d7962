/* sal-tooltip.c - tooltips of what changes many times a second
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-tooltip.h"

static GQuark
text_quark (void)
{
  return g_quark_from_static_string ("sal-tooltip");
}

static gboolean
query_cb (GtkWidget  *widget,
          int         x,
          int         y,
          gboolean    keyboard_mode,
          GtkTooltip *tooltip)
{
  gtk_tooltip_set_text (tooltip, sal_tooltip_get (widget));
  return sal_tooltip_get (widget) != NULL;
}

const char *
sal_tooltip_get (GtkWidget *widget)
{
  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  return g_object_get_qdata (G_OBJECT (widget), text_quark ());
}

void
sal_tooltip_set (GtkWidget  *widget,
                 const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (g_strcmp0 (text, sal_tooltip_get (widget)) == 0)
    return;
  if (g_signal_handler_find (widget, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, query_cb, NULL) == 0) {
    g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_cb), NULL);
    gtk_widget_set_has_tooltip (widget, TRUE);
  }
  g_object_set_qdata_full (G_OBJECT (widget), text_quark (), g_strdup (text), g_free);
}
