/* exact-fixture.c - recipes trained by child processes, and what came of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exact-fixture.h"

#include <string.h>

#include "sal-fixture.h"
#include "sal-glyphs.h"
#include "sal-model-file.h"
#include "sal-run-store.h"
#include "sal-weights-hash.h"

#define TRAIN 600
#define TEST 100

/* A block with batch norm whose input is added, and one whose input is
 * projected: statistics run, gradients meet. */
#define RESIDUAL_NETWORK \
  "conv2d conv1 out=6 padding=1 bias=no\n" \
  "batch-norm bn1\n" \
  "relu act1\n" \
  "max-pool pool\n" \
  "conv2d conv2 out=6 padding=1 bias=no\n" \
  "batch-norm bn2\n" \
  "add add1 with=pool\n" \
  "relu act2\n" \
  "conv2d conv3 out=12 padding=1 stride=2 bias=no\n" \
  "batch-norm bn3\n" \
  "conv2d project from=act2 out=12 kernel=1 stride=2 bias=no\n" \
  "batch-norm bn4\n" \
  "add add2 with=bn3\n" \
  "relu act3\n" \
  "global-average-pool mean\n" \
  "linear fc out=classes\n"

/* First weights that come from the images and stay, and norms without scales. */
#define WHITENED_NETWORK \
  "conv2d whiten out=8 kernel=2 frozen=yes init=whiten\n" \
  "gelu act1\n" \
  "conv2d conv2 out=12 padding=1 bias=no init=dirac\n" \
  "max-pool pool\n" \
  "batch-norm bn2 scale=no momentum=0.4\n" \
  "gelu act2\n" \
  "flatten flat\n" \
  "dropout drop rate=0.2\n" \
  "linear fc out=classes bias=no\n" \
  "scale temper factor=0.25\n"

/* Every mode, every optimizer with state of its own, and everything else that
 * a run carries from step to step or draws by its number.  Odd batches leave a
 * smaller last one; shares leave images out. */
static const ExactCase cases[] = {
  { "baseline-sgd", "--mode baseline --optimizer sgd --learning-rate 0.02 --schedule cosine" },
  { "sgt-adam", "--mode sgt --optimizer adam --learning-rate 0.002 --train-share 0.9" },
  { "pact-adamw", "--mode pact --optimizer adamw --learning-rate 0.002 --weight-bits 3 "
    "--schedule step" },
  { "sgt-pact-adadelta", "--mode sgt+pact --optimizer adadelta --learning-rate 1 "
    "--network lenet5 --batch 37" },
  { "augmented-average", "--mode baseline --optimizer sgd --nesterov yes --learning-rate 0.02 "
    "--schedule triangular --peak 0.3 --initial-rate 0.1 --final-rate 0.05 --flip alternating "
    "--translate 2 --cutout 7 --ema 0.9 --label-smoothing 0.1 --clip-norm 2" },
  { "cropped-patience", "--mode sgt --optimizer adam --learning-rate 0.004 --schedule cosine "
    "--warm-up 0.7 --flip random --crop-padding 3 --cutout 5 --patience 1 --epochs 8" },
  { "residual-lsq", "--mode sgt+pact --optimizer sgd --nesterov yes --learning-rate 0.02 "
    "--quantizer lsq --weight-bits 2 --activation-bits 3 --alpha-start data --ema 0.8 "
    "--batch 45 --network '" RESIDUAL_NETWORK "'" },
  { "whitened-pact", "--mode pact --optimizer adamw --learning-rate 0.004 --weight-decay 0.01 "
    "--decay-on weights --quantizer sawb --alpha-start data --flip alternating --translate 1 "
    "--bits conv2=3,act2=2 --network '" WHITENED_NETWORK "'" },
  { "fine-tuned", "--mode sgt+pact --optimizer adam --learning-rate 0.002 --quantizer lsq "
    "--weight-bits 3 --network '" RESIDUAL_NETWORK "' --ema 0.9",
    "--mode baseline --optimizer sgd --learning-rate 0.05 --network '" RESIDUAL_NETWORK "' "
    "--epochs 1" },
  { NULL },
};

#define COMMON "--network sgt-cnn-small --batch 32 --epochs 3 --seed 11 --validation-share 0.1"

const ExactCase *
exact_cases (void)
{
  return cases;
}

/* ---- fixture --------------------------------------------------------------------- */

static void
append_big_endian (GByteArray *bytes,
                   guint32     value)
{
  const guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (bytes, (const guint8 *) &big, sizeof big);
}

static void
write_part (const char *folder,
            const char *part,
            guint64     seed,
            guint32     count)
{
  const gsize size = (gsize) count * SAL_GLYPHS_SIDE * SAL_GLYPHS_SIDE;
  g_autofree guint8 *pixels = g_malloc (size);
  g_autofree guint8 *labels = g_malloc (count);
  g_autofree char *images_name = g_strconcat (part, "-images-idx3-ubyte", NULL);
  g_autofree char *labels_name = g_strconcat (part, "-labels-idx1-ubyte", NULL);
  GByteArray *images = g_byte_array_new ();
  GByteArray *classes = g_byte_array_new ();

  g_assert_true (sal_glyphs_draw (SAL_GLYPHS_DIGIT, seed, count, 0, pixels, labels, NULL, NULL));
  append_big_endian (images, 0x803);
  append_big_endian (images, count);
  append_big_endian (images, SAL_GLYPHS_SIDE);
  append_big_endian (images, SAL_GLYPHS_SIDE);
  g_byte_array_append (images, pixels, (guint) size);
  append_big_endian (classes, 0x801);
  append_big_endian (classes, count);
  g_byte_array_append (classes, labels, count);
  sal_fixture_write (folder, images_name, images);
  sal_fixture_write (folder, labels_name, classes);
}

static void train_source (ExactFixture *self);

void
exact_fixture_set_up (ExactFixture *self,
                      gconstpointer data)
{
  self->row = data;
  self->home = sal_fixture_make_folder ();
  self->data = sal_fixture_make_folder ();
  write_part (self->data, "train", 1, TRAIN);
  write_part (self->data, "t10k", 2, TEST);
  if (self->row->source != NULL)
    train_source (self);
}

void
exact_fixture_tear_down (ExactFixture *self,
                         gconstpointer data)
{
  sal_fixture_remove_folder (self->home);
  sal_fixture_remove_folder (self->data);
}

void
exact_fixture_add (const char *name,
                   void        (*test) (ExactFixture *self,
                                        gconstpointer data))
{
  for (const ExactCase *row = cases; row->name != NULL; row++) {
    g_autofree char *path = g_strdup_printf ("/exact/%s/%s", name, row->name);

    g_test_add (path, ExactFixture, row, exact_fixture_set_up, test, exact_fixture_tear_down);
  }
}

/* ---- processes ------------------------------------------------------------------- */

GSubprocess *
exact_fixture_call (ExactFixture *self,
                    const char   *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *line = g_strdup_printf ("%s %s", g_getenv ("SALISCOPE_CLI"), arguments);
  g_auto (GStrv) argv = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  g_subprocess_launcher_setenv (launcher, "SALISCOPE_HOME", self->home, TRUE);

  GSubprocess *process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv,
                                                       &error);

  g_assert_no_error (error);
  return process;
}

/* Trains the row's source in a store of its own. */
static void
train_source (ExactFixture *self)
{
  g_autofree char *arguments =
    g_strdup_printf ("train --quiet --dataset %s " COMMON " %s --home %s/source "
                     "--output %s/source.model",
                     self->data, self->row->source, self->home, self->home);

  exact_fixture_finish (exact_fixture_call (self, arguments));
}

/* Options of the row come last: they win. */
GSubprocess *
exact_fixture_train (ExactFixture *self,
                     const char   *more)
{
  g_autofree char *from = self->row->source != NULL
                          ? g_strdup_printf ("--from %s/source.model", self->home) : g_strdup ("");
  g_autofree char *arguments = g_strdup_printf ("train --quiet --dataset %s " COMMON " %s %s %s",
                                                self->data, self->row->options, from, more);

  return exact_fixture_call (self, arguments);
}

GSubprocess *
exact_fixture_resume (ExactFixture *self,
                      gint64        run,
                      const char   *more)
{
  g_autofree char *arguments = g_strdup_printf ("resume --quiet %" G_GINT64_FORMAT " %s", run,
                                                more);

  return exact_fixture_call (self, arguments);
}

void
exact_fixture_finish (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (process);
}

/* ---- what a run left ---------------------------------------------------------------- */

static SalRunStore *
open_store (ExactFixture *self)
{
  g_autoptr (GError) error = NULL;
  SalRunStore *store = sal_run_store_open (self->home, &error);

  g_assert_no_error (error);
  return store;
}

gint64
exact_fixture_step (ExactFixture *self,
                    gint64        run)
{
  g_autoptr (SalRunStore) store = open_store (self);
  g_autoptr (SalRun) row = sal_run_store_get (store, run, NULL);

  return row != NULL ? row->step : -1;
}

SalRecipe
exact_fixture_recipe (ExactFixture *self,
                      gint64        run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunStore) store = open_store (self);
  g_autoptr (SalRun) row = sal_run_store_get (store, run, &error);
  SalRecipe recipe;

  g_assert_no_error (error);
  sal_recipe_init (&recipe);
  sal_recipe_from_json (&recipe, row->recipe_json, &error);
  g_assert_no_error (error);
  return recipe;
}

static char *
hash_model (const char *path)
{
  g_autoptr (GError) error = NULL;
  NnModel *model = sal_model_file_load (path, NULL, &error);

  g_assert_no_error (error);

  char *hash = sal_weights_hash (model);

  nn_model_free (model);
  return hash;
}

static char *
hash_tensors (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalSafetensors) file = sal_safetensors_load (path, &error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_assert_no_error (error);
  for (guint i = 0; i < sal_safetensors_get_n_tensors (file); i++) {
    const SalTensor *tensor = sal_safetensors_get_tensor (file, i);

    g_checksum_update (checksum, (const guchar *) tensor->name, -1);
    g_checksum_update (checksum, tensor->data, (gssize) (tensor->n_elements * sizeof (float)));
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static char *
hash_record (SalRunStore *store,
             gint64       run,
             guint       *rows)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) alphas = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n_alphas = 0;
  g_autoptr (GArray) metrics = sal_run_store_load_metrics (store, run, &alphas, &n_alphas, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < metrics->len; i++) {
    SalMetric *metric = &g_array_index (metrics, SalMetric, i);

    metric->images_per_second = 0;
    g_checksum_update (checksum, (const guchar *) metric, sizeof *metric);
  }
  g_checksum_update (checksum, (const guchar *) alphas->data,
                     (gssize) (alphas->len * sizeof (float)));
  *rows = metrics->len;
  return g_strdup (g_checksum_get_string (checksum));
}

/* Files that were half written when a process was killed are cleared away. */
static void
assert_only_two_files (const char *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (directory);
  while ((name = g_dir_read_name (directory)) != NULL)
    if (!g_str_equal (name, "model.safetensors") && !g_str_equal (name, "checkpoint.safetensors"))
      g_error ("%s was left behind in %s", name, folder);
}

ExactBits
exact_fixture_bits (ExactFixture *self,
                    gint64        run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalRunStore) store = open_store (self);
  g_autoptr (SalRun) row = sal_run_store_get (store, run, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sal_run_state_name (row->state), ==, "finished");
  assert_only_two_files (row->directory);

  g_autofree char *model = g_build_filename (row->directory, "model.safetensors", NULL);
  g_autofree char *checkpoint = g_build_filename (row->directory, "checkpoint.safetensors", NULL);
  ExactBits bits = { .weights = hash_model (model), .checkpoint = hash_tensors (checkpoint) };

  bits.record = hash_record (store, run, &bits.rows);
  g_assert_cmpint (bits.rows, ==, row->step);

  /* Patience is of interest where it ends a run. */
  if (strstr (self->row->options, "--patience") != NULL)
    g_assert_cmpint (row->step, <, row->total_steps);
  else
    g_assert_cmpint (row->step, ==, row->total_steps);
  return bits;
}

void
exact_bits_clear (ExactBits *self)
{
  g_free (self->weights);
  g_free (self->checkpoint);
  g_free (self->record);
}

void
exact_assert_same (const ExactBits *first,
                   const ExactBits *second)
{
  g_assert_cmpuint (first->rows, ==, second->rows);
  g_assert_cmpstr (first->record, ==, second->record);
  g_assert_cmpstr (first->checkpoint, ==, second->checkpoint);
  g_assert_cmpstr (first->weights, ==, second->weights);
}
