/* sal-command.c - the command line that does what a page shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-command.h"

#include <string.h>

#include "sal-bit-widths.h"

/* What no shell reads as anything else. */
#define PLAIN G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_./:"

static const char *const edge_names[] = {
  [NN_EDGES_8_BITS] = "8-bits",
  [NN_EDGES_FULL] = "full",
  [NN_EDGES_SAME] = "same",
};

static char *
quote (const char *word)
{
  return strspn (word, PLAIN) == strlen (word) ? g_strdup (word) : g_shell_quote (word);
}

char *
sal_command_name_run (SalRunItem *run)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (run), NULL);

  g_autofree char *name = NULL;

  if (sal_run_item_get_file (run) != NULL)
    name = g_strdup (sal_run_item_get_file (run));
  else if (sal_run_item_get_resource (run) != NULL)
    name = g_strdup_printf ("demo:%s", sal_run_item_get_resource (run));
  else
    name = g_strdup_printf ("%" G_GINT64_FORMAT, sal_run_item_get_id (run));
  return quote (name);
}

static gboolean
is_as_trained (const SalBits *bits)
{
  return bits->weight_bits == SAL_BITS_AS_TRAINED
         && bits->activation_bits == SAL_BITS_AS_TRAINED;
}

/* "conv1=4,act1=2", or "" where no layer has bits of its own. Free it. */
static char *
list_layers (const SalBits *bits,
             const NnModel *network)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < bits->n_layers; i++) {
    const SalLayerBits *layer = &bits->layers[i];
    const NnLayerInfo info = nn_model_layer (network, (size_t) layer->layer);
    const gboolean weighs = info.weight_tensor >= 0;
    int own = weighs ? layer->weight_bits : layer->activation_bits;

    if (own == SAL_BITS_LIKE_OTHERS)
      continue;
    if (own == SAL_BITS_AS_TRAINED)
      own = weighs ? info.weight_bits : info.activation_bits;
    g_string_append_printf (text, "%s%s=%d", text->len > 0 ? "," : "", info.name,
                            own == NN_BITS_OFF ? NN_BITS_CLIP : own);
  }
  return g_strdup (text->str);
}

void
sal_command_add_bits (GString       *command,
                      const SalBits *bits,
                      SalLabModel   *model)
{
  g_return_if_fail (command != NULL && bits != NULL && model != NULL);

  const SalBits resolved = sal_bits_resolve (bits, model);
  g_autofree char *layers = list_layers (&resolved, sal_lab_model_get_model (model));

  if (*layers != '\0')
    g_string_append_printf (command, " --bits %s", layers);
  if (!is_as_trained (bits))
    g_string_append_printf (command, " --weight-bits %d --activation-bits %d --edges %s",
                            resolved.weight_bits, resolved.activation_bits,
                            edge_names[resolved.edges]);
  if (resolved.quantizer != NULL)
    g_string_append_printf (command, " --quantizer %s", resolved.quantizer->name);
  if (resolved.refit_alpha)
    g_string_append (command, " --refit-alpha");
  if (resolved.reestimate)
    g_string_append (command, " --reestimate");
}

gboolean
sal_command_can_say (const SalBits *bits)
{
  g_return_val_if_fail (bits != NULL, FALSE);

  for (guint i = 0; i < bits->n_layers; i++)
    if (bits->layers[i].alpha > 0)
      return FALSE;
  return TRUE;
}

char *
sal_command_at_home (char          *command,
                     SalRunLibrary *runs)
{
  g_autofree char *home = sal_run_library_get_directory (runs);
  g_autofree char *usual = sal_run_store_default_directory ();

  if (command == NULL || g_str_equal (home, usual))
    return command;

  g_autofree char *taken = command;
  g_autofree char *quoted = quote (home);
  g_auto (GStrv) lines = g_strsplit (command, "\n", -1);
  g_autofree char *between = g_strconcat (" --home ", quoted, "\n", NULL);
  g_autofree char *joined = g_strjoinv (between, lines);

  return g_strconcat (joined, " --home ", quoted, NULL);
}
