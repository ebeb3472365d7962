/* sal-table-search.c - which rows of a table are searched for
 *
 * A word that some row has for itself is meant as it is: "sgt" finds the mode,
 * not every network that is called sgt-cnn.  Any other word may be the part of
 * one, as it is while it is typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-table-private.h"

#include <string.h>

/* Everything that the row says, casefolded, a cell a line. Free the result. */
static char *
read_row (SalTable *self,
          gpointer  item)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->n_columns; i++) {
    g_autofree char *cell = sal_table_column_text (self, i, item);

    g_string_append (text, cell);
    g_string_append_c (text, '\n');
  }
  return g_utf8_casefold (text->str, -1);
}

/* What ties its neighbours to one word: "4-bit", "98.6", "image_2". */
static gboolean
is_of_word (gunichar character)
{
  return g_unichar_isalnum (character) || (character < 128 && character > 0
                                           && strchr ("-_.,", (int) character) != NULL);
}

/* Whether `word` begins and ends where words of `text` do. */
static gboolean
has_whole (const char *text,
           const char *word)
{
  const gsize length = strlen (word);

  for (const char *found = strstr (text, word); found != NULL; found = strstr (found + 1, word)) {
    const gunichar before =
      found == text ? 0 : g_utf8_get_char (g_utf8_find_prev_char (text, found));

    if (!is_of_word (before) && !is_of_word (g_utf8_get_char (found + length)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
passes (gpointer item,
        gpointer data)
{
  SalTable *self = data;

  if (self->words == NULL)
    return TRUE;

  g_autofree char *text = read_row (self, item);

  for (guint i = 0; self->words[i] != NULL; i++)
    if (self->whole[i] ? !has_whole (text, self->words[i]) : strstr (text, self->words[i]) == NULL)
      return FALSE;
  return TRUE;
}

GtkFilter *
sal_table_new_filter (SalTable *self)
{
  return GTK_FILTER (gtk_custom_filter_new (passes, self, NULL));
}

/* Which words some row has for itself; TRUE: it is not as it was. */
static gboolean
find_whole_words (SalTable *self)
{
  const guint n_words = g_strv_length (self->words);
  g_autofree gboolean *whole = g_new0 (gboolean, n_words + 1);

  for (guint row = 0; row < g_list_model_get_n_items (self->model); row++) {
    g_autoptr (GObject) item = g_list_model_get_item (self->model, row);
    g_autofree char *text = read_row (self, item);

    for (guint i = 0; i < n_words; i++)
      whole[i] = whole[i] || has_whole (text, self->words[i]);
  }

  const gboolean changed =
    self->whole == NULL || memcmp (whole, self->whole, n_words * sizeof *whole) != 0;

  g_free (self->whole);
  self->whole = g_steal_pointer (&whole);
  return changed;
}

void
sal_table_search_again (SalTable *self)
{
  if (self->words != NULL && find_whole_words (self))
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

/* The words between spaces, or NULL. */
static char **
split_words (const char *words)
{
  g_autofree char *folded = words == NULL ? NULL : g_utf8_casefold (words, -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = folded == NULL ? NULL : g_strsplit (folded, " ", -1);
  gboolean any = FALSE;

  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    if (*parts[i] != '\0') {
      g_strv_builder_add (builder, parts[i]);
      any = TRUE;
    }
  return any ? g_strv_builder_end (builder) : NULL;
}

void
sal_table_set_search (SalTable   *self,
                      const char *words)
{
  g_return_if_fail (SAL_IS_TABLE (self));

  g_clear_pointer (&self->words, g_strfreev);
  g_clear_pointer (&self->whole, g_free);
  self->words = split_words (words);
  if (self->words != NULL)
    find_whole_words (self);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}
