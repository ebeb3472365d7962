/* sal-quantize-page-private.h - what the files of the Quantize page share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-accuracy-strip.h"
#include "sal-bit-slider.h"
#include "sal-bit-widths.h"
#include "sal-histogram-view.h"
#include "sal-layer-table.h"
#include "sal-map-comparison.h"
#include "sal-quantize-page.h"
#include "sal-segments.h"
#include "sal-stat-card.h"

G_BEGIN_DECLS

struct _SalQuantizePage
{
  SalPage           parent_instance;

  GtkStack         *stack;
  AdwStatusPage    *empty;
  GtkWidget        *train_button;
  GtkLabel         *problem;
  GtkLabel         *weight_label;
  GtkWidget        *activation_label;
  GtkLabel         *strip_label;
  SalBitSlider     *weight_slider;
  SalBitSlider     *activation_slider;
  SalSegments      *linking;
  GtkDropDown      *edges_list;
  GtkDropDown      *quantizer_list;
  GtkCheckButton   *refit_check;
  GtkCheckButton   *reestimate_check;
  SalAccuracyStrip *strip;
  SalStatCard      *accuracy_card;
  SalStatCard      *difference_card;
  SalStatCard      *saliency_card;
  SalStatCard      *size_card;
  SalStatCard      *prediction_card;
  GtkWidget        *histograms;
  SalHistogramView *weight_histogram;
  SalHistogramView *activation_histogram;
  SalLayerTable    *layers;
  GtkLabel         *layers_hint;
  GtkDropDown      *own_weight_list;
  GtkDropDown      *own_activation_list;
  SalMapComparison *maps;
  GtkSpinButton    *fine_tune_steps;
  GtkWidget        *fine_tune_button;

  gboolean          updating;       /* controls are being set, not used        */
  SalRunItem       *run;            /* whose numbers are shown                 */
  SalLabModel      *model;          /* what was asked about last, or NULL      */
  SalBits           bits;           /* the same, resolved                      */
  guint             image;          /* what was asked to be explained last     */

  /* Accuracy at each stop, of `strip_bits` with the stop's width. */
  SalAccuracyPoint  points[SAL_N_BIT_STOPS];
  SalBits           strip_bits;
  SalLabModel      *strip_model;
  guint             strip_stop;     /* the one being measured in between       */
};

/* The lab's slots: the image, the layers and their histograms; accuracy at
 * these bits, at the other stops, and of each layer by itself. */
#define SAL_QUANTIZE_SLOT "quantize"
#define SAL_QUANTIZE_ACCURACY_SLOT "quantize-accuracy"
#define SAL_QUANTIZE_STOPS_SLOT "quantize-stops"
#define SAL_QUANTIZE_COST_SLOT "quantize-cost"

/* Whether one slider moves weights and activations. */
gboolean sal_quantize_page_is_linked (SalQuantizePage *self);

/* Asks about the network at self->bits (sal-quantize-page-network.c), and the
 * selected image at full precision and there (sal-quantize-page-image.c). */
void sal_quantize_page_ask_network   (SalQuantizePage *self);
void sal_quantize_page_ask_histogram (SalQuantizePage *self);
void sal_quantize_page_ask_image     (SalQuantizePage *self);

/* The lists of bits that the selected layer has for itself
 * (sal-quantize-page-layer.c). */
void sal_quantize_page_fill_own_bits (SalQuantizePage *self);
void sal_quantize_page_show_own_bits (SalQuantizePage *self);
void sal_quantize_page_take_own_bits (SalQuantizePage *self);

/* Gives the selected layer's activation a clipping level. */
void sal_quantize_page_set_alpha (SalQuantizePage *self,
                                  double           alpha);

/* Shows a sentence on why there is no answer; NULL: all is well. */
void sal_quantize_page_show_problem (SalQuantizePage *self,
                                     const char      *message);

/* Gives every layer bits of its own: 4 early, 2 late. */
void sal_quantize_page_mix_bits (SalQuantizePage *self);

G_END_DECLS
