/* sal-recipe-row.h - one field of a recipe as a control
 *
 * What it looks like follows from the row of the table of fields: buttons for
 * the mode, a list where there are choices, otherwise an entry.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-recipe.h"

G_BEGIN_DECLS

/* Signal "edited" (const char *text): the user chose or typed `text`, for
 * sal_recipe_set(). */
#define SAL_TYPE_RECIPE_ROW (sal_recipe_row_get_type ())
G_DECLARE_FINAL_TYPE (SalRecipeRow, sal_recipe_row, SAL, RECIPE_ROW, AdwBin)

GtkWidget *sal_recipe_row_new (const SalField *field);

const SalField *sal_recipe_row_get_field (SalRecipeRow *self);

/* Whether half the width of the column is enough. */
gboolean sal_recipe_row_is_short (SalRecipeRow *self);

/* Shows the value in `recipe`; nothing is emitted, and what the user is
 * typing is left alone if it means the same. */
void sal_recipe_row_show (SalRecipeRow    *self,
                          const SalRecipe *recipe);

/* Marks the row with what is wrong with it; NULL: nothing. */
void sal_recipe_row_set_error (SalRecipeRow *self,
                               const char   *message);

G_END_DECLS
