/* sal-idx-folder.c - finds MNIST's four files wherever they lie in a folder
 *
 * Every file whose name fits is sorted into a set, named by the folder it lies
 * in and by what stands before "train" or "t10k" in its name.  If no set is
 * complete, all sets are thrown together and looked at as one: people unpack
 * archives into one folder each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-idx-folder.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sal-error.h"
#include "sal-regular-file.h"

#define MAX_DEPTH 4

/* A folder with more files than this is somebody's home, not a data set. */
#define MAX_ENTRIES 20000

static const struct
{
  const char *part;                     /* of the usual name                 */
  const char *other_part;               /* of the other usual name           */
  const char *what;
  const char *usual_name;
} files[SAL_IDX_N_FILES] = {
  [SAL_IDX_TRAIN_IMAGES] = { "train", "train", "images", "train-images-idx3-ubyte" },
  [SAL_IDX_TRAIN_LABELS] = { "train", "train", "labels", "train-labels-idx1-ubyte" },
  [SAL_IDX_TEST_IMAGES] = { "t10k", "test", "images", "t10k-images-idx3-ubyte" },
  [SAL_IDX_TEST_LABELS] = { "t10k", "test", "labels", "t10k-labels-idx1-ubyte" },
};

/* Files that belong together. */
typedef struct
{
  char *name;                           /* folder and prefix                 */
  int   depth;
  char *paths[SAL_IDX_N_FILES];
  char *rivals[SAL_IDX_N_FILES];        /* another file for the same place   */
} Set;

typedef struct
{
  const char   *root;
  GPtrArray    *sets;                   /* of Set, in the order found        */
  GCancellable *cancellable;
  guint         n_entries;
  char         *odd[SAL_IDX_N_FILES];   /* what has the name, but is no file */
} Search;

static Set *
set_new (const char *name,
         int         depth)
{
  Set *set = g_new0 (Set, 1);

  set->name = g_strdup (name);
  set->depth = depth;
  return set;
}

static void
set_free (gpointer data)
{
  Set *set = data;

  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    g_free (set->paths[i]);
    g_free (set->rivals[i]);
  }
  g_free (set->name);
  g_free (set);
}

static gboolean
set_is_complete (const Set *set)
{
  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    if (set->paths[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

/* If `name` is one of the four files, returns which, and where its set's
 * prefix ends; else SAL_IDX_N_FILES. */
static SalIdxFile
recognise_name (const char *name,
                gsize      *prefix_length)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (!g_str_has_suffix (lower, "ubyte") && !g_str_has_suffix (lower, "ubyte.gz"))
    return SAL_IDX_N_FILES;

  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    const char *part = strstr (lower, files[i].part);

    if (part == NULL)
      part = strstr (lower, files[i].other_part);
    if (part != NULL && strstr (part, files[i].what) != NULL) {
      *prefix_length = (gsize) (part - lower);
      return (SalIdxFile) i;
    }
  }
  return SAL_IDX_N_FILES;
}

static Set *
search_get_set (Search     *search,
                const char *name,
                int         depth)
{
  for (guint i = 0; i < search->sets->len; i++) {
    Set *set = g_ptr_array_index (search->sets, i);

    if (g_str_equal (set->name, name))
      return set;
  }

  Set *set = set_new (name, depth);

  g_ptr_array_add (search->sets, set);
  return set;
}

/* Entries come sorted, so a plain file is seen before the same with .gz. */
static void
set_add (Set        *set,
         SalIdxFile  file,
         const char *path)
{
  if (set->paths[file] == NULL) {
    set->paths[file] = g_strdup (path);
    return;
  }

  const gsize length = strlen (set->paths[file]);
  const gboolean same = g_str_has_prefix (path, set->paths[file]) &&
                        g_ascii_strcasecmp (path + length, ".gz") == 0;

  if (!same && set->rivals[file] == NULL)
    set->rivals[file] = g_strdup (path);
}

static void
search_add (Search     *search,
            const char *folder,
            const char *name,
            int         depth)
{
  gsize prefix_length;
  const SalIdxFile file = recognise_name (name, &prefix_length);

  if (file == SAL_IDX_N_FILES)
    return;

  g_autofree char *prefix = g_strndup (name, prefix_length);
  g_autofree char *set_name = g_build_filename (folder, prefix, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  set_add (search_get_set (search, set_name, depth), file, path);
}

/* What `path`, which is no regular file, is instead. */
static const char *
describe_kind (const char *path)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    return _("a link to nothing");
  return sal_regular_file_describe_other (status.st_mode);
}

/* Remembers the first of those that have the name of a file and are none. */
static void
search_note_odd (Search     *search,
                 const char *name,
                 const char *path)
{
  gsize prefix_length;
  const SalIdxFile file = recognise_name (name, &prefix_length);

  if (file != SAL_IDX_N_FILES && search->odd[file] == NULL)
    search->odd[file] = g_strdup_printf (_("%s is %s"), path, describe_kind (path));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_folder (const char *folder,
             GError    **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name;

  if (dir == NULL)
    return NULL;

  while ((name = g_dir_read_name (dir)) != NULL && names->len <= MAX_ENTRIES)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

/* Sub-folders that cannot be read are passed over: the data may lie beside. */
static gboolean
search_folder (Search     *search,
               const char *folder,
               int         depth,
               GError    **error)
{
  g_autoptr (GPtrArray) names = list_folder (folder, depth == 0 ? error : NULL);

  if (names == NULL)
    return depth > 0;

  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_cancellable_set_error_if_cancelled (search->cancellable, error))
      return FALSE;
    if (++search->n_entries > MAX_ENTRIES) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                   _("%s: expected the folder of a data set, found more than %d files "
                     "and folders"), search->root, MAX_ENTRIES);
      return FALSE;
    }
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
      search_add (search, folder, name, depth);
      continue;
    }
    search_note_odd (search, name, path);
    if (depth < MAX_DEPTH && g_file_test (path, G_FILE_TEST_IS_DIR) &&
        !search_folder (search, path, depth + 1, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
set_several_error (GError    **error,
                   const char *folder,
                   const char *one,
                   const char *other)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               _("%s: expected one data set, found several, such as %s and %s; "
                 "choose a folder that holds only one"), folder, one, other);
  return FALSE;
}

/* All files thrown together, the shallowest for each place. */
static Set *
merge_sets (const Search *search)
{
  Set *merged = set_new ("", 0);

  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    int depth = G_MAXINT;

    for (guint s = 0; s < search->sets->len; s++) {
      const Set *set = g_ptr_array_index (search->sets, s);

      if (set->paths[i] == NULL || set->depth > depth)
        continue;

      g_clear_pointer (&merged->rivals[i], g_free);
      if (set->depth == depth) {
        merged->rivals[i] = g_strdup (set->paths[i]);
        continue;
      }
      depth = set->depth;
      g_free (merged->paths[i]);
      merged->paths[i] = g_strdup (set->paths[i]);
    }
  }
  return merged;
}

/* The shallowest complete set; an error if there are two of them; NULL without
 * an error if there is none. */
static Set *
choose_complete_set (const Search *search,
                     const char   *folder,
                     GError      **error)
{
  Set *best = NULL;
  Set *rival = NULL;

  for (guint i = 0; i < search->sets->len; i++) {
    Set *set = g_ptr_array_index (search->sets, i);

    if (!set_is_complete (set))
      continue;
    if (best == NULL || set->depth < best->depth) {
      best = set;
      rival = NULL;
    } else if (set->depth == best->depth) {
      rival = set;
    }
  }
  if (rival != NULL) {
    set_several_error (error, folder, best->name, rival->name);
    return NULL;
  }
  return best;
}

static gboolean
take_paths (Set          *set,
            const Search *search,
            char         *paths[SAL_IDX_N_FILES],
            GError      **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  g_autoptr (GString) odd = g_string_new (NULL);

  for (int i = 0; i < SAL_IDX_N_FILES; i++) {
    if (set->rivals[i] != NULL)
      return set_several_error (error, search->root, set->paths[i], set->rivals[i]);
    if (set->paths[i] != NULL)
      continue;
    g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", files[i].usual_name);
    if (search->odd[i] != NULL)
      g_string_append_printf (odd, "; %s", search->odd[i]);
  }
  if (missing->len > 0) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
                 _("%s: expected four IDX files (plain or .gz), found no %s%s"),
                 search->root, missing->str, odd->str);
    return FALSE;
  }

  for (int i = 0; i < SAL_IDX_N_FILES; i++)
    paths[i] = g_steal_pointer (&set->paths[i]);
  return TRUE;
}

static gboolean
search_find (Search  *search,
             char    *paths[SAL_IDX_N_FILES],
             GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!search_folder (search, search->root, 0, &problem)) {
    if (problem->domain == G_FILE_ERROR)
      g_set_error (error, SAL_ERROR, SAL_ERROR_IO,
                   _("%s: cannot be read (%s)"), search->root, problem->message);
    else
      g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }

  Set *complete = choose_complete_set (search, search->root, &problem);

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (complete != NULL)
    return take_paths (complete, search, paths, error);

  Set *merged = merge_sets (search);
  const gboolean found = take_paths (merged, search, paths, error);

  set_free (merged);
  return found;
}

gboolean
sal_idx_folder_find (const char   *folder,
                     char         *paths[SAL_IDX_N_FILES],
                     GCancellable *cancellable,
                     GError      **error)
{
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func (set_free);
  Search search = { .root = folder, .sets = sets, .cancellable = cancellable };
  const gboolean found = search_find (&search, paths, error);

  for (int i = 0; i < SAL_IDX_N_FILES; i++)
    g_free (search.odd[i]);
  return found;
}
