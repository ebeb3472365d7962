/* sal-ui.h - where the templates of ui/ are in GResource
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#define SAL_RESOURCES "/io/github/saliscope/Saliscope"

/* The path of template ui/`name`.ui. */
#define SAL_UI(name) SAL_RESOURCES "/" name ".ui"
