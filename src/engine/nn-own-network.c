/* nn-own-network.c - completing a text that a person wrote
 *
 * The input line may be left out, and "out=classes" stands for the number of
 * classes, so that one text serves every data set.  Errors name the person's
 * own lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/nn-model.h"

static const char classes_word[] = "=classes";

/* Whether the first line that says something is the input's. */
static bool
has_input_line (const char *text)
{
  while (*text != '\0') {
    text += strspn (text, " \t\r\n");
    if (*text != '#')
      return strncmp (text, "input", 5) == 0 && isspace ((unsigned char) text[5]);
    text += strcspn (text, "\n");
  }
  return false;
}

/* Whether "=classes" at `place` is a word's end. */
static bool
stands_for_classes (const char *place)
{
  return strncmp (place, classes_word, sizeof classes_word - 1) == 0 &&
         strchr (" \t\r\n#", place[sizeof classes_word - 1]) != NULL;
}

/* The text with its input line and the number of classes; NULL: no memory. */
static char *
write_out (const char *own,
           NnShape     input,
           int         classes)
{
  const size_t size = 2 * strlen (own) + 128;
  char *text = malloc (size);
  size_t length = 0;

  if (text == NULL)
    return NULL;
  if (!has_input_line (own))
    length += (size_t) snprintf (text, size, "input channels=%d height=%d width=%d\n",
                                 input.channels, input.height, input.width);
  for (const char *from = own; *from != '\0';) {
    if (!stands_for_classes (from)) {
      text[length++] = *from++;
      continue;
    }
    length += (size_t) snprintf (text + length, size - length, "=%d", classes);
    from += sizeof classes_word - 1;
  }
  text[length] = '\0';
  return text;
}

/* "line 5: ..." becomes "line 4: ..." where a line was put before. */
static void
count_own_lines (const char *own,
                 NnError    *error)
{
  NnError shown = *error;
  int line;
  int end = 0;

  if (has_input_line (own) || sscanf (error->message, "line %d%n", &line, &end) != 1)
    return;
  snprintf (shown.message, sizeof shown.message, "line %d%s", line - 1, error->message + end);
  *error = shown;
}

static NnStatus
check_fit (const NnModel *model,
           NnShape        input,
           int            classes,
           NnError       *error)
{
  const NnShape own = nn_model_input (model);

  if (own.channels != input.channels || own.height != input.height || own.width != input.width)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "the input line says %d x %d x %d, and the images are %d x %d x %d",
                         own.channels, own.height, own.width, input.channels, input.height,
                         input.width);
  if (nn_model_classes (model) != classes)
    return nn_error_set (error, NN_ERROR_SHAPE,
                         "the last layer gives %d numbers, and there are %d classes: "
                         "write out=classes", nn_model_classes (model), classes);
  return NN_OK;
}

NnModel *
nn_own_network_new (const char *own,
                    NnShape     input,
                    int         classes,
                    bool        pact,
                    NnError    *error)
{
  NnError inner = { NN_OK, "" };
  char *text = write_out (own, input, classes);
  NnModel *model = NULL;

  if (text != NULL)
    model = nn_model_new (text, &inner);
  else
    nn_error_set (&inner, NN_ERROR_MEMORY, "no memory for a network");
  free (text);
  if (model != NULL && pact) {
    NnModel *plain = model;

    model = nn_model_copy_with_pact (plain, &inner);
    nn_model_free (plain);
  }
  if (model != NULL && check_fit (model, input, classes, &inner) != NN_OK) {
    nn_model_free (model);
    model = NULL;
  }
  if (model == NULL) {
    count_own_lines (own, &inner);
    nn_error_set (error, inner.status, "%s", inner.message);
  }
  return model;
}
