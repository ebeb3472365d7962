/* sal-save-folder.h - where a file is offered to be saved
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Opens a dialog in the folder in which a file was saved last; before that in
 * the user's pictures, or documents, or home, not where the program happened
 * to be started. */
void sal_save_folder_offer (GtkFileChooser *dialog);

/* `file` has been saved. */
void sal_save_folder_remember (GFile *file);

G_END_DECLS
