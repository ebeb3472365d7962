/* sal-image-grid.c - the test images at the left of the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-image-grid.h"

#include <glib/gi18n.h>

#include "sal-dataset-files.h"
#include "sal-drift-filter.h"
#include "sal-image-cell.h"
#include "sal-image-list.h"
#include "sal-tab-exit.h"
#include "sal-text-scale.h"
#include "sal-ui.h"
#include "sal-words.h"
#include "sal-wrap-box.h"

struct _SalImageGrid
{
  AdwBin              parent_instance;

  SalSession         *session;
  SalImageList       *list;
  GtkSingleSelection *selection;
  GHashTable         *cells;      /* those that show an image now */
  int                 predicted;  /* class that the third chip filters by */
  gboolean            updating;

  GtkDropDown        *class_filter;
  GtkEntry           *search;
  GtkToggleButton    *all_button;
  GtkToggleButton    *wrong_button;
  GtkToggleButton    *predicted_button;
  SalDriftFilter     *drift_filter;
  GtkStack           *stack;
  GtkGridView        *grid;
  GtkLabel           *empty_label;
};

enum
{
  PROP_SESSION = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalImageGrid, sal_image_grid, ADW_TYPE_BIN)

/* --- selection --------------------------------------------------------------- */

static void
select_current (SalImageGrid *self)
{
  guint position = 0;

  if (!sal_image_list_find (self->list, sal_session_get_image (self->session), &position))
    position = GTK_INVALID_LIST_POSITION;
  if (gtk_single_selection_get_selected (self->selection) == position)
    return;
  self->updating = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->updating = FALSE;
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->grid), "list.scroll-to-item", "u", position);
}

static void
selected_cb (SalImageGrid *self)
{
  SalImageItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (!self->updating && item != NULL && self->session != NULL)
    sal_session_set_image (self->session, sal_image_item_get_index (item));
}

/* --- undo -------------------------------------------------------------------- */

/* Row of classes, only wrong ones, class of the third chip or -1, whether it
 * filters, drift. */
#define STATE "(ubibu)"

static GVariant *
get_state (SalImageGrid *self)
{
  return g_variant_new (STATE, gtk_drop_down_get_selected (self->class_filter),
                        gtk_toggle_button_get_active (self->wrong_button),
                        self->predicted,
                        gtk_toggle_button_get_active (self->predicted_button),
                        sal_drift_filter_get_choice (self->drift_filter));
}

/* What the filters are now was no person's choice. */
static void
renew_filters (SalImageGrid *self)
{
  sal_history_renew (sal_session_get_history (self->session), self, get_state (self));
}

static void
note_filters (SalImageGrid *self)
{
  if (self->session != NULL && !self->updating)
    sal_history_note (sal_session_get_history (self->session), self, _("Filter of Images"),
                      get_state (self));
}

/* --- filters ----------------------------------------------------------------- */

static void
update_counts (SalImageGrid *self)
{
  gsize images = 0;
  gsize wrong = 0;
  const gboolean complete = sal_image_list_count (self->list, &images, &wrong);
  const gboolean known = sal_session_get_model (self->session) != NULL;
  g_autofree char *image_count = sal_words_count ((gint64) images);
  g_autofree char *wrong_count = sal_words_count ((gint64) wrong);
  g_autofree char *all_text = g_strdup_printf (_("all %s"), image_count);
  g_autofree char *wrong_text =
    !known ? g_strdup (_("wrong"))
    : g_strdup_printf (complete ? _("wrong %s") : _("wrong %s…"), wrong_count);

  gtk_button_set_label (GTK_BUTTON (self->all_button), all_text);
  gtk_button_set_label (GTK_BUTTON (self->wrong_button), wrong_text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->wrong_button), known);
  if (!known && !gtk_toggle_button_get_active (self->all_button)) {
    gtk_toggle_button_set_active (self->all_button, TRUE);
    renew_filters (self);
  }
}

static void
update_empty (SalImageGrid *self)
{
  const gboolean has_dataset = sal_session_get_dataset (self->session) != NULL;
  const gboolean has_images = g_list_model_get_n_items (G_LIST_MODEL (self->list)) > 0;

  const char *name = sal_session_get_recipe (self->session)->dataset;

  gtk_label_set_label (self->empty_label,
                       has_dataset ? _("No image passes the filters.")
                       : sal_dataset_files_missing (name) != NULL
                       ? _("The data set is not on this computer. The Train page can download it.")
                       : _("Opening the data set…"));
  gtk_stack_set_visible_child_name (self->stack, has_images ? "images" : "empty");
}

/* "said 9", with how many there are while it is chosen. */
static void
name_predicted (SalImageGrid *self)
{
  SalDataset *dataset = sal_session_get_dataset (self->session);
  const gboolean active = gtk_toggle_button_get_active (self->predicted_button);
  g_autofree char *count =
    sal_words_count (g_list_model_get_n_items (G_LIST_MODEL (self->list)));
  g_autofree char *label = NULL;

  if (dataset == NULL || self->predicted < 0)
    return;

  const char *name = sal_dataset_get_class_name (dataset, self->predicted);

  label = active ? g_strdup_printf (_("said %s · %s"), name, count)
          : g_strdup_printf (_("said %s"), name);
  gtk_button_set_label (GTK_BUTTON (self->predicted_button), label);
}

static void
filter_changed_cb (SalImageGrid *self)
{
  if (self->updating || self->session == NULL)
    return;

  const guint row = gtk_drop_down_get_selected (self->class_filter);

  self->updating = TRUE;
  sal_image_list_set_filter (self->list, row == GTK_INVALID_LIST_POSITION ? -1 : (int) row - 1,
                             gtk_toggle_button_get_active (self->wrong_button),
                             gtk_toggle_button_get_active (self->predicted_button)
                             ? self->predicted : -1);
  self->updating = FALSE;
  update_counts (self);
  name_predicted (self);
  update_empty (self);
  select_current (self);
  note_filters (self);
}

static void
show_predicted_chip (SalImageGrid *self,
                     int           predicted)
{
  self->predicted = predicted;
  gtk_widget_set_visible (GTK_WIDGET (self->predicted_button), predicted >= 0);
}

static void
restore (gpointer  grid,
         GVariant *state)
{
  SalImageGrid *self = grid;
  guint row = 0;
  guint drift = 0;
  int predicted = -1;
  gboolean is_wrong = FALSE;
  gboolean is_predicted = FALSE;

  g_variant_get (state, STATE, &row, &is_wrong, &predicted, &is_predicted, &drift);
  self->updating = TRUE;
  show_predicted_chip (self, predicted);
  gtk_drop_down_set_selected (self->class_filter, row);
  gtk_toggle_button_set_active (is_wrong ? self->wrong_button
                                : is_predicted ? self->predicted_button : self->all_button, TRUE);
  self->updating = FALSE;
  sal_drift_filter_set_choice (self->drift_filter, (SalDriftChoice) drift);
  filter_changed_cb (self);
}

void
sal_image_grid_show_predicted (SalImageGrid *self,
                               int           label,
                               int           predicted)
{
  g_return_if_fail (SAL_IS_IMAGE_GRID (self));

  guint position = 0;

  self->updating = TRUE;
  show_predicted_chip (self, predicted);
  gtk_drop_down_set_selected (self->class_filter, (guint) label + 1);
  gtk_toggle_button_set_active (self->predicted_button, TRUE);
  self->updating = FALSE;
  filter_changed_cb (self);

  g_autoptr (SalImageItem) first = g_list_model_get_item (G_LIST_MODEL (self->list), 0);

  if (first != NULL
      && !sal_image_list_find (self->list, sal_session_get_image (self->session), &position))
    sal_session_set_image (self->session, sal_image_item_get_index (first));
}

static void
drift_changed_cb (SalImageGrid *self)
{
  self->updating = TRUE;
  sal_drift_filter_apply (self->drift_filter, self->list);
  self->updating = FALSE;
  update_empty (self);
  select_current (self);
  note_filters (self);
}

static void
search_activated_cb (SalImageGrid *self)
{
  SalDataset *dataset = sal_session_get_dataset (self->session);
  const gsize count = dataset == NULL ? 0 : sal_dataset_get_test (dataset)->count;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  guint64 index = 0;
  guint position = 0;

  if (count == 0
      || !g_ascii_string_to_unsigned (text, 10, 0, count - 1, &index, NULL)) {
    g_autofree char *message = g_strdup_printf (_("Type an index from 0 to %u"),
                                                count == 0 ? 0 : (guint) count - 1);

    gtk_widget_add_css_class (GTK_WIDGET (self->search), "error");
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->search), message);
    return;
  }
  gtk_widget_remove_css_class (GTK_WIDGET (self->search), "error");
  sal_session_set_image (self->session, (guint) index);
  /* An image that was asked for is shown, whatever the filters. */
  if (!sal_image_list_find (self->list, (guint) index, &position)) {
    gtk_toggle_button_set_active (self->all_button, TRUE);
    gtk_drop_down_set_selected (self->class_filter, 0);
    sal_drift_filter_set_choice (self->drift_filter, SAL_DRIFT_NONE);
  }
  select_current (self);
}

static void
search_changed_cb (SalImageGrid *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->search), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->search),
                               _("Go to an image by its index (Ctrl+G)"));
}

/* Two columns, with text of its usual size. */
#define NARROW_WIDTH 127

int
sal_image_grid_wanted_width (SalImageGrid *self,
                             gboolean      roomy)
{
  int usual = 0;

  g_return_val_if_fail (SAL_IS_IMAGE_GRID (self), 0);

  if (!roomy)
    return (int) (NARROW_WIDTH * sal_text_scale (GTK_WIDGET (self)));
  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &usual, NULL, NULL);
  return usual;
}

void
sal_image_grid_focus_search (SalImageGrid *self)
{
  g_return_if_fail (SAL_IS_IMAGE_GRID (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* --- cells ------------------------------------------------------------------- */

static void
setup_cell_cb (SalImageGrid *self,
               GtkListItem  *item)
{
  gtk_list_item_set_child (item, sal_image_cell_new ());
}

static void
show_image (SalImageGrid *self,
            SalImageCell *cell,
            guint         index)
{
  sal_image_cell_show (cell, sal_image_list_get_dataset (self->list), index,
                       sal_image_list_get_prediction (self->list, index));
}

static void
bind_cell_cb (SalImageGrid *self,
              GtkListItem  *item)
{
  SalImageCell *cell = SAL_IMAGE_CELL (gtk_list_item_get_child (item));

  show_image (self, cell, sal_image_item_get_index (gtk_list_item_get_item (item)));
  g_hash_table_add (self->cells, cell);
}

static void
unbind_cell_cb (SalImageGrid *self,
                GtkListItem  *item)
{
  SalImageCell *cell = SAL_IMAGE_CELL (gtk_list_item_get_child (item));

  g_hash_table_remove (self->cells, cell);
  sal_image_cell_show (cell, NULL, 0, -1);
}

/* --- the session ------------------------------------------------------------- */

static void
update_predictions (SalImageGrid *self)
{
  GHashTableIter iter;
  gpointer cell = NULL;

  self->updating = TRUE;
  sal_image_list_set_model (self->list, sal_session_get_model (self->session));
  self->updating = FALSE;
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    show_image (self, cell, sal_image_cell_get_index (cell));
  update_counts (self);
  name_predicted (self);
  update_empty (self);
  select_current (self);
}

static void
predictions_grown_cb (SalImageGrid *self,
                      gpointer      model)
{
  if (model == sal_session_get_model (self->session))
    update_predictions (self);
}

static void
list_classes (SalImageGrid *self,
              SalDataset   *dataset)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _("All classes"));
  for (int label = 0; dataset != NULL && label < sal_dataset_get_test (dataset)->classes; label++) {
    g_autofree char *name =
      g_strdup_printf (_("Class %s"), sal_dataset_get_class_name (dataset, label));

    gtk_string_list_append (names, name);
  }
  gtk_drop_down_set_model (self->class_filter, G_LIST_MODEL (names));
}

static void
dataset_changed_cb (SalImageGrid *self)
{
  SalDataset *dataset = sal_session_get_dataset (self->session);

  self->updating = TRUE;
  sal_image_list_set_dataset (self->list, dataset);
  list_classes (self, dataset);
  gtk_toggle_button_set_active (self->all_button, TRUE);
  show_predicted_chip (self, -1);
  self->updating = FALSE;
  update_predictions (self);
  renew_filters (self);
}

static void
attach (SalImageGrid *self)
{
  sal_history_join (sal_session_get_history (self->session), self, get_state (self), restore);
  g_signal_connect_object (self->session, "notify::dataset", G_CALLBACK (dataset_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::model", G_CALLBACK (update_predictions),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::image", G_CALLBACK (select_current),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sal_session_get_lab (self->session), "predictions",
                           G_CALLBACK (predictions_grown_cb), self, G_CONNECT_SWAPPED);
  dataset_changed_cb (self);
  g_object_set (self->drift_filter, "session", self->session, NULL);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_image_grid_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  SalImageGrid *self = SAL_IMAGE_GRID (object);

  switch (id) {
  case PROP_SESSION:
    if (g_set_object (&self->session, g_value_get_object (value)) && self->session != NULL)
      attach (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_image_grid_dispose (GObject *object)
{
  SalImageGrid *self = SAL_IMAGE_GRID (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (sal_image_grid_parent_class)->dispose (object);
}

static void
sal_image_grid_finalize (GObject *object)
{
  SalImageGrid *self = SAL_IMAGE_GRID (object);

  g_object_unref (self->selection);
  g_object_unref (self->list);
  g_hash_table_unref (self->cells);
  G_OBJECT_CLASS (sal_image_grid_parent_class)->finalize (object);
}

static void
sal_image_grid_class_init (SalImageGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = sal_image_grid_set_property;
  object_class->dispose = sal_image_grid_dispose;
  object_class->finalize = sal_image_grid_finalize;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, SAL_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SAL_TYPE_DRIFT_FILTER);
  g_type_ensure (SAL_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-image-grid"));
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, class_filter);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, search);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, all_button);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, wrong_button);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, predicted_button);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, drift_filter);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, stack);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, grid);
  gtk_widget_class_bind_template_child (widget_class, SalImageGrid, empty_label);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, drift_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cell_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cell_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cell_cb);
}

static void
sal_image_grid_init (SalImageGrid *self)
{
  self->predicted = -1;
  self->cells = g_hash_table_new (NULL, NULL);
  self->list = sal_image_list_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->list)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb),
                           self, G_CONNECT_SWAPPED);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  sal_tab_exit_add (GTK_WIDGET (self->grid));
}
