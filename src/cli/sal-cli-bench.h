/* sal-cli-bench.h - what the files of `saliscope-cli bench` share
 *
 * To add a thing that is timed: a row in the table of sal-cli-bench.c, and a
 * row of the same name in tests/bench/peer.py.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

#include "nn/nn-exec.h"
#include "nn/nn-integer.h"
#include "nn/nn-trainer.h"
#include "sal-recipe.h"

G_BEGIN_DECLS

#define SAL_CLI_BENCH_MAX_REPEATS 100

typedef enum
{
  SAL_CLI_BENCH_TRAIN,
  SAL_CLI_BENCH_INFER,
  SAL_CLI_BENCH_INTEGER, /* inference on integer units                         */
} SalCliBenchWork;

/* One thing that is timed; names are the peer's, too. */
typedef struct
{
  const char     *name;
  const char     *network;
  NnShape         shape;
  SalMode         mode;
  SalCliBenchWork work;
  int             batch;
  const char     *peer;   /* the peer's row, where its name is another         */
} SalCliBenchRow;

typedef struct
{
  int      repeats;
  int      threads;
  int      batch;      /* 0: that of the row                                   */
  char    *rows;       /* pattern, such as "sgt-cnn"; NULL: all                */
  char    *network;    /* only this one; NULL: all                             */
  gboolean layers;
  gboolean peer;
  gboolean json;
} SalCliBenchOptions;

typedef struct
{
  const SalCliBenchRow *row;
  int                   batch;
  double                median;      /* images a second                        */
  double                minimum;
  double                maximum;
  double                memory;      /* bytes at most, NaN where unknown       */
  double                peer;        /* images a second; NaN: not measured     */
  double                peer_memory;
} SalCliBenchResult;

/* ---- sal-cli-bench-step.c ------------------------------------------------- */

/* Random images with labels 0, 1 ... 9, 0 ...; clear them. */
typedef struct
{
  NnImages images;
  guint8  *pixels;
  guint8  *labels;
} SalCliBenchData;

SalCliBenchData sal_cli_bench_data_new (NnShape shape,
                                        gsize   count);
void            sal_cli_bench_data_clear (SalCliBenchData *self);

/* The row's network with random weights, at the bits of its mode. */
NnModel *sal_cli_bench_model (const SalCliBenchRow *row,
                              GError              **error);

/* The median of `n` numbers, which are sorted. */
double sal_cli_bench_median (double *values,
                             gsize   n);

/* Times the row's step at `result`'s batch and fills `result` in. */
gboolean sal_cli_bench_time (SalCliBenchResult *result,
                             int                repeats,
                             NnPool            *pool,
                             GError           **error);

/* ---- sal-cli-bench-peer.c --------------------------------------------------- */

/* The same step in PyTorch; NaN stays, with a line on stderr from the script,
 * where it cannot run. */
void sal_cli_bench_run_peer (SalCliBenchResult        *result,
                             const SalCliBenchOptions *options,
                             int                       threads);

/* ---- sal-cli-bench-layers.c -------------------------------------------------- */

/* Times each layer of the row's network in steps of training and prints them,
 * or adds an object to `builder` where that is not NULL.  `product_rate` is
 * what nn_pool_product_rate() measured. */
gboolean sal_cli_bench_layers (const SalCliBenchRow     *row,
                               const SalCliBenchOptions *options,
                               NnPool                   *pool,
                               double                    product_rate,
                               JsonBuilder              *builder,
                               GError                  **error);

G_END_DECLS
