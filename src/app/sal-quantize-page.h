/* sal-quantize-page.h - the Quantize page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-page.h"

G_BEGIN_DECLS

#define SAL_TYPE_QUANTIZE_PAGE (sal_quantize_page_get_type ())
G_DECLARE_FINAL_TYPE (SalQuantizePage, sal_quantize_page, SAL, QUANTIZE_PAGE, SalPage)

G_END_DECLS
