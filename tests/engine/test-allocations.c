/* test-allocations.c - no memory is asked for in the middle of the work
 *
 * This program has its own malloc and kin, which count while they are told to
 * and leave the work to glibc's.  Sanitizers bring theirs, and other C
 * libraries have no second door to it: the tests are skipped there.  What
 * OpenBLAS asks for within a product (it does for small ones) is its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-mask-curve.h"
#include "nn/nn-saliency.h"
#include "trainer-fixture.h"

static atomic_bool counting;
static atomic_int allocations;

#if defined (__GLIBC__) && !defined (__SANITIZE_ADDRESS__) && !defined (__SANITIZE_THREAD__)
#define CAN_COUNT TRUE

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n,
                            size_t size);
extern void *__libc_realloc (void  *memory,
                             size_t size);
extern void *__libc_memalign (size_t alignment,
                              size_t size);

static gboolean
is_blas (const void *caller)
{
  Dl_info library;

  return dladdr (caller, &library) != 0 && strstr (library.dli_fname, "openblas") != NULL;
}

static void
count_one (const void *caller)
{
  if (atomic_load (&counting) && !is_blas (caller))
    atomic_fetch_add (&allocations, 1);
}

void *
malloc (size_t size)
{
  count_one (__builtin_return_address (0));
  return __libc_malloc (size);
}

void *
calloc (size_t n,
        size_t size)
{
  count_one (__builtin_return_address (0));
  return __libc_calloc (n, size);
}

void *
realloc (void  *memory,
         size_t size)
{
  count_one (__builtin_return_address (0));
  return __libc_realloc (memory, size);
}

void *
aligned_alloc (size_t alignment,
               size_t size)
{
  count_one (__builtin_return_address (0));
  return __libc_memalign (alignment, size);
}

void *
memalign (size_t alignment,
          size_t size)
{
  count_one (__builtin_return_address (0));
  return __libc_memalign (alignment, size);
}

int
posix_memalign (void **memory,
                size_t alignment,
                size_t size)
{
  count_one (__builtin_return_address (0));
  *memory = __libc_memalign (alignment, size);
  return *memory != NULL ? 0 : ENOMEM;
}
#else
#define CAN_COUNT FALSE
#endif

static void
start_counting (void)
{
  atomic_store (&allocations, 0);
  atomic_store (&counting, TRUE);
}

static int
stop_counting (void)
{
  atomic_store (&counting, FALSE);
  return atomic_load (&allocations);
}

static gboolean
can_count (void)
{
  if (!CAN_COUNT)
    g_test_skip ("allocations cannot be counted here");
  return CAN_COUNT;
}

static void
test_allocations_are_counted (void)
{
  void *memory[5];

  if (!can_count ())
    return;
  start_counting ();
  memory[0] = malloc (100);
  memory[1] = calloc (10, 10);
  memory[0] = realloc (memory[0], 10000);
  memory[2] = aligned_alloc (64, 128);
  memory[3] = g_strdup ("through a library");
  g_assert_cmpint (posix_memalign (&memory[4], 64, 100), ==, 0);
  g_assert_cmpint (stop_counting (), ==, 6);
  for (gsize i = 0; i < G_N_ELEMENTS (memory); i++)
    free (memory[i]);
}

static const guint32 indices[] = { 3, 1, 4, 15, 9, 2, 6, 5, 35, 8, 7, 11, 13, 17, 19 };

static void
train_without_allocating (const char         *network,
                          const TrainingMode *mode)
{
  const NnTrainSettings settings = training_settings (mode);
  g_autoptr (Training) training = training_new (network, mode, &settings, 2);
  gboolean succeeded = TRUE;

  training_step (training, 15, 0.05);
  start_counting ();
  for (int step = 0; step < 3; step++) {
    NnStepMetrics metrics;

    succeeded = succeeded &&
                nn_trainer_step (training->trainer, &training->pictures->images, indices, 15, 0.05,
                                 &metrics, NULL) == NN_OK;
  }
  g_assert_cmpint (stop_counting (), ==, 0);
  g_assert_true (succeeded);
}

static void
test_training_steps_allocate_nothing (void)
{
  if (!can_count ())
    return;
  for (gsize m = 0; m < N_TRAINING_MODES; m++) {
    train_without_allocating ("sgt-cnn-small", &training_modes[m]);
    train_without_allocating ("lenet5", &training_modes[m]);
  }
}

static void
test_steps_with_every_optimizer_and_quantizer_allocate_nothing (void)
{
  if (!can_count ())
    return;
  for (gsize o = 0; nn_optimizer (o) != NULL; o++)
    for (gsize q = 0; nn_weight_quantizer (q) != NULL; q++) {
      const NnOptimizer *optimizer = nn_optimizer (o);
      const NnWeightQuantizer *quantizer = nn_weight_quantizer (q);
      NnTrainSettings settings = training_settings (&training_modes[3]);
      NnStepMetrics metrics;

      settings.optimizer = optimizer;
      settings.optimizer_values = nn_param_defaults (optimizer->params, optimizer->n_params);

      g_autoptr (Training) training = training_new ("lenet5", &training_modes[3], &settings, 2);

      nn_model_set_quantizer (training->model, quantizer,
                              nn_param_defaults (quantizer->params, quantizer->n_params));
      training_step (training, 15, 0.01);
      start_counting ();

      const NnStatus status = nn_trainer_step (training->trainer, &training->pictures->images,
                                               indices, 15, 0.01, &metrics, NULL);

      g_assert_cmpint (stop_counting (), ==, 0);
      g_assert_cmpint (status, ==, NN_OK);
    }
}

/* A network at 4 bits that is looked at. */
typedef struct
{
  NnModel  *model;
  NnPool   *pool;
  NnExec   *exec;
  Pictures *pictures;
} Viewer;

static void
viewer_set_up (Viewer       *viewer,
               gconstpointer data)
{
  const NnShape shape = { 1, 28, 28 };

  viewer->model = fixture_network ("lenet5", shape, "pact");
  fixture_set_bits (viewer->model, 4, 4);
  viewer->pool = fixture_pool (2);
  viewer->exec = fixture_exec (viewer->model, viewer->pool, NN_EXEC_GRADIENT, 8);
  viewer->pictures = fixture_pictures (shape, 30, 10);
}

static void
viewer_tear_down (Viewer       *viewer,
                  gconstpointer data)
{
  pictures_free (viewer->pictures);
  nn_exec_free (viewer->exec);
  nn_pool_free (viewer->pool);
  nn_model_free (viewer->model);
}

static void
test_preparing_and_passes_allocate_nothing (Viewer       *viewer,
                                            gconstpointer data)
{
  g_autofree float *gradient = g_new (float, nn_model_arena_count (viewer->model));

  if (!can_count ())
    return;
  nn_exec_forward (viewer->exec, 0, 8, NULL);
  start_counting ();
  nn_exec_prepare (viewer->exec);
  nn_exec_forward (viewer->exec, 0, 8, NULL);
  nn_exec_backward (viewer->exec, 0, 8, gradient);
  g_assert_cmpint (stop_counting (), ==, 0);
}

static void
test_evaluation_allocates_nothing (Viewer       *viewer,
                                   gconstpointer data)
{
  int predictions[30];
  NnEval eval = nn_eval_begin (viewer->exec, &viewer->pictures->images, NULL, 30, predictions);

  if (!can_count ())
    return;
  g_assert_true (nn_eval_step (&eval, 8));
  start_counting ();
  while (nn_eval_step (&eval, 8))
    continue;
  g_assert_cmpint (stop_counting (), ==, 0);
  g_assert_cmpuint (eval.done, ==, 30);
}

static void
test_masking_curves_allocate_nothing (Viewer       *viewer,
                                      gconstpointer data)
{
  const NnMaskOrder orders[] = { NN_ORDER_MOST_SALIENT_FIRST, NN_ORDER_RANDOM };

  if (!can_count ())
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    NnMaskCurveSettings settings = nn_mask_curve_settings_default (&viewer->pictures->images);
    NnError error;

    settings.order = orders[i];
    settings.fill = NN_FILL_UNIFORM;

    NnMaskCurve *curve = nn_mask_curve_new (viewer->exec, &viewer->pictures->images, NULL, 30,
                                            &settings, &error);

    g_assert_nonnull (curve);
    g_assert_true (nn_mask_curve_step (curve));
    start_counting ();
    while (nn_mask_curve_step (curve))
      continue;
    g_assert_cmpint (stop_counting (), ==, 0);
    g_assert_cmpuint (nn_mask_curve_done (curve), ==, 30);
    nn_mask_curve_free (curve);
  }
}

static void
test_explanations_allocate_nothing (Viewer       *viewer,
                                    gconstpointer data)
{
  enum { COUNT = 11, SIZE = 28 * 28 };
  g_autofree float *x = g_new (float, COUNT * SIZE);
  g_autofree float *maps = g_new (float, COUNT * SIZE);
  int classes[COUNT];

  if (!can_count ())
    return;
  nn_images_gather (&viewer->pictures->images, NULL, COUNT, x, classes);
  for (gsize i = 0; nn_saliency_method (i) != NULL; i++) {
    const NnSaliencyRequest request = nn_saliency_request (nn_saliency_method (i),
                                                           &viewer->pictures->images);

    g_test_message ("%s", request.method->name);
    nn_saliency_explain (viewer->exec, &request, x, classes, NULL, COUNT, maps);
    start_counting ();
    nn_saliency_explain (viewer->exec, &request, x, classes, NULL, COUNT, maps);
    g_assert_cmpint (stop_counting (), ==, 0);
  }
}

#define ADD_VIEWER_TEST(path, function) \
  g_test_add (path, Viewer, NULL, viewer_set_up, function, viewer_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/allocations/counted", test_allocations_are_counted);
  g_test_add_func ("/allocations/training", test_training_steps_allocate_nothing);
  g_test_add_func ("/allocations/optimizers",
                   test_steps_with_every_optimizer_and_quantizer_allocate_nothing);
  ADD_VIEWER_TEST ("/allocations/passes", test_preparing_and_passes_allocate_nothing);
  ADD_VIEWER_TEST ("/allocations/evaluation", test_evaluation_allocates_nothing);
  ADD_VIEWER_TEST ("/allocations/masking-curves", test_masking_curves_allocate_nothing);
  ADD_VIEWER_TEST ("/allocations/explanations", test_explanations_allocate_nothing);
  return g_test_run ();
}
