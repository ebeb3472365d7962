/* sal-damaged-dataset.c - imported data sets whose files are damaged
 *
 * They are listed, so that nobody looks for them in vain, and cannot be
 * chosen: what can be done is to remove them, or to import them again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-damaged-dataset.h"

#include <glib/gi18n.h>

typedef struct
{
  char      *name;
  GtkWidget *widget;
  void     (*removed) (gpointer widget);
} Question;

GPtrArray *
sal_damaged_datasets_list (void)
{
  GPtrArray *entries = sal_dataset_library_list ();

  for (guint i = entries->len; i > 0; i--)
    if (((const SalLibraryEntry *) entries->pdata[i - 1])->problem == NULL)
      g_ptr_array_remove_index (entries, i - 1);
  return entries;
}

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *self = data;

  g_clear_weak_pointer (&self->widget);
  g_free (self->name);
  g_free (self);
}

static void
remove_cb (AdwMessageDialog *dialog,
           const char       *response,
           const Question   *question)
{
  g_autoptr (GError) error = NULL;

  if (question->widget == NULL)
    return;
  if (sal_dataset_library_remove (question->name, &error))
    question->removed (question->widget);
  else
    gtk_widget_activate_action (question->widget, "win.fail", "s", error->message);
}

void
sal_damaged_dataset_show (const SalLibraryEntry *entry,
                          GtkWidget             *widget,
                          void                 (*removed) (gpointer widget))
{
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *heading = g_strdup_printf (_("“%s” Is Damaged"), entry->name);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                              heading, NULL);
  Question *question = g_new0 (Question, 1);

  question->name = g_strdup (entry->name);
  question->removed = removed;
  g_set_weak_pointer (&question->widget, widget);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _("%s.\n\nIt cannot be opened. Remove it, or import its pictures "
                                    "again: saliscope-cli data import FOLDER --name %s"),
                                  entry->problem, entry->name);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "close", _("_Close"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (dialog, "response::remove", G_CALLBACK (remove_cb), question,
                         question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
