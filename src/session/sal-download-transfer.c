/* sal-download-transfer.c - one request, and what its answer brings
 *
 * Answers are taken as they come: libsoup must not unpack them, because some
 * servers declare a .gz file as a compressed page ("Content-Encoding: gzip").
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "sal-download-private.h"
#include "sal-error.h"

#define PIECE (1 << 16)

/* A file whose content is known may come uncompressed: images of black paper
 * shrink to an eighth. */
#define MAX_EXPANSION 8
#define MIN_LIMIT (1 << 16)

static guint64
limit (const SalDownload *download)
{
  return download->content_sha256 == NULL ? download->size
         : MAX (download->size * MAX_EXPANSION, MIN_LIMIT);
}

G_GNUC_PRINTF (3, 4)
static SalTransferResult
refuse (GError     **error,
        SalErrorCode code,
        const char  *format,
        ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (SAL_ERROR, (int) code, format, arguments);
  va_end (arguments);
  return SAL_TRANSFER_REFUSED;
}

/* ---- the request --------------------------------------------------------------------- */

/* Asks for the rest of what is there already.  Bytes of another address may
 * be gone on with unless this one says it has a file of another length. */
static SoupMessage *
make_request (const SalDownloadPart *part,
              const char            *address)
{
  SoupMessage *message = soup_message_new (SOUP_METHOD_GET, address);

  if (message == NULL)
    return NULL;

  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (part->bytes == 0)
    return message;
  soup_message_headers_set_range (headers, (goffset) part->bytes, -1);
  if (part->validator != NULL && g_strcmp0 (part->address, address) == 0)
    soup_message_headers_replace (headers, "If-Range", part->validator);
  return message;
}

/* ---- the head of the answer -------------------------------------------------------- */

/* What If-Range may name: a strong entity tag, else the date. */
static const char *
find_validator (SoupMessageHeaders *headers)
{
  const char *tag = soup_message_headers_get_one (headers, "ETag");

  return tag != NULL && tag[0] == '"' ? tag
         : soup_message_headers_get_one (headers, "Last-Modified");
}

/* The length of the whole file as the answer states it; 0: it does not. */
static guint64
find_total (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  goffset start, end, total = 0;

  if (soup_message_get_status (message) == SOUP_STATUS_PARTIAL_CONTENT)
    return soup_message_headers_get_content_range (headers, &start, &end, &total) && total > 0
           ? (guint64) total : 0;
  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
         ? (guint64) soup_message_headers_get_content_length (headers) : 0;
}

static SalTransferResult
check_kind (SoupMessage *message,
            const char  *address,
            GError     **error)
{
  const guint status = soup_message_get_status (message);
  const char *type =
    soup_message_headers_get_content_type (soup_message_get_response_headers (message), NULL);

  if (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_GONE)
    return refuse (error, SAL_ERROR_NOT_FOUND,
                   _("%s: expected a file, the server answered that there is none (%u %s)"),
                   address, status, soup_message_get_reason_phrase (message));
  if (status != SOUP_STATUS_OK && status != SOUP_STATUS_PARTIAL_CONTENT)
    return refuse (error, SAL_ERROR_IO, _("%s: expected a file, the server answered %u %s"),
                   address, status, soup_message_get_reason_phrase (message));
  if (type != NULL && (g_str_equal (type, "text/html") ||
                       g_str_equal (type, "application/xhtml+xml")))
    return refuse (error, SAL_ERROR_BAD_FILE,
                   _("%s: expected a data file, found a web page (%s)"), address, type);
  return SAL_TRANSFER_WHOLE;
}

static SalTransferResult
check_total (const SalDownload *download,
             guint64            total,
             const char        *address,
             GError           **error)
{
  const gboolean other = total != 0 && total != download->size;

  if (total > limit (download) || (other && download->content_sha256 == NULL))
    return refuse (error, SAL_ERROR_BAD_FILE,
                   _("%s: expected %" PRIu64 " bytes, the server has %" PRIu64),
                   address, download->size, total);
  return SAL_TRANSFER_WHOLE;
}

/* Whether the answer begins where the part ends, and in the same file. */
static gboolean
goes_on (const SalDownloadPart *part,
         SoupMessage           *message)
{
  goffset start, end, total = 0;

  return soup_message_get_status (message) == SOUP_STATUS_PARTIAL_CONTENT &&
         soup_message_headers_get_content_range (soup_message_get_response_headers (message),
                                                 &start, &end, &total) &&
         (guint64) start == part->bytes &&
         (part->total == 0 || total <= 0 || (guint64) total == part->total);
}

/* Looks at the head and gets the part ready for the body. */
static SalTransferResult
take_head (SalTransfer *self,
           SoupMessage *message,
           const char  *address,
           GError     **error)
{
  SalDownloadPart *part = &self->part;
  const guint status = soup_message_get_status (message);
  const gboolean ranged = status == SOUP_STATUS_PARTIAL_CONTENT ||
                          status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE;

  if (ranged && (part->bytes == 0 || !goes_on (part, message))) {
    /* Not the rest of what is there: the next request asks for everything. */
    refuse (error, SAL_ERROR_IO, _("%s: expected a file from byte %" PRIu64
                                   ", the server answered another range"), address, part->bytes);
    return part->bytes > 0 && sal_download_part_restart (part, NULL, NULL, 0, NULL)
           ? SAL_TRANSFER_CUT : SAL_TRANSFER_REFUSED;
  }

  const guint64 total = find_total (message);
  SalTransferResult result = check_kind (message, address, error);

  if (result == SAL_TRANSFER_WHOLE)
    result = check_total (self->download, total, address, error);
  if (result != SAL_TRANSFER_WHOLE || ranged)
    return result;

  const char *validator = find_validator (soup_message_get_response_headers (message));

  return sal_download_part_restart (part, address, validator, total, error)
         ? SAL_TRANSFER_WHOLE : SAL_TRANSFER_FATAL;
}

/* ---- the body ------------------------------------------------------------------------- */

/* A page that does not declare itself as one: no data file begins so. */
static gboolean
is_markup (const guint8 *bytes,
           gsize         n)
{
  gsize i = n >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (i < n && g_ascii_isspace (bytes[i]))
    i++;
  return i + 1 < n && bytes[i] == '<' && (bytes[i + 1] == '!' || bytes[i + 1] == '?' ||
                                          g_ascii_isalpha (bytes[i + 1]));
}

static SalTransferResult
take_piece (SalTransfer  *self,
            const char   *address,
            const guint8 *bytes,
            gsize         n,
            GError      **error)
{
  SalDownloadPart *part = &self->part;

  if (part->bytes == 0 && is_markup (bytes, n))
    return refuse (error, SAL_ERROR_BAD_FILE, _("%s: expected a data file, found a web page"),
                   address);
  if (part->bytes + n > limit (self->download)) {
    refuse (error, SAL_ERROR_BAD_FILE,
            _("%s: expected %" PRIu64 " bytes, the server sent more"), address,
            self->download->size);
    return sal_download_part_restart (part, NULL, NULL, 0, NULL) ? SAL_TRANSFER_REFUSED
                                                                 : SAL_TRANSFER_FATAL;
  }
  if (!sal_download_part_append (part, bytes, n, error))
    return SAL_TRANSFER_FATAL;
  if (self->progress != NULL)
    self->progress (part->bytes, self->data);
  return SAL_TRANSFER_WHOLE;
}

/* What a problem of the connection means; frees `problem`. */
static SalTransferResult
judge_problem (SalTransfer *self,
               const char  *address,
               GError      *problem,
               gboolean     answered,
               GError     **error)
{
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, problem);
    return SAL_TRANSFER_FATAL;
  }
  if (answered)
    refuse (error, SAL_ERROR_IO,
            _("%s: expected %" PRIu64 " bytes, the connection was cut after %"
              PRIu64 " (%s)"), address, self->download->size, self->part.bytes,
            problem->message);
  else
    refuse (error, SAL_ERROR_IO, _("%s cannot be reached (%s)"), address, problem->message);
  g_error_free (problem);
  return answered ? SAL_TRANSFER_CUT : SAL_TRANSFER_REFUSED;
}

/* Servers that state no length end a file as a cut does. */
static SalTransferResult
judge_end (SalTransfer *self,
           const char  *address,
           GError     **error)
{
  const guint64 total = self->part.total != 0 ? self->part.total
                        : self->download->content_sha256 == NULL ? self->download->size
                        : self->part.bytes;

  if (self->part.bytes >= total)
    return SAL_TRANSFER_WHOLE;
  refuse (error, SAL_ERROR_IO,
          _("%s: expected %" PRIu64 " bytes, the connection was cut after %"
            PRIu64), address, total, self->part.bytes);
  return SAL_TRANSFER_CUT;
}

static SalTransferResult
take_body (SalTransfer  *self,
           GInputStream *body,
           const char   *address,
           GError      **error)
{
  g_autofree guint8 *piece = g_malloc (PIECE);

  for (;;) {
    GError *problem = NULL;
    const gssize n = g_input_stream_read (body, piece, PIECE, self->cancellable, &problem);

    if (n < 0)
      return judge_problem (self, address, problem, TRUE, error);
    if (n == 0)
      return judge_end (self, address, error);

    const SalTransferResult result = take_piece (self, address, piece, (gsize) n, error);

    if (result != SAL_TRANSFER_WHOLE)
      return result;
  }
}

SalTransferResult
sal_transfer_run (SalTransfer *self,
                  const char  *address,
                  GError     **error)
{
  g_autoptr (SoupMessage) message = make_request (&self->part, address);

  if (message == NULL)
    return refuse (error, SAL_ERROR_BAD_SETTING,
                   _("%s: expected an address that begins with http:// or https://"), address);

  GError *problem = NULL;
  g_autoptr (GInputStream) body =
    soup_session_send (self->session, message, self->cancellable, &problem);

  if (body == NULL)
    return judge_problem (self, address, problem, FALSE, error);
  self->answered = TRUE;

  const SalTransferResult result = take_head (self, message, address, error);

  return result == SAL_TRANSFER_WHOLE ? take_body (self, body, address, error) : result;
}
