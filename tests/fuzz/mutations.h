/* mutations.h - ways to damage a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/* A whole number from 0 below `below`; 0 where that is 0. */
guint pick (GRand *rand,
            guint  below);

/* Flips a bit, sets a byte to one that readers stumble over, cuts the end,
 * appends, removes or doubles a piece: one to `most` times, at random. */
void mutate_bytes (GByteArray *file,
                   GRand      *rand,
                   guint       most);

/* Writes the whole of `file` to `path`, at once and without a flush. */
void write_mutant (const char       *path,
                   const GByteArray *file);
