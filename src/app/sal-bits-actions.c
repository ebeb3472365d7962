/* sal-bits-actions.c - bit widths by key, and their undo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bits-actions.h"

#include "sal-bit-widths.h"

/* Changes that follow each other faster than this are one step of undo. */
#define ONE_STEP (G_USEC_PER_SEC / 2)

/* A step more than can be told apart is forgotten. */
#define MAX_HISTORY 200

struct _SalBitsActions
{
  GSimpleActionGroup parent_instance;

  SalSession        *session;   /* not a reference: it listens to it           */
  GArray            *history;   /* SalBits; all but the current one are others */
  guint              position;  /* of the current one                          */
  gint64             time;      /* of the last change                          */
  gboolean           moving;    /* undo or redo is changing the bits           */
};

G_DEFINE_FINAL_TYPE (SalBitsActions, sal_bits_actions, G_TYPE_SIMPLE_ACTION_GROUP)

/* --- undo -------------------------------------------------------------------- */

static void
enable (SalBitsActions *self,
        const char     *name,
        gboolean        enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_enabled (SalBitsActions *self)
{
  const SalBits *bits = sal_session_get_bits (self->session);
  const gboolean has_model = sal_session_get_model (self->session) != NULL;

  enable (self, "more", has_model);
  enable (self, "fewer", has_model);
  enable (self, "as-trained", bits->weight_bits != SAL_BITS_AS_TRAINED
          || bits->activation_bits != SAL_BITS_AS_TRAINED || bits->n_layers > 0
          || bits->quantizer != NULL || bits->refit_alpha || bits->reestimate);
  enable (self, "undo", self->position > 0);
  enable (self, "redo", self->position + 1 < self->history->len);
}

static void
bits_changed_cb (SalBitsActions *self)
{
  const SalBits *bits = sal_session_get_bits (self->session);
  const gint64 now = g_get_monotonic_time ();

  if (!self->moving) {
    const gboolean same_step = self->position > 0 && now - self->time < ONE_STEP;

    self->time = now;
    self->position += same_step ? 0 : 1;
    g_array_set_size (self->history, self->position);
    g_array_append_val (self->history, *bits);
    if (self->history->len > MAX_HISTORY) {
      g_array_remove_index (self->history, 0);
      self->position--;
    }
  }
  update_enabled (self);
}

static void
move_to (SalBitsActions *self,
         guint           position)
{
  self->moving = TRUE;
  self->position = position;
  self->time = 0;
  sal_session_set_bits (self->session, &g_array_index (self->history, SalBits, position));
  self->moving = FALSE;
  update_enabled (self);
}

static void
undo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  SalBitsActions *self = data;

  if (self->position > 0)
    move_to (self, self->position - 1);
}

static void
redo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  SalBitsActions *self = data;

  if (self->position + 1 < self->history->len)
    move_to (self, self->position + 1);
}

/* --- stops ------------------------------------------------------------------- */

static int
step_bits (int bits,
           int stops)
{
  const int stop = (int) sal_bit_stop_find (bits) + stops;

  return sal_bit_stop_get_bits ((guint) CLAMP (stop, 0, SAL_N_BIT_STOPS - 1));
}

static void
step (SalBitsActions *self,
      int             stops)
{
  SalLabModel *model = sal_session_get_model (self->session);

  if (model == NULL)
    return;

  SalBits bits = sal_bits_make_explicit (sal_session_get_bits (self->session), model);

  bits.weight_bits = step_bits (bits.weight_bits, stops);
  bits.activation_bits = step_bits (bits.activation_bits, stops);
  sal_session_set_bits (self->session, &bits);
}

static void
more_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  step (data, -1);
}

static void
fewer_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  step (data, 1);
}

static void
as_trained_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  const SalBits bits = sal_bits_uniform (SAL_BITS_AS_TRAINED, SAL_BITS_AS_TRAINED);

  sal_session_set_bits (SAL_BITS_ACTIONS (data)->session, &bits);
}

static const GActionEntry entries[] = {
  { .name = "more", .activate = more_cb },
  { .name = "fewer", .activate = fewer_cb },
  { .name = "as-trained", .activate = as_trained_cb },
  { .name = "undo", .activate = undo_cb },
  { .name = "redo", .activate = redo_cb },
};

/* --- life -------------------------------------------------------------------- */

static void
sal_bits_actions_finalize (GObject *object)
{
  g_array_unref (SAL_BITS_ACTIONS (object)->history);
  G_OBJECT_CLASS (sal_bits_actions_parent_class)->finalize (object);
}

static void
sal_bits_actions_class_init (SalBitsActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_bits_actions_finalize;
}

static void
sal_bits_actions_init (SalBitsActions *self)
{
  self->history = g_array_new (FALSE, FALSE, sizeof (SalBits));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

SalBitsActions *
sal_bits_actions_new (SalSession *session)
{
  g_return_val_if_fail (SAL_IS_SESSION (session), NULL);

  SalBitsActions *self = g_object_new (SAL_TYPE_BITS_ACTIONS, NULL);

  self->session = session;
  g_array_append_val (self->history, *sal_session_get_bits (session));
  g_signal_connect_object (session, "notify::bits", G_CALLBACK (bits_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (update_enabled), self,
                           G_CONNECT_SWAPPED);
  update_enabled (self);
  return self;
}

static const struct
{
  guint           key;
  GdkModifierType modifiers;
  const char     *action;
} keys[] = {
  { GDK_KEY_bracketleft, 0, "bits.more" },
  { GDK_KEY_bracketright, 0, "bits.fewer" },
  { GDK_KEY_z, GDK_CONTROL_MASK, "bits.undo" },
  { GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "bits.redo" },
  { GDK_KEY_y, GDK_CONTROL_MASK, "bits.redo" },
};

void
sal_bits_actions_install (GtkWidget  *window,
                          SalSession *session)
{
  g_autoptr (SalBitsActions) actions = sal_bits_actions_new (session);
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key, keys[i].modifiers),
                        gtk_named_action_new (keys[i].action)));
  gtk_widget_insert_action_group (window, "bits", G_ACTION_GROUP (actions));
  gtk_widget_add_controller (window, controller);
}
