/* exact.c -- the exact exam: the analytic derivatives against those of the layer's own source. */
#include "exam/exact.h"

#include "core/pages.h"
#include "core/text.h"
#include "exam/exact_twin.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double power = 1e-3; /* what is known to less than this part of itself says nothing */

/* The exam while it runs. */
struct exact {
    struct gck_check *check;
    struct gck_exact_twin twin;
    bool judges;                                     /* false: the derivatives are only collected */
    struct gck_exact_port *port[2 * GCK_MAX_PORTS];  /* of claim c; NULL: it is not examined */
    const struct gck_claim *odd;                     /* of the first element whose derivative is not finite */
    size_t odd_element;
    double odd_value;
    double *sum, *size, *spread;                     /* of claims to which every sample adds, by their inputs: the derivative, the
                                                        sizes of what was added, and how far rounding moves it */
    bool spreads;                                    /* the spread is added up now, all else has been */
};

/* One element: `derivative` is exact to within `room`. */
static void judge(struct exact *exact, struct gck_exact_port *port, struct gck_claim *claim, size_t i,
                  double derivative, double room)
{
    const double off = fabs(claim->analytic[i] - derivative);
    /* a Backward of zeros has no size of its own: then it is the twin's that counts */
    const double size = fmax(fmax(fabs(claim->analytic[i]), claim->typical), isfinite(derivative) ? fabs(derivative) : 0);
    const bool vague = claim->allowance[i] + room > power * size;
    const bool inside = off <= claim->allowance[i] + room;
    /* differences are the other witness: where they contradict the twin, the twin accuses nobody */
    const bool contradicted = claim->verdict[i] != GCK_CANNOT_TELL && claim->verdict[i] != GCK_PROBED
                              && fabs(claim->numeric[i] - derivative) > claim->bound[i] + room;

    port->elements++;
    if (vague && claim->verdict[i] == GCK_KINK) { /* an ulp beside it Backward takes the other branch */
        port->kink++;
    } else if (!isfinite(derivative) || vague) {
        port->unknown++;
        if (exact->odd == NULL && !isfinite(derivative)) {
            exact->odd = claim;
            exact->odd_element = i;
            exact->odd_value = derivative;
        }
    } else if (inside) {
        port->agree++;
        port->sharp += claim->allowance[i] + room < 5e-13 * size;
        port->ulp = fmax(port->ulp, size > 0 ? off / (DBL_EPSILON * size) : 0);
        if (claim->verdict[i] == GCK_CANNOT_TELL || claim->verdict[i] == GCK_PROBED) {
            if (claim->verdict[i] == GCK_CANNOT_TELL)
                claim->verdict[i] = GCK_AGREE;
            claim->numeric[i] = derivative;
            claim->bound[i] = claim->allowance[i] + room;
        }
    } else if (claim->verdict[i] == GCK_KINK) {
        port->kink++;
    } else if (contradicted) {
        port->contradicted++;
        port->lost += derivative == 0;
    } else if ((derivative == 0 || exact->check->grain > 0) && claim->verdict[i] == GCK_CANNOT_TELL) {
        port->unknown++; /* a cast may have lost it, or a part of it: that alone accuses nobody */
    } else {
        port->disagree++;
        if (claim->verdict[i] != GCK_DISAGREE || off > port->off) {
            port->off = fmax(port->off, size > 0 ? off / size : off);
            port->worst = i;
        }
        if (claim->verdict[i] != GCK_DISAGREE) { /* too small for differences */
            port->alone++;
            claim->verdict[i] = GCK_DISAGREE;
            claim->numeric[i] = derivative;
            claim->bound[i] = claim->allowance[i] + room;
        }
    }
}

/* Evidence of a float on the way. Double's own rounding is far smaller, but for elements in which digits cancel. */
static void look_for_float(struct gck_claim *claim, size_t i, double exactly)
{
    const double off = fabs(claim->analytic[i] - exactly) / fabs(exactly);

    claim->exact_others += exactly != 0 && isfinite(exactly) && (double)(float)exactly != exactly;
    if (!isfinite(exactly) || !(fabs(exactly) > 1e-3 * claim->typical))
        return;
    claim->exact_sure++;
    claim->exact_far += off > 0x1p-38 && off < 0x1p-20;
    claim->exact_off += off;
}

/* Is the analytic derivative the twin's, within its own allowance alone? */
static bool close_to(const struct gck_claim *claim, size_t i, double exactly)
{
    return fabs(claim->analytic[i] - exactly) <= claim->allowance[i];
}

static void learn(struct exact *exact, unsigned c, size_t i, double exactly, double room)
{
    struct gck_claim *const claim = &exact->check->claim[c];

    if (claim->exact != NULL)
        claim->exact[i] = exactly;
    look_for_float(claim, i, exactly);
    if (exact->judges)
        judge(exact, exact->port[c], claim, i, exactly, 4 * DBL_EPSILON * fabs(exactly) + room);
}

/* Elements of claim c that the twin has just differentiated by. */
static void judge_part(struct exact *exact, unsigned c, struct gck_run run, const double *derivative, const double *spread)
{
    const struct gck_claim *const claim = &exact->check->claim[c];
    const double share = exact->twin.share;

    for (size_t k = 0; k < run.count; k++) {
        const size_t i = run.first + k * run.stride;
        const double exactly = share * derivative[k];
        double room = 0;

        if (exact->judges && !close_to(claim, i, exactly)) { /* the twin's rounding may explain it */
            if (!exact->twin.spread_known)
                gck_exact_twin_spread(&exact->twin);
            room = 2 * fabs(share) * spread[k];
        }
        learn(exact, c, i, exactly, room);
    }
}

/* One sample's part in what all of them add to. */
static void add_part(struct exact *exact, size_t at, const double *derivative, const double *spread, size_t count)
{
    const double share = exact->twin.share;

    for (size_t k = 0; k < count && !exact->spreads; k++) {
        exact->sum[at + k] += share * derivative[k];
        exact->size[at + k] += fabs(share * derivative[k]);
    }
    for (size_t k = 0; k < count && exact->spreads; k++)
        exact->spread[at + k] += fabs(share) * spread[k];
}

/* The claim's elements of one pass, `count` of them from the one with that number on. */
static struct gck_run run_of(const struct gck_exact_twin *twin, size_t pass, unsigned c, size_t number, size_t count)
{
    const struct gck_claim *const claim = &twin->check->claim[c];
    struct gck_run run = { twin->sliced ? pass * gck_claim_blob(claim, &twin->rig)->count : 0, 1, 0 };

    if (twin->positions != NULL)
        run = gck_run_of(twin->positions, &twin->positions->bottom[claim->index], pass);
    return (struct gck_run){ run.first + number * run.stride, run.stride, count };
}

/* What was just differentiated, every claim's part of it. */
static void take_window(struct exact *exact, size_t pass)
{
    struct gck_exact_twin *const twin = &exact->twin;

    if (exact->spreads)
        gck_exact_twin_spread(twin);
    for (unsigned c = 0; c < exact->check->claims; c++) {
        size_t element, inputs = gck_exact_twin_inputs(twin, c, &element), from = twin->at[c], to = from + inputs;

        if (exact->port[c] == NULL || inputs == 0)
            continue;
        from = from > twin->first ? from : twin->first;
        to = to < twin->first + twin->count ? to : twin->first + twin->count;
        if (from >= to)
            continue;
        element += from - twin->at[c];
        if (gck_exact_twin_adds(twin, c))
            add_part(exact, from, twin->derivative + (from - twin->first), twin->spread + (from - twin->first), to - from);
        else if (!exact->spreads)
            judge_part(exact, c, run_of(twin, pass, c, element, to - from), twin->derivative + (from - twin->first),
                       twin->spread + (from - twin->first));
    }
}

/* Every pass, and in each every input. False where the twin fails. */
static bool run_all(struct exact *exact)
{
    struct gck_check *const check = exact->check;
    struct gck_exact_twin *const twin = &exact->twin;
    const bool only = check->only_element != SIZE_MAX && twin->sliced && !gck_exact_twin_adds(twin, check->only_claim);
    size_t number, only_pass = 0;

    if (only && twin->positions != NULL)
        only_pass = gck_position_of(twin->positions, &twin->positions->bottom[check->claim[check->only_claim].index],
                                    check->only_element, &number);
    else if (only)
        only_pass = check->only_element / (check->claim[check->only_claim].count / check->rig.num);
    for (size_t pass = 0; pass < twin->passes; pass++) {
        if (only && pass != only_pass)
            continue;
        for (size_t first = 0; first < twin->inputs; first += twin->count) {
            if (!gck_exact_twin_differentiate(twin, pass, first))
                return false;
            take_window(exact, pass);
        }
    }
    return true;
}

/* Tells of every element to which every sample adds, until one is answered false. at: where its sum stands. */
static bool each_sum(struct exact *exact, bool (*tell)(struct exact *, unsigned c, size_t i, size_t at))
{
    bool all = true;

    for (unsigned c = 0; c < exact->check->claims; c++) {
        size_t element, inputs = gck_exact_twin_inputs(&exact->twin, c, &element);

        if (exact->port[c] != NULL && gck_exact_twin_adds(&exact->twin, c))
            for (size_t k = 0; k < inputs && all; k++)
                all = tell(exact, c, element + k, exact->twin.at[c] + k);
    }
    return all;
}

static bool sum_close(struct exact *exact, unsigned c, size_t i, size_t at)
{
    return close_to(&exact->check->claim[c], i, exact->sum[at]);
}

/* A sum of so many terms has their rounding, and they have the samples'. */
static bool learn_sum(struct exact *exact, unsigned c, size_t i, size_t at)
{
    const double terms = 4 + sqrt((double)exact->twin.passes);

    learn(exact, c, i, exact->sum[at], terms * DBL_EPSILON * exact->size[at] + 2 * exact->spread[at]);
    return true;
}

static bool judge_sums(struct exact *exact)
{
    exact->spreads = exact->judges && !each_sum(exact, sum_close);
    if (exact->spreads && !run_all(exact)) /* once more through all samples: rounding may explain it */
        return false;
    return each_sum(exact, learn_sum);
}

static bool judge_all(struct exact *exact)
{
    const size_t inputs = exact->twin.inputs;
    bool adds = false, done;

    for (unsigned c = 0; c < exact->check->claims; c++)
        adds = adds || (exact->port[c] != NULL && gck_exact_twin_adds(&exact->twin, c));
    exact->sum = adds ? gck_pages_new(3 * inputs * sizeof *exact->sum) : NULL;
    if (adds && exact->sum == NULL) {
        exact->twin.lost = true;
        return false;
    }
    if (adds) {
        exact->size = exact->sum + inputs;
        exact->spread = exact->size + inputs;
    }
    done = run_all(exact) && (!adds || judge_sums(exact));
    gck_pages_free(exact->sum);
    return done;
}

static void conclude(struct exact *exact)
{
    struct gck_result *const result = exact->check->result;
    size_t contradicted = 0, lost = 0, unknown = 0, disagree = 0, elements = 0;

    for (unsigned p = 0; p < result->exacts; p++) {
        contradicted += result->exact_port[p].contradicted;
        lost += result->exact_port[p].lost;
        unknown += result->exact_port[p].unknown;
        disagree += result->exact_port[p].disagree;
        elements += result->exact_port[p].elements;
    }
    result->exact.answer = disagree > 0               ? GCK_WRONG
                           : contradicted + unknown > 0 ? GCK_UNSURE
                                                        : GCK_FINE;
    if (exact->twin.lost || exact->twin.refused) {
        result->exact.answer = GCK_NOT_APPLICABLE;
        snprintf(result->exact.why, sizeof result->exact.why, "%s",
                 exact->twin.lost ? "there is no memory for the steps of the exact twin"
                                  : "the exact twin refuses these data");
    } else if (lost > 0 && disagree == 0) {
        snprintf(result->exact.why, sizeof result->exact.why,
                 "the twin's derivative is 0 in %zu of %zu elements where the loss moves: a cast of a real to double or "
                 "int loses it",
                 lost, elements);
    } else if (contradicted > 0 && disagree == 0) {
        snprintf(result->exact.why, sizeof result->exact.why,
                 "in %zu of %zu elements the twin and the differences tell different things: code that depends on the "
                 "type, a kink, or undefined behaviour",
                 contradicted, elements);
    } else if (exact->odd != NULL && disagree == 0) {
        snprintf(result->exact.why, sizeof result->exact.why,
                 "the twin's derivative by %s[%zu] is %s, the first of %zu that cannot be told; the loss is %.6g, so the "
                 "derivative came first, as at an infinite slope like that of sqrt at 0",
                 exact->odd->port, exact->odd_element,
                 isnan(exact->odd_value) ? "nan" : exact->odd_value > 0 ? "inf" : "-inf", unknown,
                 exact->check->loss);
    } else if (unknown > 0 && disagree == 0) {
        snprintf(result->exact.why, sizeof result->exact.why,
                 "in %zu of %zu elements rounding hides the twin's derivative", unknown, elements);
    }
}

void gck_exam_exact(struct gck_check *check)
{
    struct exact exact = { .check = check, .judges = true };
    struct gck_result *const result = check->result;
    char message[GCK_MESSAGE_SIZE];

    if (check->exact == NULL || check->options->differences_only || check->layer->type != GCK_TYPE_DOUBLE)
        return;
    gck_check_doing(check, "exact", "derivatives of the exact twin");
    if (!isfinite(check->loss)) {
        result->exact.answer = GCK_NOT_APPLICABLE;
        snprintf(result->exact.why, sizeof result->exact.why,
                 "the loss itself is %s: the value came first, and its derivative tells nothing",
                 isnan(check->loss) ? "nan" : check->loss > 0 ? "inf" : "-inf");
        return;
    }
    if (!gck_exact_twin_open(&exact.twin, check, message)) {
        result->exact.answer = GCK_NOT_APPLICABLE;
        GCK_COPY(result->exact.why, message);
    } else {
        for (unsigned c = 0; c < check->claims && result->exacts < GCK_MAX_PORTS; c++) {
            if (check->only_claim != check->claims && c != check->only_claim)
                continue;
            exact.port[c] = &result->exact_port[result->exacts++];
            memset(exact.port[c], 0, sizeof *exact.port[c]);
            GCK_COPY(exact.port[c]->port, check->claim[c].port);
        }
        judge_all(&exact);
        conclude(&exact);
    }
    result->exact_forwards = exact.twin.rig.forwards;
    gck_exact_twin_close(&exact.twin);
}

bool gck_exact_collect(struct gck_check *check)
{
    struct exact exact = { .check = check };
    struct gck_exact_port nobody;
    char message[GCK_MESSAGE_SIZE];
    bool collected = check->exact != NULL && gck_exact_twin_open(&exact.twin, check, message);

    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];

        exact.port[c] = check->only_claim == check->claims || c == check->only_claim ? &nobody : NULL;
        if (claim->exact == NULL)
            claim->exact = gck_pages_new(claim->count * sizeof *claim->exact);
        for (size_t i = 0; claim->exact != NULL && i < claim->count; i++)
            claim->exact[i] = (double)NAN;
        collected = collected && claim->exact != NULL;
    }
    collected = collected && judge_all(&exact);
    gck_exact_twin_close(&exact.twin);
    return collected;
}
