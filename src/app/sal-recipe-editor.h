/* sal-recipe-editor.h - the column in which a run is set up
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-session-bin.h"


G_BEGIN_DECLS

/* Property "session" (SalSession): what is edited is its recipe. */
#define SAL_TYPE_RECIPE_EDITOR (sal_recipe_editor_get_type ())
G_DECLARE_FINAL_TYPE (SalRecipeEditor, sal_recipe_editor, SAL, RECIPE_EDITOR, SalSessionBin)

G_END_DECLS
