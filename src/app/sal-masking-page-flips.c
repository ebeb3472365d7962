/* sal-masking-page-flips.c - a stretch of the chart, and the images that flip
 * there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <math.h>

void
sal_masking_page_ask_flips (SalMaskingPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalCurveRequest requests[SAL_LAB_MAX_CURVES];
  const char *names[SAL_LAB_MAX_CURVES];
  gboolean found = FALSE;
  guint chosen = 0;
  guint n = 0;

  if (!sal_page_is_shown (SAL_PAGE (self)) || session == NULL)
    return;
  if (!isfinite (self->flips_from) || self->asked->len == 0) {
    sal_flip_strip_clear (self->flips);
    return;
  }
  for (guint i = 0; i < self->asked->len; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->asked, i);

    if (line->method == NULL)
      continue;
    if (line->run == sal_session_get_run (session) && !found) {
      found = TRUE;
      chosen = n;
    }
    requests[n] = sal_masking_page_request (self, line);
    names[n++] = line->name;
  }
  sal_flip_strip_show (self->flips, session, requests, names, n, chosen,
                       self->flips_from / 100, self->flips_to / 100);
}

void
sal_masking_page_select (SalMaskingPage *self,
                         double          from,
                         double          to)
{
  self->flips_from = CLAMP (from, 0.0, 100.0);
  self->flips_to = CLAMP (to, 0.0, 100.0);
  if (!isfinite (from) || !isfinite (to))
    self->flips_from = self->flips_to = NAN;
  sal_masking_page_ask_flips (self);
}
