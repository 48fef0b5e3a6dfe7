/* element.c -- one element's analytic derivative against an interval from differences, on the batch or on a part of it. */
#include "exam/gradient.h"

#include "core/blob.h"
#include "core/text.h"
#include "exam/claims.h"
#include "numeric/statistics.h"

#include <math.h>
#include <string.h>

/* Of many parts so many have their noise measured before any is judged; rows of so many elements show by themselves that a
 * noise learnt from other parts is theirs, too. */
enum { LEARNT_FROM = 32, TELLING = 4 };

/* E as a function of one element of one blob. */
struct coordinate {
    struct gck_gradient *gradient;
    struct gck_rig *rig;
    const struct gck_blob *blob;
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

static void values_in_double(void *context, size_t first, size_t n, const double *x, double *value)
{
    const struct coordinate *const coordinate = context;

    gck_rig_values(coordinate->rig, (double *)coordinate->blob->data + first, n, x, value);
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

/* The slice becomes that part. False where the layer refuses it. */
static bool take_part(struct gck_gradient *gradient, size_t part)
{
    struct gck_rig *const slice = &gradient->slice;

    if (gradient->part == part)
        return true;
    gradient->part = SIZE_MAX;
    if (gradient->positions != NULL) {
        gck_positions_take(gradient->positions, slice, gradient->rig, part, part);
    } else {
        if (gradient->check->batch_law.shares != NULL)
            gradient->share = gradient->check->batch_law.shares[part];
        gck_rig_take_rows(slice, gradient->rig, &part);
    }
    gck_rig_weigh(slice, gradient->check->weight);
    if (gck_rig_forward(slice) != GCK_OK)
        return false;
    gradient->slice_value = gck_rig_objective(slice);
    gradient->slice_noise = gck_tremble_expect(&gradient->tremble);
    gradient->slice_measured = false;
    gradient->part = part;
    return true;
}

static double slice_noise(struct gck_gradient *gradient)
{
    if (!gradient->slice_measured)
        gradient->slice_noise = gck_tremble_measure(&gradient->tremble, gradient->slice_value, gradient->part);
    gradient->slice_measured = true;
    return gradient->slice_noise;
}

static double noise_of_slice(void *context)
{
    const struct coordinate *const coordinate = context;

    return slice_noise(coordinate->gradient);
}

size_t gck_gradient_parts(const struct gck_gradient *gradient)
{
    return gradient->positions != NULL ? gradient->positions->count : gradient->rig->num;
}

void gck_gradient_learn(struct gck_gradient *gradient)
{
    const size_t parts = gck_gradient_parts(gradient);

    for (size_t i = 0; gradient->part_by_part && parts >= 4 * LEARNT_FROM && i < LEARNT_FROM; i++)
        if (take_part(gradient, i * parts / LEARNT_FROM))
            gck_tremble_learn(&gradient->tremble, gradient->slice_value, gradient->part);
    gradient->part = SIZE_MAX;
}

static bool open_slice(struct gck_gradient *gradient, char *message)
{
    struct gck_check *const check = gradient->check;
    const size_t first = 0;

    gradient->positions = check->by_position ? &check->positions : NULL;
    gradient->share = check->by_position ? check->position_share
                                         : (struct gck_share){ .factor = check->batch_law.share };
    if (check->by_position)
        return gck_positions_rig(&check->positions, &gradient->slice, gradient->rig->layer, gradient->rig)
               && gck_tremble_open(&gradient->tremble, check, &gradient->slice, true, gradient->positions) == GCK_OK;
    if (!check->batch_law.slices
        || gck_rig_open(&gradient->slice, gradient->rig->layer, &check->setup, 1, message) != GCK_OK
        || gck_tremble_open(&gradient->tremble, check, &gradient->slice, true, NULL) != GCK_OK)
        return false;
    gck_rig_take(&gradient->slice, gradient->rig, &first);
    return true;
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
    gradient->slices = open_slice(gradient, message);
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

/* n <= GCK_ROW elements, which are the rig's from `index` on. share: what the rig's derivatives have to be multiplied by to
 * be the batch's. guessed: the point's noise is. */
static void judge_row(struct gck_gradient *gradient, struct gck_rig *rig, struct gck_claim *claim,
                      const struct gck_point *point, bool guessed, size_t element, size_t n, size_t index,
                      struct gck_share share)
{
    const size_t left = claim->count - element;
    double copy[3][GCK_ROW];
    struct coordinate coordinate = { .gradient = gradient, .rig = rig, .blob = gck_claim_blob(claim, rig) };
    const struct gck_function function = {
        .at = at,
        .values = coordinate.blob->real_size == sizeof(double) ? values_in_double : NULL,
        .noise = guessed ? noise_of_slice : NULL,
        .context = &coordinate,
        .epsilon = gck_layer_epsilon(rig->layer),
    };
    const struct gck_row row = {
        .first = index, .n = n,
        .x = in_lanes(claim->x + element, n, left, copy[0]),
        .claim = in_lanes(claim->analytic + element, n, left, copy[1]),
        .allowance = in_lanes(claim->allowance + element, n, left, copy[2]),
        .factor = share.factor, .doubt = share.doubt, .unclaimed = gradient->estimates,
        .numeric = claim->numeric + element, .bound = claim->bound + element, .step = claim->step + element,
        .verdict = claim->verdict + element, .kinked = claim->kinked + element,
    };

    gck_slope_judge_row(&function, point, &row);
    if (gradient->estimates)
        compare(claim, element, n);
}

static bool in_parts(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    return gradient->slices && !claim->weight && gradient->check->setup.bottom[claim->index].batched;
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

/* judge_row for elements that do not follow each other: of the run, from the one with that number on. */
static void judge_run(struct gck_gradient *gradient, struct gck_claim *claim, const struct gck_point *point, bool guessed,
                      struct gck_run run, size_t number, size_t n)
{
    double x[GCK_ROW], analytic[GCK_ROW], allowance[GCK_ROW], numeric[GCK_ROW], bound[GCK_ROW];
    unsigned char verdict[GCK_ROW], kinked[GCK_ROW];
    float step[GCK_ROW];
    const size_t first = run.first + number * run.stride;
    struct gck_claim apart = *claim;

    for (size_t k = 0, i = first; k < n; k++, i += run.stride) {
        x[k] = claim->x[i];
        analytic[k] = claim->analytic[i];
        allowance[k] = claim->allowance[i];
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
    judge_row(gradient, &gradient->slice, &apart, point, guessed, 0, n, number, gradient->share);
    for (size_t k = 0, i = first; k < n; k++, i += run.stride) {
        claim->numeric[i] = numeric[k];
        claim->bound[i] = bound[k];
        claim->step[i] = step[k];
        claim->verdict[i] = verdict[k];
        claim->kinked[i] = kinked[k];
    }
}

/* n <= GCK_ROW elements of one part, which has that run of the claim's. */
static bool judge_on_part(struct gck_gradient *gradient, struct gck_claim *claim, size_t part, struct gck_run run,
                          size_t number, size_t n)
{
    struct gck_point point = gradient->point[claim - gradient->check->claim];
    bool guess;

    if (!in_parts(gradient, claim) || !take_part(gradient, part))
        return false;
    guess = n >= TELLING && !gradient->slice_measured && gradient->slice_noise > 0;
    point.value = gradient->slice_value;
    point.noise = guess ? gradient->slice_noise : slice_noise(gradient);
    point.typical = claim->typical / gradient->share.factor;
    if (run.stride == 1)
        judge_row(gradient, &gradient->slice, claim, &point, guess, run.first + number, n, number, gradient->share);
    else
        judge_run(gradient, claim, &point, guess, run, number, n);
    return true;
}

/* Likewise, of an element that belongs to whichever part. */
static bool judge_alone(struct gck_gradient *gradient, struct gck_claim *claim, size_t element)
{
    size_t number, part = part_of(gradient, claim, element, &number);

    return judge_on_part(gradient, claim, part, gck_gradient_part(gradient, claim, part), number, 1);
}

static void judge_on_batch(struct gck_gradient *gradient, struct gck_claim *claim, size_t element, size_t n)
{
    struct gck_point *const point = &gradient->point[claim - gradient->check->claim];

    point->typical = claim->typical;
    judge_row(gradient, gradient->rig, claim, point, false, element, n, element, (struct gck_share){ .factor = 1 });
    for (size_t i = element; i < element + n; i++)
        if (claim->verdict[i] != GCK_AGREE && !gradient->estimates && in_parts(gradient, claim))
            judge_alone(gradient, claim, i);
}

void gck_gradient_judge_part(struct gck_gradient *gradient, struct gck_claim *claim, size_t part, size_t number, size_t n)
{
    const struct gck_run run = gck_gradient_part(gradient, claim, part);

    while (n > 0) {
        const size_t now = n < GCK_ROW ? n : GCK_ROW;

        if (!judge_on_part(gradient, claim, part, run, number, now))
            for (size_t k = 0; k < now; k++)
                judge_on_batch(gradient, claim, run.first + (number + k) * run.stride, 1);
        number += now;
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
