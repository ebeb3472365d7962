/* nn-lane-conv.c - convolution of any kernel and stride on vector lanes
 *
 * One output row at a time.  The input rows of its windows lie in a ring of
 * as many rows as the kernel has, row y of the image in row y mod kernel;
 * pixels are whole vectors of channels apart, and left and right of them is
 * the padding.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-lane-conv.h"

#include <string.h>

#include "nn-kernel.h"
#include "nn-lane-product.h"
#include "nn-lane-rows.h"

/* Columns of one product. */
#define PANEL (2 * NN_LANES)

/* Sizes, in floats. */
typedef struct
{
  size_t kernel;
  size_t stride;
  size_t padding;
  size_t in;          /* channels                                             */
  size_t in_lanes;    /* the same, in whole vectors: one pixel                */
  size_t out;
  size_t out_lanes;
  size_t in_row;      /* a row of the ring                                    */
  size_t out_row;
  size_t weight;      /* of one place (ky, kx) of the prepared weights        */
} Plan;

static size_t
whole_vectors (size_t channels)
{
  return (channels + NN_LANES - 1) / NN_LANES * NN_LANES;
}

static Plan
plan_of (const NnLaneConv *conv)
{
  const NnWindow *window = &conv->window;
  Plan plan = {
    .kernel = (size_t) window->kernel,
    .stride = (size_t) window->stride,
    .padding = (size_t) window->padding,
    .in = (size_t) window->input.channels,
    .in_lanes = whole_vectors ((size_t) window->input.channels),
    .out = (size_t) conv->out,
    .out_lanes = whole_vectors ((size_t) conv->out),
  };

  plan.in_row = (plan.padding * 2 + (size_t) window->input.width) * plan.in_lanes;
  plan.out_row = (size_t) window->width * plan.out_lanes;
  plan.weight = plan.in_lanes * plan.out_lanes;
  return plan;
}

size_t
nn_lane_conv_weight_floats (const NnLaneConv *conv)
{
  const Plan plan = plan_of (conv);

  return plan.kernel * plan.kernel * plan.weight;
}

/* The ring, an output row, and the gradient of the weights, one after the
 * other. */
typedef struct
{
  float *ring;
  float *out;
  float *weight; /* (kernel, kernel, out_lanes, in_lanes)                     */
} Scratch;

static Scratch
scratch_of (const Plan *plan,
            float      *scratch)
{
  Scratch parts;

  parts.ring = scratch;
  parts.out = parts.ring + plan->kernel * plan->in_row;
  parts.weight = parts.out + plan->out_row;
  return parts;
}

size_t
nn_lane_conv_scratch_floats (const NnLaneConv *conv)
{
  const Plan plan = plan_of (conv);

  return plan.kernel * plan.in_row + plan.out_row + plan.kernel * plan.kernel * plan.weight;
}

static size_t
panel_width (size_t lanes,
             size_t first)
{
  return lanes - first < PANEL ? NN_LANES : PANEL;
}

/* Where the weight of (ky, kx), inner channel i and column c lies: panels of
 * columns for each ky, in which (kx, i) is one inner dimension. */
static size_t
weight_offset (const Plan *plan,
               size_t      place,
               size_t      inner_lanes,
               size_t      columns,
               size_t      i,
               size_t      c)
{
  const size_t ky = place / plan->kernel;
  const size_t kx = place % plan->kernel;
  const size_t panel = c - c % PANEL;
  const size_t steps = plan->kernel * inner_lanes;

  return ky * plan->kernel * plan->weight + panel * steps +
         (kx * inner_lanes + i) * panel_width (columns, panel) + (c - panel);
}

/* Arranges weight (O, C, kernel, kernel): columns are output channels forward,
 * input channels backward, and the others are the inner dimension. */
static void
prepare (const NnLaneConv *conv,
         const float      *weight,
         bool              forward,
         float            *prepared)
{
  const Plan plan = plan_of (conv);
  const size_t places = plan.kernel * plan.kernel;

  memset (prepared, 0, sizeof (float) * places * plan.weight);
  for (size_t o = 0; o < plan.out; o++)
    for (size_t i = 0; i < plan.in; i++)
      for (size_t place = 0; place < places; place++) {
        const size_t at = forward
                          ? weight_offset (&plan, place, plan.in_lanes, plan.out_lanes, i, o)
                          : weight_offset (&plan, place, plan.out_lanes, plan.in_lanes, o, i);

        prepared[at] = *weight++;
      }
}

void
nn_lane_conv_prepare_forward (const NnLaneConv *conv,
                              const float      *weight,
                              float            *prepared)
{
  prepare (conv, weight, true, prepared);
}

void
nn_lane_conv_prepare_backward (const NnLaneConv *conv,
                               const float      *weight,
                               float            *prepared)
{
  prepare (conv, weight, false, prepared);
}

/* Row y of the input in the ring; y may be in the padding. */
static float *
ring_row (const Plan *plan,
          float      *ring,
          int         y)
{
  return ring + (size_t) (y + (int) plan->padding) % plan->kernel * plan->in_row;
}

/* The shape of an image of y. */
static NnShape
output_of (const NnLaneConv *conv)
{
  return (NnShape) { conv->out, conv->window.height, conv->window.width };
}

/* One row of all channels of an image, pixels `lanes` apart, and back. */
static void
read_pixels (NnShape      shape,
             bool         on_lanes,
             const float *image,
             int          y,
             size_t       lanes,
             float       *pixels)
{
  for (size_t lane = 0; lane < (size_t) shape.channels; lane += NN_LANES)
    nn_lanes_read_image_row (shape, on_lanes, image, lane, y, lanes, pixels + lane);
}

static void
add_pixels (const float *pixels,
            size_t       lanes,
            NnShape      shape,
            int          y,
            float       *image)
{
  for (size_t lane = 0; lane < (size_t) shape.channels; lane += NN_LANES)
    nn_lanes_add_image_row (pixels + lane, lanes, shape, lane, y, image);
}

static void
write_pixels (const float *pixels,
              size_t       lanes,
              NnShape      shape,
              bool         on_lanes,
              int          y,
              float       *image)
{
  for (size_t lane = 0; lane < (size_t) shape.channels; lane += NN_LANES)
    nn_lanes_write_image_row (pixels + lane, lanes, shape, on_lanes, lane, y, image);
}

/* Reads rows [first, end) of one image; those outside of it are 0. */
static void
read_rows (const NnLaneConv *conv,
           const Plan       *plan,
           const float      *x,
           int               first,
           int               end,
           float            *ring)
{
  const NnShape shape = conv->window.input;
  const size_t margin = plan->padding * plan->in_lanes;

  for (int y = first; y < end; y++) {
    float *row = ring_row (plan, ring, y);

    if (y < 0 || y >= shape.height) {
      memset (row, 0, sizeof (float) * plan->in_row);
      continue;
    }
    read_pixels (shape, conv->x_on_lanes, x, y, plan->in_lanes, row + margin);
  }
}

/* The first input row of the windows of output row oy. */
static int
first_row (const NnLaneConv *conv,
           int               oy)
{
  return oy * conv->window.stride - conv->window.padding;
}

/* The rows of output row oy's windows that no earlier one has read. */
static void
read_window_rows (const NnLaneConv *conv,
                  const Plan       *plan,
                  const float      *x,
                  int               oy,
                  float            *ring)
{
  const int first = first_row (conv, oy);
  const int end = first + conv->window.kernel;
  const int read = oy > 0 ? first_row (conv, oy - 1) + conv->window.kernel : first;

  read_rows (conv, plan, x, read > first ? read : first, end, ring);
}

static void
multiply_windows (const NnLaneConv *conv,
                  const Plan       *plan,
                  const float      *prepared,
                  int               oy,
                  const Scratch    *scratch)
{
  const size_t steps = plan->kernel * plan->in_lanes;

  for (size_t panel = 0; panel < plan->out_lanes; panel += PANEL)
    for (size_t ky = 0; ky < plan->kernel; ky++) {
      const size_t width = panel_width (plan->out_lanes, panel);

      nn_lane_product (conv->window.width, (int) width, (int) steps,
                       ring_row (plan, scratch->ring, first_row (conv, oy) + (int) ky),
                       plan->stride * plan->in_lanes, 1,
                       prepared + ky * plan->kernel * plan->weight + panel * steps, width,
                       scratch->out + panel, plan->out_lanes, ky > 0);
    }
}

/* Each pixel times the factors of its channels. */
NN_KERNEL static void
multiply_scale (const float *scale,
                size_t       out,
                size_t       pixels,
                size_t       lanes,
                float       *row)
{
  for (size_t x = 0; x < pixels; x++)
    for (size_t o = 0; o < out; o++)
      row[x * lanes + o] *= scale[o];
}

NN_KERNEL static void
add_bias (const float *bias,
          size_t       out,
          size_t       pixels,
          size_t       lanes,
          float       *row)
{
  for (size_t x = 0; x < pixels; x++)
    for (size_t o = 0; o < out; o++)
      row[x * lanes + o] += bias[o];
}

void
nn_lane_conv_forward (const NnLaneConv *conv,
                      size_t            images,
                      const float      *x,
                      const float      *prepared,
                      const float      *bias,
                      float            *y,
                      float            *scratch)
{
  const Plan plan = plan_of (conv);
  const Scratch parts = scratch_of (&plan, scratch);
  const size_t in_size = nn_shape_size (conv->window.input);
  const size_t out_size = nn_shape_size (output_of (conv));

  memset (parts.ring, 0, sizeof (float) * plan.kernel * plan.in_row);
  for (size_t i = 0; i < images; i++)
    for (int oy = 0; oy < conv->window.height; oy++) {
      read_window_rows (conv, &plan, x + i * in_size, oy, parts.ring);
      multiply_windows (conv, &plan, prepared, oy, &parts);
      if (conv->scale != NULL)
        multiply_scale (conv->scale, plan.out, (size_t) conv->window.width, plan.out_lanes,
                        parts.out);
      if (bias != NULL)
        add_bias (bias, plan.out, (size_t) conv->window.width, plan.out_lanes, parts.out);
      write_pixels (parts.out, plan.out_lanes, output_of (conv), conv->y_on_lanes, oy,
                    y + i * out_size);
    }
}

/* dW += dy row^T x, place by place. */
static void
add_weight_products (const NnLaneConv *conv,
                     const Plan       *plan,
                     int               oy,
                     const Scratch    *scratch)
{
  for (size_t place = 0; place < plan->kernel * plan->kernel; place++) {
    const int ky = (int) (place / plan->kernel);
    const float *x = ring_row (plan, scratch->ring, first_row (conv, oy) + ky) +
                     place % plan->kernel * plan->in_lanes;

    for (size_t panel = 0; panel < plan->in_lanes; panel += PANEL)
      nn_lane_product ((int) plan->out, (int) panel_width (plan->in_lanes, panel),
                       conv->window.width, scratch->out, 1, plan->out_lanes,
                       x + panel, plan->stride * plan->in_lanes,
                       scratch->weight + place * plan->weight + panel, plan->in_lanes, true);
  }
}

/* Adds the sums of a call to dweight. */
static void
add_weight_gradient (const Plan  *plan,
                     const float *sums,
                     float       *dweight)
{
  const size_t places = plan->kernel * plan->kernel;

  for (size_t o = 0; o < plan->out; o++)
    for (size_t i = 0; i < plan->in; i++)
      for (size_t place = 0; place < places; place++)
        *dweight++ += sums[place * plan->weight + o * plan->in_lanes + i];
}

/* Writes rows [first, end) of the ring to dx, or adds them, and makes them 0. */
static void
flush_rows (const NnLaneConv *conv,
            const Plan       *plan,
            int               first,
            int               end,
            float            *ring,
            float            *dx)
{
  const NnShape shape = conv->window.input;
  const size_t margin = plan->padding * plan->in_lanes;

  for (int y = first; y < end; y++) {
    float *row = ring_row (plan, ring, y);

    if (y >= 0 && y < shape.height && conv->adds)
      add_pixels (row + margin, plan->in_lanes, shape, y, dx);
    else if (y >= 0 && y < shape.height)
      write_pixels (row + margin, plan->in_lanes, shape, conv->x_on_lanes, y, dx);
    memset (row, 0, sizeof (float) * plan->in_row);
  }
}

static void
add_input_products (const NnLaneConv *conv,
                    const Plan       *plan,
                    const float      *prepared,
                    int               oy,
                    const Scratch    *scratch)
{
  const size_t steps = plan->kernel * plan->out_lanes;

  for (size_t ky = 0; ky < plan->kernel; ky++)
    for (size_t kx = 0; kx < plan->kernel; kx++) {
      float *row = ring_row (plan, scratch->ring, first_row (conv, oy) + (int) ky) +
                   kx * plan->in_lanes;

      for (size_t panel = 0; panel < plan->in_lanes; panel += PANEL) {
        const size_t width = panel_width (plan->in_lanes, panel);

        nn_lane_product (conv->window.width, (int) width, (int) plan->out,
                         scratch->out, plan->out_lanes, 1,
                         prepared + ky * plan->kernel * plan->weight + panel * steps +
                         kx * plan->out_lanes * width, width,
                         row + panel, plan->stride * plan->in_lanes, true);
      }
    }
}

/* Row oy of dy, times the scale. */
static void
read_output_row (const NnLaneConv *conv,
                 const Plan       *plan,
                 const float      *dy,
                 int               oy,
                 float            *row)
{
  read_pixels (output_of (conv), conv->y_on_lanes, dy, oy, plan->out_lanes, row);
  if (conv->scale != NULL)
    multiply_scale (conv->scale, plan->out, (size_t) conv->window.width, plan->out_lanes, row);
}

static void
backward_input (const NnLaneConv *conv,
                const Plan       *plan,
                const float      *dy,
                const float      *prepared,
                const Scratch    *scratch,
                float            *dx)
{
  const int kernel = conv->window.kernel;
  int written = -conv->window.padding;

  memset (scratch->ring, 0, sizeof (float) * plan->kernel * plan->in_row);
  for (int oy = 0; oy < conv->window.height; oy++) {
    flush_rows (conv, plan, written, first_row (conv, oy), scratch->ring, dx);
    written = first_row (conv, oy);
    read_output_row (conv, plan, dy, oy, scratch->out);
    add_input_products (conv, plan, prepared, oy, scratch);
  }
  flush_rows (conv, plan, written, written + kernel, scratch->ring, dx);
  flush_rows (conv, plan, written + kernel, conv->window.input.height, scratch->ring, dx);
}

static void
backward_weight (const NnLaneConv *conv,
                 const Plan       *plan,
                 const float      *x,
                 const float      *dy,
                 const Scratch    *scratch)
{
  memset (scratch->ring, 0, sizeof (float) * plan->kernel * plan->in_row);
  for (int oy = 0; oy < conv->window.height; oy++) {
    read_window_rows (conv, plan, x, oy, scratch->ring);
    read_output_row (conv, plan, dy, oy, scratch->out);
    add_weight_products (conv, plan, oy, scratch);
  }
}

void
nn_lane_conv_backward (const NnLaneConv *conv,
                       size_t            images,
                       const float      *x,
                       const float      *dy,
                       const float      *prepared,
                       float            *dx,
                       float            *dweight,
                       float            *scratch)
{
  const Plan plan = plan_of (conv);
  const Scratch parts = scratch_of (&plan, scratch);
  const size_t in_size = nn_shape_size (conv->window.input);
  const size_t out_size = nn_shape_size (output_of (conv));

  memset (parts.out, 0, sizeof (float) * plan.out_row);
  if (dweight != NULL)
    memset (parts.weight, 0, sizeof (float) * plan.kernel * plan.kernel * plan.weight);
  for (size_t i = 0; i < images; i++) {
    if (dweight != NULL)
      backward_weight (conv, &plan, x + i * in_size, dy + i * out_size, &parts);
    if (dx != NULL)
      backward_input (conv, &plan, dy + i * out_size, prepared, &parts, dx + i * in_size);
  }
  if (dweight != NULL)
    add_weight_gradient (&plan, parts.weight, dweight);
}
