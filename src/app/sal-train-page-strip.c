/* sal-train-page-strip.c - what saliency-guided training sees
 *
 * Of a run with SGT in training: the images of its last step, as they come in
 * the snapshots.  Of any other: what a step by its recipe would make of the
 * selected test image and those after it, with the network as it is saved.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-train-page-private.h"

#include <glib/gi18n.h>

#include "sal-tooltip.h"

#define SLOT "sgt-strip"

/* Images that change more often cannot be looked at. */
#define INTERVAL 500

static SalSession*
session_of (SalTrainPage *self)
{
  return sal_page_get_session (SAL_PAGE (self));
}

static gboolean
uses_sgt (SalTrainPage *self)
{
  return sal_recipe_has_sgt (sal_run_item_get_recipe (self->run));
}

/* Whether the images of a step of training are what there is to see. */
static gboolean
is_live (SalTrainPage *self)
{
  return self->run != NULL && sal_session_is_live_run (session_of (self)) && uses_sgt (self);
}

static void
show_images (SalTrainPage       *self,
             const SalSgtImages *images,
             const char         *title,
             const char         *caption)
{
  gtk_label_set_label (self->strip_title, title);
  gtk_label_set_label (self->strip_caption, caption);
  sal_tooltip_set (GTK_WIDGET (self->strip_caption), *caption != '\0' ? caption : NULL);
  gtk_stack_set_visible_child_name (
    self->strip_stack,
    sal_sgt_strip_show (self->strip, images, sal_session_get_dataset (session_of (self)))
    ? "strip" : "hint");
}

static void
show_hint (SalTrainPage *self,
           const char   *hint)
{
  gtk_label_set_label (self->strip_hint, hint);
  show_images (self, NULL, _("What SGT sees"), "");
}

/* --- a run in training ---------------------------------------------------------- */

/* The strip keeps its last images while a snapshot has none, as those taken
 * during validation. */
static void
show_snapshot (gpointer data)
{
  SalTrainPage *self = data;
  const SalSnapshot *snapshot = sal_session_get_snapshot (session_of (self));

  if (snapshot == NULL || snapshot->n_sgt == 0)
    return;

  const SalSgtImages images = {
    .shape = snapshot->sgt_shape,
    .n = snapshot->n_sgt,
    .x = snapshot->sgt_x,
    .gradient = snapshot->sgt_gradient,
    .masked = snapshot->sgt_masked,
    .kl = snapshot->sgt_kl,
  };

  show_images (self, &images, _("What SGT sees now"),
               _("image · gradient · kept pixels · masked image · KL"));
}

/* --- a stored run --------------------------------------------------------------- */

static char *
describe_question (SalTrainPage *self)
{
  const SalRecipe *recipe = sal_run_item_get_recipe (self->run);

  return g_strdup_printf (_("test image %u and the next · gradient of the true class · the %.0f %% "
                            "that are kept · the others filled (%s) · KL"),
                          sal_session_get_image (session_of (self)),
                          100 * (1 - recipe->masked_share),
                          _(nn_fill_title ((NnFill) recipe->fill)));
}

static void
answered_cb (const SalSgtAnswer *answer,
             gpointer            data)
{
  SalTrainPage *self = data;
  g_autofree char *caption = NULL;

  if (self->run == NULL || is_live (self))
    return;
  if (answer->message != NULL) {
    show_hint (self, answer->message);
    return;
  }
  caption = describe_question (self);

  const SalSgtImages images = {
    .shape = answer->shape,
    .n = answer->n_images,
    .x = answer->x,
    .gradient = answer->gradient,
    .masked = answer->masked,
    .kl = answer->kl,
  };

  show_images (self, &images,
               uses_sgt (self) ? _("What SGT sees in this network")
               : _("What SGT would see in this network, which was trained without"), caption);
}

static void
ask (SalTrainPage *self,
     SalLabModel  *model)
{
  SalSession *session = session_of (self);
  const NnImages *test = sal_dataset_get_test (sal_lab_model_get_dataset (model));
  const guint n = (guint) MIN (test->count, SAL_SNAPSHOT_SGT_IMAGES);
  guint images[SAL_SNAPSHOT_SGT_IMAGES] = { 0 };

  for (guint i = 0; i < n; i++)
    images[i] = (guint) ((sal_session_get_image (session) + i) % test->count);
  if (n > 0)
    sal_lab_guide (sal_session_get_lab (session), SLOT,model,
                   sal_run_item_get_recipe (self->run), images, n, answered_cb, self);
}

static void
cancel (SalTrainPage *self)
{
  SalLab *lab = session_of (self) == NULL ? NULL : sal_session_get_lab (session_of (self));

  if (lab != NULL)
    sal_lab_cancel (lab, SLOT);
}

/* --- both ------------------------------------------------------------------------ */

static void
show_stored (SalTrainPage *self)
{
  SalLabModel*model = sal_session_get_model (session_of (self));
  g_autofree char*lost = self->run == NULL ? NULL
                          : sal_session_explain_lost_network (session_of (self),self->run);

  if (self->run == NULL)
    show_hint (self,_("Start a run with SGT: its images, gradients and masks are shown here as "
                      "it trains."));
  else if (model != NULL && sal_lab_model_get_dataset (model)
           == sal_session_get_dataset (session_of (self)))
    ask (self,model);
  else if (sal_session_has_network (session_of (self), self->run))
    show_hint (self, _("The network is being loaded…"));
  else if (sal_session_is_live_run (session_of (self)))
    show_hint (self, _("This run trains without SGT. What SGT would see is shown here when its "
                       "first epoch is done."));
  else if (lost != NULL)
    show_hint (self, lost);
  else
    show_hint (self, _("This run has saved no network yet. Resume it, and what SGT sees is shown "
                       "here."));
}

void
sal_train_page_update_strip (SalTrainPage *self)
{
  sal_throttle_cancel (self->strip_throttle);
  if (!sal_page_is_shown (SAL_PAGE (self)) || sal_session_get_lab (session_of (self)) == NULL)
    return;
  cancel (self);
  if (is_live (self))
    show_snapshot (self);
  else
    show_stored (self);
}

static void
snapshot_cb (SalTrainPage *self)
{
  if (sal_page_is_shown (SAL_PAGE (self)) && is_live (self))
    sal_throttle_ask (self->strip_throttle);
}

void
sal_train_page_strip_attach (SalTrainPage *self)
{
  static const char *const signals[] = {
    "notify::model", "notify::image", "notify::dataset", "notify::state",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (session_of (self), signals[i],
                             G_CALLBACK (sal_train_page_update_strip), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session_of (self), "notify::snapshot", G_CALLBACK (snapshot_cb), self,
                           G_CONNECT_SWAPPED);
}

void
sal_train_page_strip_init (SalTrainPage *self)
{
  self->strip_throttle = sal_throttle_new (INTERVAL, show_snapshot, self);
}

void
sal_train_page_strip_dispose (SalTrainPage *self)
{
  cancel (self);
  g_clear_pointer (&self->strip_throttle, sal_throttle_free);
}

void
sal_train_page_strip_class_init (GtkWidgetClass*widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip_stack);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip_title);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip_caption);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, strip_hint);
}
