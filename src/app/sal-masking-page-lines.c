/* sal-masking-page-lines.c - which curves the Masking page shows
 *
 * Every checked run by every chosen method with every chosen fill, and each
 * run in random order with every fill.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page-private.h"

#include <glib/gi18n.h>

#include "sal-bit-widths.h"
#include "sal-command.h"
#include "sal-drawing.h"
#include "sal-page-runs.h"

/* --- lines ------------------------------------------------------------------- */

void
sal_masking_line_free (SalMaskingLine *self)
{
  if (self->pair != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->pair));
  g_free (self->curve.message);
  g_object_unref (self->run);
  g_free (self->name);
  g_free (self->file_name);
  g_free (self);
}

/* What was known of the same curve. */
static void
recall (SalMaskingLine *self,
        GPtrArray      *old)
{
  for (guint i = 0; i < old->len; i++) {
    SalMaskingLine *line = g_ptr_array_index (old, i);

    if (line->run != self->run || line->method != self->method || line->fill != self->fill)
      continue;
    self->curve = line->curve;
    line->curve.message = NULL;
  }
}

static char *
name_line (SalMaskingPage         *self,
           const SalMaskingRun    *run,
           const NnSaliencyMethod *method,
           NnFill                  fill,
           gboolean                in_file)
{
  g_autofree char *run_name = in_file ? sal_page_name_run_in_file (run->run)
                                      : sal_page_name_run (run->run);
  g_autoptr (GString) name = g_string_new (run_name);

  if (method != NULL && sal_choices_get_n_chosen (self->method_choice) > 1)
    g_string_append_printf (name, " · %s", sal_drawing_word (method->title, in_file));
  if (sal_choices_get_n_chosen (self->fill_choice) > 1)
    g_string_append_printf (name, " · %s", sal_drawing_word (nn_fill_title (fill), in_file));
  return g_strdup (name->str);
}

static SalMaskingLine *
add_line (SalMaskingPage         *self,
          const SalMaskingRun    *run,
          const NnSaliencyMethod *method,
          NnFill                  fill,
          guint                   look)
{
  SalMaskingLine *line = g_new0 (SalMaskingLine, 1);

  line->run = g_object_ref (run->run);
  line->method = method;
  line->fill = fill;
  line->look = look;
  line->name = name_line (self, run, method, fill, FALSE);
  line->file_name = name_line (self, run, method, fill, TRUE);
  g_ptr_array_add (self->lines, line);
  return line;
}

static void
add_ranked (SalMaskingPage *self,
            SalMaskingRun  *run)
{
  guint look = 0;

  for (guint m = 0; nn_saliency_method (m) != NULL; m++)
    for (guint fill = 0; fill < NN_N_FILLS; fill++) {
      if (!sal_choices_is_chosen (self->method_choice, m)
          || !sal_choices_is_chosen (self->fill_choice, fill))
        continue;

      SalMaskingLine *line = add_line (self, run, nn_saliency_method (m), (NnFill) fill, look++);

      line->pair = SAL_MASKED_PAIR (sal_masked_pair_new (run->run, line->name, self->link));
      gtk_widget_set_parent (GTK_WIDGET (line->pair), self->pair_box);
    }
}

static SalMaskingLine *
find_control (SalMaskingPage *self,
              SalRunItem     *run,
              NnFill          fill)
{
  for (guint i = 0; i < self->lines->len; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->lines, i);

    if (line->method == NULL && line->fill == fill && (run == NULL || line->run == run))
      return line;
  }
  return NULL;
}

SalMaskingLine *
sal_masking_page_get_control (SalMaskingPage *self,
                              NnFill          fill)
{
  SalRunItem *current = sal_session_get_run (sal_page_get_session (SAL_PAGE (self)));
  SalMaskingLine *line = current == NULL ? NULL : find_control (self, current, fill);

  return line != NULL ? line : find_control (self, NULL, fill);
}

/* Every choice adds curves, and the lab measures so many at once. */
static void
limit_choices (SalMaskingPage *self)
{
  const guint n_methods = sal_choices_get_n_chosen (self->method_choice);
  const guint n_fills = sal_choices_get_n_chosen (self->fill_choice);
  const guint per_run = n_fills * (n_methods + 1);
  guint n_runs = 0;

  for (guint i = 0; i < self->runs->len; i++)
    n_runs += sal_masking_run_is_checked (g_ptr_array_index (self->runs, i));
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    gtk_widget_set_sensitive (GTK_WIDGET (run->check),
                              (n_runs + 1) * per_run <= SAL_LAB_MAX_CURVES
                              || sal_masking_run_is_checked (run));
  }
  n_runs = MAX (n_runs, 1);
  sal_choices_set_limit (self->fill_choice, SAL_LAB_MAX_CURVES / (n_runs * (n_methods + 1)));
  sal_choices_set_limit (self->method_choice, SAL_LAB_MAX_CURVES / (n_runs * n_fills) - 1);
}

void
sal_masking_page_make_lines (SalMaskingPage *self,
                             gboolean        forget)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->lines);

  g_ptr_array_set_size (self->asked, 0);
  g_ptr_array_set_size (self->masked, 0);
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) sal_masking_line_free);
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    if (sal_masking_run_is_checked (run))
      add_ranked (self, run);
  }
  for (guint i = 0; i < self->runs->len; i++) {
    SalMaskingRun *run = g_ptr_array_index (self->runs, i);

    for (guint fill = 0; fill < NN_N_FILLS && sal_masking_run_is_checked (run); fill++)
      if (sal_choices_is_chosen (self->fill_choice, fill))
        add_line (self, run, NULL, (NnFill) fill, 0);
  }
  for (guint i = 0; i < self->lines->len; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->lines, i);

    if (line->method != NULL)
      line->control = find_control (self, line->run, line->fill);
    if (!forget)
      recall (line, old);
  }
  limit_choices (self);
  sal_masking_page_make_table (self);
}

/* --- what is asked about them ------------------------------------------------ */

static SalPaneBits
get_bits (SalMaskingPage *self)
{
  return (SalPaneBits) gtk_drop_down_get_selected (self->bits_list);
}

char *
sal_masking_page_describe_bits (SalMaskingPage *self)
{
  SalSession *session = sal_page_get_session (SAL_PAGE (self));
  SalLabModel *model = session == NULL ? NULL : sal_session_get_model (session);

  if (get_bits (self) != SAL_PANE_AS_CHOSEN || model == NULL)
    return sal_pane_bits_title (get_bits (self));

  const SalBits bits = sal_bits_resolve (sal_session_get_bits (session), model);

  return sal_bits_describe (&bits);
}

SalCurveRequest
sal_masking_page_request (SalMaskingPage *self,
                          SalMaskingLine *line)
{
  static const NnMaskOrder orders[] = { NN_ORDER_MOST_SALIENT_FIRST, NN_ORDER_LEAST_SALIENT_FIRST };
  const guint order = sal_segments_get_selected (self->order_choice);
  SalLabModel *model = sal_run_item_get_model (line->run);

  return (SalCurveRequest) {
    .model = model,
    .bits = sal_pane_bits_resolve (get_bits (self), sal_page_get_session (SAL_PAGE (self)),
                                   line->run, model),
    .method = line->method == NULL ? NULL : line->method->name,
    .fill = line->fill,
    .order = line->method == NULL ? NN_ORDER_RANDOM : orders[order == 1],
  };
}

/* --- the same on the command line ---------------------------------------------- */

/* What follows the runs. Free the result. */
static char *
options_of (SalMaskingPage *self,
            SalMaskingLine *line)
{
  const SalCurveRequest request = sal_masking_page_request (self, line);
  g_autoptr (GString) options = g_string_new (NULL);

  g_string_printf (options, " --method %s --fill %s --order %s", request.method,
                   nn_fill_name (request.fill), nn_mask_order_name (request.order));
  sal_command_add_bits (options, &request.bits, request.model);
  return g_strdup (options->str);
}

static gboolean
can_say (SalMaskingPage *self,
         SalMaskingLine *line)
{
  const SalCurveRequest request = sal_masking_page_request (self, line);

  return sal_command_can_say (&request.bits);
}

/* One line for all runs that are asked alike: the command takes one method, one
 * fill and one set of bits. */
char *
sal_masking_page_command (SalPage *page)
{
  SalMaskingPage *self = SAL_MASKING_PAGE (page);
  g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->asked->len; i++) {
    SalMaskingLine *line = g_ptr_array_index (self->asked, i);
    g_autofree char *own = line->method == NULL ? NULL : options_of (self, line);
    g_autofree char *name = sal_command_name_run (line->run);
    guint place = 0;

    if (own == NULL || !can_say (self, line))
      continue;
    if (g_ptr_array_find_with_equal_func (options, own, g_str_equal, &place)) {
      g_autofree char *before = g_ptr_array_index (runs, place);

      g_ptr_array_index (runs, place) = g_strconcat (before, " ", name, NULL);
    } else {
      g_ptr_array_add (options, g_steal_pointer (&own));
      g_ptr_array_add (runs, g_steal_pointer (&name));
    }
  }
  for (guint i = 0; i < options->len; i++)
    g_string_append_printf (text, "%ssaliscope-cli mask %s%s", i == 0 ? "" : "\n",
                            (const char *) g_ptr_array_index (runs, i),
                            (const char *) g_ptr_array_index (options, i));
  return options->len == 0 ? NULL : g_strdup (text->str);
}
