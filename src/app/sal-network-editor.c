/* sal-network-editor.c - the window in which a network is written
 *
 * Line numbers, text and figures are three text views of one height that share
 * an adjustment, so that they scroll as one and stay line by line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-network-editor.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sal-network-draft.h"
#include "sal-ui.h"
#include "sal-words.h"

#define PROBLEM "problem"

/* Characters of the columns of figures. */
#define SHAPE_WIDTH 15
#define COUNT_WIDTH 13

struct _SalNetworkEditor
{
  AdwWindow        parent_instance;

  SalSession      *session;
  SalDataset      *dataset;   /* what it is written for, NULL while it is opened */
  gboolean         filled;    /* it has had its first text                       */

  AdwWindowTitle  *title;
  GtkDropDown     *networks;
  GtkLabel        *layers_help;
  GtkLabel        *columns;
  GtkScrolledWindow *text_scroller;
  GtkScrolledWindow *number_scroller;
  GtkScrolledWindow *figure_scroller;
  GtkTextView     *numbers;
  GtkTextView     *text;
  GtkTextView     *figures;
  GtkLabel        *status;
};

enum
{
  PROP_SESSION = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalNetworkEditor, sal_network_editor, ADW_TYPE_WINDOW)

/* --- text -------------------------------------------------------------------- */

/* With a line end, by which a recipe knows it for a text. Free the result. */
static char *
get_text (SalNetworkEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  g_autofree char *text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);

  return g_str_has_suffix (text, "\n") ? g_steal_pointer (&text) : g_strconcat (text, "\n", NULL);
}

/* Can be undone. */
static void
replace_text (SalNetworkEditor *self,
              const char       *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
}

/* --- figures ----------------------------------------------------------------- */

/* `text` at the right of `width` characters. */
static void
append_right (GString    *out,
              const char *text,
              int         width)
{
  g_string_append_printf (out, "%*s%s", MAX (0, width - (int) g_utf8_strlen (text, -1)), "", text);
}

static void
append_count (GString *out,
              guint64  count)
{
  g_autofree char *text = count > 0 ? sal_words_count ((gint64) count) : g_strdup ("–");

  append_right (out, text, COUNT_WIDTH);
}

static void
append_layer (GString             *out,
              const SalDraftLayer *layer)
{
  const NnShape shape = layer->output;
  g_autofree char *text =
    shape.height == 1 && shape.width == 1
    ? g_strdup_printf ("%d", shape.channels)
    : g_strdup_printf ("%d × %d × %d", shape.channels, shape.height, shape.width);

  append_right (out, text, SHAPE_WIDTH);
  append_count (out, layer->parameters);
  append_count (out, layer->macs);
}

static void
show_figures (SalNetworkEditor      *self,
              const SalNetworkDraft *draft,
              int                    n_lines)
{
  g_autoptr (GString) numbers = g_string_new (NULL);
  g_autoptr (GString) figures = g_string_new (NULL);
  guint next = 0;

  for (int line = 1; line <= n_lines; line++) {
    const SalDraftLayer *layer =
      next < draft->layers->len ? &g_array_index (draft->layers, SalDraftLayer, next) : NULL;

    g_string_append_printf (numbers, "%s%3d", line > 1 ? "\n" : "", line);
    if (line > 1)
      g_string_append_c (figures, '\n');
    if (line == draft->line)
      g_string_append_printf (figures, "  ← %s", _("here"));
    else if (layer != NULL && layer->line == line)
      append_layer (figures, layer);
    next += layer != NULL && layer->line == line;
  }
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->numbers), numbers->str, -1);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->figures), figures->str, -1);
}

static void
underline (SalNetworkEditor *self,
           int               line)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag_by_name (buffer, PROBLEM, &start, &end);
  if (line == 0)
    return;
  gtk_text_buffer_get_iter_at_line (buffer, &start, line - 1);
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  gtk_text_buffer_apply_tag_by_name (buffer, PROBLEM, &start, &end);
}

/* --- state ------------------------------------------------------------------- */

static void
show_status (SalNetworkEditor *self,
             const char       *words,
             gboolean          is_problem)
{
  gtk_label_set_label (self->status, words);
  if (is_problem)
    gtk_widget_add_css_class (GTK_WIDGET (self->status), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->status), "error");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "network.use", !is_problem);
}

/* What it adds up to, or the first thing that is wrong with it. */
static void
show_sum (SalNetworkEditor      *self,
          const SalNetworkDraft *draft,
          const char            *text)
{
  SalRecipe recipe = *sal_session_get_recipe (self->session);
  g_autoptr (GError) error = NULL;

  if (draft->problem != NULL) {
    show_status (self, draft->problem, TRUE);
  } else if (!sal_recipe_set (&recipe, "network", text, &error)) {
    show_status (self, error->message, TRUE);
  } else {
    g_autofree char *parameters = sal_words_count ((gint64) draft->parameters);
    g_autofree char *macs = sal_words_count ((gint64) draft->macs);
    g_autofree char *words =
      g_strdup_printf (ngettext ("%u layer · %s parameters · %s multiply-accumulates for one "
                                 "image",
                                 "%u layers · %s parameters · %s multiply-accumulates for one "
                                 "image", draft->layers->len),
                       draft->layers->len, parameters, macs);

    show_status (self, words, FALSE);
  }
}

static void
update (SalNetworkEditor *self)
{
  if (self->dataset == NULL)
    return;

  const NnImages *images = sal_dataset_get_train (self->dataset);
  const NnShape shape = { images->channels, images->height, images->width };
  g_autofree char *text = get_text (self);
  g_autoptr (SalNetworkDraft) draft = sal_network_draft_new (text, shape, images->classes);

  show_figures (self, draft,
                gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (self->text)));
  underline (self, draft->line);
  show_sum (self, draft, text);
}

/* --- data set ---------------------------------------------------------------- */

static void
fill (SalNetworkEditor *self,
      const SalRecipe  *recipe)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = sal_network_draft_text (recipe, self->dataset, &error);

  if (text != NULL)
    replace_text (self, text);
  else
    show_status (self, error->message, TRUE);
}

static void
take_dataset (SalNetworkEditor *self,
              SalDataset       *dataset)
{
  const NnImages *images = sal_dataset_get_train (dataset);
  g_autofree char *subtitle =
    g_strdup_printf (_("%s: images of %d × %d × %d, %d classes"), sal_words_dataset (dataset),
                     images->channels, images->height, images->width, images->classes);

  g_clear_pointer (&self->dataset, sal_dataset_unref);
  self->dataset = sal_dataset_ref (dataset);
  adw_window_title_set_subtitle (self->title, subtitle);
  if (!self->filled)
    fill (self, sal_session_get_recipe (self->session));
  self->filled = TRUE;
  update (self);
}

static void
dataset_opened_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr (SalNetworkEditor) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SalDataset) dataset =
    sal_dataset_cache_open_finish (SAL_DATASET_CACHE (source), result, &error);

  if (self->session == NULL)
    return;
  if (dataset != NULL)
    take_dataset (self, dataset);
  else
    show_status (self, error->message, TRUE);
}

static void
recipe_changed_cb (SalNetworkEditor *self)
{
  const char *name = sal_session_get_recipe (self->session)->dataset;
  SalDatasetCache *cache = sal_session_get_datasets (self->session);
  SalDataset *dataset = sal_dataset_cache_peek (cache, name);

  if (dataset == NULL) {
    show_status (self, _("The data set is being opened…"), TRUE);
    sal_dataset_cache_open_async (cache, name, dataset_opened_cb, g_object_ref (self));
  } else if (dataset != self->dataset) {
    take_dataset (self, dataset);
  }
}

/* --- commands ---------------------------------------------------------------- */

static void
use_cb (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  SalNetworkEditor *self = SAL_NETWORK_EDITOR (widget);
  SalRecipe recipe = *sal_session_get_recipe (self->session);
  g_autofree char *text = get_text (self);
  g_autoptr (GError) error = NULL;

  if (sal_session_is_live_run (self->session)) {
    show_status (self, _("The recipe of a run in training cannot be changed: set up a new run "
                         "first"), TRUE);
  } else if (!sal_recipe_set (&recipe, "network", text, &error)) {
    show_status (self, error->message, TRUE);
  } else {
    sal_session_set_recipe (self->session, &recipe);
    gtk_window_close (GTK_WINDOW (self));
  }
}

/* The first entry says what the list is for. */
static void
network_selected_cb (SalNetworkEditor *self)
{
  const guint selected = gtk_drop_down_get_selected (self->networks);

  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION || self->dataset == NULL)
    return;

  SalRecipe recipe = *sal_session_get_recipe (self->session);

  g_strlcpy (recipe.network, nn_network (selected - 1)->name, sizeof recipe.network);
  fill (self, &recipe);
  gtk_drop_down_set_selected (self->networks, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

/* --- life -------------------------------------------------------------------- */

static void
list_networks (SalNetworkEditor *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, _("Start from…"));
  for (gsize i = 0; nn_network (i) != NULL; i++)
    gtk_string_list_append (titles, _(nn_network (i)->title));
  gtk_drop_down_set_model (self->networks, G_LIST_MODEL (titles));
}

/* The kinds of layers with their parameters, from the engine's table. */
static void
list_layers (SalNetworkEditor *self)
{
  g_autoptr (GString) text = g_string_new (_("A layer a line: kind, name of your choice, "
                                             "parameters. “from=NAME” reads another layer than "
                                             "the one before.\n"));

  for (gsize i = 0; nn_layer_kind (i) != NULL; i++) {
    const NnLayerKind *kind = nn_layer_kind (i);
    g_autofree char *summary = g_markup_escape_text (_(kind->summary), -1);

    g_string_append_printf (text, "\n<b>%s</b>", kind->name);
    for (gsize j = 0; j < kind->n_params; j++)
      g_string_append_printf (text, " <tt>%s=</tt>", kind->params[j].name);
    g_string_append_printf (text, "\n<small>%s</small>", summary);
  }
  gtk_label_set_markup (self->layers_help, text->str);
}

static void
name_columns (SalNetworkEditor *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_right (text, _("output"), SHAPE_WIDTH);
  append_right (text, _("parameters"), COUNT_WIDTH);
  append_right (text, _("MACs"), COUNT_WIDTH);
  gtk_label_set_label (self->columns, text->str);
}

static void
sal_network_editor_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  SalNetworkEditor *self = SAL_NETWORK_EDITOR (object);

  switch (id) {
  case PROP_SESSION:
    if (g_set_object (&self->session, g_value_get_object (value)) && self->session != NULL) {
      g_signal_connect_object (self->session, "notify::recipe", G_CALLBACK (recipe_changed_cb),
                               self, G_CONNECT_SWAPPED);
      recipe_changed_cb (self);
    }
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_network_editor_dispose (GObject *object)
{
  SalNetworkEditor *self = SAL_NETWORK_EDITOR (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->dataset, sal_dataset_unref);
  G_OBJECT_CLASS (sal_network_editor_parent_class)->dispose (object);
}

static void
sal_network_editor_class_init (SalNetworkEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = sal_network_editor_set_property;
  object_class->dispose = sal_network_editor_dispose;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, SAL_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "network.use", NULL, use_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "network.use", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-network-editor"));
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, title);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, networks);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, layers_help);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, columns);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, text_scroller);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, number_scroller);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, figure_scroller);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, numbers);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, text);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, figures);
  gtk_widget_class_bind_template_child (widget_class, SalNetworkEditor, status);
  gtk_widget_class_bind_template_callback (widget_class, network_selected_cb);
}

static void
sal_network_editor_init (SalNetworkEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->text_scroller);

  gtk_scrolled_window_set_vadjustment (self->number_scroller, adjustment);
  gtk_scrolled_window_set_vadjustment (self->figure_scroller, adjustment);
  gtk_text_buffer_create_tag (buffer, PROBLEM, "underline", PANGO_UNDERLINE_ERROR, NULL);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  list_networks (self);
  list_layers (self);
  name_columns (self);
}

void
sal_network_editor_open (GtkWindow  *parent,
                         SalSession *session)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link != NULL; link = link->next) {
    if (SAL_IS_NETWORK_EDITOR (link->data)
        && gtk_window_get_transient_for (link->data) == parent) {
      gtk_window_present (link->data);
      return;
    }
  }
  gtk_window_present (g_object_new (SAL_TYPE_NETWORK_EDITOR, "session", session,
                                    "transient-for", parent, "destroy-with-parent", TRUE, NULL));
}
