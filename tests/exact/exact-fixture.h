/* exact-fixture.h - recipes trained by child processes, and what came of them
 *
 * Drawn glyphs in IDX files, so that a process that is started fifty times
 * does not draw them fifty times.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "sal-recipe.h"

G_BEGIN_DECLS

/* A recipe whose bits must not depend on anything else. */
typedef struct
{
  const char *name;
  const char *options; /* of `saliscope-cli train`                             */
  const char *source;  /* those of the run whose weights it starts with; NULL:
                          drawn ones                                           */
} ExactCase;

/* The table, ended by a row without a name. */
const ExactCase *exact_cases (void);

/* All bits of a finished run that may not differ. Clear it. */
typedef struct
{
  char *weights;    /* SHA-256 of the best model's                              */
  char *checkpoint; /* SHA-256 of all tensors: weights and optimizer            */
  char *record;     /* SHA-256 of the rows, without the speed                   */
  guint rows;
} ExactBits;

void exact_bits_clear (ExactBits *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ExactBits, exact_bits_clear)

typedef struct
{
  const ExactCase *row;
  char            *home;   /* of the store                                     */
  char            *data;   /* the folder of images                             */
} ExactFixture;

/* For g_test_add(), with a row of the table. */
void exact_fixture_set_up    (ExactFixture *self,
                              gconstpointer data);
void exact_fixture_tear_down (ExactFixture *self,
                              gconstpointer data);

/* Starts the program with `arguments`, as a shell would split them. */
GSubprocess *exact_fixture_call (ExactFixture *self,
                                 const char   *arguments);

/* Starts `saliscope-cli train` with the row's recipe, or `resume RUN`, and
 * `more` options. */
GSubprocess *exact_fixture_train  (ExactFixture *self,
                                   const char   *more);
GSubprocess *exact_fixture_resume (ExactFixture *self,
                                   gint64        run,
                                   const char   *more);

/* Waits for the end, which must be a good one. Takes `process`. */
void exact_fixture_finish (GSubprocess *process);

/* Steps recorded for `run`: -1 while there is no such run. */
gint64 exact_fixture_step (ExactFixture *self,
                           gint64        run);

/* The row's recipe as it is trained. */
SalRecipe exact_fixture_recipe (ExactFixture *self,
                                gint64        run);

/* What `run`, which must be finished, left on the disk; and nothing else may
 * be left. */
ExactBits exact_fixture_bits (ExactFixture *self,
                              gint64        run);

void exact_assert_same (const ExactBits *first,
                        const ExactBits *second);

/* Adds "/exact/`name`/ROW" for every row. */
void exact_fixture_add (const char *name,
                        void        (*test) (ExactFixture *self,
                                             gconstpointer data));

G_END_DECLS
