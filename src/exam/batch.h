/* batch.h -- what the files of the batch exam share. */
#ifndef GCK_EXAM_BATCH_H
#define GCK_EXAM_BATCH_H

#include "exam/check.h"

/* The exam while it runs: the loss at the point, and how far two computations of one number may differ. */
struct gck_batch {
    struct gck_check *check;
    struct gck_batch_law *law;
    struct gck_rig *rig;    /* the whole batch, at the point */
    struct gck_rig work;    /* a rig of as many samples, for one question after the other; not open before the first */
    struct gck_rig other;   /* and one that holds other data, maybe of fewer samples; likewise */
    unsigned variant;       /* that `other` holds */
    size_t num;
    double loss, size;      /* E, and the sum of its terms' sizes */
    double noise, epsilon;  /* of one evaluation of E; of the type */
    struct gck_batch *asked; /* whether the loss is a sum over samples: the twin's batch, or this one */
    size_t *row;            /* 2 num numbers, to choose samples with */
    char why[GCK_WHY_SIZE]; /* of the first thing that was wrong */
};

/* Room between two computations of a loss of this size from n samples. */
double gck_batch_room(const struct gck_batch *batch, double size, size_t n);
/* Room between two computations of the claim's element i, for `times` its value. */
double gck_batch_element_room(const struct gck_batch *batch, const struct gck_claim *claim, size_t i,
                              double times);

/* A new rig of n samples with the rows of batch->row from the whole one; a pass done. False where the layer refuses. Close
 * it after every return. */
bool gck_batch_rig(struct gck_batch *batch, struct gck_rig *rig, size_t n);
/* Adds its calls to the batch's, and closes it. */
void gck_batch_close(const struct gck_batch *batch, struct gck_rig *rig);
/* Of many samples, or of some that are large, every so many-th may stand for all: memory and time count. 1: all are asked. */
size_t gck_batch_each(const struct gck_batch *batch);
/* batch->work, as good as new, with the rows of batch->row; no pass is done. NULL where the layer refuses. */
struct gck_rig *gck_batch_work(struct gck_batch *batch);
/* batch->other with the data of that variant, of so many samples that they may have to serve several times: sample r % num of it
 * is for sample r. NULL where the layer refuses. */
const struct gck_rig *gck_batch_other(struct gck_batch *batch, unsigned variant);

/* Something is wrong: only the first such thing is told: format takes a port and two numbers as
 * text, with as many digits as tell them apart. */
void gck_batch_wrong(struct gck_batch *batch, const char *format, const char *port, double found, double wanted);

/* The questions, in their order. */
void gck_batch_coupling(struct gck_batch *batch);
void gck_batch_doubled(struct gck_batch *batch);
void gck_batch_split(struct gck_batch *batch);
void gck_batch_permuted(struct gck_batch *batch);
void gck_batch_locality(struct gck_batch *batch);

/* ---- some samples of a large batch (batch_some.c) ---- */

/* The batch as it were if it held those of `some` alone, every so many-th, after a pass. What they show may be as uncertain as
 * their share in the whole is large. */
struct gck_batch gck_batch_of_some(const struct gck_batch *batch, const struct gck_rig *some);
/* Do loss and diffs follow them in reverse order? Does nobody's diff move when the first or the last gets other data? False: no,
 * or the batch is not large, or the layer refuses: then the whole has to be asked. */
bool gck_batch_some_permute(struct gck_batch *batch);
bool gck_batch_some_stay(struct gck_batch *batch);

/* Every sample twice: so many times the batch's rows are held for it, where `asked` elements take a gradient. */
double gck_batch_part(size_t num, double asked);

/* Is the claim one row per sample? And how long is a row? */
bool gck_claim_batched(const struct gck_check *check, const struct gck_claim *claim);
size_t gck_claim_row(const struct gck_batch *batch, const struct gck_claim *claim);

/* Replaces sample r's data in `rig` by what `other` has for it, labels and other constants staying as they are.
 * False where there is nothing to replace. */
bool gck_batch_replace(struct gck_rig *rig, size_t r, const struct gck_rig *other);

#endif
