/* gradient.h -- single elements of the gradient exam, for whoever wants to look at some of them only.
 *
 * Where the batch exam has shown that loss and gradient are a factor times the single samples', an element can be judged
 * on its sample alone: the noise is then the sample's own and not the whole loss's, and a Forward costs 1/num. So it is done
 * at once where there are many samples, else where the whole batch leaves a doubt. Of large samples the positions may be
 * taken alone (positions.h), which is done at once. Samples and positions are parts here. */
#ifndef GCK_EXAM_GRADIENT_H
#define GCK_EXAM_GRADIENT_H

#include "exam/tremble.h"
#include "numeric/slope.h"

struct gck_gradient {
    struct gck_check *check;
    struct gck_rig *rig;      /* whose Forward is differenced: the twin's, or the layer's own */
    double value, noise;      /* E there, and the noise of one evaluation */
    struct gck_point point[2 * GCK_MAX_PORTS]; /* of each claim, on the whole batch */
    size_t row[2 * GCK_MAX_PORTS]; /* elements of a sample, where the claim is batched */
    const struct gck_positions *positions; /* the parts are these; NULL: samples */
    bool slices;              /* single parts may be taken */
    bool part_by_part;        /* and are at once: there are many */
    struct gck_rig slice;     /* one part, taken from rig */
    size_t part;              /* which; SIZE_MAX: none yet */
    const struct gck_blob *own[GCK_MAX_PORTS], *rows[GCK_MAX_PORTS]; /* the slice's blobs of samples, and the rig's, where */
    unsigned plain;           /* these are all that differs from sample to sample, in double: so many; 0: it is not so */
    struct gck_tremble tremble; /* of the slice */
    size_t first, parts;      /* those that are looked at (part.h): first, first + 1, ..., GCK_ROW at most */
    struct gck_stand stand[GCK_ROW]; /* E of each, and its noise */
    size_t *wrong;            /* of each claim, how many elements of a block were found wrong by all looks; NULL: each wants all
                                 (struct gck_row) */
    struct gck_share share;   /* what their loss and their derivatives are multiplied by in the batch's */
    bool estimates;           /* the derivative itself is wanted, not a verdict that holds in court: some 8 evaluations */
};

/* Judges options->only: fills only_claim and only_element. GCK_ENAME, GCK_EUSAGE with a sentence. */
enum gck_status gck_gradient_choose(struct gck_check *check, char *message);

/* Evaluates E and its noise at the point. The layer's refusal with its sentence, or GCK_OK; close it after every return. */
enum gck_status gck_gradient_open(struct gck_gradient *gradient, struct gck_check *check, char *message);
void gck_gradient_close(struct gck_gradient *gradient);

/* Of many parts the noise of some is measured at once, and most others' not at all (tremble.h): for whoever is about to
 * judge all elements. Before they are shared out among processes, so that results do not depend on how they are. */
void gck_gradient_learn(struct gck_gradient *gradient);

/* Is the claim judged part by part? Then it is cheapest to judge all claims of one part before the next. */
bool gck_gradient_by_part(const struct gck_gradient *gradient, const struct gck_claim *claim);
/* Parts of the batch; and the claim's elements in one of them, where it is judged so. */
size_t gck_gradient_parts(const struct gck_gradient *gradient);
struct gck_run gck_gradient_part(const struct gck_gradient *gradient, const struct gck_claim *claim, size_t part);

/* Judges one element and stores verdict, numeric, bound and step in the claim. */
void gck_gradient_judge(struct gck_gradient *gradient, struct gck_claim *claim, size_t element);
/* The same for n elements that follow each other, any number of them: cheaper than one by one. */
void gck_gradient_judge_row(struct gck_gradient *gradient, struct gck_claim *claim, size_t element, size_t n);
/* The same for all elements of n parts that follow each other: where they have few each, cheaper than part by part. */
void gck_gradient_judge_parts(struct gck_gradient *gradient, struct gck_claim *claim, size_t part, size_t n);
/* The same for n elements of a part, from the one with that number on. */
void gck_gradient_judge_part(struct gck_gradient *gradient, struct gck_claim *claim, size_t part, size_t number, size_t n);

/* Adds the verdicts up in the result, once everybody had a say. */
void gck_gradient_sum_up(struct gck_check *check);

/* The verdicts of the claim's elements in the blob's shape; only: one element, or SIZE_MAX for all. */
void gck_map_fill(const struct gck_claim *claim, size_t only, struct gck_map *map);

/* The element as results show it. */
void gck_element_of(const struct gck_claim *claim, size_t flat, struct gck_element *element);

#endif
