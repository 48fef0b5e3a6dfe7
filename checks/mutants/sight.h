/* sight.h -- what a mutant does at one point, seen without the tool: its diffs, and its own Forward's slopes by differences. */
#ifndef GCK_MUTANTS_SIGHT_H
#define GCK_MUTANTS_SIGHT_H

#include "compare.h"

/* One bottom or learnable weight that has a derivative. */
struct port_sight {
    char name[GCK_NAME_SIZE];
    bool weight;
    unsigned index;
    size_t count, num, row, classes, inner, places;
    double *x, *a;         /* the point; Backward's diffs at `weight_at` */
    double *doubled, *negated, *nothing; /* at the loss weights 2w, -w, 0 */
    double *g;             /* the slope of E = sum top.diff * top.data; NaN at a corner */
    double *right, *left;  /* its slopes on both sides */
    double *o;             /* the correct layer's diffs there */
    double noise, scale;   /* how sure g is; the largest |g| or |a| */
    double *label, *sort;  /* NULL: none; places, num of them */
    double *top, *up;      /* data and diff of a top of as many elements, or NULL */
};

struct sight {
    struct run run, original;
    unsigned ports;
    struct port_sight port[MOST_BLOBS];
    double loss;           /* the first top's first number */
    bool finite, forward_same;
};

#define PAINT 3.25 /* what bottom diffs hold before Backward */

/* size: NULL, or other sizes of N, C, S, K. False where it cannot be opened or refuses. Memory is not given back: call it in a
 * child. */
bool sight_open(struct sight *s, const struct gck_layer *original, const struct gck_layer *mutant,
                const struct gck_options *options, const size_t *size, double weight);
/* The slopes of this port as the rig's data are now, into g, right, left. */
void slopes(struct sight *s, struct port_sight *p);
/* E of every sample twice over E; NaN for what is no loss, or refuses. */
double loss_doubled(const struct gck_layer *layer, const struct sight *s);

/* What the tool said, as far as it can be held to the numbers. */
struct claimed {
    unsigned code;
    bool of_float, doubtful;
    char port[GCK_NAME_SIZE], what[GCK_NAME_SIZE];
};

enum { MOST_CLAIMED = 64 };

enum truth {
    FALSE_NAME,  /* the numbers contradict it, or there were none */
    TRUE_HERE,   /* true at the examined point, and not of other data */
    TRUE_NAME,   /* true at the examined point and at others that the tool did not see */
    OBSERVED     /* a direct observation of the contract, which the tool made itself */
};

/* laws.c: names of a factor. patterns.c: all others, at one point. */
struct laws {
    bool measured[MOST_BLOBS];
    double n[MOST_BLOBS], c[MOST_BLOBS], s[MOST_BLOBS], w[MOST_BLOBS], ratio[MOST_BLOBS], rest[MOST_BLOBS];
    double forward_n;      /* what power of num the mutant's loss has too much */
    bool backward_zero_alone; /* num = 1 has a gradient */
};
void laws_measure(struct laws *laws, const struct gck_layer *original, const struct gck_layer *mutant,
                  const struct gck_options *options, const struct sight *here);
bool law_code(unsigned code);
bool law_holds(const struct laws *laws, const struct sight *here, const struct claimed *claimed);
bool pattern_holds(struct sight *s, const struct claimed *claimed);
/* The ratio a/g that most elements have; share: how many do. NaN: none. */
double usual_ratio(const struct port_sight *p, double *share);
bool names_port(const struct claimed *claimed, const struct port_sight *p);

/* truth.c: of each claim. */
void truths(const struct gck_layer *original, const struct gck_layer *mutant, const struct setting *setting,
            const struct claimed *claimed, unsigned claims, enum truth *truth);

#endif
