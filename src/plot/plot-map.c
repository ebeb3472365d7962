/* plot-map.c - images and saliency maps: numbers to surfaces
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-map.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <math.h>

#define ROBUST_SHARE 0.99

/* The image under an overlay keeps this share of its brightness. */
#define DIMMED 0.55

/* Where an overlay's hue is most vivid: the darker ends of the palettes would
 * drown in a dark image. */
#define VIVID_NEGATIVE 0.16
#define VIVID_POSITIVE 0.80
#define VIVID_UNSIGNED 0.42

#define MASK_LIGHT 0xe9e9e9u
#define MASK_DARK 0x141416u

/* --- reduction of channels ----------------------------------------------- */

static float
reduce_sum (const float *values,
            size_t       stride,
            int          channels)
{
  float sum = 0.0f;

  for (int c = 0; c < channels; c++)
    sum += values[(size_t) c * stride];
  return sum;
}

static float
reduce_largest (const float *values,
                size_t       stride,
                int          channels)
{
  float largest = values[0];

  for (int c = 1; c < channels; c++) {
    const float value = values[(size_t) c * stride];

    if (isnan (value))
      return value;
    if (fabsf (value) > fabsf (largest))
      largest = value;
  }
  return largest;
}

static float
reduce_magnitude (const float *values,
                  size_t       stride,
                  int          channels)
{
  float sum = 0.0f;

  for (int c = 0; c < channels; c++)
    sum += fabsf (values[(size_t) c * stride]);
  return sum / (float) channels;
}

static float
reduce_norm (const float *values,
             size_t       stride,
             int          channels)
{
  float sum = 0.0f;

  for (int c = 0; c < channels; c++)
    sum += values[(size_t) c * stride] * values[(size_t) c * stride];
  return sqrtf (sum);
}

static const struct
{
  const char *title;
  bool        is_unsigned;
  float (*reduce) (const float *values,
                   size_t       stride,
                   int          channels);
} reductions[PLOT_REDUCTIONS] = {
  [PLOT_REDUCE_SUM] = { N_("sum over channels"), false, reduce_sum },
  [PLOT_REDUCE_LARGEST] = { N_("largest channel"), false, reduce_largest },
  [PLOT_REDUCE_MAGNITUDE] = { N_("mean magnitude of channels"), true, reduce_magnitude },
  [PLOT_REDUCE_NORM] = { N_("norm over channels"), true, reduce_norm },
};

const char *
plot_reduction_title (PlotReduction reduction)
{
  return reductions[reduction].title;
}

bool
plot_reduction_is_unsigned (PlotReduction reduction)
{
  return reductions[reduction].is_unsigned;
}

void
plot_map_reduce (const float  *map,
                 int           channels,
                 int           height,
                 int           width,
                 PlotReduction reduction,
                 float        *out)
{
  const size_t n = (size_t) height * (size_t) width;

  for (size_t p = 0; p < n; p++)
    out[p] = reductions[reduction].reduce (map + p, n, channels);
}

/* --- statistics ---------------------------------------------------------- */

/* The value that would be at `rank` if `values` were sorted (Hoare's
 * selection; reorders `values`). */
static float
select_rank (float *values,
             size_t n,
             size_t rank)
{
  size_t low = 0;
  size_t high = n - 1;

  while (low < high) {
    const float pivot = values[low + (high - low) / 2];
    size_t i = low;
    size_t j = high;

    for (;;) {
      while (values[i] < pivot)
        i++;
      while (values[j] > pivot)
        j--;
      if (i >= j)
        break;

      const float swapped = values[i];

      values[i++] = values[j];
      values[j--] = swapped;
    }
    /* Everything up to j is at most the pivot. */
    if (rank <= j)
      high = j;
    else
      low = j + 1;
  }
  return values[rank];
}

double
plot_map_percentile (const float *values,
                     size_t       n,
                     double       share)
{
  float *magnitudes = g_new (float, MAX (n, 1));
  size_t finite = 0;
  double found = 0.0;

  for (size_t i = 0; i < n; i++)
    if (isfinite (values[i]))
      magnitudes[finite++] = fabsf (values[i]);
  if (finite > 0) {
    const double wanted = ceil (share * (double) finite);
    const size_t rank = wanted < 1.0 ? 0 : MIN ((size_t) wanted, finite) - 1;

    found = select_rank (magnitudes, finite, rank);
  }
  g_free (magnitudes);
  return found;
}

void
plot_map_stats (const float  *values,
                size_t        n,
                PlotMapStats *stats)
{
  *stats = (PlotMapStats) { .minimum = NAN, .maximum = NAN };
  for (size_t i = 0; i < n; i++) {
    if (!isfinite (values[i])) {
      stats->not_finite++;
      continue;
    }
    stats->minimum = fmin (stats->minimum, values[i]);
    stats->maximum = fmax (stats->maximum, values[i]);
    stats->largest = fmax (stats->largest, fabs (values[i]));
  }
  stats->robust = plot_map_percentile (values, n, ROBUST_SHARE);
}

const char *
plot_map_notice (const PlotMapStats *stats,
                 size_t              n,
                 char               *text,
                 size_t              size)
{
  if (n == 0)
    return _("empty");
  if (stats->not_finite == n)
    return _("no finite value");
  if (stats->not_finite > 0) {
    g_snprintf (text, size, ngettext ("%zu value is not finite", "%zu values are not finite",
                                      stats->not_finite), stats->not_finite);
    return text;
  }
  if (stats->largest == 0.0)
    return _("all zero");
  return stats->minimum == stats->maximum && n > 1 ? _("constant") : NULL;
}

/* --- surfaces ------------------------------------------------------------ */

/* The pixels of a new surface, four bytes each, `*stride` pixels a row; NULL
 * if the surface is in an error state (too large). */
static uint32_t *
surface_pixels (cairo_surface_t *surface,
                size_t          *stride)
{
  *stride = (size_t) cairo_image_surface_get_stride (surface) / sizeof (uint32_t);
  cairo_surface_flush (surface);
  return (uint32_t *) (void *) cairo_image_surface_get_data (surface);
}

/* The colour of pixel p, 0xRRGGBB. */
typedef uint32_t (*PixelFunc) (const void *source,
                               size_t      p);

static cairo_surface_t *
paint (int         height,
       int         width,
       PixelFunc   pixel,
       const void *source)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  size_t stride;
  uint32_t *const out = surface_pixels (surface, &stride);

  if (out == NULL)
    return surface;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      out[(size_t) y * stride + (size_t) x]
        = 0xff000000u | pixel (source, (size_t) y * (size_t) width + (size_t) x);
  cairo_surface_mark_dirty (surface);
  return surface;
}

typedef struct
{
  const uint8_t *bytes;
  size_t         plane;
  int            channels;
} Image;

static uint32_t
image_pixel (const void *source,
             size_t      p)
{
  const Image *image = source;
  const uint32_t red = image->bytes[p];

  if (image->channels != 3)
    return red << 16 | red << 8 | red;
  return red << 16 | (uint32_t) image->bytes[p + image->plane] << 8
         | image->bytes[p + 2 * image->plane];
}

cairo_surface_t *
plot_map_image_surface (const uint8_t *pixels,
                        int            channels,
                        int            height,
                        int            width)
{
  const Image image = { pixels, (size_t) height * (size_t) width, channels };

  return paint (height, width, image_pixel, &image);
}

typedef struct
{
  const float *values;
  PlotColormap colormap;
  double       scale; /* > 0, or 0: everything finite is drawn as zero        */
  Image        image; /* of overlays                                          */
} Heat;

static double
usable_scale (double scale)
{
  return scale > 0.0 && isfinite (scale) ? scale : 0.0;
}

/* The value in units of the scale, within [-1, 1]; NaN stays. */
static double
relative (const Heat *heat,
          size_t      p)
{
  const double value = heat->values[p];

  if (isnan (value))
    return NAN;
  if (isinf (value))
    return value > 0.0 ? 1.0 : -1.0;
  if (heat->scale == 0.0)
    return 0.0;
  return fmin (fmax (value / heat->scale, -1.0), 1.0);
}

static uint32_t
heat_pixel (const void *source,
            size_t      p)
{
  const Heat *heat = source;
  const double value = relative (heat, p);

  return plot_colormap_rgb (heat->colormap, plot_colormap_is_signed (heat->colormap)
                                            ? (value + 1.0) / 2.0 : value);
}

cairo_surface_t *
plot_map_heat_surface (const float *values,
                       int          height,
                       int          width,
                       PlotColormap colormap,
                       double       scale)
{
  const Heat heat = { .values = values, .colormap = colormap, .scale = usable_scale (scale) };

  return paint (height, width, heat_pixel, &heat);
}

/* Luminance of 0xRRGGBB by Rec. 601, 0..255. */
static double
luminance (uint32_t rgb)
{
  return 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
}

static uint32_t
overlay_pixel (const void *source,
               size_t      p)
{
  const Heat *heat = source;
  const double under = luminance (image_pixel (&heat->image, p)) * DIMMED;
  const double value = relative (heat, p);
  uint32_t rgb = 0;

  if (isnan (value))
    return PLOT_RGB_NOT_A_NUMBER;

  const bool is_signed = plot_colormap_is_signed (heat->colormap);
  const double opacity = is_signed ? fabs (value) : fmax (value, 0.0);
  const double hue = !is_signed ? VIVID_UNSIGNED : value < 0.0 ? VIVID_NEGATIVE : VIVID_POSITIVE;
  const uint32_t over = plot_colormap_rgb (heat->colormap, hue);

  for (int shift = 0; shift <= 16; shift += 8) {
    const double channel = (double) (over >> shift & 0xff);

    rgb |= (uint32_t) lround (under + (channel - under) * opacity) << shift;
  }
  return rgb;
}

cairo_surface_t *
plot_map_overlay_surface (const uint8_t *pixels,
                          int            channels,
                          const float   *values,
                          int            height,
                          int            width,
                          PlotColormap   colormap,
                          double         scale)
{
  const Heat heat = {
    .values = values,
    .colormap = colormap,
    .scale = usable_scale (scale),
    .image = { pixels, (size_t) height * (size_t) width, channels },
  };

  return paint (height, width, overlay_pixel, &heat);
}

static uint32_t
mask_pixel (const void *source,
            size_t      p)
{
  return ((const uint8_t *) source)[p] != 0 ? MASK_LIGHT : MASK_DARK;
}

cairo_surface_t *
plot_map_mask_surface (const uint8_t *mask,
                       int            height,
                       int            width)
{
  return paint (height, width, mask_pixel, mask);
}
