/* plot-png.h - text inside PNG files, which cairo does not write itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/* Inserts an iTXt chunk (PNG specification, 11.3.4.5: UTF-8, uncompressed)
 * after the header chunk of the PNG file in `png`.  `keyword` has 1 to 79
 * Latin-1 characters, such as "Title" or "Description". */
void plot_png_insert_text (GByteArray *png,
                           const char *keyword,
                           const char *text);
