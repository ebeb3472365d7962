/* sal-masking-page-table.c - the runs of the Masking page and their areas
 *
 * A run that has one curve has its area in its own row; several have a row
 * each below it.  The check buttons stay when the rows are made anew, so that
 * the one that was pressed keeps the focus.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "plot-scale.h"
#include "sal-page-runs.h"
#include "sal-run-dot.h"
#include "sal-tooltip.h"
#include "sal-words.h"

/* Runs that are checked before anybody has chosen. */
#define N_CHOSEN 4

/* The table is not squeezed below its own height, or below this. */
#define LEAST_HEIGHT 240

/* --- runs -------------------------------------------------------------------- */

void
sal_masking_run_free (SalMaskingRun *self)
{
  g_object_unref (self->check);
  g_object_unref (self->run);
  g_free (self->name);
  g_free (self);
}

gboolean
sal_masking_run_is_checked (SalMaskingRun *self)
{
  return gtk_check_button_get_active (self->check);
}

static SalMaskingRun *
find_run (GPtrArray  *runs,
          SalRunItem *item)
{
  for (guint i = 0; i < runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (runs, i);

    if (run->run == item)
      return run;
  }
  return NULL;
}

static void
checked_cb (SalMaskingPage *self)
{
  if (self->updating)
    return;
  sal_masking_page_make_lines (self, FALSE);
  sal_masking_page_ask (self);
}

static SalMaskingRun *
new_run (SalMaskingPage *self,
         SalRunItem     *item)
{
  SalMaskingRun *run = g_new0 (SalMaskingRun, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = sal_run_dot_new ();
  GtkWidget *check = gtk_check_button_new ();

  run->run = g_object_ref (item);
  run->name = sal_page_name_run (item);

  g_autofree char *words = sal_words_unbroken (run->name);
  GtkWidget *name = gtk_label_new (words);

  sal_run_dot_set_run (SAL_RUN_DOT (dot), item);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_label_set_lines (GTK_LABEL (name), 2);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), name);
  run->check = g_object_ref_sink (GTK_CHECK_BUTTON (check));
  gtk_check_button_set_child (run->check, box);
  gtk_widget_set_hexpand (check, TRUE);
  gtk_widget_set_tooltip_text (check, sal_run_item_get_title (item));
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  run->name, -1);
  g_signal_connect_object (check, "toggled", G_CALLBACK (checked_cb), self, G_CONNECT_SWAPPED);
  return run;
}

static gboolean
lists_runs (SalMaskingPage *self,
            GPtrArray      *items)
{
  if (self->runs->len != items->len)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (find_run (self->runs, g_ptr_array_index (items, i)) == NULL)
      return FALSE;
  return TRUE;
}

/* Those that are checked come first, as there may be hundreds; but they do not
 * move while somebody checks others. */
static void
sort_checked_first (GPtrArray *runs)
{
  guint n_checked = 0;

  for (guint i = 0; i < runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (runs, i);

    if (!sal_masking_run_is_checked (run))
      continue;
    memmove (&runs->pdata[n_checked + 1], &runs->pdata[n_checked],
             (i - n_checked) * sizeof (gpointer));
    runs->pdata[n_checked++] = run;
  }
}

/* A run that was there stays checked or not; among new ones those that a
 * comparison begins with are checked. */
gboolean
sal_masking_page_list_runs (SalMaskingPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  g_autoptr (GPtrArray) items = sal_page_list_runs (session);
  g_autoptr (GPtrArray) chosen = sal_page_choose_runs (session, N_CHOSEN);

  if (lists_runs (self, items))
    return FALSE;

  g_autoptr (GPtrArray) old = g_steal_pointer (&self->runs);

  self->updating = TRUE;
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_masking_run_free);
  for (guint i = 0; i < items->len; i++) {
    SalRunItem *item = g_ptr_array_index (items, i);
    SalMaskingRun *known = find_run (old, item);
    SalMaskingRun *run = new_run (self, item);

    gtk_check_button_set_active (run->check, known != NULL ? sal_masking_run_is_checked (known)
                                 : g_ptr_array_find (chosen, item, NULL));
    g_ptr_array_add (self->runs, run);
  }
  sort_checked_first (self->runs);
  for (guint i = 0; i < old->len; i++) {
    const SalMaskingRun *run = g_ptr_array_index (old, i);

    if (gtk_widget_get_parent (GTK_WIDGET (run->check)) != NULL)
      gtk_grid_remove (self->table, GTK_WIDGET (run->check));
  }
  self->updating = FALSE;
  return TRUE;
}

/* --- the table --------------------------------------------------------------- */

static void
attach (SalMaskingPage *self,
        gpointer        cell,
        int             column,
        int             row,
        int             width)
{
  gtk_grid_attach (self->table, GTK_WIDGET (cell), column, row, width, 1);
  g_ptr_array_add (self->cells, cell);
}

static void
attach_numbers (SalMaskingPage *self,
                SalMaskingLine *line,
                int             row)
{
  for (int i = 0; i < (line->control != NULL ? 2 : 1); i++) {
    line->labels[i] = GTK_LABEL (gtk_label_new ("–"));
    gtk_label_set_xalign (line->labels[i], 1);
    gtk_widget_add_css_class (GTK_WIDGET (line->labels[i]), "numeric");
    attach (self, line->labels[i], 1 + i, row, 1);
  }
}

static void
attach_name (SalMaskingPage *self,
             const char     *name,
             const char     *tooltip,
             int             indent,
             int             row)
{
  g_autofree char *words = sal_words_unbroken (name);
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_lines (GTK_LABEL (label), 2);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_start (label, indent);
  gtk_widget_set_tooltip_text (label, tooltip);
  attach (self, label, 0, row, 1);
}

/* A row without a curve. */
static void
attach_dashes (SalMaskingPage *self,
               int             row)
{
  for (int column = 1; column <= 2; column++) {
    GtkWidget *label = gtk_label_new ("–");

    gtk_label_set_xalign (GTK_LABEL (label), 1);
    attach (self, label, column, row, 1);
  }
}

static void
place_check (SalMaskingPage *self,
             SalMaskingRun  *run,
             int             row)
{
  GtkWidget *check = GTK_WIDGET (run->check);

  if (gtk_widget_get_parent (check) == NULL) {
    gtk_grid_attach (self->table, check, 0, row, 1, 1);
    return;
  }

  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self->table));

  gtk_grid_layout_child_set_row (GTK_GRID_LAYOUT_CHILD (
                                   gtk_layout_manager_get_layout_child (layout, check)), row);
}

/* "Gradient · Background", as far as more than one is chosen. */
static char *
name_look (SalMaskingPage       *self,
           const SalMaskingLine *line)
{
  if (sal_choices_get_n_chosen (self->fill_choice) == 1)
    return g_strdup (_(line->method->title));
  if (sal_choices_get_n_chosen (self->method_choice) == 1)
    return g_strdup (_(nn_fill_title (line->fill)));
  return g_strdup_printf ("%s · %s", _(line->method->title), _(nn_fill_title (line->fill)));
}

/* Returns the row after those of `run`. */
static int
attach_run (SalMaskingPage *self,
            SalMaskingRun  *run,
            int             row)
{
  const guint n = sal_choices_get_n_chosen (self->method_choice)
                  * sal_choices_get_n_chosen (self->fill_choice);

  place_check (self, run, row);
  if (!sal_masking_run_is_checked (run))
    attach_dashes (self, row);
  for (guint i = 0; i < self->lines->len; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->lines, i);

    if (line->run != run->run || line->method == NULL)
      continue;
    if (n > 1) {
      g_autofree char *name = name_look (self, line);

      attach_name (self, name, line->name, 30, ++row);
    }
    attach_numbers (self, line, row);
  }
  return row + 1;
}

static void
keep_height (SalMaskingPage *self)
{
  int natural = 0;

  gtk_widget_measure (GTK_WIDGET (self->table), GTK_ORIENTATION_VERTICAL, -1, NULL, &natural,
                      NULL, NULL);
  gtk_scrolled_window_set_min_content_height (self->table_window, MIN (natural, LEAST_HEIGHT));
}

void
sal_masking_page_make_table (SalMaskingPage *self)
{
  int row = 1;

  for (guint i = 0; i < self->lines->len; i++)
    memset (((SalMaskingLine *) g_ptr_array_index (self->lines, i))->labels, 0,
            sizeof ((SalMaskingLine *) NULL)->labels);
  for (guint i = 0; i < self->cells->len; i++)
    gtk_grid_remove (self->table, g_ptr_array_index (self->cells, i));
  g_ptr_array_set_size (self->cells, 0);
  for (guint i = 0; i < self->runs->len; i++)
    row = attach_run (self, g_ptr_array_index (self->runs, i), row);
  attach (self, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL), 0, row++, 3);
  for (guint fill = 0; fill < NN_N_FILLS; fill++) {
    SalMaskingLine *control = sal_masking_page_get_control (self, (NnFill) fill);

    if (control == NULL)
      continue;

    g_autofree char *name = g_strdup_printf (_("random order, %s"), control->name);

    attach_name (self, name, _("The dashed curve: one network, masked in random order. Each run "
                               "is compared with its own control."), 0, row);
    attach_numbers (self, control, row++);
  }
  sal_masking_page_fill_table (self);
  keep_height (self);
}

/* --- numbers ----------------------------------------------------------------- */

/* "22.4", and "22.4…" while it may still change. */
static char *
format_area (double   area,
             gboolean is_final)
{
  char number[PLOT_NUMBER_SIZE];

  plot_format_tick (area, 0.1, number);
  return g_strdup_printf ("%s%s", number, is_final ? "" : "…");
}

static gboolean
is_final (const SalMaskingCurve *curve)
{
  return curve->done > 0 && curve->done == curve->total;
}

static void
fill_line (SalMaskingLine *line)
{
  const SalMaskingCurve *curve = &line->curve;
  const SalMaskingCurve *control = line->control == NULL ? NULL : &line->control->curve;
  g_autofree char *area = curve->done == 0 ? NULL : format_area (curve->area, is_final (curve));
  g_autofree char *against = NULL;
  g_autofree char *tooltip = NULL;

  if (line->labels[0] != NULL) {
    gtk_label_set_label (line->labels[0], area != NULL ? area : "–");
    sal_tooltip_set (GTK_WIDGET (line->labels[0]), curve->message);
  }
  if (line->labels[1] == NULL)
    return;
  if (area != NULL && control->done > 0) {
    against = format_area (curve->area - control->area, is_final (curve) && is_final (control));
    tooltip = g_strdup_printf (_("Its own random control has an area of %.1f %%"), control->area);
  }
  gtk_label_set_label (line->labels[1], against != NULL ? against : "–");
  sal_tooltip_set (GTK_WIDGET (line->labels[1]), tooltip);
}

void
sal_masking_page_fill_table (SalMaskingPage *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    fill_line (g_ptr_array_index (self->lines, i));
}
