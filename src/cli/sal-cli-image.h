/* sal-cli-image.h - an image file as a network takes it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "nn/nn-layer.h"

G_BEGIN_DECLS

/* Reads a PNG file, resized to the height and width of `shape`, grey for one
 * channel (luminance, Rec. 601) and red, green, blue for three; transparent
 * parts are black.  `pixels` is (channels, height, width). */
gboolean sal_cli_image_read (const char *path,
                             NnShape     shape,
                             guint8     *pixels,
                             GError    **error);

G_END_DECLS
