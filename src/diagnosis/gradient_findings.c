/* gradient_findings.c -- wrong derivatives: a factor, a pattern, both, or what can be said at all. */
#include "core/blob.h"
#include "core/text.h"
#include "diagnosis/diagnose.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* A linear layer's diffs are the same for all data, and for the most part right here as well, or off by one factor. */
static bool needs_no_data(const struct gck_claim *claim)
{
    double share;
    size_t elements;

    gck_factor_common(claim, &share, &elements);
    return share > 0.3;
}

/* As are a sign times a constant: of one size. */
static bool of_one_size(const struct gck_claim *claim)
{
    size_t same = 0;

    for (size_t i = 0; i < claim->count; i++)
        same += gck_near(fabs(claim->analytic[i]), claim->typical);
    return 4 * same > claim->count;
}

/* Wrong here, the same diffs whatever the data are, and right for the first data that the layer saw, or most of them a multiple of
 * what is: kept. */
static bool stale(struct gck_check *check, const struct gck_claim *claim)
{
    struct gck_finding *finding;
    double ratio = 1, residual = 0;
    bool right;

    if (!claim->unmoved)
        return false;
    right = gck_check_right_at(check, claim, 1);
    if (!right
        && (needs_no_data(claim) || of_one_size(claim) || !gck_check_ratio_at(check, claim, 1, &ratio, &residual)
            || residual > 1e-5 || ratio == 0))
        return false;
    finding = gck_finding_add(check->result, 209, claim->port);
    if (finding != NULL)
        snprintf(finding->measured, sizeof finding->measured,
                 "the diffs of %s are the same for other data; for those that the layer saw first %s", claim->port,
                 right                ? "they are right"
                 : gck_near(ratio, 1) ? "most are right. What is wrong with the others cannot be told until this is mended"
                                      : "most are off by one factor");
    if (!right)
        gck_factor_suggest(check, claim, ratio);
    return true;
}

/* Where the wrong elements are few, what they have in common is told: a factor, or nothing. True: something was. */
static bool tell_few(const struct gck_claim *claim, size_t disagreeing, char *text, size_t size)
{
    double ratio = (double)NAN, within = 0;
    char number[GCK_RATIO_TEXT];
    bool one = true;

    for (size_t i = 0; i < claim->count && one; i++) {
        const double numeric = claim->numeric[i], found = claim->analytic[i] / numeric;

        if (claim->verdict[i] != GCK_DISAGREE)
            continue;
        one = fabs(numeric) > 100 * claim->bound[i];
        if (isnan(ratio))
            ratio = found;
        within = fmax(within, 3 * claim->bound[i] / fabs(numeric));
        one = one && fabs(found - ratio) <= within * fmax(1, fabs(ratio)) + 1e-7 * fabs(ratio);
    }
    if (!one || isnan(ratio))
        return false;
    gck_append(text, size, disagreeing == 1 ? "; it is %s x numeric" : "; each of them is %s x numeric",
               gck_ratio_text(ratio, number));
    return true;
}

/* Backward mixes the samples and Forward does not: that narrows it down. */
static void tell_mixed(const struct gck_check *check, struct gck_finding *finding)
{
    const struct gck_batch_law *const law = &check->batch_law;

    gck_append(finding->measured, sizeof finding->measured, "; %s", check->result->batch.why);
    if (law->applies && !law->coupled && (!law->permutes || !law->local))
        GCK_COPY(finding->hint, "look for what is taken from another sample: a wrong index or stride");
}

static void unknown(struct gck_check *check, const struct gck_claim *claim, size_t disagreeing, double common,
                    double share)
{
    struct gck_finding *const finding = gck_finding_add(check->result, 399, claim->port);
    size_t looked_at = 0;
    double alpha, beta;
    bool some, few;
    char a[GCK_NUMBER_TEXT], b[GCK_NUMBER_TEXT];

    if (finding == NULL)
        return;
    robust_line(claim, &alpha, &beta);
    for (size_t i = 0; i < claim->count; i++)
        looked_at += claim->verdict[i] != GCK_PROBED || isfinite(claim->numeric[i]);
    some = claim->many && looked_at < claim->count;
    few = some ? claim->some_right : 4 * disagreeing <= claim->count;
    snprintf(finding->measured, sizeof finding->measured,
             "%zu of %zu elements of %s%s %s", disagreeing, some ? looked_at : claim->count, claim->port,
             some ? " that were looked at alone" : "",
             few ? disagreeing == 1 ? "disagrees" : "disagree" : "disagree, and not by one factor");
    if (few && tell_few(claim, disagreeing, finding->measured, sizeof finding->measured)) {
        /* more than the many right ones could say */
    } else if (isfinite(common) && share > 0.3 && !gck_near(common, 1))
        gck_append(finding->measured, sizeof finding->measured, "; %.0f %% of them are %s x numeric", 100 * share,
                   gck_number_text(common, a));
    else if (isfinite(alpha) && isfinite(beta))
        gck_append(finding->measured, sizeof finding->measured,
                   "; over all of them analytic is about %s + %s x numeric",
                   gck_number_text(fabs(alpha) > 1e-9 * claim->typical ? alpha : 0, a),
                   gck_number_text(beta, b));
    if (claim->unmoved)
        gck_append(finding->measured, sizeof finding->measured, "; with other data (and the same labels) the diffs are the same");
    else if (check->result->batch.answer == GCK_WRONG && check->result->batch.why[0] != '\0')
        tell_mixed(check, finding);
    gck_finding_worst(claim, finding, GCK_WORST);
}

#define ZERO "every diff is 0"

/* The same of another port: they are told together. */
static struct gck_finding *told_before(struct gck_result *result, unsigned code)
{
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].code == code && strcmp(result->finding[f].what, ZERO) == 0)
            return &result->finding[f];
    return NULL;
}

/* All of the port's diffs are 0 where the loss moves. */
static void zero(struct gck_check *check, const struct gck_claim *claim)
{
    static const size_t one[GCK_DIMS] = { 1 };
    struct gck_finding *finding;
    double ratio, residual;
    const bool alone = check->setup.dim[0] > 1
                       && gck_check_ratio(check, claim, one, check->weight, &ratio, &residual)
                       && gck_near(ratio, 1) && residual < 1e-2;

    finding = told_before(check->result, alone ? 112 : 301);
    if (finding != NULL)
        gck_append(finding->port, sizeof finding->port, ", %s", claim->port);
    else if ((finding = gck_finding_add(check->result, alone ? 112 : 301, claim->port)) == NULL)
        return;
    else {
        GCK_COPY(finding->what, ZERO);
        gck_finding_worst(claim, finding, GCK_WORST);
    }
    if (alone)
        snprintf(finding->measured, sizeof finding->measured,
                 "with num = %zu every diff of %s is 0, with num = 1 they are right", check->setup.dim[0],
                 finding->port);
    else
        snprintf(finding->measured, sizeof finding->measured,
                 "every diff of %s is 0, but the loss moves with its elements", finding->port);
}

/* The power of the loss weight in the ratio that is explained by what was found about the weight. */
static double weight_told(const struct gck_result *result)
{
    return (gck_finding_has(result, 102) ? 1 : 0) - (gck_finding_has(result, 101) ? 1 : 0)
           - (gck_finding_has(result, 110) ? 1 : 0);
}

/* One factor for all: its law, or that it is what the weight does. False where it only looks like one at this shape. */
static bool by_factor(struct gck_check *check, const struct gck_claim *claim, struct gck_factor *factor, double told)
{
    struct gck_result *const result = check->result;
    const bool ignored = gck_finding_has(result, 101);

    gck_factor_measure(check, claim, factor);
    if (factor->varies)
        return false;
    if (told != 0 && (factor->weight == told || (ignored && !factor->measured))) {
        gck_factor_unweigh(check, factor); /* what is left is a mistake of its own */
        /* a Backward that ignores the weight may hold a constant in its place, which is told with it, or some other
         * number, which then keeps the law from being measured */
        if (!factor->measured ? ignored : factor->law[0] == '\0' && (ignored || gck_near(factor->rest, 1))) {
            if (factor->rest < 0 && check->layer->loss) /* else each element has a top diff of its own */
                gck_factor_sign(check, claim, factor);
            return true;
        }
    }
    gck_factor_findings(check, claim, factor);
    return true;
}

/* Most elements share a factor, and the others have a reason of their own. */
static bool by_both(struct gck_check *check, const struct gck_claim *claim, struct gck_factor *factor, double common,
                    double share, double told)
{
    const unsigned before = check->result->findings;

    if (!(share >= 0.5) || gck_near(common, pow(fabs(check->weight), told))
        || !gck_pattern_findings(check, claim, common))
        return false;
    factor->ratio = factor->rest = common;
    factor->constant = false;
    if (!by_factor(check, claim, factor, told) || check->result->findings == before)
        return true;
    return true;
}

/* Of a top with many elements Backward reads no diff, or one: every diff is off by a factor of its own. NULL: it is not so. */
static struct gck_finding *top_diff_finding(struct gck_check *check)
{
    struct gck_result *const result = check->result;

    for (unsigned f = 0; f < result->findings && !check->layer->loss && check->rig.top[0].count > 1; f++)
        if (result->finding[f].code == 101 || result->finding[f].code == 208)
            return &result->finding[f];
    return NULL;
}

/* Nothing fits, and the weight or the top diff may be why: no second finding, but a word. True where that is so. */
static bool masked(struct gck_check *check)
{
    static const char words[] = ". Whether more is wrong cannot be told until it is mended";
    struct gck_finding *const finding = top_diff_finding(check);

    if (finding != NULL && strstr(finding->measured, words) == NULL)
        gck_append(finding->measured, sizeof finding->measured, "%s", words);
    return finding != NULL || gck_finding_has(check->result, 111) || gck_finding_has(check->result, 110);
}

static void diagnose_claim(struct gck_check *check, struct gck_claim *claim)
{
    struct gck_result *const result = check->result;
    struct gck_factor factor;
    double told, common, share;
    size_t elements;

    gck_factor_of(claim, &factor);
    if (factor.disagreeing == 0 || gck_float_explains(check, claim)
        || gck_diagnose_exact(check, claim, factor.disagreeing))
        return;
    if (claim->typical == 0 && !claim->non_finite) {
        if (!gck_finding_has(result, 202))
            zero(check, claim);
        return;
    }
    told = weight_told(result);
    if (factor.elements == 1 && told != 0 && gck_near(factor.ratio, pow(fabs(check->weight), told)))
        return; /* --only: one element has no law, but what the weight does explains it */
    if (factor.constant && factor.elements >= 2 && !factor.one && factor.ratio != 0) {
        if (!check->weight_law.linear && gck_finding_has(result, 111))
            return; /* what it makes of the weight explains any factor at this one */
        if (by_factor(check, claim, &factor, told)) {
            if (factor.disagreeing > 0 && !gck_finding_has(result, 101))
                gck_pattern_findings(check, claim, factor.unweighed ? factor.ratio * pow(fabs(check->weight), told)
                                                                     : factor.ratio);
            return;
        }
    }
    if (stale(check, claim) || gck_pattern_findings(check, claim, pow(fabs(check->weight), told)))
        return;
    common = gck_factor_common(claim, &share, &elements);
    if ((elements >= 4 && !factor.some_right && by_both(check, claim, &factor, common, share, told))
        || gck_pattern_pairs(check, claim, pow(fabs(check->weight), told)))
        return;
    if (!masked(check))
        unknown(check, claim, factor.disagreeing, common, share);
}

/* A 1/num lost or doubled makes it twice or half of what it should be; anything else has another cause. */
static bool by_num(double times)
{
    return gck_near(times, 2) || gck_near(times, 0.5) || gck_near(times, 1) || gck_near(times, 4) || gck_near(times, 0.25);
}

/* The gradient at this point may be right and the law still wrong: a 1/5 where num happens to be 5. */
static void batch_only(struct gck_check *check)
{
    const struct gck_batch_law *const law = &check->batch_law;
    struct gck_result *const result = check->result;
    struct gck_finding *finding;

    if (law->off_claim && !gck_finding_has(result, 103) && !gck_finding_has(result, 104)
        && (result->gradient.answer != GCK_WRONG || by_num(law->forward_doubled))) {
        if ((finding = gck_finding_add(result, 115, "")) != NULL)
            GCK_COPY(finding->measured, result->batch.why);
    } else if (result->gradient.answer != GCK_WRONG && result->batch.answer == GCK_WRONG) {
        const double wanted = law->forward_doubled / 2;
        const unsigned code = gck_near(law->backward_doubled, 2 * wanted)   ? 103
                              : gck_near(law->backward_doubled, wanted / 2) ? 104
                                                                        : 399;

        if (code == 399 && gck_finding_has(result, 307))
            return; /* the samples' diffs are rounded to float, each for itself */
        if ((finding = gck_finding_add(result, code, "")) != NULL) {
            GCK_COPY(finding->measured, result->batch.why);
            if (code == 103)
                gck_append(finding->measured, sizeof finding->measured,
                           "; at this num the numbers agree: is a fixed number in its place?");
        }
    }
}

/* Is what is wrong with the claim that each diff lacks the top diff of its own element? first: it has the first one's. */
static bool lacks_top_diff(const struct gck_check *check, const struct gck_claim *claim, bool first)
{
    for (unsigned t = 0; t < check->setup.tops; t++) {
        const struct gck_blob *const top = &check->rig.top[t];
        const double one = first ? gck_peek(top->diff, top->real_size, 0) : 1;
        size_t right = 0, i = 0;

        if (top->count != claim->count)
            continue;
        for (; i < claim->count; i++) {
            const double times = gck_peek(top->diff, top->real_size, i) / one, wanted = times * claim->analytic[i];

            if (!isfinite(claim->numeric[i]) || claim->verdict[i] == GCK_KINK)
                continue;
            if (!(fabs(wanted - claim->numeric[i])
                  <= 2 * claim->bound[i] + 2 * fabs(times) * claim->allowance[i] + 1e-6 * fabs(wanted)))
                break;
            right++;
        }
        if (i == claim->count && right > 0)
            return true;
    }
    return false;
}

/* All that is wrong is that: one story, told once. */
static bool told_of_top_diff(struct gck_check *check)
{
    struct gck_finding *const finding = top_diff_finding(check);

    for (unsigned c = 0; c < check->claims; c++)
        if (finding == NULL || !lacks_top_diff(check, &check->claim[c], finding->code == 208))
            return false;
    gck_append(finding->measured, sizeof finding->measured,
               "; each diff would be right if it had the top diff of its own element");
    return true;
}

void gck_diagnose_gradient(struct gck_check *check)
{
    if (check->result->gradient.answer == GCK_WRONG && !told_of_top_diff(check))
        for (unsigned c = 0; c < check->claims; c++)
            diagnose_claim(check, &check->claim[c]);
    batch_only(check);
}
