/* sal-fill-comparison.c - whether the order of curves depends on the fill
 *
 * The lab answers at most SAL_LAB_MAX_CURVES curves at once, so each fill is
 * asked for in a slot of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-fill-comparison.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "plot-scale.h"
#include "sal-ui.h"
#include "sal-words.h"

static const char *const slots[NN_N_FILLS] = {
  [NN_FILL_UNIFORM] = "masking-uniform",
  [NN_FILL_MEAN] = "masking-mean",
  [NN_FILL_BACKGROUND] = "masking-background",
  [NN_FILL_BLACK] = "masking-black",
};

/* Who is told of the answers of one fill. */
typedef struct
{
  SalFillComparison *self;
  NnFill             fill;
} Listener;

struct _SalFillComparison
{
  AdwBin          parent_instance;

  GtkGrid        *table;
  GtkLabel       *verdict;

  SalSession     *session;
  guint           n;
  SalCurveRequest requests[SAL_FILL_MAX_RUNS];
  GStrv           names;
  Listener        listeners[NN_N_FILLS];
  gboolean        allowed;     /* there is time to measure                   */
  double          areas[SAL_FILL_MAX_RUNS * NN_N_FILLS];
  gboolean        is_final[SAL_FILL_MAX_RUNS * NN_N_FILLS];
  GtkLabel       *cells[SAL_FILL_MAX_RUNS * NN_N_FILLS];
};

G_DEFINE_FINAL_TYPE (SalFillComparison, sal_fill_comparison, ADW_TYPE_BIN)

/* --- the sentence ------------------------------------------------------------ */

/* -1, 0 or 1: how `a` and `b` lie to each other where that can be said. */
static int
compare_areas (double a,
               double b)
{
  if (!(fabs (a - b) >= SAL_FILL_MARGIN))
    return 0;
  return a < b ? -1 : 1;
}

char *
sal_fill_comparison_judge (const double      *areas,
                           const char *const *names,
                           guint              n,
                           NnFill             fill,
                           gboolean          *depends)
{
  *depends = FALSE;
  if (n < 2)
    return g_strdup (_("Check two runs, or choose two methods, to compare their order."));
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      for (guint other = 0; other < NN_N_FILLS; other++) {
        const int here = compare_areas (areas[i * NN_N_FILLS + fill], areas[j * NN_N_FILLS + fill]);
        const int there = compare_areas (areas[i * NN_N_FILLS + other],
                                         areas[j * NN_N_FILLS + other]);

        if (here * there >= 0)
          continue;
        *depends = TRUE;
        return g_strdup_printf (_("The order depends on the fill. With %s instead of %s, %s and %s "
                                  "change places."), _(nn_fill_title ((NnFill) other)),
                                _(nn_fill_title (fill)), names[i], names[j]);
      }
  return g_strdup_printf (_("All fills give the same order, as far as areas are %g point or more "
                            "apart."), SAL_FILL_MARGIN);
}

/* --- what is shown ----------------------------------------------------------- */

static gboolean
is_complete (SalFillComparison *self)
{
  for (guint i = 0; i < self->n * NN_N_FILLS; i++)
    if (!self->is_final[i])
      return FALSE;
  return self->n > 0;
}

static void
show_verdict (SalFillComparison *self)
{
  gboolean depends = FALSE;
  g_autofree char *words = NULL;

  if (is_complete (self) || self->n < 2)
    words = sal_fill_comparison_judge (self->areas, (const char *const *) self->names, self->n,
                                       self->requests[0].fill, &depends);
  else if (self->allowed)
    words = g_strdup_printf (_("Measuring over %d test images…"), SAL_FILL_IMAGES);
  else
    words = g_strdup (_("Measured with every fill as soon as the curves are final."));
  gtk_label_set_label (self->verdict, words);
  if (depends)
    gtk_widget_add_css_class (GTK_WIDGET (self), "warning-card");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "warning-card");
}

static void
show_area (SalFillComparison *self,
           guint              index)
{
  char number[PLOT_NUMBER_SIZE];

  plot_format_tick (self->areas[index], 0.1, number);
  gtk_label_set_label (self->cells[index], number);
}

static GtkWidget *
make_label (const char *text,
            float       xalign,
            const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, style);
  return label;
}

/* One row a run, one column a fill. */
static void
make_table (SalFillComparison *self)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->table))) != NULL)
    gtk_grid_remove (self->table, child);
  for (guint fill = 0; fill < NN_N_FILLS; fill++) {
    GtkWidget *title = make_label (_(nn_fill_title ((NnFill) fill)), 1, "dim-label");

    gtk_label_set_wrap (GTK_LABEL (title), TRUE);
    gtk_label_set_justify (GTK_LABEL (title), GTK_JUSTIFY_RIGHT);
    gtk_grid_attach (self->table, title, (int) fill + 1, 0, 1, 1);
  }
  for (guint i = 0; i < self->n; i++) {
    g_autofree char *words = sal_words_unbroken (self->names[i]);
    GtkWidget *name = make_label (words, 0, "body");

    gtk_label_set_wrap (GTK_LABEL (name), TRUE);
    gtk_label_set_lines (GTK_LABEL (name), 3);
    gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand (name, TRUE);
    gtk_widget_set_tooltip_text (name, self->names[i]);
    gtk_grid_attach (self->table, name, 0, (int) i + 1, 1, 1);
    for (guint fill = 0; fill < NN_N_FILLS; fill++) {
      const guint index = i * NN_N_FILLS + fill;

      self->cells[index] = GTK_LABEL (make_label ("–", 1, "numeric"));
      gtk_grid_attach (self->table, GTK_WIDGET (self->cells[index]), (int) fill + 1, (int) i + 1,
                       1, 1);
      if (isfinite (self->areas[index]))
        show_area (self, index);
    }
  }
}

/* --- questions and answers --------------------------------------------------- */

static void
answered_cb (const SalCurveAnswer *answer,
             gpointer              data)
{
  const Listener *listener = data;
  SalFillComparison *self = listener->self;
  const guint index = answer->curve * NN_N_FILLS + listener->fill;

  self->areas[index] = answer->message == NULL ? 100 * answer->area : NAN;
  self->is_final[index] = answer->message != NULL || answer->done == answer->total;
  show_area (self, index);
  show_verdict (self);
}

static void
ask (SalFillComparison *self)
{
  SalLab *lab = self->session == NULL ? NULL : sal_session_get_lab (self->session);

  if (lab == NULL || !self->allowed || self->n == 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  for (guint fill = 0; fill < NN_N_FILLS; fill++) {
    SalCurveRequest requests[SAL_LAB_MAX_CURVES];

    for (guint i = 0; i < self->n; i++) {
      requests[i] = self->requests[i];
      requests[i].fill = (NnFill) fill;
    }
    sal_lab_mask_curves (lab, slots[fill], requests, self->n, SAL_FILL_IMAGES, answered_cb,
                         &self->listeners[fill]);
  }
}

static void
cancel (SalFillComparison *self)
{
  SalLab *lab = self->session == NULL ? NULL : sal_session_get_lab (self->session);

  for (guint fill = 0; lab != NULL && fill < NN_N_FILLS; fill++)
    sal_lab_cancel (lab, slots[fill]);
}

void
sal_fill_comparison_set_allowed (SalFillComparison *self,
                                 gboolean           allowed)
{
  g_return_if_fail (SAL_IS_FILL_COMPARISON (self));

  if (self->allowed == allowed)
    return;
  self->allowed = allowed;
  if (allowed)
    ask (self);
  else
    cancel (self);
  show_verdict (self);
}

/* --- what is compared -------------------------------------------------------- */

static void
forget_requests (SalFillComparison *self)
{
  for (guint i = 0; i < self->n; i++)
    sal_lab_model_unref (self->requests[i].model);
  self->n = 0;
  g_clear_pointer (&self->names, g_strfreev);
}

static gboolean
is_same (SalFillComparison     *self,
         const SalCurveRequest *requests,
         guint                  n)
{
  if (n != self->n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const SalCurveRequest *mine = &self->requests[i];

    if (mine->model != requests[i].model || mine->order != requests[i].order
        || strcmp (mine->method, requests[i].method) != 0
        || !sal_bits_equal (&mine->bits, &requests[i].bits))
      return FALSE;
  }
  return TRUE;
}

void
sal_fill_comparison_set_requests (SalFillComparison     *self,
                                  SalSession            *session,
                                  const SalCurveRequest *requests,
                                  const char *const     *names,
                                  guint                  n)
{
  g_return_if_fail (SAL_IS_FILL_COMPARISON (self));
  g_return_if_fail (n <= SAL_FILL_MAX_RUNS);

  g_set_object (&self->session, session);
  if (is_same (self, requests, n)) {
    for (guint i = 0; i < n; i++)
      self->requests[i].fill = requests[i].fill;
    show_verdict (self);
    return;
  }
  cancel (self);
  for (guint i = 0; i < n; i++)
    sal_lab_model_ref (requests[i].model);
  forget_requests (self);
  self->n = n;
  self->names = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++) {
    self->requests[i] = requests[i];
    self->names[i] = g_strdup (names[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (self->areas); i++) {
    self->areas[i] = NAN;
    self->is_final[i] = FALSE;
  }
  make_table (self);
  ask (self);
  show_verdict (self);
}

/* --- life -------------------------------------------------------------------- */

static void
sal_fill_comparison_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sal_fill_comparison_parent_class)->map (widget);
  ask (SAL_FILL_COMPARISON (widget));
}

static void
sal_fill_comparison_unmap (GtkWidget *widget)
{
  cancel (SAL_FILL_COMPARISON (widget));
  GTK_WIDGET_CLASS (sal_fill_comparison_parent_class)->unmap (widget);
}

static void
sal_fill_comparison_dispose (GObject *object)
{
  SalFillComparison *self = SAL_FILL_COMPARISON (object);

  cancel (self);
  forget_requests (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sal_fill_comparison_parent_class)->dispose (object);
}

static void
sal_fill_comparison_class_init (SalFillComparisonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sal_fill_comparison_dispose;
  widget_class->map = sal_fill_comparison_map;
  widget_class->unmap = sal_fill_comparison_unmap;

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-fill-comparison"));
  gtk_widget_class_bind_template_child (widget_class, SalFillComparison, table);
  gtk_widget_class_bind_template_child (widget_class, SalFillComparison, verdict);
}

static void
sal_fill_comparison_init (SalFillComparison *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint fill = 0; fill < NN_N_FILLS; fill++)
    self->listeners[fill] = (Listener) { self, (NnFill) fill };
}
