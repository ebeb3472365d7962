/* sal-compare-page-runs.c - the columns of the table of runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-compare-page-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "plot-scale.h"
#include "sal-page-runs.h"
#include "sal-run-dot.h"
#include "sal-tooltip.h"
#include "sal-words.h"

static const SalRecipe *
recipe_of (gpointer item)
{
  return sal_run_item_get_recipe (item);
}

static const SalRunMeasure *
measure_of (gpointer item,
            gpointer data)
{
  return sal_run_measurer_get (SAL_COMPARE_PAGE (data)->measurer, item);
}

static char *
unknown (void)
{
  return g_strdup ("–");
}

/* --- whether its curves are drawn beside those of the current run ------------- */

static GListStore *
get_compared (gpointer page)
{
  return sal_session_get_compared (sal_page_get_session (page));
}

static void
checked_cb (GtkCheckButton *check,
            gpointer        page)
{
  SalRunItem *run = g_object_get_data (G_OBJECT (check), "run");
  guint position = 0;

  if (run == NULL)
    return;

  const gboolean is_there = g_list_store_find (get_compared (page), run, &position);

  if (gtk_check_button_get_active (check) && !is_there)
    g_list_store_append (get_compared (page), run);
  else if (!gtk_check_button_get_active (check) && is_there)
    g_list_store_remove (get_compared (page), position);
}

static GtkWidget *
new_check (gpointer page)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_tooltip_text (check, _("Draw its curves beside those of the current run, on the "
                                        "Train page and in the report"));
  g_signal_connect_object (check, "toggled", G_CALLBACK (checked_cb), page, 0);
  return check;
}

static void
show_check (GtkWidget *check,
            gpointer   run,
            gpointer   page)
{
  g_autofree char *label = g_strdup_printf (_("Compare %s"), sal_run_item_get_title (run));

  g_object_set_data (G_OBJECT (check), "run", NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_list_store_find (get_compared (page), run, NULL));
  g_object_set_data (G_OBJECT (check), "run", run);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static char *
check_text (gpointer run,
            gpointer page)
{
  return g_strdup (g_list_store_find (get_compared (page), run, NULL) ? _("compared") : "");
}

static char *
saved_check (gpointer run,
             gpointer page)
{
  return g_strdup (g_list_store_find (get_compared (page), run, NULL) ? "compared" : "");
}

/* --- what the recipe says ---------------------------------------------------- */

static char *
name_text (gpointer run,
           gpointer page)
{
  return sal_page_name_run (run);
}

static char *
saved_name (gpointer run,
            gpointer page)
{
  return sal_page_name_run_in_file (run);
}

static GtkWidget *
new_name (gpointer page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (label), 20);
  gtk_box_append (GTK_BOX (box), sal_run_dot_new ());
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static void
show_name (GtkWidget *box,
           gpointer   run,
           gpointer   page)
{
  g_autofree char *name = name_text (run, page);
  g_autofree char *details = sal_run_item_get_details (run);

  sal_run_dot_set_run (SAL_RUN_DOT (gtk_widget_get_first_child (box)), run);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (box)), name);
  sal_tooltip_set (box, details);
}

static char *
mode_text (gpointer run,
           gpointer page)
{
  return g_strdup (_(sal_mode_title ((SalMode) recipe_of (run)->mode)));
}

static char *
saved_mode (gpointer run,
            gpointer page)
{
  return g_strdup (sal_mode_title ((SalMode) recipe_of (run)->mode));
}

char *
sal_compare_page_dataset_text (const SalRecipe *recipe,
                               gboolean         in_file)
{
  g_autofree char *title = in_file ? sal_recipe_title (recipe)
                                   : sal_recipe_title_translated (recipe);
  const char *dataset = g_strrstr (title, " · ");

  return g_strdup (dataset == NULL ? recipe->dataset : dataset + strlen (" · "));
}

static char *
dataset_text (gpointer run,
              gpointer page)
{
  return sal_compare_page_dataset_text (recipe_of (run), FALSE);
}

static char *
saved_dataset (gpointer run,
               gpointer page)
{
  return sal_compare_page_dataset_text (recipe_of (run), TRUE);
}

static char *
network_text (gpointer run,
              gpointer page)
{
  g_autofree char *title = sal_recipe_network_title (recipe_of (run));

  return g_strdup (_(title));
}

static char *
saved_network (gpointer run,
               gpointer page)
{
  return sal_recipe_network_title (recipe_of (run));
}

/* Full precision counts as 32 bits. */
static int
count_bits (int bits)
{
  return bits == NN_BITS_OFF ? NN_BITS_CLIP : bits;
}

double
sal_compare_page_bits_number (const SalRecipe *recipe)
{
  if (!sal_recipe_has_pact (recipe))
    return NN_BITS_CLIP * 100 + NN_BITS_CLIP;
  return count_bits (recipe->weight_bits) * 100 + count_bits (recipe->activation_bits);
}

char *
sal_compare_page_bits_text (const SalRecipe *recipe)
{
  if (!sal_recipe_has_pact (recipe))
    return g_strdup (_("full"));
  return g_strdup_printf ("%d / %d%s", count_bits (recipe->weight_bits),
                          count_bits (recipe->activation_bits),
                          *recipe->bits == '\0' ? "" : " *");
}

static double
bits_number (gpointer run,
             gpointer page)
{
  return sal_compare_page_bits_number (recipe_of (run));
}

static char *
bits_text (gpointer run,
           gpointer page)
{
  return sal_compare_page_bits_text (recipe_of (run));
}

static double
weight_bits_number (gpointer run,
                    gpointer page)
{
  return floor (bits_number (run, page) / 100);
}

static double
activation_bits_number (gpointer run,
                        gpointer page)
{
  return fmod (bits_number (run, page), 100);
}

static double
seed_number (gpointer run,
             gpointer page)
{
  return (double) recipe_of (run)->seed;
}

static char *
seed_text (gpointer run,
           gpointer page)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, recipe_of (run)->seed);
}

/* --- what is measured -------------------------------------------------------- */

static double
accuracy_number (gpointer run,
                 gpointer page)
{
  return 100 * measure_of (run, page)->accuracy;
}

static double
lower_number (gpointer run,
              gpointer page)
{
  return 100 * measure_of (run, page)->lower;
}

static double
upper_number (gpointer run,
              gpointer page)
{
  return 100 * measure_of (run, page)->upper;
}

static char *
accuracy_text (gpointer run,
               gpointer page)
{
  const SalRunMeasure *measure = measure_of (run, page);

  if (!isfinite (measure->accuracy))
    return unknown ();
  if (!isfinite (measure->lower))
    return g_strdup_printf ("%.2f", 100 * measure->accuracy);
  return g_strdup_printf ("%.2f  (%.1f – %.1f)", 100 * measure->accuracy, 100 * measure->lower,
                          100 * measure->upper);
}

static double
area_number (gpointer run,
             gpointer page)
{
  return 100 * measure_of (run, page)->area;
}

static char *
area_text (gpointer run,
           gpointer page)
{
  const SalRunMeasure *measure = measure_of (run, page);

  if (!isfinite (measure->area))
    return unknown ();
  return g_strdup_printf ("%.1f%s", 100 * measure->area,
                          measure->area_done < measure->area_total ? "…" : "");
}

static double
size_number (gpointer run,
             gpointer page)
{
  const guint64 bytes = measure_of (run, page)->packed_bytes;

  return bytes == 0 ? NAN : (double) bytes;
}

static char *
size_text (gpointer run,
           gpointer page)
{
  const guint64 bytes = measure_of (run, page)->packed_bytes;

  return bytes == 0 ? unknown () : g_format_size (bytes);
}

static double
speed_number (gpointer run,
              gpointer page)
{
  return 1000 * measure_of (run, page)->seconds;
}

static char *
speed_text (gpointer run,
            gpointer page)
{
  char number[PLOT_NUMBER_SIZE];

  if (!isfinite (speed_number (run, page)))
    return unknown ();
  plot_format_value (speed_number (run, page), 3, number);
  return g_strdup (number);
}

static double
time_number (gpointer run,
             gpointer page)
{
  return sal_run_item_get_seconds (run);
}

static char *
time_text (gpointer run,
           gpointer page)
{
  return sal_words_duration (sal_run_item_get_seconds (run));
}

static char *
state_text (gpointer run,
            gpointer page)
{
  return g_strdup (sal_run_item_get_id (run) < 0 ? _("bundled")
                   : _(sal_run_state_name (sal_run_item_get_state (run))));
}

static char *
saved_state (gpointer run,
             gpointer page)
{
  return g_strdup (sal_run_item_get_id (run) < 0 ? "bundled"
                   : sal_run_state_name (sal_run_item_get_state (run)));
}

static const SalTableColumn columns[] = {
  { N_("compare"), "compared", N_("Whose curves are drawn beside those of the current run"),
    .text = check_text, .saved_text = saved_check, .new_cell = new_check, .show_cell = show_check },
  { N_("run"), "run", N_("A double click or Enter opens the run"), .text = name_text,
    .saved_text = saved_name, .new_cell = new_name, .show_cell = show_name, .expand = TRUE },
  { N_("test accuracy, %"), "test accuracy percent",
    /* xgettext:no-c-format */
    N_("On all test images; in brackets its 95 % interval (Wilson) for so many images"),
    .text = accuracy_text, .number = accuracy_number },
  { "", "lower percent", .text = accuracy_text, .number = lower_number, .only_saved = TRUE },
  { "", "upper percent", .text = accuracy_text, .number = upper_number, .only_saved = TRUE },
  { N_("masking area, %"), "masking area percent",
    N_("Area under the masking curve: gradient, background, most salient first; the smaller, the "
       "better the explanation finds what the network needs"),
    .text = area_text, .number = area_number },
  { N_("size"), "bytes", N_("Weights packed at their bits, as they would be written"),
    .text = size_text, .number = size_number },
  { N_("ms / image"), "ms per image",
    N_("To predict one test image: the fastest mini-batch, all processors, quantizers simulated "
       "in floating point; other work on this machine makes it longer"),
    .text = speed_text, .number = speed_number },
  { N_("bits W / A"), "bits code",
    N_("Bits of weights and activations while it was trained; a star: some layers have bits of "
       "their own"),
    .text = bits_text, .number = bits_number },
  { "", "weight bits", .text = bits_text, .number = weight_bits_number, .only_saved = TRUE },
  { "", "activation bits", .text = bits_text, .number = activation_bits_number,
    .only_saved = TRUE },
  { N_("seed"), "seed", N_("Runs that differ in nothing else are repetitions of one experiment"),
    .text = seed_text, .number = seed_number },
  { N_("mode"), "mode", N_("Which halves of the method it was trained with"), .text = mode_text,
    .saved_text = saved_mode },
  { N_("data set"), "data set", N_("What it was trained on"), .text = dataset_text,
    .saved_text = saved_dataset },
  { N_("network"), "network", N_("Its architecture"), .text = network_text,
    .saved_text = saved_network },
  { N_("trained for"), "training seconds", N_("Training time"), .text = time_text,
    .number = time_number },
  { N_("state"), "state", N_("Where it stands"), .text = state_text, .saved_text = saved_state },
};

enum
{
  ACCURACY_COLUMN = 2,
};

void
sal_compare_page_set_up_runs (SalComparePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));

  sal_table_set_columns (self->runs, _("Runs"), G_LIST_MODEL (sal_session_get_runs (session)),
                         columns, G_N_ELEMENTS (columns), self);
  sal_table_sort (self->runs, ACCURACY_COLUMN, TRUE);
}
