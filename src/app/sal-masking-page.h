/* sal-masking-page.h - the Masking page: accuracy while salient pixels vanish
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-page.h"

G_BEGIN_DECLS

#define SAL_TYPE_MASKING_PAGE (sal_masking_page_get_type ())
G_DECLARE_FINAL_TYPE (SalMaskingPage, sal_masking_page, SAL, MASKING_PAGE, SalPage)

G_END_DECLS
