/* sal-image-format.h - what picture files say of themselves, where gdk-pixbuf does not
 *
 * It takes a PNG, JPEG, WebP or BMP file that is cut for a good one, and leaves
 * in the missing rows what was in memory before; and it needs the whole of a
 * moving WebP to tell its size.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the file goes on to its end; it begins as its format does. */
gboolean sal_image_format_is_whole_png  (const guint8 *bytes,
                                         gsize         n_bytes);
gboolean sal_image_format_is_whole_jpeg (const guint8 *bytes,
                                         gsize         n_bytes);
gboolean sal_image_format_is_whole_webp (const guint8 *bytes,
                                         gsize         n_bytes);
gboolean sal_image_format_is_whole_bmp  (const guint8 *bytes,
                                         gsize         n_bytes);

/* The size of a WebP file that has the extended header, as moving ones do;
 * FALSE where it has not. */
gboolean sal_image_format_measure_webp (const guint8 *bytes,
                                        gsize         n_bytes,
                                        int          *width,
                                        int          *height);

G_END_DECLS
