/* sal-page.h - what all pages of the window have in common
 *
 * A page is a subclass with a template in ui/.  It is told of the session
 * once, in `attach`, and listens to its properties from then on (connect with
 * g_signal_connect_object).  `shown` and `hidden` tell when it becomes
 * visible: nothing is computed for a page that nobody sees.
 *
 * To add a page: src/app/sal-NAME-page.{c,h} and ui/sal-NAME-page.ui (list
 * them in src/app/meson.build and resources/saliscope.gresource.xml), one
 * GtkStackPage in ui/sal-window.ui, one g_type_ensure() in sal-window.c, and
 * its keys in sal-application.c and ui/help-overlay.ui.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "sal-session.h"

G_BEGIN_DECLS

/* Property "session" (SalSession), set once by the window's template. */
#define SAL_TYPE_PAGE (sal_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (SalPage, sal_page, SAL, PAGE, AdwBin)

struct _SalPageClass
{
  AdwBinClass parent_class;

  /* The session is there: connect to it. */
  void (*attach) (SalPage    *self,
                  SalSession *session);

  /* The page becomes visible, or is visible no longer. */
  void (*shown)  (SalPage *self);
  void (*hidden) (SalPage *self);

  /* The command line that does what the page shows, without a newline at the
   * end; NULL: there is none now. */
  char *(*command) (SalPage *self);
};

/* NULL before `attach`. */
SalSession *sal_page_get_session (SalPage *self);

/* The same, NULL where the page has none. Free the result. */
char *sal_page_get_command (SalPage *self);

/* Whether it is the page that is seen. */
gboolean sal_page_is_shown (SalPage *self);

G_END_DECLS
