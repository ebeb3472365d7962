/* test-model-text.c - the text of a network is read, refused and written
 *
 * The same text comes from people, from model files and from the network:
 * anything may be in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "engine-fixture.h"
#include "layer-cases.h"
#include "nn/nn-rng.h"

static void
check_canonical (const char *text,
                 const char *canonical)
{
  g_autoptr (NnModel) model = fixture_model (text, 1);
  g_autoptr (NnModel) again = fixture_model (nn_model_text (model), 1);

  if (canonical != NULL)
    g_assert_cmpstr (nn_model_text (model), ==, canonical);
  g_assert_cmpstr (nn_model_text (again), ==, nn_model_text (model));
}

static void
test_canonical_text_is_a_fixed_point (void)
{
  for (gsize i = 0; i < n_layer_cases; i++)
    check_canonical (layer_cases[i].text, NULL);
  check_canonical ("input channels=1 height=8 width=9\n"
                   "conv2d c kernel=3 out=2 padding=0\n"
                   "dropout d rate=0.10000000000000001\n"
                   "pact p gradient=pact\n"
                   "max-pool m size=002 stride=2.0\n"
                   "flatten f\n"
                   "linear l out=1e1\n",
                   "input channels=1 height=8 width=9\n"
                   "conv2d c out=2\n"
                   "dropout d rate=0.1\n"
                   "pact p\n"
                   "max-pool m stride=2\n"
                   "flatten f\n"
                   "linear l out=10\n");
}

static void
test_comments_blank_lines_and_line_ends_do_not_matter (void)
{
  const char *canonical = "input channels=1 height=4 width=5\n"
                          "flatten f\n"
                          "linear l out=3\n";

  check_canonical ("# a comment\n"
                   "\n"
                   "input height=4 width=5 # channels is 1\n"
                   "   \t \n"
                   "#linear l out=4\n"
                   "\tflatten   f#\n"
                   "linear\tl\tout=3", canonical);
  check_canonical ("input channels=1 height=4 width=5\r\n"
                   "\r\n"
                   "flatten f\r\n"
                   "linear l out=3 # comment\r\n", canonical);
  check_canonical ("\n\n\ninput width=5 height=4\nflatten f\nlinear l out=3\n\n\n#", canonical);
}

/* AddressSanitizer measures the rest of the text at every line. */
#ifdef __SANITIZE_ADDRESS__
enum { LINES = 10000 };
#else
enum { LINES = 1000000 };
#endif

static void
test_a_million_lines_without_a_layer_are_counted (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *where = g_strdup_printf ("line %d: ", LINES + 1);
  NnError error;

  for (int i = 0; i < LINES; i++)
    g_string_append (text, i % 2 == 0 ? "\n" : "# \n");
  g_string_append (text, "nonsense\n");
  g_assert_null (nn_model_new (text->str, &error));
  g_assert_nonnull (strstr (error.message, where));

  g_string_truncate (text, text->len - strlen ("nonsense\n"));
  g_string_append (text, "input height=1 width=1\nflatten f\n");

  g_autoptr (NnModel) model = nn_model_new (text->str, &error);

  g_assert_nonnull (model);
}

/* A text that is refused, why, and words of the sentence. */
typedef struct
{
  const char *text;
  NnStatus    status;
  const char *words[3];
} Refusal;

#define INPUT "input channels=1 height=8 width=9\n"

static const Refusal refusals[] = {
  { "", NN_ERROR_SYNTAX, { "no layers" } },
  { "# nothing\n\n", NN_ERROR_SYNTAX, { "no layers" } },
  { INPUT, NN_ERROR_SYNTAX, { "no layers" } },
  { "flatten f\n", NN_ERROR_SYNTAX, { "line 1: ", "input" } },
  { INPUT INPUT, NN_ERROR_SYNTAX, { "line 2: ", "second input" } },
  { INPUT "flatten f\n" INPUT, NN_ERROR_SYNTAX, { "line 3: ", "second input" } },
  { "input channels=1 height=8\n", NN_ERROR_SYNTAX, { "line 1: ", "width" } },
  { "input channels=0 height=8 width=9\n", NN_ERROR_RANGE, { "line 1: ", "channels", "\"0\"" } },
  { "input channels=9 height=8 width=9\n", NN_ERROR_RANGE, { "line 1: ", "channels", "\"9\"" } },
  { "input height=1025 width=9\n", NN_ERROR_RANGE, { "line 1: ", "height", "1025" } },
  { "input height=8 width=9 depth=1\n", NN_ERROR_UNKNOWN_NAME, { "line 1: ", "depth" } },
  { "input name height=8 width=9\n", NN_ERROR_SYNTAX, { "line 1: ", "name" } },
  { INPUT "\nconvolve c out=3\n", NN_ERROR_UNKNOWN_NAME, { "line 3: ", "convolve" } },
  { INPUT "Flatten f\n", NN_ERROR_UNKNOWN_NAME, { "line 2: ", "Flatten" } },
  { INPUT "flatten\n", NN_ERROR_SYNTAX, { "line 2: ", "name" } },
  { INPUT "linear out=3\n", NN_ERROR_SYNTAX, { "line 2: ", "linear", "name" } },
  { INPUT "flatten f.g\n", NN_ERROR_SYNTAX, { "line 2: ", "name" } },
  { INPUT "flatten f\xc3\xa4\n", NN_ERROR_SYNTAX, { "line 2: ", "name" } },
  { INPUT "flatten a123456789b123456789c123456789d1\n", NN_ERROR_SYNTAX, { "line 2: ", "31" } },
  { INPUT "flatten f\nlinear f out=2\n", NN_ERROR_SYNTAX, { "line 3: ", "\"f\"", "in use" } },
  { INPUT "flatten f =3\n", NN_ERROR_SYNTAX, { "line 2: ", "=3" } },
  { INPUT "flatten f x\n", NN_ERROR_SYNTAX, { "line 2: ", "\"x\"" } },
  { INPUT "conv2d c out=2 out=3\n", NN_ERROR_SYNTAX, { "line 2: ", "out", "twice" } },
  { INPUT "conv2d c out= kernel=3\n", NN_ERROR_SYNTAX, { "line 2: ", "out" } },
  { INPUT "conv2d c kernel=3\n", NN_ERROR_SYNTAX, { "line 2: ", "out", "missing" } },
  { INPUT "conv2d c out=99999999999999999999999\n", NN_ERROR_RANGE, { "line 2: ", "out" } },
  { INPUT "flatten f a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9 j=1 k=2 l=3 m=4 n=5 o=6\n",
    NN_ERROR_SYNTAX, { "line 2", "words" } },
  { INPUT "conv2d deep out=2 kernel=10\n", NN_ERROR_SHAPE, { "\"deep\"", "10 x 10", "8 x 9" } },
  { INPUT "max-pool wide size=9\n", NN_ERROR_SHAPE, { "\"wide\"", "9 x 9", "8 x 9" } },
  { INPUT "average-pool wide size=9\n", NN_ERROR_SHAPE, { "\"wide\"", "9 x 9", "8 x 9" } },
  { INPUT "linear direct out=2\n", NN_ERROR_SHAPE, { "\"direct\"", "1 x 8 x 9", "flatten" } },
  { INPUT "conv2d c out=2\n", NN_ERROR_SHAPE, { "last layer", "2 x 6 x 7" } },
};

static void
check_refusal (const Refusal *refusal)
{
  NnError error = { NN_OK, "" };

  g_assert_null (nn_model_new (refusal->text, NULL));
  g_assert_null (nn_model_new (refusal->text, &error));
  if (error.status != refusal->status)
    g_error ("\"%s\" gives %s: %s", refusal->text, nn_status_name (error.status), error.message);
  for (gsize w = 0; w < G_N_ELEMENTS (refusal->words) && refusal->words[w] != NULL; w++)
    if (strstr (error.message, refusal->words[w]) == NULL)
      g_error ("\"%s\" gives \"%s\", without \"%s\"", refusal->text, error.message,
               refusal->words[w]);
}

static void
test_what_is_wrong_is_refused_by_line_or_layer (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    check_refusal (&refusals[i]);
}

static void
test_a_line_that_is_too_long_is_refused (void)
{
  g_autoptr (GString) text = g_string_new (INPUT "flatten f # ");
  Refusal refusal = { NULL, NN_ERROR_SYNTAX, { "line 2", "longer than 511" } };

  while (text->len < 5000)
    g_string_append (text, "no newline ");
  refusal.text = text->str;
  check_refusal (&refusal);
  g_string_append_c (text, '\n');
  refusal.text = text->str;
  check_refusal (&refusal);
}

static void
test_more_layers_than_the_limit_are_refused (void)
{
  g_autoptr (GString) text = g_string_new ("input height=1 width=1\n");
  Refusal refusal = { NULL, NN_ERROR_UNSUPPORTED, { "line 258: ", "256" } };

  for (int i = 0; i < 256; i++)
    g_string_append_printf (text, "relu r%d\n", i);

  g_autoptr (NnModel) model = fixture_model (text->str, 1);

  g_assert_cmpuint (nn_model_layer_count (model), ==, 256);
  check_canonical (text->str, NULL);
  g_string_append (text, "relu one-more\n");
  refusal.text = text->str;
  check_refusal (&refusal);
}

/* Every number is within its range, but what follows from them is not. */
static const Refusal too_large[] = {
  { "input channels=4 height=1024 width=1024\n"
    "conv2d c out=4096 kernel=1\n"
    "flatten f\n", NN_ERROR_SHAPE, { "\"c\"", "4096 x 1024 x 1024", "too large" } },
  { "input channels=4 height=1024 width=1024\n"
    "flatten f\n"
    "linear l out=65536\n", NN_ERROR_SHAPE, { "\"l\"", "weights" } },
  { "input channels=4 height=1024 width=1024\n"
    "conv2d a out=16 kernel=1\n"
    "flatten f\n"
    "conv2d c out=4096 kernel=15 padding=7\n",
    NN_ERROR_SHAPE, { "\"c\"", "16777216 x 15 x 15", "too large" } },
  { "input channels=4 height=1024 width=1024\n"
    "flatten f\n"
    "conv2d c out=4096 kernel=15 padding=7\n", NN_ERROR_SHAPE, { "\"c\"", "weights" } },
  { "input channels=1 height=1 width=1\n"
    "linear a out=65536\n"
    "linear b out=4000\n"
    "linear c out=65536\n"
    "linear d out=60\n", NN_ERROR_SHAPE, { "weights" } },
};

static void
test_networks_larger_than_memory_allows_are_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (too_large); i++)
    check_refusal (&too_large[i]);
}

/* Random numbers below a bound, one after the other. */
typedef struct
{
  guint64  counter;
  guint32  words[4];
  unsigned used;
} Dice;

static guint32
throw_dice (Dice   *dice,
            guint32 bound)
{
  if (dice->used % 4 == 0)
    nn_rng_block (1, 2, dice->counter++, dice->words);
  return dice->words[dice->used++ % 4] % bound;
}

static const char *const fragments[] = {
  "\n", " ", "=", "#", "-", "0", "999999999", "1e308", "-1", "%s%n", "out=", "\r\n", "\t", "\xff",
  "kernel=15", "stride=8", "padding=7", "out=4096", "input ", "conv2d x ", "linear y out=7\n",
  "flatten z\n", "height=1024", "width=1024", "pact q\n", "size=15", "rate=0.95", "=out", "1e-320",
};

/* Another digit for the first one at `place` or behind it: most networks with
 * other numbers are networks. */
static void
change_digit (Dice    *dice,
              GString *text,
              gsize    place)
{
  const gsize digit = place + strcspn (text->str + place, "0123456789");

  if (digit < text->len)
    text->str[digit] = (char) ('0' + throw_dice (dice, 10));
}

/* Changes, removes or inserts something at a random place. */
static void
mutate (Dice    *dice,
        GString *text)
{
  const gssize place = (gssize) throw_dice (dice, (guint32) text->len + 1);
  const gsize rest = text->len - (gsize) place;
  const guint32 length = throw_dice (dice, 40);

  switch (throw_dice (dice, 9)) {
  case 0:
    if (rest > 0)
      text->str[place] = (char) (1 + throw_dice (dice, 255));
    break;
  case 1:
    g_string_erase (text, place, (gssize) MIN (rest, length / 4));
    break;
  case 2:
    g_string_insert (text, place, fragments[throw_dice (dice, G_N_ELEMENTS (fragments))]);
    break;
  case 3:
    if (rest > 0) {
      const gssize from = (gssize) throw_dice (dice, (guint32) text->len);
      g_autofree char *copy = g_strndup (text->str + from, length);

      g_string_insert (text, place, copy);
    }
    break;
  default:
    change_digit (dice, text, (gsize) place);
  }
}

/* Whether the network is run in no time. */
static gboolean
is_small (const NnModel *model)
{
  gsize values = 0;

  for (gsize i = 0; i < nn_model_layer_count (model); i++)
    values += nn_shape_size (nn_model_layer (model, i).output);
  return values < 20000 && nn_model_macs (model) < 1000000;
}

static void
run_network (NnModel *model,
             NnPool  *pool)
{
  enum { COUNT = 3 };
  g_autoptr (NnExec) exec = fixture_exec (model, pool, NN_EXEC_GRADIENT, COUNT);
  g_autofree float *gradient = g_new (float, nn_model_arena_count (model) + 1);
  const NnPass pass = { .training = TRUE, .seed = 1 };

  nn_exec_forward (exec, 0, COUNT, &pass);
  nn_exec_backward (exec, 0, COUNT, gradient);
  nn_exec_backward_input (exec, 0, COUNT);
}

/* A model or a sentence; a model's text must read back, and a small one is
 * run.  Returns whether it was. */
static gboolean
check_survives (const char *text,
                NnPool     *pool)
{
  NnError error = { NN_OK, "" };
  g_autoptr (NnModel) model = nn_model_new (text, &error);

  if (model == NULL) {
    g_assert_cmpint (error.status, !=, NN_OK);
    g_assert_cmpint (error.message[0], !=, '\0');
    return FALSE;
  }

  g_autoptr (NnModel) again = nn_model_new (nn_model_text (model), &error);

  if (again == NULL)
    g_error ("\"%s\" is written as\n%s: %s", text, nn_model_text (model), error.message);
  g_assert_cmpstr (nn_model_text (again), ==, nn_model_text (model));
  if (!is_small (model))
    return FALSE;
  run_network (model, pool);
  return TRUE;
}

static void
test_damaged_texts_are_run_or_refused (void)
{
  g_autoptr (NnPool) pool = fixture_pool (1);
  Dice dice = { 0 };
  int run = 0;

  for (int round = 0; round < 6000; round++) {
    g_autoptr (GString) text = g_string_new (layer_cases[(gsize) round % n_layer_cases].text);
    const guint32 damages = 1 + throw_dice (&dice, 6);

    for (guint32 i = 0; i < damages; i++)
      mutate (&dice, text);
    run += check_survives (text->str, pool);
  }
  g_test_message ("%d texts were run", run);
  g_assert_cmpint (run, >, 100);
}

static void
test_noise_is_refused (void)
{
  Dice dice = { 0 };
  char noise[700];

  for (int round = 0; round < 2000; round++) {
    const guint32 length = throw_dice (&dice, sizeof noise);

    for (guint32 i = 0; i < length; i++)
      noise[i] = (char) (1 + throw_dice (&dice, 255));
    noise[length] = '\0';
    g_assert_null (nn_model_new (noise, NULL));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-text/canonical", test_canonical_text_is_a_fixed_point);
  g_test_add_func ("/model-text/comments", test_comments_blank_lines_and_line_ends_do_not_matter);
  g_test_add_func ("/model-text/many-lines", test_a_million_lines_without_a_layer_are_counted);
  g_test_add_func ("/model-text/refused", test_what_is_wrong_is_refused_by_line_or_layer);
  g_test_add_func ("/model-text/long-line", test_a_line_that_is_too_long_is_refused);
  g_test_add_func ("/model-text/many-layers", test_more_layers_than_the_limit_are_refused);
  g_test_add_func ("/model-text/too-large", test_networks_larger_than_memory_allows_are_refused);
  g_test_add_func ("/model-text/damaged", test_damaged_texts_are_run_or_refused);
  g_test_add_func ("/model-text/noise", test_noise_is_refused);
  return g_test_run ();
}
