/* sal-masking-page-image.c - the current image, masked at the handle
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <glib/gi18n.h>

/* --- words ------------------------------------------------------------------- */

/* Where the handle is, with the accuracies there, for those who cannot see the
 * chart. */
static void
describe_handle (SalMaskingPage *self,
                 double          share)
{
  g_autoptr (GString) words = g_string_new (NULL);

  g_string_printf (words, _("handle at %.0f percent masked"), share);
  for (guint i = 0; i < self->lines->len; i++) {
    const SalMaskingLine *line = g_ptr_array_index (self->lines, i);
    const SalMaskingCurve *curve = &line->curve;
    const PlotSeries series = { .x = curve->share, .y = curve->accuracy, .n = curve->n };

    if (line->method != NULL && curve->n > 0) {
      g_string_append (words, ", ");
      g_string_append_printf (words, _("%s %.1f percent"), line->name,
                              plot_series_value_at (&series, share));
    }
  }
  sal_drawing_set_value (SAL_DRAWING (self->chart), words->str);
}

void
sal_masking_page_show_share (SalMaskingPage *self)
{
  const double share = sal_chart_get_handle (self->chart);
  g_autofree char *label = g_strdup_printf ("%.0f %%", share);
  g_autofree char *heading = g_strdup_printf (_("%.0f %% masked"), share);

  sal_chart_set_handle (self->chart, share, label);
  gtk_label_set_label (self->image_heading, heading);
  describe_handle (self, share);
}

static void
describe_image (SalMaskingPage *self,
                SalDataset     *dataset,
                gsize           image)
{
  const NnImages *images = sal_dataset_get_test (dataset);
  const NnSaliencyMethod *method =
    nn_saliency_method (sal_choices_get_first (self->method_choice));
  const char *class_name = sal_dataset_get_class_name (dataset, images->labels[image]);
  g_autofree char *words =
    g_strdup_printf (_("image %u · true class %s · ranked by %s of its score · what each network "
                       "takes it for, before and after"), (guint) image, class_name,
                     sal_choices_get_n_chosen (self->method_choice) > 1 ? _("each method")
                     : _(method->title));

  gtk_label_set_label (self->image_words, words);
}

/* --- question and answer ----------------------------------------------------- */

static void
show_pair (SalMaskingLine        *line,
           const SalMaskedAnswer *answer,
           guint                  index,
           SalDataset            *dataset,
           const guint8          *pixels)
{
  SalLabModel *model = sal_run_item_get_model (line->run);

  if (answer->masked[index] == NULL || model == NULL) {
    sal_masked_pair_say (line->pair, answer->message[index] != NULL ? answer->message[index] : "");
    return;
  }

  g_autofree guint8 *masked = g_new (guint8, nn_shape_size (answer->shape));

  sal_lab_denormalise (sal_lab_model_get_info (model), answer->shape, answer->masked[index],
                       masked);
  sal_masked_pair_show (line->pair, answer->shape, pixels, masked,
                        sal_dataset_get_class_name (dataset, answer->before[index]),
                        sal_dataset_get_class_name (dataset, answer->after[index]));
}

static void
answered_cb (const SalMaskedAnswer *answer,
             gpointer               data)
{
  SalMaskingPage *self = data;
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalDataset *dataset = sal_session_get_dataset (session);

  if (dataset == NULL)
    return;

  const NnImages *images = sal_dataset_get_test (dataset);
  const gsize image = MIN (sal_session_get_image (session), images->count - 1);
  const guint8 *pixels = images->pixels + image * nn_images_stride (images);

  for (guint i = 0; i < answer->n_panes; i++)
    show_pair (g_ptr_array_index (self->masked, i), answer, i, dataset, pixels);
}

/* Collects the pairs that can be asked for; the others say why not. */
static guint
collect (SalMaskingPage *self,
         SalDataset     *dataset,
         SalCurveRequest requests[SAL_LAB_MAX_CURVES])
{
  guint n = 0;

  g_ptr_array_set_size (self->masked, 0);
  for (guint i = 0; i < self->lines->len && n < SAL_LAB_MAX_CURVES; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->lines, i);
    SalLabModel *model = sal_run_item_get_model (line->run);

    if (line->method == NULL)
      continue;
    if (model == NULL || sal_lab_model_get_dataset (model) != dataset) {
      sal_masked_pair_say (line->pair, _("the network is being loaded…"));
      continue;
    }
    g_ptr_array_add (self->masked, line);
    requests[n++] = sal_masking_page_request (self, line);
  }
  return n;
}

/* SalThrottleFunc. */
void
sal_masking_page_ask_image (gpointer data)
{
  SalMaskingPage *self = data;
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLab *lab = sal_session_get_lab (session);
  SalDataset *dataset = sal_session_get_dataset (session);
  SalCurveRequest requests[SAL_LAB_MAX_CURVES];

  if (!sal_page_is_shown (SAL_PAGE (self)) || lab == NULL || dataset == NULL)
    return;

  const guint n = collect (self, dataset, requests);
  const NnImages *images = sal_dataset_get_test (dataset);
  const gsize image = MIN (sal_session_get_image (session), images->count - 1);

  describe_image (self, dataset, image);
  if (n == 0)
    sal_lab_cancel (lab, SAL_MASKING_IMAGE_SLOT);
  else
    sal_lab_mask_image (lab, SAL_MASKING_IMAGE_SLOT, requests, n,
                        sal_chart_get_handle (self->chart) / 100,
                        images->pixels + image * nn_images_stride (images),
                        images->labels[image], image, answered_cb, self);
}
