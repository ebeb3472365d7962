/* sal-masking-page.c - the Masking page: accuracy while salient pixels vanish
 *
 * Controls, and when what is asked.  The runs and their table are in
 * sal-masking-page-table.c, which curves there are in sal-masking-page-lines.c,
 * the curves in sal-masking-page-curves.c, the masked image is in
 * sal-masking-page-image.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "sal-export-button.h"
#include "sal-ui.h"
#include "sal-wrap-box.h"

/* How often the masked image is asked for while the handle is dragged. */
#define INTERVAL 60

#define FIRST_SHARE 25
#define LAST_SHARE 90

G_DEFINE_FINAL_TYPE (SalMaskingPage, sal_masking_page, SAL_TYPE_PAGE)

/* --- what is shown ----------------------------------------------------------- */

void
sal_masking_page_ask (SalMaskingPage *self)
{
  self->stopped = FALSE;
  sal_masking_page_ask_curves (self);
  sal_masking_page_ask_image (self);
  sal_masking_page_ask_flips (self);
  sal_masking_page_show_share (self);
}

/* Shows what is checked and chosen now, and asks about it. */
static void
refresh (SalMaskingPage *self,
         gboolean        forget)
{
  sal_masking_page_make_lines (self, forget);
  sal_masking_page_ask (self);
}

static void
model_changed_cb (SalMaskingPage *self,
                  GParamSpec     *pspec,
                  SalRunItem     *item)
{
  gboolean shown = FALSE;

  for (guint i = 0; i < self->lines->len; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->lines, i);

    if (line->run != item)
      continue;
    line->curve.done = line->curve.n = 0;
    shown = TRUE;
  }
  if (shown)
    sal_masking_page_ask (self);
}

static void
runs_changed_cb (SalMaskingPage *self)
{
  /* The table is not built where nobody sees it. */
  self->runs_unseen = !sal_page_is_shown (SAL_PAGE (self));
  if (self->runs_unseen)
    return;
  if (sal_masking_page_list_runs (self))
    for (guint i = 0; i < self->runs->len; i++) {
      SalMaskingRun *run = g_ptr_array_index (self->runs, i);

      g_signal_handlers_disconnect_by_func (run->run, model_changed_cb, self);
      g_signal_connect_object (run->run, "notify::model", G_CALLBACK (model_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_stack_set_visible_child_name (self->stack, self->runs->len == 0 ? "empty" : "curves");
  refresh (self, FALSE);
}

/* --- controls ---------------------------------------------------------------- */

/* "Gradient · Background · 4 bits · most salient first"; what there are several of has its names in
 * the legend. */
static char *
describe_choice (SalMaskingPage *self)
{
  const guint n_methods = sal_choices_get_n_chosen (self->method_choice);
  const guint n_fills = sal_choices_get_n_chosen (self->fill_choice);
  const guint method = sal_choices_get_first (self->method_choice);
  const guint fill = sal_choices_get_first (self->fill_choice);
  g_autofree char *bits = sal_masking_page_describe_bits (self);
  g_autofree char *methods =
    n_methods == 1 ? g_strdup (_(nn_saliency_method (method)->title))
    : g_strdup_printf (_("%u methods"), n_methods);
  g_autofree char *fills =
    n_fills == 1 ? g_strdup (_(nn_fill_title ((NnFill) fill))) : g_strdup_printf (_("%u fills"),
                                                                                  n_fills);

  return g_strdup_printf ("%s · %s · %s · %s", methods, fills, bits,
                          sal_segments_get_selected (self->order_choice) == 1
                          ? _("least salient first") : _("most salient first"));
}

/* The title that an exported figure needs. */
static void
describe_settings (SalMaskingPage *self)
{
  g_autofree char *title = describe_choice (self);

  g_object_set (self->chart, "title", title, NULL);
}

static void
settings_changed (SalMaskingPage *self,
                  gboolean        forget)
{
  if (self->updating || sal_page_get_session (SAL_PAGE (self)) == NULL)
    return;
  describe_settings (self);
  refresh (self, forget);
}

/* More or fewer curves; the others are what they were. */
static void
choice_changed_cb (SalMaskingPage *self)
{
  settings_changed (self, FALSE);
}

/* All curves are others now. */
static void
settings_changed_cb (SalMaskingPage *self)
{
  settings_changed (self, TRUE);
}

static void
bits_changed_cb (SalMaskingPage *self)
{
  const guint bits = gtk_drop_down_get_selected (self->bits_list);

  if (bits != SAL_PANE_AS_TRAINED && bits != SAL_PANE_FULL_PRECISION)
    settings_changed (self, TRUE);
}

static void
stop_clicked_cb (SalMaskingPage *self)
{
  self->stopped = !self->stopped;
  sal_masking_page_ask_curves (self);
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
  g_autoptr (GListModel) bits = sal_pane_bits_list (_("bits: "));

  for (guint i = 0; nn_saliency_method (i) != NULL; i++)
    sal_choices_append (self->method_choice, _(nn_saliency_method (i)->title),
                        _(nn_saliency_method (i)->summary));
  for (guint i = 0; i < NN_N_FILLS; i++)
    sal_choices_append (self->fill_choice, _(nn_fill_title ((NnFill) i)), NULL);
  sal_choices_choose (self->fill_choice, NN_FILL_BACKGROUND, TRUE);
  sal_choices_choose (self->fill_choice, 0, NN_FILL_BACKGROUND == 0);
  gtk_drop_down_set_model (self->bits_list, bits);
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
  g_signal_connect_object (session, "notify::bits", G_CALLBACK (bits_changed_cb), self,
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
  SalMaskingPage *self = SAL_MASKING_PAGE (page);

  if (self->runs_unseen)
    runs_changed_cb (self);
  describe_settings (self);
  sal_masking_page_ask (self);
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
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->cells, g_ptr_array_unref);
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
  g_type_ensure (SAL_TYPE_CHOICES);
  g_type_ensure (SAL_TYPE_EXPORT_BUTTON);
  g_type_ensure (SAL_TYPE_FILL_COMPARISON);
  g_type_ensure (SAL_TYPE_FLIP_STRIP);
  g_type_ensure (SAL_TYPE_SEGMENTS);
  g_type_ensure (SAL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-masking-page"));
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, method_choice);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, fill_choice);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, bits_list);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, order_choice);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, chart);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, progress);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, table);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, table_window);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, fills);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, flips);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, image_heading);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, image_words);
  gtk_widget_class_bind_template_child (widget_class, SalMaskingPage, pair_box);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, settings_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, handle_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
}

static void
sal_masking_page_init (SalMaskingPage *self)
{
  self->updating = TRUE;
  self->flips_from = self->flips_to = NAN;
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_masking_run_free);
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_masking_line_free);
  self->cells = g_ptr_array_new ();
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
