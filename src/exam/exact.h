/* exact.h -- the exact exam: the analytic derivatives against those of the layer's own source.
 *
 * Forward of the exact twin writes down what it computes, so one pass differentiates E by all elements (exact_twin.h), without
 * a step. What it says is exact but for rounding: the claim may be off by its own allowance, and the twin by what it shows
 * when it rounds upward and downward. */
#ifndef GCK_EXAM_EXACT_H
#define GCK_EXAM_EXACT_H

#include "exam/check.h"

/* Judges every element of the claims that the gradient exam looked at, fills the result's exact part, and settles
 * elements that differences could not tell. Does nothing without an exact twin or for another type than double. */
void gck_exam_exact(struct gck_check *check);

/* Only fills the claims' exact derivatives in, in any type, after gck_check_run: the truth that differences are held to. False
 * where the twin refuses. */
bool gck_exact_collect(struct gck_check *check);

#endif
