/* nn-saliency.h - the table of explanation methods
 *
 * A method explains the logit of one class for each image of a batch by a
 * signed map of the input's shape.  Maps are raw; display is separate.
 * Random methods draw by seed and the image's `id`, so that one image alone
 * and in a batch gives the same map.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-exec.h"
#include "nn/nn-images.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One method. */
typedef struct
{
  const char    *name;    /* "gradient", "integrated-gradients" ...           */
  const char    *title;
  const char    *summary;
  const char    *source;  /* where it was published                           */
  bool           is_signed; /* maps have a meaningful sign                    */
  const NnParam *params;
  size_t         n_params;
} NnSaliencyMethod;

/* Row `index`, or NULL past the end of the table. */
const NnSaliencyMethod *nn_saliency_method (size_t index);

/* The row called `name`, or NULL. */
const NnSaliencyMethod *nn_saliency_method_find (const char *name);

/* What to explain. */
typedef struct
{
  const NnSaliencyMethod *method;
  NnParamValues           values;
  uint64_t                seed;
  float                   black[NN_MAX_CHANNELS]; /* normalised black          */
} NnSaliencyRequest;

/* Defaults of `method`, black level of `images`, seed 0. */
NnSaliencyRequest nn_saliency_request (const NnSaliencyMethod *method,
                                       const NnImages         *images);

/* Explains logit classes[i] of image x[i] for i < n: maps (n, C, H, W).
 * `exec` is a prepared NN_EXEC_GRADIENT; n may exceed its capacity.  `ids`
 * (n; may be NULL: 0, 1, 2 ...) name the images for random methods. */
void nn_saliency_explain (NnExec                  *exec,
                          const NnSaliencyRequest *request,
                          const float             *x,
                          const int               *classes,
                          const uint64_t          *ids,
                          size_t                   n,
                          float                   *maps);

/* Completeness of integrated gradients: the map's sum against f (x) -
 * f (baseline), each for image i: `expected` and `found` are (n), NAN where
 * the method's maps do not add up to such a difference.  Request and ids are
 * those that the maps were made with. */
void nn_saliency_completeness (NnExec                  *exec,
                               const NnSaliencyRequest *request,
                               const float             *x,
                               const int               *classes,
                               const uint64_t          *ids,
                               size_t                   n,
                               const float             *maps,
                               double                  *expected,
                               double                  *found);

#ifdef __cplusplus
}
#endif
