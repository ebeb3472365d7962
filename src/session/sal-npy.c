/* sal-npy.c - arrays for NumPy and everything that reads its files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-npy.h"

#include "sal-atomic-file.h"
#include "sal-safetensors-private.h"

/* "\x93NUMPY", version 1.0, and the length of the header in two bytes. */
#define PREFIX_SIZE 10

#define ALIGNMENT 64

/* NumPy's names of the types, by SalTensorType. */
static const char *const descriptions[SAL_N_TENSOR_TYPES] = {
  [SAL_TENSOR_F32] = "<f4",
  [SAL_TENSOR_I32] = "<i4",
  [SAL_TENSOR_I64] = "<i8",
  [SAL_TENSOR_U8] = "|u1",
};

/* The header is a Python literal, as NumPy itself writes it. */
static GString *
make_header (SalTensorType type,
             guint         n_dimensions,
             const gsize  *shape)
{
  GString *header = g_string_new (NULL);

  g_string_printf (header, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                   descriptions[type]);
  for (guint d = 0; d < n_dimensions; d++)
    g_string_append_printf (header, d > 0 ? ", %" G_GSIZE_FORMAT : "%" G_GSIZE_FORMAT, shape[d]);
  g_string_append (header, n_dimensions == 1 ? ",), }" : "), }");
  while ((PREFIX_SIZE + header->len + 1) % ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');
  return header;
}

gboolean
sal_npy_write (const char   *path,
               SalTensorType type,
               guint         n_dimensions,
               const gsize  *shape,
               gconstpointer data,
               GError      **error)
{
  g_return_val_if_fail (type < SAL_N_TENSOR_TYPES, FALSE);
  g_return_val_if_fail (n_dimensions <= SAL_TENSOR_MAX_DIMENSIONS, FALSE);
  GString *header = make_header (type, n_dimensions, shape);
  const guint8 prefix[PREFIX_SIZE] = {
    0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (guint8) (header->len & 0xff), (guint8) (header->len >> 8),
  };
  gsize size = sal_tensor_types[type].size;

  for (guint d = 0; d < n_dimensions; d++)
    size *= shape[d];

  const GOutputVector pieces[] = {
    { prefix, PREFIX_SIZE },
    { header->str, header->len },
    { data, size },
  };
  const gboolean written = sal_atomic_file_write (path, pieces, G_N_ELEMENTS (pieces), error);

  g_string_free (header, TRUE);
  return written;
}
