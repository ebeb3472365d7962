/* sal-segments.c - a few choices side by side, one of them pressed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-segments.h"

struct _SalSegments
{
  GtkWidget  parent_instance;

  GPtrArray *buttons;   /* GtkToggleButton, children */
  GStrv      tooltips;
  guint      selected;
  gboolean   updating;
};

enum
{
  PROP_TITLES = 1,
  PROP_TOOLTIPS,
  PROP_SELECTED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalSegments, sal_segments, GTK_TYPE_WIDGET)

static void
show_selected (SalSegments *self)
{
  self->updating = TRUE;
  for (guint i = 0; i < self->buttons->len; i++)
    gtk_toggle_button_set_active (g_ptr_array_index (self->buttons, i), i == self->selected);
  self->updating = FALSE;
}

guint
sal_segments_get_selected (SalSegments *self)
{
  g_return_val_if_fail (SAL_IS_SEGMENTS (self), GTK_INVALID_LIST_POSITION);

  return self->selected;
}

void
sal_segments_set_selected (SalSegments *self,
                           guint        selected)
{
  g_return_if_fail (SAL_IS_SEGMENTS (self));

  const gboolean changed = self->selected != selected;

  self->selected = selected;
  show_selected (self);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

/* A pressed button cannot be let go of by pressing it again. */
static void
toggled_cb (SalSegments     *self,
            GtkToggleButton *button)
{
  guint index = 0;

  if (!self->updating && g_ptr_array_find (self->buttons, button, &index))
    sal_segments_set_selected (self, index);
}

static void
show_tooltips (SalSegments *self)
{
  const guint n = self->tooltips == NULL ? 0 : g_strv_length (self->tooltips);

  for (guint i = 0; i < self->buttons->len; i++)
    gtk_widget_set_tooltip_text (g_ptr_array_index (self->buttons, i),
                                 i < n ? self->tooltips[i] : NULL);
}

void
sal_segments_set_titles (SalSegments       *self,
                         const char *const *titles)
{
  g_return_if_fail (SAL_IS_SEGMENTS (self));

  g_ptr_array_set_size (self->buttons, 0);
  for (guint i = 0; titles != NULL && titles[i] != NULL; i++) {
    GtkWidget *button = gtk_toggle_button_new_with_label (titles[i]);

    gtk_widget_set_parent (button, GTK_WIDGET (self));
    g_signal_connect_swapped (button, "toggled", G_CALLBACK (toggled_cb), self);
    g_ptr_array_add (self->buttons, button);
  }
  show_tooltips (self);
  show_selected (self);
}

void
sal_segments_set_tooltips (SalSegments       *self,
                           const char *const *tooltips)
{
  g_return_if_fail (SAL_IS_SEGMENTS (self));

  g_strfreev (self->tooltips);
  self->tooltips = g_strdupv ((char **) tooltips);
  show_tooltips (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_segments_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (id) {
  case PROP_SELECTED:
    g_value_set_uint (value, SAL_SEGMENTS (object)->selected);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_segments_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  SalSegments *self = SAL_SEGMENTS (object);

  switch (id) {
  case PROP_TITLES:
    sal_segments_set_titles (self, g_value_get_boxed (value));
    break;
  case PROP_TOOLTIPS:
    sal_segments_set_tooltips (self, g_value_get_boxed (value));
    break;
  case PROP_SELECTED:
    sal_segments_set_selected (self, g_value_get_uint (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_segments_dispose (GObject *object)
{
  SalSegments *self = SAL_SEGMENTS (object);

  g_clear_pointer (&self->buttons, g_ptr_array_unref);
  G_OBJECT_CLASS (sal_segments_parent_class)->dispose (object);
}

static void
sal_segments_finalize (GObject *object)
{
  g_strfreev (SAL_SEGMENTS (object)->tooltips);
  G_OBJECT_CLASS (sal_segments_parent_class)->finalize (object);
}

static void
sal_segments_class_init (SalSegmentsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sal_segments_get_property;
  object_class->set_property = sal_segments_set_property;
  object_class->dispose = sal_segments_dispose;
  object_class->finalize = sal_segments_finalize;

  properties[PROP_TITLES] =
    g_param_spec_boxed ("titles", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_TOOLTIPS] =
    g_param_spec_boxed ("tooltips", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTED] =
    g_param_spec_uint ("selected", NULL, NULL, 0, GTK_INVALID_LIST_POSITION, 0,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "segments");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sal_segments_init (SalSegments *self)
{
  self->buttons = g_ptr_array_new_with_free_func ((GDestroyNotify) gtk_widget_unparent);
  gtk_widget_add_css_class (GTK_WIDGET (self), "segments");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}
