/* sal-window.c - the window: header, images at the left, pages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-window.h"

#include <glib/gi18n.h>

#include "sal-bits-actions.h"
#include "sal-compare-page.h"
#include "sal-history-actions.h"
#include "sal-image-grid.h"
#include "sal-import-watch.h"
#include "sal-inspect-page.h"
#include "sal-masking-page.h"
#include "sal-network-editor.h"
#include "sal-page-switcher.h"
#include "sal-progress.h"
#include "sal-quantize-page.h"
#include "sal-run-chooser.h"
#include "sal-selection-memory.h"
#include "sal-settings.h"
#include "sal-toggle-look.h"
#include "sal-tooltip.h"
#include "sal-train-page.h"
#include "sal-ui.h"

struct _SalWindow
{
  AdwApplicationWindow parent_instance;

  SalSession          *session;
  GSettings           *settings; /* NULL where the schema is not installed */

  SalRunChooser       *run_chooser;
  GtkWidget           *toggle_button;
  GtkImage            *toggle_icon;
  GtkLabel            *toggle_label;
  guint                fit_source;
  GtkMenuButton       *menu_button;
  GtkRevealer         *sidebar;
  AdwClamp            *images_clamp;
  SalImageGrid        *images;
  GtkStack            *pages;
  SalInspectPage      *inspect;
  SalComparePage      *compare;
  SalPageSwitcher     *switcher;
  GMenu               *history_section;
  AdwToastOverlay     *toasts;
  GtkInfoBar          *banner;
  GtkLabel            *banner_label;
};

enum
{
  PROP_SESSION = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalWindow, sal_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- words ------------------------------------------------------------------- */

static void
show_toast (SalWindow  *self,
            const char *message)
{
  AdwToast *toast = adw_toast_new (message);

  adw_toast_set_timeout (toast, 3);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
show_banner (SalWindow  *self,
             const char *message)
{
  gtk_label_set_label (self->banner_label, message);
  gtk_info_bar_set_revealed (self->banner, TRUE);
}

static void
withdraw_banner (SalWindow  *self,
                 const char *message)
{
  if (g_str_equal (gtk_label_get_label (self->banner_label), message))
    gtk_info_bar_set_revealed (self->banner, FALSE);
}

static void
banner_response_cb (SalWindow *self)
{
  gtk_info_bar_set_revealed (self->banner, FALSE);
}

/* --- commands ---------------------------------------------------------------- */

void
sal_window_show_page (SalWindow  *self,
                      const char *name)
{
  g_return_if_fail (SAL_IS_WINDOW (self));

  if (gtk_stack_get_child_by_name (self->pages, name) != NULL)
    gtk_stack_set_visible_child_name (self->pages, name);
}

static void
toggle_training_cb (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       data)
{
  sal_session_toggle (SAL_WINDOW (data)->session);
}

static void
stop_training_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  sal_session_stop (SAL_WINDOW (data)->session);
}

static void
start_queue_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  sal_session_start_queue (SAL_WINDOW (data)->session);
}

static void
new_run_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  SalWindow *self = data;

  sal_session_set_up_run (self->session, sal_session_get_recipe (self->session));
  sal_window_show_page (self, "train");
}

static void
branch_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       data)
{
  SalWindow *self = data;

  sal_session_branch (self->session);
  sal_window_show_page (self, "train");
}

static void
fine_tune_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  SalWindow *self = data;

  sal_session_fine_tune (self->session, g_variant_get_int32 (parameter));
  sal_window_show_page (self, "train");
}

static void
own_network_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  sal_network_editor_open (GTK_WINDOW (data), SAL_WINDOW (data)->session);
}

static void
choose_run_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  sal_run_chooser_open (SAL_WINDOW (data)->run_chooser);
}

static void
model_chosen_cb (SalWindow            *self,
                 int                   response,
                 GtkFileChooserNative *dialog)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

    sal_session_open_file (self->session, file);
  }
  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (dialog));
  g_object_unref (dialog);
}

static void
open_model_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Open Model"), GTK_WINDOW (data), GTK_FILE_CHOOSER_ACTION_OPEN,
                                 NULL, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Model files"));
  gtk_file_filter_add_pattern (filter, "*.safetensors");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (model_chosen_cb), data,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
go_to_image_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  SalWindow *self = data;

  gtk_revealer_set_reveal_child (self->sidebar, TRUE);
  sal_image_grid_focus_search (self->images);
}

/* The images of one class that the run takes for another, closely. */
static void
inspect_predicted_cb (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       data)
{
  SalWindow *self = data;
  int label = 0;
  int predicted = 0;

  g_variant_get (parameter, "(ii)", &label, &predicted);
  gtk_revealer_set_reveal_child (self->sidebar, TRUE);
  sal_image_grid_show_predicted (self->images, label, predicted);
  sal_window_show_page (self, "inspect");
}

static void
inspect_file_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  SalWindow *self = data;
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  sal_window_show_page (self, "inspect");
  sal_inspect_page_open (self->inspect, file);
}

static void
save_comparison_cb (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       data)
{
  SalWindow *self = data;

  sal_window_show_page (self, "compare");
  sal_compare_page_ask_file (self->compare, g_variant_get_string (parameter, NULL));
}

static void
copy_command_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  SalWindow *self = data;
  GtkWidget *page = gtk_stack_get_visible_child (self->pages);
  g_autofree char *command = SAL_IS_PAGE (page) ? sal_page_get_command (SAL_PAGE (page)) : NULL;

  if (command == NULL) {
    show_toast (self, _("There is no command for what this page shows now."));
    return;
  }

  g_autofree char *words = g_strdup_printf (_("Copied: %s"), command);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), command);
  show_toast (self, words);
}

static void
open_menu_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  gtk_menu_button_popup (SAL_WINDOW (data)->menu_button);
}

static void
close_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  gtk_window_close (GTK_WINDOW (data));
}

static void
say_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       data)
{
  show_toast (data, g_variant_get_string (parameter, NULL));
}

static void
fail_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  show_banner (data, g_variant_get_string (parameter, NULL));
}

static const GActionEntry actions[] = {
  { .name = "toggle-training", .activate = toggle_training_cb },
  { .name = "stop-training", .activate = stop_training_cb },
  { .name = "start-queue", .activate = start_queue_cb },
  { .name = "new-run", .activate = new_run_cb },
  { .name = "branch", .activate = branch_cb },
  { .name = "fine-tune", .activate = fine_tune_cb, .parameter_type = "i" },
  { .name = "own-network", .activate = own_network_cb },
  { .name = "choose-run", .activate = choose_run_cb },
  { .name = "open-model", .activate = open_model_cb },
  { .name = "go-to-image", .activate = go_to_image_cb },
  { .name = "inspect-predicted", .activate = inspect_predicted_cb, .parameter_type = "(ii)" },
  { .name = "inspect-file", .activate = inspect_file_cb, .parameter_type = "s" },
  { .name = "save-comparison", .activate = save_comparison_cb, .parameter_type = "s" },
  { .name = "copy-command", .activate = copy_command_cb },
  { .name = "open-menu", .activate = open_menu_cb },
  { .name = "close", .activate = close_cb },
  { .name = "say", .activate = say_cb, .parameter_type = "s" },
  { .name = "fail", .activate = fail_cb, .parameter_type = "s" },
};

static void
enable (SalWindow  *self,
        const char *name,
        gboolean    enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* --- the start button -------------------------------------------------------- */

static void
update_buttons (SalWindow *self)
{
  const SalToggleLook *look = sal_toggle_look (sal_session_get_state (self->session),
                                               sal_session_get_run (self->session));

  gtk_image_set_from_icon_name (self->toggle_icon, look->icon);
  gtk_label_set_label (self->toggle_label, _(look->label));
  gtk_widget_set_tooltip_text (self->toggle_button, _(look->tooltip));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _(look->label), -1);
  enable (self, "toggle-training", look->can_toggle);
  enable (self, "stop-training", look->can_stop);
  enable (self, "start-queue", !sal_session_is_training (self->session)
          && g_list_model_get_n_items (sal_session_get_queue (self->session)) > 0);
  enable (self, "branch", sal_session_can_branch (self->session));
  enable (self, "fine-tune", sal_session_can_branch (self->session)
          && sal_session_get_model (self->session) != NULL);
}

/* --- width ------------------------------------------------------------------- */

/* Where the window is narrow, the name of the run needs the room more than the
 * word beside the icon, the page more than the images, and pages are listed
 * instead of standing side by side. */
static void
fit (SalWindow *self,
     int        width)
{
  const gboolean roomy = sal_toggle_look_has_room (GTK_WIDGET (self), width);

  gtk_widget_set_visible (GTK_WIDGET (self->toggle_label), roomy);
  adw_clamp_set_maximum_size (self->images_clamp,
                              sal_image_grid_wanted_width (self->images, roomy));
  sal_page_switcher_set_tight (self->switcher, !roomy);
  sal_page_switcher_set_folded (self->switcher,
                                !sal_page_switcher_has_room (self->switcher, width));
}

static gboolean
fits (SalWindow *self,
      int        width)
{
  const gboolean roomy = sal_toggle_look_has_room (GTK_WIDGET (self), width);

  return gtk_widget_get_visible (GTK_WIDGET (self->toggle_label)) == roomy
         && adw_clamp_get_maximum_size (self->images_clamp)
         == sal_image_grid_wanted_width (self->images, roomy)
         && sal_page_switcher_get_folded (self->switcher)
         != sal_page_switcher_has_room (self->switcher, width);
}

static gboolean
fit_cb (gpointer data)
{
  SalWindow *self = data;

  self->fit_source = 0;
  fit (self, gtk_widget_get_width (data));
  return G_SOURCE_REMOVE;
}

/* Not at once: what is being placed cannot change its size. */
static void
sal_window_size_allocate (GtkWidget *widget,
                          int        width,
                          int        height,
                          int        baseline)
{
  SalWindow *self = SAL_WINDOW (widget);

  GTK_WIDGET_CLASS (sal_window_parent_class)->size_allocate (widget, width, height, baseline);
  if (!fits (self, width) && self->fit_source == 0)
    self->fit_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_cb, self, NULL);
}

/* --- remembering ------------------------------------------------------------- */

static void
restore (SalWindow *self)
{
  if (self->settings == NULL)
    return;

  g_autofree char *page = g_settings_get_string (self->settings, "page");
  const int width = g_settings_get_int (self->settings, "window-width");

  fit (self, width);
  gtk_window_set_default_size (GTK_WINDOW (self), width,
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  sal_window_show_page (self, page);
  sal_selection_memory_restore (self->settings, self->session);
}

static gboolean
sal_window_close_request (GtkWindow *window)
{
  SalWindow *self = SAL_WINDOW (window);

  if (self->settings != NULL) {
    int width = 0;
    int height = 0;

    gtk_window_get_default_size (window, &width, &height);
    g_settings_set_int (self->settings, "window-width", MAX (width, 360));
    g_settings_set_int (self->settings, "window-height", MAX (height, 240));
    g_settings_set_boolean (self->settings, "maximized", gtk_window_is_maximized (window));
    g_settings_set_string (self->settings, "page",
                           gtk_stack_get_visible_child_name (self->pages));
    sal_selection_memory_save (self->settings, self->session);
  }
  return GTK_WINDOW_CLASS (sal_window_parent_class)->close_request (window);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_window_constructed (GObject *object)
{
  SalWindow *self = SAL_WINDOW (object);
  SalSession *session = self->session;
  int width = 0;
  int height = 0;

  G_OBJECT_CLASS (sal_window_parent_class)->constructed (object);
  g_signal_connect_object (session, "failed", G_CALLBACK (show_banner), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "withdrawn", G_CALLBACK (withdraw_banner), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "said", G_CALLBACK (show_toast), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_queue (session), "items-changed",
                           G_CALLBACK (update_buttons), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::run", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_runs (session), "items-changed",
                           G_CALLBACK (update_buttons), self, G_CONNECT_SWAPPED);
  sal_import_watch_install (ADW_APPLICATION_WINDOW (self), self->toasts, session);
  update_buttons (self);
  self->settings = sal_settings_new ();
  restore (self);
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  fit (self, width);
  /* What is remembered is not to be undone. */
  sal_bits_actions_install (GTK_WIDGET (self), session);
  sal_history_actions_install (GTK_WIDGET (self), sal_session_get_history (session),
                               self->history_section, self->toasts);
}

static void
sal_window_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  switch (id) {
  case PROP_SESSION:
    g_value_set_object (value, SAL_WINDOW (object)->session);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_window_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  switch (id) {
  case PROP_SESSION:
    SAL_WINDOW (object)->session = g_value_dup_object (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_window_dispose (GObject *object)
{
  SalWindow *self = SAL_WINDOW (object);

  /* They hold on to their widgets, and GTK to them. */
  if (self->session != NULL) {
    g_action_map_remove_action (G_ACTION_MAP (self), "page");
    g_action_map_remove_action (G_ACTION_MAP (self), "show-sidebar");
  }
  g_clear_handle_id (&self->fit_source, g_source_remove);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sal_window_parent_class)->dispose (object);
}

static void
sal_window_class_init (SalWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  sal_tooltip_yield_to_popovers ();
  object_class->constructed = sal_window_constructed;
  object_class->get_property = sal_window_get_property;
  object_class->set_property = sal_window_set_property;
  object_class->dispose = sal_window_dispose;
  widget_class->size_allocate = sal_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = sal_window_close_request;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, SAL_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SAL_TYPE_IMAGE_GRID);
  g_type_ensure (SAL_TYPE_PAGE_SWITCHER);
  g_type_ensure (SAL_TYPE_PROGRESS);
  g_type_ensure (SAL_TYPE_RUN_CHOOSER);
  g_type_ensure (SAL_TYPE_TRAIN_PAGE);
  g_type_ensure (SAL_TYPE_QUANTIZE_PAGE);
  g_type_ensure (SAL_TYPE_INSPECT_PAGE);
  g_type_ensure (SAL_TYPE_MASKING_PAGE);
  g_type_ensure (SAL_TYPE_COMPARE_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-window"));
  gtk_widget_class_bind_template_child (widget_class, SalWindow, run_chooser);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, toggle_button);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, toggle_icon);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, toggle_label);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, images_clamp);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, images);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, inspect);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, compare);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, history_section);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, SalWindow, banner_label);
  gtk_widget_class_bind_template_callback (widget_class, banner_response_cb);
}

static void
sal_window_init (SalWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);

  g_autoptr (GPropertyAction) page =
    g_property_action_new ("page", self->pages, "visible-child-name");
  g_autoptr (GPropertyAction) sidebar =
    g_property_action_new ("show-sidebar", self->sidebar, "reveal-child");

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (page));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (sidebar));
}

SalWindow *
sal_window_new (GtkApplication *application,
                SalSession     *session)
{
  return g_object_new (SAL_TYPE_WINDOW,
                       "application", application,
                       "session", session,
                       NULL);
}
