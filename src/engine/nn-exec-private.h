/* nn-exec-private.h - the plan of an exec: what lies where
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-exec.h"
#include "nn-model-private.h"

/* Images of one slice, and of one block of a whole-batch layer.  Constants:
 * results must not depend on the number of threads. */
#define NN_SLICE 8
#define NN_BLOCK 64

/* Rows of a whole-batch layer's weights whose gradient is one job. */
#define NN_WEIGHT_ROWS 32

#define NN_EXEC_MAX_CAPACITY 65536

/* The values between two layers, shared by layers that work in place.  Either
 * kept for the whole batch (the pointer) or in a thread's scratch (the
 * offset); values and gradients decide apart. */
typedef struct
{
  size_t floats;          /* for one image                                    */
  bool   keep_value;
  bool   keep_gradient;
  float *value;           /* (capacity, floats)                               */
  float *gradient;        /* (capacity, floats)                               */
  size_t value_offset;    /* in the thread's scratch, in floats               */
  size_t gradient_offset;
} NnPlace;

/* Layers [first, end) that run together: a chain, one image at a time, or one
 * whole-batch layer. */
typedef struct
{
  size_t first;
  size_t end;
  bool   whole_batch;
} NnStage;

struct NnExec
{
  const NnModel *model;
  NnPool        *pool;
  NnExecKind     kind;
  size_t         capacity;

  size_t         place_of[NN_MAX_LAYERS + 1]; /* value i is layer i's input   */
  NnPlace        places[NN_MAX_LAYERS + 1];
  size_t         n_places;
  NnStage        stages[NN_MAX_LAYERS];
  size_t         n_stages;
  size_t         random_stage; /* first whose result training changes         */

  size_t         saved_bytes[NN_MAX_LAYERS];
  uint8_t       *saved[NN_MAX_LAYERS];   /* (capacity, saved_bytes)           */

  size_t         scratch_floats;         /* of one thread                     */
  size_t         layer_scratch_offset;
  float         *scratch;                /* (threads, scratch_floats)         */

  float         *quantized;              /* like the model's arena            */
  const float   *weight[NN_MAX_LAYERS];  /* of the passes to come             */

  size_t         slice_floats;           /* gradients of layers in chains     */
  size_t         slice_offset[NN_MAX_LAYERS * NN_LAYER_MAX_TENSORS];
  float         *slice_gradients;        /* (slices, slice_floats)            */

  bool           training;               /* the last forward pass             */
  void          *arena;                  /* all of the above is in here       */
};

/* Decides stages, places and sizes, and allocates. */
NnStatus nn_exec_plan (NnExec  *exec,
                       NnError *error) NN_MUST_CHECK;
