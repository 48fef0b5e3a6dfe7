/* setup.c -- the question resolved: with which shapes, parameters and data a layer is driven. */
#include "layer/setup.h"

#include "core/blob.h"
#include "core/npy.h"
#include "core/text.h"
#include "layer/drawn.h"
#include "layer/param.h"
#include "layer/symbols.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gck_options gck_options_default(void)
{
    const struct gck_options options = {
        .seed = 1701,
        .weight = { 1, 2, -1, 0, 1.375 },
        .weights = 5,
        .scale = 1,
        .seconds = 60,
        .megabytes = 4096,
    };

    return options;
}

bool gck_shape_read(const char *text, struct gck_shape *shape)
{
    memset(shape, 0, sizeof *shape);
    for (;;) {
        const size_t digits = strspn(text, "0123456789");
        char number[24];

        if (digits == 0 || digits >= sizeof number || shape->axes == GCK_MAX_AXES)
            return false;
        memcpy(number, text, digits);
        number[digits] = '\0';
        if (!gck_read_size(number, &shape->dim[shape->axes++]))
            return false;
        text += digits;
        if (*text == '\0')
            return true;
        if (*text++ != 'x')
            return false;
    }
}

static const struct gck_given *given(const struct gck_options *options, enum gck_given_kind kind,
                                     const char *name)
{
    for (unsigned i = options->givens; i-- > 0;) /* the last one counts */
        if (options->given[i].kind == kind && strcmp(options->given[i].name, name) == 0)
            return &options->given[i];
    return NULL;
}

static bool named(const struct gck_options *options, const char *name)
{
    return given(options, GCK_GIVEN_SHAPE, name) != NULL
           || given(options, GCK_GIVEN_BOTTOM, name) != NULL;
}

/* Which bottoms there are: optional ones when they are named, repeated ones twice or as often as named. */
static enum gck_status list_bottoms(struct gck_setup *setup, char *message)
{
    for (const struct gck_port *port = setup->layer->bottom; port->name != NULL; port++) {
        unsigned times = port->optional && !named(setup->options, port->name) ? 0 : 1;
        char name[GCK_NAME_SIZE];

        if (port->repeated)
            for (times = 2; times < GCK_MAX_PORTS; times++) {
                snprintf(name, sizeof name, "%s%u", port->name, times);
                if (!named(setup->options, name))
                    break;
            }
        for (unsigned i = 0; i < times; i++) {
            if (setup->bottoms == GCK_MAX_PORTS)
                return gck_say(message, GCK_ESHAPE, "%s takes more than %d bottoms",
                               setup->layer->name, GCK_MAX_PORTS);
            if (port->repeated)
                snprintf(name, sizeof name, "%s%u", port->name, i);
            else
                GCK_COPY(name, port->name);
            GCK_COPY(setup->bottom[setup->bottoms].name, name);
            setup->bottom[setup->bottoms++].port = port;
        }
    }
    for (const struct gck_port *port = setup->layer->weight; port != NULL && port->name != NULL;
         port++) {
        GCK_COPY(setup->weight[setup->weights].name, port->name);
        setup->weight[setup->weights++].port = port;
    }
    while (setup->layer->top[setup->tops].name != NULL)
        setup->top_weight[setup->tops++] = 1;
    return GCK_OK;
}

/* Every name that the user gave has to be one that the layer has. */
static enum gck_status judge_names(const struct gck_setup *setup, char *message)
{
    static const char *const symbols[] = { "N", "C", "S", "K", NULL };
    const char *port[2 * GCK_MAX_PORTS + 1] = { NULL }, *top[GCK_MAX_PORTS + 1] = { NULL };
    unsigned ports = 0;

    for (const struct gck_port *p = setup->layer->bottom; p->name != NULL; p++)
        if (!p->repeated)
            port[ports++] = p->name;
    for (unsigned i = 0; i < setup->bottoms; i++)
        if (setup->bottom[i].port->repeated)
            port[ports++] = setup->bottom[i].name;
    for (unsigned i = 0; i < setup->weights; i++)
        port[ports++] = setup->weight[i].name;
    for (unsigned i = 0; i < setup->tops; i++)
        top[i] = setup->layer->top[i].name;

    for (unsigned i = 0; i < setup->options->givens; i++) {
        const struct gck_given *const g = &setup->options->given[i];
        const char *const *const names = g->kind == GCK_GIVEN_DIM   ? symbols
                                         : g->kind == GCK_GIVEN_TOP ? top
                                                                    : port;
        const char *const kind = g->kind == GCK_GIVEN_DIM   ? "dim"
                                 : g->kind == GCK_GIVEN_TOP ? "top"
                                                            : "bottom or weight";
        bool known = g->kind == GCK_GIVEN_PARAM; /* judged where parameters are read */
        char near[GCK_MESSAGE_SIZE];

        for (unsigned n = 0; names[n] != NULL; n++)
            known = known || strcmp(names[n], g->name) == 0;
        if (!known)
            return gck_say(message, GCK_ENAME, "%s has no %s %s%s", setup->layer->name, kind, g->name,
                           gck_nearest(g->name, names, near, sizeof near));
    }
    return GCK_OK;
}

/* The user's shape and data of one port, where there are some. */
static enum gck_status read_port(struct gck_setup *setup, struct gck_symbols *symbols, bool weight,
                                 unsigned i, char *message)
{
    const struct gck_port *const port = weight ? setup->weight[i].port : setup->bottom[i].port;
    const char *const name = weight ? setup->weight[i].name : setup->bottom[i].name;
    struct gck_shape *const shape = weight ? &setup->weight[i].shape : &setup->bottom[i].shape;
    const struct gck_given *const file = given(setup->options, GCK_GIVEN_BOTTOM, name);
    const struct gck_given *const asked = given(setup->options, GCK_GIVEN_SHAPE, name);
    char source[GCK_MESSAGE_SIZE], text[GCK_SHAPE_TEXT];
    struct gck_shape wanted;
    size_t count;

    if (asked != NULL) {
        if (!gck_shape_read(asked->value, &wanted))
            return gck_say(message, GCK_EUSAGE,
                           "--shape %s=%s: a shape is written 5x7x3, with at most %d axes", name,
                           asked->value, GCK_MAX_AXES);
        if (!gck_shape_size(&wanted, sizeof(double), &count))
            return gck_say(message, GCK_ESHAPE,
                           "--shape %s=%s is impossible: a dim is 0 or there are too many elements",
                           name, asked->value);
        snprintf(source, sizeof source, "--shape %s=%s", name, asked->value);
    }
    if (file != NULL) {
        const enum gck_status status = gck_npy_shape(file->value, shape, message);

        if (status != GCK_OK)
            return status;
        snprintf(source, sizeof source, "--bottom %s=%s (%s)", name, file->value,
                 gck_shape_text(shape, text));
        if (asked != NULL
            && gck_shape_count(shape, 0, shape->axes) != gck_shape_count(&wanted, 0, wanted.axes))
            return gck_say(message, GCK_ESHAPE, "--shape %s=%s holds %zu numbers, %s holds %zu", name,
                           asked->value, gck_shape_count(&wanted, 0, wanted.axes), file->value,
                           gck_shape_count(shape, 0, shape->axes));
        if (weight)
            setup->weight[i].from = file->value;
        else
            setup->bottom[i].from = file->value;
    }
    if (asked != NULL)
        *shape = wanted;
    if (!weight)
        setup->bottom[i].rows = shape->axes > 0 ? shape->dim[0] : 1;
    if (asked == NULL && file == NULL)
        return GCK_OK;
    return gck_symbols_match(symbols, port, setup, shape, source, message);
}

static enum gck_status read_tops(struct gck_setup *setup, char *message)
{
    for (unsigned t = 0; t < setup->tops; t++) {
        const struct gck_given *const g = given(setup->options, GCK_GIVEN_TOP,
                                                setup->layer->top[t].name);

        if (g != NULL && !gck_read_double(g->value, &setup->top_weight[t]))
            return gck_say(message, GCK_EUSAGE, "--loss-weight %s=%s: %s is not a number", g->name,
                           g->value, g->value);
    }
    return GCK_OK;
}

/* What a type can count with: a weight between these in size, times the numbers of a loss and the few powers of two by
 * which the exams multiply it, neither overflows nor vanishes. */
static enum gck_status judge_weights(const struct gck_setup *setup, char *message)
{
    const bool narrow = setup->layer->type == GCK_TYPE_FLOAT;
    const double least = narrow ? 1e-30 : 1e-290, most = narrow ? 1e30 : 1e290;

    for (unsigned i = 0; i < setup->options->weights; i++)
        for (unsigned t = 0; t < setup->tops; t++) {
            const double weight = setup->options->weight[i] * setup->top_weight[t], size = fabs(weight);

            if (weight != 0 && !(size >= least && size <= most))
                return gck_say(message, GCK_EDATA, "loss weight %g of top %s: in %s it has to be 0 or from %g to %g in size%s",
                               weight, setup->layer->top[t].name, narrow ? "float" : "double", least, most,
                               narrow && size >= 1e-290 && size <= 1e290 ? " (--dtype double takes it)" : "");
        }
    return GCK_OK;
}

static void copy_dims(struct gck_setup *setup, const struct gck_symbols *symbols)
{
    for (unsigned s = 0; s < GCK_DIMS; s++)
        setup->dim[s] = symbols->used & 1u << s ? symbols->size[s] : 0;
}

/* The shapes that the symbols give to the ports that the user left open. */
static enum gck_status give_shapes(struct gck_setup *setup, const struct gck_symbols *symbols,
                                   bool all, char *message)
{
    enum gck_status status = GCK_OK;
    size_t count;

    for (unsigned i = 0; i < setup->bottoms + setup->weights && status == GCK_OK; i++) {
        const bool weight = i >= setup->bottoms;
        const unsigned k = weight ? i - setup->bottoms : i;
        const struct gck_port *const port = weight ? setup->weight[k].port : setup->bottom[k].port;
        struct gck_shape *const shape = weight ? &setup->weight[k].shape : &setup->bottom[k].shape;
        char text[GCK_SHAPE_TEXT];

        if (all || shape->axes == 0)
            gck_symbols_shape(symbols, port, setup, shape);
        if (!weight)
            setup->bottom[k].batched = gck_symbols_batched(port, setup) && shape->axes > 0;
        if (!gck_shape_size(shape, sizeof(double), &count))
            status = gck_say(message, GCK_ESHAPE, "%s %s holds more numbers than this machine can count",
                             port->name, gck_shape_text(shape, text));
    }
    return status;
}

enum gck_status gck_setup_open(struct gck_setup *setup, const struct gck_layer *layer,
                               const struct gck_options *options, char *message)
{
    struct gck_symbols symbols = { .used = 0 };
    enum gck_status status;

    memset(setup, 0, sizeof *setup);
    setup->layer = layer;
    setup->options = options;
    setup->drawn = gck_drawn_new();
    if ((status = list_bottoms(setup, message)) != GCK_OK
        || (status = judge_names(setup, message)) != GCK_OK
        || (status = gck_param_read(setup, message)) != GCK_OK
        || (status = read_tops(setup, message)) != GCK_OK
        || (status = judge_weights(setup, message)) != GCK_OK
        || (status = gck_symbols_open(&symbols, setup, message)) != GCK_OK)
        return status;
    for (unsigned i = 0; i < setup->bottoms && status == GCK_OK; i++)
        status = read_port(setup, &symbols, false, i, message);
    for (unsigned i = 0; i < setup->weights && status == GCK_OK; i++)
        status = read_port(setup, &symbols, true, i, message);
    if (status != GCK_OK || (status = gck_symbols_solve(&symbols, message)) != GCK_OK)
        return status;
    copy_dims(setup, &symbols);
    gck_param_tie(setup);
    return give_shapes(setup, &symbols, false, message);
}

/* A number that a float cannot hold would be infinite before the layer has seen it. */
static enum gck_status judge_size(const struct gck_setup *setup, const char *from, const double *data, size_t count,
                                  char *message)
{
    for (size_t i = 0; i < count && setup->layer->type == GCK_TYPE_FLOAT; i++)
        if (isinf((float)data[i]))
            return gck_say(message, GCK_EDATA, "%s holds %g (number %zu), and a float at most %g: --dtype double takes it", from,
                           data[i], i, (double)FLT_MAX);
    return GCK_OK;
}

enum gck_status gck_setup_load(struct gck_setup *setup, char *message)
{
    enum gck_status status = GCK_OK;

    for (unsigned i = 0; i < setup->bottoms + setup->weights && status == GCK_OK; i++) {
        const bool weight = i >= setup->bottoms;
        const unsigned k = weight ? i - setup->bottoms : i;
        const char *const from = weight ? setup->weight[k].from : setup->bottom[k].from;
        const struct gck_shape *const shape = weight ? &setup->weight[k].shape : &setup->bottom[k].shape;
        double **const data = weight ? &setup->weight[k].data : &setup->bottom[k].data;
        struct gck_shape found;

        if (from == NULL || *data != NULL)
            continue;
        status = gck_npy_read(from, &found, data, message);
        if (status == GCK_OK && gck_shape_count(&found, 0, found.axes) != gck_shape_count(shape, 0, shape->axes))
            status = gck_say(message, GCK_EFILE, "%s became another file while it was read", from);
        if (status == GCK_OK)
            status = judge_size(setup, from, *data, gck_shape_count(shape, 0, shape->axes), message);
    }
    return status;
}

void gck_setup_close(struct gck_setup *setup)
{
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        free(setup->bottom[i].data);
        free(setup->weight[i].data);
        setup->bottom[i].data = setup->weight[i].data = NULL;
    }
    gck_drawn_free(setup->drawn);
    setup->drawn = NULL;
}

/* The user's data, once more. */
static bool copy_data(double **to, const double *from, const struct gck_shape *shape)
{
    const size_t count = gck_shape_count(shape, 0, shape->axes);

    if (from == NULL)
        return true;
    *to = malloc(count * sizeof **to);
    if (*to != NULL)
        memcpy(*to, from, count * sizeof **to);
    return *to != NULL;
}

/* Another num: rows come and go, all else stays. */
static bool renumber(struct gck_setup *changed, const struct gck_setup *setup)
{
    bool done = true;

    for (unsigned i = 0; i < setup->bottoms; i++) {
        done = copy_data(&changed->bottom[i].data, setup->bottom[i].data, &setup->bottom[i].shape) && done;
        if (changed->bottom[i].batched)
            changed->bottom[i].shape.dim[0] = changed->dim[0];
    }
    for (unsigned i = 0; i < setup->weights; i++)
        done = copy_data(&changed->weight[i].data, setup->weight[i].data, &setup->weight[i].shape) && done;
    return done;
}

bool gck_setup_change(struct gck_setup *changed, const struct gck_setup *setup, const size_t size[GCK_DIMS])
{
    struct gck_symbols symbols = { .used = 0 };
    char message[GCK_MESSAGE_SIZE];
    bool only_num = true;

    *changed = *setup;
    changed->drawn = gck_drawn_new();
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
        changed->bottom[i].data = changed->weight[i].data = NULL;
    for (unsigned s = 0; s < GCK_DIMS; s++) {
        if (size[s] == 0 || size[s] == setup->dim[s])
            continue;
        if (setup->dim[s] == 0)
            return false;
        changed->dim[s] = size[s];
        only_num = only_num && s == 0;
    }
    if (only_num)
        return renumber(changed, setup);
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
        changed->bottom[i].from = changed->weight[i].from = NULL;
    for (unsigned i = 0; i < setup->bottoms; i++)
        if (!gck_symbols_fit(setup->bottom[i].port, &setup->bottom[i].shape))
            return false;
    for (unsigned s = 0; s < GCK_DIMS; s++)
        if (setup->dim[s] != 0) {
            symbols.used |= 1u << s;
            symbols.size[s] = changed->dim[s];
        }
    gck_param_tie(changed);
    return give_shapes(changed, &symbols, true, message) == GCK_OK;
}
