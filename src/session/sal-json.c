/* sal-json.c - strict JSON, from files nobody vouches for and into files
 *
 * Two passes: a lexical check of every token and of the depth, which needs no
 * stack, and then json-glib, which is left with nothing to be lenient about
 * and checks the grammar.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-json.h"

#include <string.h>

#include "sal-error.h"

#define QUOTABLE_CHARACTERS 80
#define LINE_CHARACTERS 200

typedef struct
{
  const char *at;
  const char *end;
  guint       depth;
  guint       max_depth;
  gboolean    has_value; /* a value at depth 0 has begun */
} Scanner;

/* Reads four hexadecimal digits at `at`, or returns -1. */
static int
scan_hex4 (const char *at,
           const char *end)
{
  int value = 0;

  if (end - at < 4)
    return -1;
  for (int i = 0; i < 4; i++) {
    if (!g_ascii_isxdigit (at[i]))
      return -1;
    value = value * 16 + g_ascii_xdigit_value (at[i]);
  }
  return value;
}

/* Steps over "uXXXX", or over both halves of a surrogate pair. */
static const char *
scan_unicode_escape (Scanner *self)
{
  const int unit = scan_hex4 (self->at + 1, self->end);

  if (unit < 0)
    return "\\u without four hexadecimal digits";
  if (unit == 0)
    return "a zero character in a string";
  self->at += 5;
  if (unit < 0xd800 || unit > 0xdfff)
    return NULL;

  const gboolean escaped = self->end - self->at >= 6 && self->at[0] == '\\' && self->at[1] == 'u';
  const int low = escaped ? scan_hex4 (self->at + 2, self->end) : -1;

  if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
    return "half of a surrogate pair in a string";
  self->at += 6;
  return NULL;
}

static const char *
scan_escape (Scanner *self)
{
  self->at++;
  if (self->at == self->end)
    return "a string that does not end";
  if (*self->at == 'u')
    return scan_unicode_escape (self);
  if (strchr ("\"\\/bfnrt", *self->at) == NULL)
    return "an unknown escape in a string";
  self->at++;
  return NULL;
}

static const char *
scan_string (Scanner *self)
{
  for (self->at++; self->at < self->end;) {
    const char *problem = NULL;

    if (*self->at == '"') {
      self->at++;
      return NULL;
    }
    if (*self->at == '\\')
      problem = scan_escape (self);
    else if ((guchar) *self->at < 0x20)
      problem = "a control character in a string";
    else
      self->at++;
    if (problem != NULL)
      return problem;
  }
  return "a string that does not end";
}

static gsize
scan_digits (Scanner *self)
{
  const char *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return (gsize) (self->at - start);
}

static gboolean
scan_one_of (Scanner    *self,
             const char *characters)
{
  if (self->at == self->end || strchr (characters, *self->at) == NULL)
    return FALSE;
  self->at++;
  return TRUE;
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)? */
static const char *
scan_number (Scanner *self)
{
  const char *start = self->at;
  gboolean is_integer = TRUE;

  scan_one_of (self, "-");

  const char *first_digit = self->at;
  const gsize n_digits = scan_digits (self);

  if (n_digits == 0 || (n_digits > 1 && *first_digit == '0'))
    return "a malformed number";
  if (scan_one_of (self, ".")) {
    is_integer = FALSE;
    if (scan_digits (self) == 0)
      return "a malformed number";
  }
  if (scan_one_of (self, "eE")) {
    is_integer = FALSE;
    scan_one_of (self, "+-");
    if (scan_digits (self) == 0)
      return "a malformed number";
  }
  if (!is_integer)
    return NULL;

  g_autofree char *digits = g_strndup (start, (gsize) (self->at - start));

  if (!g_ascii_string_to_signed (digits, 10, G_MININT64, G_MAXINT64, NULL, NULL))
    return "an integer out of range";
  return NULL;
}

static const char *
scan_word (Scanner *self)
{
  static const char *const words[] = { "true", "false", "null" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    const gsize length = strlen (words[i]);

    if ((gsize) (self->end - self->at) >= length && memcmp (self->at, words[i], length) == 0) {
      self->at += length;
      return NULL;
    }
  }
  return "something that is not JSON";
}

static const char *
scan_bracket (Scanner *self)
{
  const gboolean opens = *self->at == '[' || *self->at == '{';

  if (opens && self->depth == self->max_depth)
    return "arrays and objects nested too deep";
  if (!opens && self->depth == 0)
    return "a closing bracket without an opening one";
  self->depth = opens ? self->depth + 1 : self->depth - 1;
  self->at++;
  return NULL;
}

static const char *
scan_token (Scanner *self)
{
  if (scan_one_of (self, " \t\r\n,:"))
    return NULL;
  if (self->depth == 0 && self->has_value)
    return "something after the end of the value";
  self->has_value = TRUE;
  if (*self->at == '"')
    return scan_string (self);
  if (*self->at == '-' || g_ascii_isdigit (*self->at))
    return scan_number (self);
  if (strchr ("[]{}", *self->at) != NULL)
    return scan_bracket (self);
  return scan_word (self);
}

static gboolean
check_tokens (const char *text,
              gsize       length,
              guint       max_depth,
              const char *name,
              GError    **error)
{
  Scanner scanner = { .at = text, .end = text + length, .max_depth = max_depth };
  const char *valid_end;

  /* This also refuses zero bytes, so that strchr() below finds characters. */
  if (!g_utf8_validate_len (text, length, &valid_end)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 "%s: expected JSON in UTF-8, found other bytes at byte %" G_GSIZE_FORMAT,
                 name, (gsize) (valid_end - text));
    return FALSE;
  }
  while (scanner.at < scanner.end) {
    const char *start = scanner.at;
    const char *problem = scan_token (&scanner);

    if (problem != NULL) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                   "%s: expected JSON, found %s at byte %" G_GSIZE_FORMAT,
                   name, problem, (gsize) (start - text));
      return FALSE;
    }
  }
  if (scanner.has_value && scanner.depth == 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, "%s: expected JSON, found %s", name,
               scanner.has_value ? "an array or object that does not end" : "nothing");
  return FALSE;
}

/* Members seen while parsing.  An object lives until the end unless a second
 * member of its name replaces it, and then `duplicate` is set already, so its
 * address identifies it. */
typedef struct
{
  GHashTable *members; /* set of "ADDRESS NAME" */
  char       *duplicate;
} MemberCheck;

static void
object_member_cb (JsonParser *parser,
                  JsonObject *object,
                  const char *member,
                  gpointer    data)
{
  MemberCheck *check = data;
  char *key = g_strdup_printf ("%p %s", (void *) object, member);

  if (!g_hash_table_add (check->members, key) && check->duplicate == NULL)
    check->duplicate = sal_json_quotable (member);
}

JsonNode *
sal_json_parse (const char *text,
                gsize       length,
                guint       max_depth,
                const char *name,
                GError    **error)
{
  if (!check_tokens (text, length, max_depth, name, error))
    return NULL;

  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GHashTable) members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) json_error = NULL;
  MemberCheck check = { .members = members };

  g_signal_connect (parser, "object-member", G_CALLBACK (object_member_cb), &check);

  const gboolean parsed = json_parser_load_from_data (parser, text, (gssize) length, &json_error);
  g_autofree char *duplicate = check.duplicate;

  if (!parsed) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, "%s: expected JSON, found a fault: %s",
                 name, json_error->message);
    return NULL;
  }
  if (duplicate != NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 "%s: expected every name once, found \"%s\" twice", name, duplicate);
    return NULL;
  }
  return json_parser_steal_root (parser);
}

char *
sal_json_to_text (JsonNode *root)
{
  g_autofree char *text = json_to_string (root, FALSE);
  GString *strict = g_string_new (text);

  g_string_replace (strict, "\x1f", "\\u001f", 0);
  return g_string_free (strict, FALSE);
}

/* At most `limit` characters of `text`, those replaced that `replace` says. */
static char *
clean (const char *text,
       glong       limit,
       gunichar  (*replace) (gunichar character))
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *cleaned = g_string_new (NULL);
  glong n = 0;

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    if (n++ == limit) {
      g_string_append (cleaned, "…");
      break;
    }
    g_string_append_unichar (cleaned, replace (g_utf8_get_char (at)));
  }
  return g_string_free (cleaned, FALSE);
}

static gunichar
mark_unprintable (gunichar character)
{
  return g_unichar_isprint (character) ? character : 0xfffd;
}

char *
sal_json_quotable (const char *text)
{
  return clean (text, QUOTABLE_CHARACTERS, mark_unprintable);
}

static gunichar
blank_control (gunichar character)
{
  return g_unichar_iscntrl (character) ? ' ' : character;
}

char *
sal_json_one_line (const char *text)
{
  return clean (text, LINE_CHARACTERS, blank_control);
}
