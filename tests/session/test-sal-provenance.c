/* test-sal-provenance.c - who computed a run is recorded, read back and compared
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "nn/nn-machine.h"
#include "nn/nn-pool.h"
#include "sal-error.h"
#include "sal-provenance.h"

#define HASH "0123456789abcdef"

static SalSitting *
sitting (SalProvenance *self,
         guint          i)
{
  g_assert_cmpuint (i, <, self->sittings->len);
  return self->sittings->pdata[i];
}

static void
assert_refused (const char *json)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sal_provenance_from_json (json, &error));
  g_assert_error (error, SAL_ERROR, SAL_ERROR_BAD_FILE);
}

static void
a_sitting_says_who_and_when (void)
{
  g_autoptr (SalProvenance) self = sal_provenance_new (HASH);
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  sal_provenance_begin (self, 2, 100);
  sal_provenance_note (self, 150);
  g_assert_cmpstr (sitting (self, 0)->version, ==, SALISCOPE_VERSION);
  g_assert_cmpstr (sitting (self, 0)->cpu, ==, nn_machine_cpu ());
  g_assert_cmpstr (sitting (self, 0)->kernels, ==, nn_machine_kernels ());
  g_assert_cmpstr (sitting (self, 0)->blas, ==, nn_pool_blas_name ());
  g_assert_cmpint (sitting (self, 0)->threads, ==, 2);
  g_assert_cmpint (sitting (self, 0)->started, >=, now);
  g_assert_cmpint (sitting (self, 0)->ended, >=, sitting (self, 0)->started);
  g_assert_cmpint (sitting (self, 0)->first_step, ==, 100);
  g_assert_cmpint (sitting (self, 0)->last_step, ==, 150);
}

static void
it_is_read_as_it_was_written (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalProvenance) self = sal_provenance_new (HASH);

  sal_provenance_begin (self, 1, 0);
  sal_provenance_begin (self, 4, 7);

  g_autofree char *json = sal_provenance_to_json (self);
  g_autoptr (SalProvenance) read = sal_provenance_from_json (json, &error);

  g_assert_no_error (error);

  g_autofree char *again = sal_provenance_to_json (read);

  g_assert_cmpstr (again, ==, json);
  g_assert_cmpstr (read->data_hash, ==, HASH);
  g_assert_cmpuint (read->sittings->len, ==, 2);
  g_assert_cmpint (sitting (read, 1)->threads, ==, 4);
}

static void
what_is_missing_is_unknown_and_what_is_new_is_ignored (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SalProvenance) self = sal_provenance_from_json (
    "{\"sittings\": [{\"cpu\": \"A\\u001b[31mB\", \"threads\": \"many\", \"moon\": 1}]}",
    &error);

  g_assert_no_error (error);
  g_assert_cmpstr (self->data_hash, ==, "");
  g_assert_cmpstr (sitting (self, 0)->version, ==, "");
  g_assert_null (strchr (sitting (self, 0)->cpu, '\033'));
  g_assert_cmpint (sitting (self, 0)->threads, ==, -1);

  g_autofree char *text = sal_sitting_text (sitting (self, 0));

  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
what_is_no_provenance_is_refused (void)
{
  assert_refused ("");
  assert_refused ("[]");
  assert_refused ("{}");
  assert_refused ("{\"sittings\": 3}");
  assert_refused ("{\"sittings\": [3]}");
  assert_refused ("{\"sittings\": []} x");
}

static void
the_same_means_give_no_warning (void)
{
  g_autoptr (SalProvenance) self = sal_provenance_new (HASH);

  sal_provenance_begin (self, 2, 0);
  g_free (sitting (self, 0)->cpu);
  sitting (self, 0)->cpu = g_strdup ("another of its kind");

  g_autoptr (GPtrArray) differences = sal_provenance_compare (self);

  g_assert_cmpuint (differences->len, ==, 0);
  g_assert_null (sal_provenance_warning (self));
}

static void
other_kernels_and_programs_are_named_once (void)
{
  g_autoptr (SalProvenance) self = sal_provenance_new (HASH);

  for (guint i = 0; i < 3; i++) {
    sal_provenance_begin (self, 2, 0);
    g_free (sitting (self, i)->blas);
    sitting (self, i)->blas = g_strdup ("OpenBLAS 0.1 Elderly");
  }
  g_free (sitting (self, 1)->version);
  sitting (self, 1)->version = g_strdup ("0.0.1");

  g_autoptr (GPtrArray) differences = sal_provenance_compare (self);
  g_autofree char *warning = sal_provenance_warning (self);

  g_assert_cmpuint (differences->len, ==, 2);
  g_assert_nonnull (strstr (warning, "0.0.1"));
  g_assert_nonnull (strstr (warning, "OpenBLAS 0.1 Elderly"));
  g_assert_nonnull (strstr (warning, nn_pool_blas_name ()));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/provenance/sitting", a_sitting_says_who_and_when);
  g_test_add_func ("/provenance/round-trip", it_is_read_as_it_was_written);
  g_test_add_func ("/provenance/lenient", what_is_missing_is_unknown_and_what_is_new_is_ignored);
  g_test_add_func ("/provenance/refused", what_is_no_provenance_is_refused);
  g_test_add_func ("/provenance/same", the_same_means_give_no_warning);
  g_test_add_func ("/provenance/other", other_kernels_and_programs_are_named_once);
  return g_test_run ();
}
