/* sal-dataset.c - labelled images ready for training and inspection
 *
 * The table knows data sets by name: the built-in ones, and those of the
 * catalogue (data/datasets) that there is a reader for.  IDX files are read
 * into memory (sal-dataset-idx.c); pictures and CIFAR are imported once into a
 * file that is mapped (sal-import.c).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <string.h>

#include "sal-dataset-library.h"
#include "sal-dataset-private.h"
#include "sal-error.h"
#include "sal-idx-folder.h"
#include "sal-import.h"
#include "sal-mapped-file.h"
#include "sal-members.h"
#include "sal-run-store.h"

/* The glyphs everybody has: results are comparable between computers. */
#define GLYPHS_TRAIN_SEED 1
#define GLYPHS_TEST_SEED 2
#define GLYPHS_TRAIN_COUNT 12000
#define GLYPHS_TEST_COUNT 2000

static gboolean
load_glyphs (SalDataset             *self,
             const SalDatasetSource *source,
             const char             *folder,
             GCancellable           *cancellable,
             GError                **error)
{
  static const gsize counts[2] = { GLYPHS_TRAIN_COUNT, GLYPHS_TEST_COUNT };
  static const guint64 seeds[2] = { GLYPHS_TRAIN_SEED, GLYPHS_TEST_SEED };
  NnImages *const parts[2] = { &self->train, &self->test };
  const int height = sal_glyphs_height (source->layout);
  const gsize stride = (gsize) height * SAL_GLYPHS_SIDE;

  self->test_truth = g_malloc (GLYPHS_TEST_COUNT * stride);
  for (int p = 0; p < 2; p++) {
    guint8 *pixels = self->buffers[2 * p] = g_malloc (counts[p] * stride);
    guint8 *labels = self->buffers[2 * p + 1] = g_malloc (counts[p]);

    *parts[p] = (NnImages) {
      .pixels = pixels,
      .labels = labels,
      .count = counts[p],
      .channels = 1,
      .height = height,
      .width = SAL_GLYPHS_SIDE,
      .classes = 10,
    };
    if (!sal_glyphs_draw (source->layout, seeds[p], counts[p], 0, pixels, labels,
                          p == 1 ? self->test_truth : NULL, cancellable)) {
      g_cancellable_set_error_if_cancelled (cancellable, error);
      return FALSE;
    }
  }
  return TRUE;
}

static const char *const digit_names[] = {
  "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL
};

/* What needs no files. */
static const SalDatasetKind built_in_kinds[] = {
  {
    .id = "glyphs",
    .title = N_("Glyphs (built in)"),
    .summary = N_("Handwritten-looking digits drawn on the spot, with the true ink known."),
    .built_in = TRUE,
    .source = &(const SalDatasetSource) {
      .load = load_glyphs,
      .class_names = digit_names,
      .layout = SAL_GLYPHS_DIGIT,
    },
  },
  {
    .id = "glyphs-blocks",
    .title = N_("Glyphs in blocks (built in)"),
    .summary = N_("A digit above or below a meaningless sign: an explanation should stay "
                  "in the digit's block."),
    .built_in = TRUE,
    .source = &(const SalDatasetSource) {
      .load = load_glyphs,
      .class_names = digit_names,
      .layout = SAL_GLYPHS_BLOCKS,
    },
  },
};

/* Which reader opens a data set of the catalogue: by its format. */
static const struct
{
  const char      *format;
  SalDatasetSource source;
} formats[] = {
  { "idx", { .load = sal_dataset_load_idx } },
  { "cifar-10", { .load = NULL } },
  { "cifar-100", { .load = NULL } },
};

/* The row of a data set of the catalogue; FALSE where nothing reads it. */
static gboolean
make_kind (const SalCatalogueEntry *entry,
           SalDatasetKind          *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (!g_str_equal (formats[i].format, entry->format))
      continue;

    SalDatasetSource *source = g_memdup2 (&formats[i].source, sizeof formats[i].source);

    source->class_names = entry->class_names;
    source->entry = entry;
    *kind = (SalDatasetKind) {
      .id = entry->id,
      .title = entry->title,
      .summary = entry->summary,
      .files = entry->id,
      .source = source,
    };
    return TRUE;
  }
  return FALSE;
}

/* The row of the block variant of `base`, which must be grey. */
static SalDatasetKind
make_blocks_kind (const SalDatasetKind *base)
{
  SalDatasetSource *source = g_new0 (SalDatasetSource, 1);

  source->base = g_memdup2 (base, sizeof *base);
  return (SalDatasetKind) {
    .id = g_strconcat (base->id, SAL_DATASET_BLOCKS_SUFFIX, NULL),
    .title = g_strconcat (base->title, " in blocks", NULL),
    .summary = g_strdup_printf ("%s above or below a meaningless sign: an explanation should "
                                "stay in the image's block.", base->title),
    .files = base->files,
    .source = source,
  };
}

static GArray *
make_kinds (void)
{
  GArray *kinds = g_array_new (TRUE, TRUE, sizeof (SalDatasetKind));
  const SalCatalogueEntry *entry;

  g_array_append_vals (kinds, built_in_kinds, G_N_ELEMENTS (built_in_kinds));
  for (guint i = 0; (entry = sal_catalogue_entry (i)) != NULL; i++) {
    SalDatasetKind kind;

    if (!make_kind (entry, &kind))
      continue;
    g_array_append_val (kinds, kind);
    if (entry->channels == 1) {
      kind = make_blocks_kind (&kind);
      g_array_append_val (kinds, kind);
    }
  }
  return kinds;
}

const SalDatasetKind *
sal_dataset_kinds (void)
{
  /* Made once, kept for the life of the process. */
  static GArray *kinds = NULL;

  if (g_once_init_enter (&kinds))
    g_once_init_leave (&kinds, make_kinds ());
  return (const SalDatasetKind *) (gpointer) kinds->data;
}

/* A folder of the user's own. */
static const SalDatasetSource folder_source = { .load = sal_dataset_load_idx };

static gboolean
normalise (SalDataset              *self,
           const SalCatalogueEntry *entry,
           GError                 **error)
{
  if (entry == NULL) {
    if (!sal_dataset_measure_normalisation (&self->train, error))
      return FALSE;
  } else {
    memcpy (self->train.mean, entry->mean, sizeof self->train.mean);
    memcpy (self->train.std, entry->std, sizeof self->train.std);
  }
  memcpy (self->test.mean, self->train.mean, sizeof self->test.mean);
  memcpy (self->test.std, self->train.std, sizeof self->test.std);
  return TRUE;
}

gboolean
sal_dataset_finish (SalDataset              *self,
                    const SalCatalogueEntry *entry,
                    GError                 **error)
{
  if (!normalise (self, entry, error))
    return FALSE;
  self->hash = sal_dataset_measure_hash (&self->train, &self->test);
  return TRUE;
}

static char **
number_classes (int classes)
{
  char **names = g_new0 (char *, (gsize) classes + 1);

  for (int i = 0; i < classes; i++)
    names[i] = g_strdup_printf ("%d", i);
  return names;
}

/* Takes ownership of `name` and `title`. */
static SalDataset *
open_source (const SalDatasetSource *source,
             char                   *name,
             char                   *title,
             const char             *folder,
             GCancellable           *cancellable,
             GError                **error)
{
  g_autoptr (SalDataset) self = g_new0 (SalDataset, 1);

  g_atomic_ref_count_init (&self->references);
  self->name = name;
  self->title = title;
  if (!source->load (self, source, folder, cancellable, error))
    return NULL;
  if (!sal_dataset_finish (self, source->entry, error)) {
    g_prefix_error (error, "%s: ", folder != NULL ? folder : name);
    return NULL;
  }

  self->class_names = source->class_names;
  if (self->class_names == NULL)
    self->own_class_names = number_classes (self->train.classes);
  return g_steal_pointer (&self);
}

/* The places where the files of `id` are searched for. */
static GPtrArray *
list_places (const char *id)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *data = sal_run_store_default_directory ();
  const char *path = g_getenv ("SALISCOPE_DATASETS_PATH");

  g_ptr_array_add (places, g_build_filename (data, "datasets", id, NULL));
  if (path != NULL) {
    g_auto (GStrv) folders = g_strsplit (path, ":", -1);

    for (char **folder = folders; *folder != NULL; folder++) {
      if (**folder != '\0')
        g_ptr_array_add (places, g_build_filename (*folder, id, NULL));
    }
  }
  g_ptr_array_add (places, NULL);
  return g_steal_pointer (&places);
}

char *
sal_dataset_find_folder (const char *id)
{
  g_autoptr (GPtrArray) places = list_places (id);

  for (guint i = 0; i + 1 < places->len; i++) {
    if (g_file_test (g_ptr_array_index (places, i), G_FILE_TEST_IS_DIR))
      return g_strdup (g_ptr_array_index (places, i));
  }
  return NULL;
}

static char *
find_place (const SalDatasetKind *kind,
            GError              **error)
{
  char *folder = sal_dataset_find_folder (kind->id);

  if (folder != NULL)
    return folder;

  g_autoptr (GPtrArray) places = list_places (kind->id);
  g_autofree char *listed = g_strjoinv (", ", (char **) places->pdata);

  g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
               _("%s is not on this computer: expected one of the folders %s, found none; "
                 "it can be downloaded (saliscope-cli data get %s)"), kind->title, listed,
               kind->id);
  return NULL;
}

static const SalDatasetKind *
find_kind (const char *id)
{
  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++) {
    if (g_str_equal (kind->id, id))
      return kind;
  }
  return NULL;
}

static void
set_unknown_error (GError    **error,
                   const char *name)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (const SalDatasetKind *kind = sal_dataset_kinds (); kind->id != NULL; kind++)
    g_string_append_printf (ids, "%s%s", ids->len > 0 ? ", " : "", kind->id);
  g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
               _("%s: expected a folder, an archive, the name of an imported data set or one of "
                 "%s, found none of them"), name, ids->str);
}

gboolean
sal_dataset_is_known (const char *id)
{
  return find_kind (id) != NULL;
}

/* ---- opening ------------------------------------------------------------------ */

/* One that is asked for, and who hears of it. */
typedef struct
{
  SalDatasetProgress progress;
  gpointer           data;
  GCancellable      *cancellable;
} Opening;

static SalDataset *
open_imported (const char    *path,
               const Opening *opening,
               GError       **error)
{
  const SalImportOptions options = SAL_IMPORT_DEFAULTS;

  return sal_import_open (path, &options, opening->progress, opening->data,
                          opening->cancellable, error);
}

/* The archive that lies in `folder` as it was downloaded, or the folder. */
static char *
find_archive (const char    *folder,
              const Opening *opening)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  if (directory == NULL || sal_import_is_possible (folder, opening->cancellable))
    return g_strdup (folder);
  while ((name = g_dir_read_name (directory)) != NULL)
    if (sal_members_is_archive_name (name))
      return g_build_filename (folder, name, NULL);
  return g_strdup (folder);
}

static SalDataset *
open_imported_kind (const SalDatasetKind *kind,
                    const char           *folder,
                    const Opening        *opening,
                    GError              **error)
{
  const SalCatalogueEntry *entry = kind->source->entry;
  g_autofree char *place = find_archive (folder, opening);
  g_autoptr (SalDataset) self = open_imported (place, opening, error);

  if (self == NULL)
    return NULL;
  if (self->train.classes != entry->classes) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected the %d classes of %s, found %d"), place, entry->classes,
                 kind->title, self->train.classes);
    return NULL;
  }
  g_free (self->name);
  g_free (self->title);
  self->name = g_strdup (kind->id);
  self->title = g_strdup (kind->title);
  return normalise (self, entry, error) ? g_steal_pointer (&self) : NULL;
}

/* Takes `base`, which may be NULL with an error set. */
static SalDataset *
open_blocks (SalDataset    *base,
             const Opening *opening,
             GError       **error)
{
  if (base == NULL)
    return NULL;

  SalDataset *self = sal_dataset_make_blocks (base, opening->cancellable, error);

  sal_dataset_unref (base);
  return self;
}

static SalDataset *
open_kind (const SalDatasetKind *kind,
           const Opening        *opening,
           GError              **error)
{
  g_autofree char *folder = NULL;

  if (kind->source->base != NULL)
    return open_blocks (open_kind (kind->source->base, opening, error), opening, error);
  if (!kind->built_in) {
    folder = find_place (kind, error);
    if (folder == NULL)
      return NULL;
  }
  if (kind->source->load == NULL)
    return open_imported_kind (kind, folder, opening, error);
  return open_source (kind->source, g_strdup (kind->id), g_strdup (kind->title), folder,
                      opening->cancellable, error);
}

/* IDX files come first: a folder with them may hold pictures of other things. */
static SalDataset *
open_folder (const char    *path,
             const Opening *opening,
             GError       **error)
{
  g_autoptr (GError) problem = NULL;
  char *files[SAL_IDX_N_FILES] = { NULL };
  const gboolean is_idx = sal_idx_folder_find (path, files, opening->cancellable, &problem);

  for (int i = 0; i < SAL_IDX_N_FILES; i++)
    g_free (files[i]);
  if (!is_idx && sal_import_is_possible (path, opening->cancellable))
    return open_imported (path, opening, error);
  if (!is_idx) {
    g_set_error (error, problem->domain, problem->code,
                 _("%s; no pictures in it either, and no binary files of CIFAR"), problem->message);
    return NULL;
  }

  char *absolute = g_canonicalize_filename (path, NULL);

  return open_source (&folder_source, absolute, g_path_get_basename (absolute),
                      absolute, opening->cancellable, error);
}

/* NULL without an error where there is nothing of this name. */
static SalDataset *
open_named (const char    *name,
            const Opening *opening,
            GError       **error)
{
  const SalDatasetKind *kind = find_kind (name);

  if (kind != NULL)
    return open_kind (kind, opening, error);
  if (sal_dataset_library_has (name))
    return sal_dataset_library_open (name, error);
  if (g_file_test (name, G_FILE_TEST_IS_DIR))
    return open_folder (name, opening, error);
  if (g_file_test (name, G_FILE_TEST_IS_REGULAR))
    return open_imported (name, opening, error);
  return NULL;
}

SalDataset *
sal_dataset_open_with_progress (const char        *name,
                                SalDatasetProgress progress,
                                gpointer           data,
                                GCancellable      *cancellable,
                                GError           **error)
{
  const Opening opening = { progress, data, cancellable };
  g_autoptr (GError) problem = NULL;
  SalDataset *self = open_named (name, &opening, &problem);

  if (self == NULL && problem == NULL && g_str_has_suffix (name, SAL_DATASET_BLOCKS_SUFFIX)) {
    g_autofree char *base = g_strndup (name, strlen (name) - strlen (SAL_DATASET_BLOCKS_SUFFIX));

    self = open_blocks (open_named (base, &opening, &problem), &opening, &problem);
  }
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (self == NULL)
    set_unknown_error (error, name);
  return self;
}

SalDataset *
sal_dataset_open (const char   *name,
                  GCancellable *cancellable,
                  GError      **error)
{
  return sal_dataset_open_with_progress (name, NULL, NULL, cancellable, error);
}

SalDataset *
sal_dataset_ref (SalDataset *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
sal_dataset_unref (SalDataset *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (self->buffers); i++)
    g_free (self->buffers[i]);
  g_clear_pointer (&self->mapped, sal_mapped_file_close);
  g_free (self->note);
  g_free (self->test_truth);
  g_strfreev (self->own_class_names);
  g_free (self->hash);
  g_free (self->title);
  g_free (self->name);
  g_free (self);
}

const char *
sal_dataset_get_name (SalDataset *self)
{
  return self->name;
}

const char *
sal_dataset_get_title (SalDataset *self)
{
  return self->title;
}

const char *
sal_dataset_get_note (SalDataset *self)
{
  return self->note;
}

const char *
sal_dataset_get_class_name (SalDataset *self,
                            int         label)
{
  g_return_val_if_fail (label >= 0 && label < self->train.classes, NULL);

  return self->class_names != NULL ? self->class_names[label]
                                   : self->own_class_names[label];
}

const char *
sal_dataset_get_hash (SalDataset *self)
{
  return self->hash;
}

const NnImages *
sal_dataset_get_train (SalDataset *self)
{
  return &self->train;
}

const NnImages *
sal_dataset_get_test (SalDataset *self)
{
  return &self->test;
}

const guint8 *
sal_dataset_get_test_truth (SalDataset *self)
{
  return self->test_truth;
}
