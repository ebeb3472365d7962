/* sal-safetensors.c - reading the safetensors container
 *
 * A file is read, not mapped: who shortens it while it is in use would end the
 * program.  Tensors are used where they lie in the data.  The format does not
 * align them, so one that lies askew is copied.  As in the reference
 * implementation the data must be covered without overlap, hole or rest, so
 * nothing can hide in a file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-safetensors.h"

#include <string.h>
#include <unistd.h>

#include "sal-error.h"
#include "sal-json.h"
#include "sal-regular-file.h"
#include "sal-safetensors-private.h"

/* The whole header, a tensor, its shape. */
#define HEADER_DEPTH 3

#define PREFIX_SIZE sizeof (guint64)

/* Room for the weights of the engine's largest network (2^28 floats), the two
 * moments of an optimizer, a moving average, and what is small beside them. */
#define MAX_DATA ((guint64) 5 << 30)

/* The least alignment that sal-safetensors.h promises. */
#define LEAST_ALIGNMENT ((gsize) 4)

const SalTensorTypeInfo sal_tensor_types[] = {
  [SAL_TENSOR_F32] = { "F32", 4 },
  [SAL_TENSOR_I32] = { "I32", 4 },
  [SAL_TENSOR_I64] = { "I64", 8 },
  [SAL_TENSOR_U8] = { "U8", 1 },
};

G_STATIC_ASSERT (G_N_ELEMENTS (sal_tensor_types) == SAL_N_TENSOR_TYPES);

/* A tensor with what is ours to free, and its place in the data. */
typedef struct
{
  SalTensor tensor;
  char     *name;
  gpointer  copy; /* of data that lies askew in the file, or NULL */
  guint64   begin;
  guint64   end;
} Entry;

struct _SalSafetensors
{
  GBytes     *bytes;
  GHashTable *metadata; /* char * -> char *                   */
  GPtrArray  *entries;  /* Entry, in the order of their data  */
  GHashTable *by_name;  /* char * -> Entry, borrowed          */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->copy);
  g_free (entry);
}

static gboolean bad_file (GError    **error,
                          const char *file,
                          const char *format,
                          ...) G_GNUC_PRINTF (3, 4);

static gboolean bad_tensor (GError    **error,
                            const char *file,
                            const char *tensor,
                            const char *format,
                            ...) G_GNUC_PRINTF (4, 5);

static gboolean
bad_file (GError    **error,
          const char *file,
          const char *format,
          ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, "%s: %s", file, problem);
  return FALSE;
}

/* bad_file() about one tensor. */
static gboolean
bad_tensor (GError    **error,
            const char *file,
            const char *tensor,
            const char *format,
            ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *name = sal_json_quotable (tensor);

  return bad_file (error, file, "tensor \"%s\": %s", name, problem);
}

/* Reads a JSON integer >= 0. */
static gboolean
read_size (JsonNode *node,
           guint64  *size)
{
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0)
    return FALSE;
  *size = (guint64) json_node_get_int (node);
  return TRUE;
}

/* The array that is member `name` of the tensor, or NULL with an error. */
static JsonArray *
read_array (JsonObject  *object,
            const Entry *entry,
            const char  *name,
            const char  *file,
            GError     **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);
  bad_tensor (error, file, entry->name, "expected an array \"%s\", found %s", name,
              node != NULL ? json_node_type_name (node) : "none");
  return NULL;
}

static gboolean
read_dtype (JsonObject *object,
            Entry      *entry,
            const char *file,
            GError    **error)
{
  JsonNode *node = json_object_get_member (object, "dtype");

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return bad_tensor (error, file, entry->name, "expected a string \"dtype\", found %s",
                       node != NULL ? json_node_type_name (node) : "none");
  for (guint type = 0; type < SAL_N_TENSOR_TYPES; type++) {
    if (strcmp (json_node_get_string (node), sal_tensor_types[type].dtype) == 0) {
      entry->tensor.type = type;
      return TRUE;
    }
  }

  g_autofree char *dtype = sal_json_quotable (json_node_get_string (node));

  return bad_tensor (error, file, entry->name,
                     "expected dtype F32, I32, I64 or U8, found \"%s\"", dtype);
}

static gboolean
read_shape (JsonObject *object,
            Entry      *entry,
            const char *file,
            GError    **error)
{
  JsonArray *array = read_array (object, entry, "shape", file, error);
  SalTensor *tensor = &entry->tensor;

  if (array == NULL)
    return FALSE;
  if (json_array_get_length (array) > SAL_TENSOR_MAX_DIMENSIONS)
    return bad_tensor (error, file, entry->name, "expected at most %d dimensions, found %u",
                       SAL_TENSOR_MAX_DIMENSIONS, json_array_get_length (array));

  tensor->n_dimensions = json_array_get_length (array);
  tensor->n_elements = 1;
  for (guint d = 0; d < tensor->n_dimensions; d++) {
    guint64 size;

    if (!read_size (json_array_get_element (array, d), &size))
      return bad_tensor (error, file, entry->name, "expected an integer >= 0 as dimension %u", d);
    if (size > G_MAXSIZE ||
        !g_size_checked_mul (&tensor->n_elements, tensor->n_elements, (gsize) size))
      return bad_tensor (error, file, entry->name,
                         "expected a size in memory, found one that overflows");
    tensor->shape[d] = (gsize) size;
  }
  return TRUE;
}

/* Reads "data_offsets" and checks them against shape, dtype and `data_size`. */
static gboolean
read_offsets (JsonObject *object,
              Entry      *entry,
              guint64     data_size,
              const char *file,
              GError    **error)
{
  const SalTensorTypeInfo *type = &sal_tensor_types[entry->tensor.type];
  JsonArray *array = read_array (object, entry, "data_offsets", file, error);
  gsize expected;

  if (array == NULL)
    return FALSE;
  if (json_array_get_length (array) != 2 ||
      !read_size (json_array_get_element (array, 0), &entry->begin) ||
      !read_size (json_array_get_element (array, 1), &entry->end) ||
      entry->begin > entry->end)
    return bad_tensor (error, file, entry->name,
                       "expected \"data_offsets\" of two ascending integers >= 0");
  if (entry->end > data_size)
    return bad_tensor (error, file, entry->name,
                       "expected its data within the %" G_GUINT64_FORMAT
                       " bytes of data, found an end at byte %" G_GUINT64_FORMAT,
                       data_size, entry->end);
  if (!g_size_checked_mul (&expected, entry->tensor.n_elements, type->size))
    return bad_tensor (error, file, entry->name,
                       "expected a size in memory, found one that overflows");
  if (entry->end - entry->begin != expected)
    return bad_tensor (error, file, entry->name,
                       "expected %" G_GSIZE_FORMAT " bytes for its shape in %s"
                       ", found %" G_GUINT64_FORMAT,
                       expected, type->dtype, entry->end - entry->begin);
  return TRUE;
}

static gboolean
read_metadata (SalSafetensors *self,
               JsonNode       *node,
               const char     *file,
               GError        **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bad_file (error, file, "expected an object \"%s\", found %s",
                     SAL_SAFETENSORS_METADATA_KEY, json_node_type_name (node));

  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value)) {
    if (json_node_get_value_type (value) != G_TYPE_STRING) {
      g_autofree char *name = sal_json_quotable (key);

      return bad_file (error, file, "metadata \"%s\": expected a string, found %s", name,
                       json_node_type_name (value));
    }
    g_hash_table_insert (self->metadata, g_strdup (key), json_node_dup_string (value));
  }
  return TRUE;
}

static gboolean
read_tensor (SalSafetensors *self,
             const char     *name,
             JsonNode       *node,
             guint64         data_size,
             const char     *file,
             GError        **error)
{
  Entry *entry = g_new0 (Entry, 1);

  g_ptr_array_add (self->entries, entry);
  entry->name = g_strdup (name);
  entry->tensor.name = entry->name;
  g_hash_table_insert (self->by_name, entry->name, entry);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bad_tensor (error, file, entry->name, "expected an object, found %s",
                       json_node_type_name (node));

  JsonObject *object = json_node_get_object (node);

  return read_dtype (object, entry, file, error) &&
         read_shape (object, entry, file, error) &&
         read_offsets (object, entry, data_size, file, error);
}

static gboolean
read_header (SalSafetensors *self,
             const char     *header,
             gsize           header_size,
             guint64         data_size,
             const char     *file,
             GError        **error)
{
  if (header_size == 0 || header[0] != '{')
    return bad_file (error, file, "expected a header that begins with \"{\""
                     ", so this is not a safetensors file");

  g_autofree char *title = g_strdup_printf ("%s: header", file);
  g_autoptr (JsonNode) root = sal_json_parse (header, header_size, HEADER_DEPTH, title, error);

  if (root == NULL)
    return FALSE;

  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node)) {
    const gboolean is_metadata = strcmp (name, SAL_SAFETENSORS_METADATA_KEY) == 0;

    if (is_metadata ? !read_metadata (self, node, file, error)
                    : !read_tensor (self, name, node, data_size, file, error))
      return FALSE;
  }
  return TRUE;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const Entry *left = *(Entry *const *) a;
  const Entry *right = *(Entry *const *) b;

  if (left->begin != right->begin)
    return left->begin < right->begin ? -1 : 1;
  if (left->end != right->end)
    return left->end < right->end ? -1 : 1;
  return strcmp (left->name, right->name);
}

/* Every byte of the data belongs to exactly one tensor. */
static gboolean
check_cover (SalSafetensors *self,
             guint64         data_size,
             const char     *file,
             GError        **error)
{
  guint64 covered = 0;

  g_ptr_array_sort (self->entries, compare_entries);
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = self->entries->pdata[i];

    if (entry->begin != covered)
      return bad_tensor (error, file, entry->name,
                         "expected its data to begin at byte %" G_GUINT64_FORMAT
                         ", where the tensor before it ends, found %" G_GUINT64_FORMAT " (%s)",
                         covered, entry->begin, entry->begin < covered ? "an overlap" : "a hole");
    covered = entry->end;
  }
  if (covered != data_size)
    return bad_file (error, file,
                     "expected %" G_GUINT64_FORMAT " bytes of data for the tensors of the header"
                     ", found %" G_GUINT64_FORMAT,
                     covered, data_size);
  return TRUE;
}

/* Points every tensor to its data, or to an aligned copy of it. */
static void
place_data (SalSafetensors *self,
            const guint8   *data)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = self->entries->pdata[i];
    const gsize alignment = MAX (sal_tensor_types[entry->tensor.type].size, LEAST_ALIGNMENT);
    const gsize size = (gsize) (entry->end - entry->begin);

    entry->tensor.data = data + entry->begin;
    if ((guintptr) entry->tensor.data % alignment == 0)
      continue;
    /* At least one byte, so that an empty tensor has an address too. */
    entry->copy = g_malloc (MAX (size, 1));
    memcpy (entry->copy, entry->tensor.data, size);
    entry->tensor.data = entry->copy;
  }
}

/* What stands before the header. */
static gboolean
read_prefix (const guint8 *prefix,
             guint64       file_size,
             guint64      *header_size,
             const char   *file,
             GError      **error)
{
  memcpy (header_size, prefix, PREFIX_SIZE);
  if (*header_size > SAL_SAFETENSORS_MAX_HEADER)
    return bad_file (error, file,
                     "expected a header of at most %" G_GUINT64_FORMAT
                     " bytes, found a length of %" G_GUINT64_FORMAT,
                     SAL_SAFETENSORS_MAX_HEADER, *header_size);
  if (*header_size > file_size - PREFIX_SIZE)
    return bad_file (error, file,
                     "expected a header of %" G_GUINT64_FORMAT
                     " bytes, found %" G_GUINT64_FORMAT " until the end of the file",
                     *header_size, file_size - PREFIX_SIZE);
  return TRUE;
}

static gboolean
check_least_size (guint64     size,
                  const char *file,
                  GError    **error)
{
  return size >= PREFIX_SIZE ||
         bad_file (error, file,
                   "expected a safetensors file of at least 8 bytes, found %" G_GUINT64_FORMAT,
                   size);
}

static gboolean
parse (SalSafetensors *self,
       const char     *file,
       GError        **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->bytes, &size);
  guint64 header_size;

  if (!check_least_size (size, file, error) ||
      !read_prefix (bytes, size, &header_size, file, error))
    return FALSE;

  const guint64 data_size = size - PREFIX_SIZE - header_size;

  if (!read_header (self, (const char *) bytes + PREFIX_SIZE, (gsize) header_size, data_size,
                    file, error) ||
      !check_cover (self, data_size, file, error))
    return FALSE;
  place_data (self, bytes + PREFIX_SIZE + header_size);
  return TRUE;
}

static SalSafetensors *
safetensors_new (void)
{
  SalSafetensors *self = g_new0 (SalSafetensors, 1);

  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

SalSafetensors *
sal_safetensors_parse (GBytes     *bytes,
                       const char *name,
                       GError    **error)
{
  g_autoptr (SalSafetensors) self = safetensors_new ();

  self->bytes = g_bytes_ref (bytes);
  return parse (self, name, error) ? g_steal_pointer (&self) : NULL;
}

/* ---- files -------------------------------------------------------------- */

/* Reads the header, and no more than what it and the file agree about. */
static gboolean
read_file (SalSafetensors *self,
           int             file,
           guint64         size,
           const char     *path,
           GError        **error)
{
  guint64 header_size;

  if (!check_least_size (size, path, error))
    return FALSE;

  g_autofree guint8 *prefix = sal_regular_file_read (file, PREFIX_SIZE, "header length", path,
                                                     error);

  if (prefix == NULL || !read_prefix (prefix, size, &header_size, path, error))
    return FALSE;

  const guint64 data_size = size - PREFIX_SIZE - header_size;

  if (data_size > MAX_DATA)
    return bad_file (error, path,
                     "expected at most %" G_GUINT64_FORMAT " bytes of data, found %"
                     G_GUINT64_FORMAT, MAX_DATA, data_size);

  g_autofree guint8 *header = sal_regular_file_read (file, (gsize) header_size, "header", path,
                                                     error);

  if (header == NULL ||
      !read_header (self, (const char *) header, (gsize) header_size, data_size, path, error) ||
      !check_cover (self, data_size, path, error))
    return FALSE;

  guint8 *data = sal_regular_file_read (file, (gsize) data_size, "data", path, error);

  if (data == NULL)
    return FALSE;
  self->bytes = g_bytes_new_take (data, (gsize) data_size);
  place_data (self, data);
  return TRUE;
}

SalSafetensors *
sal_safetensors_load (const char *path,
                      GError    **error)
{
  guint64 size;
  const int file = sal_regular_file_open (path, &size, error);

  if (file < 0)
    return NULL;

  g_autoptr (SalSafetensors) self = safetensors_new ();
  const gboolean ok = read_file (self, file, size, path, error);

  close (file);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
sal_safetensors_free (SalSafetensors *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->metadata);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

const char *
sal_safetensors_get_metadata (SalSafetensors *self,
                              const char     *key)
{
  return g_hash_table_lookup (self->metadata, key);
}

guint
sal_safetensors_get_n_tensors (SalSafetensors *self)
{
  return self->entries->len;
}

const SalTensor *
sal_safetensors_get_tensor (SalSafetensors *self,
                            guint           index)
{
  g_return_val_if_fail (index < self->entries->len, NULL);
  const Entry *entry = self->entries->pdata[index];

  return &entry->tensor;
}

const SalTensor *
sal_safetensors_find (SalSafetensors *self,
                      const char     *name)
{
  const Entry *entry = g_hash_table_lookup (self->by_name, name);

  return entry != NULL ? &entry->tensor : NULL;
}
