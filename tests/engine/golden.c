/* golden.c - reading golden vectors and comparing with them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "golden.h"

#include <math.h>
#include <zlib.h>

#include "sal-safetensors.h"

struct Golden
{
  SalSafetensors *file;
  double          rtol;
  double          atol;
};

static double
read_tolerance (SalSafetensors *file,
                const char     *key)
{
  const char *text = sal_safetensors_get_metadata (file, key);

  g_assert_nonnull (text);
  return g_ascii_strtod (text, NULL);
}

Golden *
golden_open (const char *name)
{
  const char *folder = g_getenv ("SALISCOPE_GOLDEN");

  if (folder == NULL) {
    g_test_skip ("SALISCOPE_GOLDEN does not name a folder of golden vectors");
    return NULL;
  }

  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  Golden *golden = g_new0 (Golden, 1);

  golden->file = sal_safetensors_load (path, &error);
  g_assert_no_error (error);
  golden->rtol = read_tolerance (golden->file, "rtol");
  golden->atol = read_tolerance (golden->file, "atol");
  return golden;
}

void
golden_close (Golden *golden)
{
  sal_safetensors_free (golden->file);
  g_free (golden);
}

static gconstpointer
find_data (Golden       *golden,
           const char   *name,
           SalTensorType type,
           gsize        *n)
{
  const SalTensor *tensor = sal_safetensors_find (golden->file, name);

  if (tensor == NULL)
    g_error ("no golden tensor is called %s", name);
  g_assert_cmpint (tensor->type, ==, type);
  if (n != NULL)
    *n = tensor->n_elements;
  return tensor->data;
}

const float *
golden_floats (Golden     *golden,
               const char *name,
               gsize      *n)
{
  return find_data (golden, name, SAL_TENSOR_F32, n);
}

const gint32 *
golden_ints (Golden     *golden,
             const char *name,
             gsize      *n)
{
  return find_data (golden, name, SAL_TENSOR_I32, n);
}

const guint8 *
golden_bytes (Golden     *golden,
              const char *name,
              gsize      *n)
{
  return find_data (golden, name, SAL_TENSOR_U8, n);
}

gboolean
golden_has (Golden     *golden,
            const char *name)
{
  return sal_safetensors_find (golden->file, name) != NULL;
}

static double
compute_norm (const float *a,
              const float *b,
              gsize        n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++) {
    const double d = (double) a[i] - (b != NULL ? b[i] : 0);

    sum += d * d;
  }
  return sqrt (sum);
}

void
golden_compare (Golden      *golden,
                const char  *name,
                GoldenRule   rule,
                const float *found,
                gsize        n)
{
  gsize count;
  const float *expected = golden_floats (golden, name, &count);
  gsize outside = 0, first = 0;

  g_assert_cmpuint (n, ==, count);
  for (gsize i = n; i-- > 0;) {
    const double tolerance = golden->atol + golden->rtol * fabs (expected[i]);

    if (!(fabs ((double) found[i] - expected[i]) <= tolerance)) {
      outside++;
      first = i;
    }
  }
  if (outside > (rule == GOLDEN_MOST ? n / 100 : 0))
    g_error ("%s: %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " differ, the first is element %"
             G_GSIZE_FORMAT ": expected %.9g, found %.9g",
             name, outside, n, first, expected[first], found[first]);
  if (rule == GOLDEN_MOST)
    g_assert_cmpfloat (compute_norm (found, expected, n), <=,
                       0.05 * compute_norm (expected, NULL, n) + golden->atol);
}

void
golden_compare_scalar (Golden     *golden,
                       const char *name,
                       double      found)
{
  const float value = (float) found;

  golden_compare (golden, name, GOLDEN_EVERY, &value, 1);
}

GBytes *
golden_read_idx (const char *name,
                 gsize       header)
{
  const char *folder = g_getenv ("SALISCOPE_DATASETS");

  if (folder == NULL) {
    g_test_skip ("SALISCOPE_DATASETS does not name a folder of data sets");
    return NULL;
  }

  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gzFile file = gzopen (path, "rb");
  guint8 block[65536];
  int length;

  if (file == NULL)
    g_error ("%s cannot be read", path);
  while ((length = gzread (file, block, sizeof block)) > 0)
    g_byte_array_append (bytes, block, (guint) length);
  g_assert_cmpint (length, ==, 0);
  gzclose (file);
  g_assert_cmpuint (bytes->len, >, header);
  return g_bytes_new (bytes->data + header, bytes->len - header);
}
