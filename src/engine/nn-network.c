/* nn-network.c - the table of ready-made networks
 *
 * A network is its text with %ACT% for the activation and %CLASSES% for the
 * number of classes; the input line is put before it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "nn/nn-model.h"

typedef struct
{
  NnNetwork   network;
  const char *text;
} Row;

static const Row table[] = {
  {
    { "sgt-cnn", "SGT-CNN",
      "Two 3 x 3 convolutions (32, 64), max-pooling, two linear layers, dropout: the network "
      "of the saliency-guided training paper on MNIST" },
    "conv2d conv1 out=32\n"
    "%ACT% act1\n"
    "conv2d conv2 out=64\n"
    "%ACT% act2\n"
    "max-pool pool\n"
    "dropout drop1 rate=0.25\n"
    "flatten flat\n"
    "linear fc1 out=128\n"
    "%ACT% act3\n"
    "dropout drop2\n"
    "linear fc2 out=%CLASSES%\n",
  },
  {
    { "sgt-cnn-small", "SGT-CNN, small",
      "The same with 8 and 16 channels and 32 hidden units: for quick trials" },
    "conv2d conv1 out=8\n"
    "%ACT% act1\n"
    "conv2d conv2 out=16\n"
    "%ACT% act2\n"
    "max-pool pool\n"
    "dropout drop1 rate=0.1\n"
    "flatten flat\n"
    "linear fc1 out=32\n"
    "%ACT% act3\n"
    "linear fc2 out=%CLASSES%\n",
  },
  {
    { "lenet5", "LeNet-5",
      "Two 5 x 5 convolutions (6, 16) with average-pooling and three linear layers (LeCun et "
      "al. 1998)" },
    "conv2d conv1 out=6 kernel=5 padding=2\n"
    "%ACT% act1\n"
    "average-pool pool1\n"
    "conv2d conv2 out=16 kernel=5\n"
    "%ACT% act2\n"
    "average-pool pool2\n"
    "flatten flat\n"
    "linear fc1 out=120\n"
    "%ACT% act3\n"
    "linear fc2 out=84\n"
    "%ACT% act4\n"
    "linear fc3 out=%CLASSES%\n",
  },
};

enum { N_NETWORKS = sizeof table / sizeof table[0] };

const NnNetwork *
nn_network (size_t index)
{
  return index < N_NETWORKS ? &table[index].network : NULL;
}

static const Row *
find (const char *name)
{
  for (size_t i = 0; i < N_NETWORKS; i++)
    if (strcmp (table[i].network.name, name) == 0)
      return &table[i];
  return NULL;
}

/* Appends to `text`; false where `size` is too small. */
static bool
append (char       *text,
        size_t      size,
        size_t     *length,
        const char *part,
        size_t      part_length)
{
  if (*length + part_length >= size)
    return false;
  memcpy (text + *length, part, part_length);
  *length += part_length;
  text[*length] = '\0';
  return true;
}

/* Copies `pattern` with its two variables replaced. */
static bool
expand (const char *pattern,
        const char *activation,
        const char *classes,
        char       *text,
        size_t      size,
        size_t      length)
{
  for (const char *rest = pattern; *rest != '\0';) {
    const size_t plain = strcspn (rest, "%");
    const bool is_activation = strncmp (rest + plain, "%ACT%", 5) == 0;
    const char *value = is_activation ? activation : classes;

    if (!append (text, size, &length, rest, plain))
      return false;
    if (rest[plain] == '\0')
      return true;
    if (!append (text, size, &length, value, strlen (value)))
      return false;
    rest += plain + strlen (is_activation ? "%ACT%" : "%CLASSES%");
  }
  return true;
}

NnStatus
nn_network_text (const char *name,
                 NnShape     input,
                 int         classes,
                 const char *activation,
                 char       *text,
                 size_t      size,
                 NnError    *error)
{
  const Row *row = find (name);
  char number[16];
  NnError inner;
  NnModel *model;

  if (row == NULL)
    return nn_error_set (error, NN_ERROR_UNKNOWN_NAME, "there is no network \"%.60s\"", name);
  snprintf (number, sizeof number, "%d", classes);

  const int length = snprintf (text, size, "input channels=%d height=%d width=%d\n",
                               input.channels, input.height, input.width);

  if (length < 0 || (size_t) length >= size ||
      !expand (row->text, activation, number, text, size, (size_t) length))
    return nn_error_set (error, NN_ERROR_RANGE, "%zu characters do not hold the text of %s",
                         size, name);
  model = nn_model_new (text, &inner);
  if (model == NULL)
    return nn_error_set (error, inner.status, "%s", inner.message);
  nn_model_free (model);
  return NN_OK;
}
