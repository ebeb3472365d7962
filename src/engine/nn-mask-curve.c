/* nn-mask-curve.c - accuracy while the most salient pixels are masked
 *
 * One mini-batch a step: images are ranked once, then masked and classified
 * level by level.  Orders nest, and so do random fills: what is masked at one
 * level is masked the same at all higher ones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-mask-curve.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "nn-eval-private.h"
#include "nn/nn-loss.h"
#include "nn/nn-statistics.h"

/* A share that a caller wrote as 0.29 is not quite 0.29. */
#define SHARE_ROUNDING 1e-9

struct NnMaskCurve
{
  NnExec             *exec;
  const NnImages     *images;
  const uint32_t     *indices;
  size_t              total;
  size_t              done;
  NnMaskCurveSettings settings;
  NnShape             shape;
  size_t              plane;   /* features of an image                        */
  size_t              batch;

  /* Of one mini-batch. */
  size_t              count;
  size_t              masked;  /* features masked at the present level        */
  float              *x;       /* (batch, C, H, W)                            */
  float              *maps;    /* (batch, C, H, W)                            */
  int                *labels;  /* (batch)                                     */
  uint64_t           *ids;     /* (batch)                                     */
  uint32_t           *orders;  /* (batch, H W)                                */
  float              *scores;  /* (threads, H W)                              */
  uint32_t           *scratch; /* (threads, 2 H W)                            */

  size_t              correct[NN_MASK_MAX_LEVELS];
};

const char *
nn_mask_order_name (NnMaskOrder order)
{
  static const char *const names[] = {
    [NN_ORDER_MOST_SALIENT_FIRST] = "most-salient-first",
    [NN_ORDER_LEAST_SALIENT_FIRST] = "least-salient-first",
    [NN_ORDER_RANDOM] = "random",
  };

  return (size_t) order < sizeof names / sizeof names[0] ? names[order] : NULL;
}

NnMaskCurveSettings
nn_mask_curve_settings_default (const NnImages *images)
{
  NnMaskCurveSettings settings = {
    .saliency = nn_saliency_request (nn_saliency_method_find ("gradient"), images),
    .ranking = NN_RANKING_MAGNITUDE,
    .fill = NN_FILL_BACKGROUND,
    .order = NN_ORDER_MOST_SALIENT_FIRST,
    .n_levels = 10,
  };

  for (size_t i = 0; i < settings.n_levels; i++)
    settings.levels[i] = (double) i / 10;
  return settings;
}

static NnStatus
check_settings (const NnMaskCurveSettings *settings,
                NnError                   *error)
{
  if (settings->n_levels < 1 || settings->n_levels > NN_MASK_MAX_LEVELS)
    return nn_error_set (error, NN_ERROR_RANGE, "a masking curve has 1 to %d levels, not %zu",
                         NN_MASK_MAX_LEVELS, settings->n_levels);
  for (size_t i = 0; i < settings->n_levels; i++) {
    if (!(settings->levels[i] >= 0 && settings->levels[i] <= 1))
      return nn_error_set (error, NN_ERROR_RANGE,
                           "a share of masked pixels lies from 0 to 1, but one is %g",
                           settings->levels[i]);
    if (i > 0 && settings->levels[i] <= settings->levels[i - 1])
      return nn_error_set (error, NN_ERROR_RANGE,
                           "shares of masked pixels must ascend, but %g follows %g",
                           settings->levels[i], settings->levels[i - 1]);
  }
  return NN_OK;
}

static bool
allocate (NnMaskCurve *curve)
{
  const size_t size = nn_shape_size (curve->shape);
  const size_t threads = (size_t) nn_pool_threads (nn_exec_pool (curve->exec));

  curve->x = calloc (curve->batch * size, sizeof *curve->x);
  curve->maps = calloc (curve->batch * size, sizeof *curve->maps);
  curve->labels = calloc (curve->batch, sizeof *curve->labels);
  curve->ids = calloc (curve->batch, sizeof *curve->ids);
  curve->orders = calloc (curve->batch * curve->plane, sizeof *curve->orders);
  curve->scores = calloc (threads * curve->plane, sizeof *curve->scores);
  curve->scratch = calloc (threads * 2 * curve->plane, sizeof *curve->scratch);
  return curve->x != NULL && curve->maps != NULL && curve->labels != NULL && curve->ids != NULL
         && curve->orders != NULL && curve->scores != NULL && curve->scratch != NULL;
}

NnMaskCurve *
nn_mask_curve_new (NnExec                    *exec,
                   const NnImages            *images,
                   const uint32_t            *indices,
                   size_t                     total,
                   const NnMaskCurveSettings *settings,
                   NnError                   *error)
{
  assert (indices != NULL || total <= images->count);
  assert (settings->order == NN_ORDER_RANDOM || settings->saliency.method != NULL);
  if (check_settings (settings, error) != NN_OK
      || nn_check_images (nn_exec_model (exec), images, error) != NN_OK)
    return NULL;

  NnMaskCurve *curve = calloc (1, sizeof *curve);

  if (curve == NULL) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for a masking curve");
    return NULL;
  }
  curve->exec = exec;
  curve->images = images;
  curve->indices = indices;
  curve->total = total;
  curve->settings = *settings;
  curve->shape = nn_model_input (nn_exec_model (exec));
  curve->plane = (size_t) curve->shape.height * (size_t) curve->shape.width;
  curve->batch = nn_exec_capacity (exec);
  if (settings->batch > 0 && settings->batch < curve->batch)
    curve->batch = settings->batch;
  if (!allocate (curve)) {
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for a masking curve, %zu images at a time",
                  curve->batch);
    nn_mask_curve_free (curve);
    return NULL;
  }
  return curve;
}

void
nn_mask_curve_free (NnMaskCurve *curve)
{
  if (curve == NULL)
    return;
  free (curve->scratch);
  free (curve->scores);
  free (curve->orders);
  free (curve->ids);
  free (curve->labels);
  free (curve->maps);
  free (curve->x);
  free (curve);
}

/* Job: ranks the pixels of image `job` of the mini-batch. */
static void
rank_image (void  *data,
            size_t job,
            int    thread)
{
  NnMaskCurve *curve = data;
  const NnMaskCurveSettings *settings = &curve->settings;
  const size_t plane = curve->plane;
  uint32_t *order = curve->orders + job * plane;
  float *scores = curve->scores + (size_t) thread * plane;

  if (settings->order == NN_ORDER_RANDOM) {
    nn_mask_random_order (plane, settings->seed, curve->ids[job], order);
    return;
  }
  nn_mask_scores (curve->maps + job * nn_shape_size (curve->shape), curve->shape,
                  settings->ranking, scores);
  nn_mask_order (scores, plane, settings->order == NN_ORDER_MOST_SALIENT_FIRST, order,
                 curve->scratch + (size_t) thread * 2 * plane);
}

/* Job: writes image `job`, masked at the present level, into the exec. */
static void
mask_image (void  *data,
            size_t job,
            int    thread)
{
  const NnMaskCurve *curve = data;
  const NnMaskCurveSettings *settings = &curve->settings;
  const size_t offset = job * nn_shape_size (curve->shape);

  nn_mask_apply (curve->x + offset, curve->shape, curve->orders + job * curve->plane,
                 curve->masked, settings->fill, settings->saliency.black, settings->seed, 0,
                 curve->ids[job], nn_exec_input (curve->exec) + offset);
}

/* Reads the next mini-batch and ranks its pixels. */
static void
begin_batch (NnMaskCurve *curve)
{
  const size_t left = curve->total - curve->done;

  curve->count = left < curve->batch ? left : curve->batch;
  nn_gather_range (curve->images, curve->indices, curve->done, curve->count, curve->x);
  for (size_t i = 0; i < curve->count; i++) {
    curve->ids[i] = nn_image_at (curve->indices, curve->done + i);
    curve->labels[i] = curve->images->labels[curve->ids[i]];
  }
  if (curve->settings.order != NN_ORDER_RANDOM)
    nn_saliency_explain (curve->exec, &curve->settings.saliency, curve->x, curve->labels,
                         curve->ids, curve->count, curve->maps);
  nn_pool_run (nn_exec_pool (curve->exec), rank_image, curve, curve->count);
}

bool
nn_mask_curve_step (NnMaskCurve *curve)
{
  const int classes = nn_model_classes (nn_exec_model (curve->exec));

  if (curve->done == curve->total)
    return false;

  begin_batch (curve);
  for (size_t level = 0; level < curve->settings.n_levels; level++) {
    const double share = curve->settings.levels[level];

    curve->masked = (size_t) floor (share * (double) curve->plane + SHARE_ROUNDING);
    nn_pool_run (nn_exec_pool (curve->exec), mask_image, curve, curve->count);
    nn_exec_forward (curve->exec, 0, curve->count, NULL);
    curve->correct[level] += nn_count_correct (nn_exec_logits (curve->exec), curve->labels,
                                               curve->count, classes);
  }
  curve->done += curve->count;
  return curve->done < curve->total;
}

size_t
nn_mask_curve_done (const NnMaskCurve *curve)
{
  return curve->done;
}

size_t
nn_mask_curve_correct (const NnMaskCurve *curve,
                       size_t             level)
{
  assert (level < curve->settings.n_levels);
  return curve->correct[level];
}

double
nn_mask_curve_area (const NnMaskCurve *curve)
{
  const NnMaskCurveSettings *settings = &curve->settings;
  double accuracy[NN_MASK_MAX_LEVELS];

  for (size_t i = 0; i < settings->n_levels; i++)
    accuracy[i] = (double) curve->correct[i] / (double) curve->done;
  if (settings->n_levels == 1)
    return accuracy[0];
  return nn_area_under_curve (settings->levels, accuracy, settings->n_levels);
}
