/* sal-words.c - numbers and names as people read them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-words.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-scale.h"

/* How the text of a change of the learning rate begins where it is stored. */
#define NEW_RATE "learning rate "

char *
sal_words_count (gint64 count)
{
  char text[PLOT_NUMBER_SIZE];

  plot_format_tick ((double) count, 1, text);
  return g_strdup (text);
}

char *
sal_words_bits (int bits)
{
  return g_strdup_printf (ngettext ("%d bit", "%d bits", (gulong) bits), bits);
}

/* Whether the character at `text`, which follows others, ties a number to "bit",
 * or "Bit". */
static gboolean
ties_bits (const char *text)
{
  return g_ascii_isdigit (text[-1]) && (text[1] == 'b' || text[1] == 'B')
         && g_str_has_prefix (text + 2, "it");
}

char *
sal_words_unbroken (const char *words)
{
  GString *text = g_string_new (NULL);

  for (const char *at = words; *at != '\0'; at++) {
    const gboolean is_tie = at > words && ties_bits (at);

    if (*at == ' ' && (is_tie || g_str_has_prefix (at + 1, "·")))
      g_string_append (text, "\u00a0");
    else if (*at == '-' && is_tie)
      g_string_append (text, "\u2011");
    else
      g_string_append_c (text, *at);
  }
  return g_string_free (text, FALSE);
}

char *
sal_words_duration (double seconds)
{
  if (!isfinite (seconds) || seconds < 0)
    return g_strdup ("–");
  if (seconds < 90)
    return g_strdup_printf (_("%.0f s"), seconds);
  if (seconds < 5400)
    return g_strdup_printf (_("%.0f min"), seconds / 60);
  return g_strdup_printf (_("%.1f h"), seconds / 3600);
}

char *
sal_words_time_left (double seconds)
{
  if (!isfinite (seconds) || seconds < 0)
    return g_strdup ("");
  if (seconds < 90)
    return g_strdup_printf (_("%.0f s left"), ceil (seconds));
  if (seconds < 5400)
    return g_strdup_printf (_("%.0f min left"), ceil (seconds / 60));
  return g_strdup_printf (_("%.1f h left"), seconds / 3600);
}

const char *
sal_words_dataset (SalDataset *dataset)
{
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++)
    if (g_str_equal (kind->id, sal_dataset_get_name (dataset)))
      return _(kind->title);
  return sal_dataset_get_title (dataset);
}

char *
sal_words_event (const char *text)
{
  return g_str_has_prefix (text, NEW_RATE)
         ? g_strdup_printf (_("learning rate %s"), text + strlen (NEW_RATE)) : g_strdup (text);
}
