/* sal-import-plan.h - which picture becomes which image of which class
 *
 * Paths alone decide.  A folder per class; above it, if there is one,
 * "train"/"training" and "test"/"testing"/"val"/"valid"/"validation" (where
 * there is a test folder too, validation images join the training ones: a
 * validation part is always split off them); above that any folders that
 * everything lies in.  Deeper folders belong to their class.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SAL_IMPORT_MAX_CLASSES 256

typedef struct
{
  char    *path;
  int      part;          /* 0 training, 1 test, -1 in no class folder        */
  guint    label;
  gsize    index;         /* among the images of its part                     */
  gboolean is_read;       /* set by the one who reads it                      */
} SalImportItem;

typedef struct
{
  GPtrArray  *items;      /* of SalImportItem, sorted by path once arranged   */
  GPtrArray  *folders;    /* of char *                                        */
  GHashTable *by_path;    /* path to SalImportItem                            */
  char      **class_names; /* sorted by bytes, once arranged                  */
  gsize       counts[2];
  gsize       n_strays;   /* pictures in no class folder                      */
} SalImportPlan;

SalImportPlan *sal_import_plan_new  (void);
void           sal_import_plan_free (SalImportPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SalImportPlan, sal_import_plan_free)

/* A picture; the same path twice is an error. `source` opens messages. */
gboolean sal_import_plan_add (SalImportPlan *self,
                              const char    *path,
                              const char    *source,
                              GError       **error);

/* A folder, so that an empty one of a class is noticed. */
void sal_import_plan_add_folder (SalImportPlan *self,
                                 const char    *path);

/* Finds classes and parts.  Where there is no test folder, round (test_share *
 * n) images of every class, at least one and never all, become the test part.
 * The order of the images in each part is shuffled: both by `seed`, whatever
 * order the pictures were added in. */
gboolean sal_import_plan_arrange (SalImportPlan *self,
                                  double         test_share,
                                  guint64        seed,
                                  const char    *source,
                                  GError       **error);

G_END_DECLS
