/* test-table.c - parameters read, refuse and write what their rows say
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-table.h"

#include <glib.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "check-params.h"

static const char *const colours[] = { "red", "green", NULL };

static const NnParam params[] = {
  { "kernel", "Kernel size", NN_PARAM_INTEGER, 1, 11, NAN, NULL },
  { "rate", "Rate", NN_PARAM_REAL, 0, 1, 0.5, NULL },
  { "colour", "Colour", NN_PARAM_CHOICE, 0, 1, 1, colours },
  { "seed", "Seed", NN_PARAM_INTEGER, 0, 1e15, 0, NULL },
};

enum { KERNEL, RATE, COLOUR, SEED };

static void
test_the_rows_of_this_test_are_sound (void)
{
  check_params ("test", params, G_N_ELEMENTS (params));
}

static void
test_names_are_found (void)
{
  g_assert_cmpint (nn_param_find (params, G_N_ELEMENTS (params), "colour"), ==, COLOUR);
  g_assert_cmpint (nn_param_find (params, G_N_ELEMENTS (params), "Colour"), ==, -1);
  g_assert_cmpint (nn_param_find (params, G_N_ELEMENTS (params), ""), ==, -1);
}

static void
test_defaults_are_the_rows_own (void)
{
  const NnParamValues values = nn_param_defaults (params, G_N_ELEMENTS (params));

  g_assert_true (isnan (values.value[KERNEL]));
  g_assert_cmpfloat (values.value[RATE], ==, 0.5);
  g_assert_cmpfloat (values.value[COLOUR], ==, 1);
}

/* A text and what comes of it. */
typedef struct
{
  int         param;
  const char *text;
  NnStatus    status;
  double      value;
} Reading;

static const Reading readings[] = {
  { KERNEL, "3", NN_OK, 3 },
  { KERNEL, "3.0", NN_OK, 3 },
  { KERNEL, "3.5", NN_ERROR_RANGE, 0 },
  { KERNEL, "0", NN_ERROR_RANGE, 0 },
  { KERNEL, "99999999999999999999", NN_ERROR_RANGE, 0 },
  { RATE, "1e-3", NN_OK, 1e-3 },
  { RATE, ".25", NN_OK, 0.25 },
  { RATE, "1e999", NN_ERROR_RANGE, 0 },
  { RATE, "-0.1", NN_ERROR_RANGE, 0 },
  { RATE, "", NN_ERROR_SYNTAX, 0 },
  { RATE, " 0.5", NN_ERROR_SYNTAX, 0 },
  { RATE, "0.5 ", NN_ERROR_SYNTAX, 0 },
  { RATE, "0,5", NN_ERROR_SYNTAX, 0 },
  { RATE, "0x1p-1", NN_ERROR_SYNTAX, 0 },
  { RATE, "nan", NN_ERROR_SYNTAX, 0 },
  { RATE, "inf", NN_ERROR_SYNTAX, 0 },
  { RATE, "e", NN_ERROR_SYNTAX, 0 },
  { RATE, "0.5%s", NN_ERROR_SYNTAX, 0 },
  { COLOUR, "red", NN_OK, 0 },
  { COLOUR, "blue", NN_ERROR_RANGE, 0 },
  { COLOUR, "1", NN_ERROR_RANGE, 0 },
};

static void
test_texts_are_read_or_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++) {
    const Reading *reading = &readings[i];
    double value = -7;
    NnError error = { NN_OK, "" };

    g_test_message ("%s=%s", params[reading->param].name, reading->text);
    g_assert_cmpint (nn_param_parse (&params[reading->param], reading->text, &value, &error),
                     ==, reading->status);
    g_assert_cmpfloat (value, ==, reading->status == NN_OK ? reading->value : -7);
    g_assert_cmpint (error.status, ==, reading->status);
  }
}

static void
test_messages_name_parameter_range_and_finding (void)
{
  double value;
  NnError error;

  g_assert_cmpint (nn_param_parse (&params[KERNEL], "12", &value, &error), ==, NN_ERROR_RANGE);
  g_assert_cmpstr (error.message, ==,
                   "kernel must be a whole number from 1 to 11, but is \"12\"");
  g_assert_cmpint (nn_param_parse (&params[COLOUR], "blue", &value, &error), ==, NN_ERROR_RANGE);
  g_assert_cmpstr (error.message, ==, "colour must be red or green, but is \"blue\"");
}

static void
test_numbers_are_written_short (void)
{
  const struct { int param; double value; const char *text; } cases[] = {
    { RATE, 0.1, "0.1" },
    { RATE, 1, "1" },
    { RATE, 1.0 / 3, "0.3333333333333333" },
    { SEED, 123456789012345, "123456789012345" },
    { COLOUR, 1, "green" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    char text[64];

    nn_param_format (&params[cases[i].param], cases[i].value, text, sizeof text);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* On a desktop whose language writes 0,5. */
static void
test_numbers_do_not_depend_on_the_language (void)
{
  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL) {
    g_test_skip ("the locale de_DE.UTF-8 is not installed");
    return;
  }

  char text[64];
  double value = 0;

  nn_param_format (&params[RATE], 0.5, text, sizeof text);
  g_assert_cmpstr (text, ==, "0.5");
  g_assert_cmpint (nn_param_parse (&params[RATE], "0.25", &value, NULL), ==, NN_OK);
  g_assert_cmpfloat (value, ==, 0.25);
  g_assert_cmpstr (localeconv ()->decimal_point, ==, ",");
  setlocale (LC_NUMERIC, "C");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/the-rows-of-this-test-are-sound",
                   test_the_rows_of_this_test_are_sound);
  g_test_add_func ("/table/names-are-found", test_names_are_found);
  g_test_add_func ("/table/defaults-are-the-rows-own", test_defaults_are_the_rows_own);
  g_test_add_func ("/table/texts-are-read-or-refused", test_texts_are_read_or_refused);
  g_test_add_func ("/table/messages-name-parameter-range-and-finding",
                   test_messages_name_parameter_range_and_finding);
  g_test_add_func ("/table/numbers-are-written-short", test_numbers_are_written_short);
  g_test_add_func ("/table/numbers-do-not-depend-on-the-language",
                   test_numbers_do_not_depend_on_the_language);
  return g_test_run ();
}
