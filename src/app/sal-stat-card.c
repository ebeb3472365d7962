/* sal-stat-card.c - one number in large type, and what it is a number of
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-stat-card.h"

#include "sal-tooltip.h"

/* Of a card in characters; longer titles make it no wider. */
#define TITLE_WIDTH 23

struct _SalStatCard
{
  AdwBin    parent_instance;

  GtkLabel *title;
  GtkLabel *value;
  GtkLabel *caption;
  gboolean  stale;
  gboolean  alert;
};

enum
{
  PROP_TITLE = 1,
  PROP_VALUE,
  PROP_CAPTION,
  PROP_STALE,
  PROP_ALERT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalStatCard, sal_stat_card, ADW_TYPE_BIN)

static void
describe (SalStatCard *self)
{
  g_autofree char *text = g_strdup_printf ("%s: %s, %s", gtk_label_get_label (self->title),
                                           gtk_label_get_label (self->value),
                                           gtk_label_get_label (self->caption));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
set_text (SalStatCard *self,
          GtkLabel    *label,
          const char  *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) == 0)
    return;
  gtk_label_set_label (label, text != NULL ? text : "");
  describe (self);
}

static void
set_class (SalStatCard *self,
           const char  *name,
           gboolean     on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

void
sal_stat_card_set_title (SalStatCard *self,
                         const char  *title)
{
  g_return_if_fail (SAL_IS_STAT_CARD (self));

  set_text (self, self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
}

void
sal_stat_card_show (SalStatCard *self,
                    const char  *value,
                    const char  *caption)
{
  g_return_if_fail (SAL_IS_STAT_CARD (self));

  set_text (self, self->value, value);
  set_text (self, self->caption, caption);
  sal_tooltip_set (GTK_WIDGET (self->caption), caption);
  sal_stat_card_set_stale (self, FALSE);
}

const char *
sal_stat_card_get_value (SalStatCard *self)
{
  g_return_val_if_fail (SAL_IS_STAT_CARD (self), NULL);

  return gtk_label_get_label (self->value);
}

const char *
sal_stat_card_get_caption (SalStatCard *self)
{
  g_return_val_if_fail (SAL_IS_STAT_CARD (self), NULL);

  return gtk_label_get_label (self->caption);
}

void
sal_stat_card_set_stale (SalStatCard *self,
                         gboolean     stale)
{
  g_return_if_fail (SAL_IS_STAT_CARD (self));

  self->stale = stale;
  set_class (self, "stale", stale);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, stale, -1);
}

gboolean
sal_stat_card_get_stale (SalStatCard *self)
{
  g_return_val_if_fail (SAL_IS_STAT_CARD (self), FALSE);

  return self->stale;
}

void
sal_stat_card_set_alert (SalStatCard *self,
                         gboolean     alert)
{
  g_return_if_fail (SAL_IS_STAT_CARD (self));

  self->alert = alert;
  set_class (self, "alert", alert);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_stat_card_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  SalStatCard *self = SAL_STAT_CARD (object);

  switch (id) {
  case PROP_TITLE:
    g_value_set_string (value, gtk_label_get_label (self->title));
    break;
  case PROP_VALUE:
    g_value_set_string (value, gtk_label_get_label (self->value));
    break;
  case PROP_CAPTION:
    g_value_set_string (value, gtk_label_get_label (self->caption));
    break;
  case PROP_STALE:
    g_value_set_boolean (value, self->stale);
    break;
  case PROP_ALERT:
    g_value_set_boolean (value, self->alert);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_stat_card_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  SalStatCard *self = SAL_STAT_CARD (object);

  switch (id) {
  case PROP_TITLE:
    set_text (self, self->title, g_value_get_string (value));
    break;
  case PROP_VALUE:
    set_text (self, self->value, g_value_get_string (value));
    break;
  case PROP_CAPTION:
    set_text (self, self->caption, g_value_get_string (value));
    break;
  case PROP_STALE:
    sal_stat_card_set_stale (self, g_value_get_boolean (value));
    break;
  case PROP_ALERT:
    sal_stat_card_set_alert (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_stat_card_class_init (SalStatCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sal_stat_card_get_property;
  object_class->set_property = sal_stat_card_set_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, "", flags);
  properties[PROP_CAPTION] = g_param_spec_string ("caption", NULL, NULL, "", flags);
  properties[PROP_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, flags);
  properties[PROP_ALERT] = g_param_spec_boolean ("alert", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkLabel *
append_label (GtkWidget  *box,
              const char *class_name)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_widget_add_css_class (label, class_name);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TITLE_WIDTH);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
sal_stat_card_init (SalStatCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_add_css_class (GTK_WIDGET (self), "chart-card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "stat-card");
  self->title = append_label (box, "stat-title");
  gtk_label_set_width_chars (self->title, TITLE_WIDTH);
  self->value = append_label (box, "stat-value");
  self->caption = append_label (box, "stat-caption");
  /* Two lines always, so that nothing moves when a caption is longer. */
  gtk_label_set_wrap (self->caption, TRUE);
  gtk_label_set_lines (self->caption, 2);
  gtk_label_set_yalign (self->caption, 0);
  gtk_widget_set_vexpand (GTK_WIDGET (self->caption), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), FALSE);
  adw_bin_set_child (ADW_BIN (self), box);
}
