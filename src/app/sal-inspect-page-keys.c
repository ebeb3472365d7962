/* sal-inspect-page-keys.c - keys of the Inspect page
 *
 * They hold for the whole window while the page is shown, wherever the focus
 * is; an entry gets them first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-page-private.h"

static gboolean
class_key_cb (GtkWidget *widget,
              GVariant  *arguments,
              gpointer   data)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (widget));
  SalDataset *dataset = session == NULL ? NULL : sal_session_get_dataset (session);
  const int explain_class = g_variant_get_int32 (arguments);

  if (!sal_page_is_shown (SAL_PAGE (widget)) || dataset == NULL
      || explain_class >= sal_dataset_get_test (dataset)->classes)
    return FALSE;
  sal_session_set_explain_class (session, explain_class);
  return TRUE;
}

static void
add_key (GtkShortcutController *controller,
         guint                  key,
         int                    explain_class)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (key, 0),
                                            gtk_callback_action_new (class_key_cb, NULL, NULL));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (explain_class));
  gtk_shortcut_controller_add_shortcut (controller, shortcut);
}

static gboolean
paste_key_cb (GtkWidget *widget,
              GVariant  *arguments,
              gpointer   data)
{
  if (!sal_page_is_shown (SAL_PAGE (widget)))
    return FALSE;
  sal_inspect_page_own_paste (SAL_INSPECT_PAGE (widget));
  return TRUE;
}

void
sal_inspect_page_add_keys (SalInspectPage *self)
{
  GtkShortcutController *controller = GTK_SHORTCUT_CONTROLLER (gtk_shortcut_controller_new ());

  gtk_shortcut_controller_set_scope (controller, GTK_SHORTCUT_SCOPE_GLOBAL);
  for (int i = 0; i <= 9; i++) {
    add_key (controller, GDK_KEY_0 + (guint) i, i);
    add_key (controller, GDK_KEY_KP_0 + (guint) i, i);
  }
  add_key (controller, GDK_KEY_p, SAL_EXPLAIN_PREDICTED);
  add_key (controller, GDK_KEY_t, SAL_EXPLAIN_LABEL);
  gtk_shortcut_controller_add_shortcut (
    controller, gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_v, GDK_CONTROL_MASK),
                                  gtk_callback_action_new (paste_key_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (controller));
}
