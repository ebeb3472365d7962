/* sal-bit-slider.h - a slider from full precision down to 2 bits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Properties:
 *   "bits"   int, NN_BITS_OFF or 8 .. 2; notifies as it is dragged
 *   "title"  string, what it sets, for those who cannot see it */
#define SAL_TYPE_BIT_SLIDER (sal_bit_slider_get_type ())
G_DECLARE_FINAL_TYPE (SalBitSlider, sal_bit_slider, SAL, BIT_SLIDER, AdwBin)

GtkWidget *sal_bit_slider_new (void);

int  sal_bit_slider_get_bits (SalBitSlider *self);
void sal_bit_slider_set_bits (SalBitSlider *self,
                              int           bits);

/* Where stop `index` is, in the coordinates of `widget`; FALSE while the
 * slider has no size. */
gboolean sal_bit_slider_get_stop_x (SalBitSlider *self,
                                    guint         index,
                                    GtkWidget    *widget,
                                    double       *x);

G_END_DECLS
