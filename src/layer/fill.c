/* fill.c -- values for a port, when the user brings none. */
#include "layer/fill.h"

#include "core/random.h"
#include "core/threads.h"
#include "layer/symbols.h"

#include <math.h>
#include <unistd.h>

/* The classes of a label port: the size of its range. For a shape of the user's, where C is not the setup's,
 * the setup's symbols still hold, since they were solved from it. */
static size_t range_size(const struct gck_setup *setup, const struct gck_port *port)
{
    for (unsigned s = 0; s < GCK_DIMS; s++)
        if (port->range == 1u << s)
            return setup->dim[s] > 0 ? setup->dim[s] : 1;
    return 2;
}

static void normalise_rows(const struct gck_setup *setup, const struct gck_port *port,
                           const struct gck_shape *shape, double *value)
{
    const int at = gck_symbols_axis(port, setup, shape, port->range);
    const unsigned axis = at < 0 ? shape->axes : (unsigned)at;
    const size_t classes = axis < shape->axes ? shape->dim[axis] : 1;
    const size_t outer = gck_shape_count(shape, 0, axis);
    const size_t inner = gck_shape_count(shape, axis + 1, shape->axes);

    for (size_t o = 0; o < outer; o++)
        for (size_t i = 0; i < inner; i++) {
            double sum = 0;

            for (size_t c = 0; c < classes; c++)
                sum += value[(o * classes + c) * inner + i];
            for (size_t c = 0; c < classes; c++)
                value[(o * classes + c) * inner + i] /= sum;
        }
}

/* 0 or 1, each once in every two neighbours: also a batch of a few samples has both. */
static size_t one_of_two(uint64_t seed, uint32_t stream, size_t i)
{
    return gck_below(seed, stream, i / 2, 2) ^ (i & 1);
}

struct filling {
    const struct gck_setup *setup;
    const struct gck_port *port;
    uint32_t stream;
    double *value;
};

/* Elements first .. end - 1; first is even. */
static void fill_some(void *context, size_t first, size_t end)
{
    const struct filling *const filling = context;
    const struct gck_port *const port = filling->port;
    const uint64_t seed = filling->setup->options->seed;
    const uint32_t stream = filling->stream;
    const double scale = (port->scale != 0 ? port->scale : 1) * filling->setup->options->scale;
    double *const value = filling->value;

    if (port->fill == GCK_GAUSSIAN || port->fill == GCK_POSITIVE || port->fill == GCK_PROBABILITY_ROWS)
        gck_normal_from(seed, stream, first, end - first, value + first);
    for (size_t i = first; i < end; i++)
        switch (port->fill) {
        case GCK_GAUSSIAN:
            value[i] *= scale;
            break;
        case GCK_UNIFORM:
            value[i] = port->lo + (port->hi - port->lo) * gck_uniform(seed, stream, i);
            break;
        case GCK_POSITIVE:
            value[i] = scale * exp(value[i]);
            break;
        case GCK_PROBABILITY_ROWS:
            value[i] = exp(value[i]);
            break;
        case GCK_LABELS:
            value[i] = (double)gck_below(seed, stream, i, range_size(filling->setup, port));
            break;
        case GCK_BINARY:
            value[i] = (double)one_of_two(seed, stream, i);
            break;
        case GCK_SIGNS:
            value[i] = one_of_two(seed, stream, i) == 0 ? -1 : 1;
            break;
        }
}

void gck_fill(const struct gck_setup *setup, const struct gck_port *port, const struct gck_shape *shape,
              uint32_t stream, double *value)
{
    enum { MANY = 1 << 17 }; /* a second thread is worth its while */
    const struct gck_options *const options = setup->options;
    const size_t count = gck_shape_count(shape, 0, shape->axes);
    const bool many = count >= MANY && options->jobs > 1;
    const int seat = many && options->seat != NULL ? options->seat(options->context) : -1;
    struct filling filling = { setup, port, stream, value };

    gck_threads_run(fill_some, &filling, count, 2, many && (options->seat == NULL || seat >= 0) ? 2 : 1);
    if (seat >= 0)
        close(seat);
    if (port->fill == GCK_PROBABILITY_ROWS)
        normalise_rows(setup, port, shape, value);
}
