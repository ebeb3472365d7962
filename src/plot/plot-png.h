/* plot-png.h - text inside PNG files, which cairo does not write itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/* Inserts `text` (UTF-8) after the header chunk of the PNG file in `png`: as a
 * tEXt chunk, which every program reads, where it is ASCII, otherwise as an
 * uncompressed iTXt chunk (PNG specification, 11.3.4.3 and 11.3.4.5).
 * `keyword` has 1 to 79 Latin-1 characters, such as "Title". */
void plot_png_insert_text (GByteArray *png,
                           const char *keyword,
                           const char *text);
