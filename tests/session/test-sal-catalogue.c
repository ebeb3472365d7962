/* test-sal-catalogue.c - the public data sets, and what a file of theirs may hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "sal-catalogue.h"
#include "sal-error.h"

#define DIGEST "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""
#define FILE_OF(rest) "{\"name\": \"a.gz\", \"size\": 7, \"sha256\": " DIGEST rest "}"
#define ENTRY(mirrors, files, mean, std, classes)                                       \
  "{\"order\": 1, \"title\": \"T\", \"summary\": \"S.\", \"format\": \"idx\","          \
  " \"homepage\": \"h\", \"licence\": \"l\", \"citation\": \"c\","                      \
  " \"mirrors\": " mirrors ", \"files\": " files ", \"mean\": " mean ", \"std\": " std  \
  ", \"classes\": " classes "}"

#define MIRRORS "[\"http://example.org/\"]"
#define FILES "[" FILE_OF ("") "]"
#define CLASSES "[\"a\", \"b\"]"
#define GOOD ENTRY (MIRRORS, FILES, "[0.5]", "[0.25]", CLASSES)

static void
test_every_entry_can_be_downloaded (void)
{
  const SalCatalogueEntry *entry;
  guint n = 0;

  for (; (entry = sal_catalogue_entry (n)) != NULL; n++) {
    guint64 size = 0;

    g_assert_true (sal_catalogue_find (entry->id) == entry);
    g_assert_true (g_str_has_suffix (entry->summary, "."));
    g_assert_nonnull (entry->mirrors[1]);
    for (gsize i = 0; entry->files[i].name != NULL; i++)
      size += entry->files[i].size;
    g_assert_cmpuint (entry->size, ==, size);
  }
  g_assert_cmpuint (n, >=, 5);
}

static void
test_entries_have_the_facts_that_everybody_knows (void)
{
  static const struct
  {
    const char *id;
    int         classes;
    int         channels;
    const char *last_class;
  } facts[] = {
    { "mnist", 10, 1, "9" },
    { "fashion-mnist", 10, 1, "Ankle boot" },
    { "kmnist", 10, 1, "wo" },
    { "cifar-10", 10, 3, "truck" },
    { "cifar-100", 100, 3, "worm" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++) {
    const SalCatalogueEntry *entry = sal_catalogue_find (facts[i].id);

    g_assert_nonnull (entry);
    g_assert_cmpint (entry->classes, ==, facts[i].classes);
    g_assert_cmpint (entry->channels, ==, facts[i].channels);
    g_assert_cmpstr (entry->class_names[entry->classes - 1], ==, facts[i].last_class);
  }
}

static void
test_an_unknown_id_is_answered_with_the_known_ones (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_catalogue_require ("imagenet", &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "imagenet"));
  g_assert_nonnull (strstr (error->message, "mnist, fashion-mnist"));
}

static void
test_a_good_file_is_read (void)
{
  g_autoptr (GError) error = NULL;
  gint64 order = 0;
  g_autoptr (SalCatalogueEntry) entry =
    sal_catalogue_parse ("own", GOOD, strlen (GOOD), &order, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (entry->id, ==, "own");
  g_assert_cmpint (order, ==, 1);
  g_assert_cmpstr (entry->mirrors[0], ==, "http://example.org/");
  g_assert_cmpstr (entry->files[0].name, ==, "a.gz");
  g_assert_null (entry->files[0].content_sha256);
  g_assert_cmpuint (entry->size, ==, 7);
  g_assert_cmpfloat (entry->std[0], ==, 0.25f);
}

static void
test_a_bad_file_is_refused (void)
{
  static const struct
  {
    const char *text;
    const char *complaint;
  } cases[] = {
    { "[]", "an object" },
    { "{\"order\": 1}", "“title” to be there" },
    { "{", "own" },
    { ENTRY ("[]", FILES, "[0.5]", "[0.2]", CLASSES), "“mirrors” to be an array of 1 to" },
    { ENTRY ("[7]", FILES, "[0.5]", "[0.2]", CLASSES), "“mirrors” to be an array of texts" },
    { ENTRY ("[\"ftp://a/\"]", FILES, "[0.5]", "[0.2]", CLASSES), "end with a slash" },
    { ENTRY ("[\"http://a\"]", FILES, "[0.5]", "[0.2]", CLASSES), "end with a slash" },
    { ENTRY (MIRRORS, "[7]", "[0.5]", "[0.2]", CLASSES), "“files” to be an array of objects" },
    { ENTRY (MIRRORS, "[" FILE_OF (", \"md5\": \"x\"") "]", "[0.5]", "[0.2]", CLASSES),
      "“md5” to be a member that this program knows" },
    { ENTRY (MIRRORS, "[" FILE_OF (", \"sha256-content\": \"12\"") "]", "[0.5]", "[0.2]",
             CLASSES), "64 digits" },
    { ENTRY (MIRRORS, "[{\"name\": \"../a\", \"size\": 7, \"sha256\": " DIGEST "}]", "[0.5]",
             "[0.2]", CLASSES), "without a folder" },
    { ENTRY (MIRRORS, "[{\"name\": \"a\", \"size\": -7, \"sha256\": " DIGEST "}]", "[0.5]",
             "[0.2]", CLASSES), "“size” to be a whole number" },
    { ENTRY (MIRRORS, FILES, "[0.5]", "[0.2, 0.2]", CLASSES), "as long as “mean”" },
    { ENTRY (MIRRORS, FILES, "[0.5]", "[0]", CLASSES), "numbers between 0 and 1" },
    { ENTRY (MIRRORS, FILES, "[\"a\"]", "[0.2]", CLASSES), "numbers between 0 and 1" },
    { ENTRY (MIRRORS, FILES, "[0.5]", "[0.2]", "[\"a\"]"), "“classes” to be an array of 2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    gint64 order = 0;

    g_assert_null (sal_catalogue_parse ("own", cases[i].text, strlen (cases[i].text), &order,
                                        &error));
    g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
    g_assert_true (g_str_has_prefix (error->message, "own"));
    if (strstr (error->message, cases[i].complaint) == NULL)
      g_error ("“%s” does not say “%s”", error->message, cases[i].complaint);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/every entry can be downloaded",
                   test_every_entry_can_be_downloaded);
  g_test_add_func ("/catalogue/entries have the facts that everybody knows",
                   test_entries_have_the_facts_that_everybody_knows);
  g_test_add_func ("/catalogue/an unknown id is answered with the known ones",
                   test_an_unknown_id_is_answered_with_the_known_ones);
  g_test_add_func ("/catalogue/a good file is read", test_a_good_file_is_read);
  g_test_add_func ("/catalogue/a bad file is refused", test_a_bad_file_is_refused);
  return g_test_run ();
}
