/* nn-model.h - a network: its text, its weights, its bit widths
 *
 * A network is described by a text, one layer a line:
 *
 *     input channels=1 height=28 width=28
 *     conv2d conv1 out=32 kernel=3
 *     pact act1
 *     flatten flat
 *     linear fc out=10
 *
 * "KIND NAME parameter=value ...", `#` starts a comment.  A layer reads the
 * output of the line before, or of the layer named by `from=` ("input" is the
 * network's input); "add NAME with=OTHER" adds a second output to it, which
 * makes residual networks.  The output of the last line is the logits, and
 * every other output must be read by somebody.  The same text is stored in
 * model files and shown in the window.
 *
 * A model owns weights and settings only; NnExec holds everything needed to
 * run it.  Not thread-safe: one thread at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdint.h>

#include "nn/nn-layer.h"
#include "nn/nn-quantizer.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct NnModel NnModel;

/* What a tensor of parameters is. */
typedef enum
{
  NN_TENSOR_WEIGHT,
  NN_TENSOR_BIAS,
  NN_TENSOR_ALPHA,    /* PACT's clipping level, one number                    */
  NN_TENSOR_STEP,     /* a learned step of quantized weights, one number      */
  NN_TENSOR_SCALE,    /* batch norm's gamma                                   */
  NN_TENSOR_MEAN,     /* batch norm's running statistics: measured,           */
  NN_TENSOR_VARIANCE, /*   never trained                                      */
} NnTensorRole;

/* One tensor of parameters.  Pointers belong to the model. */
typedef struct
{
  char         name[64];  /* "conv1.weight"                                   */
  NnTensorRole role;
  int          layer;     /* index of its layer                               */
  int          rank;
  size_t       shape[4];  /* conv weights (out, in, kh, kw), linear (out, in) */
  size_t       count;
  float       *value;     /* (count)                                          */
} NnTensor;

/* How first and last layer are treated when bits are set for all layers. */
typedef enum
{
  NN_EDGES_8_BITS, /* at least 8 bits: the default; full where they are
                      frozen, as such weights cannot learn to be rounded      */
  NN_EDGES_FULL,   /* full precision                                          */
  NN_EDGES_SAME,   /* like all the others                                     */
} NnEdgePolicy;

/* In place of a layer's index where there is none. */
#define NN_NO_LAYER (-2)

/* What is known of a layer. Strings belong to the model. */
typedef struct
{
  const char        *name;
  const NnLayerKind *kind;
  NnShape            input;
  NnShape            output;
  int                weight_tensor; /* index of its tensor, or -1             */
  int                alpha_tensor;  /* index of its tensor, or -1             */
  int                step_tensor;   /* index of its tensor, or -1             */
  int                source;        /* the layer it reads, or -1: the input   */
  int                second;        /* add: the other one; NN_NO_LAYER else   */
  int                weight_bits;     /* NN_BITS_OFF for layers without       */
  int                activation_bits; /* NN_BITS_OFF for layers without       */
  uint64_t           macs;          /* multiply-accumulates for one image     */
} NnLayerInfo;

/* Builds a network from its text with all weights 0 and alpha at its start;
 * errors name the line and the shape. */
NnModel *nn_model_new (const char *text,
                       NnError    *error);

NnModel *nn_model_copy (const NnModel *model,
                        NnError       *error);

void nn_model_free (NnModel *model);

/* Draws initial weights: uniform in +-1 / sqrt (fan_in) for weights and
 * biases, alpha = NN_ALPHA_START; batch norm scales by one, shifts by nothing
 * and has seen mean 0 and variance 1. */
void nn_model_initialise (NnModel *model,
                          uint64_t seed);

/* Copies all weights, alphas, bits and quantizer settings between models of
 * the same text. Never allocates. */
void nn_model_assign (NnModel       *model,
                      const NnModel *source);

/* The text it was built from, in canonical form. */
const char *nn_model_text (const NnModel *model);

NnShape  nn_model_input   (const NnModel *model);
int      nn_model_classes (const NnModel *model);
uint64_t nn_model_macs    (const NnModel *model);

size_t      nn_model_layer_count  (const NnModel *model);
NnLayerInfo nn_model_layer        (const NnModel *model,
                                   size_t         index);
size_t      nn_model_tensor_count (const NnModel *model);
NnTensor    nn_model_tensor       (const NnModel *model,
                                   size_t         index);

/* Number of parameters of all tensors; they lie contiguously, in tensor order
 * with each tensor padded to 64 bytes, from nn_model_parameters(). */
size_t nn_model_parameter_count (const NnModel *model);
size_t nn_model_arena_count     (const NnModel *model);
float *nn_model_parameters      (NnModel *model);

/* True where at least one layer is "pact". */
bool nn_model_has_pact (const NnModel *model);

/* True where at least one layer is "batch-norm". */
bool nn_model_has_batch_norm (const NnModel *model);

/* False for tensors that no training step changes by a gradient: running
 * statistics, and the weights of layers with frozen=yes. */
bool nn_model_tensor_is_trained (const NnModel *model,
                                 size_t         index);

/* The weight quantizer of all layers, and the values of its parameters. */
const NnWeightQuantizer *nn_model_quantizer     (const NnModel *model,
                                                 NnParamValues *values);
void                     nn_model_set_quantizer (NnModel                 *model,
                                                 const NnWeightQuantizer *quantizer,
                                                 NnParamValues            values);

/* The weights of layer `layer`, which has some, for its quantizer.  The step
 * is the learned one where it was learned at the layer's bits and the
 * quantizer has one, else 0: as it starts. */
NnWeights nn_model_weights (const NnModel *model,
                            size_t         layer);

/* The step that settling would leave layer `layer`, which has one, with. */
float nn_model_step (const NnModel *model,
                     size_t         layer);

/* Learned steps belong to the bits they were learned at.  Settling gives each
 * layer whose bits are others its quantizer's start as its step from now on:
 * the first thing that training at new bits does.  Adopting takes the steps
 * as they are for those of the present bits: after reading a file. */
void nn_model_settle_steps (NnModel *model);
void nn_model_adopt_steps  (NnModel *model);

/* Sets the bits of one layer: weights of conv2d and linear, activations of
 * pact.  A width that is not valid is NN_ERROR_RANGE; a layer that has no
 * such thing is NN_ERROR_UNSUPPORTED. */
NnStatus nn_model_set_weight_bits     (NnModel *model,
                                       size_t   layer,
                                       int      bits,
                                       NnError *error) NN_MUST_CHECK;
NnStatus nn_model_set_activation_bits (NnModel *model,
                                       size_t   layer,
                                       int      bits,
                                       NnError *error) NN_MUST_CHECK;

/* Sets all layers.  With NN_EDGES_8_BITS the weights of the first and last
 * layer with weights get max (8, weight_bits), with NN_EDGES_FULL they stay
 * full; activations have no exception.  Activation bits are ignored by
 * networks without pact. */
NnStatus nn_model_set_bits (NnModel     *model,
                            int          weight_bits,
                            int          activation_bits,
                            NnEdgePolicy edges,
                            NnError     *error) NN_MUST_CHECK;

/* Bytes that the parameters need when weights are packed at their bits, with
 * a scale for each grid, and everything else is float32. */
uint64_t nn_model_packed_bytes (const NnModel *model);

/* One ready-made network. */
typedef struct
{
  const char *name;       /* "sgt-cnn"                                        */
  const char *title;
  const char *summary;
  const char *activation; /* in full precision: "relu", "gelu"                */
} NnNetwork;

/* Row `index` of the table of networks, or NULL past its end. */
const NnNetwork *nn_network (size_t index);

/* Enough for the text of any ready-made network. */
#define NN_NETWORK_TEXT_SIZE 16384

/* Writes the text of network `name` for an input shape and a number of
 * classes; `activation` is the kind of all activations, such as "pact", or
 * NULL for the network's own in full precision.  NN_ERROR_UNKNOWN_NAME,
 * NN_ERROR_SHAPE (image too small), NN_ERROR_RANGE (does not fit `size`). */
NnStatus nn_network_text (const char *name,
                          NnShape     input,
                          int         classes,
                          const char *activation,
                          char       *text,
                          size_t      size,
                          NnError    *error) NN_MUST_CHECK;

/* A network from a text that a person wrote for any data set: the input line
 * may be missing, "out=classes" stands for the number of classes, and with
 * `pact` activations become PACT as in nn_model_copy_with_pact().  Errors count
 * the lines of `own`; NN_ERROR_SHAPE where input or classes do not fit. */
NnModel *nn_own_network_new (const char *own,
                             NnShape     input,
                             int         classes,
                             bool        pact,
                             NnError    *error);

/* A copy of `model` in which every "relu" is a "pact", and every "gelu" a
 * "pact of=gelu", with the same weights, bits off and alpha at its start: what
 * moves a network that was trained without PACT to few bits.  Calibrate alpha
 * from data afterwards. */
NnModel *nn_model_copy_with_pact (const NnModel *model,
                                  NnError       *error);

/* The same for steps: a copy in which every layer with weights has one to
 * learn, settled. */
NnModel *nn_model_copy_with_steps (const NnModel *model,
                                   NnError       *error);

#ifdef __cplusplus
}
#endif
