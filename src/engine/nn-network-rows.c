/* nn-network-rows.c - the table of ready-made networks
 *
 * Repeated parts of the deep ones are macros that write lines: `name` goes
 * before the names of a part's layers, `from` is the layer that a block reads.
 * Convolutions before a batch norm have no bias, which it would take away.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "nn-network-rows.h"

#define CONV(name, settings) \
  "conv2d " name " padding=1 bias=no init=kaiming " settings "\n"

/* conv - norm - activation - conv - norm */
#define RESIDUAL(name, out, stride) \
  CONV (name "-conv1", "out=" out " stride=" stride) \
  "batch-norm " name "-bn1\n" \
  "%ACT% " name "-act1\n" \
  CONV (name "-conv2", "out=" out) \
  "batch-norm " name "-bn2\n"

/* A block whose input is added as it is. */
#define BLOCK(name, out, from) \
  RESIDUAL (name, out, "1") \
  "add " name "-add with=" from "\n" \
  "%ACT% " name "-act2\n"

/* One that halves the plane; the input is subsampled and padded. */
#define BLOCK_A(name, out, from) \
  RESIDUAL (name, out, "2") \
  "shortcut " name "-shortcut from=" from " out=" out " stride=2\n" \
  "add " name "-add with=" name "-bn2\n" \
  "%ACT% " name "-act2\n"

/* One that halves the plane; the input is projected. */
#define BLOCK_B(name, out, from) \
  RESIDUAL (name, out, "2") \
  "conv2d " name "-project from=" from " out=" out " kernel=1 stride=2 bias=no " \
  "init=kaiming\n" \
  "batch-norm " name "-project-bn\n" \
  "add " name "-add with=" name "-bn2\n" \
  "%ACT% " name "-act2\n"

#define CONV_NORM_ACTIVATION(number, out) \
  CONV ("conv" number, "out=" out) \
  "batch-norm bn" number "\n" \
  "%ACT% act" number "\n"

/* Statistics that follow within a few steps; no learned factor. */
#define FAST_NORM(name) \
  "batch-norm " name " scale=no momentum=0.4 epsilon=1e-12\n"

#define FAST_GROUP(name, out) \
  "conv2d " name "-conv1 out=" out " padding=1 bias=no init=dirac\n" \
  "max-pool " name "-pool\n" \
  FAST_NORM (name "-bn1") \
  "%ACT% " name "-act1\n" \
  "conv2d " name "-conv2 out=" out " padding=1 bias=no init=dirac\n" \
  FAST_NORM (name "-bn2") \
  "%ACT% " name "-act2\n"

static const NnNetworkRow table[] = {
  {
    { "sgt-cnn", N_("SGT-CNN"),
      N_("Two 3 x 3 convolutions (32, 64), max-pooling, two linear layers, dropout: the network "
         "of the saliency-guided training paper on MNIST"), "relu" },
    "conv2d conv1 out=32\n"
    "%ACT% act1\n"
    "conv2d conv2 out=64\n"
    "%ACT% act2\n"
    "max-pool pool\n"
    "dropout drop1 rate=0.25\n"
    "flatten flat\n"
    "linear fc1 out=128\n"
    "%ACT% act3\n"
    "dropout drop2\n"
    "linear fc2 out=%CLASSES%\n",
  },
  {
    { "sgt-cnn-small", N_("SGT-CNN, small"),
      N_("The same with 8 and 16 channels and 32 hidden units: for quick trials"), "relu" },
    "conv2d conv1 out=8\n"
    "%ACT% act1\n"
    "conv2d conv2 out=16\n"
    "%ACT% act2\n"
    "max-pool pool\n"
    "dropout drop1 rate=0.1\n"
    "flatten flat\n"
    "linear fc1 out=32\n"
    "%ACT% act3\n"
    "linear fc2 out=%CLASSES%\n",
  },
  {
    { "lenet5", N_("LeNet-5"),
      N_("Two 5 x 5 convolutions (6, 16) with average-pooling and three linear layers (LeCun et "
         "al. 1998)"), "relu" },
    "conv2d conv1 out=6 kernel=5 padding=2\n"
    "%ACT% act1\n"
    "average-pool pool1\n"
    "conv2d conv2 out=16 kernel=5\n"
    "%ACT% act2\n"
    "average-pool pool2\n"
    "flatten flat\n"
    "linear fc1 out=120\n"
    "%ACT% act3\n"
    "linear fc2 out=84\n"
    "%ACT% act4\n"
    "linear fc3 out=%CLASSES%\n",
  },
  {
    { "cifar-fast", N_("Fast CIFAR network"),
      /* xgettext:no-c-format */
      N_("Whitened 2 x 2 patches, three groups of two convolutions (64, 256, 256), GELU: the "
         "design that reaches 94 % on CIFAR-10 soonest (Jordan 2024, arXiv 2404.00498)"), "gelu" },
    "conv2d whiten out=%PATCH% kernel=2 frozen=yes init=whiten\n"
    "%ACT% whiten-act\n"
    FAST_GROUP ("g1", "64")
    FAST_GROUP ("g2", "256")
    FAST_GROUP ("g3", "256")
    "max-pool pool size=3\n"
    "flatten flat\n"
    "linear fc out=%CLASSES% bias=no\n"
    "scale temper factor=0.1111111111111111\n",
  },
  {
    { "resnet20", N_("ResNet-20"),
      N_("Nine residual blocks (16, 32, 64) with shortcuts that have no weights: the CIFAR-10 "
         "network of the PACT paper (He et al. 2015, arXiv 1512.03385)"), "relu" },
    CONV ("conv1", "out=16")
    "batch-norm bn1\n"
    "%ACT% act1\n"
    BLOCK ("g1b1", "16", "act1")
    BLOCK ("g1b2", "16", "g1b1-act2")
    BLOCK ("g1b3", "16", "g1b2-act2")
    BLOCK_A ("g2b1", "32", "g1b3-act2")
    BLOCK ("g2b2", "32", "g2b1-act2")
    BLOCK ("g2b3", "32", "g2b2-act2")
    BLOCK_A ("g3b1", "64", "g2b3-act2")
    BLOCK ("g3b2", "64", "g3b1-act2")
    BLOCK ("g3b3", "64", "g3b2-act2")
    "global-average-pool pool\n"
    "linear fc out=%CLASSES%\n",
  },
  {
    { "resnet18", N_("ResNet-18 for small images"),
      N_("Eight residual blocks (64, 128, 256, 512) behind a 3 x 3 convolution, shortcuts are "
         "projected (He et al. 2015, arXiv 1512.03385)"), "relu" },
    CONV ("conv1", "out=64")
    "batch-norm bn1\n"
    "%ACT% act1\n"
    BLOCK ("g1b1", "64", "act1")
    BLOCK ("g1b2", "64", "g1b1-act2")
    BLOCK_B ("g2b1", "128", "g1b2-act2")
    BLOCK ("g2b2", "128", "g2b1-act2")
    BLOCK_B ("g3b1", "256", "g2b2-act2")
    BLOCK ("g3b2", "256", "g3b1-act2")
    BLOCK_B ("g4b1", "512", "g3b2-act2")
    BLOCK ("g4b2", "512", "g4b1-act2")
    "global-average-pool pool\n"
    "linear fc out=%CLASSES%\n",
  },
  {
    { "vgg-small", N_("VGG-small"),
      N_("Six 3 x 3 convolutions (128, 128, 256, 256, 512, 512) with batch norm, three "
         "max-poolings, one linear layer: usual where low-bit networks are compared "
         "(arXiv 1702.00953)"), "relu" },
    CONV_NORM_ACTIVATION ("1", "128")
    CONV_NORM_ACTIVATION ("2", "128")
    "max-pool pool1\n"
    CONV_NORM_ACTIVATION ("3", "256")
    CONV_NORM_ACTIVATION ("4", "256")
    "max-pool pool2\n"
    CONV_NORM_ACTIVATION ("5", "512")
    CONV_NORM_ACTIVATION ("6", "512")
    "max-pool pool3\n"
    "flatten flat\n"
    "linear fc out=%CLASSES%\n",
  },
};

const NnNetworkRow *
nn_network_row (size_t index)
{
  return index < sizeof table / sizeof table[0] ? &table[index] : NULL;
}
