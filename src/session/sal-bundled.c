/* sal-bundled.c - the demo models that come with the program
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bundled.h"

#include <glib/gi18n.h>

#include "saliscope-demos.h"
#include "sal-error.h"

#define FOLDER "/io/github/saliscope/demos/"
#define SUFFIX ".safetensors"

char **
sal_bundled_names (void)
{
  g_auto (GStrv) files = g_resource_enumerate_children (saliscope_demos_get_resource (), FOLDER,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (gsize i = 0; files != NULL && files[i] != NULL; i++)
    if (g_str_has_suffix (files[i], SUFFIX)) {
      g_autofree char *name = g_strndup (files[i], strlen (files[i]) - strlen (SUFFIX));

      g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

static GBytes *
look_up (const char *name,
         const char *suffix,
         GError    **error)
{
  g_autofree char *path = g_strconcat (FOLDER, name, suffix, NULL);
  GBytes *bytes = g_resource_lookup_data (saliscope_demos_get_resource (), path,
                                          G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (bytes == NULL) {
    g_auto (GStrv) names = sal_bundled_names ();
    g_autofree char *list = g_strjoinv (", ", names);

    g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
                 _("There is no demo model “%s”; there are %s"), name, list);
  }
  return bytes;
}

NnModel *
sal_bundled_load (const char   *name,
                  SalModelInfo *info,
                  GError      **error)
{
  g_autoptr (GBytes) bytes = look_up (name, SUFFIX, error);

  return bytes != NULL ? sal_model_file_load_bytes (bytes, name, info, error) : NULL;
}

GBytes *
sal_bundled_record (const char *name,
                    GError    **error)
{
  return look_up (name, ".csv", error);
}
