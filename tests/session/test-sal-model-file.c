/* test-sal-model-file.c - a network survives its file, a bad file is told why
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-model-file.h"

static const char *network =
  "input channels=1 height=6 width=6\n"
  "conv2d conv1 out=2 kernel=3\n"
  "pact act1\n"
  "flatten flat\n"
  "linear fc out=3\n";

/* ---- fixture ---------------------------------------------------------------------- */

static NnModel *
new_model (void)
{
  NnError nn_error;
  NnModel *model = nn_model_new (network, &nn_error);

  g_assert_nonnull (model);
  nn_model_initialise (model, 5);
  g_assert_cmpint (nn_model_set_bits (model, 3, 4, NN_EDGES_SAME, &nn_error), ==, NN_OK);
  return model;
}

static SalModelInfo
new_info (void)
{
  static const char *const names[] = { "ant", "bee", "wasp, the \"other\"", NULL };
  SalModelInfo info = {
    .title = g_strdup ("A title"),
    .dataset_hash = g_strdup ("0123abcd"),
    .class_names = g_strdupv ((char **) names),
    .mean = { 0.1307f },
    .std = { 0.3081f },
    .step = 1234,
    .validation_accuracy = 0.987,
    .test_accuracy = NAN,
    .provenance = g_strdup ("{\"sittings\":[]}"),
  };

  sal_recipe_init (&info.recipe);
  info.recipe.epochs = 3;
  return info;
}

static SalSafetensorsWriter *
new_writer (void)
{
  SalSafetensorsWriter *writer = sal_safetensors_writer_new ();
  NnModel *model = new_model ();
  SalModelInfo info = new_info ();

  sal_model_file_write (writer, model, &info);
  sal_model_info_clear (&info);
  nn_model_free (model);
  return writer;
}

/* A path in a new private folder. Free the result. */
static char *
new_path (void)
{
  g_autofree char *folder = g_dir_make_tmp ("saliscope-XXXXXX", NULL);

  return g_build_filename (folder, "model.safetensors", NULL);
}

static void
remove_file (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
}

/* ---- the way there and back ---------------------------------------------------------- */

static void
a_model_is_read_as_it_was_written (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = new_path ();
  NnModel *model = new_model ();
  SalModelInfo info = new_info ();
  SalModelInfo read_info;

  g_assert_true (sal_model_file_save (path, model, &info, &error));

  NnModel *read = sal_model_file_load (path, &read_info, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (nn_model_text (read), ==, nn_model_text (model));
  g_assert_cmpmem (nn_model_parameters (read), nn_model_arena_count (read) * sizeof (float),
                   nn_model_parameters (model), nn_model_arena_count (model) * sizeof (float));
  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    g_assert_cmpint (nn_model_layer (read, i).weight_bits, ==,
                     nn_model_layer (model, i).weight_bits);
    g_assert_cmpint (nn_model_layer (read, i).activation_bits, ==,
                     nn_model_layer (model, i).activation_bits);
  }
  nn_model_free (model);
  nn_model_free (read);
  sal_model_info_clear (&info);
  sal_model_info_clear (&read_info);
  remove_file (path);
}

static void
what_people_read_is_one_line (void)
{
  static const char *const names[] = { "ant", "be\ne", "was\x1b[1mp", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = new_path ();
  g_autofree char *huge = g_strnfill (100000, 'x');
  NnModel *model = new_model ();
  SalModelInfo info = new_info ();
  SalModelInfo read;

  g_free (info.title);
  info.title = g_strconcat ("A\ntitle\x1b[31m", huge, NULL);
  g_strfreev (info.class_names);
  info.class_names = g_strdupv ((char **) names);
  g_assert_true (sal_model_file_save (path, model, &info, &error));
  nn_model_free (model);
  model = sal_model_file_load (path, &read, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (read.title, "A title [31mxxx"));
  g_assert_cmpint (g_utf8_strlen (read.title, -1), <=, 201);
  g_assert_cmpstr (read.class_names[1], ==, "be e");
  g_assert_cmpstr (read.class_names[2], ==, "was [1mp");
  nn_model_free (model);
  sal_model_info_clear (&info);
  sal_model_info_clear (&read);
  remove_file (path);
}

static void
everything_beside_the_weights_is_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = new_path ();
  NnModel *model = new_model ();
  SalModelInfo info = new_info ();
  SalModelInfo read;

  g_assert_true (sal_model_file_save (path, model, &info, &error));
  nn_model_free (model);
  model = sal_model_file_load (path, &read, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read.title, ==, info.title);
  g_assert_cmpstr (read.provenance, ==, info.provenance);
  g_assert_cmpstr (read.dataset_hash, ==, info.dataset_hash);
  g_assert_cmpuint (g_strv_length (read.class_names), ==, 3);
  g_assert_cmpstr (read.class_names[2], ==, info.class_names[2]);
  g_assert_true (read.mean[0] == info.mean[0] && read.std[0] == info.std[0]);
  g_assert_cmpint (read.step, ==, 1234);
  g_assert_cmpfloat (read.validation_accuracy, ==, 0.987);
  g_assert_true (isnan (read.test_accuracy));
  g_assert_cmpint (read.recipe.epochs, ==, 3);
  nn_model_free (model);
  sal_model_info_clear (&info);
  sal_model_info_clear (&read);
  remove_file (path);
}

static void
the_quantizer_and_its_parameters_are_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = new_path ();
  NnModel *model = new_model ();
  SalModelInfo info = new_info ();
  const NnWeightQuantizer *dorefa = nn_weight_quantizer_find ("dorefa");
  NnParamValues values = nn_param_defaults (dorefa->params, dorefa->n_params);

  values.value[0] = 1 - values.value[0];
  nn_model_set_quantizer (model, dorefa, values);
  g_assert_true (sal_model_file_save (path, model, &info, &error));

  NnModel *read = sal_model_file_load (path, NULL, &error);
  NnParamValues found;

  g_assert_no_error (error);
  g_assert_true (nn_model_quantizer (read, &found) == dorefa);
  g_assert_cmpfloat (found.value[0], ==, values.value[0]);
  nn_model_free (model);
  nn_model_free (read);
  sal_model_info_clear (&info);
  remove_file (path);
}

/* ---- hostile files ------------------------------------------------------------------------ */

/* Saves what `writer` holds and expects a refusal with these words. */
static void
assert_refused (SalSafetensorsWriter *writer,
                const char           *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = new_path ();
  SalModelInfo info;

  g_assert_true (sal_safetensors_writer_save (writer, path, &error));
  g_assert_null (sal_model_file_load (path, &info, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, words));
  remove_file (path);
}

static void
assert_metadata_refused (const char *key,
                         const char *value,
                         const char *words)
{
  g_autoptr (SalSafetensorsWriter) writer = new_writer ();

  sal_safetensors_writer_set_metadata (writer, key, value);
  assert_refused (writer, words);
}

static void
another_programs_file_is_named_as_such (void)
{
  g_autoptr (SalSafetensorsWriter) writer = sal_safetensors_writer_new ();

  sal_safetensors_writer_add (writer, "weight", SAL_TENSOR_F32, 1, &(gsize) { 1 },
                              &(float) { 1 });
  assert_refused (writer, "expected a Saliscope model");
  assert_metadata_refused ("format", "pt", "expected a Saliscope model");
  assert_metadata_refused ("version", "2", "version “2”");
}

static void
a_network_that_does_not_parse_is_refused (void)
{
  assert_metadata_refused ("network", "", "metadata “network”");
  assert_metadata_refused ("network", "input channels=1 height=6 width=6\nmagic m\n", "magic");
}

static void
bad_metadata_is_refused_by_its_key (void)
{
  assert_metadata_refused ("quantizer", "wizard", "wizard");
  assert_metadata_refused ("quantizer", "", "quantizer");
  assert_metadata_refused ("quantizer", "dorefa amplitude=seven", "quantizer");
  assert_metadata_refused ("quantizer", "dorefa colour=red", "colour=red");
  assert_metadata_refused ("weight_bits", "{\"conv1\": 99}", "99");
  assert_metadata_refused ("weight_bits", "{\"conv1\": 4.5}", "a whole number for “conv1”");
  assert_metadata_refused ("weight_bits", "{\"conv1\": 4294967300}", "weight_bits");
  assert_metadata_refused ("weight_bits", "{\"conv9\": 4}", "conv9");
  assert_metadata_refused ("weight_bits", "{\"act1\": 4}", "weight_bits");
  assert_metadata_refused ("weight_bits", "[4]", "expected an object");
  assert_metadata_refused ("activation_bits", "{\"act1\": \"4\"}", "activation_bits");
  assert_metadata_refused ("activation_bits", "{", "activation_bits");
  assert_metadata_refused ("class_names", "[\"a\", \"b\"]", "expected 3 items, found 2");
  assert_metadata_refused ("class_names", "[1, 2, 3]", "class_names");
  assert_metadata_refused ("mean", "[1e400]", "mean");
  assert_metadata_refused ("std", "[0]", "std");
  assert_metadata_refused ("std", "[-1]", "std");
  assert_metadata_refused ("std", "[1e-60]", "std");
  assert_metadata_refused ("std", "[0.3, 0.3, 0.3]", "expected 1 items, found 3");
  assert_metadata_refused ("step", "-1", "step");
  assert_metadata_refused ("step", "many", "many");
  assert_metadata_refused ("test_accuracy", "1.5", "test_accuracy");
  assert_metadata_refused ("test_accuracy", "nan", "test_accuracy");
  assert_metadata_refused ("recipe", "{\"epochs\": 0}", "epochs");
  assert_metadata_refused ("recipe", "{\"weight-bits\": 9}", "weight-bits");
}

/* A file as it should be, but for tensor `name`. */
static void
assert_tensor_refused (const char   *name,
                       SalTensorType type,
                       guint         rank,
                       const gsize  *shape,
                       gconstpointer data,
                       const char   *words)
{
  g_autoptr (SalSafetensorsWriter) writer = sal_safetensors_writer_new ();
  g_autoptr (SalSafetensorsWriter) good = new_writer ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = new_path ();
  static const char *const keys[] = {
    "format", "version", "title", "network", "dataset_hash", "recipe", "quantizer",
    "weight_bits", "activation_bits", "class_names", "mean", "std", "step",
  };

  g_assert_true (sal_safetensors_writer_save (good, path, &error));

  g_autoptr (SalSafetensors) file = sal_safetensors_load (path, &error);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    sal_safetensors_writer_set_metadata (writer, keys[i],
                                         sal_safetensors_get_metadata (file, keys[i]));
  for (guint i = 0; i < sal_safetensors_get_n_tensors (file); i++) {
    const SalTensor *tensor = sal_safetensors_get_tensor (file, i);

    if (!g_str_equal (tensor->name, name))
      sal_safetensors_writer_add (writer, tensor->name, tensor->type, tensor->n_dimensions,
                                  tensor->shape, tensor->data);
  }
  if (data != NULL)
    sal_safetensors_writer_add (writer, name, type, rank, shape, data);
  assert_refused (writer, words);
  remove_file (path);
}

static void
a_tensor_that_does_not_fit_is_refused_by_name (void)
{
  const float many[32] = { 0 };
  const gint32 whole[2] = { 0 };

  assert_tensor_refused ("fc.bias", SAL_TENSOR_F32, 0, NULL, NULL,
                         "expected a tensor “fc.bias”, found none");
  assert_tensor_refused ("conv1.bias", SAL_TENSOR_F32, 1, (gsize[]) { 3 }, many,
                         "shape (2), found shape (3)");
  assert_tensor_refused ("conv1.bias", SAL_TENSOR_F32, 2, (gsize[]) { 2, 1 }, many, "(2, 1)");
  assert_tensor_refused ("conv1.bias", SAL_TENSOR_I32, 1, (gsize[]) { 2 }, whole, "another type");
}

static void
numbers_that_are_none_are_refused (void)
{
  const gsize two = 2;
  const gsize one = 1;

  assert_tensor_refused ("conv1.bias", SAL_TENSOR_F32, 1, &two, (float[]) { 0, NAN }, "finite");
  assert_tensor_refused ("conv1.bias", SAL_TENSOR_F32, 1, &two, (float[]) { -INFINITY, 0 },
                         "finite");
  assert_tensor_refused ("act1.alpha", SAL_TENSOR_F32, 1, &one, (float[]) { 0 }, "above 0");
  assert_tensor_refused ("act1.alpha", SAL_TENSOR_F32, 1, &one, (float[]) { -8 }, "above 0");
}

static void
bytes_that_are_cut_are_refused (void)
{
  g_autoptr (SalSafetensorsWriter) writer = new_writer ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = new_path ();
  g_autofree char *text = NULL;
  gsize size = 0;

  g_assert_true (sal_safetensors_writer_save (writer, path, &error));
  g_assert_true (g_file_get_contents (path, &text, &size, &error));
  for (gsize cut = 0; cut < size; cut += 37) {
    g_autoptr (GBytes) bytes = g_bytes_new (text, cut);
    g_autoptr (GError) refusal = NULL;

    g_assert_null (sal_model_file_load_bytes (bytes, "the cut file", NULL, &refusal));
    g_assert_error (refusal, SAL_ERROR, SAL_ERROR_BAD_FILE);
  }
  remove_file (path);
}

static void
a_missing_file_is_named (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_model_file_load ("/no/such/model", NULL, &error));
  g_assert_nonnull (strstr (error->message, "/no/such/model"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-file/round-trip", a_model_is_read_as_it_was_written);
  g_test_add_func ("/model-file/metadata", everything_beside_the_weights_is_read);
  g_test_add_func ("/model-file/one-line", what_people_read_is_one_line);
  g_test_add_func ("/model-file/quantizer", the_quantizer_and_its_parameters_are_read);
  g_test_add_func ("/model-file/foreign", another_programs_file_is_named_as_such);
  g_test_add_func ("/model-file/bad-network", a_network_that_does_not_parse_is_refused);
  g_test_add_func ("/model-file/bad-metadata", bad_metadata_is_refused_by_its_key);
  g_test_add_func ("/model-file/bad-tensors", a_tensor_that_does_not_fit_is_refused_by_name);
  g_test_add_func ("/model-file/bad-numbers", numbers_that_are_none_are_refused);
  g_test_add_func ("/model-file/cut", bytes_that_are_cut_are_refused);
  g_test_add_func ("/model-file/missing", a_missing_file_is_named);
  return g_test_run ();
}
