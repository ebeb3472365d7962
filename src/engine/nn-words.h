/* nn-words.h - the mark of words for people
 *
 * The engine knows no language but English.  Who shows a row of a table to
 * people may translate what is marked here; files and command lines do not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#define N_(words) (words)
