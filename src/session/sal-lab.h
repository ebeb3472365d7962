/* sal-lab.h - interactive questions to trained networks, answered off-thread
 *
 * The lab has its own thread and its own copies of the models, so that the
 * slider, the saliency panes and the masking curves answer while training
 * goes on at full load, and inspecting never disturbs training.  A slot names
 * who asks: a newer question of the same kind in the same slot replaces the
 * older one, answered or not (drag a slider: only the last position counts),
 * and long jobs (test accuracy, masking curves) are cut into mini-batches
 * between which quick questions (one image) are served first.
 *
 * All functions are called on the main thread and return at once.  Answers
 * arrive in the callback on the main context of sal_lab_new(), never after
 * the question was replaced or cancelled or the lab disposed of.  They belong
 * to the lab and are freed after the callback; copy what is to be kept.
 * `message` of an answer is NULL, or a sentence that says why there is no
 * answer (a network for other images, no memory); numbers are then 0.
 *
 * What is answered depends on the question alone, not on load or threads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-mask-curve.h"
#include "sal-calibration.h"
#include "sal-model-file.h"

G_BEGIN_DECLS

#define SAL_TYPE_LAB (sal_lab_get_type ())
G_DECLARE_FINAL_TYPE (SalLab, sal_lab, SAL, LAB, GObject)

/* `threads` 0 means all processors.  Signal "predictions" (SalLabModel *, as
 * a plain pointer): sal_lab_model_get_predictions() has grown. */
SalLab *sal_lab_new (int threads);

/* A model known to the lab. Immutable weights, reference-counted. One lab at
 * a time may be asked about it. */
typedef struct _SalLabModel SalLabModel;

/* Copies `model` and `info` and keeps `dataset`.  `info` NULL: normalisation
 * and class names are those of the data set.  A network trained without pact
 * is given pact layers by sal_calibrated_copy() when activation bits other
 * than 0 are asked for; at 0 it is always the network as it was trained. */
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

/* At which bits to ask. SAL_BITS_AS_TRAINED leaves what the file says;
 * SAL_BITS_LIKE_OTHERS is for single layers only. */
#define SAL_BITS_AS_TRAINED (-1)
#define SAL_BITS_LIKE_OTHERS (-2)
#define SAL_BITS_MAX_LAYERS 64

/* What one layer has for itself. */
typedef struct
{
  gint16 layer;                 /* index into the network's layers            */
  gint8  weight_bits;           /* SAL_BITS_LIKE_OTHERS, AS_TRAINED, 0 .. 32  */
  gint8  activation_bits;       /* the same; of pact (and relu) layers        */
  float  alpha;                 /* clipping level to try; 0: the trained one  */
} SalLayerBits;

/* Everything about precision that a question can ask. What is left zero in
 * the later fields changes nothing.  Where fitting or measuring again means
 * nothing to a network at its bits, it is not done. */
typedef struct
{
  int                      weight_bits;  /* SAL_BITS_AS_TRAINED, 0, 2..8, 32  */
  int                      activation_bits;
  NnEdgePolicy             edges;        /* not used where as trained         */
  const NnWeightQuantizer *quantizer;    /* NULL: the network's own           */
  gboolean                 refit_alpha;  /* fit clipping levels to these bits */
  gboolean                 reestimate;   /* measure batch norm's statistics   */
  guint                    n_layers;     /* exceptions below                  */
  SalLayerBits             layers[SAL_BITS_MAX_LAYERS];
} SalBits;

/* The same bits for all layers, 8 at the edges, the network's quantizer. */
SalBits sal_bits_uniform (int weight_bits,
                          int activation_bits);

gboolean sal_bits_equal (const SalBits *a,
                         const SalBits *b);

/* Full precision, what every difference is measured against: weights 0 (off),
 * activations 32 (clipped at alpha, not rounded: the same function without
 * rounding) for a network trained with pact, 0 (plain ReLU) for others. */
SalBits sal_lab_model_get_full_bits (SalLabModel *self);

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
  int         n_classes;
  float      *probabilities;     /* (n_classes), or NULL with a message       */
  float      *map;               /* (C, H, W), raw signed; NULL with a message */
  int         explained_class;
  float       scale;             /* factor of the "per run" scale, or 0       */
  float       largest;           /* the same without cutting anything off     */
  guint64     packed_bytes;      /* of the network at these bits              */
  const char *message;
} SalPaneAnswer;

/* `scale` of a pane is the 99th percentile, and `largest` the largest, of |map|
 * over the first SAL_SCALE_IMAGES test images of a fixed permutation, each explained for its
 * predicted class, of the same network, bits and method.  The first answer
 * does not wait for it: where it is 0, keep the pane's last scale; the whole
 * answer comes again, with the same ticket, when it is known (some tens of
 * milliseconds later for the gradient).  It is remembered. */
#define SAL_SCALE_IMAGES 32

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

/* Explains one image in all panes. `pixels` (C, H, W) bytes are copied; their
 * shape is the input of the first pane's network, and `x` is normalised for
 * it.  `explain_class` SAL_EXPLAIN_PREDICTED: each pane explains its own
 * prediction; SAL_EXPLAIN_LABEL: the true label `label` (its prediction where
 * `label` is -1, unknown).  `image_id` names the image to random methods: its
 * index in the test set.  Returns a ticket. */
#define SAL_EXPLAIN_PREDICTED (-1)
#define SAL_EXPLAIN_LABEL (-2)

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

/* The same for maps that stand beside the image that is looked at: they wait
 * for all quick questions, and for newer ones between a few panes. */
guint64 sal_lab_explain_beside (SalLab               *self,
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
  guint64     ticket;
  gsize       done;              /* test images so far                        */
  gsize       total;             /* final when done == total                  */
  double      accuracy;          /* 0 .. 1                                    */
  double      lower;             /* Wilson 95 %                               */
  double      upper;
  gsize       flips;             /* labels that differ from full precision    */
  double      full_accuracy;     /* the same network at full precision (see
                                    sal_lab_model_get_full_bits()) over the
                                    same images                               */
  guint64     packed_bytes;      /* of the network at these bits              */
  const char *message;
} SalAccuracyAnswer;

typedef void (*SalAccuracyCallback) (const SalAccuracyAnswer *answer,
                                     gpointer                 data);

/* Called after the first SAL_ESTIMATE_IMAGES images (all of a smaller set)
 * and then as it is refined (at most every 100 ms) to the whole test set.
 * Images come in the order of a fixed permutation, so that the first ones are
 * a random sample.  What was measured is remembered: returning to a bit width
 * is immediate. */
#define SAL_ESTIMATE_IMAGES 500

guint64 sal_lab_measure_accuracy (SalLab             *self,
                                  const char         *slot,
                                  SalLabModel        *model,
                                  SalBits             bits,
                                  SalAccuracyCallback callback,
                                  gpointer            data);

/* Starts to predict the whole test set with the network as trained, in the
 * background; signal "predictions" tells of progress (at most every 100 ms)
 * and of the end.  Asking again changes nothing. */
void sal_lab_predict_test (SalLab      *self,
                           SalLabModel *model);

/* Predicted classes: labels[i], or -1 where not done yet (borrowed, (count),
 * changes on the main thread only).  The first `n_predicted` are done. */
const gint16 *sal_lab_model_get_predictions (SalLabModel *self);
gsize         sal_lab_model_get_n_predicted (SalLabModel *self);

/* Seconds that predicting took for an image, in the fastest mini-batch so far
 * (all processors, full-precision arithmetic, quantizers simulated); 0 before
 * the first.  What else runs on the machine makes it larger. */
double sal_lab_model_get_seconds (SalLabModel *self);

/* ---- histograms of one layer ----------------------------------------- */

#define SAL_HISTOGRAM_BINS 96

typedef struct
{
  guint64     ticket;
  int         layer;
  char        name[64];
  /* weights of the layer (bin b of SAL_HISTOGRAM_BINS equal ones counts what
   * lies in it, the last its upper end too), and the grid at the bits that
   * were asked; n_levels 0 in full precision.  Where each output channel has
   * a grid of its own, that of the channel with the largest weight */
  int         weight_bits;
  gboolean    by_channel;
  double      weight_minimum;
  double      weight_maximum;
  double      weight_counts[SAL_HISTOGRAM_BINS];
  float       levels[256];
  gsize       n_levels;
  /* input of the activation that follows the layer, over test images, with
   * all layers at the bits that were asked; n_activation 0 if none follows.
   * Bins divide (0, activation_maximum]; values <= 0 are in no bin. */
  int         activation_layer;  /* its index, for SalLayerBits; -1 if none   */
  int         activation_bits;
  char        activation_name[64];
  double      activation_maximum;
  double      activation_counts[SAL_HISTOGRAM_BINS];
  gsize       n_activation;      /* values, those <= 0 among them             */
  double      zero_share;        /* of values <= 0                            */
  double      alpha;             /* 0 without pact                            */
  double      clipped_share;     /* of values above alpha                     */
  const char *message;
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

/* ---- the layers at some bits ------------------------------------------- */

/* A layer with weights, and the activation between it and the next one. */
typedef struct
{
  int    layer;              /* index into the network's layers               */
  char   name[64];
  int    weight_bits;        /* 0 or 32: full precision                       */
  double weight_sqnr;        /* dB of signal to quantization noise, 10 log10
                                (sum w^2 / sum (w - wq)^2); NaN where nothing
                                is rounded                                    */
  int    activation_layer;   /* -1 if none follows                            */
  int    activation_bits;
  double alpha;              /* clipping level; 0 without pact                */
} SalLayerDescription;

typedef struct
{
  guint64              ticket;
  guint                n_layers;
  SalLayerDescription *layers;   /* (n_layers), from first to last            */
  const char          *message;
} SalLayersAnswer;

typedef void (*SalLayersCallback) (const SalLayersAnswer *answer,
                                   gpointer               data);

guint64 sal_lab_describe_layers (SalLab           *self,
                                 const char       *slot,
                                 SalLabModel      *model,
                                 SalBits           bits,
                                 SalLayersCallback callback,
                                 gpointer          data);

/* ---- masking curves, progressive -------------------------------------- */

typedef struct
{
  guint64     ticket;
  guint       curve;             /* which of the question's curves            */
  gsize       done;
  gsize       total;             /* final when done == total                  */
  gsize       n_levels;
  double      levels[NN_MASK_MAX_LEVELS];   /* masked shares, 0 .. 1          */
  double      accuracy[NN_MASK_MAX_LEVELS]; /* 0 .. 1                         */
  double      lower[NN_MASK_MAX_LEVELS];    /* Wilson 95 %                    */
  double      upper[NN_MASK_MAX_LEVELS];
  double      area;
  const char *message;
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

#define SAL_LAB_MAX_CURVES 32

/* All curves advance together, mini-batch by mini-batch, so that they can be
 * compared while they form; the callback is called for each curve, at most
 * every 100 ms.  What was measured is remembered: asking again with one more
 * curve goes on where the others are.  `limit` 0: the whole test set; else
 * the first `limit` images of the fixed permutation. Levels and ranking are
 * those of nn_mask_curve_settings_default(). */
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
  guint64     ticket;
  NnShape     shape;
  guint       n_panes;
  float      *masked[SAL_LAB_MAX_CURVES]; /* (C, H, W) normalised; NULL with a
                                             message                           */
  int         before[SAL_LAB_MAX_CURVES]; /* predicted class                   */
  int         after[SAL_LAB_MAX_CURVES];
  const char *message[SAL_LAB_MAX_CURVES];
} SalMaskedAnswer;

typedef void (*SalMaskedCallback) (const SalMaskedAnswer *answer,
                                   gpointer               data);

/* Masks one image to `share` of its pixels, as the curves do; without a label
 * (-1) the predicted class is explained. */
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

/* ---- what saliency-guided training would do with some images ------------- */

#define SAL_LAB_MAX_SGT_IMAGES 8

typedef struct
{
  guint64     ticket;
  NnShape     shape;
  guint       n_images;
  float      *x;             /* (n_images, C, H, W) each; normalised          */
  float      *gradient;      /* of the logit of the true class                */
  float      *masked;
  double      kl[SAL_LAB_MAX_SGT_IMAGES]; /* KL (f (x) || f (masked))         */
  const char *message;       /* then there are no images                      */
} SalSgtAnswer;

typedef void (*SalSgtCallback) (const SalSgtAnswer *answer,
                                gpointer            data);

/* Takes test images of the model's data set as a step of training by `recipe`
 * would, except for dropout and augmentation: the gradient of the true class,
 * the share of the least salient pixels masked by the recipe's ranking and
 * fill, and the divergence of the two outputs.  The bits are as trained. */
guint64 sal_lab_guide (SalLab          *self,
                       const char      *slot,
                       SalLabModel     *model,
                       const SalRecipe *recipe,
                       const guint     *images,
                       guint            n_images,
                       SalSgtCallback   callback,
                       gpointer         data);

/* ---- which images flip along a stretch of a curve ----------------------- */

typedef struct
{
  guint64     ticket;
  gsize       done;              /* test images looked at                     */
  gsize       total;
  gboolean    finished;          /* all looked at, or as many found as asked  */
  guint       n_images;
  guint32    *images;            /* (n_images) indices of test images         */
  const char *message;
} SalFlipsAnswer;

typedef void (*SalFlipsCallback) (const SalFlipsAnswer *answer,
                                  gpointer              data);

/* Finds test images that are classified rightly with `from` of their pixels
 * masked and wrongly with `to`, at most `maximum`, in the order of the fixed
 * permutation. Called at most every 100 ms where more were found, and at the
 * end. */
guint64 sal_lab_find_flips (SalLab                *self,
                            const char            *slot,
                            const SalCurveRequest *curve,
                            double                 from,
                            double                 to,
                            guint                  maximum,
                            SalFlipsCallback       callback,
                            gpointer               data);

/* ---- how far each image moves between full precision and some bits ------ */

typedef struct
{
  guint64     ticket;
  gsize       done;              /* test images measured so far               */
  gsize       total;             /* final when done == total                  */
  float      *drift;             /* (total) by index; NaN: not yet            */
  guint8     *flipped;           /* (total) by index: another class is
                                    predicted than at full precision          */
  const char *message;
} SalDriftAnswer;

typedef void (*SalDriftCallback) (const SalDriftAnswer *answer,
                                  gpointer              data);

/* Compares the network at `bits` with itself at full precision (see
 * sal_lab_model_get_full_bits()) on the whole test set, in the order of the
 * fixed permutation.  Drift is half the sum of the differences of the
 * probabilities where `method` is NULL, else 1 - the Spearman correlation of
 * the two maps for the class predicted at full precision.  Called at most
 * every 200 ms and at the end.  What was measured is remembered. */
guint64 sal_lab_measure_drift (SalLab          *self,
                               const char      *slot,
                               SalLabModel     *model,
                               SalBits          bits,
                               const char      *method,
                               SalDriftCallback callback,
                               gpointer         data);

/* ---- which layer costs accuracy, and which spoils the explanation ------ */

/* One layer alone at few bits, all others at full precision. */
typedef struct
{
  int      layer;
  char     name[64];
  gboolean is_activation;        /* its activations are quantized, else weights */
  double   accuracy;
  double   agreement;            /* mean Spearman correlation of its maps with
                                    those of full precision                   */
} SalLayerSensitivity;

typedef struct
{
  guint64              ticket;
  guint                done;     /* rows measured so far                      */
  guint                total;
  gsize                n_images; /* images of each accuracy                   */
  double               full_accuracy;
  SalLayerSensitivity *rows;     /* (total); the first `done` are filled      */
  const char          *message;
} SalSensitivityAnswer;

typedef void (*SalSensitivityCallback) (const SalSensitivityAnswer *answer,
                                        gpointer                    data);

/* Measures each layer by itself at the widths of `bits` (2 .. 8) over
 * SAL_ESTIMATE_IMAGES test images, its maps by `method` over SAL_SCALE_IMAGES.
 * Called after each row. */
guint64 sal_lab_measure_sensitivity (SalLab                *self,
                                     const char            *slot,
                                     SalLabModel           *model,
                                     SalBits                bits,
                                     const char            *method,
                                     SalSensitivityCallback callback,
                                     gpointer               data);

/* Forgets all questions in `slot`; their callbacks are not called any more. */
void sal_lab_cancel (SalLab     *self,
                     const char *slot);

/* Whether a question waits for its answer, or for more of it. */
gboolean sal_lab_is_busy (SalLab *self);

/* A normalised image back to bytes for display: rint (255 (x std + mean)),
 * clamped. `pixels` is (C, H, W). */
void sal_lab_denormalise (const SalModelInfo *info,
                          NnShape             shape,
                          const float        *x,
                          guint8             *pixels);

G_END_DECLS
