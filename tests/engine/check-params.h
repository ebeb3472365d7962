/* check-params.h - what holds for the parameters of every row of every table
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "nn/nn-table.h"

/* Fails the test unless the parameters `params` (n) of row `row` have unique
 * names and titles, defaults within their ranges, refuse what lies outside,
 * and read back what they write. */
void check_params (const char    *row,
                   const NnParam *params,
                   gsize          n);
