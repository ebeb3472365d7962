/* nn-table.h - what all tables of the engine share: parameter rows
 *
 * Layers, quantizers, optimizers, saliency methods and fills are rows of
 * tables.  Each row lists its parameters in this form; the same rows drive
 * parsing, range checks, saving, the lists a user sees, and generated tests.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "nn/nn-status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  NN_PARAM_REAL,
  NN_PARAM_INTEGER,
  NN_PARAM_CHOICE, /* the value is the index into `choices`                   */
} NnParamType;

#define NN_MAX_PARAMS 8

/* One parameter: `minimum` <= value <= `maximum`. */
typedef struct
{
  const char        *name;    /* as written in texts: "kernel"                */
  const char        *title;   /* for people: "Kernel size"                    */
  NnParamType        type;
  double             minimum;
  double             maximum;
  double             standard; /* the default; NAN where it must be given     */
  const char *const *choices; /* NULL-terminated, for NN_PARAM_CHOICE         */
} NnParam;

/* Values of a row's parameters, in the row's order. */
typedef struct
{
  double value[NN_MAX_PARAMS];
} NnParamValues;

/* The index of parameter `name` in `params` (n), or -1. */
int nn_param_find (const NnParam *params,
                   size_t         n,
                   const char    *name);

/* Parses `text` as a value of `param`; NN_ERROR_RANGE or NN_ERROR_SYNTAX
 * name the parameter, its range and what was found. */
NnStatus nn_param_parse (const NnParam *param,
                         const char    *text,
                         double        *value,
                         NnError       *error) NN_MUST_CHECK;

/* Checks type and range of `value`. */
NnStatus nn_param_check (const NnParam *param,
                         double         value,
                         NnError       *error) NN_MUST_CHECK;

/* Writes `value` as text that nn_param_parse() reads back to the same value. */
void nn_param_format (const NnParam *param,
                      double         value,
                      char          *text,
                      size_t         size);

/* The defaults of all parameters. */
NnParamValues nn_param_defaults (const NnParam *params,
                                 size_t         n);

#ifdef __cplusplus
}
#endif
