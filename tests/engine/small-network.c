/* small-network.c - networks for tests of what is done with a network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "small-network.h"

#include <string.h>

NnModel *
small_network_new (gboolean pact,
                   guint64  seed)
{
  const char *activation = pact ? "pact" : "relu";
  g_autofree char *text = g_strdup_printf ("input channels=2 height=6 width=6\n"
                                           "conv2d conv out=4 kernel=3\n"
                                           "%s act1\n"
                                           "max-pool pool\n"
                                           "flatten flat\n"
                                           "linear fc1 out=8\n"
                                           "%s act2\n"
                                           "linear fc2 out=3\n", activation, activation);

  return fixture_model (text, seed);
}

NnModel *
linear_network_new (int channels,
                    int width,
                    int classes)
{
  g_autofree char *text = g_strdup_printf ("input channels=%d height=1 width=%d\n"
                                           "flatten flat\n"
                                           "linear fc out=%d\n", channels, width, classes);

  return fixture_model (text, 3);
}

NnTensor
network_tensor (NnModel    *model,
                const char *name)
{
  for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
    if (g_str_equal (nn_model_tensor (model, i).name, name))
      return nn_model_tensor (model, i);
  }
  g_error ("no tensor is called %s", name);
}

Runner *
runner_new (const NnModel *model,
            int            threads,
            size_t         capacity)
{
  Runner *runner = g_new0 (Runner, 1);

  runner->pool = fixture_pool (threads);
  runner->exec = fixture_exec (model, runner->pool, NN_EXEC_GRADIENT, capacity);
  return runner;
}

void
runner_free (Runner *runner)
{
  nn_exec_free (runner->exec);
  nn_pool_free (runner->pool);
  g_free (runner);
}

NnModel *
explained_network_new (Golden *golden)
{
  NnModel *model = fixture_model ("input channels=1 height=28 width=28\n"
                                  "conv2d conv1 out=6\n"
                                  "relu act1\n"
                                  "conv2d conv2 out=12\n"
                                  "relu act2\n"
                                  "max-pool pool\n"
                                  "flatten flat\n"
                                  "linear fc1 out=24\n"
                                  "relu act3\n"
                                  "linear fc2 out=10\n", 0);

  for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    g_autofree char *name = g_strdup_printf ("param.%s", tensor.name);
    gsize n;
    const float *values = golden_floats (golden, name, &n);

    g_assert_cmpuint (n, ==, tensor.count);
    memcpy (tensor.value, values, n * sizeof *values);
  }
  return model;
}

Digits *
digits_new (void)
{
  g_autoptr (GBytes) pixels = golden_read_idx ("mnist/t10k-images-idx3-ubyte.gz", 16);
  g_autoptr (GBytes) labels = golden_read_idx ("mnist/t10k-labels-idx1-ubyte.gz", 8);

  if (pixels == NULL || labels == NULL)
    return NULL;

  Digits *digits = g_new0 (Digits, 1);

  g_assert_cmpuint (g_bytes_get_size (pixels), ==, 784 * g_bytes_get_size (labels));
  digits->images = (NnImages) {
    g_bytes_get_data (pixels, NULL), g_bytes_get_data (labels, NULL), g_bytes_get_size (labels),
    1, 28, 28, 10, { 0.1307f }, { 0.3081f }
  };
  digits->pixels = g_steal_pointer (&pixels);
  digits->labels = g_steal_pointer (&labels);
  return digits;
}

void
digits_free (Digits *digits)
{
  g_bytes_unref (digits->pixels);
  g_bytes_unref (digits->labels);
  g_free (digits);
}
