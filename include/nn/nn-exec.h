/* nn-exec.h - running a network forward and backward on mini-batches
 *
 * An NnExec owns the memory for up to `capacity` images: activations that the
 * backward pass needs are kept for the whole batch, everything else lives in
 * scratch that belongs to a thread and stays in its cache:
 *
 *     images   |-- slice 0 --|-- slice 1 --| ...      slice size is constant
 *                   |              |
 *     chain    conv > act > conv > act > pool         a few images at a time
 *                   |              |
 *     gradient  dW slice 0     dW slice 1             summed in slice order
 *
 * Linear layers run on the whole batch between the chains, and a chain ends
 * before each batch norm, which needs the whole batch's statistics: in
 * training those of the images of one forward pass (a branch).  Nothing is
 * allocated after nn_exec_new().  The model must outlive the exec; call
 * nn_exec_prepare() after weights, alphas or bits changed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-model.h"
#include "nn/nn-pool.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct NnExec NnExec;

typedef enum
{
  NN_EXEC_INFERENCE, /* forward only, always evaluation, the least memory     */
  NN_EXEC_GRADIENT,  /* forward and backward                                  */
} NnExecKind;

/* What a forward pass needs to know beside the images. */
typedef struct
{
  bool     training; /* dropout is active, batch norm takes the statistics of
                        these images                                          */
  bool     resume;   /* the last pass over these images was an evaluation of
                        the same input: start at the first layer where
                        training differs                                      */
  bool     lean;     /* an evaluation that only nn_exec_backward_input() will
                        follow: keeps less, and is faster with batch norm     */
  uint64_t seed;     /* dropout's random numbers are named by seed, step and  */
  uint64_t step;     /*   the sample's place in the batch                     */
  size_t   branch;   /* 0 or 1: images that are trained on together but have
                        statistics of their own (SGT: clean and masked)       */
} NnPass;

/* Sees the input of every layer as it is computed, from pool threads, one
 * call per image: histograms and calibration are made of this.  The values of
 * an image are in an order that suits the layers around them. */
typedef void (*NnObserver) (void        *data,
                            size_t       layer,
                            size_t       image,
                            const float *values,
                            size_t       n);

NnExec *nn_exec_new (const NnModel *model,
                     NnPool        *pool,
                     NnExecKind     kind,
                     size_t         capacity,
                     NnError       *error);

void nn_exec_free (NnExec *exec);

const NnModel *nn_exec_model    (const NnExec *exec);
size_t         nn_exec_capacity (const NnExec *exec);
NnPool        *nn_exec_pool     (const NnExec *exec);

/* Quantizes the model's weights for the passes to come. */
void nn_exec_prepare (NnExec *exec);

/* The input of the next pass: (capacity, C, H, W), for the caller to fill. */
float *nn_exec_input (NnExec *exec);

/* Runs images [first, first + count) of the input forward; `pass` NULL means
 * evaluation, after which nn_exec_backward() may follow as well. */
void nn_exec_forward (NnExec       *exec,
                      size_t        first,
                      size_t        count,
                      const NnPass *pass);

/* The same, with an observer (see there). */
void nn_exec_observe (NnExec    *exec,
                      size_t     first,
                      size_t     count,
                      NnObserver observer,
                      void      *data);

/* Logits (capacity, classes), valid where forward has run. */
const float *nn_exec_logits (const NnExec *exec);

/* Gradient to the logits (capacity, classes), for the caller to fill before
 * each backward pass, which may overwrite it. */
float *nn_exec_logits_gradient (NnExec *exec);

/* Data gradients only, for images [first, first + count): what saliency
 * needs.  The result is in nn_exec_input_gradient(). */
void nn_exec_backward_input (NnExec *exec,
                             size_t  first,
                             size_t  count);

/* (capacity, C, H, W), written by nn_exec_backward_input(). */
const float *nn_exec_input_gradient (const NnExec *exec);

/* Gradients to all parameters, summed over images [first, first + count),
 * written into `gradient`, laid out like nn_model_parameters().  After passes
 * with training the range must be that of one branch or of both. */
void nn_exec_backward (NnExec *exec,
                       size_t  first,
                       size_t  count,
                       float  *gradient);

/* Seconds that the calls of one layer took, summed over its threads. */
typedef struct
{
  double forward;
  double backward; /* data gradient, and weight gradient of layers in chains  */
  double weights;  /* weight gradient of whole-batch layers                   */
} NnLayerTime;

/* From now on adds the times of layer i on thread t to `times[t * layers + i]`
 * ((threads of the pool, layers), borrowed); NULL: no more.  Work between
 * layers, such as the statistics of batch norm, belongs to none of them. */
void nn_exec_set_times (NnExec      *exec,
                        NnLayerTime *times);

/* Moves the running statistics of `model` (the exec's own) towards those of a
 * branch's last training pass: by `share` of the way, or by each batch norm's
 * own momentum where `share` is negative.  The variance is the unbiased one.
 * Nothing happens in networks without batch norm. */
void nn_exec_update_statistics (const NnExec *exec,
                                size_t        branch,
                                double        share,
                                NnModel      *model);

#ifdef __cplusplus
}
#endif
