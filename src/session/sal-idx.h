/* sal-idx.h - the IDX container of MNIST and its relatives, plain or .gz
 *
 * Layout: two zero bytes, a type byte (0x08: unsigned bytes, the only one read
 * here), the number of dimensions, each dimension as 32 bits big-endian, then
 * the data in row-major order.
 * http://yann.lecun.com/exdb/mnist/ (format description)
 *
 * The reader expects hostile files.  A file must hold exactly what its header
 * promises, and no more memory is taken than a file of its size can fill.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SAL_IDX_MAX_DIMENSIONS 3

/* The largest amount of data a file may hold, in bytes. */
#define SAL_IDX_MAX_BYTES (G_GUINT64_CONSTANT (1) << 30)

typedef struct
{
  guint   n_dimensions;
  guint32 shape[SAL_IDX_MAX_DIMENSIONS]; /* each > 0                  */
  gsize   n_bytes;                       /* product of the dimensions */
  guint8 *data;
} SalIdx;

/* Reads a file that must have `n_dimensions` (1: labels, 3: images). Whether
 * it is compressed is told by its content, not by its name.
 * Errors (SAL_ERROR_BAD_FILE, SAL_ERROR_IO, SAL_ERROR_NOT_FOUND) name the
 * file, what was expected and what was found. */
SalIdx *sal_idx_load (const char   *path,
                      guint         n_dimensions,
                      GCancellable *cancellable,
                      GError      **error);

/* The same from memory (NULL if there are no bytes); `name` is used in
 * messages only. */
SalIdx *sal_idx_parse (const guint8 *bytes,
                       gsize         n_bytes,
                       const char   *name,
                       guint         n_dimensions,
                       GError      **error);

void sal_idx_free (SalIdx *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalIdx, sal_idx_free)

G_END_DECLS
