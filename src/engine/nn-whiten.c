/* nn-whiten.c - first convolutions that start from the data's own patches
 *
 * Products of a tile of patches are summed in float by the matrix kernel, and
 * tiles in double, image after image: memory does not grow with the images.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-whiten.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/nn-gemm.h"
#include "kernels/nn-im2col.h"
#include "nn-eigen.h"
#include "nn-eval-private.h"
#include "nn-initialise.h"

/* Values of a window whose eigenvectors are still found in seconds. */
#define MAX_WINDOW 256

/* Floats of one tile of patches. */
#define TILE_FLOATS (32 * 1024)

/* Patches seen so far and their sums; k = C kernel kernel values each. */
typedef struct
{
  NnWindow window;
  size_t   k;
  int      tile_rows;
  double   patches;
  double  *sums;       /* (k)                                                 */
  double  *products;   /* (k, k)                                              */
  double  *vectors;    /* (k, k)                                              */
  double  *values;     /* (k)                                                 */
  float   *image;      /* (C, H, W)                                           */
  float   *columns;    /* (k, tile)                                           */
  float   *tile;       /* (k, k)                                              */
  void    *memory;
} Patches;

static bool
is_whitened (const NnLayer *layer)
{
  return layer->weight >= 0 && layer->source == 0 && nn_layer_init (layer) == NN_INIT_WHITEN;
}

bool
nn_whiten_wanted (const NnModel *model)
{
  for (size_t i = 0; i < model->n_layers; i++)
    if (is_whitened (&model->layers[i]))
      return true;
  return false;
}

static NnStatus
check_layer (const NnLayer  *layer,
             const NnTensor *weight,
             NnError        *error)
{
  const size_t k = weight->count / weight->shape[0];

  if (k > MAX_WINDOW)
    return nn_error_set (error, NN_ERROR_UNSUPPORTED,
                         "%s \"%s\": windows that are whitened have at most %d values, not %zu",
                         layer->ops->kind.name, layer->name, MAX_WINDOW, k);
  if (weight->shape[0] % 2 != 0 || weight->shape[0] > 2 * k)
    return nn_error_set (error, NN_ERROR_UNSUPPORTED,
                         "%s \"%s\": whitening %zu values gives an even number of filters up to "
                         "%zu, not %zu",
                         layer->ops->kind.name, layer->name, k, 2 * k, weight->shape[0]);
  return NN_OK;
}

static NnStatus
allocate (Patches        *patches,
          const NnLayer  *layer,
          const NnTensor *weight,
          NnError        *error)
{
  const int kernel = (int) weight->shape[2];
  const int height = layer->input.height - kernel + 1;
  const int width = layer->input.width - kernel + 1;
  const size_t k = weight->count / weight->shape[0];
  const size_t row = k * (size_t) width;
  const size_t rows = TILE_FLOATS / row > 0 ? TILE_FLOATS / row : 1;
  const size_t doubles = 2 * k * k + 2 * k;
  const size_t floats = nn_shape_size (layer->input) + rows * row + k * k;

  *patches = (Patches) {
    .window = { layer->input, kernel, 1, 0, height, width }, .k = k, .tile_rows = (int) rows,
    .memory = calloc (1, doubles * sizeof (double) + floats * sizeof (float)),
  };
  if (patches->memory == NULL)
    return nn_error_set (error, NN_ERROR_MEMORY, "no memory to whiten patches");
  patches->products = patches->memory;
  patches->vectors = patches->products + k * k;
  patches->sums = patches->vectors + k * k;
  patches->values = patches->sums + k;
  patches->image = (float *) (patches->values + k);
  patches->columns = patches->image + nn_shape_size (layer->input);
  patches->tile = patches->columns + rows * row;
  return NN_OK;
}

static void
add_tile (Patches *patches,
          int      first,
          int      rows)
{
  const int k = (int) patches->k;
  const int n = rows * patches->window.width;

  nn_im2col (&patches->window, first, rows, patches->image, patches->columns);
  nn_gemm (false, true, k, k, n, patches->columns, n, patches->columns, n, 0.0f, patches->tile, k);
  for (size_t i = 0; i < patches->k * patches->k; i++)
    patches->products[i] += (double) patches->tile[i];
  for (int i = 0; i < k; i++)
    for (int p = 0; p < n; p++)
      patches->sums[i] += (double) patches->columns[(size_t) i * (size_t) n + (size_t) p];
  patches->patches += n;
}

static void
add_image (Patches *patches)
{
  const int height = patches->window.height;

  for (int row = 0; row < height; row += patches->tile_rows) {
    const int left = height - row;

    add_tile (patches, row, patches->tile_rows < left ? patches->tile_rows : left);
  }
}

/* Makes the products the covariance, symmetric to the last bit. */
static void
finish_covariance (Patches *patches)
{
  const size_t k = patches->k;

  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j <= i; j++) {
      const double mean_product = patches->sums[i] * patches->sums[j] /
                                  (patches->patches * patches->patches);
      const double covariance = patches->products[i * k + j] / patches->patches - mean_product;

      patches->products[i * k + j] = covariance;
      patches->products[j * k + i] = covariance;
    }
}

/* Filter i and its negative, filter i + out / 2. */
static void
set_filters (const Patches  *patches,
             double          epsilon,
             const NnTensor *weight)
{
  const size_t half = weight->shape[0] / 2;

  for (size_t i = 0; i < half; i++) {
    const double variance = patches->values[i] > 0 ? patches->values[i] : 0;
    const double factor = 1 / sqrt (variance + epsilon);
    float *filter = weight->value + i * patches->k;
    float *negative = filter + half * patches->k;

    for (size_t j = 0; j < patches->k; j++) {
      filter[j] = (float) (factor * patches->vectors[i * patches->k + j]);
      negative[j] = -filter[j];
    }
  }
}

static NnStatus
whiten_layer (NnModel        *model,
              const NnLayer  *layer,
              const NnImages *images,
              const uint32_t *indices,
              size_t          count,
              double          epsilon,
              NnError        *error)
{
  const NnTensor *weight = &model->tensors[layer->weight].info;
  Patches patches;
  NnStatus status = check_layer (layer, weight, error);

  if (status == NN_OK)
    status = allocate (&patches, layer, weight, error);
  if (status != NN_OK)
    return status;
  for (size_t i = 0; i < count; i++) {
    nn_gather_range (images, indices, i, 1, patches.image);
    add_image (&patches);
  }
  finish_covariance (&patches);
  nn_eigen_symmetric (patches.products, patches.k, patches.values, patches.vectors);
  set_filters (&patches, epsilon, weight);
  if (layer->bias >= 0) {
    const NnTensor *bias = &model->tensors[layer->bias].info;

    memset (bias->value, 0, sizeof (float) * bias->count);
  }
  free (patches.memory);
  return NN_OK;
}

NnStatus
nn_whiten_first_layer (NnModel        *model,
                       const NnImages *images,
                       const uint32_t *indices,
                       size_t          count,
                       double          epsilon,
                       NnError        *error)
{
  NnStatus status = nn_check_images (model, images, error);

  if (status == NN_OK && count == 0)
    status = nn_error_set (error, NN_ERROR_SHAPE, "there are no images to take patches from");
  for (size_t i = 0; status == NN_OK && i < model->n_layers; i++)
    if (is_whitened (&model->layers[i]))
      status = whiten_layer (model, &model->layers[i], images, indices, count, epsilon, error);
  return status;
}
