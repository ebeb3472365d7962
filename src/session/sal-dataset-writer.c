/* sal-dataset-writer.c - makes a data set's file in place
 *
 * The file is mapped while it is filled: images go where they belong from any
 * thread, and no more memory is used than the kernel likes to.  Its space on the
 * disk is taken first, because a full disk under a mapping is a signal and not
 * an error.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sal-atomic-file.h"
#include "sal-dataset-file-private.h"
#include "sal-dataset-private.h"
#include "sal-error.h"
#include "sal-json.h"

#define ALIGNMENT 64
#define PAGE 4096

/* The note and numbers in the JSON text fit into this. */
#define JSON_ROOM 16384
#define MAX_NOTE 1000

struct _SalDatasetWriter
{
  SalAtomicFile       *file;
  SalDatasetLabel      label;
  NnShape              shape;
  guint64              counts[2];
  guint64              data_start;
  SalDatasetFileLayout layout;
  guint8              *map;
  gsize                map_length;
};

void
sal_dataset_label_clear (SalDatasetLabel *self)
{
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->source, g_free);
  g_clear_pointer (&self->fingerprint, g_free);
  g_clear_pointer (&self->note, g_free);
  g_clear_pointer (&self->class_names, g_strfreev);
}

/* ---- layout -------------------------------------------------------------------- */

static gboolean
add_block (guint64  size,
           guint64 *start,
           guint64 *end)
{
  *start = *end;
  if (size > ((guint64) 1 << 62) - *end)
    return FALSE;
  *end = (*end + size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return TRUE;
}

gboolean
sal_dataset_file_layout (guint64               data_start,
                         NnShape               shape,
                         const guint64         counts[2],
                         SalDatasetFileLayout *layout)
{
  const guint64 stride = (guint64) nn_shape_size (shape);

  if (data_start > (guint64) 1 << 32 ||
      counts[0] > G_MAXUINT32 || counts[1] > G_MAXUINT32)
    return FALSE;
  layout->end = data_start;
  return add_block (counts[0] * stride, &layout->pixels[0], &layout->end) &&
         add_block (counts[1] * stride, &layout->pixels[1], &layout->end) &&
         add_block (counts[0], &layout->labels[0], &layout->end) &&
         add_block (counts[1], &layout->labels[1], &layout->end);
}

void
sal_dataset_file_checksum (const SalDatasetFileHead *head,
                           const char               *json,
                           guint8                    checksum[32])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = 32;

  g_checksum_update (sum, (const guchar *) head, G_STRUCT_OFFSET (SalDatasetFileHead, checksum));
  g_checksum_update (sum, (const guchar *) json, (gssize) GUINT64_FROM_LE (head->json_length));
  g_checksum_get_digest (sum, checksum, &length);
}

/* ---- start ----------------------------------------------------------------------- */

/* Room for the JSON text: a byte is never more than six of them in it. */
static guint64
room_for_header (const SalDatasetLabel *label)
{
  gsize n = strlen (label->title) + strlen (label->source) + strlen (label->fingerprint);

  for (char **name = label->class_names; *name != NULL; name++)
    n += strlen (*name) + 1;
  return (sizeof (SalDatasetFileHead) + JSON_ROOM + 6 * n + PAGE - 1) / PAGE * PAGE;
}

static gboolean
map_file (SalDatasetWriter *self,
          GError          **error)
{
  const int reason = posix_fallocate (self->file->file, 0, (off_t) self->layout.end);

  self->map_length = self->layout.end;
  if (reason == 0) {
    void *map = mmap (NULL, self->map_length, PROT_READ | PROT_WRITE, MAP_SHARED,
                      self->file->file, 0);

    if (map != MAP_FAILED) {
      self->map = map;
      /* Images come in any order: what lies around one is not read with it. */
      (void) madvise (map, self->map_length, MADV_RANDOM);
      return TRUE;
    }
  }
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO,
               _("Cannot write %s: %" PRIu64 " bytes are needed (%s)"),
               self->file->path, self->layout.end, g_strerror (reason != 0 ? reason : errno));
  return FALSE;
}

static void
copy_label (SalDatasetLabel       *to,
            const SalDatasetLabel *from)
{
  to->title = g_strdup (from->title);
  to->source = g_strdup (from->source);
  to->fingerprint = g_strdup (from->fingerprint);
  to->class_names = g_strdupv (from->class_names);
}

static void
unmap (SalDatasetWriter *self)
{
  if (self->map != NULL)
    munmap (self->map, self->map_length);
  self->map = NULL;
}

static void
free_writer (SalDatasetWriter *self)
{
  unmap (self);
  sal_dataset_label_clear (&self->label);
  g_free (self);
}

void
sal_dataset_writer_abandon (SalDatasetWriter *self)
{
  if (self == NULL)
    return;
  sal_atomic_file_abandon (self->file);
  free_writer (self);
}

SalDatasetWriter *
sal_dataset_writer_new (const char            *path,
                        const SalDatasetLabel *label,
                        NnShape                shape,
                        const gsize            counts[2],
                        GError               **error)
{
  SalDatasetWriter *self = g_new0 (SalDatasetWriter, 1);

  copy_label (&self->label, label);
  self->shape = shape;
  self->counts[0] = counts[0];
  self->counts[1] = counts[1];
  self->data_start = room_for_header (label);
  self->file = sal_atomic_file_begin (path, error);
  if (self->file == NULL) {
    free_writer (self);
    return NULL;
  }
  if (!sal_dataset_file_layout (self->data_start, shape, self->counts, &self->layout)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("%s: expected a data set that fits into a file, found too many images"), path);
    sal_dataset_writer_abandon (self);
    return NULL;
  }
  if (!map_file (self, error)) {
    sal_dataset_writer_abandon (self);
    return NULL;
  }
  return self;
}

guint8 *
sal_dataset_writer_pixels (SalDatasetWriter *self,
                           int               part,
                           gsize             index)
{
  return self->map + self->layout.pixels[part] + index * nn_shape_size (self->shape);
}

guint8 *
sal_dataset_writer_label (SalDatasetWriter *self,
                          int               part,
                          gsize             index)
{
  return self->map + self->layout.labels[part] + index;
}

/* ---- end ------------------------------------------------------------------------- */

/* Moves the entries that stay together at `to`, which is not above `from`. */
static void
close_gaps (guint8       *to,
            const guint8 *from,
            gsize         size,
            guint64       count,
            const guint8 *is_left_out)
{
  for (guint64 i = 0; i < count; i++) {
    if (is_left_out[i])
      continue;
    if (to != from + i * size)
      memmove (to, from + i * size, size);
    to += size;
  }
}

static void
leave_out (SalDatasetWriter *self,
           const guint8     *is_left_out)
{
  const guint8 *marks[2] = { is_left_out, is_left_out + self->counts[0] };
  guint64 kept[2] = { 0 };
  SalDatasetFileLayout layout;

  for (int part = 0; part < 2; part++)
    for (guint64 i = 0; i < self->counts[part]; i++)
      kept[part] += !marks[part][i];
  /* Fewer images fit where more did. */
  (void) sal_dataset_file_layout (self->data_start, self->shape, kept, &layout);
  for (int part = 0; part < 2; part++)
    close_gaps (self->map + layout.pixels[part], self->map + self->layout.pixels[part],
                nn_shape_size (self->shape), self->counts[part], marks[part]);
  for (int part = 0; part < 2; part++)
    close_gaps (self->map + layout.labels[part], self->map + self->layout.labels[part], 1,
                self->counts[part], marks[part]);
  self->layout = layout;
  memcpy (self->counts, kept, sizeof kept);
}

static NnImages
view_part (SalDatasetWriter *self,
           int               part)
{
  return (NnImages) {
    .pixels = sal_dataset_writer_pixels (self, part, 0),
    .labels = sal_dataset_writer_label (self, part, 0),
    .count = self->counts[part],
    .channels = self->shape.channels,
    .height = self->shape.height,
    .width = self->shape.width,
    .classes = (int) g_strv_length (self->label.class_names),
  };
}

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
add_integer (JsonBuilder *builder,
             const char  *name,
             guint64      value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_reals (JsonBuilder *builder,
           const char  *name,
           const float *values,
           int          n)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    json_builder_add_double_value (builder, (double) values[i]);
  json_builder_end_array (builder);
}

static char *
make_json (SalDatasetWriter *self,
           const NnImages   *train,
           const char       *hash)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_text (builder, "title", self->label.title);
  add_text (builder, "source", self->label.source);
  add_text (builder, "fingerprint", self->label.fingerprint);
  add_text (builder, "sha256", hash);
  if (self->label.note != NULL)
    add_text (builder, "note", self->label.note);
  json_builder_set_member_name (builder, "classes");
  json_builder_begin_array (builder);
  for (char **name = self->label.class_names; *name != NULL; name++)
    json_builder_add_string_value (builder, *name);
  json_builder_end_array (builder);
  add_integer (builder, "channels", (guint64) self->shape.channels);
  add_integer (builder, "height", (guint64) self->shape.height);
  add_integer (builder, "width", (guint64) self->shape.width);
  add_integer (builder, "train", self->counts[0]);
  add_integer (builder, "test", self->counts[1]);
  add_reals (builder, "mean", train->mean, train->channels);
  add_reals (builder, "std", train->std, train->channels);
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return sal_json_to_text (root);
}

static gboolean
write_header (SalDatasetWriter *self,
              const char       *json,
              GError          **error)
{
  const gsize length = strlen (json);
  SalDatasetFileHead head = {
    .json_length = GUINT64_TO_LE ((guint64) length),
    .file_length = GUINT64_TO_LE (self->layout.end),
    .data_start = GUINT64_TO_LE (self->data_start),
  };

  if (length > self->data_start - sizeof head) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("%s: expected shorter names of classes"), self->file->path);
    return FALSE;
  }
  memcpy (head.magic, SAL_DATASET_FILE_MAGIC, sizeof head.magic);
  sal_dataset_file_checksum (&head, json, head.checksum);
  memcpy (self->map, &head, sizeof head);
  memcpy (self->map + sizeof head, json, length);
  return TRUE;
}

static gboolean
describe (SalDatasetWriter *self,
          GError          **error)
{
  NnImages train = view_part (self, 0);
  const NnImages test = view_part (self, 1);

  if (!sal_dataset_measure_normalisation (&train, error)) {
    g_prefix_error (error, "%s: ", self->label.source);
    return FALSE;
  }

  g_autofree char *hash = sal_dataset_measure_hash (&train, &test);
  g_autofree char *json = make_json (self, &train, hash);

  return write_header (self, json, error);
}

static gboolean
cut_to_length (SalDatasetWriter *self,
               GError          **error)
{
  unmap (self);
  if (ftruncate (self->file->file, (off_t) self->layout.end) == 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_IO, _("Cannot write %s: %s"), self->file->path,
               g_strerror (errno));
  return FALSE;
}

gboolean
sal_dataset_writer_finish (SalDatasetWriter *self,
                           const guint8     *is_left_out,
                           const char       *note,
                           GCancellable     *cancellable,
                           GError          **error)
{
  /* From here on the file is read from its beginning to its end. */
  (void) madvise (self->map, self->map_length, MADV_SEQUENTIAL);
  if (note != NULL)
    self->label.note = g_utf8_substring (note, 0, MIN (g_utf8_strlen (note, -1), MAX_NOTE));
  leave_out (self, is_left_out);
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !describe (self, error) || !cut_to_length (self, error)) {
    sal_dataset_writer_abandon (self);
    return FALSE;
  }

  const gboolean ok = sal_atomic_file_commit (self->file, error);

  free_writer (self);
  return ok;
}
