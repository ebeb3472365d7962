/* sal-application.c - the program: options, actions, keys, one window
 *
 * With --home the program is on its own: it neither hands over to a running
 * instance nor becomes one, because that one works in another directory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-application.h"

#include <glib/gi18n.h>

#include "sal-preferences.h"
#include "sal-selection-memory.h"
#include "sal-settings.h"
#include "sal-ui.h"
#include "sal-window.h"

struct _SalApplication
{
  AdwApplication parent_instance;

  char          *home;
  SalSession    *session;
  GSettings     *settings; /* NULL where the schema is not installed */
};

G_DEFINE_FINAL_TYPE (SalApplication, sal_application, ADW_TYPE_APPLICATION)

/* Keys of the window's actions; the shortcuts window in
 * ui/help-overlay.ui lists the same. */
static const struct
{
  const char *action;
  const char *keys[3];
} shortcuts[] = {
  { "app.preferences", { "<Primary>comma" } },
  { "app.quit", { "<Primary>q" } },
  { "win.toggle-training", { "F5" } },
  { "win.stop-training", { "<Shift>F5" } },
  { "win.new-run", { "<Primary>n" } },
  { "win.own-network", { "<Primary>e" } },
  { "win.branch", { "<Primary>b" } },
  { "win.fine-tune(100)", { "<Primary>t" } },
  { "win.show-sidebar", { "F9" } },
  { "win.copy-command", { "<Primary><Shift>c" } },
  { "win.go-to-image", { "<Primary>g", "<Primary>f" } },
  { "win.choose-run", { "<Primary>r" } },
  { "win.open-model", { "<Primary>o" } },
  { "win.open-menu", { "F10" } },
  { "win.close", { "<Primary>w" } },
  { "win.page::train", { "<Primary>1", "<Alt>1" } },
  { "win.page::quantize", { "<Primary>2", "<Alt>2" } },
  { "win.page::inspect", { "<Primary>3", "<Alt>3" } },
  { "win.page::masking", { "<Primary>4", "<Alt>4" } },
  { "win.save-comparison::report", { "<Primary>s" } },
  { "win.page::compare", { "<Primary>5", "<Alt>5" } },
};

SalSession *
sal_application_get_session (SalApplication *self)
{
  g_return_val_if_fail (SAL_IS_APPLICATION (self), NULL);

  return self->session;
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  adw_show_about_window (window,
                         "application-name", "Saliscope",
                         "application-icon", SALISCOPE_APP_ID,
                         "version", SALISCOPE_VERSION,
                         "developer-name", _("The Saliscope developers"),
                         "comments",
                         _("Train a small image classifier, drag its bit width, and watch "
                           "prediction, accuracy and explanation follow."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

static void
preferences_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  SalApplication *self = data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  g_autofree char *folder = sal_run_library_get_directory (sal_session_get_runs (self->session));

  gtk_window_present (GTK_WINDOW (sal_preferences_new (window, self->settings, folder)));
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  /* Closing lets the window remember its size. */
  if (window != NULL)
    gtk_window_close (window);
  g_application_quit (G_APPLICATION (data));
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = about_cb },
  { .name = "preferences", .activate = preferences_cb },
  { .name = "quit", .activate = quit_cb },
};

/* Which data set is looked at is known once the runs are listed, and that is
 * looked after when the window has been built.  The one of the demos is opened
 * meanwhile, unless something else was shown last. */
static void
open_first_dataset (SalApplication *self)
{
  if (self->settings == NULL || sal_selection_memory_is_demo (self->settings))
    sal_dataset_cache_open_async (sal_session_get_datasets (self->session),
                                  sal_session_get_recipe (self->session)->dataset, NULL, NULL);
}

static void
sal_application_startup (GApplication *application)
{
  SalApplication *self = SAL_APPLICATION (application);

  G_APPLICATION_CLASS (sal_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++) {
    const char *keys[] = { shortcuts[i].keys[0], shortcuts[i].keys[1], shortcuts[i].keys[2], NULL };

    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action, keys);
  }
  gtk_window_set_default_icon_name (SALISCOPE_APP_ID);
  self->session = sal_session_new (self->home);
  self->settings = sal_settings_new ();
  if (self->settings != NULL) {
    sal_preferences_follow_theme (self->settings);
    sal_preferences_follow_palette (self->settings);
  }
  open_first_dataset (self);
}

static void
sal_application_activate (GApplication *application)
{
  SalApplication *self = SAL_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = GTK_WINDOW (sal_window_new (GTK_APPLICATION (self), self->session));
  gtk_window_present (window);
}

static void
sal_application_open (GApplication *application,
                      GFile       **files,
                      int           n_files,
                      const char   *hint)
{
  g_application_activate (application);
  for (int i = 0; i < n_files; i++)
    sal_session_open_file (SAL_APPLICATION (application)->session, files[i]);
}

static void
sal_application_shutdown (GApplication *application)
{
  SalApplication *self = SAL_APPLICATION (application);

  /* Stops training, with a checkpoint, before the process ends. */
  if (self->session != NULL)
    sal_session_close (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_APPLICATION_CLASS (sal_application_parent_class)->shutdown (application);
}

static int
sal_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  SalApplication *self = SAL_APPLICATION (application);

  if (g_variant_dict_contains (options, "version")) {
    g_print ("saliscope %s\n", SALISCOPE_VERSION);
    return 0;
  }
  if (g_variant_dict_lookup (options, "home", "^ay", &self->home))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  if (!gtk_init_check ()) {
    g_printerr (_("saliscope: no display could be opened; set DISPLAY or WAYLAND_DISPLAY, "
                  "or use saliscope-cli\n"));
    return 1;
  }
  return -1;
}

static void
sal_application_finalize (GObject *object)
{
  SalApplication *self = SAL_APPLICATION (object);

  g_free (self->home);
  G_OBJECT_CLASS (sal_application_parent_class)->finalize (object);
}

static void
sal_application_class_init (SalApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = sal_application_finalize;
  application_class->startup = sal_application_startup;
  application_class->activate = sal_application_activate;
  application_class->open = sal_application_open;
  application_class->shutdown = sal_application_shutdown;
  application_class->handle_local_options = sal_application_handle_local_options;
}

static void
sal_application_init (SalApplication *self)
{
  const GOptionEntry options[] = {
    { "home", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      N_("Keep runs and models in DIR (default: $SALISCOPE_HOME or the user's data directory)"),
      N_("DIR") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[MODEL-FILE…]"));
}

SalApplication *
sal_application_new (void)
{
  return g_object_new (SAL_TYPE_APPLICATION,
                       "application-id", SALISCOPE_APP_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", SAL_RESOURCES,
                       NULL);
}
