/* glance.c -- the first look at many elements at once: two evaluations each.
 *
 * The step is where noise, which grows as 1/h, just outweighs the truncation of a function that changes on the scale of
 * x, which grows as h^2. If then claim and difference agree within the noise 2 nu / h, the claim is right within that,
 * too: the two are independent, and a wrong claim would have to equal the truncation error to many digits. The bend is
 * looked at as well, since at a kink the difference is the mean of both sides' slopes, and agreeing with it means
 * nothing.
 *
 * What is computed for all elements is computed for GCK_LANES of them at a time (lanes.h). */
#include "numeric/glance.h"

#include "numeric/lanes.h"

#include <math.h>
#include <string.h>

static const double small_share = 1e-3; /* of the typical claim: what is smaller counts as this much */

static const struct gck_limits limits_double = { 0x1p-20, 0x1p-7, 1e-3 };
static const struct gck_limits limits_float = { 0x1p-12, 0x1p-4, 5e-2 };

const struct gck_limits *gck_limits_of(const struct gck_function *function)
{
    return function->epsilon > 1e-10 ? &limits_float : &limits_double;
}

static inline void spread(struct gck_glance *glance, size_t first, size_t end, double value, double noise)
{
    const double over = value != 0 ? 1 / fabs(value) : 0;

    for (size_t k = first; k < end; k += GCK_LANES) { /* what stands behind them are others', which are still to be written */
        GCK_STORE(glance->value + k, GCK_EACH(value));
        GCK_STORE(glance->noise + k, GCK_EACH(noise));
        GCK_STORE(glance->over + k, GCK_EACH(over));
    }
}

/* What is known of each element's point. */
static inline void stand(struct gck_glance *glance, const struct gck_row *row, const struct gck_point *point)
{
    const struct gck_stand *at = row->stand;

    if (at == NULL)
        spread(glance, 0, row->n, point->value, point->noise);
    else
        for (size_t k = 0; k < row->n; k += row->each, at++)
            spread(glance, k, k + row->each, at->value, at->noise);
    for (size_t k = row->n; k % GCK_LANES != 0; k++)
        glance->value[k] = glance->noise[k] = glance->over[k] = 0;
}

/* What the row's claims and allowances are to the function; the first steps, and where they lead to from data that no storage
 * rounds. One goes away from 0, where storage is coarser, so the other can be made as long.
 *
 * Which steps are possible at all: as gck_spot_set has it. Noise 2 nu / h is to be 8 times the truncation h^2 f''' / 6, for
 * f''' = 6 f' / scale^2. A blob of zeros alone has no size of its own: then E may change by a small part of itself when x does
 * by as much as its size. A first step stays within the domain: it is a small part of the room there.
 *
 * So h is scale times the cube root of noise / (4 change), and a few hundredths more or less are no matter. The bits of a number
 * above 0 are 2^52 times its logarithm and 1023, about: those of noise less those of change (and the largest there are, to stay
 * above 0), by 3, and the rest that belongs there. 1/3 = 5/16 (1 + 1/16) (1 + 1/256) ..., since vectors divide no integers. */
GCK_WIDE static void choose_steps(struct gck_glance *glance, const struct gck_row *row, const struct gck_point *point,
                                  const struct gck_function *function)
{
    const struct gck_limits limits = *gck_limits_of(function);
    const double underflow = gck_underflow(function), epsilon = function->epsilon;
    const gck_lanes tenth = GCK_EACH(isnan(point->rms) ? 0 : 0.1 * point->rms), typical = GCK_EACH(point->typical);
    const double low = gck_point_limited(point) ? point->domain_lo : -HUGE_VAL;
    const double high = gck_point_limited(point) ? point->domain_hi : HUGE_VAL;
    const double part = 1 / row->factor, doubt = row->doubt;
    const gck_lanes nowhere = GCK_EACH((double)NAN);

    stand(glance, row, point);
    for (size_t k = 0; k < row->n; k += GCK_LANES) {
        const gck_lanes x = GCK_LOAD(row->x + k), claim = GCK_LOAD(row->claim + k) * part;
        const gck_lanes value = GCK_LOAD(glance->value + k), nu = GCK_LOAD(glance->noise + k);
        const gck_lanes noise = GCK_GREATER(nu, GCK_EACH(underflow));
        const gck_lanes away = GCK_SIZES(x), least = 16 * GCK_GREATER(epsilon * away, GCK_EACH(underflow));
        const gck_lanes size = GCK_WHERE(GCK_FINITE(claim), GCK_SIZES(claim));
        const gck_lanes allowance = GCK_LOAD(row->allowance + k) * part + doubt * size;
        const gck_lanes large = GCK_GREATER(away, tenth), own = GCK_EITHER(large == 0, GCK_EACH(1), large);
        const gck_lanes scale = GCK_LESSER(own, GCK_LESSER(x - low, high - x));
        const gck_lanes sized = point->typical > 0 ? typical : GCK_EITHER(size > 0, typical, GCK_GREATER(GCK_SIZES(value), 0x1p20 * noise) / scale);
        const gck_lanes change = GCK_GREATER(size, small_share * sized) * scale;
        const gck_bits bits = (gck_bits)noise - (gck_bits)change + 0x7FF0000000000000, a = (bits >> 2) + (bits >> 4);
        const gck_bits b = a + (a >> 4), c = b + (b >> 8), third = c + (c >> 16);
        const gck_lanes root = (gck_lanes)(third + 0x153F166000000000);
        const gck_lanes balance = GCK_EITHER(change > 0, root, GCK_EACH(1));
        const gck_lanes wanted = GCK_LESSER(GCK_GREATER(balance, GCK_EACH(limits.step_min)), GCK_EACH(limits.step_max));
        const gck_yes possible = GCK_FINITE(x) & GCK_FINITE(scale) & (scale > 4 * least);
        const gck_yes known = possible & GCK_FINITE(value) & (nu == nu); /* else there is nothing to compare with */
        const gck_lanes step = GCK_WHERE(known, scale * wanted);
        const gck_lanes there = x + (gck_lanes)((gck_yes)step | GCK_SIGNS(x)), out = there - x, back = x - out;
        const gck_yes moves = (step != 0) & (out != 0);

        GCK_STORE(glance->claim + k, claim);
        GCK_STORE(glance->allowance + k, allowance);
        GCK_STORE(glance->size + k, size);
        GCK_STORE(glance->typical + k, GCK_WHERE(known, sized));
        GCK_STORE(glance->step + k, step);
        GCK_STORE(glance->out + k, GCK_WHERE(step != 0, out));
        GCK_STORE(glance->in + k, back - x);
        GCK_STORE(glance->f_out + k, GCK_EITHER(moves, there, nowhere)); /* where to evaluate */
        GCK_STORE(glance->f_in + k, back);
    }
}

/* By calls of `at`, from data that storage rounds. */
static void ask_in_turn(struct gck_glance *glance, const struct gck_row *row, const struct gck_function *function)
{
    for (size_t k = 0; k < row->n; k++) {
        const double x = row->x[k];
        double stored;

        glance->f_out[k] = glance->f_in[k] = (double)NAN;
        glance->out[k] = glance->in[k] = 0;
        if (glance->step[k] == 0)
            continue;
        glance->f_out[k] = function->at(function->context, row->first + k, x + copysign(glance->step[k], x), &stored);
        glance->out[k] = stored - x;
        if (glance->out[k] == 0 || !isfinite(glance->f_out[k]))
            continue;
        glance->f_in[k] = function->at(function->context, row->first + k, x - glance->out[k], &stored);
        glance->in[k] = stored - x;
    }
}

/* gck_rung_of with gck_noise_grown, and what follows from it. */
GCK_WIDE static void judge(struct gck_glance *glance, const struct gck_function *function, size_t n)
{
    struct gck_rungs *const rung = &glance->rung;
    const double epsilon = function->epsilon, power = gck_limits_of(function)->power;
    const gck_yes place = { 0, 1, 2, 3 };
    const double underflow = gck_underflow(function);
    gck_yes all_within = { -1, -1, -1, -1 };
    unsigned doubts = 0;

    for (size_t k = 0; k < n; k += GCK_LANES) {
        const gck_yes beyond = place + (int64_t)k >= (int64_t)n; /* the row's end */
        const gck_lanes out = GCK_LOAD(glance->out + k), f_out = GCK_LOAD(glance->f_out + k);
        const gck_lanes in = GCK_LOAD(glance->in + k), f_in = GCK_LOAD(glance->f_in + k);
        const gck_lanes value = GCK_LOAD(glance->value + k);
        const gck_lanes nu = GCK_GREATER(GCK_LOAD(glance->noise + k), GCK_EACH(underflow));
        const gck_lanes turned = (f_out - value) / out - (f_in - value) / in;
        const gck_lanes step = 0.5 * GCK_SIZES(out - in), slope = (f_out - f_in) / (out - in);
        const gck_lanes bend = (gck_lanes)((gck_yes)turned ^ GCK_SIGNS(out));
        const gck_lanes top = GCK_GREATER(GCK_SIZES(f_out), GCK_SIZES(f_in));
        const gck_lanes times = GCK_GREATER(GCK_EACH(1), top * GCK_LOAD(glance->over + k));
        const gck_lanes at_top = GCK_GREATER(nu, epsilon / 2 * top);
        const gck_lanes noise = GCK_GREATER(at_top, GCK_LESSER(at_top * times, 16 * epsilon * top)) / step;
        const gck_lanes claim = GCK_LOAD(glance->claim + k), allowance = GCK_LOAD(glance->allowance + k);
        const gck_lanes size = GCK_GREATER(GCK_LOAD(glance->size + k), GCK_SIZES(slope));
        const gck_lanes bound = 2 * noise + 4 * epsilon * size, allowed = bound + allowance;
        const gck_lanes curved = GCK_GREATER(GCK_EACH(0), GCK_SIZES(bend) - 4 * noise);
        const gck_yes measured = GCK_FINITE(slope) & GCK_FINITE(bend) & GCK_FINITE(noise);
        const gck_yes within = measured & (GCK_SIZES(claim - slope) <= allowed);
        const gck_yes tells = allowed <= power * GCK_GREATER(size, GCK_LOAD(glance->typical + k));
        const gck_yes agrees = within & tells & (curved * curved <= 4 * size * bound);

        GCK_STORE(rung->slope + k, slope);
        GCK_STORE(rung->bend + k, bend);
        GCK_STORE(rung->step + k, step);
        GCK_STORE(rung->noise + k, noise);
        GCK_STORE(glance->bound + k, bound);
        GCK_KEEP_YES(glance->measured + k, measured);
        GCK_KEEP_YES(glance->within + k, within);
        GCK_KEEP_YES(glance->agrees + k, agrees);
        all_within &= within | beyond;
        if (!GCK_ALL(agrees | beyond))
            for (size_t j = k; j < k + GCK_LANES && j < n; j++)
                if (glance->agrees[j] == 0)
                    glance->doubt[doubts++] = (unsigned char)j;
    }
    glance->all_within = GCK_ALL(all_within);
    glance->doubts = doubts;
}

void gck_glance_again(struct gck_glance *glance, const struct gck_function *function, const struct gck_row *row, size_t first,
                      size_t end, double noise)
{
    for (size_t k = first; k < end; k++)
        glance->noise[k] = noise;
    judge(glance, function, row->n);
}

void gck_glance_at(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                   const struct gck_row *row)
{
    choose_steps(glance, row, point, function);
    for (size_t k = 0; k < row->n && row->unclaimed; k++)
        glance->claim[k] = (double)NAN;
    for (size_t k = row->n; k % GCK_LANES != 0; k++)
        glance->out[k] = glance->in[k] = glance->f_out[k] = glance->f_in[k] = 0;
    if (function->values != NULL)
        function->values(function->context, row->first, row->n, glance->f_out, glance->f_in);
    else
        ask_in_turn(glance, row, function);
    judge(glance, function, row->n);
}

GCK_WIDE static void keep_numbers(const struct gck_glance *glance, const struct gck_row *row, size_t first, size_t end)
{
    typedef float steps __attribute__((vector_size(GCK_LANES * sizeof(float))));
    const double factor = row->factor;
    size_t k = first;

    for (; k + GCK_LANES <= end; k += GCK_LANES) {
        const steps step = __builtin_convertvector(GCK_LOAD(glance->rung.step + k), steps);

        GCK_STORE(row->numeric + k, GCK_LOAD(glance->rung.slope + k) * factor);
        GCK_STORE(row->bound + k, (GCK_LOAD(glance->bound + k) + GCK_LOAD(glance->allowance + k)) * factor);
        memcpy(row->step + k, &step, sizeof step);
    }
    for (; k < end; k++) { /* behind them stand those of others */
        row->numeric[k] = glance->rung.slope[k] * factor;
        row->bound[k] = (glance->bound[k] + glance->allowance[k]) * factor;
        row->step[k] = (float)glance->rung.step[k];
    }
}

void gck_glance_keep(const struct gck_glance *glance, const struct gck_row *row, size_t first, size_t end)
{
    keep_numbers(glance, row, first, end);
    memset(row->verdict + first, GCK_AGREE, end - first);
    memset(row->kinked + first, 0, end - first);
}

struct gck_rung gck_glance_rung(const struct gck_glance *glance, size_t k)
{
    const struct gck_rungs *const rung = &glance->rung;

    return (struct gck_rung){ rung->slope[k], rung->bend[k], rung->step[k], rung->noise[k] };
}

unsigned gck_glance_evaluations(const struct gck_glance *glance, size_t k)
{
    if (glance->step[k] == 0)
        return 0;
    return glance->out[k] == 0 || !isfinite(glance->f_out[k]) ? 1 : 2;
}
