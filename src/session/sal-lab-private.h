/* sal-lab-private.h - what the files of the lab share
 *
 * A question is a SalLabJob with a row of operations; a thread of the lab
 * calls its step() once per mini-batch.  What that thread knows (pool,
 * networks ready to run, what was measured) is its SalLabCore, which no other
 * thread touches, so that it needs no lock.  Only the queues and the outbox
 * in sal-lab.c are shared between threads, and the immutable models.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdatomic.h>

#include "nn/nn-exec.h"
#include "nn/nn-saliency.h"
#include "sal-lab.h"

G_BEGIN_DECLS

typedef struct _SalLabCore SalLabCore;
typedef struct _SalLabJob SalLabJob;

/* ---- questions (sal-lab.c) --------------------------------------------- */

/* Whose mini-batch is next: the first that has any. */
typedef enum
{
  SAL_LAB_QUICK,    /* one image, a histogram: somebody is dragging           */
  SAL_LAB_BESIDE,   /* what stands beside the image that is looked at         */
  SAL_LAB_ESTIMATE, /* the first numbers: some tenths of a second             */
  SAL_LAB_SCALE,    /* the scales of maps that are shown already              */
  SAL_LAB_STILL,    /* those that take long: when nobody drags any more       */
  SAL_LAB_LONG,     /* refinement, curves, the whole test set                 */
  SAL_LAB_N_PRIORITIES,
} SalLabPriority;

/* Who answers: what one desk knows of a model the other does not. */
typedef enum
{
  SAL_LAB_FRONT, /* at normal priority, before training                       */
  SAL_LAB_BACK,  /* with what training leaves of the processors               */
  SAL_LAB_N_DESKS,
} SalLabDesk;

/* A kind of question. */
typedef struct
{
  const char *name;
  SalLabDesk  desk;

  /* Does one mini-batch on the lab thread; whether there is more to do. May
   * change the job's priority for the rest. */
  gboolean (*step) (SalLabCore *core,
                    SalLabJob  *job);

  /* Hands `answer` to the asker on the main thread. */
  void (*deliver) (SalLabJob *job,
                   gpointer   answer);

  /* Any thread. */
  void (*free_answer) (gpointer answer);
  void (*free) (SalLabJob *job);
} SalLabJobKind;

/* The head of every question. */
struct _SalLabJob
{
  const SalLabJobKind *kind;
  SalLabPriority       priority;  /* lab thread, once asked                   */
  atomic_int           ref_count;
  atomic_bool          cancelled; /* set by the main thread                   */
  SalLab              *lab;       /* outlives the lab thread; not a reference */
  guint64              ticket;
  char                *key;       /* kind and slot                            */
  guint64              asked_at;  /* mini-batches of long jobs done then      */
  GCallback            callback;
  gpointer             data;
};

/* Allocates a question of `size` bytes with everything zero but the head. */
gpointer sal_lab_job_new (const SalLabJobKind *kind,
                          gsize                size,
                          SalLabPriority       priority,
                          GCallback            callback,
                          gpointer             data);

/* Main thread: replaces the question in the slot and queues this one, whose
 * reference it takes. Returns its ticket. */
guint64 sal_lab_ask (SalLab     *self,
                     const char *slot,
                     gpointer    job);

/* Lab thread: sends `answer` (taken) to the main thread. */
void sal_lab_job_answer (gpointer job,
                         gpointer answer);

/* Main thread: emits "predictions". */
void sal_lab_emit_predictions (SalLab      *self,
                               SalLabModel *model);

/* What the tests and the benchmark count. */
typedef struct
{
  guint64 asked;
  guint64 started;      /* questions of which at least one step was done      */
  guint64 answers;      /* sent, delivered or not                             */
  guint64 long_steps;   /* mini-batches of priorities below quick             */
  guint64 longest_wait; /* of these between asking and starting a quick one   */
  guint   models;       /* held by the desks when they had nothing to do      */
} SalLabStatistics;

SalLabStatistics sal_lab_get_statistics (SalLab *self);

/* ---- models (sal-lab-model.c) ------------------------------------------ */

/* A reference of the lab itself, which keeps nothing alive for others. */
void sal_lab_model_hold    (SalLabModel *self);
void sal_lab_model_release (SalLabModel *self);

/* Whether only the lab holds references, and `others` more: then nobody can
 * ask about the model any more. */
gboolean sal_lab_model_is_forgotten (SalLabModel *self,
                                     int          others);

/* The network with pact, calibrated; made by the first desk that needs it.
 * NULL with `*message`. */
const NnModel *sal_lab_model_get_with_pact (SalLabModel *self,
                                            NnPool      *pool,
                                            char       **message);

/* Images of the model's data set as the model normalises them. */
NnImages sal_lab_model_get_images (SalLabModel    *self,
                                   const NnImages *images);

/* The activation between `layer` and the next layer with weights, or -1
 * (sal-lab-histogram.c). */
int sal_lab_find_activation (const NnModel *model,
                             int            layer);

/* Whether these bits ask a network without pact for clipped or rounded
 * activations. */
gboolean sal_bits_need_pact (const SalBits *bits);

/* Makes `scratch`, a model of the same text as `source`, the source at these
 * bits. */
NnStatus sal_bits_apply (const SalBits *bits,
                         const NnModel *source,
                         NnModel       *scratch,
                         NnError       *error) NN_MUST_CHECK;

/* Main thread: writes labels [first, first + n) of sal_lab_predict_test(), of
 * which an image took `seconds` in the fastest mini-batch. */
void sal_lab_model_set_predictions (SalLabModel  *self,
                                    gsize         first,
                                    const gint16 *labels,
                                    gsize         n,
                                    double        seconds);

/* Main thread: whether this is the first time that they are asked for. */
gboolean sal_lab_model_claim_predictions (SalLabModel *self);

/* ---- the lab thread's own (sal-lab-core.c) ------------------------------- */

/* What is known of one model. */
typedef struct
{
  SalLabModel *model;
  NnImages     test;        /* as the model normalises them                   */
  guint32     *order;       /* fixed permutation of the test images           */
  gint16      *full_labels; /* (test.count) of full precision, in this order  */
  gsize        full_done;
  char        *problem;     /* why it cannot be asked about, or NULL          */
  GArray      *accuracies;  /* SalLabAccuracy                                 */
  GArray      *scales;      /* SalLabScale                                    */
  GPtrArray   *curves;      /* SalLabCurve                                    */
  GPtrArray   *drifts;      /* SalLabDrift                                    */
  GPtrArray   *helped;      /* SalLabHelped                                   */
} SalLabState;

/* What an executor is for. */
typedef enum
{
  SAL_LAB_LABELS, /* forward only, on the lab's pool                          */
  SAL_LAB_MAPS,   /* both ways, on the lab's pool                             */
  SAL_LAB_SINGLE, /* both ways, single images, without a pool: several run
                     side by side as jobs of the lab's                        */
} SalLabExecUse;

/* A network at some bits, ready to run. */
typedef struct
{
  SalLabExecUse      use;
  NnPool            *pool;  /* its own, of one thread; or NULL                */
  NnModel           *scratch;
  NnExec            *exec;
  const SalLabState *state; /* what it holds; NULL: nothing                   */
  SalBits            bits;
  guint64            packed_bytes;
  guint64            used;  /* when, by the core's clock                      */
  guint              pins;  /* may be given other bits, but not freed         */
  gboolean           busy;  /* is not given away                              */
} SalLabExec;

SalLabCore *sal_lab_core_new  (int threads,
                               int niceness);
void        sal_lab_core_free (SalLabCore *core);

/* Forgets models that only the lab still holds; how many are left. */
guint sal_lab_core_sweep (SalLabCore *core);

SalLabState *sal_lab_core_get_state (SalLabCore  *core,
                                     SalLabModel *model);

/* The next number of the clock that orders uses. */
guint64 sal_lab_core_tick (SalLabCore *core);

/* How many images make one mini-batch when each takes `passes` forward
 * passes: at least 1, at most `maximum`, so that it takes some 25 ms. A
 * function of the network alone. */
gsize sal_lab_mini_batch (const SalLabState *state,
                          double             passes,
                          gsize              maximum);

/* Forward passes that one image's map by `method` costs. */
double sal_lab_method_passes (const NnSaliencyMethod *method);

/* The model at these bits, prepared; from the cache where it is there. NULL:
 * `*message` (free it) says why not. Valid until the next load. */
SalLabExec *sal_lab_core_load (SalLabCore    *core,
                               SalLabState   *state,
                               const SalBits *bits,
                               SalLabExecUse  use,
                               gsize          capacity,
                               char         **message);

/* The first half of load() for single images: an executor that is still to be
 * filled with `*source`. NULL without a message where all that fit are busy. */
SalLabExec *sal_lab_core_reserve_single (SalLabCore     *core,
                                         SalLabState    *state,
                                         const SalBits  *bits,
                                         const NnModel **source,
                                         char          **message);

/* The second half, by any thread: gives `exec` these weights at these bits, if
 * it does not have them. */
gboolean sal_lab_exec_fill (SalLabExec        *exec,
                            const SalLabState *state,
                            const NnModel     *source,
                            const SalBits     *bits,
                            char             **message);

/* load() for single images, whose capacity is known. */
SalLabExec *sal_lab_core_load_single (SalLabCore    *core,
                                      SalLabState   *state,
                                      const SalBits *bits,
                                      char         **message);

/* load() for maps of several images. */
SalLabExec *sal_lab_core_load_maps (SalLabCore    *core,
                                    SalLabState   *state,
                                    const SalBits *bits,
                                    char         **message);

NnPool *sal_lab_core_get_pool (SalLabCore *core);

/* Gives a pinned exec these bits again if it has others by now. */
gboolean sal_lab_core_reload (SalLabCore    *core,
                              SalLabExec    *exec,
                              SalLabState   *state,
                              const SalBits *bits,
                              char         **message);

/* One image (C, H, W) as the model normalises it; not written where the
 * model does not fit its data set. */
void sal_lab_normalise (const SalLabState *state,
                        const guint8      *pixels,
                        float             *x);

/* The row called `name`; NULL: `*message` (free it) says that there is none. */
const NnSaliencyMethod *sal_lab_find_method (const char *name,
                                             char      **message);

/* ---- what was measured ---------------------------------------------------- */

/* Accuracy as far as it was measured.  It passes through exactly
 * SAL_ESTIMATE_IMAGES images, where the estimate is noted. */
typedef struct
{
  SalBits bits;
  gsize   done;
  gsize   correct;
  gsize   full_correct;
  gsize   estimate_correct;
  gsize   estimate_full_correct;
  gsize   flips;
  guint64 packed_bytes;
} SalLabAccuracy;

/* Measures the next mini-batch towards `until` images, of full precision
 * first (sal-lab-accuracy.c). Returns the record, valid until the next call,
 * or NULL with `*message`. */
const SalLabAccuracy *sal_lab_accuracy_advance (SalLabCore    *core,
                                                SalLabState   *state,
                                                const SalBits *bits,
                                                gsize          until,
                                                char         **message);

typedef struct
{
  SalBits                 bits;
  const NnSaliencyMethod *method;
  float                   scale;
  float                   largest;
} SalLabScale;

/* A curve as far as it was measured. */
typedef struct
{
  SalBits                 bits;
  const NnSaliencyMethod *method; /* NULL for the random order                */
  NnFill                  fill;
  NnMaskOrder             order;
  gsize                   total;
  NnMaskCurve            *curve;  /* NULL before the first step and when all is
                                     measured                                  */
  SalLabExec             *exec;   /* pinned while there is a curve            */
  gsize                   done;
  guint64                 used;
  SalCurveAnswer          answer; /* as of `done`                             */
} SalLabCurve;

void sal_lab_curve_free (SalLabCurve *curve);

/* How far images moved, as far as it was measured; by index. */
typedef struct
{
  SalBits                 bits;
  const NnSaliencyMethod *method; /* NULL: probabilities                      */
  gsize                   done;
  float                  *drift;  /* (test.count), NaN: not yet               */
  guint8                 *flipped;
} SalLabDrift;

void sal_lab_drift_free (SalLabDrift *drift);

/* A copy with clipping levels and statistics for these bits. */
typedef struct
{
  SalBits  bits;
  NnModel *model;
} SalLabHelped;

void sal_lab_helped_free (SalLabHelped *helped);

/* `source` after the help that `bits` ask for; owned by the state.  NULL with
 * `*message`. */
const NnModel *sal_lab_help (SalLabCore    *core,
                             SalLabState   *state,
                             const NnModel *source,
                             const SalBits *bits,
                             char         **message);

/* A request with a model reference and a method name of its own. */
SalCurveRequest sal_curve_request_copy  (const SalCurveRequest *request);
void            sal_curve_request_clear (SalCurveRequest *request);

/* The engine's settings for a request; FALSE with `*message`. */
gboolean sal_curve_request_settings (const SalCurveRequest *request,
                                     const NnImages        *images,
                                     NnMaskCurveSettings   *settings,
                                     char                 **message);

/* The order (H W) in which the pixels of image `image_id` with saliency `map`
 * (C, H, W; not read for the random order) are masked. */
void sal_lab_rank_pixels (const NnMaskCurveSettings *settings,
                          NnShape                    shape,
                          const float               *map,
                          guint64                    image_id,
                          guint32                   *order);

/* Writes image `x` with the first `share` of `order` replaced, as the curves
 * do. */
void sal_lab_mask_pixels (const NnMaskCurveSettings *settings,
                          NnShape                    shape,
                          const float               *x,
                          const guint32             *order,
                          double                     share,
                          guint64                    image_id,
                          float                     *masked);

gboolean sal_shapes_equal (NnShape a,
                           NnShape b);

G_END_DECLS
