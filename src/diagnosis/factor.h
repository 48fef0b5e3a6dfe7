/* factor.h -- the law behind a constant factor: how it follows num, C, S, K and the loss weight.
 *
 * The ratio analytic over numeric is measured again with one of them doubled; log2 of the change is the exponent. It
 * compares Backward with Forward: which of the two is wrong, the batch exam says. */
#ifndef GCK_DIAGNOSIS_FACTOR_H
#define GCK_DIAGNOSIS_FACTOR_H

#include "exam/questions.h"

struct gck_factor {
    double ratio, spread;          /* the median of analytic over numeric, and how far elements are from it */
    size_t elements, disagreeing;  /* that the ratio was taken from; that disagree in all */
    bool constant;                 /* one ratio for every element that can be told */
    bool one;                      /* and that ratio is 1: what disagrees does so elsewhere */
    bool measured;                 /* the exponents are */
    double exponent[GCK_DIMS];     /* of num, C, S, K: halves; 0 for those that the layer doesn't have */
    double weight;                 /* of the loss weight */
    double rest;                   /* what is left of the ratio without them */
    bool unweighed;                /* ratio and law are without the loss weight's power */
    char law[GCK_NAME_SIZE];       /* "num^+1 w^-1"; "" if only the rest */
};

/* From the verdicts that the claim holds. */
void gck_factor_of(const struct gck_claim *claim, struct gck_factor *factor);
/* Asks for the exponents. */
void gck_factor_measure(const struct gck_check *check, const struct gck_claim *claim,
                        struct gck_factor *factor);
/* Takes the loss weight's power out of ratio and law: it is told already. */
void gck_factor_unweigh(const struct gck_check *check, struct gck_factor *factor);

#endif
