/* sal-import.c - a user's own pictures, once, into a file that opens at once
 *
 * The source is visited twice: names and sizes first, because the file's layout
 * follows from them, then the pictures.  An archive is thereby decompressed
 * twice and never held in memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-import.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "sal-cifar.h"
#include "sal-dataset-file.h"
#include "sal-directory.h"
#include "sal-error.h"
#include "sal-image-bytes.h"
#include "sal-import-decode.h"
#include "sal-import-plan.h"
#include "sal-members.h"

/* Pictures that are all alike are taken as they are up to this side. */
#define MAX_OWN_SIDE 64
#define USUAL_SIDE 32

/* Files between two calls of the progress function. */
#define PROGRESS_EVERY 64

/* Part of the fingerprint: to be raised where the same source gives other
 * pixels than before. */
#define VERSION "2"

/* One import under way. */
typedef struct
{
  const char             *source;
  const SalImportOptions *options;
  SalDatasetProgress      progress;
  gpointer                progress_data;
  GCancellable           *cancellable;

  SalImportPlan          *plan;
  GHashTable             *cifar_files;   /* name to GBytes, NULL before read  */
  gboolean                is_measuring;
  int                     width;         /* of all pictures so far            */
  int                     height;
  gsize                   n_seen;
  SalImportDecoder       *decoder;
} Import;

static void
tell (const Import *self,
      gsize         done,
      gsize         total)
{
  if (self->progress != NULL)
    self->progress (done, total, self->progress_data);
}

gboolean
sal_import_options_check (const SalImportOptions *options,
                          GError                **error)
{
  if (options->size < 0 || options->size > SAL_IMPORT_MAX_SIZE) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("size: expected 1 to %d pixels, or 0 for that of the pictures, found %d"),
                 SAL_IMPORT_MAX_SIZE, options->size);
    return FALSE;
  }
  if (!(options->test_share > 0.0 && options->test_share < 1.0)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("test share: expected a number above 0 and below 1, found %g"),
                 options->test_share);
    return FALSE;
  }
  return TRUE;
}

/* ---- first visit: what there is ----------------------------------------------------- */

static const char *
base_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

static gboolean
is_cifar_name (const char *name)
{
  for (const SalCifarKind *kind = sal_cifar_kinds (); kind->title != NULL; kind++)
    if (sal_cifar_is_file (kind, name))
      return TRUE;
  return FALSE;
}

/* Follows whether all pictures have one size.  One that cannot be read is no
 * matter here. */
static gboolean
measure (Import          *self,
         const SalMember *member,
         GError         **error)
{
  g_autoptr (GBytes) bytes = sal_member_read (member, error);
  gsize n;
  int width, height;

  if (bytes == NULL)
    return FALSE;

  const guint8 *data = g_bytes_get_data (bytes, &n);

  if (!sal_image_bytes_measure (data, n, &width, &height, NULL))
    return TRUE;
  if (self->width == 0) {
    self->width = width;
    self->height = height;
  }
  self->is_measuring = width == self->width && height == self->height &&
                       MAX (width, height) <= MAX_OWN_SIDE;
  return TRUE;
}

static gboolean
survey_cb (const SalMember *member,
           gpointer         data,
           GError         **error)
{
  Import *self = data;
  const char *name = base_name (member->path);

  if (++self->n_seen % PROGRESS_EVERY == 0)
    tell (self, self->n_seen, 0);
  if (member->is_folder) {
    sal_import_plan_add_folder (self->plan, member->path);
    return TRUE;
  }
  if (is_cifar_name (name)) {
    tell (self, self->n_seen, 0);
    g_hash_table_insert (self->cifar_files, g_strdup (name), NULL);
  }
  if (!sal_image_bytes_is_name (name))
    return TRUE;
  return sal_import_plan_add (self->plan, member->path, self->source, error) &&
         (!self->is_measuring || measure (self, member, error));
}

static NnShape
choose_shape (const Import *self)
{
  const int channels = self->options->is_grey ? 1 : 3;

  if (self->options->size > 0)
    return (NnShape) { channels, self->options->size, self->options->size };
  if (self->is_measuring && self->width > 0)
    return (NnShape) { channels, self->height, self->width };
  return (NnShape) { channels, USUAL_SIDE, USUAL_SIDE };
}

/* ---- second visit: the pictures ------------------------------------------------------- */

static gsize
count_planned (const Import *self)
{
  return self->plan->counts[0] + self->plan->counts[1];
}

static gboolean
is_too_bad (gsize bad,
            gsize total)
{
  return bad * 10 > total;
}

static gboolean
read_cb (const SalMember *member,
         gpointer         data,
         GError         **error)
{
  Import *self = data;
  SalImportItem *item = g_hash_table_lookup (self->plan->by_path, member->path);

  if (member->is_folder || item == NULL || item->part < 0)
    return TRUE;
  /* The rest would be read for nothing. */
  if (is_too_bad (sal_import_decoder_get_bad (self->decoder), count_planned (self)))
    return TRUE;

  g_autoptr (GBytes) bytes = sal_member_read (member, error);

  if (bytes == NULL)
    return FALSE;
  sal_import_decoder_push (self->decoder, item, bytes);
  if (++self->n_seen % PROGRESS_EVERY == 0)
    tell (self, sal_import_decoder_get_done (self->decoder), count_planned (self));
  return TRUE;
}

/* Marks what was not read; returns how many those are. */
static gsize
mark_unread (const SalImportPlan *plan,
             guint8              *is_left_out)
{
  gsize n = 0;

  for (guint i = 0; i < plan->items->len; i++) {
    const SalImportItem *item = plan->items->pdata[i];

    if (item->part < 0 || item->is_read)
      continue;
    is_left_out[(item->part == 1 ? plan->counts[0] : 0) + item->index] = 1;
    n++;
  }
  return n;
}

/* What was left out, for people; NULL where nothing was.  The file keeps it, in
 * one language. */
static char *
make_note (const Import *self,
           gsize         unread,
           const char   *first_bad)
{
  g_autoptr (GString) note = g_string_new (NULL);

  if (unread > 0)
    g_string_append_printf (note, "%zu of %zu pictures could not be read and were left out; the "
                            "first is %s", unread, count_planned (self), first_bad);
  if (self->plan->n_strays > 0)
    g_string_append_printf (note, "%s%zu pictures in no class folder were left out",
                            note->len > 0 ? ". " : "", self->plan->n_strays);
  return note->len > 0 ? g_strdup (note->str) : NULL;
}

/* Whether every class kept images to train on, and the test part any. */
static gboolean
check_left (const SalImportPlan *plan,
            const char          *source,
            GError             **error)
{
  gsize trained[SAL_IMPORT_MAX_CLASSES] = { 0 };
  gsize tested = 0;

  for (guint i = 0; i < plan->items->len; i++) {
    const SalImportItem *item = plan->items->pdata[i];

    trained[item->label] += item->part == 0 && item->is_read;
    tested += item->part == 1 && item->is_read;
  }
  for (guint c = 0; plan->class_names[c] != NULL; c++)
    tested = trained[c] > 0 ? tested : 0;
  if (tested > 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected readable pictures to train on in every class, and to test on, found "
                 "none"), source);
  return FALSE;
}

static gboolean
finish (Import           *self,
        SalDatasetWriter *writer,
        const char       *first_bad,
        GError          **error)
{
  g_autofree guint8 *is_left_out = g_malloc0 (count_planned (self));
  const gsize unread = mark_unread (self->plan, is_left_out);
  const char *first = first_bad != NULL ? first_bad : "one that vanished meanwhile";

  if (is_too_bad (unread, count_planned (self))) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected pictures, found more than a tenth of %zu files unreadable; the "
                   "first is %s"), self->source, count_planned (self), first);
    sal_dataset_writer_abandon (writer);
    return FALSE;
  }
  if (!check_left (self->plan, self->source, error)) {
    sal_dataset_writer_abandon (writer);
    return FALSE;
  }

  g_autofree char *note = make_note (self, unread, first);

  return sal_dataset_writer_finish (writer, is_left_out, note, self->cancellable, error);
}

static gboolean
import_pictures (Import          *self,
                 const char      *target,
                 SalDatasetLabel *label,
                 GError         **error)
{
  const NnShape shape = choose_shape (self);
  g_autofree char *first_bad = NULL;

  if (!sal_import_plan_arrange (self->plan, self->options->test_share, self->options->seed,
                                self->source, error))
    return FALSE;
  label->class_names = g_strdupv (self->plan->class_names);

  SalDatasetWriter *writer =
    sal_dataset_writer_new (target, label, shape, self->plan->counts, error);

  if (writer == NULL)
    return FALSE;
  self->decoder = sal_import_decoder_new (writer, shape);
  self->n_seen = 0;

  const gboolean visited =
    sal_members_visit (self->source, read_cb, self, self->cancellable, error);

  sal_import_decoder_finish (self->decoder, &first_bad);
  tell (self, count_planned (self), count_planned (self));
  if (visited)
    return finish (self, writer, first_bad, error);
  sal_dataset_writer_abandon (writer);
  return FALSE;
}

/* ---- CIFAR ----------------------------------------------------------------------------- */

static gboolean
read_cifar_cb (const SalMember *member,
               gpointer         data,
               GError         **error)
{
  Import *self = data;
  const char *name = base_name (member->path);

  if (member->is_folder || !is_cifar_name (name))
    return TRUE;

  GBytes *bytes = sal_member_read (member, error);

  if (bytes == NULL)
    return FALSE;
  g_hash_table_insert (self->cifar_files, g_strdup (name), bytes);
  tell (self, ++self->n_seen, 0);
  return TRUE;
}

/* The kind of which there are training images, or NULL. */
static const SalCifarKind *
find_cifar_kind (const Import *self)
{
  for (const SalCifarKind *kind = sal_cifar_kinds (); kind->title != NULL; kind++)
    for (const char *const *name = kind->train_files; *name != NULL; name++)
      if (g_hash_table_contains (self->cifar_files, *name))
        return kind;
  return NULL;
}

static gboolean
import_cifar (Import             *self,
              const SalCifarKind *kind,
              const char         *target,
              SalDatasetLabel    *label,
              GError            **error)
{
  if (self->options->is_grey || (self->options->size != 0 && self->options->size != 32)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("%s: %s is imported as it is, 32 by 32 in colour; leave out size and grey"),
                 self->source, kind->title);
    return FALSE;
  }
  if (self->options->title == NULL) {
    g_free (label->title);
    label->title = g_strdup (kind->title);
  }
  return sal_members_visit (self->source, read_cifar_cb, self, self->cancellable, error) &&
         sal_cifar_write (kind, self->cifar_files, target, label, self->cancellable, error);
}

/* ---- all --------------------------------------------------------------------------------- */

/* "cifar-10-jpeg" of "/data/cifar-10-jpeg.tar.xz". Free the result. */
static char *
title_of (const char *source)
{
  g_autofree char *name = g_path_get_basename (source);
  char *end = sal_members_is_archive_name (name) ? strrchr (name, '.') : NULL;

  if (end != NULL)
    *end = '\0';
  if (end != NULL && g_str_has_suffix (name, ".tar"))
    name[strlen (name) - 4] = '\0';
  return g_utf8_make_valid (name, -1);
}

static gboolean
list_cb (const SalMember *member,
         gpointer         data,
         GError         **error)
{
  const guint64 numbers[] = {
    member->is_folder ? 0 : GUINT64_TO_LE (member->size),
    member->is_folder ? 0 : GUINT64_TO_LE ((guint64) member->changed),
  };

  g_checksum_update (data, (const guchar *) member->path, (gssize) strlen (member->path) + 1);
  g_checksum_update (data, (const guchar *) numbers, sizeof numbers);
  return TRUE;
}

/* Of the source as it is now and of the options; NULL with an error. */
static char *
make_fingerprint (const char             *source,
                  const SalImportOptions *options,
                  GCancellable           *cancellable,
                  GError                **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *head =
    g_strdup_printf (VERSION " %d %d %a %" G_GUINT64_FORMAT " %s %s", options->size,
                     options->is_grey, options->test_share, options->seed,
                     options->title != NULL ? options->title : "", source);

  g_checksum_update (checksum, (const guchar *) head, (gssize) strlen (head) + 1);
  if (g_file_test (source, G_FILE_TEST_IS_DIR)) {
    if (!sal_members_visit (source, list_cb, checksum, cancellable, error))
      return NULL;
  } else {
    GStatBuf status;

    if (g_stat (source, &status) != 0) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND, _("%s: cannot be read (%s)"), source,
                   g_strerror (errno));
      return NULL;
    }

    const SalMember member = {
      .path = "",
      .size = (guint64) status.st_size,
      .changed = (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000,
    };

    list_cb (&member, checksum, NULL);
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
import_surveyed (Import     *self,
                 const char *target,
                 const char *fingerprint,
                 GError    **error)
{
  const SalCifarKind *cifar = find_cifar_kind (self);
  SalDatasetLabel label = {
    .title = self->options->title != NULL ? g_strdup (self->options->title)
                                          : title_of (self->source),
    .source = g_utf8_make_valid (self->source, -1),
    .fingerprint = g_strdup (fingerprint),
  };
  gboolean ok;

  if (self->plan->items->len == 0 && cifar != NULL)
    ok = import_cifar (self, cifar, target, &label, error);
  else
    ok = import_pictures (self, target, &label, error);
  sal_dataset_label_clear (&label);
  return ok;
}

static void
unref_bytes (gpointer bytes)
{
  if (bytes != NULL)
    g_bytes_unref (bytes);
}

static gboolean
import_fingerprinted (const char             *source,
                      const char             *target,
                      const char             *fingerprint,
                      const SalImportOptions *options,
                      SalDatasetProgress      progress,
                      gpointer                data,
                      GCancellable           *cancellable,
                      GError                **error)
{
  g_autoptr (SalImportPlan) plan = sal_import_plan_new ();
  g_autoptr (GHashTable) cifar_files =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_bytes);
  g_autofree char *folder = g_path_get_dirname (target);
  Import self = {
    .source = source,
    .options = options,
    .progress = progress,
    .progress_data = data,
    .cancellable = cancellable,
    .plan = plan,
    .cifar_files = cifar_files,
    .is_measuring = options->size == 0,
  };

  return sal_directory_make (folder, error) &&
         sal_members_visit (source, survey_cb, &self, cancellable, error) &&
         import_surveyed (&self, target, fingerprint, error);
}

gboolean
sal_import (const char             *source,
            const char             *target,
            const SalImportOptions *options,
            SalDatasetProgress      progress,
            gpointer                data,
            GCancellable           *cancellable,
            GError                **error)
{
  g_autofree char *path = g_canonicalize_filename (source, NULL);

  if (!sal_import_options_check (options, error))
    return FALSE;

  g_autofree char *fingerprint = make_fingerprint (path, options, cancellable, error);

  return fingerprint != NULL &&
         import_fingerprinted (path, target, fingerprint, options, progress, data, cancellable,
                               error);
}

/* Where the file of `source` is kept: one for each path and set of options. */
static char *
cache_path (const char             *source,
            const SalImportOptions *options)
{
  const char *home = g_getenv ("SALISCOPE_HOME");
  g_autofree char *key =
    g_strdup_printf ("%d %d %a %" G_GUINT64_FORMAT " %s", options->size, options->is_grey,
                     options->test_share, options->seed, source);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  g_autofree char *name = g_strdup_printf ("%.32s.saldata", sum);

  if (home != NULL && home[0] != '\0')
    return g_build_filename (home, "imports", name, NULL);
  return g_build_filename (g_get_user_cache_dir (), "saliscope", "imports", name, NULL);
}

SalDataset *
sal_import_open (const char             *source,
                 const SalImportOptions *options,
                 SalDatasetProgress      progress,
                 gpointer                data,
                 GCancellable           *cancellable,
                 GError                **error)
{
  g_autofree char *path = g_canonicalize_filename (source, NULL);

  if (!sal_import_options_check (options, error))
    return NULL;

  g_autofree char *target = cache_path (path, options);
  g_autofree char *fingerprint = make_fingerprint (path, options, cancellable, error);

  if (fingerprint == NULL)
    return NULL;

  SalDataset *dataset = sal_dataset_file_open (target, path, fingerprint, NULL);

  if (dataset != NULL)
    return dataset;
  if (!import_fingerprinted (path, target, fingerprint, options, progress, data, cancellable,
                             error))
    return NULL;
  return sal_dataset_file_open (target, path, fingerprint, error);
}

static gboolean
find_cb (const SalMember *member,
         gpointer         data,
         GError         **error)
{
  gboolean *is_found = data;
  const char *name = base_name (member->path);

  *is_found = !member->is_folder &&
              (sal_image_bytes_is_name (name) || is_cifar_name (name));
  return !*is_found;
}

gboolean
sal_import_is_possible (const char   *source,
                        GCancellable *cancellable)
{
  gboolean is_found = FALSE;

  (void) sal_members_visit (source, find_cb, &is_found, cancellable, NULL);
  return is_found;
}
