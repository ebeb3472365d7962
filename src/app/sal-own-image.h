/* sal-own-image.h - an image that was brought or drawn, for a network's input
 *
 * Bytes (channels, height, width) as a data set has them, so that everything
 * that explains an image of the test set explains this one too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

#include "nn/nn-layer.h"

G_BEGIN_DECLS

/* GObject; signal "changed" (const char *title): what was done to it, as in
 * "Undo Drawing"; NULL: nothing that can be undone by itself. */
#define SAL_TYPE_OWN_IMAGE (sal_own_image_get_type ())
G_DECLARE_FINAL_TYPE (SalOwnImage, sal_own_image, SAL, OWN_IMAGE, GObject)

SalOwnImage *sal_own_image_new (void);

/* Takes a copy of `pixels` to draw on; `title` names where it comes from,
 * `label` is its class, -1: not known.  What is drawn first is undone together
 * with it. */
void sal_own_image_begin (SalOwnImage  *self,
                          const guint8 *pixels,
                          NnShape       shape,
                          const char   *title,
                          int           label);

/* An image of unknown class, such as a file that was opened; copied. */
void sal_own_image_bring (SalOwnImage  *self,
                          const guint8 *pixels,
                          NnShape       shape,
                          const char   *title);

/* The same of a picture: the largest middle part of `pixbuf` that has the
 * proportions of `shape`, scaled to its size, grey where it has one channel
 * (sal_image_bytes_from_pixbuf()). */
void sal_own_image_set_pixbuf (SalOwnImage *self,
                               GdkPixbuf   *pixbuf,
                               NnShape      shape,
                               const char  *title);

/* No image any more. */
void sal_own_image_clear (SalOwnImage *self);

/* NULL without an image. */
const guint8 *sal_own_image_get_pixels (SalOwnImage *self);
const char   *sal_own_image_get_title  (SalOwnImage *self);
NnShape       sal_own_image_get_shape  (SalOwnImage *self);
int           sal_own_image_get_label  (SalOwnImage *self);

/* Draws a soft dot of light, or darkness, about a pixel. FALSE: no pixel has
 * changed, or there is no image. */
gboolean sal_own_image_paint (SalOwnImage *self,
                              int          column,
                              int          row,
                              gboolean     erase);

/* Light becomes dark. */
void sal_own_image_invert (SalOwnImage *self);

/* All of it, or that there is none, for a SalHistory; and back. Floating. */
GVariant *sal_own_image_get_state (SalOwnImage *self);
void      sal_own_image_set_state (SalOwnImage *self,
                                   GVariant    *state);

G_END_DECLS
