/* sal-flip-strip.c - the images that flip along a stretch of a masking curve
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-flip-strip.h"

#include <glib/gi18n.h>

#include "sal-image-cell.h"
#include "sal-image-list.h"
#include "sal-tab-exit.h"
#include "sal-ui.h"
#include "sal-words.h"

#define FLIPS_SLOT "masking-flips"

/* More than anybody looks through one by one. */
#define MAX_FLIPS 300

struct _SalFlipStrip
{
  AdwBin              parent_instance;

  SalSession         *session;
  GPtrArray          *requests;  /* SalCurveRequest, each with its own model */
  double              from;
  double              to;
  gboolean            updating;
  GListStore         *images;    /* SalImageItem */
  GtkSingleSelection *selection;

  GtkLabel           *heading;
  GtkDropDown        *curve_list;
  GtkLabel           *progress;
  GtkListView        *list;
};

G_DEFINE_FINAL_TYPE (SalFlipStrip, sal_flip_strip, ADW_TYPE_BIN)

static void
free_request (gpointer data)
{
  SalCurveRequest *request = data;

  sal_lab_model_unref (request->model);
  g_free (request);
}

guint
sal_flip_strip_get_n_images (SalFlipStrip *self)
{
  g_return_val_if_fail (SAL_IS_FLIP_STRIP (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->images));
}

/* --- questions and answers --------------------------------------------------- */

static const SalCurveRequest *
get_request (SalFlipStrip *self)
{
  const guint row = gtk_drop_down_get_selected (self->curve_list);

  return row < self->requests->len ? g_ptr_array_index (self->requests, row) : NULL;
}

/* "12 flip · 640 of 10,000 images looked at" */
static void
show_progress (SalFlipStrip         *self,
               const SalFlipsAnswer *answer)
{
  g_autofree char *done = sal_words_count ((gint64) answer->done);
  g_autofree char *total = sal_words_count ((gint64) answer->total);
  g_autofree char *words = NULL;

  if (answer->message != NULL)
    words = g_strdup (answer->message);
  else if (answer->n_images == MAX_FLIPS)
    words = g_strdup_printf (_("the first %d, among %s of %s images"), MAX_FLIPS, done, total);
  else
    words = g_strdup_printf (ngettext ("%u flips · %s of %s images looked at",
                                       "%u flip · %s of %s images looked at", answer->n_images),
                             answer->n_images, done, total);
  gtk_label_set_label (self->progress, words);
}

static void
answered_cb (const SalFlipsAnswer *answer,
             gpointer              data)
{
  SalFlipStrip *self = data;

  show_progress (self, answer);
  self->updating = TRUE;
  for (guint i = sal_flip_strip_get_n_images (self); i < answer->n_images; i++) {
    g_autoptr (SalImageItem) item = sal_image_item_new (answer->images[i]);

    g_list_store_append (self->images, item);
  }
  self->updating = FALSE;
}

static void
ask (SalFlipStrip *self)
{
  const SalCurveRequest *request = get_request (self);

  self->updating = TRUE;
  g_list_store_remove_all (self->images);
  self->updating = FALSE;
  if (request == NULL)
    return;
  gtk_label_set_label (self->progress, _("looking…"));
  sal_lab_find_flips (sal_session_get_lab (self->session), FLIPS_SLOT, request, self->from,
                      self->to, MAX_FLIPS, answered_cb, self);
}

static void
curve_chosen_cb (SalFlipStrip *self)
{
  if (!self->updating && self->session != NULL)
    ask (self);
}

/* Whether the choice of curves stays what it is. */
static gboolean
lists_names (SalFlipStrip      *self,
             const char *const *names,
             guint              n)
{
  GListModel *model = gtk_drop_down_get_model (self->curve_list);

  if (model == NULL || g_list_model_get_n_items (model) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (gtk_string_list_get_string (GTK_STRING_LIST (model), i), names[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
list_curves (SalFlipStrip          *self,
             const SalCurveRequest *requests,
             const char *const     *names,
             guint                  n,
             guint                  chosen)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  g_ptr_array_set_size (self->requests, 0);
  for (guint i = 0; i < n; i++) {
    SalCurveRequest *request = g_memdup2 (&requests[i], sizeof *request);

    sal_lab_model_ref (request->model);
    g_ptr_array_add (self->requests, request);
    gtk_string_list_append (titles, names[i]);
  }
  if (lists_names (self, names, n))
    return;
  self->updating = TRUE;
  gtk_drop_down_set_model (self->curve_list, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->curve_list, chosen);
  self->updating = FALSE;
}

void
sal_flip_strip_show (SalFlipStrip          *self,
                     SalSession            *session,
                     const SalCurveRequest *requests,
                     const char *const     *names,
                     guint                  n,
                     guint                  chosen,
                     double                 from,
                     double                 to)
{
  g_return_if_fail (SAL_IS_FLIP_STRIP (self) && SAL_IS_SESSION (session));

  g_autofree char *heading =
    g_strdup_printf (_("Right with %.0f %% masked, wrong with %.0f %%"), 100 * from, 100 * to);

  g_set_object (&self->session, session);
  self->from = from;
  self->to = to;
  list_curves (self, requests, names, n, chosen);
  gtk_label_set_label (self->heading, heading);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  ask (self);
}

void
sal_flip_strip_cancel (SalFlipStrip *self)
{
  g_return_if_fail (SAL_IS_FLIP_STRIP (self));

  SalLab *lab = self->session == NULL ? NULL : sal_session_get_lab (self->session);

  if (lab != NULL)
    sal_lab_cancel (lab, FLIPS_SLOT);
}

void
sal_flip_strip_clear (SalFlipStrip *self)
{
  sal_flip_strip_cancel (self);
  self->updating = TRUE;
  g_list_store_remove_all (self->images);
  self->updating = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* --- images ------------------------------------------------------------------ */

static void
selected_cb (SalFlipStrip *self)
{
  SalImageItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (!self->updating && item != NULL && self->session != NULL)
    sal_session_set_image (self->session, sal_image_item_get_index (item));
}

static void
setup_cell_cb (SalFlipStrip *self,
               GtkListItem  *item)
{
  gtk_list_item_set_child (item, sal_image_cell_new ());
}

static void
bind_cell_cb (SalFlipStrip *self,
              GtkListItem  *item)
{
  const SalCurveRequest *request = get_request (self);

  if (request != NULL)
    sal_image_cell_show (SAL_IMAGE_CELL (gtk_list_item_get_child (item)),
                         sal_lab_model_get_dataset (request->model),
                         sal_image_item_get_index (gtk_list_item_get_item (item)), -1);
}

static void
unbind_cell_cb (SalFlipStrip *self,
                GtkListItem  *item)
{
  sal_image_cell_show (SAL_IMAGE_CELL (gtk_list_item_get_child (item)), NULL, 0, -1);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_flip_strip_dispose (GObject *object)
{
  SalFlipStrip *self = SAL_FLIP_STRIP (object);

  sal_flip_strip_cancel (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sal_flip_strip_parent_class)->dispose (object);
}

static void
sal_flip_strip_finalize (GObject *object)
{
  SalFlipStrip *self = SAL_FLIP_STRIP (object);

  g_object_unref (self->selection);
  g_object_unref (self->images);
  g_ptr_array_unref (self->requests);
  G_OBJECT_CLASS (sal_flip_strip_parent_class)->finalize (object);
}

static void
sal_flip_strip_class_init (SalFlipStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sal_flip_strip_dispose;
  object_class->finalize = sal_flip_strip_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-flip-strip"));
  gtk_widget_class_bind_template_child (widget_class, SalFlipStrip, heading);
  gtk_widget_class_bind_template_child (widget_class, SalFlipStrip, curve_list);
  gtk_widget_class_bind_template_child (widget_class, SalFlipStrip, progress);
  gtk_widget_class_bind_template_child (widget_class, SalFlipStrip, list);
  gtk_widget_class_bind_template_callback (widget_class, curve_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cell_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cell_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cell_cb);
}

static void
sal_flip_strip_init (SalFlipStrip *self)
{
  self->requests = g_ptr_array_new_with_free_func (free_request);
  self->images = g_list_store_new (SAL_TYPE_IMAGE_ITEM);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->images)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb),
                           self, G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  sal_tab_exit_add (GTK_WIDGET (self->list));
}
