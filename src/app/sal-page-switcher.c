/* sal-page-switcher.c - the pages as tabs, or as a list where these do not fit
 *
 * The window folds it, as a header bar with tabs would not let the window get
 * narrow enough to fold them by itself.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-page-switcher.h"

#include <glib/gi18n.h>

/* Tabs are folded before the header bar is as narrow as it can be with them:
 * from there no window gets narrower. */
#define SLACK 12

/* Pixels that the smallest header has for the tabs. */
#define USUAL_ROOM 420

struct _SalPageSwitcher
{
  AdwBin            parent_instance;

  GtkStack         *looks;   /* the tabs, the list */
  GtkStackSwitcher *tabs;
  GtkDropDown      *list;
  GtkStack         *pages;   /* not owned */
};

enum
{
  PROP_STACK = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalPageSwitcher, sal_page_switcher, ADW_TYPE_BIN)

static int
measure (gpointer widget)
{
  int minimum = 0;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

gboolean
sal_page_switcher_has_room (SalPageSwitcher *self,
                            int              width)
{
  g_return_val_if_fail (SAL_IS_PAGE_SWITCHER (self), FALSE);

  GtkWidget *bar = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_HEADER_BAR);

  return bar == NULL || measure (bar) - measure (self) + measure (self->tabs) + SLACK <= width;
}

/* Names as they are in some languages, or with large text. */
static gboolean
is_long (SalPageSwitcher *self)
{
  return gtk_widget_has_css_class (GTK_WIDGET (self->tabs), "tight")
         || measure (self->tabs) > USUAL_ROOM;
}

void
sal_page_switcher_set_tight (SalPageSwitcher *self,
                             gboolean         tight)
{
  g_return_if_fail (SAL_IS_PAGE_SWITCHER (self));

  if (tight && is_long (self))
    gtk_widget_add_css_class (GTK_WIDGET (self->tabs), "tight");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->tabs), "tight");
}

void
sal_page_switcher_set_folded (SalPageSwitcher *self,
                              gboolean         folded)
{
  g_return_if_fail (SAL_IS_PAGE_SWITCHER (self));

  gtk_stack_set_visible_child (self->looks, folded ? GTK_WIDGET (self->list)
                               : GTK_WIDGET (self->tabs));
}

gboolean
sal_page_switcher_get_folded (SalPageSwitcher *self)
{
  g_return_val_if_fail (SAL_IS_PAGE_SWITCHER (self), FALSE);

  return gtk_stack_get_visible_child (self->looks) == GTK_WIDGET (self->list);
}

/* --- pages ------------------------------------------------------------------- */

/* The switcher makes its buttons itself, in the order of the pages. */
static void
name_keys (SalPageSwitcher *self)
{
  int number = 0;

  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->tabs)); button != NULL;
       button = gtk_widget_get_next_sibling (button)) {
    g_autofree char *text = g_strdup_printf (_("Ctrl+%d or Alt+%d"), number + 1, number + 1);

    gtk_widget_set_tooltip_text (button, text);
    number++;
  }
}

static guint
find_visible (GListModel *pages,
              GtkStack   *stack)
{
  for (guint i = 0; i < g_list_model_get_n_items (pages); i++) {
    g_autoptr (GObject) page = g_list_model_get_item (pages, i);

    if (gtk_stack_page_get_child (GTK_STACK_PAGE (page)) == gtk_stack_get_visible_child (stack))
      return i;
  }
  return GTK_INVALID_LIST_POSITION;
}

static void
page_shown_cb (SalPageSwitcher *self)
{
  gtk_drop_down_set_selected (self->list,
                              find_visible (gtk_drop_down_get_model (self->list), self->pages));
}

static void
page_chosen_cb (SalPageSwitcher *self)
{
  GtkStackPage *page = gtk_drop_down_get_selected_item (self->list);

  if (page != NULL && self->pages != NULL)
    gtk_stack_set_visible_child (self->pages, gtk_stack_page_get_child (page));
}

static void
set_stack (SalPageSwitcher *self,
           GtkStack        *stack)
{
  self->pages = stack;
  gtk_stack_switcher_set_stack (self->tabs, stack);
  if (stack == NULL)
    return;

  g_autoptr (GtkSelectionModel) pages = gtk_stack_get_pages (stack);

  name_keys (self);
  gtk_drop_down_set_model (self->list, G_LIST_MODEL (pages));
  g_signal_connect_object (stack, "notify::visible-child", G_CALLBACK (page_shown_cb), self,
                           G_CONNECT_SWAPPED);
  page_shown_cb (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_page_switcher_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (id) {
  case PROP_STACK:
    set_stack (SAL_PAGE_SWITCHER (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_page_switcher_class_init (SalPageSwitcherClass *klass)
{
  G_OBJECT_CLASS (klass)->set_property = sal_page_switcher_set_property;

  properties[PROP_STACK] = g_param_spec_object ("stack", NULL, NULL, GTK_TYPE_STACK,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
sal_page_switcher_init (SalPageSwitcher *self)
{
  GtkExpression *title = gtk_property_expression_new (GTK_TYPE_STACK_PAGE, NULL, "title");

  self->tabs = GTK_STACK_SWITCHER (gtk_stack_switcher_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->tabs), "page-switcher");
  self->list = GTK_DROP_DOWN (gtk_drop_down_new (NULL, title));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "page-list");
  gtk_widget_set_valign (GTK_WIDGET (self->list), GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->list), _("Choose a page (Ctrl+1 to Ctrl+5)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Page"), -1);
  g_signal_connect_object (self->list, "notify::selected", G_CALLBACK (page_chosen_cb), self,
                           G_CONNECT_SWAPPED);

  self->looks = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_hhomogeneous (self->looks, FALSE);
  gtk_stack_add_child (self->looks, GTK_WIDGET (self->list));
  gtk_stack_add_child (self->looks, GTK_WIDGET (self->tabs));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->looks));
}
