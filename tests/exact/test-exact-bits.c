/* test-exact-bits.c - a pause after a change of bits in mid-run changes no bit
 *
 * With learned steps, whose start belongs to the new bits, and with a moving
 * average; in the middle of an epoch, at its end before anything is validated,
 * and in the middle of its validation.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-fixture.h"
#include "training-fixture.h"

/* Half of them validate: several mini-batches. */
#define IMAGES 1200
#define STEPS_PER_EPOCH 10

/* When bits are changed: after so many steps, and mini-batches of validation. */
typedef struct
{
  const char *name;
  gint64      steps;
  int         validations;
} Moment;

static const Moment moments[] = {
  { "within", 4, 0 },
  { "epoch's-end", STEPS_PER_EPOCH, 0 },
  { "validation", STEPS_PER_EPOCH, 1 },
};

static void
set_up (TrainingFixture *self,
        gconstpointer    data)
{
  g_autoptr (GError) error = NULL;

  training_fixture_set_up (self, data);
  sal_fixture_write (self->folder, "train-images-idx3-ubyte", sal_fixture_images (IMAGES, 28, 28));
  sal_fixture_write (self->folder, "train-labels-idx1-ubyte", sal_fixture_labels (IMAGES, 4));
  sal_dataset_unref (self->dataset);
  self->dataset = sal_dataset_open (self->folder, NULL, &error);
  g_assert_no_error (error);
  self->recipe.batch = IMAGES / 2 / STEPS_PER_EPOCH;
  self->recipe.validation_share = 0.5;
  self->recipe.mode = SAL_MODE_PACT;
  self->recipe.ema = 0.9;
  g_assert_true (sal_recipe_set (&self->recipe, "quantizer", "lsq", NULL));
  g_assert_true (sal_recipe_set (&self->recipe, "bits", "mixed-4-2", NULL));
}

static void
set_bits (SalTraining *training,
          int          bits)
{
  g_autoptr (GError) error = NULL;

  sal_training_set_bits (training, bits, bits, &error);
  g_assert_no_error (error);
}

static SalTraining *
pause_and_resume (TrainingFixture *self,
                  SalTraining     *training)
{
  const gint64 run = sal_training_get_run (training);

  g_assert_true (sal_training_save (training, NULL));
  sal_training_free (training);
  return training_fixture_resume (self, run);
}

/* Trains to the end, with two changes of bits at one moment, and perhaps a pause
 * after each. Returns the run. */
static gint64
train (TrainingFixture *self,
       const Moment    *moment,
       gboolean         pauses)
{
  SalTraining *training = training_fixture_start (self);
  const gint64 run = sal_training_get_run (training);

  training_fixture_train_to (training, moment->steps);
  for (int i = 0; i < moment->validations; i++)
    g_assert_cmpint (sal_training_step (training, NULL), ==, SAL_TRAINING_VALIDATED);
  g_assert_cmpuint (sal_training_get_metrics (training)->len, ==,
                    moment->steps - (moment->steps == STEPS_PER_EPOCH));
  set_bits (training, 3);
  if (pauses)
    training = pause_and_resume (self, training);
  set_bits (training, 4);
  if (pauses)
    training = pause_and_resume (self, training);
  training_fixture_finish (training);
  sal_training_free (training);
  return run;
}

static void
assert_same_records (TrainingFixture *self,
                     gint64           first,
                     gint64           second)
{
  g_autoptr (GArray) whole = sal_run_store_load_metrics (self->store, first, NULL, NULL, NULL);
  g_autoptr (GArray) pieces = sal_run_store_load_metrics (self->store, second, NULL, NULL, NULL);

  g_assert_cmpuint (whole->len, ==, 2 * STEPS_PER_EPOCH);
  g_assert_cmpuint (pieces->len, ==, whole->len);
  for (guint i = 0; i < whole->len; i++) {
    g_array_index (whole, SalMetric, i).images_per_second = 0;
    g_array_index (pieces, SalMetric, i).images_per_second = 0;
  }
  g_assert_cmpmem (whole->data, whole->len * sizeof (SalMetric),
                   pieces->data, pieces->len * sizeof (SalMetric));
}

static void
a_pause_after_a_change_does_not_matter (TrainingFixture *self,
                                        gconstpointer    data)
{
  const gint64 through = train (self, data, FALSE);
  const gint64 paused = train (self, data, TRUE);
  g_autofree char *whole = training_fixture_hash (self, through);
  g_autofree char *pieces = training_fixture_hash (self, paused);

  assert_same_records (self, through, paused);
  g_assert_cmpstr (whole, ==, pieces);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (moments); i++) {
    g_autofree char *path = g_strdup_printf ("/exact/bits/%s", moments[i].name);

    g_test_add (path, TrainingFixture, &moments[i], set_up,
                a_pause_after_a_change_does_not_matter, training_fixture_tear_down);
  }
  return g_test_run ();
}
