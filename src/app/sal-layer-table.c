/* sal-layer-table.c - the layers of a network at some bits, one a row
 *
 * Columns are rows of a table: a title, what it means, and how a layer's text
 * is made.  Size groups align them with the heading.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-layer-table.h"

#include <glib/gi18n.h>
#include <math.h>

#include "plot-scale.h"
#include "sal-words.h"

/* What a difference of accuracy, in points, and of correlation must reach to
 * be worth a word: half of the last digit that is shown. */
#define LEAST_POINTS 0.05
#define LEAST_AGREEMENT 0.005

/* A layer and what it costs by itself: its weights, and its activations. */
typedef struct
{
  SalLayerDescription layer;
  gboolean            has_cost[2];
  double              points[2];    /* of accuracy, usually below 0           */
  double              agreement[2]; /* of its maps with full precision's      */
} Row;

enum
{
  WEIGHTS,
  ACTIVATIONS,
};

struct _SalLayerTable
{
  AdwBin      parent_instance;

  GtkListBox *list;
  GtkLabel   *words;    /* which layer costs most                              */
  GPtrArray  *groups;   /* GtkSizeGroup of each column                         */
  GArray     *rows;     /* Row                                                 */
  gboolean    updating;
};

enum
{
  PROP_LAYER = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalLayerTable, sal_layer_table, ADW_TYPE_BIN)

/* --- columns ----------------------------------------------------------------- */

static char *
bits_text (int bits)
{
  if (bits == NN_BITS_CLIP)
    return g_strdup (_("clip"));
  return bits == NN_BITS_OFF ? g_strdup (_("off")) : g_strdup_printf ("%d", bits);
}

static char *
name_text (const Row *row)
{
  return g_strdup (row->layer.name);
}

static char *
weight_bits_text (const Row *row)
{
  return bits_text (row->layer.weight_bits);
}

static char *
activation_bits_text (const Row *row)
{
  return row->layer.activation_layer < 0 ? g_strdup ("–")
         : bits_text (row->layer.activation_bits);
}

static char *
alpha_text (const Row *row)
{
  char number[PLOT_NUMBER_SIZE];

  plot_format_value (row->layer.alpha > 0 ? row->layer.alpha : NAN, 3, number);
  return g_strdup (number);
}

static char *
sqnr_text (const Row *row)
{
  char number[PLOT_NUMBER_SIZE];

  plot_format_tick (row->layer.weight_sqnr, 0.1, number);
  return g_strdup (number);
}

/* "−0.10 · −0.04": weights, then activations where there are any. */
static char *
pair_text (const Row    *row,
           const double *values,
           gboolean      is_signed)
{
  char numbers[2][PLOT_NUMBER_SIZE] = { "–", "–" };

  for (int i = 0; i < 2; i++)
    if (row->has_cost[i])
      plot_format_tick (values[i], is_signed ? 0.1 : 0.01, numbers[i]);
  if (!row->has_cost[WEIGHTS] && !row->has_cost[ACTIVATIONS])
    return g_strdup ("–");
  return g_strdup_printf ("%s · %s", numbers[WEIGHTS], numbers[ACTIVATIONS]);
}

static char *
points_text (const Row *row)
{
  return pair_text (row, row->points, TRUE);
}

static char *
agreement_text (const Row *row)
{
  return pair_text (row, row->agreement, FALSE);
}

G_STATIC_ASSERT (SAL_ESTIMATE_IMAGES == 500 && SAL_SCALE_IMAGES == 32); /* as the tooltips say */

static const struct
{
  const char *title;
  const char *tooltip;
  char     *(*text) (const Row *row);
} columns[] = {
  { N_("layer"), N_("Name of the layer in the network's text"), name_text },
  { N_("W bits"), N_("Bit width of its weights"), weight_bits_text },
  { N_("A bits"), N_("Bit width of the activation that follows; clip: limited to α, not rounded"),
    activation_bits_text },
  { "α", N_("Clipping level of the activation that follows"), alpha_text },
  { N_("SQNR dB"), N_("Signal-to-quantization-noise ratio of its weights"), sqnr_text },
  { N_("Δ acc W · A"),
    N_("Points of test accuracy (500 images) when only its weights, and only its activations, "
       "are quantized"),
    points_text },
  { N_("ρ map W · A"),
    N_("Spearman correlation of the maps of 32 test images with those of full precision when "
       "only its weights, and only its activations, are quantized"),
    agreement_text },
};

#define N_COLUMNS G_N_ELEMENTS (columns)

/* --- rows -------------------------------------------------------------------- */

static GtkWidget *
new_cell (SalLayerTable *self,
          guint          column,
          const char    *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_size_group_add_widget (g_ptr_array_index (self->groups, column), label);
  return label;
}

static GtkWidget *
new_heading (SalLayerTable *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  for (guint i = 0; i < N_COLUMNS; i++) {
    GtkWidget *cell = new_cell (self, i, _(columns[i].title));

    gtk_widget_set_tooltip_text (cell, _(columns[i].tooltip));
    gtk_box_append (GTK_BOX (box), cell);
  }
  gtk_widget_add_css_class (box, "layer-heading");
  return box;
}

static void
append_row (SalLayerTable *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  for (guint i = 0; i < N_COLUMNS; i++)
    gtk_box_append (GTK_BOX (box), new_cell (self, i, ""));
  gtk_list_box_append (self->list, box);
}

static void
fill_row (SalLayerTable *self,
          guint          index)
{
  const Row *row = &g_array_index (self->rows, Row, index);
  GtkListBoxRow *widget = gtk_list_box_get_row_at_index (self->list, (int) index);
  GtkWidget *cell = gtk_widget_get_first_child (gtk_list_box_row_get_child (widget));
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < N_COLUMNS; i++) {
    g_autofree char *text = columns[i].text (row);

    if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (cell)), text) != 0)
      gtk_label_set_label (GTK_LABEL (cell), text);
    g_string_append_printf (words, "%s%s %s", i == 0 ? "" : ", ", _(columns[i].title), text);
    cell = gtk_widget_get_next_sibling (cell);
  }
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words->str, -1);
}

/* --- which layer costs most ---------------------------------------------------- */

/* The part of a layer with the smallest of `values`. */
typedef struct
{
  const Row *row;     /* NULL: none, or none more than another                 */
  int        which;
  double     value;
} Worst;

static void
consider (Worst     *worst,
          const Row *row,
          int        which,
          double     value)
{
  if (!row->has_cost[which] || isnan (value) || value > worst->value)
    return;
  *worst = (Worst) { value < worst->value ? row : NULL, which, value };
}

static int
get_bits (const Worst *worst)
{
  return worst->which == WEIGHTS ? worst->row->layer.weight_bits
         : worst->row->layer.activation_bits;
}

/* "The weights of conv2 cost most accuracy (−3.1 points at 2 bits)." */
static char *
accuracy_words (const Worst *worst)
{
  char number[PLOT_NUMBER_SIZE];

  if (worst->row == NULL || worst->value > -LEAST_POINTS)
    return NULL;
  plot_format_tick (worst->value, 0.1, number);

  g_autofree char *bits = sal_words_bits (get_bits (worst));

  return g_strdup_printf (worst->which == WEIGHTS
                          ? _("The weights of %s cost most accuracy (%s points at %s).")
                          : _("The activations after %s cost most accuracy (%s points at %s)."),
                          worst->row->layer.name, number, bits);
}

/* "The weights of fc1 change the map most (Spearman 0.61 at 2 bits)." */
static char *
map_words (const Worst *worst)
{
  char number[PLOT_NUMBER_SIZE];

  if (worst->row == NULL || worst->value > 1 - LEAST_AGREEMENT)
    return NULL;
  plot_format_tick (worst->value, 0.01, number);

  g_autofree char *bits = sal_words_bits (get_bits (worst));

  return g_strdup_printf (worst->which == WEIGHTS
                          ? _("The weights of %s change the map most (Spearman %s at %s).")
                          : _("The activations after %s change the map most (Spearman %s at %s)."),
                          worst->row->layer.name, number, bits);
}

/* Only from all figures: the layer that is measured next may cost more. */
static void
say_which_costs_most (SalLayerTable *self,
                      gboolean       is_whole)
{
  Worst accuracy = { NULL, 0, INFINITY };
  Worst map = { NULL, 0, INFINITY };

  for (guint i = 0; is_whole && i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);

    for (int which = 0; which < 2; which++) {
      consider (&accuracy, row, which, row->points[which]);
      consider (&map, row, which, row->agreement[which]);
    }
  }

  g_autofree char *costs = accuracy_words (&accuracy);
  g_autofree char *spoils = map_words (&map);
  g_autofree char *words = g_strjoin (costs != NULL && spoils != NULL ? " " : "",
                                      costs != NULL ? costs : "", spoils != NULL ? spoils : "",
                                      NULL);

  gtk_label_set_label (self->words, words);
  gtk_widget_set_visible (GTK_WIDGET (self->words), *words != '\0');
}

/* --- what is shown ------------------------------------------------------------- */

static gboolean
names_differ (SalLayerTable             *self,
              const SalLayerDescription *layers,
              guint                      n)
{
  if (self->rows->len != n)
    return TRUE;
  for (guint i = 0; i < n; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);

    if (row->layer.layer != layers[i].layer || !g_str_equal (row->layer.name, layers[i].name))
      return TRUE;
  }
  return FALSE;
}

static void
make_rows (SalLayerTable *self,
           guint          n)
{
  GtkListBoxRow *row = NULL;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_array_set_size (self->rows, 0);
  g_array_set_size (self->rows, n);
  for (guint i = 0; i < n; i++)
    append_row (self);
}

void
sal_layer_table_set_layers (SalLayerTable             *self,
                            const SalLayerDescription *layers,
                            guint                      n)
{
  g_return_if_fail (SAL_IS_LAYER_TABLE (self));

  const int selected = sal_layer_table_get_layer (self);

  self->updating = TRUE;
  if (names_differ (self, layers, n))
    make_rows (self, n);
  for (guint i = 0; i < n; i++) {
    g_array_index (self->rows, Row, i).layer = layers[i];
    fill_row (self, i);
  }
  self->updating = FALSE;
  sal_layer_table_set_layer (self, selected);
  if (sal_layer_table_get_layer (self) < 0 && n > 0)
    sal_layer_table_set_layer (self, layers[n > 1 ? 1 : 0].layer);
}

void
sal_layer_table_set_sensitivity (SalLayerTable              *self,
                                 const SalSensitivityAnswer *answer)
{
  g_return_if_fail (SAL_IS_LAYER_TABLE (self));

  for (guint i = 0; i < self->rows->len; i++) {
    Row *row = &g_array_index (self->rows, Row, i);

    row->has_cost[WEIGHTS] = FALSE;
    row->has_cost[ACTIVATIONS] = FALSE;
    for (guint k = 0; answer != NULL && k < answer->done; k++) {
      const SalLayerSensitivity *cost = &answer->rows[k];
      const int which = cost->is_activation ? ACTIVATIONS : WEIGHTS;

      if (cost->layer != (which == WEIGHTS ? row->layer.layer : row->layer.activation_layer))
        continue;
      row->has_cost[which] = TRUE;
      row->points[which] = 100 * (cost->accuracy - answer->full_accuracy);
      row->agreement[which] = cost->agreement;
    }
    fill_row (self, i);
  }
  say_which_costs_most (self, answer != NULL && answer->total > 0
                        && answer->done == answer->total);
}

/* --- selection --------------------------------------------------------------- */

gboolean
sal_layer_table_get_selected (SalLayerTable       *self,
                              SalLayerDescription *layer)
{
  g_return_val_if_fail (SAL_IS_LAYER_TABLE (self), FALSE);

  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (row == NULL)
    return FALSE;
  *layer = g_array_index (self->rows, Row, gtk_list_box_row_get_index (row)).layer;
  return TRUE;
}

int
sal_layer_table_get_layer (SalLayerTable *self)
{
  SalLayerDescription layer;

  return sal_layer_table_get_selected (self, &layer) ? layer.layer : -1;
}

void
sal_layer_table_set_layer (SalLayerTable *self,
                           int            layer)
{
  g_return_if_fail (SAL_IS_LAYER_TABLE (self));

  for (guint i = 0; i < self->rows->len; i++)
    if (g_array_index (self->rows, Row, i).layer.layer == layer)
      gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int) i));
}

guint
sal_layer_table_get_n_rows (SalLayerTable *self)
{
  g_return_val_if_fail (SAL_IS_LAYER_TABLE (self), 0);

  return self->rows->len;
}

static void
row_selected_cb (SalLayerTable *self)
{
  if (!self->updating)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAYER]);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_layer_table_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (id) {
  case PROP_LAYER:
    g_value_set_int (value, sal_layer_table_get_layer (SAL_LAYER_TABLE (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_layer_table_finalize (GObject *object)
{
  SalLayerTable *self = SAL_LAYER_TABLE (object);

  g_array_unref (self->rows);
  g_ptr_array_unref (self->groups);
  G_OBJECT_CLASS (sal_layer_table_parent_class)->finalize (object);
}

static void
sal_layer_table_class_init (SalLayerTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sal_layer_table_get_property;
  object_class->finalize = sal_layer_table_finalize;

  properties[PROP_LAYER] =
    g_param_spec_int ("layer", NULL, NULL, -1, G_MAXINT, -1,
                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_layer_table_init (SalLayerTable *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  self->groups = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < N_COLUMNS; i++)
    g_ptr_array_add (self->groups, gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL));

  gtk_widget_add_css_class (list, "layer-list");
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Layers"),
                                  -1);
  g_signal_connect_object (list, "row-selected", G_CALLBACK (row_selected_cb), self,
                           G_CONNECT_SWAPPED);

  self->words = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_xalign (self->words, 0);
  gtk_label_set_selectable (self->words, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->words), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "layer-words");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  self->words, NULL, -1);
  /* Above the rows, of which there may be more than fit. */
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (box), new_heading (self));
  gtk_box_append (GTK_BOX (box), list);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
sal_layer_table_new (void)
{
  return g_object_new (SAL_TYPE_LAYER_TABLE, NULL);
}
