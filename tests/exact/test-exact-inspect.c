/* test-exact-inspect.c - looking at a network while it trains changes no bit
 *
 * The worker trains on its thread as under the window; beside it a lab is
 * asked for maps, accuracies, histograms and masking curves of the newest
 * weights, again and again, as fast as it answers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exact-fixture.h"
#include "sal-lab.h"
#include "sal-worker.h"

#define PATIENCE (120 * G_TIME_SPAN_SECOND)

/* One who looks at all there is to see. */
typedef struct
{
  SalWorker   *worker;
  SalLab      *lab;
  SalDataset  *dataset;
  SalLabModel *model;    /* the newest weights, or NULL                        */
  gboolean     is_done;
  guint        models;
  guint        answers;
  guint        asked;    /* rounds of questions                                */
} Onlooker;

/* ---- answers ------------------------------------------------------------------------- */

static void ask (Onlooker *self);

static void
image_cb (const SalImageAnswer *answer,
          gpointer              data)
{
  Onlooker *self = data;

  g_assert_null (answer->panes[0].message);
  self->answers++;
  if (!self->is_done)
    ask (self);
}

static void
accuracy_cb (const SalAccuracyAnswer *answer,
             gpointer                 data)
{
  g_assert_null (answer->message);
  ((Onlooker *) data)->answers++;
}

static void
histogram_cb (const SalHistogramAnswer *answer,
              gpointer                  data)
{
  g_assert_null (answer->message);
  ((Onlooker *) data)->answers++;
}

static void
curve_cb (const SalCurveAnswer *answer,
          gpointer              data)
{
  g_assert_null (answer->message);
  ((Onlooker *) data)->answers++;
}

/* ---- questions ------------------------------------------------------------------------ */

static void
ask_for_maps (Onlooker *self,
              SalBits   bits)
{
  const NnImages *test = sal_dataset_get_test (self->dataset);
  const guint image = self->asked % (guint) test->count;
  const SalPaneRequest panes[] = {
    { self->model, sal_lab_model_get_full_bits (self->model), "gradient" },
    { self->model, bits, "smoothgrad" },
  };

  sal_lab_explain (self->lab, "maps", panes, G_N_ELEMENTS (panes),
                   test->pixels + image * nn_images_stride (test), test->labels[image],
                   SAL_EXPLAIN_LABEL, image, image_cb, self);
}

static void
ask (Onlooker *self)
{
  const int width = 2 + (int) (self->asked % 7);
  const SalBits bits = sal_bits_uniform (width, width);
  const SalCurveRequest curve = {
    .model = self->model, .bits = bits, .method = "gradient", .fill = NN_FILL_UNIFORM
  };

  self->asked++;
  ask_for_maps (self, bits);
  if (self->asked % 8 == 1) {
    sal_lab_measure_accuracy (self->lab, "accuracy", self->model, bits, accuracy_cb, self);
    sal_lab_histogram (self->lab, "histogram", self->model, bits, 0, histogram_cb, self);
    sal_lab_mask_curves (self->lab, "curves", &curve, 1, 50, curve_cb, self);
  }
}

static void
look_at (Onlooker      *self,
         const NnModel *weights)
{
  SalLabModel *model = sal_lab_model_new (weights, NULL, self->dataset);
  const gboolean is_first = self->model == NULL;

  g_clear_pointer (&self->model, sal_lab_model_unref);
  self->model = model;
  self->models++;
  if (is_first)
    ask (self);
}

static void
snapshot_cb (SalWorker *worker,
             gpointer   data)
{
  Onlooker *self = data;
  g_autoptr (SalSnapshot) snapshot = sal_worker_take_snapshot (worker);

  if (snapshot == NULL)
    return;
  g_assert_cmpint (snapshot->state, !=, SAL_WORKER_FAILED);
  self->is_done = snapshot->state == SAL_WORKER_FINISHED;
  if (snapshot->model != NULL)
    look_at (self, snapshot->model);
  sal_worker_request_model (worker);
}

/* ---- the test --------------------------------------------------------------------------- */

static void
train_under_observation (ExactFixture    *self,
                         Onlooker        *onlooker,
                         const SalRecipe *recipe)
{
  const gint64 end = g_get_monotonic_time () + PATIENCE;

  onlooker->worker = sal_worker_new (self->home, 2);
  onlooker->lab = sal_lab_new (2);
  g_signal_connect (onlooker->worker, "snapshot", G_CALLBACK (snapshot_cb), onlooker);
  sal_worker_start (onlooker->worker, recipe);
  sal_worker_request_model (onlooker->worker);
  while (!onlooker->is_done) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
  }
  g_clear_object (&onlooker->lab);
  g_clear_object (&onlooker->worker);
  g_clear_pointer (&onlooker->model, sal_lab_model_unref);
}

static void
onlookers_do_not_matter (ExactFixture *self,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Onlooker onlooker = { .dataset = sal_dataset_open (self->data, NULL, &error) };

  g_assert_no_error (error);
  exact_fixture_finish (exact_fixture_train (self, "--epochs 10"));

  const SalRecipe recipe = exact_fixture_recipe (self, 1);

  train_under_observation (self, &onlooker, &recipe);
  sal_dataset_unref (onlooker.dataset);
  g_test_message ("%u answers about %u networks", onlooker.answers, onlooker.models);
  g_assert_cmpuint (onlooker.models, >, 1);
  g_assert_cmpuint (onlooker.answers, >, 3);

  g_auto (ExactBits) alone = exact_fixture_bits (self, 1);
  g_auto (ExactBits) observed = exact_fixture_bits (self, 2);

  exact_assert_same (&alone, &observed);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  exact_fixture_add ("inspect", onlookers_do_not_matter);
  return g_test_run ();
}
