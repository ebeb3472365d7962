/* engine-fixture.c - small networks, pictures and comparisons that tests share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "engine-fixture.h"

#include <math.h>
#include <string.h>

#include "nn/nn-rng.h"

NnModel *
fixture_model (const char *text,
               guint64     seed)
{
  NnError error = { NN_OK, "" };
  NnModel *model = nn_model_new (text, &error);

  if (model == NULL)
    g_error ("%s\nis refused: %s", text, error.message);
  nn_model_initialise (model, seed);
  return model;
}

NnModel *
fixture_network (const char *name,
                 NnShape     input,
                 const char *activation)
{
  char text[NN_NETWORK_TEXT_SIZE];
  NnError error;

  if (nn_network_text (name, input, 10, activation, text, sizeof text, &error) != NN_OK)
    g_error ("%s", error.message);
  return fixture_model (text, 1);
}

void
fixture_set_bits (NnModel *model,
                  int      weight_bits,
                  int      activation_bits)
{
  NnError error;

  if (nn_model_set_bits (model, weight_bits, activation_bits, NN_EDGES_SAME, &error) != NN_OK)
    g_error ("%s", error.message);
}

void
fixture_set_alphas (NnModel *model,
                    float    alpha)
{
  for (gsize i = 0; i < nn_model_tensor_count (model); i++)
    if (nn_model_tensor (model, i).role == NN_TENSOR_ALPHA)
      nn_model_tensor (model, i).value[0] = alpha;
}

NnPool *
fixture_pool (int threads)
{
  NnError error;
  NnPool *pool = nn_pool_new (threads, 0, &error);

  if (pool == NULL)
    g_error ("%s", error.message);
  return pool;
}

NnExec *
fixture_exec (const NnModel *model,
              NnPool        *pool,
              NnExecKind     kind,
              gsize          capacity)
{
  NnError error;
  NnExec *exec = nn_exec_new (model, pool, kind, capacity, &error);

  if (exec == NULL)
    g_error ("%s", error.message);
  nn_exec_prepare (exec);
  return exec;
}

void
fixture_normal (guint64 seed,
                float  *values,
                gsize   n)
{
  nn_rng_normal (seed, nn_rng_stream (NN_RANDOM_NOISE, 0, 0), values, n);
}

void
fixture_check_close (const char  *what,
                     const float *found,
                     const float *expected,
                     gsize        n,
                     double       relative,
                     double       absolute)
{
  for (gsize i = 0; i < n; i++) {
    const double difference = fabs ((double) found[i] - (double) expected[i]);

    if (!(difference <= absolute + relative * fabs ((double) expected[i])))
      g_error ("%s: element %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " is %.9g, not %.9g",
               what, i, n, (double) found[i], (double) expected[i]);
  }
}

void
fixture_check_same (const char  *what,
                    const float *found,
                    const float *expected,
                    gsize        n)
{
  for (gsize i = 0; i < n; i++)
    if (memcmp (&found[i], &expected[i], sizeof (float)) != 0)
      g_error ("%s: element %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " is %.9g, not exactly %.9g",
               what, i, n, (double) found[i], (double) expected[i]);
}

/* Rows of the picture are dealt out to the classes. */
static guint8
draw_pixel (const NnImages *images,
            int             label,
            int             row,
            float           noise)
{
  const gboolean bright = row * images->classes / images->height == label;

  return (guint8) ((bright ? 200.0f : 20.0f) + 40.0f * noise);
}

Pictures *
fixture_pictures (NnShape shape,
                  gsize   count,
                  int     classes)
{
  Pictures *pictures = g_new0 (Pictures, 1);
  const gsize size = nn_shape_size (shape);
  g_autofree float *noise = g_new (float, size);

  pictures->pixels = g_new (guint8, count * size);
  pictures->labels = g_new (guint8, count);
  pictures->images = (NnImages) {
    .pixels = pictures->pixels, .labels = pictures->labels, .count = count,
    .channels = shape.channels, .height = shape.height, .width = shape.width, .classes = classes,
    .mean = { 0.3f, 0.31f, 0.32f, 0.33f }, .std = { 0.3f, 0.29f, 0.28f, 0.27f },
  };
  for (gsize i = 0; i < count; i++) {
    nn_rng_uniform (1, nn_rng_stream (NN_RANDOM_NOISE, 1, i), noise, size);
    pictures->labels[i] = (guint8) (i % (gsize) classes);
    for (gsize p = 0; p < size; p++) {
      const int row = (int) p / shape.width % shape.height;

      pictures->pixels[i * size + p] = draw_pixel (&pictures->images, pictures->labels[i], row,
                                                   noise[p]);
    }
  }
  return pictures;
}

void
pictures_free (Pictures *pictures)
{
  g_free (pictures->pixels);
  g_free (pictures->labels);
  g_free (pictures);
}
