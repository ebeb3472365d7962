/* test-sal-lab.c - who is answered, when, and who is not any more
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"

#include <string.h>

#define AS_TRAINED sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED)

/* What a callback has seen. */
typedef struct
{
  guint    answers;
  guint64  ticket;
  gboolean done;
} Seen;

static void
image_cb (const SalImageAnswer *answer,
          gpointer              data)
{
  Seen *seen = data;

  seen->answers++;
  seen->ticket = answer->ticket;
  seen->done = TRUE;
}

static void
accuracy_cb (const SalAccuracyAnswer *answer,
             gpointer                 data)
{
  Seen *seen = data;

  seen->answers++;
  seen->ticket = answer->ticket;
  seen->done = answer->done == answer->total;
}

static void
never_image_cb (const SalImageAnswer *answer,
                gpointer              data)
{
  g_assert_not_reached ();
}

static void
never_accuracy_cb (const SalAccuracyAnswer *answer,
                   gpointer                 data)
{
  g_assert_not_reached ();
}

static void
never_curve_cb (const SalCurveAnswer *answer,
                gpointer              data)
{
  g_assert_not_reached ();
}

static guint64
explain (LabFixture      *self,
         const char      *slot,
         const char      *method,
         gsize            image,
         SalImageCallback callback,
         gpointer         data)
{
  const SalPaneRequest pane = { self->pact, AS_TRAINED, method };

  return sal_lab_explain (self->lab, slot, &pane, 1, lab_fixture_pixels (self, image),
                          lab_fixture_label (self, image), SAL_EXPLAIN_PREDICTED, image,
                          callback, data);
}

/* Every curve that there is room for: hundreds of mini-batches. */
static void
ask_for_curves (LabFixture      *self,
                const char      *slot,
                SalCurveCallback callback,
                gpointer         data)
{
  SalCurveRequest curves[SAL_LAB_MAX_CURVES];

  for (int i = 0; i < SAL_LAB_MAX_CURVES; i++)
    curves[i] = (SalCurveRequest) {
      .model = i % 2 == 0 ? self->relu : self->pact,
      .bits = AS_TRAINED,
      .method = "gradient",
      .fill = (NnFill) (i / 2 % NN_N_FILLS),
      .order = i < 8 ? NN_ORDER_MOST_SALIENT_FIRST : NN_ORDER_LEAST_SALIENT_FIRST,
    };
  sal_lab_mask_curves (self->lab, slot, curves, SAL_LAB_MAX_CURVES, 0, callback, data);
}

/* Lets everything that was sent arrive: a question whose answer comes after. */
static void
wait_for_another (LabFixture *self)
{
  Seen seen = { 0 };

  explain (self, "another", "gradient", 1, image_cb, &seen);
  lab_fixture_wait (&seen.done);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
test_newest_question_in_a_slot_is_answered (LabFixture   *self,
                                            gconstpointer data)
{
  Seen seen = { 0 };
  guint64 last = 0;

  for (gsize i = 0; i < 50; i++)
    last = explain (self, "slot", "integrated-gradients", i,
                    i < 49 ? never_image_cb : image_cb, &seen);
  lab_fixture_wait (&seen.done);

  g_assert_cmpuint (seen.ticket, ==, last);
  g_assert_cmpuint (sal_lab_get_statistics (self->lab).asked, ==, 50);
  g_assert_cmpuint (sal_lab_get_statistics (self->lab).started, <=, 25);
}

/* From the asking to the last word of every answer, or to the cancelling. */
static void
test_is_busy_while_a_question_is_open (LabFixture   *self,
                                       gconstpointer data)
{
  Seen seen = { 0 };

  g_assert_false (sal_lab_is_busy (self->lab));
  sal_lab_measure_accuracy (self->lab, "slot", self->pact, AS_TRAINED, accuracy_cb, &seen);
  g_assert_true (sal_lab_is_busy (self->lab));
  while (sal_lab_is_busy (self->lab))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (seen.done);

  ask_for_curves (self, "slot", never_curve_cb, NULL);
  g_assert_true (sal_lab_is_busy (self->lab));
  sal_lab_cancel (self->lab, "slot");
  g_assert_false (sal_lab_is_busy (self->lab));
}

static void
test_slots_do_not_replace_each_other (LabFixture   *self,
                                      gconstpointer data)
{
  Seen left = { 0 };
  Seen right = { 0 };
  Seen accuracy = { 0 };

  explain (self, "left", "gradient", 0, image_cb, &left);
  explain (self, "right", "gradient", 0, image_cb, &right);
  sal_lab_measure_accuracy (self->lab, "left", self->pact, AS_TRAINED, accuracy_cb, &accuracy);
  lab_fixture_wait (&accuracy.done);
  lab_fixture_wait (&left.done);
  lab_fixture_wait (&right.done);
}

static void
test_answered_question_is_replaced_too (LabFixture   *self,
                                        gconstpointer data)
{
  Seen first = { 0 };
  Seen second = { 0 };

  explain (self, "slot", "gradient", 0, image_cb, &first);
  lab_fixture_wait (&first.done);

  const guint answers = first.answers;

  explain (self, "slot", "gradient", 1, image_cb, &second);
  lab_fixture_wait (&second.done);
  wait_for_another (self);
  g_assert_cmpuint (first.answers, ==, answers);
}

static void
test_cancelled_question_is_not_answered (LabFixture   *self,
                                         gconstpointer data)
{
  explain (self, "slot", "gradient", 0, never_image_cb, NULL);
  sal_lab_measure_accuracy (self->lab, "slot", self->pact, AS_TRAINED, never_accuracy_cb, NULL);
  ask_for_curves (self, "slot", never_curve_cb, NULL);
  sal_lab_cancel (self->lab, "slot");
  sal_lab_cancel (self->lab, "nobody");
  wait_for_another (self);
}

/* The answer is in the outbox when its question is cancelled. */
static void
test_sent_answer_is_dropped_after_cancel (LabFixture   *self,
                                          gconstpointer data)
{
  explain (self, "slot", "gradient", 0, never_image_cb, NULL);
  while (sal_lab_get_statistics (self->lab).answers < 1)
    g_thread_yield ();
  sal_lab_cancel (self->lab, "slot");
  wait_for_another (self);
}

static void
count_curve_cb (const SalCurveAnswer *answer,
                gpointer              data)
{
  guint *finished = data;

  *finished += answer->done == answer->total;
}

static void
test_quick_question_goes_before_a_long_job (LabFixture   *self,
                                            gconstpointer data)
{
  guint finished = 0;

  ask_for_curves (self, "curves", count_curve_cb, &finished);
  for (gsize i = 0; i < 5; i++) {
    Seen seen = { 0 };

    explain (self, "image", "gradient", i, image_cb, &seen);
    lab_fixture_wait (&seen.done);
  }
  g_assert_cmpuint (finished, <, SAL_LAB_MAX_CURVES);
  g_assert_cmpuint (sal_lab_get_statistics (self->lab).longest_wait, <=, 1);
}

static void
test_lab_is_disposed_of_in_mid_job (LabFixture   *self,
                                    gconstpointer data)
{
  ask_for_curves (self, "curves", never_curve_cb, NULL);
  explain (self, "image", "gradient", 0, never_image_cb, NULL);
  while (sal_lab_get_statistics (self->lab).started < 1)
    g_thread_yield ();
  g_clear_object (&self->lab);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
dispose_cb (const SalImageAnswer *answer,
            gpointer              data)
{
  LabFixture *self = data;

  g_clear_object (&self->lab);
}

static void
test_callback_may_dispose_of_the_lab (LabFixture   *self,
                                      gconstpointer data)
{
  explain (self, "a", "gradient", 0, dispose_cb, self);
  explain (self, "b", "gradient", 0, never_image_cb, self);
  while (self->lab != NULL)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* Asks the next question from the callback, as a page does. */
typedef struct
{
  LabFixture *fixture;
  guint       left;
  gboolean    done;
} Chain;

static void
chain_cb (const SalImageAnswer *answer,
          gpointer              data)
{
  Chain *chain = data;

  if (chain->left == 0)
    chain->done = TRUE;
  else
    explain (chain->fixture, "chain", "gradient", chain->left--, chain_cb, chain);
}

static void
test_callback_may_ask_in_its_own_slot (LabFixture   *self,
                                       gconstpointer data)
{
  Chain chain = { self, 20, FALSE };

  explain (self, "chain", "gradient", 0, chain_cb, &chain);
  lab_fixture_wait (&chain.done);
}

/* Until the lab holds so many. */
static void
wait_for_models (LabFixture *self,
                 guint       models)
{
  for (guint tries = 0; tries < 10000; tries++) {
    if (sal_lab_get_statistics (self->lab).models == models)
      return;
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
  g_error ("the lab still holds %u models", sal_lab_get_statistics (self->lab).models);
}

/* The lab's own references go when the page has dropped the model and the
 * lab has nothing to do. */
static void
test_models_are_forgotten (LabFixture   *self,
                           gconstpointer data)
{
  NnModel *network = lab_fixture_new_network ("relu", 1);
  SalLabModel *model = sal_lab_model_new (network, NULL, self->dataset);
  const SalPaneRequest pane = { model, sal_bits_uniform (4, 4), "gradient" };
  Seen seen = { 0 };

  nn_model_free (network);
  sal_lab_explain (self->lab, "slot", &pane, 1, lab_fixture_pixels (self, 0), 0,
                   SAL_EXPLAIN_PREDICTED, 0, image_cb, &seen);
  lab_fixture_wait (&seen.done);
  wait_for_models (self, 1);
  sal_lab_model_unref (model);
  wait_for_models (self, 0);
}

#define ADD(name) \
  g_test_add ("/session/lab/" #name, LabFixture, NULL, lab_fixture_set_up, \
              test_ ## name, lab_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (newest_question_in_a_slot_is_answered);
  ADD (is_busy_while_a_question_is_open);
  ADD (slots_do_not_replace_each_other);
  ADD (answered_question_is_replaced_too);
  ADD (cancelled_question_is_not_answered);
  ADD (sent_answer_is_dropped_after_cancel);
  ADD (quick_question_goes_before_a_long_job);
  ADD (lab_is_disposed_of_in_mid_job);
  ADD (callback_may_dispose_of_the_lab);
  ADD (callback_may_ask_in_its_own_slot);
  ADD (models_are_forgotten);
  return g_test_run ();
}
