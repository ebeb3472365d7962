/* nn-whiten.h - first convolutions that start from the data's own patches
 *
 * A convolution with `init=whiten` that reads the input gets filters that
 * make what it gives uncorrelated and of variance one: the eigenvectors of
 * the covariance of all k x k patches, each divided by the square root of its
 * eigenvalue, and then the same filters negated, so that an activation behind
 * it loses neither half.  Usually its weights are frozen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-images.h"
#include "nn/nn-model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Images whose patches are enough, and what is added to the eigenvalues so
 * that directions without content are not blown up. */
#define NN_WHITEN_IMAGES 5000
#define NN_WHITEN_EPSILON 5e-4

/* True where a layer of `model` that reads its input has init=whiten. */
bool nn_whiten_wanted (const NnModel *model);

/* Sets the weights of these layers from the `count` images named by `indices`
 * (NULL: 0, 1, 2 ...), normalised as for training, and their biases to 0.  A
 * layer with 2 n filters gets the n directions with the largest variance.
 * The same images give the same weights.  NN_ERROR_SHAPE: the images are not
 * the model's, or none; NN_ERROR_UNSUPPORTED: an odd number of filters, or
 * more than twice the values of a window; NN_ERROR_MEMORY.  A model that
 * wants no whitening is left as it is. */
NnStatus nn_whiten_first_layer (NnModel        *model,
                                const NnImages *images,
                                const uint32_t *indices,
                                size_t          count,
                                double          epsilon,
                                NnError        *error) NN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
