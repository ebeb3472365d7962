/* sal-cli-quantize.h - what the two forms of `quantize` share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-cli-accuracy.h"
#include "sal-cli-model.h"
#include "sal-requantize.h"

G_BEGIN_DECLS

/* Steps of fine-tuning in a table, where nothing else is asked for. */
#define SAL_CLI_TABLE_STEPS 100

typedef struct
{
  SalCliBits    bits;
  SalRequantize how;
  int           calibration; /* images; 0: the default                         */
  int           images;      /* to test on; 0: all                             */
  gboolean      table;
  char         *csv;
  char         *output;
  char         *packed;
  char         *dataset;
  char         *home;
  int           threads;
  gboolean      json;
} SalCliQuantize;

/* sal_cli_model_at_bits() without help, which is measured apart. */
NnModel *sal_cli_quantize_copy (const SalCliModel *model,
                                const SalCliBits  *bits,
                                NnPool            *pool,
                                gboolean          *is_calibrated,
                                GError           **error);

/* Widths 8 to 2 against everything that helps, printed and written as CSV. */
gboolean sal_cli_quantize_table (const SalCliQuantize *options,
                                 const SalCliModel    *model,
                                 NnPool               *pool,
                                 GError              **error);

G_END_DECLS
