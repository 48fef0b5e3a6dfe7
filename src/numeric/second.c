/* second.c -- one more rung for what the first glance left a doubt of, which settles most doubts. */
#include "numeric/second.h"

#include <math.h>

#define FAR 16.0 /* times what may be between claim and interval, or what noise may make of a slope */

/* Both neighbours at once; false where there are none, or nobody asks so. */
static bool ask(struct gck_second *second, double h, const struct gck_function *function, const struct gck_point *point,
                size_t index, double x)
{
    const double there = x + copysign(h, x), out = there - x, back = x - out, in = back - x;
    double f_out = there, f_in = back;

    if (out == 0 || in == 0)
        return false;
    function->values(function->context, index, 1, &f_out, &f_in);
    second->evaluations = isfinite(f_out) ? 2 : 1;
    second->rung = gck_rung_of(gck_larger(point->noise, gck_underflow(function)), function->epsilon, point->value, out, f_out,
                               in, f_in);
    return gck_rung_finite(&second->rung);
}

/* Nothing that the looks after this one are for: E moves, and the claim is far from where noise, stairs or a kink would have it. */
static bool plainly_wrong(const struct gck_pair *pair, double claim, double allowance)
{
    return fabs(claim - pair->slope) > FAR * (pair->bound + allowance) && fabs(pair->slope) > FAR * pair->noise;
}

bool gck_second_settles(struct gck_second *second, const struct gck_glance *glance, const struct gck_function *function,
                        const struct gck_point *point, const struct gck_row *row, size_t k)
{
    const struct gck_rung first = gck_glance_rung(glance, k);
    const double claim = glance->claim[k], allowance = glance->allowance[k], typical = glance->typical[k];
    const bool enough = row->wrong != NULL && *row->wrong >= GCK_ENOUGH;
    struct gck_pair pair;
    double size, half_jump, rest, allowed;

    second->evaluations = 0;
    if (function->values == NULL || !glance->measured[k] || !(point->typical > 0 || enough)
        || !ask(second, glance->step[k] / GCK_RHO, function, point, row->first + k, row->x[k]))
        return false;
    pair = gck_pair_of(&first, &second->rung);
    size = gck_larger(glance->size[k], fabs(pair.slope));
    half_jump = 0.5 * fabs(pair.jump);
    rest = pair.bound - half_jump;
    allowed = pair.bound + allowance;
    if (!(allowed <= gck_limits_of(function)->power * gck_larger(GCK_SETTLE_SHARE * typical, size)))
        return false;
    if (!(fabs(claim - pair.slope) <= allowed)) {
        if (!enough || !plainly_wrong(&pair, claim, allowance))
            return false;
        row->verdict[k] = GCK_DISAGREE;
    } else if (!(point->typical > 0) /* then the ladder asks for more */
               || (fabs(pair.jump) > GCK_KINK_SHARE * size && (half_jump > 2 * rest || pair.kinked))) {
        return false;
    } else {
        row->verdict[k] = GCK_AGREE;
    }
    row->kinked[k] = 0;
    row->numeric[k] = pair.slope * row->factor;
    row->bound[k] = allowed * row->factor;
    row->step[k] = (float)pair.step;
    return true;
}
