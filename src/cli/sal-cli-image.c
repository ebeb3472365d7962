/* sal-cli-image.c - an image file as a network takes it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-image.h"

#include <cairo.h>

#include "sal-error.h"

/* Draws `image` over black, filling (height, width). */
static cairo_surface_t *
resize (cairo_surface_t *image,
        int              height,
        int              width)
{
  cairo_surface_t *resized = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (resized);

  cairo_scale (cr, (double) width / cairo_image_surface_get_width (image),
               (double) height / cairo_image_surface_get_height (image));
  cairo_set_source_surface (cr, image, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BEST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_flush (resized);
  return resized;
}

static void
write_pixel (guint32 rgb,
             NnShape shape,
             gsize   p,
             guint8 *pixels)
{
  const guint8 parts[3] = { (guint8) (rgb >> 16), (guint8) (rgb >> 8), (guint8) rgb };
  const gsize plane = (gsize) shape.height * (gsize) shape.width;

  if (shape.channels == 1)
    pixels[p] = (guint8) ((299 * parts[0] + 587 * parts[1] + 114 * parts[2] + 500) / 1000);
  else
    for (gsize c = 0; c < 3; c++)
      pixels[c * plane + p] = parts[c];
}

static void
copy_pixels (cairo_surface_t *surface,
             NnShape          shape,
             guint8          *pixels)
{
  const unsigned char *data = cairo_image_surface_get_data (surface);
  const gsize stride = (gsize) cairo_image_surface_get_stride (surface);

  for (gsize y = 0; y < (gsize) shape.height; y++) {
    const guint32 *line = (const guint32 *) (gconstpointer) (data + y * stride);

    for (gsize x = 0; x < (gsize) shape.width; x++)
      write_pixel (line[x], shape, y * (gsize) shape.width + x, pixels);
  }
}

gboolean
sal_cli_image_read (const char *path,
                    NnShape     shape,
                    guint8     *pixels,
                    GError    **error)
{
  if (shape.channels != 1 && shape.channels != 3) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 "%s: expected a network for 1 or 3 channels, found one for %d", path,
                 shape.channels);
    return FALSE;
  }

  cairo_surface_t *image = cairo_image_surface_create_from_png (path);
  const cairo_status_t status = cairo_surface_status (image);

  if (status == CAIRO_STATUS_SUCCESS) {
    cairo_surface_t *resized = resize (image, shape.height, shape.width);

    copy_pixels (resized, shape, pixels);
    cairo_surface_destroy (resized);
  } else {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, "%s: expected a PNG image, found: %s", path,
                 cairo_status_to_string (status));
  }
  cairo_surface_destroy (image);
  return status == CAIRO_STATUS_SUCCESS;
}
