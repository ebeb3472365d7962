/* shot-scenes.c - what there is to photograph
 *
 * Every page as the first start shows it, with the demo models (but Compare,
 * where they are measured first); then what opens above it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shot-scenes.h"

#include <libintl.h>

#include "sal-window.h"

/* Enough for curves that have a shape. */
#define STEPS 120

/* --- pages ------------------------------------------------------------------- */

static GtkWindow *
open_page (ShotStage *stage)
{
  return stage->window;
}

static void
close_nothing (ShotStage *stage,
               GtkWindow *window)
{
}

static gboolean
measures (GtkWidget *widget)
{
  return g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), gettext ("Measure missing")) == 0;
}

/* All runs measured, as after a press on its button. */
static GtkWindow *
open_compare (ShotStage *stage)
{
  GtkWidget *button = shot_stage_find (GTK_WIDGET (stage->window), GTK_TYPE_BUTTON, measures);

  if (button != NULL)
    g_signal_emit_by_name (button, "clicked");
  return stage->window;
}

/* --- a new run, and one in training -------------------------------------------- */

static GtkWindow *
open_new_run (ShotStage *stage)
{
  gtk_widget_activate_action (GTK_WIDGET (stage->window), "win.new-run", NULL);
  return stage->window;
}

static void
close_new_run (ShotStage *stage,
               GtkWindow *window)
{
  sal_session_set_run (stage->session, stage->run);
}

static gboolean
has_steps (gpointer stage)
{
  SalRunItem *run = sal_session_get_active_run (((ShotStage *) stage)->session);
  SalRunRecord *record = run == NULL ? NULL : sal_run_item_get_record (run);

  return record != NULL && sal_run_record_length (record) >= STEPS;
}

static gboolean
is_paused (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_PAUSED;
}

static gboolean
is_idle (gpointer session)
{
  return sal_session_get_state (session) == SAL_WORKER_IDLE;
}

static GtkWindow *
open_training (ShotStage *stage)
{
  gtk_widget_activate_action (GTK_WIDGET (stage->window), "win.new-run", NULL);

  SalRecipe recipe = *sal_session_get_recipe (stage->session);

  sal_recipe_apply_preset (&recipe, "quick", NULL);
  sal_session_set_recipe (stage->session, &recipe);
  sal_session_start (stage->session);
  shot_stage_wait (has_steps, stage, "the first steps of training");
  sal_session_toggle (stage->session);
  shot_stage_wait (is_paused, stage->session, "training to pause");
  return stage->window;
}

static void
close_training (ShotStage *stage,
                GtkWindow *window)
{
  SalRunItem *run = sal_session_get_active_run (stage->session);

  sal_session_stop (stage->session);
  shot_stage_wait (is_idle, stage->session, "training to stop");
  sal_session_set_run (stage->session, stage->run);
  sal_session_delete_run (stage->session, run);
}

/* --- menus ------------------------------------------------------------------- */

static GtkWindow *
open_main_menu (ShotStage *stage)
{
  gtk_widget_activate_action (GTK_WIDGET (stage->window), "win.open-menu", NULL);
  return stage->window;
}

static GtkWindow *
open_run_list (ShotStage *stage)
{
  gtk_widget_activate_action (GTK_WIDGET (stage->window), "win.choose-run", NULL);
  return stage->window;
}

static gboolean
exports (GtkWidget *widget)
{
  return g_strcmp0 (gtk_menu_button_get_label (GTK_MENU_BUTTON (widget)), gettext ("Export")) == 0;
}

static GtkWindow *
open_export_menu (ShotStage *stage)
{
  GtkMenuButton *button = shot_stage_find (GTK_WIDGET (stage->window), GTK_TYPE_MENU_BUTTON,
                                           exports);

  g_assert (button != NULL);
  gtk_menu_button_popup (button);
  return stage->window;
}

static void
close_popover (ShotStage *stage,
               GtkWindow *window)
{
  GtkPopover *popover = shot_stage_find (GTK_WIDGET (window), GTK_TYPE_POPOVER, NULL);

  g_assert (popover != NULL);
  gtk_popover_popdown (popover);
}

/* --- windows ----------------------------------------------------------------- */

static gboolean
is_above (gpointer stage)
{
  GtkWindow *main_window = ((ShotStage *) stage)->window;
  g_autoptr (GListModel) windows = G_LIST_MODEL (g_object_ref (gtk_window_get_toplevels ()));

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (window != GTK_WIDGET (main_window) && gtk_widget_get_mapped (window))
      return TRUE;
  }
  return FALSE;
}

/* The window that the action opens above the main one. */
static GtkWindow *
open_window (ShotStage  *stage,
             const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (stage->window), action, NULL);
  shot_stage_wait (is_above, stage, action);

  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (window != stage->window && gtk_widget_get_mapped (GTK_WIDGET (window))) {
      gtk_widget_remove_css_class (GTK_WIDGET (window), "solid-csd");
      return window;
    }
  }
  g_assert_not_reached ();
}

static GtkWindow *
open_preferences (ShotStage *stage)
{
  return open_window (stage, "app.preferences");
}

static GtkWindow *
open_shortcuts (ShotStage *stage)
{
  return open_window (stage, "win.show-help-overlay");
}

static GtkWindow *
open_own_network (ShotStage *stage)
{
  return open_window (stage, "win.own-network");
}

static GtkWindow *
open_about (ShotStage *stage)
{
  return open_window (stage, "app.about");
}

static void
close_window (ShotStage *stage,
              GtkWindow *window)
{
  gtk_window_close (window);
}

static const ShotScene scenes[] = {
  { "train", "train", TRUE, open_page, close_nothing },
  { "quantize", "quantize", TRUE, open_page, close_nothing },
  { "inspect", "inspect", TRUE, open_page, close_nothing },
  { "masking", "masking", TRUE, open_page, close_nothing },
  { "compare", "compare", TRUE, open_compare, close_nothing },
  { "new-run", "train", TRUE, open_new_run, close_new_run },
  { "training", "train", TRUE, open_training, close_training },
  { "main-menu", "train", FALSE, open_main_menu, close_popover },
  { "run-list", "quantize", FALSE, open_run_list, close_popover },
  { "export-menu", "inspect", FALSE, open_export_menu, close_popover },
  { "preferences", "train", FALSE, open_preferences, close_window },
  { "shortcuts", "train", FALSE, open_shortcuts, close_window },
  { "own-network", "train", FALSE, open_own_network, close_window },
  { "about", "train", FALSE, open_about, close_window },
};

const ShotScene *
shot_scene (guint index)
{
  return index < G_N_ELEMENTS (scenes) ? &scenes[index] : NULL;
}
