/* test-sal-words.c - numbers as people read them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-words.h"

static void
test_bits_stay_in_one_line (void)
{
  g_autofree char *name = sal_words_unbroken ("SGT + PACT 4-bit · 12");
  g_autofree char *both = sal_words_unbroken ("16 bits, 4-bit, 1 bit");
  g_autofree char *none = sal_words_unbroken ("a rabbit-hole of 4 - 2 bits in half-bitten words");

  g_assert_cmpstr (name, ==, "SGT + PACT 4\u2011bit\u00a0· 12");
  g_assert_cmpstr (both, ==, "16\u00a0bits, 4\u2011bit, 1\u00a0bit");
  g_assert_cmpstr (none, ==, "a rabbit-hole of 4 - 2\u00a0bits in half-bitten words");
}

static void
test_counts_have_thousands (void)
{
  g_autofree char *few = sal_words_count (40);
  g_autofree char *many = sal_words_count (10000);

  g_assert_cmpstr (few, ==, "40");
  g_assert_cmpstr (many, ==, "10,000");
}

static void
test_durations_have_one_unit (void)
{
  const struct { double seconds; const char *said; const char *left; } cases[] = {
    { 42, "42 s", "42 s left" },
    { 12 * 60, "12 min", "12 min left" },
    { 3.4 * 3600, "3.4 h", "3.4 h left" },
    { -1, "–", "" },
    { 1.0 / 0.0, "–", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *said = sal_words_duration (cases[i].seconds);
    g_autofree char *left = sal_words_time_left (cases[i].seconds);

    g_assert_cmpstr (said, ==, cases[i].said);
    g_assert_cmpstr (left, ==, cases[i].left);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/bits stay in one line", test_bits_stay_in_one_line);
  g_test_add_func ("/words/counts have thousands", test_counts_have_thousands);
  g_test_add_func ("/words/durations have one unit", test_durations_have_one_unit);
  return g_test_run ();
}
