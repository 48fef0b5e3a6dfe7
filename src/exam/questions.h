/* questions.h -- what the diagnosis may ask of the exams: narrow questions, each answered by some runs of the layer.
 *
 * The runs are counted in the result like all others. `claim` says which port is meant. */
#ifndef GCK_EXAM_QUESTIONS_H
#define GCK_EXAM_QUESTIONS_H

#include "exam/check.h"

/* The ratio analytic over numeric at a setup with N, C, S, K of those sizes (0: as it is), at loss weight w, that
 * at least half of some large elements of the port of `claim` have. residual: how far apart these are, relatively. False where the layer
 * refuses or nothing could be measured. */
bool gck_check_ratio(const struct gck_check *check, const struct gck_claim *claim, const size_t size[GCK_DIMS], double w,
                     double *ratio, double *residual);

/* The same ratio at the examined shape and weight, with the data of that variant. */
bool gck_check_ratio_at(const struct gck_check *check, const struct gck_claim *claim, unsigned variant, double *ratio,
                        double *residual);

/* Is the claim right with the data of that variant (gck_rig_fill), at the examined shape and weight? 1: the data that the layer
 * saw first of all. */
bool gck_check_right_at(const struct gck_check *check, const struct gck_claim *claim, unsigned variant);

/* Are those of the claim's diffs that `among` marks (one for each element) 0 with the data of that variant as well? True where that
 * cannot be asked. */
bool gck_check_zero_at(const struct gck_check *check, const struct gck_claim *claim, unsigned variant, const unsigned char *among);

/* Do the claim's diffs, made with the point's labels, belong to the loss with other ones? label: the values of the constant
 * bottom `bottom` in place of the point's. scale: what the diffs are divided by before. True where none of some 64 elements tells
 * otherwise and most of them tell so. */
bool gck_check_right_with(const struct gck_check *check, const struct gck_claim *claim, unsigned bottom,
                          const double *label, double scale);

/* What becomes of E when some elements of the claim's port go far away, all together, along their diffs and to other random
 * places: the lowest and highest E - E(point) that occurred, 0 where that is noise. False where it could not be asked. */
struct gck_reach {
    double lowest, highest;
};
bool gck_check_reach(const struct gck_check *check, const struct gck_claim *claim, const size_t *element,
                     size_t elements, struct gck_reach *reach);

/* Where every diff is 0: is one of them not 0 with generated data of the same shape? False also where the layer refuses. */
bool gck_check_moves_elsewhere(const struct gck_check *check);

#endif
