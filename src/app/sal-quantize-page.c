/* sal-quantize-page.c - the Quantize page: controls, and when to ask
 *
 * The sliders change the session's bits; the session's bits set the sliders
 * and what the lab is asked.  What is shown stays, dimmed, until the answer
 * is there, and nothing is asked while the page is not seen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-quantize-page-private.h"

#include <glib/gi18n.h>

#include "sal-command.h"
#include "sal-page-runs.h"
#include "sal-ui.h"

/* The choices of `linking`. */
enum
{
  LINKED,
  APART,
};

G_DEFINE_FINAL_TYPE (SalQuantizePage, sal_quantize_page, SAL_TYPE_PAGE)

static SalSession *
get_session (SalQuantizePage *self)
{
  return sal_page_get_session (SAL_PAGE (self));
}

void
sal_quantize_page_show_problem (SalQuantizePage *self,
                                const char      *message)
{
  gtk_label_set_label (self->problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), message != NULL);
}

/* --- the controls follow the bits --------------------------------------------- */

gboolean
sal_quantize_page_is_linked (SalQuantizePage *self)
{
  return sal_segments_get_selected (self->linking) == LINKED;
}

static void
update_labels (SalQuantizePage *self)
{
  const gboolean linked = sal_quantize_page_is_linked (self);

  gtk_label_set_label (self->weight_label, linked ? _("Bit width") : _("Weights"));
  g_object_set (self->weight_slider, "title",
                linked ? _("Bit width") : _("Bit width of the weights"), NULL);
  gtk_widget_set_visible (self->activation_label, !linked);
}

/* Row 0 is the network's own. */
static guint
row_of_quantizer (const NnWeightQuantizer *quantizer)
{
  guint row = 0;

  while (quantizer != NULL && nn_weight_quantizer (row) != NULL
         && nn_weight_quantizer (row) != quantizer)
    row++;
  return quantizer == NULL ? 0 : row + 1;
}

static const NnWeightQuantizer *
quantizer_of_row (guint row)
{
  return row == 0 || row == GTK_INVALID_LIST_POSITION ? NULL : nn_weight_quantizer (row - 1);
}

static void
fill_quantizers (SalQuantizePage *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, _("grid: as trained"));
  for (gsize i = 0; nn_weight_quantizer (i) != NULL; i++) {
    g_autofree char *title = g_strdup_printf (_("grid: %s"), _(nn_weight_quantizer (i)->title));

    gtk_string_list_append (titles, title);
  }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->quantizer_list, G_LIST_MODEL (titles));
  self->updating = FALSE;
}

static void
update_controls (SalQuantizePage *self,
                 const SalBits   *shown)
{
  self->updating = TRUE;
  if (shown->weight_bits != shown->activation_bits)
    sal_segments_set_selected (self->linking, APART);
  sal_bit_slider_set_bits (self->weight_slider, shown->weight_bits);
  sal_bit_slider_set_bits (self->activation_slider, shown->activation_bits);
  gtk_drop_down_set_selected (self->edges_list, shown->edges);
  gtk_drop_down_set_selected (self->quantizer_list, row_of_quantizer (shown->quantizer));
  gtk_check_button_set_active (self->refit_check, shown->refit_alpha);
  gtk_check_button_set_active (self->reestimate_check, shown->reestimate);
  gtk_widget_set_visible (GTK_WIDGET (self->reestimate_check),
                          nn_model_has_batch_norm (sal_lab_model_get_model (self->model)));
  update_labels (self);
  sal_quantize_page_show_own_bits (self);
  self->updating = FALSE;
}

/* --- what is shown and asked --------------------------------------------------- */

static void
stop_asking (SalQuantizePage *self)
{
  static const char *const slots[] = {
    SAL_QUANTIZE_SLOT, SAL_QUANTIZE_ACCURACY_SLOT, SAL_QUANTIZE_STOPS_SLOT, SAL_QUANTIZE_COST_SLOT,
  };
  SalLab *lab = get_session (self) == NULL ? NULL : sal_session_get_lab (get_session (self));

  for (gsize i = 0; lab != NULL && i < G_N_ELEMENTS (slots); i++)
    sal_lab_cancel (lab, slots[i]);
}

static void
show_empty (SalQuantizePage *self)
{
  SalSession *session = get_session (self);
  SalRunItem *run = sal_session_get_run (session);
  g_autofree char *lost = run == NULL ? NULL : sal_session_explain_lost_network (session, run);
  const char *words = _("Choose a trained network above, or train one first.");

  if (run != NULL && sal_session_is_live_run (session))
    words = _("The network can be seen here as soon as its training has begun.");
  else if (run != NULL && sal_session_has_network (session, run))
    words = _("The network is being opened…");
  else if (lost != NULL)
    words = lost;
  else if (run != NULL)
    words = _("This run was stopped before the end of its first epoch and has saved no network. "
              "Resume it, or choose another run above.");
  adw_status_page_set_description (self->empty, words);
  gtk_widget_set_visible (self->train_button, run == NULL);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

/* FALSE: there is no network to ask about. */
static gboolean
take_model (SalQuantizePage *self)
{
  SalSession *session = get_session (self);
  SalLabModel *model = sal_session_get_model (session);
  const gboolean other_run = g_set_object (&self->run, sal_session_get_run (session));

  if (model == self->model && model != NULL)
    return TRUE;
  g_clear_pointer (&self->model, sal_lab_model_unref);
  stop_asking (self);
  if (other_run) {
    memset (self->points, 0, sizeof self->points);
    g_clear_pointer (&self->strip_model, sal_lab_model_unref);
  }
  if (model != NULL)
    self->model = sal_lab_model_ref (model);
  else if (other_run || self->run == NULL)
    show_empty (self);
  return model != NULL;
}

/* What figures that are saved carry. */
static void
describe_figures (SalQuantizePage *self)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autofree char *bits = sal_bits_describe (&self->bits);

  if (self->run != NULL)
    g_ptr_array_add (runs, self->run);

  g_autofree char *recipes = sal_page_describe_recipes (runs);
  g_autofree char *metadata =
    g_strdup_printf ("%s\nbits: %s\nimage: %u", recipes, bits,
                     sal_session_get_image (get_session (self)));

  sal_drawing_set_metadata_in (GTK_WIDGET (self), metadata);
}

static void
refresh (SalQuantizePage *self,
         gboolean         image_only)
{
  if (!sal_page_is_shown (SAL_PAGE (self)))
    return;

  SalLabModel *before = self->model;

  if (!take_model (self)) {
    if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "empty") == 0)
      show_empty (self);
    return;
  }

  const SalBits *bits = sal_session_get_bits (get_session (self));
  const SalBits shown = sal_bits_make_explicit (bits, self->model);

  self->bits = sal_bits_resolve (bits, self->model);
  gtk_stack_set_visible_child_name (self->stack, "content");
  update_controls (self, &shown);
  sal_quantize_page_show_problem (self, NULL);
  describe_figures (self);
  sal_quantize_page_ask_image (self);
  if (!image_only || before != self->model)
    sal_quantize_page_ask_network (self);
}

static void
network_changed_cb (SalQuantizePage *self)
{
  refresh (self, FALSE);
}

static void
image_changed_cb (SalQuantizePage *self)
{
  refresh (self, TRUE);
}

/* Clipping levels belong to the layers of one network. */
static void
run_changed_cb (SalQuantizePage *self)
{
  SalBits bits = *sal_session_get_bits (get_session (self));

  bits.n_layers = 0;
  sal_session_set_bits (get_session (self), &bits);
  refresh (self, FALSE);
}

/* --- the bits follow the controls --------------------------------------------- */

static void
set_bits (SalQuantizePage *self)
{
  SalSession *session = get_session (self);

  if (self->updating || self->model == NULL)
    return;

  SalBits bits = sal_bits_make_explicit (sal_session_get_bits (session), self->model);

  bits.weight_bits = sal_bit_slider_get_bits (self->weight_slider);
  bits.activation_bits = sal_quantize_page_is_linked (self) ? bits.weight_bits
                         : sal_bit_slider_get_bits (self->activation_slider);
  bits.edges = (NnEdgePolicy) gtk_drop_down_get_selected (self->edges_list);
  bits.quantizer = quantizer_of_row (gtk_drop_down_get_selected (self->quantizer_list));
  bits.refit_alpha = gtk_check_button_get_active (self->refit_check);
  bits.reestimate = gtk_check_button_get_active (self->reestimate_check);
  sal_session_set_bits (session, &bits);
}

static void
slider_moved_cb (SalQuantizePage *self)
{
  set_bits (self);
}

static void
edges_selected_cb (SalQuantizePage *self)
{
  set_bits (self);
}

static void
help_chosen_cb (SalQuantizePage *self)
{
  set_bits (self);
}

static void
mix_clicked_cb (SalQuantizePage *self)
{
  if (self->model != NULL)
    sal_quantize_page_mix_bits (self);
}

static void
fine_tune_steps_cb (SalQuantizePage *self)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->fine_tune_button), "i",
                                    gtk_spin_button_get_value_as_int (self->fine_tune_steps));
}

static void
linking_changed_cb (SalQuantizePage *self)
{
  update_labels (self);
  set_bits (self);
  /* The curve below the slider is another one, even at the same bits. */
  if (!self->updating && self->model != NULL)
    refresh (self, FALSE);
}

static void
stop_chosen_cb (SalQuantizePage *self,
                guint            stop)
{
  sal_bit_slider_set_bits (self->weight_slider, sal_bit_stop_get_bits (stop));
}

static void
alpha_moved_cb (SalQuantizePage *self,
                double           alpha)
{
  sal_quantize_page_set_alpha (self, alpha);
}

static void
own_bits_selected_cb (SalQuantizePage *self)
{
  if (!self->updating && self->model != NULL)
    sal_quantize_page_take_own_bits (self);
}

static void
layer_chosen_cb (SalQuantizePage *self)
{
  sal_quantize_page_show_own_bits (self);
  if (self->model != NULL && sal_page_is_shown (SAL_PAGE (self)))
    sal_quantize_page_ask_histogram (self);
}

static void
method_chosen_cb (SalQuantizePage *self)
{
  if (self->model != NULL)
    refresh (self, TRUE);
}

static void
class_chosen_cb (SalQuantizePage *self,
                 int              class)
{
  sal_page_choose_class (get_session (self), class);
}

/* --- the page ------------------------------------------------------------------ */

static void
sal_quantize_page_attach (SalPage    *page,
                          SalSession *session)
{
  static const struct
  {
    const char *signal;
    void      (*handler) (SalQuantizePage *self);
  } signals[] = {
    { "notify::run", run_changed_cb },
    { "notify::model", network_changed_cb },
    { "notify::bits", network_changed_cb },
    { "notify::state", network_changed_cb },
    { "notify::image", image_changed_cb },
    { "notify::explain-class", image_changed_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (session, signals[i].signal, G_CALLBACK (signals[i].handler), page,
                             G_CONNECT_SWAPPED);
}

static void
sal_quantize_page_shown (SalPage *page)
{
  sal_session_set_live (sal_page_get_session (page), TRUE);
  refresh (SAL_QUANTIZE_PAGE (page), FALSE);
}

static void
sal_quantize_page_hidden (SalPage *page)
{
  stop_asking (SAL_QUANTIZE_PAGE (page));
  sal_session_set_live (sal_page_get_session (page), FALSE);
}

static char *
sal_quantize_page_command (SalPage *page)
{
  SalQuantizePage *self = SAL_QUANTIZE_PAGE (page);

  if (self->model == NULL || self->run == NULL
      || !sal_command_can_say (sal_session_get_bits (get_session (self))))
    return NULL;

  const SalBits bits = sal_bits_make_explicit (sal_session_get_bits (get_session (self)),
                                               self->model);
  g_autofree char *run = sal_command_name_run (self->run);
  g_autoptr (GString) command = g_string_new ("saliscope-cli quantize ");

  g_string_append (command, run);
  sal_command_add_bits (command, &bits, self->model);
  return g_strdup (command->str);
}

static void
sal_quantize_page_dispose (GObject *object)
{
  SalQuantizePage *self = SAL_QUANTIZE_PAGE (object);

  stop_asking (self);
  g_clear_pointer (&self->model, sal_lab_model_unref);
  g_clear_pointer (&self->strip_model, sal_lab_model_unref);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (sal_quantize_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, stack);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, empty);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, train_button);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, problem);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, weight_label);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, activation_label);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, strip_label);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, weight_slider);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, activation_slider);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, linking);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, edges_list);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, quantizer_list);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, refit_check);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, reestimate_check);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, strip);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, accuracy_card);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, difference_card);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, saliency_card);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, size_card);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, prediction_card);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, histograms);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, weight_histogram);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, activation_histogram);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, layers);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, layers_hint);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, own_weight_list);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, own_activation_list);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, maps);
}

static void
bind_callbacks (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, fine_tune_steps);
  gtk_widget_class_bind_template_child (widget_class, SalQuantizePage, fine_tune_button);
  gtk_widget_class_bind_template_callback (widget_class, slider_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, linking_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, edges_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, help_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, mix_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, alpha_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, own_bits_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, layer_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, fine_tune_steps_cb);
  gtk_widget_class_bind_template_callback (widget_class, method_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen_cb);
}

static void
sal_quantize_page_class_init (SalQuantizePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  SalPageClass *page_class = SAL_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_quantize_page_dispose;
  page_class->attach = sal_quantize_page_attach;
  page_class->shown = sal_quantize_page_shown;
  page_class->hidden = sal_quantize_page_hidden;
  page_class->command = sal_quantize_page_command;

  g_type_ensure (SAL_TYPE_BIT_SLIDER);
  g_type_ensure (SAL_TYPE_SEGMENTS);
  g_type_ensure (SAL_TYPE_ACCURACY_STRIP);
  g_type_ensure (SAL_TYPE_STAT_CARD);
  g_type_ensure (SAL_TYPE_HISTOGRAM_VIEW);
  g_type_ensure (SAL_TYPE_LAYER_TABLE);
  g_type_ensure (SAL_TYPE_MAP_COMPARISON);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-quantize-page"));
  bind_children (widget_class);
  bind_callbacks (widget_class);
}

static void
sal_quantize_page_init (SalQuantizePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_quantizers (self);
  sal_quantize_page_fill_own_bits (self);
  sal_accuracy_strip_set_slider (self->strip, self->weight_slider);
}
