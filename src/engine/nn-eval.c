/* nn-eval.c - accuracy and probabilities, a mini-batch at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-eval.h"

#include <assert.h>
#include <string.h>

#include "nn-eval-private.h"
#include "nn/nn-loss.h"

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

void
nn_gather_range (const NnImages *images,
                 const uint32_t *indices,
                 size_t          first,
                 size_t          count,
                 float          *x)
{
  NnImages rest = *images;

  if (indices != NULL) {
    nn_images_gather (images, indices + first, count, x, NULL);
    return;
  }
  assert (first + count <= images->count);
  rest.pixels += first * nn_images_stride (images);
  rest.count -= first;
  nn_images_gather (&rest, NULL, count, x, NULL);
}

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

bool
nn_eval_step (NnEval *eval,
              size_t  batch)
{
  const size_t capacity = nn_exec_capacity (eval->exec);
  const size_t most = batch < capacity ? batch : capacity;
  const size_t left = eval->total - eval->done;
  const size_t count = most < left ? most : left;
  const int classes = nn_model_classes (nn_exec_model (eval->exec));

  assert (batch > 0);
  if (count == 0)
    return false;

  nn_gather_range (eval->images, eval->indices, eval->done, count, nn_exec_input (eval->exec));
  nn_exec_forward (eval->exec, 0, count, NULL);
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
