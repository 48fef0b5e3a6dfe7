/* slope.c -- is this number the derivative?
 *
 * First glance, two evaluations. The step is where noise, which grows as 1/h, just outweighs the truncation
 * of a function that changes on the scale of x, which grows as h^2. If then claim and difference agree within
 * the noise 2 nu / h, the claim is right within that, too: the two are independent, and a wrong claim would
 * have to equal the truncation error to many digits. The bend is looked at as well, since at a kink the
 * difference is the mean of both sides' slopes, and agreeing with it means nothing.
 *
 * Otherwise the ladder: pairs of step sizes give an estimate with a bound (rung.c) that does not depend on the
 * claim. The next step balances noise and truncation as measured. rho is no whole number: stairs in E would
 * line up with steps of 4.
 *
 * Nothing is called wrong before the second look (closer.c), nor where smaller steps tell something else. */
#include "numeric/slope.h"

#include "numeric/closer.h"
#include "numeric/rung.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { LADDER_MOVES = 7, SHRINKINGS = 6, LOOKS_BELOW = 16 };

static const double rho = 3.7;
static const double longest = 0.25;  /* step, over scale: the second look goes three steps far */
static const double kink_share = 0.02; /* a jump below it, relative to the slope, is curvature */
static const double small_share = 1e-3; /* of the typical claim: what is smaller counts as this much */
static const double settle_share = 0.03; /* of the typical claim: what a small one is measured by on the way */

/* What depends on the type that evaluates. */
struct limits {
    double step_min, step_max; /* of the first step, over scale */
    double power;              /* an interval wider than this, relatively, says nothing */
};

static const struct limits limits_double = { 0x1p-20, 0x1p-7, 1e-3 };
static const struct limits limits_float = { 0x1p-12, 0x1p-4, 5e-2 };

/* Set for every element: the first glance needs no more, and runs a million times. */
struct asked {
    const struct limits *limits;
    double claim, allowance;
    double size;     /* |claim|; 0 where it is not finite */
    double typical;  /* size of the blob's claims */
};

struct judge {
    struct gck_spot spot;
    const struct limits *limits;
    double claim, allowance, size, typical; /* as in struct asked */
    bool found;      /* best is set */
    struct gck_pair best;
    struct gck_pair kink;   /* the pair in which the jump stands out most from the noise */
    double kink_evidence;   /* by so much */
    bool contradiction;     /* intervals have no number in common, or E moves from afar but not nearby */
    bool unclear;
    struct gck_slope *slope;
};

static double clamp(double value, double low, double high)
{
    return value > low ? gck_smaller(value, high) : low; /* NaN becomes low */
}

static double largest_of(double a, double b, double c)
{
    return gck_larger(a, gck_larger(b, c));
}

/* What an interval has to be narrow against, where the element's own claim is small. A blob of zeros alone has
 * no size of its own: then E may change by a small part of itself when x does by as much as its size. */
static double typical_claim(const struct gck_spot *spot, double size)
{
    if (spot->point->typical > 0 || size > 0)
        return spot->point->typical;
    return gck_larger(fabs(spot->point->value), 0x1p20 * spot->noise) / spot->scale;
}

/* At a minimum of E all claims may be 0, and so may E: then its curvature gives the size. */
static void learn_curvature(struct judge *judge, const struct gck_rung *rung)
{
    const double bend = fabs(rung->bend) - 4 * rung->noise;

    if (judge->spot.point->typical == 0 && judge->size == 0 && bend > 0)
        judge->typical = gck_larger(judge->typical, bend / rung->step * judge->spot.scale);
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
static double first_step(const struct gck_spot *spot, const struct asked *asked)
{
    const double change = gck_larger(asked->size, small_share * asked->typical) * spot->scale;
    const double wanted = change > 0 ? about_cbrt(2 * spot->noise / change) / 2 : 1;

    return spot->scale * clamp(wanted, asked->limits->step_min, asked->limits->step_max);
}

/* The first rung: E may be undefined that far away, the more so where x is far smaller than its blob. */
static bool first_rung(struct gck_spot *spot, double *h, struct gck_rung *rung)
{
    const double near = fabs(spot->x) * (*h / spot->scale);

    for (int i = 0; i <= SHRINKINGS; i++) {
        if (gck_rung_measure(spot, *h, rung))
            return true;
        *h = i == 0 && near > spot->least && near < *h ? near : *h / 64;
        if (*h < spot->least)
            break;
    }
    return false;
}

static bool agrees_at_first_glance(const struct asked *asked, double epsilon, const struct gck_rung *rung,
                                   struct gck_slope *slope)
{
    const double size = gck_larger(asked->size, fabs(rung->slope));
    const double weight = gck_larger(size, asked->typical);
    const double bound = 2 * rung->noise + 4 * epsilon * size;
    const double bend = gck_larger(0, fabs(rung->bend) - 4 * rung->noise);

    if (!(fabs(asked->claim - rung->slope) <= bound + asked->allowance &&
          bound + asked->allowance <= asked->limits->power * weight &&
          bend * bend <= 4 * size * bound))
        return false;
    slope->verdict = GCK_AGREE;
    slope->bound = bound;
    return true;
}

/* Remembers the best pair and the one that shows a kink best. */
static void weigh(struct judge *judge, const struct gck_pair *pair)
{
    const double evidence = 0.5 * fabs(pair->jump) / pair->noise;

    if (judge->found && fabs(pair->slope - judge->best.slope) > pair->bound + judge->best.bound)
        judge->contradiction = true;
    if (!judge->found || pair->bound < judge->best.bound)
        judge->best = *pair;
    judge->found = true;
    if (pair->kinked && evidence > judge->kink_evidence) {
        judge->kink = *pair;
        judge->kink_evidence = evidence;
    }
}

static double off(const struct judge *judge)
{
    return fabs(judge->claim - judge->best.slope);
}

static bool inside(const struct judge *judge)
{
    return off(judge) <= judge->best.bound + judge->allowance;
}

static bool narrow(const struct judge *judge, double typical)
{
    const double size = largest_of(typical, judge->size, fabs(judge->best.slope));

    return judge->best.bound + judge->allowance <= judge->limits->power * size;
}

static bool settled(const struct judge *judge, int move)
{
    if (inside(judge) && narrow(judge, settle_share * judge->typical))
        return true;
    return move >= 1 && off(judge) > 4 * judge->best.bound + 2 * judge->allowance;
}

/* Climbs to the step where noise and truncation are in balance. */
static void climb(struct judge *judge, double h, struct gck_rung large)
{
    double shortest = h, tallest = h;

    for (int move = 0; move < LADDER_MOVES; move++) {
        struct gck_rung small;
        struct gck_pair pair;
        double factor, next;

        if (!gck_rung_measure(&judge->spot, h / rho, &small))
            return;
        pair = gck_pair_of(&large, &small);
        weigh(judge, &pair);
        factor = cbrt(pair.noise / (2 * (pair.spread + 0.5 * fabs(pair.jump))));
        if (settled(judge, move) || (move >= 1 && factor > 0.5 && factor < 2))
            return;
        next = factor < 1 ? h * clamp(factor, 0x1p-12, 1 / rho) : h * clamp(factor, rho, 64);
        next = clamp(next, rho * judge->spot.least, longest * judge->spot.scale);
        if (move >= 2 && next >= shortest / 1.01 && next <= tallest * 1.01)
            return;
        if (fabs(next * rho - h) < 0.01 * h)
            large = small;
        else if (!gck_rung_measure(&judge->spot, next, &large) &&
                 !gck_rung_measure(&judge->spot, next /= 64, &large))
            return;
        h = next;
        shortest = gck_smaller(shortest, h);
        tallest = gck_larger(tallest, h);
    }
}

static void look_closer(struct judge *judge)
{
    struct gck_pair *best = &judge->best;
    const double matters = gck_larger(judge->size, judge->limits->power * judge->typical);
    const struct gck_closer closer = gck_closer_look(&judge->spot, best->step, matters);

    judge->unclear = closer.ground == GCK_GROUND_UNCLEAR;
    judge->slope->flat = closer.flat;
    if (closer.ground == GCK_GROUND_MOVES) {
        best->noise += 2 * closer.noise / best->step;
        best->bound += 2 * closer.noise / best->step;
    } else if (closer.ground == GCK_GROUND_FLAT) {
        best->slope = best->jump = best->spread = 0;
        best->noise = 2 * (closer.limit + judge->spot.noise / closer.width);
        best->bound = best->noise;
    }
}

/* What E does at one scale says nothing of a bump or a well that is narrower: contrastive's margin, seen from
 * inputs a thousand times larger. So before a claim is called wrong, smaller and smaller steps have to tell the
 * same: as they shrink, the difference stays where the interval is, and the bend of a smooth function, or of one with a
 * kink, does not grow. False where it does. */
static bool confirmed_below(struct judge *judge)
{
    const struct gck_pair *best = &judge->best;
    const double loud = 16 * gck_larger(judge->typical, judge->size); /* noise above it hides whatever there is */
    double bend = HUGE_VAL, h = best->step;

    for (int i = 0; i <= LOOKS_BELOW && h > 16 * judge->spot.least; i++, h /= 4) {
        struct gck_rung rung;

        if (!gck_rung_measure(&judge->spot, h, &rung))
            return false;
        if (rung.noise > loud)
            break;
        if (fabs(rung.slope - best->slope) > best->bound + 1.5 * rung.noise ||
            fabs(rung.bend) > bend + 4 * rung.noise)
            return false;
        bend = gck_smaller(bend, fabs(rung.bend) + 4 * rung.noise);
    }
    return true;
}

static bool kink_seen(const struct judge *judge)
{
    const double size = gck_larger(fabs(judge->kink.slope), judge->size);

    return judge->kink_evidence > 4 && fabs(judge->kink.jump) > kink_share * size;
}

static bool is_subgradient(const struct judge *judge)
{
    const struct gck_pair *kink = &judge->kink;
    const double slack = 2 * (kink->spread + kink->noise) + judge->allowance;

    return fabs(judge->claim - kink->slope) <= 0.5 * fabs(kink->jump) + slack;
}

static enum gck_element_verdict verdict(struct judge *judge)
{
    const struct gck_pair *best = &judge->best;
    const double half_jump = 0.5 * fabs(best->jump), rest = best->bound - half_jump;
    const double size = gck_larger(fabs(best->slope), judge->size);
    const bool at_kink = fabs(best->jump) > kink_share * size && half_jump > 2 * rest;
    const bool good = inside(judge) && narrow(judge, judge->typical);

    if (judge->unclear)
        return GCK_CANNOT_TELL;
    if (off(judge) > half_jump + 2 * rest + 2 * judge->allowance)
        return confirmed_below(judge) ? GCK_DISAGREE : GCK_CANNOT_TELL;
    if (good && !at_kink)
        return GCK_AGREE;
    if (kink_seen(judge) && is_subgradient(judge))
        return GCK_KINK;
    return good ? GCK_AGREE : GCK_CANNOT_TELL;
}

static void report(struct judge *judge)
{
    struct gck_slope *slope = judge->slope;

    slope->numeric = judge->best.slope;
    slope->bound = judge->best.bound;
    slope->step = judge->best.step;
    slope->jump = judge->best.jump;
    if (kink_seen(judge)) {
        slope->kink_left = judge->kink.left;
        slope->kink_right = judge->kink.right;
        slope->jump = judge->kink.right - judge->kink.left;
    }
    slope->verdict = verdict(judge);
}

/* The first glance left a doubt. */
static void examine(struct judge *judge, double h, const struct gck_rung *first)
{
    learn_curvature(judge, first);
    climb(judge, h, *first);
    if (!judge->found)
        return;
    judge->contradiction |= judge->best.slope == 0 && judge->best.spread == 0 && first->slope != 0;
    if (isfinite(judge->claim) && (judge->contradiction || !inside(judge)))
        look_closer(judge);
    report(judge);
}

static void judge_from(struct gck_spot *spot, const struct asked *asked, double h, const struct gck_rung *first,
                       struct gck_slope *slope)
{
    struct judge judge = { .spot = *spot, .limits = asked->limits, .claim = asked->claim,
                           .allowance = asked->allowance, .size = asked->size, .typical = asked->typical,
                           .slope = slope };

    examine(&judge, h, first);
    spot->evaluations = judge.spot.evaluations;
}

void gck_slope_judge(const struct gck_function *function, const struct gck_point *point, size_t index,
                     double x, double claim, double allowance, struct gck_slope *slope)
{
    struct gck_spot spot;
    struct gck_rung rung;
    const bool finite = isfinite(claim);

    slope->verdict = GCK_CANNOT_TELL;
    slope->numeric = slope->kink_left = slope->kink_right = (double)NAN;
    slope->bound = HUGE_VAL;
    slope->jump = slope->step = 0;
    slope->flat = false;
    if (gck_spot_set(&spot, function, point, index, x)) {
        const double size = finite ? fabs(claim) : 0;
        const struct asked asked = {
            .limits = function->epsilon > 1e-10 ? &limits_float : &limits_double,
            .claim = claim,
            .allowance = allowance,
            .size = size,
            .typical = typical_claim(&spot, size),
        };
        double h = first_step(&spot, &asked);

        if (first_rung(&spot, &h, &rung)) {
            slope->numeric = rung.slope;
            slope->step = rung.step;
            if (!agrees_at_first_glance(&asked, function->epsilon, &rung, slope))
                judge_from(&spot, &asked, h, &rung, slope);
        }
    }
    slope->evaluations = spot.evaluations;
    if (!finite && isfinite(point->value))
        slope->verdict = GCK_DISAGREE;
}
