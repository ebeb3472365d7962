/* sal-safetensors-writer.c - writing the safetensors container
 *
 * The format allows no gaps between tensors, so alignment comes from order:
 * the header is padded to 8 bytes and the widest elements lie first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "sal-atomic-file.h"
#include "sal-error.h"
#include "sal-json.h"
#include "sal-safetensors-private.h"

#define HEADER_ALIGNMENT 8

typedef struct
{
  char         *name;
  SalTensorType type;
  guint         n_dimensions;
  gsize         shape[SAL_TENSOR_MAX_DIMENSIONS];
  guint         order; /* of adding */
  gpointer      data;
  gsize         size;  /* bytes     */
} Pending;

struct _SalSafetensorsWriter
{
  GPtrArray  *tensors;  /* Pending                       */
  JsonObject *metadata;
  char       *problem;  /* why the file cannot be saved, or NULL */
};

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_free (pending->name);
  g_free (pending->data);
  g_free (pending);
}

SalSafetensorsWriter *
sal_safetensors_writer_new (void)
{
  SalSafetensorsWriter *self = g_new0 (SalSafetensorsWriter, 1);

  self->tensors = g_ptr_array_new_with_free_func (pending_free);
  self->metadata = json_object_new ();
  return self;
}

void
sal_safetensors_writer_free (SalSafetensorsWriter *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->tensors);
  json_object_unref (self->metadata);
  g_free (self->problem);
  g_free (self);
}

/* Remembers the first problem for the moment of saving. */
static void
require_utf8 (SalSafetensorsWriter *self,
              const char           *text,
              const char           *what)
{
  if (self->problem != NULL || g_utf8_validate (text, -1, NULL))
    return;

  g_autofree char *quotable = sal_json_quotable (text);

  self->problem = g_strdup_printf ("expected %s in UTF-8, found \"%s\"", what, quotable);
}

void
sal_safetensors_writer_set_metadata (SalSafetensorsWriter *self,
                                     const char           *key,
                                     const char           *value)
{
  require_utf8 (self, key, "a metadata key");
  require_utf8 (self, value, "a metadata value");
  json_object_set_string_member (self->metadata, key, value);
}

void
sal_safetensors_writer_add (SalSafetensorsWriter *self,
                            const char           *name,
                            SalTensorType         type,
                            guint                 n_dimensions,
                            const gsize          *shape,
                            gconstpointer         data)
{
  g_return_if_fail (type < SAL_N_TENSOR_TYPES);
  g_return_if_fail (n_dimensions <= SAL_TENSOR_MAX_DIMENSIONS);
  g_return_if_fail (strcmp (name, SAL_SAFETENSORS_METADATA_KEY) != 0);
  Pending *pending = g_new0 (Pending, 1);

  require_utf8 (self, name, "a tensor name");
  pending->name = g_strdup (name);
  pending->type = type;
  pending->n_dimensions = n_dimensions;
  pending->order = self->tensors->len;
  pending->size = sal_tensor_types[type].size;
  for (guint d = 0; d < n_dimensions; d++) {
    pending->shape[d] = shape[d];
    pending->size *= shape[d];
  }
  pending->data = g_memdup2 (data, pending->size);
  g_ptr_array_add (self->tensors, pending);
}

static int
compare_pending (gconstpointer a,
                 gconstpointer b)
{
  const Pending *left = *(Pending *const *) a;
  const Pending *right = *(Pending *const *) b;
  const gsize left_size = sal_tensor_types[left->type].size;
  const gsize right_size = sal_tensor_types[right->type].size;

  if (left_size != right_size)
    return left_size > right_size ? -1 : 1;
  return left->order < right->order ? -1 : 1;
}

/* The header entry of a tensor whose data begins at `begin`. */
static JsonObject *
describe (const Pending *pending,
          gsize          begin)
{
  JsonObject *object = json_object_new ();
  JsonArray *shape = json_array_new ();
  JsonArray *offsets = json_array_new ();

  for (guint d = 0; d < pending->n_dimensions; d++)
    json_array_add_int_element (shape, (gint64) pending->shape[d]);
  json_array_add_int_element (offsets, (gint64) begin);
  json_array_add_int_element (offsets, (gint64) (begin + pending->size));
  json_object_set_string_member (object, "dtype", sal_tensor_types[pending->type].dtype);
  json_object_set_array_member (object, "shape", shape);
  json_object_set_array_member (object, "data_offsets", offsets);
  return object;
}

/* Serialises the header, padded with spaces; NULL if a name comes twice. */
static GString *
make_header (SalSafetensorsWriter *self,
             const char          **duplicate)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  gsize begin = 0;

  json_node_take_object (root, object);
  if (json_object_get_size (self->metadata) > 0)
    json_object_set_object_member (object, SAL_SAFETENSORS_METADATA_KEY,
                                   json_object_ref (self->metadata));
  for (guint i = 0; i < self->tensors->len; i++) {
    const Pending *pending = self->tensors->pdata[i];

    if (json_object_has_member (object, pending->name)) {
      *duplicate = pending->name;
      return NULL;
    }
    json_object_set_object_member (object, pending->name, describe (pending, begin));
    begin += pending->size;
  }

  g_autofree char *text = sal_json_to_text (root);
  GString *header = g_string_new (text);

  while (header->len % HEADER_ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  return header;
}

static gboolean
refuse (const char *path,
        const char *problem,
        GError    **error)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING, "Cannot write %s: %s", path, problem);
  return FALSE;
}

gboolean
sal_safetensors_writer_save (SalSafetensorsWriter *self,
                             const char           *path,
                             GError              **error)
{
  const char *duplicate = NULL;

  if (self->problem != NULL)
    return refuse (path, self->problem, error);
  g_ptr_array_sort (self->tensors, compare_pending);

  GString *header = make_header (self, &duplicate);

  if (header == NULL) {
    g_autofree char *quotable = sal_json_quotable (duplicate);
    g_autofree char *problem = g_strdup_printf ("expected every tensor name once, found \"%s\" "
                                                "twice", quotable);

    return refuse (path, problem, error);
  }

  const guint64 header_size = header->len;
  g_autofree GOutputVector *pieces = g_new (GOutputVector, self->tensors->len + 2);

  pieces[0] = (GOutputVector) { &header_size, sizeof header_size };
  pieces[1] = (GOutputVector) { header->str, header->len };
  for (guint i = 0; i < self->tensors->len; i++) {
    const Pending *pending = self->tensors->pdata[i];

    pieces[i + 2] = (GOutputVector) { pending->data, pending->size };
  }

  const gboolean saved = sal_atomic_file_write (path, pieces, self->tensors->len + 2, error);

  g_string_free (header, TRUE);
  return saved;
}
