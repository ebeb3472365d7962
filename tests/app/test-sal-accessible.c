/* test-sal-accessible.c - whoever cannot see or cannot point can use every page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page-fixture.h"
#include "sal-colorbar.h"
#include "sal-drawing.h"

typedef void (*Visit) (GtkWidget *widget,
                       gpointer   data);

static void
visit_all (GtkWidget *widget,
           Visit      visit,
           gpointer   data)
{
  visit (widget, data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    visit_all (child, visit, data);
}

/* Where a widget is, for the log: the types from the page down. */
static char *
path_of (GtkWidget *widget)
{
  g_autoptr (GString) path = g_string_new (NULL);

  for (int i = 0; i < 6 && widget != NULL; i++, widget = gtk_widget_get_parent (widget)) {
    if (i > 0)
      g_string_prepend (path, " > ");
    g_string_prepend (path, G_OBJECT_TYPE_NAME (widget));
  }
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static gboolean
says (GtkWidget            *widget,
      GtkAccessibleProperty property)
{
  g_autofree char *empty = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property,
                                                               "");

  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), property) && empty != NULL;
}

/* Logs what is wrong and counts it. */
static void
complain (guint      *n,
          GtkWidget  *widget,
          const char *what)
{
  g_autofree char *path = path_of (widget);

  g_test_message ("%s: %s", path, what);
  (*n)++;
}

/* --- drawings ---------------------------------------------------------------- */

static void
check_drawing (GtkWidget *widget,
               gpointer   data)
{
  guint *n = data;

  /* The maps of the film strip are the faces of its buttons, which have the
   * names. */
  if (!SAL_IS_DRAWING (widget) || !gtk_widget_get_mapped (widget)
      || gtk_widget_get_ancestor (widget, GTK_TYPE_BUTTON) != NULL)
    return;
  if (!says (widget, GTK_ACCESSIBLE_PROPERTY_LABEL))
    complain (n, widget, "a drawing without a name");
  /* A colour bar is the legend of its map: it has a value, and no keys. */
  if (SAL_IS_COLORBAR (widget))
    return;
  if (!says (widget, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION))
    complain (n, widget, "a drawing that does not say how it is used");
  if (!gtk_widget_get_focusable (widget))
    complain (n, widget, "a drawing that no key reaches");
}

/* --- buttons ----------------------------------------------------------------- */

static gboolean
has_words (GtkWidget *widget)
{
  GtkWidget *label = app_fixture_find (widget, GTK_TYPE_LABEL, NULL, NULL);

  return label != NULL && *gtk_label_get_label (GTK_LABEL (label)) != '\0';
}

static void
check_button (GtkWidget *widget,
              gpointer   data)
{
  guint *n = data;
  GtkWidget *parent = gtk_widget_get_parent (widget);

  if (!(GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget)) || !gtk_widget_get_mapped (widget)
      || has_words (widget))
    return;
  /* The inner button of another control, which has the name. */
  if (GTK_IS_MENU_BUTTON (parent) || GTK_IS_DROP_DOWN (parent) || GTK_IS_SPIN_BUTTON (parent)
      || GTK_IS_WINDOW_CONTROLS (parent) || gtk_widget_get_ancestor (widget, GTK_TYPE_INFO_BAR))
    return;
  if (gtk_widget_get_tooltip_text (widget) == NULL)
    complain (n, widget, "a button without words or a tooltip");
  if (!says (widget, GTK_ACCESSIBLE_PROPERTY_LABEL)
      && !gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                            GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    complain (n, widget, "a button without words or a name");
}

/* --- the pages --------------------------------------------------------------- */

static gboolean
is_settled (gpointer data)
{
  app_fixture_settle ();
  return TRUE;
}

static void
test_page (PageFixture  *self,
           gconstpointer page)
{
  guint n = 0;

  app_fixture_wait (is_settled, NULL);
  visit_all (GTK_WIDGET (self->window), check_drawing, &n);
  visit_all (GTK_WIDGET (self->window), check_button, &n);
  if (n > 0)
    g_test_fail_printf ("%u widgets lack words or keys", n);
}

int
main (int    argc,
      char **argv)
{
  static const char *const pages[] = { "train", "quantize", "inspect", "masking", "compare" };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autofree char *path = g_strdup_printf ("/accessible/%s", pages[i]);

    g_test_add (path, PageFixture, pages[i], page_fixture_set_up, test_page,
                page_fixture_tear_down);
  }
  return g_test_run ();
}
