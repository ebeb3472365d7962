/* sal-error.c - the session's error domain, and the engine's errors in it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-error.h"

/* Without a variable that keeps it, which two threads would write: errors are
 * rare. */
GQuark
sal_error_quark (void)
{
  return g_quark_from_static_string ("sal-error-quark");
}

gboolean
sal_error_set_from_engine (GError       **error,
                           const NnError *nn_error)
{
  const SalErrorCode code = nn_error->status == NN_ERROR_RANGE ||
                            nn_error->status == NN_ERROR_UNKNOWN_NAME ||
                            nn_error->status == NN_ERROR_UNSUPPORTED
                            ? SAL_ERROR_BAD_SETTING
                            : SAL_ERROR_ENGINE;

  g_set_error_literal (error, SAL_ERROR, code, nn_error->message);
  return FALSE;
}
