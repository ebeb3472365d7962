/* sal-cli-data-import.h - the options of `saliscope-cli data import`, and opening
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-import.h"

G_BEGIN_DECLS

/* What the options of `data import` say. */
typedef struct
{
  char            *name;       /* NULL: from the name of the source           */
  char            *title;
  SalImportOptions options;    /* but for the title                           */
  gint64           seed;
} SalCliImport;

#define SAL_CLI_IMPORT_DEFAULTS { NULL, NULL, SAL_IMPORT_DEFAULTS, 0 }

/* Number of entries that sal_cli_import_entries() writes. */
#define SAL_CLI_IMPORT_ENTRIES 6

void sal_cli_import_entries (SalCliImport *self,
                             GOptionEntry *entries);
void sal_cli_import_clear   (SalCliImport *self);

/* sal_dataset_open() with progress on stderr.  A signal cancels an import, which
 * leaves nothing behind. */
SalDataset *sal_cli_dataset_open (const char *name,
                                  GError    **error);

G_END_DECLS
