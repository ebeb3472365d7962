/* sal-bits-text.h - bit widths layer by layer, as people write them
 *
 *     mixed-4-2           4 bits early, 2 bits late (see below)
 *     conv2=4,act2=3      layers by name: weights of conv2d and linear,
 *                         activations of pact
 *     mixed-4-2,fc1=8     one after the other; the last one counts
 *
 * "mixed-HIGH-LOW": of the layers with weights in the network's order the
 * first half, rounded up, gets HIGH and the others LOW, and the same for the
 * activations, because what is lost early no later layer brings back.  First
 * and last weights follow the policy for the edges.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-model.h"

G_BEGIN_DECLS

/* Checks the form and the widths; "" is allowed.  Names are not known yet. */
gboolean sal_bits_text_check (const char *text,
                              GError    **error);

/* Sets the bits of `model` that `text` names; SAL_ERROR_BAD_SETTING names a
 * layer that does not exist or has no bits, and those that have. */
gboolean sal_bits_text_apply (const char  *text,
                              NnModel     *model,
                              NnEdgePolicy edges,
                              GError     **error);

/* Whether `text` gives bits to activations of `model`, so that those of a
 * network without PACT must become pact layers first. */
gboolean sal_bits_text_has_activations (const char    *text,
                                        const NnModel *model);

/* The same in words: "mixed 4/2", or the text. Free the result. */
char *sal_bits_text_title (const char *text);

G_END_DECLS
