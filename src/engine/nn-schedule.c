/* nn-schedule.c - learning-rate schedules and the order of an epoch
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "nn/nn-rng.h"
#include "nn/nn-trainer.h"

typedef struct
{
  const char *name;
  const char *title;
} ScheduleRow;

static const ScheduleRow rows[] = {
  [NN_SCHEDULE_CONSTANT] = { "constant", "Constant" },
  [NN_SCHEDULE_COSINE] = { "cosine", "Cosine to zero" },
  [NN_SCHEDULE_STEP] = { "step", "Tenths at 50 % and 75 %" },
};

enum { N_SCHEDULES = sizeof rows / sizeof rows[0] };

const char *
nn_schedule_name (NnSchedule schedule)
{
  return (size_t) schedule < N_SCHEDULES ? rows[schedule].name : NULL;
}

const char *
nn_schedule_title (NnSchedule schedule)
{
  return (size_t) schedule < N_SCHEDULES ? rows[schedule].title : NULL;
}

double
nn_schedule_factor (NnSchedule schedule,
                    uint64_t   step,
                    uint64_t   total)
{
  const double progress = total > 0 ? (double) step / (double) total : 0.0;

  switch (schedule) {
  case NN_SCHEDULE_COSINE:
    return 0.5 * (1.0 + cos (M_PI * fmin (progress, 1.0)));
  case NN_SCHEDULE_STEP:
    return progress < 0.5 ? 1.0 : progress < 0.75 ? 0.1 : 0.01;
  default:
    return 1.0;
  }
}

void
nn_epoch_order (uint64_t  seed,
                uint64_t  epoch,
                uint32_t *indices,
                size_t    n)
{
  nn_rng_shuffle (seed, nn_rng_stream (NN_RANDOM_SHUFFLE, epoch, 0), indices, n);
}
