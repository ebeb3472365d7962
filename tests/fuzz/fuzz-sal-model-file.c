/* fuzz-sal-model-file.c - the reader of models against mutated files
 *
 * A good file is bent at random, always in the same way (the seed is fixed),
 * mostly in its metadata: the network's text, bits, class names, recipe.
 * Whatever comes in, the reader gives an error in words or a network whose
 * every weight is finite and every clipping level positive.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-model-file.h"

#define SEED 20240301
#define N_MUTANTS 20000
#define MAX_MUTATIONS 3

/* Where the header ends and the weights begin. */
static gsize
header_end (const guint8 *bytes)
{
  guint64 length;

  memcpy (&length, bytes, sizeof length);
  return sizeof length + (gsize) GUINT64_FROM_LE (length);
}

static GBytes *
good_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalSafetensorsWriter) writer = sal_safetensors_writer_new ();
  char *folder = sal_fixture_make_folder ();
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  const char *const names[] = { "ant", "bee", "cat", NULL };
  SalModelInfo info = {
    .title = (char *) "A model", .dataset_hash = (char *) "0123abcd",
    .class_names = (char **) names, .mean = { 0.1f }, .std = { 0.3f }, .step = 7,
    .validation_accuracy = 0.9, .test_accuracy = 0.8,
    .provenance = (char *) "{\"sittings\":[{\"cpu\":\"A\",\"threads\":2}]}",
  };
  char *text = NULL;
  gsize size = 0;
  NnError nn_error;
  NnModel *model = nn_model_new ("input channels=1 height=6 width=6\nconv2d conv1 out=2 kernel=3\n"
                                 "pact act1\nmax-pool pool\nflatten flat\nlinear fc out=3\n",
                                 &nn_error);

  g_assert_nonnull (model);
  nn_model_initialise (model, 1);
  sal_recipe_init (&info.recipe);
  sal_model_file_write (writer, model, &info);
  g_assert_true (sal_safetensors_writer_save (writer, path, &error));
  g_assert_true (g_file_get_contents (path, &text, &size, &error));
  nn_model_free (model);
  sal_fixture_remove_folder (folder);
  return g_bytes_new_take (text, size);
}

/* Replaces a byte, most often by one that means something to a parser. */
static void
mutate (guint8 *bytes,
        gsize   size,
        GRand  *rand)
{
  static const char telling[] = "0123456789-+.eE\"\\{}[],: =#\nnax";
  const gsize end = g_rand_int_range (rand, 0, 4) > 0 ? header_end (bytes) : size;
  const gsize place = (gsize) g_rand_int_range (rand, sizeof (guint64), (gint32) end);

  bytes[place] = g_rand_boolean (rand)
                 ? (guint8) telling[g_rand_int_range (rand, 0, sizeof telling - 1)]
                 : (guint8) g_rand_int_range (rand, 0, 256);
}

static void
assert_sound (const NnModel      *model,
              const SalModelInfo *info)
{
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    for (gsize j = 0; j < tensor.count; j++) {
      g_assert_true (isfinite (tensor.value[j]));
      g_assert_true (tensor.role != NN_TENSOR_ALPHA || tensor.value[j] > 0);
    }
  }
  g_assert_cmpuint (g_strv_length (info->class_names), ==, nn_model_classes (model));
  g_assert_true (info->std[0] > 0 && isfinite (info->mean[0]));
  g_assert_true (sal_recipe_check (&info->recipe, NULL));
}

/* Returns whether the reader took it. */
static gboolean
try_mutant (GBytes *original,
            GRand  *rand)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (original, &size);
  guint8 *bytes = g_memdup2 (data, size);
  const int mutations = g_rand_int_range (rand, 1, MAX_MUTATIONS + 1);
  SalModelInfo info;

  for (int i = 0; i < mutations; i++)
    mutate (bytes, size, rand);

  g_autoptr (GBytes) mutant = g_bytes_new_take (bytes, size);
  NnModel *model = sal_model_file_load_bytes (mutant, "the mutant", &info, &error);

  if (model == NULL) {
    g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
    g_assert_nonnull (strstr (error->message, "the mutant"));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return FALSE;
  }
  g_assert_no_error (error);
  assert_sound (model, &info);
  nn_model_free (model);
  sal_model_info_clear (&info);
  return TRUE;
}

static void
mutants_are_refused_or_sound (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autoptr (GBytes) original = good_file ();
  guint taken = 0;

  for (guint i = 0; i < N_MUTANTS; i++)
    taken += try_mutant (original, rand);
  g_test_message ("%u of %u were taken", taken, N_MUTANTS);
  g_assert_cmpuint (taken, >, N_MUTANTS / 100);
  g_assert_cmpuint (taken, <, N_MUTANTS - N_MUTANTS / 100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/model-file", mutants_are_refused_or_sound);
  return g_test_run ();
}
