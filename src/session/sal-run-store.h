/* sal-run-store.h - every run and its metrics, in one SQLite database
 *
 * `runs.sqlite` (WAL) lies in the data directory ($SALISCOPE_HOME, else
 * $XDG_DATA_HOME/saliscope); model and checkpoint files lie beside it in
 * runs/ID/.  A run whose process died is found with its metrics so far and is
 * listed as "interrupted".  One SalRunStore belongs to one thread; several
 * processes and threads may have one each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SAL_RUN_RUNNING,
  SAL_RUN_PAUSED,      /* stopped by the user with a checkpoint to go on from */
  SAL_RUN_FINISHED,
  SAL_RUN_INTERRUPTED, /* the process ended without saying so                 */
  SAL_RUN_DIVERGED,    /* a loss became NaN or infinite                       */
} SalRunState;

/* The state as a word for people and JSON: "running", "paused" ... */
const char *sal_run_state_name (SalRunState state);

/* One run as listed. Free with sal_run_free(). */
typedef struct
{
  gint64      id;
  char       *title;
  char       *recipe_json;     /* the whole recipe                            */
  SalRunState state;
  gint64      created;         /* Unix seconds                                */
  gint64      step;            /* last step with metrics                      */
  gint64      total_steps;
  double      validation_accuracy; /* of the chosen checkpoint; NaN if none   */
  double      test_accuracy;       /* NaN until measured                      */
  double      seconds;         /* training time so far                        */
  char       *provenance_json; /* for sal_provenance_from_json(), or NULL     */
  char       *directory;       /* runs/ID, absolute: model.safetensors and
                                  checkpoint.safetensors live there           */
} SalRun;

void sal_run_free (SalRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalRun, sal_run_free)

/* One row of the training record; NaN where not measured at this step. */
typedef struct
{
  gint64 step;
  double epoch;                /* fractional                                  */
  double ce;                   /* cross entropy, mean over the mini-batch     */
  double kl;                   /* KL (f(X) || f(X~)); NaN without SGT         */
  double train_accuracy;       /* of the mini-batch, 0..1                     */
  double validation_accuracy;  /* 0..1, at the end of epochs                  */
  double validation_ce;
  double learning_rate;
  double images_per_second;
} SalMetric;

#define SAL_RUN_MAX_ALPHAS 64

typedef struct _SalRunStore SalRunStore;

/* Opens (and creates) the store in `directory` (NULL: the default described
 * above). Runs marked running whose process is gone become interrupted; one
 * whose process dies later is listed as interrupted, too.  SAL_ERROR_BAD_FILE
 * for a file that is broken, another program's, or a newer Saliscope's. */
SalRunStore *sal_run_store_open  (const char *directory,
                                  GError    **error);
void         sal_run_store_close (SalRunStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalRunStore, sal_run_store_close)

/* The data directory that sal_run_store_open (NULL) uses. Free the result. */
char *sal_run_store_default_directory (void);

/* Makes a run in state running, with its directory. Returns its id, or -1. */
gint64 sal_run_store_create (SalRunStore *self,
                             const char  *title,
                             const char  *recipe_json,
                             gint64       total_steps,
                             GError     **error);

/* Appends `n` metrics with `n_alphas` clipping levels each (`alphas` is
 * (n, n_alphas), may be NULL) in one transaction. Steps already present are
 * replaced, so that a resumed run overwrites what it repeats. */
gboolean sal_run_store_append (SalRunStore     *self,
                               gint64           run,
                               const SalMetric *metrics,
                               gsize            n,
                               const float     *alphas,
                               gsize            n_alphas,
                               GError         **error);

/* Drops metrics after `step`: what a resume from an older checkpoint does. */
gboolean sal_run_store_truncate (SalRunStore *self,
                                 gint64       run,
                                 gint64       step,
                                 GError     **error);

/* A run set to running belongs to the calling process from then on.  Refuses
 * (SAL_ERROR_BUSY) while another living process runs it. */
gboolean sal_run_store_set_state (SalRunStore *self,
                                  gint64       run,
                                  SalRunState  state,
                                  GError     **error);

/* Records results; NaN leaves the old value. */
gboolean sal_run_store_set_results (SalRunStore *self,
                                    gint64       run,
                                    double       validation_accuracy,
                                    double       test_accuracy,
                                    double       seconds,
                                    GError     **error);

/* Records where the bits come from (see sal-provenance.h). */
gboolean sal_run_store_set_provenance (SalRunStore *self,
                                       gint64       run,
                                       const char  *json,
                                       GError     **error);

/* All runs, newest first: GPtrArray of SalRun. */
GPtrArray *sal_run_store_list (SalRunStore *self,
                               GError     **error);

/* One run by id; SAL_ERROR_NOT_FOUND names the id. */
SalRun *sal_run_store_get (SalRunStore *self,
                           gint64       run,
                           GError     **error);

/* All metrics of a run in step order: GArray of SalMetric; `alphas` (may be
 * NULL) gets a GArray of float (n, *n_alphas), NaN where a step has fewer. */
GArray *sal_run_store_load_metrics (SalRunStore *self,
                                    gint64       run,
                                    GArray     **alphas,
                                    gsize       *n_alphas,
                                    GError     **error);

/* Something that was changed at a step of a run: its bits or learning rate. */
typedef struct
{
  gint64 step;
  char  *text;   /* "W4 A4", "learning rate 0.01"                             */
} SalRunEvent;

/* Notes that the run goes on from `step` with another recipe, in one
 * transaction: a mark on its curves, and what it is listed as. */
gboolean sal_run_store_change_recipe (SalRunStore *self,
                                      gint64       run,
                                      gint64       step,
                                      const char  *text,
                                      const char  *title,
                                      const char  *recipe_json,
                                      GError     **error);

/* Forgets all but the first `n` events, and what they made of the recipe: what
 * a resume from an older checkpoint does. */
gboolean sal_run_store_keep_events (SalRunStore *self,
                                    gint64       run,
                                    gint64       n,
                                    const char  *title,
                                    const char  *recipe_json,
                                    GError     **error);

/* The events of a run in their order: GArray of SalRunEvent that frees their
 * texts. */
GArray *sal_run_store_load_events (SalRunStore *self,
                                   gint64       run,
                                   GError     **error);

/* Deletes the run, its metrics and its directory. Refuses (SAL_ERROR_BUSY)
 * while a living process runs it. */
gboolean sal_run_store_delete (SalRunStore *self,
                               gint64       run,
                               GError     **error);

G_END_DECLS
