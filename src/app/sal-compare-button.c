/* sal-compare-button.c - which runs are drawn beside the current one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-compare-button.h"

#include <glib/gi18n.h>

#include "sal-run-dot.h"

struct _SalCompareButton
{
  SalSessionBin parent_instance;

  SalSession   *session;
  GtkWidget    *button;
  GtkListBox   *list;
};

G_DEFINE_FINAL_TYPE (SalCompareButton, sal_compare_button, SAL_TYPE_SESSION_BIN)

static void
update_label (SalCompareButton *self)
{
  const guint n =
    g_list_model_get_n_items (G_LIST_MODEL (sal_session_get_compared (self->session)));
  g_autofree char *label = n == 0 ? g_strdup (_("compare")) : g_strdup_printf (_("compare %u"), n);

  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), label);
}

/* --- the list ---------------------------------------------------------------- */

static void
toggled_cb (SalCompareButton *self,
            GtkCheckButton   *check)
{
  SalRunItem *run = g_object_get_data (G_OBJECT (check), "run");
  GListStore *compared = sal_session_get_compared (self->session);
  guint position = 0;
  const gboolean is_there = g_list_store_find (compared, run, &position);

  if (gtk_check_button_get_active (check) && !is_there)
    g_list_store_append (compared, run);
  else if (!gtk_check_button_get_active (check) && is_there)
    g_list_store_remove (compared, position);
}

static GtkWidget *
make_row (gpointer item,
          gpointer data)
{
  SalCompareButton *self = data;
  SalRunItem *run = item;
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *dot = sal_run_dot_new ();
  GtkWidget *label = gtk_label_new (sal_run_item_get_title (run));

  sal_run_dot_set_run (SAL_RUN_DOT (dot), run);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), check);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), label);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_list_store_find (sal_session_get_compared (self->session), run,
                                                  NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sal_run_item_get_title (run), -1);
  g_object_set_data_full (G_OBJECT (check), "run", g_object_ref (run), g_object_unref);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  return box;
}

/* The check button is the first thing in the row. */
static void
activated_cb (SalCompareButton *self,
              GtkListBoxRow    *row)
{
  GtkCheckButton *check =
    GTK_CHECK_BUTTON (gtk_widget_get_first_child (gtk_list_box_row_get_child (row)));

  gtk_check_button_set_active (check, !gtk_check_button_get_active (check));
}

/* Made anew for each opening: checks and titles are then as they are. */
static void
shown_cb (SalCompareButton *self)
{
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (sal_session_get_runs (self->session)),
                           make_row, self, NULL);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_compare_button_attach (SalSessionBin *bin,
                           SalSession    *session)
{
  SalCompareButton *self = SAL_COMPARE_BUTTON (bin);

  self->session = session;
  g_signal_connect_object (sal_session_get_compared (session), "items-changed",
                           G_CALLBACK (update_label), self, G_CONNECT_SWAPPED);
}

static void
sal_compare_button_class_init (SalCompareButtonClass *klass)
{
  SAL_SESSION_BIN_CLASS (klass)->attach = sal_compare_button_attach;
}

static void
sal_compare_button_init (SalCompareButton *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *window = gtk_scrolled_window_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "run-list");
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (window), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (window), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (window), 360);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), GTK_WIDGET (self->list));
  gtk_popover_set_child (GTK_POPOVER (popover), window);
  gtk_widget_set_size_request (popover, 320, -1);
  g_signal_connect_object (popover, "show", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED);

  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), _("compare"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_add_css_class (self->button, "chip-menu");
  gtk_widget_set_tooltip_text (self->button, _("Draw the curves of other runs beside this one"));
  adw_bin_set_child (ADW_BIN (self), self->button);
}
