/* nn-ahead.h - memory that is asked for before it is needed
 *
 * A convolution's transforms walk through rows that have left the caches, in
 * pieces too short for the CPU to guess the next; its products compute without
 * touching them.  What the next transforms will read and write is asked for
 * during the products, a few lines at a time.  No value depends on it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-lane-rows.h"

/* Bands of `height` rows of images on lanes, [first, end) counted through all
 * images, with all their channels. */
typedef struct
{
  NnShape      shape;
  const float *images;
  size_t       height;
  size_t       bands; /* of an image                                          */
  size_t       first;
  size_t       end;
} NnAheadRows;

#define NN_AHEAD_MAX_ROWS 2

typedef struct
{
  NnAheadRows rows[NN_AHEAD_MAX_ROWS];
  size_t      n_rows;
  size_t      share; /* lines of 64 bytes, a pixel each, of one call          */
  size_t      row;   /* where the next line lies                              */
  size_t      band;
  int         lane;
  size_t      line;
} NnAhead;

/* Adds rows; the caller has set everything to 0 before the first. */
void nn_ahead_add (NnAhead           *ahead,
                   const NnAheadRows *rows);

/* Cuts all rows into as many shares as nn_ahead_ask() will be called. */
void nn_ahead_cut (NnAhead *ahead,
                   size_t   calls);

/* Asks for the next share. */
void nn_ahead_ask (NnAhead *ahead);
