/* sal-choices.c - a list of which one or several are chosen
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-choices.h"

#include <string.h>

struct _SalChoices
{
  AdwBin     parent_instance;

  char      *several;
  char      *prefix;
  GPtrArray *checks;    /* GtkCheckButton, owned by `box`                      */
  guint      limit;
  gboolean   updating;
  GtkWidget *button;
  GtkWidget *box;
};

enum
{
  PROP_SEVERAL = 1,
  PROP_PREFIX,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SalChoices, sal_choices, ADW_TYPE_BIN)

static GtkCheckButton *
check_at (SalChoices *self,
          guint       index)
{
  return g_ptr_array_index (self->checks, index);
}

gboolean
sal_choices_is_chosen (SalChoices *self,
                       guint       index)
{
  g_return_val_if_fail (SAL_IS_CHOICES (self), FALSE);

  return index < self->checks->len && gtk_check_button_get_active (check_at (self, index));
}

guint
sal_choices_get_n_chosen (SalChoices *self)
{
  g_return_val_if_fail (SAL_IS_CHOICES (self), 0);

  guint n = 0;

  for (guint i = 0; i < self->checks->len; i++)
    n += sal_choices_is_chosen (self, i);
  return n;
}

guint
sal_choices_get_first (SalChoices *self)
{
  g_return_val_if_fail (SAL_IS_CHOICES (self), 0);

  for (guint i = 0; i < self->checks->len; i++)
    if (sal_choices_is_chosen (self, i))
      return i;
  return 0;
}

/* "fill: Background", "3 fills". Free the result. */
static char *
describe (SalChoices *self,
          guint       n)
{
  const char *prefix = self->prefix != NULL ? self->prefix : "";
  const char *several = self->several != NULL ? self->several : "%u";
  const char *place = strstr (several, "%u");
  const char *first = gtk_check_button_get_label (check_at (self, sal_choices_get_first (self)));

  if (n == 1)
    return g_strconcat (prefix, first, NULL);
  if (place == NULL)
    return g_strdup (several);
  return g_strdup_printf ("%.*s%u%s", (int) (place - several), several, n, place + strlen ("%u"));
}

/* One stays chosen, and no more than can be. */
static void
update (SalChoices *self)
{
  const guint n = sal_choices_get_n_chosen (self);
  g_autofree char *words = self->checks->len == 0 ? NULL : describe (self, n);

  for (guint i = 0; i < self->checks->len; i++)
    gtk_widget_set_sensitive (GTK_WIDGET (check_at (self, i)),
                              sal_choices_is_chosen (self, i) ? n > 1 : n < self->limit);
  if (words != NULL)
    gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), words);
}

static void
toggled_cb (SalChoices *self)
{
  if (self->updating)
    return;
  update (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
sal_choices_append (SalChoices *self,
                    const char *title,
                    const char *tooltip)
{
  g_return_if_fail (SAL_IS_CHOICES (self));

  GtkWidget *check = gtk_check_button_new_with_label (title);

  gtk_widget_set_tooltip_text (check, tooltip);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), self->checks->len == 0);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (toggled_cb), self);
  g_ptr_array_add (self->checks, check);
  gtk_box_append (GTK_BOX (self->box), check);
  update (self);
}

void
sal_choices_choose (SalChoices *self,
                    guint       index,
                    gboolean    chosen)
{
  g_return_if_fail (SAL_IS_CHOICES (self));
  g_return_if_fail (index < self->checks->len);

  if (!chosen && sal_choices_get_n_chosen (self) <= 1)
    return;
  self->updating = TRUE;
  gtk_check_button_set_active (check_at (self, index), chosen);
  self->updating = FALSE;
  update (self);
}

void
sal_choices_set_limit (SalChoices *self,
                       guint       limit)
{
  g_return_if_fail (SAL_IS_CHOICES (self));

  self->limit = limit;
  update (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_choices_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  switch (id) {
  case PROP_SEVERAL:
    g_value_set_string (value, SAL_CHOICES (object)->several);
    break;
  case PROP_PREFIX:
    g_value_set_string (value, SAL_CHOICES (object)->prefix);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_choices_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  SalChoices *self = SAL_CHOICES (object);

  switch (id) {
  case PROP_SEVERAL:
    g_free (self->several);
    self->several = g_value_dup_string (value);
    break;
  case PROP_PREFIX:
    g_free (self->prefix);
    self->prefix = g_value_dup_string (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  update (self);
}

static void
sal_choices_finalize (GObject *object)
{
  SalChoices *self = SAL_CHOICES (object);

  g_free (self->several);
  g_free (self->prefix);
  g_ptr_array_unref (self->checks);
  G_OBJECT_CLASS (sal_choices_parent_class)->finalize (object);
}

static void
sal_choices_class_init (SalChoicesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sal_choices_get_property;
  object_class->set_property = sal_choices_set_property;
  object_class->finalize = sal_choices_finalize;

  properties[PROP_SEVERAL] = g_param_spec_string ("several", NULL, NULL, NULL,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PREFIX] = g_param_spec_string ("prefix", NULL, NULL, NULL,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", SAL_TYPE_CHOICES, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sal_choices_init (SalChoices *self)
{
  GtkWidget *popover = gtk_popover_new ();

  self->limit = G_MAXUINT;
  self->checks = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->button = gtk_menu_button_new ();
  gtk_popover_set_child (GTK_POPOVER (popover), self->box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), TRUE);
  gtk_widget_add_css_class (self->button, "small-list");
  adw_bin_set_child (ADW_BIN (self), self->button);
}
