/* sal-packed-file.h - a network's parameters packed at their bits
 *
 * What a device would be shipped, and what the sizes in the program mean: a
 * safetensors file whose data are nn_model_packed_bytes() long.  A model file
 * keeps the weights in 32 bits, so that they can be trained and moved to other
 * bits; this one cannot be turned back.
 *
 * A weight tensor NAME of k bits is two tensors: NAME.codes, bytes with codes
 * of k bits one after the other, each from its lowest bit on into the lowest
 * bits that are free; and NAME.scale (grids), one for each output channel or
 * one for all.  The metadata `NAME.packing` is JSON: "bits", "zero", "shape".
 * The weight is (code - zero) scale.  All other tensors are as in a model
 * file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-model-file.h"

G_BEGIN_DECLS

/* Writes `path` at the bits that `model` has. */
gboolean sal_packed_file_write (const char         *path,
                                const NnModel      *model,
                                const SalModelInfo *info,
                                GError            **error);

G_END_DECLS
