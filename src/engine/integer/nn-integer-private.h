/* nn-integer-private.h - the plan of an integer network: places and steps
 *
 * A place is where one value lies, as codes or as floats, in the memory of
 * the thread that computes it; a step makes one place from another.  A job
 * takes a block of images through all steps: chains image by image, so that
 * they stay in the core's cache, and linear layers for the whole block, so
 * that their weights are read once a block.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "integer/nn-integer-grid.h"
#include "kernels/nn-codes.h"
#include "kernels/nn-int8-dot.h"
#include "nn-model-private.h"
#include "nn/nn-integer.h"

/* Images of one job. A constant: see nn-pool.h. */
#define NN_INTEGER_BLOCK 32

#define NN_INTEGER_MAX_PLACES (2 * NN_MAX_LAYERS + 2)
#define NN_INTEGER_MAX_STEPS (4 * NN_MAX_LAYERS)

/* A value as codes lies row by row with a border of zeros, position by
 * position, channels side by side and padded to `stride`. */
typedef struct
{
  NnShape shape;
  int     border;
  int     stride; /* bytes of one position                                    */
  float   scale;  /* value of code 1                                          */
  int     top;    /* the largest code                                         */
} NnCodesLayout;

typedef struct
{
  bool          is_codes;
  NnCodesLayout codes;
  size_t        bytes;    /* of one image                                     */
  int           producer; /* stage that writes it; -1: the network's input    */
  bool          crosses;  /* read by another stage: kept for a whole block    */
  size_t        offset;   /* in the thread's memory                           */
} NnIntegerPlace;

typedef struct NnIntegerStep NnIntegerStep;
typedef struct NnIntegerWinograd NnIntegerWinograd; /* nn-integer-winograd.c   */

/* What a job knows. */
typedef struct
{
  const NnIntegerNet *net;
  uint8_t            *memory; /* of this thread                               */
  void               *sums;   /* of this thread, for one tile                 */
  size_t              first;  /* image of the mini-batch                      */
  size_t              images; /* of the block                                 */
} NnIntegerJob;

/* `image` counts within the block; steps of whole blocks get 0. */
typedef void (*NnIntegerRun) (const NnIntegerJob  *job,
                              const NnIntegerStep *step,
                              size_t               image);

/* Integer weights, ready to run. */
typedef struct
{
  NnInt8Dot dot;       /* codes, positions of a tile and sums are set by run  */
  uint32_t *windows;   /* (positions): where each window starts               */
  uint32_t *targets;   /* (positions): where the codes go; NULL: floats       */
  size_t    positions; /* of one image                                        */
  uint32_t *residual;  /* (positions): where the second input lies, or NULL   */
  float     residual_factor;
  NnFold    fold;
  float     top;
} NnIntegerDot;

/* Float weights over an image of floats, codes out. */
typedef struct
{
  NnWindowDot dot;
  uint32_t   *targets;   /* (positions): where the codes go                   */
  size_t      positions; /* of one image                                      */
  int         padding;
} NnIntegerWindow;

struct NnIntegerStep
{
  NnIntegerRun     run;
  const NnLayer   *layer;
  int              input;  /* place                                           */
  int              second; /* place of the second input; 0: none              */
  int              output; /* place                                           */
  bool             whole;  /* runs once for a block                           */
  int              stage;
  NnIntegerDot    *dot;    /* or NULL                                         */
  NnIntegerWindow *window; /* or NULL                                         */
  NnIntegerWinograd *winograd; /* or NULL                                     */
  uint32_t        *positions; /* (height width): where codes lie, or NULL     */
};

struct NnIntegerNet
{
  const NnModel      *model;
  NnPool             *pool;
  size_t              capacity;
  const NnInt8Kernel *kernel;
  uint64_t            integer_macs;
  const char         *obstacle;       /* why the last layer with weights that
                                         runs in float does so                */
  const NnLayer      *obstacle_layer;

  NnIntegerPlace      places[NN_INTEGER_MAX_PLACES];
  size_t              n_places;
  NnIntegerStep       steps[NN_INTEGER_MAX_STEPS];
  size_t              n_steps;
  int                 last;           /* place of the logits                  */

  const float        *weight[NN_MAX_LAYERS]; /* as quantized, in float; batch
                                         norm: factor per channel             */
  const float        *bias[NN_MAX_LAYERS]; /* batch norm: summand per channel */

  float              *input;          /* (capacity, C, H, W)                  */
  float              *logits;         /* (capacity, classes)                  */
  size_t              memory_bytes;   /* of one thread, places and sums       */
  size_t              sums_offset;
  size_t              sums_bytes;
  size_t              scratch_floats; /* of the layers that run in float      */
  size_t              scratch_offset;
  uint8_t            *memory;         /* (threads, memory_bytes)              */

  void              **blocks;         /* all that is freed with the net       */
  size_t              n_blocks;
};

/* `bytes` of zeros at a 64-byte boundary that live as long as the net; NULL
 * with `error` set where there is no memory. */
void *nn_integer_allocate (NnIntegerNet *net,
                           size_t        bytes,
                           NnError      *error);

/* Decides places and steps of net->model. */
NnStatus nn_integer_plan (NnIntegerNet *net,
                          NnError      *error) NN_MUST_CHECK;

/* Where an image's value lies. */
void *nn_integer_at (const NnIntegerJob *job,
                     int                 place,
                     size_t              image);

/* Position (y, x) of the value without its border, in bytes. */
static inline size_t
nn_codes_offset (const NnCodesLayout *layout,
                 int                  y,
                 int                  x)
{
  const int width = layout->shape.width + 2 * layout->border;

  return ((size_t) (y + layout->border) * (size_t) width + (size_t) (x + layout->border)) *
         (size_t) layout->stride;
}

static inline size_t
nn_codes_bytes (const NnCodesLayout *layout)
{
  return (size_t) (layout->shape.height + 2 * layout->border) *
         (size_t) (layout->shape.width + 2 * layout->border) * (size_t) layout->stride;
}

/* The value of the layer's parameter `name`, which it must have. */
int nn_integer_param (const NnLayer *layer,
                      const char    *name);

/* What follows the sums of a layer, its bias and the batch norm behind it:
 * y = factor sum + summand; both (channels). */
typedef struct
{
  double *factor;
  double *summand;
} NnIntegerAffine;

/* ---- steps, made by the plan ------------------------------------------------ */

/* Makes `step` the integer product of its layer (conv2d or linear) between the
 * places that it names; a second one, of codes, is added before rounding. */
NnStatus nn_integer_dot_build (NnIntegerNet          *net,
                               const NnWeightCodes   *codes,
                               const NnIntegerAffine *affine,
                               NnIntegerStep         *step,
                               NnError               *error) NN_MUST_CHECK;

/* The fold of a layer with weights `codes`: from sums of products with codes of
 * `in_scale` to the codes, or the values, of place `output`. */
NnStatus nn_integer_fold_build (NnIntegerNet          *net,
                                const NnWeightCodes   *codes,
                                const NnIntegerAffine *affine,
                                double                 in_scale,
                                const NnIntegerPlace  *output,
                                NnFold                *fold,
                                NnError               *error) NN_MUST_CHECK;

/* Whether `layer` is a 3 x 3 convolution that tiles of 2 x 2 outputs can
 * compute in bytes. */
bool nn_integer_winograd_fits (const NnLayer       *layer,
                               const NnWeightCodes *codes,
                               const NnCodesLayout *in);

/* Makes `step` such a convolution, from codes to codes; where `pools`, with
 * the max-pool of 2 x 2 behind it: no factor may be negative, no weight have
 * an offset, and nothing be added. */
NnStatus nn_integer_winograd_build (NnIntegerNet          *net,
                                    const NnWeightCodes   *codes,
                                    const NnIntegerAffine *affine,
                                    bool                   pools,
                                    NnIntegerStep         *step,
                                    NnError               *error) NN_MUST_CHECK;

/* Makes `step` a convolution of floats whose output is codes at once. */
NnStatus nn_integer_window_build (NnIntegerNet          *net,
                                  const float           *weight,
                                  const NnIntegerAffine *affine,
                                  NnIntegerStep         *step,
                                  NnError               *error) NN_MUST_CHECK;

/* Where the positions of a value as codes lie (height width); NULL with
 * `error` set where there is no memory. */
uint32_t *nn_integer_positions (NnIntegerNet        *net,
                                const NnCodesLayout *layout,
                                NnError             *error);

/* A layer as NnExec runs it. */
void nn_integer_run_float      (const NnIntegerJob  *job,
                                const NnIntegerStep *step,
                                size_t               image);

/* pact from floats to codes, and codes to floats. */
void nn_integer_run_quantize   (const NnIntegerJob  *job,
                                const NnIntegerStep *step,
                                size_t               image);
void nn_integer_run_dequantize (const NnIntegerJob  *job,
                                const NnIntegerStep *step,
                                size_t               image);

/* max-pool and average-pool on codes: the latter leaves out the division,
 * which is in the scale of its output. */
void nn_integer_run_max_pool   (const NnIntegerJob  *job,
                                const NnIntegerStep *step,
                                size_t               image);
void nn_integer_run_sum_pool   (const NnIntegerJob  *job,
                                const NnIntegerStep *step,
                                size_t               image);

/* shortcut on codes. */
void nn_integer_run_shortcut   (const NnIntegerJob  *job,
                                const NnIntegerStep *step,
                                size_t               image);
