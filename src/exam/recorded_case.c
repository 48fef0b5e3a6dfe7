/* recorded_case.c -- one recorded case, read from its JSON and judged. */
#include "exam/recorded_case.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum gck_status read_numbers(struct gck_case_blob *blob, const json_t *array, const char *what,
                                    char *message)
{
    if (!json_is_array(array) || json_array_size(array) == 0)
        return gck_say(message, GCK_EFORMAT, "%s is no array of numbers", what);
    blob->count = json_array_size(array);
    blob->data = malloc(blob->count * sizeof *blob->data);
    if (blob->data == NULL)
        return gck_say(message, GCK_EMEMORY, "no memory for %zu numbers", blob->count);
    for (size_t i = 0; i < blob->count; i++) {
        const json_t *const number = json_array_get(array, i);

        blob->data[i] = json_number_value(number);
        if (!json_is_number(number) || !isfinite(blob->data[i]))
            return gck_say(message, GCK_EFORMAT, "%s[%zu] is not a finite number", what, i);
    }
    return GCK_OK;
}

/* {"name":..., "shape":[...], "data":[...]} */
static enum gck_status read_blob(struct gck_case_blob *blob, const json_t *json, const char *what,
                                 char *message)
{
    const json_t *const shape = json_object_get(json, "shape");
    const char *const name = json_string_value(json_object_get(json, "name"));
    enum gck_status status = read_numbers(blob, json_object_get(json, "data"), what, message);
    size_t product = 1;

    if (status != GCK_OK)
        return status;
    if (name != NULL)
        GCK_COPY(blob->name, name);
    if (!json_is_array(shape) || json_array_size(shape) > GCK_MAX_AXES)
        return gck_say(message, GCK_EFORMAT, "%s has no shape of at most %d dims", what, GCK_MAX_AXES);
    for (size_t a = 0; a < json_array_size(shape); a++) {
        const json_t *const dim = json_array_get(shape, a);
        const long long size = json_integer_value(dim);

        if (!json_is_integer(dim) || size < 1 || (size_t)size > blob->count)
            return gck_say(message, GCK_EFORMAT, "%s: dim %zu of its shape does not fit its %zu numbers", what,
                           a, blob->count);
        product = product > blob->count ? product : product * (size_t)size;
        gck_append(blob->shape, sizeof blob->shape, "%s%lld", a == 0 ? "" : "x", size);
    }
    if (product != blob->count)
        return gck_say(message, GCK_EFORMAT, "%s holds %zu numbers, its shape %s wants %zu", what,
                       blob->count, blob->shape[0] != '\0' ? blob->shape : "scalar", product);
    return GCK_OK;
}

/* An array of blobs (objects) or of plain arrays, null allowed there. Absent: none. */
static enum gck_status read_list(struct gck_case_blob *blob, unsigned *count, const json_t *json,
                                 const char *key, bool objects, char *message)
{
    const json_t *const list = json_object_get(json, key);
    enum gck_status status = GCK_OK;

    *count = 0;
    if (list == NULL)
        return GCK_OK;
    if (!json_is_array(list) || json_array_size(list) > GCK_MAX_PORTS)
        return gck_say(message, GCK_EFORMAT, "\"%s\" is no list of at most %d", key, GCK_MAX_PORTS);
    for (size_t i = 0; i < json_array_size(list) && status == GCK_OK; i++) {
        const json_t *const entry = json_array_get(list, i);
        char what[GCK_NAME_SIZE];

        snprintf(what, sizeof what, "%s[%zu]", key, i);
        if (objects)
            status = read_blob(&blob[i], entry, what, message);
        else if (!json_is_null(entry))
            status = read_numbers(&blob[i], entry, what, message);
        *count = (unsigned)i + 1;
    }
    return status;
}

/* Names as the layer has them, in its order where the file gives none. */
static enum gck_status name_blobs(struct gck_case_blob *blob, unsigned count, const struct gck_port *port,
                                  const char *kind, char *message)
{
    for (unsigned i = 0; i < count; i++) {
        bool known = false;

        if (blob[i].name[0] == '\0' && port != NULL && port[i].name != NULL)
            GCK_COPY(blob[i].name, port[i].name);
        known = port != NULL && port[i].name != NULL && strcmp(blob[i].name, port[i].name) == 0;
        if (!known)
            return gck_say(message, GCK_ENAME, "%s %u is called %s, the layer's is %s", kind, i,
                           blob[i].name[0] != '\0' ? blob[i].name : "nothing",
                           port != NULL && port[i].name != NULL ? port[i].name : "missing");
        if (port[i + 1].name == NULL && i + 1 < count)
            return gck_say(message, GCK_ENAME, "there are %u of \"%s\", the layer has %u", count, kind, i + 1);
    }
    return GCK_OK;
}

static enum gck_status counts_fit(const struct gck_case_blob *blob, const struct gck_case_blob *diff,
                                  unsigned blobs, unsigned diffs, const char *kind, char *message)
{
    if (diffs != 0 && diffs != blobs)
        return gck_say(message, GCK_EFORMAT, "\"%s_diff\" has %u entries, \"%s\" %u", kind, diffs, kind, blobs);
    for (unsigned i = 0; i < diffs; i++)
        if (diff[i].data != NULL && diff[i].count != blob[i].count)
            return gck_say(message, GCK_EFORMAT, "%s_diff[%u] holds %zu numbers, %s[%u] %zu", kind, i,
                           diff[i].count, kind, i, blob[i].count);
    return GCK_OK;
}

static enum gck_status read_params(struct gck_case *c, const json_t *json, struct gck_options *options,
                                   char *message)
{
    const char *key;
    json_t *value;
    unsigned used = 0;

    json_object_foreach((json_t *)json, key, value) {
        if (used == GCK_MAX_PARAMS)
            return gck_say(message, GCK_EFORMAT, "more than %d parameters", GCK_MAX_PARAMS);
        if (json_is_string(value))
            GCK_COPY(c->param[used], json_string_value(value));
        else if (json_is_boolean(value))
            GCK_COPY(c->param[used], json_is_true(value) ? "true" : "false");
        else if (json_is_number(value))
            snprintf(c->param[used], sizeof c->param[used], "%.17g", json_number_value(value));
        else
            return gck_say(message, GCK_EFORMAT, "parameter %s is no number, word or truth value", key);
        options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_PARAM, key, c->param[used++] };
    }
    return GCK_OK;
}

static void give_shapes(const struct gck_case_blob *blob, unsigned count, struct gck_options *options)
{
    for (unsigned i = 0; i < count; i++)
        options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_SHAPE, blob[i].name, blob[i].shape };
}

enum gck_status gck_case_read(struct gck_case *c, const json_t *json, const struct gck_layer *layer,
                              struct gck_options *options, char *message)
{
    const char *const id = json_string_value(json_object_get(json, "id"));
    const char *const dtype = json_string_value(json_object_get(json, "dtype"));
    const json_t *const weight = json_object_get(json, "loss_weight");
    unsigned bottom_diffs = 0, weight_diffs = 0;
    bool anything;
    enum gck_status status;

    memset(c, 0, sizeof *c);
    if (id != NULL)
        GCK_COPY(c->id, id);
    if (dtype == NULL || (strcmp(dtype, "float") != 0 && strcmp(dtype, "double") != 0))
        return gck_say(message, GCK_EFORMAT, "\"dtype\" is %s, not float or double",
                       dtype != NULL ? dtype : "missing");
    c->type = strcmp(dtype, "float") == 0 ? GCK_TYPE_FLOAT : GCK_TYPE_DOUBLE;
    c->loss_weight = weight == NULL ? 1 : json_number_value(weight);
    if (weight != NULL && !json_is_number(weight))
        return gck_say(message, GCK_EFORMAT, "\"loss_weight\" is no number");
    if ((status = read_list(c->bottom, &c->bottoms, json, "bottom", true, message)) != GCK_OK
        || (status = read_list(c->weight, &c->weights, json, "weight", true, message)) != GCK_OK
        || (status = read_list(c->top, &c->tops, json, "top", true, message)) != GCK_OK
        || (status = read_list(c->top_diff, &c->top_diffs, json, "top_diff", false, message)) != GCK_OK
        || (status = read_list(c->bottom_diff, &bottom_diffs, json, "bottom_diff", false, message)) != GCK_OK
        || (status = read_list(c->weight_diff, &weight_diffs, json, "weight_diff", false, message)) != GCK_OK
        || (status = name_blobs(c->bottom, c->bottoms, layer->bottom, "bottom", message)) != GCK_OK
        || (status = name_blobs(c->weight, c->weights, layer->weight, "weight", message)) != GCK_OK
        || (status = counts_fit(c->bottom, c->bottom_diff, c->bottoms, bottom_diffs, "bottom", message)) != GCK_OK
        || (status = counts_fit(c->weight, c->weight_diff, c->weights, weight_diffs, "weight", message)) != GCK_OK)
        return status;
    anything = c->tops > 0;
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
        anything = anything || c->bottom_diff[i].data != NULL || c->weight_diff[i].data != NULL;
    if (c->bottoms == 0 || !anything)
        return gck_say(message, GCK_EFORMAT, c->bottoms == 0 ? "there is no \"bottom\""
                                                             : "it records nothing that could be compared");
    for (unsigned t = 0; t < c->top_diffs; t++)
        if (c->top_diff[t].data == NULL)
            return gck_say(message, GCK_EFORMAT, "top_diff[%u] is null", t);
    give_shapes(c->bottom, c->bottoms, options);
    give_shapes(c->weight, c->weights, options);
    return read_params(c, json_object_get(json, "param"), options, message);
}

void gck_case_free(struct gck_case *c)
{
    struct gck_case_blob *const list[] = { c->bottom, c->bottom_diff, c->top, c->top_diff, c->weight,
                                           c->weight_diff };

    for (size_t l = 0; l < sizeof list / sizeof list[0]; l++)
        for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
            free(list[l][i].data);
            list[l][i].data = NULL;
        }
}
