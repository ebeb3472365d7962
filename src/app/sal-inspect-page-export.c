/* sal-inspect-page-export.c - the panes as a figure, their maps as arrays
 *
 * A figure is drawn by the same drawings as the panes, at the size they have
 * on screen, below a heading that says what each is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-page-private.h"

#include <glib/gi18n.h>

#include "plot-export.h"
#include "plot-text.h"
#include "sal-command.h"
#include "sal-npy.h"
#include "sal-page-runs.h"
#include "sal-save-folder.h"
#include "sal-words.h"

#define MARGIN 16.0
#define GAP 16.0
#define LINE_GAP 6.0

/* --- the figure -------------------------------------------------------------- */

static PlotRect
size_of (gpointer drawing)
{
  return (PlotRect) { 0, 0, gtk_widget_get_width (drawing), gtk_widget_get_height (drawing) };
}

static void
draw_part (gpointer         drawing,
           cairo_t         *cr,
           const PlotStyle *style,
           double           x,
           double          *y,
           double           width)
{
  const PlotRect size = size_of (drawing);

  SAL_DRAWING_GET_CLASS (drawing)->draw (drawing, cr, style,
                                         (PlotRect) { x, *y, width, size.height });
  *y += size.height + LINE_GAP;
  /* It has remembered where it was drawn last. */
  gtk_widget_queue_draw (drawing);
}

static void
draw_pane (SalInspectPane  *pane,
           cairo_t         *cr,
           const PlotStyle *style,
           double           x)
{
  const double width = size_of (sal_inspect_pane_get_map_view (pane)).width;
  g_autofree char *title = sal_inspect_pane_describe (pane);
  PlotText text = plot_text_begin (style);
  const double line = plot_text_height (&text, PLOT_FONT_BODY) + LINE_GAP;
  double y = MARGIN + line;

  plot_text_draw_cut (&text, cr, PLOT_FONT_BOLD, style->foreground, title, x,
                      y + line / 2, 0.5, width);
  y += line;
  draw_part (sal_inspect_pane_get_map_view (pane), cr, style, x, &y, width);
  draw_part (sal_inspect_pane_get_colorbar (pane), cr, style, x, &y, width);
  draw_part (sal_inspect_pane_get_bars (pane), cr, style, x, &y, width);
  plot_text_draw_cut (&text, cr, PLOT_FONT_SMALL, style->dim, sal_inspect_pane_get_words (pane),
                      x, y + line / 2, 0.5, width);
  y += line;
  if (sal_inspect_pane_get_edges (pane) != NULL)
    plot_text_draw_cut (&text, cr, PLOT_FONT_SMALL, style->dim, sal_inspect_pane_get_edges (pane),
                        x, y + line / 2, 0.5, width);
  plot_text_end (&text);
}

/* Where the panes show maps, a reader of the figure wants to see what they
 * explain, too. */
static gboolean
has_input (SalInspectPage *self)
{
  return sal_segments_get_selected (self->look_choice) != SAL_INSPECT_ORIGINAL;
}

static PlotRect
input_size (SalInspectPage *self)
{
  SalMapView *view = sal_inspect_pane_get_map_view (sal_inspect_page_pane (self, 0));
  const double side = size_of (view).height;

  return (PlotRect) { 0, 0, side, side };
}

static void
draw_input (SalInspectPage  *self,
            cairo_t         *cr,
            const PlotStyle *style,
            double           x)
{
  SalMapView *view = sal_inspect_pane_get_map_view (sal_inspect_page_pane (self, 0));
  const double side = input_size (self).width;
  PlotText text = plot_text_begin (style);
  const double line = plot_text_height (&text, PLOT_FONT_BODY) + LINE_GAP;
  double y = MARGIN + line;

  plot_text_draw_cut (&text, cr, PLOT_FONT_BOLD, style->foreground, _("input"), x,
                      y + line / 2, 0.5, side);
  plot_text_end (&text);
  y += line;
  sal_map_view_set_mode (view, SAL_MAP_IMAGE);
  draw_part (view, cr, style, x, &y, side);
  sal_inspect_page_update_look (self);
}

/* "Glyphs (built in) · Image 4 · true class 4"; an own image has its name. */
static char *
name_image (SalInspectPage *self)
{
  SalDataset *dataset = sal_session_get_dataset (sal_page_get_session (SAL_PAGE (self)));
  const char *heading = gtk_label_get_label (self->heading);

  if (dataset == NULL || sal_own_image_get_pixels (self->own) != NULL)
    return g_strdup (heading);
  return g_strdup_printf ("%s · %s", sal_words_dataset (dataset), heading);
}

/* PlotDrawFunc. */
static void
draw_panes (cairo_t *cr,
            double   width,
            double   height,
            void    *data)
{
  SalInspectPage *self = data;
  SalInspectPane *first = g_ptr_array_index (self->panes, 0);
  const PlotStyle style = sal_drawing_get_style (sal_inspect_pane_get_bars (first));
  PlotText text = plot_text_begin (&style);
  double x = MARGIN;

  g_autofree char *title = name_image (self);

  plot_text_draw (&text, cr, PLOT_FONT_TITLE, style.foreground, title, x, MARGIN, 0, 0);
  plot_text_draw_cut (&text, cr, PLOT_FONT_SMALL, style.dim,
                      gtk_label_get_label (self->scale_words), x, height - MARGIN, 1,
                      width - 2 * MARGIN);
  plot_text_end (&text);
  if (has_input (self)) {
    draw_input (self, cr, &style, x);
    x += input_size (self).width + GAP;
  }
  for (guint i = 0; i < self->panes->len; i++) {
    SalInspectPane *pane = g_ptr_array_index (self->panes, i);

    draw_pane (pane, cr, &style, x);
    x += size_of (sal_inspect_pane_get_map_view (pane)).width + GAP;
  }
}

char *
sal_inspect_page_describe_panes (SalInspectPage *self,
                                 guint           begin,
                                 guint           end)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autofree char *image = name_image (self);
  g_autoptr (GString) text = g_string_new (image);

  for (guint i = begin; i < MIN (end, self->asked->len); i++) {
    SalInspectPane *pane = g_ptr_array_index (self->asked, i);
    SalRunItem *run = sal_inspect_pane_get_run (pane);
    g_autofree char *title = sal_inspect_pane_describe (pane);

    g_string_append_printf (text, "\n%s", title);
    if (sal_inspect_pane_get_edges (pane) != NULL)
      g_string_append_printf (text, ", %s", sal_inspect_pane_get_edges (pane));
    if (run != NULL && !g_ptr_array_find (runs, run, NULL))
      g_ptr_array_add (runs, run);
  }

  g_autofree char *recipes = sal_page_describe_recipes (runs);

  return g_strconcat (text->str, "\n", recipes, NULL);
}

static gboolean
save_figure (SalInspectPage *self,
             const char     *path,
             GError        **error)
{
  SalInspectPane *first = g_ptr_array_index (self->panes, 0);
  const PlotStyle style = sal_drawing_get_style (sal_inspect_pane_get_bars (first));
  const double line = 2 * style.font_size;
  g_autofree char *panes = sal_inspect_page_describe_panes (self, 0, self->asked->len);
  g_autofree char *metadata =
    g_strconcat (panes, "\n", gtk_label_get_label (self->scale_words), NULL);
  g_autofree char *title = name_image (self);
  double width = 2 * MARGIN - GAP + (has_input (self) ? input_size (self).width + GAP : 0);
  double height = 0;

  for (guint i = 0; i < self->panes->len; i++) {
    SalInspectPane *pane = g_ptr_array_index (self->panes, i);

    width += size_of (sal_inspect_pane_get_map_view (pane)).width + GAP;
    height = MAX (height, size_of (sal_inspect_pane_get_map_view (pane)).height
                  + size_of (sal_inspect_pane_get_colorbar (pane)).height
                  + size_of (sal_inspect_pane_get_bars (pane)).height);
  }
  return plot_export (path, width, height + 2 * MARGIN + 5 * line + 5 * LINE_GAP, 2,
                      &style.background, title, metadata, draw_panes, self, error);
}

/* --- the maps ---------------------------------------------------------------- */

/* A title as part of a file name: "SGT + PACT 4-bit" is "sgt-pact-4-bit". */
static char *
make_slug (const char *title)
{
  g_autoptr (GString) slug = g_string_new (NULL);

  for (const char *c = title; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (slug, g_ascii_tolower (*c));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  return g_string_free (g_steal_pointer (&slug), FALSE);
}

/* One file a pane: (channels, height, width) of float32. */
static gboolean
save_maps (SalInspectPage *self,
           const char     *folder,
           GError        **error)
{
  const guint image = sal_session_get_image (sal_page_get_session (SAL_PAGE (self)));

  for (guint i = 0; i < self->panes->len; i++) {
    SalInspectPane *pane = g_ptr_array_index (self->panes, i);
    NnShape shape;
    const float *map = sal_inspect_pane_get_map (pane, &shape);
    g_autofree char *title = sal_inspect_pane_describe (pane);
    g_autofree char *slug = make_slug (title);
    g_autofree char *name = g_strdup_printf ("image-%u-pane-%u-%s.npy", image, i + 1, slug);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    const gsize dimensions[] = {
      (gsize) shape.channels, (gsize) shape.height, (gsize) shape.width,
    };

    if (map != NULL && !sal_npy_write (path, SAL_TENSOR_F32, 3, dimensions, map, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
sal_inspect_page_save (SalInspectPage *self,
                       const char     *path,
                       GError        **error)
{
  g_return_val_if_fail (SAL_IS_INSPECT_PAGE (self), FALSE);
  g_return_val_if_fail (self->panes->len > 0, FALSE);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return save_maps (self, path, error);
  return save_figure (self, path, error);
}

/* --- dialogs ----------------------------------------------------------------- */

static void
chosen_cb (SalInspectPage  *self,
           int              response,
           GtkNativeDialog *dialog)
{
  if (response == GTK_RESPONSE_ACCEPT && self->panes->len > 0) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = g_file_get_path (file);
    g_autofree char *name = g_file_get_basename (file);
    g_autofree char *saved = g_strdup_printf (_("Saved %s"), name);
    g_autoptr (GError) error = NULL;
    SalSession *session = sal_page_get_session (SAL_PAGE (self));

    sal_save_folder_remember (file);
    if (path == NULL)
      sal_session_fail (session, _("Nothing can be saved there: it is not on this computer."));
    else if (sal_inspect_page_save (self, path, &error))
      sal_session_say (session, saved);
    else
      sal_session_fail (session, error->message);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static GtkNativeDialog *
open_dialog (SalInspectPage      *self,
             const char          *title,
             GtkFileChooserAction action)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, window, action, NULL, NULL);

  sal_save_folder_offer (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  return GTK_NATIVE_DIALOG (dialog);
}

static void
save_figure_cb (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  SalInspectPage *self = SAL_INSPECT_PAGE (widget);
  GtkNativeDialog *dialog = open_dialog (self, _("Save Panes"), GTK_FILE_CHOOSER_ACTION_SAVE);
  const guint image = sal_session_get_image (sal_page_get_session (SAL_PAGE (self)));
  g_autofree char *name =
    g_strdup_printf ("image-%u-panes.%s", image, g_variant_get_string (parameter, NULL));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_show (dialog);
}

static void
save_maps_cb (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  gtk_native_dialog_show (open_dialog (SAL_INSPECT_PAGE (widget), _("Save Raw Maps in Folder"),
                                       GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER));
}

/* --- the same on the command line ---------------------------------------------- */

static char *
command_of_pane (SalInspectPage *self,
                 SalInspectPane *pane)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalRunItem *run = sal_inspect_pane_get_run (pane);
  SalLabModel *model = sal_run_item_get_model (run);
  const int explained = sal_session_get_explain_class (session);
  g_autofree char *name = sal_command_name_run (run);
  g_autoptr (GString) command = g_string_new (NULL);

  g_string_printf (command, "saliscope-cli explain %s --index %u --method %s", name,
                   sal_session_get_image (session), sal_inspect_pane_get_method (pane));
  if (explained != SAL_EXPLAIN_PREDICTED)
    g_string_append_printf (command, " --class %d", explained >= 0 ? explained
                            : sal_page_look_at (session, NULL).label);
  if (model != NULL) {
    const SalBits bits = sal_inspect_pane_resolve_bits (pane, model, session);

    sal_command_add_bits (command, &bits, model);
  }
  return g_strdup (command->str);
}

static gboolean
can_say (SalInspectPage *self,
         SalInspectPane *pane)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLabModel *model = sal_run_item_get_model (sal_inspect_pane_get_run (pane));

  if (model == NULL)
    return FALSE;

  const SalBits bits = sal_inspect_pane_resolve_bits (pane, model, session);

  return sal_command_can_say (&bits);
}

char *
sal_inspect_page_command (SalPage *page)
{
  SalInspectPage *self = SAL_INSPECT_PAGE (page);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  if (self->asked->len == 0 || sal_own_image_get_pixels (self->own) != NULL)
    return NULL;
  for (guint i = 0; i < self->asked->len; i++) {
    if (!can_say (self, g_ptr_array_index (self->asked, i)))
      return NULL;

    g_autofree char *line = command_of_pane (self, g_ptr_array_index (self->asked, i));

    g_strv_builder_add (lines, line);
  }

  g_auto (GStrv) text = g_strv_builder_end (lines);

  return g_strjoinv ("\n", text);
}

void
sal_inspect_page_export_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "inspect.save-figure", "s", save_figure_cb);
  gtk_widget_class_install_action (widget_class, "inspect.save-maps", NULL, save_maps_cb);
}
