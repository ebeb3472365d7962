/* plot-number.h - numbers as text, the part that only ticks need
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-scale.h"

/* `mantissa` with `decimals`, times ten to the `exponent`: "2×10⁻⁶", without
 * a mantissa of one: "10⁻⁶"; "1" and "10" stay themselves. */
void plot_format_power (double mantissa,
                        int    decimals,
                        int    exponent,
                        char   text[PLOT_NUMBER_SIZE]);
