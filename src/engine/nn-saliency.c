/* nn-saliency.c - the table of explanation methods and the loop they share
 *
 * Gradients are summed in the caller's maps and variants are made in the
 * exec's own input, so that nothing is allocated.  The sum of an image is
 * taken in the order of its variants, wherever mini-batches end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-saliency-private.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "kernels/nn-sum.h"

static const NnSaliencyRow *const rows[] = {
  &nn_saliency_gradient,
  &nn_saliency_absolute_gradient,
  &nn_saliency_input_x_gradient,
  &nn_saliency_integrated_gradients,
  &nn_saliency_smoothgrad,
};

const NnSaliencyMethod *
nn_saliency_method (size_t index)
{
  return index < sizeof rows / sizeof rows[0] ? &rows[index]->method : NULL;
}

const NnSaliencyMethod *
nn_saliency_method_find (const char *name)
{
  for (size_t i = 0; nn_saliency_method (i) != NULL; i++) {
    if (strcmp (rows[i]->method.name, name) == 0)
      return &rows[i]->method;
  }
  return NULL;
}

NnSaliencyRequest
nn_saliency_request (const NnSaliencyMethod *method,
                     const NnImages         *images)
{
  NnSaliencyRequest request = {
    .method = method,
    .values = nn_param_defaults (method->params, method->n_params),
  };

  for (int c = 0; c < images->channels; c++)
    request.black[c] = nn_images_normalise (images, c, 0);
  return request;
}

static const NnSaliencyRow *
row_of (const NnExplanation *explanation)
{
  return (const NnSaliencyRow *) explanation->request->method;
}

static NnExplanation
begin_explanation (NnExec                  *exec,
                   const NnSaliencyRequest *request,
                   const float             *x,
                   const int               *classes,
                   const uint64_t          *ids,
                   size_t                   n,
                   float                   *maps)
{
  NnExplanation explanation = {
    .exec = exec,
    .request = request,
    .shape = nn_model_input (nn_exec_model (exec)),
    .x = x,
    .classes = classes,
    .ids = ids,
    .n = n,
    .variants = 1,
    .maps = maps,
  };

  if (row_of (&explanation)->variants != NULL)
    explanation.variants = row_of (&explanation)->variants (request);
  return explanation;
}

/* One mini-batch: items [first, first + count) of the list of all variants of
 * all images, as the pool's jobs see it. */
typedef struct
{
  const NnExplanation *explanation;
  size_t               first;
  size_t               count;
} Chunk;

/* Job: makes item `job` of the mini-batch. */
static void
make_variation (void  *data,
                size_t job,
                int    thread)
{
  const Chunk *chunk = data;
  const NnExplanation *explanation = chunk->explanation;
  const size_t size = nn_shape_size (explanation->shape);
  const size_t image = (chunk->first + job) / explanation->variants;
  const size_t variant = (chunk->first + job) % explanation->variants;
  float *input = nn_exec_input (explanation->exec) + job * size;

  if (row_of (explanation)->vary != NULL)
    row_of (explanation)->vary (explanation, image, variant, input);
  else
    memcpy (input, nn_explanation_image (explanation, image), size * sizeof *input);
}

/* The gradient of one logit: the logits' gradient is 1 there, else 0. */
static void
choose_logits (const Chunk *chunk)
{
  const NnExplanation *explanation = chunk->explanation;
  const size_t classes = (size_t) nn_model_classes (nn_exec_model (explanation->exec));
  float *gradient = nn_exec_logits_gradient (explanation->exec);

  memset (gradient, 0, chunk->count * classes * sizeof *gradient);
  for (size_t i = 0; i < chunk->count; i++) {
    const int chosen = explanation->classes[(chunk->first + i) / explanation->variants];

    assert (chosen >= 0 && (size_t) chosen < classes);
    gradient[i * classes + (size_t) chosen] = 1;
  }
}

/* Job: adds the gradients of one image's items to its map, and makes the map
 * of the sum when the last one is in. */
static void
collect_gradients (void  *data,
                   size_t job,
                   int    thread)
{
  const Chunk *chunk = data;
  const NnExplanation *explanation = chunk->explanation;
  const size_t size = nn_shape_size (explanation->shape);
  const size_t image = chunk->first / explanation->variants + job;
  const size_t begin = image * explanation->variants;
  const size_t end = begin + explanation->variants;
  const size_t from = begin > chunk->first ? begin : chunk->first;
  const size_t to = end < chunk->first + chunk->count ? end : chunk->first + chunk->count;
  const float *gradients = nn_exec_input_gradient (explanation->exec);
  float *map = explanation->maps + image * size;

  if (from == begin)
    memset (map, 0, size * sizeof *map);
  for (size_t item = from; item < to; item++)
    nn_sum (map, gradients + (item - chunk->first) * size, size, map);
  if (to < end)
    return;

  for (size_t i = 0; explanation->variants > 1 && i < size; i++)
    map[i] /= (float) explanation->variants;
  if (row_of (explanation)->finish != NULL)
    row_of (explanation)->finish (explanation, image,
                                  nn_exec_input (explanation->exec)
                                  + (from - chunk->first) * size, map);
}

static void
explain (const NnExplanation *explanation)
{
  const NnPass pass = { .lean = true };
  const size_t items = explanation->n * explanation->variants;
  const size_t capacity = nn_exec_capacity (explanation->exec);
  NnPool *pool = nn_exec_pool (explanation->exec);
  Chunk chunk = { .explanation = explanation };

  for (; chunk.first < items; chunk.first += chunk.count) {
    chunk.count = items - chunk.first < capacity ? items - chunk.first : capacity;

    const size_t first_image = chunk.first / explanation->variants;
    const size_t last_image = (chunk.first + chunk.count - 1) / explanation->variants;

    nn_pool_run (pool, make_variation, &chunk, chunk.count);
    nn_exec_forward (explanation->exec, 0, chunk.count, &pass);
    choose_logits (&chunk);
    nn_exec_backward_input (explanation->exec, 0, chunk.count);
    nn_pool_run (pool, collect_gradients, &chunk, last_image - first_image + 1);
  }
}

void
nn_saliency_explain (NnExec                  *exec,
                     const NnSaliencyRequest *request,
                     const float             *x,
                     const int               *classes,
                     const uint64_t          *ids,
                     size_t                   n,
                     float                   *maps)
{
  const NnExplanation explanation = begin_explanation (exec, request, x, classes, ids, n, maps);

  explain (&explanation);
}

void
nn_saliency_explain_with_noise (NnExec                  *exec,
                                const NnSaliencyRequest *request,
                                const float             *x,
                                const int               *classes,
                                size_t                   n,
                                const float             *noise,
                                float                   *maps)
{
  NnExplanation explanation = begin_explanation (exec, request, x, classes, NULL, n, maps);

  explanation.noise = noise;
  explain (&explanation);
}

/* Writes the chosen logits of `n` images of the exec's input, from image
 * `first` on, times `sign`, added to `sums`. */
static void
add_logits (const NnExplanation *explanation,
            size_t               first,
            size_t               n,
            double               sign,
            double              *sums)
{
  const NnPass pass = { .lean = true };
  const size_t classes = (size_t) nn_model_classes (nn_exec_model (explanation->exec));

  nn_exec_forward (explanation->exec, 0, n, &pass);
  for (size_t i = 0; i < n; i++)
    sums[first + i] += sign * nn_exec_logits (explanation->exec)
                       [i * classes + (size_t) explanation->classes[first + i]];
}

/* Expected and found sums of images [first, first + n). */
static void
compare_sums (const NnExplanation *explanation,
              const float         *maps,
              size_t               first,
              size_t               n,
              double              *expected,
              double              *found)
{
  const size_t size = nn_shape_size (explanation->shape);
  float *input = nn_exec_input (explanation->exec);

  for (size_t i = first; i < first + n; i++) {
    expected[i] = found[i] = 0;
    for (size_t p = 0; p < size; p++)
      found[i] += maps[i * size + p];
  }
  memcpy (input, nn_explanation_image (explanation, first), n * size * sizeof *input);
  add_logits (explanation, first, n, 1, expected);
  for (size_t i = 0; i < n; i++)
    row_of (explanation)->baseline (explanation, first + i, input + i * size);
  add_logits (explanation, first, n, -1, expected);
}

void
nn_saliency_completeness (NnExec                  *exec,
                          const NnSaliencyRequest *request,
                          const float             *x,
                          const int               *classes,
                          const uint64_t          *ids,
                          size_t                   n,
                          const float             *maps,
                          double                  *expected,
                          double                  *found)
{
  const NnExplanation explanation = begin_explanation (exec, request, x, classes, ids, n, NULL);
  const size_t capacity = nn_exec_capacity (exec);

  if (row_of (&explanation)->baseline == NULL) {
    for (size_t i = 0; i < n; i++)
      expected[i] = found[i] = NAN;
    return;
  }
  for (size_t first = 0; first < n; first += capacity)
    compare_sums (&explanation, maps, first, n - first < capacity ? n - first : capacity,
                  expected, found);
}
