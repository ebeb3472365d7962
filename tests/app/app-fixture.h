/* app-fixture.h - a window with a private store and small data, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-window.h"

G_BEGIN_DECLS

typedef struct
{
  char       *home;     /* of the store                                        */
  char       *folder;   /* of the data: 120 images to train on, 40 to test     */
  SalSession *session;
  SalRecipe   recipe;   /* LeNet-5 in mini-batches of 20, very many epochs     */
} AppFixture;

/* Initialises GTK and the test framework.  Where no display can be had, says
 * so as a TAP plan that skips everything, and returns FALSE. */
gboolean app_fixture_init (int    *argc,
                           char ***argv);

/* For g_test_add(). The session's recipe is `recipe`. */
void app_fixture_set_up    (AppFixture   *self,
                            gconstpointer data);
void app_fixture_tear_down (AppFixture   *self,
                            gconstpointer data);

/* Turns the main loop until `condition (data)` is TRUE; fails after 30 s. */
typedef gboolean (*AppCondition) (gpointer data);
void app_fixture_wait (AppCondition condition,
                       gpointer     data);

/* Turns the main loop while there is something to do. */
void app_fixture_settle (void);

/* Destroys a window and checks that it was finalised. */
void app_fixture_check_finalised (GtkWindow *window);

/* The first widget of `type` below `root` for which `matches` (may be NULL)
 * is TRUE, depth first; NULL if there is none. */
typedef gboolean (*AppMatch) (GtkWidget    *widget,
                              gconstpointer data);
gpointer app_fixture_find (gpointer      root,
                           GType         type,
                           AppMatch      matches,
                           gconstpointer data);

/* An AppMatch: whether the widget's own label or text is `data`. */
gboolean app_fixture_has_label (GtkWidget    *widget,
                                gconstpointer data);

/* Runs the widget's binding of a key, as pressing it would; fails without one. */
void app_fixture_press (GtkWidget      *widget,
                        guint           key,
                        GdkModifierType modifiers);

G_END_DECLS
