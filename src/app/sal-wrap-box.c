/* sal-wrap-box.c - children from left to right, in as many lines as it takes
 *
 * One walk over the children finds the lines; measuring and placing both use
 * it, so that they cannot disagree.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-wrap-box.h"

struct _SalWrapBox
{
  GtkWidget parent_instance;

  guint     spacing;
  gboolean  aligned;
};

enum
{
  PROP_SPACING = 1,
  PROP_ALIGNED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalWrapBox, sal_wrap_box, GTK_TYPE_WIDGET)

/* What is left of a line for those that expand. */
typedef struct
{
  int width;
  int n_expanding;
} Spare;

/* A stretch of children that share a line. */
typedef struct
{
  GtkWidget *first;
  GtkWidget *end;     /* the first one after it, or NULL */
  int        width;
  int        height;
  Spare      spare;
} Line;

static int
measure_child (GtkWidget     *child,
               GtkOrientation orientation,
               int            for_size,
               gboolean       natural)
{
  int sizes[2] = { 0, 0 };

  gtk_widget_measure (child, orientation, for_size, &sizes[0], &sizes[1], NULL, NULL);
  return sizes[natural];
}

/* What the child takes of a line of `width`: no less than it must have. */
static int
child_width (GtkWidget *child,
             int        width)
{
  const int natural = measure_child (child, GTK_ORIENTATION_HORIZONTAL, -1, TRUE);
  const int minimum = measure_child (child, GTK_ORIENTATION_HORIZONTAL, -1, FALSE);

  return MAX (minimum, MIN (natural, width));
}

/* The child's width with its share of what is left. */
static int
take_width (GtkWidget *child,
            int        width,
            Spare     *spare)
{
  const int own = child_width (child, width);

  if (!gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
    return own;

  const int share = spare->width / spare->n_expanding--;

  spare->width -= share;
  return own + share;
}

static void
measure_height (Line *line,
                int   width)
{
  Spare spare = line->spare;

  for (GtkWidget *child = line->first; child != line->end;
       child = gtk_widget_get_next_sibling (child)) {
    if (!gtk_widget_should_layout (child))
      continue;

    /* Not within MAX, which takes what it is given twice. */
    const int own = take_width (child, width, &spare);
    const int height = measure_child (child, GTK_ORIENTATION_VERTICAL, own, TRUE);

    line->height = MAX (line->height, height);
  }
}

/* The line that begins at `child`, not wider than `width` if that is possible.
 * Where lines are aligned, its children expand no more than those of the line
 * `above`, of which there are more. */
static Line
take_line (SalWrapBox *self,
           GtkWidget  *child,
           int         width,
           const Line *above)
{
  Line line = { .first = child };

  for (; child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (!gtk_widget_should_layout (child))
      continue;

    const int own = child_width (child, width);
    const int gap = line.width > 0 ? (int) self->spacing : 0;

    if (line.width > 0 && line.width + gap + own > width)
      break;
    line.width += gap + own;
    line.spare.n_expanding += gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
  }
  line.end = child;
  line.spare.width = MAX (width - line.width, 0);
  if (self->aligned && above != NULL && above->spare.n_expanding > line.spare.n_expanding)
    line.spare = above->spare;
  measure_height (&line, width);
  return line;
}

static int
height_for_width (SalWrapBox *self,
                  int         width)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
  Line line = { 0 };
  int height = 0;

  while (child != NULL) {
    line = take_line (self, child, width, child == line.end ? &line : NULL);

    height += line.height + (height > 0 && line.height > 0 ? (int) self->spacing : 0);
    child = line.end;
  }
  return height;
}

static void
measure_width (SalWrapBox *self,
               int        *minimum,
               int        *natural)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (!gtk_widget_should_layout (child))
      continue;
    *minimum = MAX (*minimum, measure_child (child, GTK_ORIENTATION_HORIZONTAL, -1, FALSE));
    *natural += measure_child (child, GTK_ORIENTATION_HORIZONTAL, -1, TRUE)
                + (*natural > 0 ? (int) self->spacing : 0);
  }
}

static GtkSizeRequestMode
sal_wrap_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sal_wrap_box_measure (GtkWidget     *widget,
                      GtkOrientation orientation,
                      int            for_size,
                      int           *minimum,
                      int           *natural,
                      int           *minimum_baseline,
                      int           *natural_baseline)
{
  SalWrapBox *self = SAL_WRAP_BOX (widget);

  *minimum = 0;
  *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    measure_width (self, minimum, natural);
  } else {
    *minimum = height_for_width (self, for_size < 0 ? G_MAXINT / 2 : for_size);
    *natural = *minimum;
  }
}

static void
place_line (SalWrapBox *self,
            const Line *line,
            int         width,
            int         y,
            int         height)
{
  Spare spare = line->spare;
  const gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int x = 0;

  for (GtkWidget *child = line->first; child != line->end;
       child = gtk_widget_get_next_sibling (child)) {
    if (!gtk_widget_should_layout (child))
      continue;

    const int own = take_width (child, width, &spare);

    gtk_widget_size_allocate (child,
                              &(const GtkAllocation) { mirrored ? width - x - own : x, y, own,
                                                       height },
                              -1);
    x += own + (int) self->spacing;
  }
}

static void
sal_wrap_box_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  SalWrapBox *self = SAL_WRAP_BOX (widget);
  GtkWidget *child = gtk_widget_get_first_child (widget);
  Line line = { 0 };
  int y = 0;

  while (child != NULL) {
    line = take_line (self, child, width, child == line.end ? &line : NULL);

    place_line (self, &line, width, y,
                line.end == NULL ? MAX (line.height, height - y) : line.height);
    y += line.height + (line.height > 0 ? (int) self->spacing : 0);
    child = line.end;
  }
}

/* --- life -------------------------------------------------------------------- */

static void
sal_wrap_box_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (id) {
  case PROP_SPACING:
    g_value_set_uint (value, SAL_WRAP_BOX (object)->spacing);
    break;
  case PROP_ALIGNED:
    g_value_set_boolean (value, SAL_WRAP_BOX (object)->aligned);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_wrap_box_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  switch (id) {
  case PROP_SPACING:
    SAL_WRAP_BOX (object)->spacing = g_value_get_uint (value);
    gtk_widget_queue_resize (GTK_WIDGET (object));
    break;
  case PROP_ALIGNED:
    SAL_WRAP_BOX (object)->aligned = g_value_get_boolean (value);
    gtk_widget_queue_resize (GTK_WIDGET (object));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_wrap_box_dispose (GObject *object)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (sal_wrap_box_parent_class)->dispose (object);
}

static void
sal_wrap_box_class_init (SalWrapBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sal_wrap_box_get_property;
  object_class->set_property = sal_wrap_box_set_property;
  object_class->dispose = sal_wrap_box_dispose;
  widget_class->get_request_mode = sal_wrap_box_get_request_mode;
  widget_class->measure = sal_wrap_box_measure;
  widget_class->size_allocate = sal_wrap_box_size_allocate;

  properties[PROP_SPACING] = g_param_spec_uint ("spacing", NULL, NULL, 0, 100, 8,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ALIGNED] = g_param_spec_boolean ("aligned", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_wrap_box_init (SalWrapBox *self)
{
  self->spacing = 8;
}
