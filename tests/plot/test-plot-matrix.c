/* test-plot-matrix.c - the confusion matrix
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot/plot-matrix.h"

#include "canvas.h"

#include <math.h>

#define WHITE 0xffffffu

static const char *const names[] = { "cat", "dog", "a rather long class name" };
static const double counts[] = { 98.0, 2.0, 0.0, 0.0, 100.0, 0.0, 0.0, 0.0, 0.0 };

static PlotMatrix
example (void)
{
  return (PlotMatrix) { .counts = counts, .names = names, .n = 3, .row = -1, .column = -1 };
}

/* The colour near the corner of a cell, where no count is written. */
static uint32_t
cell_rgb (const Canvas *canvas,
          PlotRect      cells,
          int           row,
          int           column)
{
  return surface_rgb (canvas->surface, (int) (cells.x + cells.width / 3.0 * column) + 4,
                      (int) (cells.y + cells.height / 3.0 * row) + 4);
}

static Canvas
draw (const PlotMatrix *matrix,
      PlotRect         *cells)
{
  const PlotStyle style = plot_style_default (false);
  Canvas canvas = canvas_new (400, 300, WHITE);

  *cells = plot_matrix_layout (matrix, &style, (PlotRect) { 0.0, 0.0, 400.0, 300.0 });
  plot_matrix_draw (matrix, &style, *cells, canvas.cr);
  return canvas;
}

static void
test_two_mistakes_in_a_hundred_are_seen (void)
{
  const PlotMatrix matrix = example ();
  PlotRect cells;
  Canvas canvas = draw (&matrix, &cells);
  const uint32_t nothing = cell_rgb (&canvas, cells, 0, 2);
  const uint32_t mistake = cell_rgb (&canvas, cells, 0, 1);

  g_assert_cmphex (cell_rgb (&canvas, cells, 1, 1), ==, 0x3584e4);
  g_assert_cmphex (mistake, !=, nothing);
  g_assert_cmpuint (mistake >> 16, >, (mistake & 0xff) + 30);
  canvas_free (&canvas);
}

static void
test_a_class_without_images_is_empty (void)
{
  const PlotMatrix matrix = example ();
  PlotRect cells;
  Canvas canvas = draw (&matrix, &cells);

  for (int column = 0; column < 3; column++)
    g_assert_cmphex (cell_rgb (&canvas, cells, 2, column), ==, cell_rgb (&canvas, cells, 0, 2));
  canvas_free (&canvas);
}

static void
test_cells_are_found_and_framed (void)
{
  PlotMatrix matrix = example ();
  PlotRect cells;
  Canvas plain = draw (&matrix, &cells);
  int row;
  int column;

  g_assert_cmpfloat (cells.width, ==, cells.height);
  g_assert_true (plot_matrix_cell_at (&matrix, cells, cells.x + cells.width * 0.9,
                                      cells.y + cells.height * 0.4, &row, &column));
  g_assert_cmpint (row, ==, 1);
  g_assert_cmpint (column, ==, 2);
  g_assert_false (plot_matrix_cell_at (&matrix, cells, cells.x - 1.0, cells.y, &row, &column));

  matrix.row = row;
  matrix.column = column;

  Canvas canvas = draw (&matrix, &cells);
  const int edge = (int) round (cells.x + cells.width * 2.0 / 3.0);
  const int middle = (int) (cells.y + cells.height / 2.0);

  g_assert_cmphex (surface_rgb (canvas.surface, edge, middle), !=,
                   surface_rgb (plain.surface, edge, middle));
  canvas_free (&canvas);
  canvas_free (&plain);
}

static void
test_no_classes_and_broken_counts_are_drawn (void)
{
  const double broken[] = { NAN, -4.0, INFINITY, 1.0 };
  PlotMatrix matrix = example ();
  PlotRect cells;
  int row;
  int column;

  matrix.n = 0;

  Canvas canvas = draw (&matrix, &cells);

  g_assert_false (plot_matrix_cell_at (&matrix, cells, cells.x, cells.y, &row, &column));
  canvas_free (&canvas);
  matrix.counts = broken;
  matrix.n = 2;
  canvas = draw (&matrix, &cells);
  g_assert_cmphex (surface_rgb (canvas.surface, (int) cells.x + 4, (int) cells.y + 4), ==,
                   0xe4e4e7);
  canvas_free (&canvas);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/matrix/two-mistakes-in-a-hundred-are-seen",
                   test_two_mistakes_in_a_hundred_are_seen);
  g_test_add_func ("/matrix/a-class-without-images-is-empty",
                   test_a_class_without_images_is_empty);
  g_test_add_func ("/matrix/cells-are-found-and-framed", test_cells_are_found_and_framed);
  g_test_add_func ("/matrix/no-classes-and-broken-counts-are-drawn",
                   test_no_classes_and_broken_counts_are_drawn);
  return g_test_run ();
}
