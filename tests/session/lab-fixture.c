/* lab-fixture.c - a small data set, random networks and a lab to ask
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"

#include <glib/gstdio.h>

#include "sal-directory.h"
#include "sal-glyphs.h"

static const char network_text[] =
  "input channels=1 height=28 width=28\n"
  "conv2d conv1 out=4\n"
  "%s act1\n"
  "max-pool pool\n"
  "conv2d conv2 out=8\n"
  "%s act2\n"
  "flatten flat\n"
  "linear fc out=10\n";

static void
append_big_endian (GByteArray *bytes,
                   guint32     value)
{
  const guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (bytes, (const guint8 *) &big, sizeof big);
}

static void
write_idx (const char   *folder,
           const char   *name,
           guint32       magic,
           gsize         count,
           const guint8 *data,
           gsize         size)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  append_big_endian (bytes, magic);
  append_big_endian (bytes, (guint32) count);
  if (size > count) {
    append_big_endian (bytes, SAL_GLYPHS_SIDE);
    append_big_endian (bytes, SAL_GLYPHS_SIDE);
  }
  g_byte_array_append (bytes, data, (guint) size);
  g_file_set_contents (path, (const char *) bytes->data, bytes->len, &error);
  g_assert_no_error (error);
}

static void
write_part (const char *folder,
            const char *part,
            guint64     seed,
            gsize       count)
{
  const gsize size = count * SAL_GLYPHS_SIDE * SAL_GLYPHS_SIDE;
  g_autofree guint8 *pixels = g_malloc (size);
  g_autofree guint8 *labels = g_malloc (count);
  g_autofree char *images_name = g_strconcat (part, "-images-idx3-ubyte", NULL);
  g_autofree char *labels_name = g_strconcat (part, "-labels-idx1-ubyte", NULL);

  g_assert_true (sal_glyphs_draw (SAL_GLYPHS_DIGIT, seed, count, 0, pixels, labels, NULL, NULL));
  write_idx (folder, images_name, 0x803, count, pixels, size);
  write_idx (folder, labels_name, 0x801, count, labels, count);
}

NnModel *
lab_fixture_new_network (const char *activation,
                         guint64     seed)
{
  g_autofree char *text = g_strdup_printf (network_text, activation, activation);
  NnError error;
  NnModel *model = nn_model_new (text, &error);

  if (model == NULL)
    g_error ("%s", error.message);
  nn_model_initialise (model, seed);
  return model;
}

/* A random network with alphas that clip, at 4 and 4 bits. */
static NnModel *
new_pact_network (void)
{
  NnModel *model = lab_fixture_new_network ("pact", 7);
  NnError error;

  for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    if (tensor.role == NN_TENSOR_ALPHA)
      *tensor.value = 0.8f;
  }
  g_assert_cmpint (nn_model_set_bits (model, 4, 4, NN_EDGES_SAME, &error), ==, NN_OK);
  return model;
}

/* Drawn once for all tests of a program; it is all in memory then. */
static SalDataset *
open_dataset (void)
{
  static SalDataset *dataset;
  g_autoptr (GError) error = NULL;

  if (dataset != NULL)
    return sal_dataset_ref (dataset);

  g_autofree char *folder = g_dir_make_tmp ("saliscope-lab-XXXXXX", &error);

  g_assert_no_error (error);
  write_part (folder, "train", 1, LAB_FIXTURE_TRAIN);
  write_part (folder, "t10k", 2, LAB_FIXTURE_TEST);
  dataset = sal_dataset_open (folder, NULL, &error);
  g_assert_no_error (error);
  sal_directory_remove (folder, &error);
  g_assert_no_error (error);
  return sal_dataset_ref (dataset);
}

void
lab_fixture_set_up (LabFixture   *self,
                    gconstpointer data)
{
  NnModel *relu = lab_fixture_new_network ("relu", 3);
  NnModel *pact = new_pact_network ();

  self->dataset = open_dataset ();
  self->relu = sal_lab_model_new (relu, NULL, self->dataset);
  self->pact = sal_lab_model_new (pact, NULL, self->dataset);
  self->lab = sal_lab_new (2);
  self->pool = nn_pool_new (2, 0, NULL);
  nn_model_free (relu);
  nn_model_free (pact);
}

void
lab_fixture_tear_down (LabFixture   *self,
                       gconstpointer data)
{
  g_clear_object (&self->lab);
  sal_lab_model_unref (self->relu);
  sal_lab_model_unref (self->pact);
  sal_dataset_unref (self->dataset);
  nn_pool_free (self->pool);
}

static gboolean
give_up (gpointer data)
{
  g_error ("no answer within a minute");
  return G_SOURCE_REMOVE;
}

void
lab_fixture_wait (const gboolean *done)
{
  const guint guard = g_timeout_add_seconds (60, give_up, NULL);

  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (guard);
}

const guint8 *
lab_fixture_pixels (LabFixture *self,
                    gsize       index)
{
  const NnImages *test = sal_dataset_get_test (self->dataset);

  return test->pixels + index * nn_images_stride (test);
}

int
lab_fixture_label (LabFixture *self,
                   gsize       index)
{
  return sal_dataset_get_test (self->dataset)->labels[index];
}

LabNetwork
lab_fixture_prepare (LabFixture    *self,
                     const NnModel *model,
                     int            weight_bits,
                     int            activation_bits)
{
  NnError error;
  LabNetwork network = { .model = nn_model_copy (model, &error) };

  g_assert_nonnull (network.model);
  g_assert_cmpint (nn_model_set_bits (network.model, weight_bits, activation_bits,
                                      NN_EDGES_8_BITS, &error), ==, NN_OK);
  network.exec = nn_exec_new (network.model, self->pool, NN_EXEC_GRADIENT, 32, &error);
  g_assert_nonnull (network.exec);
  nn_exec_prepare (network.exec);
  return network;
}

void
lab_fixture_clear (LabNetwork *network)
{
  nn_exec_free (network->exec);
  nn_model_free (network->model);
}
