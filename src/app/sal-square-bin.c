/* sal-square-bin.c - room for a map that is as high as it is wide
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-square-bin.h"

struct _SalSquareBin
{
  GtkWidget  parent_instance;

  GtkWidget *child;
  int        least;
  int        usual;
  int        most;
};

enum
{
  PROP_CHILD = 1,
  PROP_LEAST,
  PROP_USUAL,
  PROP_MOST,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalSquareBin, sal_square_bin, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
sal_square_bin_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sal_square_bin_measure (GtkWidget     *widget,
                        GtkOrientation orientation,
                        int            for_size,
                        int           *minimum,
                        int           *natural,
                        int           *minimum_baseline,
                        int           *natural_baseline)
{
  SalSquareBin *self = SAL_SQUARE_BIN (widget);

  *minimum = self->least;
  *natural = orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0
             ? CLAMP (for_size, self->least, self->most)
             : self->usual > 0 ? self->usual : self->most;
}

static void
sal_square_bin_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  SalSquareBin *self = SAL_SQUARE_BIN (widget);

  if (self->child != NULL)
    gtk_widget_size_allocate (self->child, &(const GtkAllocation) { 0, 0, width, height }, -1);
}

static void
sal_square_bin_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  SalSquareBin *self = SAL_SQUARE_BIN (object);

  switch (id) {
  case PROP_CHILD:
    g_value_set_object (value, self->child);
    break;
  case PROP_LEAST:
    g_value_set_int (value, self->least);
    break;
  case PROP_USUAL:
    g_value_set_int (value, self->usual);
    break;
  case PROP_MOST:
    g_value_set_int (value, self->most);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_square_bin_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  SalSquareBin *self = SAL_SQUARE_BIN (object);

  switch (id) {
  case PROP_CHILD:
    g_clear_pointer (&self->child, gtk_widget_unparent);
    self->child = g_value_get_object (value);
    if (self->child != NULL)
      gtk_widget_set_parent (self->child, GTK_WIDGET (self));
    break;
  case PROP_LEAST:
    self->least = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_USUAL:
    self->usual = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  case PROP_MOST:
    self->most = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_square_bin_dispose (GObject *object)
{
  g_clear_pointer (&SAL_SQUARE_BIN (object)->child, gtk_widget_unparent);
  G_OBJECT_CLASS (sal_square_bin_parent_class)->dispose (object);
}

static void
sal_square_bin_class_init (SalSquareBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sal_square_bin_get_property;
  object_class->set_property = sal_square_bin_set_property;
  object_class->dispose = sal_square_bin_dispose;
  widget_class->get_request_mode = sal_square_bin_get_request_mode;
  widget_class->measure = sal_square_bin_measure;
  widget_class->size_allocate = sal_square_bin_size_allocate;

  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_LEAST] = g_param_spec_int ("least", NULL, NULL, 16, 4096, 96, flags);
  properties[PROP_USUAL] = g_param_spec_int ("usual", NULL, NULL, 0, 4096, 0, flags);
  properties[PROP_MOST] = g_param_spec_int ("most", NULL, NULL, 16, 4096, 640, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_square_bin_init (SalSquareBin *self)
{
  self->least = 96;
  self->most = 640;
}
