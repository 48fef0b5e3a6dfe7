/* exact_findings.c -- derivatives that only the exact twin can tell from the true ones. */
#include "diagnosis/diagnose.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>

static const struct gck_exact_port *port_of(const struct gck_check *check, const struct gck_claim *claim)
{
    for (unsigned p = 0; p < check->result->exacts; p++)
        if (check->result->exact_port[p].port[0] != '\0' && claim == &check->claim[p])
            return &check->result->exact_port[p];
    return NULL;
}

bool gck_diagnose_exact(struct gck_check *check, const struct gck_claim *claim, size_t disagreeing)
{
    const struct gck_exact_port *const port = check->only_claim == check->claims
                                                  ? port_of(check, claim)
                                                  : &check->result->exact_port[0];
    struct gck_finding *finding;
    char off[GCK_NUMBER_TEXT];

    if (port == NULL || port->alone == 0 || port->alone != disagreeing || port->off > 0.1)
        return false; /* off by more has another look: a jump beside it is what differences could not tell */
    finding = gck_finding_add(check->result, 314, claim->port);
    if (finding == NULL)
        return true;
    snprintf(off, sizeof off, "%.2g", port->off);
    snprintf(finding->measured, sizeof finding->measured,
             "%zu of %zu elements of %s %s off by up to %s of their size: too little for differences, but the exact "
             "twin, the layer's own source, has no step and no noise",
             disagreeing, port->elements, claim->port, disagreeing == 1 ? "is" : "are", off);
    gck_finding_worst(claim, finding, GCK_WORST);
    return true;
}

/* Whole numbers, simple fractions and what is left where large numbers cancel are float numbers, too: they have few digits. */
static bool has_digits(double value)
{
    int exponent;
    const double most = ldexp(frexp(value, &exponent), 12);

    return most != trunc(most);
}

/* How many are float numbers of many digits; 0 where those of few digits are more. */
static size_t in_float(const double *value, size_t count, size_t *others)
{
    size_t many = 0, simple = 0;

    *others = 0;
    for (size_t i = 0; i < count; i++)
        if (value[i] != 0 && isfinite(value[i])) {
            const bool is_float = (double)(float)value[i] == value[i];

            *others += !is_float;
            many += is_float && has_digits(value[i]);
            simple += is_float && !has_digits(value[i]);
        }
    return many >= simple ? many + simple : 0;
}

/* Wrong elements are off by no more than rounding to float is. */
static bool rounded(const struct gck_claim *claim)
{
    size_t off = 0;

    for (size_t i = 0; i < claim->count; i++) {
        if (claim->verdict[i] != GCK_DISAGREE)
            continue;
        if (!(fabs(claim->analytic[i] - claim->numeric[i]) <= 0x1p-22 * fabs(claim->numeric[i]) + claim->bound[i]))
            return false;
        off++;
    }
    return off >= 3;
}

/* Where no exact twin tells it: the wrong elements are off by as much as rounding to float makes of a number, some too large and
 * some too small, and are no floats themselves: something was a float on the way. A small number in the wrong place would make all of
 * them larger, or all smaller. */
static struct gck_finding *scattered(struct gck_check *check, const struct gck_claim *claim, struct gck_finding *before)
{
    struct gck_finding *finding = before;
    size_t off = 0, up = 0;
    double most = 0;

    for (size_t i = 0; i < claim->count; i++)
        if (claim->verdict[i] == GCK_DISAGREE) {
            off++;
            up += claim->analytic[i] / claim->numeric[i] > 1;
            most = fmax(most, fabs(claim->analytic[i] - claim->numeric[i]) / fabs(claim->numeric[i]));
        }
    if (claim->exact_sure >= 4 || 5 * up < off || 5 * (off - up) < off || !rounded(claim))
        return NULL;
    if (finding != NULL)
        gck_append(finding->port, sizeof finding->port, ", %s", claim->port);
    else if ((finding = gck_finding_add(check->result, 307, claim->port)) != NULL) {
        finding->doubtful = true;
        snprintf(finding->measured, sizeof finding->measured,
                 "the diffs of %s that are wrong are off by up to %.0e of their size, some too large and some too small: as much "
                 "as the rounding of a float on the way makes",
                 claim->port, most);
        GCK_COPY(finding->excluded, "a small number that is added in one pass only (all would be too large, or all too small)");
    }
    return finding;
}

/* Most of its derivatives are off from the exact twin's by what rounding to float makes of a number. */
static struct gck_finding *partly_float(struct gck_check *check, const struct gck_claim *claim)
{
    const bool most = claim->exact_sure >= 4 && 2 * claim->exact_far > claim->exact_sure;
    struct gck_finding *const finding = most ? gck_finding_add(check->result, 307, claim->port) : NULL;

    if (finding != NULL) {
        finding->severity = GCK_NOTE; /* what it spoils, others tell */
        snprintf(finding->measured, sizeof finding->measured,
                 "the diffs of %s are off from the exact twin's by about %.0e of their size: that is the rounding of a "
                 "float on the way, which a double layer's own is far below",
                 claim->port, claim->exact_off / (double)claim->exact_sure);
    }
    return finding;
}

/* A double of many digits is a float number by chance once in 2^29 times. Where the true derivatives are none, by the exact
 * twin or since what is wrong is wrong by as much as float rounds, all of the analytic ones are only if they went through
 * float. */
static void diagnose_diffs(struct gck_check *check)
{
    struct gck_finding *finding = NULL, *by_size = NULL;

    for (unsigned c = 0; c < check->claims && check->layer->type == GCK_TYPE_DOUBLE; c++) {
        const struct gck_claim *const claim = &check->claim[c];
        struct gck_finding *found;
        size_t others;
        const size_t floats = in_float(claim->analytic, claim->count, &others);

        if (others > 0 && finding == NULL && (finding = partly_float(check, claim)) != NULL)
            return;
        if (others > 0 && finding == NULL && (found = scattered(check, claim, by_size)) != NULL)
            by_size = found;
        if (floats < 3 || others > 0 || (2 * claim->exact_others < floats && !rounded(claim)))
            continue;
        if (finding != NULL) {
            gck_append(finding->port, sizeof finding->port, ", %s", claim->port);
            continue;
        }
        finding = gck_finding_add(check->result, 307, claim->port);
        if (finding == NULL)
            return;
        if (check->result->gradient.answer != GCK_WRONG && check->result->loss_weight.answer != GCK_WRONG)
            finding->severity = GCK_NOTE;
        snprintf(finding->measured, sizeof finding->measured, "all %zu diffs of %s that are not 0 are float numbers", floats,
                 claim->port);
        if (2 * claim->exact_others >= floats)
            gck_append(finding->measured, sizeof finding->measured, ", and %zu of the exact twin's are none",
                       claim->exact_others);
        else
            gck_append(finding->measured, sizeof finding->measured, ", off by as much as rounding to float");
    }
}

/* Forward does so, too, or alone: then no difference tells more than a float's rounding allows. */
static void diagnose_loss(struct gck_check *check)
{
    struct gck_result *const result = check->result;
    struct gck_finding *finding = NULL;

    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].code == 307)
            finding = &result->finding[f];
    if (finding == NULL && (finding = gck_finding_add(result, 307, "")) != NULL)
        finding->severity = result->gradient.answer == GCK_FINE ? GCK_NOTE : GCK_WARN;
    if (finding != NULL)
        gck_append(finding->measured, sizeof finding->measured,
                   "%sE of the double layer trembles by about %.0e of its size: by as much at all steps that a float shows, and "
                   "not at all at shorter ones, which a double would show. That is a float's rounding in Forward, and no "
                   "difference of E tells more than it allows",
                   finding->measured[0] != '\0' ? "; " : "", check->grain / 4);
}

void gck_diagnose_float(struct gck_check *check)
{
    diagnose_diffs(check);
    if (check->grain > 0)
        diagnose_loss(check);
}

bool gck_float_explains(const struct gck_check *check, const struct gck_claim *claim)
{
    for (size_t i = 0; i < claim->count; i++)
        if (claim->verdict[i] == GCK_DISAGREE
            && !(fabs(claim->analytic[i] - claim->numeric[i])
                 <= 0x1p-22 * fabs(claim->numeric[i]) + claim->bound[i]))
            return false;
    return gck_finding_has(check->result, 307);
}
