/* nn-schedule.h - how the learning rate changes over a run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  NN_SCHEDULE_CONSTANT,
  NN_SCHEDULE_COSINE,     /* half a cosine from 1 down to `final`             */
  NN_SCHEDULE_STEP,       /* times 0.1 at 50 % and at 75 %                    */
  NN_SCHEDULE_LINEAR,     /* from 1 down to `final`                           */
  NN_SCHEDULE_TRIANGULAR, /* from `initial` up to 1 at `peak`, down to `final` */
} NnSchedule;

/* NULL past the last. */
const char *nn_schedule_name  (NnSchedule schedule);
const char *nn_schedule_title (NnSchedule schedule);

/* The course of a run's learning rate, in factors of the highest one. */
typedef struct
{
  NnSchedule schedule;
  uint64_t   total;   /* steps of the run                                     */
  uint64_t   warm_up; /* first steps in which the factor rises in a straight
                         line from `initial` to 1; the schedule follows over
                         what is left.  0 for triangular, which has its own   */
  double     initial; /* in [0, 1]                                            */
  double     peak;    /* share of the run at which triangular is at 1         */
  double     final;   /* in [0, 1]                                            */
} NnRateCourse;

/* The factor in [0, 1] of step `step`, which counts from 0; past the end it
 * stays where it is. */
double nn_rate_factor (const NnRateCourse *course,
                       uint64_t            step);

/* The order in which epoch `epoch` visits n images: a permutation of
 * `indices` (n) in place, a function of seed and epoch alone. */
void nn_epoch_order (uint64_t  seed,
                     uint64_t  epoch,
                     uint32_t *indices,
                     size_t    n);

#ifdef __cplusplus
}
#endif
