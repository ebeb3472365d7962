/* test-layer.c - every kind of layer against naive loops, and its parameters
 *
 * Generated from the table of kinds: a row without a reference here or a case
 * in layer-cases.c fails.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "check-params.h"
#include "engine-fixture.h"
#include "layer-cases.h"
#include "nn-model-private.h"

/* What a layer computes with, NULL where it has no such thing. */
typedef struct
{
  const float  *weight;
  const float  *bias;
  const float  *alpha;
  const float  *scale;
  const float  *mean;
  const float  *variance;
  const double *second; /* the other summand                                   */
} Given;

/* One layer on one image, in double. */
typedef void (*Naive) (const NnLayer *layer,
                       const Given   *given,
                       const double  *x,
                       double        *y);

/* x[c][i][j], 0 outside. */
static double
pixel (const NnLayer *layer,
       const double  *x,
       int            c,
       int            i,
       int            j)
{
  const NnShape in = layer->input;

  if (i < 0 || j < 0 || i >= in.height || j >= in.width)
    return 0;
  return x[(c * in.height + i) * in.width + j];
}

static void
naive_conv2d (const NnLayer *layer,
              const Given   *given,
              const double  *x,
              double        *y)
{
  const int kernel = (int) layer_value (layer, "kernel");
  const int stride = (int) layer_value (layer, "stride");
  const int padding = (int) layer_value (layer, "padding");
  const NnShape out = layer->output;

  for (int o = 0; o < out.channels; o++)
    for (int oy = 0; oy < out.height; oy++)
      for (int ox = 0; ox < out.width; ox++) {
        const float *w = given->weight + o * layer->input.channels * kernel * kernel;
        double sum = given->bias != NULL ? (double) given->bias[o] : 0;

        for (int c = 0; c < layer->input.channels; c++)
          for (int i = 0; i < kernel; i++)
            for (int j = 0; j < kernel; j++)
              sum += (double) *w++ *pixel (layer, x, c, oy * stride - padding + i,
                                           ox * stride - padding + j);
        *y++ = sum;
      }
}

static void
naive_linear (const NnLayer *layer,
              const Given   *given,
              const double  *x,
              double        *y)
{
  const float *weight = given->weight;

  for (int o = 0; o < layer->output.channels; o++) {
    y[o] = given->bias != NULL ? (double) given->bias[o] : 0;
    for (int i = 0; i < layer->input.channels; i++)
      y[o] += (double) *weight++ *x[i];
  }
}

/* Largest value and sum of each window. */
static void
naive_pool (const NnLayer *layer,
            const double  *x,
            double        *largest,
            double        *sums)
{
  const int size = (int) layer_value (layer, "size");
  const int stride = layer_value (layer, "stride") > 0 ? (int) layer_value (layer, "stride") : size;
  const NnShape out = layer->output;

  for (int c = 0; c < out.channels; c++)
    for (int oy = 0; oy < out.height; oy++)
      for (int ox = 0; ox < out.width; ox++, largest++, sums++) {
        *largest = -INFINITY;
        *sums = 0;
        for (int i = 0; i < size; i++)
          for (int j = 0; j < size; j++) {
            const double value = pixel (layer, x, c, oy * stride + i, ox * stride + j);

            *largest = MAX (*largest, value);
            *sums += value;
          }
      }
}

static void
naive_max_pool (const NnLayer *layer,
                const Given   *given,
                const double  *x,
                double        *y)
{
  g_autofree double *sums = g_new (double, nn_shape_size (layer->output));

  naive_pool (layer, x, y, sums);
}

static void
naive_average_pool (const NnLayer *layer,
                    const Given   *given,
                    const double  *x,
                    double        *y)
{
  const double size = layer_value (layer, "size");
  g_autofree double *largest = g_new (double, nn_shape_size (layer->output));

  naive_pool (layer, x, largest, y);
  for (gsize i = 0; i < nn_shape_size (layer->output); i++)
    y[i] /= size * size;
}

/* Flatten, and dropout in evaluation. */
static void
naive_identity (const NnLayer *layer,
                const Given   *given,
                const double  *x,
                double        *y)
{
  memcpy (y, x, sizeof (double) * nn_shape_size (layer->input));
}

static void
naive_relu (const NnLayer *layer,
            const Given   *given,
            const double  *x,
            double        *y)
{
  for (gsize i = 0; i < nn_shape_size (layer->input); i++)
    y[i] = MAX (x[i], 0);
}

static void
naive_gelu (const NnLayer *layer,
            const Given   *given,
            const double  *x,
            double        *y)
{
  for (gsize i = 0; i < nn_shape_size (layer->input); i++)
    y[i] = x[i] * 0.5 * erfc (-x[i] * M_SQRT1_2);
}

static void
naive_global_average_pool (const NnLayer *layer,
                           const Given   *given,
                           const double  *x,
                           double        *y)
{
  const int plane = layer->input.height * layer->input.width;

  for (int c = 0; c < layer->input.channels; c++) {
    y[c] = 0;
    for (int i = 0; i < plane; i++)
      y[c] += x[c * plane + i] / plane;
  }
}

/* Channels that are added stand around those of the input. */
static void
naive_shortcut (const NnLayer *layer,
                const Given   *given,
                const double  *x,
                double        *y)
{
  const int stride = (int) layer_value (layer, "stride");
  const int before = (layer->output.channels - layer->input.channels) / 2;
  const NnShape out = layer->output;

  for (int c = 0; c < out.channels; c++)
    for (int i = 0; i < out.height; i++)
      for (int j = 0; j < out.width; j++) {
        const int from = c - before;
        const gboolean there = from >= 0 && from < layer->input.channels;

        *y++ = there ? pixel (layer, x, from, i * stride, j * stride) : 0;
      }
}

static void
naive_scale (const NnLayer *layer,
             const Given   *given,
             const double  *x,
             double        *y)
{
  for (gsize i = 0; i < nn_shape_size (layer->input); i++)
    y[i] = x[i] * layer_value (layer, "factor");
}

static void
naive_pact (const NnLayer *layer,
            const Given   *given,
            const double  *x,
            double        *y)
{
  const double level = (double) *given->alpha;
  const double n = pow (2, layer->activation_bits) - 1;

  const gboolean of_gelu = layer_value (layer, "of") == 1;

  (of_gelu ? naive_gelu : naive_relu) (layer, given, x, y);
  if (layer->activation_bits == NN_BITS_OFF)
    return;
  for (gsize i = 0; i < nn_shape_size (layer->input); i++) {
    y[i] = CLAMP (y[i], 0, level);
    if (layer->activation_bits != NN_BITS_CLIP)
      y[i] = rint (y[i] * n / level) * level / n;
  }
}

static void
naive_batch_norm (const NnLayer *layer,
                  const Given   *given,
                  const double  *x,
                  double        *y)
{
  const double epsilon = layer_value (layer, "epsilon");
  const int plane = layer->input.height * layer->input.width;

  for (int c = 0; c < layer->input.channels; c++)
    for (int i = c * plane; i < (c + 1) * plane; i++) {
      const double gamma = given->scale != NULL ? (double) given->scale[c] : 1;

      y[i] = (x[i] - (double) given->mean[c]) / sqrt ((double) given->variance[c] + epsilon);
      y[i] = y[i] * gamma + (double) given->bias[c];
    }
}

static void
naive_add (const NnLayer *layer,
           const Given   *given,
           const double  *x,
           double        *y)
{
  for (gsize i = 0; i < nn_shape_size (layer->input); i++)
    y[i] = x[i] + given->second[i];
}

typedef struct
{
  const char *kind;
  Naive       forward;
} Reference;

static const Reference references[] = {
  { "conv2d", naive_conv2d },
  { "linear", naive_linear },
  { "max-pool", naive_max_pool },
  { "average-pool", naive_average_pool },
  { "flatten", naive_identity },
  { "dropout", naive_identity },
  { "global-average-pool", naive_global_average_pool },
  { "relu", naive_relu },
  { "gelu", naive_gelu },
  { "pact", naive_pact },
  { "batch-norm", naive_batch_norm },
  { "add", naive_add },
  { "shortcut", naive_shortcut },
  { "scale", naive_scale },
};

static Naive
find_reference (const char *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (references); i++)
    if (strcmp (references[i].kind, kind) == 0)
      return references[i].forward;
  g_error ("layer kind %s has no reference", kind);
}

static const float *
values_of (const NnModel *model,
           int            tensor)
{
  return tensor >= 0 ? model->tensors[tensor].info.value : NULL;
}

static Given
given_to (const NnModel *model,
          const NnLayer *layer,
          double       **values)
{
  return (Given) {
    .weight = values_of (model, layer->weight),
    .bias = values_of (model, layer->bias),
    .alpha = values_of (model, layer->alpha),
    .scale = values_of (model, layer->scale),
    .mean = values_of (model, layer->mean),
    .variance = values_of (model, layer->variance),
    .second = layer->second >= 0 ? values[layer->second] : NULL,
  };
}

/* Logits of one image, layer by layer. */
static void
naive_network (const NnModel *model,
               const float   *x,
               float         *logits)
{
  double *values[NN_MAX_LAYERS + 1] = { g_new (double, nn_shape_size (model->input)) };

  for (gsize i = 0; i < nn_shape_size (model->input); i++)
    values[0][i] = (double) x[i];
  for (gsize i = 0; i < model->n_layers; i++) {
    const NnLayer *layer = &model->layers[i];
    const Given given = given_to (model, layer, values);

    values[i + 1] = g_new (double, nn_shape_size (layer->output));
    find_reference (layer->ops->kind.name) (layer, &given, values[layer->source], values[i + 1]);
  }
  for (int i = 0; i < nn_model_classes (model); i++)
    logits[i] = (float) values[model->n_layers][i];
  for (gsize i = 0; i <= model->n_layers; i++)
    g_free (values[i]);
}

static void
check_batch (const NnModel *model,
             NnExec        *exec,
             gsize          images)
{
  const gsize size = nn_shape_size (nn_model_input (model));
  const gsize classes = (gsize) nn_model_classes (model);
  g_autofree float *expected = g_new (float, classes);
  float *input = nn_exec_input (exec);

  fixture_normal (images, input, images * size);
  nn_exec_forward (exec, 0, images, NULL);
  for (gsize i = 0; i < images; i++) {
    naive_network (model, input + i * size, expected);
    fixture_check_close (nn_model_text (model), nn_exec_logits (exec) + i * classes, expected,
                         classes, 1e-4, 1e-5);
  }
}

static void
check_forward (const NnModel *model,
               NnPool        *pool)
{
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_INFERENCE, LAYER_MAX_BATCH);

  for (gsize b = 0; b < n_layer_batch_sizes; b++)
    check_batch (model, exec, layer_batch_sizes[b]);
}

static void
test_networks_agree_with_naive_loops (void)
{
  const int bits[] = { NN_BITS_OFF, 2, 5, NN_BITS_CLIP };
  g_autoptr (NnPool) pool = fixture_pool (2);

  for (gsize i = 0; i < n_layer_cases; i++) {
    g_autoptr (NnModel) model = fixture_model (layer_cases[i].text, 1);

    fixture_set_alphas (model, 0.7f);
    for (gsize b = 0; b < G_N_ELEMENTS (bits); b++) {
      fixture_set_bits (model, NN_BITS_OFF, bits[b]);
      check_forward (model, pool);
    }
  }
}

static void
test_convolutions_of_all_geometries_agree_with_naive_loops (void)
{
  g_autoptr (NnPool) pool = fixture_pool (1);

  for (int kernel = 1; kernel <= 5; kernel++)
    for (int stride = 1; stride <= 4; stride++)
      for (int padding = 0; padding <= kernel + 1; padding++) {
        g_autofree char *text = g_strdup_printf ("input channels=2 height=7 width=5\n"
                                                 "conv2d t out=3 kernel=%d stride=%d padding=%d\n"
                                                 "flatten flat\n", kernel, stride, padding);
        g_autoptr (NnModel) model = fixture_model (text, 1);

        check_forward (model, pool);
      }
}

/* Images side by side, or too few for that; inputs in stretches, the last one
 * shorter. */
static void
test_linear_layers_with_many_weights_agree_with_naive_loops (void)
{
  const gsize images[] = { 1, 15, 16, 17, 32, 45, 64, 64 + 40 };
  g_autoptr (NnPool) pool = fixture_pool (2);
  g_autoptr (NnModel) model = fixture_model ("input channels=7 height=10 width=10\n"
                                             "flatten f\n"
                                             "linear t out=101\n"
                                             "relu r\n"
                                             "linear u out=3\n", 1);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_INFERENCE, 128);

  for (gsize i = 0; i < G_N_ELEMENTS (images); i++)
    check_batch (model, exec, images[i]);
}

static void
test_pooling_of_all_geometries_agrees_with_naive_loops (void)
{
  const char *kinds[] = { "max-pool", "average-pool" };
  g_autoptr (NnPool) pool = fixture_pool (1);

  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (int size = 1; size <= 5; size++)
      for (int stride = 0; stride <= 6; stride++) {
        g_autofree char *text = g_strdup_printf ("input channels=3 height=6 width=9\n"
                                                 "%s t size=%d stride=%d\n"
                                                 "flatten flat\n", kinds[kind], size, stride);
        g_autoptr (NnModel) model = fixture_model (text, 1);

        check_forward (model, pool);
      }
}

static void
test_dropout_keeps_the_mean_and_drops_its_share (void)
{
  const char *text = "input channels=1 height=100 width=100\ndropout t rate=0.3\nflatten flat\n";
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (text, 1);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_GRADIENT, 1);
  const NnPass pass = { .training = TRUE, .seed = 1 };
  const float *logits = nn_exec_logits (exec);
  double sum = 0;
  int dropped = 0;

  for (gsize i = 0; i < 10000; i++)
    nn_exec_input (exec)[i] = 1;
  nn_exec_forward (exec, 0, 1, &pass);
  for (gsize i = 0; i < 10000; i++) {
    g_assert_true (logits[i] == 0 || fabsf (logits[i] - 1 / 0.7f) < 1e-6f);
    dropped += logits[i] == 0;
    sum += (double) logits[i];
  }
  /* Six standard deviations of the number of dropped values are 275. */
  g_assert_cmpint (ABS (dropped - 3000), <, 275);
  g_assert_cmpfloat_with_epsilon (sum / 10000, 1, 0.04);
}

static void
test_dropout_of_each_layer_and_image_is_its_own (void)
{
  enum { SIZE = 1000, IMAGES = 2 };
  const char *text = "input channels=1 height=10 width=100\n"
                     "flatten flat\n"
                     "dropout t\n"
                     "dropout u\n";
  g_autoptr (NnPool) pool = fixture_pool (1);
  g_autoptr (NnModel) model = fixture_model (text, 1);
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_GRADIENT, IMAGES);
  const NnPass pass = { .training = TRUE, .seed = 1 };
  const float *logits = nn_exec_logits (exec);
  int kept = 0;
  int kept_in_both = 0;

  for (gsize i = 0; i < IMAGES * SIZE; i++)
    nn_exec_input (exec)[i] = 1;
  nn_exec_forward (exec, 0, IMAGES, &pass);
  for (gsize i = 0; i < SIZE; i++) {
    kept += logits[i] != 0;
    kept_in_both += logits[i] != 0 && logits[SIZE + i] != 0;
  }
  /* A quarter survives two layers, a sixteenth of all does in two images;
   * six standard deviations are 82 and 46. */
  g_assert_cmpint (ABS (kept - 250), <, 82);
  g_assert_cmpint (ABS (kept_in_both - 62), <, 46);
}

static gboolean
has_gradient_case (const char *kind)
{
  for (gsize i = 0; i < n_layer_cases; i++) {
    g_autoptr (NnModel) model = fixture_model (layer_cases[i].text, 1);

    for (gsize l = 0; l < nn_model_layer_count (model); l++)
      if (strcmp (nn_model_layer (model, l).kind->name, kind) == 0)
        return TRUE;
  }
  return FALSE;
}

static void
test_every_row_is_covered (void)
{
  const NnLayerKind *kind;
  gsize n = 0;

  for (; (kind = nn_layer_kind (n)) != NULL; n++) {
    if (!has_gradient_case (kind->name))
      g_error ("layer kind %s has no gradient case", kind->name);
    g_assert_nonnull (find_reference (kind->name));
    g_assert_nonnull (kind->title);
    g_assert_nonnull (kind->summary);
    check_params (kind->name, kind->params, kind->n_params);
    for (gsize i = 0; i < n; i++)
      g_assert_cmpstr (nn_layer_kind (i)->name, !=, kind->name);
  }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (references));
}

/* "name=value" of all required parameters but `left_out`, at their least. */
static char *
required_values (const NnLayerKind *kind,
                 const char        *left_out)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < kind->n_params; i++) {
    char value[64];

    if (!isnan (kind->params[i].standard) || g_strcmp0 (kind->params[i].name, left_out) == 0)
      continue;
    nn_param_format (&kind->params[i], kind->params[i].minimum, value, sizeof value);
    g_string_append_printf (text, " %s=%s", kind->params[i].name, value);
  }
  return g_string_free (text, FALSE);
}

/* A network with one line of `kind`, its fourth or, where the kind wants
 * flat inputs, its fifth. */
static NnModel *
network_with (const NnLayerKind *kind,
              const char        *values,
              gboolean           flat,
              NnError           *error)
{
  g_autofree char *text = g_strdup_printf ("input channels=2 height=16 width=17\n"
                                           "relu before\n"
                                           "# the line that is tested follows\n"
                                           "%s%s t%s%s\n"
                                           "flatten last\n",
                                           flat ? "flatten first\n" : "", kind->name, values,
                                           strcmp (kind->name, "add") == 0 ? " with=before" : "");

  return nn_model_new (text, error);
}

static void
check_line_refused (const NnLayerKind *kind,
                    const char        *values,
                    const char        *name,
                    NnStatus           status)
{
  NnError error = { NN_OK, "" };

  g_assert_null (network_with (kind, values, FALSE, &error));
  g_assert_null (network_with (kind, values, FALSE, NULL));
  if (error.status != status || strstr (error.message, "line 4: ") != error.message ||
      strstr (error.message, name) == NULL)
    g_error ("%s t%s: the error is %s, \"%s\"", kind->name, values,
             nn_status_name (error.status), error.message);
}

static void
check_value_refused (const NnLayerKind *kind,
                     const NnParam     *param,
                     const char        *value)
{
  g_autofree char *others = required_values (kind, param->name);
  g_autofree char *values = g_strdup_printf ("%s %s=%s", others, param->name, value);
  double unused;

  check_line_refused (kind, values, param->name, nn_param_parse (param, value, &unused, NULL));
}

static void
check_number_refused (const NnLayerKind *kind,
                      const NnParam     *param,
                      double             value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  check_value_refused (kind, param, g_ascii_dtostr (text, sizeof text, value));
}

static void
check_param_refuses (const NnLayerKind *kind,
                     const NnParam     *param)
{
  const char *texts[] = { "", "x", "-", "1e", "0x3", "3,0", "nan", "inf", "1e999", "3%n",
                          "99999999999999999999", "-99999999999999999999" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    check_value_refused (kind, param, texts[i]);
  if (param->type == NN_PARAM_CHOICE)
    return;
  check_number_refused (kind, param, param->minimum - 1);
  check_number_refused (kind, param, param->maximum + 1);
  check_number_refused (kind, param, param->minimum - 1e-9);
  if (param->type == NN_PARAM_INTEGER)
    check_number_refused (kind, param, param->minimum + 0.5);
}

static void
test_values_out_of_range_and_no_numbers_are_refused_by_line_and_name (void)
{
  const NnLayerKind *kind;

  for (gsize i = 0; (kind = nn_layer_kind (i)) != NULL; i++)
    for (gsize p = 0; p < kind->n_params; p++)
      check_param_refuses (kind, &kind->params[p]);
}

static void
test_parameters_that_are_missing_unknown_or_given_twice_are_refused (void)
{
  const NnLayerKind *kind;

  for (gsize i = 0; (kind = nn_layer_kind (i)) != NULL; i++) {
    g_autofree char *required = required_values (kind, NULL);
    g_autofree char *unknown = g_strdup_printf ("%s unheard-of=1", required);

    check_line_refused (kind, unknown, "unheard-of", NN_ERROR_UNKNOWN_NAME);
    for (gsize p = 0; p < kind->n_params; p++) {
      const NnParam *param = &kind->params[p];
      g_autofree char *others = required_values (kind, param->name);
      char value[64];

      nn_param_format (param, param->type == NN_PARAM_CHOICE ? 0 : param->minimum,
                       value, sizeof value);

      g_autofree char *twice = g_strdup_printf ("%s %s=%s %s=%s", others, param->name, value,
                                                param->name, value);

      check_line_refused (kind, twice, param->name, NN_ERROR_SYNTAX);
      if (isnan (param->standard))
        check_line_refused (kind, others, param->name, NN_ERROR_SYNTAX);
    }
  }
}

/* Kinds that want a flat input get one. */
static NnModel *
accepted_network_with (const NnLayerKind *kind,
                       const char        *values)
{
  NnError error = { NN_OK, "" };
  NnModel *model = network_with (kind, values, FALSE, &error);

  if (model == NULL && error.status == NN_ERROR_SHAPE)
    model = network_with (kind, values, TRUE, &error);
  if (model == NULL)
    g_error ("%s t%s is refused: %s", kind->name, values, error.message);
  return model;
}

static void
test_defaults_are_accepted_and_left_out_of_the_text (void)
{
  const NnLayerKind *kind;

  for (gsize i = 0; (kind = nn_layer_kind (i)) != NULL; i++) {
    g_autofree char *required = required_values (kind, NULL);
    g_autoptr (GString) values = g_string_new (required);

    for (gsize p = 0; p < kind->n_params; p++) {
      char value[64];

      if (isnan (kind->params[p].standard))
        continue;
      nn_param_format (&kind->params[p], kind->params[p].standard, value, sizeof value);
      g_string_append_printf (values, " %s=%s", kind->params[p].name, value);
    }

    g_autoptr (NnModel) omitted = accepted_network_with (kind, required);
    g_autoptr (NnModel) given = accepted_network_with (kind, values->str);

    g_assert_cmpstr (nn_model_text (omitted), ==, nn_model_text (given));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layer/table/covered", test_every_row_is_covered);
  g_test_add_func ("/layer/table/refused",
                   test_values_out_of_range_and_no_numbers_are_refused_by_line_and_name);
  g_test_add_func ("/layer/table/missing",
                   test_parameters_that_are_missing_unknown_or_given_twice_are_refused);
  g_test_add_func ("/layer/table/defaults", test_defaults_are_accepted_and_left_out_of_the_text);
  g_test_add_func ("/layer/forward/networks", test_networks_agree_with_naive_loops);
  g_test_add_func ("/layer/forward/convolution",
                   test_convolutions_of_all_geometries_agree_with_naive_loops);
  g_test_add_func ("/layer/forward/linear",
                   test_linear_layers_with_many_weights_agree_with_naive_loops);
  g_test_add_func ("/layer/forward/pooling",
                   test_pooling_of_all_geometries_agrees_with_naive_loops);
  g_test_add_func ("/layer/dropout/share", test_dropout_keeps_the_mean_and_drops_its_share);
  g_test_add_func ("/layer/dropout/own", test_dropout_of_each_layer_and_image_is_its_own);
  return g_test_run ();
}
