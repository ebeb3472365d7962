/* sal-train-page.c - set up a run, watch it train
 *
 * The charts are in sal-train-page-curves.c, what saliency-guided training
 * sees is in sal-train-page-strip.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-train-page-private.h"

#include <glib/gi18n.h>

#include "sal-compare-button.h"
#include "sal-diverged-bar.h"
#include "sal-export-button.h"
#include "sal-recipe-editor.h"
#include "sal-run-dot.h"
#include "sal-ui.h"
#include "sal-words.h"
#include "sal-wrap-box.h"

G_DEFINE_FINAL_TYPE (SalTrainPage, sal_train_page, SAL_TYPE_PAGE)

static SalSession *
session_of (SalTrainPage *self)
{
  return sal_page_get_session (SAL_PAGE (self));
}

/* --- the run ----------------------------------------------------------------- */

static void
update_heading (SalTrainPage *self)
{
  g_autofree char *title = sal_words_unbroken (self->run == NULL ? _("New run")
                                               : sal_run_item_get_title (self->run));

  sal_run_dot_set_run (self->dot, self->run);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->summary,
                       self->run == NULL ? "" : sal_run_item_get_summary (self->run));
  gtk_widget_set_visible (GTK_WIDGET (self->summary), self->run != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary),
                               gtk_label_get_label (self->summary));
}

static void
update_record (SalTrainPage *self)
{
  sal_train_page_set_record (self, self->run == NULL ? NULL : sal_run_item_get_record (self->run));
}

/* A figure that is saved carries the recipe of its run. */
static void
update_metadata (SalTrainPage *self)
{
  SalDrawing *const drawings[] = {
    SAL_DRAWING (self->loss), SAL_DRAWING (self->accuracy), SAL_DRAWING (self->side),
    SAL_DRAWING (self->strip),
  };
  g_autofree char *recipe =
    self->run == NULL ? NULL : sal_recipe_to_json (sal_run_item_get_recipe (self->run));

  for (gsize i = 0; i < G_N_ELEMENTS (drawings); i++)
    g_object_set (drawings[i], "export-metadata", recipe, NULL);
}

static void
run_changed_cb (SalTrainPage *self)
{
  if (self->run != NULL) {
    g_signal_handlers_disconnect_by_func (self->run, update_record, self);
    g_signal_handlers_disconnect_by_func (self->run, update_heading, self);
  }
  g_set_object (&self->run, sal_session_get_run (session_of (self)));
  if (self->run != NULL) {
    g_signal_connect_object (self->run, "notify::record", G_CALLBACK (update_record), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->run, "notify::summary", G_CALLBACK (update_heading), self,
                             G_CONNECT_SWAPPED);
  }
  update_heading (self);
  update_metadata (self);
  update_record (self);
  sal_train_page_update_strip (self);
  /* What begins is wanted whole, wherever one has looked at another run. */
  if (sal_session_is_live_run (session_of (self)))
    gtk_toggle_button_set_active (self->follow, TRUE);
}

static void
sal_train_page_attach (SalPage    *page,
                       SalSession *session)
{
  g_signal_connect_object (session, "notify::run", G_CALLBACK (run_changed_cb), page,
                           G_CONNECT_SWAPPED);
  sal_train_page_curves_attach (SAL_TRAIN_PAGE (page));
  sal_train_page_strip_attach (SAL_TRAIN_PAGE (page));
  run_changed_cb (SAL_TRAIN_PAGE (page));
}

static void
sal_train_page_shown (SalPage *page)
{
  sal_train_page_update_strip (SAL_TRAIN_PAGE (page));
}

/* --- life -------------------------------------------------------------------- */

static void
sal_train_page_dispose (GObject *object)
{
  SalTrainPage *self = SAL_TRAIN_PAGE (object);

  sal_train_page_strip_dispose (self);
  sal_train_page_curves_dispose (self);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (sal_train_page_parent_class)->dispose (object);
  /* Last: the charts have borrowed from them until here. */
  sal_train_page_curves_finalize (self);
}

static char *
sal_train_page_command (SalPage *page)
{
  return sal_recipe_command (sal_session_get_recipe (sal_page_get_session (page)));
}

static void
sal_train_page_class_init (SalTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_train_page_dispose;
  SAL_PAGE_CLASS (klass)->attach = sal_train_page_attach;
  SAL_PAGE_CLASS (klass)->shown = sal_train_page_shown;
  SAL_PAGE_CLASS (klass)->command = sal_train_page_command;

  g_type_ensure (SAL_TYPE_CHART);
  g_type_ensure (SAL_TYPE_COMPARE_BUTTON);
  g_type_ensure (SAL_TYPE_DIVERGED_BAR);
  g_type_ensure (SAL_TYPE_WRAP_BOX);
  g_type_ensure (SAL_TYPE_EXPORT_BUTTON);
  g_type_ensure (SAL_TYPE_RECIPE_EDITOR);
  g_type_ensure (SAL_TYPE_RUN_DOT);
  g_type_ensure (SAL_TYPE_SGT_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-train-page"));
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, dot);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, title);
  gtk_widget_class_bind_template_child (widget_class, SalTrainPage, summary);
  sal_train_page_curves_class_init (widget_class);
  sal_train_page_strip_class_init (widget_class);
}

static void
sal_train_page_init (SalTrainPage *self)
{
  sal_train_page_curves_init (self);
  sal_train_page_strip_init (self);
  gtk_widget_init_template (GTK_WIDGET (self));
}
