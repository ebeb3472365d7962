/* nn-schedule.c - learning-rate schedules and the order of an epoch
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn/nn-schedule.h"

#include <math.h>

#include "nn-words.h"
#include "nn/nn-rng.h"

/* The factor at `progress` in [0, 1] of the run, warm-up aside. */
typedef double (*ShapeFunc) (const NnRateCourse *course,
                             double              progress);

typedef struct
{
  const char *name;
  const char *title;
  ShapeFunc   shape;
} ScheduleRow;

static double
constant (const NnRateCourse *course,
          double              progress)
{
  (void) course;
  (void) progress;
  return 1.0;
}

static double
cosine (const NnRateCourse *course,
        double              progress)
{
  return course->final + (1.0 - course->final) * (0.5 * (1.0 + cos (M_PI * progress)));
}

static double
tenths (const NnRateCourse *course,
        double              progress)
{
  (void) course;
  return progress < 0.5 ? 1.0 : progress < 0.75 ? 0.1 : 0.01;
}

static double
linear (const NnRateCourse *course,
        double              progress)
{
  return 1.0 + (course->final - 1.0) * progress;
}

static double
triangular (const NnRateCourse *course,
            double              progress)
{
  if (progress < course->peak)
    return course->initial + (1.0 - course->initial) * (progress / course->peak);
  if (course->peak >= 1.0)
    return 1.0;
  return linear (course, (progress - course->peak) / (1.0 - course->peak));
}

static const ScheduleRow rows[] = {
  [NN_SCHEDULE_CONSTANT] = { "constant", N_("Constant"), constant },
  [NN_SCHEDULE_COSINE] = { "cosine", N_("Cosine"), cosine },
  /* xgettext:no-c-format */
  [NN_SCHEDULE_STEP] = { "step", N_("Tenths at 50 % and 75 %"), tenths },
  [NN_SCHEDULE_LINEAR] = { "linear", N_("Straight down"), linear },
  [NN_SCHEDULE_TRIANGULAR] = { "triangular", N_("Straight up, then down"), triangular },
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
nn_rate_factor (const NnRateCourse *course,
                uint64_t            step)
{
  if (step < course->warm_up)
    return course->initial
           + (1.0 - course->initial) * ((double) step / (double) course->warm_up);
  if (course->total <= course->warm_up)
    return 1.0;

  const double progress = (double) (step - course->warm_up)
                          / (double) (course->total - course->warm_up);

  return rows[course->schedule].shape (course, fmin (progress, 1.0));
}

void
nn_epoch_order (uint64_t  seed,
                uint64_t  epoch,
                uint32_t *indices,
                size_t    n)
{
  nn_rng_shuffle (seed, nn_rng_stream (NN_RANDOM_SHUFFLE, epoch, 0), indices, n);
}
