/* sal-recipe-presets.c - named recipes, from data/recipes/
 *
 * Each preset is one JSON file that is compiled into the library: a file and
 * a line in the manifest make a new one.  A preset sets the fields that it
 * names and leaves the others alone.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <string.h>

#include "sal-error.h"
#include "sal-json.h"
#include "sal-recipe-private.h"
#include "saliscope-recipes.h"

#define FOLDER "/io/github/saliscope/recipes/"
#define SUFFIX ".json"
#define MAX_DEPTH 4

typedef struct
{
  SalPreset   row;
  gint64      order;  /* place in lists                                       */
  JsonObject *fields;
} Preset;

static int
compare_presets (gconstpointer a,
                 gconstpointer b)
{
  const Preset *first = *(const Preset *const *) a;
  const Preset *second = *(const Preset *const *) b;

  return (first->order > second->order) - (first->order < second->order);
}

/* The files are part of the program: one that does not parse is a mistake of
 * the build, which the tests find. */
static Preset *
read_preset (const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strconcat (FOLDER, file, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (saliscope_recipes_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

  g_assert_no_error (error);

  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonNode) root = sal_json_parse (text, size, MAX_DEPTH, file, &error);

  g_assert_no_error (error);

  JsonObject *object = json_node_get_object (root);
  Preset *preset = g_new0 (Preset, 1);

  preset->row.name = g_strndup (file, strlen (file) - strlen (SUFFIX));
  preset->row.title = g_strdup (json_object_get_string_member (object, "title"));
  preset->row.summary = g_strdup (json_object_get_string_member (object, "summary"));
  preset->order = json_object_get_int_member (object, "order");
  preset->fields = json_object_ref (json_object_get_object_member (object, "recipe"));
  return preset;
}

static GPtrArray *
read_presets (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) files =
    g_resource_enumerate_children (saliscope_recipes_get_resource (), FOLDER,
                                   G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  GPtrArray *presets = g_ptr_array_new ();

  g_assert_no_error (error);
  for (gsize i = 0; files[i] != NULL; i++)
    g_ptr_array_add (presets, read_preset (files[i]));
  g_ptr_array_sort (presets, compare_presets);
  return presets;
}

/* Read once, kept for the life of the process. */
static GPtrArray *
all_presets (void)
{
  static GPtrArray *presets = NULL;

  if (g_once_init_enter (&presets))
    g_once_init_leave (&presets, read_presets ());
  return presets;
}

const SalPreset *
sal_preset (guint index)
{
  const GPtrArray *presets = all_presets ();

  return index < presets->len ? &((const Preset *) presets->pdata[index])->row : NULL;
}

static gboolean
refuse_name (const char *name,
             GError    **error)
{
  const GPtrArray *presets = all_presets ();
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < presets->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            ((const Preset *) presets->pdata[i])->row.name);
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("preset: expected one of %s, found “%s”"), names->str, name);
  return FALSE;
}

gboolean
sal_recipe_apply_preset (SalRecipe  *recipe,
                         const char *name,
                         GError    **error)
{
  const GPtrArray *presets = all_presets ();

  for (guint i = 0; i < presets->len; i++) {
    const Preset *preset = presets->pdata[i];

    if (g_str_equal (preset->row.name, name))
      return sal_recipe_set_from_object (recipe, preset->fields, error);
  }
  return refuse_name (name, error);
}
