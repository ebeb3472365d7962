/* sal-import-watch.c - files and folders that are dropped on the window
 *
 * The import itself is the opening of the data set: one way for what is dropped,
 * chosen in the recipe, or found in a run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-import-watch.h"

#include <glib/gi18n.h>

#include "sal-members.h"

typedef struct
{
  AdwToastOverlay *toasts;              /* borrowed: lives as the window does */
  SalSession      *session;             /* likewise                           */
  AdwToast        *toast;               /* NULL: not shown                    */
} Watch;

/* ---- progress ------------------------------------------------------------------ */

static void
dismissed_cb (Watch    *self,
              AdwToast *toast)
{
  if (self->toast == toast)
    self->toast = NULL;
}

static void
show_toast (Watch      *self,
            const char *name)
{
  self->toast = adw_toast_new ("");
  adw_toast_set_timeout (self->toast, 0);
  adw_toast_set_button_label (self->toast, _("Stop"));
  adw_toast_set_action_name (self->toast, "win.stop-import");
  adw_toast_set_action_target_value (self->toast, g_variant_new_string (name));
  g_signal_connect_swapped (self->toast, "dismissed", G_CALLBACK (dismissed_cb), self);
}

static void
importing_cb (GtkWidget  *window,
              const char *name,
              guint       done,
              guint       total)
{
  Watch *self = g_object_get_data (G_OBJECT (window), "import-watch");
  AdwToast *toast = self->toast;
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *escaped = g_markup_escape_text (base, -1);
  g_autofree char *title = NULL;

  if (done == 0) {
    if (toast != NULL)
      adw_toast_dismiss (toast);
    return;
  }
  if (toast == NULL)
    show_toast (self, name);
  title = total == 0
          ? g_strdup_printf (ngettext ("Importing %s: %u file seen", "Importing %s: %u files seen",
                                       done), escaped, done)
          : g_strdup_printf (_("Importing %s: %u of %u images"), escaped, done, total);
  adw_toast_set_title (self->toast, title);
  if (toast == NULL)
    adw_toast_overlay_add_toast (self->toasts, self->toast);
}

static void
stop_cb (SalDatasetCache *datasets,
         GVariant        *name)
{
  sal_dataset_cache_cancel (datasets, g_variant_get_string (name, NULL));
}

/* ---- drops ---------------------------------------------------------------------- */

/* Whose run is shown is of other data: a new one is set up. */
static void
choose (GtkWidget  *window,
        SalSession *session,
        const char *path)
{
  SalRecipe recipe = *sal_session_get_recipe (session);
  g_autoptr (GError) error = NULL;

  if (!sal_recipe_set (&recipe, "dataset", path, &error)) {
    sal_session_fail (session, error->message);
    return;
  }
  sal_session_set_up_run (session, &recipe);
  gtk_widget_activate_action (window, "win.page", "s", "train");
}

static void
take_file (GtkWidget  *window,
           SalSession *session,
           GFile      *file)
{
  const char *path = g_file_peek_path (file);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *uri = g_file_get_uri (file);

  if (g_str_has_suffix (name, ".safetensors"))
    sal_session_open_file (session, file);
  else if (path != NULL
           && (g_file_test (path, G_FILE_TEST_IS_DIR) || sal_members_is_archive_name (path)))
    choose (window, session, path);
  else
    gtk_widget_activate_action (window, "win.inspect-file", "s", uri);
}

gboolean
sal_import_watch_take_files (GtkWidget    *window,
                             const GSList *files)
{
  const Watch *self = g_object_get_data (G_OBJECT (window), "import-watch");

  if (files == NULL)
    return FALSE;
  if (files->next != NULL) {
    g_autofree char *name = g_file_get_basename (files->data);
    g_autofree char *words = g_strdup_printf (_("Only %s is taken: one file at a time"), name);

    sal_session_say (self->session, words);
  }
  take_file (window, self->session, files->data);
  return TRUE;
}

static gboolean
dropped_cb (GtkWidget    *window,
            const GValue *value)
{
  return sal_import_watch_take_files (window, g_value_get_boxed (value));
}

void
sal_import_watch_install (AdwApplicationWindow *window,
                          AdwToastOverlay      *toasts,
                          SalSession           *session)
{
  SalDatasetCache *datasets = sal_session_get_datasets (session);
  Watch *self = g_new0 (Watch, 1);
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_autoptr (GSimpleAction) stop = g_simple_action_new ("stop-import", G_VARIANT_TYPE_STRING);

  self->toasts = toasts;
  self->session = session;
  g_object_set_data_full (G_OBJECT (window), "import-watch", self, g_free);
  g_signal_connect_object (datasets, "importing", G_CALLBACK (importing_cb), window,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (stop, "activate", G_CALLBACK (stop_cb), datasets, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (stop));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped_cb), window);
  gtk_widget_add_controller (GTK_WIDGET (window), GTK_EVENT_CONTROLLER (target));
}
