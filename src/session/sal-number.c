/* sal-number.c - numbers as short text that reads back to the same value
 *
 * json-glib writes 0.050000000000000003 for 0.05, and for 1e-8 the text
 * 1e-08.0, which is no JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-number.h"

/* 17 digits always read back to the same number; most need fewer. */
char *
sal_number_format (double value)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE] = "";

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (text, sizeof text, formats[i], value);
    if (g_ascii_strtod (text, NULL) == value)
      break;
  }
  return g_strdup (text);
}
