/* sal-mapped-file.c - a mapped file, and what is said when it is cut
 *
 * A signal handler may not take a lock or format a text: what it would say
 * stands ready in a table of fixed size.  A thread that faults holds its
 * mapping, so the entry it finds does not change meanwhile.  Beyond the size of
 * the table a mapping works, but ends without a word.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-mapped-file.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "sal-error.h"

#define MAX_FILES 64

/* A mapping, from `begin` (0: the entry is free) up to `end`. */
typedef struct
{
  _Atomic uintptr_t begin;
  _Atomic uintptr_t end;
  char             *message;
} Entry;

static Entry entries[MAX_FILES];

/* Between those who change the table. */
static GMutex mutex;

static struct sigaction before;

/* Threads that read the same file come here together: one speaks. */
static void
tell_and_end (const char *message)
{
  static atomic_flag told = ATOMIC_FLAG_INIT;

  while (atomic_flag_test_and_set (&told))
    pause ();

  const gssize written = write (STDERR_FILENO, message, strlen (message));

  (void) written;
  _exit (1);
}

static void
bus_error_cb (int        number,
              siginfo_t *info,
              void      *context)
{
  const uintptr_t address = (uintptr_t) info->si_addr;

  (void) context;
  for (gsize i = 0; i < MAX_FILES; i++)
    if (address >= atomic_load (&entries[i].begin) && address < atomic_load (&entries[i].end))
      tell_and_end (entries[i].message);
  /* Not ours: it happens again, and then to whom it did before. */
  sigaction (number, &before, NULL);
}

static gpointer
catch_bus_errors (gpointer data)
{
  struct sigaction action = { .sa_sigaction = bus_error_cb, .sa_flags = SA_SIGINFO };

  sigemptyset (&action.sa_mask);
  sigaction (SIGBUS, &action, &before);
  return data;
}

static void
enter (const char *bytes,
       gsize       length,
       const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  for (gsize i = 0; i < MAX_FILES; i++) {
    Entry *entry = &entries[i];

    if (atomic_load (&entry->begin) != 0)
      continue;
    entry->message =
      g_strdup_printf ("saliscope: %s: the file was cut while it was used (it had %"
                       G_GSIZE_FORMAT " bytes), or its disk does not give it back; "
                       "what was saved before is intact\n", path, length);
    atomic_store (&entry->end, (uintptr_t) bytes + length);
    atomic_store (&entry->begin, (uintptr_t) bytes);
    return;
  }
}

static void
leave (const char *bytes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  for (gsize i = 0; i < MAX_FILES; i++) {
    Entry *entry = &entries[i];

    if (atomic_load (&entry->begin) != (uintptr_t) bytes)
      continue;
    atomic_store (&entry->end, 0);
    atomic_store (&entry->begin, 0);
    g_clear_pointer (&entry->message, g_free);
    return;
  }
}

GMappedFile *
sal_mapped_file_open (const char *path,
                      GError    **error)
{
  static GOnce once = G_ONCE_INIT;
  g_autoptr (GError) problem = NULL;
  GMappedFile *file = g_mapped_file_new (path, FALSE, &problem);

  if (file == NULL) {
    g_set_error (error, SAL_ERROR,
                 g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                 ? SAL_ERROR_NOT_FOUND : SAL_ERROR_IO,
                 "%s: cannot be read (%s)", path, problem->message);
    return NULL;
  }
  g_once (&once, catch_bus_errors, NULL);
  /* An empty file has no address. */
  if (g_mapped_file_get_length (file) > 0)
    enter (g_mapped_file_get_contents (file), g_mapped_file_get_length (file), path);
  return file;
}

void
sal_mapped_file_close (GMappedFile *file)
{
  if (g_mapped_file_get_length (file) > 0)
    leave (g_mapped_file_get_contents (file));
  g_mapped_file_unref (file);
}
