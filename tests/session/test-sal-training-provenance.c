/* test-sal-training-provenance.c - a run says who trained it, sitting by sitting
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "nn/nn-pool.h"
#include "sal-error.h"
#include "sal-provenance.h"
#include "training-fixture.h"

#define EPOCH TRAINING_STEPS_PER_EPOCH

static SalProvenance *
stored (TrainingFixture *fixture,
        gint64           run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRun) row = sal_run_store_get (fixture->store, run, &error);
  SalProvenance *provenance = sal_provenance_from_json (row->provenance_json, &error);

  g_assert_no_error (error);
  return provenance;
}

/* Trains `steps` and pauses; returns the run. */
static gint64
train_and_pause (TrainingFixture *fixture,
                 gint64           steps)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);

  training_fixture_train_to (training, steps);
  g_assert_true (sal_training_save (training, &error));
  return sal_training_get_run (training);
}

static void
assert_sitting (const SalProvenance *provenance,
                guint                i,
                gint64               first_step,
                gint64               last_step)
{
  const SalSitting *sitting = provenance->sittings->pdata[i];

  g_assert_cmpint (sitting->first_step, ==, first_step);
  g_assert_cmpint (sitting->last_step, ==, last_step);
  g_assert_cmpint (sitting->threads, ==, 2);
  g_assert_cmpstr (sitting->version, ==, SALISCOPE_VERSION);
}

static void
every_sitting_is_recorded (TrainingFixture *fixture,
                           gconstpointer    data)
{
  const gint64 run = train_and_pause (fixture, 3);
  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

  g_assert_null (sal_training_get_warning (training));
  training_fixture_finish (training);
  g_clear_pointer (&training, sal_training_free);

  g_autoptr (SalProvenance) provenance = stored (fixture, run);

  g_assert_cmpstr (provenance->data_hash, ==, sal_dataset_get_hash (fixture->dataset));
  g_assert_cmpuint (provenance->sittings->len, ==, 2);
  assert_sitting (provenance, 0, 0, 3);
  assert_sitting (provenance, 1, 3, 2 * EPOCH);
}

static void
the_model_file_says_so_too (TrainingFixture *fixture,
                            gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalTraining) training = training_fixture_start (fixture);
  SalModelInfo info;

  training_fixture_finish (training);

  g_autofree char *path = training_fixture_file (fixture, sal_training_get_run (training),
                                                 "model.safetensors");
  NnModel *model = sal_model_file_load (path, &info, &error);
  g_autoptr (SalProvenance) provenance = sal_provenance_from_json (info.provenance, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (provenance->sittings->len, ==, 1);
  assert_sitting (provenance, 0, 0, info.step);
  nn_model_free (model);
  sal_model_info_clear (&info);
}

/* As if the run had come from another machine. */
static void
replace_in_provenance (TrainingFixture *fixture,
                       gint64           run,
                       const char      *found,
                       const char      *replacement)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRun) row = sal_run_store_get (fixture->store, run, &error);
  g_autoptr (GString) json = g_string_new (row->provenance_json);

  g_assert_cmpuint (g_string_replace (json, found, replacement, 0), >, 0);
  g_assert_true (sal_run_store_set_provenance (fixture->store, run, json->str, &error));
}

static void
going_on_with_other_kernels_is_said (TrainingFixture *fixture,
                                     gconstpointer    data)
{
  const gint64 run = train_and_pause (fixture, 3);

  replace_in_provenance (fixture, run, nn_pool_blas_name (), "OpenBLAS 0.1 Elderly");

  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);
  const char *warning = sal_training_get_warning (training);

  g_assert_nonnull (warning);
  g_assert_nonnull (strstr (warning, "OpenBLAS 0.1 Elderly"));
  g_assert_nonnull (strstr (warning, nn_pool_blas_name ()));
}

static void
a_run_of_an_older_version_is_resumed (TrainingFixture *fixture,
                                      gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  const gint64 run = train_and_pause (fixture, 3);

  g_assert_true (sal_run_store_set_provenance (fixture->store, run, NULL, &error));

  g_autoptr (SalTraining) training = training_fixture_resume (fixture, run);

  training_fixture_finish (training);

  g_autoptr (SalProvenance) provenance = stored (fixture, run);

  g_assert_cmpuint (provenance->sittings->len, ==, 1);
  assert_sitting (provenance, 0, 3, 2 * EPOCH);
}

/* Without a checkpoint only the store knows which data it was. */
static void
a_run_that_begins_anew_wants_the_same_data (TrainingFixture *fixture,
                                            gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  const gint64 run = train_and_pause (fixture, 0);
  g_autofree char *path = training_fixture_file (fixture, run, "checkpoint.safetensors");

  g_unlink (path);
  replace_in_provenance (fixture, run, sal_dataset_get_hash (fixture->dataset), "0123456789ab");
  g_assert_null (sal_training_resume (fixture->store, run, NULL, fixture->pool, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "0123456789ab"));
}

static void
a_record_that_is_none_is_refused_by_its_run (TrainingFixture *fixture,
                                             gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  const gint64 run = train_and_pause (fixture, 3);
  g_autofree char *named = g_strdup_printf ("Run %" G_GINT64_FORMAT ": ", run);

  g_assert_true (sal_run_store_set_provenance (fixture->store, run, "{{{", NULL));
  g_assert_null (sal_training_resume (fixture->store, run, NULL, fixture->pool, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, named));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  training_fixture_add ("/training-provenance/sittings", every_sitting_is_recorded);
  training_fixture_add ("/training-provenance/model-file", the_model_file_says_so_too);
  training_fixture_add ("/training-provenance/other-kernels", going_on_with_other_kernels_is_said);
  training_fixture_add ("/training-provenance/older-version", a_run_of_an_older_version_is_resumed);
  training_fixture_add ("/training-provenance/other-data",
                        a_run_that_begins_anew_wants_the_same_data);
  training_fixture_add ("/training-provenance/damaged",
                        a_record_that_is_none_is_refused_by_its_run);
  return g_test_run ();
}
