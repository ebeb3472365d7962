/* sal-dataset-download.h - offers to download the recipe's data set
 *
 * Shown only while the recipe names a public data set that is not on this
 * computer: its size, its licence, and a button; then progress and Cancel;
 * then, if it went wrong, why, and Try Again.  A download goes on while
 * another data set is looked at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session-bin.h"


G_BEGIN_DECLS

/* Property "session" (SalSession). */
#define SAL_TYPE_DATASET_DOWNLOAD (sal_dataset_download_get_type ())
G_DECLARE_FINAL_TYPE (SalDatasetDownload, sal_dataset_download, SAL, DATASET_DOWNLOAD,
                      SalSessionBin)

G_END_DECLS
