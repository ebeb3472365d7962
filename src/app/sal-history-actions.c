/* sal-history-actions.c - undo and redo in a window: actions, keys, menu
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-history-actions.h"

#include <glib/gi18n.h>

/* What lasts as long as the window's action group. */
typedef struct
{
  SalHistory         *history;
  GSimpleActionGroup *group;   /* not a reference: it owns this */
  GMenu              *section;
  AdwToastOverlay    *toasts;  /* a weak pointer                */
  AdwToast           *toast;   /* the last one; a weak pointer  */
} Actions;

static void
actions_free (gpointer data)
{
  Actions *self = data;

  g_signal_handlers_disconnect_by_data (self->history, self);
  g_object_unref (self->history);
  g_object_unref (self->section);
  g_clear_weak_pointer (&self->toasts);
  g_clear_weak_pointer (&self->toast);
  g_free (self);
}

/* --- actions ----------------------------------------------------------------- */

static void
undo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       history)
{
  sal_history_undo (history);
}

static void
redo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       history)
{
  sal_history_redo (history);
}

static const GActionEntry entries[] = {
  { .name = "undo", .activate = undo_cb },
  { .name = "redo", .activate = redo_cb },
};

/* Takes `label`. */
static void
show (Actions    *self,
      const char *name,
      const char *accel,
      gboolean    enabled,
      char       *label)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->group), name);
  g_autofree char *detailed = g_strconcat ("history.", name, NULL);
  g_autoptr (GMenuItem) item = g_menu_item_new (label, detailed);

  g_menu_item_set_attribute (item, "accel", "s", accel);
  g_menu_append_item (self->section, item);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
  g_free (label);
}

/* "Undo Bit Widths"; greyed where there is nothing. */
static void
update (Actions *self)
{
  const char *undone = sal_history_get_undo_title (self->history);
  const char *redone = sal_history_get_redo_title (self->history);

  g_menu_remove_all (self->section);
  /* Translators: what is undone follows, such as "Bit Widths" or "Drawing". */
  show (self, "undo", "<Primary>z", undone != NULL,
        undone != NULL ? g_strdup_printf (_("_Undo %s"), undone) : g_strdup (_("_Undo")));
  show (self, "redo", "<Primary><Shift>z", redone != NULL,
        redone != NULL ? g_strdup_printf (_("_Redo %s"), redone) : g_strdup (_("_Redo")));
}

/* One toast at a time: the next undo takes its place. */
static void
moved_cb (Actions    *self,
          const char *title,
          gboolean    undone)
{
  g_autofree char *message =
    g_strdup_printf (undone ? _("Undone: %s") : _("Done again: %s"), title);

  if (self->toasts == NULL)
    return;
  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  g_clear_weak_pointer (&self->toast);

  AdwToast *toast = adw_toast_new (message);

  adw_toast_set_timeout (toast, 2);
  g_set_weak_pointer (&self->toast, toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- gestures ---------------------------------------------------------------- */

static gboolean
event_cb (SalHistory *history,
          GdkEvent   *event)
{
  switch ((int) gdk_event_get_event_type (event)) {
  case GDK_BUTTON_PRESS:
  case GDK_TOUCH_BEGIN:
    sal_history_begin_gesture (history);
    break;
  case GDK_BUTTON_RELEASE:
  case GDK_TOUCH_END:
  case GDK_TOUCH_CANCEL:
  case GDK_GRAB_BROKEN:
    sal_history_end_gesture (history);
    break;
  default:
    break;
  }
  return GDK_EVENT_PROPAGATE;
}

/* The end of a gesture is seen here before the widget sees it; what it still
 * changes then follows at once, and so belongs to the step. */
static void
watch_gestures (GtkWidget  *window,
                SalHistory *history)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (event_cb), history,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (window, controller);
}

/* --- installing -------------------------------------------------------------- */

static const struct
{
  guint           key;
  GdkModifierType modifiers;
  const char     *action;
} keys[] = {
  { GDK_KEY_z, GDK_CONTROL_MASK, "history.undo" },
  { GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "history.redo" },
  { GDK_KEY_y, GDK_CONTROL_MASK, "history.redo" },
};

static void
add_keys (GtkWidget *window)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key, keys[i].modifiers),
                        gtk_named_action_new (keys[i].action)));
  gtk_widget_add_controller (window, controller);
}

void
sal_history_actions_install (GtkWidget       *window,
                             SalHistory      *history,
                             GMenu           *section,
                             AdwToastOverlay *toasts)
{
  g_return_if_fail (GTK_IS_WIDGET (window) && SAL_IS_HISTORY (history) && G_IS_MENU (section));

  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  Actions *self = g_new0 (Actions, 1);

  self->history = g_object_ref (history);
  self->group = group;
  self->section = g_object_ref (section);
  g_set_weak_pointer (&self->toasts, toasts);
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), history);
  g_object_set_data_full (G_OBJECT (group), "actions", self, actions_free);
  g_signal_connect_swapped (history, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (history, "moved", G_CALLBACK (moved_cb), self);
  update (self);
  gtk_widget_insert_action_group (window, "history", G_ACTION_GROUP (group));
  watch_gestures (window, history);
  add_keys (window);
}
