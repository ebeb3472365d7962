/* sal-process.c - is the process that started something still the same one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Places in /proc/PID/stat after the program's name, see proc(5): the state is
 * field 3, the start time field 22. */
#define STATE_FIELD 0
#define START_FIELD 19

/* Reads state and start time of `pid`; FALSE if /proc has no such process. */
static gboolean
read_stat (gint64  pid,
           char   *state,
           gint64 *start)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/stat", pid);
  g_autofree char *content = NULL;

  if (!g_file_get_contents (path, &content, NULL, NULL))
    return FALSE;

  /* The name stands in parentheses and may hold spaces and parentheses. */
  const char *name_end = strrchr (content, ')');

  if (name_end == NULL || name_end[1] != ' ')
    return FALSE;

  g_auto (GStrv) fields = g_strsplit (name_end + 2, " ", -1);

  if (g_strv_length (fields) <= START_FIELD)
    return FALSE;
  *state = fields[STATE_FIELD][0];
  *start = g_ascii_strtoll (fields[START_FIELD], NULL, 10);
  return TRUE;
}

static void
read_boot (char *boot,
           gsize size)
{
  g_autofree char *content = NULL;

  boot[0] = '\0';
  if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &content, NULL, NULL))
    g_strlcpy (boot, g_strstrip (content), size);
}

void
sal_process_get_self (SalProcess *self)
{
  char state;

  self->pid = getpid ();
  if (!read_stat (self->pid, &state, &self->start))
    self->start = 0;
  read_boot (self->boot, sizeof self->boot);
}

gboolean
sal_process_is_alive (const SalProcess *self)
{
  char boot[sizeof self->boot];
  char state;
  gint64 start;

  if (self->pid <= 0)
    return FALSE;
  read_boot (boot, sizeof boot);
  if (strcmp (boot, self->boot) != 0)
    return FALSE;
  if (self->start == 0)
    return kill ((pid_t) self->pid, 0) == 0 || errno == EPERM;
  return read_stat (self->pid, &state, &start) && start == self->start &&
         state != 'Z' && state != 'X';
}
