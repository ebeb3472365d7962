/* sal-dataset-private.h - what the files of SalDataset share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-catalogue.h"
#include "sal-dataset.h"
#include "sal-glyphs.h"

G_BEGIN_DECLS

struct _SalDataset
{
  gatomicrefcount    references;
  char              *name;
  char              *title;
  char              *hash;
  const char *const *class_names;       /* NULL: the label itself            */
  char             **own_class_names;   /* what they are then                */
  NnImages           train;
  NnImages           test;
  guint8            *buffers[4];        /* pixels and labels of the parts    */
  GMappedFile       *mapped;            /* or where the pixels lie           */
  char              *note;              /* what an import left out, or NULL  */
  guint8            *test_truth;
};

struct _SalDatasetSource
{
  /* Fills train, test (but for mean and std), buffers and, where it is known,
   * test_truth of `self` from `folder`.  NULL: what is in the folder is
   * imported (sal-import.h). */
  gboolean         (*load) (SalDataset             *self,
                            const SalDatasetSource *source,
                            const char             *folder,
                            GCancellable           *cancellable,
                            GError                **error);
  const char *const *class_names;       /* ended by NULL                     */
  SalGlyphsLayout    layout;
  const SalCatalogueEntry *entry;       /* has the normalisation; NULL: it   */
                                        /* is measured                       */
  const SalDatasetKind *base;           /* of which it is the block variant  */
};

/* What the names of block variants end with. */
#define SAL_DATASET_BLOCKS_SUFFIX "-blocks"

/* The block variant of `base`, whose images must be 28 by 28 and grey. */
SalDataset *sal_dataset_make_blocks (SalDataset   *base,
                                     GCancellable *cancellable,
                                     GError      **error);

/* Sets the normalisation, that of `entry` or measured (NULL), of both parts, and
 * the hash. */
gboolean sal_dataset_finish (SalDataset              *self,
                             const SalCatalogueEntry *entry,
                             GError                 **error);

/* Sets mean and std, a channel each, from the pixels in 0 ... 1.  An error
 * where no channel has contrast; it names no file.  A channel without has std
 * 1. */
gboolean sal_dataset_measure_normalisation (NnImages *images,
                                            GError  **error);

/* What sal_dataset_get_hash() returns. Free the result. */
char *sal_dataset_measure_hash (const NnImages *train,
                                const NnImages *test);

/* Loads four IDX files, wherever they lie in `folder`. */
gboolean sal_dataset_load_idx (SalDataset             *self,
                               const SalDatasetSource *source,
                               const char             *folder,
                               GCancellable           *cancellable,
                               GError                **error);

G_END_DECLS
