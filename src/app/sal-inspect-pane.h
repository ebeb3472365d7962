/* sal-inspect-pane.h - one pane of the Inspect page: a network, a method, bits
 *
 * Chooses what is asked in its heading and shows what was answered: map,
 * colour bar, most probable classes, the value under the pointer.  It asks
 * nothing itself; the page asks for all panes at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-map-view.h"
#include "sal-pane-bits.h"

G_BEGIN_DECLS

/* How the scale of a map is chosen. */
typedef enum
{
  SAL_SCALE_SHARED,   /* one for all panes                                    */
  SAL_SCALE_PER_RUN,  /* one for each network at its bits: over test images   */
  SAL_SCALE_PER_PANE, /* one for each map                                     */
} SalScaleChoice;

/* What has the full colour: all beyond it has the same. */
typedef enum
{
  SAL_SCALE_END_ROBUST,  /* the 99th percentile of magnitudes                 */
  SAL_SCALE_END_LARGEST, /* the largest magnitude                             */
} SalScaleEnd;

/* Signals: "changed" when something else is to be asked, "removed" and
 * "spread" (its method and bits are wanted in all panes) when its buttons were
 * pressed, "class-chosen" (int) when a class among the most probable ones was. */
#define SAL_TYPE_INSPECT_PANE (sal_inspect_pane_get_type ())
G_DECLARE_FINAL_TYPE (SalInspectPane, sal_inspect_pane, SAL, INSPECT_PANE, AdwBin)

GtkWidget *sal_inspect_pane_new (SalMapLink *link);

/* What can be chosen: SalRunItem.  The chosen run stays if it is among them,
 * otherwise the first one is chosen. No signal. */
void sal_inspect_pane_set_runs (SalInspectPane *self,
                                GPtrArray      *runs);

/* What is chosen. Setting it is not signalled. */
SalRunItem *sal_inspect_pane_get_run    (SalInspectPane *self);
void        sal_inspect_pane_set_run    (SalInspectPane *self,
                                         SalRunItem     *run);
const char *sal_inspect_pane_get_method (SalInspectPane *self);
void        sal_inspect_pane_set_method (SalInspectPane *self,
                                         const char     *method);
SalPaneBits sal_inspect_pane_get_bits   (SalInspectPane *self);
void        sal_inspect_pane_set_bits   (SalInspectPane *self,
                                         SalPaneBits     bits);

/* Unless its bits were set: the bits that are chosen if the pane shows the
 * session's run, otherwise those it was trained with. */
void sal_inspect_pane_follow (SalInspectPane *self,
                              SalSession     *session);

/* "SGT, Integrated gradients, 4 bits", as long as needed. Free the result. */
char *sal_inspect_pane_describe (SalInspectPane *self);

/* "first, last layer: 8 bits", or NULL where they are no exception. */
const char *sal_inspect_pane_get_edges (SalInspectPane *self);

/* The bits to ask `model`, which is the network of the pane's run. */
SalBits sal_inspect_pane_resolve_bits (SalInspectPane *self,
                                       SalLabModel    *model,
                                       SalSession     *session);

/* Gives the words below the map the same height in all panes of the group, so
 * that their maps have the same size. */
void sal_inspect_pane_align (SalInspectPane *self,
                             GtkSizeGroup   *words);

/* Whether there are other panes. */
void sal_inspect_pane_set_removable (SalInspectPane *self,
                                     gboolean        removable);
void sal_inspect_pane_set_mode      (SalInspectPane *self,
                                     SalMapMode      mode);

/* Says why there is no map: "The network is being loaded". */
void sal_inspect_pane_say (SalInspectPane *self,
                           const char     *message);

/* Shows an answer; everything is copied. `pixels` is the image itself. */
void sal_inspect_pane_show (SalInspectPane      *self,
                            const SalPaneAnswer *answer,
                            NnShape              shape,
                            const guint8        *pixels,
                            SalDataset          *dataset);

/* The scale that the pane's own map asks for, the factor of its network, or 0
 * where it is not known. */
double sal_inspect_pane_get_own_scale (SalInspectPane *self,
                                       SalScaleEnd     end);
double sal_inspect_pane_get_run_scale (SalInspectPane *self,
                                       SalScaleEnd     end);
void   sal_inspect_pane_set_scale     (SalInspectPane *self,
                                       double          scale);

/* Spearman's correlation with the map of `first` is shown; NULL or itself:
 * none. */
void sal_inspect_pane_compare (SalInspectPane *self,
                               SalInspectPane *first);

/* The raw map (channels, height, width), or NULL. Borrowed. */
const float *sal_inspect_pane_get_map (SalInspectPane *self,
                                       NnShape        *shape);

/* What a figure of the pane consists of. */
SalMapView *sal_inspect_pane_get_map_view (SalInspectPane *self);
SalDrawing *sal_inspect_pane_get_bars     (SalInspectPane *self);
SalDrawing *sal_inspect_pane_get_colorbar (SalInspectPane *self);
const char *sal_inspect_pane_get_words    (SalInspectPane *self);

G_END_DECLS
