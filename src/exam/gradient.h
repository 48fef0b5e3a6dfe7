/* gradient.h -- single elements of the gradient exam, for whoever wants to look at some of them only. */
#ifndef GCK_EXAM_GRADIENT_H
#define GCK_EXAM_GRADIENT_H

#include "exam/check.h"
#include "numeric/slope.h"

/* What the verdicts of a claim's elements share; value and noise are those of the differenced rig. */
void gck_gradient_point(const struct gck_check *check, const struct gck_claim *claim, double value,
                        double noise, struct gck_point *point);

/* Judges one element and stores verdict, numeric, bound and step in the claim. */
void gck_gradient_judge(struct gck_check *check, struct gck_claim *claim, const struct gck_point *base,
                        size_t element);

/* The element as results show it. */
void gck_element_of(const struct gck_claim *claim, size_t flat, struct gck_element *element);

#endif
