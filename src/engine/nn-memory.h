/* nn-memory.h - the blocks of memory that networks are computed in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

/* `bytes` (at least 1) that are 0 and aligned to 64 bytes, to be freed with
 * free(); NULL: no memory.  All of it is touched, so that no pass waits for
 * pages, which are large ones where the system gives them. */
void *nn_memory_new (size_t bytes);
