/* sal-model-file.h - a trained network in a safetensors file
 *
 * Tensors carry the engine's names ("conv1.weight", "act1.alpha").  The
 * metadata carries everything needed to rebuild the network without the run:
 * format and version, network text, quantizer with its parameters, bit widths
 * of each layer, classes, normalisation, recipe, data set name and hash.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "nn/nn-model.h"
#include "sal-recipe.h"
#include "sal-safetensors.h"

G_BEGIN_DECLS

/* What a model file says beside the weights. */
typedef struct
{
  char     *title;
  SalRecipe recipe;
  char     *dataset_hash;
  char    **class_names;       /* NULL-terminated                             */
  float     mean[NN_MAX_CHANNELS];
  float     std[NN_MAX_CHANNELS];
  gint64    step;
  double    validation_accuracy; /* NaN if unknown                            */
  double    test_accuracy;       /* NaN if unknown                            */
  char     *provenance;          /* JSON (see sal-provenance.h), or NULL      */
} SalModelInfo;

void sal_model_info_clear (SalModelInfo *info);

/* Saves `model` atomically. */
gboolean sal_model_file_save (const char         *path,
                              const NnModel      *model,
                              const SalModelInfo *info,
                              GError            **error);

/* Loads a model, checking that every tensor of its text is there in the right
 * shape with finite values and every alpha positive.  `info` (may be NULL) is
 * filled and must be cleared. */
NnModel *sal_model_file_load (const char   *path,
                              SalModelInfo *info,
                              GError      **error);

/* The same from bytes, such as a bundled resource; `name` is for messages. */
NnModel *sal_model_file_load_bytes (GBytes       *bytes,
                                    const char   *name,
                                    SalModelInfo *info,
                                    GError      **error);

/* The two halves, for checkpoints, which add their own tensors. */
void     sal_model_file_write (SalSafetensorsWriter *writer,
                               const NnModel        *model,
                               const SalModelInfo   *info);
NnModel *sal_model_file_read  (SalSafetensors *file,
                               const char     *name,
                               SalModelInfo   *info,
                               GError        **error);

G_END_DECLS
