/* sal-quantize-page.c - the Quantize page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-quantize-page.h"

#include "sal-ui.h"

struct _SalQuantizePage
{
  SalPage parent_instance;
};

G_DEFINE_FINAL_TYPE (SalQuantizePage, sal_quantize_page, SAL_TYPE_PAGE)

static void
sal_quantize_page_class_init (SalQuantizePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, SAL_UI ("sal-quantize-page"));
}

static void
sal_quantize_page_init (SalQuantizePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
