/* test-random-network.c - residual networks of all kinds, drawn
 *
 * What an exec keeps, leaves out, puts on lanes and lets share memory follows
 * from the whole of a network.  So networks are drawn, of layers without kinks,
 * and whatever comes out must have gradients that are the slopes of its loss,
 * and the same logits in every kind of pass.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "engine-fixture.h"
#include "nn-model-private.h"

enum { NETWORKS = 200, MAX_VALUES = 24, IMAGES = 9, CLASSES = 3, DIRECTIONS = 2 };

/* A step along a direction. */
#define STEP 1e-3f

/* A network that grows: value i is named v<i>, 0 is the input. */
typedef struct
{
  GRand   *random;
  GString *text;
  NnShape  shapes[MAX_VALUES];
  int      n;
} Graph;

static int
draw (Graph *graph,
      int    end)
{
  return g_rand_int_range (graph->random, 0, end);
}

static char *
name_of (int value)
{
  return value == 0 ? g_strdup ("input") : g_strdup_printf ("v%d", value);
}

/* Appends a layer that reads value `source`; returns what it gives. */
static int G_GNUC_PRINTF (4, 5)
append (Graph      *graph,
        int         source,
        NnShape     shape,
        const char *format,
        ...)
{
  g_autofree char *from = name_of (source);
  va_list arguments;

  va_start (arguments, format);
  g_string_append_vprintf (graph->text, format, arguments);
  va_end (arguments);
  g_string_append_printf (graph->text, " from=%s\n", from);
  graph->shapes[graph->n] = shape;
  return graph->n++;
}

static int
append_convolution (Graph *graph,
                    int    source)
{
  const int channels[] = { 3, 16, 32 };
  const int out = channels[draw (graph, 3)];
  const int kernel = 1 + draw (graph, 3);
  const int stride = draw (graph, 4) == 0 ? 2 : 1;
  const int padding = kernel / 2;
  NnShape shape = graph->shapes[source];

  shape.channels = out;
  shape.height = (shape.height + 2 * padding - kernel) / stride + 1;
  shape.width = (shape.width + 2 * padding - kernel) / stride + 1;
  return append (graph, source, shape, "conv2d v%d out=%d kernel=%d stride=%d padding=%d bias=%s",
                 graph->n, out, kernel, stride, padding, draw (graph, 2) == 0 ? "no" : "yes");
}

static int
append_shortcut (Graph *graph,
                 int    source)
{
  const int stride = 1 + draw (graph, 2);
  NnShape shape = graph->shapes[source];

  shape.channels = MIN (shape.channels + 16 * draw (graph, 2), 32);
  shape.height = (shape.height - 1) / stride + 1;
  shape.width = (shape.width - 1) / stride + 1;
  return append (graph, source, shape, "shortcut v%d out=%d stride=%d", graph->n, shape.channels,
                 stride);
}

/* A layer that leaves the shape as it is; the input has no batch norm. */
static int
append_alike (Graph *graph,
              int    source)
{
  const NnShape shape = graph->shapes[source];

  switch (source == 0 ? 4 : draw (graph, 6)) {
  case 0:
  case 1:
    return append (graph, source, shape, "gelu v%d", graph->n);
  case 2:
  case 3:
    return append (graph, source, shape, "batch-norm v%d epsilon=0.5", graph->n);
  default:
    return append (graph, source, shape, "conv2d v%d out=%d padding=1 bias=%s", graph->n,
                   shape.channels, draw (graph, 3) == 0 ? "yes" : "no");
  }
}

/* An earlier value of the shape of `value`, or `value` itself. */
static int
draw_earlier (Graph *graph,
              int    value)
{
  const NnShape wanted = graph->shapes[value];
  const int other = draw (graph, value + 1);
  const NnShape shape = graph->shapes[other];
  const gboolean same = shape.channels == wanted.channels && shape.height == wanted.height &&
                        shape.width == wanted.width;

  return same ? other : value;
}

/* A branch from an earlier value, or none, that meets the end of the network. */
static int
append_sum (Graph *graph,
            int    tip)
{
  int branch = draw_earlier (graph, tip);

  for (int layers = draw (graph, 4); layers > 0; layers--)
    branch = append_alike (graph, branch);

  const gboolean swapped = draw (graph, 2) == 0;
  g_autofree char *with = name_of (swapped ? tip : branch);

  return append (graph, swapped ? branch : tip, graph->shapes[tip], "add v%d with=%s", graph->n,
                 with);
}

static char *
draw_network (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  Graph graph = { .random = random, .text = g_string_new (NULL), .n = 1 };
  int tip = 0;

  graph.shapes[0] = (NnShape) { 1 + draw (&graph, 8), 3 + draw (&graph, 6), 3 + draw (&graph, 11) };
  g_string_append_printf (graph.text, "input channels=%d height=%d width=%d\n",
                          graph.shapes[0].channels, graph.shapes[0].height, graph.shapes[0].width);
  tip = append_convolution (&graph, tip);
  while (graph.n < MAX_VALUES - 6 && draw (&graph, 12) != 0) {
    const int kind = draw (&graph, 8);

    tip = kind == 0 ? append_shortcut (&graph, tip)
          : kind <= 2 ? append_convolution (&graph, tip)
          : kind <= 4 ? append_alike (&graph, tip) : append_sum (&graph, tip);
  }
  g_string_append_printf (graph.text, "global-average-pool pool\nlinear fc out=%d\n", CLASSES);
  return g_string_free (graph.text, FALSE);
}

/* A drawn network with images, and loss = dot (logits, weights). */
typedef struct
{
  NnModel *model;
  NnPool  *pool;
  NnExec  *exec;
  gsize    size;    /* of one image                                           */
  float   *x;       /* (IMAGES, size)                                         */
  float    weights[IMAGES * CLASSES];
} Subject;

static Subject *
subject_new (guint32 seed)
{
  g_autofree char *text = draw_network (seed);
  Subject *self = g_new0 (Subject, 1);

  self->model = fixture_model (text, seed);
  self->pool = fixture_pool (2);
  fixture_set_bits (self->model, NN_BITS_OFF, NN_BITS_OFF);
  self->exec = fixture_exec (self->model, self->pool, NN_EXEC_GRADIENT, IMAGES);
  self->size = nn_shape_size (nn_model_input (self->model));
  self->x = g_new (float, IMAGES * self->size);
  fixture_normal (seed, self->x, IMAGES * self->size);
  fixture_normal (seed + 1, self->weights, IMAGES * CLASSES);
  return self;
}

static void
subject_free (Subject *self)
{
  nn_exec_free (self->exec);
  nn_pool_free (self->pool);
  nn_model_free (self->model);
  g_free (self->x);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subject, subject_free)

static void
forward (Subject      *subject,
         NnExec       *exec,
         const NnPass *pass)
{
  memcpy (nn_exec_input (exec), subject->x, sizeof (float) * IMAGES * subject->size);
  nn_exec_prepare (exec);
  nn_exec_forward (exec, 0, IMAGES, pass);
}

static double
loss_of (Subject      *subject,
         const NnPass *pass)
{
  double loss = 0;

  forward (subject, subject->exec, pass);
  for (gsize i = 0; i < IMAGES * CLASSES; i++)
    loss += (double) nn_exec_logits (subject->exec)[i] * (double) subject->weights[i];
  return loss;
}

static void
move (float       *values,
      const float *direction,
      gsize        n,
      float        step)
{
  for (gsize i = 0; i < n; i++)
    values[i] += step * direction[i];
}

/* The slope of the loss in `values` (n) along drawn directions must be what
 * `gradient` says. */
static void
check_slopes (Subject      *subject,
              const NnPass *pass,
              const char   *what,
              float        *values,
              const float  *gradient,
              gsize         n)
{
  g_autofree float *direction = g_new (float, n);
  double length = 0;

  for (gsize i = 0; i < n; i++)
    length += (double) gradient[i] * (double) gradient[i];
  for (guint64 seed = 0; seed < DIRECTIONS; seed++) {
    double expected = 0;

    fixture_normal (900 + seed, direction, n);
    for (gsize i = 0; i < n; i++)
      expected += (double) gradient[i] * (double) direction[i];
    move (values, direction, n, STEP);
    const double above = loss_of (subject, pass);
    move (values, direction, n, -2 * STEP);
    const double below = loss_of (subject, pass);
    move (values, direction, n, STEP);
    const double slope = (above - below) / (2 * (double) STEP);

    if (!(fabs (slope - expected) <= 0.02 * sqrt (length) + 0.02))
      g_error ("%s of %s\nhas slope %g, not %g (gradient of length %g)", what,
               nn_model_text (subject->model), slope, expected, sqrt (length));
  }
}

static void
fill_logits_gradient (Subject *subject)
{
  memcpy (nn_exec_logits_gradient (subject->exec), subject->weights, sizeof subject->weights);
}

static void
check_parameters (Subject      *subject,
                  const NnPass *pass)
{
  g_autofree float *gradient = g_new (float, nn_model_arena_count (subject->model));

  forward (subject, subject->exec, pass);
  fill_logits_gradient (subject);
  nn_exec_backward (subject->exec, 0, IMAGES, gradient);
  for (gsize i = 0; i < nn_model_tensor_count (subject->model); i++) {
    const NnTensor tensor = nn_model_tensor (subject->model, i);

    if (nn_model_tensor_is_trained (subject->model, i))
      check_slopes (subject, pass, tensor.name, tensor.value,
                    gradient + nn_model_tensor_offset (subject->model, i), tensor.count);
  }
}

static void
check_input (Subject      *subject,
             const NnPass *pass)
{
  const gsize values = IMAGES * subject->size;

  forward (subject, subject->exec, pass);
  fill_logits_gradient (subject);
  nn_exec_backward_input (subject->exec, 0, IMAGES);

  g_autofree float *gradient = g_memdup2 (nn_exec_input_gradient (subject->exec),
                                          sizeof (float) * values);

  check_slopes (subject, pass, "the input", subject->x, gradient, values);
}

static void
test_gradients_are_slopes_in_every_kind_of_pass (void)
{
  const NnPass passes[] = { { .training = TRUE }, { 0 }, { .lean = TRUE } };

  for (guint32 seed = 0; seed < NETWORKS; seed++) {
    g_autoptr (Subject) subject = subject_new (seed);

    for (gsize i = 0; i < G_N_ELEMENTS (passes); i++) {
      check_input (subject, &passes[i]);
      if (!passes[i].lean)
        check_parameters (subject, &passes[i]);
    }
  }
}

static void
test_logits_are_the_same_in_every_kind_of_evaluation (void)
{
  const NnPass lean = { .lean = TRUE };

  for (guint32 seed = 0; seed < NETWORKS; seed++) {
    g_autoptr (Subject) subject = subject_new (seed);
    g_autoptr (NnExec) inference = fixture_exec (subject->model, subject->pool, NN_EXEC_INFERENCE,
                                                 IMAGES);
    float logits[IMAGES * CLASSES];

    forward (subject, subject->exec, NULL);
    memcpy (logits, nn_exec_logits (subject->exec), sizeof logits);
    forward (subject, subject->exec, &lean);
    fixture_check_close (nn_model_text (subject->model), nn_exec_logits (subject->exec), logits,
                         IMAGES * CLASSES, 1e-4, 1e-4);
    forward (subject, inference, NULL);
    fixture_check_close (nn_model_text (subject->model), nn_exec_logits (inference), logits,
                         IMAGES * CLASSES, 1e-4, 1e-4);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random-network/gradients", test_gradients_are_slopes_in_every_kind_of_pass);
  g_test_add_func ("/random-network/logits", test_logits_are_the_same_in_every_kind_of_evaluation);
  return g_test_run ();
}
