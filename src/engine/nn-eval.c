/* nn-eval.c - accuracy and probabilities, a mini-batch at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-eval.h"

#include <assert.h>
#include <string.h>

#include "nn-eval-private.h"
#include "nn-exec-private.h"
#include "nn/nn-augment.h"
#include "nn/nn-loss.h"

/* ---- test-time augmentation --------------------------------------------------------- */

enum { MAX_VIEWS = 6 };

typedef struct
{
  NnImageView view;
  float       weight; /* of its logits; those of a row sum to 1               */
} TestView;

typedef struct
{
  const char *name;
  size_t      n_views;
  TestView    views[MAX_VIEWS];
} TestAugmentRow;

static const TestAugmentRow test_augments[] = {
  [NN_TTA_NONE] = { "none", 1, { { { 0 }, 1.0f } } },
  [NN_TTA_FLIP] = { "flip", 2, {
                      { { .mirrored = false }, 0.5f },
                      { { .mirrored = true }, 0.5f },
                    } },
  [NN_TTA_FLIP_TRANSLATE] = { "flip+translate", MAX_VIEWS, {
                                { { .mirrored = false }, 0.25f },
                                { { .mirrored = true }, 0.25f },
                                { { .mirrored = false, .right = 1, .down = 1 }, 0.125f },
                                { { .mirrored = true, .right = 1, .down = 1 }, 0.125f },
                                { { .mirrored = false, .right = -1, .down = -1 }, 0.125f },
                                { { .mirrored = true, .right = -1, .down = -1 }, 0.125f },
                              } },
};

enum { N_TEST_AUGMENTS = sizeof test_augments / sizeof test_augments[0] };

const char *
nn_test_augment_name (NnTestAugment augment)
{
  return (size_t) augment < N_TEST_AUGMENTS ? test_augments[augment].name : NULL;
}

size_t
nn_test_augment_views (NnTestAugment augment)
{
  return test_augments[augment].n_views;
}

NnStatus
nn_test_augment_check (NnTestAugment   augment,
                       const NnImages *images,
                       NnError        *error)
{
  if (augment == NN_TTA_FLIP_TRANSLATE && (images->height < 2 || images->width < 2))
    return nn_error_set (error, NN_ERROR_RANGE,
                         "test-time augmentation: expected images of at least 2 x 2 pixels to "
                         "move by one, found %d x %d", images->height, images->width);
  return NN_OK;
}

/* ---- images --------------------------------------------------------------------------- */

NnStatus
nn_check_images (const NnModel  *model,
                 const NnImages *images,
                 NnError        *error)
{
  const NnShape input = nn_model_input (model);

  if (images->channels != input.channels || images->height != input.height
      || images->width != input.width)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "the network reads images of %d x %d x %d, but these are %d x %d x %d",
                         input.channels, input.height, input.width,
                         images->channels, images->height, images->width);
  if (images->classes > nn_model_classes (model))
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "the network tells %d classes apart, but the images have %d",
                         nn_model_classes (model), images->classes);
  return NN_OK;
}

/* The images from `first` on: their list is 0, 1, 2 ... again. */
static NnImages
images_from (const NnImages *images,
             size_t          first)
{
  NnImages rest = *images;

  assert (first <= images->count);
  rest.pixels += first * nn_images_stride (images);
  rest.count -= first;
  return rest;
}

void
nn_gather_range (const NnImages *images,
                 const uint32_t *indices,
                 size_t          first,
                 size_t          count,
                 float          *x)
{
  if (indices != NULL) {
    nn_images_gather (images, indices + first, count, x, NULL);
    return;
  }

  const NnImages rest = images_from (images, first);

  assert (count <= rest.count);
  nn_images_gather (&rest, NULL, count, x, NULL);
}

/* ---- accuracy ------------------------------------------------------------------------- */

NnEval
nn_eval_begin (NnExec         *exec,
               const NnImages *images,
               const uint32_t *indices,
               size_t          total,
               int            *predictions)
{
  assert (indices != NULL || total <= images->count);

  const NnEval eval = {
    .exec = exec,
    .images = images,
    .indices = indices,
    .total = total,
    .predictions = predictions,
  };

  return eval;
}

/* Counts image `index`, which is row `row` of the mini-batch. */
static void
count_image (NnEval *eval,
             size_t  row,
             size_t  index,
             int     classes)
{
  const float *logits = nn_exec_logits (eval->exec) + row * (size_t) classes;
  const int label = eval->images->labels[index];
  const int prediction = nn_argmax (logits, classes);

  eval->correct += prediction == label;
  eval->loss_sum += nn_cross_entropy (logits, &label, 1, classes, 0, 0, NULL);
  if (eval->predictions != NULL)
    eval->predictions[eval->done + row] = prediction;
}

/* Runs every view of the next images, (views, count) rows, and puts the mean
 * of their logits into the first `count` rows. */
static void
forward_views (NnEval *eval,
               size_t  count)
{
  const TestAugmentRow *augment = &test_augments[eval->augment];
  const NnImages rest = eval->indices != NULL ? *eval->images
                                              : images_from (eval->images, eval->done);
  const uint32_t *indices = eval->indices != NULL ? eval->indices + eval->done : NULL;
  const size_t values = count * (size_t) nn_model_classes (nn_exec_model (eval->exec));
  float *logits = nn_exec_logits_rows (eval->exec);

  for (size_t v = 0; v < augment->n_views; v++)
    nn_images_gather_view (nn_exec_pool (eval->exec), &augment->views[v].view, &rest, indices,
                           count, nn_exec_input (eval->exec) +
                           v * count * nn_images_stride (eval->images));
  nn_exec_forward (eval->exec, 0, augment->n_views * count, NULL);
  for (size_t i = 0; i < values; i++) {
    float mean = 0.0f;

    for (size_t v = 0; v < augment->n_views; v++)
      mean += augment->views[v].weight * logits[v * values + i];
    logits[i] = mean;
  }
}

static void
forward (NnEval *eval,
         size_t  count)
{
  if (eval->augment != NN_TTA_NONE) {
    forward_views (eval, count);
    return;
  }
  nn_gather_range (eval->images, eval->indices, eval->done, count, nn_exec_input (eval->exec));
  nn_exec_forward (eval->exec, 0, count, NULL);
}

bool
nn_eval_step (NnEval *eval,
              size_t  batch)
{
  const size_t capacity = nn_exec_capacity (eval->exec) / nn_test_augment_views (eval->augment);
  const size_t most = batch < capacity ? batch : capacity;
  const size_t left = eval->total - eval->done;
  const size_t count = most < left ? most : left;
  const int classes = nn_model_classes (nn_exec_model (eval->exec));

  assert (batch > 0 && capacity > 0);
  if (count == 0)
    return false;

  forward (eval, count);
  for (size_t row = 0; row < count; row++)
    count_image (eval, row, nn_image_at (eval->indices, eval->done + row), classes);
  eval->done += count;
  return eval->done < eval->total;
}

void
nn_predict (NnExec      *exec,
            const float *x,
            size_t       n,
            float       *p)
{
  const NnModel *model = nn_exec_model (exec);
  const size_t size = nn_shape_size (nn_model_input (model));
  const int classes = nn_model_classes (model);
  const size_t capacity = nn_exec_capacity (exec);

  for (size_t first = 0; first < n; first += capacity) {
    const size_t count = n - first < capacity ? n - first : capacity;

    memcpy (nn_exec_input (exec), x + first * size, count * size * sizeof *x);
    nn_exec_forward (exec, 0, count, NULL);
    nn_softmax (nn_exec_logits (exec), count, classes, p + first * (size_t) classes);
  }
}
