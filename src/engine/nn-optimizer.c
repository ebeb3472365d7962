/* nn-optimizer.c - SGD, Adam, AdamW and Adadelta
 *
 * Each update is one pass over weights, gradients and state, in float, with
 * the order of operations of the published algorithms.  The scalars of a step
 * are computed in double and rounded once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-optimizer.h"

#include <math.h>
#include <string.h>

#include "kernels/nn-kernel.h"
#include "nn-words.h"

static const char *const off_on[] = { "off", "on", NULL };

/* Parameters of sgd, in the order of the row. */
enum { SGD_MOMENTUM, SGD_NESTEROV };

static const NnParam sgd_params[] = {
  [SGD_MOMENTUM] = { "momentum", N_("Momentum"), NN_PARAM_REAL, 0, 0.9999, 0.9, NULL },
  [SGD_NESTEROV] = { "nesterov", N_("Nesterov momentum"), NN_PARAM_CHOICE, 0, 1, 0, off_on },
};

/* v = momentum v + g + decay w;  w -= rate (keep v + pass (g + decay w)).
 * keep = 1, pass = 0 is Polyak's, keep = momentum, pass = 1 is Nesterov's. */
NN_KERNEL static void
sgd_kernel (size_t                n,
            float                 rate,
            float                 decay,
            float                 momentum,
            float                 keep,
            float                 pass,
            float *restrict       w,
            const float *restrict g,
            float *restrict       velocity)
{
  for (size_t i = 0; i < n; i++) {
    const float d = g[i] + decay * w[i];
    const float v = momentum * velocity[i] + d;

    velocity[i] = v;
    w[i] -= rate * (keep * v + pass * d);
  }
}

static void
sgd_update (const NnParamValues *values,
            double               learning_rate,
            double               weight_decay,
            uint64_t             step,
            size_t               n,
            float               *w,
            const float         *g,
            float *const        *slots)
{
  const float momentum = (float) values->value[SGD_MOMENTUM];
  const bool nesterov = values->value[SGD_NESTEROV] != 0;

  sgd_kernel (n, (float) learning_rate, (float) weight_decay, momentum,
              nesterov ? momentum : 1, nesterov ? 1 : 0, w, g, slots[0]);
}

/* Parameters of adam and adamw, in the order of the rows. */
enum { ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON };

static const NnParam adam_params[] = {
  [ADAM_BETA1] = { "beta1", N_("Decay of the mean"), NN_PARAM_REAL, 0, 0.9999, 0.9, NULL },
  [ADAM_BETA2] = { "beta2", N_("Decay of the mean square"), NN_PARAM_REAL, 0, 0.999999, 0.999,
                   NULL },
  [ADAM_EPSILON] = { "eps", N_("Epsilon"), NN_PARAM_REAL, 1e-16, 0.1, 1e-8, NULL },
};

/* The scalars of one step of Adam. */
typedef struct
{
  float shrink;    /* w *= shrink first: decay apart from the gradient        */
  float decay;     /* g += decay w: decay as part of the gradient             */
  float beta1;
  float one_less_beta1;
  float beta2;
  float one_less_beta2;
  float rate;      /* learning rate / (1 - beta1^t)                           */
  float root_bias; /* 1 / sqrt (1 - beta2^t)                                  */
  float epsilon;
} AdamStep;

/* m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
 * w -= rate m / (sqrt (v) root_bias + epsilon). */
NN_KERNEL static void
adam_kernel (size_t                n,
             AdamStep              step,
             float *restrict       w,
             const float *restrict g,
             float *restrict       mean,
             float *restrict       square)
{
  for (size_t i = 0; i < n; i++) {
    const float kept = w[i] * step.shrink;
    const float d = g[i] + step.decay * kept;
    const float m = step.beta1 * mean[i] + step.one_less_beta1 * d;
    const float v = step.beta2 * square[i] + step.one_less_beta2 * (d * d);

    mean[i] = m;
    square[i] = v;
    w[i] = kept - step.rate * m / (sqrtf (v) * step.root_bias + step.epsilon);
  }
}

static AdamStep
adam_step (const NnParamValues *values,
           double               learning_rate,
           uint64_t             step)
{
  const double beta1 = values->value[ADAM_BETA1];
  const double beta2 = values->value[ADAM_BETA2];

  const AdamStep scalars = {
    .shrink = 1,
    .beta1 = (float) beta1,
    .one_less_beta1 = (float) (1 - beta1),
    .beta2 = (float) beta2,
    .one_less_beta2 = (float) (1 - beta2),
    .rate = (float) (learning_rate / (1 - pow (beta1, (double) step))),
    .root_bias = (float) (1 / sqrt (1 - pow (beta2, (double) step))),
    .epsilon = (float) values->value[ADAM_EPSILON],
  };

  return scalars;
}

static void
adam_update (const NnParamValues *values,
             double               learning_rate,
             double               weight_decay,
             uint64_t             step,
             size_t               n,
             float               *w,
             const float         *g,
             float *const        *slots)
{
  AdamStep scalars = adam_step (values, learning_rate, step);

  scalars.decay = (float) weight_decay;
  adam_kernel (n, scalars, w, g, slots[0], slots[1]);
}

static void
adamw_update (const NnParamValues *values,
              double               learning_rate,
              double               weight_decay,
              uint64_t             step,
              size_t               n,
              float               *w,
              const float         *g,
              float *const        *slots)
{
  AdamStep scalars = adam_step (values, learning_rate, step);

  scalars.shrink = (float) (1 - learning_rate * weight_decay);
  adam_kernel (n, scalars, w, g, slots[0], slots[1]);
}

/* Parameters of adadelta, in the order of the row. */
enum { ADADELTA_RHO, ADADELTA_EPSILON };

static const NnParam adadelta_params[] = {
  [ADADELTA_RHO] = { "rho", N_("Decay of the mean squares"), NN_PARAM_REAL, 0, 0.9999, 0.9, NULL },
  [ADADELTA_EPSILON] = { "eps", N_("Epsilon"), NN_PARAM_REAL, 1e-16, 0.1, 1e-6, NULL },
};

/* s = rho s + (1 - rho) g^2;  d = g sqrt (u + epsilon) / sqrt (s + epsilon);
 * u = rho u + (1 - rho) d^2;  w -= rate d. */
NN_KERNEL static void
adadelta_kernel (size_t                n,
                 float                 rate,
                 float                 decay,
                 float                 rho,
                 float                 one_less_rho,
                 float                 epsilon,
                 float *restrict       w,
                 const float *restrict g,
                 float *restrict       square,
                 float *restrict       change)
{
  for (size_t i = 0; i < n; i++) {
    const float d = g[i] + decay * w[i];
    const float s = rho * square[i] + one_less_rho * (d * d);
    const float delta = sqrtf (change[i] + epsilon) / sqrtf (s + epsilon) * d;

    square[i] = s;
    change[i] = rho * change[i] + one_less_rho * (delta * delta);
    w[i] -= rate * delta;
  }
}

static void
adadelta_update (const NnParamValues *values,
                 double               learning_rate,
                 double               weight_decay,
                 uint64_t             step,
                 size_t               n,
                 float               *w,
                 const float         *g,
                 float *const        *slots)
{
  const double rho = values->value[ADADELTA_RHO];

  adadelta_kernel (n, (float) learning_rate, (float) weight_decay, (float) rho,
                   (float) (1 - rho), (float) values->value[ADADELTA_EPSILON],
                   w, g, slots[0], slots[1]);
}

static const NnOptimizer optimizers[] = {
  {
    .name = "sgd",
    .title = N_("SGD with momentum"),
    .summary = N_("Stochastic gradient descent along a decaying sum of gradients."),
    .params = sgd_params,
    .n_params = sizeof sgd_params / sizeof sgd_params[0],
    .n_slots = 1,
    .learning_rate = 0.05,
    .update = sgd_update,
  },
  {
    .name = "adam",
    .title = N_("Adam"),
    .summary = N_("Steps scaled by running means of gradient and square (arXiv 1412.6980)."),
    .params = adam_params,
    .n_params = sizeof adam_params / sizeof adam_params[0],
    .n_slots = 2,
    .learning_rate = 1e-3,
    .update = adam_update,
  },
  {
    .name = "adamw",
    .title = N_("AdamW"),
    .summary = N_("Adam with weight decay apart from the gradient (arXiv 1711.05101)."),
    .params = adam_params,
    .n_params = sizeof adam_params / sizeof adam_params[0],
    .n_slots = 2,
    .learning_rate = 1e-3,
    .update = adamw_update,
  },
  {
    .name = "adadelta",
    .title = N_("Adadelta"),
    .summary = N_("Steps in units of the weights' own recent changes (arXiv 1212.5701)."),
    .params = adadelta_params,
    .n_params = sizeof adadelta_params / sizeof adadelta_params[0],
    .n_slots = 2,
    .learning_rate = 1,
    .update = adadelta_update,
  },
};

const NnOptimizer *
nn_optimizer (size_t index)
{
  return index < sizeof optimizers / sizeof optimizers[0] ? &optimizers[index] : NULL;
}

const NnOptimizer *
nn_optimizer_find (const char *name)
{
  for (size_t i = 0; nn_optimizer (i) != NULL; i++) {
    if (strcmp (optimizers[i].name, name) == 0)
      return &optimizers[i];
  }
  return NULL;
}
