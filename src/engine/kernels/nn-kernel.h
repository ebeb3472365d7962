/* nn-kernel.h - how elementwise loops become vector code for every CPU
 *
 * A function marked NN_KERNEL is compiled three times (baseline, AVX2,
 * AVX-512) and the loader picks one when the program starts.  The engine is
 * built with -ffp-contract=off, so that all three give the same bits.  Under
 * sanitizers, which cannot run before the loader is done, and on other
 * machines there is one version, the compiler's baseline.
 *
 * Choose with nn_keep_if() and not with `a ? x[i] : 0`: the latter may become
 * a read under a mask, and GCC 12 mixes those masks up where it unrolls.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined (__x86_64__) && defined (__gnu_linux__) \
  && defined (__GNUC__) && __GNUC__ >= 12 && !defined (__clang__) \
  && !defined (__SANITIZE_ADDRESS__) && !defined (__SANITIZE_THREAD__)
#define NN_KERNEL __attribute__ ((target_clones ("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#define NN_KERNEL_VERSIONS 3
#else
#define NN_KERNEL
#define NN_KERNEL_VERSIONS 1
#endif

/* Before a helper of such a function: it has to be part of each version. */
#define NN_ALWAYS_INLINE __attribute__ ((always_inline))

/* Before a loop whose iterations are independent although its arrays may be
 * one and the same (in place). */
#if defined (__GNUC__) && !defined (__clang__)
#define NN_INDEPENDENT _Pragma("GCC ivdep")
#elif defined (__clang__)
#define NN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define NN_INDEPENDENT
#endif

/* Partial results that a reduction keeps side by side: a fixed number, so
 * that the order of summation does not depend on the CPU. */
#define NN_LANES 16

/* As many floats, added and multiplied at once: on every CPU, in as many
 * registers as it takes.  May alias floats. */
typedef float NnLanes __attribute__ ((vector_size (4 * NN_LANES), may_alias));

/* The same at any float's address. */
typedef float NnLooseLanes __attribute__ ((vector_size (4 * NN_LANES), aligned (4), may_alias));

/* Rounds half to even, like rintf(), for |x| <= 2^22: adding 1.5 * 2^23
 * leaves no bits for a fraction.  Unlike rintf() it is two instructions on
 * every CPU, also where the baseline has no rounding instruction. */
static inline float
nn_round_even (float x)
{
  return (x + 12582912.0f) - 12582912.0f;
}

/* `value` where `wanted`, else 0, without a branch (see above). */
static inline float
nn_keep_if (bool  wanted,
            float value)
{
  uint32_t bits;

  memcpy (&bits, &value, sizeof bits);
  bits &= 0u - (uint32_t) wanted;
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* The bits of |x|, which order like the magnitudes; NaN is above infinity. */
static inline uint32_t
nn_magnitude_bits (float x)
{
  uint32_t bits;

  memcpy (&bits, &x, sizeof bits);
  return bits & 0x7fffffffu;
}
