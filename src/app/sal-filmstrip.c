/* sal-filmstrip.c - one image explained by one network at falling bit widths
 *
 * The maps of all frames are one question; accuracies are measured in
 * sal-filmstrip-accuracy.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-filmstrip-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "nn/nn-saliency.h"
#include "plot-bars.h"
#include "sal-bit-widths.h"
#include "sal-export-button.h"
#include "sal-page-runs.h"
#include "sal-square-bin.h"
#include "sal-tooltip.h"
#include "sal-ui.h"
#include "sal-words.h"

#define IMAGE_SLOT "filmstrip"

/* How often a new image is asked for while many pass by. */
#define INTERVAL 120

static const int frame_bits[SAL_FILMSTRIP_FRAMES] = { 0, 8, 6, 5, 4, 3, 2 };

G_DEFINE_FINAL_TYPE (SalFilmstrip, sal_filmstrip, ADW_TYPE_BIN)

SalBits
sal_filmstrip_bits (SalFilmstrip *self,
                    guint         index,
                    SalLabModel  *model)
{
  return frame_bits[index] == 0 ? sal_lab_model_get_full_bits (model)
         : sal_page_move_bits (self->session, model, frame_bits[index]);
}

/* --- words ------------------------------------------------------------------- */

static char *
frame_title (guint index)
{
  return frame_bits[index] == 0 ? g_strdup (_("off")) : sal_words_bits (frame_bits[index]);
}

void
sal_filmstrip_describe_frame (SalFilmstrip *self,
                              guint         index)
{
  SalFilmstripFrame *frame = &self->frames[index];
  SalDataset *dataset = sal_session_get_dataset (self->session);
  g_autofree char *title = frame_title (index);
  g_autoptr (GString) words = g_string_new (NULL);

  if (frame->says >= 0 && dataset != NULL)
    g_string_append_printf (words, _("says %s"), sal_dataset_get_class_name (dataset, frame->says));
  if (isfinite (frame->accuracy))
    g_string_append_printf (words, frame->is_final ? "%s%.1f %%" : "%s≈ %.0f %%",
                            words->len > 0 ? " · " : "", 100 * frame->accuracy);
  gtk_label_set_label (frame->words, words->str);

  g_autofree char *tooltip =
    words->len == 0 ? g_strdup_printf (_("Move the network to %s"), title)
    : g_strdup_printf (_("Move the network to %s: %s"), title, words->str);

  sal_tooltip_set (frame->button, tooltip);

  g_autofree char *label = g_strdup_printf ("%s, %s", title, words->str);

  gtk_accessible_update_property (GTK_ACCESSIBLE (frame->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
describe (SalFilmstrip *self)
{
  SalRunItem *run = sal_session_get_run (self->session);

  gtk_widget_set_visible (GTK_WIDGET (self), run != NULL);
  if (run == NULL)
    return;

  g_autofree char *name = sal_page_name_run (run);
  g_autofree char *title = g_strdup_printf (
    _("%s by %s moved to each bit width; press one to make it active"), name,
    _(nn_saliency_method_find (self->method)->title));

  g_autofree char *words = sal_words_unbroken (title);

  gtk_label_set_label (self->title, words);
}

/* --- the active frame -------------------------------------------------------- */

static void
update_active (SalFilmstrip *self)
{
  const SalBits *chosen = sal_session_get_bits (self->session);
  SalLabModel *model = sal_session_get_model (self->session);

  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++) {
    gboolean active = FALSE;

    if (model != NULL) {
      const SalBits frame = sal_filmstrip_bits (self, i, model);
      const SalBits bits = sal_bits_resolve (&frame, model);
      const SalBits now = sal_bits_resolve (chosen, model);

      active = sal_bits_equal (&bits, &now);
    }
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->frames[i].button), active);
  }
}

static void
clicked_cb (SalFilmstrip *self,
            GtkWidget    *button)
{
  SalLabModel *model = sal_session_get_model (self->session);

  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES && model != NULL; i++)
    if (self->frames[i].button == button) {
      const SalBits bits = sal_filmstrip_bits (self, i, model);

      sal_session_set_bits (self->session, &bits);
    }
  update_active (self);
}

/* --- maps -------------------------------------------------------------------- */

static void
update_scales (SalFilmstrip *self)
{
  double shared = 0;

  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++)
    shared = MAX (shared, self->frames[i].own_scale[self->end]);
  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++) {
    const SalFilmstripFrame *frame = &self->frames[i];
    const double own = frame->own_scale[self->end];
    const double run = frame->run_scale[self->end];
    const double scales[] = {
      [SAL_SCALE_SHARED] = shared,
      [SAL_SCALE_PER_RUN] = run > 0 ? run : own,
      [SAL_SCALE_PER_PANE] = own,
    };

    sal_map_view_set_scale (frame->map_view, scales[self->choice]);
  }
}

static void
measure_scales (SalFilmstripFrame   *frame,
                const SalPaneAnswer *answer,
                NnShape              shape)
{
  PlotMapStats stats;

  plot_map_stats (answer->map, nn_shape_size (shape), &stats);
  frame->own_scale[SAL_SCALE_END_ROBUST] = stats.robust > 0 ? stats.robust : stats.largest;
  frame->own_scale[SAL_SCALE_END_LARGEST] = stats.largest;
  if (answer->scale > 0) {
    frame->run_scale[SAL_SCALE_END_ROBUST] = answer->scale;
    frame->run_scale[SAL_SCALE_END_LARGEST] = answer->largest;
  }
}

static void
show_frame (SalFilmstrip         *self,
            guint                 index,
            const SalPaneAnswer  *answer,
            const SalImageAnswer *image)
{
  SalFilmstripFrame *frame = &self->frames[index];
  const NnShape shape = image->shape;
  const SalModelInfo *info = sal_lab_model_get_info (sal_session_get_model (self->session));
  size_t best = 0;

  frame->says = -1;
  if (answer->probabilities != NULL
      && plot_top (answer->probabilities, (size_t) answer->n_classes, 1, &best) == 1)
    frame->says = (int) best;
  sal_map_view_set_map (frame->map_view, answer->map, shape.channels, shape.height, shape.width,
                        PLOT_REDUCE_LARGEST);
  if (answer->map != NULL) {
    g_autofree guint8 *pixels = g_new (guint8, nn_shape_size (shape));

    sal_lab_denormalise (info, shape, image->x, pixels);
    sal_map_view_set_image (frame->map_view, pixels, shape.channels, shape.height, shape.width);
    measure_scales (frame, answer, shape);
  }
  sal_filmstrip_describe_frame (self, index);
  if (answer->message != NULL)
    sal_tooltip_set (frame->button, answer->message);
}

/* " · first, last layer: 8 bits" where the frames keep these out, or "". */
static char *
describe_edges (SalFilmstrip *self)
{
  SalLabModel *model = sal_session_get_model (self->session);
  const SalBits fewest = sal_filmstrip_bits (self, SAL_FILMSTRIP_FRAMES - 1, model);
  g_autofree char *edges = sal_bits_describe_edges (&fewest, model);

  return edges == NULL ? g_strdup ("") : g_strconcat (" · ", edges, NULL);
}

/* What files are called, and what travels in them. */
static void
describe_files (SalFilmstrip *self)
{
  const guint64 image = sal_page_look_at (self->session, self->own).id;
  const gboolean is_own =
    self->own != NULL && sal_own_image_get_pixels (self->own) != NULL;
  g_autofree char *name = is_own ? g_strdup ("own-image")
                          : g_strdup_printf ("image-%" G_GUINT64_FORMAT, image);
  g_autofree char *said = is_own ? g_strdup (sal_own_image_get_title (self->own))
                          : g_strdup_printf (_("Image %u"), (guint) image);
  g_autofree char *run = sal_page_name_run (sal_session_get_run (self->session));
  g_autofree char *title =
    g_strdup_printf (_("%s · %s by %s moved to each bit width"), said, run,
                     _(nn_saliency_method_find (self->method)->title));
  g_autofree char *edges = describe_edges (self);
  g_autofree char *full_title = g_strconcat (title, edges, NULL);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  g_ptr_array_add (runs, sal_session_get_run (self->session));

  g_autofree char *recipes = sal_page_describe_recipes (runs);

  sal_filmstrip_figure_describe (self->figure, name, full_title, recipes);
}

static void
answered_cb (const SalImageAnswer *answer,
             gpointer              data)
{
  SalFilmstrip *self = data;

  if (sal_session_get_model (self->session) == NULL)
    return;
  for (guint i = 0; i < answer->n_panes && i < SAL_FILMSTRIP_FRAMES; i++)
    show_frame (self, i, &answer->panes[i], answer);
  update_scales (self);
  describe_files (self);
}

static void
ask (gpointer data)
{
  SalFilmstrip *self = data;
  SalLab *lab = sal_session_get_lab (self->session);
  SalLabModel *model = sal_session_get_model (self->session);
  SalDataset *dataset = sal_session_get_dataset (self->session);
  SalPaneRequest requests[SAL_FILMSTRIP_FRAMES];

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || lab == NULL || model == NULL
      || dataset != sal_lab_model_get_dataset (model))
    return;

  const SalPageImage image = sal_page_look_at (self->session, self->own);

  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++)
    requests[i] = (SalPaneRequest) { model, sal_filmstrip_bits (self, i, model), self->method };
  sal_lab_explain_beside (lab, IMAGE_SLOT, requests, SAL_FILMSTRIP_FRAMES, image.pixels,
                          image.label, sal_session_get_explain_class (self->session), image.id,
                          answered_cb, self);
  g_clear_pointer (&self->asked_model, sal_lab_model_unref);
  self->asked_model = sal_lab_model_ref (model);
  self->asked_bits = requests[1].bits;
  self->asked_method = self->method;
  self->asked_class = sal_session_get_explain_class (self->session);
}

/* Whether the maps of the image are those that were asked for already: which
 * bits are active is not a question. */
static gboolean
has_asked (SalFilmstrip *self)
{
  SalLabModel *model = sal_session_get_model (self->session);

  if (model == NULL || model != self->asked_model || self->method != self->asked_method
      || self->asked_class != sal_session_get_explain_class (self->session))
    return FALSE;

  const SalBits bits = sal_filmstrip_bits (self, 1, model);

  return sal_bits_equal (&bits, &self->asked_bits);
}

/* --- what is looked at ------------------------------------------------------- */

static void
image_changed_cb (SalFilmstrip *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    sal_throttle_ask (self->throttle);
}

static void
forget_maps (SalFilmstrip *self)
{
  g_clear_pointer (&self->asked_model, sal_lab_model_unref);
  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++) {
    SalFilmstripFrame *frame = &self->frames[i];

    frame->says = -1;
    memset (frame->own_scale, 0, sizeof frame->own_scale);
    memset (frame->run_scale, 0, sizeof frame->run_scale);
    sal_map_view_set_map (frame->map_view, NULL, 0, 0, 0, PLOT_REDUCE_LARGEST);
    sal_map_view_set_image (frame->map_view, NULL, 0, 0, 0);
    sal_filmstrip_describe_frame (self, i);
  }
}

static void
question_changed_cb (SalFilmstrip *self)
{
  describe (self);
  update_active (self);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (!has_asked (self))
    ask (self);
  sal_filmstrip_measure (self);
}

static void
run_changed_cb (SalFilmstrip *self)
{
  forget_maps (self);
  question_changed_cb (self);
}

void
sal_filmstrip_set_session (SalFilmstrip *self,
                           SalSession   *session)
{
  static const struct
  {
    const char *signal;
    void (*callback) (SalFilmstrip *);
  } handlers[] = {
    { "notify::image", image_changed_cb },
    { "notify::run", run_changed_cb },
    { "notify::dataset", run_changed_cb },
    { "notify::model", question_changed_cb },
    { "notify::explain-class", question_changed_cb },
    { "notify::bits", question_changed_cb },
    { "notify::state", question_changed_cb },
  };

  g_return_if_fail (SAL_IS_FILMSTRIP (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (session, handlers[i].signal, G_CALLBACK (handlers[i].callback), self,
                             G_CONNECT_SWAPPED);
  run_changed_cb (self);
}

void
sal_filmstrip_set_own_image (SalFilmstrip *self,
                             SalOwnImage  *own)
{
  g_return_if_fail (SAL_IS_FILMSTRIP (self));
  g_return_if_fail (self->own == NULL);

  self->own = g_object_ref (own);
  g_signal_connect_object (own, "changed", G_CALLBACK (image_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

void
sal_filmstrip_set_method (SalFilmstrip *self,
                          const char   *method)
{
  const NnSaliencyMethod *found = nn_saliency_method_find (method);

  g_return_if_fail (SAL_IS_FILMSTRIP (self));
  g_return_if_fail (found != NULL);

  if (self->method == found->name)
    return;
  self->method = found->name;
  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++) {
    memset (self->frames[i].run_scale, 0, sizeof self->frames[i].run_scale);
    sal_map_view_set_signed (self->frames[i].map_view, found->is_signed);
  }
  if (self->session != NULL)
    question_changed_cb (self);
}

void
sal_filmstrip_set_look (SalFilmstrip  *self,
                        SalMapMode     mode,
                        SalScaleChoice choice,
                        SalScaleEnd    end)
{
  g_return_if_fail (SAL_IS_FILMSTRIP (self));

  self->mode = mode;
  self->choice = choice;
  self->end = end;
  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++)
    sal_map_view_set_mode (self->frames[i].map_view, mode);
  update_scales (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_filmstrip_map (GtkWidget *widget)
{
  SalFilmstrip *self = SAL_FILMSTRIP (widget);

  GTK_WIDGET_CLASS (sal_filmstrip_parent_class)->map (widget);
  if (self->session != NULL)
    question_changed_cb (self);
}

static void
cancel (SalFilmstrip *self)
{
  SalLab *lab = self->session == NULL ? NULL : sal_session_get_lab (self->session);

  sal_throttle_cancel (self->throttle);
  if (lab == NULL)
    return;
  sal_lab_cancel (lab, IMAGE_SLOT);
  sal_lab_cancel (lab, SAL_FILMSTRIP_ACCURACY_SLOT);
  g_clear_pointer (&self->asked_model, sal_lab_model_unref);
}

static void
sal_filmstrip_unmap (GtkWidget *widget)
{
  cancel (SAL_FILMSTRIP (widget));
  GTK_WIDGET_CLASS (sal_filmstrip_parent_class)->unmap (widget);
}

static void
add_frame (SalFilmstrip *self,
           guint         index)
{
  SalFilmstripFrame *frame = &self->frames[index];
  g_autofree char *title = frame_title (index);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *label = gtk_label_new (title);

  frame->map_view = SAL_MAP_VIEW (sal_map_view_new ());
  frame->words = GTK_LABEL (gtk_label_new (NULL));
  frame->button = gtk_toggle_button_new ();
  frame->says = -1;
  frame->accuracy = NAN;

  /* A press on the picture presses the frame. */
  gtk_widget_set_can_target (GTK_WIDGET (frame->map_view), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (frame->map_view), FALSE);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (GTK_WIDGET (frame->words), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (frame->words), "numeric");
  gtk_label_set_ellipsize (frame->words, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), g_object_new (SAL_TYPE_SQUARE_BIN, "least", 56, "most", 260,
                                               "child", frame->map_view, NULL));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (frame->words));
  gtk_button_set_child (GTK_BUTTON (frame->button), box);
  gtk_widget_add_css_class (frame->button, "flat");
  gtk_widget_add_css_class (frame->button, "film-frame");
  g_signal_connect_swapped (frame->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (self->box), frame->button);
  sal_drawing_lend_menu (SAL_DRAWING (frame->map_view), frame->button);
  sal_filmstrip_figure_add (self->figure, frame_bits[index], title, frame->map_view,
                            frame->words);
}

static void
sal_filmstrip_dispose (GObject *object)
{
  SalFilmstrip *self = SAL_FILMSTRIP (object);

  if (self->throttle != NULL)
    cancel (self);
  g_clear_pointer (&self->throttle, sal_throttle_free);
  g_clear_pointer (&self->asked_model, sal_lab_model_unref);
  g_clear_pointer (&self->measured, sal_lab_model_unref);
  g_clear_object (&self->own);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sal_filmstrip_parent_class)->dispose (object);
}

static void
sal_filmstrip_class_init (SalFilmstripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_filmstrip_dispose;
  widget_class->map = sal_filmstrip_map;
  widget_class->unmap = sal_filmstrip_unmap;

  g_type_ensure (SAL_TYPE_EXPORT_BUTTON);
  g_type_ensure (SAL_TYPE_FILMSTRIP_FIGURE);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-filmstrip"));
  gtk_widget_class_bind_template_child (widget_class, SalFilmstrip, box);
  gtk_widget_class_bind_template_child (widget_class, SalFilmstrip, title);
  gtk_widget_class_bind_template_child (widget_class, SalFilmstrip, figure);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sal_filmstrip_init (SalFilmstrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->throttle = sal_throttle_new (INTERVAL, ask, self);
  self->method = nn_saliency_method (0)->name;
  self->measuring = SAL_FILMSTRIP_FRAMES;
  self->choice = SAL_SCALE_PER_RUN;
  self->mode = SAL_MAP_HEAT;
  for (guint i = 0; i < SAL_FILMSTRIP_FRAMES; i++) {
    add_frame (self, i);
    sal_map_view_set_mode (self->frames[i].map_view, self->mode);
  }
}
