/* sal-inspect-page-own.c - images that are dropped, pasted, opened or drawn
 *
 * A file is read in a thread; what it becomes is an image of the data set's
 * shape that takes the place of the test image until another one is chosen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-page-private.h"

#include <glib/gi18n.h>

#include "sal-image-bytes.h"
#include "sal-import-watch.h"
#include "sal-page-runs.h"

static SalSession *
get_session (SalInspectPage *self)
{
  return sal_page_get_session (SAL_PAGE (self));
}

/* The shape of the data set's images. FALSE while it is being opened. */
static gboolean
get_shape (SalInspectPage *self,
           NnShape        *shape)
{
  SalDataset *dataset = sal_session_get_dataset (get_session (self));

  if (dataset == NULL)
    return FALSE;

  const NnImages *images = sal_dataset_get_test (dataset);

  *shape = (NnShape) { images->channels, images->height, images->width };
  return TRUE;
}

/* --- drawing ----------------------------------------------------------------- */

/* The first stroke begins with the test image. TRUE: this is it. */
static gboolean
begin_drawing (SalInspectPage *self)
{
  NnShape shape;

  if (sal_own_image_get_pixels (self->own) != NULL || !get_shape (self, &shape))
    return FALSE;

  const SalPageImage image = sal_page_look_at (get_session (self), NULL);
  g_autofree char *title = g_strdup_printf (_("Image %u, drawn on"), (guint) image.id);

  sal_own_image_begin (self->own, image.pixels, shape, title, image.label);
  return TRUE;
}

static void
paint_cb (SalInspectPage *self,
          int             column,
          int             row,
          gboolean        erase)
{
  const gboolean begins = begin_drawing (self);

  /* Who erases darkness has drawn nothing. */
  if (!sal_own_image_paint (self->own, column, row, erase) && begins)
    sal_own_image_clear (self->own);
}

void
sal_inspect_page_own_add_pane (SalInspectPage *self,
                               SalInspectPane *pane)
{
  SalMapView *view = sal_inspect_pane_get_map_view (pane);

  g_signal_connect_object (view, "paint", G_CALLBACK (paint_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->draw_button, "active", view, "paintable", G_BINDING_SYNC_CREATE);
}

static void
update_actions (SalInspectPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const gboolean is_own = sal_own_image_get_pixels (self->own) != NULL;

  gtk_widget_action_set_enabled (widget, "inspect.invert-image", is_own);
  gtk_widget_action_set_enabled (widget, "inspect.reset-image", is_own);
}

static void
own_changed_cb (SalInspectPage *self,
                const char     *title)
{
  update_actions (self);
  if (get_session (self) == NULL)
    return;
  if (title != NULL)
    sal_history_note (sal_session_get_history (get_session (self)), self->own, title,
                      sal_own_image_get_state (self->own));
  sal_inspect_page_describe_image (self);
  if (sal_page_is_shown (SAL_PAGE (self)))
    sal_throttle_ask (self->throttle);
}

static void
restore (gpointer  own,
         GVariant *state)
{
  sal_own_image_set_state (own, state);
}

/* Who draws wants to see on what: a map alone gives way to the map over the
 * image as long. */
static void
draw_toggled_cb (SalInspectPage *self)
{
  const gboolean draws = gtk_toggle_button_get_active (self->draw_button);
  const guint look = sal_segments_get_selected (self->look_choice);

  if (draws && look == SAL_INSPECT_HEAT) {
    self->covers_map = TRUE;
    sal_segments_set_selected (self->look_choice, SAL_INSPECT_OVERLAY);
  } else if (!draws && self->covers_map) {
    self->covers_map = FALSE;
    if (look == SAL_INSPECT_OVERLAY)
      sal_segments_set_selected (self->look_choice, SAL_INSPECT_HEAT);
  }
  sal_inspect_page_describe_image (self);
}

void
sal_inspect_page_own_attach (SalInspectPage *self)
{
  g_signal_connect_object (self->draw_button, "toggled",
                           G_CALLBACK (draw_toggled_cb), self, G_CONNECT_SWAPPED);
  sal_history_join (sal_session_get_history (get_session (self)), self->own,
                    sal_own_image_get_state (self->own), restore);
}

/* Images of another shape are not to be brought back. */
void
sal_inspect_page_own_forget (SalInspectPage *self)
{
  sal_own_image_clear (self->own);
  sal_history_renew (sal_session_get_history (get_session (self)), self->own,
                     sal_own_image_get_state (self->own));
}

/* --- bringing ---------------------------------------------------------------- */

static void
take_pixbuf (SalInspectPage *self,
             GdkPixbuf      *pixbuf,
             const char     *title)
{
  NnShape shape;

  if (get_shape (self, &shape))
    sal_own_image_set_pixbuf (self->own, pixbuf, shape, title);
}

static void
take_texture (SalInspectPage *self,
              GdkTexture     *texture,
              const char     *title)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_get_from_texture (texture);

  if (pixbuf != NULL)
    take_pixbuf (self, pixbuf, title);
}

/* A file, and the shape of what it is to become. */
typedef struct
{
  GFile  *file;
  NnShape shape;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->file);
  g_free (reading);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  const Reading *reading = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes (reading->file, NULL, NULL, &error);
  g_autofree guint8 *pixels = g_new (guint8, nn_shape_size (reading->shape));
  gsize n_bytes = 0;
  const guint8 *begin = bytes == NULL ? NULL : g_bytes_get_data (bytes, &n_bytes);

  if (bytes != NULL
      && sal_image_bytes_decode (begin, n_bytes, reading->shape, pixels, &error))
    g_task_return_pointer (task, g_steal_pointer (&pixels), g_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Takes `message`; NULL withdraws what was said before. */
static void
fail (SalInspectPage *self,
      char           *message)
{
  if (self->own_problem != NULL)
    sal_session_withdraw (get_session (self), self->own_problem);
  g_free (self->own_problem);
  self->own_problem = message;
  if (message != NULL)
    sal_session_fail (get_session (self), message);
}

static void
file_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  SalInspectPage *self = SAL_INSPECT_PAGE (source);
  const Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = g_file_get_basename (reading->file);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *pixels = g_task_propagate_pointer (G_TASK (result), &error);

  if (get_session (self) == NULL || self->own == NULL)
    return;
  if (pixels == NULL) {
    const char *problem = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
                          ? _("it is not on this computer") : error->message;

    fail (self, g_strdup_printf (_("%s is not shown: %s"), name, problem));
  } else {
    fail (self, NULL);
    sal_own_image_bring (self->own, pixels, reading->shape, name);
  }
}

void
sal_inspect_page_open (SalInspectPage *self,
                       GFile          *file)
{
  g_return_if_fail (SAL_IS_INSPECT_PAGE (self));

  g_autoptr (GTask) task = g_task_new (self, NULL, file_read_cb, NULL);
  Reading *reading = NULL;
  NnShape shape;

  if (!get_shape (self, &shape))
    return;
  reading = g_new0 (Reading, 1);
  *reading = (Reading) { g_object_ref (file), shape };
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* Files that are dropped are taken by the window. */
static gboolean
dropped_cb (SalInspectPage *self,
            const GValue   *value)
{
  take_texture (self, g_value_get_object (value), _("Dropped image"));
  return TRUE;
}

static gboolean
take_pasted (SalInspectPage *self,
             const GValue   *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return sal_import_watch_take_files (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))),
                                        g_value_get_boxed (value));
  take_texture (self, g_value_get_object (value), _("Pasted image"));
  return TRUE;
}

static void
pasted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (SalInspectPage) self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value =
    gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (get_session (self) == NULL || self->own == NULL)
    return;
  if (value == NULL || !take_pasted (self, value))
    sal_session_say (get_session (self), _("There is no image on the clipboard"));
}

void
sal_inspect_page_own_paste (SalInspectPage *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  const gboolean has_files =
    gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_FILE_LIST);

  gdk_clipboard_read_value_async (clipboard, has_files ? GDK_TYPE_FILE_LIST : GDK_TYPE_TEXTURE,
                                  G_PRIORITY_DEFAULT, NULL, pasted_cb, g_object_ref (self));
}

/* --- actions ----------------------------------------------------------------- */

static void
paste_cb (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  sal_inspect_page_own_paste (SAL_INSPECT_PAGE (widget));
}

static void
invert_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  sal_own_image_invert (SAL_INSPECT_PAGE (widget)->own);
}

static void
reset_cb (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  sal_own_image_clear (SAL_INSPECT_PAGE (widget)->own);
}

static void
chosen_cb (SalInspectPage  *self,
           int              response,
           GtkNativeDialog *dialog)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

    sal_inspect_page_open (self, file);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
open_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Open Image"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                 GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Images"));
  gtk_file_filter_add_pixbuf_formats (filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), widget, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
sal_inspect_page_own_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "inspect.open-image", NULL, open_cb);
  gtk_widget_class_install_action (widget_class, "inspect.paste-image", NULL, paste_cb);
  gtk_widget_class_install_action (widget_class, "inspect.invert-image", NULL, invert_cb);
  gtk_widget_class_install_action (widget_class, "inspect.reset-image", NULL, reset_cb);
}

void
sal_inspect_page_own_init (SalInspectPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_TEXTURE, GDK_ACTION_COPY);

  self->own = sal_own_image_new ();
  g_signal_connect_object (self->own, "changed", G_CALLBACK (own_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  update_actions (self);
}
