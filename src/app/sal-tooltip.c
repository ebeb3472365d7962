/* sal-tooltip.c - tooltips of what changes many times a second, and of menus
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

/* --- popovers ---------------------------------------------------------------- */

/* What a popover has silenced, for as long as it is open. */
#define SILENCED "sal-silenced-tooltips"

static gboolean
popover_mapped_cb (GSignalInvocationHint *hint,
                   guint                  n_values,
                   const GValue          *values,
                   gpointer               data)
{
  GtkWidget *popover = g_value_get_object (values);

  if (!GTK_IS_POPOVER (popover))
    return TRUE;

  GPtrArray *silenced = g_ptr_array_new_with_free_func (g_object_unref);

  for (GtkWidget *widget = gtk_widget_get_parent (popover); widget != NULL;
       widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_has_tooltip (widget)) {
      gtk_widget_set_has_tooltip (widget, FALSE);
      g_ptr_array_add (silenced, g_object_ref (widget));
    }
  g_object_set_data_full (G_OBJECT (popover), SILENCED, silenced,
                          (GDestroyNotify) g_ptr_array_unref);
  return TRUE;
}

static gboolean
popover_unmapped_cb (GSignalInvocationHint *hint,
                     guint                  n_values,
                     const GValue          *values,
                     gpointer               data)
{
  GPtrArray *silenced = g_object_get_data (g_value_get_object (values), SILENCED);

  for (guint i = 0; silenced != NULL && i < silenced->len; i++)
    gtk_widget_set_has_tooltip (silenced->pdata[i], TRUE);
  g_object_set_data (g_value_get_object (values), SILENCED, NULL);
  return TRUE;
}

void
sal_tooltip_yield_to_popovers (void)
{
  g_signal_add_emission_hook (g_signal_lookup ("map", GTK_TYPE_WIDGET), 0, popover_mapped_cb,
                              NULL, NULL);
  g_signal_add_emission_hook (g_signal_lookup ("unmap", GTK_TYPE_WIDGET), 0, popover_unmapped_cb,
                              NULL, NULL);
}
