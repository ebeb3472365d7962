/* sal-tiles.c - children of one size, arranged so that they are as large as
 * the room allows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-tiles.h"

struct _SalTiles
{
  GtkWidget parent_instance;

  guint     spacing;
};

enum
{
  PROP_SPACING = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalTiles, sal_tiles, GTK_TYPE_WIDGET)

/* Children in lines of `columns`, each `width` x `height`. */
typedef struct
{
  int columns;
  int width;
  int height;
} Tiling;

static int
count_children (SalTiles *self)
{
  int n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_should_layout (child);
  return n;
}

/* What the largest child asks for. */
static void
measure_largest (SalTiles      *self,
                 GtkOrientation orientation,
                 int            for_size,
                 int           *minimum,
                 int           *natural)
{
  *minimum = 0;
  *natural = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    int least = 0;
    int usual = 0;

    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, orientation, for_size, &least, &usual, NULL, NULL);
    *minimum = MAX (*minimum, least);
    *natural = MAX (*natural, usual);
  }
}

/* What one of `n` gets of `size`. */
static int
divide (SalTiles *self,
        int       size,
        int       n)
{
  return MAX ((size - (n - 1) * (int) self->spacing) / n, 0);
}

/* The inverse: what `n` of `size` take. */
static int
multiply (SalTiles *self,
          int       size,
          int       n)
{
  return n * size + (n - 1) * (int) self->spacing;
}

/* How many of `n` stand in each of full lines that fit `width`, two if that is
 * narrower than they can be. */
static int
fit_columns (SalTiles *self,
             int       n,
             int       width)
{
  int columns = n;
  int least = 0;
  int usual = 0;

  measure_largest (self, GTK_ORIENTATION_HORIZONTAL, -1, &least, &usual);
  while (columns > 2 && (n % columns != 0 || multiply (self, least, columns) > width))
    columns--;
  return n % columns == 0 ? columns : n;
}

/* No higher than they ask to be at their width; 0 high if they do not fit. */
static Tiling
tile (SalTiles *self,
      int       n,
      int       columns,
      int       width,
      int       height)
{
  Tiling tiling = { columns, divide (self, width, columns), divide (self, height, n / columns) };
  int least = 0;
  int usual = 0;

  measure_largest (self, GTK_ORIENTATION_VERTICAL, tiling.width, &least, &usual);
  tiling.height = tiling.height < least ? 0 : MIN (tiling.height, usual);
  return tiling;
}

/* The tiling whose tiles' shorter side is longest: maps are square. */
static Tiling
choose_tiling (SalTiles *self,
               int       n,
               int       width,
               int       height)
{
  const int most = fit_columns (self, n, width);
  Tiling best = tile (self, n, most, width, height);

  for (int columns = most - 1; columns > 0; columns--) {
    if (n % columns != 0)
      continue;

    const Tiling other = tile (self, n, columns, width, height);

    if (MIN (other.width, other.height) > MIN (best.width, best.height))
      best = other;
  }
  return best;
}

static GtkSizeRequestMode
sal_tiles_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sal_tiles_measure (GtkWidget     *widget,
                   GtkOrientation orientation,
                   int            for_size,
                   int           *minimum,
                   int           *natural,
                   int           *minimum_baseline,
                   int           *natural_baseline)
{
  SalTiles *self = SAL_TILES (widget);
  const int n = MAX (count_children (self), 1);
  const int columns = orientation == GTK_ORIENTATION_HORIZONTAL ? fit_columns (self, n, 0)
                      : for_size < 0 ? n : fit_columns (self, n, for_size);

  measure_largest (self, orientation, for_size < 0 ? -1 : divide (self, for_size, columns), minimum,
                   natural);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = multiply (self, *minimum, columns);
    *natural = multiply (self, *natural, n);
  } else {
    *minimum = multiply (self, *minimum, n / columns);
    *natural = multiply (self, *natural, n / columns);
  }
}

static void
sal_tiles_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  SalTiles *self = SAL_TILES (widget);
  const int n = MAX (count_children (self), 1);
  const Tiling tiling = choose_tiling (self, n, width, height);
  const gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const int lines = n / tiling.columns;
  const int top = (height - multiply (self, tiling.height, lines)) / 2;
  int i = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (!gtk_widget_should_layout (child))
      continue;

    const int x = i % tiling.columns * (tiling.width + (int) self->spacing);
    const int y = i / tiling.columns * (tiling.height + (int) self->spacing);

    gtk_widget_size_allocate (child,
                              &(const GtkAllocation) {
      mirrored ? width - x - tiling.width : x, MAX (top, 0) + y, tiling.width, tiling.height
    }, -1);
    i++;
  }
}

/* --- life -------------------------------------------------------------------- */

static void
sal_tiles_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  switch (id) {
  case PROP_SPACING:
    g_value_set_uint (value, SAL_TILES (object)->spacing);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_tiles_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  switch (id) {
  case PROP_SPACING:
    SAL_TILES (object)->spacing = g_value_get_uint (value);
    gtk_widget_queue_resize (GTK_WIDGET (object));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_tiles_dispose (GObject *object)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (sal_tiles_parent_class)->dispose (object);
}

static void
sal_tiles_class_init (SalTilesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sal_tiles_get_property;
  object_class->set_property = sal_tiles_set_property;
  object_class->dispose = sal_tiles_dispose;
  widget_class->get_request_mode = sal_tiles_get_request_mode;
  widget_class->measure = sal_tiles_measure;
  widget_class->size_allocate = sal_tiles_size_allocate;

  properties[PROP_SPACING] = g_param_spec_uint ("spacing", NULL, NULL, 0, 100, 8,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_tiles_init (SalTiles *self)
{
  self->spacing = 8;
}
