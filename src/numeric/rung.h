/* rung.h -- differences of one step size, and the bound that two of them give. Private to src/numeric. */
#ifndef GCK_NUMERIC_RUNG_H
#define GCK_NUMERIC_RUNG_H

#include "numeric/slope.h"

/* One coordinate under examination. */
struct gck_spot {
    const struct gck_function *function;
    const struct gck_point *point;
    size_t index;
    double x;
    double noise; /* nu, at least what underflow may swallow */
    double scale; /* the size of x, or the room in the domain where that is smaller */
    double least; /* steps below it are lost in the storage of x */
    unsigned evaluations;
};

/* false where no step of any size can be taken. */
bool gck_spot_set(struct gck_spot *spot, const struct gck_function *function,
                  const struct gck_point *point, size_t index, double x);

/* E at x + offset; *moved is the offset that storage left of it. NaN outside the domain. */
double gck_spot_value(struct gck_spot *spot, double offset, double *moved);

struct gck_rung {
    double slope; /* D: central difference */
    double bend;  /* S: right minus left slope */
    double step;  /* h: mean of the two displacements */
    double noise; /* what the two evaluations' noise does to D: 2 nu / (2 h) at most */
};

/* Two evaluations. false where a neighbour is not finite or cannot be told from x. */
bool gck_rung_measure(struct gck_spot *spot, double h, struct gck_rung *rung);

struct gck_pair {
    double slope;  /* R */
    double jump;   /* J: what is left of the bends when a second derivative is taken out */
    double left, right; /* slopes on both sides of a kink that both rungs reach */
    double spread; /* |D_large - D_small| */
    double noise;  /* 2 nu / h */
    double bound;  /* E */
    double step;   /* of the smaller rung */
    bool kinked;   /* both rungs see the same kink: their bends are alike, not in proportion to h */
};

struct gck_pair gck_pair_of(const struct gck_rung *large, const struct gck_rung *small);

#endif
