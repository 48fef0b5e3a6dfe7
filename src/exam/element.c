/* element.c -- one element's analytic derivative against an interval from differences, on the batch or on its sample. */
#include "exam/gradient.h"

#include "core/blob.h"
#include "core/text.h"
#include "exam/claims.h"
#include "numeric/statistics.h"

#include <math.h>
#include <string.h>

/* Of many samples so many have their noise measured before any is judged; rows of so many elements show by themselves that a
 * noise learnt from other samples is theirs, too. */
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

/* The slice becomes sample s. False where the layer refuses it. */
static bool take_sample(struct gck_gradient *gradient, size_t s)
{
    struct gck_rig *const slice = &gradient->slice;

    if (gradient->sample == s)
        return true;
    gradient->sample = SIZE_MAX;
    if (gradient->check->batch_law.shares != NULL)
        gradient->share = gradient->check->batch_law.shares[s];
    gck_rig_take_rows(slice, gradient->rig, &s);
    gck_rig_weigh(slice, gradient->check->weight);
    if (gck_rig_forward(slice) != GCK_OK)
        return false;
    gradient->slice_value = gck_rig_objective(slice);
    gradient->slice_noise = gck_tremble_expect(&gradient->tremble);
    gradient->slice_measured = false;
    gradient->sample = s;
    return true;
}

static double slice_noise(struct gck_gradient *gradient)
{
    if (!gradient->slice_measured)
        gradient->slice_noise = gck_tremble_measure(&gradient->tremble, gradient->slice_value, gradient->sample);
    gradient->slice_measured = true;
    return gradient->slice_noise;
}

static double noise_of_slice(void *context)
{
    const struct coordinate *const coordinate = context;

    return slice_noise(coordinate->gradient);
}

void gck_gradient_learn(struct gck_gradient *gradient)
{
    const size_t num = gradient->rig->num;

    for (size_t i = 0; gradient->sample_by_sample && num >= 4 * LEARNT_FROM && i < LEARNT_FROM; i++)
        if (take_sample(gradient, i * num / LEARNT_FROM))
            gck_tremble_learn(&gradient->tremble, gradient->slice_value, gradient->sample);
    gradient->sample = SIZE_MAX;
}

static bool open_slice(struct gck_gradient *gradient, char *message)
{
    struct gck_check *const check = gradient->check;
    const size_t first = 0;

    if (!check->batch_law.slices
        || gck_rig_open(&gradient->slice, gradient->rig->layer, &check->setup, 1, message) != GCK_OK
        || gck_tremble_open(&gradient->tremble, check, &gradient->slice, true) != GCK_OK)
        return false;
    gck_rig_take(&gradient->slice, gradient->rig, &first);
    return true;
}

/* Where all is judged sample by sample, what is known of it will do. */
static double noise_of_batch(struct gck_gradient *gradient)
{
    struct gck_check *const check = gradient->check;
    bool by_sample = true;

    for (unsigned c = 0; c < check->claims; c++)
        by_sample = by_sample && gck_gradient_by_sample(gradient, &check->claim[c]);
    if (!by_sample)
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
    gradient->sample = SIZE_MAX;
    gck_rig_weigh(gradient->rig, check->weight);
    status = gck_rig_forward(gradient->rig);
    if (status != GCK_OK)
        return gck_say(message, status, "%s: %s", gradient->rig->layer->name, gradient->rig->message);
    gradient->value = gck_rig_objective(gradient->rig);
    gradient->share.factor = check->batch_law.share;
    gradient->slices = open_slice(gradient, message);
    gradient->sample_by_sample = gradient->slices && gradient->rig->num >= GCK_MANY_SAMPLES;
    gradient->noise = noise_of_batch(gradient);
    for (unsigned c = 0; c < check->claims; c++)
        gradient->point[c] = point_of(gradient, &check->claim[c]);
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

bool gck_gradient_by_sample(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    return gradient->sample_by_sample && !claim->weight
           && gradient->check->setup.bottom[claim->index].batched;
}

/* n <= GCK_ROW elements of one sample. */
static bool judge_on_sample(struct gck_gradient *gradient, struct gck_claim *claim, size_t element, size_t n)
{
    const size_t row = claim->count / gradient->rig->num;
    struct gck_point point = gradient->point[claim - gradient->check->claim];
    bool guess;

    if (!gradient->slices || claim->weight || !gradient->check->setup.bottom[claim->index].batched
        || !take_sample(gradient, element / row))
        return false;
    guess = n >= TELLING && !gradient->slice_measured && gradient->slice_noise > 0;
    point.value = gradient->slice_value;
    point.noise = guess ? gradient->slice_noise : slice_noise(gradient);
    point.typical = claim->typical / gradient->share.factor;
    judge_row(gradient, &gradient->slice, claim, &point, guess, element, n, element % row, gradient->share);
    return true;
}

static void judge_on_batch(struct gck_gradient *gradient, struct gck_claim *claim, size_t element, size_t n)
{
    struct gck_point *const point = &gradient->point[claim - gradient->check->claim];

    point->typical = claim->typical;
    judge_row(gradient, gradient->rig, claim, point, false, element, n, element, (struct gck_share){ .factor = 1 });
    for (size_t i = element; i < element + n; i++)
        if (claim->verdict[i] != GCK_AGREE && !gradient->estimates)
            judge_on_sample(gradient, claim, i, 1);
}

void gck_gradient_judge_row(struct gck_gradient *gradient, struct gck_claim *claim, size_t element, size_t n)
{
    const bool by_sample = gck_gradient_by_sample(gradient, claim);
    const size_t row = by_sample ? claim->count / gradient->rig->num : claim->count;

    while (n > 0) {
        size_t now = n < GCK_ROW ? n : GCK_ROW;

        if (now > row - element % row)
            now = row - element % row;
        if (!by_sample || !judge_on_sample(gradient, claim, element, now))
            judge_on_batch(gradient, claim, element, now);
        element += now;
        n -= now;
    }
}

void gck_gradient_judge(struct gck_gradient *gradient, struct gck_claim *claim, size_t element)
{
    gck_gradient_judge_row(gradient, claim, element, 1);
}
