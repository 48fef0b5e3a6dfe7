/* symbols.c -- N, C, S and K, solved from what is known of the shapes. */
#include "layer/symbols.h"

#include "core/text.h"
#include "layer/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char letter[GCK_DIMS] = { 'N', 'C', 'S', 'K' };

/* At N 5, C 7, S 3 and weight 11/8 the simple products of powers of these and 2 are distinct, so that a wrong
 * factor can be named. */
static const size_t usual[GCK_DIMS] = { 5, 7, 3, 4 };

static unsigned list_length(const struct gck_port *port)
{
    unsigned length = 0;

    while (length < GCK_MAX_AXES && port->dims[length] != 0)
        length++;
    return length;
}

/* Where the port's `axis` parameter puts C in a shape of that many axes; -1: as listed. */
static int moved_axis(const struct gck_port *port, const struct gck_setup *setup, unsigned axes)
{
    const int index = port->axis == NULL ? -1 : gck_param_index(setup->layer, port->axis);
    double axis;

    if (index < 0 || isnan(setup->param[index]))
        return -1;
    axis = setup->param[index] < 0 ? setup->param[index] + axes : setup->param[index];
    return axis >= 0 && axis < axes ? (int)axis : -1;
}

/* The port's list for a shape of that many axes: C moved to where the parameter says. */
static unsigned list_dims(const struct gck_port *port, const struct gck_setup *setup, unsigned axes,
                          unsigned dims[GCK_MAX_AXES])
{
    const unsigned length = list_length(port);
    const int axis = moved_axis(port, setup, axes);
    unsigned used = 0;

    memcpy(dims, port->dims, sizeof port->dims);
    if (axis < 0)
        return length;
    for (unsigned i = 0; i < length; i++)
        if (port->dims[i] != GCK_C)
            dims[used++] = port->dims[i];
    if ((unsigned)axis <= used) {
        memmove(dims + axis + 1, dims + axis, (used - (unsigned)axis) * sizeof dims[0]);
        dims[axis] = GCK_C;
    } else {
        dims[used] = GCK_C;
    }
    return length;
}

static enum gck_status learn(struct gck_symbols *symbols, unsigned dim, size_t size,
                             const char *source, char *message)
{
    for (unsigned s = 0; s < GCK_DIMS; s++) {
        if (dim != 1u << s)
            continue;
        if ((symbols->known & dim) != 0 && symbols->size[s] != size
            && (symbols->stated & dim) == 0 && dim != GCK_N)
            return GCK_OK; /* two shapes in which the same elements are axes of their own or not: the layer judges */
        if ((symbols->known & dim) != 0 && symbols->size[s] != size)
            return gck_say(message, GCK_ESHAPE, "%c is %zu by %s, but %zu by %s", letter[s],
                           symbols->size[s], symbols->source[s], size, source);
        if ((symbols->known & dim) == 0)
            GCK_COPY(symbols->source[s], source);
        symbols->known |= dim;
        symbols->size[s] = size;
        return GCK_OK;
    }
    if (symbols->products < sizeof symbols->product / sizeof symbols->product[0]) {
        symbols->product[symbols->products].symbols = dim;
        symbols->product[symbols->products].size = size;
        GCK_COPY(symbols->product[symbols->products].source, source);
        symbols->products++;
    }
    return GCK_OK;
}

enum gck_status gck_symbols_open(struct gck_symbols *symbols, const struct gck_setup *setup,
                                 char *message)
{
    const int output = gck_param_index(setup->layer, "num_output");
    char source[GCK_MESSAGE_SIZE];
    enum gck_status status = GCK_OK;

    memset(symbols, 0, sizeof *symbols);
    for (unsigned i = 0; i < setup->bottoms; i++)
        for (unsigned a = 0; a < list_length(setup->bottom[i].port); a++)
            symbols->used |= setup->bottom[i].port->dims[a];
    for (unsigned i = 0; i < setup->weights; i++)
        for (unsigned a = 0; a < list_length(setup->weight[i].port); a++)
            symbols->used |= setup->weight[i].port->dims[a];

    for (unsigned i = 0; i < setup->options->givens && status == GCK_OK; i++) {
        const struct gck_given *const given = &setup->options->given[i];
        const char *const at = strchr("NCSK", given->name[0]);
        size_t size;

        if (given->kind != GCK_GIVEN_DIM)
            continue;
        if (!gck_read_size(given->value, &size) || size == 0)
            return gck_say(message, GCK_EUSAGE, "%s=%s: a dim is a whole number from 1 on",
                           given->name, given->value);
        if ((symbols->used & 1u << (at - "NCSK")) == 0)
            return gck_say(message, GCK_ENAME, "%s has no dim %s", setup->layer->name, given->name);
        if (given->name[0] == 'N')
            snprintf(source, sizeof source, "--num %zu", size);
        else
            snprintf(source, sizeof source, "--dim %s=%zu", given->name, size);
        status = learn(symbols, 1u << (at - "NCSK"), size, source, message);
        symbols->stated |= 1u << (at - "NCSK");
    }
    if (output >= 0 && (symbols->used & GCK_K) != 0 && setup->param[output] >= 1 && status == GCK_OK) {
        snprintf(source, sizeof source, "--param num_output=%.0f", setup->param[output]);
        status = learn(symbols, GCK_K, (size_t)setup->param[output], source, message);
    }
    return status;
}

enum gck_status gck_symbols_match(struct gck_symbols *symbols, const struct gck_port *port,
                                  const struct gck_setup *setup, const struct gck_shape *shape,
                                  const char *source, char *message)
{
    unsigned dims[GCK_MAX_AXES];
    const unsigned length = list_dims(port, setup, shape->axes, dims);
    const int axis = moved_axis(port, setup, shape->axes);
    enum gck_status status = GCK_OK;

    if (shape->axes == 0 && length > 0)
        return gck_say(message, GCK_ESHAPE, "%s is a scalar; %s needs %u axes", source, port->name,
                       length);
    if (port->whole && shape->axes != length)
        return GCK_OK; /* 1x1xCxC for a matrix: the layer judges */
    if (shape->axes <= length) {
        for (unsigned a = 0; a < shape->axes && status == GCK_OK; a++)
            status = learn(symbols, dims[a], shape->dim[a], source, message);
        for (unsigned a = shape->axes; a < length && status == GCK_OK; a++) {
            symbols->absent |= (symbols->known & dims[a]) == 0 ? dims[a] : 0;
            status = learn(symbols, dims[a], 1, source, message);
        }
        return status;
    }
    /* more axes than symbols: C where the parameter says, else in its place; the rest belongs to the last symbol */
    for (unsigned a = 0, rest = 1; a < shape->axes && status == GCK_OK; a++) {
        if ((int)a == axis) {
            status = learn(symbols, GCK_C, shape->dim[a], source, message);
        } else if (a == 0) {
            status = learn(symbols, dims[0], shape->dim[0], source, message);
        } else if (axis < 0 && a + 1 < length) {
            status = learn(symbols, dims[a], shape->dim[a], source, message);
        } else if (rest == 1) {
            size_t product = 1;

            rest = 0;
            if (length == 1)
                break; /* 24x1x1x1 for a list of 24: the layer judges */
            for (unsigned b = a; b < shape->axes; b++)
                product *= (int)b == axis ? 1 : shape->dim[b];
            status = learn(symbols,
                           axis >= 0 && dims[length - 1] == GCK_C ? dims[length - 2]
                                                                  : dims[length - 1],
                           product, source, message);
        }
    }
    return status;
}

enum gck_status gck_symbols_solve(struct gck_symbols *symbols, char *message)
{
    for (unsigned p = 0; p < symbols->products; p++) {
        const unsigned dim = symbols->product[p].symbols;
        size_t rest = symbols->product[p].size;
        unsigned open = 0;

        for (unsigned s = 0; s < GCK_DIMS; s++)
            if ((dim & 1u << s) == 0)
                continue;
            else if ((symbols->known & 1u << s) == 0)
                open |= 1u << s;
            else if (rest % symbols->size[s] == 0)
                rest /= symbols->size[s];
            else
                return gck_say(message, GCK_ESHAPE, "%c is %zu by %s, which does not divide the %zu of %s",
                               letter[s], symbols->size[s], symbols->source[s],
                               symbols->product[p].size, symbols->product[p].source);
        if (open == 0 && rest != 1)
            return gck_say(message, GCK_ESHAPE, "%s: a dim of %zu, but the dims it is made of give %zu",
                           symbols->product[p].source, symbols->product[p].size,
                           symbols->product[p].size / rest);
        for (unsigned s = 0; s < GCK_DIMS; s++)
            if ((open & 1u << s) != 0) { /* the first open one takes all */
                symbols->size[s] = rest;
                rest = 1;
                symbols->known |= 1u << s;
                GCK_COPY(symbols->source[s], symbols->product[p].source);
            }
    }
    for (unsigned s = 0; s < GCK_DIMS; s++)
        if ((symbols->known & 1u << s) == 0)
            symbols->size[s] = usual[s];
    return GCK_OK;
}

void gck_symbols_shape(const struct gck_symbols *symbols, const struct gck_port *port,
                       const struct gck_setup *setup, struct gck_shape *shape)
{
    unsigned dims[GCK_MAX_AXES];
    const unsigned length = list_dims(port, setup, list_length(port), dims);

    memset(shape, 0, sizeof *shape);
    for (unsigned a = 0; a < length; a++) {
        size_t size = 1;

        for (unsigned s = 0; s < GCK_DIMS; s++)
            if ((dims[a] & 1u << s) != 0)
                size *= symbols->size[s];
        if ((dims[a] & symbols->absent) == 0 || size != 1)
            shape->dim[shape->axes++] = size;
    }
}

bool gck_symbols_batched(const struct gck_port *port, const struct gck_setup *setup)
{
    unsigned dims[GCK_MAX_AXES];

    return list_dims(port, setup, list_length(port), dims) > 0 && !port->whole && dims[0] == GCK_N;
}

bool gck_symbols_fit(const struct gck_port *port, const struct gck_shape *shape)
{
    return shape->axes <= list_length(port);
}

int gck_symbols_axis(const struct gck_port *port, const struct gck_setup *setup,
                     const struct gck_shape *shape, unsigned dim)
{
    unsigned dims[GCK_MAX_AXES];
    const unsigned length = list_dims(port, setup, shape->axes, dims);

    if (dim == GCK_C && moved_axis(port, setup, shape->axes) >= 0)
        return moved_axis(port, setup, shape->axes);
    for (unsigned a = 0; a < length && a < shape->axes; a++)
        if (dims[a] == dim)
            return (int)a;
    return -1;
}

unsigned gck_symbols_at(const struct gck_port *port, const struct gck_setup *setup, const struct gck_shape *shape,
                        unsigned at)
{
    unsigned dims[GCK_MAX_AXES];
    const unsigned length = list_dims(port, setup, shape->axes, dims);
    const int axis = moved_axis(port, setup, shape->axes);

    if (shape->axes <= length)
        return dims[at];
    if ((int)at == axis)
        return GCK_C;
    if (at == 0 || length < 2)
        return at == 0 ? dims[0] : 0;
    if (axis < 0 && at + 1 < length)
        return dims[at];
    return axis >= 0 && dims[length - 1] == GCK_C ? dims[length - 2] : dims[length - 1];
}
