/* sal-palette.c - the colours that all maps of the window are drawn in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-palette.h"

#include <glib/gi18n.h>

struct _SalPalette
{
  GObject     parent_instance;

  PlotPalette palette;
};

enum
{
  PROP_PALETTE = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalPalette, sal_palette, G_TYPE_OBJECT)

SalPalette *
sal_palette_get_default (void)
{
  static SalPalette *palette = NULL;

  if (palette == NULL)
    palette = g_object_new (SAL_TYPE_PALETTE, NULL);
  return palette;
}

PlotColormap
sal_palette_get_colormap (SalPalette *self,
                          gboolean    is_signed)
{
  g_return_val_if_fail (SAL_IS_PALETTE (self), PLOT_COLORMAP_DIVERGING);

  return plot_palette_colormap (self->palette, is_signed);
}

SalPaletteWords
sal_palette_get_words (SalPalette *self,
                       gboolean    is_signed)
{
  static const SalPaletteWords words[PLOT_N_PALETTES][2] = {
    [PLOT_PALETTE_BLUE_RED] = {
      { N_("white"), N_("white"), N_("dark red") }, { N_("white"), N_("blue"), N_("red") },
    },
    [PLOT_PALETTE_PURPLE_GREEN] = {
      { N_("white"), N_("white"), N_("dark blue") }, { N_("white"), N_("purple"), N_("green") },
    },
    [PLOT_PALETTE_GREY] = {
      { N_("white"), N_("white"), N_("black") }, { N_("grey"), N_("black"), N_("white") },
    },
  };
  SalPaletteWords found = words[PLOT_PALETTE_BLUE_RED][1];

  g_return_val_if_fail (SAL_IS_PALETTE (self), found);

  found = words[self->palette][is_signed ? 1 : 0];
  return (SalPaletteWords) { _(found.zero), _(found.least), _(found.largest) };
}

static void
sal_palette_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  switch (id) {
  case PROP_PALETTE:
    g_value_set_uint (value, SAL_PALETTE (object)->palette);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_palette_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  switch (id) {
  case PROP_PALETTE:
    SAL_PALETTE (object)->palette = g_value_get_uint (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_palette_class_init (SalPaletteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sal_palette_get_property;
  object_class->set_property = sal_palette_set_property;

  properties[PROP_PALETTE] =
    g_param_spec_uint ("palette", NULL, NULL, 0, PLOT_N_PALETTES - 1, PLOT_PALETTE_BLUE_RED,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_palette_init (SalPalette *self)
{
}
