/* sal-provenance.h - where the bits of a run come from
 *
 * Recipe and data decide what is computed; which program on which machine did
 * it decides the last bits.  A run is trained in one sitting or, with pauses
 * and kills, in several, perhaps on several machines: each is noted, in the
 * store and in the files of the run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From one start of the program to its end; numbers are -1 and texts empty
 * where a file does not say. */
typedef struct
{
  char  *version;    /* of the program                                         */
  char  *revision;   /* of its source; empty if not built from a checkout      */
  char  *cpu;        /* the processor's name                                   */
  char  *kernels;    /* nn_machine_kernels()                                   */
  char  *blas;       /* nn_pool_blas_name()                                    */
  char  *integers;   /* the kernel for 8-bit codes, which is exact             */
  gint64 threads;
  gint64 started;    /* Unix seconds                                           */
  gint64 ended;      /* the last moment that was noted                         */
  gint64 first_step; /* mini-batches done before ...                           */
  gint64 last_step;  /* ... and after                                          */
} SalSitting;

typedef struct
{
  char      *data_hash; /* SHA-256 of the data set                             */
  GPtrArray *sittings;  /* SalSitting, in the order of time                    */
} SalProvenance;

SalProvenance *sal_provenance_new  (const char *data_hash);
void           sal_provenance_free (SalProvenance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalProvenance, sal_provenance_free)

/* A sitting of this program on this machine begins, at step `step`. */
void sal_provenance_begin (SalProvenance *self,
                           int            threads,
                           gint64         step);

/* The present sitting has come to `step`. */
void sal_provenance_note (SalProvenance *self,
                          gint64         step);

/* One JSON object; SAL_ERROR_BAD_FILE for text that is none. Free the
 * results. */
char          *sal_provenance_to_json   (const SalProvenance *self);
SalProvenance *sal_provenance_from_json (const char *json,
                                         GError    **error);

/* What differs between two things that decide bits. */
typedef struct
{
  const char *what;  /* "program", "kernels" ...                               */
  char       *then;
  char       *now;
} SalDifference;

void sal_difference_free (SalDifference *self);

/* Where this program on this machine differs from those of all sittings:
 * GPtrArray of SalDifference, empty if nowhere. */
GPtrArray *sal_provenance_compare (const SalProvenance *self);

/* A sentence that says so, or NULL. Free the result. */
char *sal_provenance_warning (const SalProvenance *self);

/* "0.1.0 (ce34887)", of this program. Free the result. */
char *sal_provenance_program (void);

/* One sitting for people, in local time: "2024-05-17 14:03 – 14:10, 0.1.0
 * (ce34887), AMD EPYC, x86-64-v4, OpenBLAS 0.3.21 SkylakeX, avx512-vnni,
 * 2 threads, steps 0 – 1410". Free the result. */
char *sal_sitting_text (const SalSitting *self);

G_END_DECLS
