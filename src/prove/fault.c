/* fault.c -- a layer around a layer: the inner one's Backward runs, then its diffs are spoilt. */
#include "prove/fault.h"

#include "core/blob.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *name, *title; unsigned code; } entry[] = {
#define ENTRY(id, name, title, code) { name, title, code },
    GCK_FAULT_LIST(ENTRY)
#undef ENTRY
};

const char *gck_fault_name(enum gck_fault fault)
{
    return entry[fault].name;
}

const char *gck_fault_title(enum gck_fault fault)
{
    return entry[fault].title;
}

unsigned gck_fault_code(enum gck_fault fault)
{
    return entry[fault].code;
}

static struct gck_faulty *faulty_of(const struct gck_io *io)
{
    return (struct gck_faulty *)io->layer; /* made by gck_faulty_open, so never constant */
}

/* ---- one diff ---- */

/* The diff of one blob as numbers, spoilt here and then put back. */
struct spoil {
    struct gck_faulty *faulty;
    const struct gck_io *io;
    bool weight;
    unsigned index;
    size_t count, row; /* row: numbers of one sample; 0: no batch */
    double *value;
    const double *old; /* before Backward */
};

static void times(const struct spoil *spoil, double factor)
{
    for (size_t i = 0; i < spoil->count; i++)
        spoil->value[i] *= factor;
}

static size_t num_of(const struct gck_io *io)
{
    const struct gck_shape *const shape = &io->bottom[faulty_of(io)->places.num_bottom]->shape;

    return shape->axes == 0 ? 1 : shape->dim[0];
}

static double channels_of(const struct gck_io *io)
{
    const struct gck_layout *const places = &faulty_of(io)->places;

    return places->channels_bottom < 0
               ? 1
               : (double)io->bottom[places->channels_bottom]->shape.dim[places->channels_axis];
}

static bool is_the_one(const struct spoil *spoil)
{
    const struct gck_layout *const places = &spoil->faulty->places;

    return places->one_weight == spoil->weight && places->one_port == spoil->index
           && places->one_element < spoil->count;
}

static void reverse(const struct spoil *spoil)
{
    const size_t rows = spoil->row > 0 ? spoil->count / spoil->row : 0;

    for (size_t r = 0; r < rows / 2; r++)
        for (size_t k = 0; k < spoil->row; k++) {
            double *const one = &spoil->value[r * spoil->row + k],
                   *const other = &spoil->value[(rows - 1 - r) * spoil->row + k];
            const double value = *one;

            *one = *other;
            *other = value;
        }
}

static void spoil_values(const struct spoil *spoil)
{
    const size_t one = spoil->faulty->places.one_element;

    switch (spoil->faulty->fault) {
    case GCK_FAULT_ZERO:
        times(spoil, 0);
        break;
    case GCK_FAULT_SIGN:
        times(spoil, -1);
        break;
    case GCK_FAULT_TWICE:
        times(spoil, 2);
        break;
    case GCK_FAULT_PERCENT:
        times(spoil, 1.05);
        break;
    case GCK_FAULT_SMALL:
        times(spoil, 1 + 1e-4);
        break;
    case GCK_FAULT_NUM:
        times(spoil, (double)num_of(spoil->io));
        break;
    case GCK_FAULT_CHANNELS:
        times(spoil, 1 / channels_of(spoil->io));
        break;
    case GCK_FAULT_ELEMENT:
        if (is_the_one(spoil))
            spoil->value[one] *= 1 + 1e-3;
        break;
    case GCK_FAULT_NAN:
        if (is_the_one(spoil))
            spoil->value[one] = (double)NAN;
        break;
    case GCK_FAULT_LAST:
        for (size_t k = spoil->count - spoil->row; k < spoil->count; k++)
            spoil->value[k] = 0;
        break;
    case GCK_FAULT_REVERSED:
        reverse(spoil);
        break;
    case GCK_FAULT_ADDED:
        for (size_t i = 0; !spoil->weight && i < spoil->count; i++)
            spoil->value[i] += spoil->old[i];
        break;
    default:
        break;
    }
}

/* ---- one call ---- */

static unsigned weights_of(const struct gck_io *io)
{
    const struct gck_port *const list = io->layer->weight;
    unsigned count = 0;

    while (list != NULL && list[count].name != NULL && count < GCK_MAX_PORTS && io->weight[count] != NULL)
        count++;
    return count;
}

static const struct gck_port *bottom_port(const struct gck_layer *layer, unsigned i)
{
    unsigned p = 0;

    while (p < i && layer->bottom[p + 1].name != NULL) /* the last one may come several times */
        p++;
    return &layer->bottom[p];
}

/* A call of the inner layer: with other top diffs or data where the fault lies in what Backward reads there. */
struct call {
    struct gck_io io;
    bool propagate_down[GCK_MAX_PORTS];
    struct gck_blob top[GCK_MAX_PORTS], bottom[GCK_MAX_PORTS], buffer[GCK_MAX_PORTS];
    struct gck_blob *top_at[GCK_MAX_PORTS], *bottom_at[GCK_MAX_PORTS], *buffer_at[GCK_MAX_PORTS];
    void *top_diff[GCK_MAX_PORTS]; /* of its own */
    double *old_bottom[GCK_MAX_PORTS], *old_weight[GCK_MAX_PORTS];
};

static double *diff_of(const struct gck_blob *blob)
{
    double *const value = malloc(blob->count * sizeof *value);

    if (value != NULL)
        gck_peek_all(blob->diff, blob->real_size, blob->count, value);
    return value;
}

static void *aligned_new(size_t bytes)
{
    return aligned_alloc(GCK_ALIGNMENT, (bytes / GCK_ALIGNMENT + 1) * GCK_ALIGNMENT);
}

static bool other_tops(struct call *call, const struct gck_io *io, bool ignored)
{
    for (unsigned t = 0; t < io->tops; t++) {
        struct gck_blob *const top = &call->top[t];
        const size_t bytes = io->top[t]->count * io->top[t]->real_size;

        *top = *io->top[t];
        top->diff = call->top_diff[t] = aligned_new(bytes);
        if (top->diff == NULL)
            return false;
        for (size_t i = 0; i < top->count; i++)
            gck_poke(top->diff, top->real_size, i,
                     ignored ? 1 : trunc(gck_peek(io->top[t]->diff, top->real_size, i)));
        call->top_at[t] = top;
    }
    call->io.top = call->top_at;
    return true;
}

/* Is what was kept of this shape? */
static bool kept_fits(const struct gck_kept *kept, const struct gck_io *io)
{
    bool fits = kept->full;

    for (unsigned i = 0; i < io->bottoms; i++)
        fits = fits && kept->bottom[i].count == io->bottom[i]->count;
    for (unsigned t = 0; t < io->tops; t++)
        fits = fits && kept->top[t].count == io->top[t]->count;
    for (unsigned b = 0; b < io->layer->buffers; b++)
        fits = fits && kept->buffer[b].count == io->buffer[b]->count;
    return fits;
}

static void *copy_of(const struct gck_blob *blob)
{
    void *const data = aligned_new(blob->count * blob->real_size);

    if (data != NULL)
        memcpy(data, blob->data, blob->count * blob->real_size);
    return data;
}

static bool keep(struct gck_kept *kept, const struct gck_io *io)
{
    kept->full = true;
    for (unsigned i = 0; i < io->bottoms; i++) {
        kept->bottom[i].count = io->bottom[i]->count;
        kept->full = (kept->bottom[i].data = copy_of(io->bottom[i])) != NULL && kept->full;
    }
    for (unsigned t = 0; t < io->tops; t++) {
        kept->top[t].count = io->top[t]->count;
        kept->full = (kept->top[t].data = copy_of(io->top[t])) != NULL && kept->full;
    }
    for (unsigned b = 0; b < io->layer->buffers; b++) {
        kept->buffer[b].count = io->buffer[b]->count;
        kept->full = (kept->buffer[b].data = copy_of(io->buffer[b])) != NULL && kept->full;
    }
    return kept->full;
}

/* The data of the first call in place of today's; of another shape there are none. */
static bool other_data(struct call *call, const struct gck_io *io)
{
    struct gck_kept *const kept = &faulty_of(io)->kept;

    if (kept->bottom[0].data == NULL && !keep(kept, io))
        return false;
    if (!kept_fits(kept, io))
        return true;
    for (unsigned i = 0; i < io->bottoms; i++) {
        call->bottom[i] = *io->bottom[i];
        call->bottom[i].data = kept->bottom[i].data;
        call->bottom_at[i] = &call->bottom[i];
    }
    for (unsigned t = 0; t < io->tops; t++) {
        call->top[t] = *io->top[t];
        call->top[t].data = kept->top[t].data;
        call->top_at[t] = &call->top[t];
    }
    for (unsigned b = 0; b < io->layer->buffers; b++) {
        call->buffer[b] = *io->buffer[b];
        call->buffer[b].data = kept->buffer[b].data;
        call->buffer_at[b] = &call->buffer[b];
    }
    call->io.bottom = call->bottom_at;
    call->io.top = call->top_at;
    call->io.buffer = call->buffer_at;
    return true;
}

static bool call_open(struct call *call, const struct gck_io *io)
{
    const struct gck_faulty *const faulty = faulty_of(io);
    const enum gck_fault fault = faulty->fault;
    bool good = true;

    memset(call, 0, sizeof *call);
    call->io = *io;
    call->io.layer = faulty->inner;
    for (unsigned i = 0; i < io->bottoms && good; i++) {
        call->propagate_down[i] = io->propagate_down[i]
                                  || (fault == GCK_FAULT_UNASKED && !bottom_port(faulty->inner, i)->constant);
        good = (call->old_bottom[i] = diff_of(io->bottom[i])) != NULL;
    }
    call->io.propagate_down = call->propagate_down;
    for (unsigned i = 0; i < weights_of(io) && good; i++) { /* from 0 on, so that what is added is seen alone */
        good = (call->old_weight[i] = diff_of(io->weight[i])) != NULL;
        if (good)
            gck_poke_each(io->weight[i]->diff, io->weight[i]->real_size, io->weight[i]->count, 0);
    }
    if (good && (fault == GCK_FAULT_WEIGHT_IGNORED || fault == GCK_FAULT_WEIGHT_CUT))
        good = other_tops(call, io, fault == GCK_FAULT_WEIGHT_IGNORED);
    if (good && fault == GCK_FAULT_STALE)
        good = other_data(call, io);
    return good;
}

static void call_close(struct call *call)
{
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        free(call->top_diff[i]);
        free(call->old_bottom[i]);
        free(call->old_weight[i]);
    }
}

static bool spoil_blob(const struct gck_io *io, bool weight, unsigned index, const double *old)
{
    struct gck_faulty *const faulty = faulty_of(io);
    const struct gck_blob *const blob = weight ? io->weight[index] : io->bottom[index];
    const bool batched = !weight && faulty->places.batched[index] && blob->shape.axes > 0;
    const struct spoil spoil = { .faulty = faulty, .io = io, .weight = weight, .index = index,
                                 .count = blob->count, .row = batched ? blob->count / blob->shape.dim[0] : 0,
                                 .value = diff_of(blob), .old = old };

    if (spoil.value == NULL)
        return false;
    spoil_values(&spoil);
    for (size_t i = 0; weight && faulty->fault != GCK_FAULT_WEIGHT_SET && i < blob->count; i++)
        spoil.value[i] += old[i];
    gck_poke_all(blob->diff, blob->real_size, blob->count, spoil.value);
    free(spoil.value);
    return true;
}

static enum gck_status backward(struct gck_io *io)
{
    struct call call;
    enum gck_status status = GCK_OK;
    bool good = call_open(&call, io);

    if (good)
        status = call.io.layer->backward(&call.io);
    for (unsigned i = 0; i < io->bottoms && good && status == GCK_OK; i++)
        if (io->propagate_down[i])
            good = spoil_blob(io, false, i, call.old_bottom[i]);
    for (unsigned i = 0; i < weights_of(io) && good && status == GCK_OK; i++)
        good = spoil_blob(io, true, i, call.old_weight[i]);
    call_close(&call);
    return good ? status : gck_fail(io, GCK_EMEMORY, "no memory to spoil the diffs of %s", io->layer->name);
}

static enum gck_status forward(struct gck_io *io)
{
    struct gck_io inner = *io;

    inner.layer = faulty_of(io)->inner;
    return inner.layer->forward(&inner);
}

static enum gck_status reshape(struct gck_io *io)
{
    struct gck_io inner = *io;

    inner.layer = faulty_of(io)->inner;
    return inner.layer->reshape(&inner);
}

void gck_faulty_open(struct gck_faulty *faulty, const struct gck_layer *inner, enum gck_fault fault,
                     const struct gck_layout *places)
{
    memset(faulty, 0, sizeof *faulty);
    faulty->layer = *inner;
    faulty->layer.reshape = reshape;
    faulty->layer.forward = forward;
    faulty->layer.backward = backward;
    faulty->inner = inner;
    faulty->fault = fault;
    faulty->places = *places;
}

void gck_faulty_close(struct gck_faulty *faulty)
{
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        free(faulty->kept.bottom[i].data);
        free(faulty->kept.top[i].data);
        free(faulty->kept.buffer[i].data);
    }
}
