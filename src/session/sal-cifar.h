/* sal-cifar.h - CIFAR-10 and CIFAR-100 in their binary version
 *
 * A record is one label byte (CIFAR-100: a coarse and a fine one), then 1024
 * red, 1024 green and 1024 blue bytes, row by row.
 * https://www.cs.toronto.edu/~kriz/cifar.html
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset-file.h"

G_BEGIN_DECLS

/* How one of the two lies in its files. */
typedef struct
{
  const char        *title;
  const char *const *train_files;       /* ended by NULL                     */
  const char        *test_file;
  const char        *names_file;        /* a class name a line               */
  const char *const *class_names;       /* where that file is missing        */
  gsize              label_bytes;       /* the last of them is the class     */
} SalCifarKind;

/* The two, ended by a row without a title. */
const SalCifarKind *sal_cifar_kinds (void);

/* Whether `name`, without folders, is a file of `kind` (with its names file). */
gboolean sal_cifar_is_file (const SalCifarKind *kind,
                            const char         *name);

/* Writes the file `target` from `files` (name without folders to GBytes).
 * `label` has no class names yet, they are added to it. SAL_ERROR_BAD_FILE names
 * the file that is missing, of a wrong size, or has a label out of range. */
gboolean sal_cifar_write (const SalCifarKind *kind,
                          GHashTable         *files,
                          const char         *target,
                          SalDatasetLabel    *label,
                          GCancellable       *cancellable,
                          GError            **error);

G_END_DECLS
