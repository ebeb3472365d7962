/* window-sliders.c - bits moved by a key until the frame that shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window-bench.h"

#include "sal-bit-slider.h"
#include "sal-inspect-pane.h"
#include "sal-stat-card.h"

#define MAX_PANES 4

/* Before what is measured. */
#define WARM_UP 6

/* A slider, and what follows it. */
typedef struct
{
  Bench       *bench;
  SalBits      before;              /* the key                                */
  SalStatCard *prediction;          /* of the Quantize page                   */
  SalStatCard *accuracy;
  guint        n_panes;             /* of the Inspect page                    */
  SalInspectPane *panes[MAX_PANES];
  guint        shown[MAX_PANES];    /* fingerprints of the maps before        */
  gboolean     moves_back;
} Slider;

static gboolean
has_moved (const Slider *self)
{
  return !sal_bits_equal (&self->before, sal_session_get_bits (self->bench->session));
}


/* From one end of the slider to the other and back: it is moved by each key. */
static const char *
choose_key (Slider     *self,
            const char *fewer,
            const char *more)
{
  const int bits = sal_session_get_bits (self->bench->session)->weight_bits;

  if (bits == 2)
    self->moves_back = TRUE;
  else if (bits == NN_BITS_OFF)
    self->moves_back = FALSE;
  return self->moves_back ? more : fewer;
}

/* --- the Quantize page ----------------------------------------------------------- */

static gboolean
shows_maps (gpointer data)
{
  const Slider *self = data;

  return has_moved (self) && !sal_stat_card_get_stale (self->prediction);
}

static gboolean
shows_accuracy (gpointer data)
{
  const Slider *self = data;

  return has_moved (self) && !sal_stat_card_get_stale (self->accuracy);
}

/* A clipping level that was never tried makes all accuracies new ones. */
static void
forget_accuracies (Slider *self)
{
  static float alpha = 2.0f;
  SalBits bits = *sal_session_get_bits (self->bench->session);

  bits.n_layers = 1;
  bits.layers[0] = (SalLayerBits) {
    1, SAL_BITS_LIKE_OTHERS, SAL_BITS_LIKE_OTHERS, alpha += 0.001f
  };
  sal_session_set_bits (self->bench->session, &bits);
}

static void
move_quantize (Slider *self,
               GArray *latencies[2])
{
  BenchSight sights[] = {
    { "the maps at other bits", shows_maps },
    { "the accuracy at other bits", shows_accuracy },
  };

  forget_accuracies (self);
  bench_turn_random (100, 250);
  self->before = *sal_session_get_bits (self->bench->session);

  const char *key = choose_key (self, "Right", "Left");
  const gint64 pressed = g_get_monotonic_time ();

  bench_press (self->bench, key);
  bench_await (self->bench, sights, G_N_ELEMENTS (sights), self);
  for (guint i = 0; i < G_N_ELEMENTS (sights); i++)
    bench_samples_add (latencies[i], (double) (sights[i].drawn_at - pressed) / 1000);
}

static void
measure_quantize (Bench      *bench,
                  const char *what)
{
  GArray *latencies[] = { bench_samples_new (), bench_samples_new () };
  g_autofree char *maps = g_strdup_printf ("Quantize, %s: key to prediction and maps", what);
  Slider self = { .bench = bench };

  sal_window_show_page (bench->window, "quantize");
  bench_turn (1500);
  self.prediction = bench_find (bench, SAL_TYPE_STAT_CARD, "Prediction");
  self.accuracy = app_fixture_find (bench->window, SAL_TYPE_STAT_CARD, NULL, NULL);
  gtk_widget_grab_focus (bench_find (bench, GTK_TYPE_SCALE, NULL));
  for (guint i = 0; i < WARM_UP + bench->moves; i++) {
    move_quantize (&self, latencies);
    for (guint j = 0; i < WARM_UP && j < G_N_ELEMENTS (latencies); j++)
      g_array_set_size (latencies[j], 0);
  }
  bench_report (bench, maps, latencies[0], "ms", BENCH_P95, 50);
  bench_report (bench, "... to the accuracy over 500 images", latencies[1], "ms", BENCH_P95, 300);
}

/* --- the Inspect page ------------------------------------------------------------- */

static guint
fingerprint (SalInspectPane *pane)
{
  NnShape shape;
  const guint8 *map = (const guint8 *) sal_inspect_pane_get_map (pane, &shape);
  guint hash = 5381;

  for (gsize i = 0; map != NULL && i < nn_shape_size (shape) * sizeof (float); i++)
    hash = 33 * hash + map[i];
  return hash;
}

static gboolean
shows_other_maps (gpointer data)
{
  const Slider *self = data;

  if (!has_moved (self))
    return FALSE;
  for (guint i = 0; i < self->n_panes; i++)
    if (fingerprint (self->panes[i]) == self->shown[i])
      return FALSE;
  return TRUE;
}

static gboolean
shows_another_map (gpointer data)
{
  const Slider *self = data;

  for (guint i = 0; has_moved (self) && i < self->n_panes; i++)
    if (fingerprint (self->panes[i]) != self->shown[i])
      return TRUE;
  return FALSE;
}

static gboolean
find_panes (GtkWidget    *widget,
            gconstpointer data)
{
  Slider *self = (Slider *) data;

  if (gtk_widget_get_mapped (widget) && self->n_panes < MAX_PANES)
    self->panes[self->n_panes++] = SAL_INSPECT_PANE (widget);
  return FALSE;
}

/* All panes follow the bits that are chosen, by the methods (NULL: gradient). */
static void
choose_panes (Slider            *self,
              const char *const *methods)
{
  for (guint i = 0; i < self->n_panes; i++) {
    sal_inspect_pane_set_bits (self->panes[i], SAL_PANE_AS_CHOSEN);
    sal_inspect_pane_set_method (self->panes[i], methods[i]);
    g_signal_emit_by_name (self->panes[i], "changed");
  }
}

static void
move_inspect (Slider *self,
              GArray *latencies[2])
{
  BenchSight sights[] = {
    { "the first map at other bits", shows_another_map },
    { "all maps at other bits", shows_other_maps },
  };

  bench_turn_random (100, 250);
  self->before = *sal_session_get_bits (self->bench->session);
  for (guint i = 0; i < self->n_panes; i++)
    self->shown[i] = fingerprint (self->panes[i]);

  const char *key = choose_key (self, "bracketright", "bracketleft");
  const gint64 pressed = g_get_monotonic_time ();

  bench_press (self->bench, key);
  bench_await (self->bench, sights, G_N_ELEMENTS (sights), self);
  for (guint i = 0; i < G_N_ELEMENTS (sights); i++)
    bench_samples_add (latencies[i], (double) (sights[i].drawn_at - pressed) / 1000);
}

static void
measure_inspect (Bench             *bench,
                 const char        *what,
                 const char *const *methods)
{
  GArray *latencies[] = { bench_samples_new (), bench_samples_new () };
  g_autofree char *name = g_strdup_printf ("Inspect, %s: key to all maps", what);
  Slider self = { .bench = bench };

  sal_window_show_page (bench->window, "inspect");
  bench_turn (1000);
  app_fixture_find (bench->window, SAL_TYPE_INSPECT_PANE, find_panes, &self);
  choose_panes (&self, methods);
  bench_turn (1500);
  for (guint i = 0; i < WARM_UP + bench->moves; i++) {
    move_inspect (&self, latencies);
    for (guint j = 0; i < WARM_UP && j < G_N_ELEMENTS (latencies); j++)
      g_array_set_size (latencies[j], 0);
  }
  bench_report (bench, name, latencies[1], "ms", BENCH_P95, 50);
  bench_report (bench, "... to the first of them", latencies[0], "ms", BENCH_NO_GOAL, 0);
}

/* --- all of them ------------------------------------------------------------------ */

static void
measure (Bench *self)
{
  static const char *const gradients[MAX_PANES] = {
    "gradient", "gradient", "gradient", "gradient",
  };
  static const char *const various[MAX_PANES] = {
    "gradient", "input-x-gradient", "integrated-gradients", "smoothgrad",
  };

  bench_add_runs (self);
  bench_train (self);

  SalRunItem *live = sal_session_get_run (self->session);

  measure_quantize (self, "the run that is trained");
  sal_session_set_run (self->session, g_ptr_array_index (self->runs, self->runs->len - 1));
  measure_quantize (self, "another run");
  measure_inspect (self, "4 panes, gradient", gradients);
  measure_inspect (self, "4 panes, 4 methods", various);
  sal_session_set_run (self->session, live);
  bench_stop (self);
}

void
bench_sliders (Bench *self)
{
  bench_in_window (self, measure);
}
