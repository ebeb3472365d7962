/* sal-train-page.h - set up a run, watch it train
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-page.h"

G_BEGIN_DECLS

#define SAL_TYPE_TRAIN_PAGE (sal_train_page_get_type ())
G_DECLARE_FINAL_TYPE (SalTrainPage, sal_train_page, SAL, TRAIN_PAGE, SalPage)

G_END_DECLS
