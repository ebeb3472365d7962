/* test-sal-table.c - what a search in a table finds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app-fixture.h"
#include "sal-table.h"

static char *
text_of (gpointer item,
         gpointer data)
{
  return g_strdup (gtk_string_object_get_string (item));
}

static const SalTableColumn columns[] = {
  { "words", "words", .text = text_of },
};

static SalTable *
make_table (GtkStringList *rows)
{
  SalTable *table = SAL_TABLE (g_object_ref_sink (sal_table_new ()));

  sal_table_set_columns (table, "Words", G_LIST_MODEL (rows), columns, 1, NULL);
  return table;
}

static void
assert_found (SalTable   *table,
              const char *search,
              guint       n)
{
  sal_table_set_search (table, search);
  g_assert_cmpuint (g_list_model_get_n_items (sal_table_get_rows (table)), ==, n);
}

static void
test_parts_of_words (void)
{
  g_autoptr (GtkStringList) rows =
    gtk_string_list_new ((const char *[]) { "Baseline", "sgt-cnn", "Größe 4-bit", NULL });
  g_autoptr (SalTable) table = make_table (rows);

  assert_found (table, "line", 1);
  assert_found (table, "SGT", 1);
  assert_found (table, "größ 4", 1);
  assert_found (table, "base cnn", 0);
  assert_found (table, "  ", 3);
  assert_found (table, NULL, 3);
}

static void
test_whole_words_come_first (void)
{
  g_autoptr (GtkStringList) rows =
    gtk_string_list_new ((const char *[]) { "SGT + PACT (4 / 4)", "sgt-cnn 4-bit", "14", NULL });
  g_autoptr (SalTable) table = make_table (rows);

  assert_found (table, "sgt", 1);
  assert_found (table, "sgt-", 1);
  assert_found (table, "sg", 2);
  assert_found (table, "4", 1);
  assert_found (table, "4-", 1);
  assert_found (table, "1", 1);
}

/* What the words of a search mean follows the rows. */
static void
test_rows_may_come_later (void)
{
  g_autoptr (GtkStringList) rows =
    gtk_string_list_new ((const char *[]) { "sgt-cnn", "sgt-mlp", NULL });
  g_autoptr (SalTable) table = make_table (rows);

  assert_found (table, "sgt", 2);
  gtk_string_list_append (rows, "SGT");
  g_assert_cmpuint (g_list_model_get_n_items (sal_table_get_rows (table)), ==, 1);
  gtk_string_list_remove (rows, 2);
  g_assert_cmpuint (g_list_model_get_n_items (sal_table_get_rows (table)), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  if (!app_fixture_init (&argc, &argv))
    return 0;

  g_test_add_func ("/table/search finds parts of words", test_parts_of_words);
  g_test_add_func ("/table/search takes a word as it is where there is one",
                   test_whole_words_come_first);
  g_test_add_func ("/table/search follows the rows", test_rows_may_come_later);
  return g_test_run ();
}
