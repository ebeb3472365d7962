/* sal-mailbox.c - one slot between the worker thread and the main thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-mailbox.h"

#include <math.h>

/* ---- snapshots ------------------------------------------------------------- */

SalSnapshot *
sal_snapshot_new (void)
{
  SalSnapshot *self = g_new0 (SalSnapshot, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->run = -1;
  self->images_per_second = NAN;
  self->seconds_left = NAN;
  self->best_validation_accuracy = NAN;
  self->test_accuracy = NAN;
  self->metrics = g_array_new (FALSE, FALSE, sizeof (SalMetric));
  self->alphas = g_array_new (FALSE, FALSE, sizeof (float));
  return self;
}

SalSnapshot *
sal_snapshot_ref (SalSnapshot *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sal_snapshot_unref (SalSnapshot *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->metrics);
  g_array_unref (self->alphas);
  nn_model_free (self->model);
  g_free (self->message);
  g_free (self->title);
  g_free (self->sgt_x);
  g_free (self->sgt_gradient);
  g_free (self->sgt_masked);
  g_free (self);
}

/* ---- the slot -------------------------------------------------------------- */

void
sal_mailbox_init (SalMailbox *self)
{
  pthread_mutex_init (&self->mutex, NULL);
  self->slot = NULL;
}

void
sal_mailbox_clear (SalMailbox *self)
{
  g_clear_pointer (&self->slot, sal_snapshot_unref);
  pthread_mutex_destroy (&self->mutex);
}

/* What `unread` had and nobody has seen goes into `snapshot`. */
static void
carry_forward (SalSnapshot *unread,
               SalSnapshot *snapshot)
{
  if (unread->generation != snapshot->generation)
    return;
  snapshot->first_metric = unread->first_metric;
  g_array_prepend_vals (snapshot->metrics, unread->metrics->data, unread->metrics->len);
  g_array_prepend_vals (snapshot->alphas, unread->alphas->data, unread->alphas->len);
  if (snapshot->model == NULL)
    snapshot->model = g_steal_pointer (&unread->model);
}

void
sal_mailbox_post (SalMailbox  *self,
                  SalSnapshot *snapshot)
{
  pthread_mutex_lock (&self->mutex);

  SalSnapshot *unread = self->slot;

  if (unread != NULL)
    carry_forward (unread, snapshot);
  self->slot = snapshot;
  pthread_mutex_unlock (&self->mutex);
  g_clear_pointer (&unread, sal_snapshot_unref);
}

gboolean
sal_mailbox_is_empty (SalMailbox *self)
{
  pthread_mutex_lock (&self->mutex);

  const gboolean empty = self->slot == NULL;

  pthread_mutex_unlock (&self->mutex);
  return empty;
}

SalSnapshot *
sal_mailbox_take (SalMailbox *self)
{
  pthread_mutex_lock (&self->mutex);

  SalSnapshot *snapshot = g_steal_pointer (&self->slot);

  pthread_mutex_unlock (&self->mutex);
  return snapshot;
}
