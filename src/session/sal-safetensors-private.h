/* sal-safetensors-private.h - what the reader and the writer must agree on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-safetensors.h"

G_BEGIN_DECLS

/* The format is little-endian and elements are used where they lie. */
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

#define SAL_SAFETENSORS_METADATA_KEY "__metadata__"

/* The limit of the reference implementation. */
#define SAL_SAFETENSORS_MAX_HEADER ((guint64) 100000000)

/* One element type: its name in the header and its bytes per element. */
typedef struct
{
  const char *dtype;
  gsize       size;
} SalTensorTypeInfo;

/* By SalTensorType. */
extern const SalTensorTypeInfo sal_tensor_types[];

#define SAL_N_TENSOR_TYPES (SAL_TENSOR_U8 + 1)

G_END_DECLS
