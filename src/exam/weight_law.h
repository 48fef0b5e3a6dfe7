/* weight_law.h -- what the diffs at several loss weights say of how Backward answers to top.diff. */
#ifndef GCK_EXAM_WEIGHT_LAW_H
#define GCK_EXAM_WEIGHT_LAW_H

#include "exam/check.h"

/* All claims' diffs at one weight, one claim after another. Of a large layer each array counts, in time and in memory: where
 * Backward is linear in every bit, no more are written than those that the claims have anyway. */
struct gck_diffs {
    struct gck_check *check;
    size_t count;
    const double *once;         /* at w */
    double *own;                /* room for them, where they are not the claims' */
    double *twice, *now;        /* at 2w and the last weight asked; written where they are no exact multiples of those at w */
    bool exactly_twice;         /* at 2w they were: twice[] is not written */
    double *sample;             /* GCK_RATIOS_SAMPLED of them */
    char *top, *put;            /* as they stand in the tops: top: all data, once; put: all diffs before a pass */
    double largest, finite;     /* |a(w)|; among those that are finite */
    double rough;               /* how far a(2w), a(4w) and a(-w) are from multiples of a(w), over the largest */
};

/* The weights that the law is read off: w = check->weight, 2w, 4w, -w and 0, asked in this order. */
enum { GCK_ONCE, GCK_TWICE, GCK_FOURFOLD, GCK_NEGATED, GCK_ZERO, GCK_OWN_WEIGHTS };
enum { GCK_RATIOS_SAMPLED = 1 << 14 };

/* The diffs as they are in the rig, into diffs->count numbers. */
void gck_diffs_read(const struct gck_diffs *diffs, double *value);

/* Are those in the rig v/w times those at w, in every bit? Once those are known. */
bool gck_diffs_exact(const struct gck_diffs *diffs, double weight);

/* What those in the rig, which were asked at the own weight, say; into check->weight_law. */
void gck_diffs_learn(struct gck_diffs *diffs, unsigned own, double weight);

/* |a(v) - v/w a(w)| within rounding, of those in the rig, which were asked at weight v? Else `why` tells of the first that isn't. */
bool gck_diffs_linear(const struct gck_diffs *diffs, double weight, char *why);

#endif
