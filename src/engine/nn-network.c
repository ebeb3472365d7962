/* nn-network.c - writing the text of a ready-made network
 *
 * The text is parsed before it is given away, so that an image that is too
 * small is refused here, with the layer that it does not fit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "layers/nn-layer-ops.h"
#include "nn-network-rows.h"

const NnNetwork *
nn_network (size_t index)
{
  const NnNetworkRow *row = nn_network_row (index);

  return row != NULL ? &row->network : NULL;
}

static const NnNetworkRow *
find (const char *name)
{
  const NnNetworkRow *row;

  for (size_t i = 0; (row = nn_network_row (i)) != NULL; i++)
    if (strcmp (row->network.name, name) == 0)
      return row;
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

/* What stands for what in a row's text. */
typedef struct
{
  const char *name;
  char        value[32];
} Variable;

enum { ACTIVATION, CLASSES, PATCH, N_VARIABLES };

static const Variable *
variable_at (const Variable *variables,
             const char     *place)
{
  for (int i = 0; i < N_VARIABLES; i++)
    if (strncmp (place, variables[i].name, strlen (variables[i].name)) == 0)
      return &variables[i];
  return NULL;
}

/* Copies `pattern` with its variables replaced. */
static bool
expand (const char     *pattern,
        const Variable *variables,
        char           *text,
        size_t          size,
        size_t          length)
{
  for (const char *rest = pattern; *rest != '\0';) {
    const size_t plain = strcspn (rest, "%");

    if (!append (text, size, &length, rest, plain))
      return false;
    rest += plain;
    if (*rest == '\0')
      return true;

    const Variable *variable = variable_at (variables, rest);

    if (!append (text, size, &length, variable->value, strlen (variable->value)))
      return false;
    rest += strlen (variable->name);
  }
  return true;
}

static bool
is_activation (const char *name)
{
  const NnLayerOps *ops = nn_layer_ops_find (name);

  return ops != NULL && ops->kind.activation;
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
  const NnNetworkRow *row = find (name);
  NnError inner;
  NnModel *model;

  if (row == NULL)
    return nn_error_set (error, NN_ERROR_UNKNOWN_NAME, "there is no network \"%.60s\"", name);
  activation = activation != NULL ? activation : row->network.activation;
  if (!is_activation (activation))
    return nn_error_set (error, NN_ERROR_UNKNOWN_NAME, "there is no activation \"%.60s\"",
                         activation);

  Variable variables[N_VARIABLES] = {
    [ACTIVATION] = { "%ACT%", "" },
    [CLASSES] = { "%CLASSES%", "" },
    [PATCH] = { "%PATCH%", "" },
  };

  snprintf (variables[ACTIVATION].value, sizeof variables->value, "%s", activation);
  snprintf (variables[CLASSES].value, sizeof variables->value, "%d", classes);
  snprintf (variables[PATCH].value, sizeof variables->value, "%d", 2 * input.channels * 4);

  const int length = snprintf (text, size, "input channels=%d height=%d width=%d\n",
                               input.channels, input.height, input.width);

  if (length < 0 || (size_t) length >= size ||
      !expand (row->text, variables, text, size, (size_t) length))
    return nn_error_set (error, NN_ERROR_RANGE, "%zu characters do not hold the text of %s",
                         size, name);
  model = nn_model_new (text, &inner);
  if (model == NULL)
    return nn_error_set (error, inner.status, "%s", inner.message);
  nn_model_free (model);
  return NN_OK;
}
