/* test-sal-history.c - one history of what several things were like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-history.h"

/* Something with one number that a person changes. */
typedef struct
{
  SalHistory *history;
  GObject    *a;
  GObject    *b;
} Fixture;

static int
number_of (GObject *object)
{
  return GPOINTER_TO_INT (g_object_get_data (object, "number"));
}

static void
restore (gpointer  object,
         GVariant *state)
{
  g_object_set_data (object, "number", GINT_TO_POINTER (g_variant_get_int32 (state)));
}

static void
change (Fixture    *self,
        GObject    *object,
        const char *title,
        int         number)
{
  g_object_set_data (object, "number", GINT_TO_POINTER (number));
  sal_history_note (self->history, object, title, g_variant_new_int32 (number));
}

/* As a person does who takes time in between. */
static void
change_apart (Fixture    *self,
              GObject    *object,
              const char *title,
              int         number)
{
  sal_history_finish_step (self->history);
  change (self, object, title, number);
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->history = sal_history_new ();
  self->a = g_object_new (G_TYPE_OBJECT, NULL);
  self->b = g_object_new (G_TYPE_OBJECT, NULL);
  sal_history_join (self->history, self->a, g_variant_new_int32 (0), restore);
  sal_history_join (self->history, self->b, g_variant_new_int32 (0), restore);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  g_clear_object (&self->history);
  g_clear_object (&self->a);
  g_clear_object (&self->b);
}

static void
test_empty (Fixture      *self,
            gconstpointer data)
{
  g_assert_null (sal_history_get_undo_title (self->history));
  g_assert_null (sal_history_get_redo_title (self->history));
  g_assert_false (sal_history_undo (self->history));
  g_assert_false (sal_history_redo (self->history));
}

static void
test_goes_back_in_order (Fixture      *self,
                         gconstpointer data)
{
  change_apart (self, self->a, "A", 1);
  change_apart (self, self->b, "B", 5);
  change_apart (self, self->a, "A", 2);
  g_assert_true (sal_history_undo (self->history));
  g_assert_cmpint (number_of (self->a), ==, 1);
  g_assert_cmpstr (sal_history_get_undo_title (self->history), ==, "B");
  g_assert_cmpstr (sal_history_get_redo_title (self->history), ==, "A");
  g_assert_true (sal_history_undo (self->history));
  g_assert_cmpint (number_of (self->b), ==, 0);
  g_assert_cmpint (number_of (self->a), ==, 1);
  g_assert_true (sal_history_undo (self->history));
  g_assert_cmpint (number_of (self->a), ==, 0);
  g_assert_false (sal_history_undo (self->history));

  for (int i = 0; i < 3; i++)
    g_assert_true (sal_history_redo (self->history));
  g_assert_cmpint (number_of (self->a), ==, 2);
  g_assert_cmpint (number_of (self->b), ==, 5);
  g_assert_false (sal_history_redo (self->history));
}

static void
test_change_after_undo (Fixture      *self,
                        gconstpointer data)
{
  change_apart (self, self->a, "A", 1);
  change_apart (self, self->a, "A", 2);
  sal_history_undo (self->history);
  /* At once, and still not a part of the step that is left. */
  change (self, self->a, "A", 7);
  g_assert_null (sal_history_get_redo_title (self->history));
  sal_history_undo (self->history);
  g_assert_cmpint (number_of (self->a), ==, 1);
}

/* However long the button is held down. */
static void
test_gesture_is_one_step (Fixture      *self,
                          gconstpointer data)
{
  change_apart (self, self->a, "A", 1);
  sal_history_begin_gesture (self->history);
  for (int number = 2; number < 40; number++)
    change (self, self->a, "A", number);
  sal_history_end_gesture (self->history);
  sal_history_begin_gesture (self->history);
  change (self, self->a, "A", 40);
  sal_history_end_gesture (self->history);

  sal_history_undo (self->history);
  g_assert_cmpint (number_of (self->a), ==, 39);
  sal_history_undo (self->history);
  g_assert_cmpint (number_of (self->a), ==, 1);
  sal_history_redo (self->history);
  g_assert_cmpint (number_of (self->a), ==, 39);
}

static void
test_kinds_are_apart (Fixture      *self,
                      gconstpointer data)
{
  sal_history_begin_gesture (self->history);
  change (self, self->a, "Drawing", 1);
  change (self, self->a, "Erasing", 2);
  change (self, self->b, "Erasing", 3);
  sal_history_end_gesture (self->history);
  sal_history_undo (self->history);
  g_assert_cmpint (number_of (self->b), ==, 0);
  g_assert_cmpint (number_of (self->a), ==, 2);
  sal_history_undo (self->history);
  g_assert_cmpint (number_of (self->a), ==, 1);
}

static void
test_no_change_is_no_step (Fixture      *self,
                           gconstpointer data)
{
  change_apart (self, self->a, "A", 0);
  g_assert_null (sal_history_get_undo_title (self->history));

  /* There and back again within one drag. */
  sal_history_begin_gesture (self->history);
  change (self, self->a, "A", 1);
  change (self, self->a, "A", 0);
  sal_history_end_gesture (self->history);
  g_assert_null (sal_history_get_undo_title (self->history));
}

static void
note_again (gpointer  object,
            GVariant *state)
{
  restore (object, state);
  sal_history_note (g_object_get_data (object, "history"), object, "Echo",
                    g_variant_new_int32 (number_of (object) + 100));
}

/* What is restored tells of its change as always. */
static void
test_restoring_is_no_step (Fixture      *self,
                           gconstpointer data)
{
  g_autoptr (GObject) echo = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_data (echo, "history", self->history);
  sal_history_join (self->history, echo, g_variant_new_int32 (0), note_again);
  change_apart (self, echo, "Echo", 1);
  sal_history_undo (self->history);
  g_assert_null (sal_history_get_undo_title (self->history));
  g_assert_cmpstr (sal_history_get_redo_title (self->history), ==, "Echo");
}

static void
test_forgets (Fixture      *self,
              gconstpointer data)
{
  change_apart (self, self->a, "A", 1);
  change_apart (self, self->b, "B", 1);
  change_apart (self, self->a, "A", 2);
  sal_history_undo (self->history);
  sal_history_renew (self->history, self->a, g_variant_new_int32 (9));
  g_assert_cmpstr (sal_history_get_undo_title (self->history), ==, "B");
  g_assert_null (sal_history_get_redo_title (self->history));

  change_apart (self, self->a, "A", 10);
  g_clear_object (&self->b);
  sal_history_undo (self->history);
  g_assert_cmpint (number_of (self->a), ==, 9);
  g_assert_null (sal_history_get_undo_title (self->history));
}

static void
test_is_bounded (Fixture      *self,
                 gconstpointer data)
{
  int undone = 0;

  for (int number = 1; number <= 1000; number++)
    change_apart (self, self->a, "A", number);
  while (sal_history_undo (self->history))
    undone++;
  g_assert_cmpint (undone, ==, 200);
  g_assert_cmpint (number_of (self->a), ==, 800);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *,
                  gconstpointer);
  } tests[] = {
    { "/history/has nothing to undo at first", test_empty },
    { "/history/goes back and forth in the order of changes", test_goes_back_in_order },
    { "/history/forgets what was undone when something is changed", test_change_after_undo },
    { "/history/takes a drag as one step", test_gesture_is_one_step },
    { "/history/keeps changes of different kinds apart", test_kinds_are_apart },
    { "/history/does not count what changes nothing", test_no_change_is_no_step },
    { "/history/does not count what it restores itself", test_restoring_is_no_step },
    { "/history/forgets the steps of what is gone", test_forgets },
    { "/history/keeps no more steps than can be told apart", test_is_bounded },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
