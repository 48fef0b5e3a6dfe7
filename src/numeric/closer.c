/* closer.c -- a second look at an element before it is called wrong.
 *
 * The noise nu is the whole function's, taken once; an element may be worse. So it is measured again on this
 * coordinate at the working scale, on each side of x for itself: a kink spoils one side only, and the quieter
 * side counts.
 *
 * Where E stands still, a difference of 0 proves nothing yet: it may be the tread of a staircase. If E stands
 * still on a stretch of width w to one side, and the rise at its end is r, then the smooth function below the
 * stairs changes by at most r on w. Bent either way, it has on one of the two sides a mean slope at least as
 * large as at x, so that is at most r over the narrower w. The rise is found by bisection; behind a true plateau
 * (a hinge) it shrinks to nothing. */
#include "numeric/closer.h"

#include "numeric/noise.h"

#include <math.h>

enum { VALUES = 8, SIDES = 2 };

struct side {
    double sign;
    double value[VALUES]; /* E at x and at 7 steps to this side */
    double quiet;         /* E stands still up to here */
    double moved;         /* and has moved here; infinite: nowhere */
    double rise;          /* by so much */
    bool refused;         /* a value was not finite */
};

static double height(const struct gck_spot *spot, double value)
{
    return fabs(value - spot->point->value);
}

/* A value at this distance, nearer than `moved` and farther than `quiet`. */
static void take(const struct gck_spot *spot, struct side *side, double distance, double value)
{
    if (!isfinite(value)) {
        side->refused = true;
    } else if (height(spot, value) == 0) {
        side->quiet = distance;
    } else {
        side->moved = distance;
        side->rise = height(spot, value);
    }
}

static bool open_ended(const struct side *side)
{
    return isinf(side->moved) && !side->refused;
}

/* The first step says what storage makes of the spacing: uneven steps would look like noise. */
static void tabulate(struct gck_spot *spot, struct side *side, double spacing)
{
    side->moved = HUGE_VAL;
    side->value[0] = spot->point->value;
    for (int i = 1; i < VALUES; i++) {
        double moved;

        side->value[i] = gck_spot_value(spot, side->sign * i * spacing, &moved);
        if (i == 1 && moved != 0)
            spacing = fabs(moved);
        if (open_ended(side))
            take(spot, side, fabs(moved), side->value[i]);
    }
}

static void widen(struct gck_spot *spot, struct side *side)
{
    const double farthest = 0.5 * spot->scale;

    while (open_ended(side) && side->quiet < 0.99 * farthest) {
        const double distance = fmin(5 * side->quiet, farthest);
        double moved, value = gck_spot_value(spot, side->sign * distance, &moved);

        if (!(fabs(moved) > side->quiet))
            return;
        take(spot, side, fabs(moved), value);
    }
}

/* Finds the end of the tread, until the rise there is below what would save the claim. */
static void bisect(struct gck_spot *spot, struct side *side, double harmless)
{
    while (isfinite(side->moved) && !side->refused && side->rise > harmless) {
        const double distance = 0.5 * (side->quiet + side->moved);
        double moved, value = gck_spot_value(spot, side->sign * distance, &moved);

        moved = fabs(moved);
        if (!(moved > side->quiet && moved < side->moved) ||
            side->moved - side->quiet < 1e-9 * side->moved)
            return;
        take(spot, side, moved, value);
    }
}

static void measure_tread(struct gck_spot *spot, struct side side[SIDES], double slope,
                          struct gck_closer *closer)
{
    for (int i = 0; i < SIDES; i++)
        widen(spot, &side[i]);
    closer->width = fmin(side[0].quiet, side[1].quiet);
    for (int i = 0; i < SIDES; i++)
        bisect(spot, &side[i], slope * closer->width / 8);
    closer->width = fmin(side[0].quiet, side[1].quiet);
    if (side[0].refused || side[1].refused)
        return;
    closer->ground = GCK_GROUND_FLAT;
    closer->limit = fmax(side[0].rise, side[1].rise) / closer->width;
    closer->flat = isinf(side[0].moved) && isinf(side[1].moved);
}

/* E moves from x on, to this side, and keeps moving: a plateau that ends at x. */
static bool kink_here(const struct side *side, unsigned moves)
{
    return side->quiet == 0 && moves > VALUES / 2;
}

struct gck_closer gck_closer_look(struct gck_spot *spot, double h, double slope)
{
    const double u = spot->function->epsilon / 2;
    struct side side[SIDES] = { { .sign = -1 }, { .sign = 1 } };
    struct gck_closer closer = { .ground = GCK_GROUND_UNCLEAR };
    double sigma[SIDES];
    unsigned moves[SIDES];

    for (int i = 0; i < SIDES; i++) {
        double table[VALUES];

        tabulate(spot, &side[i], 0.43 * h);
        for (int k = 0; k < VALUES; k++)
            table[k] = side[i].value[k];
        sigma[i] = gck_noise_of_8(table, &moves[i]);
    }
    closer.noise = fmax(u * fabs(spot->point->value), 4 * fmin(sigma[0], sigma[1]));
    if (moves[0] + moves[1] >= VALUES || kink_here(&side[0], moves[0]) || kink_here(&side[1], moves[1]))
        closer.ground = GCK_GROUND_MOVES;
    else if (side[0].quiet > 0 && side[1].quiet > 0)
        measure_tread(spot, side, slope, &closer);
    return closer;
}
