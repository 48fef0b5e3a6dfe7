/* position.h -- one spatial position of one sample, as a batch of its own: num 1 and S 1.
 *
 * Of a large image each position may be taken for itself where the loss adds them up (exam/positions.h). Here is what shapes
 * say of that: which axes are positions, where a position's numbers stand in each blob, and a rig that holds one. */
#ifndef GCK_LAYER_POSITION_H
#define GCK_LAYER_POSITION_H

#include "layer/rig.h"

/* A blob of num samples of `outer` * `inner` positions: number c of position p of sample s is element
 * ((s * outer + p / inner) * size + c) * inner + p % inner. size 0: it is the same for every position. */
struct gck_lattice {
    size_t outer, size, inner;
};

/* Elements of an array: `count` of them, `stride` apart. */
struct gck_run {
    size_t first, stride, count;
};

struct gck_positions {
    struct gck_setup setup;  /* of one position of one sample; without data */
    size_t each, count;      /* of a sample; of the batch: position p of sample s is position s * each + p */
    struct gck_lattice bottom[GCK_MAX_PORTS], top[GCK_MAX_PORTS];
};

/* False where the batch cannot be taken apart so: samples have one position, a port has none or mixes them with other
 * dims, weights are made of them. Close it after every return. */
bool gck_positions_open(struct gck_positions *positions, const struct gck_setup *setup);
void gck_positions_close(struct gck_positions *positions);

/* A rig of one position of `whole`, with the layer of either type, and what is the same for all positions; the lattices of the
 * tops. False where the layer refuses, or its tops do not follow. Close it after every return; positions has to live as long. */
bool gck_positions_rig(struct gck_positions *positions, struct gck_rig *rig, const struct gck_layer *layer,
                       const struct gck_rig *whole);

static inline struct gck_run gck_run_of(const struct gck_positions *positions, const struct gck_lattice *lattice,
                                        size_t position)
{
    const size_t s = position / positions->each, p = position % positions->each;

    return (struct gck_run){ (s * lattice->outer + p / lattice->inner) * lattice->size * lattice->inner + p % lattice->inner,
                             lattice->inner, lattice->size };
}

/* The position that element i of such a blob belongs to; which of its numbers it is, into *number. */
size_t gck_position_of(const struct gck_positions *positions, const struct gck_lattice *lattice, size_t i, size_t *number);

/* The rig becomes a position of `whole`, with the data of position `from` in what is not constant. Top diffs are still to be
 * weighed. */
void gck_positions_take(const struct gck_positions *positions, struct gck_rig *rig, const struct gck_rig *whole,
                        size_t position, size_t from);
/* What is not constant at a position of `rig` becomes what `whole` has at position `from`; both are whole batches. */
void gck_positions_replace(const struct gck_positions *positions, struct gck_rig *rig, size_t position,
                           const struct gck_rig *whole, size_t from);

#endif
