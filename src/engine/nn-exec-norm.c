/* nn-exec-norm.c - batch norm across the chains of a pass
 *
 * Statistics need the whole batch, so that every batch norm is where a chain
 * ends and the next begins; its sums are taken while the values are in cache:
 *
 *     forward    ... conv, sums of its output | factor x + summand, pact, conv ...
 *     backward   ... sums of dy and dy x, pact | dx from the sums, conv ...
 *
 * Sums of slices are added in slice order, branch by branch: the same bits for
 * any number of threads.  Runs on the thread that calls, plus the pool.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "layers/nn-batch-norm.h"
#include "nn-exec-private.h"

static const NnLayer *
layer_of (const NnExec *exec,
          const NnNorm *norm)
{
  return &exec->model->layers[norm->layer];
}

static size_t
channels_of (const NnExec *exec,
             const NnNorm *norm)
{
  return (size_t) layer_of (exec, norm)->input.channels;
}

static const float *
tensor_value (const NnExec *exec,
              int           tensor)
{
  return exec->model->tensors[tensor].info.value;
}

static bool
runs_in (const NnStage *stage,
         size_t         layer)
{
  return layer >= stage->first && layer < stage->end;
}

const NnNorm *
nn_exec_norm (const NnExec *exec,
              size_t        layer)
{
  for (size_t i = 0; i < exec->n_norms; i++)
    if (exec->norms[i].layer == layer)
      return &exec->norms[i];
  return NULL;
}

static void
add_part (NnWork       *work,
          const NnPart *part)
{
  if (part->count > 0 && part->first >= work->first &&
      part->first + part->count <= work->first + work->count)
    work->parts[work->n_parts++] = *part;
}

void
nn_work_set_parts (NnWork *work,
                   bool    backward)
{
  NnExec *exec = work->exec;
  const bool branched = exec->training && exec->n_norms > 0;
  const NnPart whole = { work->first, work->count,
                         branched && !backward ? work->pass->branch : NN_BRANCHES };

  work->n_parts = 0;
  if (!branched || !backward) {
    work->parts[work->n_parts++] = whole;
    if (branched)
      exec->branches[whole.branch] = whole;
    return;
  }
  for (size_t branch = 0; branch < NN_BRANCHES; branch++)
    add_part (work, &exec->branches[branch]);
}

/* Factor and summand of a channel from its mean and variance. */
static void
set_channel (const NnExec *exec,
             const NnNorm *norm,
             size_t        branch,
             size_t        channel,
             double        mean,
             double        variance)
{
  const NnLayer *layer = layer_of (exec, norm);
  const size_t at = branch * channels_of (exec, norm) + channel;
  const double deviation = 1.0 / sqrt (variance + nn_batch_norm_epsilon (layer));
  const float *scale = layer->scale >= 0 ? tensor_value (exec, layer->scale) : NULL;
  const double gamma = scale != NULL ? (double) scale[channel] : 1.0;
  const double beta = (double) tensor_value (exec, layer->bias)[channel];

  norm->centre[at] = (float) mean;
  norm->deviation[at] = (float) deviation;
  norm->factor[at] = (float) (gamma * deviation);
  norm->summand[at] = (float) (beta - mean * gamma * deviation);
}

/* dx = factor dy. */
static void
set_evaluation_coefficients (const NnExec *exec,
                             const NnNorm *norm)
{
  const size_t channels = channels_of (exec, norm);

  for (size_t c = 0; c < channels; c++)
    norm->coefficients[(NN_BRANCHES * channels + c) * 3] = norm->factor[NN_BRANCHES * channels + c];
}

void
nn_norm_prepare_evaluation (NnExec *exec)
{
  for (size_t i = 0; i < exec->n_norms; i++) {
    const NnNorm *norm = &exec->norms[i];
    const NnLayer *layer = layer_of (exec, norm);

    for (size_t c = 0; c < channels_of (exec, norm); c++)
      set_channel (exec, norm, NN_BRANCHES, c, (double) tensor_value (exec, layer->mean)[c],
                   (double) tensor_value (exec, layer->variance)[c]);
    set_evaluation_coefficients (exec, norm);
  }
}

/* The sums (C, 2) of a slice, cleared where its first image comes. */
static double *
partial_of (const NnExec  *exec,
            const NnNorm  *norm,
            const NnSlice *slice,
            size_t         image)
{
  const size_t n = 2 * channels_of (exec, norm);
  double *partial = norm->partial + slice->index * n;

  if (image == slice->first)
    memset (partial, 0, n * sizeof *partial);
  return partial;
}

void
nn_norm_add_image (const NnWork  *work,
                   const NnSlice *slice,
                   size_t         value,
                   size_t         image,
                   const float   *x)
{
  const NnExec *exec = work->exec;

  for (size_t i = 0; i < exec->n_norms; i++) {
    const NnNorm *norm = &exec->norms[i];
    const NnLayer *layer = layer_of (exec, norm);

    if ((size_t) layer->source == value)
      nn_batch_norm_sums (layer->input, exec->on_lanes[value], x, tensor_value (exec, layer->mean),
                          partial_of (exec, norm, slice, image));
  }
}

/* Job: the sums over a slice of values that are kept. */
static void
sum_slice (void  *data,
           size_t job,
           int    thread)
{
  const NnWork *work = data;
  const NnExec *exec = work->exec;
  const NnSlice slice = nn_work_slice (work, job);

  for (size_t i = 0; i < exec->n_norms; i++) {
    const NnNorm *norm = &exec->norms[i];
    const NnLayer *layer = layer_of (exec, norm);

    if (!runs_in (work->stage, (size_t) layer->source - 1))
      continue;
    for (size_t image = slice.first; image < slice.end; image++)
      nn_batch_norm_sums (layer->input, exec->on_lanes[layer->source],
                          nn_exec_value (exec, (size_t) layer->source, image, image, thread),
                          tensor_value (exec, layer->mean),
                          partial_of (exec, norm, &slice, image));
  }
}

static bool
gives_input_of_a_norm (const NnExec  *exec,
                       const NnStage *stage)
{
  for (size_t i = 0; i < exec->n_norms; i++)
    if (runs_in (stage, (size_t) layer_of (exec, &exec->norms[i])->source - 1))
      return true;
  return false;
}

void
nn_norm_sum_stage (NnWork        *work,
                   const NnStage *stage)
{
  if (!gives_input_of_a_norm (work->exec, stage))
    return;
  work->stage = stage;
  nn_pool_run (work->exec->pool, sum_slice, work, nn_work_slices (work));
}

/* The sums of part `part` (C, 2), over its slices in order; `first` is the
 * first of them, which is moved behind the last. */
static void
add_slices (const NnWork *work,
            const NnNorm *norm,
            const NnPart *part,
            size_t       *first,
            double       *sums)
{
  const NnExec *exec = work->exec;
  const size_t n = 2 * channels_of (exec, norm);
  const size_t end = *first + (part->count + exec->slice - 1) / exec->slice;

  memset (sums, 0, n * sizeof *sums);
  for (; *first < end; (*first)++)
    for (size_t i = 0; i < n; i++)
      sums[i] += norm->partial[*first * n + i];
}

/* Mean and variance from the sums around the running mean. */
static void
finish_norm (const NnWork *work,
             const NnNorm *norm)
{
  const NnExec *exec = work->exec;
  const NnLayer *layer = layer_of (exec, norm);
  const NnPart *part = &work->parts[0];
  const size_t channels = channels_of (exec, norm);
  const double values = (double) part->count * layer->input.height * layer->input.width;
  double *sums = norm->sums + part->branch * 2 * channels;
  size_t slice = 0;

  add_slices (work, norm, part, &slice, sums);
  for (size_t c = 0; c < channels; c++) {
    const double shift = sums[2 * c] / values;
    const double variance = sums[2 * c + 1] / values - shift * shift;

    sums[2 * c] = (double) tensor_value (exec, layer->mean)[c] + shift;
    sums[2 * c + 1] = variance > 0 ? variance : 0;
    set_channel (exec, norm, part->branch, c, sums[2 * c], sums[2 * c + 1]);
  }
}

void
nn_norm_finish_sums (NnWork *work)
{
  const NnExec *exec = work->exec;

  for (size_t i = 0; i < exec->n_norms; i++)
    if (runs_in (work->stage, exec->norms[i].layer))
      finish_norm (work, &exec->norms[i]);
}

void
nn_norm_add_image_gradient (const NnWork  *work,
                            const NnSlice *slice,
                            size_t         layer,
                            size_t         image,
                            size_t         group,
                            int            thread)
{
  const NnExec *exec = work->exec;
  const NnNorm *norm = nn_exec_norm (exec, layer);
  const size_t channels = channels_of (exec, norm);

  if (work->gradient == NULL && slice->branch == NN_BRANCHES)
    return;
  nn_batch_norm_gradient_sums (
    layer_of (exec, norm)->input, exec->on_lanes[layer + 1],
    nn_exec_value (exec, (size_t) layer_of (exec, norm)->source, image, group, thread),
    nn_exec_gradient (exec, layer + 1, image, group, thread),
    norm->centre + slice->branch * channels, partial_of (exec, norm, slice, image));
}

/* dx = factor (dy - mean (dy) - xhat mean (dy xhat)) with xhat = (x - mean)
 * deviation, as a dy + b x + c; in evaluation dx = factor dy. */
static void
set_coefficients (const NnExec *exec,
                  const NnNorm *norm,
                  const NnPart *part,
                  const double *sums)
{
  const NnShape shape = layer_of (exec, norm)->input;
  const size_t channels = channels_of (exec, norm);
  const double values = (double) part->count * shape.height * shape.width;
  float *coefficients = norm->coefficients + part->branch * 3 * channels;

  for (size_t c = 0; c < channels; c++) {
    const size_t at = part->branch * channels + c;
    const double factor = (double) norm->factor[at];
    const double deviation = (double) norm->deviation[at];
    const double slope = -factor * sums[2 * c + 1] / values * deviation * deviation;

    coefficients[3 * c] = norm->factor[at];
    coefficients[3 * c + 1] = (float) slope;
    coefficients[3 * c + 2] = (float) (-factor * sums[2 * c] / values -
                                       slope * (double) norm->centre[at]);
  }
}

/* Adds a part's sums to the gradients of factor and summand. */
static void
add_parameter_gradients (const NnWork *work,
                         const NnNorm *norm,
                         const NnPart *part,
                         const double *sums)
{
  const NnExec *exec = work->exec;
  const NnLayer *layer = layer_of (exec, norm);
  const size_t channels = channels_of (exec, norm);
  const float *deviation = norm->deviation + part->branch * channels;

  for (size_t c = 0; c < channels; c++) {
    work->gradient[exec->model->tensors[layer->bias].offset + c] += (float) sums[2 * c];
    if (layer->scale >= 0)
      work->gradient[exec->model->tensors[layer->scale].offset + c] +=
        (float) (sums[2 * c + 1] * (double) deviation[c]);
  }
}

static void
finish_gradient (const NnWork *work,
                 const NnNorm *norm)
{
  const NnExec *exec = work->exec;
  size_t slice = 0;

  for (size_t i = 0; i < work->n_parts; i++) {
    const NnPart *part = &work->parts[i];
    double *sums = norm->gradient_sums;

    add_slices (work, norm, part, &slice, sums);
    if (work->gradient != NULL)
      add_parameter_gradients (work, norm, part, sums);
    if (part->branch < NN_BRANCHES)
      set_coefficients (exec, norm, part, sums);
  }
}

void
nn_norm_finish_gradient (NnWork *work)
{
  const NnExec *exec = work->exec;

  for (size_t i = 0; i < exec->n_norms; i++) {
    const NnNorm *norm = &exec->norms[i];

    if (!runs_in (work->stage, norm->layer))
      continue;
    if (work->gradient != NULL || work->parts[0].branch < NN_BRANCHES)
      finish_gradient (work, norm);
  }
}

void
nn_norm_write_input_gradients (const NnWork  *work,
                               const NnSlice *slice,
                               size_t         value,
                               size_t         image,
                               size_t         group,
                               int            thread)
{
  const NnExec *exec = work->exec;

  for (size_t i = 0; i < exec->n_norms; i++) {
    const NnNorm *norm = &exec->norms[i];
    const bool evaluation = slice->branch == NN_BRANCHES;

    if ((size_t) layer_of (exec, norm)->source != value || nn_exec_leaves_out (exec, norm->layer))
      continue;
    nn_batch_norm_input_gradient (
      layer_of (exec, norm)->input, exec->on_lanes[value],
      evaluation ? NULL : nn_exec_value (exec, value, image, group, thread),
      nn_exec_gradient (exec, norm->layer + 1, image, group, thread),
      norm->coefficients + slice->branch * 3 * channels_of (exec, norm), norm->adds,
      nn_exec_gradient (exec, value, image, group, thread));
  }
}

/* Job: the data gradients of norms to values that are kept. */
static void
write_slice (void  *data,
             size_t job,
             int    thread)
{
  const NnWork *work = data;
  const size_t value = work->stage->end;
  const NnSlice slice = nn_work_slice (work, job);

  for (size_t image = slice.first; image < slice.end; image++)
    nn_norm_write_input_gradients (work, &slice, value, image, image, thread);
}

void
nn_norm_backward_stage (NnWork *work)
{
  if (!gives_input_of_a_norm (work->exec, work->stage))
    return;
  nn_pool_run (work->exec->pool, write_slice, work, nn_work_slices (work));
}

/* Moves the running statistics of one norm towards a branch's. */
static void
update_norm (const NnExec *exec,
             const NnNorm *norm,
             size_t        branch,
             double        share,
             NnModel      *model)
{
  const NnLayer *layer = layer_of (exec, norm);
  const size_t channels = channels_of (exec, norm);
  const double values = (double) exec->branches[branch].count * layer->input.height *
                        layer->input.width;
  const double unbiased = values > 1 ? values / (values - 1) : 1;
  const double *sums = norm->sums + branch * 2 * channels;
  float *mean = model->tensors[layer->mean].info.value;
  float *variance = model->tensors[layer->variance].info.value;

  for (size_t c = 0; c < channels; c++) {
    mean[c] += (float) (share * (sums[2 * c] - (double) mean[c]));
    variance[c] += (float) (share * (unbiased * sums[2 * c + 1] - (double) variance[c]));
  }
}

void
nn_exec_update_statistics (const NnExec *exec,
                           size_t        branch,
                           double        share,
                           NnModel      *model)
{
  for (size_t i = 0; i < exec->n_norms; i++) {
    const NnNorm *norm = &exec->norms[i];
    const double own = nn_batch_norm_momentum (layer_of (exec, norm));

    update_norm (exec, norm, branch, share >= 0 ? share : own, model);
  }
}
