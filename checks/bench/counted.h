/* counted.h -- a layer whose calls are counted by the size of their batch, so that the same calls can be made
 * again and nothing else: that is what an examination costs bare. And whose Backward can be spoiled in chosen elements.
 *
 * One layer at a time, in both types: a benchmark is one process with one thread. */
#ifndef GCK_BENCH_COUNTED_H
#define GCK_BENCH_COUNTED_H

#include "layer/position.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_SIZES = 32,
       MOST_SPOILS = 64 };

enum part { OTHER,
            GRADIENT, /* between differences */
            PARTS };

struct calls {
    size_t num, count; /* samples, and elements of the first bottom */
    uint64_t forwards[PARTS], backwards[PARTS];
};

static struct counted {
    const struct gck_layer *layer; /* the one that does the work */
    struct gck_layer copy;         /* the one that is examined */
    struct calls calls[MOST_SIZES];
    unsigned sizes, last;
    bool known;           /* how often it is called: then it is counted no more */
} counted[2];         /* float, double */
static enum part part; /* to which the calls belong */

/* Elements of the first bottom's diff of batches of `num` samples, and what they are multiplied by. */
static struct {
    size_t num;
    unsigned elements;
    size_t element[MOST_SPOILS];
    double times[MOST_SPOILS];
    bool all;              /* or all of them are turned about */
} spoil;

static inline double cpu_seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static inline size_t num_of(const struct gck_io *io)
{
    return io->bottom[0]->shape.axes > 0 ? io->bottom[0]->shape.dim[0] : 1;
}

static inline struct calls *calls_of(const struct gck_io *io, struct counted *own)
{
    const struct gck_blob *const blob = io->bottom[0];
    const size_t num = num_of(io);
    struct calls *calls = &own->calls[own->last];

    if (calls->num == num && calls->count == blob->count)
        return calls;
    for (unsigned i = 0; i < own->sizes; i++)
        if (own->calls[i].num == num && own->calls[i].count == blob->count)
            return &own->calls[own->last = i];
    if (own->sizes == MOST_SIZES)
        return calls; /* odd sizes are few calls */
    own->last = own->sizes++;
    calls = &own->calls[own->last];
    *calls = (struct calls){ .num = num, .count = blob->count };
    return calls;
}

static inline enum gck_status forward_counted(struct gck_io *io)
{
    struct counted *const own = &counted[io->layer->type == GCK_TYPE_DOUBLE];

    calls_of(io, own)->forwards[part]++;
    return own->layer->forward(io);
}

static inline enum gck_status backward_counted(struct gck_io *io)
{
    struct counted *const own = &counted[io->layer->type == GCK_TYPE_DOUBLE];
    const enum gck_status status = own->layer->backward(io);
    void *const diff = io->propagate_down[0] ? io->bottom[0]->diff : NULL;

    if (!own->known)
        calls_of(io, own)->backwards[part]++;
    for (unsigned i = 0; i < spoil.elements && status == GCK_OK && diff != NULL && num_of(io) == spoil.num; i++)
        if (io->layer->type == GCK_TYPE_DOUBLE)
            ((double *)diff)[spoil.element[i]] *= spoil.times[i];
        else
            ((float *)diff)[spoil.element[i]] *= (float)spoil.times[i];
    for (size_t i = 0; spoil.all && status == GCK_OK && diff != NULL && i < gck_count(io, 0); i++)
        if (io->layer->type == GCK_TYPE_DOUBLE)
            ((double *)diff)[i] = -((double *)diff)[i];
        else
            ((float *)diff)[i] = -((float *)diff)[i];
    return status;
}

/* That layer, counted from 0 on. */
static inline const struct gck_layer *counted_layer(const char *name, enum gck_type type)
{
    struct counted *const own = &counted[type == GCK_TYPE_DOUBLE];

    memset(own, 0, sizeof *own);
    own->layer = gck_layer_find(name, type);
    if (own->layer == NULL)
        return NULL;
    own->copy = *own->layer;
    own->copy.forward = forward_counted;
    own->copy.backward = backward_counted;
    return &own->copy;
}

/* The same, no longer counted: examinations call it as often each time, and counting is none of what they cost. Backward is
 * rare, and has to be spoiled. */
static inline const struct gck_layer *known_layer(enum gck_type type)
{
    struct counted *const own = &counted[type == GCK_TYPE_DOUBLE];

    own->known = true;
    own->copy.forward = own->layer->forward;
    return &own->copy;
}

/* ---- the same calls again ---- */

enum { BURST = 32, /* one sample is asked some 30 times, then comes the next */
       SAMPLES = 32, /* between two looks at the clock */
       ROUNDS = 3 };

static inline void call(struct gck_rig *rig, bool backward)
{
    if (backward)
        rig->layer->backward(&rig->io);
    else
        rig->layer->forward(&rig->io);
}

/* Parts of a batch that a rig holds in turn: its samples, or their positions. */
struct turns {
    const struct gck_rig *batch;
    const struct gck_positions *positions; /* NULL: samples */
    size_t count;
};

static inline void take_turn(struct gck_rig *rig, const struct turns *turns, size_t turn)
{
    if (turns->positions != NULL)
        gck_positions_take(turns->positions, rig, turns->batch, turn, turn);
    else
        gck_rig_take_rows(rig, turns->batch, &turn);
}

/* The CPU time of one of `calls` Forwards or Backwards, the least of some rounds of a tenth of a second at most. A rig of one
 * part holds all of them in turn, as in an examination: a layer's branches go faster over data that it just saw.
 * turns: NULL where it keeps what it holds. */
static inline double time_of(struct gck_rig *rig, const struct turns *turns, uint64_t calls, bool backward)
{
    double start = cpu_seconds(), best, spent;
    unsigned burst, parts;

    call(rig, backward);
    best = cpu_seconds() - start;
    burst = best > 1e-4 ? 1 : BURST; /* looking at the clock takes time, too */
    parts = best > 1e-4 ? 1 : SAMPLES;
    for (unsigned round = 0; round < ROUNDS && calls > 1; round++) {
        uint64_t done = 0;
        size_t turn = 0;
        double taking = 0;

        start = cpu_seconds();
        do {
            for (unsigned k = 0; k < parts && turns != NULL; k++, turn = (turn + 1) % turns->count) {
                take_turn(rig, turns, turn);
                for (unsigned c = 0; c < burst; c++)
                    call(rig, backward);
                done += burst;
            }
            for (unsigned k = 0; turns == NULL && k < burst && done < calls; k++, done++)
                call(rig, backward);
            spent = cpu_seconds() - start;
        } while (done < calls && spent < 0.1);
        start = cpu_seconds();
        for (uint64_t taken = 0; turns != NULL && taken < done; taken += burst, turn = (turn + 1) % turns->count)
            take_turn(rig, turns, turn);
        taking = cpu_seconds() - start;
        spent = (spent - taking) / (double)done;
        best = spent < best ? spent : best;
    }
    return best;
}

/* Adds CPU seconds of the counted calls of each part, made bare at the setup's point; *whole: of one Forward of the
 * batch. A batch of another size holds the samples of that one in turn, one of one position the positions. Calls of shapes
 * that the setup does not have are taken by the element. */
static inline void replay(struct counted *own, const struct gck_setup *setup, double seconds[PARTS], double *whole,
                          char *message)
{
    static struct gck_rig batch, rig;
    struct gck_positions positions;
    const bool apart = gck_positions_open(&positions, setup);
    double forward, backward;

    *whole = 0;
    if (gck_rig_open(&batch, own->layer, setup, 0, message) != GCK_OK
        || gck_rig_fill(&batch, 0, own->layer->type == GCK_TYPE_FLOAT) != GCK_OK)
        goto done;
    gck_rig_weigh(&batch, 1.375);
    *whole = forward = time_of(&batch, NULL, BURST, false);
    backward = time_of(&batch, NULL, BURST, true);
    for (unsigned i = 0; i < own->sizes; i++) {
        const struct calls *const calls = &own->calls[i];
        size_t *const row = calloc(calls->num, sizeof *row);
        const bool position = apart && calls->num == 1 && calls->count == batch.bottom[0].count / positions.count;
        const struct turns turns = { .batch = &batch, .positions = position ? &positions : NULL,
                                     .count = position ? positions.count : batch.num };
        double f = forward * (double)calls->count / (double)batch.bottom[0].count;
        double b = backward * (double)calls->count / (double)batch.bottom[0].count;
        bool open = false;

        for (size_t n = 0; row != NULL && n < calls->num; n++)
            row[n] = n % batch.num;
        if (position) {
            open = gck_positions_rig(&positions, &rig, own->layer, &batch);
        } else if (row != NULL && calls->num != batch.num) {
            open = gck_rig_open(&rig, own->layer, setup, calls->num, message) == GCK_OK;
            if (open)
                gck_rig_take(&rig, &batch, row);
        }
        if (open && rig.bottom[0].count == calls->count) {
            if (position)
                take_turn(&rig, &turns, 0);
            gck_rig_weigh(&rig, 1.375);
            rig.layer->forward(&rig.io);
            f = time_of(&rig, calls->num == 1 ? &turns : NULL, calls->forwards[OTHER] + calls->forwards[GRADIENT], false);
            b = time_of(&rig, calls->num == 1 ? &turns : NULL, calls->backwards[OTHER] + calls->backwards[GRADIENT], true);
        }
        if (position || calls->num != batch.num)
            gck_rig_close(&rig);
        free(row);
        for (enum part p = OTHER; p < PARTS; p++)
            seconds[p] += f * (double)calls->forwards[p] + b * (double)calls->backwards[p];
    }
done:
    gck_positions_close(&positions);
    gck_rig_close(&batch);
}

#endif
