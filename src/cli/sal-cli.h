/* sal-cli.h - the command line: a table of subcommands and what they share
 *
 * A subcommand is one file sal-cli-NAME.c and one row of the table in
 * sal-cli.c.  It writes results to stdout and progress to stderr; what goes
 * wrong comes back as a GError, is printed in one place as one line, and
 * decides the exit status: 2 for wrong usage, else 1.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Wrong usage: exit status 2. Everything else that fails: 1. */
#define SAL_CLI_USAGE (sal_cli_usage_quark ())
GQuark sal_cli_usage_quark (void);

#define SAL_CLI_EXIT_OK 0
#define SAL_CLI_EXIT_FAILURE 1
#define SAL_CLI_EXIT_USAGE 2
#define SAL_CLI_EXIT_INTERRUPTED 130

typedef struct _SalCliCommand SalCliCommand;

struct _SalCliCommand
{
  const char *name;
  const char *arguments;  /* after the options, such as "MODEL..."             */
  const char *summary;    /* one sentence                                      */
  const char *examples;   /* lines for --help                                  */

  /* Returns an exit status; sets `error` with any other than 0, except where
   * it was interrupted. */
  int (*run) (const SalCliCommand *command,
              int                  argc,
              char               **argv,
              GError             **error);
};

/* The program: finds the subcommand and runs it. Returns the exit status. */
int sal_cli_main (int    argc,
                  char **argv);

/* The table, ended by a row without a name. */
const SalCliCommand *sal_cli_commands (void);

/* Parses `entries` (NULL-terminated) and those of `group` (taken; may be NULL:
 * needed where options have callbacks with data) and leaves what
 * is no option in `*arguments`, of which there must be `minimum` to `maximum`.
 * Prints help and leaves the program if asked to.  An error is SAL_CLI_USAGE. */
gboolean sal_cli_parse (const SalCliCommand *command,
                        int                  argc,
                        char               **argv,
                        const GOptionEntry  *entries,
                        GOptionGroup        *group,
                        guint                minimum,
                        guint                maximum,
                        char              ***arguments,
                        GError             **error);

/* Sets a usage error and returns FALSE. */
gboolean sal_cli_usage (GError    **error,
                        const char *format,
                        ...) G_GNUC_PRINTF (2, 3);

/* A whole number from `minimum` to `maximum` among the arguments, called
 * `what` in messages. */
gboolean sal_cli_parse_integer (const char *text,
                                const char *what,
                                gint64      minimum,
                                gint64      maximum,
                                gint64     *value,
                                GError    **error);

/* The subcommands, each in its file. */
#define SAL_CLI_DECLARE(name)                      \
  int sal_cli_ ## name (const SalCliCommand * command, \
                        int                  argc,    \
                        char               **argv,    \
                        GError             * *error)
SAL_CLI_DECLARE (data);
SAL_CLI_DECLARE (models);
SAL_CLI_DECLARE (train);
SAL_CLI_DECLARE (resume);
SAL_CLI_DECLARE (reproduce);
SAL_CLI_DECLARE (eval);
SAL_CLI_DECLARE (quantize);
SAL_CLI_DECLARE (explain);
SAL_CLI_DECLARE (mask);
SAL_CLI_DECLARE (relevance);
SAL_CLI_DECLARE (bench);
SAL_CLI_DECLARE (runs);

G_END_DECLS
