/* nn-order.c - a stable radix sort, least significant byte first
 *
 * Only indices move; the keys of an image stay in the cache.  An even number
 * of passes ends where it began, in `order`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-order.h"

#include <assert.h>

#define DIGITS 4
#define VALUES 256

/* Moves the indices `from` to `to` by byte `digit` of their keys; `place[v]`
 * is where the first index with value v goes. */
static void
distribute (const uint32_t *keys,
            size_t          n,
            int             digit,
            uint32_t       *place,
            const uint32_t *from,
            uint32_t       *to)
{
  for (size_t i = 0; i < n; i++) {
    const uint32_t index = from[i];
    const uint32_t value = (keys[index] >> (8 * digit)) % VALUES;

    to[place[value]++] = index;
  }
}

void
nn_order_keys (const uint32_t *keys,
               size_t          n,
               uint32_t       *order,
               uint32_t       *scratch)
{
  uint32_t place[DIGITS][VALUES] = { { 0 } };

  assert (n <= UINT32_MAX);
  for (size_t i = 0; i < n; i++) {
    order[i] = (uint32_t) i;
    for (int digit = 0; digit < DIGITS; digit++)
      place[digit][(keys[i] >> (8 * digit)) % VALUES]++;
  }
  for (int digit = 0; digit < DIGITS; digit++) {
    uint32_t sum = 0;

    for (int value = 0; value < VALUES; value++) {
      const uint32_t count = place[digit][value];

      place[digit][value] = sum;
      sum += count;
    }
  }
  for (int digit = 0; digit < DIGITS; digit += 2) {
    distribute (keys, n, digit, place[digit], order, scratch);
    distribute (keys, n, digit + 1, place[digit + 1], scratch, order);
  }
}
