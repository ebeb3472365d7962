/* sal-bit-widths.h - the bit widths a person chooses, and what they mean
 *
 * The session's bits may say "as trained", and "off" for activations means
 * something else for a network with clipping levels than for one without.
 * Before the lab is asked they are made explicit for the network in question,
 * so that one setting is measured once under one name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-lab.h"

G_BEGIN_DECLS

/* The stops of a slider, from full precision to the fewest bits. */
#define SAL_N_BIT_STOPS 8

/* The bit width of stop `index`: NN_BITS_OFF, 8, 7 ... 2. */
int sal_bit_stop_get_bits (guint index);

/* The stop of a bit width; both names of full precision are the first. */
guint sal_bit_stop_find (int bits);

/* "off", "8" ... "2"; the word is not translated. */
const char *sal_bit_stop_get_title (guint index);
const char *sal_bit_stop_get_word  (guint index);

/* The bits that the network was trained at. */
SalBits sal_bits_get_trained (SalLabModel *model);

/* `bits` with what the network was trained at in the place of "as trained":
 * what a control shows and changes. */
SalBits sal_bits_make_explicit (const SalBits *bits,
                                SalLabModel   *model);

/* What to ask the lab for: explicit, "off" is full precision, and what makes
 * no difference for this network is left out. */
SalBits sal_bits_resolve (const SalBits *bits,
                          SalLabModel   *model);

/* Whether resolved bits round nothing. */
gboolean sal_bits_are_full (const SalBits *bits,
                            SalLabModel   *model);

/* "full precision", "4 bits" or "W 4 · A 8 bits". Free the result. */
char *sal_bits_describe (const SalBits *bits);

/* "first, last layer: 8 bits" where `bits` make their weights an exception from
 * the others, otherwise NULL. Free the result. */
char *sal_bits_describe_edges (const SalBits *bits,
                               SalLabModel   *model);

/* What `bits` say of one layer: like the others, its own clipping level, where
 * they say nothing. */
SalLayerBits sal_bits_get_layer (const SalBits *bits,
                                 int            layer);

/* Replaces what is said of layer->layer; one that is like the others is not
 * listed.  FALSE where there is no room for one more. */
gboolean sal_bits_set_layer (SalBits            *bits,
                             const SalLayerBits *layer);

G_END_DECLS
