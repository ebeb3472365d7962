/* sal-lab-sgt.c - what saliency-guided training would do with some images
 *
 * For networks that are not being trained: the same gradient, order and fill
 * as a step of training (src/engine/nn-trainer.c), image by image.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <math.h>
#include <string.h>

#include "nn/nn-loss.h"
#include "nn/nn-mask.h"

/* As training does: a share that was written as 0.29 is not quite 0.29. */
#define SHARE_ROUNDING 1e-9

typedef struct
{
  SalLabJob    job;
  SalLabModel *model;
  double       share;
  NnRanking    ranking;
  NnFill       fill;
  NnSaliencyTarget target;
  guint64      seed;
  guint        images[SAL_LAB_MAX_SGT_IMAGES];
  guint        n_images;
  SalSgtAnswer answer;
} SgtJob;

static void
clear_answer (SalSgtAnswer *answer)
{
  g_free (answer->x);
  g_free (answer->gradient);
  g_free (answer->masked);
  g_free ((char *) answer->message);
}

static void
free_answer (gpointer data)
{
  clear_answer (data);
  g_free (data);
}

static void
find_logits (const SalLabExec *exec,
             const float      *x,
             float            *logits)
{
  const NnPass pass = { .lean = true };

  memcpy (nn_exec_input (exec->exec), x,
          nn_shape_size (nn_model_input (exec->scratch)) * sizeof *x);
  nn_exec_forward (exec->exec, 0, 1, &pass);
  memcpy (logits, nn_exec_logits (exec->exec),
          (gsize) nn_model_classes (exec->scratch) * sizeof *logits);
}

/* Of the image that was run last. */
static void
find_gradient (SgtJob           *self,
               const SalLabExec *exec,
               int               label,
               float            *gradient)
{
  const int classes = nn_model_classes (exec->scratch);
  float *seed = nn_exec_logits_gradient (exec->exec);

  memset (seed, 0, (gsize) classes * sizeof *seed);
  if (self->target == NN_TARGET_LOG_PROBABILITY) {
    nn_softmax (nn_exec_logits (exec->exec), 1, classes, seed);
    for (int i = 0; i < classes; i++)
      seed[i] = -seed[i];
  }
  seed[label] += 1;
  nn_exec_backward_input (exec->exec, 0, 1);
  memcpy (gradient, nn_exec_input_gradient (exec->exec),
          nn_shape_size (self->answer.shape) * sizeof *gradient);
}

static void
mask (SgtJob            *self,
      const SalLabState *state,
      guint              index,
      const float       *x,
      const float       *gradient,
      float             *masked)
{
  const NnShape shape = self->answer.shape;
  const gsize plane = (gsize) shape.height * (gsize) shape.width;
  g_autofree float *scores = g_new (float, plane);
  g_autofree guint32 *order = g_new (guint32, 3 * plane);
  float black[NN_MAX_CHANNELS];

  for (int c = 0; c < shape.channels; c++)
    black[c] = nn_images_normalise (&state->test, c, 0);
  nn_mask_scores (gradient, shape, self->ranking, scores);
  nn_mask_order (scores, plane, FALSE, order, order + plane);
  nn_mask_apply (x, shape, order, (gsize) floor (self->share * (double) plane + SHARE_ROUNDING),
                 self->fill, black, self->seed, 0, index, masked);
}

static void
guide (SgtJob            *self,
       const SalLabExec  *exec,
       const SalLabState *state,
       guint              i)
{
  const gsize size = nn_shape_size (self->answer.shape);
  const int classes = nn_model_classes (exec->scratch);
  const guint index = self->images[i];
  float *x = self->answer.x + i * size;
  float *gradient = self->answer.gradient + i * size;
  float *masked = self->answer.masked + i * size;
  g_autofree float *logits = g_new (float, 2 * (gsize) classes);

  sal_lab_normalise (state, state->test.pixels + index * size, x);
  find_logits (exec, x, logits);
  find_gradient (self, exec, state->test.labels[index], gradient);
  mask (self, state, index, x, gradient, masked);
  find_logits (exec, masked, logits + classes);
  self->answer.kl[i] = nn_kl_divergence (logits, logits + classes, 1, classes, 0, NULL, NULL);
}

static gboolean
step_sgt (SalLabCore *core,
          SalLabJob  *job)
{
  SgtJob *self = (SgtJob *) job;
  SalSgtAnswer *answer = &self->answer;
  SalLabState *state = sal_lab_core_get_state (core, self->model);
  const SalBits bits = sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED);
  char *message = NULL;
  const SalLabExec *exec = sal_lab_core_load_single (core, state, &bits, &message);

  answer->ticket = job->ticket;
  answer->message = message;
  if (exec != NULL) {
    const gsize size = nn_shape_size (answer->shape) * self->n_images;

    answer->x = g_new (float, size);
    answer->gradient = g_new (float, size);
    answer->masked = g_new (float, size);
    answer->n_images = self->n_images;
    for (guint i = 0; i < self->n_images; i++)
      guide (self, exec, state, i);
  }
  sal_lab_job_answer (job, g_memdup2 (answer, sizeof *answer));
  *answer = (SalSgtAnswer) { 0 }; /* its arrays went with the copy */
  return FALSE;
}

static void
deliver_sgt (SalLabJob *job,
             gpointer   answer)
{
  ((SalSgtCallback) job->callback) (answer, job->data);
}

static void
free_sgt (SalLabJob *job)
{
  SgtJob *self = (SgtJob *) job;

  sal_lab_model_unref (self->model);
  clear_answer (&self->answer);
}

static const SalLabJobKind sgt_kind = {
  .name = "sgt",
  .step = step_sgt,
  .deliver = deliver_sgt,
  .free_answer = free_answer,
  .free = free_sgt,
};

guint64
sal_lab_guide (SalLab          *self,
               const char      *slot,
               SalLabModel     *model,
               const SalRecipe *recipe,
               const guint     *images,
               guint            n_images,
               SalSgtCallback   callback,
               gpointer         data)
{
  g_return_val_if_fail (n_images >= 1 && n_images <= SAL_LAB_MAX_SGT_IMAGES, 0);

  SgtJob *job = sal_lab_job_new (&sgt_kind, sizeof *job, SAL_LAB_QUICK, G_CALLBACK (callback),
                                 data);

  job->model = sal_lab_model_ref (model);
  job->share = recipe->masked_share;
  job->ranking = (NnRanking) recipe->ranking;
  job->fill = (NnFill) recipe->fill;
  job->target = (NnSaliencyTarget) recipe->target;
  job->seed = (guint64) recipe->seed;
  memcpy (job->images, images, n_images * sizeof *images);
  job->n_images = n_images;
  job->answer.shape = nn_model_input (sal_lab_model_get_model (model));
  return sal_lab_ask (self, slot, job);
}
