/* test-sal-weights-hash.c - the same bits have the same hash, others another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "sal-weights-hash.h"

static NnModel *
make_model (const char *name,
            guint64     seed)
{
  g_autofree char *text = g_strdup_printf ("input channels=1 height=4 width=4\n"
                                           "flatten flat\n"
                                           "linear %s out=3\n", name);
  NnError error;
  NnModel *model = nn_model_new (text, &error);

  g_assert_nonnull (model);
  nn_model_initialise (model, seed);
  return model;
}

static char *
hash_of (const char *name,
         guint64     seed)
{
  NnModel *model = make_model (name, seed);
  char *hash = sal_weights_hash (model);

  nn_model_free (model);
  return hash;
}

static void
the_same_weights_have_the_same_hash (void)
{
  g_autofree char *first = hash_of ("fc", 1);
  g_autofree char *second = hash_of ("fc", 1);

  g_assert_cmpuint (strlen (first), ==, 64);
  g_assert_cmpstr (first, ==, second);
}

static void
other_weights_and_names_have_another_hash (void)
{
  g_autofree char *first = hash_of ("fc", 1);
  g_autofree char *other_seed = hash_of ("fc", 2);
  g_autofree char *other_name = hash_of ("fd", 1);

  g_assert_cmpstr (first, !=, other_seed);
  g_assert_cmpstr (first, !=, other_name);
}

static void
the_sign_of_a_zero_counts (void)
{
  NnModel *model = make_model ("fc", 1);
  float *value = nn_model_tensor (model, 0).value;

  value[5] = 0.0f;

  g_autofree char *positive = sal_weights_hash (model);

  value[5] = -0.0f;

  g_autofree char *negative = sal_weights_hash (model);

  g_assert_cmpstr (positive, !=, negative);
  nn_model_free (model);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/weights-hash/same", the_same_weights_have_the_same_hash);
  g_test_add_func ("/weights-hash/other", other_weights_and_names_have_another_hash);
  g_test_add_func ("/weights-hash/zero", the_sign_of_a_zero_counts);
  return g_test_run ();
}
