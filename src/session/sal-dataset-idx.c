/* sal-dataset-idx.c - a data set out of four IDX files
 *
 * Each file was checked by itself when it was read; here they are checked
 * against each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-dataset-private.h"

#include <glib/gi18n.h>
#include "sal-error.h"
#include "sal-idx-folder.h"
#include "sal-idx.h"

/* Networks are built for images; a longer side is a mistake in the file. */
#define MAX_SIDE 1024

/* An error where a label is not below `classes`. */
static gboolean
check_labels (const SalIdx *labels,
              const char   *path,
              int           classes,
              GError      **error)
{
  for (gsize i = 0; i < labels->n_bytes; i++) {
    if (labels->data[i] >= classes) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                   _("%s: expected labels from 0 to %d, found %d at image %zu"),
                   path, classes - 1, labels->data[i], i);
      return FALSE;
    }
  }
  return TRUE;
}

/* What an own folder's training labels say: 0 up to the largest. */
static int
count_classes (const SalIdx *labels)
{
  int largest = 0;

  for (gsize i = 0; i < labels->n_bytes; i++)
    largest = MAX (largest, labels->data[i]);
  return largest + 1;
}

static gboolean
check_sizes (const SalIdx *images,
             const char   *images_path,
             const SalIdx *labels,
             const char   *labels_path,
             GError      **error)
{
  if (images->shape[1] > MAX_SIDE || images->shape[2] > MAX_SIDE) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected images of at most %d by %d pixels, found %u by %u"),
                 images_path, MAX_SIDE, MAX_SIDE, images->shape[2], images->shape[1]);
    return FALSE;
  }
  if (images->shape[0] != labels->shape[0]) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected a label for each of the %u images in %s, found %u labels"),
                 labels_path, images->shape[0], images_path, labels->shape[0]);
    return FALSE;
  }
  return TRUE;
}

/* Reads one part; `classes` is 0 to take what the labels say. */
static gboolean
load_idx_part (NnImages     *part,
               guint8      **buffers,
               const char   *images_path,
               const char   *labels_path,
               int           classes,
               GCancellable *cancellable,
               GError      **error)
{
  g_autoptr (SalIdx) images = sal_idx_load (images_path, 3, cancellable, error);

  if (images == NULL)
    return FALSE;

  g_autoptr (SalIdx) labels = sal_idx_load (labels_path, 1, cancellable, error);

  if (labels == NULL || !check_sizes (images, images_path, labels, labels_path, error))
    return FALSE;
  if (classes == 0)
    classes = count_classes (labels);
  if (!check_labels (labels, labels_path, classes, error))
    return FALSE;

  *part = (NnImages) {
    .count = images->shape[0],
    .channels = 1,
    .height = (int) images->shape[1],
    .width = (int) images->shape[2],
    .classes = classes,
  };
  part->pixels = buffers[0] = g_steal_pointer (&images->data);
  part->labels = buffers[1] = g_steal_pointer (&labels->data);
  return TRUE;
}

static gboolean
check_classes (const NnImages *train,
               const char     *path,
               GError        **error)
{
  if (train->classes >= 2)
    return TRUE;

  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected at least two classes, found the label 0 only"), path);
  return FALSE;
}

static gboolean
check_parts (const SalDataset *self,
             char *const       paths[SAL_IDX_N_FILES],
             GError          **error)
{
  const NnImages *train = &self->train;
  const NnImages *test = &self->test;

  if (train->height == test->height && train->width == test->width)
    return TRUE;

  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected images of %d by %d pixels as in %s, found %d by %d"),
               paths[SAL_IDX_TEST_IMAGES], train->width, train->height,
               paths[SAL_IDX_TRAIN_IMAGES], test->width, test->height);
  return FALSE;
}

gboolean
sal_dataset_load_idx (SalDataset             *self,
                      const SalDatasetSource *source,
                      const char             *folder,
                      GCancellable           *cancellable,
                      GError                **error)
{
  char *paths[SAL_IDX_N_FILES] = { NULL };
  const int classes = source->class_names != NULL
                      ? (int) g_strv_length ((char **) source->class_names) : 0;

  if (!sal_idx_folder_find (folder, paths, cancellable, error))
    return FALSE;

  const gboolean fine =
    load_idx_part (&self->train, self->buffers, paths[SAL_IDX_TRAIN_IMAGES],
                   paths[SAL_IDX_TRAIN_LABELS], classes, cancellable, error) &&
    check_classes (&self->train, paths[SAL_IDX_TRAIN_LABELS], error) &&
    load_idx_part (&self->test, self->buffers + 2, paths[SAL_IDX_TEST_IMAGES],
                   paths[SAL_IDX_TEST_LABELS], self->train.classes, cancellable, error) &&
    check_parts (self, paths, error);

  for (int i = 0; i < SAL_IDX_N_FILES; i++)
    g_free (paths[i]);
  return fine;
}
