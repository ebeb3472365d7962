/* sal-quantize-page-image.c - the selected image at full precision and here
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-quantize-page-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nn/nn-statistics.h"
#include "plot-scale.h"

#define TOP_SHARE 0.2

/* --- saliency ------------------------------------------------------------------ */

static void
show_agreement (SalQuantizePage      *self,
                const SalImageAnswer *answer)
{
  const NnShape shape = answer->shape;
  const gsize n = (gsize) shape.channels * (gsize) shape.height * (gsize) shape.width;
  const float *full = answer->panes[0].map;
  const float *here = answer->panes[1].map;
  g_autofree float *scratch = g_new (float, 4 * n);
  const double rho = nn_spearman (full, here, n, scratch);
  const double overlap = nn_top_overlap (full, here, n, TOP_SHARE, scratch);
  char number[PLOT_NUMBER_SIZE];

  plot_format_tick (rho, 0.01, number);

  g_autofree char *value = g_strdup_printf ("ρ %s", number);
  g_autofree char *caption = isnan (rho) ? g_strdup (_("a map is constant"))
                             : g_strdup_printf (_("top-20 %% overlap %.0f %%"), 100 * overlap);

  sal_stat_card_show (self->saliency_card, value, caption);
}

/* --- prediction ---------------------------------------------------------------- */

static int
most_probable (const SalPaneAnswer *answer)
{
  int best = 0;

  for (int i = 1; i < answer->n_classes; i++)
    if (answer->probabilities[i] > answer->probabilities[best])
      best = i;
  return best;
}

static void
show_prediction (SalQuantizePage      *self,
                 const SalImageAnswer *answer,
                 SalDataset           *dataset)
{
  const SalPaneAnswer *full = &answer->panes[0];
  const SalPaneAnswer *here = &answer->panes[1];
  const int full_class = most_probable (full);
  const int here_class = most_probable (here);
  const int label = sal_dataset_get_test (dataset)->labels[self->image];
  const gboolean right = here_class == label;
  const double here_share = 100 * (double) here->probabilities[here_class];
  const double full_share = 100 * (double) full->probabilities[full_class];
  g_autofree char *shares =
    here_class == full_class
    ? g_strdup_printf (_("%.1f %% · full precision %.1f %%"), here_share, full_share)
    : g_strdup_printf (_("%.1f %% · full precision: %s %.1f %%"), here_share,
                       sal_dataset_get_class_name (dataset, full_class), full_share);
  g_autofree char *caption =
    right ? g_strdup (shares)
    : g_strdup_printf (_("%s · true class %s"), shares,
                       sal_dataset_get_class_name (dataset, label));

  sal_stat_card_show (self->prediction_card, sal_dataset_get_class_name (dataset, here_class),
                      caption);
  sal_stat_card_set_alert (self->prediction_card, !right);
}

/* --- size ---------------------------------------------------------------------- */

static void
show_size (SalQuantizePage      *self,
           const SalImageAnswer *answer)
{
  const guint64 full = answer->panes[0].packed_bytes;
  const guint64 here = answer->panes[1].packed_bytes;
  g_autofree char *value = g_format_size (here);
  g_autofree char *of = g_format_size (full);
  g_autofree char *caption = full == here ? g_strdup (_("all weights in 32 bits"))
                             : g_strdup_printf (_("of %s · ÷ %.1f"), of,
                                                (double) full / (double) MAX (here, 1));

  sal_stat_card_show (self->size_card, value, caption);
}

/* --- asking -------------------------------------------------------------------- */

static void
image_cb (const SalImageAnswer *answer,
          gpointer              data)
{
  SalQuantizePage *self = data;
  SalDataset *dataset = sal_lab_model_get_dataset (self->model);
  const NnImages *images = sal_dataset_get_test (dataset);
  g_autofree char *here = sal_bits_describe (&self->bits);

  for (guint i = 0; i < answer->n_panes; i++)
    if (answer->panes[i].message != NULL) {
      sal_quantize_page_show_problem (self, answer->panes[i].message);
      return;
    }
  sal_map_comparison_show (self->maps, answer, self->image,
                           images->pixels + self->image * nn_images_stride (images), dataset, here);
  show_agreement (self, answer);
  show_prediction (self, answer, dataset);
  show_size (self, answer);
}

static void
set_stale (SalQuantizePage *self)
{
  SalStatCard *const cards[] = { self->saliency_card, self->prediction_card, self->size_card };

  for (gsize i = 0; i < G_N_ELEMENTS (cards); i++)
    sal_stat_card_set_stale (cards[i], TRUE);
  sal_map_comparison_set_stale (self->maps, TRUE);
}

void
sal_quantize_page_ask_image (SalQuantizePage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  const NnImages *images = sal_dataset_get_test (sal_lab_model_get_dataset (self->model));
  const char *method = sal_map_comparison_get_method (self->maps);
  const SalPaneRequest panes[] = {
    { self->model, sal_lab_model_get_full_bits (self->model), method },
    { self->model, self->bits, method },
  };

  self->image = sal_session_get_image (session);
  if (self->image >= images->count)
    return;
  set_stale (self);
  sal_lab_explain (sal_session_get_lab (session), SAL_QUANTIZE_SLOT, panes, G_N_ELEMENTS (panes),
                   images->pixels + self->image * nn_images_stride (images),
                   images->labels[self->image], sal_session_get_explain_class (session),
                   self->image, image_cb, self);
}
