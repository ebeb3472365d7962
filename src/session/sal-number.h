/* sal-number.h - numbers as short text that reads back to the same value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The shortest decimal text, in the C locale, that reads back to the same
 * finite `value`; it is a JSON number, too.  Free the result. */
char *sal_number_format (double value);

G_END_DECLS
