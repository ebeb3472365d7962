/* nn-status.h - how the engine reports what went wrong
 *
 * Functions that can fail for a reason the caller did not control (memory, a
 * text that does not parse, a shape that does not fit) return NnStatus and
 * fill an optional NnError owned by the caller.  Misuse by the programmer is
 * an assert instead.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#define NN_MUST_CHECK __attribute__ ((warn_unused_result))
#define NN_PRINTF(text, first) __attribute__ ((__format__ (__printf__, text, first)))

typedef enum
{
  NN_OK = 0,
  NN_ERROR_MEMORY,       /* an allocation failed                              */
  NN_ERROR_SYNTAX,       /* a text (network, bit list) does not parse         */
  NN_ERROR_UNKNOWN_NAME, /* no such layer, quantizer, optimizer, method ...   */
  NN_ERROR_RANGE,        /* a parameter lies outside its documented range     */
  NN_ERROR_SHAPE,        /* shapes do not fit together                        */
  NN_ERROR_UNSUPPORTED,  /* a combination that cannot be applied              */
  NN_ERROR_DIVERGED,     /* a loss or a weight is no longer finite            */
} NnStatus;

/* One failure in words.  `message` is a full sentence without a final stop
 * that names the thing, what was expected and what was found. */
typedef struct
{
  NnStatus status;
  char     message[240];
} NnError;

/* Fills `error` (ignored when NULL) and returns `status`, so that a failing
 * function can end in `return nn_error_set (...)`. */
NnStatus nn_error_set (NnError    *error,
                       NnStatus    status,
                       const char *format,
                       ...) NN_PRINTF (3, 4);

/* Returns a short constant word for `status`, such as "range". */
const char *nn_status_name (NnStatus status);

#ifdef __cplusplus
}
#endif
