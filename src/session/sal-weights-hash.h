/* sal-weights-hash.h - whether two networks are the same to the last bit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-model.h"

G_BEGIN_DECLS

/* SHA-256, in hexadecimal, over name, shape and little-endian 32-bit floats of
 * every tensor of `model` in their order. Free the result. */
char *sal_weights_hash (const NnModel *model);

G_END_DECLS
