/* gradient_findings.c -- wrong derivatives, by the law of their factor or by what can be said at all. */
#include "core/text.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/factor.h"
#include "exam/gradient.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool near(double value, double wanted)
{
    return fabs(value - wanted) <= 1e-3 * fabs(wanted);
}

static bool whole_law(const struct gck_factor *factor, double num, double c, double s, double weight)
{
    return factor->measured && factor->exponent[0] == num && factor->exponent[1] == c
           && factor->exponent[2] == s && factor->exponent[3] == 0 && factor->weight == weight;
}

/* It claims a mean, and Forward of every sample twice is that many times the loss: Forward is the wrong one. */
static bool forward_off(const struct gck_check *check, double times)
{
    return check->batch_law.off_claim && near(check->batch_law.forward_doubled, times);
}

/* The code of a factor that is the same in every element. */
static unsigned code_of(const struct gck_check *check, const struct gck_factor *factor)
{
    const bool plain = near(factor->rest, 1), space = check->setup.dim[2] > 1;

    if (!factor->measured)
        return near(factor->ratio, -1) ? 106 : 107;
    if (whole_law(factor, 0, 0, 0, 0))
        return near(factor->ratio, -1) ? 106 : 107;
    if (whole_law(factor, 0, 0, 0, -1))
        return 101;
    if (whole_law(factor, 0, 0, 0, 1) && plain)
        return 102;
    if (whole_law(factor, 1, 0, 0, 0) && plain)
        return forward_off(check, 0.5) ? 104 : 103;
    if (whole_law(factor, -1, 0, 0, 0) && plain)
        return forward_off(check, 2) ? 103 : 104;
    if (plain && (whole_law(factor, 0, -1, 0, 0) || whole_law(factor, 0, -1, -1, 0)
                  || (space && whole_law(factor, 0, 0, -1, 0))))
        return 105;
    return 113;
}

static void tell_follows(const struct gck_factor *factor, char *text, size_t size)
{
    static const char *const name[GCK_DIMS] = { "num", "C", "S", "K" };

    text[0] = '\0';
    for (unsigned s = 0; s < GCK_DIMS; s++)
        if (factor->exponent[s] != 0)
            gck_append(text, size, "%s doubling %s multiplies it by %.4g", text[0] == '\0' ? ";" : ",", name[s],
                       pow(2, factor->exponent[s]));
    if (factor->weight != 0)
        gck_append(text, size, "%s doubling the weight multiplies it by %.4g", text[0] == '\0' ? ";" : ",",
                   pow(2, factor->weight));
    if (text[0] == '\0' && factor->measured)
        gck_append(text, size, "; it stays when num, the other dims or the weight are doubled");
}

static void tell_side(const struct gck_check *check, struct gck_finding *finding)
{
    const double forward = check->batch_law.forward_doubled;

    if (finding->code != 103 && finding->code != 104 && finding->code != 105)
        return;
    if (forward == 1)
        gck_append(finding->measured, sizeof finding->measured,
                   ". Forward is a mean (every sample twice, the same loss), so it is Backward that is wrong");
    else if (forward == 2)
        gck_append(finding->measured, sizeof finding->measured,
                   ". Forward is a sum (every sample twice, twice the loss)%s",
                   check->batch_law.off_claim ? ", though the layer claims a mean: it is Forward that is wrong"
                                              : "");
    else if (isfinite(forward))
        gck_append(finding->measured, sizeof finding->measured,
                   ". Forward with every sample twice is %.4g times the loss: look there first", forward);
}

static void tell_excluded(struct gck_finding *finding, const struct gck_factor *factor)
{
    if (!factor->measured)
        return;
    if (factor->exponent[0] == 0)
        gck_append(finding->excluded, sizeof finding->excluded, "a wrong 1/num (that would follow num)");
    else
        gck_append(finding->excluded, sizeof finding->excluded,
                   "a constant factor %.4g (that would not follow num)", factor->ratio);
    if (factor->weight == 0)
        gck_append(finding->excluded, sizeof finding->excluded,
                   ", the loss weight (the factor does not follow it)");
}

/* A finding of the same code and law about another port: the ports are told together. */
static bool merged(struct gck_result *result, unsigned code, const struct gck_factor *factor,
                   const char *port)
{
    for (unsigned i = 0; i < result->findings; i++) {
        struct gck_finding *const finding = &result->finding[i];

        if (finding->code != code || !finding->has_ratio || strcmp(finding->law, factor->law) != 0
            || !near(factor->ratio, finding->ratio))
            continue;
        gck_append(finding->port, sizeof finding->port, ", %s", port);
        return true;
    }
    return false;
}

/* "1.05"; "1 + 1e-06" where four digits would not show the mistake. */
static char *ratio_text(double ratio, char *text)
{
    if (fabs(ratio - 1) >= 1e-3)
        return gck_number_text(ratio, text);
    snprintf(text, 2 * GCK_NUMBER_TEXT, "1 %c %.1g", ratio < 1 ? '-' : '+', fabs(ratio - 1));
    return text;
}

static void factor_finding(struct gck_check *check, const struct gck_claim *claim,
                           const struct gck_factor *factor, unsigned code)
{
    struct gck_finding *finding;
    char follows[GCK_WHY_SIZE], number[2 * GCK_NUMBER_TEXT];

    if ((code == 101 && gck_finding_has(check->result, 101))
        || (code == 102 && gck_finding_has(check->result, 102))
        || merged(check->result, code, factor, claim->port)
        || (finding = gck_finding_add(check->result, code, claim->port)) == NULL)
        return;
    finding->has_ratio = true;
    finding->ratio = factor->ratio;
    GCK_COPY(finding->law, factor->law);
    tell_follows(factor, follows, sizeof follows);
    snprintf(finding->measured, sizeof finding->measured, "%sanalytic = %s x numeric in all %zu elements that "
             "can be told", factor->unweighed ? "without the loss weight's share, " : "",
             ratio_text(factor->ratio, number), factor->elements);
    if (factor->measured && factor->law[0] != '\0')
        gck_append(finding->measured, sizeof finding->measured, ", and that is %s%s%s",
                   near(factor->rest, 1) ? "" : gck_number_text(factor->rest, number),
                   near(factor->rest, 1) ? "" : " ", factor->law);
    else if (!factor->measured)
        gck_append(finding->measured, sizeof finding->measured,
                   ", which suggests a constant: the layer could not be run at other shapes");
    gck_append(finding->measured, sizeof finding->measured, "%s", follows);
    tell_side(check, finding);
    tell_excluded(finding, factor);
}

/* ---- no factor ---- */

struct ranked {
    size_t i;
    double off;
};

static int by_off(const void *a, const void *b)
{
    const double x = ((const struct ranked *)a)->off, y = ((const struct ranked *)b)->off;

    return (x < y) - (x > y);
}

void gck_finding_worst(const struct gck_claim *claim, struct gck_finding *finding)
{
    struct ranked *const ranked = malloc(claim->count * sizeof *ranked);
    size_t used = 0;

    for (size_t i = 0; ranked != NULL && i < claim->count; i++)
        if (claim->verdict[i] == GCK_DISAGREE) {
            const double off = fabs(claim->analytic[i] - claim->numeric[i]);

            ranked[used].i = i;
            ranked[used++].off = isfinite(off) ? off / fmax(claim->bound[i], DBL_MIN) : DBL_MAX;
        }
    if (ranked != NULL)
        qsort(ranked, used, sizeof *ranked, by_off);
    for (size_t k = 0; k < used && k < GCK_WORST; k++)
        gck_element_of(claim, ranked[k].i, &finding->worst[finding->worsts++]);
    free(ranked);
}

/* The line analytic = alpha + beta numeric by the medians of pairwise slopes (Theil and Sen), at most 200 pairs. */
static void robust_line(const struct gck_claim *claim, double *alpha, double *beta)
{
    double slope[200], offset[200];
    size_t slopes = 0, offsets = 0;
    const size_t stride = claim->count / 20 + 1;

    for (size_t i = 0; i < claim->count; i += stride)
        for (size_t j = i + stride; j < claim->count && slopes < 200; j += stride) {
            const double run = claim->numeric[j] - claim->numeric[i];

            if (isfinite(run) && fabs(run) > 10 * (claim->bound[i] + claim->bound[j]))
                slope[slopes++] = (claim->analytic[j] - claim->analytic[i]) / run;
        }
    *beta = slopes > 0 ? gck_median(slope, slopes) : (double)NAN;
    for (size_t i = 0; i < claim->count && offsets < 200; i += stride)
        if (isfinite(claim->numeric[i]))
            offset[offsets++] = claim->analytic[i] - *beta * claim->numeric[i];
    *alpha = offsets > 0 ? gck_median(offset, offsets) : (double)NAN;
}

/* Wrong here, the same diffs whatever the data are, and right for the first data that the layer saw: kept. */
static bool stale(struct gck_check *check, const struct gck_claim *claim)
{
    struct gck_finding *finding;

    if (!claim->unmoved || !gck_check_right_at(check, claim, 1))
        return false;
    finding = gck_finding_add(check->result, 209, claim->port);
    if (finding != NULL)
        snprintf(finding->measured, sizeof finding->measured,
                 "the diffs of %s are the same for other data; they are right for those that the layer saw first",
                 claim->port);
    return true;
}

static void unknown(struct gck_check *check, const struct gck_claim *claim, size_t disagreeing)
{
    if (stale(check, claim))
        return;

    struct gck_finding *const finding = gck_finding_add(check->result, 399, claim->port);
    double alpha, beta;
    char a[GCK_NUMBER_TEXT], b[GCK_NUMBER_TEXT];

    if (finding == NULL)
        return;
    robust_line(claim, &alpha, &beta);
    snprintf(finding->measured, sizeof finding->measured,
             "%zu of %zu elements of %s disagree, and not by one factor", disagreeing, claim->count,
             claim->port);
    if (isfinite(alpha) && isfinite(beta))
        gck_append(finding->measured, sizeof finding->measured,
                   "; over all of them analytic is about %s + %s x numeric",
                   gck_number_text(fabs(alpha) > 1e-9 * claim->typical ? alpha : 0, a),
                   gck_number_text(beta, b));
    if (check->result->batch.answer == GCK_WRONG && check->result->batch.why[0] != '\0')
        gck_append(finding->measured, sizeof finding->measured, "; %s", check->result->batch.why);
    gck_finding_worst(claim, finding);
}

/* All of the port's diffs are 0 where the loss moves. */
static void zero(struct gck_check *check, const struct gck_claim *claim)
{
    struct gck_finding *finding;
    double ratio, residual;
    const bool alone = check->setup.dim[0] > 1
                       && gck_check_ratio(check, claim, 0, 1, check->weight, &ratio, &residual)
                       && near(ratio, 1) && residual < 1e-2;

    finding = gck_finding_add(check->result, alone ? 112 : 301, claim->port);
    if (finding == NULL)
        return;
    if (alone)
        snprintf(finding->measured, sizeof finding->measured,
                 "with num = %zu every diff of %s is 0, with num = 1 they are right", check->setup.dim[0],
                 claim->port);
    else
        snprintf(finding->measured, sizeof finding->measured,
                 "every diff of %s is 0, but the loss moves with its elements", claim->port);
    gck_finding_worst(claim, finding);
}

/* The power of the loss weight in the ratio that is explained by what was found about the weight. */
static double weight_told(const struct gck_result *result)
{
    return (gck_finding_has(result, 102) ? 1 : 0) - (gck_finding_has(result, 101) ? 1 : 0)
           - (gck_finding_has(result, 110) ? 1 : 0);
}

/* Nothing but the weight? A Backward that ignores it may hold a constant in its place, which is told with it, or
 * some other number, which then keeps the law from being measured. */
static bool explained_by_weight(const struct gck_result *result, const struct gck_factor *factor, double told)
{
    const bool ignored = gck_finding_has(result, 101);

    if (!factor->measured)
        return ignored;
    return whole_law(factor, 0, 0, 0, told) && (ignored || near(factor->rest, 1));
}

static void diagnose_claim(struct gck_check *check, struct gck_claim *claim)
{
    struct gck_factor factor;
    double told;
    unsigned code;

    gck_factor_of(claim, &factor);
    if (factor.disagreeing == 0 || gck_float_explains(check, claim)
        || gck_diagnose_exact(check, claim, factor.disagreeing))
        return;
    if (claim->typical == 0 && !claim->non_finite) {
        zero(check, claim);
        return;
    }
    told = weight_told(check->result);
    if (factor.elements == 1 && told != 0 && near(factor.ratio, pow(fabs(check->weight), told)))
        return; /* --only: one element has no law, but what the weight does explains it */
    if (!factor.constant || factor.elements < 2 || factor.one) {
        if (!gck_finding_has(check->result, 111) && !gck_finding_has(check->result, 110)
            && !gck_finding_has(check->result, 208))
            unknown(check, claim, factor.disagreeing);
        return;
    }
    if (!check->weight_law.linear && (gck_finding_has(check->result, 111)))
        return; /* what it makes of the weight explains any factor at this one */
    gck_factor_measure(check, claim, &factor);
    if (told != 0 && factor.weight == told) {
        if (explained_by_weight(check->result, &factor, told))
            return;
        gck_factor_unweigh(check, &factor); /* what is left is a mistake of its own */
    }
    code = code_of(check, &factor);
    if (code == 106 && claim->index > 0 && !claim->weight && check->claims > 1
        && check->result->port[0].disagree == 0)
        code = 109;
    factor_finding(check, claim, &factor, code);
}

/* The gradient at this point may be right and the law still wrong: a 1/5 where num happens to be 5. */
static void batch_only(struct gck_check *check)
{
    const struct gck_batch_law *const law = &check->batch_law;
    struct gck_result *const result = check->result;
    struct gck_finding *finding;

    if (law->off_claim && !gck_finding_has(result, 103) && !gck_finding_has(result, 104)) {
        if ((finding = gck_finding_add(result, 115, "")) != NULL)
            GCK_COPY(finding->measured, result->batch.why);
    } else if (result->gradient.answer != GCK_WRONG && result->batch.answer == GCK_WRONG) {
        const double wanted = law->forward_doubled / 2;
        const unsigned code = near(law->backward_doubled, 2 * wanted)   ? 103
                              : near(law->backward_doubled, wanted / 2) ? 104
                                                                        : 399;

        if ((finding = gck_finding_add(result, code, "")) != NULL) {
            GCK_COPY(finding->measured, result->batch.why);
            if (code == 103)
                gck_append(finding->measured, sizeof finding->measured,
                           "; at this num the numbers agree: is a fixed number in its place?");
        }
    }
}

void gck_diagnose_gradient(struct gck_check *check)
{
    if (check->result->gradient.answer == GCK_WRONG)
        for (unsigned c = 0; c < check->claims; c++)
            diagnose_claim(check, &check->claim[c]);
    batch_only(check);
}
