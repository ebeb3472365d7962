/* sal-idx-folder.h - finds MNIST's four files wherever they lie in a folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SAL_IDX_TRAIN_IMAGES,
  SAL_IDX_TRAIN_LABELS,
  SAL_IDX_TEST_IMAGES,
  SAL_IDX_TEST_LABELS,
  SAL_IDX_N_FILES,
} SalIdxFile;

/* Searches `folder` and its sub-folders, four levels deep, for four files of
 * one set, named like train-images-idx3-ubyte, train-images.idx3-ubyte,
 * t10k-labels-idx1-ubyte.gz, emnist-letters-test-images-idx3-ubyte ...
 * Four in one folder come before four that lie apart, a shallow place before
 * a deep one, and a plain file before the same one compressed.
 *
 * `paths` gets the four paths; free each. If files are missing the error
 * (SAL_ERROR_NOT_FOUND) names each of them; if the folder holds several sets
 * (SAL_ERROR_BAD_SETTING) it names two. */
gboolean sal_idx_folder_find (const char   *folder,
                              char         *paths[SAL_IDX_N_FILES],
                              GCancellable *cancellable,
                              GError      **error);

G_END_DECLS
