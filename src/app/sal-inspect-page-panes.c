/* sal-inspect-page-panes.c - which panes the Inspect page has
 *
 * They follow the runs that are compared until a person has chosen one by
 * hand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-page-private.h"

#include "nn/nn-saliency.h"
#include "sal-page-runs.h"

SalInspectPane *
sal_inspect_page_pane (SalInspectPage *self,
                       guint           index)
{
  return g_ptr_array_index (self->panes, index);
}

static void
update_pane_buttons (SalInspectPage *self)
{
  for (guint i = 0; i < self->panes->len; i++)
    sal_inspect_pane_set_removable (sal_inspect_page_pane (self, i), self->panes->len > 1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inspect.add-pane",
                                 self->panes->len < SAL_INSPECT_MAX_PANES);
}

/* The strip shows the method by which its run is explained. */
static void
update_filmstrip (SalInspectPage *self)
{
  SalRunItem *current = sal_session_get_run (sal_page_get_session (SAL_PAGE (self)));
  SalInspectPane *pane = self->panes->len > 0 ? sal_inspect_page_pane (self, 0) : NULL;

  for (guint i = self->panes->len; i > 0; i--)
    if (sal_inspect_pane_get_run (sal_inspect_page_pane (self, i - 1)) == current)
      pane = sal_inspect_page_pane (self, i - 1);
  if (pane != NULL)
    sal_filmstrip_set_method (self->filmstrip, sal_inspect_pane_get_method (pane));
  g_object_notify (G_OBJECT (self), "all-panes");
}

void
sal_inspect_page_update_panes (SalInspectPage *self)
{
  update_pane_buttons (self);
  update_filmstrip (self);
}

static void
pane_changed_cb (SalInspectPage *self,
                 SalInspectPane *pane)
{
  self->panes_chosen = TRUE;
  sal_inspect_pane_follow (pane, sal_page_get_session (SAL_PAGE (self)));
  update_filmstrip (self);
  sal_inspect_page_ask (self);
}

static void
pane_removed_cb (SalInspectPage *self,
                 SalInspectPane *pane)
{
  self->panes_chosen = TRUE;
  g_ptr_array_remove (self->panes, pane);
  gtk_widget_unparent (GTK_WIDGET (pane));
  sal_inspect_page_update_panes (self);
  sal_inspect_page_ask (self);
}

/* Whether all networks are at the bits of the strip. */
gboolean
sal_inspect_page_get_all_panes (SalInspectPage *self)
{
  for (guint i = 0; i < self->panes->len; i++)
    if (sal_inspect_pane_get_bits (sal_inspect_page_pane (self, i)) != SAL_PANE_AS_CHOSEN)
      return FALSE;
  return self->panes->len > 0;
}

/* Not all: that of the current run alone. */
void
sal_inspect_page_set_all_panes (SalInspectPage *self,
                                gboolean        all)
{
  SalRunItem *current = sal_session_get_run (sal_page_get_session (SAL_PAGE (self)));

  for (guint i = 0; i < self->panes->len; i++) {
    SalInspectPane *pane = sal_inspect_page_pane (self, i);

    sal_inspect_pane_set_bits (pane, all || sal_inspect_pane_get_run (pane) == current
                               ? SAL_PANE_AS_CHOSEN : SAL_PANE_AS_TRAINED);
  }
  self->panes_chosen = TRUE;
  update_filmstrip (self);
  sal_inspect_page_ask (self);
}

/* Every pane by the method and at the bits of one: four networks at 2 bits. */
static void
pane_spread_cb (SalInspectPage *self,
                SalInspectPane *from)
{
  for (guint i = 0; i < self->panes->len; i++) {
    sal_inspect_pane_set_method (sal_inspect_page_pane (self, i),
                                 sal_inspect_pane_get_method (from));
    sal_inspect_pane_set_bits (sal_inspect_page_pane (self, i), sal_inspect_pane_get_bits (from));
  }
  self->panes_chosen = TRUE;
  update_filmstrip (self);
  sal_inspect_page_ask (self);
}

static void
class_chosen_cb (SalInspectPage *self,
                 int             class)
{
  sal_page_choose_class (sal_page_get_session (SAL_PAGE (self)), class);
}

static SalInspectPane *
add_pane (SalInspectPage *self,
          SalRunItem     *run)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  g_autoptr (GPtrArray) runs = sal_page_list_runs (session);
  SalInspectPane *pane = SAL_INSPECT_PANE (sal_inspect_pane_new (self->link));

  sal_inspect_pane_set_runs (pane, runs);
  sal_inspect_pane_set_run (pane, run);
  sal_inspect_pane_follow (pane, session);
  g_signal_connect_swapped (pane, "changed", G_CALLBACK (pane_changed_cb), self);
  g_signal_connect_swapped (pane, "spread", G_CALLBACK (pane_spread_cb), self);
  g_signal_connect_swapped (pane, "removed", G_CALLBACK (pane_removed_cb), self);
  g_signal_connect_swapped (pane, "class-chosen", G_CALLBACK (class_chosen_cb), self);
  g_ptr_array_add (self->panes, pane);
  gtk_widget_insert_before (GTK_WIDGET (pane), self->pane_box, NULL);
  sal_inspect_pane_align (pane, self->words);
  sal_inspect_page_own_add_pane (self, pane);
  sal_inspect_page_update_look (self);
  return pane;
}

void
sal_inspect_page_clear_panes (SalInspectPage *self)
{
  for (guint i = 0; i < self->panes->len; i++)
    gtk_widget_unparent (GTK_WIDGET (sal_inspect_page_pane (self, i)));
  g_ptr_array_set_size (self->panes, 0);
}

/* Whether the panes show `runs` already; a lone run has two. */
static gboolean
shows_runs (SalInspectPage *self,
            GPtrArray      *runs)
{
  if (self->panes->len != MAX (runs->len, 2))
    return FALSE;
  for (guint i = 0; i < self->panes->len; i++)
    if (sal_inspect_pane_get_run (sal_inspect_page_pane (self, i))
        != g_ptr_array_index (runs, MIN (i, runs->len - 1)))
      return FALSE;
  return TRUE;
}

void
sal_inspect_page_choose_panes (SalInspectPage *self)
{
  g_autoptr (GPtrArray) runs =
    sal_page_choose_runs (sal_page_get_session (SAL_PAGE (self)), SAL_INSPECT_MAX_PANES);

  if (shows_runs (self, runs))
    return;
  sal_inspect_page_clear_panes (self);
  for (guint i = 0; i < runs->len; i++)
    add_pane (self, g_ptr_array_index (runs, i));
  if (runs->len == 1) {
    SalRunItem *run = g_ptr_array_index (runs, 0);
    const gboolean few_bits = sal_recipe_has_pact (sal_run_item_get_recipe (run));

    sal_inspect_pane_set_bits (add_pane (self, run),
                               few_bits ? SAL_PANE_FULL_PRECISION : SAL_PANE_4_BITS);
  }
}

/* A pane beside the others shows the first run that no pane shows, or else
 * another method for the last one's. */
static void
add_pane_cb (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  SalInspectPage *self = SAL_INSPECT_PAGE (widget);
  g_autoptr (GPtrArray) runs = sal_page_list_runs (sal_page_get_session (SAL_PAGE (self)));
  SalRunItem *unseen = NULL;

  for (guint i = runs->len; i > 0; i--) {
    gboolean seen = FALSE;

    SalRunItem *run = g_ptr_array_index (runs, i - 1);

    for (guint j = 0; j < self->panes->len; j++)
      seen |= sal_inspect_pane_get_run (sal_inspect_page_pane (self, j)) == run;
    if (!seen)
      unseen = run;
  }

  SalInspectPane *last = sal_inspect_page_pane (self, self->panes->len - 1);
  const gboolean all = sal_inspect_page_get_all_panes (self);
  SalInspectPane *pane =
    add_pane (self, unseen != NULL ? unseen : sal_inspect_pane_get_run (last));
  const NnSaliencyMethod *second = nn_saliency_method (1);

  if (unseen == NULL && second != NULL)
    sal_inspect_pane_set_method (pane, second->name);
  if (all)
    sal_inspect_pane_set_bits (pane, SAL_PANE_AS_CHOSEN);
  self->panes_chosen = TRUE;
  sal_inspect_page_update_panes (self);
  sal_inspect_page_ask (self);
}

void
sal_inspect_page_panes_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "inspect.add-pane", NULL, add_pane_cb);
  gtk_widget_class_install_property_action (widget_class, "inspect.all-panes", "all-panes");
}
