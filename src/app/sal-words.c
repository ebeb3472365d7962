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

/* "4" and "bit", or "Bit", with what a line does not break at between them. */
static void
bind (GString    *text,
      const char *separator,
      const char *bound)
{
  for (int i = 0; i < 20; i++) {
    g_autofree char *loose = g_strdup_printf ("%d%s%cit", i % 10, separator, i < 10 ? 'b' : 'B');
    g_autofree char *tied = g_strdup_printf ("%d%s%cit", i % 10, bound, i < 10 ? 'b' : 'B');

    g_string_replace (text, loose, tied, 0);
  }
}

char *
sal_words_unbroken (const char *words)
{
  GString *text = g_string_new (words);

  bind (text, "-", "\u2011");
  bind (text, " ", "\u00a0");
  g_string_replace (text, " ·", "\u00a0·", 0);
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
