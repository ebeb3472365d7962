/* sal-session-bin.c - a widget about the session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-session-bin.h"

typedef struct
{
  SalSession *session;
} SalSessionBinPrivate;

enum
{
  PROP_SESSION = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SalSessionBin, sal_session_bin, ADW_TYPE_BIN)

#define PRIVATE(self) \
  ((SalSessionBinPrivate *) sal_session_bin_get_instance_private (SAL_SESSION_BIN (self)))

static void
sal_session_bin_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  SalSessionBin *self = SAL_SESSION_BIN (object);

  switch (id) {
  case PROP_SESSION:
    if (g_set_object (&PRIVATE (self)->session, g_value_get_object (value))
        && PRIVATE (self)->session != NULL)
      SAL_SESSION_BIN_GET_CLASS (self)->attach (self, PRIVATE (self)->session);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_session_bin_finalize (GObject *object)
{
  g_clear_object (&PRIVATE (object)->session);
  G_OBJECT_CLASS (sal_session_bin_parent_class)->finalize (object);
}

static void
sal_session_bin_class_init (SalSessionBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = sal_session_bin_set_property;
  object_class->finalize = sal_session_bin_finalize;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, SAL_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_session_bin_init (SalSessionBin *self)
{
}
