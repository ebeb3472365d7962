/* sal-download-private.h - what the files of SalDownload share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <libsoup/soup.h>

#include "sal-download.h"

G_BEGIN_DECLS

/* The unfinished file and what is known of its origin. */
typedef struct
{
  char   *path;         /* PATH.part                                            */
  char   *source_path;  /* PATH.part.source                                     */
  int     file;         /* locked against other processes; -1: not open         */
  guint64 bytes;        /* that are there                                       */
  guint64 total;        /* that the server has; 0: not known                    */
  char   *address;      /* they came from; NULL: not known                      */
  char   *validator;    /* an entity tag or a date for If-Range; NULL: none     */
} SalDownloadPart;

gboolean sal_download_part_open  (SalDownloadPart *self,
                                  const char      *path,
                                  GError         **error);
void     sal_download_part_close (SalDownloadPart *self);

/* Throws the bytes away and remembers where the next ones come from; `address`
 * NULL: from nowhere yet. */
gboolean sal_download_part_restart (SalDownloadPart *self,
                                    const char      *address,
                                    const char      *validator,
                                    guint64          total,
                                    GError         **error);

gboolean sal_download_part_append (SalDownloadPart *self,
                                   const guint8    *bytes,
                                   gsize            n,
                                   GError         **error);

/* Gives the finished file its name. */
gboolean sal_download_part_finish (SalDownloadPart *self,
                                   const char      *path,
                                   GError         **error);

/* What a transfer came to. */
typedef enum
{
  SAL_TRANSFER_WHOLE,   /* all bytes are there                                 */
  SAL_TRANSFER_CUT,     /* some are; the same address may have the rest        */
  SAL_TRANSFER_REFUSED, /* this address does not have the file                 */
  SAL_TRANSFER_FATAL,   /* cancelled, or nothing can be written                */
} SalTransferResult;

typedef struct
{
  const SalDownload  *download;
  SalDownloadPart     part;
  SoupSession        *session;
  SalDownloadProgress progress;
  gpointer            data;
  GCancellable       *cancellable;
  gboolean            answered;  /* any server has answered anything           */
} SalTransfer;

/* Asks `address` for what is missing and takes what comes.  Any result but
 * SAL_TRANSFER_WHOLE sets `error`. */
SalTransferResult sal_transfer_run (SalTransfer *self,
                                    const char  *address,
                                    GError     **error);

G_END_DECLS
