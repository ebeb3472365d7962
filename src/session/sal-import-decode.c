/* sal-import-decode.c - decodes pictures into a data set's file on all processors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-import-decode.h"

#include <string.h>

#include "sal-image-bytes.h"

/* Bytes that may wait; one picture always may. */
#define MAX_WAITING ((gsize) 64 << 20)

typedef struct
{
  SalImportItem *item;
  GBytes        *bytes;
} Task;

struct _SalImportDecoder
{
  SalDatasetWriter *writer;
  NnShape           shape;
  GThreadPool      *pool;
  GMutex            mutex;
  GCond             room;
  gsize             waiting;            /* bytes                             */
  gsize             done;
  gsize             bad;
  const char       *bad_path;           /* the first by name                 */
  char             *bad_reason;
};

static void
note_bad (SalImportDecoder    *self,
          const SalImportItem *item,
          const GError        *error)
{
  self->bad++;
  if (self->bad_path != NULL && strcmp (self->bad_path, item->path) <= 0)
    return;
  self->bad_path = item->path;
  g_free (self->bad_reason);
  self->bad_reason = g_strdup (error->message);
}

/* Runs in a thread of the pool. */
static void
decode (gpointer data,
        gpointer user_data)
{
  SalImportDecoder *self = user_data;
  Task *task = data;
  SalImportItem *item = task->item;
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (task->bytes, &size);

  item->is_read =
    sal_image_bytes_decode (bytes, size, self->shape,
                            sal_dataset_writer_pixels (self->writer, item->part, item->index),
                            &error);
  *sal_dataset_writer_label (self->writer, item->part, item->index) = (guint8) item->label;

  g_mutex_lock (&self->mutex);
  if (!item->is_read)
    note_bad (self, item, error);
  self->done++;
  self->waiting -= size;
  g_cond_signal (&self->room);
  g_mutex_unlock (&self->mutex);
  g_bytes_unref (task->bytes);
  g_free (task);
}

SalImportDecoder *
sal_import_decoder_new (SalDatasetWriter *writer,
                        NnShape           shape)
{
  SalImportDecoder *self = g_new0 (SalImportDecoder, 1);

  self->writer = writer;
  self->shape = shape;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->room);
  self->pool = g_thread_pool_new (decode, self, (gint) g_get_num_processors (), FALSE, NULL);
  return self;
}

void
sal_import_decoder_push (SalImportDecoder *self,
                         SalImportItem    *item,
                         GBytes           *bytes)
{
  Task *task = g_new (Task, 1);
  const gsize size = g_bytes_get_size (bytes);

  *task = (Task) { item, g_bytes_ref (bytes) };
  g_mutex_lock (&self->mutex);
  while (self->waiting > 0 && self->waiting + size > MAX_WAITING)
    g_cond_wait (&self->room, &self->mutex);
  self->waiting += size;
  g_mutex_unlock (&self->mutex);
  g_thread_pool_push (self->pool, task, NULL);
}

gsize
sal_import_decoder_get_done (SalImportDecoder *self)
{
  g_mutex_lock (&self->mutex);

  const gsize done = self->done;

  g_mutex_unlock (&self->mutex);
  return done;
}

gsize
sal_import_decoder_get_bad (SalImportDecoder *self)
{
  g_mutex_lock (&self->mutex);

  const gsize bad = self->bad;

  g_mutex_unlock (&self->mutex);
  return bad;
}

void
sal_import_decoder_finish (SalImportDecoder *self,
                           char            **first_bad)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  *first_bad = self->bad_path != NULL
               ? g_strdup_printf ("%s: %s", self->bad_path, self->bad_reason) : NULL;
  g_free (self->bad_reason);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->room);
  g_free (self);
}
