/* sal-safetensors.h - reading and writing the safetensors container
 *
 * Layout: 8 bytes little-endian header length, a JSON object, then the data.
 * https://github.com/huggingface/safetensors (format description).  A file is
 * written to a temporary file beside it, fsynced and renamed, so that a full
 * disk or a power cut leaves the old file.  The reader expects hostile files:
 * every length, offset, shape and overlap is checked before use.  Once read, a
 * SalSafetensors does not change and may be used from any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SAL_TENSOR_F32,
  SAL_TENSOR_I32,
  SAL_TENSOR_I64,
  SAL_TENSOR_U8,
} SalTensorType;

#define SAL_TENSOR_MAX_DIMENSIONS 8

/* A tensor inside a SalSafetensors: row-major, `data` borrowed, 4-byte
 * aligned at least (8 for I64). */
typedef struct
{
  const char   *name;
  SalTensorType type;
  guint         n_dimensions;
  gsize         shape[SAL_TENSOR_MAX_DIMENSIONS];
  gsize         n_elements;
  gconstpointer data;
} SalTensor;

typedef struct _SalSafetensors SalSafetensors;

/* Reads the file `path`: SAL_ERROR_NOT_FOUND where there is none,
 * SAL_ERROR_BAD_FILE, saying what was expected and found, where it is not
 * what it claims to be, or is cut while it is read.  A dtype without a
 * SalTensorType is refused by name.  The file is not needed any more then. */
SalSafetensors *sal_safetensors_load (const char *path,
                                      GError    **error);

/* For tests, fuzzing and resources: takes a reference to `bytes`; `name` is
 * used in messages only. */
SalSafetensors *sal_safetensors_parse (GBytes     *bytes,
                                       const char *name,
                                       GError    **error);

void sal_safetensors_free (SalSafetensors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalSafetensors, sal_safetensors_free)

/* Value of a key of `__metadata__`, or NULL. */
const char *sal_safetensors_get_metadata (SalSafetensors *self,
                                          const char     *key);

/* Tensors in the order of their data in the file. */
guint            sal_safetensors_get_n_tensors (SalSafetensors *self);
const SalTensor *sal_safetensors_get_tensor    (SalSafetensors *self,
                                                guint           index);

/* The tensor called `name`, or NULL. */
const SalTensor *sal_safetensors_find (SalSafetensors *self,
                                       const char     *name);

/* Collects tensors and metadata and writes them in one go.  Data, names and
 * shapes are copied.  One writer belongs to one thread. */
typedef struct _SalSafetensorsWriter SalSafetensorsWriter;

SalSafetensorsWriter *sal_safetensors_writer_new  (void);
void                  sal_safetensors_writer_free (SalSafetensorsWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalSafetensorsWriter, sal_safetensors_writer_free)

/* Sets `key` of `__metadata__`; a later value replaces an earlier one. */
void sal_safetensors_writer_set_metadata (SalSafetensorsWriter *self,
                                          const char           *key,
                                          const char           *value);

/* Adds a row-major tensor; `shape` has `n_dimensions` entries, none for a
 * scalar. */
void sal_safetensors_writer_add (SalSafetensorsWriter *self,
                                 const char           *name,
                                 SalTensorType         type,
                                 guint                 n_dimensions,
                                 const gsize          *shape,
                                 gconstpointer         data);

/* Writes `path` with sal_atomic_file_write(): widest elements first and then
 * in the order of adding, so that every tensor is aligned to its elements
 * without a gap.  SAL_ERROR_BAD_SETTING where two tensors have one name or a
 * text is not UTF-8 (the reader would refuse the file). */
gboolean sal_safetensors_writer_save (SalSafetensorsWriter *self,
                                      const char           *path,
                                      GError              **error);

G_END_DECLS
