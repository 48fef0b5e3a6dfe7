/* grain.c -- does a double Forward compute in float somewhere? */
#include "exam/grain.h"

#include "core/blob.h"
#include "exam/claims.h"
#include "exam/tremble.h"
#include "numeric/noise.h"

#include <float.h>
#include <math.h>

enum { STEPS = 4, WIDENINGS = 2, SMOOTH = 4 };

/* Relative to the data: some ulps of a float, where the search begins, and what one step is longer than the one before; where the
 * first look is; some ulps of a double. */
static const double shortest = 0x1p-21, longer = 6, looked_at = 0x1p-15, finest = 32 * DBL_EPSILON;

/* Sigmas from so few values may be so far apart; a corner's grow by longer^2 = 36 within the fewest steps that count. */
static const double alike = 24;

/* Of a float's epsilon times the size of E's terms: what one float among them may make, and a long sum of them. */
static const double least = (double)FLT_EPSILON / 1024, most = (double)FLT_EPSILON * 1024;

static const double sharp = 1e-5; /* an element of a double layer is usually known to much less of its size */

bool gck_grain_suspected(const struct gck_check *check)
{
    size_t unclear = 0, judged = 0;

    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        for (size_t i = 0; i < claim->count; i++) {
            if (claim->verdict[i] == GCK_DISAGREE && (claim->directions == 0 || claim->many))
                return true; /* of those that were probed and located all others were seen to be right */
            judged += claim->verdict[i] != GCK_NOT_JUDGED;
            unclear += claim->verdict[i] == GCK_CANNOT_TELL
                       || (claim->verdict[i] == GCK_AGREE
                           && claim->bound[i] > sharp * gck_larger(fabs(claim->analytic[i]), claim->typical));
        }
    }
    return 100 * unclear > judged;
}

/* Roughness in each direction on either side of the point. It is left out itself: of a corner close to it all else is on one
 * side. */
enum { SIDES = 2 * GCK_NOISE_DIRECTIONS };

/* False where the layer refuses. */
static bool rough(struct gck_tremble *tremble, double spacing, unsigned s, double sigma[SIDES][STEPS])
{
    for (unsigned k = 0; k < SIDES; k++) {
        double table[8];
        unsigned moves;

        for (int i = 0; i < 8; i++)
            table[i] = gck_tremble_at(tremble, k / 2, (k % 2 == 0 ? i + 1 : -i - 1) * spacing);
        sigma[k][s] = gck_noise_of_8(table, &moves);
        if (isnan(sigma[k][s]))
            return false;
    }
    return true;
}

static double around(struct gck_tremble *tremble, unsigned direction, double value, double spacing)
{
    double table[9];
    unsigned moves;

    for (int i = 0; i < 9; i++)
        table[i] = i == 4 ? value : gck_tremble_at(tremble, direction, (i - 4) * spacing);
    return gck_noise_of_9(table, &moves);
}

static unsigned count_rough(double sigma[SIDES][STEPS], double size)
{
    unsigned count = 0;

    for (unsigned k = 0; k < SIDES; k++)
        count += sigma[k][0] >= least * size;
    return count;
}

/* At several steps, the first of which is the shortest that shows something: the treads may be wide, as where only E itself is
 * rounded. */
static bool rough_at_steps(struct gck_tremble *tremble, double size, double sigma[SIDES][STEPS])
{
    double spacing = shortest;
    unsigned wider = 0;

    for (unsigned s = 0; s < STEPS; spacing *= longer) {
        if (!rough(tremble, spacing, s, sigma))
            return false;
        if (s > 0 || 2 * count_rough(sigma, size) >= SIDES || wider++ == WIDENINGS)
            s++;
    }
    return true;
}

/* Is it the same roughness at all steps, but one of them? Treads that are passed at an even pace look smooth, by chance. */
static bool is_grain(const double sigma[STEPS], double size, double *low, double *high)
{
    unsigned seen = 0;

    *low = HUGE_VAL;
    *high = 0;
    for (unsigned s = 0; s < STEPS; s++)
        if (sigma[s] >= least * size) {
            seen++;
            *low = fmin(*low, sigma[s]);
            *high = fmax(*high, sigma[s]);
        }
    return seen >= STEPS - 1 && *high <= most * size && *high <= alike * *low;
}

/* Has the number as few digits as a float, and more than a count would have? */
static bool is_float(double value, bool *plain)
{
    const double head = value * (1 + 0x1p41); /* Dekker: what 12 bits hold of it */

    *plain = value == head - (head - value);
    return (double)(float)value == value;
}

/* Are the tops what a float holds wherever one looks? Where the result alone is rounded its treads are so wide, beside the steps,
 * that they may look smooth; but no double comes out as a float again and again. */
static bool tops_are_floats(struct gck_tremble *tremble)
{
    enum { LOOKS = 8 };
    const struct gck_rig *const rig = tremble->rig;
    size_t numbers = 0, plain_ones = 0;

    for (unsigned k = 0; k < LOOKS; k++) {
        if (!isfinite(gck_tremble_at(tremble, k % GCK_NOISE_DIRECTIONS, (k + 1) * looked_at)))
            return false;
        for (unsigned t = 0; t < rig->setup->tops; t++)
            for (size_t i = 0; i < rig->top[t].count; i++) {
                bool plain;

                if (!is_float(gck_peek(rig->top[t].data, rig->top[t].real_size, i), &plain))
                    return false;
                numbers++;
                plain_ones += plain;
            }
    }
    return 2 * plain_ones < numbers;
}

/* nu over the size of E's terms, or 0. Corners may lie around the point: so half of the sides have to show it, and more than those
 * on which it grows; and SMOOTH of all tables may show nothing. */
static double look(struct gck_tremble *tremble, double value, double size)
{
    double sigma[SIDES][STEPS], smallest = HUGE_VAL, largest = 0;
    unsigned same = 0, growing = 0, smooth = 0;

    if (!(around(tremble, 0, value, looked_at) >= least * size) && !(around(tremble, 1, value, looked_at) >= least * size))
        return 0; /* NaN, too */
    if (tops_are_floats(tremble))
        return 1.2 * (double)FLT_EPSILON * (tremble->rig->layer->loss && tremble->rig->setup->tops == 1 ? fabs(value) / size : 1);
    if (!rough_at_steps(tremble, size, sigma))
        return 0;
    for (unsigned k = 0; k < SIDES; k++) {
        double low, high;

        for (unsigned s = 0; s < STEPS; s++)
            smooth += sigma[k][s] < least * size;
        if (is_grain(sigma[k], size, &low, &high)) {
            same++;
            smallest = fmin(smallest, low);
            largest = fmax(largest, high);
        } else {
            growing += sigma[k][STEPS - 1] > alike * sigma[k][0];
        }
    }
    if (2 * same < SIDES || same <= growing || smooth > SMOOTH)
        return 0;
    for (unsigned direction = 0; direction < GCK_NOISE_DIRECTIONS; direction++)
        if (!(around(tremble, direction, value, finest) <= smallest / 64))
            return 0;
    return 4 * largest / size;
}

bool gck_grain_look(struct gck_check *check)
{
    struct gck_rig *const rig = gck_check_reference(check);
    struct gck_tremble tremble;

    if (gck_layer_epsilon(rig->layer) > DBL_EPSILON || !gck_claims_own(check))
        return false;
    gck_rig_weigh(rig, check->weight);
    if (gck_tremble_open(&tremble, check, rig, false, NULL) == GCK_OK && gck_rig_forward(rig) == GCK_OK) {
        const double value = gck_rig_objective(rig), size = gck_rig_objective_size(rig);

        if (size > 0)
            check->grain = look(&tremble, value, size);
        gck_tremble_put_back(&tremble);
        check->reference_noise = fmax(check->reference_noise, check->grain * size);
        if (check->twin == NULL)
            check->noise = fmax(check->noise, check->grain * size);
    }
    gck_tremble_close(&tremble);
    gck_claims_settle(check);
    return check->grain > 0;
}
