/* file-server.c - a web server for tests, with every bad habit of real ones
 *
 * Answers that no honest server gives are written to the stolen connection.
 * Connections are accepted here and given to libsoup: the listener of libsoup
 * 3.2 forgets to free every socket it accepts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "file-server.h"

#include <libsoup/soup.h>
#include <string.h>

#define TAG "\"tag of the file\""

struct _FileServer
{
  char         *folder;
  GThread      *thread;
  GMainContext *context;
  GMainLoop    *loop;
  SoupServer   *server;
  GPtrArray    *held;    /* connections that hang                               */
  guint16       port;
  GMutex        mutex;
  GCond         ready;
  GString      *log;
};

typedef struct
{
  FileServer        *server;
  SoupServerMessage *message;
  const char        *name;   /* of the file, in the folder                      */
  const char        *bytes;
  gsize              size;
} Answer;

/* ---- habits --------------------------------------------------------------------- */

static void
serve (const Answer *answer,
       const char   *type)
{
  soup_server_message_set_status (answer->message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (answer->message, type, SOUP_MEMORY_COPY, answer->bytes,
                                    answer->size);
}

static void
set_header (const Answer *answer,
            const char   *name,
            const char   *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (answer->message), name,
                                value);
}

static void
forget_range (const Answer *answer)
{
  soup_message_headers_remove (soup_server_message_get_request_headers (answer->message),
                               "Range");
}

static void
plain (const Answer *answer)
{
  const char *condition =
    soup_message_headers_get_one (soup_server_message_get_request_headers (answer->message),
                                  "If-Range");

  if (condition != NULL && !g_str_equal (condition, TAG))
    forget_range (answer);
  set_header (answer, "ETag", TAG);
  serve (answer, "application/gzip");
}

/* Sends a head and `size` bytes of the file, and gives the connection. */
static GIOStream *
write_by_hand (const Answer *answer,
               const char   *head,
               gsize         size)
{
  GIOStream *stream = soup_server_message_steal_connection (answer->message);
  GOutputStream *output = g_io_stream_get_output_stream (stream);

  g_output_stream_write_all (output, head, strlen (head), NULL, NULL, NULL);
  g_output_stream_write_all (output, answer->bytes, size, NULL, NULL, NULL);
  return stream;
}

static GIOStream *
write_half (const Answer *answer)
{
  g_autofree char *head =
    g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n"
                     "ETag: " TAG "\r\n\r\n", answer->size);

  return write_by_hand (answer, head, answer->size / 2);
}

static void
cut (const Answer *answer)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (answer->message);

  if (soup_message_headers_get_one (headers, "Range") != NULL) {
    plain (answer);
    return;
  }

  g_autoptr (GIOStream) stream = write_half (answer);

  g_io_stream_close (stream, NULL, NULL);
}

static void
hang (const Answer *answer)
{
  g_ptr_array_add (answer->server->held, write_half (answer));
}

static void
missing (const Answer *answer)
{
  soup_server_message_set_status (answer->message, SOUP_STATUS_NOT_FOUND, NULL);
}

static void
busy (const Answer *answer)
{
  soup_server_message_set_status (answer->message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
}

static void
serve_page (const Answer *answer,
            const char   *type)
{
  static const char text[] = "\n <!DOCTYPE html><html><body>Please sign in.</body></html>";
  const Answer page = { .message = answer->message, .bytes = text, .size = strlen (text) };

  forget_range (answer);
  serve (&page, type);
}

static void
page (const Answer *answer)
{
  serve_page (answer, "text/html; charset=utf-8");
}

static void
hidden (const Answer *answer)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\n <!DOCTYPE html>";
  g_autoptr (GIOStream) stream = write_by_hand (answer, head, 0);

  g_io_stream_close (stream, NULL, NULL);
}

static void
wrong (const Answer *answer)
{
  g_autofree char *bytes = g_memdup2 (answer->bytes, answer->size);
  Answer other = *answer;

  bytes[answer->size / 2] ^= 1;
  other.bytes = bytes;
  serve (&other, "application/gzip");
}

static void
changed (const Answer *answer)
{
  forget_range (answer);
  set_header (answer, "ETag", "\"another tag\"");
  serve (answer, "application/gzip");
}

static void
whole (const Answer *answer)
{
  forget_range (answer);
  serve (answer, "application/gzip");
}

static void
shorter (const Answer *answer)
{
  Answer other = *answer;

  other.size -= 10;
  whole (&other);
}

static void
endless (const Answer *answer)
{
  g_autoptr (GIOStream) stream =
    write_by_hand (answer, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", answer->size);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), answer->bytes, answer->size,
                             NULL, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
moved (const Answer *answer)
{
  g_autofree char *address = file_server_address (answer->server, "plain");
  g_autofree char *target = g_strconcat (address, answer->name, NULL);

  soup_server_message_set_redirect (answer->message, SOUP_STATUS_FOUND, target);
}

static void
encoded (const Answer *answer)
{
  forget_range (answer);
  set_header (answer, "Content-Encoding", "gzip");
  serve (answer, "application/octet-stream");
}

static const struct
{
  const char *name;
  void      (*answer) (const Answer *answer);
} habits[] = {
  { "plain", plain }, { "cut", cut }, { "hang", hang }, { "missing", missing },
  { "busy", busy }, { "page", page }, { "hidden", hidden }, { "wrong", wrong },
  { "changed", changed }, { "whole", whole }, { "shorter", shorter }, { "endless", endless },
  { "moved", moved }, { "encoded", encoded },
};

/* ---- requests -------------------------------------------------------------------- */

static void
log_request (FileServer        *self,
             SoupServerMessage *message,
             const char        *habit)
{
  const char *range =
    soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Range");

  g_mutex_lock (&self->mutex);
  g_string_append_printf (self->log, "%s%s", self->log->len > 0 ? " " : "", habit);
  if (range != NULL)
    g_string_append_printf (self->log, " %s", range + strlen ("bytes="));
  g_mutex_unlock (&self->mutex);
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  FileServer *self = data;
  g_auto (GStrv) parts = g_strsplit (path + 1, "/", 2);
  g_autofree char *file = g_build_filename (self->folder, parts[1], NULL);
  g_autofree char *bytes = NULL;
  gsize size = 0;

  log_request (self, message, parts[0]);
  soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  if (!g_file_get_contents (file, &bytes, &size, NULL))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (habits); i++)
    if (g_str_equal (habits[i].name, parts[0]))
      habits[i].answer (&(Answer) { self, message, parts[1], bytes, size });
}

/* ---- thread ----------------------------------------------------------------------- */

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           data)
{
  FileServer *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);

  /* Without addresses, the other side has gone already. */
  if (local != NULL && remote != NULL)
    soup_server_accept_iostream (self->server, G_IO_STREAM (connection), local, remote, &error);
  g_assert_no_error (error);
  return TRUE;
}

/* On a port that is free. */
static GSocketService *
listen_here (FileServer *self)
{
  GSocketService *service = g_socket_service_new ();
  g_autoptr (GSocketAddress) wish = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  g_socket_listener_add_address (G_SOCKET_LISTENER (service), wish, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), self);
  g_mutex_lock (&self->mutex);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_cond_signal (&self->ready);
  g_mutex_unlock (&self->mutex);
  return service;
}

static gpointer
run (gpointer data)
{
  FileServer *self = data;

  g_main_context_push_thread_default (self->context);

  GSocketService *service = listen_here (self);

  g_main_loop_run (self->loop);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  g_object_unref (service);
  g_ptr_array_unref (self->held);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

FileServer *
file_server_start (const char *folder)
{
  FileServer *self = g_new0 (FileServer, 1);

  self->folder = g_strdup (folder);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->log = g_string_new (NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->ready);
  self->thread = g_thread_new ("file-server", run, self);
  g_mutex_lock (&self->mutex);
  while (self->port == 0)
    g_cond_wait (&self->ready, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return self;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

void
file_server_stop (FileServer *self)
{
  g_main_context_invoke (self->context, quit_cb, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ready);
  g_string_free (self->log, TRUE);
  g_free (self->folder);
  g_free (self);
}

char *
file_server_address (FileServer *self,
                     const char *habit)
{
  return g_strdup_printf ("http://127.0.0.1:%u/%s/", self->port, habit);
}

char *
file_server_take_log (FileServer *self)
{
  g_mutex_lock (&self->mutex);

  char *log = g_strdup (self->log->str);

  g_string_truncate (self->log, 0);
  g_mutex_unlock (&self->mutex);
  return log;
}
