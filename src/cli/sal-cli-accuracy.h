/* sal-cli-accuracy.h - accuracy on test images, with progress
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn/nn-eval.h"
#include "sal-cli-output.h"

G_BEGIN_DECLS

typedef struct
{
  gsize   correct;
  gsize   total;
  double  lower;   /* Wilson's 95 % interval                                   */
  double  upper;
  guint64 bytes;   /* of the parameters, packed                                */
  double  images_per_second;
} SalCliAccuracy;

/* Measures `model` on the first `images` (0: all) of `test`, looked at as
 * `augment` says; `title` is what progress is called. */
gboolean sal_cli_accuracy_measure (SalCliAccuracy *self,
                                   const NnModel  *model,
                                   const NnImages *test,
                                   gsize           images,
                                   NnTestAugment   augment,
                                   NnPool         *pool,
                                   const char     *title,
                                   GError        **error);

/* Appends the cells accuracy, interval and KiB to `cells`. */
void sal_cli_accuracy_add_cells (const SalCliAccuracy *self,
                                 GPtrArray            *cells);

/* The members of the object that `builder` is in. */
void sal_cli_accuracy_json (const SalCliAccuracy *self,
                            JsonBuilder          *builder);

G_END_DECLS
