/* nn-network-rows.h - the table of ready-made networks, for the engine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "nn-words.h"
#include "nn/nn-model.h"

/* A network is its text without the input line.  %ACT% stands for the kind of
 * its activations, %CLASSES% for the number of classes and %PATCH% for twice
 * the values of a 2 x 2 patch of the input. */
typedef struct
{
  NnNetwork   network;
  const char *text;
} NnNetworkRow;

/* Row `index`, or NULL past the end. */
const NnNetworkRow *nn_network_row (size_t index);
