/* sal-import-plan.c - which picture becomes which image of which class
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-import-plan.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/nn-rng.h"
#include "sal-error.h"
#include "sal-rng.h"

static void
free_item (gpointer data)
{
  SalImportItem *item = data;

  g_free (item->path);
  g_free (item);
}

SalImportPlan *
sal_import_plan_new (void)
{
  SalImportPlan *self = g_new0 (SalImportPlan, 1);

  self->items = g_ptr_array_new_with_free_func (free_item);
  self->folders = g_ptr_array_new_with_free_func (g_free);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
sal_import_plan_free (SalImportPlan *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_path);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->folders);
  g_strfreev (self->class_names);
  g_free (self);
}

gboolean
sal_import_plan_add (SalImportPlan *self,
                     const char    *path,
                     const char    *source,
                     GError       **error)
{
  SalImportItem *item;

  if (g_hash_table_contains (self->by_path, path)) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected every picture once, found %s twice"), source, path);
    return FALSE;
  }
  item = g_new0 (SalImportItem, 1);
  item->path = g_strdup (path);
  item->part = -1;
  g_ptr_array_add (self->items, item);
  g_hash_table_insert (self->by_path, item->path, item);
  return TRUE;
}

void
sal_import_plan_add_folder (SalImportPlan *self,
                            const char    *path)
{
  g_ptr_array_add (self->folders, g_strdup (path));
}

/* ---- folders of a path ------------------------------------------------------------ */

/* Folder number `depth` of `path`: not the file at its end. */
static gboolean
get_folder (const char  *path,
            guint        depth,
            const char **start,
            gsize       *length)
{
  const char *slash;

  while ((slash = strchr (path, '/')) != NULL) {
    if (depth-- == 0) {
      *start = path;
      *length = (gsize) (slash - path);
      return TRUE;
    }
    path = slash + 1;
  }
  return FALSE;
}

static char *
dup_folder (const char *path,
            guint       depth)
{
  const char *start;
  gsize length;

  return get_folder (path, depth, &start, &length) ? g_strndup (start, length) : NULL;
}

/* Whether all pictures that lie in a folder at `depth` lie in the same one, and
 * some in a folder below it. */
static gboolean
is_wrapped (const SalImportPlan *self,
            guint                depth)
{
  const char *first = NULL, *start;
  gsize first_length = 0, length;
  gboolean goes_on = FALSE;

  for (guint i = 0; i < self->items->len; i++) {
    const SalImportItem *item = self->items->pdata[i];

    if (!get_folder (item->path, depth, &start, &length))
      continue;
    if (first != NULL && (length != first_length || memcmp (start, first, length) != 0))
      return FALSE;
    first = start;
    first_length = length;
    goes_on = goes_on || get_folder (item->path, depth + 1, &start, &length);
  }
  return goes_on;
}

/* ---- parts ------------------------------------------------------------------------- */

enum { TRAIN = 1, TEST = 2, VALIDATION = 4 };

static int
part_role (const char *folder)
{
  static const struct
  {
    const char *name;
    int         role;
  } rows[] = {
    { "train", TRAIN }, { "training", TRAIN },
    { "test", TEST }, { "testing", TEST },
    { "val", VALIDATION }, { "valid", VALIDATION }, { "validation", VALIDATION },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_ascii_strcasecmp (folder, rows[i].name) == 0)
      return rows[i].role;
  return 0;
}

/* The roles of the folders at `depth` that have class folders in them. */
static int
find_roles (const SalImportPlan *self,
            guint                depth)
{
  int roles = 0;

  for (guint i = 0; i < self->items->len; i++) {
    const SalImportItem *item = self->items->pdata[i];
    g_autofree char *folder = dup_folder (item->path, depth);
    g_autofree char *below = dup_folder (item->path, depth + 1);

    if (below != NULL)
      roles |= part_role (folder);
  }
  return roles;
}

/* 0 or 1 by the folder at `depth`; -1 if it belongs to no part. */
static int
part_of (const char *path,
         guint       depth,
         int         roles)
{
  g_autofree char *folder = dup_folder (path, depth);
  const int role = folder != NULL ? part_role (folder) : 0;

  if (role == TRAIN || (role == VALIDATION && (roles & TEST) != 0))
    return 0;
  return role != 0 ? 1 : -1;
}

/* ---- classes ------------------------------------------------------------------------ */

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(SalImportItem *const *) a)->path, (*(SalImportItem *const *) b)->path);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* What there is in place of classes. Free the result. */
static char *
describe_found (const SalImportPlan *self,
                char               **names,
                guint                n)
{
  if (self->items->len == 0)
    return g_strdup (_("no picture"));
  if (n == 0)
    return g_strdup (_("pictures in no folder"));
  if (n == 1)
    return g_strdup_printf (_("only “%s”"), names[0]);
  return g_strdup_printf ("%u", n);
}

static gboolean
set_class_names (SalImportPlan *self,
                 GHashTable    *names,
                 const char    *source,
                 GError       **error)
{
  guint n;
  g_autofree gpointer *sorted = g_hash_table_get_keys_as_array (names, &n);

  if (n < 2 || n > SAL_IMPORT_MAX_CLASSES) {
    g_autofree char *found = describe_found (self, (char **) sorted, n);

    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected a folder of pictures for each of 2 to %d classes, found %s"),
                 source, SAL_IMPORT_MAX_CLASSES, found);
    return FALSE;
  }

  qsort (sorted, n, sizeof (char *), compare_names);
  self->class_names = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    self->class_names[i] = g_strdup (sorted[i]);
  return TRUE;
}

static guint
find_label (const SalImportPlan *self,
            const char          *name)
{
  char *const *at = bsearch (&name, self->class_names, g_strv_length (self->class_names),
                             sizeof (char *), compare_names);

  return (guint) (at - self->class_names);
}

/* For people: a line break or a tab in the name of a folder becomes a space. */
static void
clean_class_names (SalImportPlan *self)
{
  for (char **name = self->class_names; *name != NULL; name++)
    for (char *at = *name; *at != '\0'; at++)
      if (g_ascii_iscntrl (*at))
        *at = ' ';
}

/* An empty folder where the classes are: somebody will miss its images. */
static gboolean
check_empty_folders (const SalImportPlan *self,
                     GHashTable          *names,
                     guint                depth,
                     int                  roles,
                     const char          *source,
                     GError             **error)
{
  for (guint i = 0; i < self->folders->len; i++) {
    g_autofree char *inside = g_strconcat (self->folders->pdata[i], "/", NULL);
    g_autofree char *name = dup_folder (inside, depth);
    g_autofree char *below = dup_folder (inside, depth + 1);

    if (name == NULL || below != NULL || g_hash_table_contains (names, name) ||
        (roles != 0 && part_of (inside, depth - 1, roles) < 0))
      continue;
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 _("%s: expected pictures in every class folder, found none in %s"), source,
                 (const char *) self->folders->pdata[i]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
find_classes (SalImportPlan *self,
              guint          depth,
              int            roles,
              const char    *source,
              GError       **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->items->len; i++) {
    SalImportItem *item = self->items->pdata[i];
    char *name = dup_folder (item->path, depth);

    item->part = name == NULL ? -1 : roles != 0 ? part_of (item->path, depth - 1, roles) : 0;
    if (item->part >= 0)
      g_hash_table_add (names, name);
    else
      g_free (name);
    self->n_strays += item->part < 0;
  }
  if (!check_empty_folders (self, names, depth, roles, source, error) ||
      !set_class_names (self, names, source, error))
    return FALSE;
  for (guint i = 0; i < self->items->len; i++) {
    SalImportItem *item = self->items->pdata[i];
    g_autofree char *name = dup_folder (item->path, depth);

    if (item->part >= 0)
      item->label = find_label (self, name);
  }
  clean_class_names (self);
  return TRUE;
}

/* ---- split and order ----------------------------------------------------------------- */

/* Makes a share of the images of class `label` the test part. */
static void
split_class (SalImportPlan *self,
             guint          label,
             double         share,
             guint64        seed)
{
  g_autoptr (GArray) of_class = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < self->items->len; i++) {
    const SalImportItem *item = self->items->pdata[i];

    if (item->part >= 0 && item->label == label)
      g_array_append_val (of_class, i);
  }

  const double wanted = floor (share * of_class->len + 0.5);
  const guint n_test = (guint) CLAMP (wanted, 1.0, MAX (of_class->len - 1.0, 1.0));

  if (of_class->len < 2)
    return;
  nn_rng_shuffle (seed, sal_rng_stream (SAL_RNG_IMPORT_TEST, label),
                  (guint32 *) of_class->data, of_class->len);
  for (guint i = 0; i < n_test; i++)
    ((SalImportItem *) self->items->pdata[g_array_index (of_class, guint32, i)])->part = 1;
}

/* Gives the images of a part their places in a shuffled order. */
static void
order_part (SalImportPlan *self,
            int            part,
            guint64        seed)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < self->items->len; i++)
    if (((SalImportItem *) self->items->pdata[i])->part == part)
      g_array_append_val (order, i);
  nn_rng_shuffle (seed, sal_rng_stream (SAL_RNG_IMPORT_ORDER, (guint64) part),
                  (guint32 *) order->data, order->len);
  for (guint i = 0; i < order->len; i++)
    ((SalImportItem *) self->items->pdata[g_array_index (order, guint32, i)])->index = i;
  self->counts[part] = order->len;
}

/* A class without training images cannot be learned. */
static gboolean
check_counts (const SalImportPlan *self,
              const char          *source,
              GError             **error)
{
  gsize trained[SAL_IMPORT_MAX_CLASSES] = { 0 };

  for (guint i = 0; i < self->items->len; i++) {
    const SalImportItem *item = self->items->pdata[i];

    if (item->part == 0)
      trained[item->label]++;
  }
  for (guint c = 0; self->class_names[c] != NULL; c++) {
    if (trained[c] == 0) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                   _("%s: expected pictures of class %s to train on, found none"), source,
                   self->class_names[c]);
      return FALSE;
    }
  }
  if (self->counts[1] > 0)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               _("%s: expected at least two pictures in a class, to train and to test, found one"),
               source);
  return FALSE;
}

gboolean
sal_import_plan_arrange (SalImportPlan *self,
                         double         test_share,
                         guint64        seed,
                         const char    *source,
                         GError       **error)
{
  guint depth = 0;

  g_ptr_array_sort (self->items, compare_items);
  while (is_wrapped (self, depth))
    depth++;

  const int found = find_roles (self, depth);
  const gboolean has_parts = (found & TRAIN) != 0 && (found & (TEST | VALIDATION)) != 0;
  const int roles = has_parts ? found : 0;

  if (!find_classes (self, depth + has_parts, roles, source, error))
    return FALSE;
  for (guint c = 0; !has_parts && self->class_names[c] != NULL; c++)
    split_class (self, c, test_share, seed);
  for (int part = 0; part < 2; part++)
    order_part (self, part, seed);
  return check_counts (self, source, error);
}
