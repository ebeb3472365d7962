/* sal-queued-run.c - a run that is to be started when others are done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-queued-run.h"

struct _SalQueuedRun
{
  GObject   parent_instance;

  SalRecipe recipe;
  SalSeries series;
  char     *title;
};

G_DEFINE_FINAL_TYPE (SalQueuedRun, sal_queued_run, G_TYPE_OBJECT)

const SalRecipe *
sal_queued_run_get_recipe (SalQueuedRun *self)
{
  g_return_val_if_fail (SAL_IS_QUEUED_RUN (self), NULL);

  return &self->recipe;
}

const char *
sal_queued_run_get_title (SalQueuedRun *self)
{
  g_return_val_if_fail (SAL_IS_QUEUED_RUN (self), NULL);

  return self->title;
}

SalSeries
sal_queued_run_get_series (SalQueuedRun *self)
{
  g_return_val_if_fail (SAL_IS_QUEUED_RUN (self), SAL_SERIES_NONE);

  return self->series;
}

static void
sal_queued_run_finalize (GObject *object)
{
  g_free (SAL_QUEUED_RUN (object)->title);
  G_OBJECT_CLASS (sal_queued_run_parent_class)->finalize (object);
}

static void
sal_queued_run_class_init (SalQueuedRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_queued_run_finalize;
}

static void
sal_queued_run_init (SalQueuedRun *self)
{
}

SalQueuedRun *
sal_queued_run_new (const SalRecipe *recipe,
                    SalSeries        series)
{
  SalQueuedRun *self = g_object_new (SAL_TYPE_QUEUED_RUN, NULL);

  self->recipe = *recipe;
  self->series = series;
  self->title = sal_recipe_title_translated (recipe);
  return self;
}
