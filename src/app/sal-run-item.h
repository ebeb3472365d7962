/* sal-run-item.h - one run as the window knows it
 *
 * A row of the run list: a run of the store, a bundled demo model or a model file.  Items
 * keep their identity while the list is refreshed, so that pages may hold one
 * and listen to its properties.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "plot-palette.h"
#include "sal-lab.h"
#include "sal-run-record.h"

G_BEGIN_DECLS

/* Properties: "title" and "summary" (strings; the state and the accuracy in
 * words), "model" (pointer, SalLabModel or NULL), "record" (SalRunRecord or
 * NULL). */
#define SAL_TYPE_RUN_ITEM (sal_run_item_get_type ())
G_DECLARE_FINAL_TYPE (SalRunItem, sal_run_item, SAL, RUN_ITEM, GObject)

/* A run of the store. */
SalRunItem *sal_run_item_new (const SalRun *run);

/* The bundled model in GResource `path`, as its metadata `info` says. */
SalRunItem *sal_run_item_new_demo (const char         *path,
                                   const SalModelInfo *info);

/* The model file `path`, as its metadata `info` says. */
SalRunItem *sal_run_item_new_file (const char         *path,
                                   const SalModelInfo *info);

/* Takes what the store says now. */
void sal_run_item_update (SalRunItem   *self,
                          const SalRun *run);

/* Id in the store; -1 for a demo or an opened file. */
gint64 sal_run_item_get_id (SalRunItem *self);

/* The name among the bundled models of a demo, otherwise NULL. */
const char *sal_run_item_get_resource (SalRunItem *self);

/* The path of an opened file, otherwise NULL. */
const char *sal_run_item_get_file (SalRunItem *self);

/* runs/ID of the store, or NULL for a demo or an opened file. */
const char *sal_run_item_get_directory (SalRunItem *self);

const char      *sal_run_item_get_title   (SalRunItem *self);
const char      *sal_run_item_get_summary (SalRunItem *self);
const SalRecipe *sal_run_item_get_recipe  (SalRunItem *self);

/* Seed, data and a line for each sitting in which it was trained. Free the
 * result. */
char *sal_run_item_get_details (SalRunItem *self);

SalRunState      sal_run_item_get_state   (SalRunItem *self);

/* Validation and test accuracy, 0..1; NaN if not measured. */
double sal_run_item_get_validation_accuracy (SalRunItem *self);
double sal_run_item_get_test_accuracy       (SalRunItem *self);

/* Steps done and to do. */
gint64 sal_run_item_get_step        (SalRunItem *self);
gint64 sal_run_item_get_total_steps (SalRunItem *self);

/* Seconds of training; NaN if not known. */
double sal_run_item_get_seconds (SalRunItem *self);

/* Whether it can be gone on with from a checkpoint. */
gboolean sal_run_item_can_resume (SalRunItem *self);

/* Whether a checkpoint of it lies on the disk now. */
gboolean sal_run_item_has_checkpoint (SalRunItem *self);

/* The colour this run has on all pages, and its index in the palette. */
guint     sal_run_item_get_color_index (SalRunItem *self);
PlotColor sal_run_item_get_color       (SalRunItem *self,
                                        gboolean    dark);

/* The network, or NULL while nobody asked for it or it is being loaded: see
 * sal_session_request_model(). Borrowed. */
SalLabModel *sal_run_item_get_model (SalRunItem *self);
void         sal_run_item_set_model (SalRunItem  *self,
                                     SalLabModel *model);

/* The curves, or NULL while they are not loaded. Borrowed. */
SalRunRecord *sal_run_item_get_record (SalRunItem *self);
void          sal_run_item_set_record (SalRunItem   *self,
                                       SalRunRecord *record);

G_END_DECLS
