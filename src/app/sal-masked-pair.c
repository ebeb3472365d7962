/* sal-masked-pair.c - an image, the same image masked, and what became of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masked-pair.h"

#include <glib/gi18n.h>

#include "sal-map-view.h"
#include "sal-run-dot.h"
#include "sal-square-bin.h"
#include "sal-tooltip.h"
#include "sal-words.h"

#define LEAST_SIDE 56
#define USUAL_SIDE 100
#define MOST_SIDE 260

/* What a name asks for, so that no pair asks for more than its images; it has
 * all the room that is left beside the words. */
#define NAME_CHARS 8

struct _SalMaskedPair
{
  AdwBin      parent_instance;

  char       *name;
  SalMapView *images[2];   /* as it is, masked */
  GtkLabel   *words;
};

G_DEFINE_FINAL_TYPE (SalMaskedPair, sal_masked_pair, ADW_TYPE_BIN)

static void
set_words (SalMaskedPair *self,
           const char    *words,
           gboolean       flipped)
{
  g_autofree char *label = g_strdup_printf ("%s: %s", self->name, words);

  gtk_label_set_label (self->words, words);
  sal_tooltip_set (GTK_WIDGET (self->words), words);
  if (flipped)
    gtk_widget_add_css_class (GTK_WIDGET (self->words), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->words), "error");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
sal_masked_pair_show (SalMaskedPair *self,
                      NnShape        shape,
                      const guint8  *image,
                      const guint8  *masked,
                      const char    *before,
                      const char    *after)
{
  g_return_if_fail (SAL_IS_MASKED_PAIR (self));

  g_autofree char *words = g_strdup_printf ("%s → %s", before, after);

  sal_map_view_set_image (self->images[0], image, shape.channels, shape.height, shape.width);
  sal_map_view_set_image (self->images[1], masked, shape.channels, shape.height, shape.width);
  set_words (self, words, !g_str_equal (before, after));
}

void
sal_masked_pair_say (SalMaskedPair *self,
                     const char    *message)
{
  g_return_if_fail (SAL_IS_MASKED_PAIR (self));

  sal_map_view_set_image (self->images[0], NULL, 0, 0, 0);
  sal_map_view_set_image (self->images[1], NULL, 0, 0, 0);
  set_words (self, message, FALSE);
}

const char *
sal_masked_pair_get_words (SalMaskedPair *self)
{
  g_return_val_if_fail (SAL_IS_MASKED_PAIR (self), NULL);

  return gtk_label_get_label (self->words);
}

static void
sal_masked_pair_finalize (GObject *object)
{
  g_free (SAL_MASKED_PAIR (object)->name);
  G_OBJECT_CLASS (sal_masked_pair_parent_class)->finalize (object);
}

static void
sal_masked_pair_class_init (SalMaskedPairClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sal_masked_pair_finalize;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sal_masked_pair_init (SalMaskedPair *self)
{
}

static GtkWidget *
make_images (SalMaskedPair *self,
             SalMapLink    *link)
{
  static const char *const titles[] = { N_("The image"), N_("The image, masked") };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  for (int i = 0; i < 2; i++) {
    GtkWidget *view = sal_map_view_new ();

    g_object_set (view, "export-name", i == 0 ? "image" : "masked-image", NULL);
    g_object_set (view, "title", _(titles[i]), "link", link, NULL);
    self->images[i] = SAL_MAP_VIEW (view);
    sal_map_view_set_mode (self->images[i], SAL_MAP_IMAGE);
    gtk_box_append (GTK_BOX (box), g_object_new (SAL_TYPE_SQUARE_BIN, "least", LEAST_SIDE,
                                                 "usual", USUAL_SIDE, "most", MOST_SIDE,
                                                 "child", view, NULL));
  }
  return box;
}

static GtkWidget *
make_caption (SalMaskedPair *self,
              SalRunItem    *run)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = sal_run_dot_new ();
  g_autofree char *words = sal_words_unbroken (self->name);
  GtkWidget *name = gtk_label_new (words);

  self->words = GTK_LABEL (gtk_label_new (NULL));
  sal_run_dot_set_run (SAL_RUN_DOT (dot), run);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_label_set_lines (GTK_LABEL (name), 2);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_set_tooltip_text (name, self->name);
  gtk_label_set_ellipsize (self->words, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "strong");
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "numeric");
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  return box;
}

GtkWidget *
sal_masked_pair_new (SalRunItem *run,
                     const char *name,
                     SalMapLink *link)
{
  SalMaskedPair *self = g_object_new (SAL_TYPE_MASKED_PAIR, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->name = g_strdup (name);
  gtk_box_append (GTK_BOX (box), make_images (self, link));
  gtk_box_append (GTK_BOX (box), make_caption (self, run));
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  return GTK_WIDGET (self);
}
