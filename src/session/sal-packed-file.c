/* sal-packed-file.c - a network's parameters packed at their bits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-packed-file.h"

#include <glib/gi18n.h>
#include <math.h>

#include "sal-error.h"
#include "sal-safetensors.h"

#define MAX_LEVELS 256

/* A value may lie this far from the grid, in steps. */
#define TOLERANCE 1e-3

/* The grid of one output channel, or of all. */
typedef struct
{
  float scale;
  float zero;
} Grid;

static Grid
find_grid (const NnWeightQuantizer *quantizer,
           const NnWeights         *weights,
           size_t                   row)
{
  float levels[MAX_LEVELS];
  const size_t n = quantizer->levels (weights, row, levels);
  const double width = n > 1 ? (double) levels[n - 1] - (double) levels[0] : 0;
  const double scale = n > 1 ? width / (double) (n - 1) : 0;

  /* Weights that are all zero have no width. */
  if (!(scale > 0))
    return (Grid) { 0, 0 };
  return (Grid) { (float) scale, (float) (-(double) levels[0] / scale) };
}

/* Puts `code` after what is in `codes` already. */
static void
append_code (guint8  *codes,
             gsize    index,
             int      bits,
             unsigned code)
{
  for (int b = 0; b < bits; b++) {
    const gsize at = index * (gsize) bits + (gsize) b;

    codes[at / 8] |= (guint8) (((code >> b) & 1u) << (at % 8));
  }
}

/* The codes of `wq` (n) on the `grids`; FALSE: a value is on none. */
static gboolean
pack_codes (const NnWeights *weights,
            const float     *wq,
            const Grid      *grids,
            gsize            n_grids,
            float            zero,
            guint8          *codes)
{
  const gsize per_grid = weights->n / n_grids;
  const double last = (double) ((1 << weights->bits) - 1);

  for (gsize i = 0; i < weights->n; i++) {
    const double scale = (double) grids[i / per_grid].scale;
    const double place = scale > 0 ? (double) wq[i] / scale + (double) zero : (double) zero;
    const double code = scale > 0 ? rint (place) : 0;

    if (scale > 0 && (fabs (place - code) > TOLERANCE || code < 0 || code > last))
      return FALSE;
    append_code (codes, i, weights->bits, (unsigned) code);
  }
  return TRUE;
}

static void
describe_packing (SalSafetensorsWriter *writer,
                  const NnTensor       *tensor,
                  int                   bits,
                  float                 zero)
{
  g_autofree char *key = g_strconcat (tensor->name, ".packing", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_printf (text, "{\"bits\": %d, \"zero\": %s, \"shape\": [", bits,
                   g_ascii_dtostr (number, sizeof number, (double) zero));
  for (int i = 0; i < tensor->rank; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i > 0 ? ", " : "", tensor->shape[i]);
  g_string_append (text, "]}");
  sal_safetensors_writer_set_metadata (writer, key, text->str);
}

static gboolean
add_packed (SalSafetensorsWriter *writer,
            const NnModel        *model,
            const NnTensor       *tensor,
            GError              **error)
{
  const NnWeights weights = nn_model_weights (model, (size_t) tensor->layer);
  const NnWeightQuantizer *quantizer = nn_model_quantizer (model, NULL);
  const gboolean by_channel =
    quantizer->by_channel != NULL && quantizer->by_channel (weights.values);
  const gsize n_grids = by_channel ? weights.rows : 1;
  const gsize n_bytes = (weights.n * (gsize) weights.bits + 7) / 8;
  g_autofree float *wq = g_new (float, weights.n);
  g_autofree Grid *grids = g_new (Grid, n_grids);
  g_autofree float *scales = g_new (float, n_grids);
  g_autofree guint8 *codes = g_new0 (guint8, n_bytes);
  g_autofree char *codes_name = g_strconcat (tensor->name, ".codes", NULL);
  g_autofree char *scale_name = g_strconcat (tensor->name, ".scale", NULL);
  float zero = 0;

  quantizer->quantize (&weights, wq);
  for (gsize i = 0; i < n_grids; i++) {
    grids[i] = find_grid (quantizer, &weights, i);
    scales[i] = grids[i].scale;
    zero = grids[i].scale > 0 ? grids[i].zero : zero;
  }
  if (!pack_codes (&weights, wq, grids, n_grids, zero, codes)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
                 _("%s: the grid of “%s” has no equal steps, so that it cannot be packed"),
                 tensor->name, quantizer->name);
    return FALSE;
  }
  describe_packing (writer, tensor, weights.bits, zero);
  sal_safetensors_writer_add (writer, codes_name, SAL_TENSOR_U8, 1, &n_bytes, codes);
  sal_safetensors_writer_add (writer, scale_name, SAL_TENSOR_F32, 1, &n_grids, scales);
  return TRUE;
}

gboolean
sal_packed_file_write (const char         *path,
                       const NnModel      *model,
                       const SalModelInfo *info,
                       GError            **error)
{
  g_autoptr (SalSafetensorsWriter) writer = sal_safetensors_writer_new ();

  sal_safetensors_writer_set_metadata (writer, "format", "saliscope-packed-1");
  sal_safetensors_writer_set_metadata (writer, "title", info->title != NULL ? info->title : "");
  sal_safetensors_writer_set_metadata (writer, "network", nn_model_text (model));
  for (size_t i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);
    const NnLayerInfo layer = nn_model_layer (model, (size_t) tensor.layer);
    const gboolean packed = tensor.role == NN_TENSOR_WEIGHT && layer.weight_bits >= NN_BITS_MIN &&
                            layer.weight_bits <= NN_BITS_MAX;

    /* A learned step is the scale of packed weights. */
    if (tensor.role == NN_TENSOR_STEP)
      continue;
    if (packed && !add_packed (writer, model, &tensor, error))
      return FALSE;
    if (!packed)
      sal_safetensors_writer_add (writer, tensor.name, SAL_TENSOR_F32, (guint) tensor.rank,
                                  tensor.shape, tensor.value);
  }
  return sal_safetensors_writer_save (writer, path, error);
}
