/* sal-drift-filter.c - images by what the chosen bits change in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-drift-filter.h"

#include <glib/gi18n.h>

#include "sal-bit-widths.h"
#include "sal-ui.h"
#include "sal-words.h"

/* Names the question to the lab. */
#define DRIFT_SLOT "image-drift"

/* What explains when explanations are compared. */
#define METHOD "gradient"

struct _SalDriftFilter
{
  SalSessionBin parent_instance;

  SalSession   *session;
  SalLabModel  *model;       /* that was asked about, or NULL */
  SalBits       bits;
  gsize         done;
  gsize         total;
  float        *drift;       /* (total), or NULL */
  guint8       *flipped;

  GtkDropDown  *choice;
  GtkButton    *stop_button;
  GtkLabel     *words;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalDriftFilter, sal_drift_filter, SAL_TYPE_SESSION_BIN)

SalDriftChoice
sal_drift_filter_get_choice (SalDriftFilter *self)
{
  g_return_val_if_fail (SAL_IS_DRIFT_FILTER (self), SAL_DRIFT_NONE);

  return (SalDriftChoice) gtk_drop_down_get_selected (self->choice);
}

void
sal_drift_filter_set_choice (SalDriftFilter *self,
                             SalDriftChoice  choice)
{
  g_return_if_fail (SAL_IS_DRIFT_FILTER (self));

  gtk_drop_down_set_selected (self->choice, choice);
}

/* --- what is shown ----------------------------------------------------------- */

static void
say (SalDriftFilter *self,
     const char     *words)
{
  gtk_label_set_label (self->words, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->words), words != NULL);
}

/* "4 bits: 12 flipped, 640 of 10,000 looked at" */
static void
show_progress (SalDriftFilter *self)
{
  gsize flips = 0;

  for (gsize i = 0; i < self->total; i++)
    flips += self->flipped[i] != 0;

  g_autofree char *bits = sal_bits_describe (&self->bits);
  g_autofree char *flipped = sal_words_count ((gint64) flips);
  g_autofree char *done = sal_words_count ((gint64) self->done);
  g_autofree char *total = sal_words_count ((gint64) self->total);
  g_autofree char *words =
    self->done == self->total
    ? g_strdup_printf (_("%s: %s of %s flipped"), bits, flipped, total)
    : g_strdup_printf (_("%s: %s flipped, %s of %s looked at"), bits, flipped, done, total);

  say (self, words);
}

void
sal_drift_filter_apply (SalDriftFilter *self,
                        SalImageList   *list)
{
  g_return_if_fail (SAL_IS_DRIFT_FILTER (self) && SAL_IS_IMAGE_LIST (list));

  SalDataset *listed = sal_image_list_get_dataset (list);
  const gboolean is_of_list = self->drift != NULL
                              && sal_lab_model_get_dataset (self->model) == listed;
  const gboolean only_flipped = sal_drift_filter_get_choice (self) == SAL_DRIFT_FLIPPED;

  sal_image_list_set_drift (list, is_of_list ? self->drift : NULL,
                            only_flipped ? self->flipped : NULL);
}

/* --- questions and answers --------------------------------------------------- */

static void
forget (SalDriftFilter *self)
{
  SalLab *lab = self->session == NULL ? NULL : sal_session_get_lab (self->session);

  if (lab != NULL)
    sal_lab_cancel (lab, DRIFT_SLOT);
  g_clear_pointer (&self->model, sal_lab_model_unref);
  g_clear_pointer (&self->drift, g_free);
  g_clear_pointer (&self->flipped, g_free);
  self->done = self->total = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), FALSE);
}

static void
answered_cb (const SalDriftAnswer *answer,
             gpointer              data)
{
  SalDriftFilter *self = data;

  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), answer->done < answer->total);
  if (answer->message != NULL) {
    say (self, answer->message);
    return;
  }
  g_free (self->drift);
  g_free (self->flipped);
  self->done = answer->done;
  self->total = answer->total;
  self->drift = g_memdup2 (answer->drift, answer->total * sizeof *answer->drift);
  self->flipped = g_memdup2 (answer->flipped, answer->total);
  show_progress (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Asks about the network that is there. */
static void
ask_model (SalDriftFilter *self,
           SalLabModel    *model)
{
  const gboolean explains = sal_drift_filter_get_choice (self) == SAL_DRIFT_EXPLANATION;

  self->model = sal_lab_model_ref (model);
  self->bits = sal_bits_resolve (sal_session_get_bits (self->session), model);
  if (sal_bits_are_full (&self->bits, model)) {
    say (self, _("Full precision: nothing moves. Choose fewer bits."));
    return;
  }
  say (self, _("Looking…"));
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), TRUE);
  sal_lab_measure_drift (sal_session_get_lab (self->session), DRIFT_SLOT, model, self->bits,
                         explains ? METHOD : NULL, answered_cb, self);
}

static void
ask (SalDriftFilter *self)
{
  SalLabModel *model = self->session == NULL ? NULL : sal_session_get_model (self->session);

  forget (self);
  if (sal_drift_filter_get_choice (self) == SAL_DRIFT_NONE)
    say (self, NULL);
  else if (model == NULL)
    say (self, _("Choose a trained network above: its bits are compared."));
  else
    ask_model (self, model);
  if (self->session != NULL)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
chosen_cb (SalDriftFilter *self)
{
  ask (self);
}

/* Another network of the same run and other bits are other images. */
static void
question_changed_cb (SalDriftFilter *self)
{
  if (sal_drift_filter_get_choice (self) != SAL_DRIFT_NONE)
    ask (self);
}

static void
stop_clicked_cb (SalDriftFilter *self)
{
  sal_lab_cancel (sal_session_get_lab (self->session), DRIFT_SLOT);
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), FALSE);
  if (self->drift == NULL)
    say (self, _("Stopped before the first images were looked at."));
}

/* --- life -------------------------------------------------------------------- */

static void
sal_drift_filter_attach (SalSessionBin *bin,
                         SalSession    *session)
{
  SalDriftFilter *self = SAL_DRIFT_FILTER (bin);

  self->session = session;
  g_signal_connect_object (self->session, "notify::model", G_CALLBACK (question_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::bits", G_CALLBACK (question_changed_cb),
                           self, G_CONNECT_SWAPPED);
}

static void
sal_drift_filter_dispose (GObject *object)
{
  SalDriftFilter *self = SAL_DRIFT_FILTER (object);

  forget (self);
  self->session = NULL;
  G_OBJECT_CLASS (sal_drift_filter_parent_class)->dispose (object);
}

static void
sal_drift_filter_class_init (SalDriftFilterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  SAL_SESSION_BIN_CLASS (klass)->attach = sal_drift_filter_attach;
  object_class->dispose = sal_drift_filter_dispose;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", SAL_TYPE_DRIFT_FILTER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-drift-filter"));
  gtk_widget_class_bind_template_child (widget_class, SalDriftFilter, choice);
  gtk_widget_class_bind_template_child (widget_class, SalDriftFilter, stop_button);
  gtk_widget_class_bind_template_child (widget_class, SalDriftFilter, words);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked_cb);
}

static void
sal_drift_filter_init (SalDriftFilter *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
