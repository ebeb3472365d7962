/* sal-image-list.c - the test images that pass the filters, as a list model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-image-list.h"

#include <math.h>

/* --- items ------------------------------------------------------------------- */

struct _SalImageItem
{
  GObject parent_instance;

  guint   index;
};

G_DEFINE_FINAL_TYPE (SalImageItem, sal_image_item, G_TYPE_OBJECT)

SalImageItem *
sal_image_item_new (guint index)
{
  SalImageItem *self = g_object_new (SAL_TYPE_IMAGE_ITEM, NULL);

  self->index = index;
  return self;
}

guint
sal_image_item_get_index (SalImageItem *self)
{
  g_return_val_if_fail (SAL_IS_IMAGE_ITEM (self), 0);

  return self->index;
}

static void
sal_image_item_class_init (SalImageItemClass *klass)
{
}

static void
sal_image_item_init (SalImageItem *self)
{
}

/* --- the list ---------------------------------------------------------------- */

struct _SalImageList
{
  GObject      parent_instance;

  SalDataset  *dataset;
  SalLabModel *model;
  int          label;
  gboolean     only_wrong;
  int          predicted;
  float       *drift;     /* for each image, or NULL */
  guint8      *flipped;   /* for each image, or NULL */
  GArray      *indices;   /* guint32, ascending but where they are sorted by drift */
};

static void sal_image_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SalImageList, sal_image_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      sal_image_list_model_init))

static GType
sal_image_list_get_item_type (GListModel *model)
{
  return SAL_TYPE_IMAGE_ITEM;
}

static guint
sal_image_list_get_n_items (GListModel *model)
{
  return SAL_IMAGE_LIST (model)->indices->len;
}

static gpointer
sal_image_list_get_item (GListModel *model,
                         guint       position)
{
  SalImageList *self = SAL_IMAGE_LIST (model);

  if (position >= self->indices->len)
    return NULL;

  return sal_image_item_new (g_array_index (self->indices, guint32, position));
}

static void
sal_image_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = sal_image_list_get_item_type;
  iface->get_n_items = sal_image_list_get_n_items;
  iface->get_item = sal_image_list_get_item;
}

/* --- filters ----------------------------------------------------------------- */

/* The predictions, if they are of this data set. */
static const gint16 *
predictions (SalImageList *self)
{
  if (self->model == NULL || sal_lab_model_get_dataset (self->model) != self->dataset)
    return NULL;
  return sal_lab_model_get_predictions (self->model);
}

int
sal_image_list_get_prediction (SalImageList *self,
                               guint         index)
{
  g_return_val_if_fail (SAL_IS_IMAGE_LIST (self), -1);

  const gint16 *predicted = predictions (self);

  return predicted == NULL ? -1 : predicted[index];
}

static gboolean
is_wrong (const gint16   *predicted,
          const NnImages *images,
          gsize           index)
{
  return predicted != NULL && predicted[index] >= 0 && predicted[index] != images->labels[index];
}

static gboolean
passes (SalImageList   *self,
        const gint16   *predicted,
        const NnImages *images,
        gsize           index)
{
  if (self->label >= 0 && images->labels[index] != self->label)
    return FALSE;
  if (self->only_wrong && !is_wrong (predicted, images, index))
    return FALSE;
  if (self->predicted >= 0 && (predicted == NULL || predicted[index] != self->predicted))
    return FALSE;
  return (self->drift == NULL || !isnan (self->drift[index]))
         && (self->flipped == NULL || self->flipped[index]);
}

/* Those that moved most first, else in their own order. */
static int
compare_drift (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const float *drift = data;
  const guint32 first = *(const guint32 *) a;
  const guint32 second = *(const guint32 *) b;

  if (drift[first] != drift[second])
    return drift[first] > drift[second] ? -1 : 1;
  return first < second ? -1 : first > second;
}

static void
refilter (SalImageList *self)
{
  GArray *old = self->indices;
  GArray *new = g_array_new (FALSE, FALSE, sizeof (guint32));
  const NnImages *images = self->dataset == NULL ? NULL : sal_dataset_get_test (self->dataset);
  const gint16 *predicted = predictions (self);

  for (guint32 i = 0; images != NULL && i < images->count; i++)
    if (passes (self, predicted, images, i))
      g_array_append_val (new, i);
  if (self->drift != NULL)
    g_array_sort_with_data (new, compare_drift, self->drift);
  self->indices = new;
  if (old->len != new->len || (new->len > 0 && memcmp (old->data, new->data, 4 * new->len) != 0))
    g_list_model_items_changed (G_LIST_MODEL (self), 0, old->len, new->len);
  g_array_unref (old);
}

void
sal_image_list_set_dataset (SalImageList *self,
                            SalDataset   *dataset)
{
  g_return_if_fail (SAL_IS_IMAGE_LIST (self));

  const guint n = self->indices->len;

  if (dataset == self->dataset)
    return;
  g_clear_pointer (&self->dataset, sal_dataset_unref);
  if (dataset != NULL)
    self->dataset = sal_dataset_ref (dataset);
  /* The same indices are other images now. */
  g_array_set_size (self->indices, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  self->label = -1;
  self->predicted = -1;
  g_clear_pointer (&self->drift, g_free);
  g_clear_pointer (&self->flipped, g_free);
  refilter (self);
}

SalDataset *
sal_image_list_get_dataset (SalImageList *self)
{
  g_return_val_if_fail (SAL_IS_IMAGE_LIST (self), NULL);

  return self->dataset;
}

void
sal_image_list_set_model (SalImageList *self,
                          SalLabModel  *model)
{
  g_return_if_fail (SAL_IS_IMAGE_LIST (self));

  if (model != NULL)
    sal_lab_model_ref (model);
  g_clear_pointer (&self->model, sal_lab_model_unref);
  self->model = model;
  if (self->only_wrong || self->predicted >= 0)
    refilter (self);
}

void
sal_image_list_set_filter (SalImageList *self,
                           int           label,
                           gboolean      only_wrong,
                           int           predicted)
{
  g_return_if_fail (SAL_IS_IMAGE_LIST (self));

  if (self->label == label && self->only_wrong == only_wrong && self->predicted == predicted)
    return;
  self->label = label;
  self->only_wrong = only_wrong;
  self->predicted = predicted;
  refilter (self);
}

void
sal_image_list_set_drift (SalImageList *self,
                          const float  *drift,
                          const guint8 *flipped)
{
  g_return_if_fail (SAL_IS_IMAGE_LIST (self));

  const gsize count = self->dataset == NULL ? 0 : sal_dataset_get_test (self->dataset)->count;

  if (drift == NULL && self->drift == NULL)
    return;
  g_free (self->drift);
  g_free (self->flipped);
  self->drift = drift == NULL ? NULL : g_memdup2 (drift, count * sizeof *drift);
  self->flipped = drift == NULL || flipped == NULL ? NULL : g_memdup2 (flipped, count);
  refilter (self);
}

gboolean
sal_image_list_count (SalImageList *self,
                      gsize        *images,
                      gsize        *wrong)
{
  g_return_val_if_fail (SAL_IS_IMAGE_LIST (self), FALSE);

  const NnImages *test = self->dataset == NULL ? NULL : sal_dataset_get_test (self->dataset);
  const gint16 *predicted = predictions (self);

  *images = 0;
  *wrong = 0;
  for (gsize i = 0; test != NULL && i < test->count; i++) {
    const gboolean counts = self->label < 0 || test->labels[i] == self->label;

    *images += counts;
    *wrong += counts && is_wrong (predicted, test, i);
  }
  return predicted != NULL && sal_lab_model_get_n_predicted (self->model) == test->count;
}

static gboolean
find_sorted_by_drift (SalImageList *self,
                      guint         index,
                      guint        *position)
{
  for (guint i = 0; i < self->indices->len; i++)
    if (g_array_index (self->indices, guint32, i) == index) {
      *position = i;
      return TRUE;
    }
  return FALSE;
}

gboolean
sal_image_list_find (SalImageList *self,
                     guint         index,
                     guint        *position)
{
  g_return_val_if_fail (SAL_IS_IMAGE_LIST (self), FALSE);

  guint begin = 0;
  guint end = self->indices->len;

  if (self->drift != NULL)
    return find_sorted_by_drift (self, index, position);

  while (begin < end) {
    const guint middle = (begin + end) / 2;

    if (g_array_index (self->indices, guint32, middle) < index)
      begin = middle + 1;
    else
      end = middle;
  }
  *position = begin;
  return begin < self->indices->len && g_array_index (self->indices, guint32, begin) == index;
}

/* --- life -------------------------------------------------------------------- */

static void
sal_image_list_finalize (GObject *object)
{
  SalImageList *self = SAL_IMAGE_LIST (object);

  g_clear_pointer (&self->dataset, sal_dataset_unref);
  g_clear_pointer (&self->model, sal_lab_model_unref);
  g_free (self->drift);
  g_free (self->flipped);
  g_array_unref (self->indices);
  G_OBJECT_CLASS (sal_image_list_parent_class)->finalize (object);
}

static void
sal_image_list_class_init (SalImageListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_image_list_finalize;
}

static void
sal_image_list_init (SalImageList *self)
{
  self->label = -1;
  self->predicted = -1;
  self->indices = g_array_new (FALSE, FALSE, sizeof (guint32));
}

SalImageList *
sal_image_list_new (void)
{
  return g_object_new (SAL_TYPE_IMAGE_LIST, NULL);
}
