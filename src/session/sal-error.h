/* sal-error.h - the error domain of the session, command line and window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-status.h"

G_BEGIN_DECLS

#define SAL_ERROR (sal_error_quark ())

typedef enum
{
  SAL_ERROR_NOT_FOUND,   /* a file, run, data set or name does not exist     */
  SAL_ERROR_BAD_FILE,    /* a file is not what it claims to be, or is cut    */
  SAL_ERROR_BAD_SETTING, /* a value out of range, or that cannot be applied  */
  SAL_ERROR_IO,          /* reading, writing, or a full disk                 */
  SAL_ERROR_ENGINE,      /* the engine refused; the message is the engine's  */
  SAL_ERROR_BUSY,        /* somebody else is using it                        */
} SalErrorCode;

GQuark sal_error_quark (void);

/* Sets `error` from the engine's `nn_error` (the one place where the engine's
 * errors become GErrors) and returns FALSE. */
gboolean sal_error_set_from_engine (GError       **error,
                                    const NnError *nn_error);

G_END_DECLS
