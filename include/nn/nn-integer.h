/* nn-integer.h - a k-bit network on integer units
 *
 * NnExec simulates quantization in float32.  An NnIntegerNet runs the same
 * network as it would be deployed: between layers activations travel as
 * unsigned 8-bit codes q (value q alpha / (2^k - 1)), weights are signed 8-bit
 * codes on the quantizer's grid, products are summed exactly in int32, and
 * bias, batch norm, PACT and rounding are one multiply-add a channel and a
 * round half to even.
 *
 *     float image - conv, PACT - codes - conv, PACT - codes ... linear - logits
 *
 * A layer whose input is not codes (the first) or whose weights are in full
 * precision runs in float32, from the same quantized weights as NnExec; codes
 * become floats before it, and floats codes at the next pact.  The label is
 * that of NnExec, and the logits agree as far as float32 sums do: a value
 * that lies on the boundary between two codes may fall on the other side.
 *
 * Nothing is allocated after nn_integer_net_new().  Results do not depend on
 * the number of threads nor on the kernel.  One thread at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-images.h"
#include "nn/nn-model.h"
#include "nn/nn-pool.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct NnIntegerNet NnIntegerNet;

/* Name of kernel `index` ("avx512-vnni", "avx2", "portable"), the fastest
 * first, or NULL past the end of the table; all give the same sums. */
const char *nn_integer_kernel_name (size_t index);

/* Whether this CPU can run kernel `index`. */
bool nn_integer_kernel_available (size_t index);

/* Builds the integer form of `model`, which must outlive it and is not
 * changed; build anew after weights, alphas or bits changed.  Mini-batches
 * have up to `capacity` images.  `kernel`: a name of the table, or NULL for
 * the fastest that this CPU runs.
 *
 * NN_ERROR_UNSUPPORTED where no layer would run on integers, with the reason;
 * NN_ERROR_DIVERGED where a parameter is not finite or an alpha not positive;
 * NN_ERROR_UNKNOWN_NAME (kernel), NN_ERROR_RANGE (capacity),
 * NN_ERROR_MEMORY. */
NnIntegerNet *nn_integer_net_new (const NnModel *model,
                                  NnPool        *pool,
                                  size_t         capacity,
                                  const char    *kernel,
                                  NnError       *error);

void nn_integer_net_free (NnIntegerNet *net);

/* Name of the kernel that runs. */
const char *nn_integer_net_kernel (const NnIntegerNet *net);

/* How many of nn_model_macs() run on integer units. */
uint64_t nn_integer_net_integer_macs (const NnIntegerNet *net);

size_t nn_integer_net_capacity (const NnIntegerNet *net);

/* The input of the next pass: (capacity, C, H, W), for the caller to fill. */
float *nn_integer_net_input (NnIntegerNet *net);

/* Runs images [0, count) of the input. */
void nn_integer_net_forward (NnIntegerNet *net,
                             size_t        count);

/* Normalises the images named by `indices` (count; NULL: 0, 1, 2 ...) into
 * the input, on all threads, and runs them. */
void nn_integer_net_forward_images (NnIntegerNet   *net,
                                    const NnImages *images,
                                    const uint32_t *indices,
                                    size_t          count);

/* Logits (capacity, classes) of the images that have run. */
const float *nn_integer_net_logits (const NnIntegerNet *net);

/* A job: nn_integer_eval_step() until it returns false.  Plain data; the
 * caller may stop at any step and read the counts so far. */
typedef struct
{
  NnIntegerNet   *net;
  const NnImages *images;
  size_t          total;
  size_t          done;
  size_t          correct;
  int            *predictions; /* (total), the caller's; may be NULL          */
} NnIntegerEval;

/* Accuracy on the first `total` <= images->count images; everything is
 * borrowed. */
NnIntegerEval nn_integer_eval_begin (NnIntegerNet   *net,
                                     const NnImages *images,
                                     size_t          total,
                                     int            *predictions);

/* Evaluates the next mini-batch, as many as the net's capacity; returns
 * whether images are left. */
bool nn_integer_eval_step (NnIntegerEval *eval);

#ifdef __cplusplus
}
#endif
