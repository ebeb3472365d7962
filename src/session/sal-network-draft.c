/* sal-network-draft.c - a network's text while it is being written
 *
 * The lines before a problem are built with an end of their own, a linear layer
 * to the classes; where that fails, too, lines are left out from the end until
 * something builds.  Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-network-draft.h"

#include <stdio.h>
#include <string.h>

#define END "\nflatten draft-end\nlinear draft-classes out=classes\n"
#define N_END_LAYERS 2

/* ---- lines -------------------------------------------------------------------- */

/* The words of a line without its comment. */
static char **
split_line (const char *line)
{
  g_autofree char *text = g_strndup (line, strcspn (line, "#"));
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);
  return g_strv_builder_end (builder);
}

static gboolean
is_layer (char **words)
{
  return words[0] != NULL && !g_str_equal (words[0], "input");
}

/* The line of layer `index`, counted from 1; 0 if there are not so many. */
static int
layer_line (char **lines,
            gsize  index)
{
  gsize n = 0;

  for (gsize i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = split_line (lines[i]);

    if (is_layer (words) && n++ == index)
      return (int) i + 1;
  }
  return 0;
}

/* The line of the layer that a message names in quotation marks, or 0. */
static int
named_line (char      **lines,
            const char *message)
{
  for (gsize i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = split_line (lines[i]);

    if (!is_layer (words) || words[1] == NULL)
      continue;

    g_autofree char *name = g_strdup_printf ("%s \"%s\"", words[0], words[1]);

    if (strstr (message, name) != NULL)
      return (int) i + 1;
  }
  return 0;
}

static gsize
count_layers (char **lines)
{
  gsize n = 0;

  while (layer_line (lines, n) > 0)
    n++;
  return n;
}

/* Where a message says, the layer it names, or what it says of the last one. */
static int
problem_line (char      **lines,
              const char *message)
{
  const gsize n = count_layers (lines);
  int line = 0;

  if (sscanf (message, "line %d", &line) == 1)
    return line;
  line = named_line (lines, message);
  if (line == 0 && strstr (message, "the last layer") != NULL && n > 0)
    return layer_line (lines, n - 1);
  return line;
}

/* ---- building ----------------------------------------------------------------- */

static guint64
count_parameters (const NnModel *model,
                  gsize          layer)
{
  guint64 n = 0;

  for (gsize i = 0; i < nn_model_tensor_count (model); i++) {
    const NnTensor tensor = nn_model_tensor (model, i);

    if (tensor.layer == (int) layer)
      n += tensor.count;
  }
  return n;
}

static void
take_layers (SalNetworkDraft *self,
             const NnModel   *model,
             char           **lines,
             gsize            n_layers)
{
  for (gsize i = 0; i < n_layers; i++) {
    const NnLayerInfo info = nn_model_layer (model, i);
    const SalDraftLayer layer = {
      .line = layer_line (lines, i),
      .output = info.output,
      .parameters = count_parameters (model, i),
      .macs = info.macs,
    };

    g_array_append_val (self->layers, layer);
    self->parameters += layer.parameters;
    self->macs += layer.macs;
  }
}

/* The first `n_lines` lines with an end of their own, if they build. */
static gboolean
take_beginning (SalNetworkDraft *self,
                char           **lines,
                gsize            n_lines,
                NnShape          input,
                int              classes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < n_lines; i++)
    g_string_append_printf (text, "%s\n", lines[i]);
  g_string_append (text, END);

  NnModel *model = nn_own_network_new (text->str, input, classes, FALSE, NULL);

  if (model == NULL)
    return FALSE;
  take_layers (self, model, lines, nn_model_layer_count (model) - N_END_LAYERS);
  nn_model_free (model);
  return TRUE;
}

static void
take_what_builds (SalNetworkDraft *self,
                  char           **lines,
                  NnShape          input,
                  int              classes)
{
  const gsize n_lines = g_strv_length (lines);

  for (gsize n = n_lines; n > 0; n--)
    if (take_beginning (self, lines, n, input, classes))
      return;
}

SalNetworkDraft *
sal_network_draft_new (const char *text,
                       NnShape     input,
                       int         classes)
{
  SalNetworkDraft *self = g_new0 (SalNetworkDraft, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  NnError error = { NN_OK, "" };
  NnModel *model = nn_own_network_new (text, input, classes, FALSE, &error);

  self->layers = g_array_new (FALSE, FALSE, sizeof (SalDraftLayer));
  if (model != NULL) {
    take_layers (self, model, lines, nn_model_layer_count (model));
    nn_model_free (model);
  } else {
    self->problem = g_strdup (error.message);
    self->line = problem_line (lines, error.message);
    take_what_builds (self, lines, input, classes);
  }
  return self;
}

void
sal_network_draft_free (SalNetworkDraft *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->layers);
  g_free (self->problem);
  g_free (self);
}

/* ---- a text to start from ----------------------------------------------------- */

/* "linear fc2 out=10" becomes "linear fc2 out=classes" in the last line that
 * says so. */
static void
name_classes (GString *text,
              int      classes)
{
  g_autofree char *number = g_strdup_printf (" out=%d", classes);
  const char *found = g_strrstr (text->str, number);

  if (found == NULL || strchr (" \n", found[strlen (number)]) == NULL)
    return;

  const gssize place = found - text->str;

  g_string_erase (text, place, (gssize) strlen (number));
  g_string_insert (text, place, " out=classes");
}

char *
sal_network_draft_text (const SalRecipe *recipe,
                        SalDataset      *dataset,
                        GError         **error)
{
  SalRecipe plain = *recipe;

  if (sal_recipe_has_own_network (recipe))
    return g_strdup (recipe->network);
  plain.mode = SAL_MODE_BASELINE;

  g_autofree char *written = sal_recipe_network_text (&plain, dataset, error);

  if (written == NULL)
    return NULL;

  g_autoptr (GString) text = g_string_new (NULL);
  const char *layers = strchr (written, '\n');

  g_string_printf (text, "# Own %s\n%s", recipe->network, layers != NULL ? layers + 1 : "");
  name_classes (text, sal_dataset_get_train (dataset)->classes);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
