/* sal-image-bytes.h - a picture file in memory as the pixels a network takes
 *
 * PNG, JPEG, WebP, GIF (first frame), BMP, TIFF and PNM, decoded by gdk-pixbuf.
 * The kind is told by the first bytes, not by a name, and no other decoder of
 * gdk-pixbuf is ever started.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

#include "nn/nn-layer.h"

G_BEGIN_DECLS

/* Pictures of more pixels are refused before they are decoded. */
#define SAL_IMAGE_MAX_PIXELS (G_GINT64_CONSTANT (64) << 20)

/* Whether a file of this name may be a picture: by its extension. */
gboolean sal_image_bytes_is_name (const char *name);

/* Width and height from the beginning of the file: the rest is not decoded.
 * SAL_ERROR_BAD_FILE says what was found; it does not name the file. */
gboolean sal_image_bytes_measure (const guint8 *bytes,
                                  gsize         n_bytes,
                                  int          *width,
                                  int          *height,
                                  GError      **error);

/* Decodes, turns as the camera was held (Exif), lays transparent parts on
 * black, cuts the middle out in the proportions of `shape` and resizes it.
 * One channel is luminance (Rec. 601), three are red, green and blue.
 * `pixels` is (channels, height, width).  Errors as above. */
gboolean sal_image_bytes_decode (const guint8 *bytes,
                                 gsize         n_bytes,
                                 NnShape       shape,
                                 guint8       *pixels,
                                 GError      **error);

/* The same for a file; the errors (SAL_ERROR_NOT_FOUND, SAL_ERROR_IO too) name
 * it.  SAL_ERROR_BAD_SETTING where `shape` has not 1 or 3 channels. */
gboolean sal_image_bytes_read_file (const char *path,
                                    NnShape     shape,
                                    guint8     *pixels,
                                    GError    **error);

/* The same of a picture that is decoded already. */
gboolean sal_image_bytes_from_pixbuf (GdkPixbuf *picture,
                                      NnShape    shape,
                                      guint8    *pixels,
                                      GError   **error);

G_END_DECLS
