/* sal-drawing.c - a widget that shows what src/plot draws
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-drawing.h"

#include <glib/gi18n.h>

#include "plot-export.h"
#include "sal-save-folder.h"
#include "sal-numbers-window.h"

typedef struct
{
  char               *export_name;
  char               *export_metadata;
  char               *font_family;
  GSimpleActionGroup *actions;
  GtkWidget          *popover;
  char               *help;
  char               *value;
} SalDrawingPrivate;

enum
{
  PROP_EXPORT_NAME = 1,
  PROP_EXPORT_METADATA,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SalDrawing, sal_drawing, GTK_TYPE_WIDGET)

#define PRIVATE(self) \
  ((SalDrawingPrivate *) sal_drawing_get_instance_private (SAL_DRAWING (self)))

/* Nothing that is written or drawn as a guide may be faint. */
static void
raise_contrast (PlotStyle *style)
{
  style->dim = style->foreground;
  style->axis = style->foreground;
  style->grid = plot_color_mix (style->background, style->foreground, 0.45);
}

PlotStyle
sal_drawing_get_style (SalDrawing *self)
{
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  PlotStyle style = plot_style_default (dark);
  SalDrawingPrivate *priv = PRIVATE (self);
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  const PangoFontDescription *font = pango_context_get_font_description (context);
  const double size = (double) pango_font_description_get_size (font) / PANGO_SCALE;

  if (adw_style_manager_get_high_contrast (adw_style_manager_get_default ()))
    raise_contrast (&style);
  g_free (priv->font_family);
  priv->font_family = g_strdup (pango_font_description_get_family (font));
  if (priv->font_family != NULL)
    style.font_family = priv->font_family;
  /* The theme's 11 points are the plots' 12 pixels: labels a little smaller
   * than text, at any text scale. */
  if (size > 0)
    style.font_size *= size * (pango_font_description_get_size_is_absolute (font) ? 0.75 : 1) / 11;
  return style;
}

PlotRect
sal_drawing_get_bounds (SalDrawing *self)
{
  return (PlotRect) { 0, 0, gtk_widget_get_width (GTK_WIDGET (self)),
                      gtk_widget_get_height (GTK_WIDGET (self)) };
}

static void
sal_drawing_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  SalDrawing *self = SAL_DRAWING (widget);
  const PlotRect bounds = sal_drawing_get_bounds (self);

  if (bounds.width < 1 || bounds.height < 1)
    return;

  const PlotStyle style = sal_drawing_get_style (self);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot,
                                           &GRAPHENE_RECT_INIT (0, 0, bounds.width, bounds.height));

  SAL_DRAWING_GET_CLASS (self)->draw (self, cr, &style, bounds);
  cairo_destroy (cr);
}

/* --- saving ------------------------------------------------------------------ */

static void
draw_for_export (cairo_t *cr,
                 double   width,
                 double   height,
                 void    *data)
{
  SalDrawing *self = data;
  const PlotStyle style = sal_drawing_get_style (self);

  SAL_DRAWING_GET_CLASS (self)->draw (self, cr, &style, (PlotRect) { 0, 0, width, height });
}

static gboolean
write_numbers (SalDrawing *self,
               const char *path,
               GError    **error)
{
  g_autoptr (PlotTable) table = SAL_DRAWING_GET_CLASS (self)->list_numbers (self, TRUE);

  if (table != NULL)
    return plot_export_table (path, table, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("There is nothing to save here yet."));
  return FALSE;
}

gboolean
sal_drawing_export (SalDrawing *self,
                    const char *path,
                    GError    **error)
{
  g_return_val_if_fail (SAL_IS_DRAWING (self), FALSE);

  SalDrawingClass *klass = SAL_DRAWING_GET_CLASS (self);
  const PlotStyle style = sal_drawing_get_style (self);
  const PlotRect bounds = klass->measure_figure != NULL ? klass->measure_figure (self)
                          : sal_drawing_get_bounds (self);

  if (klass->write_csv != NULL && g_str_has_suffix (path, ".csv"))
    return klass->write_csv (self, path, error);
  if (klass->list_numbers != NULL && g_str_has_suffix (path, ".csv"))
    return write_numbers (self, path, error);
  if (klass->write_npy != NULL && g_str_has_suffix (path, ".npy"))
    return klass->write_npy (self, path, error);
  return plot_export (path, bounds.width, bounds.height, 2, &style.background,
                      PRIVATE (self)->export_name, PRIVATE (self)->export_metadata,
                      draw_for_export, self, error);
}

void
sal_drawing_set_metadata_in (GtkWidget  *root,
                             const char *metadata)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  if (SAL_IS_DRAWING (root))
    g_object_set (root, "export-metadata", metadata, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL; child = gtk_widget_get_next_sibling (child))
    sal_drawing_set_metadata_in (child, metadata);
}

static void
file_chosen_cb (GtkNativeDialog *dialog,
                int              response,
                SalDrawing      *self)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = g_file_get_path (file);
    g_autofree char *name = g_file_get_basename (file);
    g_autofree char *saved = g_strdup_printf (_("Saved %s"), name);
    g_autoptr (GError) error = NULL;

    sal_save_folder_remember (file);
    if (sal_drawing_export (self, path, &error))
      gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", saved);
    else
      gtk_widget_activate_action (GTK_WIDGET (self), "win.fail", "s", error->message);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
export_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       data)
{
  SalDrawing *self = data;
  const char *name = PRIVATE (self)->export_name;
  g_autofree char *file_name = g_strdup_printf ("%s.%s", name != NULL ? name : "figure",
                                                g_variant_get_string (parameter, NULL));
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Save Figure"), window, GTK_FILE_CHOOSER_ACTION_SAVE, NULL,
                                 NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  sal_save_folder_offer (GTK_FILE_CHOOSER (dialog));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), file_name);
  g_signal_connect_object (dialog, "response", G_CALLBACK (file_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* --- words for those who cannot see it --------------------------------------- */

/* Assistive tools are told values of ranges only: the description begins with
 * it too. */
static void
tell (SalDrawing *self)
{
  const SalDrawingPrivate *priv = PRIVATE (self);
  const char *value = priv->value != NULL ? priv->value : "";
  const char *help = priv->help != NULL ? priv->help : "";
  g_autofree char *description =
    g_strconcat (value, *value != '\0' && *help != '\0' ? ". " : "", help, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, value,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

void
sal_drawing_describe (SalDrawing *self,
                      const char *name,
                      const char *help)
{
  g_return_if_fail (SAL_IS_DRAWING (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name != NULL ? name : "", -1);
  if (g_strcmp0 (PRIVATE (self)->help, help) == 0)
    return;
  g_free (PRIVATE (self)->help);
  PRIVATE (self)->help = g_strdup (help);
  tell (self);
}

void
sal_drawing_set_value (SalDrawing *self,
                       const char *value)
{
  g_return_if_fail (SAL_IS_DRAWING (self));

  if (g_strcmp0 (PRIVATE (self)->value, value) == 0)
    return;
  g_free (PRIVATE (self)->value);
  PRIVATE (self)->value = g_strdup (value);
  tell (self);
}

/* --- numbers to read --------------------------------------------------------- */

PlotTable *
sal_drawing_list_numbers (SalDrawing *self)
{
  g_return_val_if_fail (SAL_IS_DRAWING (self), NULL);

  const SalDrawingClass *klass = SAL_DRAWING_GET_CLASS (self);

  return klass->list_numbers == NULL ? NULL : klass->list_numbers (self, FALSE);
}

const char *
sal_drawing_word (const char *word,
                  gboolean    in_file)
{
  return in_file ? word : _(word);
}

/* A drawing that is taken out of its window shows nothing any more. */
static gboolean
refresh_cb (SalNumbersWindow *window,
            SalDrawing       *self)
{
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return FALSE;

  PlotTable *table = sal_drawing_list_numbers (self);

  if (table != NULL)
    sal_numbers_window_set_numbers (window, table);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s",
                                _("There are no numbers here yet."));
  return TRUE;
}

void
sal_drawing_show_numbers (SalDrawing *self)
{
  g_return_if_fail (SAL_IS_DRAWING (self));

  const SalDrawingClass *klass = SAL_DRAWING_GET_CLASS (self);
  PlotTable *table = sal_drawing_list_numbers (self);
  g_autofree char *name = klass->name_numbers == NULL ? NULL : klass->name_numbers (self);

  if (table == NULL) {
    gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s",
                                _("There are no numbers here yet."));
    return;
  }

  SalNumbersWindow *window =
    sal_numbers_window_open (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                             name != NULL ? name : _("Numbers"), table);

  g_signal_connect_object (window, "refresh", G_CALLBACK (refresh_cb), self, 0);
}

static void
table_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  sal_drawing_show_numbers (data);
}

static const GActionEntry action_entries[] = {
  { .name = "export", .activate = export_cb, .parameter_type = "s" },
  { .name = "table", .activate = table_cb },
};

GActionGroup *
sal_drawing_get_actions (SalDrawing *self)
{
  g_return_val_if_fail (SAL_IS_DRAWING (self), NULL);

  return G_ACTION_GROUP (PRIVATE (self)->actions);
}

static void
append_format (GMenu      *menu,
               const char *title,
               const char *extension)
{
  g_autofree char *label = g_strdup_printf (_("Save as %s…"), title);
  g_autofree char *action = g_strdup_printf ("drawing.export::%s", extension);

  g_menu_append (menu, label, action);
}

static gboolean
has_numbers (SalDrawing *self)
{
  g_autoptr (PlotTable) table = sal_drawing_list_numbers (self);

  return table != NULL;
}

GMenuModel *
sal_drawing_get_menu (SalDrawing *self)
{
  g_return_val_if_fail (SAL_IS_DRAWING (self), NULL);

  GMenu *menu = g_menu_new ();
  size_t n = 0;
  const PlotFormat *formats = plot_export_formats (&n);

  if (SAL_DRAWING_GET_CLASS (self)->list_numbers != NULL)
    g_menu_append (menu, _("Show as Table"), "drawing.table");

  for (size_t i = 0; i < n; i++)
    append_format (menu, _(formats[i].title), formats[i].extension);
  if (SAL_DRAWING_GET_CLASS (self)->write_csv != NULL)
    append_format (menu, _("CSV of the visible range"), "csv");
  else if (has_numbers (self))
    append_format (menu, _("CSV of the numbers"), "csv");
  if (SAL_DRAWING_GET_CLASS (self)->write_npy != NULL)
    append_format (menu, _("NPY of the raw values"), "npy");
  return G_MENU_MODEL (menu);
}

/* --- the context menu -------------------------------------------------------- */

static void
pop_up (SalDrawing *self,
        double      x,
        double      y)
{
  SalDrawingPrivate *priv = PRIVATE (self);

  g_autoptr (GMenuModel) menu = sal_drawing_get_menu (self);

  if (priv->popover != NULL) {
    /* There may be numbers now, or none any more. */
    gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (priv->popover), menu);
  } else {
    priv->popover = gtk_popover_menu_new_from_model (menu);
    gtk_popover_set_has_arrow (GTK_POPOVER (priv->popover), FALSE);
    gtk_widget_set_halign (priv->popover, GTK_ALIGN_START);
    gtk_widget_set_parent (priv->popover, GTK_WIDGET (self));
  }
  gtk_popover_set_pointing_to (GTK_POPOVER (priv->popover),
                               &(const GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (priv->popover));
}

static void
right_pressed_cb (SalDrawing *self,
                  int         n_press,
                  double      x,
                  double      y)
{
  pop_up (self, x, y);
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   data)
{
  pop_up (SAL_DRAWING (widget), gtk_widget_get_width (widget) / 2.0,
          gtk_widget_get_height (widget) / 2.0);
  return TRUE;
}

static gboolean
lent_menu_cb (GtkWidget *widget,
              GVariant  *arguments,
              gpointer   data)
{
  return menu_key_cb (data, NULL, NULL);
}

static gboolean
lent_table_cb (GtkWidget *widget,
               GVariant  *arguments,
               gpointer   data)
{
  sal_drawing_show_numbers (data);
  return TRUE;
}

static void
lend_key (GtkEventController *keys,
          const char         *trigger,
          GtkShortcutFunc     callback,
          SalDrawing         *self)
{
  GtkShortcutTrigger *parsed = gtk_shortcut_trigger_parse_string (trigger);

  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (parsed, gtk_callback_action_new (callback, self, NULL)));
}

void
sal_drawing_lend_menu (SalDrawing *self,
                       GtkWidget  *widget)
{
  g_return_if_fail (SAL_IS_DRAWING (self));
  g_return_if_fail (gtk_widget_is_ancestor (GTK_WIDGET (self), widget));

  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (right_pressed_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  lend_key (keys, "Menu|<Shift>F10", lent_menu_cb, self);
  lend_key (keys, "<Control>d", lent_table_cb, self);
  gtk_widget_add_controller (widget, keys);
}

static void
sal_drawing_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  SalDrawingPrivate *priv = PRIVATE (widget);

  if (priv->popover != NULL)
    gtk_popover_present (GTK_POPOVER (priv->popover));
}

/* --- life -------------------------------------------------------------------- */

static void
sal_drawing_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  switch (id) {
  case PROP_EXPORT_NAME:
    g_value_set_string (value, PRIVATE (object)->export_name);
    break;
  case PROP_EXPORT_METADATA:
    g_value_set_string (value, PRIVATE (object)->export_metadata);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_drawing_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  switch (id) {
  case PROP_EXPORT_NAME:
    g_free (PRIVATE (object)->export_name);
    PRIVATE (object)->export_name = g_value_dup_string (value);
    break;
  case PROP_EXPORT_METADATA:
    g_free (PRIVATE (object)->export_metadata);
    PRIVATE (object)->export_metadata = g_value_dup_string (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_drawing_dispose (GObject *object)
{
  SalDrawingPrivate *priv = PRIVATE (object);

  g_clear_pointer (&priv->popover, gtk_widget_unparent);
  G_OBJECT_CLASS (sal_drawing_parent_class)->dispose (object);
}

static void
sal_drawing_finalize (GObject *object)
{
  SalDrawingPrivate *priv = PRIVATE (object);

  g_object_unref (priv->actions);
  g_free (priv->export_name);
  g_free (priv->export_metadata);
  g_free (priv->font_family);
  g_free (priv->help);
  g_free (priv->value);
  G_OBJECT_CLASS (sal_drawing_parent_class)->finalize (object);
}

static void
sal_drawing_class_init (SalDrawingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sal_drawing_get_property;
  object_class->set_property = sal_drawing_set_property;
  object_class->dispose = sal_drawing_dispose;
  object_class->finalize = sal_drawing_finalize;
  widget_class->snapshot = sal_drawing_snapshot;
  widget_class->size_allocate = sal_drawing_size_allocate;

  properties[PROP_EXPORT_NAME] =
    g_param_spec_string ("export-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EXPORT_METADATA] =
    g_param_spec_string ("export-metadata", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "drawing");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "drawing.table",
                                       NULL);
}

static void
sal_drawing_init (SalDrawing *self)
{
  SalDrawingPrivate *priv = PRIVATE (self);
  GtkGesture *click = gtk_gesture_click_new ();

  priv->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (priv->actions), action_entries,
                                   G_N_ELEMENTS (action_entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "drawing", G_ACTION_GROUP (priv->actions));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (right_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}
