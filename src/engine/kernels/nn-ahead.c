/* nn-ahead.c - memory that is asked for before it is needed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-ahead.h"

void
nn_ahead_add (NnAhead           *ahead,
              const NnAheadRows *rows)
{
  if (rows->first >= rows->end)
    return;
  if (ahead->n_rows == 0)
    ahead->band = rows->first;
  ahead->rows[ahead->n_rows++] = *rows;
}

/* Lines of a band in one vector of channels; the image may end in it. */
static size_t
band_lines (const NnAheadRows *rows,
            size_t             band)
{
  const size_t y = band % rows->bands * rows->height;
  const size_t left = (size_t) rows->shape.height > y ? (size_t) rows->shape.height - y : 0;

  return (left < rows->height ? left : rows->height) * (size_t) rows->shape.width;
}

void
nn_ahead_cut (NnAhead *ahead,
              size_t   calls)
{
  size_t lines = 0;

  for (size_t i = 0; i < ahead->n_rows; i++) {
    const NnAheadRows *rows = &ahead->rows[i];

    lines += (rows->end - rows->first) * rows->height * (size_t) rows->shape.width *
             (size_t) (rows->shape.channels / NN_LANES);
  }
  ahead->share = (lines + calls - 1) / calls;
}

/* On to the next vector of channels, band or rows. */
static void
next_band (NnAhead *ahead)
{
  const NnAheadRows *rows = &ahead->rows[ahead->row];

  ahead->line = 0;
  ahead->lane += NN_LANES;
  if (ahead->lane < rows->shape.channels)
    return;
  ahead->lane = 0;
  if (++ahead->band < rows->end)
    return;
  if (++ahead->row < ahead->n_rows)
    ahead->band = ahead->rows[ahead->row].first;
}

void
nn_ahead_ask (NnAhead *ahead)
{
  size_t left = ahead->share;

  while (left > 0 && ahead->row < ahead->n_rows) {
    const NnAheadRows *rows = &ahead->rows[ahead->row];
    const size_t image = ahead->band / rows->bands;
    const int y = (int) (ahead->band % rows->bands * rows->height);
    const float *at = rows->images + image * nn_shape_size (rows->shape) +
                      nn_lanes_row_offset (rows->shape, true, (size_t) ahead->lane, y);
    const size_t lines = band_lines (rows, ahead->band);

    for (; left > 0 && ahead->line < lines; left--, ahead->line++)
      __builtin_prefetch (at + ahead->line * NN_LANES, 0, 2);
    if (ahead->line >= lines)
      next_band (ahead);
  }
}
