/* test-sal-json.c - hostile JSON is refused with a sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "sal-error.h"
#include "sal-json.h"

static void
assert_refused (const char *text,
                gsize       length,
                const char *found)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = sal_json_parse (text, length, 4, "the text", &error);

  g_test_message ("%s", error != NULL ? error->message : "accepted");
  g_assert_null (root);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, "the text: expected "));
  g_assert_nonnull (strstr (error->message, found));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
reads_every_kind_of_value (void)
{
  const char *text = " {\"a\": [1, -2.5e-1, true, false, null], \"b\": {\"c\": \"\\u00e9\\ud83d"
                     "\\ude00\\n\\\"\"}} ";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = sal_json_parse (text, strlen (text), 2, "the text", &error);

  g_assert_no_error (error);

  JsonObject *object = json_node_get_object (root);
  JsonArray *array = json_object_get_array_member (object, "a");
  JsonObject *inner = json_object_get_object_member (object, "b");

  g_assert_cmpuint (json_array_get_length (array), ==, 5);
  g_assert_cmpint (json_array_get_int_element (array, 0), ==, 1);
  g_assert_cmpfloat (json_array_get_double_element (array, 1), ==, -0.25);
  g_assert_cmpstr (json_object_get_string_member (inner, "c"), ==, "é😀\n\"");
}

static void
reads_only_the_length_it_is_given (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = sal_json_parse ("[1]garbage", 3, 1, "the text", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (root)), ==, 1);
}

static void
keeps_the_extreme_integers (void)
{
  const char *text = "[9223372036854775807, -9223372036854775808]";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = sal_json_parse (text, strlen (text), 1, "the text", &error);

  g_assert_no_error (error);
  g_assert_cmpint (json_array_get_int_element (json_node_get_array (root), 0), ==, G_MAXINT64);
  g_assert_cmpint (json_array_get_int_element (json_node_get_array (root), 1), ==, G_MININT64);
}

static void
refuses_what_is_not_json (void)
{
  static const struct
  {
    const char *text;
    const char *found;
  } cases[] = {
    { "", "nothing" },
    { "  ", "nothing" },
    { "nonsense", "not JSON" },
    { "{} {}", "after the end" },
    { "[1]]", "after the end" },
    { "]", "without an opening" },
    { "[1", "does not end" },
    { "{\"a\":1", "does not end" },
    { "[1}", "fault" },
    { "[1,]", "fault" },
    { "[1 2]", "fault" },
    { "{\"a\" 1}", "fault" },
    { "{1:2}", "fault" },
    { ",", "nothing" },
    { "/* x */ {}", "not JSON" },
    { "var x = 1", "not JSON" },
    { "{'a': 1}", "not JSON" },
    { "[010]", "malformed number" },
    { "[0x10]", "not JSON" },
    { "[.5]", "not JSON" },
    { "[1.]", "malformed number" },
    { "[1e]", "malformed number" },
    { "[-]", "malformed number" },
    { "[+1]", "not JSON" },
    { "[NaN]", "not JSON" },
    { "[9223372036854775808]", "out of range" },
    { "[-9223372036854775809]", "out of range" },
    { "[\"abc", "does not end" },
    { "[\"abc\\", "does not end" },
    { "[\"\\x\"]", "unknown escape" },
    { "[\"\\u12\"]", "four hexadecimal" },
    { "[\"\\u0000\"]", "zero character" },
    { "[\"\\ud800\"]", "surrogate" },
    { "[\"\\ud800\\u0041\"]", "surrogate" },
    { "[\"\\udc00\\ud800\"]", "surrogate" },
    { "[\"\t\"]", "control character" },
    { "[\"\xff\"]", "UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].text, strlen (cases[i].text), cases[i].found);
  assert_refused ("[\0]", 3, "UTF-8");
}

static void
refuses_two_members_of_one_name (void)
{
  static const char *const texts[] = {
    "{\"a\": 1, \"a\": 2}",
    "{\"a\": 1, \"\\u0061\": 2}",
    "[{\"b\": {\"a\": 1, \"b\": 2, \"a\": {}}}]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]), "found \"a\" twice");

  const char *apart = "[{\"a\": 1}, {\"a\": {\"a\": 2}}]";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = sal_json_parse (apart, strlen (apart), 3, "the text", &error);

  g_assert_no_error (error);
}

static void
refuses_deep_nesting_without_using_the_stack (void)
{
  const gsize depth = 4 * 1024 * 1024;
  g_autofree char *deep = g_malloc (depth);

  memset (deep, '[', depth);
  assert_refused ("[[[[[]]]]]", 10, "too deep");

  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = sal_json_parse (deep, depth, 4, "the text", &error);

  g_assert_null (root);
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
}

static void
writes_text_that_it_reads_back (void)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GError) error = NULL;

  json_node_take_object (root, json_object_new ());
  for (char c = 1; c >= 1 && c < 127; c++) {
    const char name[] = { c, '\0' };

    json_object_set_string_member (json_node_get_object (root), name, name);
  }

  g_autofree char *text = sal_json_to_text (root);
  g_autoptr (JsonNode) read = sal_json_parse (text, strlen (text), 1, "the text", &error);

  g_assert_no_error (error);
  g_assert_true (json_node_equal (root, read));
}

static void
quotes_names_fit_for_a_message (void)
{
  g_autofree char *plain = sal_json_quotable ("conv1.weight é");
  g_autofree char *odd = sal_json_quotable ("a\nb\x1b[31m\xff");
  g_autofree char *name = g_strnfill (100000, 'x');
  g_autofree char *cut = sal_json_quotable (name);

  g_assert_cmpstr (plain, ==, "conv1.weight é");
  g_assert_cmpstr (odd, ==, "a�b�[31m�");
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 81);
}

static void
makes_one_line_of_a_title (void)
{
  g_autofree char *plain = sal_json_one_line ("Ziffern é · 4 bit");
  g_autofree char *odd = sal_json_one_line ("a\nb\x1b[31m\tc\xff");
  g_autofree char *title = g_strnfill (100000, 'x');
  g_autofree char *cut = sal_json_one_line (title);

  g_assert_cmpstr (plain, ==, "Ziffern é · 4 bit");
  g_assert_cmpstr (odd, ==, "a b [31m c�");
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 201);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/reads-every-kind-of-value", reads_every_kind_of_value);
  g_test_add_func ("/json/reads-only-the-length-it-is-given", reads_only_the_length_it_is_given);
  g_test_add_func ("/json/keeps-the-extreme-integers", keeps_the_extreme_integers);
  g_test_add_func ("/json/refuses-what-is-not-json", refuses_what_is_not_json);
  g_test_add_func ("/json/refuses-two-members-of-one-name", refuses_two_members_of_one_name);
  g_test_add_func ("/json/refuses-deep-nesting", refuses_deep_nesting_without_using_the_stack);
  g_test_add_func ("/json/writes-what-it-reads", writes_text_that_it_reads_back);
  g_test_add_func ("/json/quotes-names-fit-for-a-message", quotes_names_fit_for_a_message);
  g_test_add_func ("/json/makes-one-line-of-a-title", makes_one_line_of_a_title);
  return g_test_run ();
}
