/* sal-model-file.c - a trained network in a safetensors file
 *
 * The weights are read by name into a network built from the file's own text,
 * so that a file whose text and tensors disagree is refused, tensor by
 * tensor.  Tensors that the network does not have are left alone: a
 * checkpoint is a model file with more in it.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-model-file.h"

#include <math.h>
#include <string.h>

#include "sal-error.h"
#include "sal-json.h"
#include "sal-model-metadata.h"
#include "sal-quantizer-text.h"
#include "sal-provenance.h"

#define FORMAT "saliscope-model"
#define VERSION "1"

void
sal_model_info_clear (SalModelInfo *info)
{
  g_free (info->title);
  g_free (info->dataset_hash);
  g_strfreev (info->class_names);
  g_free (info->provenance);
  *info = (SalModelInfo) { .validation_accuracy = NAN, .test_accuracy = NAN };
}

/* ---- writing ------------------------------------------------------------ */

static void
set_real (SalSafetensorsWriter *writer,
          const char           *key,
          double                value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isnan (value))
    sal_safetensors_writer_set_metadata (writer, key,
                                         g_ascii_dtostr (text, sizeof text, value));
}

/* Takes `value`. */
static void
take_metadata (SalSafetensorsWriter *writer,
               const char           *key,
               char                 *value)
{
  sal_safetensors_writer_set_metadata (writer, key, value);
  g_free (value);
}

static void
write_metadata (SalSafetensorsWriter *writer,
                const NnModel        *model,
                const SalModelInfo   *info)
{
  const gsize channels = (gsize) nn_model_input (model).channels;

  sal_safetensors_writer_set_metadata (writer, "format", FORMAT);
  sal_safetensors_writer_set_metadata (writer, "version", VERSION);
  sal_safetensors_writer_set_metadata (writer, "saliscope_version", SALISCOPE_VERSION);
  sal_safetensors_writer_set_metadata (writer, "title", info->title);
  sal_safetensors_writer_set_metadata (writer, "network", nn_model_text (model));
  sal_safetensors_writer_set_metadata (writer, "dataset", info->recipe.dataset);
  sal_safetensors_writer_set_metadata (writer, "dataset_hash", info->dataset_hash);
  take_metadata (writer, "recipe", sal_recipe_to_json (&info->recipe));
  take_metadata (writer, "quantizer", sal_quantizer_to_text (model));
  take_metadata (writer, "weight_bits", sal_metadata_from_weight_bits (model));
  take_metadata (writer, "activation_bits", sal_metadata_from_activation_bits (model));
  take_metadata (writer, "class_names", sal_metadata_from_strings (info->class_names));
  take_metadata (writer, "mean", sal_metadata_from_floats (info->mean, channels));
  take_metadata (writer, "std", sal_metadata_from_floats (info->std, channels));
  take_metadata (writer, "step", g_strdup_printf ("%" G_GINT64_FORMAT, info->step));
  set_real (writer, "validation_accuracy", info->validation_accuracy);
  set_real (writer, "test_accuracy", info->test_accuracy);
  if (info->provenance != NULL)
    sal_safetensors_writer_set_metadata (writer, "provenance", info->provenance);
}

void
sal_model_file_write (SalSafetensorsWriter *writer,
                      const NnModel        *model,
                      const SalModelInfo   *info)
{
  write_metadata (writer, model, info);
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    const float step = tensor.role == NN_TENSOR_STEP
                       ? nn_model_step (model, (gsize) tensor.layer) : 0;

    sal_safetensors_writer_add (writer, tensor.name, SAL_TENSOR_F32, (guint) tensor.rank,
                                tensor.shape,
                                tensor.role == NN_TENSOR_STEP ? &step : tensor.value);
  }
}

gboolean
sal_model_file_save (const char         *path,
                     const NnModel      *model,
                     const SalModelInfo *info,
                     GError            **error)
{
  g_autoptr (SalSafetensorsWriter) writer = sal_safetensors_writer_new ();

  sal_model_file_write (writer, model, info);
  return sal_safetensors_writer_save (writer, path, error);
}

/* ---- reading ------------------------------------------------------------ */

static gboolean
bad_file (GError    **error,
          const char *name,
          const char *format,
          ...) G_GNUC_PRINTF (3, 4);

static gboolean
bad_file (GError    **error,
          const char *name,
          const char *format,
          ...)
{
  va_list list;

  va_start (list, format);

  g_autofree char *text = g_strdup_vprintf (format, list);

  va_end (list);
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, "%s: %s", name, text);
  return FALSE;
}

static gboolean
check_format (SalSafetensors *file,
              const char     *name,
              GError        **error)
{
  const char *format = sal_safetensors_get_metadata (file, "format");
  const char *version = sal_safetensors_get_metadata (file, "version");

  if (g_strcmp0 (format, FORMAT) != 0) {
    g_autofree char *shown = sal_json_quotable (format != NULL ? format : "none");

    return bad_file (error, name, "expected a Saliscope model (format “%s”), found format “%s”",
                     FORMAT, shown);
  }
  if (g_strcmp0 (version, VERSION) != 0) {
    g_autofree char *shown = sal_json_quotable (version != NULL ? version : "none");

    return bad_file (error, name, "expected a model file of version %s, found version “%s”; "
                     "a newer Saliscope may read it", VERSION, shown);
  }
  return TRUE;
}

/* "(32, 1, 3, 3)". Free the result. */
static char *
shape_text (guint        rank,
            const gsize *shape)
{
  GString *text = g_string_new ("(");

  for (guint i = 0; i < rank; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i > 0 ? ", " : "", shape[i]);
  g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

static gboolean
check_shape (const NnTensor  *expected,
             const SalTensor *found,
             const char      *name,
             GError         **error)
{
  const guint rank = (guint) expected->rank;

  if (found->type == SAL_TENSOR_F32 && found->n_dimensions == rank &&
      memcmp (found->shape, expected->shape, rank * sizeof *found->shape) == 0)
    return TRUE;

  g_autofree char *wanted = shape_text (rank, expected->shape);
  g_autofree char *shape = shape_text (found->n_dimensions, found->shape);

  return bad_file (error, name, "tensor “%s”: expected 32-bit floats of shape %s, found shape "
                   "%s%s", expected->name, wanted, shape,
                   found->type == SAL_TENSOR_F32 ? "" : " of another type");
}

static gboolean
check_values (const NnTensor *tensor,
              const float    *values,
              const char     *name,
              GError        **error)
{
  for (gsize i = 0; i < tensor->count; i++) {
    if (!isfinite (values[i]))
      return bad_file (error, name, "tensor “%s”: expected finite numbers, found %g at %"
                       G_GSIZE_FORMAT, tensor->name, (double) values[i], i);
    if ((tensor->role == NN_TENSOR_ALPHA || tensor->role == NN_TENSOR_STEP) && !(values[i] > 0))
      return bad_file (error, name, "tensor “%s”: expected a %s above 0, found %g", tensor->name,
                       tensor->role == NN_TENSOR_ALPHA ? "clipping level" : "step",
                       (double) values[i]);
  }
  return TRUE;
}

static gboolean
read_tensor (SalSafetensors *file,
             const char     *name,
             const NnTensor *tensor,
             GError        **error)
{
  const SalTensor *found = sal_safetensors_find (file, tensor->name);

  if (found == NULL)
    return bad_file (error, name, "expected a tensor “%s”, found none", tensor->name);
  if (!check_shape (tensor, found, name, error) ||
      !check_values (tensor, found->data, name, error))
    return FALSE;
  memcpy (tensor->value, found->data, tensor->count * sizeof (float));
  return TRUE;
}

static gboolean
read_tensors (SalSafetensors *file,
              const char     *name,
              NnModel        *model,
              GError        **error)
{
  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    if (!read_tensor (file, name, &tensor, error))
      return FALSE;
  }
  nn_model_adopt_steps (model);
  return TRUE;
}

static gboolean
read_recipe (SalSafetensors *file,
             const char     *name,
             SalRecipe      *recipe,
             GError        **error)
{
  const char *json = sal_metadata_require (file, name, "recipe", error);
  g_autoptr (GError) refusal = NULL;

  if (json == NULL)
    return FALSE;
  sal_recipe_init (recipe);
  return (sal_recipe_from_json (recipe, json, &refusal) && sal_recipe_check (recipe, &refusal)) ||
         bad_file (error, name, "metadata “recipe”: %s", refusal->message);
}

/* Files of older versions have none. */
static gboolean
read_provenance (SalSafetensors *file,
                 const char     *name,
                 char          **provenance,
                 GError        **error)
{
  const char *json = sal_safetensors_get_metadata (file, "provenance");
  g_autoptr (GError) refusal = NULL;

  if (json == NULL)
    return TRUE;

  g_autoptr (SalProvenance) found = sal_provenance_from_json (json, &refusal);

  if (found == NULL)
    return bad_file (error, name, "metadata “provenance”: %s", refusal->message);
  *provenance = g_strdup (json);
  return TRUE;
}

static gboolean
read_info (SalSafetensors *file,
           const char     *name,
           const NnModel  *model,
           SalModelInfo   *info,
           GError        **error)
{
  const gsize channels = (gsize) nn_model_input (model).channels;
  const char *title = sal_metadata_require (file, name, "title", error);
  const char *hash = title != NULL ? sal_metadata_require (file, name, "dataset_hash", error)
                                   : NULL;

  if (hash == NULL)
    return FALSE;
  info->title = sal_json_one_line (title);
  info->dataset_hash = g_strdup (hash);
  info->class_names = sal_metadata_read_strings (file, name, "class_names",
                                                 (gsize) nn_model_classes (model), error);
  return info->class_names != NULL &&
         sal_metadata_read_floats (file, name, "mean", FALSE, info->mean, channels, error) &&
         sal_metadata_read_floats (file, name, "std", TRUE, info->std, channels, error) &&
         sal_metadata_read_integer (file, name, "step", 0, &info->step, error) &&
         sal_metadata_read_real (file, name, "validation_accuracy", 1,
                                 &info->validation_accuracy, error) &&
         sal_metadata_read_real (file, name, "test_accuracy", 1, &info->test_accuracy, error) &&
         read_recipe (file, name, &info->recipe, error) &&
         read_provenance (file, name, &info->provenance, error);
}

static NnModel *
build_model (SalSafetensors *file,
             const char     *name,
             GError        **error)
{
  const char *text = sal_metadata_require (file, name, "network", error);
  NnError nn_error;

  if (text == NULL)
    return NULL;

  NnModel *model = nn_model_new (text, &nn_error);

  if (model == NULL)
    bad_file (error, name, "metadata “network”: %s", nn_error.message);
  return model;
}

NnModel *
sal_model_file_read (SalSafetensors *file,
                     const char     *name,
                     SalModelInfo   *info,
                     GError        **error)
{
  SalModelInfo found = { .validation_accuracy = NAN, .test_accuracy = NAN };

  if (!check_format (file, name, error))
    return NULL;

  NnModel *model = build_model (file, name, error);

  if (model == NULL)
    return NULL;
  if (!sal_metadata_apply_quantizer (file, name, model, error) ||
      !sal_metadata_apply_bits (file, name, model, error) ||
      !read_tensors (file, name, model, error) ||
      !read_info (file, name, model, &found, error))
    g_clear_pointer (&model, nn_model_free);

  if (model != NULL && info != NULL)
    *info = found;
  else
    sal_model_info_clear (&found);
  return model;
}

NnModel *
sal_model_file_load (const char   *path,
                     SalModelInfo *info,
                     GError      **error)
{
  g_autoptr (SalSafetensors) file = sal_safetensors_load (path, error);

  return file != NULL ? sal_model_file_read (file, path, info, error) : NULL;
}

NnModel *
sal_model_file_load_bytes (GBytes       *bytes,
                           const char   *name,
                           SalModelInfo *info,
                           GError      **error)
{
  g_autoptr (SalSafetensors) file = sal_safetensors_parse (bytes, name, error);

  return file != NULL ? sal_model_file_read (file, name, info, error) : NULL;
}
