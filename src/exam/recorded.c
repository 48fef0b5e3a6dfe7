/* recorded.c -- recorded cases: inputs with the loss and the diffs that another system computed for them. */
#include "exam/recorded.h"

#include "core/blob.h"
#include "core/text.h"
#include "exam/recorded_case.h"
#include "layer/rig.h"

#include <jansson.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum gck_status gck_recorded_open(struct gck_recorded *recorded, const char *path, char *message)
{
    FILE *const file = fopen(path, "rb");
    json_error_t error;
    const json_t *cases;

    memset(recorded, 0, sizeof *recorded);
    recorded->path = path;
    if (file == NULL)
        return gck_say(message, GCK_EFILE, "%s cannot be read: %s", path, strerror(errno));
    recorded->root = json_loadf(file, 0, &error);
    fclose(file);
    if (recorded->root == NULL)
        return gck_say(message, GCK_EFORMAT, "%s:%d:%d: %s", path, error.line, error.column, error.text);
    if (json_integer_value(json_object_get(recorded->root, "gradcheck_cases")) != 1)
        return gck_say(message, GCK_EFORMAT, "%s holds no \"gradcheck_cases\":1, so no recorded cases", path);
    recorded->layer = json_string_value(json_object_get(recorded->root, "layer"));
    recorded->source = json_string_value(json_object_get(recorded->root, "source"));
    cases = json_object_get(recorded->root, "cases");
    if (recorded->layer == NULL || !json_is_array(cases))
        return gck_say(message, GCK_EFORMAT, "%s: \"%s\" is missing or of the wrong kind", path,
                       recorded->layer == NULL ? "layer" : "cases");
    recorded->cases = json_array_size(cases);
    if (recorded->source == NULL)
        recorded->source = "";
    return recorded->cases > 0 ? GCK_OK : gck_say(message, GCK_EEMPTY, "%s holds no case", path);
}

void gck_recorded_close(struct gck_recorded *recorded)
{
    json_decref(recorded->root);
    recorded->root = NULL;
}

/* Hands the case's numbers to the rig. */
static void refill(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    const struct gck_case *const c = context;

    for (unsigned k = 0; k < c->bottoms + c->weights; k++) {
        const struct gck_case_blob *const blob = k < c->bottoms ? &c->bottom[k] : &c->weight[k - c->bottoms];

        if (strcmp(blob->name, port) == 0)
            memcpy(value, blob->data, gck_shape_count(shape, 0, shape->axes) * sizeof *value);
    }
}

/* Ours against recorded: sample by sample where samples count `length` elements. */
static double compare(const struct gck_case_blob *recorded, const void *ours, size_t real_size,
                      size_t length, double room, double tolerance, const char *what,
                      struct gck_agreement *agreement)
{
    double worst = 0;

    for (size_t start = 0; start < recorded->count; start += length) {
        double largest = 0;

        for (size_t i = start; i < start + length; i++)
            largest = fmax(largest, fabs(recorded->data[i]));
        for (size_t i = start; i < start + length; i++) {
            const double value = gck_peek(ours, real_size, i), off = fabs(value - recorded->data[i]);

            if (off <= room)
                continue;
            worst = fmax(worst, largest > 0 ? off / largest : HUGE_VAL);
            if (off <= tolerance * largest)
                continue;
            if (agreement->agrees)
                snprintf(agreement->why, sizeof agreement->why,
                         "%s[%zu] is %.17g, recorded %.17g: off by %.2g of the largest of its sample, %g allowed",
                         what, i, value, recorded->data[i], largest > 0 ? off / largest : off, tolerance);
            agreement->agrees = false;
        }
    }
    return worst;
}

static void compare_all(const struct gck_case *c, const struct gck_rig *rig, struct gck_agreement *agreement)
{
    const double tolerance = agreement->type == GCK_TYPE_FLOAT ? GCK_RECORDED_FLOAT : GCK_RECORDED_DOUBLE;
    double room = fabs(c->loss_weight) * 0x1p-53;
    char what[2 * GCK_NAME_SIZE];

    for (unsigned t = 0; t < c->top_diffs; t++)
        for (size_t i = 0; i < c->top_diff[t].count; i++)
            room = fmax(room, fabs(c->top_diff[t].data[i]) * 0x1p-53);
    for (unsigned t = 0; t < c->tops; t++) {
        const size_t length = gck_rig_top_batched(rig, t) ? rig->top[t].count / rig->num : rig->top[t].count;

        agreement->loss_error = fmax(agreement->loss_error,
                                     compare(&c->top[t], rig->top[t].data, rig->top[t].real_size, length, 0,
                                             tolerance, rig->layer->top[t].name, agreement));
    }
    for (unsigned i = 0; i < c->bottoms; i++)
        if (c->bottom_diff[i].data != NULL) {
            const struct gck_blob *const blob = &rig->bottom[i];
            const bool batched = rig->setup->bottom[i].batched && blob->shape.dim[0] == rig->num;

            snprintf(what, sizeof what, "diff of %s", c->bottom[i].name);
            agreement->diff_error = fmax(agreement->diff_error,
                                         compare(&c->bottom_diff[i], blob->diff, blob->real_size,
                                                 batched ? blob->count / rig->num : blob->count, room,
                                                 tolerance, what, agreement));
        }
    for (unsigned i = 0; i < c->weights; i++)
        if (c->weight_diff[i].data != NULL) {
            snprintf(what, sizeof what, "diff of %s", c->weight[i].name);
            agreement->diff_error = fmax(agreement->diff_error,
                                         compare(&c->weight_diff[i], rig->weight[i].diff,
                                                 rig->weight[i].real_size, rig->weight[i].count, room,
                                                 tolerance, what, agreement));
        }
}

static enum gck_status run(const struct gck_case *c, struct gck_rig *rig, char *message)
{
    enum gck_status status = gck_rig_fill(rig, 0, rig->layer->type == GCK_TYPE_FLOAT);

    if (status != GCK_OK)
        return gck_say(message, status, "no memory for the data");
    if (c->bottoms != rig->setup->bottoms || c->weights != rig->setup->weights
        || c->tops > rig->setup->tops || c->top_diffs > rig->setup->tops)
        return gck_say(message, GCK_EFORMAT, "%u bottoms, %u weights and %u tops are recorded; %s has %u, %u and %u",
                       c->bottoms, c->weights, c->tops > c->top_diffs ? c->tops : c->top_diffs, rig->layer->name,
                       rig->setup->bottoms, rig->setup->weights, rig->setup->tops);
    gck_rig_weigh(rig, c->loss_weight);
    for (unsigned t = 0; t < c->top_diffs; t++) {
        if (c->top_diff[t].count != rig->top[t].count)
            return gck_say(message, GCK_EFORMAT, "top_diff[%u] holds %zu numbers, the top %zu", t,
                           c->top_diff[t].count, rig->top[t].count);
        gck_poke_all(rig->top[t].diff, rig->top[t].real_size, rig->top[t].count, c->top_diff[t].data);
    }
    for (unsigned t = 0; t < c->tops; t++)
        if (c->top[t].count != rig->top[t].count)
            return gck_say(message, GCK_EFORMAT, "top[%u] holds %zu numbers, the layer's top %zu", t,
                           c->top[t].count, rig->top[t].count);
    for (unsigned i = 0; i < c->bottoms; i++)
        rig->propagate_down[i] = c->bottom_diff[i].data != NULL;
    for (unsigned i = 0; i < rig->setup->weights; i++)
        gck_poke_each(rig->weight[i].diff, rig->weight[i].real_size, rig->weight[i].count, 0);
    status = gck_rig_forward(rig);
    if (status == GCK_OK)
        status = gck_rig_backward(rig);
    return status == GCK_OK ? GCK_OK : gck_say(message, status, "%s", rig->message);
}

enum gck_status gck_recorded_compare(const struct gck_recorded *recorded, size_t index,
                                     const struct gck_layer *float_layer,
                                     const struct gck_layer *double_layer,
                                     struct gck_agreement *agreement, char *message)
{
    struct gck_options options = gck_options_default();
    const struct gck_layer *layer = NULL;
    struct gck_setup setup;
    struct gck_rig rig;
    struct gck_case c;
    char why[GCK_MESSAGE_SIZE] = "";
    enum gck_status status;

    memset(agreement, 0, sizeof *agreement);
    memset(&setup, 0, sizeof setup);
    memset(&rig, 0, sizeof rig);
    snprintf(agreement->id, sizeof agreement->id, "%zu", index);
    status = gck_case_read(&c, json_array_get(json_object_get(recorded->root, "cases"), index),
                           double_layer != NULL ? double_layer : float_layer, &options, why);
    if (c.id[0] != '\0')
        GCK_COPY(agreement->id, c.id);
    if (status == GCK_OK) {
        agreement->type = c.type;
        layer = c.type == GCK_TYPE_FLOAT ? float_layer : double_layer;
        if (layer == NULL)
            status = gck_say(why, GCK_ENAME, "the layer has no %s version",
                             c.type == GCK_TYPE_FLOAT ? "float" : "double");
    }
    if (status == GCK_OK) {
        options.refill = refill;
        options.context = &c;
        status = gck_setup_open(&setup, layer, &options, why);
        if (status == GCK_OK)
            status = gck_setup_load(&setup, why);
    }
    if (status == GCK_OK)
        status = gck_rig_open(&rig, layer, &setup, 0, why);
    if (status == GCK_OK)
        status = run(&c, &rig, why);
    if (status == GCK_OK) {
        agreement->agrees = true;
        compare_all(&c, &rig, agreement);
    } else {
        gck_say(message, status, "%s: case %s: %s", recorded->path, agreement->id, why);
    }
    gck_rig_close(&rig);
    gck_setup_close(&setup);
    gck_case_free(&c);
    return status;
}
