/* sal-dataset-blocks.c - a data set whose images stand above or below a sign
 *
 * After BlockMNIST (https://arxiv.org/abs/2102.12781): only one half of an image
 * tells its class, and which one is known.  Stacked as the built-in glyphs are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-dataset-private.h"
#include "sal-error.h"

/* Everybody gets the same, so that results can be compared. */
static const guint64 seeds[2] = { 3, 4 };

/* Stacks one part; `truth` may be NULL. */
static gboolean
stack_part (const NnImages *base,
            guint64         seed,
            NnImages       *part,
            guint8        **buffers,
            guint8         *truth,
            GCancellable   *cancellable)
{
  buffers[0] = g_malloc (base->count * 2 * SAL_GLYPHS_SIDE * SAL_GLYPHS_SIDE);
  buffers[1] = g_memdup2 (base->labels, base->count);
  *part = *base;
  part->height = 2 * SAL_GLYPHS_SIDE;
  part->pixels = buffers[0];
  part->labels = buffers[1];
  return sal_glyphs_stack (seed, base->pixels, base->count, 0, buffers[0], truth, cancellable);
}

static char **
copy_class_names (SalDataset *base)
{
  char **names = g_new0 (char *, (gsize) base->train.classes + 1);

  for (int i = 0; i < base->train.classes; i++)
    names[i] = g_strdup (sal_dataset_get_class_name (base, i));
  return names;
}

static gboolean
check_shape (SalDataset *base,
             GError    **error)
{
  const NnImages *images = &base->train;

  if (images->channels == 1 && images->height == SAL_GLYPHS_SIDE &&
      images->width == SAL_GLYPHS_SIDE)
    return TRUE;
  g_set_error (error, SAL_ERROR, SAL_ERROR_BAD_SETTING,
               "%s%s: expected grey images of %d by %d pixels to put into blocks, found %d "
               "channels of %d by %d", base->name, SAL_DATASET_BLOCKS_SUFFIX, SAL_GLYPHS_SIDE,
               SAL_GLYPHS_SIDE, images->channels, images->width, images->height);
  return FALSE;
}

SalDataset *
sal_dataset_make_blocks (SalDataset   *base,
                         GCancellable *cancellable,
                         GError      **error)
{
  g_autoptr (SalDataset) self = g_new0 (SalDataset, 1);

  g_atomic_ref_count_init (&self->references);
  if (!check_shape (base, error))
    return NULL;
  self->name = g_strconcat (base->name, SAL_DATASET_BLOCKS_SUFFIX, NULL);
  self->title = g_strconcat (base->title, " in blocks", NULL);
  self->own_class_names = copy_class_names (base);
  self->test_truth = g_malloc (base->test.count * 2 * SAL_GLYPHS_SIDE * SAL_GLYPHS_SIDE);
  if (!stack_part (&base->train, seeds[0], &self->train, self->buffers, NULL, cancellable) ||
      !stack_part (&base->test, seeds[1], &self->test, self->buffers + 2, self->test_truth,
                   cancellable)) {
    g_cancellable_set_error_if_cancelled (cancellable, error);
    return NULL;
  }
  if (!sal_dataset_finish (self, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}
