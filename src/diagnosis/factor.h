/* factor.h -- the law behind a constant factor: how it follows num, C, S, K and the loss weight.
 *
 * The ratio analytic over numeric is measured again with one of them doubled; log2 of the change is the exponent. It
 * compares Backward with Forward: which of the two is wrong, the batch exam says. */
#ifndef GCK_DIAGNOSIS_FACTOR_H
#define GCK_DIAGNOSIS_FACTOR_H

#include "exam/questions.h"

#include <math.h>

struct gck_factor {
    double ratio, spread, usual;   /* the median of analytic over numeric; how far elements are from it at most, and usually */
    size_t elements, disagreeing;  /* that the ratio was taken from; that disagree in all */
    bool constant;                 /* one ratio for every element that can be told */
    bool some_right;               /* some of those that were probed are: known too roughly for a ratio, but not for 1 */
    bool one;                      /* and that ratio is 1: what disagrees does so elsewhere */
    bool measured;                 /* the exponents are, all of them */
    bool refused;                  /* at other sizes of some symbols nothing could be measured: their exponent is not known */
    bool varies;                   /* at other sizes there is no common ratio: it only looks like a factor here */
    bool odd;                      /* there is one, but it follows no power: those of the exponents are 0 */
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
/* The ratio that most elements have, where not all do: of those that are big and sure enough for one. share: how many of them have
 * it, 0 .. 1. Ratios of 0 don't count. NaN where there is none. */
double gck_factor_common(const struct gck_claim *claim, double *share, size_t *elements);
/* The law that a lone ratio would be by, where exactly one simple law fits it at this shape: its code and text, or 0. */
unsigned gck_factor_guess(const struct gck_check *check, double ratio, char law[GCK_NAME_SIZE]);
/* Takes the loss weight's power out of ratio and law: it is told already. */
void gck_factor_unweigh(const struct gck_check *check, struct gck_factor *factor);

/* Equal as far as a name depends on it: to a thousandth. What is closer to a factor than that is told in numbers. */
static inline bool gck_near(double value, double wanted)
{
    return fabs(value - wanted) <= 1e-3 * fabs(wanted);
}

/* "1.05"; "1 + 1e-06" where four digits would not show the mistake. Returns text. */
enum { GCK_RATIO_TEXT = 64 };
char *gck_ratio_text(double ratio, char *text);

#endif
