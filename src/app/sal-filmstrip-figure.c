/* sal-filmstrip-figure.c - all frames of a filmstrip as one figure
 *
 * The maps are drawn by their own drawings, larger than on screen, where they
 * have to leave room for the panes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-filmstrip-figure.h"

#include <glib/gi18n.h>

#include "nn/nn-quantizer.h"
#include "plot-text.h"
#include "sal-npy.h"

#define SIDE 180.0
#define MARGIN 16.0
#define GAP 12.0

/* Of the font's size: title, name of a frame, words below it. */
#define LINE 1.8

typedef struct
{
  int         bits;
  char       *title;
  SalMapView *map_view;
  GtkLabel   *words;
} Frame;

struct _SalFilmstripFigure
{
  SalDrawing parent_instance;

  char      *title;
  GArray    *frames; /* Frame                                                 */
};

G_DEFINE_FINAL_TYPE (SalFilmstripFigure, sal_filmstrip_figure, SAL_TYPE_DRAWING)

static PlotRect
sal_filmstrip_figure_measure (SalDrawing *drawing)
{
  const guint n = SAL_FILMSTRIP_FIGURE (drawing)->frames->len;
  const double line = LINE * sal_drawing_get_style (drawing).font_size;

  return (PlotRect) { 0, 0, 2 * MARGIN + n * (SIDE + GAP) - GAP, 2 * MARGIN + SIDE + 3 * line };
}

static void
draw_frame (const Frame     *frame,
            cairo_t         *cr,
            const PlotStyle *style,
            double           x,
            double           y)
{
  const double line = LINE * style->font_size;
  PlotText text = plot_text_begin (style);

  plot_text_draw_cut (&text, cr, PLOT_FONT_BOLD, style->foreground, frame->title, x,
                      y + line / 2, 0.5, SIDE);
  SAL_DRAWING_GET_CLASS (frame->map_view)->draw (SAL_DRAWING (frame->map_view), cr, style,
                                                 (PlotRect) { x, y + line, SIDE, SIDE });
  plot_text_draw_cut (&text, cr, PLOT_FONT_SMALL, style->dim, gtk_label_get_label (frame->words),
                      x, y + 1.5 * line + SIDE, 0.5, SIDE);
  plot_text_end (&text);
  /* It has remembered where it was drawn last. */
  gtk_widget_queue_draw (GTK_WIDGET (frame->map_view));
}

static void
sal_filmstrip_figure_draw (SalDrawing      *drawing,
                           cairo_t         *cr,
                           const PlotStyle *style,
                           PlotRect         bounds)
{
  SalFilmstripFigure *self = SAL_FILMSTRIP_FIGURE (drawing);
  const double line = LINE * style->font_size;
  PlotText text = plot_text_begin (style);

  plot_text_draw_cut (&text, cr, PLOT_FONT_TITLE, style->foreground,
                      self->title != NULL ? self->title : "", bounds.x + MARGIN,
                      bounds.y + MARGIN + line / 2, 0.5, bounds.width - 2 * MARGIN);
  plot_text_end (&text);
  for (guint i = 0; i < self->frames->len; i++)
    draw_frame (&g_array_index (self->frames, Frame, i), cr, style,
                bounds.x + MARGIN + i * (SIDE + GAP), bounds.y + MARGIN + line);
}

/* --- numbers ----------------------------------------------------------------- */

static void
list_frame (const Frame *frame,
            gboolean     in_file,
            PlotTable   *table)
{
  g_autofree char *number = g_strdup_printf ("%d", frame->bits);
  const char *label =
    frame->bits == NN_BITS_OFF ? sal_drawing_word (N_("off"), in_file) : number;
  int height = 0;
  int width = 0;

  if (sal_map_view_get_values (frame->map_view, &height, &width) == NULL)
    return;
  for (int row = 0; row < height; row++)
    for (int column = 0; column < width; column++)
      plot_table_add_row (table, label, (const double[]) {
        row, column, sal_map_view_get_value (frame->map_view, column, row),
      });
}

static PlotTable *
sal_filmstrip_figure_list_numbers (SalDrawing *drawing,
                                   gboolean    in_file)
{
  SalFilmstripFigure *self = SAL_FILMSTRIP_FIGURE (drawing);
  const char *const titles[] = {
    sal_drawing_word (N_("bits"), in_file), sal_drawing_word (N_("row"), in_file),
    sal_drawing_word (N_("column"), in_file), sal_drawing_word (N_("value"), in_file), NULL,
  };
  g_autoptr (PlotTable) table = plot_table_new (titles, true);

  for (guint i = 0; i < self->frames->len; i++)
    list_frame (&g_array_index (self->frames, Frame, i), in_file, table);
  return plot_table_n_rows (table) == 0 ? NULL : g_steal_pointer (&table);
}

static char *
sal_filmstrip_figure_name_numbers (SalDrawing *drawing)
{
  return g_strdup (_("Bit filmstrip"));
}

/* (frames, channels, height, width). */
static gboolean
sal_filmstrip_figure_write_npy (SalDrawing *drawing,
                                const char *path,
                                GError    **error)
{
  SalFilmstripFigure *self = SAL_FILMSTRIP_FIGURE (drawing);
  g_autoptr (GArray) maps = g_array_new (FALSE, FALSE, sizeof (float));
  NnShape shape = { 0 };

  for (guint i = 0; i < self->frames->len; i++) {
    const float *map =
      sal_map_view_get_map (g_array_index (self->frames, Frame, i).map_view, &shape);

    if (map == NULL) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("There is nothing to save here yet."));
      return FALSE;
    }
    g_array_append_vals (maps, map, (guint) nn_shape_size (shape));
  }

  const gsize dimensions[] = {
    self->frames->len, (gsize) shape.channels, (gsize) shape.height, (gsize) shape.width,
  };

  return sal_npy_write (path, SAL_TENSOR_F32, G_N_ELEMENTS (dimensions), dimensions, maps->data,
                        error);
}

/* --- what is shown ----------------------------------------------------------- */

void
sal_filmstrip_figure_add (SalFilmstripFigure *self,
                          int                 bits,
                          const char         *title,
                          SalMapView         *map_view,
                          GtkLabel           *words)
{
  g_return_if_fail (SAL_IS_FILMSTRIP_FIGURE (self));

  const Frame frame = { bits, g_strdup (title), map_view, words };

  g_array_append_val (self->frames, frame);
}

void
sal_filmstrip_figure_describe (SalFilmstripFigure *self,
                               const char         *file_name,
                               const char         *title,
                               const char         *recipes)
{
  g_return_if_fail (SAL_IS_FILMSTRIP_FIGURE (self));

  g_autofree char *name = g_strdup_printf ("%s-bits", file_name);
  g_autofree char *metadata = g_strconcat (title, "\n", recipes, NULL);

  g_free (self->title);
  self->title = g_strdup (title);
  g_object_set (self, "export-name", name, "export-metadata", metadata, NULL);
  for (guint i = 0; i < self->frames->len; i++) {
    const Frame *frame = &g_array_index (self->frames, Frame, i);
    g_autofree char *bits = frame->bits == NN_BITS_OFF ? g_strdup ("off")
                            : g_strdup_printf ("%d", frame->bits);
    g_autofree char *own_name = g_strdup_printf ("%s-%s", name, bits);
    g_autofree char *own = g_strconcat (frame->title, "\n", metadata, NULL);

    g_object_set (frame->map_view, "export-name", own_name, "export-metadata", own, NULL);
  }
}

/* --- life -------------------------------------------------------------------- */

static void
clear_frame (gpointer data)
{
  g_free (((Frame *) data)->title);
}

static void
sal_filmstrip_figure_finalize (GObject *object)
{
  SalFilmstripFigure *self = SAL_FILMSTRIP_FIGURE (object);

  g_free (self->title);
  g_array_unref (self->frames);
  G_OBJECT_CLASS (sal_filmstrip_figure_parent_class)->finalize (object);
}

static void
sal_filmstrip_figure_class_init (SalFilmstripFigureClass *klass)
{
  SalDrawingClass *drawing_class = SAL_DRAWING_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sal_filmstrip_figure_finalize;
  drawing_class->draw = sal_filmstrip_figure_draw;
  drawing_class->measure_figure = sal_filmstrip_figure_measure;
  drawing_class->list_numbers = sal_filmstrip_figure_list_numbers;
  drawing_class->name_numbers = sal_filmstrip_figure_name_numbers;
  drawing_class->write_npy = sal_filmstrip_figure_write_npy;
}

static void
sal_filmstrip_figure_init (SalFilmstripFigure *self)
{
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_array_set_clear_func (self->frames, clear_frame);
  sal_drawing_describe (SAL_DRAWING (self), _("Bit filmstrip"), NULL);
}
