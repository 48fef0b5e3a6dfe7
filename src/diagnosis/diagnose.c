/* diagnose.c -- from evidence to findings, in the order in which one explains another. */
#include "diagnosis/diagnose.h"

#include "core/text.h"
#include "diagnosis/codes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct gck_finding *gck_finding_add(struct gck_result *result, unsigned code, const char *port)
{
    struct gck_finding *finding;

    if (result->findings == GCK_MAX_FINDINGS)
        return NULL;
    finding = &result->finding[result->findings++];
    memset(finding, 0, sizeof *finding);
    finding->code = code;
    finding->severity = gck_code_find(code)->severity;
    GCK_COPY(finding->port, port);
    return finding;
}

bool gck_finding_has(const struct gck_result *result, unsigned code)
{
    for (unsigned i = 0; i < result->findings; i++)
        if (result->finding[i].code == code)
            return true;
    return false;
}

static bool severe(const struct gck_result *result)
{
    for (unsigned i = 0; i < result->findings; i++)
        if (result->finding[i].severity == GCK_SEVERE)
            return true;
    return false;
}

static void not_finite(struct gck_check *check)
{
    struct gck_finding *finding;
    char text[GCK_NUMBER_TEXT];

    if (!isfinite(check->loss)) {
        finding = gck_finding_add(check->result, 302, "");
        if (finding != NULL)
            snprintf(finding->measured, sizeof finding->measured, "the loss of these data is %s",
                     gck_number_text(check->loss, text));
    }
    if (check->clause[GCK_READS_INSIDE].answer == GCK_WRONG)
        return; /* what stands beside the blobs may be anything */
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];
        size_t many = 0, first = 0;

        for (size_t i = 0; claim->non_finite && i < claim->count; i++)
            if (!isfinite(claim->analytic[i])) {
                first = many == 0 ? i : first;
                many++;
            }
        if (many > 0 && (finding = gck_finding_add(check->result, 302, claim->port)) != NULL)
            snprintf(finding->measured, sizeof finding->measured,
                     "%zu of %zu diffs of %s are not finite; the first is %s, at position %zu where x = %.6g",
                     many, claim->count, claim->port, gck_number_text(claim->analytic[first], text), first,
                     claim->x[first]);
    }
}

/* A float on the way that was a note, since no digit that counts is lost, is why a law that is held to double's digits fails. */
static bool float_breaks_a_law(const struct gck_check *check)
{
    struct gck_result *const result = check->result;

    for (unsigned c = 0; c < check->claims; c++)
        if (!gck_float_explains(check, &check->claim[c]))
            return false;
    for (unsigned f = 0; f < result->findings && result->contract.answer != GCK_WRONG; f++)
        if (result->finding[f].code == 307) {
            result->finding[f].severity = GCK_SEVERE;
            return true;
        }
    return false;
}

static void judge(struct gck_check *check)
{
    struct gck_result *const result = check->result;
    const bool wrong = result->contract.answer == GCK_WRONG || result->loss_weight.answer == GCK_WRONG
                       || result->batch.answer == GCK_WRONG || result->gradient.answer == GCK_WRONG;

    if (wrong && !severe(result) && !float_breaks_a_law(check)) { /* every red has a name, if only this one */
        struct gck_finding *const finding = gck_finding_add(result, 399, "");

        if (finding != NULL)
            GCK_COPY(finding->measured, result->batch.answer == GCK_WRONG         ? result->batch.why
                                        : result->loss_weight.answer == GCK_WRONG ? result->loss_weight.why
                                        : result->gradient.answer == GCK_WRONG    ? "elements disagree"
                                                                                  : result->contract.why);
    }
    if (severe(result) || wrong) {
        result->verdict = GCK_FAIL;
    } else if (result->gradient.answer == GCK_FINE) {
        result->verdict = GCK_PASS;
    } else {
        size_t unsure = 0, elements = 0;

        result->verdict = GCK_INCONCLUSIVE;
        for (unsigned p = 0; p < result->ports; p++) {
            unsure += result->port[p].inconclusive;
            elements += result->port[p].elements;
        }
        if (result->gradient.why[0] != '\0') {
            GCK_COPY(result->why, result->gradient.why);
        } else if (elements == 0) {
            result->verdict = GCK_ERROR;
            result->status = GCK_EEMPTY;
            GCK_COPY(result->why, "no element was checked");
        } else {
            snprintf(result->why, sizeof result->why, "%zu of %zu elements cannot be told", unsure, elements);
        }
    }
}

/* Whatever else was found, the layer could not be examined in all its elements. */
static void judge_lost(struct gck_check *check)
{
    struct gck_finding *const finding = gck_finding_add(check->result, 212, "");

    if (finding != NULL)
        GCK_COPY(finding->measured, check->lost);
    check->result->verdict = GCK_ERROR;
    check->result->status = GCK_ECRASH;
    GCK_COPY(check->result->why, check->lost);
}

/* Only in float: what is not finite, or wrong, after that has this cause. */
static bool overflows(const struct gck_check *check)
{
    return check->types_law.overflows > 0 && gck_finding_has(check->result, 308);
}

static struct gck_finding *first_of(struct gck_result *result, const unsigned *code, size_t codes)
{
    for (unsigned i = 0; i < result->findings; i++)
        for (size_t k = 0; k < codes; k++)
            if (result->finding[i].code == code[k])
                return &result->finding[i];
    return NULL;
}

/* Has it a severe finding beyond those that are about data that were changed? */
static bool more_than_changes(const struct gck_result *result)
{
    for (unsigned i = 0; i < result->findings; i++) {
        const unsigned code = result->finding[i].code;

        if (result->finding[i].severity == GCK_SEVERE && code != 206 && code != 207 && code != 215)
            return true;
    }
    return false;
}

/* Elements that are finite and wrong. */
static size_t wrong_beside(const struct gck_check *check)
{
    size_t off = 0;

    for (unsigned c = 0; c < check->claims; c++)
        for (size_t i = 0; i < check->claim[c].count; i++)
            off += check->claim[c].verdict[i] == GCK_DISAGREE && isfinite(check->claim[c].analytic[i]);
    return off;
}

/* A finding behind which other mistakes may stand says so; one that was accounted for, what is left without it. */
static void tell_rest(struct gck_check *check, bool explained)
{
    static const unsigned changes[] = { 206, 207, 215 }, masks[] = { 204, 206, 207, 215, 209, 214 }, infinite = 302;
    struct gck_result *const result = check->result;
    const size_t off = gck_finding_has(result, 302) ? wrong_beside(check) : 0;
    const bool more = result->loss_weight.answer == GCK_WRONG || result->batch.answer == GCK_WRONG
                      || result->gradient.answer == GCK_WRONG;
    struct gck_finding *finding;

    if (off > 0 && (finding = first_of(result, &infinite, 1)) != NULL)
        gck_append(finding->measured, sizeof finding->measured,
                   ". Of the others %zu disagree; why cannot be told until it is mended", off);
    else if (explained && more && (finding = first_of(result, masks, sizeof masks / sizeof masks[0])) != NULL)
        gck_append(finding->measured, sizeof finding->measured,
                   ". Whether more is wrong cannot be told until it is mended");
    else if (!explained && check->setup.put_back
             && (finding = first_of(result, changes, sizeof changes / sizeof changes[0])) != NULL)
        gck_append(finding->measured, sizeof finding->measured, ". For the other exams it was put back after every pass: %s",
                   more_than_changes(result) ? "what they find stands below" : "they find nothing else");
}

void gck_diagnose(struct gck_check *check)
{
    const uint64_t before = check->result->forwards;
    const bool explained = gck_diagnose_contract(check);

    if (!explained)
        gck_diagnose_types(check);
    if (!overflows(check))
        not_finite(check);
    if (!explained && !overflows(check) && !gck_finding_has(check->result, 302)) {
        gck_diagnose_float(check);
        gck_diagnose_weight(check);
        gck_diagnose_gradient(check);
    }
    tell_rest(check, explained);
    gck_diagnose_run(check);
    judge(check);
    check->result->diagnosis_forwards = check->result->forwards - before;
    if (check->lost[0] != '\0')
        judge_lost(check);
}
