/* spoiled.h -- dice with mistakes planted in its Backward, at shapes of num x 7 x 3. Shared by the check and the benchmark of
 * probing. */
#ifndef GCK_SPOILED_H
#define GCK_SPOILED_H

#include "core/blob.h"
#include "core/random.h"
#include "gradcheck/gradcheck.h"

#include <stdio.h>

enum { MOST_PLANTED = 64 };

static struct gck_options options;

/* ---- dice with a Backward that is wrong in some places ---- */

static size_t place[MOST_PLANTED];
static unsigned places;
static double times, everywhere; /* what the diff is multiplied by, there and in every element */
static bool weight_ignored;
static size_t run_first, run_length; /* a run of elements that are multiplied by `times`, too */

static inline void spoil(struct gck_io *io, size_t i, double factor)
{
    const struct gck_blob *const x = io->bottom[0];

    gck_poke(x->diff, x->real_size, i, factor * gck_peek(x->diff, x->real_size, i));
}

static inline enum gck_status backward(struct gck_io *io)
{
    struct gck_blob *const top = io->top[0];
    const size_t count = io->bottom[0]->count;
    const double w = gck_peek(top->diff, top->real_size, 0);
    enum gck_status status;

    gck_poke(top->diff, top->real_size, 0, weight_ignored ? 1 : w);
    status = gck_layer_find("dice", (enum gck_type)io->layer->type)->backward(io);
    gck_poke(top->diff, top->real_size, 0, w);
    if (!io->propagate_down[0])
        return status;
    for (size_t i = 0; i < count && everywhere != 1; i++)
        spoil(io, i, everywhere);
    for (unsigned k = 0; k < places; k++)
        if (place[k] < count)
            spoil(io, place[k], times);
    for (size_t i = run_first; i < run_first + run_length && i < count; i++)
        spoil(io, i, times);
    return status;
}

static inline struct gck_layer spoiled(enum gck_type type)
{
    struct gck_layer layer = *gck_layer_find("dice", type);

    layer.backward = backward;
    return layer;
}

static char num[GCK_NAME_SIZE];

static inline void right(size_t samples, uint64_t seed)
{
    places = 0;
    run_length = 0;
    times = everywhere = 1;
    weight_ignored = false;
    options = gck_options_default();
    options.seed = seed;
    snprintf(num, sizeof num, "%zu", samples);
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", num };
}

/* Somewhere with a diff that is not negligible: targets are 0 or 1, so all are some 1/N. */
static inline void plant(unsigned many, double factor, uint64_t seed, size_t count)
{
    places = many;
    times = factor;
    for (unsigned k = 0; k < many; k++)
        place[k] = count / many * k + gck_below(seed, 5, k, count / many);
}

#endif
