/* sal-export-button.c - the menu that saves a drawing, as a button
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-export-button.h"

#include <glib/gi18n.h>

struct _SalExportButton
{
  AdwBin      parent_instance;

  SalDrawing *drawing;
  GtkWidget  *button;
};

enum
{
  PROP_DRAWING = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalExportButton, sal_export_button, ADW_TYPE_BIN)

static void
set_drawing (SalExportButton *self,
             SalDrawing      *drawing)
{
  if (!g_set_object (&self->drawing, drawing))
    return;
  gtk_widget_insert_action_group (GTK_WIDGET (self), "drawing",
                                  drawing == NULL ? NULL : sal_drawing_get_actions (drawing));

  g_autoptr (GMenuModel) menu = drawing == NULL ? NULL : sal_drawing_get_menu (drawing);

  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->button), menu);
}

static void
sal_export_button_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (id) {
  case PROP_DRAWING:
    set_drawing (SAL_EXPORT_BUTTON (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_export_button_dispose (GObject *object)
{
  SalExportButton *self = SAL_EXPORT_BUTTON (object);

  g_clear_object (&self->drawing);
  G_OBJECT_CLASS (sal_export_button_parent_class)->dispose (object);
}

static void
sal_export_button_class_init (SalExportButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = sal_export_button_set_property;
  object_class->dispose = sal_export_button_dispose;

  properties[PROP_DRAWING] =
    g_param_spec_object ("drawing", NULL, NULL, SAL_TYPE_DRAWING,
                         G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_export_button_init (SalExportButton *self)
{
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "document-save-symbolic");
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_tooltip_text (self->button, _("Save the figure or its numbers"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Save figure"), -1);
  adw_bin_set_child (ADW_BIN (self), self->button);
}
