/* sal-seeds.c - experiments that were repeated with other seeds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-seeds.h"

#include <math.h>

char *
sal_seeds_experiment (const SalRecipe *recipe)
{
  GString *text = g_string_new (NULL);

  for (const SalField *field = sal_recipe_fields (); field->option != NULL; field++) {
    if (field->type == SAL_FIELD_SEED || !sal_recipe_uses (recipe, field))
      continue;

    g_autofree char *value = sal_recipe_get (recipe, field);

    g_string_append_printf (text, "%s=%s\n", field->option, value);
  }
  return g_string_free (text, FALSE);
}

/* Few degrees of freedom from the exact distribution; from ten on the
 * expansion of Cornish and Fisher in 1 / degrees has four digits. */
double
sal_seeds_t_quantile (guint degrees)
{
  static const double exact[] = {
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622,
  };
  const double z = 1.959964;
  const double d = (double) degrees;

  g_return_val_if_fail (degrees >= 1, NAN);

  if (degrees <= G_N_ELEMENTS (exact))
    return exact[degrees - 1];
  return z + (pow (z, 3) + z) / (4 * d)
         + (5 * pow (z, 5) + 16 * pow (z, 3) + 3 * z) / (96 * d * d)
         + (3 * pow (z, 7) + 19 * pow (z, 5) + 17 * pow (z, 3) - 15 * z) / (384 * pow (d, 3));
}

SalSeedsInterval
sal_seeds_interval (const double *values,
                    guint         n)
{
  SalSeedsInterval result = { .mean = NAN, .lower = NAN, .upper = NAN };
  double sum = 0;
  double squares = 0;

  for (guint i = 0; i < n; i++)
    if (!isnan (values[i])) {
      sum += values[i];
      result.n++;
    }
  if (result.n == 0)
    return result;
  result.mean = sum / result.n;
  if (result.n < 2)
    return result;
  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]))
      squares += (values[i] - result.mean) * (values[i] - result.mean);

  const double half =
    sal_seeds_t_quantile (result.n - 1) * sqrt (squares / (result.n - 1) / result.n);

  result.lower = result.mean - half;
  result.upper = result.mean + half;
  return result;
}
