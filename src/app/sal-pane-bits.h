/* sal-pane-bits.h - at which bits a network is looked at beside others
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Rows of a list of bits, and then the widths from 8 down to 2. */
typedef enum
{
  SAL_PANE_AS_TRAINED,
  SAL_PANE_AS_CHOSEN,      /* the session's bits, those of the Quantize page  */
  SAL_PANE_FULL_PRECISION,
  SAL_PANE_8_BITS,
  SAL_PANE_4_BITS = SAL_PANE_8_BITS + 4,
  SAL_PANE_2_BITS = SAL_PANE_8_BITS + 6,
} SalPaneBits;

#define SAL_PANE_N_BITS (SAL_PANE_2_BITS + 1)

/* "as chosen", "4 bits". Free the result. */
char *sal_pane_bits_title (SalPaneBits bits);

/* All titles, each after `prefix`, for a list. */
GListModel *sal_pane_bits_list (const char *prefix);

/* The bits to ask `model` for, which is the network of `run`.  Bits that are
 * chosen for single layers belong to the session's run alone. */
SalBits sal_pane_bits_resolve (SalPaneBits  bits,
                               SalSession  *session,
                               SalRunItem  *run,
                               SalLabModel *model);

G_END_DECLS
