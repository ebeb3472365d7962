/* sal-class-chooser.c - which class the maps explain
 *
 * Row 0 is the prediction, row 1 the true class, row 2 class 0.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-class-chooser.h"

#include <glib/gi18n.h>

#include "sal-segments.h"

/* More classes, or longer names, do not fit beside the other controls. */
#define MAX_BUTTONS 10
#define MAX_NAME 2

#define FIRST_CLASS 2

struct _SalClassChooser
{
  AdwBin       parent_instance;

  SalSegments *segments;
  GtkDropDown *list;
  GtkStack    *stack;
  int          explain_class;
  gboolean     updating;
};

enum
{
  PROP_EXPLAIN_CLASS = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalClassChooser, sal_class_chooser, ADW_TYPE_BIN)

static guint
row_of (int explain_class)
{
  if (explain_class == SAL_EXPLAIN_PREDICTED)
    return 0;
  return explain_class == SAL_EXPLAIN_LABEL ? 1 : FIRST_CLASS + (guint) explain_class;
}

static int
class_of (guint row)
{
  if (row == 0)
    return SAL_EXPLAIN_PREDICTED;
  return row == 1 ? SAL_EXPLAIN_LABEL : (int) row - FIRST_CLASS;
}

static void
show_row (SalClassChooser *self)
{
  const guint row = row_of (self->explain_class);

  self->updating = TRUE;
  sal_segments_set_selected (self->segments, row);
  gtk_drop_down_set_selected (self->list, row);
  self->updating = FALSE;
}

static void
set_class (SalClassChooser *self,
           int              explain_class)
{
  if (self->explain_class == explain_class)
    return;
  self->explain_class = explain_class;
  show_row (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPLAIN_CLASS]);
}

static void
segment_selected_cb (SalClassChooser *self)
{
  if (!self->updating)
    set_class (self, class_of (sal_segments_get_selected (self->segments)));
}

static void
row_selected_cb (SalClassChooser *self)
{
  const guint row = gtk_drop_down_get_selected (self->list);

  if (!self->updating && row != GTK_INVALID_LIST_POSITION)
    set_class (self, class_of (row));
}

void
sal_class_chooser_set_dataset (SalClassChooser *self,
                               SalDataset      *dataset)
{
  g_return_if_fail (SAL_IS_CLASS_CHOOSER (self));

  const int n = dataset == NULL ? 0 : sal_dataset_get_test (dataset)->classes;
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();
  gboolean fits = n <= MAX_BUTTONS;

  g_strv_builder_add_many (titles, _("Prediction"), _("True"), NULL);
  for (int i = 0; i < n; i++) {
    const char *name = sal_dataset_get_class_name (dataset, i);

    g_strv_builder_add (titles, name);
    fits = fits && g_utf8_strlen (name, -1) <= MAX_NAME;
  }

  g_auto (GStrv) rows = g_strv_builder_end (titles);
  g_autoptr (GtkStringList) strings = gtk_string_list_new ((const char *const *) rows);

  self->updating = TRUE;
  gtk_drop_down_set_model (self->list, G_LIST_MODEL (strings));
  sal_segments_set_titles (self->segments, fits ? (const char *const *) rows : NULL);
  self->updating = FALSE;
  gtk_stack_set_visible_child (self->stack, fits ? GTK_WIDGET (self->segments)
                                                 : GTK_WIDGET (self->list));
  show_row (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_class_chooser_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (id) {
  case PROP_EXPLAIN_CLASS:
    g_value_set_int (value, SAL_CLASS_CHOOSER (object)->explain_class);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_class_chooser_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (id) {
  case PROP_EXPLAIN_CLASS:
    set_class (SAL_CLASS_CHOOSER (object), g_value_get_int (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_class_chooser_class_init (SalClassChooserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sal_class_chooser_get_property;
  object_class->set_property = sal_class_chooser_set_property;

  properties[PROP_EXPLAIN_CLASS] =
    g_param_spec_int ("explain-class", NULL, NULL, SAL_EXPLAIN_LABEL, G_MAXINT,
                      SAL_EXPLAIN_PREDICTED,
                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_class_chooser_init (SalClassChooser *self)
{
  const char *const tooltips[] = {
    _("Each pane explains the class it predicts (P)"),
    _("All panes explain the true class (T)"),
    NULL,
  };

  self->explain_class = SAL_EXPLAIN_PREDICTED;
  self->stack = GTK_STACK (gtk_stack_new ());
  self->segments = g_object_new (SAL_TYPE_SEGMENTS, "tooltips", tooltips, NULL);
  self->list = GTK_DROP_DOWN (gtk_drop_down_new (NULL, NULL));
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->segments));
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->segments),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Class to explain"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Class to explain"), -1);
  g_signal_connect_swapped (self->segments, "notify::selected",
                            G_CALLBACK (segment_selected_cb), self);
  g_signal_connect_swapped (self->list, "notify::selected", G_CALLBACK (row_selected_cb), self);
  sal_class_chooser_set_dataset (self, NULL);
}
