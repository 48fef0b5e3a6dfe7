/* units.c -- what is to be examined, collected from the command line. */
#include "cli/units.h"

#include "cli/plugin.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

void gck_units_free(struct gck_units *units)
{
    for (size_t i = 0; i < units->count; i++) {
        gck_plugin_argv_free(units->unit[i].argv);
        free(units->unit[i].preload);
        free(units->unit[i].source);
    }
    free(units->unit);
    free(units->result);
    free(units->job);
}

/* Room for one more unit, all zero, its result's names filled in. NULL: no memory, which was said.
 */
static struct gck_unit *add_unit(struct gck_units *units, const char *layer, const char *source,
                                 enum gck_type type)
{
    struct gck_result *result;

    if (units->count == units->room) {
        const size_t room = 2 * units->room + 8;
        struct gck_unit *const unit = realloc(units->unit, room * sizeof *unit);
        struct gck_result *const grown = unit == NULL
                                             ? NULL
                                             : realloc(units->result, room * sizeof *grown);

        if (unit != NULL)
            units->unit = unit;
        if (grown != NULL)
            units->result = grown;
        if (unit == NULL || grown == NULL) {
            gck_complain("out of memory");
            return NULL;
        }
        units->room = room;
    }
    result = &units->result[units->count];
    memset(result, 0, sizeof *result);
    GCK_COPY(result->layer, layer);
    GCK_COPY(result->source, source);
    result->type = type;
    result->seed = units->cli->ask.seed;
    result->proof = units->cli->verb->bit == GCK_FOR_PROVE;
    memset(&units->unit[units->count], 0, sizeof *units->unit);
    return &units->unit[units->count++];
}

static const enum gck_type types[] = { GCK_TYPE_DOUBLE, GCK_TYPE_FLOAT };
enum { TYPES = sizeof types / sizeof types[0] };

/* ---- built-in layers ---- */

bool gck_units_add_builtin(struct gck_units *units, const char *name)
{
    for (size_t i = 0; i < TYPES; i++) {
        const bool in_float = types[i] == GCK_TYPE_FLOAT;
        const struct gck_layer *const layer = gck_builtin(name, types[i]);
        struct gck_unit *unit;

        if (layer == NULL)
            return false;
        if (!units->cli->type[types[i]])
            continue;
        unit = add_unit(units, name, "", types[i]);
        if (unit == NULL)
            return false;
        unit->layer = layer;
        unit->twin = in_float ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL;
    }
    return true;
}

bool gck_units_add_all(struct gck_units *units)
{
    const struct gck_layer *layer;

    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        if (!gck_units_add_builtin(units, layer->name))
            return false;
    return true;
}

/* ---- layers in files ---- */

/* A file that could not be loaded has a result all the same. failed: what is known of it, or NULL.
 */
static bool add_failure(struct gck_units *units, const char *word, const struct gck_result *failed,
                        enum gck_status status, const char *message)
{
    const char *const slash = strrchr(word, '/'), *const base = slash != NULL ? slash + 1 : word;
    char name[GCK_NAME_SIZE] = "";
    struct gck_result *result;
    struct gck_unit *unit;

    gck_append(name, sizeof name, "%.*s", (int)strcspn(base, "."), base);
    unit = add_unit(units, name, word, GCK_TYPE_DOUBLE);
    if (unit == NULL)
        return false;
    unit->done = true;
    result = &units->result[units->count - 1];
    if (failed != NULL)
        *result = *failed;
    result->verdict = GCK_ERROR;
    if (failed == NULL) {
        result->status = status;
        GCK_COPY(result->why, message);
    }
    GCK_COPY(result->layer, name[0] != '\0' ? name : word);
    GCK_COPY(result->source, word);
    result->seed = units->cli->ask.seed;
    return true;
}

static bool add_worker(struct gck_units *units, const char *word, const struct gck_file *file,
                       const struct gck_inventory *inventory, unsigned index, enum gck_type type)
{
    const char *const name = inventory->layer[index].name;
    const char *const chosen = inventory->layers > 1 ? name : "";
    char source[GCK_WHY_SIZE];
    struct gck_unit *unit;

    GCK_COPY(source, word);
    if (chosen[0] != '\0')
        gck_append(source, sizeof source, ":%s", chosen);
    unit = add_unit(units, name, source, type);
    if (unit == NULL)
        return false;
    unit->argv = gck_plugin_argv(units->cli, file, chosen, type);
    unit->preload = file->preload[0] != '\0' ? strdup(file->preload) : NULL;
    unit->source = strdup(source);
    return unit->argv != NULL && unit->source != NULL;
}

/* A file with one type only is examined in that one. Asked for the other alone, a layer among
 * several is skipped, a single one is an error. */
static bool add_layer_of_file(struct gck_units *units, const char *word,
                              const struct gck_file *file, const struct gck_inventory *inventory,
                              unsigned index)
{
    const bool *const has = inventory->layer[index].type;
    const char *const only = has[GCK_TYPE_FLOAT] ? "float" : "double";
    struct gck_result *result;
    bool any = false;

    for (size_t i = 0; i < TYPES; i++)
        if (units->cli->type[types[i]] && has[types[i]]) {
            if (!add_worker(units, word, file, inventory, index, types[i]))
                return false;
            any = true;
        }
    if (any)
        return true;
    if (inventory->layers == 1) {
        gck_complain("%s has %s in %s only", word, inventory->layer[index].name, only);
        return false;
    }
    if (!add_worker(units, word, file, inventory, index, types[units->cli->type[types[0]] ? 0 : 1]))
        return false;
    units->unit[units->count - 1].done = true;
    result = &units->result[units->count - 1];
    result->verdict = GCK_SKIPPED;
    gck_append(result->why, sizeof result->why, "it exists in %s only", only);
    return true;
}

bool gck_units_add_file(struct gck_units *units, const char *word)
{
    static struct gck_inventory inventory;
    static struct gck_result failed;
    char message[GCK_MESSAGE_SIZE] = "";
    struct gck_file file;
    const enum gck_status status = gck_file_ready(units->cli, word, &file, message);

    if (status != GCK_OK)
        return add_failure(units, word, NULL, status, message);
    if (!gck_plugin_inventory(units->cli, &file, &inventory, &failed))
        return add_failure(units, word, &failed, failed.status, failed.why);
    for (unsigned i = 0; i < inventory.layers; i++)
        if (!add_layer_of_file(units, word, &file, &inventory, i))
            return false;
    return true;
}
