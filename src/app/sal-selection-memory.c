/* sal-selection-memory.c - run, image, bits and queue from one start to the next
 *
 * A run is remembered by its number, a bundled one as demo:NAME, an opened
 * file not at all: it may be gone by then.  The queue is written down whenever
 * it changes, so that a program that was killed has it too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-selection-memory.h"

#include "nn/nn-quantizer.h"
#include "sal-queued-run.h"
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

/* --- the queue --------------------------------------------------------------- */

static void
queue_changed_cb (GListModel *queue,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GSettings  *settings)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(us)"));

  for (guint i = 0; i < g_list_model_get_n_items (queue); i++) {
    g_autoptr (SalQueuedRun) run = g_list_model_get_item (queue, i);
    g_autofree char *recipe = sal_recipe_to_json (sal_queued_run_get_recipe (run));

    g_variant_builder_add (&builder, "(us)", (guint) sal_queued_run_get_series (run), recipe);
  }
  g_settings_set_value (settings, "queue", g_variant_builder_end (&builder));
}

/* They wait: whoever starts the program may want something else now. */
static void
restore_queue (GSettings  *settings,
               SalSession *session)
{
  g_autoptr (GVariant) queue = g_settings_get_value (settings, "queue");
  GVariantIter iterator;
  const char *text = NULL;
  guint series = 0;

  g_variant_iter_init (&iterator, queue);
  while (g_variant_iter_next (&iterator, "(u&s)", &series, &text)) {
    SalRecipe recipe;

    sal_recipe_init (&recipe);
    if (sal_recipe_from_json (&recipe, text, NULL) && series <= SAL_SERIES_NEXT)
      sal_session_put_off (session, &recipe, (SalSeries) series);
  }
  g_signal_connect_object (sal_session_get_queue (session), "items-changed",
                           G_CALLBACK (queue_changed_cb), settings, 0);
}

/* --- all of it --------------------------------------------------------------- */

/* The schema bounds a width, but has no word for those between 8 and 32. */
static int
read_bits (GSettings  *settings,
           const char *key)
{
  const int bits = g_settings_get_int (settings, key);

  return nn_bits_valid (bits) ? bits : SAL_BITS_AS_TRAINED;
}

void
sal_selection_memory_restore (GSettings  *settings,
                              SalSession *session)
{
  SalBits bits = *sal_session_get_bits (session);

  bits.weight_bits = read_bits (settings, "weight-bits");
  bits.activation_bits = read_bits (settings, "activation-bits");
  sal_session_set_bits (session, &bits);
  sal_session_set_image (session, g_settings_get_uint (settings, "image"));
  g_signal_connect_object (sal_session_get_runs (session), "loaded", G_CALLBACK (runs_loaded_cb),
                           session, G_CONNECT_AFTER);
  restore_queue (settings, session);
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
