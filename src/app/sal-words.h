/* sal-words.h - numbers and names as people read them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-dataset.h"

G_BEGIN_DECLS

/* "10,000". Free the result. */
char *sal_words_count (gint64 count);

/* "4 bits". Free the result. */
char *sal_words_bits (int bits);

/* The same words for a label that wraps: "4-bit" and "4 bits" stay in one
 * line, and no line begins with "·".  Free the result. */
char *sal_words_unbroken (const char *words);

/* "42 s", "12 min", "3.4 h", or "–" if it is not known. Free the result. */
char *sal_words_duration (double seconds);

/* "4 min left", "12 s left", or "" while it is not known. Free the result. */
char *sal_words_time_left (double seconds);

/* The title of a data set: translated where it comes with the program. */
const char *sal_words_dataset (SalDataset *dataset);

/* What happened in a run (SalRunEvent), which is stored in one language. Free
 * the result. */
char *sal_words_event (const char *text);

G_END_DECLS
