/* sal-pane-bits.c - at which bits a network is looked at beside others
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-pane-bits.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "sal-bit-widths.h"
#include "sal-page-runs.h"
#include "sal-words.h"

static int
width_of (SalPaneBits bits)
{
  return 8 - (int) (bits - SAL_PANE_8_BITS);
}

char *
sal_pane_bits_title (SalPaneBits bits)
{
  static const char *const titles[] = {
    [SAL_PANE_AS_TRAINED] = N_("as trained"),
    [SAL_PANE_AS_CHOSEN] = N_("as chosen"),
    [SAL_PANE_FULL_PRECISION] = N_("full precision"),
  };

  if (bits < G_N_ELEMENTS (titles))
    return g_strdup (_(titles[bits]));
  return sal_words_bits (width_of (bits));
}

GListModel *
sal_pane_bits_list (const char *prefix)
{
  GtkStringList *titles = gtk_string_list_new (NULL);

  for (SalPaneBits bits = SAL_PANE_AS_TRAINED; bits < SAL_PANE_N_BITS; bits++) {
    g_autofree char *title = sal_pane_bits_title (bits);

    gtk_string_list_take (titles, g_strconcat (prefix, title, NULL));
  }
  return G_LIST_MODEL (titles);
}

SalBits
sal_pane_bits_resolve (SalPaneBits  bits,
                       SalSession  *session,
                       SalRunItem  *run,
                       SalLabModel *model)
{
  SalBits chosen = *sal_session_get_bits (session);

  switch (bits) {
  case SAL_PANE_AS_TRAINED:
    return sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED);
  case SAL_PANE_AS_CHOSEN:
    if (run != sal_session_get_run (session))
      chosen.n_layers = 0;
    return sal_bits_resolve (&chosen, model);
  case SAL_PANE_FULL_PRECISION:
    return sal_lab_model_get_full_bits (model);
  default:
    return sal_page_move_bits (session, model, width_of (bits));
  }
}
