/* sal-model-metadata.h - the text values of a model file's metadata
 *
 * Safetensors metadata are strings; lists and tables in them are JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-model-file.h"

G_BEGIN_DECLS

/* ---- writing: free the results ------------------------------------------ */

/* ["0", "1", ...] */
char *sal_metadata_from_strings (char **strings);

/* [0.1307, 0.2860] */
char *sal_metadata_from_floats (const float *values,
                                gsize        n);

/* {"conv1": 8, "conv2": 4}: the layers that have such bits. */
char *sal_metadata_from_weight_bits     (const NnModel *model);
char *sal_metadata_from_activation_bits (const NnModel *model);

/* ---- reading: `name` is the file, for messages --------------------------- */

/* The value of `key`, or NULL with an error that names it. */
const char *sal_metadata_require (SalSafetensors *file,
                                  const char     *name,
                                  const char     *key,
                                  GError        **error);

/* `n` names; free with g_strfreev(). */
char **sal_metadata_read_strings (SalSafetensors *file,
                                  const char     *name,
                                  const char     *key,
                                  gsize           n,
                                  GError        **error);

/* `n` finite numbers, above 0 if `positive`. */
gboolean sal_metadata_read_floats (SalSafetensors *file,
                                   const char     *name,
                                   const char     *key,
                                   gboolean        positive,
                                   float          *values,
                                   gsize           n,
                                   GError        **error);

/* A whole number from 0; `fallback` where the key is missing. */
gboolean sal_metadata_read_integer (SalSafetensors *file,
                                    const char     *name,
                                    const char     *key,
                                    gint64          fallback,
                                    gint64         *value,
                                    GError        **error);

/* A number from 0 to `maximum`; NaN where the key is missing. */
gboolean sal_metadata_read_real (SalSafetensors *file,
                                 const char     *name,
                                 const char     *key,
                                 double          maximum,
                                 double         *value,
                                 GError        **error);

/* Sets the quantizer and the bits of the layers of `model`. */
gboolean sal_metadata_apply_quantizer (SalSafetensors *file,
                                       const char     *name,
                                       NnModel        *model,
                                       GError        **error);
gboolean sal_metadata_apply_bits      (SalSafetensors *file,
                                       const char     *name,
                                       NnModel        *model,
                                       GError        **error);

G_END_DECLS
