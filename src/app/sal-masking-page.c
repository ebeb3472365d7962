/* sal-masking-page.c - the Masking page: accuracy while salient pixels vanish
 *
 * Controls and the table of runs.  The curves are in
 * sal-masking-page-curves.c, the masked image is in sal-masking-page-image.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nn/nn-saliency.h"
#include "sal-export-button.h"
#include "sal-page-runs.h"
#include "sal-run-dot.h"
#include "sal-ui.h"
#include "sal-wrap-box.h"

/* Runs that are checked before anybody has chosen. */
#define N_CHOSEN 4

/* How often the masked image is asked for while the handle is dragged. */
#define INTERVAL 60

#define FIRST_SHARE 25
#define LAST_SHARE 90

G_DEFINE_FINAL_TYPE (SalMaskingPage, sal_masking_page, SAL_TYPE_PAGE)

/* --- runs -------------------------------------------------------------------- */

SalMaskingRun *
sal_masking_run_new (SalRunItem *run)
{
  SalMaskingRun *self = g_new0 (SalMaskingRun, 1);

  self->run = g_object_ref (run);
  self->name = sal_page_name_run (run);
  return self;
}

void
sal_masking_run_free (SalMaskingRun *self)
{
  for (int kind = 0; kind < SAL_MASKING_N_CURVES; kind++)
    g_free (self->curves[kind].message);
  g_object_unref (self->run);
  g_free (self->name);
  g_free (self);
}

gboolean
sal_masking_run_is_checked (SalMaskingRun *self)
{
  return gtk_check_button_get_active (self->check);
}

SalMaskingRun *
sal_masking_page_get_control (SalMaskingPage *self)
{
  SalRunItem *current = sal_session_get_run (sal_page_get_session (SAL_PAGE (self)));
  SalMaskingRun *first = NULL;

  for (guint i = self->runs->len; i > 0; i--) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i - 1);

    if (!sal_masking_run_is_checked (run))
      continue;
    if (run->run == current)
      return run;
    first = run;
  }
  return first;
}

/* Six runs are twelve curves, as many as the lab measures at once. */
static void
limit_checks (SalMaskingPage *self)
{
  guint n = 0;

  for (guint i = 0; i < self->runs->len; i++)
    n += sal_masking_run_is_checked (g_ptr_array_index (self->runs, i));
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    gtk_widget_set_sensitive (GTK_WIDGET (run->check),
                              n < SAL_MASKING_MAX_RUNS || sal_masking_run_is_checked (run));
  }
}

static void
update_pairs (SalMaskingPage *self)
{
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    gtk_widget_set_visible (GTK_WIDGET (run->pair), sal_masking_run_is_checked (run));
    if (sal_run_item_get_model (run->run) == NULL)
      sal_masked_pair_say (run->pair, _("the network is being loaded…"));
  }
}

/* Asks everything again; answers that are known come at once. */
static void
ask (SalMaskingPage *self)
{
  limit_checks (self);
  update_pairs (self);
  sal_masking_page_ask_curves (self);
  sal_masking_page_ask_image (self);
  sal_masking_page_ask_flips (self);
  sal_masking_page_show_share (self);
}

static void
checked_cb (SalMaskingPage *self)
{
  if (!self->updating)
    ask (self);
}

/* --- the table --------------------------------------------------------------- */

static GtkLabel *
make_number (void)
{
  GtkWidget *label = gtk_label_new ("–");

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "numeric");
  return GTK_LABEL (label);
}

static void
add_row (SalMaskingPage *self,
         SalMaskingRun  *run,
         int             row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = sal_run_dot_new ();
  GtkWidget *name = gtk_label_new (run->name);

  sal_run_dot_set_run (SAL_RUN_DOT (dot), run->run);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), name);
  run->check = GTK_CHECK_BUTTON (gtk_check_button_new ());
  gtk_check_button_set_child (run->check, box);
  gtk_widget_set_hexpand (GTK_WIDGET (run->check), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (run->check), sal_run_item_get_title (run->run));
  gtk_accessible_update_property (GTK_ACCESSIBLE (run->check),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, run->name, -1);
  g_signal_connect_swapped (run->check, "toggled", G_CALLBACK (checked_cb), self);
  gtk_grid_attach (self->table, GTK_WIDGET (run->check), 0, row, 1, 1);
  for (int i = 0; i < 2; i++) {
    run->labels[i] = make_number ();
    gtk_grid_attach (self->table, GTK_WIDGET (run->labels[i]), 1 + i, row, 1, 1);
  }
  run->pair = SAL_MASKED_PAIR (sal_masked_pair_new (run->run, self->link));
  gtk_widget_set_parent (GTK_WIDGET (run->pair), self->pair_box);
}

static void
remove_row (SalMaskingPage *self,
            SalMaskingRun  *run)
{
  gtk_grid_remove (self->table, GTK_WIDGET (run->check));
  for (int i = 0; i < 2; i++)
    gtk_grid_remove (self->table, GTK_WIDGET (run->labels[i]));
  gtk_widget_unparent (GTK_WIDGET (run->pair));
}

static void
model_changed_cb (SalMaskingPage *self,
                  GParamSpec     *pspec,
                  SalRunItem     *item)
{
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    if (run->run != item || !sal_masking_run_is_checked (run))
      continue;
    for (int kind = 0; kind < SAL_MASKING_N_CURVES; kind++)
      run->curves[kind].done = run->curves[kind].n = 0;
    ask (self);
  }
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

/* A run that was there stays checked or not; among new ones those that a
 * comparison begins with are checked. */
static gboolean
should_check (GPtrArray  *old,
              GPtrArray  *chosen,
              SalRunItem *item)
{
  const SalMaskingRun *known = find_run (old, item);

  if (known != NULL)
    return sal_masking_run_is_checked ((SalMaskingRun *) known);
  return g_ptr_array_find (chosen, item, NULL);
}

static gboolean
lists_runs (SalMaskingPage *self,
            GPtrArray      *items)
{
  if (self->runs->len != items->len)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (((SalMaskingRun *) g_ptr_array_index (self->runs, i))->run
        != g_ptr_array_index (items, i))
      return FALSE;
  return TRUE;
}

/* Makes the table anew; curves of runs that stay are asked for again and are
 * there at once. */
static void
make_table (SalMaskingPage *self,
            GPtrArray      *items)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  g_autoptr (GPtrArray) chosen = sal_page_choose_runs (session, N_CHOSEN);
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->runs);

  self->updating = TRUE;
  g_ptr_array_set_size (self->asked, 0);
  g_ptr_array_set_size (self->masked, 0);
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_masking_run_free);
  for (guint i = 0; i < items->len; i++) {
    SalRunItem *item = g_ptr_array_index (items, i);
    SalMaskingRun *run = sal_masking_run_new (item);

    add_row (self, run, (int) i + 1);
    gtk_check_button_set_active (run->check, should_check (old, chosen, item));
    g_ptr_array_add (self->runs, run);
    g_signal_handlers_disconnect_by_func (item, model_changed_cb, self);
    g_signal_connect_object (item, "notify::model", G_CALLBACK (model_changed_cb), self,
                             G_CONNECT_SWAPPED);
  }
  for (guint i = 0; i < old->len; i++)
    remove_row (self, g_ptr_array_index (old, i));
  self->updating = FALSE;
}

static void
runs_changed_cb (SalMaskingPage *self)
{
  g_autoptr (GPtrArray) items = sal_page_list_runs (sal_page_get_session (SAL_PAGE (self)));

  if (!lists_runs (self, items))
    make_table (self, items);
  gtk_stack_set_visible_child_name (self->stack, items->len == 0 ? "empty" : "curves");
  ask (self);
}

/* --- controls ---------------------------------------------------------------- */

/* The heading, and the title that an exported figure needs. */
static void
describe_settings (SalMaskingPage *self)
{
  const gboolean least = sal_segments_get_selected (self->order_choice) == 1;
  const NnSaliencyMethod *method =
    nn_saliency_method (gtk_drop_down_get_selected (self->method_list));
  const NnFill fill = (NnFill) gtk_drop_down_get_selected (self->fill_list);
  g_autofree char *heading =
    g_strdup (least ? _("Accuracy when the least salient pixels are masked")
              : _("Accuracy when the most salient pixels are masked"));
  g_autofree char *title =
    g_strdup_printf ("%s · %s", method->title, nn_fill_title (fill));

  gtk_label_set_label (self->heading, heading);
  g_object_set (self->chart, "title", title, NULL);
}

static void
settings_changed_cb (SalMaskingPage *self)
{
  if (self->updating || sal_page_get_session (SAL_PAGE (self)) == NULL)
    return;
  describe_settings (self);
  sal_masking_page_forget_curves (self);
  ask (self);
}

static void
handle_moved_cb (SalMaskingPage *self)
{
  sal_masking_page_show_share (self);
  sal_throttle_ask (self->throttle);
}

static void
selection_changed_cb (SalMaskingPage *self,
                      double          from,
                      double          to)
{
  sal_masking_page_select (self, from, to);
}

static void
list_choices (SalMaskingPage *self)
{
  g_autoptr (GtkStringList) methods = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) fills = gtk_string_list_new (NULL);

  for (guint i = 0; nn_saliency_method (i) != NULL; i++)
    gtk_string_list_append (methods, nn_saliency_method (i)->title);
  for (guint i = 0; i < NN_N_FILLS; i++) {
    g_autofree char *title = g_strdup_printf (_("fill: %s"), nn_fill_title ((NnFill) i));

    gtk_string_list_append (fills, title);
  }
  gtk_drop_down_set_model (self->method_list, G_LIST_MODEL (methods));
  gtk_drop_down_set_model (self->fill_list, G_LIST_MODEL (fills));
  gtk_drop_down_set_selected (self->fill_list, NN_FILL_BACKGROUND);
}

/* --- the session ------------------------------------------------------------- */

static void
image_changed_cb (SalMaskingPage *self)
{
  if (sal_page_is_shown (SAL_PAGE (self)))
    sal_throttle_ask (self->throttle);
}

static void
sal_masking_page_attach (SalPage    *page,
                         SalSession *session)
{
  SalMaskingPage *self = SAL_MASKING_PAGE (page);

  g_signal_connect_object (session, "notify::run", G_CALLBACK (runs_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::dataset", G_CALLBACK (runs_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::image", G_CALLBACK (image_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_runs (session), "items-changed",
                           G_CALLBACK (runs_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (sal_masking_page_show_curves), self, G_CONNECT_SWAPPED);
  runs_changed_cb (self);
}

static void
sal_masking_page_shown (SalPage *page)
{
  ask (SAL_MASKING_PAGE (page));
}

static void
cancel (SalMaskingPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLab *lab = session == NULL ? NULL : sal_session_get_lab (session);

  sal_throttle_cancel (self->throttle);
  if (lab == NULL)
    return;
  sal_lab_cancel (lab, SAL_MASKING_CURVE_SLOT);
  sal_lab_cancel (lab, SAL_MASKING_IMAGE_SLOT);
  if (self->flips != NULL)
    sal_flip_strip_cancel (self->flips);
}

static void
sal_masking_page_hidden (SalPage *page)
{
  cancel (SAL_MASKING_PAGE (page));
}

/* --- life -------------------------------------------------------------------- */

static void
sal_masking_page_dispose (GObject *object)
{
  SalMaskingPage *self = SAL_MASKING_PAGE (object);

  if (self->throttle != NULL)
    cancel (self);
  /* The chart lives a little longer, and what it draws was borrowed. */
  if (self->chart != NULL)
    sal_chart_set_series (self->chart, NULL, 0);
  self->chart = NULL;
  self->flips = NULL;
  g_clear_pointer (&self->throttle, sal_throttle_free);
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  g_clear_pointer (&self->masked, g_ptr_array_unref);
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (sal_masking_page_parent_class)->dispose (object);
}

static void
sal_masking_page_class_init (SalMaskingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  SalPageClass *page_class = SAL_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_masking_page_dispose;
  page_class->attach = sal_masking_page_attach;
  page_class->shown = sal_masking_page_shown;
  page_class->hidden = sal_masking_page_hidden;
  page_class->command = sal_masking_page_command;

  g_type_ensure (SAL_TYPE_CHART);
  g_type_ensure (SAL_TYPE_EXPORT_BUTTON);
  g_type_ensure (SAL_TYPE_FILL_COMPARISON);
  g_type_ensure (SAL_TYPE_FLIP_STRIP);
  g_type_ensure (SAL_TYPE_SEGMENTS);
  g_type_ensure (SAL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-masking-page"));
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, heading);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, method_list);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, fill_list);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, order_choice);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, chart);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, progress);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, table);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, control_name);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, control_area);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, fills);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, flips);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, image_heading);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, image_words);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, pair_box);
  gtk_widget_class_bind_template_callback (widget_class, settings_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, handle_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
}

static void
sal_masking_page_init (SalMaskingPage *self)
{
  self->updating = TRUE;
  self->flips_from = self->flips_to = NAN;
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_masking_run_free);
  self->asked = g_ptr_array_new ();
  self->masked = g_ptr_array_new ();
  self->link = sal_map_link_new ();
  self->throttle = sal_throttle_new (INTERVAL, sal_masking_page_ask_image, self);
  gtk_widget_init_template (GTK_WIDGET (self));
  list_choices (self);
  describe_settings (self);
  sal_chart_set_y_range (self->chart, 0, 100);
  sal_chart_set_x_range (self->chart, 0, LAST_SHARE);
  sal_chart_set_handle (self->chart, FIRST_SHARE, NULL);
  sal_masking_page_show_share (self);
  self->updating = FALSE;
}
