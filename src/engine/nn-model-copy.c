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

/* Writes the line of `layer` anew at `to`; returns its end. */
typedef char *(*RewriteFunc) (const NnLayer *layer,
                              const char    *line,
                              size_t         length,
                              char          *to);

/* The text of `model` with each layer's line, which may grow by `room`
 * characters, rewritten.  The first line is the input's. NULL: no memory. */
static char *
rewritten_text (const NnModel *model,
                size_t         room,
                RewriteFunc    rewrite)
{
  char *text = malloc (strlen (model->text) + model->n_layers * (room + 1) + 1);
  const char *from = model->text;
  char *to = text;

  if (text == NULL)
    return NULL;
  for (size_t line = 0; *from != '\0'; line++) {
    const size_t length = strcspn (from, "\n");

    if (line > 0)
      to = rewrite (&model->layers[line - 1], from, length, to);
    else
      to = (char *) memcpy (to, from, length) + length;
    *to++ = '\n';
    from += length + (from[length] == '\n');
  }
  *to = '\0';
  return text;
}

/* What an activation becomes: with its bits off it computes the same. */
static const struct
{
  const char *kind;
  const char *settings;
} turned[] = {
  { "relu", "" },
  { "gelu", " of=gelu" },
};

static char *
turn_into_pact (const NnLayer *layer,
                const char    *line,
                size_t         length,
                char          *to)
{
  const char *kind = layer->ops->kind.name;
  const size_t word = strlen (kind);

  for (size_t i = 0; i < sizeof turned / sizeof turned[0]; i++)
    if (strcmp (kind, turned[i].kind) == 0) {
      to = stpcpy (to, "pact");
      to = (char *) memcpy (to, line + word, length - word) + length - word;
      return stpcpy (to, turned[i].settings);
    }
  return (char *) memcpy (to, line, length) + length;
}

NnModel *
nn_model_copy_with_pact (const NnModel *model,
                         NnError       *error)
{
  return copy_as (model, rewritten_text (model, strlen (" of=gelu"), turn_into_pact), error);
}

/* " step=learned" after each layer that has weights and no step. */
static char *
add_step (const NnLayer *layer,
          const char    *line,
          size_t         length,
          char          *to)
{
  to = (char *) memcpy (to, line, length) + length;
  return layer->weight >= 0 && layer->step < 0 ? stpcpy (to, " step=learned") : to;
}

NnModel *
nn_model_copy_with_steps (const NnModel *model,
                          NnError       *error)
{
  NnModel *copy = copy_as (model, rewritten_text (model, strlen (" step=learned"), add_step),
                           error);

  if (copy != NULL)
    nn_model_settle_steps (copy);
  return copy;
}
