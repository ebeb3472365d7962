/* test-sal-history-actions.c - undo and redo of everything, in one window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page-fixture.h"
#include "sal-image-grid.h"
#include "sal-inspect-pane.h"
#include "sal-map-view.h"

static void
undo (PageFixture *self)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), "history.undo", NULL));
}

static void
redo (PageFixture *self)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), "history.redo", NULL));
}

static void
finish_step (PageFixture *self)
{
  sal_history_finish_step (sal_session_get_history (self->app.session));
}

static const char *
undo_title (PageFixture *self)
{
  return sal_history_get_undo_title (sal_session_get_history (self->app.session));
}

static void
choose_bits (PageFixture *self,
             int          width)
{
  const SalBits bits = sal_bits_uniform (width, width);

  finish_step (self);
  sal_session_set_bits (self->app.session, &bits);
}

static int
bits_of (PageFixture *self)
{
  return sal_session_get_bits (self->app.session)->weight_bits;
}

static GtkDropDown *
find_classes (PageFixture *self)
{
  return app_fixture_find (page_fixture_find (self, SAL_TYPE_IMAGE_GRID), GTK_TYPE_DROP_DOWN, NULL,
                           NULL);
}

static void
choose_class (PageFixture *self,
              guint        row)
{
  finish_step (self);
  gtk_drop_down_set_selected (find_classes (self), row);
}

/* One stroke through the middle. */
static void
draw (PageFixture *self,
      gboolean     erase)
{
  SalMapView *view =
    sal_inspect_pane_get_map_view (page_fixture_find (self, SAL_TYPE_INSPECT_PANE));

  finish_step (self);
  for (int row = 8; row < 20; row++)
    g_signal_emit_by_name (view, "paint", 14, row, erase);
}

static gboolean
says_drawn_on (PageFixture *self)
{
  return page_fixture_find_label (self->window, "Image 0, drawn on · true class 0") != NULL;
}

/* --- the story --------------------------------------------------------------- */

static void
test_one_history (PageFixture  *self,
                  gconstpointer page)
{
  choose_bits (self, 4);
  draw (self, FALSE);
  choose_class (self, 3);
  draw (self, TRUE);
  choose_bits (self, 2);

  g_assert_cmpstr (undo_title (self), ==, "Bit Widths");
  undo (self);
  g_assert_cmpint (bits_of (self), ==, 4);
  g_assert_cmpstr (undo_title (self), ==, "Erasing");
  undo (self);
  g_assert_cmpstr (undo_title (self), ==, "Filter of Images");
  undo (self);
  g_assert_cmpuint (gtk_drop_down_get_selected (find_classes (self)), ==, 0);
  g_assert_true (says_drawn_on (self));
  g_assert_cmpstr (undo_title (self), ==, "Drawing");
  undo (self);
  g_assert_false (says_drawn_on (self));
  undo (self);
  g_assert_cmpint (bits_of (self), ==, SAL_BITS_AS_TRAINED);
  g_assert_null (undo_title (self));

  for (int i = 0; i < 5; i++)
    redo (self);
  g_assert_cmpint (bits_of (self), ==, 2);
  g_assert_cmpuint (gtk_drop_down_get_selected (find_classes (self)), ==, 3);
  g_assert_true (says_drawn_on (self));
  undo (self);
  g_assert_cmpint (bits_of (self), ==, 4);
}

/* Going to another image puts the drawing away; undo brings it back. */
static void
test_drawing_comes_back (PageFixture  *self,
                         gconstpointer page)
{
  draw (self, FALSE);
  finish_step (self);
  sal_session_set_image (self->app.session, 5);
  g_assert_false (says_drawn_on (self));
  undo (self);
  g_assert_true (says_drawn_on (self));
}

static void
test_alpha (PageFixture  *self,
            gconstpointer page)
{
  SalBits bits = *sal_session_get_bits (self->app.session);

  bits.n_layers = 1;
  bits.layers[0] = (SalLayerBits) {
    .layer = 2, .weight_bits = SAL_BITS_LIKE_OTHERS, .activation_bits = SAL_BITS_LIKE_OTHERS,
    .alpha = 2.5f,
  };
  sal_session_set_bits (self->app.session, &bits);
  g_assert_cmpstr (undo_title (self), ==, "Clipping Level");
  undo (self);
  g_assert_cmpuint (sal_session_get_bits (self->app.session)->n_layers, ==, 0);
}

/* --- the menu ---------------------------------------------------------------- */

/* Whether a menu below `model` has an item of this label. */
static gboolean
has_item (GMenuModel *model,
          const char *label)
{
  for (int i = 0; i < g_menu_model_get_n_items (model); i++) {
    g_autoptr (GMenuModel) section = g_menu_model_get_item_link (model, i, G_MENU_LINK_SECTION);
    g_autofree char *found = NULL;

    g_menu_model_get_item_attribute (model, i, G_MENU_ATTRIBUTE_LABEL, "s", &found);
    if (g_strcmp0 (found, label) == 0 || (section != NULL && has_item (section, label)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_main_menu (GtkWidget    *widget,
              gconstpointer data)
{
  return g_strcmp0 (gtk_menu_button_get_icon_name (GTK_MENU_BUTTON (widget)),
                    "open-menu-symbolic") == 0;
}

static void
test_menu_says_what (PageFixture  *self,
                     gconstpointer page)
{
  GtkMenuButton *button =
    app_fixture_find (self->window, GTK_TYPE_MENU_BUTTON, is_main_menu, NULL);
  GMenuModel *menu = gtk_menu_button_get_menu_model (button);

  g_assert_true (has_item (menu, "_Undo"));
  choose_bits (self, 4);
  g_assert_true (has_item (menu, "_Undo Bit Widths"));
  g_assert_true (has_item (menu, "_Redo"));
  undo (self);
  g_assert_true (has_item (menu, "_Undo"));
  g_assert_true (has_item (menu, "_Redo Bit Widths"));
}

int
main (int    argc,
      char **argv)
{
  static const PageTest tests[] = {
    { "/history-actions/undo bits, drawing and filters in one order", test_one_history },
    { "/history-actions/bring a drawing back", test_drawing_comes_back },
    { "/history-actions/undo a clipping level", test_alpha },
    { "/history-actions/are named in the menu", test_menu_says_what },
  };

  if (!app_fixture_init (&argc, &argv))
    return 0;
  page_fixture_add_tests ("inspect", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
