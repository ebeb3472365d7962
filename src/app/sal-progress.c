/* sal-progress.c - how far training is, in one line and a thin bar
 *
 * They change once a second: a line that flickers cannot be read, and each
 * change is a new layout of the window.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-progress.h"

#include <glib/gi18n.h>

#include "sal-tooltip.h"
#include "sal-ui.h"
#include "sal-words.h"

#include <math.h>

#define INTERVAL G_USEC_PER_SEC

struct _SalProgress
{
  SalSessionBin   parent_instance;

  SalSession     *session;
  GtkWidget      *box;
  GtkLabel       *long_label;
  GtkLabel       *middle_label;
  GtkLabel       *short_label;
  GtkProgressBar *bar;
  gint64          shown_at;
  SalWorkerState  shown_state;
};

G_DEFINE_FINAL_TYPE (SalProgress, sal_progress, SAL_TYPE_SESSION_BIN)

static char *
describe_snapshot (const SalSnapshot *snapshot)
{
  const int epoch = MIN ((int) snapshot->epoch + 1, MAX (snapshot->epochs, 1));
  g_autofree char *rate = sal_words_count ((gint64) MAX (snapshot->images_per_second, 0));
  g_autofree char *left = sal_words_time_left (snapshot->seconds_left);

  switch (snapshot->state) {
  case SAL_WORKER_PREPARING:
    return g_strdup (snapshot->message != NULL ? snapshot->message : _("preparing…"));
  case SAL_WORKER_TRAINING:
    if (*left == '\0')
      return g_strdup_printf (_("epoch %d of %d · %s images/s"), epoch, snapshot->epochs, rate);
    return g_strdup_printf (_("epoch %d of %d · %s images/s · %s"), epoch, snapshot->epochs, rate,
                            left);
  case SAL_WORKER_PAUSED:
    return g_strdup_printf (_("paused in epoch %d of %d"), epoch, snapshot->epochs);
  case SAL_WORKER_STOPPING:
    return g_strdup (_("saving…"));
  case SAL_WORKER_FINISHED:
    if (isfinite (snapshot->test_accuracy))
      return g_strdup_printf (_("finished · %.2f %% test"), 100 * snapshot->test_accuracy);
    return g_strdup (_("finished"));
  case SAL_WORKER_FAILED:
    return g_strdup (_("stopped by an error"));
  case SAL_WORKER_IDLE:
  default:
    return g_strdup ("");
  }
}

/* What is done, and what is still to come. */
static char *
add_queue (SalProgress *self,
           const char  *text)
{
  const guint queued = g_list_model_get_n_items (sal_session_get_queue (self->session));

  return queued == 0 ? g_strdup (text)
         : g_strdup_printf (ngettext ("%s · %u more run", "%s · %u more runs", queued), text,
                            queued);
}

static char *
describe (SalProgress *self)
{
  g_autofree char *text = describe_snapshot (sal_session_get_snapshot (self->session));

  return add_queue (self, text);
}

/* "epoch 2 of 8 · 4 more runs", where there is no room for all of it. */
static char *
describe_briefly (SalProgress *self)
{
  const SalSnapshot *snapshot = sal_session_get_snapshot (self->session);
  const int epoch = MIN ((int) snapshot->epoch + 1, MAX (snapshot->epochs, 1));
  g_autofree char *text =
    snapshot->state == SAL_WORKER_TRAINING
    ? g_strdup_printf (_("epoch %d of %d"), epoch, snapshot->epochs)
    : describe_snapshot (snapshot);

  return add_queue (self, text);
}

static double
fraction (const SalSnapshot *snapshot)
{
  return snapshot->total_steps > 0
         ? CLAMP ((double) snapshot->step / snapshot->total_steps, 0, 1) : 0;
}

static void
update (SalProgress *self)
{
  const SalSnapshot *snapshot = sal_session_get_snapshot (self->session);
  const gboolean visible = snapshot != NULL && snapshot->state != SAL_WORKER_IDLE;
  const gint64 now = g_get_monotonic_time ();

  gtk_widget_set_visible (self->box, visible);
  if (!visible)
    return;
  if (snapshot->state == self->shown_state && now - self->shown_at < INTERVAL)
    return;
  gtk_progress_bar_set_fraction (self->bar, fraction (snapshot));

  g_autofree char *text = describe (self);
  g_autofree char *percent = g_strdup_printf ("%.0f %%", 100 * fraction (snapshot));

  gtk_label_set_label (self->long_label, text);
  g_autofree char *middle = describe_briefly (self);

  gtk_label_set_label (self->middle_label, middle);
  gtk_label_set_label (self->short_label, percent);
  sal_tooltip_set (GTK_WIDGET (self), text);
  self->shown_at = now;
  self->shown_state = snapshot->state;
}

static void
sal_progress_attach (SalSessionBin *bin,
                     SalSession    *session)
{
  SalProgress *self = SAL_PROGRESS (bin);

  self->session = session;
  g_signal_connect_object (session, "notify::snapshot", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

static void
sal_progress_class_init (SalProgressClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  SAL_SESSION_BIN_CLASS (klass)->attach = sal_progress_attach;

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-progress"));
  gtk_widget_class_bind_template_child (widget_class, SalProgress, box);
  gtk_widget_class_bind_template_child (widget_class, SalProgress, long_label);
  gtk_widget_class_bind_template_child (widget_class, SalProgress, middle_label);
  gtk_widget_class_bind_template_child (widget_class, SalProgress, short_label);
  gtk_widget_class_bind_template_child (widget_class, SalProgress, bar);
}

static void
sal_progress_init (SalProgress *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
