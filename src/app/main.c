/* main.c - the window's program: everything is in the library beside it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-application.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (SalApplication) application = sal_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
