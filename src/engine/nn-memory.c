/* nn-memory.c - the blocks of memory that networks are computed in
 *
 * Planes of one image lie whole pages apart, so that a row of 16 channels
 * touches 16 of them: with pages of 4 KiB most of the time of a small
 * convolution would go into translating addresses.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LINE ((size_t) 64)

/* A large page of x86-64 and of arm64. */
#define LARGE_PAGE ((size_t) 2 << 20)

void *
nn_memory_new (size_t bytes)
{
  const size_t alignment = bytes < LARGE_PAGE ? LINE : LARGE_PAGE;

  if (bytes > SIZE_MAX - alignment)
    return NULL;

  const size_t size = (bytes + alignment - 1) / alignment * alignment;
  void *block = aligned_alloc (alignment, size);

  if (block == NULL)
    return NULL;
#ifdef MADV_HUGEPAGE
  /* A wish: what the system makes of it changes no result. */
  if (alignment == LARGE_PAGE)
    (void) madvise (block, size, MADV_HUGEPAGE);
#endif
  memset (block, 0, bytes);
  return block;
}
