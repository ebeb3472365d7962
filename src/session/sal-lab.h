/* sal-lab.h - interactive questions to trained networks, answered off-thread
 *
 * The lab has its own thread and its own copies of the models, so that the
 * slider, the saliency panes and the masking curves answer while training
 * goes on at full load, and inspecting never disturbs training.  Each kind of
 * question has a slot: a newer question replaces an older unanswered one
 * (drag a slider: only the last position counts), and long jobs (test
 * accuracy, masking curves) are cut into mini-batches between which quick
 * questions (one image) are served first.
 *
 * All functions are called on the main thread and return at once; answers
 * arrive in the callback on the main thread, never after the SalLabClient
 * was cancelled.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-mask-curve.h"
#include "sal-model-file.h"

G_BEGIN_DECLS

#define SAL_TYPE_LAB (sal_lab_get_type ())
G_DECLARE_FINAL_TYPE (SalLab, sal_lab, SAL, LAB, GObject)

/* `threads` 0 means all processors. */
SalLab *sal_lab_new (int threads);

/* A model known to the lab. Immutable weights, reference-counted. */
typedef struct _SalLabModel SalLabModel;

/* Adopts a copy of `model`.  `images` belong to `dataset`, which is kept.
 * A network trained without pact is given pact layers whose alphas are
 * calibrated on training images by the lab before its first answer. */
SalLabModel *sal_lab_model_new (const NnModel      *model,
                                const SalModelInfo *info,
                                SalDataset         *dataset);
SalLabModel *sal_lab_model_ref   (SalLabModel *self);
void         sal_lab_model_unref (SalLabModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalLabModel, sal_lab_model_unref)

const SalModelInfo *sal_lab_model_get_info    (SalLabModel *self);
SalDataset         *sal_lab_model_get_dataset (SalLabModel *self);

/* The network's text, layers and tensors may be read here from any thread. */
const NnModel *sal_lab_model_get_model (SalLabModel *self);

/* At which bits to ask. SAL_BITS_AS_TRAINED leaves what the file says. */
#define SAL_BITS_AS_TRAINED (-1)

typedef struct
{
  int          weight_bits;     /* SAL_BITS_AS_TRAINED, 0, 2..8, 32           */
  int          activation_bits;
  NnEdgePolicy edges;
} SalBits;

/* ---- one image: prediction and maps --------------------------------- */

#define SAL_LAB_MAX_PANES 16

/* One pane: which network, at which bits, by which method. */
typedef struct
{
  SalLabModel       *model;
  SalBits            bits;
  const char        *method;     /* name in the engine's table                */
} SalPaneRequest;

typedef struct
{
  int    n_classes;
  float *probabilities;          /* (n_classes)                               */
  float *map;                    /* (C, H, W), raw signed                     */
  int    explained_class;
  float  scale;                  /* 99th percentile of |map| of this network,
                                    bits and method over test images: the
                                    factor of the "per run" scale             */
} SalPaneAnswer;

typedef struct
{
  guint64        ticket;         /* as returned by the question               */
  NnShape        shape;
  float         *x;              /* (C, H, W) normalised input                */
  guint          n_panes;
  SalPaneAnswer  panes[SAL_LAB_MAX_PANES];
} SalImageAnswer;

typedef void (*SalImageCallback) (const SalImageAnswer *answer,
                                  gpointer              data);

/* Explains one image in all panes. `pixels` (C, H, W) bytes are copied.
 * `explain_class` -1: each pane explains its own prediction; -2: the true
 * label `label`.  `slot` names the asker: a newer question with the same slot
 * replaces an unanswered one.  Returns a ticket. */
guint64 sal_lab_explain (SalLab               *self,
                         const char           *slot,
                         const SalPaneRequest *panes,
                         guint                 n_panes,
                         const guint8         *pixels,
                         int                   label,
                         int                   explain_class,
                         guint64               image_id,
                         SalImageCallback      callback,
                         gpointer              data);

/* ---- accuracy at some bits: an estimate at once, refined ------------- */

typedef struct
{
  guint64 ticket;
  gsize   done;                  /* test images so far                        */
  gsize   total;                 /* final when done == total                  */
  double  accuracy;
  double  lower;                 /* Wilson 95 %                               */
  double  upper;
  gsize   flips;                 /* labels that differ from full precision    */
  double  full_accuracy;         /* the same network at full precision over
                                    the same images                           */
} SalAccuracyAnswer;

typedef void (*SalAccuracyCallback) (const SalAccuracyAnswer *answer,
                                     gpointer                 data);

/* Called after the first 500 images and then as it is refined (at most every
 * 100 ms) to the whole test set.  Finished answers are remembered, so that
 * returning to a bit width is immediate. */
guint64 sal_lab_measure_accuracy (SalLab             *self,
                                  const char         *slot,
                                  SalLabModel        *model,
                                  SalBits             bits,
                                  SalAccuracyCallback callback,
                                  gpointer            data);

/* Predictions of the network as trained over the test set, computed in the
 * background: labels[i] or -1 where not done yet (borrowed, (count)). */
const gint8 *sal_lab_model_get_predictions (SalLabModel *self);

/* ---- histograms of one layer ----------------------------------------- */

#define SAL_HISTOGRAM_BINS 96

typedef struct
{
  guint64 ticket;
  int     layer;
  char    name[64];
  /* weights of the layer, and the grid at the bits that were asked */
  double  weight_minimum;
  double  weight_maximum;
  double  weight_counts[SAL_HISTOGRAM_BINS];
  float   levels[256];
  gsize   n_levels;
  /* input of the activation that follows the layer; n_activation 0 if none */
  char    activation_name[64];
  double  activation_maximum;
  double  activation_counts[SAL_HISTOGRAM_BINS];
  gsize   n_activation;
  double  zero_share;            /* of values <= 0                            */
  double  alpha;                 /* 0 without pact                            */
  double  clipped_share;         /* of values above alpha                     */
} SalHistogramAnswer;

typedef void (*SalHistogramCallback) (const SalHistogramAnswer *answer,
                                      gpointer                  data);

/* `layer` is the index of a layer with weights. */
guint64 sal_lab_histogram (SalLab              *self,
                           const char          *slot,
                           SalLabModel         *model,
                           SalBits              bits,
                           int                  layer,
                           SalHistogramCallback callback,
                           gpointer             data);

/* ---- masking curves, progressive -------------------------------------- */

typedef struct
{
  guint64  ticket;
  guint    curve;                /* which of the question's curves            */
  gsize    done;
  gsize    total;
  gsize    n_levels;
  double   levels[NN_MASK_MAX_LEVELS];
  double   accuracy[NN_MASK_MAX_LEVELS];
  double   lower[NN_MASK_MAX_LEVELS];
  double   upper[NN_MASK_MAX_LEVELS];
  double   area;
} SalCurveAnswer;

typedef void (*SalCurveCallback) (const SalCurveAnswer *answer,
                                  gpointer              data);

typedef struct
{
  SalLabModel *model;
  SalBits      bits;
  const char  *method;           /* ignored for NN_ORDER_RANDOM               */
  NnFill       fill;
  NnMaskOrder  order;
} SalCurveRequest;

#define SAL_LAB_MAX_CURVES 12

/* All curves advance together, mini-batch by mini-batch, so that they can be
 * compared while they form; each finished curve is remembered. `limit` 0: the
 * whole test set. */
guint64 sal_lab_mask_curves (SalLab                *self,
                             const char            *slot,
                             const SalCurveRequest *curves,
                             guint                  n_curves,
                             gsize                  limit,
                             SalCurveCallback       callback,
                             gpointer               data);

/* ---- one image masked to a share --------------------------------------- */

typedef struct
{
  guint64 ticket;
  NnShape shape;
  guint   n_panes;
  float  *masked[SAL_LAB_MAX_CURVES];    /* (C, H, W) normalised               */
  int     before[SAL_LAB_MAX_CURVES];    /* predicted class                    */
  int     after[SAL_LAB_MAX_CURVES];
} SalMaskedAnswer;

typedef void (*SalMaskedCallback) (const SalMaskedAnswer *answer,
                                   gpointer               data);

guint64 sal_lab_mask_image (SalLab                *self,
                            const char            *slot,
                            const SalCurveRequest *curves,
                            guint                  n_curves,
                            double                 share,
                            const guint8          *pixels,
                            int                    label,
                            guint64                image_id,
                            SalMaskedCallback      callback,
                            gpointer               data);

/* Forgets the question in `slot`; its callback is not called any more. */
void sal_lab_cancel (SalLab     *self,
                     const char *slot);

/* A normalised image back to bytes for display: rint (255 (x std + mean)),
 * clamped. `pixels` is (C, H, W). */
void sal_lab_denormalise (const SalModelInfo *info,
                          NnShape             shape,
                          const float        *x,
                          guint8             *pixels);

G_END_DECLS
