/* sal-json.h - strict JSON, from files nobody vouches for and into files
 *
 * json-glib alone reads more than JSON (comments, octal and hexadecimal
 * numbers, single quotes, integers that wrap), recurses without a limit, stops
 * the process on a lone surrogate and keeps the last of two equal names.  Text
 * that comes out of a file is therefore read through this function.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Parses `length` bytes of `text` (no terminating zero is needed) as exactly
 * one JSON value and returns its root, to be freed with json_node_unref().
 *
 * Refused with SAL_ERROR_BAD_FILE, saying at which byte where that helps: text
 * that is not UTF-8 or not strict JSON (RFC 8259), integers beyond gint64,
 * "\u0000" and lone surrogates in strings, arrays and objects nested more than
 * `max_depth` deep, and objects with two members of one name.  `name`, the
 * file or thing the text came from, opens the message. */
JsonNode *sal_json_parse (const char *text,
                          gsize       length,
                          guint       max_depth,
                          const char *name,
                          GError    **error);

/* The compact text of `root`, valid for strict readers: json-glib alone leaves
 * U+001F in strings as it is.  Free the result. */
char *sal_json_to_text (JsonNode *root);

/* A name found in a file, fit for a message: at most 80 characters, control
 * characters replaced.  Free the result. */
char *sal_json_quotable (const char *text);

/* A title or the name of a class found in a file, fit for a line that people
 * read in a window or terminal: at most 200 characters, spaces instead of
 * control characters.  Free the result. */
char *sal_json_one_line (const char *text);

G_END_DECLS
