/* sal-run-item.c - one run as the window knows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sal-run-item.h"

#include <glib/gi18n.h>
#include <math.h>

#include "sal-branch.h"
#include "sal-provenance.h"
#include "sal-words.h"

#define SEPARATOR " · "

struct _SalRunItem
{
  GObject       parent_instance;

  gint64        id;
  char         *resource;
  char         *file;
  char         *directory;
  char         *title;
  char         *summary;
  char         *provenance;
  SalRecipe     recipe;
  char         *recipe_json;
  SalRunState   state;
  double        validation_accuracy;
  double        test_accuracy;
  gint64        step;
  gint64        total_steps;
  double        seconds;
  SalLabModel  *model;
  SalRunRecord *record;
};

enum
{
  PROP_TITLE = 1,
  PROP_SUMMARY,
  PROP_MODEL,
  PROP_RECORD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SalRunItem, sal_run_item, G_TYPE_OBJECT)

gint64
sal_run_item_get_id (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), -1);

  return self->id;
}

const char *
sal_run_item_get_resource (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return self->resource;
}

const char *
sal_run_item_get_file (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return self->file;
}

const char *
sal_run_item_get_directory (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return self->directory;
}

const char *
sal_run_item_get_title (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return self->title;
}

const char *
sal_run_item_get_summary (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return self->summary;
}

const SalRecipe *
sal_run_item_get_recipe (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return &self->recipe;
}

char *
sal_run_item_get_details (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SalProvenance) provenance =
    self->provenance != NULL ? sal_provenance_from_json (self->provenance, NULL) : NULL;

  g_string_append_printf (text, _("Seed %lld"), (long long) self->recipe.seed);
  if (*self->recipe.from != '\0') {
    g_string_append_c (text, '\n');
    g_string_append_printf (text, _("Began with the weights of %s"), self->recipe.from);
  }
  if (provenance != NULL) {
    g_string_append (text, SEPARATOR);
    g_string_append_printf (text, _("data SHA-256 %.12s…"), provenance->data_hash);
  }
  for (guint i = 0; provenance != NULL && i < provenance->sittings->len; i++) {
    g_autofree char *sitting = sal_sitting_text (provenance->sittings->pdata[i]);

    g_string_append_printf (text, "\n%s", sitting);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

SalRunState
sal_run_item_get_state (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), SAL_RUN_FINISHED);

  return self->state;
}

double
sal_run_item_get_validation_accuracy (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NAN);

  return self->validation_accuracy;
}

double
sal_run_item_get_test_accuracy (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NAN);

  return self->test_accuracy;
}

gint64
sal_run_item_get_step (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), 0);

  return self->step;
}

gint64
sal_run_item_get_total_steps (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), 0);

  return self->total_steps;
}

double
sal_run_item_get_seconds (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NAN);

  return self->seconds > 0 ? self->seconds : NAN;
}

gboolean
sal_run_item_can_resume (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), FALSE);

  return self->id >= 0
         && (self->state == SAL_RUN_PAUSED || self->state == SAL_RUN_INTERRUPTED);
}

gboolean
sal_run_item_has_checkpoint (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), FALSE);

  g_autofree char *path =
    self->directory == NULL ? NULL
    : g_build_filename (self->directory, "checkpoint.safetensors", NULL);

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A demo has the colour of its mode (the palette's first four); the user's
 * runs begin after them. */
guint
sal_run_item_get_color_index (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), 0);

  return (guint) (self->id < 0 ? self->recipe.mode : SAL_N_MODES - 1 + self->id)
         % PLOT_RUN_COLORS;
}

PlotColor
sal_run_item_get_color (SalRunItem *self,
                        gboolean    dark)
{
  return plot_run_color (sal_run_item_get_color_index (self), dark);
}

SalLabModel *
sal_run_item_get_model (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return self->model;
}

void
sal_run_item_set_model (SalRunItem  *self,
                        SalLabModel *model)
{
  g_return_if_fail (SAL_IS_RUN_ITEM (self));

  if (self->model == model)
    return;
  g_clear_pointer (&self->model, sal_lab_model_unref);
  if (model != NULL)
    self->model = sal_lab_model_ref (model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

SalRunRecord *
sal_run_item_get_record (SalRunItem *self)
{
  g_return_val_if_fail (SAL_IS_RUN_ITEM (self), NULL);

  return self->record;
}

void
sal_run_item_set_record (SalRunItem   *self,
                         SalRunRecord *record)
{
  g_return_if_fail (SAL_IS_RUN_ITEM (self));

  if (g_set_object (&self->record, record))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORD]);
}

/* "run 7 · finished · 98.42 % test · from run 3", "run 8 · paused at step 120 of
 * 2,000 · 91.20 % validation". */
static char *
describe (SalRunItem *self)
{
  const char *state = self->file != NULL ? _("opened file") : self->id < 0 ? _("bundled")
                      : _(sal_run_state_name (self->state));
  g_autofree char *step = sal_words_count (self->step);
  g_autofree char *total_steps = sal_words_count (self->total_steps);
  g_autofree char *origin = sal_branch_origin_title (&self->recipe);
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->id >= 0) {
    g_string_append_printf (text, _("run %lld"), (long long) self->id);
    g_string_append (text, SEPARATOR);
  }
  if (self->id >= 0 && self->state != SAL_RUN_FINISHED && self->state != SAL_RUN_RUNNING)
    g_string_append_printf (text, _("%s at step %s of %s"), state, step, total_steps);
  else
    g_string_append (text, state);
  if (isfinite (self->test_accuracy)) {
    g_string_append (text, SEPARATOR);
    g_string_append_printf (text, _("%.2f %% test"), 100 * self->test_accuracy);
  } else if (isfinite (self->validation_accuracy)) {
    g_string_append (text, SEPARATOR);
    g_string_append_printf (text, _("%.2f %% validation"), 100 * self->validation_accuracy);
  }
  if (origin != NULL) {
    g_string_append (text, SEPARATOR);
    g_string_append_printf (text, _("from %s"), origin);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* `title` as it was stored: that of the recipe is put into words again, in the
 * language of the window. Free the result. */
static char *
translate_title (SalRunItem *self,
                 const char *title)
{
  g_autofree char *stored = sal_recipe_title (&self->recipe);

  return g_str_equal (stored, title) ? sal_recipe_title_translated (&self->recipe)
                                     : g_strdup (title);
}

static void
set_words (SalRunItem *self,
           const char *title)
{
  if (g_strcmp0 (self->title, title) != 0) {
    g_free (self->title);
    self->title = g_strdup (title);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
  }

  g_autofree char *summary = describe (self);

  if (g_strcmp0 (self->summary, summary) != 0) {
    g_free (self->summary);
    self->summary = g_steal_pointer (&summary);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
  }
}

/* Bits and learning rate may change in mid-run.  A recipe of a later version
 * that does not parse leaves what there was; the model file, where it matters,
 * says so itself. */
static void
take_recipe (SalRunItem *self,
             const char *json)
{
  if (g_strcmp0 (self->recipe_json, json) == 0)
    return;
  g_free (self->recipe_json);
  self->recipe_json = g_strdup (json);
  sal_recipe_from_json (&self->recipe, json, NULL);
}

void
sal_run_item_update (SalRunItem   *self,
                     const SalRun *run)
{
  g_return_if_fail (SAL_IS_RUN_ITEM (self));

  take_recipe (self, run->recipe_json);
  self->state = run->state;
  self->step = run->step;
  self->total_steps = run->total_steps;
  self->seconds = run->seconds;
  self->validation_accuracy = run->validation_accuracy;
  self->test_accuracy = run->test_accuracy;
  g_free (self->provenance);
  self->provenance = g_strdup (run->provenance_json);

  g_autofree char *title = translate_title (self, run->title);

  set_words (self, title);
}

static void
sal_run_item_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  SalRunItem *self = SAL_RUN_ITEM (object);

  switch (id) {
  case PROP_TITLE:
    g_value_set_string (value, self->title);
    break;
  case PROP_SUMMARY:
    g_value_set_string (value, self->summary);
    break;
  case PROP_MODEL:
    g_value_set_pointer (value, self->model);
    break;
  case PROP_RECORD:
    g_value_set_object (value, self->record);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
sal_run_item_finalize (GObject *object)
{
  SalRunItem *self = SAL_RUN_ITEM (object);

  g_clear_pointer (&self->model, sal_lab_model_unref);
  g_clear_object (&self->record);
  g_free (self->resource);
  g_free (self->file);
  g_free (self->directory);
  g_free (self->title);
  g_free (self->summary);
  g_free (self->provenance);
  g_free (self->recipe_json);
  G_OBJECT_CLASS (sal_run_item_parent_class)->finalize (object);
}

static void
sal_run_item_class_init (SalRunItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sal_run_item_get_property;
  object_class->finalize = sal_run_item_finalize;

  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL, flags);
  properties[PROP_MODEL] = g_param_spec_pointer ("model", NULL, NULL, flags);
  properties[PROP_RECORD] = g_param_spec_object ("record", NULL, NULL, SAL_TYPE_RUN_RECORD, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sal_run_item_init (SalRunItem *self)
{
  self->id = -1;
  self->state = SAL_RUN_FINISHED;
  self->validation_accuracy = NAN;
  self->test_accuracy = NAN;
  sal_recipe_init (&self->recipe);
}

SalRunItem *
sal_run_item_new (const SalRun *run)
{
  SalRunItem *self = g_object_new (SAL_TYPE_RUN_ITEM, NULL);

  self->id = run->id;
  self->directory = g_strdup (run->directory);
  sal_run_item_update (self, run);
  return self;
}

/* From beginning to end of each sitting. */
static double
count_seconds (const char *json)
{
  g_autoptr (SalProvenance) provenance =
    json == NULL ? NULL : sal_provenance_from_json (json, NULL);
  double seconds = 0;

  for (guint i = 0; provenance != NULL && i < provenance->sittings->len; i++) {
    const SalSitting *sitting = provenance->sittings->pdata[i];

    seconds += (double) MAX (sitting->ended - sitting->started, 0);
  }
  return seconds;
}

/* What demos and opened files have in common. */
static SalRunItem *
new_from_info (const SalModelInfo *info)
{
  SalRunItem *self = g_object_new (SAL_TYPE_RUN_ITEM, NULL);

  self->recipe = info->recipe;
  self->step = info->step;
  self->total_steps = info->step;
  self->validation_accuracy = info->validation_accuracy;
  self->test_accuracy = info->test_accuracy;
  self->provenance = g_strdup (info->provenance);
  self->seconds = count_seconds (self->provenance);
  return self;
}

SalRunItem *
sal_run_item_new_demo (const char         *path,
                       const SalModelInfo *info)
{
  SalRunItem *self = new_from_info (info);
  g_autofree char *recipe_title = translate_title (self, info->title);
  g_autofree char *title = g_strdup_printf (_("%s · Demo"), recipe_title);

  self->resource = g_strdup (path);
  set_words (self, title);
  return self;
}

SalRunItem *
sal_run_item_new_file (const char         *path,
                       const SalModelInfo *info)
{
  SalRunItem *self = new_from_info (info);
  g_autofree char *name = g_filename_display_basename (path);

  self->file = g_strdup (path);
  set_words (self, name);
  return self;
}
