/* sal-recipe-editor.c - the column in which a run is set up
 *
 * Rows come from the table of fields.  While the run that is shown is being
 * trained, its recipe cannot be changed, but for the bit widths.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-recipe-editor.h"

#include <glib/gi18n.h>

#include "sal-dataset-download.h"
#include "sal-dataset-files.h"
#include "sal-recipe-section.h"
#include "sal-ui.h"

struct _SalRecipeEditor
{
  SalSessionBin parent_instance;

  SalSession   *session;
  GPtrArray    *rows;      /* SalRecipeRow, in the order of the table */
  GHashTable   *invalid;   /* rows whose text is not accepted         */
  gboolean      updating;

  GtkDropDown  *preset;
  GtkBox       *sections;
  GtkWidget    *section[SAL_N_GROUPS];
  GtkWidget    *download;
  GtkLabel     *message;
  GtkWidget    *waiting;     /* over a queue that does not begin by itself     */
  GtkWidget    *queue_box;
  GtkListBox   *queue;
  GtkButton    *start_button;
  GtkWidget    *all_button;
};

G_DEFINE_FINAL_TYPE (SalRecipeEditor, sal_recipe_editor, SAL_TYPE_SESSION_BIN)

/* --- state of the rows ------------------------------------------------------- */

/* What was typed wrong into a row that is of no use any more is forgotten. */
static void
update_rows (SalRecipeEditor *self)
{
  const SalRecipe *recipe = sal_session_get_recipe (self->session);
  const gboolean locked = sal_session_is_live_run (self->session);

  for (guint i = 0; i < self->rows->len; i++) {
    SalRecipeRow *row = self->rows->pdata[i];
    const SalField *field = sal_recipe_row_get_field (row);
    const gboolean changes = !locked || g_str_has_suffix (field->option, "-bits");

    if (!sal_recipe_uses (recipe, field))
      g_hash_table_remove (self->invalid, row);
    if (!g_hash_table_contains (self->invalid, row))
      sal_recipe_row_show (row, recipe);
    gtk_widget_set_sensitive (GTK_WIDGET (row), changes);
  }
  for (guint i = 0; i < SAL_N_GROUPS; i++)
    sal_recipe_section_show (SAL_RECIPE_SECTION (self->section[i]), recipe);
  gtk_widget_set_sensitive (GTK_WIDGET (self->preset), !locked);
}

/* What keeps the recipe from being started, in words. */
static void
update_message (SalRecipeEditor *self)
{
  g_autoptr (GError) error = NULL;
  const gboolean locked = sal_session_is_live_run (self->session);
  const SalRecipe *recipe = sal_session_get_recipe (self->session);
  const gboolean valid = g_hash_table_size (self->invalid) == 0
                         && sal_recipe_check (recipe, &error)
                         && sal_dataset_files_missing (recipe->dataset) == NULL;

  gtk_label_set_label (self->message, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), error != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), valid || locked);
  gtk_widget_set_sensitive (self->all_button, valid && !locked);
}

/* --- presets ----------------------------------------------------------------- */

static gboolean
same_recipe (const SalRecipe *a,
             const SalRecipe *b)
{
  g_autofree char *first = sal_recipe_to_json (a);
  g_autofree char *second = sal_recipe_to_json (b);

  return g_str_equal (first, second);
}

/* The row of the preset that the recipe is; 0 where it is none of them. */
static guint
find_preset (const SalRecipe *recipe)
{
  for (guint i = 0; sal_preset (i) != NULL; i++) {
    SalRecipe copy = *recipe;

    if (sal_recipe_apply_preset (&copy, sal_preset (i)->name, NULL)
        && same_recipe (&copy, recipe))
      return i + 1;
  }
  return 0;
}

static void
list_presets (SalRecipeEditor *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, _("Own values"));
  for (guint i = 0; sal_preset (i) != NULL; i++)
    gtk_string_list_append (titles, _(sal_preset (i)->title));
  gtk_drop_down_set_model (self->preset, G_LIST_MODEL (titles));
}

static void
preset_selected_cb (SalRecipeEditor *self)
{
  const guint selected = gtk_drop_down_get_selected (self->preset);
  const SalPreset *preset =
    selected == 0 || selected == GTK_INVALID_LIST_POSITION ? NULL : sal_preset (selected - 1);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->preset), preset != NULL ? _(preset->summary)
                               : _("Values from the papers, to start from"));
  if (self->updating || self->session == NULL || preset == NULL)
    return;

  SalRecipe recipe = *sal_session_get_recipe (self->session);
  g_autoptr (GError) error = NULL;

  if (sal_recipe_apply_preset (&recipe, preset->name, &error))
    sal_session_set_recipe (self->session, &recipe);
  else
    sal_session_fail (self->session, error->message);
}

/* --- editing ----------------------------------------------------------------- */

static void
edited_cb (SalRecipeEditor *self,
           const char      *text,
           SalRecipeRow    *row)
{
  SalRecipe recipe = *sal_session_get_recipe (self->session);
  g_autoptr (GError) error = NULL;

  if (sal_recipe_set (&recipe, sal_recipe_row_get_field (row)->option, text, &error)) {
    g_hash_table_remove (self->invalid, row);
    sal_recipe_row_set_error (row, NULL);
    sal_session_set_recipe (self->session, &recipe);
    if (sal_session_is_live_run (self->session))
      sal_session_change_bits (self->session, recipe.weight_bits, recipe.activation_bits);
  } else {
    g_hash_table_add (self->invalid, row);
    sal_recipe_row_set_error (row, error->message);
    update_message (self);
  }
}

/* What pressing the button will do.  The recipe of the run that is being trained
 * is there to be read: another one is set up apart from it. */
static void
update_start_button (SalRecipeEditor *self)
{
  const gboolean locked = sal_session_is_live_run (self->session);
  const gboolean waits = sal_session_is_training (self->session);

  gtk_button_set_label (self->start_button, locked ? _("Set Up the Next Run")
                        : waits ? _("Add to Queue") : _("Start Training"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->start_button),
                               locked
                               ? _("Change a copy of this recipe; it then waits for this run "
                                   "to be done (Ctrl+N)")
                               : waits
                               ? _("Train a new run by this recipe when those before are done")
                               : _("Train a new run by this recipe"));
}

static void
recipe_changed_cb (SalRecipeEditor *self)
{
  const SalRecipe *recipe = sal_session_get_recipe (self->session);

  self->updating = TRUE;
  gtk_drop_down_set_selected (self->preset, find_preset (recipe));
  self->updating = FALSE;
  update_rows (self);
  update_message (self);
  update_start_button (self);
}

/* Another run: what was typed wrong for the last one is forgotten. */
static void
run_changed_cb (SalRecipeEditor *self)
{
  g_hash_table_remove_all (self->invalid);
  recipe_changed_cb (self);
}

static void
start_cb (SalRecipeEditor *self)
{
  if (sal_session_is_live_run (self->session))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.new-run", NULL);
  else
    sal_session_start (self->session);
}

static void
start_all_cb (SalRecipeEditor *self)
{
  sal_session_start_all_modes (self->session);
}

static void
copy_command_cb (SalRecipeEditor *self)
{
  g_autofree char *command = sal_recipe_command (sal_session_get_recipe (self->session));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), command);
  sal_session_say (self->session, _("Command copied"));
}

/* --- queue ------------------------------------------------------------------- */

static void
cancel_queued_cb (SalRecipeEditor *self,
                  GtkWidget       *button)
{
  GtkListBoxRow *row =
    GTK_LIST_BOX_ROW (gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW));

  sal_session_cancel_queued (self->session, (guint) gtk_list_box_row_get_index (row));
}

static GtkWidget *
make_queued_row (gpointer item,
                 gpointer data)
{
  const char *title = sal_queued_run_get_title (item);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *name = g_strdup_printf (_("Take %s off the queue"), title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_tooltip_text (label, title);
  gtk_widget_set_tooltip_text (button, _("Take it off the queue"));
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (cancel_queued_cb), data,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  return box;
}

/* What waits behind a run begins by itself, what waits alone does not. */
static void
update_queue (SalRecipeEditor *self)
{
  const gboolean any = g_list_model_get_n_items (sal_session_get_queue (self->session)) > 0;

  gtk_widget_set_visible (self->queue_box, any);
  gtk_widget_set_visible (self->waiting, any && !sal_session_is_training (self->session));
}

/* --- building ---------------------------------------------------------------- */

static void
build_rows (SalRecipeEditor *self)
{
  for (guint i = 0; i < SAL_N_GROUPS; i++) {
    self->section[i] = sal_recipe_section_new ((SalRecipeGroup) i);
    gtk_box_append (self->sections, self->section[i]);
  }
  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    GtkWidget *row = sal_recipe_row_new (field);

    g_ptr_array_add (self->rows, row);
    g_signal_connect_object (row, "edited", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
    sal_recipe_section_add (SAL_RECIPE_SECTION (self->section[field->group]),
                            SAL_RECIPE_ROW (row));
  }
}

static void
sal_recipe_editor_attach (SalSessionBin *bin,
                          SalSession    *session)
{
  SalRecipeEditor *self = SAL_RECIPE_EDITOR (bin);

  self->session = session;
  gtk_list_box_bind_model (self->queue, sal_session_get_queue (self->session), make_queued_row,
                           self, NULL);
  g_signal_connect_object (sal_session_get_queue (self->session), "items-changed",
                           G_CALLBACK (update_queue), self, G_CONNECT_SWAPPED);
  g_object_set (self->download, "session", self->session, NULL);
  g_signal_connect_object (self->session, "notify::recipe", G_CALLBACK (recipe_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::run", G_CALLBACK (run_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (recipe_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (update_queue), self,
                           G_CONNECT_SWAPPED);
  update_queue (self);
  recipe_changed_cb (self);
}

static void
sal_recipe_editor_finalize (GObject *object)
{
  SalRecipeEditor *self = SAL_RECIPE_EDITOR (object);

  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->invalid);
  G_OBJECT_CLASS (sal_recipe_editor_parent_class)->finalize (object);
}

static void
sal_recipe_editor_class_init (SalRecipeEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  SAL_SESSION_BIN_CLASS (klass)->attach = sal_recipe_editor_attach;
  object_class->finalize = sal_recipe_editor_finalize;

  g_type_ensure (SAL_TYPE_DATASET_DOWNLOAD);
  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-recipe-editor"));
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, preset);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, sections);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, download);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, message);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, waiting);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, queue_box);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, queue);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, start_button);
  gtk_widget_class_bind_template_child (widget_class, SalRecipeEditor, all_button);
  gtk_widget_class_bind_template_callback (widget_class, preset_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_command_cb);
}

static void
sal_recipe_editor_init (SalRecipeEditor *self)
{
  self->rows = g_ptr_array_new ();
  self->invalid = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  list_presets (self);
  build_rows (self);
}
