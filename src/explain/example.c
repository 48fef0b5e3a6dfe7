/* example.c -- built-in layers run on a few numbers. */
#include "explain/example.h"

#include "core/blob.h"
#include "core/text.h"
#include "layer/registry.h"
#include "layer/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 512, WORD = 48, PARTS = 16 };

const struct gck_row *gck_example_find(const struct gck_example *example, const char *name)
{
    for (unsigned i = 0; i < example->names; i++)
        if (strcmp(example->known[i].name, name) == 0)
            return &example->known[i].row;
    return NULL;
}

bool gck_example_set(struct gck_example *example, const char *name, const struct gck_row *row)
{
    unsigned i = 0;

    while (i < example->names && strcmp(example->known[i].name, name) != 0)
        i++;
    if (i == GCK_EXAMPLE_NAMES || strlen(name) >= sizeof example->known[i].name)
        return false;
    if (i == example->names)
        example->names++;
    GCK_COPY(example->known[i].name, name);
    example->known[i].row = *row;
    return true;
}

/* ---- reading the line ---- */

/* One "port 2x1 = 1 3" of it, cut at its words. */
struct part {
    char kind[WORD];  /* the first word: a port, "weight", "param", "top" */
    char name[WORD];  /* the second: a shape; of param and top the name */
    char text[WORD];  /* of param: the value */
    struct gck_row row;
};

static bool read_part(const char *text, struct part *part)
{
    const char *equals = strchr(text, '=');
    char *end;

    memset(part, 0, sizeof *part);
    if (equals == NULL || sscanf(text, " %47[^ =] %47[^ =]", part->kind, part->name) < 1)
        return false;
    sscanf(equals + 1, " %47[^; ]", part->text);
    for (const char *at = equals + 1; part->row.count < GCK_EXAMPLE_NUMBERS; at = end) {
        const double value = strtod(at, &end);

        if (end == at)
            return true;
        part->row.value[part->row.count++] = value;
    }
    return false;
}

static unsigned read_parts(const char *line, char *label, char *layer, struct part *part, bool *good)
{
    char copy[LINE], *rest, *word = copy, *colon;
    unsigned parts = 0;

    GCK_COPY(copy, line);
    strtok_r(copy, ";", &rest);
    colon = strchr(copy, ':');
    if (colon != NULL) {
        *colon = '\0';
        snprintf(label, WORD, "%.40s.", copy + strspn(copy, " "));
        word = colon + 1;
    }
    *good = sscanf(word, " %47s", layer) == 1;
    for (char *text = strtok_r(NULL, ";", &rest); text != NULL && *good; text = strtok_r(NULL, ";", &rest))
        *good = parts < PARTS && read_part(text, &part[parts++]);
    return parts;
}

/* ---- running it ---- */

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* The port's shape, a parameter, or nothing that the set-up has to know. */
static void give(struct gck_options *options, const struct part *part)
{
    if (same(part->kind, "param"))
        options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_PARAM, part->name, part->text };
    else if (!same(part->kind, "weight") && !same(part->kind, "top"))
        options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_SHAPE, part->kind, part->name };
}

static struct gck_blob *blob_of(struct gck_rig *rig, const char *name)
{
    const struct gck_setup *const setup = rig->setup;

    for (unsigned i = 0; i < setup->bottoms; i++)
        if (same(setup->bottom[i].name, name))
            return &rig->bottom[i];
    for (unsigned i = 0; i < setup->weights; i++)
        if (same(setup->weight[i].name, name))
            return &rig->weight[i];
    for (unsigned t = 0; t < setup->tops; t++)
        if (same(rig->layer->top[t].name, name))
            return &rig->top[t];
    return NULL;
}

/* Writes the values into the blob's data, or its diff. */
static enum gck_status pour(struct gck_rig *rig, const char *name, const struct gck_row *row, bool diff, char *message)
{
    struct gck_blob *const blob = blob_of(rig, name);

    if (blob == NULL || blob->count != row->count)
        return gck_say(message, GCK_ESHAPE, "%s holds %zu numbers, and %zu are given", name,
                       blob == NULL ? (size_t)0 : blob->count, row->count);
    gck_poke_all(diff ? blob->diff : blob->data, blob->real_size, blob->count, row->value);
    return GCK_OK;
}

static bool keep(struct gck_example *example, const char *label, const char *prefix, const char *name,
                 const struct gck_blob *blob, const void *array)
{
    struct gck_row row = { .count = blob->count };
    char whole[3 * WORD];

    if (array == NULL || blob->count > GCK_EXAMPLE_NUMBERS)
        return true;
    gck_peek_all(array, blob->real_size, blob->count, row.value);
    snprintf(whole, sizeof whole, "%s%s%s", label, prefix, name);
    return gck_example_set(example, whole, &row);
}

static bool keep_number(struct gck_example *example, const char *label, const char *name, double value)
{
    const struct gck_row row = { 1, { value } };
    char whole[2 * WORD];

    snprintf(whole, sizeof whole, "%s%s", label, name);
    return gck_example_set(example, whole, &row);
}

static bool keep_all(struct gck_example *example, const char *label, const struct gck_rig *rig)
{
    const struct gck_setup *const setup = rig->setup;
    bool kept = keep_number(example, label, "num", (double)rig->num)
                && keep_number(example, label, "w", rig->loss_weight)
                && keep_number(example, label, "E", gck_rig_objective(rig));

    for (unsigned i = 0; i < setup->bottoms; i++)
        kept = kept && keep(example, label, "", setup->bottom[i].name, &rig->bottom[i], rig->bottom[i].data)
               && (setup->bottom[i].port->constant
                   || keep(example, label, "d.", setup->bottom[i].name, &rig->bottom[i], rig->bottom[i].diff));
    for (unsigned i = 0; i < setup->weights; i++)
        kept = kept && keep(example, label, "", setup->weight[i].name, &rig->weight[i], rig->weight[i].data)
               && keep(example, label, "d.", setup->weight[i].name, &rig->weight[i], rig->weight[i].diff);
    for (unsigned t = 0; t < setup->tops; t++)
        kept = kept && keep(example, label, "", rig->layer->top[t].name, &rig->top[t], rig->top[t].data);
    return kept;
}

static enum gck_status drive(struct gck_rig *rig, const struct part *part, unsigned parts, char *message)
{
    enum gck_status status = GCK_OK;

    gck_rig_weigh(rig, 1);
    for (unsigned i = 0; i < parts && status == GCK_OK; i++)
        if (same(part[i].kind, "weight") && part[i].name[0] == '\0')
            gck_rig_weigh(rig, part[i].row.value[0]);
        else if (same(part[i].kind, "top"))
            status = pour(rig, part[i].name, &part[i].row, true, message);
        else if (!same(part[i].kind, "param"))
            status = pour(rig, part[i].kind, &part[i].row, false, message);
    for (unsigned i = 0; i < rig->setup->weights; i++) /* they are added to */
        gck_poke_each(rig->weight[i].diff, rig->weight[i].real_size, rig->weight[i].count, 0);
    if (status == GCK_OK && ((status = gck_rig_forward(rig)) != GCK_OK || (status = gck_rig_backward(rig)) != GCK_OK))
        gck_say(message, status, "%s", rig->message);
    return status;
}

enum gck_status gck_example_run(struct gck_example *example, const char *line, char *message)
{
    struct gck_options options = gck_options_default();
    char label[WORD] = "", name[WORD];
    struct part part[PARTS];
    struct gck_setup setup = { 0 };
    struct gck_rig *const rig = calloc(1, sizeof *rig);
    const struct gck_layer *layer;
    enum gck_status status;
    bool good;
    const unsigned parts = read_parts(line, label, name, part, &good);

    if (rig == NULL)
        return gck_say(message, GCK_EMEMORY, "out of memory");
    layer = good ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL;
    if (layer == NULL) {
        free(rig);
        return gck_say(message, GCK_EUSAGE, "this cannot be run: %s", line);
    }
    for (unsigned i = 0; i < parts; i++)
        give(&options, &part[i]);
    status = gck_setup_open(&setup, layer, &options, message);
    if (status == GCK_OK)
        status = gck_setup_load(&setup, message);
    if (status == GCK_OK && (status = gck_rig_open(rig, layer, &setup, 0, message)) == GCK_OK) {
        status = drive(rig, part, parts, message);
        if (status == GCK_OK && !keep_all(example, label, rig))
            status = gck_say(message, GCK_EMEMORY, "too many numbers: %s", line);
    }
    gck_rig_close(rig);
    gck_setup_close(&setup);
    free(rig);
    return status;
}
