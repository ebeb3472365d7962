/* sal-provenance.c - where the bits of a run come from
 *
 * A table says which members a sitting has, so that writing, reading and
 * comparing need no list of their own.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-provenance.h"

#include <glib/gi18n.h>
#include <string.h>

#include "nn/nn-integer.h"
#include "nn/nn-machine.h"
#include "nn/nn-pool.h"
#include "sal-error.h"
#include "sal-json.h"
#include "sal-revision.h"

#define MAX_DEPTH 4
#define MAX_SITTINGS 10000
#define MAX_TEXT 200

/* `title` of those that decide bits, in the words of a message. */
static const struct
{
  const char *key;
  gsize       offset;
  const char *title;
} texts[] = {
  { "version", G_STRUCT_OFFSET (SalSitting, version), "version" },
  { "revision", G_STRUCT_OFFSET (SalSitting, revision), "revision" },
  { "cpu", G_STRUCT_OFFSET (SalSitting, cpu), NULL },
  { "kernels", G_STRUCT_OFFSET (SalSitting, kernels), "kernels" },
  { "blas", G_STRUCT_OFFSET (SalSitting, blas), "BLAS" },
  { "integers", G_STRUCT_OFFSET (SalSitting, integers), NULL },
};

static const struct
{
  const char *key;
  gsize       offset;
} numbers[] = {
  { "threads", G_STRUCT_OFFSET (SalSitting, threads) },
  { "started", G_STRUCT_OFFSET (SalSitting, started) },
  { "ended", G_STRUCT_OFFSET (SalSitting, ended) },
  { "first_step", G_STRUCT_OFFSET (SalSitting, first_step) },
  { "last_step", G_STRUCT_OFFSET (SalSitting, last_step) },
};

static char **
text_at (const SalSitting *sitting,
         gsize             i)
{
  return &G_STRUCT_MEMBER (char *, sitting, texts[i].offset);
}

static gint64 *
number_at (const SalSitting *sitting,
           gsize             i)
{
  return &G_STRUCT_MEMBER (gint64, sitting, numbers[i].offset);
}

static void
sitting_free (gpointer data)
{
  SalSitting *self = data;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*text_at (self, i));
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalSitting, sitting_free)

SalProvenance *
sal_provenance_new (const char *data_hash)
{
  SalProvenance *self = g_new0 (SalProvenance, 1);

  self->data_hash = g_strdup (data_hash);
  self->sittings = g_ptr_array_new_with_free_func (sitting_free);
  return self;
}

void
sal_provenance_free (SalProvenance *self)
{
  if (self == NULL)
    return;
  g_free (self->data_hash);
  g_ptr_array_unref (self->sittings);
  g_free (self);
}

/* ---- sittings ---------------------------------------------------------------- */

/* The first that runs: the table begins with the fastest. */
static const char *
integer_kernel (void)
{
  gsize i = 0;

  while (!nn_integer_kernel_available (i))
    i++;
  return nn_integer_kernel_name (i);
}

/* This program on this machine. */
static SalSitting *
sitting_here (void)
{
  SalSitting *self = g_new0 (SalSitting, 1);

  self->version = g_strdup (SALISCOPE_VERSION);
  self->revision = g_strdup (SAL_REVISION);
  self->cpu = g_strdup (nn_machine_cpu ());
  self->kernels = g_strdup (nn_machine_kernels ());
  self->blas = g_strdup (nn_pool_blas_name ());
  self->integers = g_strdup (integer_kernel ());
  return self;
}

void
sal_provenance_begin (SalProvenance *self,
                      int            threads,
                      gint64         step)
{
  SalSitting *sitting = sitting_here ();

  sitting->threads = threads;
  sitting->started = g_get_real_time () / G_USEC_PER_SEC;
  sitting->first_step = step;
  g_ptr_array_add (self->sittings, sitting);
  sal_provenance_note (self, step);
}

void
sal_provenance_note (SalProvenance *self,
                     gint64         step)
{
  g_return_if_fail (self->sittings->len > 0);

  SalSitting *last = self->sittings->pdata[self->sittings->len - 1];

  last->ended = g_get_real_time () / G_USEC_PER_SEC;
  last->last_step = step;
}

/* ---- for people ---------------------------------------------------------------- */

static char *
program_text (const char *version,
              const char *revision)
{
  return *revision != '\0' ? g_strdup_printf ("%s (%s)", version, revision) : g_strdup (version);
}

char *
sal_provenance_program (void)
{
  return program_text (SALISCOPE_VERSION, SAL_REVISION);
}

/* A time that a file need not have is "–". */
static char *
time_text (gint64      seconds,
           const char *format)
{
  g_autoptr (GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;

  return time != NULL ? g_date_time_format (time, format) : g_strdup ("–");
}

char *
sal_sitting_text (const SalSitting *self)
{
  const gboolean is_short = self->ended - self->started < 12 * 3600;
  g_autofree char *started = time_text (self->started, "%F %H:%M");
  g_autofree char *ended = time_text (self->ended, is_short ? "%H:%M" : "%F %H:%M");
  g_autofree char *program = program_text (self->version, self->revision);

  return g_strdup_printf ("%s – %s, %s, %s, %s, %s, %s, %" G_GINT64_FORMAT " thread%s, "
                          "steps %" G_GINT64_FORMAT " – %" G_GINT64_FORMAT,
                          started, ended, program, self->cpu, self->kernels, self->blas,
                          self->integers, self->threads, self->threads == 1 ? "" : "s",
                          self->first_step, self->last_step);
}

/* ---- writing ------------------------------------------------------------------ */

static void
write_sitting (JsonBuilder      *builder,
               const SalSitting *sitting)
{
  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    json_builder_set_member_name (builder, texts[i].key);
    json_builder_add_string_value (builder, *text_at (sitting, i));
  }
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    json_builder_set_member_name (builder, numbers[i].key);
    json_builder_add_int_value (builder, *number_at (sitting, i));
  }
  json_builder_end_object (builder);
}

char *
sal_provenance_to_json (const SalProvenance *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "data_hash");
  json_builder_add_string_value (builder, self->data_hash);
  json_builder_set_member_name (builder, "sittings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->sittings->len; i++)
    write_sitting (builder, self->sittings->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return sal_json_to_text (root);
}

/* ---- reading ------------------------------------------------------------------- */

static gboolean
refuse (const char *what,
        GError    **error)
{
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE, _("provenance: expected %s"), what);
  return FALSE;
}

/* The text of a member, made fit for a terminal; empty where it is missing. */
static char *
read_text (JsonObject *object,
           const char *key)
{
  JsonNode *node = json_object_get_member (object, key);
  const char *text = node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                     json_node_get_value_type (node) == G_TYPE_STRING
                     ? json_node_get_string (node) : "";

  return strlen (text) <= MAX_TEXT ? sal_json_quotable (text) : g_strdup ("");
}

static gint64
read_number (JsonObject *object,
             const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : -1;
}

static SalSitting *
read_sitting (JsonObject *object)
{
  SalSitting *sitting = g_new0 (SalSitting, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *text_at (sitting, i) = read_text (object, texts[i].key);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    *number_at (sitting, i) = read_number (object, numbers[i].key);
  return sitting;
}

static gboolean
read_sittings (SalProvenance *self,
               JsonNode      *node,
               GError       **error)
{
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node) ||
      json_array_get_length (json_node_get_array (node)) > MAX_SITTINGS)
    return refuse (_("an array of sittings"), error);

  JsonArray *array = json_node_get_array (node);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (!JSON_NODE_HOLDS_OBJECT (element))
      return refuse (_("each sitting to be an object"), error);
    g_ptr_array_add (self->sittings, read_sitting (json_node_get_object (element)));
  }
  return TRUE;
}

SalProvenance *
sal_provenance_from_json (const char *json,
                          GError    **error)
{
  g_autoptr (JsonNode) root = sal_json_parse (json, strlen (json), MAX_DEPTH, "provenance", error);

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    refuse (_("an object"), error);
    return NULL;
  }

  JsonObject *object = json_node_get_object (root);
  g_autofree char *hash = read_text (object, "data_hash");
  g_autoptr (SalProvenance) self = sal_provenance_new (hash);

  if (!read_sittings (self, json_object_get_member (object, "sittings"), error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- comparing ------------------------------------------------------------------ */

void
sal_difference_free (SalDifference *self)
{
  g_free (self->then);
  g_free (self->now);
  g_free (self);
}

/* Adds what differs in member `i`, once for each other value. */
static void
compare_text (const SalProvenance *self,
              gsize                i,
              const SalSitting    *here,
              GPtrArray           *differences)
{
  const char *now = *text_at (here, i);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint s = 0; s < self->sittings->len; s++) {
    char *then = *text_at (self->sittings->pdata[s], i);

    if (g_str_equal (then, now) || !g_hash_table_add (seen, then))
      continue;

    SalDifference *difference = g_new (SalDifference, 1);

    *difference = (SalDifference) {
      .what = texts[i].title,
      .then = g_strdup (*then != '\0' ? then : "unknown"),
      .now = g_strdup (*now != '\0' ? now : "unknown"),
    };
    g_ptr_array_add (differences, difference);
  }
}

GPtrArray *
sal_provenance_compare (const SalProvenance *self)
{
  GPtrArray *differences = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_difference_free);
  g_autoptr (SalSitting) here = sitting_here ();

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].title != NULL)
      compare_text (self, i, here, differences);
  return differences;
}

char *
sal_provenance_warning (const SalProvenance *self)
{
  g_autoptr (GPtrArray) differences = sal_provenance_compare (self);
  g_autoptr (GString) text = g_string_new (NULL);

  if (differences->len == 0)
    return NULL;
  for (guint i = 0; i < differences->len; i++) {
    const SalDifference *difference = differences->pdata[i];

    g_string_append_printf (text, "%s%s %s, now %s", i > 0 ? "; " : "", difference->what,
                            difference->then, difference->now);
  }
  return g_strdup_printf (_("This run was trained with other means (%s): its last bits may differ "
                            "from those of an undisturbed run."), text->str);
}
