/* lab-fixture.h - a small data set, random networks and a lab to ask
 *
 * Drawn glyphs in IDX files of a temporary folder; networks are not trained:
 * what the lab answers is compared with the engine, not with the truth.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-lab-private.h"

G_BEGIN_DECLS

#define LAB_FIXTURE_TRAIN 640
#define LAB_FIXTURE_TEST 1200

typedef struct
{
  SalDataset  *dataset;
  SalLab      *lab;
  SalLabModel *relu;  /* as trained: no bits                                  */
  SalLabModel *pact;  /* as trained: 4 and 4 bits                             */
  NnPool      *pool;  /* for asking the engine itself                         */
} LabFixture;

void lab_fixture_set_up    (LabFixture   *self,
                            gconstpointer data);
void lab_fixture_tear_down (LabFixture   *self,
                            gconstpointer data);

/* A random network of the fixture's kind, with `activation` layers. */
NnModel *lab_fixture_new_network (const char *activation,
                                  guint64     seed);

/* Iterates the main context until `*done`; aborts after a minute. */
void lab_fixture_wait (const gboolean *done);

/* Bytes and label of test image `index`. */
const guint8 *lab_fixture_pixels (LabFixture *self,
                                  gsize       index);
int           lab_fixture_label  (LabFixture *self,
                                  gsize       index);

/* `model` at these bits in an executor of its own, ready to run. */
typedef struct
{
  NnModel *model;
  NnExec  *exec;
} LabNetwork;

LabNetwork lab_fixture_prepare    (LabFixture    *self,
                                   const NnModel *model,
                                   int            weight_bits,
                                   int            activation_bits);
void       lab_fixture_clear      (LabNetwork *network);

G_END_DECLS
