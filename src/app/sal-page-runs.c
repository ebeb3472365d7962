/* sal-page-runs.c - what a page looks at: runs, bits, an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-page-runs.h"

#include <string.h>

#include "sal-bit-widths.h"

static const char *
looked_at (SalSession *session)
{
  SalRunItem *run = sal_session_get_run (session);

  return run != NULL ? sal_run_item_get_recipe (run)->dataset
         : sal_session_get_recipe (session)->dataset;
}

GPtrArray *
sal_page_list_runs (SalSession *session)
{
  g_return_val_if_fail (SAL_IS_SESSION (session), NULL);

  GListModel *library = G_LIST_MODEL (sal_session_get_runs (session));
  GPtrArray *runs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (library); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (library, i);

    if (strcmp (sal_run_item_get_recipe (run)->dataset, looked_at (session)) == 0)
      g_ptr_array_add (runs, g_steal_pointer (&run));
  }
  return runs;
}

/* What is chosen first has the lowest rank. */
static int
rank (SalRunItem *run,
      SalSession *session)
{
  if (run == sal_session_get_run (session))
    return 0;
  return sal_run_item_get_id (run) < 0 ? 1 : 2;
}

GPtrArray *
sal_page_choose_runs (SalSession *session,
                      guint       n)
{
  g_autoptr (GPtrArray) runs = sal_page_list_runs (session);
  g_autoptr (GHashTable) chosen = g_hash_table_new (NULL, NULL);
  GPtrArray *result = g_ptr_array_new_with_free_func (g_object_unref);

  for (int wanted = 0; wanted <= 2; wanted++)
    for (guint i = 0; i < runs->len && g_hash_table_size (chosen) < n; i++)
      if (rank (g_ptr_array_index (runs, i), session) == wanted)
        g_hash_table_add (chosen, g_ptr_array_index (runs, i));
  for (guint i = 0; i < runs->len; i++)
    if (g_hash_table_contains (chosen, g_ptr_array_index (runs, i)))
      g_ptr_array_add (result, g_object_ref (g_ptr_array_index (runs, i)));
  return result;
}

/* `title` without its data set, with the run's number. Free the result. */
static char *
name_by (SalRunItem *run,
         char       *title)
{
  char *dataset = g_strrstr (title, " · ");

  if (dataset != NULL)
    *dataset = '\0';
  if (sal_run_item_get_id (run) < 0)
    return g_strdup (title);
  return g_strdup_printf ("%s · %" G_GINT64_FORMAT, title, sal_run_item_get_id (run));
}

char *
sal_page_name_run (SalRunItem *run)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (run), NULL);

  g_autofree char *title = sal_recipe_title_translated (sal_run_item_get_recipe (run));

  return name_by (run, title);
}

char *
sal_page_name_run_in_file (SalRunItem *run)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (run), NULL);

  g_autofree char *title = sal_recipe_title (sal_run_item_get_recipe (run));

  return name_by (run, title);
}

char *
sal_page_describe_recipes (GPtrArray *runs)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < runs->len; i++) {
    SalRunItem *run = g_ptr_array_index (runs, i);
    g_autofree char *name = sal_page_name_run_in_file (run);
    g_autofree char *recipe = sal_recipe_to_json (sal_run_item_get_recipe (run));

    g_string_append_printf (text, "%s%s: %s", i == 0 ? "" : "\n", name, recipe);
  }
  return g_strdup (text->str);
}

void
sal_page_choose_class (SalSession *session,
                       int         class)
{
  const gboolean chosen = sal_session_get_explain_class (session) == class;

  sal_session_set_explain_class (session, chosen ? SAL_EXPLAIN_PREDICTED : class);
}

SalBits
sal_page_move_bits (SalSession  *session,
                    SalLabModel *model,
                    int          bits)
{
  const SalBits chosen = sal_bits_make_explicit (sal_session_get_bits (session), model);
  SalBits moved = sal_bits_uniform (bits, bits);

  moved.edges = chosen.edges;
  moved.quantizer = chosen.quantizer;
  moved.refit_alpha = chosen.refit_alpha;
  moved.reestimate = chosen.reestimate;
  return moved;
}

static gboolean
fits (SalOwnImage    *own,
      const NnImages *images)
{
  const NnShape shape = sal_own_image_get_shape (own);

  return sal_own_image_get_pixels (own) != NULL && shape.channels == images->channels
         && shape.height == images->height && shape.width == images->width;
}

SalPageImage
sal_page_look_at (SalSession  *session,
                  SalOwnImage *own)
{
  const NnImages *images = sal_dataset_get_test (sal_session_get_dataset (session));
  const gsize image = MIN (sal_session_get_image (session), images->count - 1);

  if (own != NULL && fits (own, images))
    return (SalPageImage) { sal_own_image_get_pixels (own), sal_own_image_get_label (own), image };
  return (SalPageImage) {
    .pixels = images->pixels + image * nn_images_stride (images),
    .label = images->labels[image],
    .id = image,
  };
}
