/* compare.h -- a mutant beside the layer that it was made from: where do they differ? And if by a factor, by which? */
#ifndef GCK_MUTANTS_COMPARE_H
#define GCK_MUTANTS_COMPARE_H

#include "gradcheck/gradcheck.h"
#include "layer/rig.h"

enum { MOST_SETTINGS = 32, MOST_BLOBS = 2 * GCK_MAX_PORTS };

enum difference {
    SAME_BITS,
    BY_ROUNDING, /* by less than 1e-11 of the blob's largest element */
    IN_FORWARD,  /* the tops, or what Forward returns */
    IN_BACKWARD, /* the tops are the same to rounding, the diffs or what Backward returns are not */
    IN_BOTH,
    BY_CRASH     /* it crashes or never ends */
};

/* What is asked of the layer, as words: "C=4 norm=L2 ties". ties: values are multiples of 1/4, so that comparisons meet
 * equal numbers. soft: targets between 0 and 1 where the layer would be given 0 or 1. */
struct setting {
    char words[64];
    struct gck_options options;
    char value[GCK_MAX_GIVEN][32], name[GCK_MAX_GIVEN][32];
};

/* All settings of a layer; the first is the default. Returns how many. */
unsigned settings_of(const char *layer, struct setting *setting);

void read_words(struct setting *setting, const char *words);

/* One layer at work. */
struct run {
    struct gck_setup setup;
    struct gck_rig rig;
    enum gck_status forward, backward;
};

bool run_open(struct run *run, const struct gck_layer *layer, const struct gck_options *options);
void run_close(struct run *run);
/* That number into the diffs of all these blobs. */
void preset(struct gck_blob *blob, unsigned blobs, double value);
/* Fills all and calls Forward and Backward. asked: the one bottom whose diff is wanted; -1: as the ports say. */
void run_once(struct run *run, unsigned variant, double weight, int asked);

struct pair {
    const struct gck_layer *original, *mutant;
    const struct setting *setting;
};

/* Lets a child do it and tell `size` bytes; false where it doesn't come back with them. */
bool in_child(void (*work)(void *context, void *answer), void *context, void *answer, size_t size);

/* Both in this setting: Forward and Backward on three data, also where no diff is asked for. In a child: a mutant that
 * crashes is BY_CRASH. */
enum difference compare(const struct gck_layer *original, const struct gck_layer *mutant,
                        const struct setting *setting);

#endif
