/* sal-inspect-page.c - the Inspect page: one image, explained side by side
 *
 * All panes are one question to the lab, so that they change together.  Which
 * they are is in sal-inspect-page-panes.c, what is saved in
 * sal-inspect-page-export.c, images that are brought or drawn in
 * sal-inspect-page-own.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-page-private.h"

#include <glib/gi18n.h>

#include "nn/nn-saliency.h"
#include "plot-scale.h"
#include "sal-page-runs.h"
#include "sal-tiles.h"
#include "sal-ui.h"
#include "sal-words.h"
#include "sal-wrap-box.h"

#define IMAGE_SLOT "inspect"

/* How often a new image is asked for while many pass by. */
#define INTERVAL 60

enum
{
  PROP_ALL_PANES = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalInspectPage, sal_inspect_page, SAL_TYPE_PAGE)

/* --- scales ------------------------------------------------------------------ */

/* What the scale is, in words: never a silent normalisation. */
static void
describe_scale (SalInspectPage *self,
                SalScaleChoice  choice,
                SalScaleEnd     end,
                double          shared)
{
  const char *at = end == SAL_SCALE_END_ROBUST ? _("99th percentile") : _("magnitude");
  g_autoptr (GString) words = g_string_new (NULL);
  char number[PLOT_NUMBER_SIZE];

  if (choice == SAL_SCALE_SHARED) {
    plot_format_short (shared, 3, number);
    g_string_printf (words, _("One scale for all panes: full colour at ±%s, the largest %s of the "
                              "maps shown. A pale map has small gradients."), number, at);
  } else if (choice == SAL_SCALE_PER_PANE) {
    g_string_printf (words, end == SAL_SCALE_END_ROBUST
                     ? _("Each map has its own scale, the 99th percentile of its values: colours "
                         "of different panes cannot be compared.")
                     : _("Each map has its own scale, its largest value: colours of different "
                         "panes cannot be compared."));
  } else {
    g_string_printf (words, end == SAL_SCALE_END_ROBUST
                     ? _("Each network has one factor for all images, the 99th percentile over %d "
                         "test images: ")
                     : _("Each network has one factor for all images, the largest value over %d "
                         "test images: "), SAL_SCALE_IMAGES);
    for (guint i = 0; i < self->panes->len; i++) {
      SalInspectPane *pane = sal_inspect_page_pane (self, i);
      const double scale = sal_inspect_pane_get_run_scale (pane, end);
      SalRunItem *run = sal_inspect_pane_get_run (pane);
      g_autofree char *name = run == NULL ? NULL : sal_page_name_run (run);

      plot_format_short (scale, 3, number);
      if (name != NULL)
        g_string_append_printf (words, "%s%s ±%s", i > 0 ? " · " : "", name,
                                scale > 0 ? number : "…");
    }
  }
  g_autofree char *unbroken = sal_words_unbroken (words->str);

  gtk_label_set_label (self->scale_words, unbroken);
}

static void
update_scales (SalInspectPage *self)
{
  const SalScaleChoice choice = sal_segments_get_selected (self->scale_choice);
  const SalScaleEnd end = sal_segments_get_selected (self->end_choice);
  double shared = 0;

  for (guint i = 0; i < self->panes->len; i++)
    shared = MAX (shared, sal_inspect_pane_get_own_scale (sal_inspect_page_pane (self, i), end));
  for (guint i = 0; i < self->panes->len; i++) {
    SalInspectPane *pane = sal_inspect_page_pane (self, i);
    const double scales[] = {
      [SAL_SCALE_SHARED] = shared,
      [SAL_SCALE_PER_RUN] = sal_inspect_pane_get_run_scale (pane, end),
      [SAL_SCALE_PER_PANE] = sal_inspect_pane_get_own_scale (pane, end),
    };

    sal_inspect_pane_set_scale (pane, scales[choice]);
  }
  describe_scale (self, choice, end, shared);
}

void
sal_inspect_page_update_look (SalInspectPage *self)
{
  static const SalMapMode modes[] = { SAL_MAP_HEAT, SAL_MAP_OVERLAY, SAL_MAP_IMAGE };
  const guint look = sal_segments_get_selected (self->look_choice);
  const SalMapMode mode = modes[MIN (look, G_N_ELEMENTS (modes) - 1)];

  for (guint i = 0; self->panes != NULL && i < self->panes->len; i++)
    sal_inspect_pane_set_mode (sal_inspect_page_pane (self, i), mode);
  if (self->panes == NULL)
    return;
  sal_filmstrip_set_look (self->filmstrip, mode, sal_segments_get_selected (self->scale_choice),
                          sal_segments_get_selected (self->end_choice));
  update_scales (self);
}

/* --- questions and answers --------------------------------------------------- */

static void
answered_cb (const SalImageAnswer *answer,
             gpointer              data)
{
  SalInspectPage *self = data;
  SalDataset *dataset = sal_session_get_dataset (sal_page_get_session (SAL_PAGE (self)));
  SalInspectPane *first = g_ptr_array_index (self->asked, 0);
  SalLabModel *model = sal_run_item_get_model (sal_inspect_pane_get_run (first));
  g_autofree guint8 *pixels = g_new (guint8, nn_shape_size (answer->shape));

  if (model == NULL || dataset == NULL)
    return;
  sal_lab_denormalise (sal_lab_model_get_info (model), answer->shape, answer->x, pixels);
  sal_map_view_set_image (self->input_view, pixels, answer->shape.channels, answer->shape.height,
                          answer->shape.width);
  for (guint i = 0; i < answer->n_panes; i++) {
    SalInspectPane *pane = g_ptr_array_index (self->asked, i);
    g_autofree char *metadata = sal_inspect_page_describe_panes (self, i, i + 1);

    sal_inspect_pane_show (pane, &answer->panes[i], answer->shape, pixels, dataset);
    sal_drawing_set_metadata_in (GTK_WIDGET (pane), metadata);
  }
  for (guint i = 0; i < self->panes->len; i++)
    sal_inspect_pane_compare (sal_inspect_page_pane (self, i),
                              i == 0 ? NULL : sal_inspect_page_pane (self, 0));
  update_scales (self);
}

/* Why there is no network of `run` to be asked. Free the result. */
static char *
explain_no_network (SalSession *session,
                    SalRunItem *run)
{
  char *lost = sal_session_explain_lost_network (session, run);

  if (lost != NULL)
    return lost;
  return g_strdup (sal_session_has_network (session, run) ? _("The network is being loaded…")
                   : _("This run has no network yet."));
}

/* Why the pane cannot be asked, or NULL. Free the result. */
static char *
find_obstacle (SalInspectPane *pane,
               SalSession     *session,
               SalDataset     *dataset)
{
  SalRunItem *run = sal_inspect_pane_get_run (pane);
  SalLabModel *model = run == NULL ? NULL : sal_run_item_get_model (run);

  if (run == NULL)
    return g_strdup (_("Choose a run above."));
  if (model == NULL)
    return explain_no_network (session, run);
  return sal_lab_model_get_dataset (model) == dataset
         ? NULL : g_strdup (_("The data set is being opened…"));
}

/* Collects what can be asked of the panes; the others say why not. */
static guint
collect (SalInspectPage *self,
         SalPaneRequest  requests[SAL_INSPECT_MAX_PANES])
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  guint n = 0;

  g_ptr_array_set_size (self->asked, 0);
  for (guint i = 0; i < self->panes->len; i++) {
    SalInspectPane *pane = sal_inspect_page_pane (self, i);
    SalRunItem *run = sal_inspect_pane_get_run (pane);
    g_autofree char *obstacle = find_obstacle (pane, session, sal_session_get_dataset (session));

    if (obstacle != NULL) {
      sal_inspect_pane_say (pane, obstacle);
      if (run != NULL)
        sal_session_request_model (session, run);
      continue;
    }

    SalLabModel *model = sal_run_item_get_model (run);

    requests[n++] = (SalPaneRequest) {
      .model = model,
      .bits = sal_inspect_pane_resolve_bits (pane, model, session),
      .method = sal_inspect_pane_get_method (pane),
    };
    g_ptr_array_add (self->asked, g_object_ref (pane));
  }
  return n;
}

static void
ask (gpointer data)
{
  SalInspectPage *self = data;
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLab *lab = sal_session_get_lab (session);
  SalPaneRequest requests[SAL_INSPECT_MAX_PANES];

  if (!sal_page_is_shown (SAL_PAGE (self)) || lab == NULL)
    return;

  const guint n = collect (self, requests);

  if (n == 0) {
    sal_lab_cancel (lab, IMAGE_SLOT);
    update_scales (self);
    return;
  }

  const SalPageImage image = sal_page_look_at (session, self->own);

  sal_lab_explain (lab, IMAGE_SLOT, requests, n, image.pixels, image.label,
                   sal_session_get_explain_class (session), image.id, answered_cb, self);
}

void
sal_inspect_page_ask (SalInspectPage *self)
{
  ask (self);
}

/* --- what is looked at ------------------------------------------------------- */

/* "Image 4 · true class 4", "digit.png". */
void
sal_inspect_page_describe_image (SalInspectPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalDataset *dataset = sal_session_get_dataset (session);
  const gboolean is_own = sal_own_image_get_pixels (self->own) != NULL;

  gtk_widget_set_visible (self->reset_button, is_own);
  /* It is there before the first stroke, under which the panes must not move. */
  gtk_widget_set_visible (GTK_WIDGET (self->input_view),
                          is_own || gtk_toggle_button_get_active (self->draw_button));
  if (dataset == NULL) {
    gtk_label_set_label (self->heading, _("The data set is being opened…"));
    return;
  }

  const SalPageImage image = sal_page_look_at (session, self->own);
  g_autofree char *title = is_own ? g_strdup (sal_own_image_get_title (self->own))
                           : g_strdup_printf (_("Image %u"), (guint) image.id);
  g_autofree char *heading =
    image.label < 0 ? g_strdup (title)
    : g_strdup_printf (_("%s · true class %s"), title,
                       sal_dataset_get_class_name (dataset, image.label));

  gtk_label_set_label (self->heading, heading);
}

static void
image_changed_cb (SalInspectPage *self)
{
  /* Who goes to another image wants to see it. */
  sal_own_image_clear (self->own);
  sal_inspect_page_describe_image (self);
  if (sal_page_is_shown (SAL_PAGE (self)))
    sal_throttle_ask (self->throttle);
}

static void
dataset_changed_cb (SalInspectPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));

  sal_class_chooser_set_dataset (self->class_chooser, sal_session_get_dataset (session));
  sal_inspect_page_own_forget (self);
  sal_inspect_page_describe_image (self);
  ask (self);
}

static void
model_changed_cb (SalInspectPage *self,
                  GParamSpec     *pspec,
                  SalRunItem     *run)
{
  for (guint i = 0; i < self->panes->len; i++)
    if (sal_inspect_pane_get_run (sal_inspect_page_pane (self, i)) == run) {
      ask (self);
      return;
    }
}

/* The current run is always among the panes, and they know which it is. */
static void
show_current_run (SalInspectPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalRunItem *run = sal_session_get_run (session);
  gboolean shown = run == NULL || self->panes->len == 0;

  for (guint i = 0; i < self->panes->len; i++)
    shown = shown || sal_inspect_pane_get_run (sal_inspect_page_pane (self, i)) == run;
  if (!shown)
    sal_inspect_pane_set_run (sal_inspect_page_pane (self, 0), run);
  for (guint i = 0; i < self->panes->len; i++)
    sal_inspect_pane_follow (sal_inspect_page_pane (self, i), session);
}

/* Runs came, went or are on other data now.  Panes are not built where nobody
 * sees them: a run that starts would be held up. */
static void
runs_changed_cb (SalInspectPage *self)
{
  self->runs_unseen = !sal_page_is_shown (SAL_PAGE (self));
  if (self->runs_unseen)
    return;

  g_autoptr (GPtrArray) runs = sal_page_list_runs (sal_page_get_session (SAL_PAGE (self)));

  for (guint i = 0; i < runs->len; i++) {
    SalRunItem *run = g_ptr_array_index (runs, i);

    g_signal_handlers_disconnect_by_func (run, model_changed_cb, self);
    g_signal_connect_object (run, "notify::model", G_CALLBACK (model_changed_cb), self,
                             G_CONNECT_SWAPPED);
  }
  if (runs->len == 0)
    sal_inspect_page_clear_panes (self);
  else if (!self->panes_chosen || self->panes->len == 0)
    sal_inspect_page_choose_panes (self);
  for (guint i = 0; i < self->panes->len; i++)
    sal_inspect_pane_set_runs (sal_inspect_page_pane (self, i), runs);
  show_current_run (self);
  gtk_stack_set_visible_child_name (self->stack, runs->len == 0 ? "empty" : "panes");
  sal_inspect_page_update_panes (self);
  ask (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_inspect_page_attach (SalPage    *page,
                         SalSession *session)
{
  static const struct
  {
    const char *signal;
    void (*callback) (SalInspectPage *);
  } handlers[] = {
    { "notify::run", runs_changed_cb },
    { "notify::dataset", dataset_changed_cb },
    { "notify::image", image_changed_cb },
    { "notify::explain-class", (void (*) (SalInspectPage *))ask },
    { "notify::bits", (void (*) (SalInspectPage *))ask },
  };
  SalInspectPage *self = SAL_INSPECT_PAGE (page);

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (session, handlers[i].signal, G_CALLBACK (handlers[i].callback), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_runs (session), "items-changed",
                           G_CALLBACK (runs_changed_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (session, "explain-class", self->class_chooser, "explain-class",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  sal_inspect_page_own_attach (self);
  sal_filmstrip_set_own_image (self->filmstrip, self->own);
  sal_filmstrip_set_session (self->filmstrip, session);
  dataset_changed_cb (self);
  runs_changed_cb (self);
}

static void
sal_inspect_page_shown (SalPage *page)
{
  SalInspectPage *self = SAL_INSPECT_PAGE (page);

  sal_session_set_live (sal_page_get_session (page), TRUE);
  if (self->runs_unseen)
    runs_changed_cb (self);
  else
    ask (self);
}

static void
cancel (SalInspectPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLab *lab = session == NULL ? NULL : sal_session_get_lab (session);

  sal_throttle_cancel (self->throttle);
  if (lab != NULL)
    sal_lab_cancel (lab, IMAGE_SLOT);
}

static void
sal_inspect_page_hidden (SalPage *page)
{
  sal_session_set_live (sal_page_get_session (page), FALSE);
  cancel (SAL_INSPECT_PAGE (page));
}

static void
sal_inspect_page_dispose (GObject *object)
{
  SalInspectPage *self = SAL_INSPECT_PAGE (object);

  if (self->throttle != NULL)
    cancel (self);
  g_clear_pointer (&self->throttle, sal_throttle_free);
  g_clear_pointer (&self->panes, g_ptr_array_unref);
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  g_clear_object (&self->link);
  g_clear_object (&self->own);
  g_clear_pointer (&self->own_problem, g_free);
  G_OBJECT_CLASS (sal_inspect_page_parent_class)->dispose (object);
}

static void
sal_inspect_page_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (id) {
  case PROP_ALL_PANES:
    g_value_set_boolean (value, sal_inspect_page_get_all_panes (SAL_INSPECT_PAGE (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_inspect_page_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (id) {
  case PROP_ALL_PANES:
    sal_inspect_page_set_all_panes (SAL_INSPECT_PAGE (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_inspect_page_class_init (SalInspectPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  SalPageClass *page_class = SAL_PAGE_CLASS (klass);

  object_class->get_property = sal_inspect_page_get_property;
  object_class->set_property = sal_inspect_page_set_property;
  object_class->dispose = sal_inspect_page_dispose;
  page_class->attach = sal_inspect_page_attach;
  page_class->shown = sal_inspect_page_shown;
  page_class->hidden = sal_inspect_page_hidden;
  page_class->command = sal_inspect_page_command;

  properties[PROP_ALL_PANES] =
    g_param_spec_boolean ("all-panes", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SAL_TYPE_CLASS_CHOOSER);
  g_type_ensure (SAL_TYPE_FILMSTRIP);
  g_type_ensure (SAL_TYPE_SEGMENTS);
  g_type_ensure (SAL_TYPE_TILES);
  g_type_ensure (SAL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-inspect-page"));
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, input_view);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, heading);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, class_chooser);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, look_choice);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, scale_choice);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, end_choice);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, draw_button);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, reset_button);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, export_button);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, pane_box);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, words);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, scale_words);
  gtk_widget_class_bind_template_child (widget_class, SalInspectPage, filmstrip);
  gtk_widget_class_bind_template_callback_full (widget_class, "look_changed_cb",
                                                G_CALLBACK (sal_inspect_page_update_look));
  sal_inspect_page_panes_class_init (widget_class);
  sal_inspect_page_export_class_init (widget_class);
  sal_inspect_page_own_class_init (widget_class);
}

static void
sal_inspect_page_init (SalInspectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Its menu stays within the window. */
  gtk_widget_set_halign (GTK_WIDGET (gtk_menu_button_get_popover (self->export_button)),
                         GTK_ALIGN_END);
  self->link = sal_map_link_new ();
  sal_map_view_set_link (self->input_view, self->link);
  sal_map_view_set_mode (self->input_view, SAL_MAP_IMAGE);
  self->throttle = sal_throttle_new (INTERVAL, ask, self);
  self->panes = g_ptr_array_new ();
  self->asked = g_ptr_array_new_with_free_func (g_object_unref);
  sal_segments_set_selected (self->scale_choice, SAL_SCALE_PER_RUN);
  sal_inspect_page_own_init (self);
  sal_inspect_page_add_keys (self);
}
