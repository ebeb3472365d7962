/* canvas.h - a picture in memory that tests draw into and read back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot/plot-palette.h"

#include <cairo.h>
#include <glib.h>

typedef struct
{
  cairo_surface_t *surface;
  cairo_t         *cr;
} Canvas;

/* A picture filled with `background` (0xRRGGBB). */
static inline Canvas
canvas_new (int      width,
            int      height,
            uint32_t background)
{
  Canvas canvas = { .surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height) };

  canvas.cr = cairo_create (canvas.surface);
  plot_color_set (canvas.cr, plot_color_from_rgb (background));
  cairo_paint (canvas.cr);
  return canvas;
}

/* Also checks that no drawing left an error behind. */
static inline void
canvas_free (Canvas *canvas)
{
  g_assert_cmpint (cairo_status (canvas->cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (canvas->cr);
  cairo_surface_destroy (canvas->surface);
}

/* The colour 0xRRGGBB of one pixel of an ARGB32 surface. */
static inline uint32_t
surface_rgb (cairo_surface_t *surface,
             int              x,
             int              y)
{
  cairo_surface_flush (surface);

  const unsigned char *row = cairo_image_surface_get_data (surface)
                             + (size_t) y * (size_t) cairo_image_surface_get_stride (surface);

  return ((const uint32_t *) (const void *) row)[x] & 0xffffffu;
}

/* How many pixels of a rectangle are not `background`. */
static inline int
canvas_count (const Canvas *canvas,
              int           x,
              int           y,
              int           width,
              int           height,
              uint32_t      background)
{
  int n = 0;

  for (int j = y; j < y + height; j++)
    for (int i = x; i < x + width; i++)
      n += surface_rgb (canvas->surface, i, j) != background;
  return n;
}
