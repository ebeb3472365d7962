/* sal-cli-data.h - what the actions of `saliscope-cli data` share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-cli-data-import.h"
#include "sal-cli.h"

G_BEGIN_DECLS

typedef struct
{
  char    *png;
  char    *mirror;
  char    *directory;
  gboolean replace;
  gboolean json;
  SalCliImport import;
} SalCliDataOptions;

/* One action: `arguments` are those after its name, ended by NULL. Returns an
 * exit status as a subcommand does. */
typedef int (*SalCliDataActionFunc) (const SalCliDataOptions *options,
                                     char                   **arguments,
                                     GError                 **error);

/* Downloads a data set of the catalogue. */
int sal_cli_data_get (const SalCliDataOptions *options,
                      char                   **arguments,
                      GError                 **error);

/* Checks its files against the catalogue. */
int sal_cli_data_verify (const SalCliDataOptions *options,
                         char                   **arguments,
                         GError                 **error);

/* Imports a folder or archive. */
int sal_cli_data_import (const SalCliDataOptions *options,
                         char                   **arguments,
                         GError                 **error);

/* Removes what was imported. */
int sal_cli_data_remove (const SalCliDataOptions *options,
                         char                   **arguments,
                         GError                 **error);

G_END_DECLS
