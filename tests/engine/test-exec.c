/* test-exec.c - a batch is its images, in any range and on any threads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine-fixture.h"
#include "layer-cases.h"

enum { COUNT = LAYER_MAX_BATCH };

/* A network and the gradient to its logits, drawn once. */
typedef struct
{
  NnModel *model;
  NnPool  *pool;
  gsize    size;
  gsize    classes;
  gsize    arena;   /* of parameters: 0 in some networks                      */
  float   *x;       /* (COUNT, size)                                          */
  float   *weights; /* (COUNT, classes)                                       */
} Subject;

static Subject *
subject_new (const char *text,
             int         bits,
             int         threads)
{
  Subject *subject = g_new0 (Subject, 1);

  subject->model = fixture_model (text, 4);
  subject->pool = fixture_pool (threads);
  subject->size = nn_shape_size (nn_model_input (subject->model));
  subject->classes = (gsize) nn_model_classes (subject->model);
  subject->arena = nn_model_arena_count (subject->model);
  subject->x = g_new (float, COUNT * subject->size);
  subject->weights = g_new (float, COUNT * subject->classes);
  fixture_set_alphas (subject->model, 0.8f);
  fixture_set_bits (subject->model, bits, bits);
  fixture_normal (1, subject->x, COUNT * subject->size);
  fixture_normal (2, subject->weights, COUNT * subject->classes);
  return subject;
}

static void
subject_free (Subject *subject)
{
  nn_model_free (subject->model);
  nn_pool_free (subject->pool);
  g_free (subject->x);
  g_free (subject->weights);
  g_free (subject);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subject, subject_free)

static NnExec *
subject_exec (Subject   *subject,
              NnExecKind kind,
              gsize      capacity)
{
  return fixture_exec (subject->model, subject->pool, kind, capacity);
}

/* Puts images [from, from + count) at `first` and runs them forward. */
static void
run_forward (Subject      *subject,
             NnExec       *exec,
             gsize         from,
             gsize         first,
             gsize         count,
             const NnPass *pass)
{
  memcpy (nn_exec_input (exec) + first * subject->size, subject->x + from * subject->size,
          sizeof (float) * count * subject->size);
  nn_exec_forward (exec, first, count, pass);
}

static void
fill_logits_gradient (Subject *subject,
                      NnExec  *exec,
                      gsize    from,
                      gsize    first,
                      gsize    count)
{
  memcpy (nn_exec_logits_gradient (exec) + first * subject->classes,
          subject->weights + from * subject->classes, sizeof (float) * count * subject->classes);
}

/* Data gradients into nn_exec_input_gradient(), then all others. */
static void
run_backward (Subject *subject,
              NnExec  *exec,
              gsize    from,
              gsize    first,
              gsize    count,
              float   *gradient)
{
  fill_logits_gradient (subject, exec, from, first, count);
  nn_exec_backward (exec, first, count, gradient);
  fill_logits_gradient (subject, exec, from, first, count);
  nn_exec_backward_input (exec, first, count);
}

static const int all_bits[] = { NN_BITS_OFF, 4, NN_BITS_CLIP };

typedef void (*CheckSubject) (Subject *subject);

/* Runs `check` on every network of layer-cases.c at several bit widths. */
static void
for_all_networks (CheckSubject check,
                  int          threads)
{
  for (gsize i = 0; i < n_layer_cases; i++)
    for (gsize b = 0; b < G_N_ELEMENTS (all_bits); b++) {
      g_autoptr (Subject) subject = subject_new (layer_cases[i].text, all_bits[b], threads);

      check (subject);
    }
}

/* Logits and data gradients of an evaluation that keeps less, and the training
 * pass that resumes from it. */
static void
check_lean_evaluation (Subject *subject)
{
  const NnPass lean = { .lean = TRUE };
  const NnPass training = { .training = TRUE, .seed = 1 };
  const NnPass resumed = { .training = TRUE, .seed = 1, .resume = TRUE };
  const gsize classes = COUNT * subject->classes;
  const gsize values = COUNT * subject->size;
  g_autoptr (NnExec) full = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);
  g_autoptr (NnExec) less = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);
  g_autofree float *expected = g_new (float, subject->arena + 1);
  g_autofree float *gradient = g_new (float, subject->arena + 1);

  run_forward (subject, full, 0, 0, COUNT, NULL);
  run_forward (subject, less, 0, 0, COUNT, &lean);
  fixture_check_close (nn_model_text (subject->model), nn_exec_logits (less),
                       nn_exec_logits (full), classes, 1e-4, 1e-5);
  fill_logits_gradient (subject, full, 0, 0, COUNT);
  nn_exec_backward_input (full, 0, COUNT);
  fill_logits_gradient (subject, less, 0, 0, COUNT);
  nn_exec_backward_input (less, 0, COUNT);
  fixture_check_close (nn_model_text (subject->model), nn_exec_input_gradient (less),
                       nn_exec_input_gradient (full), values, 1e-3, 1e-5);

  run_forward (subject, full, 0, 0, COUNT, &training);
  nn_exec_forward (less, 0, COUNT, &resumed);
  run_backward (subject, full, 0, 0, COUNT, expected);
  run_backward (subject, less, 0, 0, COUNT, gradient);
  g_assert_cmpmem (nn_exec_logits (less), classes * sizeof (float),
                   nn_exec_logits (full), classes * sizeof (float));
  g_assert_cmpmem (gradient, subject->arena * sizeof (float),
                   expected, subject->arena * sizeof (float));
}

static void
test_lean_evaluations_agree_with_those_that_keep_all (void)
{
  for (gsize i = 0; i < n_layer_cases; i++) {
    g_autoptr (Subject) subject = subject_new (layer_cases[i].text, NN_BITS_CLIP, 2);

    check_lean_evaluation (subject);
  }
}

/* Logits and data gradients row by row, gradients as a sum over rows. */
static void
check_batch_against_single_images (Subject *subject)
{
  const gsize arena = subject->arena;
  g_autoptr (NnExec) batch = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);
  g_autoptr (NnExec) single = subject_exec (subject, NN_EXEC_GRADIENT, 1);
  g_autofree float *gradient = g_new (float, arena + 1);
  g_autofree float *one = g_new (float, arena + 1);
  g_autofree float *sum = g_new0 (float, arena + 1);
  const char *text = nn_model_text (subject->model);

  run_forward (subject, batch, 0, 0, COUNT, NULL);
  run_backward (subject, batch, 0, 0, COUNT, gradient);
  for (gsize i = 0; i < COUNT; i++) {
    run_forward (subject, single, i, 0, 1, NULL);
    run_backward (subject, single, i, 0, 1, one);
    fixture_check_close (text, nn_exec_logits (batch) + i * subject->classes,
                         nn_exec_logits (single), subject->classes, 1e-5, 1e-5);
    fixture_check_close (text, nn_exec_input_gradient (batch) + i * subject->size,
                         nn_exec_input_gradient (single), subject->size, 1e-5, 1e-5);
    for (gsize j = 0; j < arena; j++)
      sum[j] += one[j];
  }
  fixture_check_close (text, gradient, sum, arena, 1e-4, 1e-4);
}

static void
test_a_batch_equals_its_images_one_by_one (void)
{
  for_all_networks (check_batch_against_single_images, 2);
}

static void
check_ranges (Subject *subject)
{
  enum { FIRST = 11, PART = 20 };
  const gsize classes = subject->classes;
  const gsize size = subject->size;
  g_autoptr (NnExec) whole = subject_exec (subject, NN_EXEC_GRADIENT, PART);
  g_autoptr (NnExec) part = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);
  g_autofree float *expected = g_new (float, subject->arena + 1);
  g_autofree float *found = g_new (float, subject->arena + 1);
  g_autofree float *before = g_new (float, COUNT * classes);
  const char *text = nn_model_text (subject->model);

  run_forward (subject, whole, 30, 0, PART, NULL);
  run_backward (subject, whole, 30, 0, PART, expected);

  run_forward (subject, part, 0, 0, COUNT, NULL);
  memcpy (before, nn_exec_logits (part), sizeof (float) * COUNT * classes);
  run_forward (subject, part, 30, FIRST, PART, NULL);
  run_backward (subject, part, 30, FIRST, PART, found);

  fixture_check_same (text, nn_exec_logits (part) + FIRST * classes, nn_exec_logits (whole),
                      PART * classes);
  fixture_check_same (text, nn_exec_input_gradient (part) + FIRST * size,
                      nn_exec_input_gradient (whole), PART * size);
  fixture_check_same (text, found, expected, subject->arena);
  fixture_check_same (text, nn_exec_logits (part), before, FIRST * classes);
  fixture_check_same (text, nn_exec_logits (part) + (FIRST + PART) * classes,
                      before + (FIRST + PART) * classes, (COUNT - FIRST - PART) * classes);
}

static void
test_a_range_of_the_batch_is_run_alone (void)
{
  for_all_networks (check_ranges, 2);
}

static void
check_kinds (Subject *subject)
{
  g_autoptr (NnExec) inference = subject_exec (subject, NN_EXEC_INFERENCE, COUNT);
  g_autoptr (NnExec) gradient = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);

  run_forward (subject, inference, 0, 0, COUNT, NULL);
  run_forward (subject, gradient, 0, 0, COUNT, NULL);
  fixture_check_same (nn_model_text (subject->model), nn_exec_logits (inference),
                      nn_exec_logits (gradient), COUNT * subject->classes);
}

static void
test_inference_gives_the_same_bits_as_the_forward_pass_of_training (void)
{
  for_all_networks (check_kinds, 2);
}

/* All that a forward and a backward pass give, on some number of threads. */
typedef struct
{
  float *logits;
  float *input_gradient;
  float *gradient;
} Results;

static Results
compute_results (Subject      *subject,
                 const NnPass *pass)
{
  g_autoptr (NnExec) exec = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);
  Results results;

  results.gradient = g_new (float, subject->arena + 1);
  run_forward (subject, exec, 0, 0, COUNT, pass);
  run_backward (subject, exec, 0, 0, COUNT, results.gradient);
  results.logits = g_memdup2 (nn_exec_logits (exec), sizeof (float) * COUNT * subject->classes);
  results.input_gradient = g_memdup2 (nn_exec_input_gradient (exec),
                                      sizeof (float) * COUNT * subject->size);
  return results;
}

static void
check_same_results (Subject *subject,
                    Results  found,
                    Results  expected)
{
  const char *text = nn_model_text (subject->model);

  fixture_check_same (text, found.logits, expected.logits, COUNT * subject->classes);
  fixture_check_same (text, found.input_gradient, expected.input_gradient, COUNT * subject->size);
  fixture_check_same (text, found.gradient, expected.gradient, subject->arena);
}

static void
clear_results (Results results)
{
  g_free (results.logits);
  g_free (results.input_gradient);
  g_free (results.gradient);
}

static void
test_any_number_of_threads_gives_the_same_bits (void)
{
  const NnPass pass = { .training = TRUE, .seed = 1, .step = 2 };

  for (gsize i = 0; i < n_layer_cases; i++) {
    g_autoptr (Subject) alone = subject_new (layer_cases[i].text, 4, 1);
    const Results expected = compute_results (alone, &pass);

    for (int threads = 2; threads <= 4; threads++) {
      g_autoptr (Subject) together = subject_new (layer_cases[i].text, 4, threads);
      const Results found = compute_results (together, &pass);

      check_same_results (together, found, expected);
      clear_results (found);
    }
    clear_results (expected);
  }
}

/* Where the first random layer lies, and what works in place behind it. */
static const char *const random_networks[] = {
  "input channels=1 height=6 width=5\n"
  "conv2d a out=3\n"
  "dropout drop\n"
  "pact act\n"
  "max-pool pool\n"
  "flatten flat\n"
  "linear fc out=3\n",
  "input channels=1 height=6 width=5\n"
  "conv2d a out=3\n"
  "relu act\n"
  "max-pool pool\n"
  "dropout drop\n"
  "flatten flat\n"
  "linear b out=9\n"
  "pact act2 gradient=pact+\n"
  "dropout drop2\n"
  "linear c out=3\n",
  "input channels=2 height=3 width=3\n"
  "flatten flat\n"
  "linear a out=30\n"
  "dropout drop rate=0.3\n"
  "pact act\n"
  "dropout drop2 rate=0.3\n"
  "relu act2\n"
  "linear b out=4\n",
  "input channels=1 height=4 width=4\n"
  "dropout drop\n"
  "relu act\n"
  "flatten flat\n"
  "linear a out=4\n",
  "input channels=1 height=4 width=4\n"
  "flatten flat\n"
  "pact act\n"
  "dropout drop\n"
  "pact act2\n",
  "input channels=1 height=4 width=4\n"
  "conv2d a out=2\n"
  "relu act\n"
  "flatten flat\n",
  "input channels=2 height=4 width=5\n"
  "conv2d a out=3 padding=1 bias=no\n"
  "batch-norm na\n"
  "pact act\n"
  "conv2d b out=3 padding=1\n"
  "batch-norm nb\n"
  "add sum with=act\n"
  "relu act2\n"
  "add sum2 with=a\n"
  "dropout drop\n"
  "flatten flat\n"
  "linear fc out=3\n",
};

/* As saliency-guided training does it: evaluate, take data gradients, go on
 * with training where it differs. */
static Results
compute_resumed (Subject      *subject,
                 const NnPass *pass)
{
  g_autoptr (NnExec) exec = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);
  const NnPass resumed = { .training = pass->training, .resume = TRUE, .seed = pass->seed,
                           .step = pass->step };
  Results results;

  results.gradient = g_new (float, subject->arena + 1);
  run_forward (subject, exec, 0, 0, COUNT, NULL);
  fill_logits_gradient (subject, exec, 0, 0, COUNT);
  nn_exec_backward_input (exec, 0, COUNT);
  nn_exec_forward (exec, 0, COUNT, &resumed);
  run_backward (subject, exec, 0, 0, COUNT, results.gradient);
  results.logits = g_memdup2 (nn_exec_logits (exec), sizeof (float) * COUNT * subject->classes);
  results.input_gradient = g_memdup2 (nn_exec_input_gradient (exec),
                                      sizeof (float) * COUNT * subject->size);
  return results;
}

static void
test_training_resumed_after_evaluation_equals_training_from_the_start (void)
{
  const NnPass pass = { .training = TRUE, .seed = 3, .step = 4 };

  for (gsize i = 0; i < G_N_ELEMENTS (random_networks); i++)
    for (gsize b = 0; b < G_N_ELEMENTS (all_bits); b++) {
      g_autoptr (Subject) subject = subject_new (random_networks[i], all_bits[b], 2);
      const Results expected = compute_results (subject, &pass);
      const Results found = compute_resumed (subject, &pass);

      check_same_results (subject, found, expected);
      clear_results (found);
      clear_results (expected);
    }
}

static void
test_dropout_is_named_by_seed_step_and_place (void)
{
  g_autoptr (Subject) subject = subject_new (random_networks[1], NN_BITS_OFF, 2);
  const NnPass pass = { .training = TRUE, .seed = 3, .step = 4 };
  const NnPass other_seed = { .training = TRUE, .seed = 2, .step = 4 };
  const NnPass other_step = { .training = TRUE, .seed = 3, .step = 5 };
  const gsize bytes = sizeof (float) * COUNT * subject->classes;
  const Results first = compute_results (subject, &pass);
  const Results again = compute_results (subject, &pass);
  const Results seed = compute_results (subject, &other_seed);
  const Results step = compute_results (subject, &other_step);

  check_same_results (subject, again, first);
  g_assert_cmpint (memcmp (first.logits, seed.logits, bytes), !=, 0);
  g_assert_cmpint (memcmp (first.logits, step.logits, bytes), !=, 0);
  clear_results (first);
  clear_results (again);
  clear_results (seed);
  clear_results (step);
}

enum { MAX_LAYERS = 16 };

/* What an observer saw. */
typedef struct
{
  Subject *subject;
  gint     calls[MAX_LAYERS][COUNT];
  float   *values[MAX_LAYERS]; /* (COUNT, size of the layer's input)          */
} Sight;

static void
see (void        *data,
     size_t       layer,
     size_t       image,
     const float *values,
     size_t       n)
{
  Sight *sight = data;

  g_assert_cmpuint (n, ==, nn_shape_size (nn_model_layer (sight->subject->model, layer).input));
  g_atomic_int_inc (&sight->calls[layer][image]);
  memcpy (sight->values[layer] + image * n, values, sizeof (float) * n);
}

/* The network's first `layers` lines, with the same weights, ending flat. */
static NnModel *
cut_before (const NnModel *model,
            gsize          layers)
{
  g_auto (GStrv) lines = g_strsplit (nn_model_text (model), "\n", -1);
  g_autoptr (GString) text = g_string_new (lines[0]);

  for (gsize i = 1; i <= layers; i++)
    g_string_append_printf (text, "\n%s", lines[i]);
  g_string_append (text, "\nflatten the-end\n");

  NnModel *cut = fixture_model (text->str, 1);

  for (gsize i = 0; i < nn_model_tensor_count (cut); i++)
    memcpy (nn_model_tensor (cut, i).value, nn_model_tensor (model, i).value,
            sizeof (float) * nn_model_tensor (cut, i).count);
  return cut;
}

/* Whether the lines up to that of `layer` each read the one before. */
static gboolean
is_chain_up_to (const NnModel *model,
                gsize          layer)
{
  for (gsize i = 0; i <= layer; i++) {
    const NnLayerInfo info = nn_model_layer (model, i);

    if (info.source != (int) i - 1 || info.second != NN_NO_LAYER)
      return FALSE;
  }
  return TRUE;
}

static int
compare_floats (const void *a,
                const void *b)
{
  const float x = *(const float *) a;
  const float y = *(const float *) b;

  return (x > y) - (x < y);
}

/* Observers see the values of an image in any order. */
static float *
sort_images (const float *values,
             gsize        n)
{
  float *sorted = g_memdup2 (values, sizeof (float) * COUNT * n);

  for (gsize i = 0; i < COUNT; i++)
    qsort (sorted + i * n, n, sizeof (float), compare_floats);
  return sorted;
}

/* Layer `layer` must have been shown what the network before it gives. */
static void
check_seen_values (Sight *sight,
                   gsize  layer,
                   int    bits)
{
  Subject *subject = sight->subject;
  g_autoptr (NnModel) cut = cut_before (subject->model, layer);

  fixture_set_bits (cut, bits, bits);

  g_autoptr (NnExec) exec = fixture_exec (cut, subject->pool, NN_EXEC_INFERENCE, COUNT);

  run_forward (subject, exec, 0, 0, COUNT, NULL);

  const gsize n = (gsize) nn_model_classes (cut);
  g_autofree float *seen = sort_images (sight->values[layer], n);
  g_autofree float *given = sort_images (nn_exec_logits (exec), n);

  fixture_check_close (nn_model_text (cut), seen, given, COUNT * n, 1e-5, 1e-5);
}

static void
check_observer (Subject   *subject,
                NnExecKind kind,
                int        bits)
{
  const gsize layers = nn_model_layer_count (subject->model);
  g_autoptr (NnExec) exec = subject_exec (subject, kind, COUNT);
  g_autofree Sight *sight = g_new0 (Sight, 1);

  sight->subject = subject;
  for (gsize l = 0; l < layers; l++)
    sight->values[l] = g_new (float, COUNT * nn_shape_size (nn_model_layer (subject->model,
                                                                            l).input));
  memcpy (nn_exec_input (exec), subject->x, sizeof (float) * COUNT * subject->size);
  nn_exec_observe (exec, 0, COUNT, see, sight);
  for (gsize l = 0; l < layers; l++) {
    for (gsize i = 0; i < COUNT; i++)
      g_assert_cmpint (sight->calls[l][i], ==, 1);
    if (is_chain_up_to (subject->model, l))
      check_seen_values (sight, l, bits);
    g_free (sight->values[l]);
  }
}

static void
test_observers_see_the_input_of_every_layer_once_an_image (void)
{
  for (gsize i = 0; i < n_layer_cases; i++)
    for (gsize b = 0; b < G_N_ELEMENTS (all_bits); b++) {
      g_autoptr (Subject) subject = subject_new (layer_cases[i].text, all_bits[b], 3);

      check_observer (subject, NN_EXEC_INFERENCE, all_bits[b]);
      check_observer (subject, NN_EXEC_GRADIENT, all_bits[b]);
    }
}

/* Quantizes the weights of `model` at 3 bits for good. */
static void
quantize_in_place (NnModel *model)
{
  const NnWeightQuantizer *quantizer = nn_model_quantizer (model, NULL);

  for (gsize i = 0; i < nn_model_layer_count (model); i++) {
    if (nn_model_layer (model, i).weight_tensor < 0)
      continue;

    NnWeights weights = nn_model_weights (model, i);
    g_autofree float *copy = g_memdup2 (weights.w, weights.n * sizeof *weights.w);
    const NnTensor tensor =
      nn_model_tensor (model, (gsize) nn_model_layer (model, i).weight_tensor);

    weights.w = copy;
    weights.bits = 3;
    quantizer->quantize (&weights, tensor.value);
  }
}

static void
check_quantized_weights (const NnWeightQuantizer *quantizer,
                         NnParamValues            values)
{
  g_autoptr (Subject) low = subject_new (random_networks[1], 3, 2);
  g_autoptr (Subject) full = subject_new (random_networks[1], NN_BITS_OFF, 2);
  NnError error;

  nn_model_set_quantizer (low->model, quantizer, values);
  nn_model_set_quantizer (full->model, quantizer, values);
  g_assert_cmpint (nn_model_set_bits (full->model, NN_BITS_OFF, 3, NN_EDGES_SAME, &error), ==,
                   NN_OK);
  quantize_in_place (full->model);

  g_autoptr (NnExec) low_exec = subject_exec (low, NN_EXEC_INFERENCE, COUNT);
  g_autoptr (NnExec) full_exec = subject_exec (full, NN_EXEC_INFERENCE, COUNT);

  run_forward (low, low_exec, 0, 0, COUNT, NULL);
  run_forward (full, full_exec, 0, 0, COUNT, NULL);
  fixture_check_same ("logits", nn_exec_logits (low_exec), nn_exec_logits (full_exec),
                      COUNT * low->classes);
}

static void
test_quantized_weights_are_those_of_the_quantizer (void)
{
  const NnWeightQuantizer *quantizer;

  for (gsize q = 0; (quantizer = nn_weight_quantizer (q)) != NULL; q++) {
    NnParamValues values = nn_param_defaults (quantizer->params, quantizer->n_params);

    check_quantized_weights (quantizer, values);
    for (gsize p = 0; p < quantizer->n_params; p++)
      values.value[p] = values.value[p] > 0 ? 0 : 1;
    check_quantized_weights (quantizer, values);
  }
}

static void
test_gradients_are_written_anew_each_time (void)
{
  g_autoptr (Subject) subject = subject_new (random_networks[0], 4, 2);
  g_autoptr (NnExec) exec = subject_exec (subject, NN_EXEC_GRADIENT, COUNT);
  g_autofree float *first = g_new (float, subject->arena + 1);
  g_autofree float *second = g_new (float, subject->arena + 1);

  memset (first, 0xff, sizeof (float) * subject->arena);
  memset (second, 0x7f, sizeof (float) * subject->arena);
  run_forward (subject, exec, 0, 0, COUNT, NULL);
  run_backward (subject, exec, 0, 0, COUNT, first);
  run_backward (subject, exec, 0, 0, COUNT, second);
  fixture_check_same ("gradient", second, first, subject->arena);
}

static void
check_refused (const char *text,
               gsize       capacity,
               NnStatus    status)
{
  g_autoptr (NnModel) model = nn_model_new (text, NULL);
  g_autoptr (NnPool) pool = fixture_pool (1);
  NnError error = { NN_OK, "" };

  g_assert_nonnull (model);
  g_assert_null (nn_exec_new (model, pool, NN_EXEC_GRADIENT, capacity, &error));
  g_assert_cmpint (error.status, ==, status);
  g_assert_cmpint (error.message[0], !=, '\0');
  g_assert_null (nn_exec_new (model, pool, NN_EXEC_GRADIENT, capacity, NULL));
}

static void
test_batches_that_cannot_be_held_are_refused (void)
{
  const char *large = "input channels=4 height=1024 width=1024\n"
                      "conv2d a out=32 kernel=15 padding=7\n"
                      "relu act\n"
                      "average-pool pool size=15\n"
                      "flatten flat\n";

  check_refused (random_networks[0], 0, NN_ERROR_RANGE);
  check_refused (random_networks[0], 65537, NN_ERROR_RANGE);
  check_refused (random_networks[0], G_MAXSIZE, NN_ERROR_RANGE);
  check_refused (large, 65536, NN_ERROR_MEMORY);
}

static void
test_an_exec_knows_what_it_was_made_of (void)
{
  g_autoptr (Subject) subject = subject_new (random_networks[0], 4, 2);
  g_autoptr (NnExec) exec = subject_exec (subject, NN_EXEC_INFERENCE, 12);

  g_assert_true (nn_exec_model (exec) == subject->model);
  g_assert_true (nn_exec_pool (exec) == subject->pool);
  g_assert_cmpuint (nn_exec_capacity (exec), ==, 12);
  nn_exec_free (NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exec/lean", test_lean_evaluations_agree_with_those_that_keep_all);
  g_test_add_func ("/exec/one-by-one", test_a_batch_equals_its_images_one_by_one);
  g_test_add_func ("/exec/ranges", test_a_range_of_the_batch_is_run_alone);
  g_test_add_func ("/exec/kinds",
                   test_inference_gives_the_same_bits_as_the_forward_pass_of_training);
  g_test_add_func ("/exec/threads", test_any_number_of_threads_gives_the_same_bits);
  g_test_add_func ("/exec/resume",
                   test_training_resumed_after_evaluation_equals_training_from_the_start);
  g_test_add_func ("/exec/dropout", test_dropout_is_named_by_seed_step_and_place);
  g_test_add_func ("/exec/observers", test_observers_see_the_input_of_every_layer_once_an_image);
  g_test_add_func ("/exec/quantized", test_quantized_weights_are_those_of_the_quantizer);
  g_test_add_func ("/exec/written-anew", test_gradients_are_written_anew_each_time);
  g_test_add_func ("/exec/refused", test_batches_that_cannot_be_held_are_refused);
  g_test_add_func ("/exec/getters", test_an_exec_knows_what_it_was_made_of);
  return g_test_run ();
}
