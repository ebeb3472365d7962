/* sal-own-image.c - an image that was brought or drawn, for a network's input
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-own-image.h"

#include <glib/gi18n.h>
#include <math.h>

#include "sal-image-bytes.h"

/* A dot has full strength in its middle and none at this distance, in an image
 * of this height; a larger image has a larger brush. */
#define BRUSH_RADIUS 1.6
#define BRUSH_HEIGHT 32

struct _SalOwnImage
{
  GObject parent_instance;

  NnShape shape;
  guint8 *pixels;       /* (channels, height, width), or NULL */
  char   *title;
  int     label;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalOwnImage, sal_own_image, G_TYPE_OBJECT)

static void
changed (SalOwnImage *self,
         const char  *title)
{
  g_signal_emit (self, signals[CHANGED], 0, title);
}

/* --- where it comes from ----------------------------------------------------- */

static void
take (SalOwnImage  *self,
      const guint8 *pixels,
      NnShape       shape,
      const char   *title,
      int           label)
{
  g_free (self->pixels);
  self->pixels = g_memdup2 (pixels, nn_shape_size (shape));
  self->shape = shape;
  g_free (self->title);
  self->title = g_strdup (title);
  self->label = label;
}

static void
drop (SalOwnImage *self)
{
  g_clear_pointer (&self->pixels, g_free);
  g_clear_pointer (&self->title, g_free);
}

void
sal_own_image_begin (SalOwnImage  *self,
                     const guint8 *pixels,
                     NnShape       shape,
                     const char   *title,
                     int           label)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  take (self, pixels, shape, title, label);
  changed (self, NULL);
}

void
sal_own_image_bring (SalOwnImage  *self,
                     const guint8 *pixels,
                     NnShape       shape,
                     const char   *title)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  take (self, pixels, shape, title, -1);
  changed (self, _("Own Image"));
}

void
sal_own_image_set_pixbuf (SalOwnImage *self,
                          GdkPixbuf   *pixbuf,
                          NnShape      shape,
                          const char  *title)
{
  g_autofree guint8 *pixels = g_new (guint8, nn_shape_size (shape));

  if (sal_image_bytes_from_pixbuf (pixbuf, shape, pixels, NULL))
    sal_own_image_bring (self, pixels, shape, title);
}

void
sal_own_image_clear (SalOwnImage *self)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  if (self->pixels == NULL)
    return;
  drop (self);
  changed (self, _("Own Image"));
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

/* FALSE: the pixel was as light or dark as it can be. */
static gboolean
paint_pixel (SalOwnImage *self,
             int          x,
             int          y,
             double       strength,
             gboolean     erase)
{
  const NnShape shape = self->shape;
  gboolean moved = FALSE;

  for (int c = 0; c < shape.channels; c++) {
    guint8 *byte = &self->pixels[(c * shape.height + y) * shape.width + x];
    const guint8 before = *byte;

    *byte = move_byte (before, strength, erase);
    moved = moved || *byte != before;
  }
  return moved;
}

gboolean
sal_own_image_paint (SalOwnImage *self,
                     int          column,
                     int          row,
                     gboolean     erase)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), FALSE);

  const NnShape shape = self->shape;
  const double radius = BRUSH_RADIUS * fmax (1, (double) shape.height / BRUSH_HEIGHT);
  const int reach = (int) ceil (radius);
  gboolean moved = FALSE;

  if (self->pixels == NULL)
    return FALSE;
  for (int y = MAX (row - reach, 0); y <= MIN (row + reach, shape.height - 1); y++)
    for (int x = MAX (column - reach, 0); x <= MIN (column + reach, shape.width - 1); x++) {
      const double strength = 1 - hypot (x - column, y - row) / radius;

      if (strength > 0 && paint_pixel (self, x, y, strength, erase))
        moved = TRUE;
    }
  if (moved)
    changed (self, erase ? _("Erasing") : _("Drawing"));
  return moved;
}

void
sal_own_image_invert (SalOwnImage *self)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));

  if (self->pixels == NULL)
    return;
  for (gsize i = 0; i < nn_shape_size (self->shape); i++)
    self->pixels[i] = 255 - self->pixels[i];
  changed (self, _("Inverting"));
}

/* --- states ------------------------------------------------------------------ */

/* Title, label, channels, height, width, pixels. */
#define STATE "(siiiiay)"

GVariant *
sal_own_image_get_state (SalOwnImage *self)
{
  g_return_val_if_fail (SAL_IS_OWN_IMAGE (self), NULL);

  if (self->pixels == NULL)
    return g_variant_new (STATE, "", -1, 0, 0, 0, NULL);

  const gsize size = nn_shape_size (self->shape);
  GVariant *pixels = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->pixels, size, 1);

  return g_variant_new ("(siiii@ay)", self->title, self->label, self->shape.channels,
                        self->shape.height, self->shape.width, pixels);
}

void
sal_own_image_set_state (SalOwnImage *self,
                         GVariant    *state)
{
  g_return_if_fail (SAL_IS_OWN_IMAGE (self));
  g_return_if_fail (g_variant_is_of_type (state, G_VARIANT_TYPE (STATE)));

  g_autoptr (GVariant) pixels = NULL;
  const char *title = NULL;
  int label = 0;
  int channels = 0;
  int height = 0;
  int width = 0;
  gsize size = 0;

  g_variant_get (state, "(&siiii@ay)", &title, &label, &channels, &height, &width, &pixels);

  const guint8 *bytes = g_variant_get_fixed_array (pixels, &size, 1);

  if (size == 0)
    drop (self);
  else
    take (self, bytes, (NnShape) { channels, height, width }, title, label);
  changed (self, NULL);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_own_image_finalize (GObject *object)
{
  SalOwnImage *self = SAL_OWN_IMAGE (object);

  g_free (self->pixels);
  g_free (self->title);
  G_OBJECT_CLASS (sal_own_image_parent_class)->finalize (object);
}

static void
sal_own_image_class_init (SalOwnImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_own_image_finalize;

  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_OWN_IMAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sal_own_image_init (SalOwnImage *self)
{
}

SalOwnImage *
sal_own_image_new (void)
{
  return g_object_new (SAL_TYPE_OWN_IMAGE, NULL);
}
