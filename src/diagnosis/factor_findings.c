/* factor_findings.c -- a factor that all diffs of a port have: its code by its law, and how it is told. */
#include "core/text.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/factor.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool whole_law(const struct gck_factor *factor, double num, double c, double s, double weight)
{
    return factor->exponent[0] == num && factor->exponent[1] == c && factor->exponent[2] == s
           && factor->exponent[3] == 0 && factor->weight == weight;
}

/* It claims a mean, and Forward of every sample twice is that many times the loss: Forward is the wrong one. */
static bool forward_off(const struct gck_check *check, double times)
{
    return check->batch_law.off_claim && gck_near(check->batch_law.forward_doubled, times);
}

/* The code of what follows num, C, S and the weight; 0: nothing does. */
static unsigned code_of_law(const struct gck_check *check, const struct gck_factor *factor)
{
    const bool space = check->setup.dim[2] > 1;

    if (whole_law(factor, 0, 0, 0, 0))
        return 0;
    if (whole_law(factor, 0, 0, 0, -1))
        return 101;
    if (whole_law(factor, 0, 0, 0, 1))
        return 102;
    if (whole_law(factor, 1, 0, 0, 0))
        return forward_off(check, 0.5) ? 104 : 103;
    if (whole_law(factor, -1, 0, 0, 0))
        return forward_off(check, 2) ? 103 : 104;
    if (whole_law(factor, 0, -1, 0, 0) || whole_law(factor, 0, -1, -1, 0)
        || (space && whole_law(factor, 0, 0, -1, 0)))
        return 105;
    return 113;
}

/* Only the second of two bottoms: they share a formula but for its sign. */
static unsigned code_of_sign(const struct gck_check *check, const struct gck_claim *claim)
{
    return claim->index > 0 && !claim->weight && check->claims > 1 && check->result->port[0].disagree == 0 ? 109 : 106;
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
            || !gck_near(factor->ratio, finding->ratio))
            continue;
        gck_append(finding->port, sizeof finding->port, ", %s", port);
        return true;
    }
    return false;
}

static void tell_law(struct gck_finding *finding, const struct gck_factor *factor)
{
    char follows[GCK_WHY_SIZE], number[GCK_RATIO_TEXT];

    tell_follows(factor, follows, sizeof follows);
    if (factor->law[0] != '\0')
        gck_append(finding->measured, sizeof finding->measured, ", and that is %s%s%s",
                   gck_near(factor->rest, 1) ? "" : gck_number_text(factor->rest, number),
                   gck_near(factor->rest, 1) ? "" : " ", factor->law);
    gck_append(finding->measured, sizeof finding->measured, "%s", follows);
    if (finding->code == 103 && factor->rest > 0 && factor->rest < 0.75 && gck_near(1 / factor->rest, round(1 / factor->rest)))
        gck_append(finding->measured, sizeof finding->measured, "; as if a fixed %.0f stood in the place of num",
                   1 / factor->rest);
    if (factor->refused)
        gck_append(finding->measured, sizeof finding->measured,
                   "; this suggests the name only: the layer could not be run at all other sizes");
}

/* without: what is told already, as in "without the loss weight's share, "; or "". */
static void add(struct gck_check *check, const struct gck_claim *claim, const struct gck_factor *factor, unsigned code,
                const char *without)
{
    struct gck_finding *finding;
    char number[GCK_RATIO_TEXT];

    if (((code == 101 || code == 102) && gck_finding_has(check->result, code))
        || merged(check->result, code, factor, claim->port)
        || (finding = gck_finding_add(check->result, code, claim->port)) == NULL)
        return;
    finding->has_ratio = true;
    finding->ratio = factor->ratio;
    GCK_COPY(finding->law, factor->law);
    snprintf(finding->measured, sizeof finding->measured, "%sanalytic = %s x numeric in %s %zu elements that can be told",
             without, gck_ratio_text(factor->ratio, number),
             factor->constant ? "all" : "most of the", factor->elements);
    tell_law(finding, factor);
    tell_side(check, finding);
    tell_excluded(finding, factor);
    finding->doubtful = factor->refused && !gck_near(factor->rest, 1);
}

/* By what share of the labels the loss is divided where only some of them count: a gradient of none is not
 * counted. Of most that were probed Backward alone has said which these are. */
static bool by_valid(const struct gck_check *check, const struct gck_claim *claim, double ratio, size_t *valid, size_t *all)
{
    const size_t num = check->rig.num, row = claim->count / num;

    *valid = 0;
    *all = num;
    for (size_t s = 0; s < num; s++) {
        bool counts = false;

        for (size_t i = s * row; i < (s + 1) * row; i++)
            counts = counts || (isnan(claim->numeric[i]) ? claim->analytic[i] != 0
                                                         : fabs(claim->numeric[i]) > 2 * claim->bound[i]);
        *valid += counts;
    }
    return *valid > 0 && *valid < num
           && (gck_near(ratio, (double)*valid / (double)num) || gck_near(ratio, (double)num / (double)*valid));
}

static bool usual(double constant)
{
    const double size = fabs(constant);

    return gck_near(size, 1) || gck_near(size, 2) || gck_near(size, 0.5) || gck_near(size, 4) || gck_near(size, 0.25);
}

/* It is one factor here and follows no power of anything. */
static void add_odd(struct gck_check *check, const struct gck_claim *claim, const struct gck_factor *factor)
{
    size_t valid, all;
    const bool share = !claim->weight && by_valid(check, claim, factor->ratio, &valid, &all);
    struct gck_finding *finding;
    char number[GCK_RATIO_TEXT];

    if (merged(check->result, share ? 105 : 399, factor, claim->port)
        || (finding = gck_finding_add(check->result, share ? 105 : 399, claim->port)) == NULL)
        return;
    finding->has_ratio = true;
    finding->ratio = factor->ratio;
    snprintf(finding->measured, sizeof finding->measured, "analytic = %s x numeric in all %zu elements that can be told",
             gck_ratio_text(factor->ratio, number), factor->elements);
    if (share) {
        gck_append(finding->measured, sizeof finding->measured,
                   ", and %zu of %zu samples count: one pass divides by these, the other by all", valid, all);
        GCK_COPY(finding->hint, "divide by the same number in both passes: let Forward leave in a buffer how many samples count, "
                                "or divide by gck_num(io, 0) in both");
    } else
        gck_append(finding->measured, sizeof finding->measured,
                   "; it changes with the size of the batch or its data, and by no power of num, C, S or the weight");
    GCK_COPY(finding->excluded, "a constant factor, 1/num (the factor would follow a power of num)");
}

void gck_factor_sign(struct gck_check *check, const struct gck_claim *claim, const struct gck_factor *factor)
{
    add(check, claim, factor, code_of_sign(check, claim),
        factor->unweighed ? "without the loss weight's share, " : "");
}

/* What is left of the factor without its law. */
static struct gck_factor rest_of(const struct gck_factor *factor)
{
    struct gck_factor rest = *factor;

    rest.ratio = factor->rest;
    rest.law[0] = '\0';
    memset(rest.exponent, 0, sizeof rest.exponent);
    rest.weight = 0;
    return rest;
}

void gck_factor_findings(struct gck_check *check, const struct gck_claim *claim, const struct gck_factor *factor)
{
    const char *without = factor->unweighed ? "without the loss weight's share, " : "";
    struct gck_factor rest = rest_of(factor);
    unsigned law;
    size_t valid, all;

    /* shares of few labels may follow a law by chance, but hardly one with a number that people write */
    if (factor->odd || (!usual(factor->rest) && !claim->weight && by_valid(check, claim, factor->ratio, &valid, &all))) {
        add_odd(check, claim, factor);
        return;
    }
    law = code_of_law(check, factor);
    if (law != 0) {
        add(check, claim, factor, law, without);
        without = "without that, ";
        /* a fixed number may stand in the place of num, any in that of the weight; else it is a second mistake */
        if (law == 101 || law == 113
            || (law == 103 && rest.rest > 0 && gck_near(1 / rest.rest, round(1 / rest.rest))))
            return;
    }
    if (rest.rest < 0) {
        add(check, claim, &rest, code_of_sign(check, claim), without);
        without = "without that, ";
        rest.ratio = rest.rest = -rest.rest;
    }
    if (!gck_near(rest.rest, 1) || (law == 0 && factor->rest > 0)) /* as little as 1e-6 */
        add(check, claim, &rest, 107, without);
}
