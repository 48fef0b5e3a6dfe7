/* element.c -- one element's analytic derivative against an interval from differences, on the batch or on a part of it. */
#include "exam/gradient.h"

#include "core/blob.h"
#include "core/text.h"
#include "exam/claims.h"
#include "exam/part.h"
#include "numeric/statistics.h"

#include <math.h>
#include <string.h>

/* So many elements of a part show by themselves that a noise learnt from other parts is theirs, too. */
enum { TELLING = 4 };

/* E as a function of one element of one blob. */
struct coordinate {
    struct gck_gradient *gradient;
    struct gck_rig *rig;
    const struct gck_blob *blob;
    size_t *wrong;            /* as in struct gck_row */
    size_t part, each, parts; /* the row's first part, the elements that are its, and how many there are; 0: it is of no part,
                                 or of elements of one that the rig holds */
};

static double at(void *context, size_t index, double x, double *stored)
{
    const struct coordinate *const coordinate = context;
    const struct gck_blob *const blob = coordinate->blob;
    const double old = gck_peek(blob->data, blob->real_size, index);
    double value;

    gck_poke(blob->data, blob->real_size, index, x);
    *stored = gck_peek(blob->data, blob->real_size, index);
    value = gck_rig_value(coordinate->rig);
    gck_poke(blob->data, blob->real_size, index, old);
    return value;
}

/* Element `index` of several parts: the slice becomes its part. */
static double at_part(void *context, size_t index, double x, double *stored)
{
    const struct coordinate *const coordinate = context;
    const size_t p = index / coordinate->each;

    gck_part_take(coordinate->gradient, coordinate->part + p);
    return at(context, index - p * coordinate->each, x, stored);
}

static void values_in_double(void *context, size_t first, size_t n, double *out, double *in)
{
    const struct coordinate *const coordinate = context;
    double *const data = coordinate->blob->data;
    const size_t each = coordinate->each;

    if (coordinate->parts < 2) {
        gck_rig_values(coordinate->rig, data + first, n, out, in);
        return;
    }
    for (size_t p = first / each, number = first - p * each, k = 0, now; k < n; p++, k += now, number = 0) {
        now = each - number < n - k ? each - number : n - k;
        gck_part_take(coordinate->gradient, coordinate->part + p);
        gck_rig_values(coordinate->rig, data + number, now, out + k, in + k);
    }
}

static double noise_of_part(void *context, size_t index)
{
    const struct coordinate *const coordinate = context;

    return gck_part_noise(coordinate->gradient, coordinate->part + (coordinate->parts < 2 ? 0 : index / coordinate->each));
}

static size_t *wrong_of(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    return gradient->wrong != NULL ? gradient->wrong + (claim - gradient->check->claim) : NULL;
}

static struct gck_point point_of(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    const struct gck_setup *const setup = &gradient->check->setup;
    const struct gck_port *const port = claim->weight ? setup->weight[claim->index].port
                                                      : setup->bottom[claim->index].port;

    return (struct gck_point){
        .value = gradient->value,
        .noise = gradient->noise,
        .rms = gck_rms(claim->x, claim->count),
        .typical = claim->typical,
        .domain_lo = port->domain_lo,
        .domain_hi = port->domain_hi,
    };
}

/* Where all is judged part by part, what is known of it will do. */
static double noise_of_batch(struct gck_gradient *gradient)
{
    struct gck_check *const check = gradient->check;
    bool by_part = true;

    for (unsigned c = 0; c < check->claims; c++)
        by_part = by_part && gck_gradient_by_part(gradient, &check->claim[c]);
    if (!by_part)
        gck_noise_complete(check, true);
    if (check->twin == NULL && check->noise > 0)
        check->reference_noise = check->noise;
    if (check->reference_noise == 0)
        check->reference_noise = gck_rig_noise(gradient->rig, check, gradient->value);
    return check->reference_noise;
}

enum gck_status gck_gradient_open(struct gck_gradient *gradient, struct gck_check *check, char *message)
{
    enum gck_status status;

    memset(gradient, 0, sizeof *gradient);
    gradient->check = check;
    gradient->rig = gck_check_reference(check);
    gradient->part = SIZE_MAX;
    gck_rig_weigh(gradient->rig, check->weight);
    status = gck_rig_forward(gradient->rig);
    if (status != GCK_OK)
        return gck_say(message, status, "%s: %s", gradient->rig->layer->name, gradient->rig->message);
    gradient->value = gck_rig_objective(gradient->rig);
    gradient->slices = gck_part_open(gradient, message);
    gradient->part_by_part = gradient->slices
                             && (gradient->positions != NULL || gradient->rig->num >= GCK_MANY_SAMPLES);
    gradient->noise = noise_of_batch(gradient);
    for (unsigned c = 0; c < check->claims; c++) {
        gradient->point[c] = point_of(gradient, &check->claim[c]);
        gradient->row[c] = check->claim[c].count / gradient->rig->num;
    }
    return GCK_OK;
}

void gck_gradient_close(struct gck_gradient *gradient)
{
    gradient->check->slice_forwards += gradient->slice.forwards;
    gck_tremble_close(&gradient->tremble);
    gck_rig_close(&gradient->slice);
}

/* Nothing was claimed, so nothing was confirmed: how the derivatives compare with the analytic ones all the same. */
static void compare(struct gck_claim *claim, size_t element, size_t n)
{
    for (size_t i = element; i < element + n; i++)
        claim->verdict[i] = !(claim->bound[i] < HUGE_VAL) || claim->kinked[i] ? GCK_CANNOT_TELL
                            : fabs(claim->analytic[i] - claim->numeric[i]) <= 2 * claim->bound[i]
                                ? GCK_AGREE : GCK_DISAGREE;
}

/* n numbers that may be read in whole lanes: they themselves, or where the claim ends behind them, `left` of them on, a copy. */
static const double *in_lanes(const double *from, size_t n, size_t left, double copy[GCK_ROW])
{
    if (n + GCK_LANES <= left)
        return from;
    memcpy(copy, from, n * sizeof *copy);
    for (size_t k = n; k < GCK_ROW && k < n + GCK_LANES; k++)
        copy[k] = 0;
    return copy;
}

/* n <= GCK_ROW elements: the coordinate's own from `index` on. share: what the rig's derivatives have to be multiplied by to be
 * the batch's. stand: NULL, or of each of its parts. */
static void judge_row(struct coordinate *coordinate, struct gck_claim *claim, const struct gck_point *point,
                      const struct gck_stand *stand, size_t element, size_t n, size_t index, struct gck_share share)
{
    const size_t left = claim->count - element;
    const bool estimates = coordinate->gradient->estimates;
    double copy[3][GCK_ROW];
    const struct gck_function function = {
        .at = coordinate->parts < 2 ? at : at_part,
        .values = coordinate->blob->real_size == sizeof(double) ? values_in_double : NULL,
        .noise = noise_of_part,
        .context = coordinate,
        .epsilon = gck_layer_epsilon(coordinate->rig->layer),
    };
    const struct gck_row row = {
        .first = index, .n = n,
        .stand = stand, .each = coordinate->parts < 2 ? n : coordinate->each,
        .x = in_lanes(claim->x + element, n, left, copy[0]),
        .claim = in_lanes(claim->analytic + element, n, left, copy[1]),
        .allowance = in_lanes(claim->allowance + element, n, left, copy[2]),
        .factor = share.factor, .doubt = share.doubt, .unclaimed = estimates,
        .numeric = claim->numeric + element, .bound = claim->bound + element, .step = claim->step + element,
        .verdict = claim->verdict + element, .kinked = claim->kinked + element,
        .wrong = estimates ? NULL : coordinate->wrong,
    };

    gck_slope_judge_row(&function, point, &row);
    if (estimates)
        compare(claim, element, n);
}

static bool in_parts(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    return gradient->slices && !claim->weight && gradient->check->setup.bottom[claim->index].batched;
}

size_t gck_gradient_parts(const struct gck_gradient *gradient)
{
    return gradient->positions != NULL ? gradient->positions->count : gradient->rig->num;
}

bool gck_gradient_by_part(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    return gradient->part_by_part && in_parts(gradient, claim);
}

struct gck_run gck_gradient_part(const struct gck_gradient *gradient, const struct gck_claim *claim, size_t part)
{
    const size_t row = gradient->row[claim - gradient->check->claim];

    return gradient->positions != NULL
               ? gck_run_of(gradient->positions, &gradient->positions->bottom[claim->index], part)
               : (struct gck_run){ part * row, 1, row };
}

/* The part that an element belongs to; which of the claim's elements there it is, into *number. */
static size_t part_of(const struct gck_gradient *gradient, const struct gck_claim *claim, size_t element, size_t *number)
{
    const size_t row = gradient->row[claim - gradient->check->claim];

    if (gradient->positions != NULL)
        return gck_position_of(gradient->positions, &gradient->positions->bottom[claim->index], element, number);
    *number = element % row;
    return element / row;
}

/* judge_row for elements that do not follow each other: of each part from the one with that number on, n in all. */
static void judge_apart(struct coordinate *coordinate, struct gck_claim *claim, const struct gck_point *point,
                        const struct gck_stand *stand, size_t number, size_t n, struct gck_share share)
{
    double x[GCK_ROW], analytic[GCK_ROW], allowance[GCK_ROW], numeric[GCK_ROW], bound[GCK_ROW];
    unsigned char verdict[GCK_ROW], kinked[GCK_ROW];
    float step[GCK_ROW];
    size_t place[GCK_ROW];
    struct gck_claim apart = *claim;

    for (size_t k = 0, part = coordinate->part; k < n; part++) {
        const struct gck_run run = gck_gradient_part(coordinate->gradient, claim, part);

        for (size_t j = 0; j < coordinate->each; j++, k++)
            place[k] = run.first + (number + j) * run.stride;
    }
    for (size_t k = 0; k < n; k++) {
        x[k] = claim->x[place[k]];
        analytic[k] = claim->analytic[place[k]];
        allowance[k] = claim->allowance[place[k]];
    }
    for (size_t k = n; k < GCK_ROW && k < n + GCK_LANES; k++)
        x[k] = analytic[k] = allowance[k] = 0;
    apart.count = GCK_ROW;
    apart.x = x;
    apart.analytic = analytic;
    apart.allowance = allowance;
    apart.numeric = numeric;
    apart.bound = bound;
    apart.verdict = verdict;
    apart.kinked = kinked;
    apart.step = step;
    judge_row(coordinate, &apart, point, stand, 0, n, number, share);
    for (size_t k = 0; k < n; k++) {
        claim->numeric[place[k]] = numeric[k];
        claim->bound[place[k]] = bound[k];
        claim->step[place[k]] = step[k];
        claim->verdict[place[k]] = verdict[k];
        claim->kinked[place[k]] = kinked[k];
    }
}

/* `each` elements of each of so many parts that follow each other, from the one with that number on (of several: from 0 on, and
 * all); GCK_ROW at most. Their shares are equal. */
static bool judge_on_parts(struct gck_gradient *gradient, struct gck_claim *claim, size_t part, size_t parts, size_t number,
                           size_t each)
{
    struct gck_point point = gradient->point[claim - gradient->check->claim];
    struct gck_stand stand[GCK_ROW];
    struct coordinate coordinate = { .gradient = gradient, .rig = &gradient->slice, .wrong = wrong_of(gradient, claim),
                                     .part = part, .each = each, .parts = parts };
    struct gck_run run;

    if (!in_parts(gradient, claim) || !gck_part_look(gradient, part, parts))
        return false;
    for (size_t p = 0; p < parts; p++) {
        struct gck_stand *const at = &gradient->stand[part - gradient->first + p];

        if (at->guessed && !(each >= TELLING && at->noise > 0))
            gck_part_noise(gradient, part + p);
        stand[p] = *at;
    }
    if (parts == 1)
        gck_part_take(gradient, part);
    coordinate.blob = gck_claim_blob(claim, &gradient->slice);
    point.typical = claim->typical / gradient->share.factor;
    run = gck_gradient_part(gradient, claim, part);
    if (run.stride == 1)
        judge_row(&coordinate, claim, &point, stand, run.first + number, parts * each, number, gradient->share);
    else
        judge_apart(&coordinate, claim, &point, stand, number, parts * each, gradient->share);
    return true;
}

/* Likewise, of an element that belongs to whichever part. */
static bool judge_alone(struct gck_gradient *gradient, struct gck_claim *claim, size_t element)
{
    size_t number, part = part_of(gradient, claim, element, &number);

    return judge_on_parts(gradient, claim, part, 1, number, 1);
}

static void judge_on_batch(struct gck_gradient *gradient, struct gck_claim *claim, size_t element, size_t n)
{
    struct gck_point *const point = &gradient->point[claim - gradient->check->claim];
    struct coordinate coordinate = { .gradient = gradient, .rig = gradient->rig, .wrong = wrong_of(gradient, claim),
                                     .blob = gck_claim_blob(claim, gradient->rig) };

    point->typical = claim->typical;
    judge_row(&coordinate, claim, point, NULL, element, n, element, (struct gck_share){ .factor = 1 });
    for (size_t i = element; i < element + n; i++)
        if (claim->verdict[i] != GCK_AGREE && !gradient->estimates && in_parts(gradient, claim))
            judge_alone(gradient, claim, i);
}

void gck_gradient_judge_part(struct gck_gradient *gradient, struct gck_claim *claim, size_t part, size_t number, size_t n)
{
    const struct gck_run run = gck_gradient_part(gradient, claim, part);

    while (n > 0) {
        const size_t now = n < GCK_ROW ? n : GCK_ROW;

        if (!judge_on_parts(gradient, claim, part, 1, number, now))
            for (size_t k = 0; k < now; k++)
                judge_on_batch(gradient, claim, run.first + (number + k) * run.stride, 1);
        number += now;
        n -= now;
    }
}

void gck_gradient_judge_parts(struct gck_gradient *gradient, struct gck_claim *claim, size_t part, size_t n)
{
    const size_t each = gck_gradient_part(gradient, claim, part).count, most = each < GCK_ROW ? GCK_ROW / each : 1;

    while (n > 0) {
        const size_t now = most > 1 ? gck_part_alike(gradient, part, n < most ? n : most) : 1;

        if (now == 1 || !judge_on_parts(gradient, claim, part, now, 0, each))
            for (size_t p = 0; p < now; p++)
                gck_gradient_judge_part(gradient, claim, part + p, 0, each);
        part += now;
        n -= now;
    }
}

/* The elements from `element` on that follow each other in a part, n at most. */
static size_t together(const struct gck_gradient *gradient, const struct gck_claim *claim, size_t part, size_t number, size_t n)
{
    const struct gck_run run = gck_gradient_part(gradient, claim, part);
    const size_t left = run.stride == 1 ? run.count - number : 1;

    return n < left ? n : left;
}

void gck_gradient_judge_row(struct gck_gradient *gradient, struct gck_claim *claim, size_t element, size_t n)
{
    const bool by_part = gck_gradient_by_part(gradient, claim);

    while (n > 0) {
        size_t now = n < GCK_ROW ? n : GCK_ROW;

        if (by_part) {
            size_t number, part = part_of(gradient, claim, element, &number);

            now = together(gradient, claim, part, number, now);
            gck_gradient_judge_part(gradient, claim, part, number, now);
        } else {
            judge_on_batch(gradient, claim, element, now);
        }
        element += now;
        n -= now;
    }
}

void gck_gradient_judge(struct gck_gradient *gradient, struct gck_claim *claim, size_t element)
{
    gck_gradient_judge_row(gradient, claim, element, 1);
}
