/* test-sal-fill-comparison.c - what is said about the order of runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "app-fixture.h"
#include "sal-fill-comparison.h"

static const char *const names[] = { "Baseline", "SGT", "PACT" };

/* Areas are written in the order of the fills. */
G_STATIC_ASSERT (NN_N_FILLS == 4);

static char *
judge (const double *areas,
       guint         n,
       gboolean     *depends)
{
  return sal_fill_comparison_judge (areas, names, n, NN_FILL_BACKGROUND, depends);
}

static void
test_same_order (void)
{
  const double areas[] = {
    36, 20, 18, 18,
    30, 15, 14, 15,
  };
  gboolean depends = TRUE;
  g_autofree char *words = judge (areas, 2, &depends);

  g_assert_false (depends);
  g_assert_nonnull (strstr (words, "the same order"));
}

static void
test_exchanged (void)
{
  const double areas[] = {
    36, 20, 18, 18,
    38, 15, 14, 15,
  };
  gboolean depends = FALSE;
  g_autofree char *words = judge (areas, 2, &depends);
  g_autofree char *expected =
    g_strdup_printf ("The order depends on the fill. With %s instead of %s, Baseline and SGT "
                     "change places.", nn_fill_title (NN_FILL_UNIFORM),
                     nn_fill_title (NN_FILL_BACKGROUND));

  g_assert_true (depends);
  g_assert_cmpstr (words, ==, expected);
}

/* Half a point is no order. */
static void
test_near_areas (void)
{
  const double areas[] = {
    36.5, 20, 18, 18,
    36.0, 15, 18.5, 15,
  };
  gboolean depends = TRUE;
  g_autofree char *words = judge (areas, 2, &depends);

  g_assert_false (depends);
  g_assert_nonnull (words);
}

static void
test_unknown_areas (void)
{
  const double areas[] = {
    NAN, 20, 18, 18,
    38, 15, 14, 15,
    1, NAN, NAN, NAN,
  };
  gboolean depends = TRUE;
  g_autofree char *words = judge (areas, 3, &depends);

  g_assert_false (depends);
  g_assert_nonnull (words);
}

static void
test_lone_run (void)
{
  const double areas[] = { 36, 20, 18, 18 };
  gboolean depends = TRUE;
  g_autofree char *words = judge (areas, 1, &depends);

  g_assert_false (depends);
  g_assert_cmpstr (words, ==, "Check two runs, or choose two methods, to compare their order.");
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/fill-comparison/finds the same order", test_same_order);
  g_test_add_func ("/fill-comparison/names the runs that change places", test_exchanged);
  g_test_add_func ("/fill-comparison/does not order near areas", test_near_areas);
  g_test_add_func ("/fill-comparison/passes over what is not known", test_unknown_areas);
  g_test_add_func ("/fill-comparison/needs two runs", test_lone_run);
  return g_test_run ();
}
