/* nn-loss.c - softmax, cross entropy and Kullback-Leibler divergence
 *
 * Rows are short and few beside the network that made them, so everything is
 * computed in double and rounded once.  A logit that is not finite makes the
 * loss NaN: that is how divergence is seen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-loss.h"

#include <math.h>

/* log (sum (exp (row))) without overflow. */
static double
log_sum_exp (const float *row,
             int          classes)
{
  const double largest = row[nn_argmax (row, classes)];
  double sum = 0;

  for (int k = 0; k < classes; k++)
    sum += exp (row[k] - largest);
  return largest + log (sum);
}

void
nn_softmax (const float *logits,
            size_t       n,
            int          classes,
            float       *p)
{
  for (size_t i = 0; i < n; i++) {
    const float *row = logits + i * (size_t) classes;
    float *out = p + i * (size_t) classes;
    const double total = log_sum_exp (row, classes);

    for (int k = 0; k < classes; k++)
      out[k] = (float) exp (row[k] - total);
  }
}

/* One row: loss = - sum t log p with t = (1 - s) [label] + s / classes;
 * gradient: p - t. */
static double
cross_entropy_row (const float *row,
                   int          label,
                   int          classes,
                   double       smoothing,
                   double       scale,
                   float       *gradient)
{
  const double total = log_sum_exp (row, classes);
  const double others = smoothing / classes;
  double loss = 0;

  for (int k = 0; k < classes; k++) {
    const double log_p = row[k] - total;
    const double target = others + (k == label ? 1 - smoothing : 0);

    if (target > 0)
      loss -= target * log_p;
    if (gradient != NULL)
      gradient[k] += (float) (scale * (exp (log_p) - target));
  }
  return loss;
}

double
nn_cross_entropy (const float *logits,
                  const int   *labels,
                  size_t       n,
                  int          classes,
                  double       smoothing,
                  double       weight,
                  float       *gradient)
{
  const double scale = weight / (double) n;
  double sum = 0;

  for (size_t i = 0; i < n; i++) {
    const size_t offset = i * (size_t) classes;

    sum += cross_entropy_row (logits + offset, labels[i], classes, smoothing, scale,
                              gradient != NULL ? gradient + offset : NULL);
  }
  return sum / (double) n;
}

/* One row: KL = sum p (log p - log q); gradient to the logits of p:
 * p (log p - log q - KL), to those of q: q - p. */
static double
kl_divergence_row (const float *row,
                   const float *masked,
                   int          classes,
                   double       scale,
                   float       *row_gradient,
                   float       *masked_gradient)
{
  const double total = log_sum_exp (row, classes);
  const double masked_total = log_sum_exp (masked, classes);
  double kl = 0;

  for (int k = 0; k < classes; k++) {
    const double log_p = row[k] - total;

    kl += exp (log_p) * (log_p - (masked[k] - masked_total));
  }
  for (int k = 0; k < classes; k++) {
    const double log_p = row[k] - total;
    const double log_q = masked[k] - masked_total;
    const double p = exp (log_p);

    if (row_gradient != NULL)
      row_gradient[k] += (float) (scale * p * (log_p - log_q - kl));
    if (masked_gradient != NULL)
      masked_gradient[k] += (float) (scale * (exp (log_q) - p));
  }
  return kl;
}

double
nn_kl_divergence (const float *logits,
                  const float *masked,
                  size_t       n,
                  int          classes,
                  double       weight,
                  float       *logits_gradient,
                  float       *masked_gradient)
{
  const double scale = weight / (double) n;
  double sum = 0;

  for (size_t i = 0; i < n; i++) {
    const size_t offset = i * (size_t) classes;

    sum += kl_divergence_row (logits + offset, masked + offset, classes, scale,
                              logits_gradient != NULL ? logits_gradient + offset : NULL,
                              masked_gradient != NULL ? masked_gradient + offset : NULL);
  }
  return sum / (double) n;
}

size_t
nn_count_correct (const float *logits,
                  const int   *labels,
                  size_t       n,
                  int          classes)
{
  size_t correct = 0;

  for (size_t i = 0; i < n; i++)
    correct += nn_argmax (logits + i * (size_t) classes, classes) == labels[i];
  return correct;
}

int
nn_argmax (const float *logits,
           int          classes)
{
  int best = 0;

  for (int k = 1; k < classes; k++) {
    if (logits[k] > logits[best])
      best = k;
  }
  return best;
}
