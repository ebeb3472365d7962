/* sal-dataset-download.c - offers to download the recipe's data set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-dataset-download.h"

#include <glib/gi18n.h>

#include "sal-dataset-files.h"
#include "sal-ui.h"

/* What is known of the download of one data set; held by the widget and by
 * the download, neither of which keeps the other. */
typedef struct
{
  SalDatasetDownload      *owner;       /* NULL: the window is gone             */
  const SalCatalogueEntry *entry;
  GCancellable            *cancellable; /* NULL: not being downloaded           */
  guint64                  bytes;
  char                    *problem;     /* why the last try failed, or NULL     */
} Fetch;

struct _SalDatasetDownload
{
  SalSessionBin   parent_instance;

  SalSession     *session;
  GHashTable     *fetches;  /* SalCatalogueEntry to Fetch                       */

  GtkWidget      *box;
  GtkLabel       *title;
  GtkLabel       *terms;
  GtkProgressBar *bar;
  GtkLabel       *problem;
  GtkButton      *button;
};

G_DEFINE_FINAL_TYPE (SalDatasetDownload, sal_dataset_download, SAL_TYPE_SESSION_BIN)

static void
fetch_clear (gpointer data)
{
  Fetch *fetch = data;

  g_clear_object (&fetch->cancellable);
  g_free (fetch->problem);
}

static void
fetch_unref (Fetch *fetch)
{
  g_rc_box_release_full (fetch, fetch_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_unref)

/* The widget goes: nobody wants the rest any more. */
static void
fetch_abandon (gpointer data)
{
  Fetch *fetch = data;

  fetch->owner = NULL;
  if (fetch->cancellable != NULL)
    g_cancellable_cancel (fetch->cancellable);
  fetch_unref (fetch);
}

static Fetch *
find_fetch (SalDatasetDownload      *self,
            const SalCatalogueEntry *entry)
{
  Fetch *fetch = g_hash_table_lookup (self->fetches, entry);

  if (fetch == NULL) {
    fetch = g_rc_box_new0 (Fetch);
    fetch->owner = self;
    fetch->entry = entry;
    g_hash_table_insert (self->fetches, (gpointer) entry, fetch);
  }
  return fetch;
}

/* The data set to offer, or NULL. */
static const SalCatalogueEntry *
missing_entry (SalDatasetDownload *self)
{
  return self->session == NULL ? NULL
         : sal_dataset_files_missing (sal_session_get_recipe (self->session)->dataset);
}

/* --- showing ----------------------------------------------------------------- */

static void
show_terms (SalDatasetDownload *self,
            const Fetch        *fetch)
{
  const SalCatalogueEntry *entry = fetch->entry;
  g_autofree char *size = g_format_size (entry->size);

  if (fetch->cancellable != NULL) {
    g_autofree char *done = g_format_size (fetch->bytes);
    g_autofree char *text = g_strdup_printf (_("%s of %s"), done, size);

    gtk_label_set_label (self->terms, text);
    return;
  }

  g_autofree char *text =
    g_markup_printf_escaped (_("%s · licence: %s · <a href=\"%s\">about</a>"), size,
                             _(entry->licence), entry->homepage);

  gtk_label_set_markup (self->terms, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->terms), entry->citation);
}

static const char *
button_label (const Fetch *fetch)
{
  return fetch->cancellable != NULL ? _("Cancel")
         : fetch->problem != NULL ? _("Try Again")
         : sal_dataset_files_kept (fetch->entry, NULL) > 0 ? _("Download the Rest")
         : _("Download");
}

static void
show_fetch (SalDatasetDownload *self,
            const Fetch        *fetch)
{
  const gboolean active = fetch->cancellable != NULL;
  g_autofree char *title =
    g_strdup_printf (active ? _("%s is being downloaded") : _("%s is not on this computer"),
                     fetch->entry->title);

  gtk_label_set_label (self->title, title);
  show_terms (self, fetch);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), active);
  gtk_progress_bar_set_fraction (self->bar, (double) fetch->bytes / (double) fetch->entry->size);
  gtk_label_set_label (self->problem, fetch->problem != NULL ? fetch->problem : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->problem), fetch->problem);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), fetch->problem != NULL);
  gtk_button_set_label (self->button, button_label (fetch));
}

static void
update (SalDatasetDownload *self)
{
  const SalCatalogueEntry *entry = missing_entry (self);

  gtk_widget_set_visible (self->box, entry != NULL);
  if (entry != NULL)
    show_fetch (self, find_fetch (self, entry));
}

/* --- downloading ------------------------------------------------------------- */

static void
progress_cb (guint64  bytes,
             guint64  total,
             gpointer data)
{
  Fetch *fetch = data;
  SalDatasetDownload *self = fetch->owner;

  fetch->bytes = bytes;
  if (self != NULL && missing_entry (self) == fetch->entry)
    show_fetch (self, fetch);
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (Fetch) fetch = data;
  SalDatasetDownload *self = fetch->owner;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = sal_dataset_files_get_finish (result, &error);

  g_clear_object (&fetch->cancellable);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fetch->problem = g_strdup (error->message);
  if (self == NULL || self->session == NULL)
    return;
  if (folder != NULL) {
    g_autofree char *words = g_strdup_printf (_("%s is here"), fetch->entry->title);

    sal_session_say (self->session, words);
    sal_session_update_dataset (self->session);
    g_object_notify (G_OBJECT (self->session), "recipe");
  }
  update (self);
}

static void
start (Fetch *fetch)
{
  const SalDatasetFilesRequest request = { .entry = fetch->entry };

  g_clear_pointer (&fetch->problem, g_free);
  fetch->bytes = sal_dataset_files_kept (fetch->entry, NULL);
  fetch->cancellable = g_cancellable_new ();
  sal_dataset_files_get_async (&request, progress_cb, fetch, fetch->cancellable, got_cb,
                               g_rc_box_acquire (fetch));
}

static void
button_clicked_cb (SalDatasetDownload *self)
{
  const SalCatalogueEntry *entry = missing_entry (self);

  if (entry == NULL)
    return;

  Fetch *fetch = find_fetch (self, entry);

  if (fetch->cancellable != NULL)
    g_cancellable_cancel (fetch->cancellable);
  else
    start (fetch);
  update (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_dataset_download_attach (SalSessionBin *bin,
                             SalSession    *session)
{
  SalDatasetDownload *self = SAL_DATASET_DOWNLOAD (bin);

  self->session = session;
  static const char *const signals[] = { "notify::recipe", "notify::dataset" };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->session, signals[i], G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
  update (self);
}

static void
sal_dataset_download_dispose (GObject *object)
{
  SalDatasetDownload *self = SAL_DATASET_DOWNLOAD (object);

  self->session = NULL;
  g_hash_table_remove_all (self->fetches);
  G_OBJECT_CLASS (sal_dataset_download_parent_class)->dispose (object);
}

static void
sal_dataset_download_finalize (GObject *object)
{
  g_hash_table_unref (SAL_DATASET_DOWNLOAD (object)->fetches);
  G_OBJECT_CLASS (sal_dataset_download_parent_class)->finalize (object);
}

static void
sal_dataset_download_class_init (SalDatasetDownloadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  SAL_SESSION_BIN_CLASS (klass)->attach = sal_dataset_download_attach;
  object_class->dispose = sal_dataset_download_dispose;
  object_class->finalize = sal_dataset_download_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-dataset-download"));
  gtk_widget_class_bind_template_child (widget_class, SalDatasetDownload, box);
  gtk_widget_class_bind_template_child (widget_class, SalDatasetDownload, title);
  gtk_widget_class_bind_template_child (widget_class, SalDatasetDownload, terms);
  gtk_widget_class_bind_template_child (widget_class, SalDatasetDownload, bar);
  gtk_widget_class_bind_template_child (widget_class, SalDatasetDownload, problem);
  gtk_widget_class_bind_template_child (widget_class, SalDatasetDownload, button);
  gtk_widget_class_bind_template_callback (widget_class, button_clicked_cb);
}

static void
sal_dataset_download_init (SalDatasetDownload *self)
{
  self->fetches = g_hash_table_new_full (NULL, NULL, NULL, fetch_abandon);
  gtk_widget_init_template (GTK_WIDGET (self));
}
