/* sal-recipe-private.h - what the files of the recipe share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

#include "sal-recipe.h"

G_BEGIN_DECLS

/* The field called `option`, or NULL. */
const SalField *sal_recipe_find_field (const char *option);

/* Sets every field that the JSON object `object` has; unknown keys and values
 * of the wrong kind are refused, and then `recipe` is unchanged. */
gboolean sal_recipe_set_from_object (SalRecipe  *recipe,
                                     JsonObject *object,
                                     GError    **error);

G_END_DECLS
