/* claims.h -- the analytic derivatives under examination, and how much rounding they may carry. */
#ifndef GCK_EXAM_CLAIMS_H
#define GCK_EXAM_CLAIMS_H

#include "exam/check.h"

/* Lists the ports that have a derivative: every bottom that is not constant, every learnable weight. Allocates their
 * arrays. GCK_EMEMORY, GCK_EEMPTY with a sentence. */
enum gck_status gck_claims_open(struct gck_check *check, char *message);
void gck_claims_close(struct gck_check *check);

/* Elements of all of them: their analytic values stand one claim after the other, and so do allowances, numeric values, bounds. */
size_t gck_claims_count(const struct gck_check *check);

/* x is the rig's point. */
void gck_claims_point(struct gck_check *check);
/* So it is, and of large claims no copy where it stands already as it was drawn: until gck_drawn_keep lets go of it, before which
 * somebody has to settle or own it. */
void gck_claims_find(struct gck_check *check);
/* One clean pass at check->weight, where x is, fills analytic and typical; allowances are written over. GCK_OK or the layer's
 * refusal. */
enum gck_status gck_claims_diffs(struct gck_check *check, char *message);
/* x is the rig's point, then the same; the allowance is 0. */
enum gck_status gck_claims_pass(struct gck_check *check, char *message);

/* One clean pass at check->weight fills x, analytic and typical. The allowance is what rounding can do to a correct
 * Backward, measured twice over: eight passes at inputs that differ by an ulp or two, and six passes that round
 * Forward or Backward upward or downward. The first alone misses errors that are the same at every near input: softmax with a
 * p of almost 1 loses the same digits each time. GCK_OK or the layer's refusal. */
enum gck_status gck_claims_measure(struct gck_check *check, char *message);

/* The same in parts, for whoever shares them out: gck_claims_pass, then every turn once, in any order, and then the last. A turn
 * makes an allowance as large as the distance to that pass's diffs; turns that were made apart add up by the larger of two. */
enum { GCK_JITTERS = 8, GCK_ROUNDINGS = 6, GCK_TURNS = GCK_JITTERS + GCK_ROUNDINGS };
/* So many random numbers are drawn for all elements at most, and then come again: they stay in a processor's cache. */
enum { GCK_DRAWN = 1 << 15 };
/* Numbers for gck_claims_jitter; NULL without memory, else for gck_pages_free. */
double *gck_claims_draw(const struct gck_check *check);
/* All points in the rig become x_i (1 + 2 eps u), u uniform on [-1, 1), turn < GCK_JITTERS: what rounding in the layer's first
 * operation would do as well. apart: each claim by numbers of its own. */
void gck_claims_jitter(struct gck_check *check, unsigned turn, bool apart, const double *draw);
/* All points in the rig as they were. */
void gck_claims_put_back(struct gck_check *check);
enum gck_status gck_claims_turn(struct gck_check *check, unsigned first, unsigned turns, char *message);
/* scratch: NULL, or as many numbers as the longest claim has. */
enum gck_status gck_claims_allow(struct gck_check *check, double *scratch, char *message);

/* The rig of which Forward is differenced stays at the point from here on: of large claims x need not be a copy. May be said again. Whoever measures
 * them once more gives them their own before. */
void gck_claims_settle(struct gck_check *check);
/* Gives a claim its own copy of the point again: for whoever moves many elements of the rig at once. False without memory. */
bool gck_claim_own(struct gck_claim *claim);
/* Gives it to all of them. */
bool gck_claims_own(struct gck_check *check);

/* The points in this rig are all about to be written: in a forked child into pages of its own and not into copies. Nothing
 * elsewhere, and where x is the rig's. */
void gck_claims_afresh(const struct gck_check *check, struct gck_rig *rig);

/* How far analytic over numeric of element i may be off: its size where that is more than 1, or 1, times so much. What the bound
 * has of the claim's own rounding is a part of the claim, however much larger than the derivative that is. */
double gck_claim_doubt(const struct gck_claim *claim, size_t i);

/* The rig of which Forward is differenced: the twin's, or the layer's own. */
struct gck_rig *gck_check_reference(struct gck_check *check);

#endif
