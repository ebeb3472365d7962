/* sal-tab-exit.c - Tab leaves a list, instead of going through its items
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-tab-exit.h"

/* The row of a table that has the focus, or NULL: it may hold check boxes. */
static GtkWidget *
find_row (GtkWidget *list,
          GtkWidget *focus)
{
  while (focus != NULL && focus != list
         && g_strcmp0 (gtk_widget_get_css_name (focus), "row") != 0)
    focus = gtk_widget_get_parent (focus);
  return focus == list ? NULL : focus;
}

/* A list that takes no focus is passed over on the way. */
static gboolean
leave_cb (GtkWidget *list,
          GVariant  *arguments,
          gpointer   data)
{
  const GtkDirectionType direction = (GtkDirectionType) g_variant_get_int32 (arguments);
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (list));
  GtkWidget *row = find_row (list, gtk_root_get_focus (GTK_ROOT (root)));
  gboolean moved = FALSE;

  if (row != NULL && gtk_widget_child_focus (row, direction))
    return TRUE;
  gtk_widget_set_can_focus (list, FALSE);
  moved = gtk_widget_child_focus (root, direction);
  gtk_widget_set_can_focus (list, TRUE);
  return moved;
}

static void
add_key (GtkShortcutController *controller,
         guint                  key,
         GdkModifierType        modifiers,
         GtkDirectionType       direction)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers),
                                            gtk_callback_action_new (leave_cb, NULL, NULL));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 ((int) direction));
  gtk_shortcut_controller_add_shortcut (controller, shortcut);
}

void
sal_tab_exit_add (GtkWidget *list)
{
  g_return_if_fail (GTK_IS_WIDGET (list));

  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkShortcutController *controller = GTK_SHORTCUT_CONTROLLER (keys);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  add_key (controller, GDK_KEY_Tab, 0, GTK_DIR_TAB_FORWARD);
  add_key (controller, GDK_KEY_Tab, GDK_SHIFT_MASK, GTK_DIR_TAB_BACKWARD);
  add_key (controller, GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK, GTK_DIR_TAB_BACKWARD);
  gtk_widget_add_controller (list, keys);
}
