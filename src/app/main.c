/* main.c - the window's program: everything is in the library beside it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-application.h"

#include <libintl.h>
#include <locale.h>

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain ("saliscope", SALISCOPE_LOCALE_DIR);
  bind_textdomain_codeset ("saliscope", "UTF-8");
  textdomain ("saliscope");

  g_autoptr (SalApplication) application = sal_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
