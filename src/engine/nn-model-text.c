/* nn-model-text.c - reading and writing the text that describes a network
 *
 * The parser works on a bounded copy of one line at a time and expects any
 * bytes: the same text comes from users and from model files.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn-model-private.h"
#include "nn-words.h"
#include "nn/nn-images.h"

#define MAX_LINE 512
#define MAX_WORDS 16

/* One line cut into words. */
typedef struct
{
  char  text[MAX_LINE];
  char *words[MAX_WORDS];
  int   n_words;
  int   number; /* counted from 1                                             */
} Line;

static const NnParam input_params[] = {
  { "channels", N_("Channels"), NN_PARAM_INTEGER, 1, NN_MAX_CHANNELS, 1 },
  { "height", N_("Height"), NN_PARAM_INTEGER, 1, 1024, NAN },
  { "width", N_("Width"), NN_PARAM_INTEGER, 1, 1024, NAN },
};

enum { N_INPUT_PARAMS = sizeof input_params / sizeof input_params[0] };

/* Takes the line at *text, moves *text behind it and cuts it into words. */
static NnStatus
next_line (const char **text,
           Line        *line,
           NnError     *error)
{
  const size_t length = strcspn (*text, "\n");
  char *state = NULL;

  line->number++;
  line->n_words = 0;
  if (length >= sizeof line->text)
    return nn_error_set (error, NN_ERROR_SYNTAX, "line %d is longer than %d characters",
                         line->number, MAX_LINE - 1);
  memcpy (line->text, *text, length);
  line->text[length] = '\0';
  line->text[strcspn (line->text, "#")] = '\0';
  *text += length + ((*text)[length] == '\n' ? 1 : 0);

  for (char *word = strtok_r (line->text, " \t\r", &state); word != NULL;
       word = strtok_r (NULL, " \t\r", &state)) {
    if (line->n_words == MAX_WORDS)
      return nn_error_set (error, NN_ERROR_SYNTAX, "line %d has more than %d words",
                           line->number, MAX_WORDS);
    line->words[line->n_words++] = word;
  }
  return NN_OK;
}

/* Puts "line 3: " before a message. */
static NnStatus
at_line (const Line *line,
         NnStatus    status,
         NnError    *error)
{
  if (error != NULL) {
    const NnError inner = *error;

    return nn_error_set (error, status, "line %d: %.200s", line->number, inner.message);
  }
  return status;
}

/* Parses one word "parameter=value" into `values` and marks it in `given`. */
static NnStatus
parse_value (const char    *word,
             const NnParam *params,
             size_t         n_params,
             NnParamValues *values,
             bool          *given,
             NnError       *error)
{
  const char *equals = strchr (word, '=');
  char name[32];

  if (equals == NULL || equals == word || (size_t) (equals - word) >= sizeof name)
    return nn_error_set (error, NN_ERROR_SYNTAX, "expected parameter=value, found \"%.60s\"",
                         word);
  memcpy (name, word, (size_t) (equals - word));
  name[equals - word] = '\0';

  const int index = nn_param_find (params, n_params, name);

  if (index < 0)
    return nn_error_set (error, NN_ERROR_UNKNOWN_NAME, "there is no parameter \"%s\" here", name);
  if (given[index])
    return nn_error_set (error, NN_ERROR_SYNTAX, "\"%s=\" is given twice", name);
  given[index] = true;
  return nn_param_parse (&params[index], equals + 1, &values->value[index], error);
}

/* Parses words[first ..] of a line; parameters without a default must be
 * given. */
static NnStatus
parse_values (const Line    *line,
              int            first,
              const NnParam *params,
              size_t         n_params,
              NnParamValues *values,
              NnError       *error)
{
  bool given[NN_MAX_PARAMS] = { false };

  *values = nn_param_defaults (params, n_params);
  for (int i = first; i < line->n_words; i++) {
    const NnStatus status = parse_value (line->words[i], params, n_params, values, given, error);

    if (status != NN_OK)
      return status;
  }
  for (size_t i = 0; i < n_params; i++)
    if (isnan (values->value[i]))
      return nn_error_set (error, NN_ERROR_SYNTAX, "\"%s=\" is missing", params[i].name);
  return NN_OK;
}

static NnStatus
parse_input (NnModel    *model,
             const Line *line,
             NnError    *error)
{
  NnParamValues values;
  const NnStatus status = parse_values (line, 1, input_params, N_INPUT_PARAMS, &values, error);

  if (status == NN_OK)
    model->input = (NnShape) { (int) values.value[0], (int) values.value[1],
                               (int) values.value[2] };
  return status;
}

static bool
name_is_valid (const char *name)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

  return strlen (name) < NN_LAYER_NAME_SIZE && strspn (name, allowed) == strlen (name);
}

/* The value that layer `name` gives, 0 for "input", or -1. */
static int
find_value (const NnModel *model,
            const char    *name)
{
  if (strcmp (name, "input") == 0)
    return 0;
  for (size_t i = 0; i < model->n_layers; i++)
    if (strcmp (model->layers[i].name, name) == 0)
      return (int) i + 1;
  return -1;
}

/* Takes "KEYWORD=NAME" out of the line, if it is there. */
static NnStatus
take_reference (const NnModel *model,
                Line          *line,
                const char    *keyword,
                int           *value,
                NnError       *error)
{
  const size_t length = strlen (keyword);

  for (int i = 2; i < line->n_words; i++) {
    const char *word = line->words[i];

    if (strncmp (word, keyword, length) != 0 || word[length] != '=')
      continue;
    *value = find_value (model, word + length + 1);
    if (*value < 0)
      return nn_error_set (error, NN_ERROR_UNKNOWN_NAME,
                           "\"%.60s\": no line before this one has that name", word);
    line->n_words--;
    memmove (&line->words[i], &line->words[i + 1],
             sizeof line->words[0] * (size_t) (line->n_words - i));
    return NN_OK;
  }
  return NN_OK;
}

static bool
wants_two (const NnLayer *layer)
{
  return (layer->ops->flags & NN_LAYER_TWO_INPUTS) != 0;
}

/* Where the layer takes its input from. */
static NnStatus
take_sources (const NnModel *model,
              Line          *line,
              NnLayer       *layer,
              NnError       *error)
{
  NnStatus status;

  layer->source = (int) model->n_layers;
  layer->second = -1;
  status = take_reference (model, line, "from", &layer->source, error);
  if (status == NN_OK && wants_two (layer))
    status = take_reference (model, line, "with", &layer->second, error);
  return status;
}

static NnStatus
parse_layer (NnModel *model,
             Line    *line,
             NnError *error)
{
  const NnLayerOps *ops = nn_layer_ops_find (line->words[0]);

  if (ops == NULL)
    return nn_error_set (error, NN_ERROR_UNKNOWN_NAME, "there is no layer kind \"%.60s\"",
                         line->words[0]);
  if (line->n_words < 2 || !name_is_valid (line->words[1]))
    return nn_error_set (error, NN_ERROR_SYNTAX,
                         "%s needs a name of letters, digits, - or _ (at most %d)",
                         ops->kind.name, NN_LAYER_NAME_SIZE - 1);
  if (find_value (model, line->words[1]) >= 0)
    return nn_error_set (error, NN_ERROR_SYNTAX, "the name \"%s\" is already in use",
                         line->words[1]);
  if (model->n_layers == NN_MAX_LAYERS)
    return nn_error_set (error, NN_ERROR_UNSUPPORTED, "more than %d layers", NN_MAX_LAYERS);

  NnLayer *layer = &model->layers[model->n_layers];

  layer->ops = ops;
  layer->weight = layer->bias = layer->alpha = layer->step = -1;
  layer->scale = layer->mean = layer->variance = -1;
  strcpy (layer->name, line->words[1]);

  NnStatus status = take_sources (model, line, layer, error);

  model->n_layers++;
  if (status == NN_OK)
    status = parse_values (line, 2, ops->kind.params, ops->kind.n_params, &layer->values, error);
  if (status == NN_OK && wants_two (layer) && layer->second < 0)
    status = nn_error_set (error, NN_ERROR_SYNTAX, "\"with=\" is missing");
  return status;
}

static NnStatus
parse_line (NnModel *model,
            Line    *line,
            bool    *has_input,
            NnError *error)
{
  if (line->n_words == 0)
    return NN_OK;
  if (strcmp (line->words[0], "input") == 0) {
    if (*has_input)
      return nn_error_set (error, NN_ERROR_SYNTAX, "there is a second input line");
    *has_input = true;
    return parse_input (model, line, error);
  }
  if (!*has_input)
    return nn_error_set (error, NN_ERROR_SYNTAX,
                         "the first line must be \"input channels= height= width=\"");
  return parse_layer (model, line, error);
}

NnStatus
nn_model_parse (NnModel    *model,
                const char *text,
                NnError    *error)
{
  Line line = { .number = 0 };
  bool has_input = false;
  NnError inner = { NN_OK, "" };

  while (*text != '\0') {
    NnStatus status = next_line (&text, &line, error);

    if (status != NN_OK)
      return status;
    status = parse_line (model, &line, &has_input, &inner);
    if (status != NN_OK) {
      if (error != NULL)
        *error = inner;
      return at_line (&line, status, error);
    }
  }
  if (model->n_layers == 0)
    return nn_error_set (error, NN_ERROR_SYNTAX, "the network has no layers");
  return NN_OK;
}

static const char *
value_name (const NnModel *model,
            int            value)
{
  return value > 0 ? model->layers[value - 1].name : "input";
}

static int
write_sources (char          *out,
               size_t         size,
               const NnModel *model,
               size_t         index)
{
  const NnLayer *layer = &model->layers[index];
  int length = 0;

  if (layer->source != (int) index)
    length += snprintf (out, size, " from=%s", value_name (model, layer->source));
  if (layer->second >= 0)
    length += snprintf (out + length, size - (size_t) length, " with=%s",
                        value_name (model, layer->second));
  return length;
}

static int
write_values (char                *out,
              size_t               size,
              const NnParam       *params,
              size_t               n_params,
              const NnParamValues *values)
{
  int length = 0;

  for (size_t i = 0; i < n_params; i++) {
    char value[32];

    if (values->value[i] == params[i].standard)
      continue;
    nn_param_format (&params[i], values->value[i], value, sizeof value);
    length += snprintf (out + length, size - (size_t) length, " %s=%s", params[i].name, value);
  }
  return length;
}

char *
nn_model_write_text (const NnModel *model)
{
  const size_t size = (model->n_layers + 1) * MAX_LINE;
  char *text = malloc (size);

  if (text == NULL)
    return NULL;

  int length = snprintf (text, size, "input channels=%d height=%d width=%d\n",
                         model->input.channels, model->input.height, model->input.width);

  for (size_t i = 0; i < model->n_layers; i++) {
    const NnLayer *layer = &model->layers[i];

    length += snprintf (text + length, size - (size_t) length, "%s %s",
                        layer->ops->kind.name, layer->name);
    length += write_sources (text + length, size - (size_t) length, model, i);
    length += write_values (text + length, size - (size_t) length, layer->ops->kind.params,
                            layer->ops->kind.n_params, &layer->values);
    length += snprintf (text + length, size - (size_t) length, "\n");
  }
  return text;
}
