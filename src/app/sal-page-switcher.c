/* sal-page-switcher.c - the names of the pages in the header
 *
 * GTK makes the buttons itself, in the order of the pages.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-page-switcher.h"

#include <glib/gi18n.h>

/* Pixels that the smallest header has for the names. */
#define ROOM 420

void
sal_page_switcher_name_keys (GtkWidget *switcher)
{
  int number = 0;

  for (GtkWidget *button = gtk_widget_get_first_child (switcher); button != NULL;
       button = gtk_widget_get_next_sibling (button)) {
    g_autofree char *text = g_strdup_printf (_("Ctrl+%d or Alt+%d"), number + 1, number + 1);

    gtk_widget_set_tooltip_text (button, text);
    number++;
  }
}

/* As they are in some languages, or with large text. */
static gboolean
is_long (GtkWidget *switcher)
{
  int width = 0;

  gtk_widget_measure (switcher, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  return gtk_widget_has_css_class (switcher, "tight") || width > ROOM;
}

void
sal_page_switcher_set_tight (GtkWidget *switcher,
                             gboolean   tight)
{
  g_return_if_fail (GTK_IS_STACK_SWITCHER (switcher));

  if (tight && is_long (switcher))
    gtk_widget_add_css_class (switcher, "tight");
  else
    gtk_widget_remove_css_class (switcher, "tight");
}
