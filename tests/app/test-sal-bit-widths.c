/* test-sal-bit-widths.c - what chosen bit widths mean for a network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lab-fixture.h"
#include "sal-bit-widths.h"

static const SalBits as_trained = {
  .weight_bits = SAL_BITS_AS_TRAINED,
  .activation_bits = SAL_BITS_AS_TRAINED,
};

static void
test_stops (void)
{
  for (guint i = 0; i < SAL_N_BIT_STOPS; i++)
    g_assert_cmpuint (sal_bit_stop_find (sal_bit_stop_get_bits (i)), ==, i);
  g_assert_cmpuint (sal_bit_stop_find (NN_BITS_CLIP), ==, 0);
  g_assert_cmpstr (sal_bit_stop_get_title (0), ==, "off");
  g_assert_cmpstr (sal_bit_stop_get_title (SAL_N_BIT_STOPS - 1), ==, "2");
}

static void
assert_described (int         weight_bits,
                  int         activation_bits,
                  const char *words)
{
  const SalBits bits = sal_bits_uniform (weight_bits, activation_bits);
  g_autofree char *described = sal_bits_describe (&bits);

  g_assert_cmpstr (described, ==, words);
}

static void
test_words (void)
{
  assert_described (4, 4, "4 bits");
  assert_described (4, 8, "W 4 · A 8 bits");
  assert_described (2, 0, "W 2 · A off");
  assert_described (0, NN_BITS_CLIP, "full precision");
}

static void
test_layers (void)
{
  SalBits bits = sal_bits_uniform (4, 4);
  SalLayerBits layer = sal_bits_get_layer (&bits, 3);

  g_assert_cmpint (layer.weight_bits, ==, SAL_BITS_LIKE_OTHERS);
  layer.weight_bits = 8;
  g_assert_true (sal_bits_set_layer (&bits, &layer));
  g_assert_cmpuint (bits.n_layers, ==, 1);
  g_assert_cmpint (sal_bits_get_layer (&bits, 3).weight_bits, ==, 8);
  g_assert_cmpint (sal_bits_get_layer (&bits, 4).weight_bits, ==, SAL_BITS_LIKE_OTHERS);
  layer.weight_bits = SAL_BITS_LIKE_OTHERS;
  g_assert_true (sal_bits_set_layer (&bits, &layer));
  g_assert_cmpuint (bits.n_layers, ==, 0);
}

static void
test_there_is_room_for_so_many_layers (void)
{
  SalBits bits = sal_bits_uniform (4, 4);

  for (int i = 0; i < SAL_BITS_MAX_LAYERS; i++) {
    const SalLayerBits layer = { (gint16) i, 8, SAL_BITS_LIKE_OTHERS, 0 };

    g_assert_true (sal_bits_set_layer (&bits, &layer));
  }

  const SalLayerBits one_more = { SAL_BITS_MAX_LAYERS, 8, SAL_BITS_LIKE_OTHERS, 0 };

  g_assert_false (sal_bits_set_layer (&bits, &one_more));
  g_assert_cmpuint (bits.n_layers, ==, SAL_BITS_MAX_LAYERS);
}

static void
test_as_trained_is_made_explicit (LabFixture   *self,
                                  gconstpointer data)
{
  const SalBits pact = sal_bits_resolve (&as_trained, self->pact);
  const SalBits relu = sal_bits_resolve (&as_trained, self->relu);

  g_assert_cmpint (pact.weight_bits, ==, 4);
  g_assert_cmpint (pact.activation_bits, ==, 4);
  g_assert_cmpint (pact.edges, ==, NN_EDGES_SAME);
  g_assert_false (sal_bits_are_full (&pact, self->pact));
  g_assert_true (sal_bits_are_full (&relu, self->relu));
}

static void
assert_edges (const SalBits *bits,
              SalLabModel   *model,
              const char    *words)
{
  g_autofree char *described = sal_bits_describe_edges (bits, model);

  g_assert_cmpstr (described, ==, words);
}

static void
test_edges_are_said_where_they_differ (LabFixture   *self,
                                       gconstpointer data)
{
  SalLabModel *model = self->pact;
  SalBits bits = sal_bits_uniform (4, 4);
  SalLayerBits first = sal_bits_get_layer (&bits, 0);

  assert_edges (&bits, model, "first, last layer: 8 bits");
  bits.edges = NN_EDGES_FULL;
  assert_edges (&bits, model, "first, last layer: full precision");
  bits.edges = NN_EDGES_SAME;
  assert_edges (&bits, model, NULL);
  bits = sal_bits_uniform (8, 4);
  assert_edges (&bits, model, NULL);
  bits = sal_bits_uniform (NN_BITS_OFF, 4);
  assert_edges (&bits, model, NULL);

  /* Bits of its own are not those of the exception. */
  bits = sal_bits_uniform (4, 4);
  first.weight_bits = 2;
  g_assert_true (sal_bits_set_layer (&bits, &first));
  assert_edges (&bits, model, NULL);
}

static void
test_off_is_full_precision (LabFixture   *self,
                            gconstpointer data)
{
  const SalBits off = sal_bits_uniform (NN_BITS_OFF, NN_BITS_OFF);
  SalLabModel *const models[] = { self->pact, self->relu };

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++) {
    const SalBits bits = sal_bits_resolve (&off, models[i]);
    const SalBits full = sal_lab_model_get_full_bits (models[i]);

    g_assert_true (sal_bits_equal (&bits, &full));
    g_assert_true (sal_bits_are_full (&bits, models[i]));
  }
}

/* Settings that come to the same are asked for under one name. */
static void
test_what_makes_no_difference_is_left_out (LabFixture   *self,
                                           gconstpointer data)
{
  SalBits one = sal_bits_uniform (8, 8);
  SalBits other = one;

  other.edges = NN_EDGES_SAME;
  other.n_layers = 2;
  other.layers[0] = (SalLayerBits) { 99, 8, SAL_BITS_LIKE_OTHERS, 0 };
  other.layers[1] = (SalLayerBits) { 0, SAL_BITS_LIKE_OTHERS, SAL_BITS_LIKE_OTHERS, 1.0f };
  one = sal_bits_resolve (&one, self->pact);
  other = sal_bits_resolve (&other, self->pact);
  g_assert_true (sal_bits_equal (&one, &other));
}

static void
test_layers_of_the_network_are_kept (LabFixture   *self,
                                     gconstpointer data)
{
  SalBits bits = sal_bits_uniform (4, 4);
  const SalLayerBits alpha = { 4, SAL_BITS_LIKE_OTHERS, NN_BITS_OFF, 0.5f };

  sal_bits_set_layer (&bits, &alpha);
  bits = sal_bits_resolve (&bits, self->pact);
  g_assert_cmpuint (bits.n_layers, ==, 1);
  g_assert_cmpfloat (bits.layers[0].alpha, ==, 0.5f);
  g_assert_cmpint (bits.layers[0].activation_bits, ==, NN_BITS_CLIP);
}

#define ADD(name) \
  g_test_add ("/app/bit-widths/" #name, LabFixture, NULL, lab_fixture_set_up, \
              test_ ## name, lab_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/bit-widths/stops", test_stops);
  g_test_add_func ("/app/bit-widths/words", test_words);
  g_test_add_func ("/app/bit-widths/layers", test_layers);
  g_test_add_func ("/app/bit-widths/there_is_room_for_so_many_layers",
                   test_there_is_room_for_so_many_layers);
  ADD (as_trained_is_made_explicit);
  ADD (edges_are_said_where_they_differ);
  ADD (off_is_full_precision);
  ADD (what_makes_no_difference_is_left_out);
  ADD (layers_of_the_network_are_kept);
  return g_test_run ();
}
