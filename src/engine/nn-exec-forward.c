/* nn-exec-forward.c - forward passes, stage by stage
 *
 * In training the sums of batch norms are taken as their inputs are made, and
 * finished before the stage that begins with them.  Runs on the thread that
 * calls, plus the pool.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <assert.h>

#include "nn-exec-private.h"

/* Shows the observer a layer's input and runs the layer. */
static void
forward_images (const NnWork  *work,
                size_t         index,
                const NnGroup *at)
{
  const NnLayer *layer = &work->exec->model->layers[index];
  const size_t floats = nn_shape_size (layer->input);
  const NnLayerCall call = nn_work_call (work, index, at);

  for (size_t i = 0; work->observer != NULL && i < at->images; i++)
    work->observer (work->observer_data, index, at->image + i, call.x + i * floats, floats);

  const double begin = nn_exec_clock (work->exec);

  layer->ops->forward (layer, &call);
  nn_exec_add_time (work->exec, index, at->thread, offsetof (NnLayerTime, forward), begin);
}

static void
forward_group (const NnWork  *work,
               const NnSlice *slice,
               size_t         group,
               size_t         group_end,
               int            thread)
{
  const NnExec *exec = work->exec;

  for (size_t i = work->stage->first; i < work->stage->end; i++) {
    const NnLayer *layer = &exec->model->layers[i];
    NnGroup at = nn_work_group (layer, slice, group, group_end, thread);

    if (nn_exec_leaves_out (exec, i))
      continue;
    for (; at.image < group_end; at.image += at.images)
      forward_images (work, i, &at);
    if (!exec->training || exec->n_norms == 0)
      continue;
    for (size_t image = group; image < group_end; image++)
      nn_norm_add_image (work, slice, i + 1, image,
                         nn_exec_value (exec, i + 1, image, group, thread));
  }
}

static void
forward_slice (void  *data,
               size_t job,
               int    thread)
{
  const NnWork *work = data;
  const NnSlice slice = nn_work_slice (work, job);

  for (size_t group = slice.first; group < slice.end; group += work->stage->group)
    forward_group (work, &slice, group, nn_work_group_end (work, &slice, group), thread);
}

static void
forward_block (void  *data,
               size_t job,
               int    thread)
{
  const NnWork *work = data;
  const NnGroup at = nn_work_block (work, job, thread);

  forward_images (work, work->stage->first, &at);
}

static void
forward_stage (NnWork        *work,
               const NnStage *stage)
{
  NnExec *exec = work->exec;

  work->stage = stage;
  if (exec->training)
    nn_norm_finish_sums (work);
  if (!work->stage->whole_batch) {
    nn_pool_run (exec->pool, forward_slice, work, nn_work_slices (work));
    return;
  }
  nn_pool_run (exec->pool, forward_block, work, nn_jobs_of (work->count, NN_BLOCK));
  if (exec->training)
    nn_norm_sum_stage (work, work->stage);
}

static void
forward_from (NnWork *work,
              size_t  first_stage)
{
  NnExec *exec = work->exec;
  size_t n;
  const NnStage *stages = nn_exec_stages (exec, &n);

  assert (work->first + work->count <= exec->capacity);
  nn_work_set_parts (work, false);
  if (!exec->training)
    nn_norm_prepare_evaluation (exec);
  for (size_t s = 0; exec->training && s < first_stage; s++)
    nn_norm_sum_stage (work, &exec->stages[s]);
  for (size_t s = first_stage; s < n; s++)
    forward_stage (work, &stages[s]);
}

void
nn_exec_forward (NnExec       *exec,
                 size_t        first,
                 size_t        count,
                 const NnPass *pass)
{
  NnWork work = { .exec = exec, .first = first, .count = count, .pass = pass };

  exec->training = pass != NULL && pass->training && exec->kind == NN_EXEC_GRADIENT;
  exec->lean = exec->kind == NN_EXEC_INFERENCE || (pass != NULL && pass->lean);
  forward_from (&work, pass != NULL && pass->resume ? exec->random_stage : 0);
}

void
nn_exec_observe (NnExec    *exec,
                 size_t     first,
                 size_t     count,
                 NnObserver observer,
                 void      *data)
{
  NnWork work = { .exec = exec, .first = first, .count = count,
                  .observer = observer, .observer_data = data };

  exec->training = exec->lean = false;
  forward_from (&work, 0);
}
