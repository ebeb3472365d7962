/* sal-quantizer-text.h - a weight quantizer and its parameters as one text
 *
 * "dorefa amplitude=max": what model files and command lines hold.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-model.h"

G_BEGIN_DECLS

/* That of `model`. Free the result. */
char *sal_quantizer_to_text (const NnModel *model);

/* Parameters that are not named have their defaults; SAL_ERROR_BAD_SETTING
 * names what is not known. */
gboolean sal_quantizer_from_text (const char               *text,
                                  const NnWeightQuantizer **quantizer,
                                  NnParamValues            *values,
                                  GError                  **error);

G_END_DECLS
