/* small-network.h - networks for tests of what is done with a network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "engine-fixture.h"
#include "golden.h"

/* A network on 2 x 6 x 6 images with 3 classes: conv, relu, pool, linear,
 * relu, linear; with "pact" instead of "relu" where `pact`. */
NnModel *small_network_new (gboolean pact,
                            guint64  seed);

/* A network of one linear layer on channels x 1 x width images. */
NnModel *linear_network_new (int channels,
                             int width,
                             int classes);

/* The tensor called `name`; it must exist. */
NnTensor network_tensor (NnModel    *model,
                         const char *name);

/* A prepared exec with gradients, on a pool of its own. */
typedef struct
{
  NnPool *pool;
  NnExec *exec;
} Runner;

Runner *runner_new (const NnModel *model,
                    int            threads,
                    size_t         capacity);

void runner_free (Runner *runner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Runner, runner_free)

/* The trained network of the golden file "explain.safetensors". */
NnModel *explained_network_new (Golden *golden);

/* Test images of MNIST from SALISCOPE_DATASETS, as that network reads them.
 * NULL, with the test marked as skipped, where the variable is not set. */
typedef struct
{
  NnImages images;
  GBytes  *pixels;
  GBytes  *labels;
} Digits;

Digits *digits_new (void);
void    digits_free (Digits *digits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Digits, digits_free)
