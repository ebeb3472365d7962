/* nn-model-copy.c - copies of a network that carry more than the original
 *
 * The copy is built from the original's text with words added or exchanged;
 * what both have is found by name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-model.h"

#include <stdlib.h>
#include <string.h>

#include "nn-model-private.h"

static const NnTensor *
find_tensor (const NnModel *model,
             const char    *name)
{
  for (size_t t = 0; t < model->n_tensors; t++)
    if (strcmp (model->tensors[t].info.name, name) == 0)
      return &model->tensors[t].info;
  return NULL;
}

/* A network of `text` (taken; NULL: no memory), whose layers are those of
 * `model`, with the weights and settings of `model`. */
static NnModel *
copy_as (const NnModel *model,
         char          *text,
         NnError       *error)
{
  NnModel *copy = NULL;

  if (text != NULL)
    copy = nn_model_new (text, error);
  else
    nn_error_set (error, NN_ERROR_MEMORY, "no memory for a network");
  free (text);
  if (copy == NULL)
    return NULL;
  for (size_t t = 0; t < copy->n_tensors; t++) {
    const NnTensor *to = &copy->tensors[t].info;
    const NnTensor *from = find_tensor (model, to->name);

    if (from != NULL)
      memcpy (to->value, from->value, sizeof (float) * to->count);
  }
  for (size_t i = 0; i < model->n_layers; i++) {
    copy->layers[i].weight_bits = model->layers[i].weight_bits;
    copy->layers[i].activation_bits = model->layers[i].activation_bits;
    copy->layers[i].step_bits = model->layers[i].step_bits;
  }
  copy->quantizer = model->quantizer;
  copy->quantizer_values = model->quantizer_values;
  return copy;
}

/* Each line "relu NAME" is "pact NAME": the two words have the same length. */
static void
relu_lines_to_pact (char *text)
{
  for (char *line = text; line != NULL && *line != '\0';) {
    char *newline = strchr (line, '\n');

    if (strncmp (line, "relu ", 5) == 0)
      memcpy (line, "pact", 4);
    line = newline != NULL ? newline + 1 : NULL;
  }
}

NnModel *
nn_model_copy_with_pact (const NnModel *model,
                         NnError       *error)
{
  char *text = strdup (model->text);

  if (text != NULL)
    relu_lines_to_pact (text);
  return copy_as (model, text, error);
}

/* The text of `model` with " step=learned" after each layer's line that has
 * weights and no step.  The first line is the input's. */
static char *
text_with_steps (const NnModel *model)
{
  static const char word[] = " step=learned";
  char *text = malloc (strlen (model->text) + model->n_layers * sizeof word + 1);
  const char *from = model->text;
  char *to = text;

  if (text == NULL)
    return NULL;
  for (size_t line = 0; *from != '\0'; line++) {
    const size_t length = strcspn (from, "\n");
    const NnLayer *layer = line > 0 ? &model->layers[line - 1] : NULL;

    memcpy (to, from, length);
    to += length;
    if (layer != NULL && layer->weight >= 0 && layer->step < 0)
      to = stpcpy (to, word);
    *to++ = '\n';
    from += length + (from[length] == '\n');
  }
  *to = '\0';
  return text;
}

NnModel *
nn_model_copy_with_steps (const NnModel *model,
                          NnError       *error)
{
  NnModel *copy = copy_as (model, text_with_steps (model), error);

  if (copy != NULL)
    nn_model_settle_steps (copy);
  return copy;
}
