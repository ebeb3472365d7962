/* sal-settings.c - what the window remembers from one start to the next
 *
 * A program that is run from where it was built may have no schema, which
 * g_settings_new() takes for the end: it is looked up first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-settings.h"

GSettings *
sal_settings_new (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
    source == NULL ? NULL : g_settings_schema_source_lookup (source, SALISCOPE_APP_ID, TRUE);

  return schema == NULL ? NULL : g_settings_new (SALISCOPE_APP_ID);
}
