/* test-sal-lab-sgt.c - the lab shows what a step of saliency-guided training
 * would do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"

#include <math.h>

#include "nn/nn-trainer.h"

#define N_IMAGES 3

typedef struct
{
  gboolean done;
  NnShape  shape;
  guint    n;
  gsize    size;     /* of one image */
  float   *x;
  float   *gradient;
  float   *masked;
  double   kl[SAL_LAB_MAX_SGT_IMAGES];
} Shown;

static void
shown_cb (const SalSgtAnswer *answer,
          gpointer            data)
{
  Shown *shown = data;

  g_assert_null (answer->message);
  shown->shape = answer->shape;
  shown->n = answer->n_images;
  shown->size = nn_shape_size (answer->shape);
  shown->x = g_memdup2 (answer->x, shown->n * shown->size * sizeof (float));
  shown->gradient = g_memdup2 (answer->gradient, shown->n * shown->size * sizeof (float));
  shown->masked = g_memdup2 (answer->masked, shown->n * shown->size * sizeof (float));
  memcpy (shown->kl, answer->kl, sizeof shown->kl);
  shown->done = TRUE;
}

static const guint images[N_IMAGES] = { 7, 0, 1199 };

static Shown
ask (LabFixture      *self,
     SalLabModel     *model,
     const SalRecipe *recipe)
{
  Shown shown = { FALSE };

  sal_lab_guide (self->lab, "sgt", model, recipe, images, N_IMAGES, shown_cb, &shown);
  lab_fixture_wait (&shown.done);
  return shown;
}

static void
clear (Shown *shown)
{
  g_free (shown->x);
  g_free (shown->gradient);
  g_free (shown->masked);
}

static SalRecipe
make_recipe (double share)
{
  SalRecipe recipe;

  sal_recipe_init (&recipe);
  recipe.mode = SAL_MODE_SGT;
  recipe.masked_share = share;
  recipe.ranking = NN_RANKING_MAGNITUDE;
  recipe.fill = NN_FILL_BACKGROUND; /* nothing random, which a step would draw anew */
  return recipe;
}

/* The trainer itself, asked to do that step with these images. */
static NnTrainer *
train_a_step (LabFixture      *self,
              NnModel         *model,
              const SalRecipe *recipe)
{
  NnTrainSettings settings = nn_train_settings_default ();
  const NnImages *test = sal_dataset_get_test (self->dataset);
  const guint32 indices[N_IMAGES] = { images[0], images[1], images[2] };
  NnStepMetrics metrics;
  NnError error;

  settings.sgt = true;
  settings.masked_share = recipe->masked_share;
  settings.ranking = (NnRanking) recipe->ranking;
  settings.fill = (NnFill) recipe->fill;
  settings.target = (NnSaliencyTarget) recipe->target;
  settings.batch = N_IMAGES;

  NnTrainer *trainer = nn_trainer_new (model, self->pool, &settings, &error);

  g_assert_nonnull (trainer);
  g_assert_cmpint (nn_trainer_step (trainer, test, indices, N_IMAGES, 0, &metrics, &error), ==,
                   NN_OK);
  return trainer;
}

static void
test_is_what_training_does (LabFixture   *self,
                            gconstpointer target)
{
  SalRecipe recipe = make_recipe (0.5);
  NnError error;

  recipe.target = GPOINTER_TO_INT (target);

  Shown shown = ask (self, self->pact, &recipe);
  NnModel *model = nn_model_copy (sal_lab_model_get_model (self->pact), &error);
  NnTrainer *trainer = train_a_step (self, model, &recipe);

  g_assert_cmpuint (shown.n, ==, N_IMAGES);
  for (guint i = 0; i < N_IMAGES; i++) {
    const gsize first = i * shown.size;
    NnSgtView view;

    g_assert_true (nn_trainer_sgt_view (trainer, i, &view));
    g_assert_cmpmem (shown.x + first, shown.size * sizeof (float), view.x,
                     shown.size * sizeof (float));
    for (gsize k = 0; k < shown.size; k++)
      g_assert_cmpfloat_with_epsilon (shown.gradient[first + k], view.gradient[k], 1e-5);
    for (gsize k = 0; k < shown.size; k++)
      g_assert_cmpfloat (shown.masked[first + k], ==, view.masked[k]);
    g_assert_cmpfloat_with_epsilon (shown.kl[i], view.kl, 1e-5);
  }
  nn_trainer_free (trainer);
  nn_model_free (model);
  clear (&shown);
}

static void
test_nothing_masked_changes_nothing (LabFixture   *self,
                                     gconstpointer data)
{
  const SalRecipe recipe = make_recipe (0);
  Shown shown = ask (self, self->relu, &recipe);

  g_assert_cmpmem (shown.masked, shown.n * shown.size * sizeof (float), shown.x,
                   shown.n * shown.size * sizeof (float));
  for (guint i = 0; i < N_IMAGES; i++)
    g_assert_cmpfloat_with_epsilon (shown.kl[i], 0, 1e-6);
  clear (&shown);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/lab-sgt/is what a step of training does", LabFixture,
              GINT_TO_POINTER (NN_TARGET_LOGIT), lab_fixture_set_up, test_is_what_training_does,
              lab_fixture_tear_down);
  g_test_add ("/lab-sgt/is what a step with log-probabilities does", LabFixture,
              GINT_TO_POINTER (NN_TARGET_LOG_PROBABILITY), lab_fixture_set_up,
              test_is_what_training_does, lab_fixture_tear_down);
  g_test_add ("/lab-sgt/changes nothing where nothing is masked", LabFixture, NULL,
              lab_fixture_set_up, test_nothing_masked_changes_nothing, lab_fixture_tear_down);
  return g_test_run ();
}
