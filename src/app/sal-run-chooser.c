/* sal-run-chooser.c - the button in the header that names the current run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-chooser.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sal-run-dot.h"
#include "sal-run-row.h"
#include "sal-ui.h"

struct _SalRunChooser
{
  SalSessionBin  parent_instance;

  SalSession    *session;
  GtkMenuButton *button;
  SalRunDot     *dot;
  GtkLabel      *label;
  GtkLabel      *details;
  GtkPopover    *popover;
  GtkStack      *stack;
  GtkListView   *list;
};

G_DEFINE_FINAL_TYPE (SalRunChooser, sal_run_chooser, SAL_TYPE_SESSION_BIN)

void
sal_run_chooser_open (SalRunChooser *self)
{
  g_return_if_fail (SAL_IS_RUN_CHOOSER (self));

  gtk_menu_button_popup (self->button);
}

/* In two lines, as one is too long: "SGT + PACT" above "run 12 · 4-bit · Glyphs
 * (built in)". */
static void
show_title (SalRunChooser *self,
            SalRunItem    *run)
{
  const char *title = run == NULL ? _("New run") : sal_run_item_get_title (run);
  const char *mode = run == NULL ? title : _(sal_mode_title (sal_run_item_get_recipe (run)->mode));
  const gboolean split = run != NULL && g_str_has_prefix (title, mode);
  g_autoptr (GString) rest = g_string_new (split ? title + strlen (mode) : "");

  while (rest->len > 0 && !g_unichar_isalnum (g_utf8_get_char (rest->str)))
    g_string_erase (rest, 0, g_utf8_next_char (rest->str) - rest->str);
  if (run != NULL && sal_run_item_get_id (run) >= 0) {
    g_autofree char *number =
      g_strdup_printf (_("run %lld"), (long long) sal_run_item_get_id (run));

    g_string_prepend (rest, rest->len > 0 ? " · " : "");
    g_string_prepend (rest, number);
  }
  gtk_label_set_label (self->label, split ? mode : title);
  gtk_label_set_label (self->details, rest->str);
  gtk_widget_set_visible (GTK_WIDGET (self->details), rest->len > 0);
}

static void
update (SalRunChooser *self)
{
  SalRunItem *run = sal_session_get_run (self->session);
  const char *title = run == NULL ? _("New run") : sal_run_item_get_title (run);
  g_autofree char *words = g_strdup_printf (_("Run: %s"), title);

  show_title (self, run);
  sal_run_dot_set_run (self->dot, run);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), _("Choose a run (Ctrl+R)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
update_list (SalRunChooser *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (sal_session_get_runs (self->session)));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

static void
activated_cb (SalRunChooser *self,
              guint          position)
{
  g_autoptr (SalRunItem) run =
    g_list_model_get_item (G_LIST_MODEL (sal_session_get_runs (self->session)), position);

  gtk_popover_popdown (self->popover);
  sal_session_set_run (self->session, run);
}

/* The row of the current run, not the first button of the list, which would
 * delete: Enter and the arrow keys begin there. */
static void
focus_current_row (SalRunChooser *self)
{
  SalRunItem *current = sal_session_get_run (self->session);

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row)) {
    GtkWidget *child = gtk_widget_get_first_child (row);

    if (SAL_IS_RUN_ROW (child) && sal_run_row_get_run (SAL_RUN_ROW (child)) == current)
      gtk_root_set_focus (gtk_widget_get_root (row), row);
  }
}

static void
shown_cb (SalRunChooser *self)
{
  GListModel *runs = G_LIST_MODEL (sal_session_get_runs (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (runs, i);

    if (run == sal_session_get_run (self->session))
      gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", i);
  }
  focus_current_row (self);
}

/* --- deleting ---------------------------------------------------------------- */

static void
delete_answered_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    SalRunChooser    *self)
{
  SalRunItem *run = g_object_get_data (G_OBJECT (dialog), "run");

  if (g_str_equal (response, "delete"))
    sal_session_delete_run (self->session, run);
}

static void
delete_cb (SalRunChooser *self,
           SalRunRow     *row)
{
  SalRunItem *run = sal_run_row_get_run (row);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                              _("Delete Run?"), NULL);

  gtk_popover_popdown (self->popover);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _("“%s” is deleted with its curves, its checkpoint and its "
                                    "model. This cannot be undone."),
                                  sal_run_item_get_title (run));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "run", g_object_ref (run), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (delete_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- rows -------------------------------------------------------------------- */

static void
setup_row_cb (SalRunChooser *self,
              GtkListItem   *item)
{
  GtkWidget *row = sal_run_row_new ();

  g_signal_connect_object (row, "delete", G_CALLBACK (delete_cb), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_row_cb (SalRunChooser *self,
             GtkListItem   *item)
{
  sal_run_row_set_run (SAL_RUN_ROW (gtk_list_item_get_child (item)),
                       gtk_list_item_get_item (item));
}

static void
unbind_row_cb (SalRunChooser *self,
               GtkListItem   *item)
{
  sal_run_row_set_run (SAL_RUN_ROW (gtk_list_item_get_child (item)), NULL);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_run_chooser_attach (SalSessionBin *bin,
                        SalSession    *session)
{
  SalRunChooser *self = SAL_RUN_CHOOSER (bin);

  self->session = session;
  SalRunLibrary *runs = sal_session_get_runs (self->session);
  g_autoptr (GtkNoSelection) model =
    gtk_no_selection_new (G_LIST_MODEL (g_object_ref (runs)));

  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  g_signal_connect_object (self->session, "notify::run", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (runs, "items-changed", G_CALLBACK (update_list), self,
                           G_CONNECT_SWAPPED);
  update (self);
  update_list (self);
}

static void
sal_run_chooser_class_init (SalRunChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  SAL_SESSION_BIN_CLASS (klass)->attach = sal_run_chooser_attach;

  g_type_ensure (SAL_TYPE_RUN_DOT);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-run-chooser"));
  gtk_widget_class_bind_template_child (widget_class, SalRunChooser, button);
  gtk_widget_class_bind_template_child (widget_class, SalRunChooser, dot);
  gtk_widget_class_bind_template_child (widget_class, SalRunChooser, label);
  gtk_widget_class_bind_template_child (widget_class, SalRunChooser, details);
  gtk_widget_class_bind_template_child (widget_class, SalRunChooser, popover);
  gtk_widget_class_bind_template_child (widget_class, SalRunChooser, stack);
  gtk_widget_class_bind_template_child (widget_class, SalRunChooser, list);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row_cb);
}

static void
sal_run_chooser_init (SalRunChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
