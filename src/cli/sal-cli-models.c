/* sal-cli-models.c - `saliscope-cli models`: what the engine's tables hold
 *
 * Each table is walked through one adapter, so that a new row anywhere is
 * documented here without a change.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "nn/nn-model.h"
#include "nn/nn-optimizer.h"
#include "nn/nn-quantizer.h"
#include "nn/nn-saliency.h"
#include "sal-cli-entries.h"
#include "sal-cli-output.h"
#include "sal-cli.h"
#include "sal-recipe.h"

/* A row of any table. */
typedef struct
{
  const char    *name;
  const char    *title;
  const char    *summary;
  const char    *source;   /* or NULL                                          */
  const NnParam *params;
  gsize          n_params;
} Row;

/* Fills row `index`; FALSE past the end. */
typedef gboolean (*RowFunc) (gsize index,
                             Row  *row);

/* ---- adapters -------------------------------------------------------------------------- */

static gboolean
network_row (gsize index,
             Row  *row)
{
  const NnNetwork *network = nn_network (index);

  if (network != NULL)
    *row = (Row) { network->name, network->title, network->summary };
  return network != NULL;
}

static gboolean
layer_row (gsize index,
           Row  *row)
{
  const NnLayerKind *kind = nn_layer_kind (index);

  if (kind != NULL)
    *row = (Row) { kind->name, kind->title, kind->summary, NULL, kind->params, kind->n_params };
  return kind != NULL;
}

static gboolean
quantizer_row (gsize index,
               Row  *row)
{
  const NnWeightQuantizer *quantizer = nn_weight_quantizer (index);

  if (quantizer != NULL)
    *row = (Row) { quantizer->name, quantizer->title, quantizer->summary, NULL,
                   quantizer->params, quantizer->n_params };
  return quantizer != NULL;
}

static gboolean
optimizer_row (gsize index,
               Row  *row)
{
  const NnOptimizer *optimizer = nn_optimizer (index);

  if (optimizer != NULL)
    *row = (Row) { optimizer->name, optimizer->title, optimizer->summary, NULL,
                   optimizer->params, optimizer->n_params };
  return optimizer != NULL;
}

static gboolean
method_row (gsize index,
            Row  *row)
{
  const NnSaliencyMethod *method = nn_saliency_method (index);

  if (method != NULL)
    *row = (Row) { method->name, method->title, method->summary, method->source, method->params,
                   method->n_params };
  return method != NULL;
}

static gboolean
preset_row (gsize index,
            Row  *row)
{
  const SalPreset *preset = sal_preset ((guint) index);

  if (preset != NULL)
    *row = (Row) { preset->name, preset->title, preset->summary };
  return preset != NULL;
}

static const struct
{
  const char *key;    /* in JSON                                               */
  const char *title;
  RowFunc     row;
} tables[] = {
  { "networks", "Networks (train --network)", network_row },
  { "layers", "Layers of a network's text", layer_row },
  { "quantizers", "Weight quantizers", quantizer_row },
  { "optimizers", "Optimizers (train --optimizer)", optimizer_row },
  { "methods", "Explanation methods (explain --method, mask --method)", method_row },
  { "presets", "Presets (train --preset)", preset_row },
};

/* ---- text ------------------------------------------------------------------------------ */

/* "from 1 to 64", or the choices. Free the result. */
static char *
range_text (const NnParam *param)
{
  if (param->type == NN_PARAM_CHOICE)
    return g_strjoinv (", ", (char **) param->choices);
  return g_strdup_printf ("%g to %g", param->minimum, param->maximum);
}

static char *
standard_text (const NnParam *param)
{
  char value[64];

  if (isnan (param->standard))
    return g_strdup ("must be given");
  nn_param_format (param, param->standard, value, sizeof value);
  return g_strdup_printf ("default %s", value);
}

static void
print_row (const Row *row)
{
  g_print ("  %s: %s\n      %s\n", row->name, row->title, row->summary);
  if (row->source != NULL)
    g_print ("      %s\n", row->source);
  for (gsize i = 0; i < row->n_params; i++) {
    g_autofree char *range = range_text (&row->params[i]);
    g_autofree char *standard = standard_text (&row->params[i]);

    g_print ("      %s: %s (%s; %s)\n", row->params[i].name, row->params[i].title, range,
             standard);
  }
}

static void
print_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    Row row;

    g_print ("%s%s\n", i > 0 ? "\n" : "", tables[i].title);
    for (gsize j = 0; tables[i].row (j, &row); j++)
      print_row (&row);
  }
}

/* ---- JSON ------------------------------------------------------------------------------- */

static void
json_param (JsonBuilder   *builder,
            const NnParam *param)
{
  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "name", param->name);
  sal_cli_json_text (builder, "title", param->title);
  if (param->type == NN_PARAM_CHOICE) {
    json_builder_set_member_name (builder, "choices");
    json_builder_begin_array (builder);
    for (gsize i = 0; param->choices[i] != NULL; i++)
      json_builder_add_string_value (builder, param->choices[i]);
    json_builder_end_array (builder);
    sal_cli_json_text (builder, "default",
                       isnan (param->standard) ? NULL : param->choices[(int) param->standard]);
  } else {
    sal_cli_json_real (builder, "minimum", param->minimum);
    sal_cli_json_real (builder, "maximum", param->maximum);
    sal_cli_json_real (builder, "default", param->standard);
  }
  json_builder_end_object (builder);
}

static void
json_row (JsonBuilder *builder,
          const Row   *row)
{
  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "name", row->name);
  sal_cli_json_text (builder, "title", row->title);
  sal_cli_json_text (builder, "summary", row->summary);
  if (row->source != NULL)
    sal_cli_json_text (builder, "source", row->source);
  if (row->n_params > 0) {
    json_builder_set_member_name (builder, "parameters");
    json_builder_begin_array (builder);
    for (gsize i = 0; i < row->n_params; i++)
      json_param (builder, &row->params[i]);
    json_builder_end_array (builder);
  }
  json_builder_end_object (builder);
}

static void
print_json (void)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    Row row;

    json_builder_set_member_name (builder, tables[i].key);
    json_builder_begin_array (builder);
    for (gsize j = 0; tables[i].row (j, &row); j++)
      json_row (builder, &row);
    json_builder_end_array (builder);
  }
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

/* ---- command ------------------------------------------------------------------------------ */

int
sal_cli_models (const SalCliCommand *command,
                int                  argc,
                char               **argv,
                GError             **error)
{
  gboolean as_json = FALSE;
  g_auto (GStrv) arguments = NULL;
  const GOptionEntry entries[] = {
    sal_cli_json_entry (&as_json),
    { NULL },
  };

  if (!sal_cli_parse (command, argc, argv, entries, NULL, 0, 0, &arguments, error))
    return SAL_CLI_EXIT_FAILURE;
  (as_json ? print_json : print_text) ();
  return SAL_CLI_EXIT_OK;
}
