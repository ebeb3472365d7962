/* sal-cli-output.c - results on stdout, progress on stderr
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli-output.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sal-number.h"

#define TERMINAL_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)
#define FILE_INTERVAL (10 * G_TIME_SPAN_SECOND)

/* ---- JSON ---------------------------------------------------------------------- */

void
sal_cli_json_text (JsonBuilder *builder,
                   const char  *name,
                   const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
sal_cli_json_integer (JsonBuilder *builder,
                      const char  *name,
                      gint64       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
sal_cli_json_real (JsonBuilder *builder,
                   const char  *name,
                   double       value)
{
  json_builder_set_member_name (builder, name);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
sal_cli_json_raw (JsonBuilder *builder,
                  const char  *name,
                  const char  *json)
{
  JsonNode *node = json_from_string (json, NULL);

  json_builder_set_member_name (builder, name);
  if (node != NULL)
    json_builder_add_value (builder, node);
  else
    json_builder_add_null_value (builder);
}

/* Two spaces for each level. */
static void
append_line (GString *text,
             int      level)
{
  g_string_append_printf (text, "\n%*s", 2 * level, "");
}

static void append_node (GString  *text,
                         JsonNode *node,
                         int       level);

static void
append_object (GString    *text,
               JsonObject *object,
               int         level)
{
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *node = NULL;
  const char *before = "{";

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    g_autoptr (JsonNode) key = json_node_init_string (json_node_alloc (), name);

    g_string_append (text, before);
    append_line (text, level + 1);
    append_node (text, key, 0);
    g_string_append (text, ": ");
    append_node (text, node, level + 1);
    before = ",";
  }
  if (*before == ',')
    append_line (text, level);
  g_string_append (text, *before == ',' ? "}" : "{}");
}

static void
append_array (GString   *text,
              JsonArray *array,
              int        level)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (i > 0)
      g_string_append_c (text, ',');
    append_line (text, level + 1);
    append_node (text, json_array_get_element (array, i), level + 1);
  }
  if (json_array_get_length (array) > 0)
    append_line (text, level);
  g_string_append_c (text, ']');
}

/* json-glib writes all but numbers, in which it cannot be trusted. */
static void
append_node (GString  *text,
             JsonNode *node,
             int       level)
{
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    append_object (text, json_node_get_object (node), level);
    return;
  }
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    append_array (text, json_node_get_array (node), level);
    return;
  }

  const gboolean is_real = JSON_NODE_HOLDS_VALUE (node) &&
                           json_node_get_value_type (node) == G_TYPE_DOUBLE;
  g_autofree char *value = is_real ? sal_number_format (json_node_get_double (node))
                                   : json_to_string (node, FALSE);

  g_string_append (text, value);
}

void
sal_cli_json_print (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autoptr (GString) text = g_string_new (NULL);

  append_node (text, root, 0);
  g_print ("%s\n", text->str);
}

/* ---- tables ---------------------------------------------------------------------- */

static glong
column_width (const GPtrArray *cells,
              guint            columns,
              guint            column)
{
  glong width = 0;

  for (guint i = column; i < cells->len; i += columns)
    width = MAX (width, g_utf8_strlen (cells->pdata[i], -1));
  return width;
}

void
sal_cli_print_table (const GPtrArray *cells,
                     guint            columns)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < cells->len; i++) {
    const char *cell = cells->pdata[i];
    const guint column = i % columns;
    const gboolean is_last = column == columns - 1;
    const glong room = column_width (cells, columns, column) - g_utf8_strlen (cell, -1);

    g_string_append (line, cell);
    if (is_last) {
      g_print ("%s\n", g_strchomp (line->str));
      g_string_truncate (line, 0);
    } else {
      g_string_append_printf (line, "%*s", (int) room + 2, "");
    }
  }
}

char *
sal_cli_percent (double share)
{
  return isfinite (share) ? g_strdup_printf ("%.2f %%", 100 * share) : g_strdup ("–");
}

char *
sal_cli_duration (double seconds)
{
  if (!isfinite (seconds))
    return g_strdup ("–");

  const gint64 whole = (gint64) ceil (seconds);

  if (whole < 60)
    return g_strdup_printf ("%d s", (int) whole);
  if (whole < 3600)
    return g_strdup_printf ("%d min %d s", (int) (whole / 60), (int) (whole % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT " h %d min", whole / 3600,
                          (int) (whole / 60 % 60));
}

/* ---- progress ---------------------------------------------------------------------- */

SalCliProgress
sal_cli_progress_begin (void)
{
  return (SalCliProgress) {
    .is_terminal = isatty (STDERR_FILENO),
    .last = g_get_monotonic_time (),
  };
}

gboolean
sal_cli_progress_is_due (const SalCliProgress *self)
{
  const gint64 interval = self->is_terminal ? TERMINAL_INTERVAL : FILE_INTERVAL;

  return g_get_monotonic_time () - self->last >= interval;
}

void
sal_cli_progress_show (SalCliProgress *self,
                       const char     *line)
{
  self->last = g_get_monotonic_time ();
  if (self->is_terminal)
    g_printerr ("\r%s\033[K", line);
  else
    g_printerr ("%s\n", line);
  self->is_open = self->is_terminal;
}

void
sal_cli_progress_end (SalCliProgress *self)
{
  if (self->is_open)
    g_printerr ("\r\033[K");
  self->is_open = FALSE;
}

void
sal_cli_progress_say (SalCliProgress *self,
                      const char     *line)
{
  sal_cli_progress_end (self);
  g_printerr ("%s\n", line);
}
