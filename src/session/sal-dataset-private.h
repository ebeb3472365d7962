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
  guint8            *test_truth;
};

struct _SalDatasetSource
{
  /* Fills train, test (but for mean and std), buffers and, where it is known,
   * test_truth of `self` from `folder`. */
  gboolean         (*load) (SalDataset             *self,
                            const SalDatasetSource *source,
                            const char             *folder,
                            GCancellable           *cancellable,
                            GError                **error);
  const char *const *class_names;       /* ended by NULL                     */
  SalGlyphsLayout    layout;
  const SalCatalogueEntry *entry;       /* has the normalisation; NULL: it   */
                                        /* is measured                       */
};

/* Loads four IDX files, wherever they lie in `folder`. */
gboolean sal_dataset_load_idx (SalDataset             *self,
                               const SalDatasetSource *source,
                               const char             *folder,
                               GCancellable           *cancellable,
                               GError                **error);

G_END_DECLS
