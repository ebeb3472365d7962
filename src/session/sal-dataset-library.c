/* sal-dataset-library.c - the user's own data sets, imported under a name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-dataset-library.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "sal-error.h"
#include "sal-members.h"
#include "sal-run-store.h"

#define ENDING ".saldata"
#define MAX_NAME 64

static const char name_characters[] = G_CSET_a_2_z G_CSET_DIGITS "-_.";

static char *
library_folder (void)
{
  g_autofree char *data = sal_run_store_default_directory ();

  return g_build_filename (data, "datasets", NULL);
}

static char *
library_path (const char *name)
{
  g_autofree char *folder = library_folder ();
  g_autofree char *file = g_strconcat (name, ENDING, NULL);

  return g_build_filename (folder, file, NULL);
}

static gboolean
is_name (const char *name)
{
  const gsize length = strlen (name);

  return length >= 1 && length <= MAX_NAME && g_ascii_isalnum (name[0]) &&
         strspn (name, name_characters) == length;
}

gboolean
sal_dataset_library_check_name (const char *name,
                                GError    **error)
{
  const char *problem = NULL;

  if (!is_name (name))
    problem = _("expected a name of lower-case letters, digits, “-”, “_” and “.”");
  else if (sal_dataset_is_known (name))
    problem = _("expected another name: this data set comes with Saliscope");
  if (problem == NULL)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, "%s: %s", name, problem);
  return FALSE;
}

char *
sal_dataset_library_suggest_name (const char *source)
{
  g_autofree char *path = g_canonicalize_filename (source, NULL);
  g_autofree char *base = g_path_get_basename (path);
  char *end = sal_members_is_archive_name (base) ? strrchr (base, '.') : NULL;
  GString *name = g_string_new (NULL);

  if (end != NULL)
    *end = '\0';
  if (end != NULL && g_str_has_suffix (base, ".tar"))
    base[strlen (base) - 4] = '\0';
  for (const char *c = base; *c != '\0' && name->len < MAX_NAME - 4; c++)
    g_string_append_c (name, strchr (name_characters, g_ascii_tolower (*c)) != NULL
                             ? g_ascii_tolower (*c) : '-');
  if (!is_name (name->str))
    g_string_prepend (name, "set");
  if (sal_dataset_is_known (name->str))
    g_string_append (name, "-own");
  return g_string_free (name, FALSE);
}

/* ---- list ------------------------------------------------------------------------- */

void
sal_library_entry_free (SalLibraryEntry *self)
{
  g_free (self->name);
  g_free (self->problem);
  sal_dataset_label_clear (&self->label);
  g_free (self);
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  return strcmp ((*(SalLibraryEntry *const *) a)->name, (*(SalLibraryEntry *const *) b)->name);
}

static void
add_entry (GPtrArray  *entries,
           const char *file)
{
  g_autofree char *name = g_str_has_suffix (file, ENDING)
                          ? g_strndup (file, strlen (file) - strlen (ENDING)) : NULL;

  if (name == NULL || !sal_dataset_library_has (name))
    return;

  SalLibraryEntry *entry = g_new0 (SalLibraryEntry, 1);
  g_autofree char *path = library_path (name);
  g_autoptr (GError) error = NULL;

  entry->name = g_steal_pointer (&name);
  if (!sal_dataset_file_peek (path, &entry->label, entry->parts, &error))
    entry->problem = g_strdup (error->message);
  g_ptr_array_add (entries, entry);
}

GPtrArray *
sal_dataset_library_list (void)
{
  g_autofree char *folder = library_folder ();
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_library_entry_free);
  const char *file;

  while (directory != NULL && (file = g_dir_read_name (directory)) != NULL)
    add_entry (entries, file);
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

/* ---- one ---------------------------------------------------------------------------- */

gboolean
sal_dataset_library_has (const char *name)
{
  g_autofree char *path = is_name (name) ? library_path (name) : NULL;

  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

gboolean
sal_dataset_library_import (const char             *source,
                            const char             *name,
                            const SalImportOptions *options,
                            SalDatasetProgress      progress,
                            gpointer                data,
                            GCancellable           *cancellable,
                            GError                **error)
{
  g_autofree char *path = library_path (name);

  return sal_dataset_library_check_name (name, error) &&
         sal_import (source, path, options, progress, data, cancellable, error);
}

static gboolean
check_exists (const char *name,
              GError    **error)
{
  if (sal_dataset_library_has (name))
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
               _("%s: expected the name of an imported data set, found none of this name"), name);
  return FALSE;
}

SalDataset *
sal_dataset_library_open (const char *name,
                          GError    **error)
{
  if (!check_exists (name, error))
    return NULL;

  g_autofree char *path = library_path (name);

  return sal_dataset_file_open (path, name, NULL, error);
}

gboolean
sal_dataset_library_remove (const char *name,
                            GError    **error)
{
  if (!check_exists (name, error))
    return FALSE;

  g_autofree char *path = library_path (name);

  if (g_unlink (path) == 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("%s: cannot be removed (%s)"), path,
               g_strerror (errno));
  return FALSE;
}
