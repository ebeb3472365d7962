/* sal-catalogue.c - the public data sets, from data/datasets/
 *
 * A file's members are rows of a table: its name, its type and where it goes.
 * The files that are compiled in are part of the program: one that does not
 * parse is a mistake of the build, which the tests find.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-catalogue.h"

#include <string.h>

#include "sal-error.h"
#include "sal-json.h"
#include "saliscope-datasets.h"

#define FOLDER "/io/github/saliscope/datasets/"
#define SUFFIX ".json"
#define MAX_DEPTH 4
#define MAX_CLASSES 256

/* Nobody's training set is a tebibyte: larger is a slip of the pen. */
#define MAX_FILE_SIZE (G_GINT64_CONSTANT (1) << 40)

#define SHA256_DIGITS 64

typedef struct
{
  const char *id;
  GError    **error;
} Reader;

/* ---- members -------------------------------------------------------------------- */

static gboolean
refuse (const Reader *reader,
        const char   *member,
        const char   *expected)
{
  g_set_error (reader->error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               "%s" SUFFIX ": expected “%s” to be %s", reader->id, member, expected);
  return FALSE;
}

/* Whether `object` has the members `required` and none besides but those of
 * `optional`; both end with NULL. */
static gboolean
check_members (const Reader      *reader,
               JsonObject        *object,
               const char *const *required,
               const char *const *optional)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (gsize i = 0; required[i] != NULL; i++)
    if (!json_object_has_member (object, required[i]))
      return refuse (reader, required[i], "there, found no such member");
  for (const GList *name = names; name != NULL; name = name->next)
    if (!g_strv_contains (required, name->data) && !g_strv_contains (optional, name->data)) {
      g_autofree char *quotable = sal_json_quotable (name->data);

      return refuse (reader, quotable, "a member that this program knows");
    }
  return TRUE;
}

static gboolean
read_text (const Reader *reader,
           JsonObject   *object,
           const char   *member,
           const char  **text)
{
  JsonNode *node = json_object_get_member (object, member);

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING ||
      *json_node_get_string (node) == '\0')
    return refuse (reader, member, "some text");
  *text = json_node_dup_string (node);
  return TRUE;
}

static gboolean
read_integer (const Reader *reader,
              JsonObject   *object,
              const char   *member,
              gint64        maximum,
              gint64       *value)
{
  JsonNode *node = json_object_get_member (object, member);

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64 ||
      json_node_get_int (node) < 1 || json_node_get_int (node) > maximum) {
    g_autofree char *expected =
      g_strdup_printf ("a whole number from 1 to %" G_GINT64_FORMAT, maximum);

    return refuse (reader, member, expected);
  }
  *value = json_node_get_int (node);
  return TRUE;
}

/* The array `member` if it has `minimum` to `maximum` elements. */
static JsonArray *
read_array (const Reader *reader,
            JsonObject   *object,
            const char   *member,
            guint         minimum,
            guint         maximum)
{
  JsonNode *node = json_object_get_member (object, member);
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) < minimum ||
      json_array_get_length (array) > maximum) {
    g_autofree char *expected = g_strdup_printf ("an array of %u to %u elements", minimum, maximum);

    refuse (reader, member, expected);
    return NULL;
  }
  return array;
}

static gboolean
read_texts (const Reader       *reader,
            JsonObject         *object,
            const char         *member,
            guint               minimum,
            const char *const **texts)
{
  JsonArray *array = read_array (reader, object, member, minimum, MAX_CLASSES);

  if (array == NULL)
    return FALSE;

  const guint n = json_array_get_length (array);
  char **copies = g_new0 (char *, n + 1);

  *texts = (const char *const *) copies;
  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
      return refuse (reader, member, "an array of texts");
    copies[i] = json_node_dup_string (node);
  }
  return TRUE;
}

/* One number for each channel, in 0 ... 1. */
static gboolean
read_statistics (const Reader *reader,
                 JsonObject   *object,
                 const char   *member,
                 float         values[NN_MAX_CHANNELS],
                 int          *channels)
{
  JsonArray *array = read_array (reader, object, member, 1, NN_MAX_CHANNELS);

  if (array == NULL)
    return FALSE;
  *channels = (int) json_array_get_length (array);
  for (int c = 0; c < *channels; c++) {
    JsonNode *node = json_array_get_element (array, (guint) c);
    const double value = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : 0;

    if (!(value > 0 && value < 1))
      return refuse (reader, member, "an array of numbers between 0 and 1");
    values[c] = (float) value;
  }
  return TRUE;
}

/* ---- files ----------------------------------------------------------------------- */

static gboolean
read_digest (const Reader *reader,
             JsonObject   *object,
             const char   *member,
             const char  **digest)
{
  if (!read_text (reader, object, member, digest))
    return FALSE;
  if (strlen (*digest) != SHA256_DIGITS ||
      strspn (*digest, "0123456789abcdef") != SHA256_DIGITS)
    return refuse (reader, member, "64 digits of 0-9 and a-f");
  return TRUE;
}

static gboolean
read_file (const Reader     *reader,
           JsonNode         *node,
           SalCatalogueFile *file)
{
  static const char *const required[] = { "name", "size", "sha256", NULL };
  static const char *const optional[] = { "sha256-content", NULL };
  gint64 size = 0;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (reader, "files", "an array of objects");

  JsonObject *object = json_node_get_object (node);

  if (!check_members (reader, object, required, optional) ||
      !read_text (reader, object, "name", &file->name) ||
      !read_integer (reader, object, "size", MAX_FILE_SIZE, &size) ||
      !read_digest (reader, object, "sha256", &file->sha256) ||
      (json_object_has_member (object, optional[0]) &&
       !read_digest (reader, object, optional[0], &file->content_sha256)))
    return FALSE;
  if (strchr (file->name, '/') != NULL || file->name[0] == '.')
    return refuse (reader, "name", "the name of a file, without a folder");
  file->size = (guint64) size;
  return TRUE;
}

static gboolean
read_files (const Reader      *reader,
            JsonObject        *object,
            SalCatalogueEntry *entry)
{
  JsonArray *array = read_array (reader, object, "files", 1, MAX_CLASSES);

  if (array == NULL)
    return FALSE;

  const guint n = json_array_get_length (array);
  SalCatalogueFile *files = g_new0 (SalCatalogueFile, n + 1);

  entry->files = files;
  for (guint i = 0; i < n; i++) {
    /* A name marks the row as one to be freed. */
    if (!read_file (reader, json_array_get_element (array, i), &files[i]))
      return FALSE;
    entry->size += files[i].size;
  }
  return TRUE;
}

/* ---- entries --------------------------------------------------------------------- */

static gboolean
read_mirrors (const Reader      *reader,
              JsonObject        *object,
              SalCatalogueEntry *entry)
{
  if (!read_texts (reader, object, "mirrors", 1, &entry->mirrors))
    return FALSE;
  for (gsize i = 0; entry->mirrors[i] != NULL; i++)
    if ((!g_str_has_prefix (entry->mirrors[i], "https://") &&
         !g_str_has_prefix (entry->mirrors[i], "http://")) ||
        !g_str_has_suffix (entry->mirrors[i], "/"))
      return refuse (reader, "mirrors", "http:// or https:// addresses that end with a slash");
  return TRUE;
}

static gboolean
read_normalisation (const Reader      *reader,
                    JsonObject        *object,
                    SalCatalogueEntry *entry)
{
  int deviations = 0;

  if (!read_statistics (reader, object, "mean", entry->mean, &entry->channels) ||
      !read_statistics (reader, object, "std", entry->std, &deviations))
    return FALSE;
  return deviations == entry->channels ||
         refuse (reader, "std", "as long as “mean”");
}

static gboolean
read_entry (const Reader      *reader,
            JsonObject        *object,
            SalCatalogueEntry *entry,
            gint64            *order)
{
  static const char *const required[] = {
    "order", "title", "summary", "format", "homepage", "licence", "citation",
    "mirrors", "files", "mean", "std", "classes", NULL
  };
  static const char *const optional[] = { NULL };

  if (!check_members (reader, object, required, optional) ||
      !read_integer (reader, object, "order", G_MAXINT, order) ||
      !read_text (reader, object, "title", &entry->title) ||
      !read_text (reader, object, "summary", &entry->summary) ||
      !read_text (reader, object, "format", &entry->format) ||
      !read_text (reader, object, "homepage", &entry->homepage) ||
      !read_text (reader, object, "licence", &entry->licence) ||
      !read_text (reader, object, "citation", &entry->citation) ||
      !read_mirrors (reader, object, entry) ||
      !read_files (reader, object, entry) ||
      !read_normalisation (reader, object, entry) ||
      !read_texts (reader, object, "classes", 2, &entry->class_names))
    return FALSE;
  entry->classes = (int) g_strv_length ((char **) entry->class_names);
  return TRUE;
}

SalCatalogueEntry *
sal_catalogue_parse (const char *id,
                     const char *text,
                     gsize       length,
                     gint64     *order,
                     GError    **error)
{
  const Reader reader = { .id = id, .error = error };
  g_autoptr (JsonNode) root = sal_json_parse (text, length, MAX_DEPTH, id, error);
  g_autoptr (SalCatalogueEntry) entry = g_new0 (SalCatalogueEntry, 1);

  entry->id = g_strdup (id);
  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    refuse (&reader, id, "an object");
    return NULL;
  }
  if (!read_entry (&reader, json_node_get_object (root), entry, order))
    return NULL;
  return g_steal_pointer (&entry);
}

static void
free_files (const SalCatalogueFile *files)
{
  for (gsize i = 0; files != NULL && files[i].name != NULL; i++) {
    g_free ((char *) files[i].name);
    g_free ((char *) files[i].sha256);
    g_free ((char *) files[i].content_sha256);
  }
  g_free ((SalCatalogueFile *) files);
}

void
sal_catalogue_entry_free (SalCatalogueEntry *entry)
{
  const char *const texts[] = {
    entry->id, entry->title, entry->summary, entry->format,
    entry->homepage, entry->licence, entry->citation,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free ((char *) texts[i]);
  g_strfreev ((char **) entry->mirrors);
  g_strfreev ((char **) entry->class_names);
  free_files (entry->files);
  g_free (entry);
}

/* ---- the catalogue ----------------------------------------------------------------- */

typedef struct
{
  SalCatalogueEntry *entry;
  gint64             order;
} Place;

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const Place *first = a;
  const Place *second = b;

  return (first->order > second->order) - (first->order < second->order);
}

static Place
read_place (const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strconcat (FOLDER, file, NULL);
  g_autofree char *id = g_strndup (file, strlen (file) - strlen (SUFFIX));
  g_autoptr (GBytes) bytes = g_resource_lookup_data (saliscope_datasets_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

  g_assert_no_error (error);

  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);
  Place place = { NULL };

  place.entry = sal_catalogue_parse (id, text, size, &place.order, &error);
  g_assert_no_error (error);
  return place;
}

static GArray *
read_places (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) files =
    g_resource_enumerate_children (saliscope_datasets_get_resource (), FOLDER,
                                   G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));

  g_assert_no_error (error);
  for (gsize i = 0; files[i] != NULL; i++) {
    const Place place = read_place (files[i]);

    g_array_append_val (places, place);
  }
  g_array_sort (places, compare_places);
  return places;
}

const SalCatalogueEntry *
sal_catalogue_entry (guint index)
{
  /* Read once, kept for the life of the process. */
  static GArray *places = NULL;

  if (g_once_init_enter (&places))
    g_once_init_leave (&places, read_places ());
  return index < places->len ? g_array_index (places, Place, index).entry : NULL;
}

const SalCatalogueEntry *
sal_catalogue_find (const char *id)
{
  const SalCatalogueEntry *entry;

  for (guint i = 0; (entry = sal_catalogue_entry (i)) != NULL; i++)
    if (g_str_equal (entry->id, id))
      return entry;
  return NULL;
}

const SalCatalogueEntry *
sal_catalogue_require (const char *id,
                       GError    **error)
{
  const SalCatalogueEntry *entry = sal_catalogue_find (id);

  if (entry != NULL)
    return entry;

  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; (entry = sal_catalogue_entry (i)) != NULL; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? ", " : "", entry->id);
  g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
               "%s is not in the catalogue: expected one of %s", id, ids->str);
  return NULL;
}
