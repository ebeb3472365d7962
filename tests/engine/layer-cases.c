/* layer-cases.c - small networks around every kind of layer
 *
 * Odd sizes on purpose: images that are not square, several channels, windows
 * that leave a rest, layers first and in place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "layer-cases.h"

const gsize layer_batch_sizes[] = { 1, 7, 8, 9, LAYER_MAX_BATCH };
const gsize n_layer_batch_sizes = G_N_ELEMENTS (layer_batch_sizes);

const LayerCase layer_cases[] = {
  { "input channels=6 height=5 width=6\n" /* Winograd's algorithm */
    "conv2d a out=7 kernel=3 padding=1\n"
    "flatten flat\n"
    "linear fc out=2\n" },
  { "input channels=1 height=5 width=4\n"
    "conv2d t out=2\n"
    "flatten flat\n" },
  { "input channels=2 height=6 width=7\n"
    "conv2d a out=3 kernel=3 stride=2 padding=1\n"
    "conv2d t out=2 kernel=2 padding=1\n"
    "flatten flat\n"
    "linear fc out=3\n" },
  { "input channels=2 height=5 width=4\n"
    "conv2d t out=3 step=learned\n"
    "relu act\n"
    "flatten flat\n"
    "linear u out=2 step=learned\n" },
  { "input channels=3 height=4 width=6\n"
    "conv2d t out=2 kernel=4 stride=3 padding=2\n"
    "relu act\n"
    "flatten flat\n"
    "linear fc out=2\n" },
  { "input channels=3 height=20 width=33\n" /* several tiles of columns */
    "conv2d t out=2 kernel=5 padding=2\n"
    "flatten flat\n"
    "linear fc out=2\n" },
  { "input channels=2 height=1 width=3\n"
    "flatten flat\n"
    "linear t out=37\n"
    "linear u out=3\n" },
  { "input channels=4 height=1 width=1\n"
    "linear t out=3\n" },
  { "input channels=2 height=5 width=6\n"
    "max-pool t\n"
    "flatten flat\n"
    "linear fc out=3\n" },
  { "input channels=1 height=7 width=5\n"
    "conv2d a out=2 kernel=2\n"
    "max-pool t size=3 stride=1\n"
    "flatten flat\n" },
  { "input channels=1 height=5 width=7\n"
    "max-pool t size=2 stride=3\n"
    "flatten flat\n" },
  { "input channels=2 height=5 width=6\n"
    "average-pool t\n"
    "flatten flat\n"
    "linear fc out=3\n" },
  { "input channels=2 height=7 width=5\n"
    "conv2d a out=1 kernel=1\n"
    "average-pool t size=3 stride=2\n"
    "flatten flat\n" },
  { "input channels=2 height=3 width=2\n"
    "relu t\n"
    "flatten flat\n"
    "linear fc out=2\n" },
  { "input channels=1 height=3 width=4\n"
    "flatten flat\n"
    "linear a out=5\n"
    "relu t\n"
    "linear fc out=2\n" },
  { "input channels=3 height=5 width=4\n"
    "conv2d a out=2 kernel=2\n"
    "global-average-pool t\n"
    "linear fc out=3\n" },
  { "input channels=4 height=1 width=1\n"
    "global-average-pool t\n" },
  { "input channels=2 height=5 width=7\n"
    "global-average-pool t\n" },
  { "input channels=2 height=3 width=2\n"
    "gelu t\n"
    "flatten flat\n"
    "linear fc out=2\n" },
  { "input channels=1 height=5 width=4\n"
    "conv2d a out=3 kernel=2\n"
    "gelu t\n"
    "flatten flat\n"
    "linear b out=5\n"
    "gelu u\n"
    "linear fc out=2\n" },
  { "input channels=1 height=3 width=4\n"
    "shortcut t\n"
    "flatten flat\n" },
  { "input channels=2 height=5 width=4\n"
    "conv2d a out=3 kernel=2\n"
    "shortcut t out=5 stride=2\n"
    "flatten flat\n"
    "linear fc out=2\n" },
  { "input channels=2 height=7 width=4\n"
    "shortcut t out=3 stride=3\n"
    "flatten flat\n" },
  { "input channels=1 height=2 width=3\n"
    "scale t factor=0.7\n"
    "flatten flat\n"
    "linear fc out=3\n"
    "scale u factor=0.25\n" },
  { "input channels=2 height=3 width=3\n"
    "pact t\n"
    "flatten flat\n"
    "linear fc out=2\n", NN_BITS_CLIP },
  { "input channels=1 height=5 width=4\n"
    "conv2d a out=2 kernel=2\n"
    "pact t gradient=pact+\n"
    "flatten flat\n"
    "linear b out=4\n"
    "pact u\n"
    "linear c out=2\n", NN_BITS_CLIP },
  { "input channels=2 height=3 width=3\n"
    "pact t\n"
    "flatten flat\n"
    "linear fc out=2\n", NN_BITS_OFF },
  { "input channels=2 height=3 width=3\n"
    "pact t of=gelu\n"
    "flatten flat\n"
    "linear fc out=2\n", NN_BITS_OFF },
  { "input channels=2 height=3 width=3\n"
    "pact t of=gelu\n"
    "flatten flat\n"
    "linear fc out=2\n", NN_BITS_CLIP },
  { "input channels=1 height=5 width=4\n"
    "conv2d a out=2 kernel=2\n"
    "pact t of=gelu gradient=pact+\n"
    "flatten flat\n"
    "linear b out=4\n"
    "pact u of=gelu\n"
    "linear c out=2\n", NN_BITS_CLIP },
  { "input channels=2 height=4 width=3\n"
    "conv2d a out=3 kernel=2\n"
    "relu act\n"
    "dropout t rate=0.4\n"
    "flatten flat\n"
    "linear fc out=3\n"
    "dropout u\n", NN_BITS_OFF, FALSE },
  { "input channels=2 height=4 width=3\n"
    "conv2d a out=3 kernel=2\n"
    "relu act\n"
    "dropout t rate=0.4\n"
    "flatten flat\n"
    "linear fc out=3\n"
    "dropout u\n", NN_BITS_OFF, TRUE },
  { "input channels=2 height=2 width=3\n"
    "dropout t\n"
    "flatten flat\n"
    "linear fc out=3\n", NN_BITS_OFF, TRUE },
  { "input channels=2 height=4 width=5\n"
    "conv2d a out=3 kernel=2 bias=no\n"
    "batch-norm t\n"
    "pact act\n"
    "conv2d b out=2 kernel=2 frozen=yes\n"
    "batch-norm u scale=no epsilon=0.1\n"
    "flatten flat\n"
    "linear fc out=3 bias=no\n"
    "batch-norm v\n", NN_BITS_CLIP },
  { "input channels=1 height=5 width=5\n"
    "conv2d a out=3 kernel=2\n"
    "batch-norm t epsilon=0.5\n"
    "conv2d b out=2 kernel=2 bias=no\n"
    "batch-norm u scale=no epsilon=0.5\n"
    "flatten flat\n"
    "linear fc out=3\n", NN_BITS_OFF, TRUE },
  { "input channels=2 height=3 width=4\n"
    "conv2d a out=2 kernel=1\n"
    "relu act\n"
    "conv2d b out=2 padding=1\n"
    "add t with=act\n"
    "flatten flat\n"
    "linear fc out=3\n" },
  { "input channels=2 height=4 width=4\n"
    "conv2d a out=3 padding=1\n"
    "batch-norm n epsilon=0.5\n"
    "conv2d b out=4 stride=2 padding=1 bias=no\n"
    "conv2d p out=4 kernel=1 stride=2 from=n bias=no\n"
    "batch-norm nb from=b epsilon=0.5\n"
    "batch-norm np from=p epsilon=0.5\n"
    "add t with=nb\n"
    "conv2d c out=4 kernel=1\n"
    "add u with=c from=t\n"
    "batch-norm nu epsilon=0.5\n"
    "flatten flat\n"
    "linear fc out=3\n", NN_BITS_OFF, TRUE },
  { "input channels=2 height=4 width=4\n"
    "flatten flat\n"
    "linear a out=6\n"
    "batch-norm n epsilon=0.5\n"
    "linear b out=6 from=a\n"
    "linear c out=6 from=n\n"
    "add t with=b\n"
    "add u with=t\n"
    "batch-norm m epsilon=0.5\n"
    "linear d out=3\n", NN_BITS_OFF, TRUE },
  { "input channels=1 height=3 width=3\n"
    "conv2d a out=1 padding=1\n"
    "add t with=input\n"
    "flatten flat\n"
    "add u with=flat\n" },
  /* On lanes, from planes to planes: what a residual network is made of. */
  { "input channels=3 height=5 width=12\n"
    "conv2d a out=16 padding=1 bias=no\n"
    "batch-norm na epsilon=0.5\n"
    "gelu ga\n"
    "conv2d b out=16 padding=1 bias=no\n"
    "batch-norm nb epsilon=0.5\n"
    "add t with=ga\n"
    "gelu gt\n"
    "conv2d c out=32 stride=2 padding=1 bias=no\n"
    "batch-norm nc epsilon=0.5\n"
    "shortcut s from=gt out=32 stride=2\n"
    "add u with=nc\n"
    "gelu gu\n"
    "global-average-pool p\n"
    "linear fc out=3\n", NN_BITS_OFF, TRUE },
  { "input channels=2 height=5 width=6\n"
    "conv2d a out=16 padding=1\n"
    "gelu x\n"
    "conv2d b out=16 padding=1\n"
    "gelu y\n" /* its gradient takes the place of the sum's */
    "add t with=x\n"
    "conv2d c out=16 padding=1\n"
    "add u with=t\n"
    "scale half factor=0.5\n"
    "global-average-pool p\n"
    "linear fc out=3\n" },
  { "input channels=2 height=4 width=6\n"
    "conv2d a out=32 padding=1\n"
    "batch-norm n epsilon=0.5\n"
    "conv2d b out=32 padding=1\n"
    "conv2d c out=32 padding=1 from=n\n"
    "batch-norm nc epsilon=0.5\n"
    "gelu g\n" /* works in the place of the sum's second input */
    "batch-norm m from=b epsilon=0.5\n"
    "add t with=g\n"
    "flatten flat\n"
    "linear fc out=3\n", NN_BITS_OFF, TRUE },
  { "input channels=1 height=11 width=13\n"
    "conv2d a out=48 kernel=2 padding=1 bias=no\n"
    "conv2d b out=16 kernel=5 stride=2 padding=2\n"
    "shortcut s out=48\n" /* 16 channels before and behind */
    "add t with=s\n"
    "shortcut u out=64 stride=3\n" /* 8 */
    "conv2d c out=5 padding=1\n"
    "flatten flat\n"
    "linear fc out=2\n" },
};

const gsize n_layer_cases = G_N_ELEMENTS (layer_cases);

double
layer_value (const NnLayer *layer,
             const char    *param)
{
  const NnLayerKind *kind = &layer->ops->kind;
  const int index = nn_param_find (kind->params, kind->n_params, param);

  g_assert_cmpint (index, >=, 0);
  return layer->values.value[index];
}
