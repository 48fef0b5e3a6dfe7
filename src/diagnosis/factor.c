/* factor.c -- the law behind a constant factor: how it follows num, C, S, K and the loss weight. */
#include "diagnosis/factor.h"

#include "core/text.h"
#include "exam/claims.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 2048, FEW = 96 }; /* samples */

/* Is it one for a ratio? A kink has two slopes, and what is not finite or was never written has a name of its own. */
static bool serves(const struct gck_claim *claim, size_t i, double largest)
{
    const double size = fabs(claim->numeric[i]);

    return claim->verdict[i] != GCK_KINK && claim->verdict[i] != GCK_CANNOT_TELL && gck_claim_doubt(claim, i) < 0.01
           && size > 1e-4 * largest && isfinite(claim->analytic[i])
           && (claim->unwritten == NULL || !claim->unwritten[i]);
}

void gck_factor_of(const struct gck_claim *claim, struct gck_factor *factor)
{
    double *const ratio = malloc(2 * claim->count * sizeof *ratio);
    double *const room = ratio + claim->count;
    double largest = 0;
    size_t counted = 0; /* of the elements for a ratio, those that disagree */

    memset(factor, 0, sizeof *factor);
    factor->ratio = (double)NAN;
    factor->some_right = claim->some_right;
    if (ratio == NULL)
        return;
    for (size_t i = 0; i < claim->count; i++)
        if (isfinite(claim->numeric[i]))
            largest = fmax(largest, fabs(claim->numeric[i]));
    for (size_t i = 0; i < claim->count; i++) {
        factor->disagreeing += claim->verdict[i] == GCK_DISAGREE;
        factor->some_right = factor->some_right || (claim->verdict[i] == GCK_PROBED && isfinite(claim->numeric[i])
                                                   && claim->analytic[i] != 0);
        if (!serves(claim, i, largest))
            continue;
        counted += claim->verdict[i] == GCK_DISAGREE;
        room[factor->elements] = 3 * gck_claim_doubt(claim, i);
        ratio[factor->elements++] = claim->analytic[i] / claim->numeric[i];
    }
    if (factor->elements > 0) {
        double *const sorted = malloc(factor->elements * sizeof *sorted);

        factor->constant = sorted != NULL && !factor->some_right;
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
        factor->usual = sorted != NULL ? gck_median(sorted, factor->elements) : (double)NAN;
        factor->one = sorted != NULL
                      && (2 * counted < factor->elements || fabs(factor->ratio - 1) <= 3 * factor->usual);
        free(sorted);
    }
    factor->rest = factor->ratio;
    free(ratio);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double gck_factor_common(const struct gck_claim *claim, double *share, size_t *elements)
{
    double *const ratio = malloc(2 * claim->count * sizeof *ratio), *const room = ratio + claim->count;
    double largest = 0, within, common = (double)NAN;
    size_t used = 0, best = 0, end = 0;

    *share = 0;
    *elements = 0;
    if (ratio == NULL)
        return common;
    for (size_t i = 0; i < claim->count; i++)
        if (isfinite(claim->numeric[i]))
            largest = fmax(largest, fabs(claim->numeric[i]));
    for (size_t i = 0; i < claim->count; i++) {
        if (!serves(claim, i, largest))
            continue;
        room[used] = gck_claim_doubt(claim, i);
        ratio[used++] = claim->analytic[i] / claim->numeric[i];
    }
    *elements = used;
    within = 4 * (used > 0 ? gck_median(room, used) : 0) + 1e-6;
    qsort(ratio, used, sizeof *ratio, ascending);
    for (size_t k = 0; k < used; k++) {
        end = end > k ? end : k;
        while (end < used && ratio[end] - ratio[k] <= within * fabs(ratio[k]))
            end++;
        if (ratio[k] != 0 && end - k > best) {
            best = end - k;
            common = ratio[k + best / 2];
        }
    }
    *share = used > 0 ? (double)best / (double)used : 0;
    free(ratio);
    return common;
}

/* log2(after/before) where that is a half, to within what a ratio can be off; else *odd becomes true. Nothing wider:
 * any number comes within a few percent of some half. */
static double exponent(double before, double after, double growth, double residual, bool *odd)
{
    const double raw = log(fabs(after / before)) / log(growth);
    const double half = round(2 * raw) / 2;

    /* a factor that is almost 1 is a constant only if what it lacks to 1 is: a stabiliser weighs less beside more */
    const bool drifts = half == 0 && fabs(before - 1) < 0.01
                        && fabs(after - before) > 0.2 * fabs(before - 1) + 3 * residual;

    if (!isfinite(raw) || fabs(raw - half) > 1e-5 + 3 * residual || (before < 0) != (after < 0) || drifts) {
        *odd = true;
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

/* Where the law is measured: at the examined shape, or one of fewer samples; and the ratio there. */
struct from {
    const struct gck_check *check;
    const struct gck_claim *claim;
    size_t num;           /* 0: the examined one */
    double ratio, first;  /* first: how far the elements' are apart, relatively */
};

/* The ratio with symbol `index` `times` as large, at loss weight w. */
static bool ratio_with(const struct from *from, unsigned index, size_t times, double w, double *ratio, double *residual)
{
    const size_t dim = index == 0 && from->num > 0 ? from->num : from->check->setup.dim[index];
    size_t size[GCK_DIMS] = { from->num };

    size[index] = times * dim;
    return gck_check_ratio(from->check, from->claim, size, w, ratio, residual);
}

/* One more point of the law: the exponent of what was made twice as large, symbol `index` (times 2) or the weight. */
static double ask(const struct from *from, struct gck_factor *factor, unsigned index, size_t times, double w)
{
    double ratio, residual;

    if (!ratio_with(from, index, times, w, &ratio, &residual)) {
        factor->refused = true;
        return 0;
    }
    if (residual > 1e-3) {
        factor->varies = true;
        return 0;
    }
    return exponent(from->ratio, ratio, 2, from->first + residual, &factor->odd);
}

/* Does the law say what the ratio is with `times` as many samples? off: how far both may be off, relatively. */
static bool foretells(const struct from *from, const struct gck_factor *factor, double times, double ratio, double off)
{
    const double wanted = from->ratio * pow(times, factor->exponent[0]);

    return fabs(ratio - wanted) <= (1e-5 + 3 * off) * fabs(wanted);
}

/* With three times as many. */
static void confirm(const struct from *from, struct gck_factor *factor)
{
    double ratio, residual;

    if (ratio_with(from, 0, 3, from->check->weight, &ratio, &residual)
        && !foretells(from, factor, 3, ratio, from->first + residual)) {
        factor->odd = true;
        memset(factor->exponent, 0, sizeof factor->exponent);
        factor->weight = 0;
    }
}

/* The exponent of the loss weight, where the loss-weight exam knows it: NaN, it doesn't. */
static double known_weight(const struct gck_check *check)
{
    const struct gck_weight_law *const law = &check->weight_law;

    if (!law->measured || law->in_forward || law->overwritten)
        return (double)NAN;
    return law->linear ? 0 : law->same ? -1 : (double)NAN;
}

static void measure(const struct from *from, struct gck_factor *factor, unsigned home)
{
    const struct gck_check *const check = from->check;
    const size_t *const dim = check->setup.dim;
    const double w = check->weight;

    for (unsigned s = 0; s < GCK_DIMS && !factor->varies; s++)
        if (dim[s] != 0)
            factor->exponent[s] = ask(from, factor, s, 2, w);
    factor->weight = 0;
    if (!factor->varies && isfinite(known_weight(check)))
        factor->weight = known_weight(check);
    else if (!factor->varies)
        factor->weight = ask(from, factor, home, 1, 2 * w);
    /* what depends on the data may have doubled by chance */
    if (dim[0] != 0 && !factor->varies && !factor->odd && !factor->refused)
        confirm(from, factor);
    factor->measured = !factor->refused && !factor->varies && !factor->odd;
}

/* Of many samples a few will do, where the law that these are under leads to the ratio of all of them. */
static bool measure_with_few(const struct gck_check *check, const struct gck_claim *claim, struct gck_factor *factor,
                             double ratio, double first)
{
    struct from from = { .check = check, .claim = claim, .num = FEW };
    struct gck_factor by_few = *factor;

    if (check->setup.dim[0] < MANY || !ratio_with(&from, 0, 1, check->weight, &from.ratio, &from.first) || from.first > 1e-3)
        return false;
    measure(&from, &by_few, 0);
    if (!by_few.measured
        || !foretells(&from, &by_few, (double)check->setup.dim[0] / (double)FEW, ratio, from.first + first))
        return false;
    *factor = by_few;
    return true;
}

void gck_factor_measure(const struct gck_check *check, const struct gck_claim *claim,
                        struct gck_factor *factor)
{
    const double w = check->weight;
    struct from from = { .check = check, .claim = claim,
                         .ratio = factor->ratio, .first = factor->usual / fabs(factor->ratio) };
    unsigned home = 0;

    while (home < GCK_DIMS && check->setup.dim[home] == 0)
        home++;
    if (home == GCK_DIMS || !(factor->constant || ratio_with(&from, home, 1, w, &from.ratio, &from.first))
        || from.first > 1e-3) {
        factor->refused = true;
        return;
    }
    if (!measure_with_few(check, claim, factor, from.ratio, from.first))
        measure(&from, factor, home);
    if (!factor->varies)
        write_law(factor, check->setup.dim, w);
}

unsigned gck_factor_guess(const struct gck_check *check, double ratio, char law[GCK_NAME_SIZE])
{
    const double n = (double)check->setup.dim[0];
    const struct { unsigned code; double value; const char *law; } simple[] = {
        { 106, -1, "-1" },          { 107, 2, "2" },          { 107, 0.5, "1/2" },         { 107, 4, "4" },
        { 107, 0.25, "1/4" },       { 103, n, "num^+1" },     { 104, 1 / n, "num^-1" },    { 102, check->weight, "w^+1" },
        { 101, 1 / check->weight, "w^-1" }, { 105, 1 / (double)check->setup.dim[1], "C^-1" },
        { 113, -2, "-2" },          { 113, -0.5, "-1/2" },    { 113, -n, "-1 num^+1" },    { 113, 2 * n, "2 num^+1" },
        { 113, n / 2, "1/2 num^+1" },
    };
    unsigned code = 0;

    for (size_t k = 0; k < sizeof simple / sizeof simple[0]; k++) {
        if (!(fabs(ratio - simple[k].value) <= 1e-5 * fabs(ratio)) || simple[k].value == 1)
            continue;
        if (code != 0)
            return 0; /* not the only one */
        code = simple[k].code;
        gck_copy(law, GCK_NAME_SIZE, simple[k].law);
    }
    return code;
}

void gck_factor_unweigh(const struct gck_check *check, struct gck_factor *factor)
{
    factor->ratio /= pow(fabs(check->weight), factor->weight);
    factor->weight = 0;
    factor->unweighed = true;
    write_law(factor, check->setup.dim, check->weight);
}

char *gck_ratio_text(double ratio, char *text)
{
    if (fabs(ratio - 1) >= 1e-3)
        return gck_number_text(ratio, text);
    snprintf(text, GCK_RATIO_TEXT, "1 %c %.1g", ratio < 1 ? '-' : '+', fabs(ratio - 1));
    return text;
}
