/* test-sal-bundled.c - the demo models that come with the program
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bundled.h"
#include "sal-error.h"

static void
test_four_modes_are_bundled (void)
{
  g_auto (GStrv) names = sal_bundled_names ();
  gboolean modes[SAL_N_MODES] = { FALSE };

  for (gsize i = 0; names[i] != NULL; i++) {
    SalModelInfo info = { 0 };
    GError *error = NULL;
    NnModel *model = sal_bundled_load (names[i], &info, &error);

    g_assert_no_error (error);
    g_assert_nonnull (model);
    g_assert_cmpstr (info.recipe.dataset, ==, "glyphs");
    g_assert_cmpfloat (info.test_accuracy, >, 0.95);
    modes[info.recipe.mode] = TRUE;
    nn_model_free (model);
    sal_model_info_clear (&info);
  }
  for (int mode = 0; mode < SAL_N_MODES; mode++)
    g_assert_true (modes[mode]);
}

static void
test_each_has_the_record_of_its_run (void)
{
  g_auto (GStrv) names = sal_bundled_names ();

  for (gsize i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) record = sal_bundled_record (names[i], &error);
    g_autofree char *text = NULL;
    g_auto (GStrv) lines = NULL;

    g_assert_no_error (error);
    text = g_strndup (g_bytes_get_data (record, NULL), g_bytes_get_size (record));
    lines = g_strsplit (text, "\n", -1);
    g_assert_true (g_str_has_prefix (lines[0], "step,ce,kl,"));
    g_assert_cmpuint (g_strv_length (lines), >, 100);
  }
}

static void
test_an_unknown_name_is_refused_with_the_list (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_bundled_load ("nothing", NULL, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "baseline"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bundled/four-modes", test_four_modes_are_bundled);
  g_test_add_func ("/bundled/records", test_each_has_the_record_of_its_run);
  g_test_add_func ("/bundled/unknown-name", test_an_unknown_name_is_refused_with_the_list);
  return g_test_run ();
}
