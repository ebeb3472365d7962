/* layer-cases.h - small networks around every kind of layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn-model-private.h"

typedef struct
{
  const char *text;
  int         activation_bits; /* for gradients: only what rounds nothing     */
  gboolean    training;        /* for gradients: dropout is active            */
} LayerCase;

extern const LayerCase layer_cases[];
extern const gsize n_layer_cases;

/* Slices have 8 images and blocks 64: sizes on both sides of their borders. */
enum { LAYER_MAX_BATCH = 65 };

extern const gsize layer_batch_sizes[];
extern const gsize n_layer_batch_sizes;

/* The value of a layer's parameter. */
double layer_value (const NnLayer *layer,
                    const char    *param);
