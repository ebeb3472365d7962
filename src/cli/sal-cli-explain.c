/* sal-cli-explain.c - `saliscope-cli explain`: what one image's answer rests on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "nn/nn-eval.h"
#include "nn/nn-loss.h"
#include "nn/nn-saliency.h"
#include "sal-cli-entries.h"
#include "sal-cli-model.h"
#include "sal-cli-output.h"
#include "sal-cli-panels.h"
#include "sal-cli.h"
#include "sal-error.h"
#include "sal-image-bytes.h"
#include "sal-npy.h"

#define CAPACITY 64
#define TOP 5
#define MAX_METHODS 16

typedef struct
{
  SalCliBits bits;
  int        index;    /* test image, or -1                                   */
  char      *image;    /* file, or NULL                                       */
  char      *methods;  /* names with commas between                           */
  char      *class;    /* name or number; NULL: what is predicted             */
  char      *dataset;
  char      *png;
  char      *npy;
  char      *home;
  int        threads;
  gboolean   json;
} Options;

/* One image and all that is known of it. */
typedef struct
{
  SalCliModel             model;
  NnModel                *at_bits;
  gboolean                is_calibrated;
  NnShape                 shape;
  gsize                   size;          /* values in an image                 */
  int                     classes;
  int                     label;         /* true class, or -1                  */
  int                     predicted;
  int                     explained;
  guint8                 *pixels;        /* (C, H, W)                          */
  float                  *x;             /* (C, H, W) normalised               */
  float                  *probabilities; /* (classes)                          */
  const NnSaliencyMethod *methods[MAX_METHODS];
  gsize                   n_methods;
  float                  *maps;          /* (n_methods, C, H, W)               */
} Answer;

static void
clear (Answer *self)
{
  sal_cli_model_clear (&self->model);
  nn_model_free (self->at_bits);
  g_free (self->pixels);
  g_free (self->x);
  g_free (self->probabilities);
  g_free (self->maps);
}

/* ---- what is asked ------------------------------------------------------------------- */

static gboolean
find_methods (Answer     *self,
              const char *names,
              GError    **error)
{
  g_auto (GStrv) words = g_strsplit (names, ",", -1);

  for (gsize i = 0; words[i] != NULL; i++) {
    const NnSaliencyMethod *method = sal_cli_method_find (g_strstrip (words[i]), error);

    if (method == NULL)
      return FALSE;
    if (self->n_methods == MAX_METHODS)
      return sal_cli_usage (error, "method: expected at most %d methods", MAX_METHODS);
    self->methods[self->n_methods++] = method;
  }
  return self->n_methods > 0 || sal_cli_usage (error, "method: expected a name, found none");
}

/* A class by its name, else by its number. */
static gboolean
find_class (Answer     *self,
            const char *text,
            GError    **error)
{
  gint64 number = 0;

  self->explained = self->predicted;
  if (text == NULL)
    return TRUE;
  for (int i = 0; i < self->classes; i++) {
    if (g_str_equal (self->model.info.class_names[i], text)) {
      self->explained = i;
      return TRUE;
    }
  }
  if (!g_ascii_string_to_signed (text, 10, 0, self->classes - 1, &number, NULL))
    return sal_cli_usage (error, "class: expected a class's name or a number from 0 to %d, "
                          "found “%s”", self->classes - 1, text);
  self->explained = (int) number;
  return TRUE;
}

/* The image's bytes and label, from the test images or from a file. */
static gboolean
find_image (Answer        *self,
            const Options *options,
            GError       **error)
{
  const NnImages *test = sal_dataset_get_test (self->model.dataset);

  self->label = -1;
  if (options->image != NULL)
    return sal_image_bytes_read_file (options->image, self->shape, self->pixels, error);
  if ((gsize) options->index >= test->count)
    return sal_cli_usage (error, "index: expected a number from 0 to %" G_GSIZE_FORMAT
                          ", found %d", test->count - 1, options->index);
  memcpy (self->pixels, test->pixels + (gsize) options->index * self->size, self->size);
  self->label = test->labels[options->index];
  return TRUE;
}

/* ---- the answer ----------------------------------------------------------------------- */

static void
normalise (Answer *self)
{
  const guint8 label = 0;
  NnImages image = sal_cli_model_test_images (&self->model);

  image.pixels = self->pixels;
  image.labels = &label;
  image.count = 1;
  nn_images_gather (&image, NULL, 1, self->x, NULL);
}

static void
explain (Answer        *self,
         NnExec        *exec,
         const Options *options)
{
  const NnImages images = sal_cli_model_test_images (&self->model);
  const guint64 id = (guint64) MAX (0, options->index);

  for (gsize i = 0; i < self->n_methods; i++) {
    const NnSaliencyRequest request = nn_saliency_request (self->methods[i], &images);

    nn_saliency_explain (exec, &request, self->x, &self->explained, &id, 1,
                         self->maps + i * self->size);
  }
}

static gboolean
compute (Answer        *self,
         const Options *options,
         NnPool        *pool,
         GError       **error)
{
  NnError nn_error;

  self->at_bits = sal_cli_model_at_bits (&self->model, &options->bits, pool,
                                         &self->is_calibrated, error);
  if (self->at_bits == NULL)
    return FALSE;

  NnExec *exec = nn_exec_new (self->at_bits, pool, NN_EXEC_GRADIENT, CAPACITY, &nn_error);

  if (exec == NULL)
    return sal_error_set_from_engine (error, &nn_error);
  normalise (self);
  nn_exec_prepare (exec);
  nn_predict (exec, self->x, 1, self->probabilities);
  self->predicted = nn_argmax (self->probabilities, self->classes);

  const gboolean ok = find_class (self, options->class, error);

  if (ok)
    explain (self, exec, options);
  nn_exec_free (exec);
  return ok;
}

static void
allocate (Answer *self)
{
  self->shape = nn_model_input (self->model.model);
  self->size = nn_shape_size (self->shape);
  self->classes = nn_model_classes (self->model.model);
  self->pixels = g_new0 (guint8, self->size);
  self->x = g_new0 (float, self->size);
  self->probabilities = g_new0 (float, self->classes);
  self->maps = g_new0 (float, self->n_methods * self->size);
}

/* ---- files ------------------------------------------------------------------------------ */

static const char *
class_name (const Answer *self,
            int           class)
{
  return class >= 0 ? self->model.info.class_names[class] : "unknown";
}

static gboolean
write_png (const Answer  *self,
           const Options *options,
           GError       **error)
{
  SalCliPanel panels[MAX_METHODS];
  g_autofree char *json = sal_recipe_to_json (&self->model.info.recipe);
  g_autofree char *bits = sal_cli_bits_text (&options->bits);
  g_autofree char *metadata = g_strdup_printf ("%s; bits %s; class %s; %s", self->model.name,
                                               bits, class_name (self, self->explained), json);
  g_autofree char *title =
    g_strdup_printf ("%s: %s (%.1f %%)",
                     self->label >= 0 ? class_name (self, self->label) : "image",
                     class_name (self, self->predicted),
                     100 * (double) self->probabilities[self->predicted]);

  for (gsize i = 0; i < self->n_methods; i++)
    panels[i] = (SalCliPanel) { self->methods[i]->title, self->maps + i * self->size,
                                self->methods[i]->is_signed };
  return sal_cli_panels_export (options->png, title, metadata, self->shape, self->pixels, panels,
                                self->n_methods, error);
}

static gboolean
write_npy (const Answer  *self,
           const Options *options,
           GError       **error)
{
  const gsize shape[] = { self->n_methods, (gsize) self->shape.channels,
                          (gsize) self->shape.height, (gsize) self->shape.width };

  return sal_npy_write (options->npy, SAL_TENSOR_F32, G_N_ELEMENTS (shape), shape, self->maps,
                        error);
}

static gboolean
write_files (const Answer  *self,
             const Options *options,
             GError       **error)
{
  return (options->png == NULL || write_png (self, options, error)) &&
         (options->npy == NULL || write_npy (self, options, error));
}

/* ---- printing ------------------------------------------------------------------------------ */

typedef struct
{
  double minimum;
  double maximum;
  double sum;
} Summary;

static Summary
summarise (const Answer *self,
           gsize         method)
{
  const float *map = self->maps + method * self->size;
  Summary summary = { INFINITY, -INFINITY, 0 };

  for (gsize i = 0; i < self->size; i++) {
    summary.minimum = MIN (summary.minimum, (double) map[i]);
    summary.maximum = MAX (summary.maximum, (double) map[i]);
    summary.sum += (double) map[i];
  }
  return summary;
}

/* The classes from the likeliest on. `order` is (classes). */
static void
order_classes (const Answer *self,
               int          *order)
{
  for (int i = 0; i < self->classes; i++) {
    int place = i;

    for (; place > 0 &&
         self->probabilities[order[place - 1]] < self->probabilities[i]; place--)
      order[place] = order[place - 1];
    order[place] = i;
  }
}

static void
print_text (const Answer  *self,
            const Options *options)
{
  g_autofree char *bits = sal_cli_bits_text (&options->bits);
  g_autofree int *order = g_new (int, self->classes);

  order_classes (self, order);
  g_print ("%s, bits: %s%s\n", self->model.info.title, bits,
           self->is_calibrated ? " (PACT added, alpha calibrated)" : "");
  g_print ("true class  %s\nprediction ", class_name (self, self->label));
  for (int i = 0; i < MIN (TOP, self->classes); i++)
    g_print ("%s %s %.2f %%", i > 0 ? "," : "", class_name (self, order[i]),
             100 * (double) self->probabilities[order[i]]);
  g_print ("\nexplained   %s\n", class_name (self, self->explained));
  for (gsize i = 0; i < self->n_methods; i++) {
    const Summary summary = summarise (self, i);

    g_print ("%s: from %.5g to %.5g, sum %.5g\n", self->methods[i]->name, summary.minimum,
             summary.maximum, summary.sum);
  }
}

static void
json_maps (JsonBuilder  *builder,
           const Answer *self)
{
  json_builder_set_member_name (builder, "maps");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < self->n_methods; i++) {
    const Summary summary = summarise (self, i);

    json_builder_begin_object (builder);
    sal_cli_json_text (builder, "method", self->methods[i]->name);
    sal_cli_json_real (builder, "minimum", summary.minimum);
    sal_cli_json_real (builder, "maximum", summary.maximum);
    sal_cli_json_real (builder, "sum", summary.sum);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_json (const Answer  *self,
            const Options *options)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sal_cli_json_text (builder, "model", self->model.path);
  sal_cli_json_text (builder, "true_class",
                     self->label >= 0 ? class_name (self, self->label) : NULL);
  sal_cli_json_text (builder, "predicted_class", class_name (self, self->predicted));
  sal_cli_json_text (builder, "explained_class", class_name (self, self->explained));
  json_builder_set_member_name (builder, "alpha_calibrated");
  json_builder_add_boolean_value (builder, self->is_calibrated);
  json_builder_set_member_name (builder, "probabilities");
  json_builder_begin_object (builder);
  for (int i = 0; i < self->classes; i++)
    sal_cli_json_real (builder, class_name (self, i), (double) self->probabilities[i]);
  json_builder_end_object (builder);
  json_maps (builder, self);
  json_builder_end_object (builder);
  sal_cli_json_print (builder);
}

/* ---- command ----------------------------------------------------------------------- */

static int
run (const Options *options,
     const char    *name,
     GError       **error)
{
  Answer answer = { .label = -1 };
  NnPool *pool = NULL;
  gboolean ok = find_methods (&answer, options->methods != NULL ? options->methods : "gradient",
                              error) &&
                sal_cli_model_load (&answer.model, name, options->home, error) &&
                sal_cli_model_open_data (&answer.model, options->dataset, error);

  if (ok) {
    allocate (&answer);
    ok = find_image (&answer, options, error) &&
         (pool = sal_cli_pool_new (options->threads, error)) != NULL &&
         compute (&answer, options, pool, error) &&
         write_files (&answer, options, error);
  }
  if (ok)
    (options->json ? print_json : print_text) (&answer, options);
  nn_pool_free (pool);
  clear (&answer);
  return ok ? SAL_CLI_EXIT_OK : SAL_CLI_EXIT_FAILURE;
}

static gboolean
check (Options *options,
       GError **error)
{
  if ((options->index >= 0) == (options->image != NULL))
    return sal_cli_usage (error, "explain: expected either --index or --image");
  return sal_cli_bits_check (&options->bits, error);
}

int
sal_cli_explain (const SalCliCommand *command,
                 int                  argc,
                 char               **argv,
                 GError             **error)
{
  Options options = { .bits = SAL_CLI_BITS_NONE, .index = -1 };
  g_auto (GStrv) arguments = NULL;
  GOptionEntry entries[SAL_CLI_BITS_ENTRIES + 11] = {
    { "index", 'i', 0, G_OPTION_ARG_INT, &options.index, "Explain test image N (from 0)", "N" },
    { "image", 0, 0, G_OPTION_ARG_FILENAME, &options.image,
      "Explain a picture (PNG, JPEG, WebP ...)", "FILE" },
    { "method", 'm', 0, G_OPTION_ARG_STRING, &options.methods,
      "Method, or several with commas between (default: gradient)", "NAME" },
    { "class", 'c', 0, G_OPTION_ARG_STRING, &options.class,
      "Class to explain, by name or number (default: what is predicted)", "CLASS" },
    { "dataset", 'd', 0, G_OPTION_ARG_STRING, &options.dataset,
      "Data set of the images (default: the one it was trained on)", "NAME" },
    { "png", 'p', 0, G_OPTION_ARG_FILENAME, &options.png,
      "Write image and maps side by side (.png, .svg or .pdf)", "FILE" },
    { "npy", 0, 0, G_OPTION_ARG_FILENAME, &options.npy,
      "Write the raw maps (methods, channels, height, width)", "FILE" },
    sal_cli_home_entry (&options.home),
    sal_cli_threads_entry (&options.threads),
    sal_cli_json_entry (&options.json),
  };
  int status = SAL_CLI_EXIT_FAILURE;

  sal_cli_bits_entries (&options.bits, entries + 10);
  if (sal_cli_parse (command, argc, argv, entries, NULL, 1, 1, &arguments, error) &&
      check (&options, error))
    status = run (&options, arguments[0], error);
  sal_cli_bits_clear (&options.bits);
  g_free (options.image);
  g_free (options.methods);
  g_free (options.class);
  g_free (options.dataset);
  g_free (options.png);
  g_free (options.npy);
  g_free (options.home);
  return status;
}
