/* sal-model-source.c - networks by what people call them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-model-source.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "sal-bundled.h"
#include "sal-error.h"

#define BUNDLED_PREFIX "demo:"

gboolean
sal_model_source_is_run (const char *name)
{
  return *name != '\0' && strspn (name, G_CSET_DIGITS) == strlen (name) &&
         !g_file_test (name, G_FILE_TEST_EXISTS);
}

/* The model file of a run. Free the result. */
static char *
run_path (const char  *name,
          SalRunStore *store,
          GError     **error)
{
  if (store == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
                 _("%s: expected a model file, found no file and no record of runs"), name);
    return NULL;
  }

  g_autoptr (SalRun) run = sal_run_store_get (store, g_ascii_strtoll (name, NULL, 10), error);

  if (run == NULL)
    return NULL;

  g_autofree char *path = g_build_filename (run->directory, "model.safetensors", NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
               _("Run %s: expected its model at %s, found none; %s"), name, path,
               !g_file_test (run->directory, G_FILE_TEST_IS_DIR) ? _("the run's folder is missing")
               : isnan (run->validation_accuracy) ? _("the first whole epoch leaves one")
               : _("it has had one"));
  return NULL;
}

NnModel *
sal_model_source_load (const char   *name,
                       SalRunStore  *store,
                       char        **path,
                       SalModelInfo *info,
                       GError      **error)
{
  const gboolean is_bundled = g_str_has_prefix (name, BUNDLED_PREFIX);
  g_autofree char *found = sal_model_source_is_run (name) ? run_path (name, store, error)
                                                          : g_strdup (name);
  NnModel *model = NULL;

  if (is_bundled)
    model = sal_bundled_load (name + strlen (BUNDLED_PREFIX), info, error);
  else if (found != NULL)
    model = sal_model_file_load (found, info, error);
  if (path != NULL)
    *path = g_steal_pointer (&found);
  return model;
}
