/* nn-machine.c - what the engine computes with: processor and kernels
 *
 * The loader's choice among the versions of an NN_KERNEL cannot be read back,
 * but it asks what __builtin_cpu_supports() asks, in the order of the table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-machine.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "nn-kernel.h"

#if defined (__x86_64__)
#include <cpuid.h>

#define FIRST_NAME_LEAF 0x80000002u
#define NAME_LEAVES 3
#define LEAF_WORDS 4

/* Three leaves of 16 characters, padded with spaces on either side. */
static char cpu_name[NAME_LEAVES * LEAF_WORDS * sizeof (unsigned) + 1];

static void
trim (char *text)
{
  const size_t start = strspn (text, " ");
  size_t end = strlen (text);

  while (end > start && text[end - 1] == ' ')
    end--;
  memmove (text, text + start, end - start);
  text[end - start] = '\0';
}

static void
find_cpu_name (void)
{
  unsigned words[NAME_LEAVES][LEAF_WORDS] = { 0 };

  for (unsigned i = 0; i < NAME_LEAVES; i++)
    if (!__get_cpuid (FIRST_NAME_LEAF + i, &words[i][0], &words[i][1], &words[i][2], &words[i][3]))
      break;
  memcpy (cpu_name, words, sizeof words);
  trim (cpu_name);
}

const char *
nn_machine_cpu (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, find_cpu_name);
  return cpu_name[0] != '\0' ? cpu_name : "x86-64";
}

#elif defined (__aarch64__)

const char *
nn_machine_cpu (void)
{
  return "aarch64";
}

#else

const char *
nn_machine_cpu (void)
{
  return "unknown processor";
}

#endif

#if NN_KERNEL_VERSIONS > 1

const char *
nn_machine_kernels (void)
{
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("x86-64-v4"))
    return "x86-64-v4";
  if (__builtin_cpu_supports ("x86-64-v3"))
    return "x86-64-v3";
  return "baseline";
}

#else

const char *
nn_machine_kernels (void)
{
  return "baseline";
}

#endif
