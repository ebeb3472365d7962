/* sal-npy.h - arrays for NumPy and everything that reads its files
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * (version 1.0).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-safetensors.h"

G_BEGIN_DECLS

/* Writes a row-major array ("C order") to `path` with sal_atomic_file_write();
 * `shape` has `n_dimensions` <= SAL_TENSOR_MAX_DIMENSIONS entries, none for a
 * scalar.  The data begins at a multiple of 64 bytes, so that the file can be
 * mapped. */
gboolean sal_npy_write (const char   *path,
                        SalTensorType type,
                        guint         n_dimensions,
                        const gsize  *shape,
                        gconstpointer data,
                        GError      **error);

G_END_DECLS
