/* nn-table.c - values of table parameters: text, ranges, defaults
 *
 * Numbers are read and written with a decimal point whatever the language of
 * the desktop, because they end up in files and on command lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-table.h"

#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Switches this thread to the C locale's numbers; leave_numbers() undoes it. */
typedef struct
{
  locale_t plain;
  locale_t before;
} Numbers;

static Numbers
enter_numbers (void)
{
  Numbers numbers;

  numbers.plain = newlocale (LC_NUMERIC_MASK, "C", (locale_t) 0);
  numbers.before = uselocale (numbers.plain);
  return numbers;
}

static void
leave_numbers (Numbers numbers)
{
  uselocale (numbers.before);
  if (numbers.plain != (locale_t) 0)
    freelocale (numbers.plain);
}

static size_t
count_choices (const NnParam *param)
{
  size_t n = 0;

  while (param->choices[n] != NULL)
    n++;
  return n;
}

/* Writes what `param` accepts, for a sentence after "expected". */
static void
describe_range (const NnParam *param,
                char          *text,
                size_t         size)
{
  if (param->type != NN_PARAM_CHOICE) {
    const Numbers numbers = enter_numbers ();

    snprintf (text, size, "%s from %g to %g",
              param->type == NN_PARAM_INTEGER ? "a whole number" : "a number",
              param->minimum, param->maximum);
    leave_numbers (numbers);
    return;
  }
  text[0] = '\0';
  for (size_t i = 0; param->choices[i] != NULL; i++) {
    const size_t length = strlen (text);

    snprintf (text + length, size - length, "%s%s", i == 0 ? "" : " or ", param->choices[i]);
  }
}

static NnStatus
refuse (const NnParam *param,
        NnStatus       status,
        const char    *found,
        NnError       *error)
{
  char expected[120];

  describe_range (param, expected, sizeof expected);
  return nn_error_set (error, status, "%s must be %s, but is \"%.40s\"",
                       param->name, expected, found);
}

int
nn_param_find (const NnParam *params,
               size_t         n,
               const char    *name)
{
  for (size_t i = 0; i < n; i++) {
    if (strcmp (params[i].name, name) == 0)
      return (int) i;
  }
  return -1;
}

static NnStatus
parse_choice (const NnParam *param,
              const char    *text,
              double        *value,
              NnError       *error)
{
  for (size_t i = 0; param->choices[i] != NULL; i++) {
    if (strcmp (param->choices[i], text) == 0) {
      *value = (double) i;
      return NN_OK;
    }
  }
  return refuse (param, NN_ERROR_RANGE, text, error);
}

/* Reads a decimal number and nothing else: no spaces, no hexadecimal, no
 * "inf", no "nan". */
static bool
read_number (const char *text,
             double     *number)
{
  if (text[0] == '\0' || text[strspn (text, "+-.0123456789eE")] != '\0')
    return false;

  const Numbers numbers = enter_numbers ();
  char *end;

  *number = strtod (text, &end);
  leave_numbers (numbers);
  return end != text && *end == '\0';
}

NnStatus
nn_param_parse (const NnParam *param,
                const char    *text,
                double        *value,
                NnError       *error)
{
  if (param->type == NN_PARAM_CHOICE)
    return parse_choice (param, text, value, error);

  double number;

  if (!read_number (text, &number))
    return refuse (param, NN_ERROR_SYNTAX, text, error);

  const NnStatus status = nn_param_check (param, number, error);

  if (status == NN_OK)
    *value = number;
  return status;
}

NnStatus
nn_param_check (const NnParam *param,
                double         value,
                NnError       *error)
{
  double minimum = param->minimum;
  double maximum = param->maximum;

  if (isnan (value))
    return nn_error_set (error, NN_ERROR_RANGE, "%s must be given", param->name);
  if (param->type == NN_PARAM_CHOICE) {
    minimum = 0;
    maximum = (double) count_choices (param) - 1;
  }
  if (value >= minimum && value <= maximum
      && (param->type == NN_PARAM_REAL || value == floor (value)))
    return NN_OK;

  char found[32];
  const Numbers numbers = enter_numbers ();

  snprintf (found, sizeof found, "%.9g", value);
  leave_numbers (numbers);
  return refuse (param, NN_ERROR_RANGE, found, error);
}

void
nn_param_format (const NnParam *param,
                 double         value,
                 char          *text,
                 size_t         size)
{
  if (param->type == NN_PARAM_CHOICE) {
    assert (value >= 0 && value < (double) count_choices (param));
    snprintf (text, size, "%s", param->choices[(size_t) value]);
    return;
  }

  const Numbers numbers = enter_numbers ();
  char shortest[40];

  for (int digits = 6; digits <= 17; digits++) {
    snprintf (shortest, sizeof shortest, "%.*g", digits, value);
    if (strtod (shortest, NULL) == value)
      break;
  }
  snprintf (text, size, "%s", shortest);
  leave_numbers (numbers);
}

NnParamValues
nn_param_defaults (const NnParam *params,
                   size_t         n)
{
  NnParamValues values = { { 0 } };

  assert (n <= NN_MAX_PARAMS);
  for (size_t i = 0; i < n; i++)
    values.value[i] = params[i].standard;
  return values;
}
