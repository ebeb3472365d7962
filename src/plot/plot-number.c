/* plot-number.c - numbers as text
 *
 * Everything is formatted in the C locale first and then dressed: the true
 * minus sign (U+2212), thousands separators and the decimal point, as the
 * locale of the program writes numbers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plot-number.h"

#include <glib.h>
#include <langinfo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "\u2212"

/* NaN and infinities have words of their own. */
static bool
format_not_finite (double value,
                   char  *text)
{
  if (isfinite (value))
    return false;
  g_strlcpy (text, isnan (value) ? "–" : value > 0.0 ? "∞" : MINUS "∞", PLOT_NUMBER_SIZE);
  return true;
}

/* Between thousands: the locale's, or, where it has none, what cannot be taken
 * for its decimal point. */
static const char *
thousands_separator (void)
{
  const char *separator = nl_langinfo (THOUSEP);

  return *separator != '\0' ? separator : *nl_langinfo (RADIXCHAR) == ',' ? "\u202f" : ",";
}

/* Copies the C locale's "-12345.678" as "−12,345.678", or "−12.345,678". */
static void
dress (const char *plain,
       char       *text)
{
  const bool negative = plain[0] == '-' && strpbrk (plain, "123456789") != NULL;
  const char *digits = plain + (plain[0] == '-' ? 1 : 0);
  const size_t whole = strspn (digits, "0123456789");
  GString *dressed = g_string_new (negative ? MINUS : "");

  for (size_t i = 0; i < whole; i++) {
    if (i > 0 && (whole - i) % 3 == 0)
      g_string_append (dressed, thousands_separator ());
    g_string_append_c (dressed, digits[i]);
  }
  if (digits[whole] == '.')
    g_string_append_printf (dressed, "%s%s", nl_langinfo (RADIXCHAR), digits + whole + 1);
  g_strlcpy (text, dressed->str, PLOT_NUMBER_SIZE);
  g_string_free (dressed, TRUE);
}

static void
format_fixed (double value,
              int    decimals,
              char  *text)
{
  char format[16];
  char plain[G_ASCII_DTOSTR_BUF_SIZE + 320];

  g_snprintf (format, sizeof format, "%%.%df", decimals);
  g_ascii_formatd (plain, sizeof plain, format, value);
  dress (plain, text);
}

void
plot_format_power (double mantissa,
                   int    decimals,
                   int    exponent,
                   char   text[PLOT_NUMBER_SIZE])
{
  static const char *const raised[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
  char digits[16];

  if (mantissa == 1.0 && decimals == 0 && (exponent == 0 || exponent == 1)) {
    g_strlcpy (text, exponent == 0 ? "1" : "10", PLOT_NUMBER_SIZE);
    return;
  }

  format_fixed (mantissa, decimals, text);
  if (strcmp (text, "1") == 0)
    g_strlcpy (text, "10", PLOT_NUMBER_SIZE);
  else if (strcmp (text, MINUS "1") == 0)
    g_strlcpy (text, MINUS "10", PLOT_NUMBER_SIZE);
  else
    g_strlcat (text, "×10", PLOT_NUMBER_SIZE);
  if (exponent < 0)
    g_strlcat (text, "⁻", PLOT_NUMBER_SIZE);
  g_snprintf (digits, sizeof digits, "%d", abs (exponent));
  for (const char *digit = digits; *digit != '\0'; digit++)
    g_strlcat (text, raised[*digit - '0'], PLOT_NUMBER_SIZE);
}

/* How many decimals make multiples of `step` exact, at most nine. */
static int
decimals_of (double step)
{
  int decimals = 0;

  for (double scaled = fabs (step); decimals < 9; scaled *= 10.0, decimals++)
    if (fabs (scaled - round (scaled)) <= scaled * 1e-6)
      break;
  return decimals;
}

/* Splits `value` into mantissa and decimal exponent after rounding to
 * `digits`: 9.9999 is 1 and 1 in three digits.  Through text, because that
 * rounds once and reaches the denormals. */
static int
split (double  value,
       int     digits,
       double *mantissa)
{
  char format[16];
  char plain[G_ASCII_DTOSTR_BUF_SIZE];

  g_snprintf (format, sizeof format, "%%.%de", digits - 1);
  g_ascii_formatd (plain, sizeof plain, format, value);

  char *e = strchr (plain, 'e');

  *e = '\0';
  *mantissa = g_ascii_strtod (plain, NULL);
  return atoi (e + 1);
}

void
plot_format_tick (double value,
                  double step,
                  char   text[PLOT_NUMBER_SIZE])
{
  if (format_not_finite (value, text))
    return;

  const double size = fabs (step);
  const bool power = size > 0.0 && (size >= 999999.0 || size < 0.999999e-4);

  if (!power || value == 0.0) {
    format_fixed (value, power ? 0 : decimals_of (step), text);
    return;
  }

  double mantissa;
  const int exponent = split (value, 15, &mantissa);
  const double relative = size / fabs (value) * fabs (mantissa);

  plot_format_power (mantissa, decimals_of (relative), exponent, text);
}

void
plot_format_value (double value,
                   int    digits,
                   char   text[PLOT_NUMBER_SIZE])
{
  if (format_not_finite (value, text))
    return;
  if (value == 0.0) {
    g_strlcpy (text, "0", PLOT_NUMBER_SIZE);
    return;
  }

  double mantissa;
  const int exponent = split (value, digits, &mantissa);

  if (exponent < -4 || exponent >= 7)
    plot_format_power (mantissa, digits - 1, exponent, text);
  else
    format_fixed (value, MAX (digits - 1 - exponent, 0), text);
}

/* Cuts the zeros (and a bare point) that end the mantissa of `text`. */
static void
cut_zeros (char *text)
{
  const char *radix = nl_langinfo (RADIXCHAR);
  char *point = strstr (text, radix);

  if (point == NULL)
    return;

  char *const decimals = point + strlen (radix);
  char *const rest = decimals + strspn (decimals, "0123456789");
  char *end = rest;

  while (end[-1] == '0')
    end--;
  if (end == decimals)
    end = point;
  memmove (end, rest, strlen (rest) + 1);
}

void
plot_format_short (double value,
                   int    digits,
                   char   text[PLOT_NUMBER_SIZE])
{
  plot_format_value (value, digits, text);
  cut_zeros (text);
}
