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

struct judge {
    struct gck_spot spot;
    const struct limits *limits;
    double claim, allowance;
    double size;     /* |claim|; 0 where it is not finite */
    double typical;  /* size of the blob's claims */
    double first;    /* the first step */
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
    return value > low ? fmin(value, high) : low; /* NaN becomes low */
}

static double largest_of(double a, double b, double c)
{
    return fmax(a, fmax(b, c));
}

/* What an interval has to be narrow against, where the element's own claim is small. A blob of zeros alone has
 * no size of its own: then E may change by a small part of itself when x does by as much as its size. */
static double typical_claim(const struct judge *judge)
{
    const struct gck_spot *spot = &judge->spot;

    if (spot->point->typical > 0 || judge->size > 0)
        return spot->point->typical;
    return fmax(fabs(spot->point->value), 0x1p20 * spot->noise) / spot->scale;
}

/* At a minimum of E all claims may be 0, and so may E: then its curvature gives the size. */
static void learn_curvature(struct judge *judge, const struct gck_rung *rung)
{
    const double bend = fabs(rung->bend) - 4 * rung->noise;

    if (judge->spot.point->typical == 0 && judge->size == 0 && bend > 0)
        judge->typical = fmax(judge->typical, bend / rung->step * judge->spot.scale);
}

/* noise 2 nu / h = 8 times the truncation h^2 f''' / 6, for f''' = 6 f' / scale^2 */
static double first_step(const struct judge *judge)
{
    const double change = fmax(judge->size, small_share * judge->typical) * judge->spot.scale;
    const double wanted = change > 0 ? cbrt(2 * judge->spot.noise / change) / 2 : 1;

    return judge->spot.scale * clamp(wanted, judge->limits->step_min, judge->limits->step_max);
}

/* The first rung: E may be undefined that far away, the more so where x is far smaller than its blob. */
static bool first_rung(struct judge *judge, double *h, struct gck_rung *rung)
{
    const double near = fabs(judge->spot.x) * (*h / judge->spot.scale);

    for (int i = 0; i <= SHRINKINGS; i++) {
        if (gck_rung_measure(&judge->spot, *h, rung))
            return true;
        *h = i == 0 && near > judge->spot.least && near < *h ? near : *h / 64;
        if (*h < judge->spot.least)
            break;
    }
    return false;
}

static bool agrees_at_first_glance(struct judge *judge, const struct gck_rung *rung)
{
    const double size = fmax(judge->size, fabs(rung->slope));
    const double weight = fmax(size, judge->typical);
    const double bound = 2 * rung->noise + 4 * judge->spot.function->epsilon * size;
    const double bend = fmax(0, fabs(rung->bend) - 4 * rung->noise);

    if (!(fabs(judge->claim - rung->slope) <= bound + judge->allowance &&
          bound + judge->allowance <= judge->limits->power * weight &&
          bend * bend <= 4 * size * bound))
        return false;
    judge->slope->verdict = GCK_AGREE;
    judge->slope->bound = bound;
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
        shortest = fmin(shortest, h);
        tallest = fmax(tallest, h);
    }
}

static void look_closer(struct judge *judge)
{
    struct gck_pair *best = &judge->best;
    const double matters = fmax(judge->size, judge->limits->power * judge->typical);
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
    const double loud = 16 * fmax(judge->typical, judge->size); /* noise above it hides whatever there is */
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
        bend = fmin(bend, fabs(rung.bend) + 4 * rung.noise);
    }
    return true;
}

static bool kink_seen(const struct judge *judge)
{
    const double size = fmax(fabs(judge->kink.slope), judge->size);

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
    const double size = fmax(fabs(best->slope), judge->size);
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

static void examine(struct judge *judge)
{
    struct gck_rung rung;
    double h = first_step(judge);

    if (!first_rung(judge, &h, &rung))
        return;
    judge->slope->numeric = rung.slope;
    judge->slope->step = rung.step;
    if (agrees_at_first_glance(judge, &rung))
        return;
    learn_curvature(judge, &rung);
    climb(judge, h, rung);
    if (!judge->found)
        return;
    judge->contradiction |= judge->best.slope == 0 && judge->best.spread == 0 && rung.slope != 0;
    if (isfinite(judge->claim) && (judge->contradiction || !inside(judge)))
        look_closer(judge);
    report(judge);
}

void gck_slope_judge(const struct gck_function *function, const struct gck_point *point, size_t index,
                     double x, double claim, double allowance, struct gck_slope *slope)
{
    struct judge judge = { .claim = claim, .allowance = allowance, .slope = slope };

    *slope = (struct gck_slope){ .verdict = GCK_CANNOT_TELL,
                                 .numeric = (double)NAN,
                                 .bound = HUGE_VAL,
                                 .kink_left = (double)NAN,
                                 .kink_right = (double)NAN };
    judge.size = isfinite(claim) ? fabs(claim) : 0;
    judge.limits = function->epsilon > 1e-10 ? &limits_float : &limits_double;
    if (gck_spot_set(&judge.spot, function, point, index, x)) {
        judge.typical = typical_claim(&judge);
        examine(&judge);
    }
    slope->evaluations = judge.spot.evaluations;
    if (!isfinite(claim) && isfinite(point->value))
        slope->verdict = GCK_DISAGREE;
}
