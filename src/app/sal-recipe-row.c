/* sal-recipe-row.c - one field of a recipe as a control
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-recipe-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sal-damaged-dataset.h"

struct _SalRecipeRow
{
  AdwBin          parent_instance;

  const SalField *field;
  GPtrArray      *values;   /* texts of the choices, NULL for an entry       */
  GPtrArray      *titles;   /* what people read instead                      */
  GPtrArray      *damaged;  /* SalLibraryEntry that follow: not to be chosen */
  GtkWidget      *label;
  GtkWidget      *control;
  GtkWidget      *error;
  guint           shown;    /* position of the recipe's value in a list      */
  gboolean        updating;
};

enum
{
  EDITED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalRecipeRow, sal_recipe_row, ADW_TYPE_BIN)

/* The last choices of the data sets: they open a dialog. */
#define CHOOSE_FOLDER N_("Open Folder…")
#define CHOOSE_ARCHIVE N_("Open Archive…")

/* The last choice of what can be a text: it opens a window to write it in. */
#define WRITE_TEXT N_("Own Network…")

/* What half the width of the column holds, in bytes. */
#define SHORT_TEXT 16
#define SHORT_CHOICE 7

static gboolean
is_option (SalRecipeRow *self,
           const char   *option)
{
  return g_str_equal (self->field->option, option);
}

static gboolean
is_bits (SalRecipeRow *self)
{
  return g_str_has_suffix (self->field->option, "-bits");
}

const SalField *
sal_recipe_row_get_field (SalRecipeRow *self)
{
  g_return_val_if_fail (SAL_IS_RECIPE_ROW (self), NULL);

  return self->field;
}

/* A number, or a choice between a few letters. */
gboolean
sal_recipe_row_is_short (SalRecipeRow *self)
{
  g_return_val_if_fail (SAL_IS_RECIPE_ROW (self), FALSE);

  if (self->values == NULL)
    return self->field->type != SAL_FIELD_TEXT || self->field->size <= SHORT_TEXT;
  if (is_bits (self))
    return TRUE;
  for (guint i = 0; i < self->titles->len; i++)
    if (strlen (self->titles->pdata[i]) > SHORT_CHOICE)
      return FALSE;
  return !is_option (self, "dataset");
}

static void
edit (SalRecipeRow *self,
      const char   *text)
{
  if (!self->updating)
    g_signal_emit (self, signals[EDITED], 0, text);
}

/* --- choices ----------------------------------------------------------------- */

static void
add_choice (SalRecipeRow *self,
            const char   *value,
            const char   *title)
{
  g_ptr_array_add (self->values, g_strdup (value));
  g_ptr_array_add (self->titles, g_strdup (title));
}

static const char *
bits_title (const char *bits)
{
  return g_str_equal (bits, "32") ? _("32 (full)") : g_str_equal (bits, "0") ? _("off") : bits;
}

static void
list_bits (SalRecipeRow *self)
{
  static const char *const widths[] = { "32", "8", "7", "6", "5", "4", "3", "2" };

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    add_choice (self, widths[i], bits_title (widths[i]));
}

static void
list_datasets (SalRecipeRow *self)
{
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++)
    add_choice (self, kind->id, _(kind->title));

  g_autoptr (GPtrArray) imported = sal_dataset_library_list ();

  for (guint i = 0; i < imported->len; i++) {
    const SalLibraryEntry *entry = imported->pdata[i];

    if (entry->problem == NULL)
      add_choice (self, entry->name, entry->label.title);
  }
  self->damaged = sal_damaged_datasets_list ();
}

static void
list_choices (SalRecipeRow *self)
{
  const SalField *field = self->field;

  self->values = g_ptr_array_new_with_free_func (g_free);
  self->titles = g_ptr_array_new_with_free_func (g_free);
  if (is_bits (self))
    list_bits (self);
  else if (is_option (self, "dataset"))
    list_datasets (self);
  for (gsize i = 0; field->choices != NULL && field->choices[i] != NULL; i++)
    add_choice (self, field->choices[i],
                _(field->choice_titles != NULL ? field->choice_titles[i] : field->choices[i]));
}

static gboolean
find_value (SalRecipeRow *self,
            const char   *value,
            guint        *position)
{
  return g_ptr_array_find_with_equal_func (self->values, value, g_str_equal, position);
}

/* --- buttons ----------------------------------------------------------------- */

static void
button_toggled_cb (SalRecipeRow    *self,
                   GtkToggleButton *button)
{
  if (gtk_toggle_button_get_active (button))
    edit (self, g_object_get_data (G_OBJECT (button), "value"));
}

/* Two rows of two: the modes are a pair of switches with names. */
static GtkWidget *
make_buttons (SalRecipeRow *self)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkToggleButton *first = NULL;

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_widget_add_css_class (grid, "segments");
  for (guint i = 0; i < self->values->len; i++) {
    GtkWidget *button = gtk_toggle_button_new_with_label (self->titles->pdata[i]);

    if (first == NULL)
      first = GTK_TOGGLE_BUTTON (button);
    else
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), first);
    g_object_set_data (G_OBJECT (button), "value", self->values->pdata[i]);
    g_signal_connect_object (button, "toggled", G_CALLBACK (button_toggled_cb), self,
                             G_CONNECT_SWAPPED);
    gtk_grid_attach (GTK_GRID (grid), button, (int) i % 2, (int) i / 2, 1, 1);
  }
  return grid;
}

static void
show_in_buttons (SalRecipeRow *self,
                 const char   *text)
{
  for (GtkWidget *button = gtk_widget_get_first_child (self->control); button != NULL;
       button = gtk_widget_get_next_sibling (button)) {
    if (g_str_equal (g_object_get_data (G_OBJECT (button), "value"), text))
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  }
}

/* --- a list ------------------------------------------------------------------ */

static void
fill_list (SalRecipeRow *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  for (guint i = 0; i < self->titles->len; i++)
    gtk_string_list_append (titles, self->titles->pdata[i]);
  if (is_option (self, "dataset")) {
    for (guint i = 0; i < self->damaged->len; i++) {
      const SalLibraryEntry *entry = self->damaged->pdata[i];
      g_autofree char *title = g_strdup_printf (_("%s (damaged)"), entry->name);

      gtk_string_list_append (titles, title);
    }
    gtk_string_list_append (titles, _(CHOOSE_FOLDER));
    gtk_string_list_append (titles, _(CHOOSE_ARCHIVE));
  }
  if (self->field->own_text)
    gtk_string_list_append (titles, _(WRITE_TEXT));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->control), G_LIST_MODEL (titles));
}

static void
show_in_list (SalRecipeRow    *self,
              const SalRecipe *recipe,
              const char      *text)
{
  guint position = 0;

  if (!find_value (self, text, &position)) {
    /* A folder, a width that is not offered, or the text of a network. */
    g_autofree char *name = self->field->own_text ? sal_recipe_network_title (recipe)
                                                  : g_path_get_basename (text);

    add_choice (self, text, is_bits (self) ? bits_title (text) : _(name));
    fill_list (self);
    position = self->values->len - 1;
  }
  self->shown = position;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->control), position);
}

static void
folder_chosen_cb (GtkNativeDialog *dialog,
                  int              response,
                  SalRecipeRow    *self)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    const char *path = g_file_peek_path (file);

    if (path != NULL)
      edit (self, path);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
choose_files (SalRecipeRow        *self,
              GtkFileChooserAction action)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Open Data Set"),
                                 GTK_WINDOW (gtk_widget_get_root (self->control)), action, NULL,
                                 NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (folder_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* What was chosen before. */
static void
go_back (SalRecipeRow *self)
{
  self->updating = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->control), self->shown);
  self->updating = FALSE;
}

static void
removed_cb (gpointer data)
{
  SalRecipeRow *self = data;

  g_ptr_array_unref (self->damaged);
  self->damaged = sal_damaged_datasets_list ();
  self->updating = TRUE;
  fill_list (self);
  go_back (self);
}

/* What is chosen stays what it was until there is a text. */
static void
write_text (SalRecipeRow *self)
{
  go_back (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.own-network", NULL);
}

static void
list_selected_cb (SalRecipeRow *self)
{
  const guint position = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->control));
  const guint n_damaged = self->damaged != NULL ? self->damaged->len : 0;

  if (self->updating || position == GTK_INVALID_LIST_POSITION)
    return;
  if (position < self->values->len) {
    edit (self, self->values->pdata[position]);
  } else if (self->field->own_text) {
    write_text (self);
  } else if (position < self->values->len + n_damaged) {
    go_back (self);
    sal_damaged_dataset_show (self->damaged->pdata[position - self->values->len],
                              GTK_WIDGET (self), removed_cb);
  } else {
    choose_files (self, position == self->values->len + n_damaged
                        ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN);
  }
}

static GtkWidget *
make_list (SalRecipeRow *self)
{
  self->control = gtk_drop_down_new (NULL, NULL);
  fill_list (self);
  g_signal_connect_object (self->control, "notify::selected", G_CALLBACK (list_selected_cb),
                           self, G_CONNECT_SWAPPED);
  return self->control;
}

/* --- an entry ---------------------------------------------------------------- */

static void
entry_changed_cb (SalRecipeRow *self)
{
  edit (self, gtk_editable_get_text (GTK_EDITABLE (self->control)));
}

static GtkWidget *
make_entry (SalRecipeRow *self)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 4);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 8);
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  g_signal_connect_object (entry, "changed", G_CALLBACK (entry_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return entry;
}

static void
show_in_entry (SalRecipeRow    *self,
               const SalRecipe *recipe,
               const char      *text)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->control));
  SalRecipe copy = *recipe;
  g_autofree char *meant = NULL;

  if (sal_recipe_set (&copy, self->field->option, typed, NULL))
    meant = sal_recipe_get (&copy, self->field);
  if (g_strcmp0 (meant, text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->control), text);
}

/* --- the row ----------------------------------------------------------------- */

void
sal_recipe_row_show (SalRecipeRow    *self,
                     const SalRecipe *recipe)
{
  g_return_if_fail (SAL_IS_RECIPE_ROW (self));

  g_autofree char *text = sal_recipe_get (recipe, self->field);

  self->updating = TRUE;
  if (self->values == NULL)
    show_in_entry (self, recipe, text);
  else if (GTK_IS_DROP_DOWN (self->control))
    show_in_list (self, recipe, text);
  else
    show_in_buttons (self, text);
  self->updating = FALSE;
  sal_recipe_row_set_error (self, NULL);
}

void
sal_recipe_row_set_error (SalRecipeRow *self,
                          const char   *message)
{
  g_return_if_fail (SAL_IS_RECIPE_ROW (self));

  gtk_label_set_label (GTK_LABEL (self->error), message != NULL ? message : "");
  gtk_widget_set_visible (self->error, message != NULL);
  if (message != NULL)
    gtk_widget_add_css_class (self->control, "error");
  else
    gtk_widget_remove_css_class (self->control, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->control), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                               : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
sal_recipe_row_finalize (GObject *object)
{
  SalRecipeRow *self = SAL_RECIPE_ROW (object);

  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_clear_pointer (&self->titles, g_ptr_array_unref);
  g_clear_pointer (&self->damaged, g_ptr_array_unref);
  G_OBJECT_CLASS (sal_recipe_row_parent_class)->finalize (object);
}

static void
sal_recipe_row_class_init (SalRecipeRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_recipe_row_finalize;
  signals[EDITED] = g_signal_new ("edited", SAL_TYPE_RECIPE_ROW, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sal_recipe_row_init (SalRecipeRow *self)
{
}

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
assemble (SalRecipeRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->label = make_label (_(self->field->title), "recipe-label");
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  self->error = make_label (NULL, "recipe-error");
  gtk_label_set_wrap (GTK_LABEL (self->error), TRUE);
  gtk_widget_set_visible (self->error, FALSE);
  gtk_widget_set_hexpand (self->control, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->control),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _(self->field->title),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(self->field->help), -1);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_box_append (GTK_BOX (box), self->control);
  gtk_box_append (GTK_BOX (box), self->error);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _(self->field->help));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
sal_recipe_row_new (const SalField *field)
{
  SalRecipeRow *self = g_object_new (SAL_TYPE_RECIPE_ROW, NULL);

  self->field = field;
  if (field->choices != NULL || is_bits (self) || is_option (self, "dataset"))
    list_choices (self);
  if (self->values == NULL)
    self->control = make_entry (self);
  else if (is_option (self, "mode"))
    self->control = make_buttons (self);
  else
    self->control = make_list (self);
  assemble (self);
  return GTK_WIDGET (self);
}
