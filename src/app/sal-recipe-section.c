/* sal-recipe-section.c - the rows of one group of a recipe's fields
 *
 * Rows that come and go are given new places in their grid and never taken
 * out of it, so that the entry that is typed in keeps the focus.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-recipe-section.h"

#include <glib/gi18n.h>

#include "sal-settings.h"

#define EXPANDED "expanded-recipe"

struct _SalRecipeSection
{
  AdwBin         parent_instance;

  SalRecipeGroup group;
  GSettings     *settings;  /* or NULL                        */
  GPtrArray     *rows;      /* SalRecipeRow in order          */
  GtkWidget     *heading;
  GtkWidget     *common;    /* GtkGrid                        */
  GtkWidget     *expander;
  GtkWidget     *label;     /* of the expander                */
  GtkWidget     *rare;      /* GtkGrid                        */
};

G_DEFINE_FINAL_TYPE (SalRecipeSection, sal_recipe_section, ADW_TYPE_BIN)

/* --- places ------------------------------------------------------------------ */

typedef struct
{
  int        n_lines;
  GtkWidget *before;  /* a short row alone on the last line, or NULL */
} Flow;

static void
put (GtkWidget *grid,
     GtkWidget *row,
     int        column,
     int        line,
     int        span)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (grid);
  GtkGridLayoutChild *place =
    GTK_GRID_LAYOUT_CHILD (gtk_layout_manager_get_layout_child (layout, row));

  gtk_grid_layout_child_set_column (place, column);
  gtk_grid_layout_child_set_row (place, line);
  gtk_grid_layout_child_set_column_span (place, span);
}

/* Short rows share a line, two by two; one that is left over has it all. */
static void
flow_row (Flow         *flow,
          GtkWidget    *grid,
          SalRecipeRow *row)
{
  const gboolean joins = flow->before != NULL && sal_recipe_row_is_short (row);

  if (joins)
    put (grid, flow->before, 0, flow->n_lines - 1, 1);
  else
    flow->n_lines++;
  put (grid, GTK_WIDGET (row), joins ? 1 : 0, flow->n_lines - 1, joins ? 1 : 2);
  flow->before = !joins && sal_recipe_row_is_short (row) ? GTK_WIDGET (row) : NULL;
}

static gboolean
is_changed (const SalField  *field,
            const SalRecipe *recipe)
{
  SalRecipe fresh;

  sal_recipe_init (&fresh);

  g_autofree char *text = sal_recipe_get (recipe, field);
  g_autofree char *usual = sal_recipe_get (&fresh, field);

  return !g_str_equal (text, usual);
}

/* What is behind the expander: how much of it was set, and the names of all. */
static void
name_rare (SalRecipeSection *self,
           const SalRecipe  *recipe)
{
  g_autoptr (GString) titles = g_string_new (NULL);
  const gboolean only_rare = !gtk_widget_get_visible (self->common);
  const char *name = only_rare ? _(sal_recipe_group_title (self->group)) : _("More");
  guint n_changed = 0;

  for (guint i = 0; i < self->rows->len; i++) {
    const SalField *field = sal_recipe_row_get_field (self->rows->pdata[i]);

    if (!field->rare || !sal_recipe_uses (recipe, field))
      continue;
    g_string_append_printf (titles, "%s%s", titles->len > 0 ? ", " : "", _(field->title));
    n_changed += is_changed (field, recipe);
  }

  g_autofree char *text =
    n_changed == 0 ? g_strdup (name) : g_strdup_printf (_("%s · %u changed"), name, n_changed);

  if (only_rare)
    gtk_widget_add_css_class (self->label, "recipe-heading");
  gtk_label_set_label (GTK_LABEL (self->label), text);
  gtk_widget_set_tooltip_text (self->label, titles->str);
  gtk_widget_set_visible (self->expander, titles->len > 0);
}

void
sal_recipe_section_show (SalRecipeSection *self,
                         const SalRecipe  *recipe)
{
  g_return_if_fail (SAL_IS_RECIPE_SECTION (self));

  Flow common = { 0 };
  Flow rare = { 0 };

  for (guint i = 0; i < self->rows->len; i++) {
    SalRecipeRow *row = self->rows->pdata[i];
    const SalField *field = sal_recipe_row_get_field (row);
    const gboolean used = sal_recipe_uses (recipe, field);

    gtk_widget_set_visible (GTK_WIDGET (row), used);
    if (used && field->rare)
      flow_row (&rare, self->rare, row);
    else if (used)
      flow_row (&common, self->common, row);
  }

  const gboolean has_common = common.n_lines > 0;

  gtk_widget_set_visible (self->common, has_common);
  gtk_widget_set_visible (self->heading, has_common);
  name_rare (self, recipe);
  gtk_widget_set_visible (GTK_WIDGET (self),
                          has_common || gtk_widget_get_visible (self->expander));
}

void
sal_recipe_section_add (SalRecipeSection *self,
                        SalRecipeRow     *row)
{
  g_return_if_fail (SAL_IS_RECIPE_SECTION (self));

  GtkWidget *grid = sal_recipe_row_get_field (row)->rare ? self->rare : self->common;

  g_ptr_array_add (self->rows, row);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (row), 0, (int) self->rows->len, 2, 1);
}

/* --- remembering ------------------------------------------------------------- */

static gboolean
was_expanded (SalRecipeSection *self)
{
  if (self->settings == NULL)
    return FALSE;

  g_auto (GStrv) names = g_settings_get_strv (self->settings, EXPANDED);

  return g_strv_contains ((const char *const *) names, sal_recipe_group_name (self->group));
}

static void
expanded_cb (SalRecipeSection *self)
{
  if (self->settings == NULL)
    return;

  const char *own = sal_recipe_group_name (self->group);
  g_auto (GStrv) names = g_settings_get_strv (self->settings, EXPANDED);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; names[i] != NULL; i++)
    if (!g_str_equal (names[i], own))
      g_strv_builder_add (builder, names[i]);
  if (gtk_expander_get_expanded (GTK_EXPANDER (self->expander)))
    g_strv_builder_add (builder, own);

  g_auto (GStrv) changed = g_strv_builder_end (builder);

  g_settings_set_strv (self->settings, EXPANDED, (const char *const *) changed);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_recipe_section_finalize (GObject *object)
{
  SalRecipeSection *self = SAL_RECIPE_SECTION (object);

  g_clear_object (&self->settings);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (sal_recipe_section_parent_class)->finalize (object);
}

static void
sal_recipe_section_class_init (SalRecipeSectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_recipe_section_finalize;
}

static GtkWidget *
make_grid (void)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  return grid;
}

static void
sal_recipe_section_init (SalRecipeSection *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->rows = g_ptr_array_new ();
  self->settings = sal_settings_new ();
  self->heading = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->heading), 0);
  self->common = make_grid ();
  self->rare = make_grid ();
  gtk_widget_set_margin_top (self->rare, 4);
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  self->expander = gtk_expander_new (NULL);
  gtk_expander_set_label_widget (GTK_EXPANDER (self->expander), self->label);
  gtk_expander_set_child (GTK_EXPANDER (self->expander), self->rare);
  /* On its way a closed expander asks its child, which is in no window then. */
  g_object_bind_property (self->expander, "expanded", self->rare, "can-focus",
                          G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (box), self->heading);
  gtk_box_append (GTK_BOX (box), self->common);
  gtk_box_append (GTK_BOX (box), self->expander);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "recipe-section");
  gtk_widget_add_css_class (self->heading, "recipe-heading");
  gtk_widget_add_css_class (self->expander, "recipe-more");
}

GtkWidget *
sal_recipe_section_new (SalRecipeGroup group)
{
  SalRecipeSection *self = g_object_new (SAL_TYPE_RECIPE_SECTION, NULL);

  self->group = group;
  gtk_label_set_label (GTK_LABEL (self->heading), _(sal_recipe_group_title (group)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _(sal_recipe_group_title (group)), -1);
  gtk_expander_set_expanded (GTK_EXPANDER (self->expander), was_expanded (self));
  g_signal_connect_object (self->expander, "notify::expanded", G_CALLBACK (expanded_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
