/* sweep.c -- the error of differences against their step size. */
#include "exam/sweep.h"

#include "core/blob.h"
#include "core/text.h"
#include "exam/claims.h"
#include "exam/exact.h"
#include "exam/tremble.h"
#include "numeric/look.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The elements of one claim that are looked at, and the errors of all of them at one step. */
struct view {
    struct gck_check *check;
    const struct gck_claim *claim;
    struct gck_sweep *sweep;
    size_t element[GCK_SWEEP_ELEMENTS];
    double truth[GCK_SWEEP_ELEMENTS];
};

static bool known(const struct gck_claim *claim, size_t i, bool exact, double *truth)
{
    *truth = exact ? claim->exact[i] : claim->numeric[i];
    return isfinite(*truth) && *truth != 0 && (exact || claim->bound[i] <= 1e-3 * fabs(*truth));
}

static void choose_elements(struct view *view)
{
    const struct gck_claim *const claim = view->claim;
    struct gck_sweep *const sweep = view->sweep;
    const size_t stride = claim->count / GCK_SWEEP_ELEMENTS + 1;
    double doubt[GCK_SWEEP_ELEMENTS];

    for (size_t i = 0; i < claim->count; i += sweep->flat == SIZE_MAX ? stride : 1) {
        double truth;

        if ((sweep->flat != SIZE_MAX && i != sweep->flat) || !known(claim, i, sweep->exact, &truth))
            continue;
        doubt[sweep->elements] = sweep->exact ? 0 : claim->bound[i] / fabs(truth);
        view->truth[sweep->elements] = truth;
        view->element[sweep->elements++] = i;
    }
    sweep->doubt = sweep->elements > 0 ? gck_median(doubt, sweep->elements) : 0;
}

/* The median over the elements that have one. */
static double middle(double *value, size_t count)
{
    size_t used = 0;

    for (size_t k = 0; k < count; k++)
        if (!isnan(value[k]))
            value[used++] = value[k];
    return gck_median(value, used);
}

/* E of the layer itself as a function of one element, whatever the gradient exam differences. */
static double at(void *context, size_t index, double x, double *stored)
{
    struct view *const view = context;
    struct gck_rig *const rig = &view->check->rig;
    const struct gck_blob *const blob = gck_claim_blob(view->claim, rig);
    const double old = gck_peek(blob->data, blob->real_size, index);
    double value = (double)NAN;

    gck_poke(blob->data, blob->real_size, index, x);
    *stored = gck_peek(blob->data, blob->real_size, index);
    if (gck_rig_forward(rig) == GCK_OK)
        value = gck_rig_objective(rig);
    gck_poke(blob->data, blob->real_size, index, old);
    return value;
}

static struct gck_point point_of(const struct view *view)
{
    const struct gck_claim *const claim = view->claim;
    const struct gck_setup *const setup = &view->check->setup;
    const struct gck_port *const port = claim->weight ? setup->weight[claim->index].port
                                                      : setup->bottom[claim->index].port;

    return (struct gck_point){ .value = view->check->loss,
                               .noise = view->check->noise,
                               .rms = gck_rms(claim->x, claim->count),
                               .typical = claim->typical,
                               .domain_lo = port->domain_lo,
                               .domain_hi = port->domain_hi };
}

static void look_at_steps(struct view *view)
{
    const struct gck_claim *const claim = view->claim;
    struct gck_sweep *const sweep = view->sweep;
    const struct gck_function function = { .at = at, .context = view, .epsilon = view->check->epsilon };
    const struct gck_point point = point_of(view);
    double one_sided[GCK_SWEEP_ELEMENTS], central[GCK_SWEEP_ELEMENTS], bound[GCK_SWEEP_ELEMENTS];

    for (unsigned s = 0; s < GCK_SWEEP_STEPS; s++) {
        struct gck_sweep_step *const step = &sweep->step[s];

        step->h = pow(10, -(double)s / GCK_SWEEP_PER_DECADE);
        for (size_t k = 0; k < sweep->elements; k++) {
            const size_t i = view->element[k];
            const double truth = view->truth[k];
            struct gck_look look;

            gck_look_at(&function, &point, i, claim->x[i], step->h, &look);
            one_sided[k] = fabs(look.one_sided - truth) / fabs(truth);
            central[k] = fabs(look.central - truth) / fabs(truth);
            bound[k] = isfinite(look.bound) ? look.bound / fabs(truth) : (double)NAN;
        }
        step->one_sided = middle(one_sided, sweep->elements);
        step->central = middle(central, sweep->elements);
        step->bound = middle(bound, sweep->elements);
    }
}

/* What the gradient exam, which chooses its steps itself, makes of the same elements. */
static void look_at_ours(struct view *view)
{
    const struct gck_claim *const claim = view->claim;
    struct gck_sweep *const sweep = view->sweep;
    double step[GCK_SWEEP_ELEMENTS], bound[GCK_SWEEP_ELEMENTS];

    for (size_t k = 0; k < sweep->elements; k++) {
        const size_t i = view->element[k];

        step[k] = (double)claim->step[i];
        bound[k] = claim->bound[i] / fabs(view->truth[k]);
        sweep->inside += fabs(claim->numeric[i] - view->truth[k]) <= claim->bound[i];
    }
    sweep->chosen_step = gck_median(step, sweep->elements);
    sweep->chosen_bound = gck_median(bound, sweep->elements);
}

static enum gck_status look(struct gck_check *check, struct gck_sweep *sweep, char *message)
{
    const bool chosen = check->only_claim < check->claims;
    struct view view = { .check = check, .sweep = sweep };

    view.claim = &check->claim[chosen ? check->only_claim : 0];
    GCK_COPY(sweep->port, view.claim->port);
    sweep->shape = view.claim->shape;
    sweep->flat = chosen ? check->only_element : SIZE_MAX;
    sweep->exact = gck_exact_collect(check);
    choose_elements(&view);
    if (sweep->elements == 0)
        return gck_say(message, GCK_EEMPTY,
                       "%s: no element of %s%s has a derivative that is known and not 0, so there is no error to show",
                       check->layer->name, view.claim->port, sweep->flat == SIZE_MAX ? "" : " there");
    gck_rig_weigh(&check->rig, check->weight);
    gck_noise_complete(check, false);
    look_at_steps(&view);
    look_at_ours(&view);
    return GCK_OK;
}

enum gck_status gck_sweep_run(const struct gck_layer *layer, const struct gck_layer *twin,
                              const struct gck_options *options, struct gck_sweep *sweep, char *message)
{
    struct gck_check *const check = calloc(1, sizeof *check);
    struct gck_result *const result = calloc(1, sizeof *result);
    enum gck_status status = GCK_EMEMORY;

    memset(sweep, 0, sizeof *sweep);
    if (check != NULL && result != NULL) {
        status = gck_check_run(check, layer, twin, options, result, message);
        if (status == GCK_OK)
            status = look(check, sweep, message);
        gck_check_close(check);
    } else {
        gck_say(message, status, "no memory to examine %s", layer->name);
    }
    free(result);
    free(check);
    return status;
}
