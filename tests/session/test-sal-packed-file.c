/* test-sal-packed-file.c - packed weights are those that the network uses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-fixture.h"
#include "sal-packed-file.h"
#include "sal-safetensors.h"

static const char text[] =
  "input channels=1 height=8 width=8\n"
  "conv2d conv1 out=5\n"
  "pact act1\n"
  "conv2d conv2 out=3\n"
  "pact act2\n"
  "flatten flat\n"
  "linear fc out=4\n";

static NnModel *
make_network (int bits)
{
  NnError error;
  NnModel *model = nn_model_new (text, &error);

  g_assert_nonnull (model);
  nn_model_initialise (model, 7);
  g_assert_cmpint (nn_model_set_bits (model, bits, bits, NN_EDGES_8_BITS, &error), ==, NN_OK);
  return model;
}

static SalSafetensors *
write_and_read (FileFixture   *fixture,
                const NnModel *model)
{
  const SalModelInfo info = { .title = (char *) "Small" };
  g_autoptr (GError) error = NULL;

  sal_packed_file_write (fixture->path, model, &info, &error);
  g_assert_no_error (error);

  SalSafetensors *file = sal_safetensors_load (fixture->path, &error);

  g_assert_no_error (error);
  return file;
}

static gsize
element_size (SalTensorType type)
{
  return type == SAL_TENSOR_U8 ? 1 : 4;
}

static gsize
count_bytes (SalSafetensors *file)
{
  gsize bytes = 0;

  for (guint i = 0; i < sal_safetensors_get_n_tensors (file); i++) {
    const SalTensor *tensor = sal_safetensors_get_tensor (file, i);

    bytes += tensor->n_elements * element_size (tensor->type);
  }
  return bytes;
}

/* Bit by bit, as the header of sal-packed-file.h says. */
static unsigned
read_code (const guint8 *codes,
           gsize         index,
           int           bits)
{
  unsigned code = 0;

  for (int b = 0; b < bits; b++) {
    const gsize at = index * (gsize) bits + (gsize) b;

    code |= ((unsigned) (codes[at / 8] >> (at % 8)) & 1u) << b;
  }
  return code;
}

/* What a reader makes of weights `name`, against what the network uses. */
static void
check_weights (SalSafetensors *file,
               const NnModel  *model,
               const NnTensor *tensor)
{
  const NnWeights weights = nn_model_weights (model, (size_t) tensor->layer);
  g_autofree float *wq = g_new (float, weights.n);
  g_autofree char *codes_name = g_strconcat (tensor->name, ".codes", NULL);
  g_autofree char *scale_name = g_strconcat (tensor->name, ".scale", NULL);
  g_autofree char *packing_name = g_strconcat (tensor->name, ".packing", NULL);
  const SalTensor *codes = sal_safetensors_find (file, codes_name);
  const SalTensor *scale = sal_safetensors_find (file, scale_name);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) packing =
    json_from_string (sal_safetensors_get_metadata (file, packing_name), &error);

  g_assert_no_error (error);
  g_assert_nonnull (codes);
  g_assert_nonnull (scale);

  JsonObject *object = json_node_get_object (packing);
  const int bits = (int) json_object_get_int_member (object, "bits");
  const double zero = json_object_get_double_member (object, "zero");
  const gsize per_grid = weights.n / scale->n_elements;

  nn_model_quantizer (model, NULL)->quantize (&weights, wq);
  g_assert_cmpint (bits, ==, weights.bits);
  g_assert_cmpuint (codes->n_elements, ==, (weights.n * (gsize) bits + 7) / 8);
  for (gsize i = 0; i < weights.n; i++) {
    const double step = (double) ((const float *) scale->data)[i / per_grid];
    const double value = (read_code (codes->data, i, bits) - zero) * step;

    g_assert_cmpfloat (fabs (value - (double) wq[i]), <, 1e-5 + 1e-5 * fabs (value));
  }
}

static void
unpacks_to_what_the_network_uses (FileFixture  *fixture,
                                  gconstpointer data)
{
  static const int widths[] = { 2, 3, 4, 5, 8 };

  for (gsize w = 0; w < G_N_ELEMENTS (widths); w++)
    for (size_t q = 0; nn_weight_quantizer (q) != NULL; q++) {
      NnModel *model = make_network (widths[w]);
      const NnWeightQuantizer *quantizer = nn_weight_quantizer (q);

      nn_model_set_quantizer (model, quantizer,
                              nn_param_defaults (quantizer->params, quantizer->n_params));

      g_autoptr (SalSafetensors) file = write_and_read (fixture, model);

      g_test_message ("%s at %d bits", quantizer->name, widths[w]);
      for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
        const NnTensor tensor = nn_model_tensor (model, i);

        if (tensor.role == NN_TENSOR_WEIGHT)
          check_weights (file, model, &tensor);
      }
      g_assert_cmpuint (count_bytes (file), ==, nn_model_packed_bytes (model));
      nn_model_free (model);
    }
}

/* Nothing is packed where nothing is rounded. */
static void
keeps_full_precision (FileFixture  *fixture,
                      gconstpointer data)
{
  NnModel *model = make_network (NN_BITS_OFF);
  g_autoptr (SalSafetensors) file = write_and_read (fixture, model);

  g_assert_cmpuint (count_bytes (file), ==, nn_model_packed_bytes (model));
  for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    const SalTensor *found = sal_safetensors_find (file, tensor.name);

    g_assert_nonnull (found);
    g_assert_cmpmem (found->data, found->n_elements * sizeof (float), tensor.value,
                     tensor.count * sizeof (float));
  }
  nn_model_free (model);
}

/* It cannot be trained on, and is not taken for a model file. */
static void
is_no_model_file (FileFixture  *fixture,
                  gconstpointer data)
{
  NnModel *model = make_network (4);
  g_autoptr (SalSafetensors) file = write_and_read (fixture, model);
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_model_file_load (fixture->path, NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  nn_model_free (model);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (FileFixture *,
                  gconstpointer);
  } tests[] = {
    { "/packed-file/unpacks to what the network uses", unpacks_to_what_the_network_uses },
    { "/packed-file/keeps full precision", keeps_full_precision },
    { "/packed-file/is no model file", is_no_model_file },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, FileFixture, "packed.safetensors", file_fixture_set_up,
                tests[i].test, file_fixture_tear_down);
  return g_test_run ();
}
