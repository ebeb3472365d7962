/* nn-exec-private.h - the plan of an exec: what lies where
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-exec.h"
#include "nn-model-private.h"

/* Images of one slice at least, and of one block of a whole-batch layer.
 * Constants: results must not depend on the number of threads. */
#define NN_SLICE 8
#define NN_BLOCK 64

/* Inputs of a whole-batch layer the gradient of whose weights is one job. */
#define NN_WEIGHT_COLUMNS 512

#define NN_EXEC_MAX_CAPACITY 65536

/* Batches with statistics of their own that a training step runs: the clean
 * images, and the masked ones. */
#define NN_BRANCHES 2

/* The values between two layers, shared by layers that work in place.  Either
 * kept for the whole batch (the pointer) or in a thread's scratch (the
 * offset, for the images of one group); values and gradients decide apart. */
typedef struct
{
  size_t floats;          /* for one image                                    */
  size_t stage;           /* the first that touches it                        */
  bool   keep_value;
  bool   keep_gradient;
  size_t shared;          /* the place whose gradient lies in the same memory,
                             or SIZE_MAX                                      */
  float *value;           /* (capacity, floats)                               */
  float *gradient;        /* (capacity, floats)                               */
  size_t value_offset;    /* in the thread's scratch, in floats               */
  size_t gradient_offset;
} NnPlace;

/* Layers [first, end) that run together: a chain, one group of images at a
 * time, or one whole-batch layer. */
typedef struct
{
  size_t first;
  size_t end;
  size_t group;       /* images of a group                                    */
  bool   whole_batch;
} NnStage;

/* What one batch norm needs beside its tensors.  C channels; index
 * NN_BRANCHES of an array means evaluation. */
typedef struct
{
  size_t  layer;
  bool    adds;         /* its data gradient is added to others               */
  double *partial;      /* (slices, C, 2) sums over the images of a slice     */
  double *sums;         /* (branches, C, 2) of the batch: mean and variance   */
  double *gradient_sums; /* (C, 2) of the branch at hand                      */
  float  *centre;       /* (branches + 1, C) mean                             */
  float  *deviation;    /* (branches + 1, C) 1 / sqrt (variance + epsilon)    */
  float  *factor;       /* (branches + 1, C)                                  */
  float  *summand;      /* (branches + 1, C)                                  */
  float  *coefficients; /* (branches + 1, C, 3) of the data gradient          */
} NnNorm;

/* A range of the batch with statistics of its own. */
typedef struct
{
  size_t first;
  size_t count;
  size_t branch; /* NN_BRANCHES: evaluation                                   */
} NnPart;

struct NnExec
{
  const NnModel *model;
  NnPool        *pool;
  NnExecKind     kind;
  size_t         capacity;

  size_t         place_of[NN_MAX_LAYERS + 1]; /* value i + 1 is what layer i gives */
  NnPlace        places[NN_MAX_LAYERS + 1];
  bool           on_lanes[NN_MAX_LAYERS + 1]; /* how a value and its gradient lie */
  size_t         n_places;
  size_t         stage_of[NN_MAX_LAYERS];
  NnStage        stages[NN_MAX_LAYERS];
  size_t         n_stages;
  size_t         random_stage; /* first whose result training changes         */
  NnStage        lean_stages[NN_MAX_LAYERS]; /* of lean passes, where batch norms
                                                wait for nobody                */
  size_t         n_lean_stages;
  size_t         folded[NN_MAX_LAYERS]; /* the batch norm that is part of a layer
                                           in lean passes, or the other way
                                           round; SIZE_MAX: none               */
  size_t         slice;        /* images                                      */
  size_t         slices;       /* at most, in one pass                        */

  NnNorm         norms[NN_MAX_LAYERS];
  size_t         n_norms;
  NnPart         branches[NN_BRANCHES]; /* where they lay in the last passes  */

  /* Whether the data gradient to the first and second input is added to that
   * of other readers, which were there before. */
  bool           adds[NN_MAX_LAYERS][2];
  bool           sums[NN_MAX_LAYERS]; /* the layer leaves adding to the exec  */
  bool           shares[NN_MAX_LAYERS]; /* the gradient to its output is that to
                                           its second input, in one memory    */

  /* Whether backward passes run the layer forward once more, as its result is
   * not kept. */
  bool           repeats[NN_MAX_LAYERS];

  size_t         saved_bytes[NN_MAX_LAYERS];
  uint8_t       *saved[NN_MAX_LAYERS];   /* (capacity, saved_bytes)           */

  size_t         scratch_floats;         /* of one thread                     */
  size_t         sum_offset;             /* of gradients that will be added   */
  size_t         layer_scratch_offset;
  float         *scratch;                /* (threads, scratch_floats)         */

  float         *quantized;              /* like the model's arena            */
  const float   *weight[NN_MAX_LAYERS];  /* of the passes to come             */
  float         *prepared[NN_MAX_LAYERS]; /* what layers made of them, or NULL */

  size_t         slice_floats;           /* gradients of layers in chains     */
  size_t         slice_offset[NN_MAX_LAYERS * NN_LAYER_MAX_TENSORS];
  float         *slice_gradients;        /* (slices, slice_floats)            */

  bool           training;               /* the last forward pass             */
  bool           lean;                   /* the same                          */
  NnLayerTime   *times;                  /* NULL: nobody wants to know        */
  void          *arena;                  /* all of the above is in here       */
};

/* Decides stages, places and sizes, and allocates. */
NnStatus nn_exec_plan (NnExec  *exec,
                       NnError *error) NN_MUST_CHECK;

/* Its last steps (nn-exec-memory.c): how many images a slice has; scratch, and
 * the block that all arrays are in. */
void     nn_exec_plan_slices (NnExec *exec);
NnStatus nn_exec_plan_memory (NnExec  *exec,
                              NnError *error) NN_MUST_CHECK;

/* nn_exec_logits(), for the engine to put something in their place. */
float *nn_exec_logits_rows (NnExec *exec);

/* Whether the gradient of tensor `tensor` is summed slice by slice. */
bool nn_exec_sums_slices (const NnExec *exec,
                          size_t        tensor);

/* One pass, as the pool's jobs see it. */
typedef struct
{
  NnExec        *exec;
  const NnStage *stage;
  size_t         first;
  size_t         count;
  NnPart         parts[NN_BRANCHES]; /* cover [first, first + count)          */
  size_t         n_parts;
  const NnPass  *pass;
  NnObserver     observer;
  void          *observer_data;
  float         *gradient;    /* NULL: data gradients only                    */
  bool           zero_slices; /* the first chain of a backward pass           */
} NnWork;

/* The images of one job: a slice of one part. */
typedef struct
{
  size_t index;  /* of the slice in the pass                                  */
  size_t first;
  size_t end;
  size_t branch;
} NnSlice;

/* Number of slices of a pass, and slice `job` of it. */
size_t  nn_work_slices (const NnWork *work);
NnSlice nn_work_slice  (const NnWork *work,
                        size_t        job);

/* Images that a layer is called for. */
typedef struct
{
  size_t image;  /* the first                                                 */
  size_t images;
  size_t group;  /* first image of the group of a chain, or of the block      */
  size_t branch;
  int    thread;
} NnGroup;

/* The end of the group of a chain that starts at image `group`. */
size_t nn_work_group_end (const NnWork  *work,
                          const NnSlice *slice,
                          size_t         group);

/* The images of a layer's first call in a group [group, end) of a chain: all
 * for kinds that take them, else one. */
NnGroup nn_work_group (const NnLayer *layer,
                       const NnSlice *slice,
                       size_t         group,
                       size_t         end,
                       int            thread);

/* Block `job` of a whole-batch layer. */
NnGroup nn_work_block (const NnWork *work,
                       size_t        job,
                       int           thread);

/* What forward and backward calls of a layer have in common. */
NnLayerCall nn_work_call (const NnWork  *work,
                          size_t         index,
                          const NnGroup *at);

/* Jobs of at most `size` that `count` things make. */
static inline size_t
nn_jobs_of (size_t count,
            size_t size)
{
  return (count + size - 1) / size;
}

/* A thread's scratch. */
float *nn_exec_scratch (const NnExec *exec,
                        int           thread);

/* Adds what has passed since nn_exec_clock() to `member` of a layer's times;
 * both do nothing where nobody wants to know. */
double nn_exec_clock    (const NnExec *exec);
void   nn_exec_add_time (const NnExec *exec,
                         size_t        layer,
                         int           thread,
                         size_t        member,
                         double        begin);

/* Whether a pass uses other weights than the model's. */
bool nn_weights_are_quantized (const NnLayer *layer);

/* Where the value or gradient `value` of `image` lies; `group` is the first
 * image of the group that the thread works on. */
float *nn_exec_value    (const NnExec *exec,
                         size_t        value,
                         size_t        image,
                         size_t        group,
                         int           thread);
float *nn_exec_gradient (const NnExec *exec,
                         size_t        value,
                         size_t        image,
                         size_t        group,
                         int           thread);

/* Batch norm, in the order of a pass (nn-exec-norm.c). */

/* Cuts the pass into parts: one, or the branches of the last passes. */
void nn_work_set_parts (NnWork *work,
                        bool    backward);

/* Factors and summands of evaluation, from the model as it is now. */
void nn_norm_prepare_evaluation (NnExec *exec);

/* Where `stage` gives the input of a norm outside of a chain, or before the
 * pass resumed: sums over it in a pass of its own. */
void nn_norm_sum_stage (NnWork        *work,
                        const NnStage *stage);

/* Adds an image's value `value` to the sums of the norms that read it. */
void nn_norm_add_image (const NnWork  *work,
                        const NnSlice *slice,
                        size_t         value,
                        size_t         image,
                        const float   *x);

/* Statistics of the norms in the stage that is about to run. */
void nn_norm_finish_sums (NnWork *work);

/* The stages of a pass like the last forward one, and how many there are. */
const NnStage *nn_exec_stages (const NnExec *exec,
                               size_t       *n);

/* Whether the pass leaves out a batch norm, as another layer does its work. */
bool nn_exec_leaves_out (const NnExec *exec,
                         size_t        layer);

/* The value that layer `layer` gives in the last forward pass. */
size_t nn_exec_output (const NnExec *exec,
                       size_t        layer);

/* The norm of layer `layer`, or NULL. */
const NnNorm *nn_exec_norm (const NnExec *exec,
                            size_t        layer);

/* Backward: an image's part in the sums of a norm, the data gradients' factors
 * once they are complete, and the data gradient of the norms that read
 * `value`, which is written where that value's own stage runs. */
void nn_norm_add_image_gradient    (const NnWork  *work,
                                    const NnSlice *slice,
                                    size_t         layer,
                                    size_t         image,
                                    size_t         group,
                                    int            thread);
void nn_norm_finish_gradient       (NnWork *work);
void nn_norm_write_input_gradients (const NnWork  *work,
                                    const NnSlice *slice,
                                    size_t         value,
                                    size_t         image,
                                    size_t         group,
                                    int            thread);
void nn_norm_backward_stage        (NnWork *work);
