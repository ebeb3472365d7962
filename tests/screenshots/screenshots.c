/* screenshots.c - pictures of all that the program shows
 *
 * One process takes the pictures of one look, because high contrast is known
 * at the start only; without a look given, a process for each.  Nothing of the
 * user's is read or written: runs and data lie in a folder for the occasion.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

#include "sal-fixture.h"
#include "sal-window.h"
#include "shot-scenes.h"

#define LARGE_TEXT 1.5
#define DPI 96

typedef struct
{
  const char    *name;
  AdwColorScheme scheme;
  gboolean       high_contrast;
  double         text_scale;
} Look;

static const Look looks[] = {
  { "light", ADW_COLOR_SCHEME_FORCE_LIGHT, FALSE, 1 },
  { "dark", ADW_COLOR_SCHEME_FORCE_DARK, FALSE, 1 },
  { "high-contrast", ADW_COLOR_SCHEME_FORCE_LIGHT, TRUE, 1 },
  { "large-text", ADW_COLOR_SCHEME_FORCE_LIGHT, FALSE, LARGE_TEXT },
};

typedef struct
{
  int width;
  int height;
} Size;

/* The first is the smallest that is promised to work; what is photographed
 * once only, is in the second. */
static const Size sizes[] = { { 900, 600 }, { 1280, 800 }, { 1440, 900 }, { 2560, 1440 } };

/* What the command line asks for. */
typedef struct
{
  const Look *look;
  Size        size;       /* 0: all                                           */
  char      **scenes;     /* NULL: all                                        */
  const char *folder;
  guint       n_saved;
  gboolean    failed;
} Wish;

/* --- taking pictures --------------------------------------------------------- */

static gboolean
is_wanted (const Wish      *wish,
           const ShotScene *scene,
           Size             size)
{
  if (wish->scenes != NULL && !g_strv_contains ((const char *const *) wish->scenes, scene->name))
    return FALSE;
  if (wish->size.width != 0)
    return wish->size.width == size.width && wish->size.height == size.height;
  return scene->is_page || size.width == sizes[1].width;
}

static void
save (Wish            *wish,
      ShotStage       *stage,
      const ShotScene *scene,
      GtkWindow       *window)
{
  g_autofree char *name = g_strdup_printf ("%s-%s", scene->name, wish->look->name);
  g_autofree char *stem = g_build_filename (wish->folder, name, NULL);
  g_autofree char *path = shot_stage_save (stage, window, stem);

  if (path != NULL) {
    g_print ("%s\n", path);
    wish->n_saved++;
  } else {
    g_printerr ("screenshots: %s could not be made\n", stem);
    wish->failed = TRUE;
  }
}

/* Sizes of a page change while it is open. */
static void
take_scene (Wish            *wish,
            ShotStage       *stage,
            const ShotScene *scene)
{
  GtkWindow *window = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    if (!is_wanted (wish, scene, sizes[i]))
      continue;
    shot_stage_resize (stage, sizes[i].width, sizes[i].height);
    sal_window_show_page (SAL_WINDOW (stage->window), scene->page);
    if (window == NULL)
      window = scene->open (stage);
    save (wish, stage, scene, window);
  }
  if (window != NULL)
    scene->close (stage, window);
}

static gboolean
take_all (gpointer data)
{
  Wish *wish = data;
  GApplication *application = g_application_get_default ();
  ShotStage stage = {
    .application = SAL_APPLICATION (application),
    .session = sal_application_get_session (SAL_APPLICATION (application)),
    .window = gtk_application_get_active_window (GTK_APPLICATION (application)),
  };

  shot_stage_wait_until_loaded (&stage);
  stage.run = sal_session_get_run (stage.session);
  for (guint i = 0; shot_scene (i) != NULL; i++)
    take_scene (wish, &stage, shot_scene (i));
  gtk_window_destroy (stage.window);
  g_application_quit (application);
  return G_SOURCE_REMOVE;
}

/* --- one look ---------------------------------------------------------------- */

/* Without frame, whose size depends on the screen, and out of the pointer's
 * reach. */
static void
activated_cb (GApplication *application,
              Wish         *wish)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  gtk_window_set_decorated (window, FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (window), "solid-csd");
  gtk_widget_set_can_target (GTK_WIDGET (window), FALSE);
  g_idle_add (take_all, wish);
}

static void
started_cb (GApplication *application,
            const Look   *look)
{
  GtkSettings *settings = gtk_settings_get_default ();

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), look->scheme);
  g_object_set (settings,
                "gtk-xft-dpi", (int) (look->text_scale * DPI * PANGO_SCALE),
                "gtk-enable-animations", FALSE,
                "gtk-cursor-blink", FALSE,
                NULL);
}

static void
take_look (Wish *wish)
{
  char *home = sal_fixture_make_folder ();

  g_setenv ("SALISCOPE_HOME", home, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("ADW_DEBUG_HIGH_CONTRAST", wish->look->high_contrast ? "1" : "0", TRUE);
  g_unsetenv ("SALISCOPE_DATASETS_PATH");
  g_unsetenv ("GTK_THEME");

  SalApplication *application = sal_application_new ();

  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_set_default (G_APPLICATION (application));
  g_signal_connect (application, "startup", G_CALLBACK (started_cb), (gpointer) wish->look);
  g_signal_connect_after (application, "activate", G_CALLBACK (activated_cb), wish);
  if (g_application_run (G_APPLICATION (application), 0, NULL) != 0)
    wish->failed = TRUE;
  g_object_unref (application);
  sal_fixture_remove_folder (home);
}

/* --- all looks --------------------------------------------------------------- */

/* The same command line again, with a look. */
static gboolean
take_in_child (char      **arguments,
               const Look *look)
{
  g_autofree char *option = g_strdup_printf ("--look=%s", look->name);
  g_autoptr (GStrvBuilder) command = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;

  g_strv_builder_addv (command, (const char **) arguments);
  g_strv_builder_add (command, option);

  g_auto (GStrv) words = g_strv_builder_end (command);
  g_autoptr (GSubprocess) process =
    g_subprocess_newv ((const char *const *) words, G_SUBPROCESS_FLAGS_NONE, &error);

  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error)) {
    g_printerr ("screenshots: %s: %s\n", look->name, error->message);
    return FALSE;
  }
  return TRUE;
}

static gboolean
take_all_looks (char **arguments)
{
  gboolean all = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    all = take_in_child (arguments, &looks[i]) && all;
  return all;
}

/* The window's own words, and GTK's where they are installed. */
static void
set_language (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  bindtextdomain ("saliscope", SALISCOPE_BUILT_LOCALES);
  bind_textdomain_codeset ("saliscope", "UTF-8");
  textdomain ("saliscope");
}

/* --- command line -------------------------------------------------------------- */

static const Look *
find_look (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    if (g_str_equal (looks[i].name, name))
      return &looks[i];
  return NULL;
}

/* FALSE with a message. */
static gboolean
read_size (const char *text,
           Size       *size)
{
  char x = 0;
  char rest = 0;

  if (text == NULL)
    return TRUE;
  if (sscanf (text, "%d%c%d%c", &size->width, &x, &size->height, &rest) == 3 && x == 'x')
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      if (sizes[i].width == size->width && sizes[i].height == size->height)
        return TRUE;
  g_printerr ("screenshots: “%s” is none of the sizes 900x600, 1280x800, 1440x900 and 2560x1440\n",
              text);
  return FALSE;
}

static gboolean
are_known (char **names)
{
  for (char **name = names; name != NULL && *name != NULL; name++) {
    guint i = 0;

    while (shot_scene (i) != NULL && !g_str_equal (shot_scene (i)->name, *name))
      i++;
    if (shot_scene (i) != NULL)
      continue;
    g_printerr ("screenshots: there is no “%s”; there are:", *name);
    for (i = 0; shot_scene (i) != NULL; i++)
      g_printerr (" %s", shot_scene (i)->name);
    g_printerr ("\n");
    return FALSE;
  }
  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *look_name = NULL;
  g_autofree char *size = NULL;
  g_autofree char *language = NULL;
  g_auto (GStrv) scenes = NULL;
  g_auto (GStrv) folders = NULL;
  const GOptionEntry entries[] = {
    { "look", 0, 0, G_OPTION_ARG_STRING, &look_name,
      "Only this one: light, dark, high-contrast or large-text", "LOOK" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &size,
      "Only this one: 900x600, 1280x800, 1440x900 or 2560x1440", "SIZE" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language,
      "In another language than English, such as de", "LANGUAGE" },
    { "show", 0, 0, G_OPTION_ARG_STRING_ARRAY, &scenes,
      "Only this page or dialog (may be given more than once)", "NAME" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, "[DIR]" },
    { NULL },
  };

  setlocale (LC_ALL, "C.UTF-8");

  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, "Takes pictures of every page and dialog.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("screenshots: %s\n", error->message);
    return EXIT_FAILURE;
  }

  if (language != NULL)
    set_language (language);

  Wish wish = {
    .look = look_name == NULL ? NULL : find_look (look_name),
    .scenes = scenes,
    .folder = folders == NULL ? "screenshots" : folders[0],
  };

  if (look_name != NULL && wish.look == NULL) {
    g_printerr ("screenshots: there is no look “%s”\n", look_name);
    return EXIT_FAILURE;
  }
  if (!read_size (size, &wish.size) || !are_known (scenes))
    return EXIT_FAILURE;
  if (g_mkdir_with_parents (wish.folder, 0755) != 0) {
    g_printerr ("screenshots: %s: %s\n", wish.folder, g_strerror (errno));
    return EXIT_FAILURE;
  }
  if (wish.look == NULL)
    return take_all_looks (arguments) ? EXIT_SUCCESS : EXIT_FAILURE;
  if (!gtk_init_check ()) {
    g_printerr ("screenshots: no display could be opened; try xvfb-run\n");
    return EXIT_FAILURE;
  }
  take_look (&wish);
  return wish.failed || wish.n_saved == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
