/* test-sal-dataset-large.c - a data set that is larger than the memory trains
 *
 * The process may not take more memory of its own than a part of the set's
 * size: whoever copies the set ends here.  What remains is the mapping, whose
 * pages the kernel can drop at any time as long as nobody has written to them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>
#include <sys/resource.h>

#include "sal-dataset-file.h"
#include "sal-fixture.h"
#include "training-fixture.h"

enum { TRAIN = 9000, TEST = 600, CLASSES = 4, SIDE = 96, SIZE = 3 * SIDE * SIDE };

/* Of memory of its own, beside what the process has already. */
#define ALLOWANCE ((guint64) 110 << 20)

#define NETWORK "# Coarse\n" \
  "conv2d conv1 out=4 kernel=8 stride=8\nrelu act1\nflatten flat\nlinear fc out=classes\n"

static void
fill (SalDatasetWriter *writer,
      int               part,
      gsize             count)
{
  for (gsize i = 0; i < count; i++) {
    guint8 *pixels = sal_dataset_writer_pixels (writer, part, i);

    for (gsize p = 0; p < SIZE; p++)
      pixels[p] = (guint8) (i * 31 + p * (1 + i % CLASSES));
    *sal_dataset_writer_label (writer, part, i) = (guint8) (i % CLASSES);
  }
}

static void
write_large (const char *path)
{
  const char *classes[] = { "ant", "bee", "cat", "dog", NULL };
  const SalDatasetLabel label = { .title = (char *) "Large", .source = (char *) "/large",
                                  .fingerprint = (char *) "f", .class_names = (char **) classes };
  const gsize counts[] = { TRAIN, TEST };
  g_autofree guint8 *none_left_out = g_malloc0 (TRAIN + TEST);
  g_autoptr (GError) error = NULL;
  SalDatasetWriter *writer =
    sal_dataset_writer_new (path, &label, (NnShape) { 3, SIDE, SIDE }, counts, &error);

  g_assert_no_error (error);
  fill (writer, 0, TRAIN);
  fill (writer, 1, TEST);
  sal_dataset_writer_finish (writer, none_left_out, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* The number of kilobytes in the line of `text` that begins with `name`. */
static guint64
read_kilobytes (const char *text,
                const char *name)
{
  const char *at = strstr (text, name);

  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen (name), NULL, 10);
}

static void
forbid_more_memory (void)
{
  g_autofree char *status = NULL;
  struct rlimit limit;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_DATA, &limit), ==, 0);
  limit.rlim_cur = (read_kilobytes (status, "VmData:") << 10) + ALLOWANCE;
  g_assert_cmpint (setrlimit (RLIMIT_DATA, &limit), ==, 0);
}

static void
allow_more_memory (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_DATA, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_DATA, &limit), ==, 0);
}

/* The pages of the file are those of the disk: none is the process's own. */
static void
assert_pages_can_be_dropped (const char *path)
{
  g_autofree char *maps = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL));

  const char *mapping = strstr (maps, path);

  g_assert_nonnull (mapping);
  g_test_message ("%" G_GUINT64_FORMAT " kB of the set are in memory",
                  read_kilobytes (mapping, "\nRss:"));
  g_assert_cmpuint (read_kilobytes (mapping, "\nSize:"), >=, (guint64) TRAIN * SIZE >> 10);
  g_assert_cmpuint (read_kilobytes (mapping, "\nAnonymous:"), ==, 0);
  g_assert_cmpuint (read_kilobytes (mapping, "\nPrivate_Dirty:"), ==, 0);
}

static void
test_a_set_is_trained_on_that_no_memory_could_hold (TrainingFixture *self,
                                                    gconstpointer    data)
{
  g_autofree char *path = g_build_filename (self->home, "large.saldata", NULL);
  g_autoptr (GError) error = NULL;

  write_large (path);
  g_assert_cmpuint ((guint64) TRAIN * SIZE, >, 2 * ALLOWANCE);
  forbid_more_memory ();
  sal_dataset_unref (self->dataset);
  self->dataset = sal_dataset_file_open (path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_strlcpy (self->recipe.dataset, path, sizeof self->recipe.dataset);
  g_strlcpy (self->recipe.network, NETWORK, sizeof self->recipe.network);
  self->recipe.epochs = 1;
  self->recipe.batch = 60;

  SalTraining *training = training_fixture_start (self);

  training_fixture_finish (training);
  g_assert_cmpint (sal_training_get_step (training), ==, TRAIN * 8 / 10 / 60);
  assert_pages_can_be_dropped (path);
  sal_training_free (training);
  allow_more_memory ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  training_fixture_add ("/dataset-large/is-trained-on",
                        test_a_set_is_trained_on_that_no_memory_could_hold);
  return g_test_run ();
}
