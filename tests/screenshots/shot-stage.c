/* shot-stage.c - the program with its window, waited for and photographed
 *
 * Pictures are rendered from the widgets, not taken from the screen: neither
 * a window manager nor what lies above the window plays a part.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shot-stage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Enough for ThreadSanitizer. */
#define PATIENCE (300 * G_USEC_PER_SEC)

/* How long nothing may change before a window counts as complete: longer
 * than any interval at which the pages ask again. */
#define CALM (300 * 1000)

/* --- waiting ----------------------------------------------------------------- */

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
shot_stage_wait (ShotCondition condition,
                 gpointer      data,
                 const char   *what)
{
  const gint64 end = g_get_monotonic_time () + PATIENCE;
  const guint timer = g_timeout_add (10, wake_cb, NULL);

  while (!condition (data)) {
    if (g_get_monotonic_time () > end) {
      g_printerr ("screenshots: waited in vain for %s\n", what);
      /* Not exit(): OpenBLAS would clean up below the threads that compute. */
      _exit (EXIT_FAILURE);
    }
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (timer);
}

static gboolean
is_time (gpointer time)
{
  return g_get_monotonic_time () >= *(const gint64 *) time;
}

static void
let_pass (gint64 microseconds)
{
  gint64 until = g_get_monotonic_time () + microseconds;

  shot_stage_wait (is_time, &until, "the time to pass");
}

static gboolean
is_listed (gpointer stage)
{
  SalSession *session = ((ShotStage *) stage)->session;

  return sal_session_get_run (session) != NULL && sal_session_get_dataset (session) != NULL
         && g_list_model_get_n_items (G_LIST_MODEL (sal_session_get_runs (session))) > 0;
}

static gboolean
are_loaded (gpointer stage)
{
  GListModel *runs = G_LIST_MODEL (sal_session_get_runs (((ShotStage *) stage)->session));

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (runs, i);

    if (sal_run_item_get_model (run) == NULL || sal_run_item_get_record (run) == NULL)
      return FALSE;
  }
  return TRUE;
}

void
shot_stage_wait_until_loaded (ShotStage *self)
{
  SalRunLibrary *runs = sal_session_get_runs (self->session);

  shot_stage_wait (is_listed, self, "the demo models");
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (runs)); i++) {
    g_autoptr (SalRunItem) run = g_list_model_get_item (G_LIST_MODEL (runs), i);

    sal_session_request_model (self->session, run);
    sal_run_library_load_record (runs, run);
  }
  shot_stage_wait (are_loaded, self, "the networks and curves of the demo models");
}

/* --- size -------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *window;
  int        width;
  int        height;
} WantedSize;

static gboolean
has_size (gpointer data)
{
  const WantedSize *wanted = data;

  return gtk_widget_get_width (wanted->window) == wanted->width
         && gtk_widget_get_height (wanted->window) == wanted->height;
}

/* No window gets smaller than its widgets can be. */
static int
at_least (GtkWidget     *widget,
          GtkOrientation orientation,
          int            for_size,
          int            wanted)
{
  int minimum = 0;

  gtk_widget_measure (widget, orientation, for_size, &minimum, NULL, NULL, NULL);
  return MAX (minimum, wanted);
}

/* As near to the wanted size as it gets now. */
static WantedSize
try_size (ShotStage *self,
          int        width,
          int        height)
{
  GtkWidget *window = GTK_WIDGET (self->window);
  WantedSize wanted = { .window = window };

  wanted.width = at_least (window, GTK_ORIENTATION_HORIZONTAL, -1, width);
  wanted.height = at_least (window, GTK_ORIENTATION_VERTICAL, wanted.width, height);

  g_autofree char *what = g_strdup_printf ("a window of %dx%d", wanted.width, wanted.height);

  gtk_window_set_default_size (self->window, wanted.width, wanted.height);
  shot_stage_wait (has_size, &wanted, what);
  return wanted;
}

/* Again, as long as some widgets get narrower because the window did. */
void
shot_stage_resize (ShotStage *self,
                   int        width,
                   int        height)
{
  WantedSize got = try_size (self, width, height);
  int before = got.width + 1;

  while ((got.width > width || got.height > height) && got.width < before) {
    before = got.width;
    let_pass (G_USEC_PER_SEC / 5);
    got = try_size (self, width, height);
  }
  if (got.width > width || got.height > height)
    g_printerr ("screenshots: %dx%d is too small, %dx%d is needed\n", width, height,
                got.width, got.height);
}

/* --- pictures ---------------------------------------------------------------- */

static void
append_widget (GtkSnapshot *snapshot,
               GtkWidget   *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);

  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
}

/* Popovers have surfaces of their own. */
static void
append_popovers (GtkSnapshot *snapshot,
                 GtkWidget   *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (!gtk_widget_get_mapped (child))
      continue;
    if (GTK_IS_POPOVER (child)) {
      GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (child));
      double x = 0;
      double y = 0;

      gtk_native_get_surface_transform (GTK_NATIVE (child), &x, &y);
      x += gdk_popup_get_position_x (GDK_POPUP (surface));
      y += gdk_popup_get_position_y (GDK_POPUP (surface));
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
      append_widget (snapshot, child);
      gtk_snapshot_restore (snapshot);
    }
    append_popovers (snapshot, child);
  }
}

/* NULL: it has not been drawn yet. */
static GdkTexture *
render (GtkWindow *window)
{
  GtkWidget *widget = GTK_WIDGET (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  const graphene_rect_t bounds =
    GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                        (float) gtk_widget_get_height (widget));

  append_widget (snapshot, widget);
  append_popovers (snapshot, widget);

  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);

  if (node == NULL)
    return NULL;
  return gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, &bounds);
}

static GBytes *
read_pixels (GdkTexture *texture)
{
  const gsize stride = 4 * (gsize) gdk_texture_get_width (texture);
  const gsize size = stride * (gsize) gdk_texture_get_height (texture);
  guchar *pixels = g_malloc (size);

  gdk_texture_download (texture, pixels, stride);
  return g_bytes_new_take (pixels, size);
}

static gboolean
is_answered (gpointer stage)
{
  return !sal_lab_is_busy (sal_session_get_lab (((ShotStage *) stage)->session))
         && !g_main_context_pending (NULL);
}

/* The picture once it stays the same. */
static GdkTexture *
render_complete (ShotStage *self,
                 GtkWindow *window)
{
  g_autoptr (GBytes) before = NULL;

  for (const gint64 end = g_get_monotonic_time () + PATIENCE; g_get_monotonic_time () < end;) {
    shot_stage_wait (is_answered, self, "answers of the lab");

    g_autoptr (GdkTexture) texture = render (window);
    g_autoptr (GBytes) now = texture == NULL ? NULL : read_pixels (texture);

    if (before != NULL && now != NULL && g_bytes_equal (before, now))
      return g_steal_pointer (&texture);
    g_clear_pointer (&before, g_bytes_unref);
    before = g_steal_pointer (&now);
    let_pass (CALM);
  }
  return NULL;
}

char *
shot_stage_save (ShotStage  *self,
                 GtkWindow  *window,
                 const char *stem)
{
  g_autoptr (GdkTexture) texture = render_complete (self, window);

  if (texture == NULL)
    return NULL;

  g_autofree char *path = g_strdup_printf ("%s-%dx%d.png", stem, gdk_texture_get_width (texture),
                                           gdk_texture_get_height (texture));

  return gdk_texture_save_to_png (texture, path) ? g_steal_pointer (&path) : NULL;
}

gpointer
shot_stage_find (GtkWidget *root,
                 GType      type,
                 ShotMatch  matches)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type) && gtk_widget_get_mapped (root)
      && (matches == NULL || matches (root)))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    gpointer found = shot_stage_find (child, type, matches);

    if (found != NULL)
      return found;
  }
  return NULL;
}
