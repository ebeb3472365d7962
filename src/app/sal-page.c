/* sal-page.c - what all pages of the window have in common
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-page.h"

#include "sal-command.h"

typedef struct
{
  SalSession *session;
} SalPagePrivate;

enum
{
  PROP_SESSION = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SalPage, sal_page, ADW_TYPE_BIN)

#define PRIVATE(self) ((SalPagePrivate *) sal_page_get_instance_private (SAL_PAGE (self)))

SalSession *
sal_page_get_session (SalPage * self)
{
  g_return_val_if_fail (SAL_IS_PAGE (self), NULL);

  return PRIVATE (self)->session;
}

gboolean
sal_page_is_shown (SalPage *self)
{
  g_return_val_if_fail (SAL_IS_PAGE (self), FALSE);

  return gtk_widget_get_mapped (GTK_WIDGET (self));
}

static void
sal_page_map (GtkWidget *widget)
{
  SalPageClass *klass = SAL_PAGE_GET_CLASS (widget);

  GTK_WIDGET_CLASS (sal_page_parent_class)->map (widget);
  if (klass->shown != NULL && PRIVATE (widget)->session != NULL)
    klass->shown (SAL_PAGE (widget));
}

static void
sal_page_unmap (GtkWidget *widget)
{
  SalPageClass *klass = SAL_PAGE_GET_CLASS (widget);

  GTK_WIDGET_CLASS (sal_page_parent_class)->unmap (widget);
  if (klass->hidden != NULL && PRIVATE (widget)->session != NULL)
    klass->hidden (SAL_PAGE (widget));
}

static void
sal_page_get_property (GObject    *object,
                       guint       id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  switch (id) {
  case PROP_SESSION:
    g_value_set_object (value, PRIVATE (object)->session);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_page_set_property (GObject      *object,
                       guint         id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  SalPage *self = SAL_PAGE (object);
  SalPageClass *klass = SAL_PAGE_GET_CLASS (self);

  switch (id) {
  case PROP_SESSION:
    if (g_set_object (&PRIVATE (self)->session, g_value_get_object (value))
        && PRIVATE (self)->session != NULL && klass->attach != NULL)
      klass->attach (self, PRIVATE (self)->session);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

char *
sal_page_get_command (SalPage *self)
{
  g_return_val_if_fail (SAL_IS_PAGE (self), NULL);

  SalPageClass *klass = SAL_PAGE_GET_CLASS (self);

  if (klass->command == NULL || PRIVATE (self)->session == NULL)
    return NULL;
  return sal_command_at_home (klass->command (self),
                              sal_session_get_runs (PRIVATE (self)->session));
}

static void
sal_page_finalize (GObject *object)
{
  g_clear_object (&PRIVATE (object)->session);
  G_OBJECT_CLASS (sal_page_parent_class)->finalize (object);
}

static void
sal_page_class_init (SalPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sal_page_get_property;
  object_class->set_property = sal_page_set_property;
  object_class->finalize = sal_page_finalize;
  widget_class->map = sal_page_map;
  widget_class->unmap = sal_page_unmap;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, SAL_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_page_init (SalPage *self)
{
}
