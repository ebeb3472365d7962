/* sal-inspect-pane-choice.c - what a pane of the Inspect page is asked for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-pane-private.h"

#include <glib/gi18n.h>

#include "nn/nn-saliency.h"
#include "sal-bit-widths.h"
#include "sal-page-runs.h"
#include "sal-words.h"

/* --- words ------------------------------------------------------------------- */

char *
sal_inspect_pane_describe (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  SalRunItem *run = sal_inspect_pane_get_run (self);
  g_autofree char *name = run == NULL ? g_strdup (_("no run")) : sal_page_name_run (run);
  const SalPaneBits row = sal_inspect_pane_get_bits (self);
  g_autofree char *bits = row == SAL_PANE_AS_CHOSEN && self->chosen_words != NULL
                          ? g_strdup (self->chosen_words) : sal_pane_bits_title (row);
  const NnSaliencyMethod *method =
    nn_saliency_method_find (sal_inspect_pane_get_method (self));

  return g_strdup_printf ("%s, %s, %s", name, _(method->title), bits);
}

const char *
sal_inspect_pane_get_edges (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return self->edges;
}

void
sal_inspect_pane_update_title (SalInspectPane *self)
{
  g_autofree char *words = sal_inspect_pane_describe (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_object_set (self->map_view, "title", words, NULL);
  sal_run_dot_set_run (self->dot, sal_inspect_pane_get_run (self));
}

/* --- what is chosen ---------------------------------------------------------- */

static gboolean
lists_runs (SalInspectPane *self,
            GPtrArray      *runs)
{
  if (runs->len != self->runs->len)
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    if (g_ptr_array_index (runs, i) != g_ptr_array_index (self->runs, i))
      return FALSE;
  return TRUE;
}

void
sal_inspect_pane_set_runs (SalInspectPane *self,
                           GPtrArray      *runs)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  if (lists_runs (self, runs))
    return;

  g_autoptr (SalRunItem) chosen = NULL;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_set_object (&chosen, sal_inspect_pane_get_run (self));
  g_ptr_array_set_size (self->runs, 0);
  for (guint i = 0; i < runs->len; i++) {
    SalRunItem *run = g_ptr_array_index (runs, i);

    g_ptr_array_add (self->runs, g_object_ref (run));
    g_autofree char *name = sal_page_name_run (run);

    gtk_string_list_take (names, sal_words_unbroken (name));
  }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->run_list, G_LIST_MODEL (names));
  self->updating = FALSE;
  sal_inspect_pane_set_run (self, chosen);
}

SalRunItem *
sal_inspect_pane_get_run (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  const guint row = gtk_drop_down_get_selected (self->run_list);

  return row < self->runs->len ? g_ptr_array_index (self->runs, row) : NULL;
}

void
sal_inspect_pane_set_run (SalInspectPane *self,
                          SalRunItem     *run)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  guint row = 0;

  if (run == NULL || !g_ptr_array_find (self->runs, run, &row))
    row = 0;
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->run_list, row);
  self->updating = FALSE;
  sal_inspect_pane_update_title (self);
}

const char *
sal_inspect_pane_get_method (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), NULL);

  return nn_saliency_method (gtk_drop_down_get_selected (self->method_list))->name;
}

void
sal_inspect_pane_set_method (SalInspectPane *self,
                             const char     *method)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  self->updating = TRUE;
  for (guint i = 0; nn_saliency_method (i) != NULL; i++)
    if (g_str_equal (nn_saliency_method (i)->name, method))
      gtk_drop_down_set_selected (self->method_list, i);
  self->updating = FALSE;
  sal_inspect_pane_update_title (self);
}

SalPaneBits
sal_inspect_pane_get_bits (SalInspectPane *self)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PANE (self), SAL_PANE_AS_TRAINED);

  return gtk_drop_down_get_selected (self->bits_list);
}

static void
select_bits (SalInspectPane *self,
             SalPaneBits     bits)
{
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->bits_list, bits);
  self->updating = FALSE;
  sal_inspect_pane_update_title (self);
}

void
sal_inspect_pane_set_bits (SalInspectPane *self,
                           SalPaneBits     bits)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  self->bits_set = TRUE;
  select_bits (self, bits);
}

void
sal_inspect_pane_follow (SalInspectPane *self,
                         SalSession     *session)
{
  g_return_if_fail (SAL_IS_INSPECT_PANE (self));

  if (!self->bits_set)
    select_bits (self, sal_inspect_pane_get_run (self) == sal_session_get_run (session)
                       ? SAL_PANE_AS_CHOSEN : SAL_PANE_AS_TRAINED);
}

SalBits
sal_inspect_pane_resolve_bits (SalInspectPane *self,
                               SalLabModel    *model,
                               SalSession     *session)
{
  const SalPaneBits row = sal_inspect_pane_get_bits (self);
  const SalBits bits =
    sal_pane_bits_resolve (row, session, sal_inspect_pane_get_run (self), model);

  g_free (self->edges);
  self->edges = sal_bits_describe_edges (&bits, model);
  if (row == SAL_PANE_AS_CHOSEN) {
    g_free (self->chosen_words);
    self->chosen_words = sal_bits_describe (&bits);
    sal_inspect_pane_update_title (self);
  }
  return bits;
}

void
sal_inspect_pane_list_choices (SalInspectPane *self)
{
  g_autoptr (GtkStringList) methods = gtk_string_list_new (NULL);
  g_autoptr (GListModel) bits = sal_pane_bits_list ("");

  for (guint i = 0; nn_saliency_method (i) != NULL; i++)
    gtk_string_list_append (methods, _(nn_saliency_method (i)->title));
  gtk_drop_down_set_model (self->method_list, G_LIST_MODEL (methods));
  gtk_drop_down_set_model (self->bits_list, bits);
}
