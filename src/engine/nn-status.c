/* nn-status.c - errors of the engine as a status and one sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-status.h"

#include <stdarg.h>
#include <stdio.h>

NnStatus
nn_error_set (NnError    *error,
              NnStatus    status,
              const char *format,
              ...)
{
  if (error != NULL) {
    va_list args;

    error->status = status;
    va_start (args, format);
    vsnprintf (error->message, sizeof error->message, format, args);
    va_end (args);
  }
  return status;
}

const char *
nn_status_name (NnStatus status)
{
  static const char *const names[] = {
    [NN_OK] = "ok",
    [NN_ERROR_MEMORY] = "memory",
    [NN_ERROR_SYNTAX] = "syntax",
    [NN_ERROR_UNKNOWN_NAME] = "unknown-name",
    [NN_ERROR_RANGE] = "range",
    [NN_ERROR_SHAPE] = "shape",
    [NN_ERROR_UNSUPPORTED] = "unsupported",
    [NN_ERROR_DIVERGED] = "diverged",
  };

  return names[status];
}
