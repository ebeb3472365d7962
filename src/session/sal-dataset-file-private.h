/* sal-dataset-file-private.h - what reader and writer must agree on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset-file.h"

G_BEGIN_DECLS

#define SAL_DATASET_FILE_MAGIC "SALDATA1"

/* The head in front of the JSON text; numbers are little-endian. */
typedef struct
{
  char    magic[8];
  guint64 json_length;
  guint64 file_length;
  guint64 data_start;
  guint8  checksum[32];
} SalDatasetFileHead;

G_STATIC_ASSERT (sizeof (SalDatasetFileHead) == 64);

/* Where the four blocks lie, and where the file ends. */
typedef struct
{
  guint64 pixels[2];
  guint64 labels[2];
  guint64 end;
} SalDatasetFileLayout;

/* FALSE where the sizes do not fit into 62 bits. */
gboolean sal_dataset_file_layout (guint64               data_start,
                                  NnShape               shape,
                                  const guint64         counts[2],
                                  SalDatasetFileLayout *layout);

/* Over the head before its checksum, and the text. */
void sal_dataset_file_checksum (const SalDatasetFileHead *head,
                                const char               *json,
                                guint8                    checksum[32]);

G_END_DECLS
