/* sal-filmstrip-private.h - what the files of the filmstrip share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-filmstrip-figure.h"
#include "sal-filmstrip.h"
#include "sal-throttle.h"

G_BEGIN_DECLS

#define SAL_FILMSTRIP_FRAMES 7
#define SAL_FILMSTRIP_ACCURACY_SLOT "filmstrip-accuracy"

typedef struct
{
  GtkWidget  *button;
  SalMapView *map_view;
  GtkLabel   *words;

  double      own_scale[2];  /* by SalScaleEnd                             */
  double      run_scale[2];
  int         says;         /* predicted class, -1: not known              */
  double      accuracy;     /* NaN: not known                              */
  gboolean    is_final;
} SalFilmstripFrame;

struct _SalFilmstrip
{
  AdwBin          parent_instance;

  GtkWidget          *box;
  GtkLabel           *title;
  SalFilmstripFigure *figure;

  SalSession     *session;
  SalOwnImage    *own;
  SalThrottle    *throttle;
  const char     *method;
  SalMapMode      mode;
  SalScaleChoice  choice;
  SalScaleEnd     end;

  SalFilmstripFrame frames[SAL_FILMSTRIP_FRAMES];

  SalLabModel    *asked_model;    /* for whose maps; NULL: none were asked */
  SalBits         asked_bits;     /* those of the second frame             */
  const char     *asked_method;
  int             asked_class;
  SalLabModel    *measured;       /* whose accuracies the frames have     */
  SalBits         measured_bits;  /* with which edges and quantizer       */
  guint           measuring;      /* SAL_FILMSTRIP_FRAMES: none           */
};

/* Those that the frame shows `model` at. */
SalBits sal_filmstrip_bits (SalFilmstrip *self,
                            guint         index,
                            SalLabModel  *model);

/* Says below the frame what is known of it. */
void sal_filmstrip_describe_frame (SalFilmstrip *self,
                                   guint         index);

/* In sal-filmstrip-accuracy.c. Measures what is not measured of the session's
 * network; forgets the accuracies of another network, or of other edges. */
void sal_filmstrip_measure (SalFilmstrip *self);

G_END_DECLS
