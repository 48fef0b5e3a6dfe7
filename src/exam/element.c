/* element.c -- one element's analytic derivative against an interval from differences, on the batch or on its sample. */
#include "exam/gradient.h"

#include "core/blob.h"
#include "core/text.h"
#include "exam/claims.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* E as a function of one element of one blob. */
struct coordinate {
    struct gck_rig *rig;
    const struct gck_blob *blob;
};

static double at(void *context, size_t index, double x, double *stored)
{
    const struct coordinate *const coordinate = context;
    const struct gck_blob *const blob = coordinate->blob;
    const double old = gck_peek(blob->data, blob->real_size, index);
    double value = (double)NAN;

    gck_poke(blob->data, blob->real_size, index, x);
    *stored = gck_peek(blob->data, blob->real_size, index);
    if (gck_rig_forward(coordinate->rig) == GCK_OK)
        value = gck_rig_objective(coordinate->rig);
    gck_poke(blob->data, blob->real_size, index, old);
    return value;
}

/* The same for double, which stores x as it is: this runs some million times. */
static double at_double(void *context, size_t index, double x, double *stored)
{
    const struct coordinate *const coordinate = context;
    double *const data = coordinate->blob->data;
    const double old = data[index];
    double value = (double)NAN;

    data[index] = *stored = x;
    if (gck_rig_forward(coordinate->rig) == GCK_OK)
        value = gck_rig_objective(coordinate->rig);
    data[index] = old;
    return value;
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

enum gck_status gck_gradient_open(struct gck_gradient *gradient, struct gck_check *check, char *message)
{
    const struct gck_batch_law *const law = &check->batch_law;
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
    if (check->reference_noise == 0)
        check->reference_noise = check->twin == NULL && check->noise > 0
                                     ? check->noise
                                     : gck_rig_noise(gradient->rig, check, gradient->value);
    gradient->noise = check->reference_noise;
    for (unsigned c = 0; c < check->claims; c++)
        gradient->point[c] = point_of(gradient, &check->claim[c]);
    gradient->share.factor = law->share;
    gradient->slices = law->slices
                       && gck_rig_open(&gradient->slice, gradient->rig->layer, &check->setup, 1, message)
                              == GCK_OK
                       && gck_tremble_open(&gradient->tremble, check, &gradient->slice, true) == GCK_OK;
    gradient->sample_by_sample = gradient->slices && gradient->rig->num >= GCK_MANY_SAMPLES;
    return GCK_OK;
}

void gck_gradient_close(struct gck_gradient *gradient)
{
    gradient->check->slice_forwards += gradient->slice.forwards;
    gck_tremble_close(&gradient->tremble);
    gck_rig_close(&gradient->slice);
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
    gck_rig_take(slice, gradient->rig, &s);
    gck_rig_weigh(slice, gradient->check->weight);
    if (gck_rig_forward(slice) != GCK_OK)
        return false;
    gradient->slice_value = gck_rig_objective(slice);
    gradient->slice_noise = gck_tremble_measure(&gradient->tremble, gradient->slice_value, s);
    gradient->sample = s;
    return true;
}

/* share: what the rig's derivative has to be multiplied by to be the batch's. */
static void judge_at(const struct gck_gradient *gradient, struct gck_rig *rig, struct gck_claim *claim,
                     const struct gck_point *point, size_t element, size_t index, struct gck_share share)
{
    const double factor = share.factor, allowance = claim->allowance[element] + share.doubt * fabs(claim->analytic[element]);
    struct coordinate coordinate = { .rig = rig, .blob = gck_claim_blob(claim, rig) };
    const struct gck_function function = {
        .at = coordinate.blob->real_size == sizeof(double) ? at_double : at,
        .context = &coordinate,
        .epsilon = rig->layer->type == GCK_TYPE_FLOAT ? (double)FLT_EPSILON : DBL_EPSILON,
    };
    struct gck_slope slope;

    /* no claim, so nothing to be confirmed */
    gck_slope_judge(&function, point, index, claim->x[element],
                    gradient->estimates ? (double)NAN : claim->analytic[element] / factor, allowance / factor, &slope);
    claim->verdict[element] = (unsigned char)slope.verdict;
    claim->numeric[element] = slope.numeric * factor;
    claim->bound[element] = slope.bound * factor + allowance;
    claim->step[element] = (float)slope.step;
    claim->kinked[element] = (unsigned char)!isnan(slope.kink_left);
    if (gradient->estimates)
        claim->verdict[element] = !(claim->bound[element] < HUGE_VAL) || !isnan(slope.kink_left) ? GCK_CANNOT_TELL
                                  : fabs(claim->analytic[element] - claim->numeric[element])
                                            <= 2 * claim->bound[element]
                                      ? GCK_AGREE : GCK_DISAGREE;
}

bool gck_gradient_by_sample(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    return gradient->sample_by_sample && !claim->weight
           && gradient->check->setup.bottom[claim->index].batched;
}

static bool judge_on_sample(struct gck_gradient *gradient, struct gck_claim *claim, size_t element)
{
    const size_t row = claim->count / gradient->rig->num;
    struct gck_point point = gradient->point[claim - gradient->check->claim];

    if (!gradient->slices || claim->weight || !gradient->check->setup.bottom[claim->index].batched
        || !take_sample(gradient, element / row))
        return false;
    point.value = gradient->slice_value;
    point.noise = gradient->slice_noise;
    point.typical = claim->typical / gradient->share.factor;
    judge_at(gradient, &gradient->slice, claim, &point, element, element % row, gradient->share);
    return true;
}

void gck_gradient_judge(struct gck_gradient *gradient, struct gck_claim *claim, size_t element)
{
    struct gck_point *const point = &gradient->point[claim - gradient->check->claim];

    if (gradient->sample_by_sample && judge_on_sample(gradient, claim, element))
        return;
    point->typical = claim->typical;
    judge_at(gradient, gradient->rig, claim, point, element, element, (struct gck_share){ .factor = 1 });
    if (claim->verdict[element] != GCK_AGREE && !gradient->estimates)
        judge_on_sample(gradient, claim, element);
}
