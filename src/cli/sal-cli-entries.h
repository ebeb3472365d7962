/* sal-cli-entries.h - options that several commands have, a row each
 *
 * Each is written as a row of a command's table of options.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-saliency.h"

G_BEGIN_DECLS

/* --home: where the store of runs is. Freed by the caller, as --dataset. */
GOptionEntry sal_cli_home_entry (char **home);

/* --threads; 0 where it is not given. */
GOptionEntry sal_cli_threads_entry (int *threads);

/* --json: what the command found, for machines. */
GOptionEntry sal_cli_json_entry (gboolean *json);

/* --quiet. */
GOptionEntry sal_cli_quiet_entry (gboolean *quiet);

/* --dataset: what a trained network is tried on. */
GOptionEntry sal_cli_dataset_entry (char **dataset);

/* --images: only the first of them; 0 where it is not given.  A number below
 * is a usage error; the limit is that of `count` images. */
GOptionEntry sal_cli_images_entry (int *images);
gboolean     sal_cli_images_check (int      images,
                                   GError **error);
gsize        sal_cli_images_limit (int   images,
                                   gsize count);

/* The explanation method called `name`; NULL with a usage error. */
const NnSaliencyMethod *sal_cli_method_find (const char *name,
                                             GError    **error);

G_END_DECLS
