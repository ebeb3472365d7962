/* nn-layer-ops.h - what a layer kind is made of, for the engine's inside
 *
 * A kind is a row: how to check and size a layer, and how to run it forward
 * and backward.  Most kinds are called for one image at a time inside a chain
 * (see nn-exec.h); a kind with NN_LAYER_GROUPS gets all images of the chain's
 * group at once, and one with NN_LAYER_WHOLE_BATCH a range of the batch, and
 * computes its weight gradient in a call of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-words.h"
#include "nn/nn-model.h"

#define NN_LAYER_NAME_SIZE 32
#define NN_LAYER_MAX_TENSORS 4

typedef struct NnLayer NnLayer;

/* What the planner needs to know of a kind. */
enum
{
  NN_LAYER_IN_PLACE    = 1 << 0, /* output may lie where the input lay        */
  NN_LAYER_USES_INPUT  = 1 << 1, /* backward reads the input's values         */
  NN_LAYER_WHOLE_BATCH = 1 << 2, /* runs on ranges of the batch               */
  NN_LAYER_RANDOM      = 1 << 3, /* training differs from evaluation          */
  NN_LAYER_IDENTITY    = 1 << 4, /* evaluation gives the input's values       */
  NN_LAYER_GROUPS      = 1 << 5, /* runs on groups of images inside a chain   */
  NN_LAYER_BATCH_NORM  = 1 << 6, /* needs sums over the batch: see
                                    nn-exec-norm.c, which runs it backward    */
  NN_LAYER_TWO_INPUTS  = 1 << 7, /* with= names the second                    */
  NN_LAYER_CHEAP       = 1 << 8, /* forward takes less time than memory does
                                    to keep its result                        */
  NN_LAYER_KEEPS_LANES = 1 << 9, /* its output lies as its inputs do          */
};

/* A tensor that a layer wants. */
typedef struct
{
  const char  *suffix; /* "weight", "bias", "alpha"                           */
  NnTensorRole role;
  int          rank;
  size_t       shape[4];
  size_t       fan_in; /* for the initial weights; 0: not drawn               */
} NnTensorSpec;

/* One call. Sizes follow from the layer's shapes; `images` is 1 but for kinds
 * with NN_LAYER_GROUPS or NN_LAYER_WHOLE_BATCH. */
typedef struct
{
  size_t       images;
  const float *weight;    /* as quantized; batch norm: factor per channel     */
  const float *prepared;  /* what prepare() made of the weights; NULL where
                             nobody did: slower, and other roundings          */
  const float *bias;      /* NULL where there is none; batch norm: summand    */
  const float *scale;     /* (out) of y before the bias, and of dy; NULL: 1.
                             Only where scales_output() says so               */
  float        alpha;
  const float *x;         /* (images, input)                                  */
  const float *second;    /* the same of the second input, where there is one */
  float       *y;         /* (images, output); equals x where in place        */
  const float *dy;        /* (images, output)                                 */
  float       *dx;        /* (images, input), equals dy where in place; NULL
                             where nobody needs it                            */
  bool         adds;      /* to dx: only where adds_gradient() says so        */
  float       *dweight;   /* added to; NULL where nobody needs it             */
  float       *dbias;     /* the same                                         */
  float       *dalpha;
  uint8_t     *saved;     /* what forward keeps for backward; NULL: nothing   */
  float       *scratch;   /* of this thread                                   */
  bool         x_on_lanes; /* x, second and dx are (C / 16, H, W, 16) and not
                              (C, H, W): see kernels/nn-lane-rows.h           */
  bool         y_on_lanes; /* the same of y and dy                            */
  bool         training;
  uint64_t     seed;
  uint64_t     stream;    /* of random numbers, for this layer and image      */
} NnLayerCall;

typedef struct
{
  NnLayerKind kind;
  unsigned    flags;

  /* Sets layer->output from layer->input and the values; errors say why the
   * shapes do not fit. */
  NnStatus (*shape) (NnLayer *layer,
                     NnError *error);

  /* Fills `specs` and returns how many; NULL: no tensors. */
  int (*tensors) (const NnLayer *layer,
                  NnTensorSpec  *specs);

  /* Bytes that forward saves for one image; NULL: none. */
  size_t (*saved_bytes) (const NnLayer *layer);

  /* Floats of scratch for one call; NULL: none. */
  size_t (*scratch_floats) (const NnLayer *layer);

  /* Floats that prepare() makes of the weights, for forward passes and, with
   * `gradients`, for backward passes as well; NULL: none. */
  size_t (*prepared_floats) (const NnLayer *layer,
                             bool           gradients);

  /* Called where prepared_floats() is not 0, once for all passes with these
   * weights (as quantized); `prepared` is aligned to 64 bytes. */
  void (*prepare) (const NnLayer *layer,
                   bool           gradients,
                   const float   *weight,
                   float         *prepared);

  /* Whether the input, the output may lie on lanes where they have whole
   * vectors of channels, each for itself; NULL: no.  For kinds without
   * NN_LAYER_KEEPS_LANES. */
  bool (*takes_lanes) (const NnLayer *layer);
  bool (*gives_lanes) (const NnLayer *layer);

  /* Whether backward can add to dx, with the input on lanes or not; NULL: it
   * only writes. */
  bool (*adds_gradient) (const NnLayer *layer,
                         bool           x_on_lanes);

  /* Whether a batch norm of evaluation that reads the output can be part of
   * the layer, which has no bias of its own; NULL: no. */
  bool (*scales_output) (const NnLayer *layer);

  /* Multiply-accumulates for one image; NULL: none. */
  uint64_t (*macs) (const NnLayer *layer);

  void (*forward) (const NnLayer     *layer,
                   const NnLayerCall *call);
  void (*backward) (const NnLayer     *layer,
                    const NnLayerCall *call);

  /* NN_LAYER_WHOLE_BATCH only: adds the gradient of the weights of inputs
   * [first, end), and with the first of them that of the bias, over all
   * call->images. */
  void (*backward_weight) (const NnLayer     *layer,
                           const NnLayerCall *call,
                           int                first,
                           int                end);
} NnLayerOps;

/* A layer of a model. */
struct NnLayer
{
  const NnLayerOps *ops;
  char              name[NN_LAYER_NAME_SIZE];
  NnParamValues     values;
  int               source; /* the value it reads: 0 is the network's input,  */
  int               second; /*   i + 1 what layer i gives; -1: none           */
  NnShape           input;
  NnShape           output;
  bool              frozen; /* its weights do not train                       */
  int               weight; /* tensor index or -1                             */
  int               bias;
  int               alpha;
  int               step;
  int               scale;
  int               mean;
  int               variance;
  int               weight_bits;
  int               step_bits; /* that its learned step belongs to; 0: none   */
  int               activation_bits;
};

/* The row of the parameter "step" of layers with weights: whether they carry
 * a step that quantizers like LSQ learn. */
#define NN_STEP_PARAM \
  { "step", "Step of the quantizer", NN_PARAM_CHOICE, 0, 1, 0, nn_step_choices }

enum { NN_STEP_MEASURED, NN_STEP_LEARNED };

extern const char *const nn_step_choices[];

/* Puts the step's tensor at specs[n] where `choice` is NN_STEP_LEARNED;
 * returns how many there are then. */
int nn_step_tensor (double        choice,
                    NnTensorSpec *specs,
                    int           n);
/* What a parameter that is a switch chooses from. */
enum { NN_NO, NN_YES };

extern const char *const nn_no_yes[];

/* The rows. */
extern const NnLayerOps nn_conv2d_ops;
extern const NnLayerOps nn_linear_ops;
extern const NnLayerOps nn_max_pool_ops;
extern const NnLayerOps nn_average_pool_ops;
extern const NnLayerOps nn_global_average_pool_ops;
extern const NnLayerOps nn_flatten_ops;
extern const NnLayerOps nn_dropout_ops;
extern const NnLayerOps nn_relu_ops;
extern const NnLayerOps nn_gelu_ops;
extern const NnLayerOps nn_pact_ops;
extern const NnLayerOps nn_shortcut_ops;
extern const NnLayerOps nn_scale_ops;
extern const NnLayerOps nn_batch_norm_ops;
extern const NnLayerOps nn_add_ops;

/* Row `index`, or NULL past the end. */
const NnLayerOps *nn_layer_ops (size_t index);

/* The row of kind `name`, or NULL. */
const NnLayerOps *nn_layer_ops_find (const char *name);
