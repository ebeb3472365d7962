/* sal-recipe-section.h - the rows of one group of a recipe's fields
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-recipe-row.h"

G_BEGIN_DECLS

/* A heading, the rows of fields that many people change, and an expander with
 * those that few do, closed until it was once opened. */
#define SAL_TYPE_RECIPE_SECTION (sal_recipe_section_get_type ())
G_DECLARE_FINAL_TYPE (SalRecipeSection, sal_recipe_section, SAL, RECIPE_SECTION, AdwBin)

GtkWidget *sal_recipe_section_new (SalRecipeGroup group);

/* Takes `row` in, after those of its kind. */
void sal_recipe_section_add (SalRecipeSection *self,
                             SalRecipeRow     *row);

/* Shows the rows that `recipe` uses, close together, and says how many of
 * those behind the expander are not as in a new recipe. */
void sal_recipe_section_show (SalRecipeSection *self,
                              const SalRecipe  *recipe);

G_END_DECLS
