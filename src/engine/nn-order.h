/* nn-order.h - sorting indices by 32-bit keys
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Writes 0 .. n - 1 into `order` (n), ascending by key, lowest index first
 * among equals: a radix sort, O(n).  `scratch` is (n). */
void nn_order_keys (const uint32_t *keys,
                    size_t          n,
                    uint32_t       *order,
                    uint32_t       *scratch);
