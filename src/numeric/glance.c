/* glance.c -- the first look at many elements at once: two evaluations each.
 *
 * The step is where noise, which grows as 1/h, just outweighs the truncation of a function that changes on the scale of
 * x, which grows as h^2. If then claim and difference agree within the noise 2 nu / h, the claim is right within that,
 * too: the two are independent, and a wrong claim would have to equal the truncation error to many digits. The bend is
 * looked at as well, since at a kink the difference is the mean of both sides' slopes, and agreeing with it means
 * nothing. */
#include "numeric/glance.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double small_share = 1e-3; /* of the typical claim: what is smaller counts as this much */

static const struct gck_limits limits_double = { 0x1p-20, 0x1p-7, 1e-3 };
static const struct gck_limits limits_float = { 0x1p-12, 0x1p-4, 5e-2 };

const struct gck_limits *gck_limits_of(const struct gck_function *function)
{
    return function->epsilon > 1e-10 ? &limits_float : &limits_double;
}

/* What an interval has to be narrow against, where the element's own claim is small. A blob of zeros alone has
 * no size of its own: then E may change by a small part of itself when x does by as much as its size. */
static double typical_claim(const struct gck_spot *spot, double size)
{
    if (spot->point->typical > 0 || size > 0)
        return spot->point->typical;
    return gck_larger(fabs(spot->point->value), 0x1p20 * spot->noise) / spot->scale;
}

/* The cube root of a positive number to a few digits: a third of its exponent, then one step of Newton. */
static double about_cbrt(double x)
{
    uint64_t bits;
    double root;

    memcpy(&bits, &x, sizeof bits);
    bits = bits / 3 + 0x2A9F789300000000;
    memcpy(&root, &bits, sizeof root);
    return (2 * root + x / (root * root)) / 3;
}

/* noise 2 nu / h = 8 times the truncation h^2 f''' / 6, for f''' = 6 f' / scale^2 */
static double first_step(const struct gck_spot *spot, const struct gck_limits *limits, double size, double typical)
{
    const double change = gck_larger(size, small_share * typical) * spot->scale;
    const double wanted = change > 0 ? about_cbrt(2 * spot->noise / change) / 2 : 1;

    return spot->scale * (wanted > limits->step_min ? gck_smaller(wanted, limits->step_max) : limits->step_min);
}

/* By calls of `at`: the first step goes away from 0, where storage is coarser, so the second can be made as long. */
static void ask_in_turn(const struct gck_function *function, size_t first, size_t n, const double *x,
                        const double *offset, struct gck_beside *beside)
{
    for (size_t k = 0; k < n; k++) {
        double stored;

        beside->f_out[k] = beside->f_in[k] = (double)NAN;
        beside->out[k] = beside->in[k] = 0;
        if (offset[k] == 0)
            continue;
        beside->f_out[k] = function->at(function->context, first + k, x[k] + offset[k], &stored);
        beside->out[k] = stored - x[k];
        if (beside->out[k] == 0 || !isfinite(beside->f_out[k]))
            continue;
        beside->f_in[k] = function->at(function->context, first + k, x[k] - beside->out[k], &stored);
        beside->in[k] = stored - x[k];
    }
}

/* A first step stays within the domain: it is a small part of the room there. */
static void choose_steps(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *at,
                         size_t n, const double *x, const double *claim, double *offset)
{
    const struct gck_limits limits = *gck_limits_of(function);
    const struct gck_point point = *at; /* nothing that is written here is part of it: so it may stay in registers */

    for (size_t k = 0; k < n; k++) {
        const double size = isfinite(claim[k]) ? fabs(claim[k]) : 0;
        struct gck_spot spot;
        double typical = 0, step = 0;

        if (gck_spot_set(&spot, function, &point, 0, x[k])) {
            typical = typical_claim(&spot, size);
            step = first_step(&spot, &limits, size, typical);
        }
        glance->size[k] = size;
        glance->typical[k] = typical;
        glance->step[k] = step;
        offset[k] = copysign(step, x[k]);
    }
}

void gck_glance_again(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                      size_t n, const double *claim, const double *allowance)
{
    const struct gck_beside *const beside = &glance->beside;
    const double epsilon = function->epsilon, power = gck_limits_of(function)->power, value = point->value;
    const double noise = gck_larger(point->noise, gck_underflow(function));

    for (size_t k = 0; k < n; k++) {
        const struct gck_rung rung = gck_rung_of(noise, epsilon, value, beside->out[k], beside->f_out[k], beside->in[k],
                                                 beside->f_in[k]);
        const double size = gck_max(glance->size[k], fabs(rung.slope));
        const double weight = gck_max(size, glance->typical[k]);
        const double bound = 2 * rung.noise + 4 * epsilon * size;
        const double bend = gck_max(0, fabs(rung.bend) - 4 * rung.noise);

        glance->rung[k] = rung;
        glance->bound[k] = bound;
        glance->measured[k] = gck_rung_finite(&rung);
        glance->within[k] = glance->measured[k] & (fabs(claim[k] - rung.slope) <= bound + allowance[k]);
        glance->agrees[k] = glance->within[k] & (bound + allowance[k] <= power * weight)
                            & (bend * bend <= 4 * size * bound);
    }
}

void gck_glance_at(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                   size_t first, size_t n, const double *x, const double *claim, const double *allowance)
{
    double offset[GCK_ROW];

    choose_steps(glance, function, point, n, x, claim, offset);
    if (function->beside != NULL)
        function->beside(function->context, first, n, x, offset, &glance->beside);
    else
        ask_in_turn(function, first, n, x, offset, &glance->beside);
    gck_glance_again(glance, function, point, n, claim, allowance);
}

unsigned gck_glance_evaluations(const struct gck_glance *glance, size_t k)
{
    if (glance->step[k] == 0)
        return 0;
    return glance->beside.out[k] == 0 || !isfinite(glance->beside.f_out[k]) ? 1 : 2;
}
