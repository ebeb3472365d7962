/* nn-im2col.c - convolution windows as the columns of a matrix, and back
 *
 * Both walk the matrix row by row; for stride 1 a row is made of runs that
 * are contiguous in the image, which is what is fast.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-im2col.h"

#include <string.h>

/* The outputs [first, end) whose input coordinate o * stride + offset lies in
 * [0, size). */
static void
valid_range (int  outputs,
             int  size,
             int  stride,
             int  offset,
             int *first,
             int *end)
{
  int low = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  int high = size - 1 - offset < 0 ? 0 : (size - 1 - offset) / stride + 1;

  if (high > outputs)
    high = outputs;
  if (low > high)
    low = high;
  *first = low;
  *end = high;
}

/* The output rows among [first, first + rows) that read an input row for
 * kernel row i. */
static void
valid_rows (const NnWindow *window,
            int             first,
            int             rows,
            int             i,
            int            *low,
            int            *high)
{
  valid_range (window->height, window->input.height, window->stride, i - window->padding,
               low, high);
  *low = *low > first ? *low : first;
  *high = *high < first + rows ? *high : first + rows;
}

static void
copy_row (const NnWindow *window,
          int             first,
          int             rows,
          const float    *plane,
          int             i,
          int             j,
          float          *row)
{
  const int stride = window->stride;
  const int dx = j - window->padding;
  int y0, y1, x0, x1;

  valid_rows (window, first, rows, i, &y0, &y1);
  valid_range (window->width, window->input.width, stride, dx, &x0, &x1);
  if (window->padding > 0)
    memset (row, 0, sizeof (float) * (size_t) rows * (size_t) window->width);
  for (int oy = y0; oy < y1; oy++) {
    const float *in = plane + (oy * stride + i - window->padding) * window->input.width;
    float *out = row + (oy - first) * window->width;

    if (stride == 1)
      memcpy (out + x0, in + x0 + dx, sizeof (float) * (size_t) (x1 - x0));
    else
      for (int ox = x0; ox < x1; ox++)
        out[ox] = in[ox * stride + dx];
  }
}

static void
add_row (const NnWindow *window,
         int             first,
         int             rows,
         const float    *row,
         int             i,
         int             j,
         float          *plane)
{
  const int stride = window->stride;
  const int dx = j - window->padding;
  int y0, y1, x0, x1;

  valid_rows (window, first, rows, i, &y0, &y1);
  valid_range (window->width, window->input.width, stride, dx, &x0, &x1);
  for (int oy = y0; oy < y1; oy++) {
    const float *in = row + (oy - first) * window->width;
    float *out = plane + (oy * stride + i - window->padding) * window->input.width;

    if (stride == 1)
      for (int ox = x0; ox < x1; ox++)
        out[ox + dx] += in[ox];
    else
      for (int ox = x0; ox < x1; ox++)
        out[ox * stride + dx] += in[ox];
  }
}

void
nn_im2col (const NnWindow *window,
           int             first,
           int             rows,
           const float    *x,
           float          *columns)
{
  const size_t plane = (size_t) window->input.height * (size_t) window->input.width;
  const size_t outputs = (size_t) rows * (size_t) window->width;

  for (int c = 0; c < window->input.channels; c++)
    for (int i = 0; i < window->kernel; i++)
      for (int j = 0; j < window->kernel; j++) {
        copy_row (window, first, rows, x + (size_t) c * plane, i, j, columns);
        columns += outputs;
      }
}

void
nn_col2im (const NnWindow *window,
           int             first,
           int             rows,
           const float    *columns,
           float          *dx)
{
  const size_t plane = (size_t) window->input.height * (size_t) window->input.width;
  const size_t outputs = (size_t) rows * (size_t) window->width;

  for (int c = 0; c < window->input.channels; c++)
    for (int i = 0; i < window->kernel; i++)
      for (int j = 0; j < window->kernel; j++) {
        add_row (window, first, rows, columns, i, j, dx + (size_t) c * plane);
        columns += outputs;
      }
}
