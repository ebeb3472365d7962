/* sal-save-folder.c - where a file is offered to be saved
 *
 * Remembered until the program ends; main thread only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-save-folder.h"

static GFile *last_folder;

static GFile *
first_folder (void)
{
  static const GUserDirectory wanted[] = { G_USER_DIRECTORY_PICTURES, G_USER_DIRECTORY_DOCUMENTS };

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++) {
    const char *path = g_get_user_special_dir (wanted[i]);

    if (path != NULL && g_file_test (path, G_FILE_TEST_IS_DIR))
      return g_file_new_for_path (path);
  }
  return g_file_new_for_path (g_get_home_dir ());
}

void
sal_save_folder_offer (GtkFileChooser *dialog)
{
  g_return_if_fail (GTK_IS_FILE_CHOOSER (dialog));

  g_autoptr (GFile) folder =
    last_folder != NULL ? g_object_ref (last_folder) : first_folder ();

  gtk_file_chooser_set_current_folder (dialog, folder, NULL);
}

void
sal_save_folder_remember (GFile *file)
{
  g_return_if_fail (G_IS_FILE (file));

  g_clear_object (&last_folder);
  last_folder = g_file_get_parent (file);
}
