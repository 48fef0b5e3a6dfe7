/* probe.c -- many elements at once: does E change along a direction as the claims about its elements say?
 *
 * With D(t) the central difference along v, S(t) its right minus its left half, at t, t/2 and t/4: of a smooth function
 * r(t) = D(t) - a . v is rho + c t^2 + d t^4 + ..., and S(t) is t f'' + e t^3 + ...
 *
 *     R(t) = (4 r(t/2) - r(t)) / 3             t^2 is gone
 *     rho  = (16 R(t/2) - R(t)) / 15           t^4 as well
 *     J    = (8 (2 S(t/4) - S(t/2)) - (2 S(t/2) - S(t))) / 7     t and t^3 are gone, a kink's jump stays
 *     E    = |rho - R(t/2)| + |J| / 2 + 2 nu / (t/4)
 *
 * Kinks on the way, each crossed by some rungs and not by others, make r(t) anything but a parabola. That shows:
 * successive differences of r then don't fall to a quarter. There the last rung is taken, with three times the larger
 * of them as its error, and half of the jumps that S has left once t is gone: those of the kinks that all three cross.
 *
 * The displacement is the one that storage left, so that rounding of x costs nothing.
 *
 * The size of a direction's elements varies, since two errors of the same size would cancel in half of all
 * directions of +-1: signed log-uniform sizes miss 2 equal errors with probability 0.08 where +-1 misses 0.5. */
#include "numeric/probe.h"

#include "core/random.h"
#include "numeric/noise.h"

#include <math.h>

enum { SEARCH = 24, WORSE = 3, GROWING = 5, PASSED = 4, FALLS = 2 };

/* The bound of a smooth function falls to a thirty-second with each step of half the length, until noise takes over. */
static const double steep = 8;

struct rung {
    double residual, bend, claimed, noise;
};

void gck_probe_direction(uint64_t seed, uint32_t stream, const double *size, size_t count, double *v)
{
    enum { PIECE = 1 << 10 };
    double u[PIECE];

    for (size_t first = 0; first < count; first += PIECE) {
        const size_t n = count - first < PIECE ? count - first : PIECE;

        gck_uniform_signed_from(seed, stream, first, n, u);
        for (size_t i = 0; i < n; i++)
            v[first + i] = copysign(size[first + i] * exp2(2 * fabs(u[i]) - 1), u[i]);
    }
}

static bool measure(const struct gck_field *field, const double *v, size_t first, size_t last, double t,
                    struct rung *rung)
{
    double ahead, behind;
    const double out = field->at(field->context, v, first, last, t, &ahead);
    const double in = field->at(field->context, v, first, last, -t, &behind);
    const double noise = gck_noise_grown(field->noise, field->epsilon, field->value, fmax(fabs(out), fabs(in)));
    const double slope = (out - in) / (2 * t);

    rung->claimed = (ahead - behind) / (2 * t);
    rung->residual = slope - rung->claimed;
    rung->bend = ((out - field->value) - (field->value - in)) / t;
    rung->noise = noise / t + 4 * field->epsilon * (fabs(slope) + fabs(rung->claimed));
    return isfinite(rung->residual) && isfinite(rung->bend) && isfinite(rung->noise);
}

static void combine(const struct rung rung[3], double t, struct gck_probe *probe)
{
    const double a = rung[0].residual, b = rung[1].residual, c = rung[2].residual;
    const double first = fabs(a - b), second = fabs(b - c);
    const double large = (4 * b - a) / 3, small = (4 * c - b) / 3;
    const double outer = 2 * rung[1].bend - rung[0].bend, inner = 2 * rung[2].bend - rung[1].bend;

    *probe = (struct gck_probe){
        .claimed = rung[2].claimed,
        .middle = b,
        .step = t,
        .noise = 2 * rung[2].noise,
        .bent = second > 4 * rung[2].noise && first < 2.5 * second,
    };
    probe->residual = probe->bent ? c : (16 * small - large) / 15;
    probe->bound = probe->noise
                   + (probe->bent ? 3 * fmax(first, second) + 0.5 * fmax(fabs(outer), fabs(inner))
                                  : fabs(probe->residual - small) + 0.5 * fabs(8 * inner - outer) / 7);
}

bool gck_probe_measure(const struct gck_field *field, const double *v, size_t first, size_t last, double t,
                       struct gck_probe *probe)
{
    struct rung rung[3];

    for (int i = 0; i < 3; i++)
        if (!measure(field, v, first, last, ldexp(t, -i), &rung[i]))
            return false;
    combine(rung, t, probe);
    return true;
}

/* How the search stands. */
struct search {
    bool found;
    double before;               /* the bound of the step before */
    int worse, growing;          /* steps in a row: with no smaller bound than the best; with a larger one than the step before */
    int falls, bends;            /* so far: to an eighth at once; steps at which E is not smooth */
    int best_falls, best_bends;  /* of these, up to the best step */
};

static void learn(struct search *search, const struct gck_probe *now, struct gck_probe *best)
{
    search->worse = search->found && now->bound >= best->bound ? search->worse + 1 : 0;
    search->growing = search->found && now->bound > 1.6 * search->before ? search->growing + 1 : 0;
    search->falls += search->found && now->bound * steep <= search->before;
    search->bends += now->bent;
    search->before = now->bound;
    search->found = true;
    if (search->worse > 0)
        return;
    *best = *now;
    search->best_falls = search->falls;
    search->best_bends = search->bends;
}

/* Is the best step behind? Twice as much for half the step: noise, also where there is more of it than was known. And where E came
 * down to the best step as a smooth function does, no kink waits at shorter ones, since longer ones had crossed it: what grows
 * then is noise. Among kinks bounds rise and fall. */
static bool is_behind(const struct search *search, const struct gck_probe *now, const struct gck_probe *best)
{
    if (search->worse < WORSE)
        return false;
    return now->noise > 0.5 * now->bound || search->growing >= GROWING
           || (search->worse >= PASSED && now->bound > steep * best->bound && search->best_bends == 0
               && search->best_falls >= FALLS);
}

bool gck_probe_search(const struct gck_field *field, const double *v, size_t first, size_t last, double t,
                      struct gck_probe *probe)
{
    struct search search = { .found = false };
    struct rung rung[3];
    int held = 0;

    for (int i = 0; i < SEARCH; i++, t /= 2) {
        struct gck_probe now;

        rung[0] = rung[1];
        rung[1] = rung[2];
        held = measure(field, v, first, last, t, &rung[2]) ? held + 1 : 0;
        if (held < 3)
            continue;
        combine(rung, 4 * t, &now);
        learn(&search, &now, probe);
        if (is_behind(&search, &now, probe))
            break;
    }
    return search.found;
}

double gck_probe_glance(const struct gck_field *field, const double *v, size_t first, size_t last, double t)
{
    struct rung rung;

    return measure(field, v, first, last, t, &rung) ? rung.residual : (double)NAN;
}

double gck_probe_noise(const struct gck_field *field, const double *v, size_t first, size_t last, double t)
{
    const double spacing[2] = { t / 8, t / 11.3 };
    double sigma = 0;

    for (int s = 0; s < 2; s++) {
        double table[9], claimed, here;
        unsigned moves;

        for (int i = 0; i < 9; i++)
            table[i] = i == 4 ? field->value
                              : field->at(field->context, v, first, last, (i - 4) * spacing[s], &claimed);
        here = gck_noise_of_9(table, &moves);
        if (isfinite(here))
            sigma = fmax(sigma, here);
    }
    return fmax(field->noise, 4 * sigma);
}
