/* sal-dataset-file.c - opens a data set's file
 *
 * Nothing in the file is trusted: what decides about memory (lengths, numbers
 * of images, labels) is checked against the length of the file before any of
 * it is used.  Labels are copied, so that what was checked stays.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "sal-dataset-file-private.h"
#include "sal-dataset-private.h"
#include "sal-error.h"
#include "sal-json.h"
#include "sal-mapped-file.h"

#define MAX_JSON ((guint64) 16 << 20)
#define MAX_SIDE 4096
#define MAX_CLASSES 256

static gboolean
bad_file (GError    **error,
          const char *path,
          const char *found)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected an imported data set, found %s"), path, found);
  return FALSE;
}

/* ---- the JSON text --------------------------------------------------------------- */

typedef struct
{
  SalDatasetLabel label;
  char           *hash;
  NnShape         shape;
  guint64         counts[2];
  float           mean[NN_MAX_CHANNELS];
  float           std[NN_MAX_CHANNELS];
} Header;

static void
header_clear (Header *self)
{
  sal_dataset_label_clear (&self->label);
  g_clear_pointer (&self->hash, g_free);
}

static gboolean
read_text (JsonObject *object,
           const char *name,
           char      **value)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  *value = json_node_dup_string (node);
  return TRUE;
}

/* For people. */
static gboolean
read_line (JsonObject *object,
           const char *name,
           char      **value)
{
  g_autofree char *text = NULL;

  if (!read_text (object, name, &text))
    return FALSE;
  *value = sal_json_one_line (text);
  return TRUE;
}

static gboolean
read_integer (JsonObject *object,
              const char *name,
              gint64      minimum,
              gint64      maximum,
              gint64     *value)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *value = json_node_get_int (node);
  return *value >= minimum && *value <= maximum;
}

static JsonArray *
read_array (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
read_classes (JsonObject *object,
              Header     *header)
{
  JsonArray *names = read_array (object, "classes");
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  if (names == NULL || json_array_get_length (names) < 2 ||
      json_array_get_length (names) > MAX_CLASSES)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (names); i++) {
    JsonNode *node = json_array_get_element (names, i);

    if (json_node_get_value_type (node) != G_TYPE_STRING)
      return FALSE;
    g_ptr_array_add (list, sal_json_one_line (json_node_get_string (node)));
  }
  g_ptr_array_add (list, NULL);
  header->label.class_names = (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
  return TRUE;
}

static gboolean
read_reals (JsonObject *object,
            const char *name,
            int         n,
            double      above,
            float      *values)
{
  JsonArray *array = read_array (object, name);

  if (array == NULL || json_array_get_length (array) != (guint) n)
    return FALSE;
  for (int i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (array, (guint) i);
    const GType type = json_node_get_value_type (node);

    if (type != G_TYPE_DOUBLE && type != G_TYPE_INT64)
      return FALSE;
    values[i] = (float) json_node_get_double (node);
    if (!isfinite (values[i]) || !((double) values[i] > above))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_shape (JsonObject *object,
            Header     *header)
{
  gint64 channels, height, width, train, test;

  if (!read_integer (object, "channels", 1, NN_MAX_CHANNELS, &channels) ||
      !read_integer (object, "height", 1, MAX_SIDE, &height) ||
      !read_integer (object, "width", 1, MAX_SIDE, &width) ||
      !read_integer (object, "train", 1, G_MAXUINT32, &train) ||
      !read_integer (object, "test", 1, G_MAXUINT32, &test))
    return FALSE;
  header->shape = (NnShape) { (int) channels, (int) height, (int) width };
  header->counts[0] = (guint64) train;
  header->counts[1] = (guint64) test;
  return TRUE;
}

static gboolean
read_object (JsonObject *object,
             Header     *header)
{
  if (json_object_has_member (object, "note") && !read_line (object, "note", &header->label.note))
    return FALSE;
  return read_line (object, "title", &header->label.title) &&
         read_text (object, "source", &header->label.source) &&
         read_text (object, "fingerprint", &header->label.fingerprint) &&
         read_text (object, "sha256", &header->hash) && strlen (header->hash) == 64 &&
         read_classes (object, header) && read_shape (object, header) &&
         read_reals (object, "mean", header->shape.channels, -1.0, header->mean) &&
         read_reals (object, "std", header->shape.channels, 0.0, header->std);
}

/* ---- head and text --------------------------------------------------------------- */

static gboolean
check_head (const SalDatasetFileHead *head,
            guint64                   length,
            const char               *path,
            GError                  **error)
{
  const guint64 json_length = GUINT64_FROM_LE (head->json_length);
  const guint64 data_start = GUINT64_FROM_LE (head->data_start);

  if (memcmp (head->magic, SAL_DATASET_FILE_MAGIC, sizeof head->magic) != 0)
    return bad_file (error, path, _("another kind of file, or one of another version"));
  if (GUINT64_FROM_LE (head->file_length) != length)
    return bad_file (error, path, _("a file that is cut or has grown"));
  if (data_start > length || json_length > MAX_JSON || data_start < sizeof *head ||
      json_length > data_start - sizeof *head)
    return bad_file (error, path, _("a header that does not fit into it"));
  return TRUE;
}

/* Reads and checks everything in front of the pixels. */
static gboolean
read_header (const char           *bytes,
             guint64               length,
             const char           *path,
             Header               *header,
             SalDatasetFileLayout *layout,
             GError              **error)
{
  SalDatasetFileHead head;
  guint8 checksum[32];

  if (length < sizeof head)
    return bad_file (error, path, _("a file that is cut"));
  memcpy (&head, bytes, sizeof head);
  if (!check_head (&head, length, path, error))
    return FALSE;
  sal_dataset_file_checksum (&head, bytes + sizeof head, checksum);
  if (memcmp (checksum, head.checksum, sizeof checksum) != 0)
    return bad_file (error, path, _("a damaged header (its checksum differs)"));

  g_autoptr (JsonNode) root = sal_json_parse (bytes + sizeof head,
                                              GUINT64_FROM_LE (head.json_length), 4, path, error);

  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root) || !read_object (json_node_get_object (root), header))
    return bad_file (error, path, _("a header that lacks something"));
  if (!sal_dataset_file_layout (GUINT64_FROM_LE (head.data_start), header->shape,
                                header->counts, layout) || layout->end != length)
    return bad_file (error, path, _("a length that does not fit the number of images"));
  return TRUE;
}

static NnImages
view_part (const Header               *header,
           const SalDatasetFileLayout *layout,
           const char                 *bytes,
           int                         part)
{
  NnImages view = {
    .pixels = (const guint8 *) bytes + layout->pixels[part],
    .labels = (const guint8 *) bytes + layout->labels[part],
    .count = header->counts[part],
    .channels = header->shape.channels,
    .height = header->shape.height,
    .width = header->shape.width,
    .classes = (int) g_strv_length (header->label.class_names),
  };

  memcpy (view.mean, header->mean, sizeof view.mean);
  memcpy (view.std, header->std, sizeof view.std);
  return view;
}

/* Takes a copy of the labels, and checks that. */
static gboolean
take_labels (NnImages   *part,
             guint8    **buffer,
             const char *path,
             GError    **error)
{
  *buffer = g_memdup2 (part->labels, part->count);
  part->labels = *buffer;
  for (gsize i = 0; i < part->count; i++)
    if (part->labels[i] >= part->classes)
      return bad_file (error, path, _("a label of no class"));
  return TRUE;
}

static gboolean
fill_dataset (SalDataset   *self,
              const Header *header,
              const char   *path,
              GError      **error)
{
  self->title = g_strdup (header->label.title);
  self->hash = g_strdup (header->hash);
  self->note = g_strdup (header->label.note);
  self->own_class_names = g_strdupv (header->label.class_names);
  return take_labels (&self->train, &self->buffers[1], path, error) &&
         take_labels (&self->test, &self->buffers[3], path, error);
}

SalDataset *
sal_dataset_file_open (const char *path,
                       const char *name,
                       const char *fingerprint,
                       GError    **error)
{
  g_autoptr (SalDataset) self = g_new0 (SalDataset, 1);
  SalDatasetFileLayout layout;
  Header header = { 0 };

  g_atomic_ref_count_init (&self->references);
  self->name = g_strdup (name != NULL ? name : path);
  self->mapped = sal_mapped_file_open (path, error);
  if (self->mapped == NULL)
    return NULL;

  const char *bytes = g_mapped_file_get_contents (self->mapped);
  gboolean ok = read_header (bytes, g_mapped_file_get_length (self->mapped), path, &header,
                             &layout, error);

  if (ok && fingerprint != NULL && !g_str_equal (header.label.fingerprint, fingerprint)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
                 _("%s: was imported when its source was different"), path);
    ok = FALSE;
  }
  if (ok) {
    self->train = view_part (&header, &layout, bytes, 0);
    self->test = view_part (&header, &layout, bytes, 1);
    ok = fill_dataset (self, &header, path, error);
  }
  header_clear (&header);
  return ok ? g_steal_pointer (&self) : NULL;
}

gboolean
sal_dataset_file_peek (const char      *path,
                       SalDatasetLabel *label,
                       NnImages         parts[2],
                       GError         **error)
{
  GMappedFile *mapped = sal_mapped_file_open (path, error);
  SalDatasetFileLayout layout;
  Header header = { 0 };

  if (mapped == NULL)
    return FALSE;

  const char *bytes = g_mapped_file_get_contents (mapped);
  const gboolean ok = read_header (bytes, g_mapped_file_get_length (mapped), path, &header,
                                   &layout, error);

  for (int part = 0; ok && part < 2; part++) {
    parts[part] = view_part (&header, &layout, bytes, part);
    parts[part].pixels = parts[part].labels = NULL;
  }
  if (ok)
    *label = (SalDatasetLabel) {
      g_steal_pointer (&header.label.title), g_steal_pointer (&header.label.source),
      g_steal_pointer (&header.label.fingerprint), g_steal_pointer (&header.label.note),
      g_steal_pointer (&header.label.class_names)
    };
  header_clear (&header);
  sal_mapped_file_close (mapped);
  return ok;
}
