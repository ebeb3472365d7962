/* sal-inspect-page.h - the Inspect page: one image, explained side by side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sal-page.h"

G_BEGIN_DECLS

#define SAL_TYPE_INSPECT_PAGE (sal_inspect_page_get_type ())
G_DECLARE_FINAL_TYPE (SalInspectPage, sal_inspect_page, SAL, INSPECT_PAGE, SalPage)

/* Saves what is shown: to a folder the raw maps, one NPY file a pane, to a
 * file the panes as a figure in the format of its extension.  There must be
 * panes. */
gboolean sal_inspect_page_save (SalInspectPage *self,
                                const char     *path,
                                GError        **error);

/* Shows the image in `file` instead of the test image; it is read in a thread.
 * What cannot be read is said in the window's banner. */
void sal_inspect_page_open (SalInspectPage *self,
                            GFile          *file);

G_END_DECLS
