/* nn-rng.c - Philox4x32-10: a block cipher in miniature as a random source
 *
 * Blocks are computed several at a time, one a lane, because dropout and
 * fills need millions of numbers a second; the numbers do not depend on it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-rng.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "kernels/nn-kernel.h"

#define ROUNDS 10
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u /* golden ratio                                    */
#define WEYL_1 0xBB67AE85u /* square root of 3, less 1                        */

#define WORDS (4 * NN_LANES)
#define PI 3.14159265358979323846f

/* The state of a block: four words in 64 bits each, because the only vector
 * multiplication that yields 64 bits takes its factors so. */
typedef struct
{
  uint64_t c0, c1, c2, c3;
} State;

static inline State
encrypt (uint64_t seed,
         uint64_t stream,
         uint64_t counter)
{
  const uint64_t low = 0xffffffffu;
  State s = { counter & low, counter >> 32, stream & low, stream >> 32 };
  uint32_t key0 = (uint32_t) seed;
  uint32_t key1 = (uint32_t) (seed >> 32);

  #pragma GCC unroll 10
  for (int round = 0; round < ROUNDS; round++) {
    const uint64_t product0 = MULTIPLIER_0 * s.c0;
    const uint64_t product1 = MULTIPLIER_1 * s.c2;

    s.c0 = (product1 >> 32) ^ s.c1 ^ key0;
    s.c1 = product1 & low;
    s.c2 = (product0 >> 32) ^ s.c3 ^ key1;
    s.c3 = product0 & low;
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
  return s;
}

/* Blocks counter .. counter + NN_LANES - 1 of a stream, block after block. */
NN_KERNEL static void
compute_blocks (uint64_t           seed,
                uint64_t           stream,
                uint64_t           counter,
                uint32_t *restrict out)
{
  uint64_t words[4][NN_LANES];

  for (uint64_t i = 0; i < NN_LANES; i++) {
    const State s = encrypt (seed, stream, counter + i);

    words[0][i] = s.c0;
    words[1][i] = s.c1;
    words[2][i] = s.c2;
    words[3][i] = s.c3;
  }
  for (int i = 0; i < NN_LANES; i++) {
    for (int word = 0; word < 4; word++)
      out[4 * i + word] = (uint32_t) words[word][i];
  }
}

/* A number in [0, 1) from the high 24 bits of a word. */
static inline float
to_uniform (uint32_t word)
{
  return (float) (int32_t) (word >> 8) * 0x1p-24f;
}

uint64_t
nn_rng_stream (NnRandomPurpose purpose,
               uint64_t        step,
               uint64_t        sample)
{
  return ((uint64_t) purpose << 56)
         | ((sample & 0xffffffu) << 32)
         | (step & 0xffffffffu);
}

void
nn_rng_block (uint64_t seed,
              uint64_t stream,
              uint64_t counter,
              uint32_t out[4])
{
  const State s = encrypt (seed, stream, counter);

  out[0] = (uint32_t) s.c0;
  out[1] = (uint32_t) s.c1;
  out[2] = (uint32_t) s.c2;
  out[3] = (uint32_t) s.c3;
}

/* `n` words from the first of block `counter` on. */
static void
compute_words (uint64_t  seed,
               uint64_t  stream,
               uint64_t  counter,
               uint32_t *out,
               size_t    n)
{
  uint32_t words[WORDS];
  size_t first = 0;

  for (; first + WORDS <= n; first += WORDS)
    compute_blocks (seed, stream, counter + first / 4, out + first);
  if (first < n) {
    compute_blocks (seed, stream, counter + first / 4, words);
    memcpy (out + first, words, (n - first) * sizeof *words);
  }
}

void
nn_rng_blocks (uint64_t  seed,
               uint64_t  stream,
               uint64_t  counter,
               uint32_t *out,
               size_t    n)
{
  compute_words (seed, stream, counter, out, 4 * n);
}

void
nn_rng_words (uint64_t  seed,
              uint64_t  stream,
              uint32_t *out,
              size_t    n)
{
  compute_words (seed, stream, 0, out, n);
}

void
nn_rng_uniform (uint64_t seed,
                uint64_t stream,
                float   *out,
                size_t   n)
{
  uint32_t words[WORDS];

  for (size_t first = 0; first < n; first += WORDS) {
    const size_t count = n - first < WORDS ? n - first : WORDS;

    compute_blocks (seed, stream, first / 4, words);
    for (size_t i = 0; i < count; i++)
      out[first + i] = to_uniform (words[i]);
  }
}

void
nn_rng_normal (uint64_t seed,
               uint64_t stream,
               float   *out,
               size_t   n)
{
  uint32_t words[WORDS];

  for (size_t first = 0; first < n; first += WORDS) {
    const size_t count = n - first < WORDS ? n - first : WORDS;

    compute_blocks (seed, stream, first / 4, words);
    for (size_t i = 0; i < count; i += 2) {
      /* 1 - u lies in (0, 1]: its logarithm is finite. */
      const float radius = sqrtf (-2.0f * logf (1.0f - to_uniform (words[i])));
      const float angle = 2.0f * PI * to_uniform (words[i + 1]);

      out[first + i] = radius * cosf (angle);
      if (i + 1 < count)
        out[first + i + 1] = radius * sinf (angle);
    }
  }
}

/* A position in a stream's sequence of words. */
typedef struct
{
  uint64_t seed;
  uint64_t stream;
  uint64_t counter;
  size_t   used;
  uint32_t words[WORDS];
} WordReader;

static uint32_t
read_word (WordReader *reader)
{
  if (reader->used == WORDS) {
    compute_blocks (reader->seed, reader->stream, reader->counter, reader->words);
    reader->counter += NN_LANES;
    reader->used = 0;
  }
  return reader->words[reader->used++];
}

/* Uniform in [0, bound): the high word of a product, drawn again for the few
 * low words that would favour some results (Lemire 2019, arXiv 1805.10941). */
static uint32_t
read_below (WordReader *reader,
            uint32_t    bound)
{
  uint64_t product = (uint64_t) read_word (reader) * bound;

  if ((uint32_t) product < bound) {
    const uint32_t unfair = (uint32_t) -bound % bound;

    while ((uint32_t) product < unfair)
      product = (uint64_t) read_word (reader) * bound;
  }
  return (uint32_t) (product >> 32);
}

void
nn_rng_shuffle (uint64_t  seed,
                uint64_t  stream,
                uint32_t *items,
                size_t    n)
{
  WordReader reader = { .seed = seed, .stream = stream, .used = WORDS };

  assert (n <= UINT32_MAX);
  for (size_t i = n; i > 1; i--) {
    const uint32_t j = read_below (&reader, (uint32_t) i);
    const uint32_t item = items[j];

    items[j] = items[i - 1];
    items[i - 1] = item;
  }
}
