/* mutations.h - ways to damage a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/* A whole number from 0 below `below`; 0 where that is 0. */
guint pick (GRand *rand,
            guint  below);

/* Each damages `file`, which is not empty, in one way. */
typedef void (*Mutation) (GByteArray *file,
                          GRand      *rand);

void flip_a_bit     (GByteArray *file,
                     GRand      *rand);
void cut_the_end    (GByteArray *file,
                     GRand      *rand);
void append_bytes   (GByteArray *file,
                     GRand      *rand);
void remove_a_piece (GByteArray *file,
                     GRand      *rand);

/* To a byte that readers stumble over. */
void set_a_byte (GByteArray *file,
                 GRand      *rand);

/* Applies `times` of the `n` mutations, at random, or fewer where nothing is
 * left of the file. */
void mutate_with (GByteArray     *file,
                  GRand          *rand,
                  const Mutation *mutations,
                  gsize           n,
                  guint           times);

/* One to `most` times, at random: one of those above, or a piece is doubled. */
void mutate_bytes (GByteArray *file,
                   GRand      *rand,
                   guint       most);

/* Writes the whole of `file` to `path`, at once and without a flush. */
void write_mutant (const char       *path,
                   const GByteArray *file);
