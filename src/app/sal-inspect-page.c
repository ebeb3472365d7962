/* sal-inspect-page.c - the Inspect page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-inspect-page.h"

#include "sal-ui.h"

struct _SalInspectPage
{
  SalPage parent_instance;
};

G_DEFINE_FINAL_TYPE (SalInspectPage, sal_inspect_page, SAL_TYPE_PAGE)

static void
sal_inspect_page_class_init (SalInspectPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-inspect-page"));
}

static void
sal_inspect_page_init (SalInspectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
