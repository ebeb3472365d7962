/* sal-inspect-page.h - the Inspect page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-page.h"

G_BEGIN_DECLS

#define SAL_TYPE_INSPECT_PAGE (sal_inspect_page_get_type ())
G_DECLARE_FINAL_TYPE (SalInspectPage, sal_inspect_page, SAL, INSPECT_PAGE, SalPage)

G_END_DECLS
