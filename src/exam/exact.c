/* exact.c -- the exact exam: the analytic derivatives against those of the layer's own source. */
#include "exam/exact.h"

#include "core/crew.h"
#include "core/pages.h"
#include "core/text.h"
#include "exam/exact_tally.h"
#include "exam/exact_twin.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The exam while it runs. */
struct exact {
    struct gck_check *check;
    struct gck_exact_twin twin;
    bool judges;                                     /* false: the derivatives are only collected */
    struct gck_exact_port *port[2 * GCK_MAX_PORTS];  /* the result's, of claim c; NULL: it is not examined */
    struct gck_tally all, *tally;                        /* tally: what is written at now */
    struct gck_tally *part;                              /* NULL, or of each part */
    size_t parts;
    double *sum, *size, *spread;                     /* of claims to which every sample adds, by their inputs: the derivative, the
                                                        sizes of what was added, and how far rounding moves it */
    bool spreads;                                    /* the spread is added up now, all else has been */
};

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
    gck_tally_look(exact->tally, exact->check, c, i, exactly);
    if (exact->judges)
        gck_tally_judge(exact->tally, exact->check, c, i, exactly, 4 * DBL_EPSILON * fabs(exactly) + room);
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

/* These passes, and in each every input. False where the twin fails. */
static bool run_passes(struct exact *exact, size_t pass, size_t end)
{
    struct gck_exact_twin *const twin = &exact->twin;

    for (; pass < end; pass++)
        for (size_t first = 0; first < twin->inputs; first += twin->count) {
            if (!gck_exact_twin_differentiate(twin, pass, first))
                return false;
            take_window(exact, pass);
        }
    return true;
}

/* All of them, or the one that the only element asked for is in. */
static bool run_all(struct exact *exact)
{
    struct gck_check *const check = exact->check;
    struct gck_exact_twin *const twin = &exact->twin;
    size_t number, pass = 0;

    if (check->only_element == SIZE_MAX || !twin->sliced || gck_exact_twin_adds(twin, check->only_claim))
        return run_passes(exact, 0, twin->passes);
    if (twin->positions != NULL)
        pass = gck_position_of(twin->positions, &twin->positions->bottom[check->claim[check->only_claim].index],
                               check->only_element, &number);
    else
        pass = check->only_element / (check->claim[check->only_claim].count / check->rig.num);
    return run_passes(exact, pass, pass + 1);
}

/* ---- in parts ---- */

/* Each begins with the twin as it was opened, wherever it runs. */
static void run_part(void *context, size_t part)
{
    struct exact *const exact = context;
    struct gck_exact_twin *const twin = &exact->twin;
    const size_t each = twin->passes / exact->parts, longer = twin->passes % exact->parts;
    const size_t first = part * each + (part < longer ? part : longer);
    const uint64_t before = twin->rig.forwards;

    exact->tally = &exact->part[part];
    memset(exact->tally, 0, sizeof *exact->tally);
    gck_exact_twin_restart(twin);
    run_passes(exact, first, first + each + (part < longer));
    exact->tally->refused = twin->refused;
    exact->tally->lost = twin->lost;
    exact->tally->forwards = twin->rig.forwards - before;
    twin->rig.forwards = before;
    exact->tally = &exact->all;
}

/* A part whose child does not come back is run here, so that a crash is told where it happens. */
static void run_parts(struct exact *exact)
{
    struct gck_exact_twin *const twin = &exact->twin;
    const struct gck_options *const options = exact->check->options;
    const struct gck_crew crew = { .work = run_part, .context = exact, .most = options->jobs, .seat = options->seat,
                                   .seat_context = options->context };
    struct gck_piece *const piece = calloc(exact->parts, sizeof *piece);
    const bool apart = piece != NULL && exact->judges && options->jobs > 0
                       && gck_crew_run(&crew, exact->parts, piece) == GCK_OK;

    for (size_t p = 0; p < exact->parts; p++)
        if (!apart || !piece[p].done)
            run_part(exact, p);
    twin->refused = twin->lost = false;
    for (size_t p = 0; p < exact->parts && !twin->refused && !twin->lost; p++) {
        gck_tally_add(&exact->all, &exact->part[p], exact->check, exact->port);
        twin->rig.forwards += exact->part[p].forwards;
        twin->refused = exact->part[p].refused;
        twin->lost = exact->part[p].lost;
    }
    free(piece);
}

/* Where samples have elements of their own, so that any of them can be looked at alone; 0: not in parts. */
static size_t parts_of(const struct exact *exact, bool adds)
{
    enum { EACH = 1 << 16, MOST = 8 }; /* elements that are worth a child; parts */
    const struct gck_exact_twin *const twin = &exact->twin;
    const size_t parts = (size_t)fmin((double)twin->inputs * (double)twin->passes / EACH, fmin((double)twin->passes, MOST));

    return adds || !twin->sliced || exact->check->only_element != SIZE_MAX || parts < 2 ? 0 : parts;
}

/* ---- what all samples add to ---- */

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
    exact->tally = &exact->all;
    exact->parts = parts_of(exact, adds);
    if (exact->parts > 0)
        exact->part = gck_shared_new(exact->parts * sizeof *exact->part);
    if (exact->part != NULL) {
        run_parts(exact);
        done = !exact->twin.refused && !exact->twin.lost;
    } else {
        done = run_all(exact) && (!adds || judge_sums(exact));
        gck_tally_add(&exact->all, &exact->all, exact->check, exact->port);
    }
    gck_shared_free(exact->part, exact->parts * sizeof *exact->part);
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
    } else if (exact->all.odd && disagree == 0) {
        snprintf(result->exact.why, sizeof result->exact.why,
                 "the twin's derivative by %s[%zu] is %s, the first of %zu that cannot be told; the loss is %.6g, so the "
                 "derivative came first, as at an infinite slope like that of sqrt at 0",
                 exact->check->claim[exact->all.odd_claim].port, exact->all.odd_element,
                 isnan(exact->all.odd_value) ? "nan" : exact->all.odd_value > 0 ? "inf" : "-inf", unknown,
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
    struct gck_exact_port nobody = { .elements = 0 };
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
