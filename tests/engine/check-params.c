/* check-params.c - what holds for the parameters of every row of every table
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "check-params.h"

#include <math.h>
#include <string.h>

/* The largest value that `param` accepts. */
static double
find_maximum (const NnParam *param)
{
  double last = param->maximum;

  if (param->type == NN_PARAM_CHOICE) {
    for (last = -1; param->choices[(int) last + 1] != NULL;)
      last++;
  }
  return last;
}

static void
check_round_trip (const NnParam *param,
                  double         value)
{
  char text[64];
  double again = NAN;
  NnError error;

  nn_param_format (param, value, text, sizeof text);
  if (nn_param_parse (param, text, &again, &error) != NN_OK)
    g_error ("%s", error.message);
  g_assert_cmpfloat (again, ==, value);
}

static void
check_refused (const NnParam *param,
               double         value)
{
  NnError error = { NN_OK, "" };

  g_assert_cmpint (nn_param_check (param, value, &error), ==, NN_ERROR_RANGE);
  g_assert_cmpint (error.status, ==, NN_ERROR_RANGE);
  g_assert_nonnull (strstr (error.message, param->name));
}

static void
check_param (const NnParam *param)
{
  const double minimum = param->type == NN_PARAM_CHOICE ? 0 : param->minimum;
  const double maximum = find_maximum (param);

  g_assert_cmpfloat (minimum, <=, maximum);
  check_round_trip (param, minimum);
  check_round_trip (param, maximum);
  if (!isnan (param->standard)) {
    g_assert_cmpint (nn_param_check (param, param->standard, NULL), ==, NN_OK);
    check_round_trip (param, param->standard);
  }
  check_refused (param, minimum - 1);
  check_refused (param, maximum + 1);
  check_refused (param, NAN);
  check_refused (param, INFINITY);
  if (param->type != NN_PARAM_REAL)
    check_refused (param, minimum + 0.5);
}

void
check_params (const char    *row,
              const NnParam *params,
              gsize          n)
{
  g_test_message ("parameters of %s", row);
  g_assert_cmpuint (n, <=, NN_MAX_PARAMS);
  for (gsize i = 0; i < n; i++) {
    g_assert_nonnull (params[i].title);
    g_assert_cmpint (nn_param_find (params, n, params[i].name), ==, (int) i);
    for (gsize j = 0; j < i; j++)
      g_assert_cmpstr (params[i].title, !=, params[j].title);
    check_param (&params[i]);
  }
}
