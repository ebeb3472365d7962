/* sal-compare-page-seeds.c - what is chance: experiments over their seeds
 *
 * Made anew when runs come, go or are finished; there are few of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-compare-page-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "sal-experiment.h"
#include "sal-tooltip.h"

static const SalRecipe *
recipe_of (gpointer item)
{
  return sal_experiment_get_recipe (item);
}

static char *
mode_text (gpointer item,
           gpointer page)
{
  return g_strdup (_(sal_mode_title ((SalMode) recipe_of (item)->mode)));
}

static char *
saved_mode (gpointer item,
            gpointer page)
{
  return g_strdup (sal_mode_title ((SalMode) recipe_of (item)->mode));
}

static GtkWidget *
new_mode (gpointer page)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

/* What else is in the recipe is a command away. */
static void
show_mode (GtkWidget *label,
           gpointer   item,
           gpointer   page)
{
  g_autofree char *text = mode_text (item, page);
  g_autofree char *command = sal_recipe_command (recipe_of (item));

  gtk_label_set_label (GTK_LABEL (label), text);
  sal_tooltip_set (label, command);
}

static char *
bits_text (gpointer item,
           gpointer page)
{
  return sal_compare_page_bits_text (recipe_of (item));
}

static double
bits_number (gpointer item,
             gpointer page)
{
  return sal_compare_page_bits_number (recipe_of (item));
}

static char *
dataset_text (gpointer item,
              gpointer page)
{
  return sal_compare_page_dataset_text (recipe_of (item), FALSE);
}

static char *
saved_dataset (gpointer item,
               gpointer page)
{
  return sal_compare_page_dataset_text (recipe_of (item), TRUE);
}

static char *
network_text (gpointer item,
              gpointer page)
{
  return sal_recipe_network_title (recipe_of (item));
}

static double
seeds_number (gpointer item,
              gpointer page)
{
  return sal_experiment_get_n_seeds (item);
}

static char *
seeds_text (gpointer item,
            gpointer page)
{
  return g_strdup_printf ("%u", sal_experiment_get_n_seeds (item));
}

static char *
seed_list_text (gpointer item,
                gpointer page)
{
  return sal_experiment_get_seeds (item);
}

/* --- over seeds -------------------------------------------------------------- */

static SalSeedsInterval
accuracy_of (gpointer item,
             gpointer page)
{
  return sal_experiment_get_accuracy (item, SAL_COMPARE_PAGE (page)->measurer);
}

static SalSeedsInterval
area_of (gpointer item,
         gpointer page)
{
  return sal_experiment_get_area (item, SAL_COMPARE_PAGE (page)->measurer);
}

/* "98.42 ± 0.31"; one seed has no interval. */
static char *
interval_text (SalSeedsInterval interval)
{
  if (interval.n == 0)
    return g_strdup ("–");
  if (interval.n == 1)
    return g_strdup_printf ("%.2f", 100 * interval.mean);
  return g_strdup_printf ("%.2f ± %.2f", 100 * interval.mean,
                          100 * (interval.upper - interval.mean));
}

static char *
accuracy_text (gpointer item,
               gpointer page)
{
  return interval_text (accuracy_of (item, page));
}

static double
accuracy_number (gpointer item,
                 gpointer page)
{
  return 100 * accuracy_of (item, page).mean;
}

static double
accuracy_half_number (gpointer item,
                      gpointer page)
{
  const SalSeedsInterval interval = accuracy_of (item, page);

  return 100 * (interval.upper - interval.mean);
}

static char *
area_text (gpointer item,
           gpointer page)
{
  return interval_text (area_of (item, page));
}

static double
area_number (gpointer item,
             gpointer page)
{
  return 100 * area_of (item, page).mean;
}

static double
area_half_number (gpointer item,
                  gpointer page)
{
  const SalSeedsInterval interval = area_of (item, page);

  return 100 * (interval.upper - interval.mean);
}

/* What is compared stands before what it depends on: in a narrow window the
 * rest is scrolled to. */
static const SalTableColumn columns[] = {
  { N_("mode"), "mode", N_("Which halves of the method; the tooltip of a row has the whole recipe"),
    .text = mode_text, .saved_text = saved_mode, .new_cell = new_mode, .show_cell = show_mode,
    .expand = TRUE },
  { N_("accuracy, %"), "mean test accuracy percent",
    /* xgettext:no-c-format */
    N_("Test accuracy: mean over seeds ± half of its 95 % interval (Student's t); one seed has no "
       "interval"),
    .text = accuracy_text, .number = accuracy_number },
  { "", "accuracy half interval", .text = accuracy_text, .number = accuracy_half_number,
    .only_saved = TRUE },
  { N_("masking area, %"), "mean masking area percent",
    /* xgettext:no-c-format */
    N_("Mean over the seeds that are measured ± half of its 95 % interval (Student's t)"),
    .text = area_text, .number = area_number },
  { "", "area half interval", .text = area_text, .number = area_half_number,
    .only_saved = TRUE },
  { N_("seeds"), "seeds", N_("Finished runs, one of each seed"), .text = seeds_text,
    .number = seeds_number },
  { "", "seed list", .text = seed_list_text, .only_saved = TRUE },
  { N_("bits W / A"), "bits code", N_("Bits of weights and activations"), .text = bits_text,
    .number = bits_number },
  { N_("data set"), "data set", N_("What they were trained on"), .text = dataset_text,
    .saved_text = saved_dataset },
  { N_("network"), "network", N_("Their architecture"), .text = network_text },
};

enum
{
  ACCURACY_COLUMN = 1,
};

void
sal_compare_page_list_seeds (SalComparePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  g_autoptr (GPtrArray) found =
    sal_experiment_group (G_LIST_MODEL (sal_session_get_runs (session)));

  g_list_store_splice (self->experiments, 0,
                       g_list_model_get_n_items (G_LIST_MODEL (self->experiments)),
                       found->pdata, found->len);
}

void
sal_compare_page_set_up_seeds (SalComparePage *self)
{
  self->experiments = g_list_store_new (SAL_TYPE_EXPERIMENT);
  sal_table_set_columns (self->seeds, _("Experiments, over seeds"),
                         G_LIST_MODEL (self->experiments), columns, G_N_ELEMENTS (columns), self);
  sal_table_sort (self->seeds, ACCURACY_COLUMN, TRUE);
}
