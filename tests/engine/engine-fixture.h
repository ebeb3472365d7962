/* engine-fixture.h - small networks, pictures and comparisons that tests share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-exec.h"
#include "nn/nn-images.h"
#include "nn/nn-trainer.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnModel, nn_model_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnPool, nn_pool_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnExec, nn_exec_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTrainer, nn_trainer_free)

/* A network of `text` with initial weights drawn by `seed`. */
NnModel *fixture_model (const char *text,
                        guint64     seed);

/* A ready-made network for 10 classes; `activation` is "relu" or "pact". */
NnModel *fixture_network (const char *name,
                          NnShape     input,
                          const char *activation);

/* Sets all bits, edges alike. */
void fixture_set_bits (NnModel *model,
                       int      weight_bits,
                       int      activation_bits);

/* Sets the clipping level of every pact layer. */
void fixture_set_alphas (NnModel *model,
                         float    alpha);

NnPool *fixture_pool (int threads);

/* A prepared exec. */
NnExec *fixture_exec (const NnModel *model,
                      NnPool        *pool,
                      NnExecKind     kind,
                      gsize          capacity);

/* Fills `values` (n) with standard normal numbers. */
void fixture_normal (guint64 seed,
                     float  *values,
                     gsize   n);

/* Fails the test unless |found - expected| <= absolute + relative |expected|
 * for all n. */
void fixture_check_close (const char  *what,
                          const float *found,
                          const float *expected,
                          gsize        n,
                          double       relative,
                          double       absolute);

/* Fails the test unless the n values are the same bits. */
void fixture_check_same (const char  *what,
                         const float *found,
                         const float *expected,
                         gsize        n);

/* Pictures in memory, freed with their view. */
typedef struct
{
  NnImages images;
  guint8  *pixels;
  guint8  *labels;
} Pictures;

/* `count` pictures of `shape` in `classes` classes; the class shows as a
 * bright bar in noise, so that a few steps learn it. */
Pictures *fixture_pictures (NnShape shape,
                            gsize   count,
                            int     classes);

void pictures_free (Pictures *pictures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pictures, pictures_free)
