/* nn-rng.h - counter-based random numbers (Philox4x32-10)
 *
 * There is no hidden state: a number is a pure function of seed, stream and
 * counter, so that sample i of step t draws the same numbers in every
 * schedule and on any number of threads.  A stream is named by what it is
 * for, the step and the sample.
 *
 * Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a stream of random numbers is for; part of every stream's name. */
typedef enum
{
  NN_RANDOM_INITIAL_WEIGHTS = 1,
  NN_RANDOM_SHUFFLE,
  NN_RANDOM_DROPOUT,
  NN_RANDOM_FILL,
  NN_RANDOM_NOISE,
  NN_RANDOM_ORDER,
  NN_RANDOM_AUGMENT,
  NN_RANDOM_FLIP,
} NnRandomPurpose;

/* Names a stream: `step` < 2^32 and `sample` < 2^24 are folded in. */
uint64_t nn_rng_stream (NnRandomPurpose purpose,
                        uint64_t        step,
                        uint64_t        sample);

/* The four 32-bit words of block `counter` of a stream. */
void nn_rng_block (uint64_t seed,
                   uint64_t stream,
                   uint64_t counter,
                   uint32_t out[4]);

/* Blocks counter .. counter + n - 1 of a stream: `out` is (n, 4).  The same as
 * nn_rng_block() block after block, several at a time. */
void nn_rng_blocks (uint64_t  seed,
                    uint64_t  stream,
                    uint64_t  counter,
                    uint32_t *out,
                    size_t    n);

/* Fills `out` (n) with the words of a stream from block 0 on. */
void nn_rng_words (uint64_t  seed,
                   uint64_t  stream,
                   uint32_t *out,
                   size_t    n);

/* Fills `out` (n) with uniform numbers in [0, 1), 24 bits each. */
void nn_rng_uniform (uint64_t seed,
                     uint64_t stream,
                     float   *out,
                     size_t   n);

/* Fills `out` (n) with standard normal numbers (Box-Muller). */
void nn_rng_normal (uint64_t seed,
                    uint64_t stream,
                    float   *out,
                    size_t   n);

/* Shuffles `items` (n <= 2^32 - 1) in place (Fisher-Yates, unbiased). */
void nn_rng_shuffle (uint64_t  seed,
                     uint64_t  stream,
                     uint32_t *items,
                     size_t    n);

#ifdef __cplusplus
}
#endif
