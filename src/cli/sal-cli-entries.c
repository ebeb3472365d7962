/* sal-cli-entries.c - options that several commands have, a row each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-entries.h"

#include "sal-cli.h"

GOptionEntry
sal_cli_home_entry (char **home)
{
  return (GOptionEntry) {
    "home", 0, 0, G_OPTION_ARG_FILENAME, home,
    "Directory of runs (default: $SALISCOPE_HOME or the user's data directory)", "DIR"
  };
}

GOptionEntry
sal_cli_threads_entry (int *threads)
{
  return (GOptionEntry) {
    "threads", 't', 0, G_OPTION_ARG_INT, threads,
    "Threads to compute with (default: one for each processor)", "N"
  };
}

GOptionEntry
sal_cli_json_entry (gboolean *json)
{
  return (GOptionEntry) {
    "json", 0, 0, G_OPTION_ARG_NONE, json, "Print the result as JSON", NULL
  };
}

GOptionEntry
sal_cli_quiet_entry (gboolean *quiet)
{
  return (GOptionEntry) {
    "quiet", 'q', 0, G_OPTION_ARG_NONE, quiet, "No progress on stderr", NULL
  };
}

GOptionEntry
sal_cli_dataset_entry (char **dataset)
{
  return (GOptionEntry) {
    "dataset", 'd', 0, G_OPTION_ARG_STRING, dataset,
    "Data set to test on (default: the one it was trained on)", "NAME"
  };
}

GOptionEntry
sal_cli_images_entry (int *images)
{
  return (GOptionEntry) {
    "images", 'n', 0, G_OPTION_ARG_INT, images, "Only the first N test images", "N"
  };
}

gboolean
sal_cli_images_check (int      images,
                      GError **error)
{
  return images >= 0 ||
         sal_cli_usage (error, "images: expected a number above 0, found %d", images);
}

gsize
sal_cli_images_limit (int   images,
                      gsize count)
{
  return images > 0 ? MIN (count, (gsize) images) : count;
}

const NnSaliencyMethod *
sal_cli_method_find (const char *name,
                     GError    **error)
{
  const NnSaliencyMethod *method = nn_saliency_method_find (name);

  if (method == NULL)
    sal_cli_usage (error, "method: there is no method “%s”; see saliscope-cli models", name);
  return method;
}
