/* sal-history.h - what can be undone, as one history for the whole window
 *
 * Whoever can be changed by a person joins with its state and a function that
 * restores one, and tells of each change: bits, clipping levels, what is drawn
 * on an image, the filters of the images.  Undo and redo go through all of
 * them in the order in which they were changed.  A state is a GVariant: it is
 * immutable, shared, and two can be compared.
 *
 * Changes of one kind that come while a gesture lasts (a button is held down)
 * are one step, and so are those that follow each other at once (a key that is
 * held down).  Main thread only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* GObject; signals "changed": there is something else to undo or redo;
 * "moved" (const char *title, gboolean undone): by undo or redo. */
#define SAL_TYPE_HISTORY (sal_history_get_type ())
G_DECLARE_FINAL_TYPE (SalHistory, sal_history, SAL, HISTORY, GObject)

SalHistory *sal_history_new (void);

/* Brings `owner` back to a state that it has told of. */
typedef void (*SalHistoryRestore) (gpointer  owner,
                                   GVariant *state);

/* `owner` (a GObject, not kept alive) joins as it is now; a floating `state`
 * is taken.  When it is finalised, or joins again, its steps are forgotten. */
void sal_history_join (SalHistory       *self,
                       gpointer          owner,
                       GVariant         *state,
                       SalHistoryRestore restore);

/* `owner` was changed: `title` says by what, as in "Undo Bit Widths".  Nothing
 * happens where the state is as it was, or while it is being restored. */
void sal_history_note (SalHistory *self,
                       gpointer    owner,
                       const char *title,
                       GVariant   *state);

/* `owner` is something else now, not by a person's change: its steps are
 * forgotten. */
void sal_history_renew (SalHistory *self,
                        gpointer    owner,
                        GVariant   *state);

/* What is changed between these two is one step. */
void sal_history_begin_gesture (SalHistory *self);
void sal_history_end_gesture   (SalHistory *self);

/* The next change is a step of its own, however soon it comes. */
void sal_history_finish_step (SalHistory *self);

/* FALSE: there is nothing to undo, to redo. */
gboolean sal_history_undo (SalHistory *self);
gboolean sal_history_redo (SalHistory *self);

/* What would be undone or redone, or NULL. Borrowed until the next change. */
const char *sal_history_get_undo_title (SalHistory *self);
const char *sal_history_get_redo_title (SalHistory *self);

G_END_DECLS
