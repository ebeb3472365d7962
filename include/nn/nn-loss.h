/* nn-loss.h - cross entropy and Kullback-Leibler divergence with gradients
 *
 * Logits are (n, classes) row-major.  Losses are means over the n rows,
 * summed in double; `weight` scales the gradients only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* p = softmax (logits), row by row; may be in place. */
void nn_softmax (const float *logits,
                 size_t       n,
                 int          classes,
                 float       *p);

/* Mean cross entropy with label smoothing `smoothing` (0: none); adds
 * weight * dCE/dlogits to `gradient` (n, classes; NULL: loss only). */
double nn_cross_entropy (const float *logits,
                         const int   *labels,
                         size_t       n,
                         int          classes,
                         double       smoothing,
                         double       weight,
                         float       *gradient);

/* Mean over rows of KL (softmax (logits) || softmax (masked)); adds weight
 * times its gradients to both (each NULL to leave out; both are needed for
 * SGT: gradients flow through both branches). */
double nn_kl_divergence (const float *logits,
                         const float *masked,
                         size_t       n,
                         int          classes,
                         double       weight,
                         float       *logits_gradient,
                         float       *masked_gradient);

/* How many rows have their largest logit (lowest index on ties) at `labels`. */
size_t nn_count_correct (const float *logits,
                         const int   *labels,
                         size_t       n,
                         int          classes);

/* The index of the largest of `classes` logits, lowest on ties. */
int nn_argmax (const float *logits,
               int          classes);

#ifdef __cplusplus
}
#endif
