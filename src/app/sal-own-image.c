/* sal-own-image.c - an image that was brought or drawn, for a network's input
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-own-image.h"

#include <math.h>
#include <string.h>

/* Dots within this time are one stroke. */
#define STROKE_PAUSE (400 * G_TIME_SPAN_MILLISECOND)

/* A dot has full strength in its middle and none at this distance. */
#define BRUSH_RADIUS 1.6

#define MAX_UNDO 50

struct _SalOwnImage
{
  GObject    parent_instance;

  NnShape    shape;
  guint8    *pixels;       /* (channels, height, width), or NULL */
  char      *title;
  int        label;
  GPtrArray *past;         /* pixels before each change          */
  gint64     painted_at;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalOwnImage, sal_own_image, G_TYPE_OBJECT)

static void
changed (SalOwnImage *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
remember (SalOwnImage *self)
{
  if (self->past->len == MAX_UNDO)
    g_ptr_array_remove_index (self->past, 0);
  g_ptr_array_add (self->past, g_memdup2 (self->pixels, nn_shape_size (self->shape)));
}

/* --- where it comes from ----------------------------------------------------- */

void
sal_own_image_set (SalOwnImage  *self,
                   const guint8 *pixels,
                   NnShape       shape,
                   const char   *title,
                   int           label)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  const gboolean same = self->pixels != NULL && shape.channels == self->shape.channels
                        && shape.height == self->shape.height && shape.width == self->shape.width;

  if (same)
    remember (self);
  else
    g_ptr_array_set_size (self->past, 0);
  g_free (self->pixels);
  self->pixels = g_memdup2 (pixels, nn_shape_size (shape));
  self->shape = shape;
  g_free (self->title);
  self->title = g_strdup (title);
  self->label = label;
  self->painted_at = 0;
  changed (self);
}

/* Rec. 601 luminance where there is one channel. */
static guint8
channel_of (const guint8 *rgb,
            int           channel,
            int           channels)
{
  if (channels >= 3)
    return rgb[channel % 3];
  return (guint8) (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] + 0.5);
}

void
sal_own_image_set_pixbuf (SalOwnImage *self,
                          GdkPixbuf   *pixbuf,
                          NnShape      shape,
                          const char  *title)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  const int width = gdk_pixbuf_get_width (pixbuf);
  const int height = gdk_pixbuf_get_height (pixbuf);
  const double scale = MIN ((double) width / shape.width, (double) height / shape.height);
  const int part_width = CLAMP ((int) (shape.width * scale + 0.5), 1, width);
  const int part_height = CLAMP ((int) (shape.height * scale + 0.5), 1, height);
  g_autoptr (GdkPixbuf) part =
    gdk_pixbuf_new_subpixbuf (pixbuf, (width - part_width) / 2, (height - part_height) / 2,
                              part_width, part_height);
  g_autoptr (GdkPixbuf) small =
    gdk_pixbuf_scale_simple (part, shape.width, shape.height, GDK_INTERP_BILINEAR);
  const guint8 *bytes = gdk_pixbuf_read_pixels (small);
  const int stride = gdk_pixbuf_get_rowstride (small);
  const int step = gdk_pixbuf_get_n_channels (small);
  g_autofree guint8 *pixels = g_new (guint8, nn_shape_size (shape));

  for (int c = 0; c < shape.channels; c++)
    for (int y = 0; y < shape.height; y++)
      for (int x = 0; x < shape.width; x++)
        pixels[(c * shape.height + y) * shape.width + x] =
          channel_of (bytes + y * stride + x * step, c, shape.channels);
  sal_own_image_set (self, pixels, shape, title, -1);
}

void
sal_own_image_clear (SalOwnImage *self)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  if (self->pixels == NULL)
    return;
  g_clear_pointer (&self->pixels, g_free);
  g_clear_pointer (&self->title, g_free);
  g_ptr_array_set_size (self->past, 0);
  changed (self);
}

/* --- what is in it ----------------------------------------------------------- */

const guint8 *
sal_own_image_get_pixels (SalOwnImage *self)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), NULL);

  return self->pixels;
}

const char *
sal_own_image_get_title (SalOwnImage *self)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), NULL);

  return self->title;
}

NnShape
sal_own_image_get_shape (SalOwnImage *self)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), ((NnShape) { 0 }));

  return self->shape;
}

int
sal_own_image_get_label (SalOwnImage *self)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), -1);

  return self->label;
}

/* --- changes ----------------------------------------------------------------- */

/* Moves a byte towards light or darkness by `strength` of the whole range. */
static guint8
move_byte (guint8   byte,
           double   strength,
           gboolean erase)
{
  const double moved = byte + (erase ? -255 : 255) * strength;

  return (guint8) CLAMP (moved + 0.5, 0, 255);
}

void
sal_own_image_paint (SalOwnImage *self,
                     int          column,
                     int          row,
                     gboolean     erase)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  const gint64 now = g_get_monotonic_time ();
  const NnShape shape = self->shape;

  if (self->pixels == NULL)
    return;
  if (now - self->painted_at > STROKE_PAUSE)
    remember (self);
  self->painted_at = now;
  for (int y = MAX (row - 2, 0); y <= MIN (row + 2, shape.height - 1); y++)
    for (int x = MAX (column - 2, 0); x <= MIN (column + 2, shape.width - 1); x++) {
      const double strength = 1 - hypot (x - column, y - row) / BRUSH_RADIUS;

      for (int c = 0; c < shape.channels && strength > 0; c++) {
        guint8 *byte = &self->pixels[(c * shape.height + y) * shape.width + x];

        *byte = move_byte (*byte, strength, erase);
      }
    }
  changed (self);
}

void
sal_own_image_invert (SalOwnImage *self)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  if (self->pixels == NULL)
    return;
  remember (self);
  for (gsize i = 0; i < nn_shape_size (self->shape); i++)
    self->pixels[i] = 255 - self->pixels[i];
  self->painted_at = 0;
  changed (self);
}

gboolean
sal_own_image_can_undo (SalOwnImage *self)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), FALSE);

  return self->past->len > 0;
}

gboolean
sal_own_image_undo (SalOwnImage *self)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), FALSE);

  if (self->past->len == 0)
    return FALSE;
  memcpy (self->pixels, g_ptr_array_index (self->past, self->past->len - 1),
          nn_shape_size (self->shape));
  g_ptr_array_remove_index (self->past, self->past->len - 1);
  self->painted_at = 0;
  changed (self);
  return TRUE;
}

/* --- life -------------------------------------------------------------------- */

static void
sal_own_image_finalize (GObject *object)
{
  SalOwnImage *self = SAL_OWN_IMAGE (object);

  g_free (self->pixels);
  g_free (self->title);
  g_ptr_array_unref (self->past);
  G_OBJECT_CLASS (sal_own_image_parent_class)->finalize (object);
}

static void
sal_own_image_class_init (SalOwnImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_own_image_finalize;

  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_OWN_IMAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sal_own_image_init (SalOwnImage *self)
{
  self->past = g_ptr_array_new_with_free_func (g_free);
}

SalOwnImage *
sal_own_image_new (void)
{
  return g_object_new (SAL_TYPE_OWN_IMAGE, NULL);
}
