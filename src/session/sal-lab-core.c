/* sal-lab-core.c - networks ready to run at the bits that were asked for
 *
 * Building an executor allocates; giving one other bits does not.  So there
 * are a few for each network text, kind and capacity, and the one that was
 * used least recently is given the new model or bits.  Everything here
 * belongs to one thread of the lab.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-lab-private.h"

#include <glib/gi18n.h>

/* Multiply-accumulates of one mini-batch, some 8 ms on two busy cores. */
#define MINI_BATCH_MACS 4e8

/* The engine's slices are 8 images, so that multiples of this keep two threads
 * busy to the end. */
#define WHOLE_IMAGES 16

/* Images that an executor for single ones holds: a few, because maps are made
 * of several passes. */
#define SINGLE_CAPACITY 16

/* Executors for one text, kind and capacity: as many as there are panes side
 * by side, but no more than this number of parameters together. */
#define MAX_ALIKE 4
#define MAX_PARAMETERS_ALIKE 6000000

/* Executors in all, before one of another text is given up. */
#define MAX_EXECS 16

struct _SalLabCore
{
  NnPool    *pool;
  NnError    pool_error; /* where there is no pool                            */
  GPtrArray *states;     /* SalLabState                                       */
  GPtrArray *execs;      /* SalLabExec                                        */
  guint64    clock;
};

gboolean
sal_shapes_equal (NnShape a,
                  NnShape b)
{
  return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

/* ---- models -------------------------------------------------------------- */

static void
free_state (gpointer data)
{
  SalLabState *state = data;

  g_free (state->order);
  g_free (state->full_labels);
  g_free (state->problem);
  g_array_unref (state->accuracies);
  g_array_unref (state->scales);
  g_ptr_array_unref (state->curves);
  g_ptr_array_unref (state->drifts);
  g_ptr_array_unref (state->helped);
  sal_lab_model_release (state->model);
  g_free (state);
}

/* Why `model` cannot be asked about images like `images`, or NULL. */
static char *
find_problem (const NnModel  *model,
              const NnImages *images)
{
  const NnShape input = nn_model_input (model);

  if (input.channels != images->channels || input.height != images->height ||
      input.width != images->width)
    return g_strdup_printf (_("The network takes images of %d × %d × %d, and those of the data "
                              "set have %d × %d × %d"), input.channels, input.height, input.width,
                            images->channels, images->height, images->width);
  if (nn_model_classes (model) < images->classes)
    return g_strdup_printf (_("The network tells %d classes apart, and the data set has %d"),
                            nn_model_classes (model), images->classes);
  return NULL;
}

static SalLabState *
new_state (SalLabModel *model)
{
  SalLabState *state = g_new0 (SalLabState, 1);
  SalDataset *dataset = sal_lab_model_get_dataset (model);

  state->model = model;
  sal_lab_model_hold (model);
  state->test = sal_lab_model_get_images (model, sal_dataset_get_test (dataset));
  state->order = sal_fixed_permutation (state->test.count);
  state->full_labels = g_new (gint16, state->test.count);
  state->problem = find_problem (sal_lab_model_get_model (model), &state->test);
  state->accuracies = g_array_new (FALSE, FALSE, sizeof (SalLabAccuracy));
  state->scales = g_array_new (FALSE, FALSE, sizeof (SalLabScale));
  state->curves = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_lab_curve_free);
  state->drifts = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_lab_drift_free);
  state->helped = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_lab_helped_free);
  return state;
}

SalLabState *
sal_lab_core_get_state (SalLabCore  *core,
                        SalLabModel *model)
{
  for (guint i = 0; i < core->states->len; i++) {
    SalLabState *state = g_ptr_array_index (core->states, i);

    if (state->model == model)
      return state;
  }

  SalLabState *state = new_state (model);

  g_ptr_array_add (core->states, state);
  return state;
}

guint
sal_lab_core_sweep (SalLabCore *core)
{
  for (guint i = core->states->len; i-- > 0;) {
    SalLabState *state = g_ptr_array_index (core->states, i);

    if (!sal_lab_model_is_forgotten (state->model, 0))
      continue;
    for (guint j = 0; j < core->execs->len; j++) {
      SalLabExec *exec = g_ptr_array_index (core->execs, j);

      if (exec->state == state)
        exec->state = NULL;
    }
    g_ptr_array_remove_index_fast (core->states, i);
  }
  return core->states->len;
}

/* ---- executors ----------------------------------------------------------- */

static void
free_exec (gpointer data)
{
  SalLabExec *exec = data;

  nn_exec_free (exec->exec);
  if (exec->pool != NULL)
    nn_pool_free (exec->pool);
  nn_model_free (exec->scratch);
  g_free (exec);
}

SalLabCore *
sal_lab_core_new (int threads,
                  int niceness)
{
  SalLabCore *core = g_new0 (SalLabCore, 1);

  core->pool = nn_pool_new (threads, niceness, &core->pool_error);
  core->states = g_ptr_array_new_with_free_func (free_state);
  core->execs = g_ptr_array_new_with_free_func (free_exec);
  return core;
}

void
sal_lab_core_free (SalLabCore *core)
{
  g_ptr_array_unref (core->states);
  g_ptr_array_unref (core->execs);
  if (core->pool != NULL)
    nn_pool_free (core->pool);
  g_free (core);
}

guint64
sal_lab_core_tick (SalLabCore *core)
{
  return ++core->clock;
}

gsize
sal_lab_mini_batch (const SalLabState *state,
                    double             passes,
                    gsize              maximum)
{
  const NnModel *model = sal_lab_model_get_model (state->model);
  const double macs = (double) MAX (nn_model_macs (model), 1) * passes;
  const double images = MIN (MINI_BATCH_MACS / macs, (double) maximum);

  /* Half a slice at least is rounded up to two: twice the work of which each
   * thread does half takes as long. */
  if (images < WHOLE_IMAGES / 4.0)
    return MIN ((gsize) MAX (images, 1.0), maximum);
  return MIN (((gsize) images + WHOLE_IMAGES - 1) / WHOLE_IMAGES * WHOLE_IMAGES, maximum);
}

/* Which of a method's parameters count passes. */
static const char *const pass_parameters[] = { "steps", "samples", "masks" };

double
sal_lab_method_passes (const NnSaliencyMethod *method)
{
  double passes = 2.0;

  for (gsize i = 0; i < G_N_ELEMENTS (pass_parameters); i++) {
    const int index = nn_param_find (method->params, method->n_params, pass_parameters[i]);

    if (index >= 0)
      passes *= method->params[index].standard;
  }
  return passes;
}

const NnSaliencyMethod *
sal_lab_find_method (const char *name,
                     char      **message)
{
  const NnSaliencyMethod *method = name != NULL ? nn_saliency_method_find (name) : NULL;

  if (method == NULL)
    *message = g_strdup_printf (_("There is no explanation method called “%s”"),
                                name != NULL ? name : "");
  return method;
}

/* The weights that bits are applied to: the model's, or those with pact, or
 * those that were helped to these bits. */
static const NnModel *
find_source (SalLabCore    *core,
             SalLabState   *state,
             const SalBits *bits,
             char         **message)
{
  const NnModel *model = sal_lab_model_get_model (state->model);

  if (!nn_model_has_pact (model) && sal_bits_need_pact (bits))
    model = sal_lab_model_get_with_pact (state->model, core->pool, message);
  if (model == NULL || (!bits->refit_alpha && !bits->reestimate))
    return model;
  return sal_lab_help (core, state, model, bits, message);
}

gboolean
sal_lab_exec_fill (SalLabExec        *exec,
                   const SalLabState *state,
                   const NnModel     *source,
                   const SalBits     *bits,
                   char             **message)
{
  NnError error;

  if (exec->state == state && sal_bits_equal (&exec->bits, bits))
    return TRUE;
  exec->state = NULL;
  if (sal_bits_apply (bits, source, exec->scratch, &error) != NN_OK) {
    *message = g_strdup (error.message);
    return FALSE;
  }
  nn_exec_prepare (exec->exec);
  exec->packed_bytes = nn_model_packed_bytes (exec->scratch);
  exec->state = state;
  exec->bits = *bits;
  return TRUE;
}

static SalLabExec *
new_exec (SalLabCore    *core,
          const NnModel *source,
          SalLabExecUse  use,
          gsize          capacity,
          char         **message)
{
  SalLabExec *exec = g_new0 (SalLabExec, 1);
  NnError error = { 0 };

  exec->use = use;
  if (use == SAL_LAB_SINGLE)
    exec->pool = nn_pool_new (1, 0, &error);
  exec->scratch = nn_model_copy (source, &error);
  if (exec->scratch != NULL && error.status == NN_OK)
    exec->exec = nn_exec_new (exec->scratch, exec->pool != NULL ? exec->pool : core->pool,
                              use == SAL_LAB_LABELS ? NN_EXEC_INFERENCE : NN_EXEC_GRADIENT,
                              capacity, &error);
  if (exec->exec == NULL) {
    *message = g_strdup (error.message);
    free_exec (exec);
    return NULL;
  }
  g_ptr_array_add (core->execs, exec);
  return exec;
}

static gboolean
is_alike (const SalLabExec *exec,
          const char       *text,
          SalLabExecUse     use,
          gsize             capacity)
{
  return exec->use == use && nn_exec_capacity (exec->exec) == capacity &&
         g_str_equal (nn_model_text (exec->scratch), text);
}

/* Frees the executor that was used least recently, if any may be freed. */
static void
give_one_up (SalLabCore *core)
{
  SalLabExec *oldest = NULL;

  for (guint i = 0; i < core->execs->len; i++) {
    SalLabExec *exec = g_ptr_array_index (core->execs, i);

    if (exec->pins == 0 && !exec->busy && (oldest == NULL || exec->used < oldest->used))
      oldest = exec;
  }
  if (oldest != NULL)
    g_ptr_array_remove_fast (core->execs, oldest);
}

/* An executor for `source` that is not busy: the one that holds these bits,
 * else a new one, else the oldest of those that fit; NULL without a message
 * where all are busy. */
static SalLabExec *
choose_exec (SalLabCore        *core,
             const SalLabState *state,
             const NnModel     *source,
             const SalBits     *bits,
             SalLabExecUse      use,
             gsize              capacity,
             char             **message)
{
  const char *text = nn_model_text (source);
  const gsize allowed = CLAMP (MAX_PARAMETERS_ALIKE / MAX (nn_model_parameter_count (source), 1),
                               1, MAX_ALIKE);
  SalLabExec *oldest = NULL;
  gsize alike = 0;

  for (guint i = 0; i < core->execs->len; i++) {
    SalLabExec *exec = g_ptr_array_index (core->execs, i);

    if (!is_alike (exec, text, use, capacity))
      continue;
    alike++;
    if (exec->busy)
      continue;
    if (exec->state == state && sal_bits_equal (&exec->bits, bits))
      return exec;
    if (oldest == NULL || exec->used < oldest->used)
      oldest = exec;
  }
  if (alike >= allowed)
    return oldest;
  if (core->execs->len >= MAX_EXECS)
    give_one_up (core);
  return new_exec (core, source, use, capacity, message);
}

/* Finds weights and an executor for them, which is still to be filled. */
static SalLabExec *
reserve_exec (SalLabCore     *core,
              SalLabState    *state,
              const SalBits  *bits,
              SalLabExecUse   use,
              gsize           capacity,
              const NnModel **source,
              char          **message)
{
  if (core->pool == NULL || state->problem != NULL) {
    *message = g_strdup (state->problem != NULL ? state->problem : core->pool_error.message);
    return NULL;
  }
  *source = find_source (core, state, bits, message);
  if (*source == NULL)
    return NULL;

  SalLabExec *exec = choose_exec (core, state, *source, bits, use, capacity, message);

  if (exec != NULL)
    exec->used = sal_lab_core_tick (core);
  return exec;
}

SalLabExec *
sal_lab_core_load (SalLabCore    *core,
                   SalLabState   *state,
                   const SalBits *bits,
                   SalLabExecUse  use,
                   gsize          capacity,
                   char         **message)
{
  const NnModel *source;
  SalLabExec *exec = reserve_exec (core, state, bits, use, capacity, &source, message);

  if (exec == NULL || !sal_lab_exec_fill (exec, state, source, bits, message))
    return NULL;
  return exec;
}

SalLabExec *
sal_lab_core_reserve_single (SalLabCore     *core,
                             SalLabState    *state,
                             const SalBits  *bits,
                             const NnModel **source,
                             char          **message)
{
  return reserve_exec (core, state, bits, SAL_LAB_SINGLE,
                       sal_lab_mini_batch (state, 2.0, SINGLE_CAPACITY), source, message);
}

SalLabExec *
sal_lab_core_load_single (SalLabCore    *core,
                          SalLabState   *state,
                          const SalBits *bits,
                          char         **message)
{
  return sal_lab_core_load (core, state, bits, SAL_LAB_SINGLE,
                            sal_lab_mini_batch (state, 2.0, SINGLE_CAPACITY), message);
}

SalLabExec *
sal_lab_core_load_maps (SalLabCore    *core,
                        SalLabState   *state,
                        const SalBits *bits,
                        char         **message)
{
  return sal_lab_core_load (core, state, bits, SAL_LAB_MAPS,
                            sal_lab_mini_batch (state, 2.0, SAL_SCALE_IMAGES), message);
}

NnPool *
sal_lab_core_get_pool (SalLabCore *core)
{
  return core->pool;
}

gboolean
sal_lab_core_reload (SalLabCore    *core,
                     SalLabExec    *exec,
                     SalLabState   *state,
                     const SalBits *bits,
                     char         **message)
{
  const NnModel *source = find_source (core, state, bits, message);

  exec->used = sal_lab_core_tick (core);
  return source != NULL && sal_lab_exec_fill (exec, state, source, bits, message);
}

void
sal_lab_normalise (const SalLabState *state,
                   const guint8      *pixels,
                   float             *x)
{
  NnImages image = state->test;

  if (state->problem != NULL)
    return;
  image.pixels = pixels;
  image.labels = NULL;
  image.count = 1;
  nn_images_gather (&image, NULL, 1, x, NULL);
}
