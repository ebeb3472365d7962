/* sal-cifar.c - CIFAR-10 and CIFAR-100 in their binary version
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-cifar.h"

#include <string.h>

#include "sal-error.h"

#define PIXELS 3072

static const char *const cifar_10_names[] = {
  "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck", NULL
};

static const char *const cifar_100_names[] = {
  "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle",
  "bottle", "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle",
  "caterpillar", "cattle", "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch",
  "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox",
  "girl", "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion",
  "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain", "mouse", "mushroom",
  "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
  "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road",
  "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake",
  "spider", "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone",
  "television", "tiger", "tractor", "train", "trout", "tulip", "turtle", "wardrobe", "whale",
  "willow_tree", "wolf", "woman", "worm", NULL
};

static const char *const cifar_10_files[] = {
  "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
  "data_batch_5.bin", NULL
};

static const char *const cifar_100_files[] = { "train.bin", NULL };

static const SalCifarKind kinds[] = {
  {
    "CIFAR-10", cifar_10_files, "test_batch.bin", "batches.meta.txt", cifar_10_names, 1
  },
  {
    "CIFAR-100", cifar_100_files, "test.bin", "fine_label_names.txt", cifar_100_names, 2
  },
  { NULL },
};

const SalCifarKind *
sal_cifar_kinds (void)
{
  return kinds;
}

gboolean
sal_cifar_is_file (const SalCifarKind *kind,
                   const char         *name)
{
  return g_strv_contains (kind->train_files, name) || g_str_equal (kind->test_file, name) ||
         g_str_equal (kind->names_file, name);
}

/* The class names in the file that comes with the images, or the known ones. */
static gboolean
set_class_names (const SalCifarKind *kind,
                 GHashTable         *files,
                 SalDatasetLabel    *label,
                 GError            **error)
{
  GBytes *bytes = g_hash_table_lookup (files, kind->names_file);
  const guint expected = g_strv_length ((char **) kind->class_names);

  if (bytes == NULL) {
    label->class_names = g_strdupv ((char **) kind->class_names);
    return TRUE;
  }

  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_auto (GStrv) lines = g_strsplit_set (valid, "\r\n", -1);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (char **line = lines; *line != NULL; line++)
    if (*g_strstrip (*line) != '\0')
      g_ptr_array_add (names, *line);
  if (names->len != expected) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                 "%s: expected %u names of classes in %s, found %u", label->source, expected,
                 kind->names_file, names->len);
    return FALSE;
  }
  g_ptr_array_add (names, NULL);
  label->class_names = g_strdupv ((char **) names->pdata);
  return TRUE;
}

/* Number of records in a file; 0 with an error. */
static gsize
count_records (const SalCifarKind *kind,
               GHashTable         *files,
               const char         *name,
               const char         *source,
               GError            **error)
{
  const gsize record = kind->label_bytes + PIXELS;
  GBytes *bytes = g_hash_table_lookup (files, name);

  if (bytes == NULL) {
    g_set_error (error, SAL_ERROR, SAL_ERROR_NOT_FOUND,
                 "%s: expected the files of %s, found no %s", source, kind->title, name);
    return 0;
  }

  const gsize size = g_bytes_get_size (bytes);

  if (size > 0 && size % record == 0)
    return size / record;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
               "%s: expected %s to hold whole images of %" G_GSIZE_FORMAT " bytes, found %"
               G_GSIZE_FORMAT " bytes", source, name, record, size);
  return 0;
}

static gboolean
write_file (const SalCifarKind    *kind,
            GHashTable            *files,
            const char            *name,
            const SalDatasetLabel *label,
            SalDatasetWriter      *writer,
            int                    part,
            gsize                 *at,
            GError               **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (g_hash_table_lookup (files, name), &size);
  const guint classes = g_strv_length (label->class_names);

  for (gsize i = 0; i < size; i += kind->label_bytes + PIXELS, (*at)++) {
    const guint8 class = bytes[i + kind->label_bytes - 1];

    if (class >= classes) {
      g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE,
                   "%s: expected labels from 0 to %u in %s, found %u at byte %" G_GSIZE_FORMAT,
                   label->source, classes - 1, name, class, i + kind->label_bytes - 1);
      return FALSE;
    }
    *sal_dataset_writer_label (writer, part, *at) = class;
    memcpy (sal_dataset_writer_pixels (writer, part, *at), bytes + i + kind->label_bytes, PIXELS);
  }
  return TRUE;
}

static gboolean
write_files (const SalCifarKind    *kind,
             GHashTable            *files,
             const SalDatasetLabel *label,
             SalDatasetWriter      *writer,
             GError               **error)
{
  gsize at[2] = { 0 };

  for (const char *const *name = kind->train_files; *name != NULL; name++)
    if (!write_file (kind, files, *name, label, writer, 0, &at[0], error))
      return FALSE;
  return write_file (kind, files, kind->test_file, label, writer, 1, &at[1], error);
}

gboolean
sal_cifar_write (const SalCifarKind *kind,
                 GHashTable         *files,
                 const char         *target,
                 SalDatasetLabel    *label,
                 GCancellable       *cancellable,
                 GError            **error)
{
  gsize counts[2] = { 0 };

  for (const char *const *name = kind->train_files; *name != NULL; name++) {
    const gsize n = count_records (kind, files, *name, label->source, error);

    if (n == 0)
      return FALSE;
    counts[0] += n;
  }
  counts[1] = count_records (kind, files, kind->test_file, label->source, error);
  if (counts[1] == 0 || !set_class_names (kind, files, label, error))
    return FALSE;

  const NnShape shape = { 3, 32, 32 };
  g_autofree guint8 *none_left_out = g_malloc0 (counts[0] + counts[1]);
  SalDatasetWriter *writer = sal_dataset_writer_new (target, label, shape, counts, error);

  if (writer == NULL)
    return FALSE;
  if (!write_files (kind, files, label, writer, error)) {
    sal_dataset_writer_abandon (writer);
    return FALSE;
  }
  return sal_dataset_writer_finish (writer, none_left_out, NULL, cancellable, error);
}
