/* sal-choices.h - a list of which one or several are chosen
 *
 * A button that says what is chosen; it opens a list of check buttons.  One
 * always stays chosen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Properties: "several" (string), what is written where more than one is
 * chosen, with %u for how many ("%u methods"); "prefix" (string), written
 * before the title of a single one.  Signal "changed" when the user chose. */
#define SAL_TYPE_CHOICES (sal_choices_get_type ())
G_DECLARE_FINAL_TYPE (SalChoices, sal_choices, SAL, CHOICES, AdwBin)

/* Appends a choice; the first one is chosen. */
void sal_choices_append (SalChoices *self,
                         const char *title,
                         const char *tooltip);

guint    sal_choices_get_n_chosen (SalChoices *self);
gboolean sal_choices_is_chosen    (SalChoices *self,
                                   guint       index);

/* The first that is chosen. */
guint sal_choices_get_first (SalChoices *self);

/* Chooses `index` or not; the last one that is chosen stays. No signal. */
void sal_choices_choose (SalChoices *self,
                         guint       index,
                         gboolean    chosen);

/* How many can be chosen together. */
void sal_choices_set_limit (SalChoices *self,
                            guint       limit);

G_END_DECLS
