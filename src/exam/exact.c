/* exact.c -- the exact exam: the analytic derivatives against those of the layer's own source in dual numbers. */
#include "exam/exact.h"

#include "core/blob.h"
#include "core/text.h"
#include "exam/claims.h"

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double power = 1e-3; /* what is known to less than this part of itself says nothing */

/* The exam while it runs. */
struct exact {
    struct gck_check *check;
    struct gck_rig whole, slice; /* the twin on the batch, and on one sample of it */
    bool slices;                 /* the batch is its samples' sum: slice is in use */
    size_t sample;               /* that slice holds; SIZE_MAX: none */
    double share;                /* what a sample's derivatives are multiplied by */
    struct gck_exact_port *port; /* of the claim at hand; NULL: nothing is judged */
    const struct gck_claim *odd; /* of the first element whose derivative is not finite */
    size_t odd_element;
    double odd_value;
    bool refused;
};

static bool examined(const struct gck_check *check, unsigned claim, size_t element)
{
    return (check->only_claim == check->claims || check->only_claim == claim)
           && (check->only_element == SIZE_MAX || check->only_element == element);
}

/* Is the claim judged sample by sample? */
static bool by_sample(const struct exact *exact, const struct gck_claim *claim)
{
    return exact->slices && !claim->weight && exact->check->setup.bottom[claim->index].batched;
}

static bool open_whole(struct exact *exact, char *message)
{
    struct gck_check *const check = exact->check;
    size_t *const row = malloc(check->rig.num * sizeof *row);
    bool open = row != NULL;

    for (size_t r = 0; open && r < check->rig.num; r++)
        row[r] = r;
    open = open && gck_rig_open(&exact->whole, check->exact, &check->setup, check->rig.num, message) == GCK_OK;
    if (open) {
        gck_rig_take(&exact->whole, &check->rig, row);
        gck_rig_weigh(&exact->whole, check->weight);
    }
    free(row);
    return open;
}

/* The slice where the batch is its samples' sum; the whole, of numbers eight times as long, only where it is needed. */
static bool open_twin(struct exact *exact, char *message)
{
    struct gck_check *const check = exact->check;
    const struct gck_batch_law *const law = &check->batch_law;
    bool whole = false;

    exact->sample = SIZE_MAX;
    exact->share = law->share;
    exact->slices = law->splits && law->uniform && !law->coupled && check->rig.num > 1
                    && gck_rig_open(&exact->slice, check->exact, &check->setup, 1, message) == GCK_OK;
    for (unsigned c = 0; c < check->claims; c++)
        whole = whole || !by_sample(exact, &check->claim[c]);
    return !whole || open_whole(exact, message);
}

/* The derivatives of E by `count` elements from `first` on: one Forward. False where the twin refuses. */
static bool differentiate(struct gck_rig *rig, const struct gck_blob *blob, size_t first, size_t count,
                          double derivative[GCK_LANES])
{
    enum gck_status status;

    for (unsigned k = 0; k < count; k++)
        gck_poke_lane(blob->data, blob->real_size, first + k, k, 1);
    status = gck_rig_forward(rig);
    for (unsigned k = 0; k < count; k++)
        gck_poke_lane(blob->data, blob->real_size, first + k, k, 0);
    for (unsigned k = 0; k < GCK_LANES; k++) {
        derivative[k] = 0;
        for (unsigned t = 0; t < rig->setup->tops && status == GCK_OK; t++) {
            const struct gck_blob *const top = &rig->top[t];

            for (size_t i = 0; i < top->count; i++)
                derivative[k] += gck_peek(top->diff, top->real_size, i)
                                 * gck_peek_lane(top->data, top->real_size, i, k);
        }
    }
    return status == GCK_OK;
}

/* How far the twin's own rounding moves them: Forward rounding upward and downward. */
static void measure_rounding(struct gck_rig *rig, const struct gck_blob *blob, size_t first, size_t count,
                             const double nearest[GCK_LANES], double spread[GCK_LANES])
{
    static const int mode[2] = { FE_UPWARD, FE_DOWNWARD };
    double derivative[GCK_LANES];

    memset(spread, 0, GCK_LANES * sizeof *spread);
    for (unsigned m = 0; m < 2; m++) {
        bool done;

        fesetround(mode[m]);
        done = differentiate(rig, blob, first, count, derivative);
        fesetround(FE_TONEAREST);
        for (unsigned k = 0; k < count && done; k++)
            spread[k] = fmax(spread[k], fabs(derivative[k] - nearest[k]));
    }
}

/* One element: `derivative` is exact to within `room`. */
static void judge(struct exact *exact, struct gck_claim *claim, size_t i, double derivative, double room)
{
    struct gck_exact_port *const port = exact->port;
    const double off = fabs(claim->analytic[i] - derivative);
    const double size = fmax(fabs(claim->analytic[i]), claim->typical);
    const bool inside = off <= claim->allowance[i] + room;
    /* differences are the other witness: where they contradict the twin, the twin accuses nobody */
    const bool contradicted = fabs(claim->numeric[i] - derivative) > claim->bound[i] + room;

    port->elements++;
    if (!isfinite(derivative) || claim->allowance[i] + room > power * size) {
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
        if (claim->verdict[i] == GCK_CANNOT_TELL) {
            claim->verdict[i] = GCK_AGREE;
            claim->numeric[i] = derivative;
            claim->bound[i] = claim->allowance[i] + room;
        }
    } else if (claim->verdict[i] == GCK_KINK) {
        port->kink++;
    } else if (contradicted && claim->verdict[i] != GCK_CANNOT_TELL) {
        port->contradicted++;
        port->lost += derivative == 0;
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

/* Elements first .. first + count - 1 of the claim, which are `at` .. of the rig's blob. */
static void judge_block(struct exact *exact, struct gck_rig *rig, struct gck_claim *claim, size_t first,
                        size_t at, size_t count, double factor)
{
    const struct gck_blob *const blob = gck_claim_blob(claim, rig);
    double derivative[GCK_LANES], spread[GCK_LANES] = { 0 };
    bool doubt = false;

    if (!differentiate(rig, blob, at, count, derivative)) {
        exact->refused = true;
        return;
    }
    for (size_t k = 0; k < count; k++)
        doubt = doubt
                || !(fabs(claim->analytic[first + k] - factor * derivative[k]) <= claim->allowance[first + k]);
    if (doubt && exact->port != NULL)
        measure_rounding(rig, blob, at, count, derivative, spread);
    for (size_t k = 0; k < count; k++) {
        const double exactly = factor * derivative[k];

        claim->exact[first + k] = exactly;
        if (exact->port != NULL)
            judge(exact, claim, first + k, exactly, 2 * factor * spread[k] + 4 * DBL_EPSILON * fabs(exactly));
    }
}

static void take_sample(struct exact *exact, size_t s)
{
    if (exact->sample == s)
        return;
    gck_rig_take(&exact->slice, &exact->check->rig, &s);
    gck_rig_weigh(&exact->slice, exact->check->weight);
    exact->sample = s;
}

static void judge_claim(struct exact *exact, unsigned c)
{
    struct gck_check *const check = exact->check;
    struct gck_claim *const claim = &check->claim[c];
    const bool part = by_sample(exact, claim);
    const size_t row = part ? claim->count / check->rig.num : claim->count;

    for (size_t i = 0; i < claim->count && !exact->refused;) {
        const size_t left = row - i % row;
        size_t count = left < GCK_LANES ? left : GCK_LANES;

        if (check->only_element != SIZE_MAX)
            count = 1;
        if (examined(check, c, i)) {
            if (part)
                take_sample(exact, i / row);
            judge_block(exact, part ? &exact->slice : &exact->whole, claim, i, i % row, count,
                        part ? exact->share : 1);
        }
        i += count;
    }
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
    if (exact->refused) {
        result->exact.answer = GCK_NOT_APPLICABLE;
        snprintf(result->exact.why, sizeof result->exact.why, "the exact twin refuses these data");
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
                 "the twin's derivative by %s[%zu] is %s, the first of %zu that cannot be told, where the loss is %.6g",
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
    struct exact exact = { .check = check };
    struct gck_result *const result = check->result;
    char message[GCK_MESSAGE_SIZE];

    if (check->exact == NULL || check->options->differences_only || check->layer->type != GCK_TYPE_DOUBLE)
        return;
    gck_check_doing(check, "exact", "derivatives of the exact twin");
    if (!open_twin(&exact, message)) {
        result->exact.answer = GCK_NOT_APPLICABLE;
        GCK_COPY(result->exact.why, message);
    } else {
        for (unsigned c = 0; c < check->claims; c++) {
            if (check->only_claim != check->claims && c != check->only_claim)
                continue;
            exact.port = &result->exact_port[result->exacts++];
            memset(exact.port, 0, sizeof *exact.port);
            GCK_COPY(exact.port->port, check->claim[c].port);
            judge_claim(&exact, c);
        }
        conclude(&exact);
    }
    result->exact_forwards = exact.whole.forwards + exact.slice.forwards;
    gck_rig_close(&exact.whole);
    gck_rig_close(&exact.slice);
}

bool gck_exact_collect(struct gck_check *check)
{
    struct exact exact = { .check = check };
    char message[GCK_MESSAGE_SIZE];
    bool open = check->exact != NULL && open_twin(&exact, message);

    for (unsigned c = 0; c < check->claims && open; c++)
        judge_claim(&exact, c);
    gck_rig_close(&exact.whole);
    gck_rig_close(&exact.slice);
    return open && !exact.refused;
}
