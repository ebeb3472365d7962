/* sal-train-page.c - the Train page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-train-page.h"

#include "sal-ui.h"

struct _SalTrainPage
{
  SalPage parent_instance;
};

G_DEFINE_FINAL_TYPE (SalTrainPage, sal_train_page, SAL_TYPE_PAGE)

static void
sal_train_page_class_init (SalTrainPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass), SAL_UI ("sal-train-page"));
}

static void
sal_train_page_init (SalTrainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
