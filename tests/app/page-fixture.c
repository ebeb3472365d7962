/* page-fixture.c - two random networks in a window that shows one page
 *
 * The runs are given their networks; nothing is trained or loaded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page-fixture.h"

#include <string.h>

static const char network_text[] =
  "input channels=1 height=28 width=28\n"
  "conv2d conv1 out=3\n"
  "%s act1\n"
  "max-pool pool\n"
  "conv2d conv2 out=4\n"
  "%s act2\n"
  "flatten flat\n"
  "linear fc out=4\n";

static void
give_network (PageFixture *self,
              SalRunItem  *run,
              gboolean     silent)
{
  const SalRecipe *recipe = sal_run_item_get_recipe (run);
  const char *activation = sal_recipe_has_pact (recipe) ? "pact" : "relu";
  g_autofree char *text = g_strdup_printf (network_text, activation, activation);
  NnError error;
  NnModel *model = nn_model_new (text, &error);

  g_assert_nonnull (model);
  nn_model_initialise (model, 5 + (guint64) recipe->mode);
  if (silent)
    memset (nn_model_parameters (model), 0, nn_model_arena_count (model) * sizeof (float));
  for (gsize i = 0; i < nn_model_tensor_count (model); i++)
    if (nn_model_tensor (model, i).role == NN_TENSOR_ALPHA)
      *nn_model_tensor (model, i).value = 2.0f;
  if (sal_recipe_has_pact (recipe))
    g_assert_cmpint (nn_model_set_bits (model, recipe->weight_bits, recipe->activation_bits,
                                        recipe->edges, &error), ==, NN_OK);

  g_autoptr (SalLabModel) known = sal_lab_model_new (model, NULL, self->dataset);

  sal_run_item_set_model (run, known);
  nn_model_free (model);
}

static SalRunItem *
add_run (PageFixture *self,
         SalMode      mode)
{
  SalModelInfo info = { .title = (char *) sal_mode_title (mode), .recipe = self->app.recipe };

  info.recipe.mode = mode;

  SalRunItem *run = sal_run_item_new_demo ("none", &info);

  give_network (self, run, FALSE);
  sal_run_library_add (sal_session_get_runs (self->app.session), run);
  return run;
}

static gboolean
has_dataset (gpointer session)
{
  return sal_session_get_dataset (session) != NULL;
}

void
page_fixture_set_up (PageFixture  *self,
                     gconstpointer page)
{
  app_fixture_set_up (&self->app, NULL);
  app_fixture_wait (has_dataset, self->app.session);
  self->dataset = sal_dataset_ref (sal_session_get_dataset (self->app.session));
  self->pact = add_run (self, SAL_MODE_PACT);
  self->baseline = add_run (self, SAL_MODE_BASELINE);
  sal_session_set_run (self->app.session, self->baseline);
  self->window = sal_window_new (NULL, self->app.session);
  sal_window_show_page (self->window, page);
  gtk_window_present (GTK_WINDOW (self->window));
}

void
page_fixture_tear_down (PageFixture  *self,
                        gconstpointer page)
{
  app_fixture_check_finalised (GTK_WINDOW (self->window));
  g_object_unref (self->baseline);
  g_object_unref (self->pact);
  app_fixture_tear_down (&self->app, NULL);
  sal_dataset_unref (self->dataset);
}

void
page_fixture_add_tests (const char     *page,
                        const PageTest *tests,
                        gsize           n)
{
  for (gsize i = 0; i < n; i++)
    g_test_add (tests[i].name, PageFixture, page, page_fixture_set_up, tests[i].test,
                page_fixture_tear_down);
}

void
page_fixture_silence (PageFixture *self,
                      SalRunItem  *run)
{
  give_network (self, run, TRUE);
}

gpointer
page_fixture_find (PageFixture *self,
                   GType        type)
{
  gpointer widget = app_fixture_find (self->window, type, NULL, NULL);

  g_assert_nonnull (widget);
  return widget;
}

gpointer
page_fixture_find_label (gpointer    root,
                         const char *label)
{
  return app_fixture_find (root, GTK_TYPE_WIDGET, app_fixture_has_label, label);
}
