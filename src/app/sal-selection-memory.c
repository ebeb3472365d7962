/* sal-selection-memory.c - run, image and bits from one start to the next
 *
 * A run is remembered by its number, a bundled one as demo:NAME, an opened
 * file not at all: it may be gone by then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-selection-memory.h"

#include "sal-settings.h"

#define DEMO "demo:"

static char *
name_run (SalRunItem *run)
{
  if (run == NULL || sal_run_item_get_file (run) != NULL)
    return g_strdup ("");
  if (sal_run_item_get_resource (run) != NULL)
    return g_strconcat (DEMO, sal_run_item_get_resource (run), NULL);
  return g_strdup_printf ("%" G_GINT64_FORMAT, sal_run_item_get_id (run));
}

/* The run that was called `name`, or NULL. Borrowed: the list keeps it. */
static SalRunItem *
find_run (SalRunLibrary *runs,
          const char    *name)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (runs));

  for (guint i = 0; *name != '\0' && i < n; i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (G_LIST_MODEL (runs), i);
    g_autofree char *found = name_run (run);

    if (g_str_equal (found, name))
      return run;
  }
  return NULL;
}

/* The session has chosen by itself what it shows first; a file that was opened
 * meanwhile is what the user wants to see. */
static void
runs_loaded_cb (SalRunLibrary *runs,
                SalSession    *session)
{
  g_autoptr (GSettings) settings = sal_settings_new ();
  g_autofree char *name = g_settings_get_string (settings, "run");
  SalRunItem *run = find_run (runs, name);
  SalRunItem *shown = sal_session_get_run (session);

  if (run != NULL && (shown == NULL || sal_run_item_get_file (shown) == NULL)
      && sal_session_get_active_run (session) == NULL)
    sal_session_set_run (session, run);
}

gboolean
sal_selection_memory_is_demo (GSettings *settings)
{
  g_autofree char *name = g_settings_get_string (settings, "run");

  return *name == '\0' || g_str_has_prefix (name, DEMO);
}

void
sal_selection_memory_restore (GSettings  *settings,
                              SalSession *session)
{
  SalBits bits = *sal_session_get_bits (session);

  bits.weight_bits = g_settings_get_int (settings, "weight-bits");
  bits.activation_bits = g_settings_get_int (settings, "activation-bits");
  sal_session_set_bits (session, &bits);
  sal_session_set_image (session, g_settings_get_uint (settings, "image"));
  g_signal_connect_object (sal_session_get_runs (session), "loaded", G_CALLBACK (runs_loaded_cb),
                           session, G_CONNECT_AFTER);
}

void
sal_selection_memory_save (GSettings  *settings,
                           SalSession *session)
{
  const SalBits *bits = sal_session_get_bits (session);
  g_autofree char *run = name_run (sal_session_get_run (session));

  g_settings_set_string (settings, "run", run);
  g_settings_set_uint (settings, "image", sal_session_get_image (session));
  g_settings_set_int (settings, "weight-bits", bits->weight_bits);
  g_settings_set_int (settings, "activation-bits", bits->activation_bits);
}
