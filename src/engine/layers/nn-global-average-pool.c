/* nn-global-average-pool.c - the mean of every channel's plane
 *
 * The mean is taken in a fixed number of partial sums, so that the order of
 * summation does not depend on the CPU.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels/nn-kernel.h"
#include "nn-layer-ops.h"

static NnStatus
global_average_pool_shape (NnLayer *layer,
                           NnError *error)
{
  (void) error;
  layer->output = (NnShape) { layer->input.channels, 1, 1 };
  return NN_OK;
}

static size_t
plane_of (const NnLayer *layer)
{
  return (size_t) layer->input.height * (size_t) layer->input.width;
}

/* y (planes) = means of x (planes, n). */
NN_KERNEL static void
mean_kernel (const float    *x,
             size_t          planes,
             size_t          n,
             float *restrict y)
{
  const size_t whole = n - n % NN_LANES;

  for (size_t p = 0; p < planes; p++) {
    const float *plane = x + p * n;
    float sums[NN_LANES] = { 0 };
    float total = 0;

    for (size_t first = 0; first < whole; first += NN_LANES)
      for (size_t lane = 0; lane < NN_LANES; lane++)
        sums[lane] += plane[first + lane];
    for (size_t i = whole; i < n; i++)
      total += plane[i];
    for (size_t lane = 0; lane < NN_LANES; lane++)
      total += sums[lane];
    y[p] = total / (float) n;
  }
}

/* y (16) = means of pixels (n, 16). */
NN_KERNEL static void
mean_of_lanes (const float *x,
               size_t       n,
               float       *y)
{
  NnLooseLanes sum = { 0 };

  for (size_t p = 0; p < n; p++)
    sum += *(const NnLooseLanes *) (x + p * NN_LANES);
  *(NnLooseLanes *) y = sum / (float) n;
}

static void
global_average_pool_forward (const NnLayer     *layer,
                             const NnLayerCall *call)
{
  const size_t planes = call->images * (size_t) layer->input.channels;
  const size_t n = plane_of (layer);

  if (!call->x_on_lanes) {
    mean_kernel (call->x, planes, n, call->y);
    return;
  }
  for (size_t p = 0; p < planes; p += NN_LANES)
    mean_of_lanes (call->x + p * n, n, call->y + p);
}

NN_KERNEL static void
spread_lanes (const float *dy,
              size_t       n,
              float       *dx)
{
  const NnLooseLanes share = *(const NnLooseLanes *) dy / (float) n;

  for (size_t p = 0; p < n; p++)
    *(NnLooseLanes *) (dx + p * NN_LANES) = share;
}

static void
global_average_pool_backward (const NnLayer     *layer,
                              const NnLayerCall *call)
{
  const size_t planes = call->images * (size_t) layer->input.channels;
  const size_t n = plane_of (layer);

  if (call->dx == NULL)
    return;
  for (size_t p = 0; call->x_on_lanes && p < planes; p += NN_LANES)
    spread_lanes (call->dy + p, n, call->dx + p * n);
  for (size_t p = 0; !call->x_on_lanes && p < planes; p++) {
    const float share = call->dy[p] / (float) n;

    for (size_t i = 0; i < n; i++)
      call->dx[p * n + i] = share;
  }
}

static bool
global_average_pool_takes_lanes (const NnLayer *layer)
{
  (void) layer;
  return true;
}

const NnLayerOps nn_global_average_pool_ops = {
  .kind = {
    .name = "global-average-pool",
    .title = N_("Global average pooling"),
    .summary = N_("The mean of every channel over the whole plane"),
  },
  .shape = global_average_pool_shape,
  .takes_lanes = global_average_pool_takes_lanes,
  .forward = global_average_pool_forward,
  .backward = global_average_pool_backward,
};
