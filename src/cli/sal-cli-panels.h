/* sal-cli-panels.h - an image and its maps side by side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-layer.h"

G_BEGIN_DECLS

/* One map; strings and arrays are borrowed. */
typedef struct
{
  const char  *title;
  const float *map;       /* (channels, height, width), raw                    */
  gboolean     is_signed;
} SalCliPanel;

/* Draws `pixels` (channels, height, width) under `title` and each map beside
 * it on its own scale (the 99th percentile of its magnitude, printed at its
 * colour bar) to `path`, in the format of its extension; `metadata` travels
 * inside. */
gboolean sal_cli_panels_export (const char        *path,
                                const char        *title,
                                const char        *metadata,
                                NnShape            shape,
                                const guint8      *pixels,
                                const SalCliPanel *panels,
                                gsize              n_panels,
                                GError           **error);

G_END_DECLS
