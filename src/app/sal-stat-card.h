/* sal-stat-card.h - one number in large type, and what it is a number of
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Properties:
 *   "title"    string, what is measured
 *   "value"    string, the number
 *   "caption"  string, of how many, how sure, compared with what
 *   "stale"    boolean, a newer number is on its way: what is there is dimmed
 *   "alert"    boolean, the number is one to look at twice */
#define SAL_TYPE_STAT_CARD (sal_stat_card_get_type ())
G_DECLARE_FINAL_TYPE (SalStatCard, sal_stat_card, SAL, STAT_CARD, AdwBin)

void sal_stat_card_set_title (SalStatCard *self,
                              const char  *title);

/* Shows a number, which is not stale. */
void sal_stat_card_show (SalStatCard *self,
                         const char  *value,
                         const char  *caption);

const char *sal_stat_card_get_value   (SalStatCard *self);
const char *sal_stat_card_get_caption (SalStatCard *self);

void     sal_stat_card_set_stale (SalStatCard *self,
                                  gboolean     stale);
gboolean sal_stat_card_get_stale (SalStatCard *self);

void sal_stat_card_set_alert (SalStatCard *self,
                              gboolean     alert);

G_END_DECLS
