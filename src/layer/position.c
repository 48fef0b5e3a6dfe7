/* position.c -- one spatial position of one sample, as a batch of its own. */
#include "layer/position.h"

#include "core/blob.h"
#include "layer/drawn.h"
#include "layer/symbols.h"

#include <string.h>

/* The lattice of a blob of this shape, of which the axes `spatial` count positions: those before all others, and those behind
 * them. False where they lie between others. */
static bool lay_out(const struct gck_shape *shape, const bool spatial[GCK_MAX_AXES], struct gck_lattice *lattice)
{
    bool others = false, behind = false;

    *lattice = (struct gck_lattice){ 1, 1, 1 };
    for (unsigned a = 1; a < shape->axes; a++) {
        if (shape->dim[a] == 1)
            continue;
        if (!spatial[a] && behind)
            return false;
        others = others || !spatial[a];
        behind = others && spatial[a];
        *(!spatial[a] ? &lattice->size : behind ? &lattice->inner : &lattice->outer) *= shape->dim[a];
    }
    return true;
}

static bool mentions(const struct gck_port *port, unsigned dim)
{
    bool found = false;

    for (unsigned a = 0; a < GCK_MAX_AXES && port->dims[a] != 0; a++)
        found = found || (port->dims[a] & dim) != 0;
    return found;
}

/* Bottom i of one position. */
static bool reduce(struct gck_positions *positions, unsigned i)
{
    struct gck_setup *const setup = &positions->setup;
    struct gck_shape *const shape = &setup->bottom[i].shape;
    struct gck_lattice *const lattice = &positions->bottom[i];
    bool spatial[GCK_MAX_AXES] = { false };

    if (!setup->bottom[i].batched)
        return setup->bottom[i].port->whole && !mentions(setup->bottom[i].port, GCK_S);
    for (unsigned a = 1; a < shape->axes; a++) {
        const unsigned dim = gck_symbols_at(setup->bottom[i].port, setup, shape, a);

        if ((dim & (GCK_S | GCK_N)) != 0 && dim != GCK_S)
            return false;
        spatial[a] = dim == GCK_S;
    }
    if (!lay_out(shape, spatial, lattice))
        return false;
    if (positions->each == 0)
        positions->each = lattice->outer * lattice->inner;
    shape->dim[0] = 1;
    for (unsigned a = 1; a < shape->axes; a++)
        shape->dim[a] = spatial[a] ? 1 : shape->dim[a];
    return lattice->outer * lattice->inner == positions->each;
}

bool gck_positions_open(struct gck_positions *positions, const struct gck_setup *setup)
{
    bool complete = true, any = false;

    memset(positions, 0, sizeof *positions);
    positions->setup = *setup;
    positions->setup.drawn = gck_drawn_new();
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        positions->setup.bottom[i].data = positions->setup.weight[i].data = NULL;
        positions->setup.bottom[i].from = positions->setup.weight[i].from = NULL;
    }
    for (unsigned i = 0; i < setup->bottoms && complete; i++) {
        complete = reduce(positions, i);
        any = any || setup->bottom[i].batched;
    }
    for (unsigned i = 0; i < setup->weights; i++)
        complete = complete && !mentions(setup->weight[i].port, GCK_S);
    positions->setup.dim[0] = positions->setup.dim[2] = 1;
    positions->count = positions->each * (setup->dim[0] != 0 ? setup->dim[0] : 1);
    return complete && any && positions->each > 1;
}

void gck_positions_close(struct gck_positions *positions)
{
    gck_setup_close(&positions->setup);
}

/* What a top is made of is not declared: its axes that are 1 here and longer there count positions. */
static bool match_top(struct gck_positions *positions, unsigned t, const struct gck_rig *rig, const struct gck_rig *whole)
{
    const struct gck_shape *const one = &rig->top[t].shape, *const all = &whole->top[t].shape;
    struct gck_lattice *const lattice = &positions->top[t];
    bool spatial[GCK_MAX_AXES] = { false };

    *lattice = (struct gck_lattice){ 1, 0, 1 };
    if (gck_shape_equal(one, all)) /* as a loss of one number */
        return true;
    if (one->axes != all->axes || one->dim[0] != 1 || all->dim[0] != whole->num)
        return false;
    for (unsigned a = 1; a < all->axes; a++) {
        spatial[a] = one->dim[a] == 1 && all->dim[a] != 1;
        if (!spatial[a] && one->dim[a] != all->dim[a])
            return false;
    }
    return lay_out(all, spatial, lattice) && lattice->outer * lattice->inner == positions->each
           && lattice->size == rig->top[t].count;
}

static void copy_all(const struct gck_blob *to, const struct gck_blob *from)
{
    for (size_t i = 0; i < to->count; i++)
        gck_poke(to->data, to->real_size, i, gck_peek(from->data, from->real_size, i));
}

bool gck_positions_rig(struct gck_positions *positions, struct gck_rig *rig, const struct gck_layer *layer,
                       const struct gck_rig *whole)
{
    char message[GCK_MESSAGE_SIZE];
    bool complete = gck_rig_open(rig, layer, &positions->setup, 1, message) == GCK_OK;

    rig->rounded = whole->rounded;
    for (unsigned i = 0; i < rig->setup->bottoms && complete; i++)
        if (!rig->setup->bottom[i].batched)
            copy_all(&rig->bottom[i], &whole->bottom[i]);
    for (unsigned i = 0; i < rig->setup->weights && complete; i++)
        copy_all(&rig->weight[i], &whole->weight[i]);
    for (unsigned t = 0; t < rig->setup->tops && complete; t++) {
        complete = match_top(positions, t, rig, whole);
        if (complete && positions->top[t].size == 0)
            memcpy(rig->coefficient[t], whole->coefficient[t], rig->top[t].count * sizeof(double));
    }
    return complete;
}

size_t gck_position_of(const struct gck_positions *positions, const struct gck_lattice *lattice, size_t i, size_t *number)
{
    const size_t p = i % lattice->inner, above = i / lattice->inner, block = above / lattice->size;

    *number = above % lattice->size;
    return block / lattice->outer * positions->each + block % lattice->outer * lattice->inner + p;
}

/* A run of numbers from one array to another; they may be of different types. */
static void copy_run(void *to, size_t to_size, size_t first, size_t stride, const void *from, size_t from_size,
                     struct gck_run run)
{
    if (to_size == sizeof(double) && from_size == sizeof(double)) /* some million times */
        for (size_t c = 0; c < run.count; c++)
            ((double *)to)[first + c * stride] = ((const double *)from)[run.first + c * run.stride];
    else
        for (size_t c = 0; c < run.count; c++)
            gck_poke(to, to_size, first + c * stride, gck_peek(from, from_size, run.first + c * run.stride));
}

void gck_positions_take(const struct gck_positions *positions, struct gck_rig *rig, const struct gck_rig *whole,
                        size_t position, size_t from)
{
    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        const size_t taken = rig->setup->bottom[i].port->constant ? position : from;

        if (rig->setup->bottom[i].batched)
            copy_run(rig->bottom[i].data, rig->bottom[i].real_size, 0, 1, whole->bottom[i].data, whole->bottom[i].real_size,
                     gck_run_of(positions, &positions->bottom[i], taken));
    }
    for (unsigned t = 0; t < rig->setup->tops; t++)
        if (positions->top[t].size > 0)
            copy_run(rig->coefficient[t], sizeof(double), 0, 1, whole->coefficient[t], sizeof(double),
                     gck_run_of(positions, &positions->top[t], position));
}

void gck_positions_replace(const struct gck_positions *positions, struct gck_rig *rig, size_t position,
                           const struct gck_rig *whole, size_t from)
{
    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        const struct gck_lattice *const lattice = &positions->bottom[i];

        if (rig->setup->bottom[i].batched && !rig->setup->bottom[i].port->constant)
            copy_run(rig->bottom[i].data, rig->bottom[i].real_size, gck_run_of(positions, lattice, position).first,
                     lattice->inner, whole->bottom[i].data, whole->bottom[i].real_size, gck_run_of(positions, lattice, from));
    }
}
