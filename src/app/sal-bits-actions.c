/* sal-bits-actions.c - bit widths by key; their part in what can be undone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-bits-actions.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sal-bit-widths.h"

struct _SalBitsActions
{
  GSimpleActionGroup parent_instance;

  SalSession        *session;   /* not a reference: it listens to it           */
  SalBits            bits;      /* before the next change                      */
};

G_DEFINE_FINAL_TYPE (SalBitsActions, sal_bits_actions, G_TYPE_SIMPLE_ACTION_GROUP)

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
}

/* --- undo -------------------------------------------------------------------- */

static GVariant *
get_state (const SalBits *bits)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bits, sizeof *bits, 1);
}

static void
restore (gpointer  session,
         GVariant *state)
{
  gsize size = 0;
  gconstpointer bytes = g_variant_get_fixed_array (state, &size, 1);
  SalBits bits;

  g_return_if_fail (size == sizeof bits);

  memcpy (&bits, bytes, sizeof bits);
  sal_session_set_bits (session, &bits);
}

static gboolean
have_other_alphas (const SalBits *a,
                   const SalBits *b)
{
  for (guint i = 0; i < a->n_layers; i++)
    if (a->layers[i].alpha != sal_bits_get_layer (b, a->layers[i].layer).alpha)
      return TRUE;
  return FALSE;
}

static const char *
name_change (const SalBits *before,
             const SalBits *after)
{
  if (before->weight_bits != after->weight_bits
      || before->activation_bits != after->activation_bits)
    return _("Bit Widths");
  if (have_other_alphas (before, after) || have_other_alphas (after, before))
    return _("Clipping Level");
  if (before->quantizer != after->quantizer || before->edges != after->edges
      || before->refit_alpha != after->refit_alpha || before->reestimate != after->reestimate)
    return _("Quantizer");
  return _("Bits of Layers");
}

static void
bits_changed_cb (SalBitsActions *self)
{
  const SalBits *bits = sal_session_get_bits (self->session);

  sal_history_note (sal_session_get_history (self->session), self->session,
                    name_change (&self->bits, bits), get_state (bits));
  self->bits = *bits;
  update_enabled (self);
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
};

/* --- life -------------------------------------------------------------------- */

static void
sal_bits_actions_class_init (SalBitsActionsClass *klass)
{
}

static void
sal_bits_actions_init (SalBitsActions *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

SalBitsActions *
sal_bits_actions_new (SalSession *session)
{
  g_return_val_if_fail (SAL_IS_SESSION (session), NULL);

  SalBitsActions *self = g_object_new (SAL_TYPE_BITS_ACTIONS, NULL);

  self->session = session;
  self->bits = *sal_session_get_bits (session);
  sal_history_join (sal_session_get_history (session), session, get_state (&self->bits), restore);
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
