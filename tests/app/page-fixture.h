/* page-fixture.h - two random networks in a window that shows one page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  AppFixture  app;
  SalDataset *dataset;
  SalRunItem *baseline;  /* the current run                                   */
  SalRunItem *pact;      /* trained at 4 bits                                 */
  SalWindow  *window;
} PageFixture;

/* For g_test_add(); `page` is the name of the page that is shown. */
void page_fixture_set_up    (PageFixture  *self,
                             gconstpointer page);
void page_fixture_tear_down (PageFixture  *self,
                             gconstpointer page);

typedef struct
{
  const char *name;
  void      (*test) (PageFixture  *self,
                     gconstpointer page);
} PageTest;

/* Adds `n` tests that each have such a window, with `page` shown. */
void page_fixture_add_tests (const char     *page,
                             const PageTest *tests,
                             gsize           n);

/* Sets all weights of the run's network to zero. */
void page_fixture_silence (PageFixture *self,
                           SalRunItem  *run);

/* The first widget of a type in the window, which must be there. */
gpointer page_fixture_find (PageFixture *self,
                            GType        type);

/* The first label or button below `root` that says `label`, or NULL. */
gpointer page_fixture_find_label (gpointer    root,
                                  const char *label);

G_END_DECLS
