/* sal-diverged-bar.c - that the current run has diverged, and the way on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-diverged-bar.h"

#include <glib/gi18n.h>

#include "sal-number.h"
#include "sal-session.h"
#include "sal-ui.h"
#include "sal-words.h"

struct _SalDivergedBar
{
  SalSessionBin parent_instance;

  SalSession   *session;
  SalRunItem   *run;          /* whose words are listened to */

  GtkLabel     *words;
  GtkLabel     *offer;
  GtkEntry     *rate;
  GtkButton    *button;
};

G_DEFINE_FINAL_TYPE (SalDivergedBar, sal_diverged_bar, SAL_TYPE_SESSION_BIN)

/* --- what it says ------------------------------------------------------------- */

static void
describe (SalDivergedBar *self)
{
  const SalRecipe *recipe = sal_run_item_get_recipe (self->run);
  g_autofree char *step = sal_words_count (sal_run_item_get_step (self->run) + 1);
  g_autofree char *steps = sal_words_count (sal_run_item_get_total_steps (self->run));
  g_autofree char *rate = sal_number_format (recipe->learning_rate);
  g_autofree char *lower = sal_number_format (recipe->learning_rate / 10);
  g_autofree char *words =
    g_strdup_printf (_("This run diverged at step %s of %s: its numbers grew beyond all bounds. "
                       "The learning rate of %s is probably too high."), step, steps, rate);

  gtk_label_set_label (self->words, words);
  gtk_label_set_label (self->offer, sal_run_item_has_checkpoint (self->run)
                       ? _("Go on from its last good checkpoint at a learning rate of")
                       : _("It has no checkpoint yet. Begin it anew at a learning rate of"));
  gtk_editable_set_text (GTK_EDITABLE (self->rate), lower);
}

static void
update (SalDivergedBar *self)
{
  const gboolean shown = self->run != NULL
                         && sal_run_item_get_state (self->run) == SAL_RUN_DIVERGED
                         && !sal_session_is_live_run (self->session);

  if (shown && !gtk_widget_get_visible (GTK_WIDGET (self)))
    describe (self);
  gtk_widget_set_visible (GTK_WIDGET (self), shown);
  /* One run is trained at a time. */
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), !sal_session_is_training (self->session));
}

static void
run_changed_cb (SalDivergedBar *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_func (self->run, update, self);
  g_set_object (&self->run, sal_session_get_run (self->session));
  if (self->run != NULL)
    g_signal_connect_object (self->run, "notify::summary", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  update (self);
}

/* --- going on ------------------------------------------------------------------ */

static void
go_on_cb (SalDivergedBar *self)
{
  SalRecipe recipe = *sal_run_item_get_recipe (self->run);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->rate));
  g_autoptr (GError) error = NULL;

  if (sal_recipe_set (&recipe, "learning-rate", text, &error)) {
    sal_session_resume_at (self->session, recipe.learning_rate);
  } else {
    gtk_widget_add_css_class (GTK_WIDGET (self->rate), "error");
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->rate), error->message);
    gtk_widget_grab_focus (GTK_WIDGET (self->rate));
  }
}

static void
rate_changed_cb (SalDivergedBar *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->rate), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->rate), _("The learning rate to go on with"));
}

/* --- life ---------------------------------------------------------------------- */

static void
sal_diverged_bar_attach (SalSessionBin *bin,
                         SalSession    *session)
{
  SalDivergedBar *self = SAL_DIVERGED_BAR (bin);

  self->session = session;
  g_signal_connect_object (self->session, "notify::run", G_CALLBACK (run_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  run_changed_cb (self);
}

static void
sal_diverged_bar_dispose (GObject *object)
{
  SalDivergedBar *self = SAL_DIVERGED_BAR (object);

  g_clear_object (&self->run);
  self->session = NULL;
  G_OBJECT_CLASS (sal_diverged_bar_parent_class)->dispose (object);
}

static void
sal_diverged_bar_class_init (SalDivergedBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  SAL_SESSION_BIN_CLASS (klass)->attach = sal_diverged_bar_attach;
  object_class->dispose = sal_diverged_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-diverged-bar"));
  gtk_widget_class_bind_template_child (widget_class, SalDivergedBar, words);
  gtk_widget_class_bind_template_child (widget_class, SalDivergedBar, offer);
  gtk_widget_class_bind_template_child (widget_class, SalDivergedBar, rate);
  gtk_widget_class_bind_template_child (widget_class, SalDivergedBar, button);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_bind_template_callback (widget_class, rate_changed_cb);
}

static void
sal_diverged_bar_init (SalDivergedBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
