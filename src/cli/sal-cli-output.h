/* sal-cli-output.h - results on stdout, progress on stderr
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* ---- JSON: one value a command -------------------------------------------- */

/* Members of the object that `builder` is in; a number that is not finite
 * becomes null. */
void sal_cli_json_text    (JsonBuilder *builder,
                           const char  *name,
                           const char  *value);
void sal_cli_json_integer (JsonBuilder *builder,
                           const char  *name,
                           gint64       value);
void sal_cli_json_real    (JsonBuilder *builder,
                           const char  *name,
                           double       value);

/* The value of JSON text that is known to be right, such as a recipe. */
void sal_cli_json_raw (JsonBuilder *builder,
                       const char  *name,
                       const char  *json);

/* Prints what was built, with a newline, to stdout. */
void sal_cli_json_print (JsonBuilder *builder);

/* ---- tables ------------------------------------------------------------------ */

/* Prints rows of `columns` cells with each column as wide as its widest cell;
 * the first row is the heading.  `cells` is a GPtrArray of char *. */
void sal_cli_print_table (const GPtrArray *cells,
                          guint            columns);

/* "98.91 %", or "–" for NaN. Free the result. */
char *sal_cli_percent (double share);

/* "3 min 20 s". Free the result. */
char *sal_cli_duration (double seconds);

/* ---- progress ------------------------------------------------------------------ */

/* One line that is rewritten in place on a terminal; elsewhere a line now and
 * then. */
typedef struct
{
  gboolean is_terminal;
  gboolean is_open;     /* a line without its newline is on the screen         */
  gint64   last;        /* monotonic microseconds of the last line             */
} SalCliProgress;

SalCliProgress sal_cli_progress_begin (void);

/* Whether sal_cli_progress_show() would print now: lines cost time. */
gboolean sal_cli_progress_is_due (const SalCliProgress *self);

void sal_cli_progress_show (SalCliProgress *self,
                            const char     *line);

/* A line that stays. */
void sal_cli_progress_say (SalCliProgress *self,
                           const char     *line);

/* Removes the line that is rewritten. */
void sal_cli_progress_end (SalCliProgress *self);

G_END_DECLS
