/* sal-experiment.c - runs that differ in nothing but the seed, as one row
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-experiment.h"

#include <math.h>

struct _SalExperiment
{
  GObject    parent_instance;

  SalRecipe  recipe;
  GPtrArray *runs;   /* SalRunItem, finished, one of each seed */
};

G_DEFINE_FINAL_TYPE (SalExperiment, sal_experiment, G_TYPE_OBJECT)

static void
sal_experiment_finalize (GObject *object)
{
  g_ptr_array_unref (SAL_EXPERIMENT (object)->runs);
  G_OBJECT_CLASS (sal_experiment_parent_class)->finalize (object);
}

static void
sal_experiment_class_init (SalExperimentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_experiment_finalize;
}

static void
sal_experiment_init (SalExperiment *self)
{
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
}

static gint64
seed_of (gpointer run)
{
  return sal_run_item_get_recipe (run)->seed;
}

static gboolean
has_seed (SalExperiment *self,
          gint64         seed)
{
  for (guint i = 0; i < self->runs->len; i++)
    if (seed_of (g_ptr_array_index (self->runs, i)) == seed)
      return TRUE;
  return FALSE;
}

static int
compare_seeds (gconstpointer a,
               gconstpointer b)
{
  const gint64 first = seed_of (*(SalRunItem *const *) a);
  const gint64 second = seed_of (*(SalRunItem *const *) b);

  return (first > second) - (first < second);
}

static SalExperiment *
find_or_add (GPtrArray       *experiments,
             GHashTable      *by_key,
             const SalRecipe *recipe)
{
  char *key = sal_seeds_experiment (recipe);
  SalExperiment *found = g_hash_table_lookup (by_key, key);

  if (found != NULL) {
    g_free (key);
    return found;
  }
  found = g_object_new (SAL_TYPE_EXPERIMENT, NULL);
  found->recipe = *recipe;
  g_ptr_array_add (experiments, found);
  g_hash_table_insert (by_key, key, found);
  return found;
}

GPtrArray *
sal_experiment_group (GListModel *model)
{
  GPtrArray *experiments = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (model, i);
    SalExperiment *experiment = find_or_add (experiments, by_key, sal_run_item_get_recipe (run));

    if (sal_run_item_get_state (run) == SAL_RUN_FINISHED && !has_seed (experiment, seed_of (run)))
      g_ptr_array_add (experiment->runs, g_steal_pointer (&run));
  }
  for (guint i = 0; i < experiments->len; i++)
    g_ptr_array_sort (SAL_EXPERIMENT (g_ptr_array_index (experiments, i))->runs, compare_seeds);
  return experiments;
}

const SalRecipe *
sal_experiment_get_recipe (SalExperiment *self)
{
  g_return_val_if_fail (SAL_IS_EXPERIMENT (self), NULL);

  return &self->recipe;
}

guint
sal_experiment_get_n_seeds (SalExperiment *self)
{
  g_return_val_if_fail (SAL_IS_EXPERIMENT (self), 0);

  return self->runs->len;
}

char *
sal_experiment_get_seeds (SalExperiment *self)
{
  g_return_val_if_fail (SAL_IS_EXPERIMENT (self), NULL);

  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->runs->len; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ", ",
                            seed_of (g_ptr_array_index (self->runs, i)));
  return g_string_free (text, FALSE);
}

SalSeedsInterval
sal_experiment_get_accuracy (SalExperiment  *self,
                             SalRunMeasurer *measurer)
{
  g_autofree double *values = g_new (double, self->runs->len + 1);

  for (guint i = 0; i < self->runs->len; i++)
    values[i] = sal_run_measurer_get (measurer, g_ptr_array_index (self->runs, i))->accuracy;
  return sal_seeds_interval (values, self->runs->len);
}

/* Areas count when they are final. */
SalSeedsInterval
sal_experiment_get_area (SalExperiment  *self,
                         SalRunMeasurer *measurer)
{
  g_autofree double *values = g_new (double, self->runs->len + 1);

  for (guint i = 0; i < self->runs->len; i++) {
    const SalRunMeasure *measure =
      sal_run_measurer_get (measurer, g_ptr_array_index (self->runs, i));

    values[i] = measure->area_done == measure->area_total ? measure->area : NAN;
  }
  return sal_seeds_interval (values, self->runs->len);
}
