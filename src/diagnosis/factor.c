/* factor.c -- the law behind a constant factor: how it follows num, C, S, K and the loss weight. */
#include "diagnosis/factor.h"

#include "core/text.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void gck_factor_of(const struct gck_claim *claim, struct gck_factor *factor)
{
    double *const ratio = malloc(2 * claim->count * sizeof *ratio);
    double *const room = ratio + claim->count;
    double largest = 0;
    size_t counted = 0; /* of the elements for a ratio, those that disagree */

    memset(factor, 0, sizeof *factor);
    factor->ratio = (double)NAN;
    if (ratio == NULL)
        return;
    for (size_t i = 0; i < claim->count; i++)
        if (isfinite(claim->numeric[i]))
            largest = fmax(largest, fabs(claim->numeric[i]));
    for (size_t i = 0; i < claim->count; i++) {
        const double size = fabs(claim->numeric[i]);

        factor->disagreeing += claim->verdict[i] == GCK_DISAGREE;
        /* elements that are big and sure enough for a ratio; a kink has two slopes */
        if (claim->verdict[i] == GCK_KINK || claim->verdict[i] == GCK_CANNOT_TELL
            || !(size > 100 * claim->bound[i]) || !(size > 1e-4 * largest))
            continue;
        counted += claim->verdict[i] == GCK_DISAGREE;
        room[factor->elements] = 3 * claim->bound[i] / size;
        ratio[factor->elements++] = claim->analytic[i] / claim->numeric[i];
    }
    if (factor->elements > 0) {
        double *const sorted = malloc(factor->elements * sizeof *sorted);

        factor->constant = sorted != NULL;
        if (sorted != NULL) {
            memcpy(sorted, ratio, factor->elements * sizeof *sorted);
            factor->ratio = gck_median(sorted, factor->elements);
        }
        for (size_t k = 0; sorted != NULL && k < factor->elements; k++) {
            const double off = fabs(ratio[k] - factor->ratio);

            factor->spread = fmax(factor->spread, off);
            factor->constant = factor->constant
                               && off <= room[k] * fmax(1, fabs(factor->ratio)) + 1e-7 * fabs(factor->ratio);
        }
        for (size_t k = 0; sorted != NULL && k < factor->elements; k++)
            sorted[k] = fabs(ratio[k] - factor->ratio);
        factor->one = sorted != NULL
                      && (2 * counted < factor->elements
                          || fabs(factor->ratio - 1) <= 3 * gck_median(sorted, factor->elements));
        free(sorted);
    }
    factor->rest = factor->ratio;
    free(ratio);
}

/* log2(after/before) where that is a half, to within what a ratio can be off; else *known becomes false. Nothing wider:
 * any number comes within a few percent of some half. */
static double exponent(double before, double after, double growth, double residual, bool *known)
{
    const double raw = log(fabs(after / before)) / log(growth);
    const double half = round(2 * raw) / 2;

    if (!isfinite(raw) || fabs(raw - half) > 1e-5 + 3 * residual || (before < 0) != (after < 0)) {
        *known = false;
        return 0;
    }
    return half;
}

static void say(struct gck_factor *factor, const char *name, double power)
{
    if (power != 0)
        gck_append(factor->law, sizeof factor->law, "%s%s^%+g", factor->law[0] == '\0' ? "" : " ", name,
                   power);
}

/* "num^+1 w^-1", and what is left of the ratio. */
static void write_law(struct gck_factor *factor, const size_t *dim, double w)
{
    static const char *const name[GCK_DIMS] = { "num", "C", "S", "K" };

    factor->law[0] = '\0';
    factor->rest = factor->ratio;
    for (unsigned s = 0; s < GCK_DIMS; s++) {
        say(factor, name[s], factor->exponent[s]);
        if (dim[s] != 0)
            factor->rest /= pow((double)dim[s], factor->exponent[s]);
    }
    say(factor, "w", factor->weight);
    factor->rest /= pow(fabs(w), factor->weight);
}

void gck_factor_measure(const struct gck_check *check, const struct gck_claim *claim,
                        struct gck_factor *factor)
{
    const double w = check->weight;
    double base, first, ratio, residual;
    unsigned home = 0;
    bool known = true;

    while (home < GCK_DIMS && check->setup.dim[home] == 0)
        home++;
    if (home == GCK_DIMS
        || !gck_check_ratio(check, claim, home, check->setup.dim[home], w, &base, &first)
        || first > 1e-2)
        return;
    for (unsigned s = 0; s < GCK_DIMS; s++) {
        if (check->setup.dim[s] == 0)
            continue;
        if (gck_check_ratio(check, claim, s, 2 * check->setup.dim[s], w, &ratio, &residual)
            && residual <= 1e-2)
            factor->exponent[s] = exponent(base, ratio, 2, first + residual, &known);
        else
            known = false;
    }
    if (gck_check_ratio(check, claim, home, check->setup.dim[home], 2 * w, &ratio, &residual))
        factor->weight = exponent(base, ratio, 2, first + residual, &known);
    else
        known = false;
    factor->measured = known;
    if (known)
        write_law(factor, check->setup.dim, w);
}

void gck_factor_unweigh(const struct gck_check *check, struct gck_factor *factor)
{
    factor->ratio /= pow(fabs(check->weight), factor->weight);
    factor->weight = 0;
    factor->unweighed = true;
    write_law(factor, check->setup.dim, check->weight);
}
