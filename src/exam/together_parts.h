/* together_parts.h -- the exams that are made side by side: what each asks, on what it builds, and what is taken over. */
#ifndef GCK_EXAM_TOGETHER_PARTS_H
#define GCK_EXAM_TOGETHER_PARTS_H

#include "exam/check.h"

/* In the order in which they are begun: first what others wait for, and late the contract, for which nobody does, so that it goes
 * on while the others do. */
enum {
    GCK_NOISE,
    GCK_DIFFS, /* the diffs at the point */
    GCK_TURN_FIRST,
    GCK_TURN_SECOND, /* how far they move, by gck_claims_turn */
    GCK_CONTRACT,
    GCK_ALLOW, /* what rounding is allowed to do to them */
    GCK_BATCH,
    GCK_WEIGHT,
    GCK_TYPES,
    GCK_PARTS
};

/* What a child leaves. Of its check and its result plain numbers are taken, no pointers. */
struct gck_slot {
    struct gck_aside aside;
    atomic_bool ended;
    bool good; /* it may be taken over */
    struct gck_check check;
    struct gck_result result;
};

struct gck_together {
    struct gck_check *check;
    struct gck_slot *slot;    /* shared: of each part, and one with what was there before */
    struct gck_share *shares; /* shared: of each sample */
};

struct gck_part {
    bool (*ask)(struct gck_together *together); /* false: all of them have to be asked one after the other */
    /* In the parent. NULL: what it does is done in the parent, or to shared arrays alone. */
    void (*take)(struct gck_together *together, const struct gck_slot *slot);
    unsigned after; /* bits: these have ended before it begins */
    bool own;       /* the parent asks, not a child */
};

#define GCK_AFTER(part) (1u << (part))

extern const struct gck_part gck_part[GCK_PARTS];

/* Does the part apply? */
bool gck_part_wanted(const struct gck_check *check, unsigned part);

/* The arrays that turns use, and differences will, are all 0. */
void gck_together_clear(struct gck_check *check);

#endif
