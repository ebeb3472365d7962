/* test-machine.c - the names of processor and kernels are those of this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "kernels/nn-kernel.h"
#include "nn/nn-machine.h"

static void
the_processor_has_a_name (void)
{
  const char *name = nn_machine_cpu ();
  g_autofree char *trimmed = g_strstrip (g_strdup (name));

  g_assert_cmpstr (name, !=, "");
  g_assert_cmpstr (name, ==, trimmed);
  g_assert_true (g_utf8_validate (name, -1, NULL));
}

/* Whether the kernel's list of features has all of `names`. */
static gboolean
has_features (const char        *flags,
              const char *const *names)
{
  for (; *names != NULL; names++) {
    g_autofree char *word = g_strdup_printf (" %s ", *names);

    if (strstr (flags, word) == NULL)
      return FALSE;
  }
  return TRUE;
}

static void
the_kernels_are_those_that_the_processor_can_run (void)
{
  static const char *const v3[] = { "avx2", "bmi1", "bmi2", "fma", "f16c", "movbe", "abm", NULL };
  static const char *const v4[] = { "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl",
                                    NULL };
  g_autofree char *text = NULL;

  if (NN_KERNEL_VERSIONS == 1) {
    g_assert_cmpstr (nn_machine_kernels (), ==, "baseline");
    return;
  }
  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL)) {
    g_test_skip ("there is no /proc/cpuinfo to compare with");
    return;
  }

  const char *start = strstr (text, "\nflags");

  g_assert_nonnull (start);

  g_autofree char *line = g_strndup (start + 1, strcspn (start + 1, "\n"));
  g_autofree char *flags = g_strconcat (line, " ", NULL);
  const char *expected = !has_features (flags, v3) ? "baseline"
                         : has_features (flags, v4) ? "x86-64-v4" : "x86-64-v3";

  g_assert_cmpstr (nn_machine_kernels (), ==, expected);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/processor", the_processor_has_a_name);
  g_test_add_func ("/machine/kernels", the_kernels_are_those_that_the_processor_can_run);
  return g_test_run ();
}
