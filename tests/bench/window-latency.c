/* window-latency.c - how lively the window is while both processors train
 *
 * Opens the real window and measures, from the key that is pressed to the
 * frame that shows what it led to; see --help for what, and the README for
 * how it is called.  Prints percentiles beside the goals; a speed is nobody's
 * pass or fail.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window-bench.h"

#include <stdlib.h>

typedef struct
{
  const char *name;
  void      (*measure) (Bench *self);
  const char *summary;
} Measurement;

static const Measurement measurements[] = {
  { "slider", bench_sliders, "bits moved by key to maps and accuracy on screen, while training" },
  { "stall", bench_stalls, "how late the main loop and its frames are, while training" },
  { "stop", bench_stops, "stopping a run" },
  { "start", bench_starts, "start of the program to its first complete window" },
  { "memory", bench_memory, "resident memory with the data set loaded and the window open" },
  { "throughput", bench_throughput, "what the window costs a run that is trained" },
  { "masking", bench_masking, "a masking curve over the whole test set" },
  { "points", bench_points, "curves of a million points: drawing, panning and zooming" },
  { "images", bench_images, "scrolling through sixty thousand images" },
};

static gboolean
is_wanted (const char        *name,
           const char *const *names)
{
  return names == NULL || *names == NULL || g_strv_contains (names, name);
}

static char *
describe_measurements (void)
{
  g_autoptr (GString) text = g_string_new ("Measurements (all, where none is named):\n");

  for (gsize i = 0; i < G_N_ELEMENTS (measurements); i++)
    g_string_append_printf (text, "  %-12s %s\n", measurements[i].name, measurements[i].summary);
  return g_strdup (text->str);
}

static void
check_names (const char *const *names)
{
  for (gsize i = 0; names != NULL && names[i] != NULL; i++) {
    gboolean known = FALSE;

    for (gsize j = 0; j < G_N_ELEMENTS (measurements); j++)
      known = known || g_str_equal (names[i], measurements[j].name);
    if (!known) {
      g_printerr ("window-latency: there is no measurement “%s”\n", names[i]);
      exit (2);
    }
  }
}

/* MNIST where it is on this computer. */
static const char *
choose_dataset (void)
{
  g_autoptr (SalDataset) mnist = sal_dataset_open ("mnist", NULL, NULL);

  return mnist != NULL ? "mnist" : "glyphs";
}

/* What all windows of the measurements have in common. */
static void
prepare_environment (void)
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GTK_A11Y", "none", FALSE);
}

int
main (int   argc,
      char *argv[])
{
  Bench bench = { .moves = 60, .seconds = 12 };
  g_autofree char *dataset = NULL;
  g_autofree char *process = NULL;
  g_auto (GStrv) names = NULL;
  const GOptionEntry options[] = {
    { "dataset", 0, 0, G_OPTION_ARG_STRING, &dataset, "Train on this (default: MNIST, else Glyphs)",
      "NAME" },
    { "moves", 0, 0, G_OPTION_ARG_INT, &bench.moves, "Keys pressed for each latency (60)", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &bench.seconds, "Seconds on each page (12)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &bench.json, "Print JSON; the table goes to stderr", NULL },
    { "process", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &process, NULL, NULL },
    { "since", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT64, &bench.since, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, "[MEASUREMENT…]" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *description = describe_measurements ();
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("window-latency: %s\n", error->message);
    return 2;
  }
  check_names ((const char *const *) names);
  setvbuf (stdout, NULL, _IOLBF, 0);
  prepare_environment ();
  bench.dataset = dataset;
  bench.program = argv[0];
  if (process != NULL) {
    bench_do_process (&bench, process);
    return 0;
  }
  if (dataset == NULL)
    bench.dataset = choose_dataset ();
  if (!gtk_init_check ()) {
    g_printerr ("window-latency: no display could be opened; run it under xvfb-run\n");
    return 1;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (measurements); i++)
    if (is_wanted (measurements[i].name, (const char *const *) names))
      measurements[i].measure (&bench);
  if (bench.json)
    bench_print_json (&bench);
  g_clear_pointer (&bench.results, g_ptr_array_unref);
  return 0;
}
