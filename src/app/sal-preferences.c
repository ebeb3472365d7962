/* sal-preferences.c - the window of preferences
 *
 * What is changed here is in force at once; there is nothing to confirm.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-preferences.h"

#include "sal-palette.h"
#include "sal-ui.h"

struct _SalPreferences
{
  AdwPreferencesWindow parent_instance;

  GSettings           *settings;
  char                *folder;

  AdwComboRow         *theme;
  AdwComboRow         *palette;
  AdwActionRow        *runs;
};

G_DEFINE_FINAL_TYPE (SalPreferences, sal_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* --- theme ------------------------------------------------------------------- */

/* In the order of the schema's choices. */
static const AdwColorScheme schemes[] = {
  ADW_COLOR_SCHEME_DEFAULT,
  ADW_COLOR_SCHEME_FORCE_LIGHT,
  ADW_COLOR_SCHEME_FORCE_DARK,
};

static void
theme_changed_cb (GSettings *settings)
{
  const int theme = g_settings_get_enum (settings, "theme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[theme]);
}

void
sal_preferences_follow_theme (GSettings *settings)
{
  g_signal_connect (settings, "changed::theme", G_CALLBACK (theme_changed_cb), NULL);
  theme_changed_cb (settings);
}

/* --- colours of maps --------------------------------------------------------- */

static void
palette_changed_cb (GSettings *settings)
{
  g_object_set (sal_palette_get_default (), "palette",
                (guint) g_settings_get_enum (settings, "palette"), NULL);
}

void
sal_preferences_follow_palette (GSettings *settings)
{
  g_signal_connect (settings, "changed::palette", G_CALLBACK (palette_changed_cb), NULL);
  palette_changed_cb (settings);
}

static void
palette_selected_cb (SalPreferences *self)
{
  if (self->settings != NULL)
    g_settings_set_enum (self->settings, "palette",
                         (int) adw_combo_row_get_selected (self->palette));
}

/* --- window ------------------------------------------------------------------ */

static void
theme_selected_cb (SalPreferences *self)
{
  if (self->settings != NULL)
    g_settings_set_enum (self->settings, "theme", (int) adw_combo_row_get_selected (self->theme));
}

static void
open_folder_cb (SalPreferences *self)
{
  g_autofree char *uri = g_filename_to_uri (self->folder, NULL, NULL);

  /* The store makes it with the first run. */
  g_mkdir_with_parents (self->folder, 0700);
  if (uri != NULL)
    gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

static void
sal_preferences_finalize (GObject *object)
{
  SalPreferences *self = SAL_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_free (self->folder);
  G_OBJECT_CLASS (sal_preferences_parent_class)->finalize (object);
}

static void
sal_preferences_class_init (SalPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sal_preferences_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-preferences"));
  gtk_widget_class_bind_template_child (widget_class, SalPreferences, theme);
  gtk_widget_class_bind_template_child (widget_class, SalPreferences, palette);
  gtk_widget_class_bind_template_child (widget_class, SalPreferences, runs);
  gtk_widget_class_bind_template_callback (widget_class, theme_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, palette_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_folder_cb);
}

static void
sal_preferences_init (SalPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SalPreferences *
sal_preferences_new (GtkWindow  *parent,
                     GSettings  *settings,
                     const char *folder)
{
  SalPreferences *self = g_object_new (SAL_TYPE_PREFERENCES, "transient-for", parent, NULL);

  self->folder = g_strdup (folder);
  adw_action_row_set_subtitle (self->runs, folder);
  if (settings == NULL) {
    gtk_widget_set_sensitive (GTK_WIDGET (self->theme), FALSE);
    gtk_widget_set_sensitive (GTK_WIDGET (self->palette), FALSE);
    return self;
  }
  adw_combo_row_set_selected (self->theme, (guint) g_settings_get_enum (settings, "theme"));
  adw_combo_row_set_selected (self->palette, (guint) g_settings_get_enum (settings, "palette"));
  self->settings = g_object_ref (settings);
  return self;
}
