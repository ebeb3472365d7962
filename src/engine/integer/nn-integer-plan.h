/* nn-integer-plan.h - what the planner of integer networks knows while it works
 *
 * Values are numbered as in NnLayer: 0 is the network's input, i + 1 what layer
 * i gives.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-integer-private.h"

typedef struct
{
  NnIntegerNet *net;
  int           codes[NN_MAX_LAYERS + 1];  /* place of a value, or -1         */
  int           floats[NN_MAX_LAYERS + 1];
  size_t        same[NN_MAX_LAYERS + 1];   /* the value that it is            */
  bool          done[NN_MAX_LAYERS];
  int           stage;
  bool          last_is_whole;
} NnPlan;

/* ---- the graph --------------------------------------------------------------- */

size_t nn_plan_index (const NnPlan  *plan,
                      const NnLayer *layer);

const NnLayer *nn_plan_layer_at (const NnPlan *plan,
                                 size_t        layer);

/* The value that `layer` reads, or the one that this is a view of. */
size_t nn_plan_source (const NnPlan  *plan,
                       const NnLayer *layer);

/* The one layer that reads what `layer` gives, or NULL. */
const NnLayer *nn_plan_only_reader (const NnPlan  *plan,
                                    const NnLayer *layer);

/* Whether `layer` (may be NULL) is a pact of 2 to 8 bits. */
bool nn_plan_quantizes (const NnLayer *layer);

/* ---- places and steps -------------------------------------------------------- */

int nn_plan_add_floats (NnPlan *plan,
                        NnShape shape);

/* Codes up to `top` of `scale` for `value`. */
int nn_plan_add_codes (NnPlan *plan,
                       size_t  value,
                       NnShape shape,
                       float   scale,
                       int     top);

/* The codes that `pact` gives, from now on those of its value. */
int nn_plan_add_pact_codes (NnPlan        *plan,
                            const NnLayer *pact);

/* The place of `value` as floats, made of its codes where it has to be. */
NnStatus nn_plan_want_floats (NnPlan  *plan,
                              size_t   value,
                              int     *place,
                              NnError *error) NN_MUST_CHECK;

/* Adds a step whose layer and places are set.  A step of whole blocks is a
 * stage of its own. */
void nn_plan_add_step (NnPlan       *plan,
                       NnIntegerStep step);

/* ---- layers ------------------------------------------------------------------ */

/* Plans layer `index` unless that is done. */
NnStatus nn_plan_layer (NnPlan  *plan,
                        size_t   index,
                        NnError *error) NN_MUST_CHECK;

/* A layer in float. */
NnStatus nn_plan_float (NnPlan        *plan,
                        const NnLayer *layer,
                        NnError       *error) NN_MUST_CHECK;

/* A layer with weights. */
NnStatus nn_plan_weighted (NnPlan        *plan,
                           const NnLayer *layer,
                           NnError       *error) NN_MUST_CHECK;
