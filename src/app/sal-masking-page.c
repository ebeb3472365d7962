/* sal-masking-page.c - the Masking page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-masking-page.h"

#include "sal-ui.h"

struct _SalMaskingPage
{
  SalPage parent_instance;
};

G_DEFINE_FINAL_TYPE (SalMaskingPage, sal_masking_page, SAL_TYPE_PAGE)

static void
sal_masking_page_class_init (SalMaskingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-masking-page"));
}

static void
sal_masking_page_init (SalMaskingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
