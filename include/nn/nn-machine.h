/* nn-machine.h - what the engine computes with: processor and kernels
 *
 * For the record of a run: other kernels or another BLAS may sum in another
 * order, and then the same recipe gives other bits.  Strings are static.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* The processor's own name, such as "AMD EPYC 9654 96-Core Processor"; the
 * architecture's where it has none. */
const char *nn_machine_cpu (void);

/* Which version of the engine's loops the loader picked: "x86-64-v4" (AVX-512),
 * "x86-64-v3" (AVX2), or "baseline". */
const char *nn_machine_kernels (void);

#ifdef __cplusplus
}
#endif
