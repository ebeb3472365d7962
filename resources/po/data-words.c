/* data-words.c - the words of data/ that the window shows
 *
 * Nothing is compiled of this: it is where translators find what stands in the
 * JSON files of presets and data sets, which xgettext does not read.  The tests
 * compare it with them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
static const char *const words[] = {
  N_("A quick first try"),
  N_("A small SGT-CNN for three epochs: a first result within seconds"),
  N_("Paper: baseline"),
  N_("SGT-CNN without masking and in full precision, the paper's control"),
  N_("Paper: SGT"),
  N_("Saliency-guided training with k = 0.5 and λ = 1 (Ismail et al. 2021, arXiv "
   "2111.14338)"),
  N_("Paper: PACT, 4 bits"),
  N_("PACT with 4-bit weights and activations (Choi et al. 2018, arXiv 1805.06085)"),
  N_("Paper: SGT + PACT, 4 bits"),
  N_("Saliency-guided training of a 4-bit network, k = 0.5 and λ = 1 (arXiv 2412.03915)"),
  N_("As in the reference code"),
  N_("SGT as its published code does it: signed gradient of the log-probability, "
   "uniform fill, Adadelta"),
  N_("Fast CIFAR: full precision"),
  N_("The fast CIFAR network in ten epochs: label smoothing, alternating mirrors, a "
   "triangular learning rate (arXiv 2404.00498)"),
  N_("Fast CIFAR: SGT + PACT, 4 bits"),
  N_("Saliency-guided training of the fast CIFAR network with 4-bit weights and "
   "activations, k = 0.5 and λ = 1"),
  N_("ResNet-20"),
  /* xgettext:no-c-format */
  N_("ResNet-20 on CIFAR-10 in full precision as published: 164 epochs, tenths of the "
   "learning rate at 50 % and 75 % (arXiv 1512.03385)"),
  N_("ResNet-20: PACT, 4 bits"),
  N_("ResNet-20 with 4-bit weights and activations as in the PACT paper, first and last "
   "layer in full precision (arXiv 1805.06085)"),
  N_("Demo: baseline"),
  N_("How the bundled demo network was trained: a small SGT-CNN, short"),
  N_("Demo: SGT"),
  N_("Demo: PACT, 4 bits"),
  N_("Demo: SGT + PACT, 4 bits"),
  N_("MNIST"),
  N_("MNIST in blocks"),
  N_("CC BY-SA 3.0"),
  N_("Fashion-MNIST"),
  N_("Fashion-MNIST in blocks"),
  N_("MIT"),
  N_("KMNIST"),
  N_("KMNIST in blocks"),
  N_("CC BY-SA 4.0"),
  N_("CIFAR-10"),
  N_("none stated; cite the report"),
  N_("CIFAR-100"),
};
