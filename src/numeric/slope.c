/* slope.c -- is this number the derivative?
 *
 * First glance, two evaluations (glance.c): most elements need no more.
 *
 * Otherwise the ladder: pairs of step sizes give an estimate with a bound (rung.c) that does not depend on the
 * claim. The next step balances noise and truncation as measured.
 *
 * Nothing is called wrong before the second look (closer.c), nor where smaller steps tell something else. */
#include "numeric/slope.h"

#include "numeric/closer.h"
#include "numeric/glance.h"
#include "numeric/second.h"

#include <math.h>

enum { LADDER_MOVES = 7, SHRINKINGS = 6, LOOKS_BELOW = 16 };

static const double longest = 0.25;  /* step, over scale: the second look goes three steps far */

struct judge {
    struct gck_spot spot;
    const struct gck_limits *limits;
    double claim, allowance;
    double size, typical; /* as in struct gck_glance */
    bool found;
    struct gck_pair best;   /* where found */
    double kink_evidence;   /* 0: no kink was seen */
    struct gck_pair kink;   /* the pair in which the jump stands out most from the noise: by so much */
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

/* At a minimum of E all claims may be 0, and so may E: then its curvature gives the size. */
static void learn_curvature(struct judge *judge, const struct gck_rung *rung)
{
    const double bend = fabs(rung->bend) - 4 * rung->noise;

    if (judge->spot.point->typical == 0 && judge->size == 0 && bend > 0)
        judge->typical = gck_larger(judge->typical, bend / rung->step * judge->spot.scale);
}

/* E may be undefined as far away as the first glance looked, the more so where x is far smaller than its blob. */
static bool nearer_rung(struct gck_spot *spot, double *h, struct gck_rung *rung)
{
    const double near = fabs(spot->x) * (*h / spot->scale);

    for (int i = 0; i < SHRINKINGS; i++) {
        *h = i == 0 && near > spot->least && near < *h ? near : *h / 64;
        if (*h < spot->least)
            break;
        if (gck_rung_measure(spot, *h, rung))
            return true;
    }
    return false;
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
    if (inside(judge) && narrow(judge, GCK_SETTLE_SHARE * judge->typical))
        return true;
    return move >= 1 && off(judge) > 4 * judge->best.bound + 2 * judge->allowance;
}

/* Climbs to the step where noise and truncation are in balance. second: of h / GCK_RHO, where it is known. */
static void climb(struct judge *judge, double h, struct gck_rung large, const struct gck_second *second)
{
    double shortest = h, tallest = h;

    for (int move = 0; move < LADDER_MOVES; move++) {
        struct gck_rung small;
        struct gck_pair pair;
        double factor, next;

        if (move == 0 && second->evaluations > 0)
            small = second->rung;
        else if (!gck_rung_measure(&judge->spot, h / GCK_RHO, &small))
            return;
        if (!gck_rung_finite(&small))
            return;
        pair = gck_pair_of(&large, &small);
        weigh(judge, &pair);
        if (settled(judge, move))
            return;
        factor = cbrt(pair.noise / (2 * (pair.spread + 0.5 * fabs(pair.jump))));
        if (move >= 1 && factor > 0.5 && factor < 2)
            return;
        next = factor < 1 ? h * clamp(factor, 0x1p-12, 1 / GCK_RHO) : h * clamp(factor, GCK_RHO, 64);
        next = clamp(next, GCK_RHO * judge->spot.least, longest * judge->spot.scale);
        if (move >= 2 && next >= shortest / 1.01 && next <= tallest * 1.01)
            return;
        if (fabs(next * GCK_RHO - h) < 0.01 * h)
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
    if (!(judge->kink_evidence > 4)) /* there may be none at all */
        return false;
    return fabs(judge->kink.jump) > GCK_KINK_SHARE * gck_larger(fabs(judge->kink.slope), judge->size);
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
    const bool at_kink = fabs(best->jump) > GCK_KINK_SHARE * size && half_jump > 2 * rest;
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
static void examine(struct judge *judge, double h, const struct gck_rung *first, const struct gck_second *second)
{
    learn_curvature(judge, first);
    climb(judge, h, *first, second);
    if (!judge->found)
        return;
    judge->contradiction |= judge->best.slope == 0 && judge->best.spread == 0 && first->slope != 0;
    if (isfinite(judge->claim) && (judge->contradiction || !inside(judge)))
        look_closer(judge);
    report(judge);
}

/* Element k of a row that the first glance left a doubt of. */
static void look_again(const struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                       const struct gck_row *row, size_t k, const struct gck_second *second, struct gck_slope *slope)
{
    struct judge judge; /* with no zeros where nothing is found yet: there may be a million of these */
    struct gck_rung rung = gck_glance_rung(glance, k);
    double h = glance->step[k];

    judge.limits = gck_limits_of(function);
    judge.claim = glance->claim[k];
    judge.allowance = glance->allowance[k];
    judge.size = glance->size[k];
    judge.typical = glance->typical[k];
    judge.found = judge.contradiction = judge.unclear = false;
    judge.kink_evidence = 0;
    judge.slope = slope;
    *slope = (struct gck_slope){ .verdict = GCK_CANNOT_TELL, .numeric = (double)NAN, .bound = HUGE_VAL,
                                 .kink_left = (double)NAN, .kink_right = (double)NAN };
    if (gck_spot_set(&judge.spot, function, point, row->first + k, row->x[k]) && h > 0) {
        judge.spot.evaluations = gck_glance_evaluations(glance, k) + second->evaluations;
        if (glance->measured[k] || nearer_rung(&judge.spot, &h, &rung)) {
            slope->numeric = rung.slope;
            slope->step = rung.step;
            examine(&judge, h, &rung, second);
        }
    }
    slope->evaluations = judge.spot.evaluations;
    if (!isfinite(judge.claim) && isfinite(point->value))
        slope->verdict = GCK_DISAGREE;
}

static void keep(const struct gck_row *row, size_t k, double allowance, const struct gck_slope *slope)
{
    row->verdict[k] = (unsigned char)slope->verdict;
    row->numeric[k] = slope->numeric * row->factor;
    row->bound[k] = (slope->bound + allowance) * row->factor;
    row->step[k] = (float)slope->step;
    row->kinked[k] = (unsigned char)!isnan(slope->kink_left);
}

/* Element k of a row that the first glance left a doubt of; its numbers. */
static enum gck_element_verdict look(const struct gck_glance *glance, const struct gck_function *function,
                                     const struct gck_point *point, const struct gck_row *row, size_t k)
{
    struct gck_second second;
    struct gck_slope slope;

    if (gck_second_settles(&second, glance, function, point, row, k))
        return (enum gck_element_verdict)row->verdict[k];
    look_again(glance, function, point, row, k, &second, &slope);
    keep(row, k, glance->allowance[k], &slope);
    if (row->wrong != NULL && slope.verdict == GCK_DISAGREE)
        ++*row->wrong;
    return slope.verdict;
}

/* By a noise that is a guess: the point's doubts, of which the first is glance->doubt[d]. Were it far too small, not all claims of
 * the point would be within it; and what then turns out to be anything but agreement may be the guess's fault, too. False: by the
 * noise itself, then. */
static bool judge_by_guess(const struct gck_glance *glance, const struct gck_function *function,
                           const struct gck_point *point, const struct gck_row *row, unsigned d, size_t end)
{
    for (unsigned i = d; i < glance->doubts && glance->doubt[i] < end && !glance->all_within; i++)
        if (!glance->within[glance->doubt[i]])
            return false;
    for (unsigned i = d; i < glance->doubts && glance->doubt[i] < end; i++)
        if (look(glance, function, point, row, glance->doubt[i]) != GCK_AGREE)
            return false;
    return true;
}

/* The point's doubts, of which the first is glance->doubt[d]; its elements are first to end - 1. */
static void judge_again(struct gck_glance *glance, const struct gck_function *function, struct gck_point *point, bool guessed,
                        const struct gck_row *row, unsigned d, size_t first, size_t end)
{
    if (guessed && judge_by_guess(glance, function, point, row, d, end))
        return;
    if (guessed) { /* the other points' doubts stay as they are */
        point->noise = function->noise(function->context, row->first + first);
        gck_glance_again(glance, function, row, first, end, point->noise);
        gck_glance_keep(glance, row, first, end);
    }
    for (; d < glance->doubts && glance->doubt[d] < end; d++)
        look(glance, function, point, row, glance->doubt[d]);
}

void gck_slope_judge_row(const struct gck_function *function, const struct gck_point *point, const struct gck_row *row)
{
    const size_t each = row->stand != NULL ? row->each : row->n;
    struct gck_point there = *point;
    struct gck_glance glance;

    gck_glance_at(&glance, function, point, row);
    gck_glance_keep(&glance, row, 0, row->n);
    for (unsigned d = 0; d < glance.doubts;) {
        const size_t which = glance.doubt[d] / each, first = which * each, end = first + each;
        bool guessed = false;

        if (row->stand != NULL) {
            there.value = row->stand[which].value;
            there.noise = row->stand[which].noise;
            guessed = row->stand[which].guessed;
        }
        judge_again(&glance, function, &there, guessed, row, d, first, end);
        while (d < glance.doubts && glance.doubt[d] < end)
            d++;
    }
}

void gck_slope_judge(const struct gck_function *function, const struct gck_point *point, size_t index,
                     double x, double claim, double allowance, struct gck_slope *slope)
{
    const double at[GCK_LANES] = { x }, claims[GCK_LANES] = { claim }, allowances[GCK_LANES] = { allowance };
    const struct gck_row row = { .first = index, .n = 1, .x = at, .claim = claims, .allowance = allowances, .factor = 1 };
    const struct gck_second unknown = { .evaluations = 0 };
    struct gck_glance glance;

    gck_glance_at(&glance, function, point, &row);
    if (!glance.agrees[0])
        look_again(&glance, function, point, &row, 0, &unknown, slope);
    else
        *slope = (struct gck_slope){ .verdict = GCK_AGREE, .numeric = glance.rung.slope[0], .bound = glance.bound[0],
                                     .step = glance.rung.step[0], .kink_left = (double)NAN,
                                     .kink_right = (double)NAN, .evaluations = 2 };
}
