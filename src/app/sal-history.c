/* sal-history.c - what can be undone, as one history for the whole window
 *
 * A step keeps the whole states before and after it, not their difference:
 * they are small, and a chain of steps merges by keeping its ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-history.h"

/* Changes that follow each other faster than this are one step. */
#define ONE_STEP (G_USEC_PER_SEC / 2)

/* More steps than can be told apart are forgotten. */
#define MAX_STEPS 200

typedef struct
{
  GObject          *object;  /* not a reference */
  GVariant         *state;
  SalHistoryRestore restore;
} Owner;

typedef struct
{
  Owner    *owner;
  char     *title;
  GVariant *before;
  GVariant *after;
} Step;

struct _SalHistory
{
  GObject    parent_instance;

  GPtrArray *owners;     /* Owner                                             */
  GPtrArray *steps;      /* Step, in their order                              */
  guint      done;       /* so many are done, the others undone               */
  gint64     time;       /* monotonic, of the last change                     */
  gboolean   gesture;
  gboolean   finished;   /* the next change begins a new step                 */
  gboolean   moving;     /* a state is being restored                         */
};

enum
{
  CHANGED,
  MOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalHistory, sal_history, G_TYPE_OBJECT)

/* --- steps ------------------------------------------------------------------- */

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->title);
  g_variant_unref (step->before);
  g_variant_unref (step->after);
  g_free (step);
}

static Step *
step_at (SalHistory *self,
         guint       index)
{
  return g_ptr_array_index (self->steps, index);
}

static void
changed (SalHistory *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
forget_steps (SalHistory *self,
              Owner      *owner)
{
  for (guint i = self->steps->len; i > 0; i--) {
    if (step_at (self, i - 1)->owner != owner)
      continue;
    g_ptr_array_remove_index (self->steps, i - 1);
    self->done -= i <= self->done;
  }
  self->finished = TRUE;
}

/* --- owners ------------------------------------------------------------------ */

static void
owner_free (gpointer data)
{
  Owner *owner = data;

  g_variant_unref (owner->state);
  g_free (owner);
}

static Owner *
find_owner (SalHistory *self,
            gpointer    object)
{
  for (guint i = 0; i < self->owners->len; i++) {
    Owner *owner = g_ptr_array_index (self->owners, i);

    if (owner->object == object)
      return owner;
  }
  return NULL;
}

static void
set_state (Owner    *owner,
           GVariant *state)
{
  g_variant_ref (state);
  g_variant_unref (owner->state);
  owner->state = state;
}

static void
owner_finalised_cb (gpointer data,
                    GObject *object)
{
  SalHistory *self = data;
  Owner *owner = find_owner (self, object);

  forget_steps (self, owner);
  g_ptr_array_remove (self->owners, owner);
  changed (self);
}

void
sal_history_join (SalHistory       *self,
                  gpointer          owner,
                  GVariant         *state,
                  SalHistoryRestore restore)
{
  g_return_if_fail (SAL_IS_HISTORY (self));
  g_return_if_fail (G_IS_OBJECT (owner));
  g_return_if_fail (state != NULL && restore != NULL);

  if (find_owner (self, owner) != NULL) {
    sal_history_renew (self, owner, state);
    return;
  }

  Owner *joined = g_new0 (Owner, 1);

  joined->object = owner;
  joined->state = g_variant_ref_sink (state);
  joined->restore = restore;
  g_ptr_array_add (self->owners, joined);
  g_object_weak_ref (owner, owner_finalised_cb, self);
}

/* --- changes ----------------------------------------------------------------- */

/* The step that goes on with this change, or NULL. */
static Step *
find_open_step (SalHistory *self,
                Owner      *owner,
                const char *title)
{
  Step *last = self->done > 0 ? step_at (self, self->done - 1) : NULL;
  const gboolean soon = self->gesture || g_get_monotonic_time () - self->time < ONE_STEP;

  if (last == NULL || self->finished || !soon || last->owner != owner
      || !g_str_equal (last->title, title))
    return NULL;
  return last;
}

static void
add_step (SalHistory *self,
          Owner      *owner,
          const char *title,
          GVariant   *state)
{
  Step *step = g_new0 (Step, 1);

  step->owner = owner;
  step->title = g_strdup (title);
  step->before = g_variant_ref (owner->state);
  step->after = g_variant_ref (state);
  g_ptr_array_set_size (self->steps, (int) self->done);
  g_ptr_array_add (self->steps, step);
  if (self->steps->len > MAX_STEPS)
    g_ptr_array_remove_index (self->steps, 0);
  self->done = self->steps->len;
}

static void
extend_step (SalHistory *self,
             Step       *step,
             GVariant   *state)
{
  g_ptr_array_set_size (self->steps, (int) self->done);
  g_variant_unref (step->after);
  step->after = g_variant_ref (state);
  /* Back where it began: nothing was done. */
  if (g_variant_equal (step->before, step->after)) {
    g_ptr_array_set_size (self->steps, (int) --self->done);
    self->finished = TRUE;
  }
}

void
sal_history_note (SalHistory *self,
                  gpointer    owner,
                  const char *title,
                  GVariant   *state)
{
  g_return_if_fail (SAL_IS_HISTORY (self));
  g_return_if_fail (title != NULL && state != NULL);

  g_autoptr (GVariant) taken = g_variant_ref_sink (state);
  Owner *changing = find_owner (self, owner);

  g_return_if_fail (changing != NULL);

  if (self->moving || g_variant_equal (changing->state, taken))
    return;

  Step *open = find_open_step (self, changing, title);

  self->finished = FALSE;
  self->time = g_get_monotonic_time ();
  if (open != NULL)
    extend_step (self, open, taken);
  else
    add_step (self, changing, title, taken);
  set_state (changing, taken);
  changed (self);
}

void
sal_history_renew (SalHistory *self,
                   gpointer    owner,
                   GVariant   *state)
{
  g_return_if_fail (SAL_IS_HISTORY (self));
  g_return_if_fail (state != NULL);

  g_autoptr (GVariant) taken = g_variant_ref_sink (state);
  Owner *renewed = find_owner (self, owner);

  g_return_if_fail (renewed != NULL);

  forget_steps (self, renewed);
  set_state (renewed, taken);
  changed (self);
}

void
sal_history_begin_gesture (SalHistory *self)
{
  g_return_if_fail (SAL_IS_HISTORY (self));

  self->gesture = TRUE;
  self->finished = TRUE;
}

void
sal_history_end_gesture (SalHistory *self)
{
  g_return_if_fail (SAL_IS_HISTORY (self));

  self->gesture = FALSE;
}

void
sal_history_finish_step (SalHistory *self)
{
  g_return_if_fail (SAL_IS_HISTORY (self));

  self->finished = TRUE;
}

/* --- undo and redo ----------------------------------------------------------- */

static void
move (SalHistory *self,
      Step       *step,
      gboolean    undone)
{
  GVariant *state = undone ? step->before : step->after;
  g_autofree char *title = g_strdup (step->title);

  self->finished = TRUE;
  self->moving = TRUE;
  set_state (step->owner, state);
  step->owner->restore (step->owner->object, step->owner->state);
  self->moving = FALSE;
  changed (self);
  g_signal_emit (self, signals[MOVED], 0, title, undone);
}

gboolean
sal_history_undo (SalHistory *self)
{
  g_return_val_if_fail (SAL_IS_HISTORY (self), FALSE);

  if (self->done == 0)
    return FALSE;
  self->done--;
  move (self, step_at (self, self->done), TRUE);
  return TRUE;
}

gboolean
sal_history_redo (SalHistory *self)
{
  g_return_val_if_fail (SAL_IS_HISTORY (self), FALSE);

  if (self->done == self->steps->len)
    return FALSE;
  self->done++;
  move (self, step_at (self, self->done - 1), FALSE);
  return TRUE;
}

const char *
sal_history_get_undo_title (SalHistory *self)
{
  g_return_val_if_fail (SAL_IS_HISTORY (self), NULL);

  return self->done > 0 ? step_at (self, self->done - 1)->title : NULL;
}

const char *
sal_history_get_redo_title (SalHistory *self)
{
  g_return_val_if_fail (SAL_IS_HISTORY (self), NULL);

  return self->done < self->steps->len ? step_at (self, self->done)->title : NULL;
}

/* --- life -------------------------------------------------------------------- */

static void
sal_history_finalize (GObject *object)
{
  SalHistory *self = SAL_HISTORY (object);

  for (guint i = 0; i < self->owners->len; i++)
    g_object_weak_unref (((Owner *) g_ptr_array_index (self->owners, i))->object,
                         owner_finalised_cb, self);
  g_ptr_array_unref (self->steps);
  g_ptr_array_unref (self->owners);
  G_OBJECT_CLASS (sal_history_parent_class)->finalize (object);
}

static void
sal_history_class_init (SalHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_history_finalize;

  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MOVED] = g_signal_new ("moved", SAL_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
sal_history_init (SalHistory *self)
{
  self->owners = g_ptr_array_new_with_free_func (owner_free);
  self->steps = g_ptr_array_new_with_free_func (step_free);
}

SalHistory *
sal_history_new (void)
{
  return g_object_new (SAL_TYPE_HISTORY, NULL);
}
