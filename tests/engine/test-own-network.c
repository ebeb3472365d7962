/* test-own-network.c - texts of people are completed, or refused by their line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "engine-fixture.h"

static const NnShape mnist = { 1, 28, 28 };

static const char *const own = "# a network of mine\n"
                               "conv2d c1 out=4 stride=2\n"
                               "relu a1\n"
                               "flatten f\n"
                               "linear fc out=classes # as many as there are\n";

static void
check_text (const char *text,
            bool        pact,
            const char *expected)
{
  NnError error;
  g_autoptr (NnModel) model = nn_own_network_new (text, mnist, 7, pact, &error);

  if (model == NULL)
    g_error ("%s", error.message);
  g_assert_cmpstr (nn_model_text (model), ==, expected);
}

static void
test_input_and_classes_are_those_of_the_data (void)
{
  check_text (own, FALSE,
              "input channels=1 height=28 width=28\n"
              "conv2d c1 out=4 stride=2\n"
              "relu a1\n"
              "flatten f\n"
              "linear fc out=7\n");
}

static void
test_in_pact_modes_activations_are_pact (void)
{
  check_text (own, TRUE,
              "input channels=1 height=28 width=28\n"
              "conv2d c1 out=4 stride=2\n"
              "pact a1\n"
              "flatten f\n"
              "linear fc out=7\n");
}

static void
test_an_input_line_may_be_there (void)
{
  check_text ("# mine\n\n  input height=28 width=28\nflatten f\nlinear out out=classes\n", FALSE,
              "input channels=1 height=28 width=28\nflatten f\nlinear out out=7\n");
}

static void
check_refused (const char *text,
               NnStatus    status,
               const char *words)
{
  NnError error;

  g_assert_null (nn_own_network_new (text, mnist, 7, FALSE, &error));
  g_assert_null (nn_own_network_new (text, mnist, 7, FALSE, NULL));
  if (error.status != status || strstr (error.message, words) == NULL)
    g_error ("%s\ngives %s, \"%s\"", text, nn_status_name (error.status), error.message);
}

static void
test_what_is_wrong_is_said_with_the_line_that_was_written (void)
{
  check_refused ("flatten f\nlinear fc out=classses\n", NN_ERROR_SYNTAX, "line 2: ");
  check_refused ("\nflatten f\nlinaer fc out=classes\n", NN_ERROR_UNKNOWN_NAME, "line 3: ");
  check_refused ("input height=28 width=28\nflat f\n", NN_ERROR_UNKNOWN_NAME, "line 2: ");
  check_refused ("flatten f\nlinear fc out=10\n", NN_ERROR_SHAPE, "7 classes");
  check_refused ("input height=28 width=27\nflatten f\nlinear fc out=classes\n", NN_ERROR_SHAPE,
                 "1 x 28 x 27");
  check_refused ("conv2d c out=classes kernel=15 stride=8\nconv2d d out=1 kernel=5\nflatten f\n",
                 NN_ERROR_SHAPE, "does not fit");
  check_refused ("", NN_ERROR_SYNTAX, "no layers");
  check_refused ("=classes", NN_ERROR_UNKNOWN_NAME, "line 1: ");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/own-network/completed", test_input_and_classes_are_those_of_the_data);
  g_test_add_func ("/own-network/pact", test_in_pact_modes_activations_are_pact);
  g_test_add_func ("/own-network/input", test_an_input_line_may_be_there);
  g_test_add_func ("/own-network/refused",
                   test_what_is_wrong_is_said_with_the_line_that_was_written);
  return g_test_run ();
}
