/* test-exact-commands.c - what is done with a network does not depend on threads
 *
 * Maps, masking curves and networks that were moved to other bits, as the
 * commands write them to files.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "exact-fixture.h"

/* What is written by a call with the options "... FILE --threads N". */
typedef struct
{
  const char *options;
  const char *need;    /* in the options of the row; NULL: nothing             */
} Command;

static const Command commands[] = {
  { "explain 1 --index 3 --method gradient,smoothgrad,integrated-gradients --npy", NULL },
  { "explain 1 --index 4 --method smoothgrad --bits 2 --npy", NULL },
  { "mask 1 --levels 0,20,60 --csv", NULL },
  { "mask 1 --levels 10,30 --fill mean --bits 4 --csv", NULL },
  { "quantize 1 --bits 3 --refit-alpha --fine-tune 9 --output", NULL },
  { "quantize 1 --bits 4 --quantizer lsq --reestimate --output", "batch-norm" },
};

/* All bytes that the command wrote with so many threads. */
static GBytes *
written (ExactFixture  *self,
         const Command *command,
         int            threads)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->home, "written", NULL);
  g_autofree char *arguments = g_strdup_printf ("%s %s --threads %d", command->options, path,
                                                threads);
  char *bytes = NULL;
  gsize size = 0;

  exact_fixture_finish (exact_fixture_call (self, arguments));
  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, >, 0);
  g_remove (path);
  return g_bytes_new_take (bytes, size);
}

static void
threads_do_not_matter (ExactFixture *self,
                       gconstpointer data)
{
  exact_fixture_finish (exact_fixture_train (self, "--epochs 2"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (commands[i].need != NULL && strstr (self->row->options, commands[i].need) == NULL)
      continue;

    g_autoptr (GBytes) one = written (self, &commands[i], 1);
    g_autoptr (GBytes) two = written (self, &commands[i], 2);
    g_autoptr (GBytes) four = written (self, &commands[i], 4);

    g_test_message ("%s: %" G_GSIZE_FORMAT " bytes", commands[i].options, g_bytes_get_size (one));
    g_assert_true (g_bytes_equal (one, two));
    g_assert_true (g_bytes_equal (one, four));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  exact_fixture_add ("commands", threads_do_not_matter);
  return g_test_run ();
}
