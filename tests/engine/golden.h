/* golden.h - inputs and expected outputs made by an independent implementation
 *
 * One safetensors file a topic, in the directory that the environment
 * variable SALISCOPE_GOLDEN names.  Tolerances stand in each file's metadata
 * as rtol and atol: |found - expected| <= atol + rtol |expected|.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

typedef struct Golden Golden;

/* How much of a tensor must lie within the tolerance. */
typedef enum
{
  GOLDEN_EVERY, /* every element                                              */
  GOLDEN_MOST,  /* 99 % of the elements, and 5 % of the norm: where a value on
                 * a rounding boundary may land on the next level             */
} GoldenRule;

/* Opens `name` ("pact.safetensors").  NULL, with the test marked as skipped,
 * where SALISCOPE_GOLDEN is not set; a file that cannot be read is an error. */
Golden *golden_open (const char *name);

void golden_close (Golden *golden);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Golden, golden_close)

/* The data of a tensor, and in `n` (may be NULL) its number of elements.  A
 * tensor that is missing or of another type is an error. */
const float  *golden_floats (Golden     *golden,
                             const char *name,
                             gsize      *n);
const gint32 *golden_ints   (Golden     *golden,
                             const char *name,
                             gsize      *n);
const guint8 *golden_bytes  (Golden     *golden,
                             const char *name,
                             gsize      *n);

/* Whether the file has such a tensor. */
gboolean golden_has (Golden     *golden,
                     const char *name);

/* Fails the test where `found` (n) is not the tensor `name`. */
void golden_compare (Golden      *golden,
                     const char  *name,
                     GoldenRule   rule,
                     const float *found,
                     gsize        n);

/* The same for one number. */
void golden_compare_scalar (Golden     *golden,
                            const char *name,
                            double      found);

/* Reads a gzip-compressed IDX file of SALISCOPE_DATASETS ("mnist/...gz"): the
 * bytes behind its header of `header` bytes.  NULL, with the test marked as
 * skipped, where the variable is not set. */
GBytes *golden_read_idx (const char *name,
                         gsize       header);
