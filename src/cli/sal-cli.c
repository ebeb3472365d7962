/* sal-cli.c - the table of subcommands, and running one of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cli.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (sal_cli_usage, sal_cli_usage)

static const SalCliCommand commands[] = {
  { "data", "list | info NAME | get NAME | verify NAME | import PATH | remove NAME",
    "List the data sets, describe, download, check, import or remove one",
    "  saliscope-cli data list\n"
    "  saliscope-cli data get mnist\n"
    "  saliscope-cli data import photos.zip --name photos --size 48\n"
    "  saliscope-cli data info glyphs --png glyphs.png", sal_cli_data },
  { "models", "", "List networks, layers, quantizers, optimizers and explanation methods",
    "  saliscope-cli models\n"
    "  saliscope-cli models --json", sal_cli_models },
  { "train", "", "Train a network and record the run",
    "  saliscope-cli train --dataset mnist --mode sgt+pact --weight-bits 4\n"
    "  saliscope-cli train --preset paper-sgt --epochs 3 --output sgt.safetensors\n"
    "  saliscope-cli train --dataset mnist --from 12 --mode pact --learning-rate 0.01",
    sal_cli_train },
  { "resume", "RUN", "Go on with a run that was paused, interrupted or killed, or diverged",
    "  saliscope-cli resume 12\n"
    "  saliscope-cli resume 12 --learning-rate 0.005", sal_cli_resume },
  { "reproduce", "MODEL", "Train a run or model file again and compare every bit",
    "  saliscope-cli reproduce 12\n"
    "  saliscope-cli reproduce sgt.safetensors --record\n"
    "  saliscope-cli reproduce 12 --steps 100 --json", sal_cli_reproduce },
  { "eval", "MODEL", "Measure accuracy on the test images at any bit width",
    "  saliscope-cli eval 12 --bits 4\n"
    "  saliscope-cli eval 12 --tta flip+translate\n"
    "  saliscope-cli eval sgt.safetensors --all-bits --edges same", sal_cli_eval },
  { "quantize", "MODEL", "Move a trained network to other bits, and help it there",
    "  saliscope-cli quantize demo:pact --bits 3 --refit-alpha --output three.safetensors\n"
    "  saliscope-cli quantize 12 --table --csv table.csv", sal_cli_quantize },
  { "explain", "MODEL", "Explain one image: prediction, and maps of what it rests on",
    "  saliscope-cli explain demo:sgt-pact --index 4 --png four.png\n"
    "  saliscope-cli explain 12 --image seven.png --method gradient,smoothgrad --bits 3",
    sal_cli_explain },
  { "mask", "MODEL...", "Measure accuracy while the most salient pixels are masked",
    "  saliscope-cli mask demo:baseline demo:sgt --svg curves.svg --csv curves.csv\n"
    "  saliscope-cli mask 12 --bits 4 --fill mean --levels 0,25,50,75", sal_cli_mask },
  { "relevance", "MODEL...", "Measure how much of the explanations lies where the truth is",
    "  saliscope-cli relevance demo:baseline demo:sgt\n"
    "  saliscope-cli relevance 12 --method smoothgrad --images 500 --json", sal_cli_relevance },
  { "bench", "", "Time training and inference, beside PyTorch if asked to",
    "  saliscope-cli bench --peer\n"
    "  saliscope-cli bench --layers --network sgt-cnn\n"
    "  saliscope-cli bench --rows 'sgt-cnn/train-*' --repeats 9 --json", sal_cli_bench },
  { "runs", "list | show RUN | delete RUN", "List, show or delete recorded runs",
    "  saliscope-cli runs list\n"
    "  saliscope-cli runs show 12 --json", sal_cli_runs },
  { NULL },
};

const SalCliCommand *
sal_cli_commands (void)
{
  return commands;
}

/* ---- errors ------------------------------------------------------------------ */

gboolean
sal_cli_usage (GError    **error,
               const char *format,
               ...)
{
  va_list list;

  va_start (list, format);

  g_autofree char *text = g_strdup_vprintf (format, list);

  va_end (list);
  g_set_error_literal (error, SAL_CLI_USAGE, 0, text);
  return FALSE;
}

/* One line, whatever the message holds. */
static void
print_error (const char *message)
{
  g_autofree char *line = g_strdup (message);

  g_strdelimit (line, "\r\n", ' ');
  g_printerr ("saliscope-cli: %s\n", line);
}

gboolean
sal_cli_parse_integer (const char *text,
                       const char *what,
                       gint64      minimum,
                       gint64      maximum,
                       gint64     *value,
                       GError    **error)
{
  if (g_ascii_string_to_signed (text, 10, minimum, maximum, value, NULL))
    return TRUE;
  return sal_cli_usage (error, "%s: expected a whole number from %" G_GINT64_FORMAT
                        "%s, found “%s”", what, minimum,
                        maximum == G_MAXINT64 ? " up" : "", text);
}

/* ---- options ------------------------------------------------------------------ */

static GOptionContext *
new_context (const SalCliCommand *command,
             const GOptionEntry  *entries,
             GOptionGroup        *group)
{
  GOptionContext *context = g_option_context_new (command->arguments);
  g_autofree char *examples = g_strconcat ("Examples:\n", command->examples, NULL);

  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, examples);
  if (group != NULL)
    g_option_context_set_main_group (context, group);
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

static gboolean
check_count (const SalCliCommand *command,
             char               **arguments,
             guint                minimum,
             guint                maximum,
             GError             **error)
{
  const guint count = g_strv_length (arguments);

  if (count >= minimum && count <= maximum)
    return TRUE;
  if (count > maximum)
    return sal_cli_usage (error, "%s: unexpected argument “%s”; see saliscope-cli %s --help",
                          command->name, arguments[maximum], command->name);
  return sal_cli_usage (error, "%s: expected %s; see saliscope-cli %s --help", command->name,
                        command->arguments, command->name);
}

gboolean
sal_cli_parse (const SalCliCommand *command,
               int                  argc,
               char               **argv,
               const GOptionEntry  *entries,
               GOptionGroup        *group,
               guint                minimum,
               guint                maximum,
               char              ***arguments,
               GError             **error)
{
  g_autoptr (GOptionContext) context = new_context (command, entries, group);
  g_auto (GStrv) rest = g_new0 (char *, (gsize) argc + 1);
  g_autoptr (GError) parse_error = NULL;

  for (int i = 0; i < argc; i++)
    rest[i] = g_strdup (argv[i]);
  if (!g_option_context_parse_strv (context, &rest, &parse_error))
    return sal_cli_usage (error, "%s: %s", command->name, parse_error->message);

  /* The first is the name that --help shows; "--" ends the options. */
  char **first = rest + 1;

  if (*first != NULL && g_str_equal (*first, "--"))
    first++;
  if (!check_count (command, first, minimum, maximum, error))
    return FALSE;
  *arguments = g_strdupv (first);
  return TRUE;
}

/* ---- program ------------------------------------------------------------------- */

static void
print_usage (void)
{
  g_print ("Usage: saliscope-cli COMMAND [OPTIONS] [ARGUMENTS]\n\n"
           "Train small image classifiers, quantize them and look at what they look at.\n\n"
           "Commands:\n");
  for (const SalCliCommand *command = commands; command->name != NULL; command++)
    g_print ("  %-9s %s\n", command->name, command->summary);
  g_print ("\nsaliscope-cli COMMAND --help tells more, with examples.\n"
           "Exit status: 0 done, 1 failed, 2 wrong usage, 130 stopped, to be gone on with.\n");
}

static const SalCliCommand *
find_command (const char *name)
{
  for (const SalCliCommand *command = commands; command->name != NULL; command++)
    if (g_str_equal (command->name, name))
      return command;
  return NULL;
}

static int
run_command (const SalCliCommand *command,
             int                  argc,
             char               **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strconcat ("saliscope-cli ", command->name, NULL);

  g_set_prgname (program);
  argv[0] = program;

  const int status = command->run (command, argc, argv, &error);

  if (error == NULL)
    return status;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    print_error ("stopped");
    return SAL_CLI_EXIT_INTERRUPTED;
  }
  print_error (error->message);
  return error->domain == SAL_CLI_USAGE ? SAL_CLI_EXIT_USAGE : SAL_CLI_EXIT_FAILURE;
}

static int
dispatch (int    argc,
          char **argv)
{
  if (argc < 2) {
    print_error ("expected a command; see saliscope-cli --help");
    return SAL_CLI_EXIT_USAGE;
  }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") ||
      g_str_equal (argv[1], "help")) {
    print_usage ();
    return SAL_CLI_EXIT_OK;
  }
  if (g_str_equal (argv[1], "--version")) {
    g_print ("saliscope-cli %s\n", SALISCOPE_VERSION);
    return SAL_CLI_EXIT_OK;
  }

  const SalCliCommand *command = find_command (argv[1]);

  if (command != NULL)
    return run_command (command, argc - 1, argv + 1);

  g_autofree char *message =
    g_strdup_printf ("there is no command “%s”; see saliscope-cli --help", argv[1]);

  print_error (message);
  return SAL_CLI_EXIT_USAGE;
}

/* A stream that the caller closed: without something in its place the next file
 * that is opened, such as the store of runs, would get what is printed. */
static void
fill_closed_streams (void)
{
  int file;

  while ((file = open ("/dev/null", O_RDWR)) >= 0 && file <= STDERR_FILENO)
    ;
  if (file >= 0)
    close (file);
}

/* Whether everything that was printed has arrived. */
static gboolean
check_output (void)
{
  errno = 0;
  if (fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;

  g_autofree char *message =
    g_strdup_printf ("the result could not be written (%s)",
                     errno != 0 ? g_strerror (errno) : "the output is full or closed");

  print_error (message);
  return FALSE;
}

/* What is printed is the same in every language, numbers as well.  Where no
 * language is set, as on a new machine, terminals read UTF-8 all the same. */
static void
choose_locale (void)
{
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  if (strcmp (nl_langinfo (CODESET), "ANSI_X3.4-1968") == 0)
    setlocale (LC_CTYPE, "C.UTF-8");
}

int
sal_cli_main (int    argc,
              char **argv)
{
  fill_closed_streams ();
  choose_locale ();

  const int status = dispatch (argc, argv);

  return check_output () || status != SAL_CLI_EXIT_OK ? status : SAL_CLI_EXIT_FAILURE;
}
