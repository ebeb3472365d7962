/* sal-throttle.c - something that is asked for often is done now and then
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-throttle.h"

struct _SalThrottle
{
  guint           interval;
  SalThrottleFunc func;
  gpointer        data;
  guint           source;  /* runs for an interval after each call */
  gboolean        asked;   /* since then                           */
};

SalThrottle *
sal_throttle_new (guint           interval,
                  SalThrottleFunc func,
                  gpointer        data)
{
  SalThrottle *self = g_new0 (SalThrottle, 1);

  self->interval = interval;
  self->func = func;
  self->data = data;
  return self;
}

void
sal_throttle_cancel (SalThrottle *self)
{
  self->asked = FALSE;
}

void
sal_throttle_free (SalThrottle *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_free (self);
}

static gboolean
interval_over_cb (gpointer data)
{
  SalThrottle *self = data;

  if (!self->asked) {
    self->source = 0;
    return G_SOURCE_REMOVE;
  }
  self->asked = FALSE;
  self->func (self->data);
  return G_SOURCE_CONTINUE;
}

void
sal_throttle_ask (SalThrottle *self)
{
  if (self->source != 0) {
    self->asked = TRUE;
    return;
  }
  self->source = g_timeout_add (self->interval, interval_over_cb, self);
  self->func (self->data);
}
