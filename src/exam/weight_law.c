/* weight_law.c -- what the diffs at several loss weights say of how Backward answers to top.diff. */
#include "exam/weight_law.h"

#include "core/blob.h"
#include "numeric/arrays.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 1 << 10 };

void gck_diffs_read(const struct gck_diffs *diffs, double *value)
{
    for (unsigned c = 0; c < diffs->check->claims; value += diffs->check->claim[c++].count)
        gck_claim_read(&diffs->check->claim[c], &diffs->check->rig, value);
}

/* Are the diffs in the rig `times` those of `base`, in every bit, or but for `room` times their allowance? *same: are they those of
 * `base`, in every bit? Unknown where false is returned. */
static bool are_multiples(const struct gck_diffs *diffs, double times, const double *base, double room, bool *same)
{
    const double *allowance = diffs->check->claim[0].allowance;
    double read[PIECE];

    *same = true;
    for (unsigned c = 0; c < diffs->check->claims; c++) {
        const struct gck_blob *const blob = gck_claim_blob(&diffs->check->claim[c], &diffs->check->rig);

        for (size_t first = 0; first < blob->count; first += PIECE) {
            const size_t count = blob->count - first < PIECE ? blob->count - first : PIECE;
            const void *const diff = (const char *)blob->diff + first * blob->real_size;
            const double *const value = blob->real_size == sizeof(double) ? diff : read;

            if (value == read)
                gck_peek_all(diff, blob->real_size, count, read);
            *same = *same && memcmp(value, base + first, count * sizeof *value) == 0;
            if (room > 0 ? !gck_array_near(value, times, base + first, room, allowance + first, count)
                         : !gck_array_multiples(value, times, base + first, count))
                return false;
        }
        base += blob->count;
        allowance += blob->count;
    }
    return true;
}

/* What the weight is once it is in the top diff: float layers round it. */
static double stored(const struct gck_check *check, double weight)
{
    return check->layer->type == GCK_TYPE_FLOAT || check->rig.rounded ? (double)(float)weight : weight;
}

static double share_of(const struct gck_check *check, double weight)
{
    return stored(check, weight) / stored(check, check->weight);
}

bool gck_diffs_linear(const struct gck_diffs *diffs, double weight, char *why)
{
    const struct gck_check *const check = diffs->check;
    const double share = share_of(check, weight);
    const double most = (check->epsilon > 1e-10 ? (double)FLT_MAX : DBL_MAX) / 16;
    const double times = weight == 0 ? 0 : 3 * fmax(1, fabs(share));
    const double *base = diffs->once, *value = diffs->now;
    bool same;

    if (are_multiples(diffs, share, diffs->once, times, &same))
        return true;
    gck_diffs_read(diffs, diffs->now);
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        for (size_t i = 0; i < claim->count; i++, base++, value++) {
            const double wanted = share * *base;

            if (*value == wanted || fabs(*value - wanted) <= times * claim->allowance[i]
                || !isfinite(*base) || fabs(wanted) > most)
                continue; /* the last: it overflows, rightly */
            snprintf(why, GCK_WHY_SIZE,
                     "at loss weight %.6g a diff of %s is %.6g, where %.6g times its %.6g at loss weight "
                     "%.6g were due",
                     weight, claim->port, *value, share, *base, check->weight);
            return false;
        }
    }
    return true;
}

/* The ratio (value - less) / (base - minus) over elements that count, its median, and whether all are near it. less and minus
 * may be NULL: 0. Of many elements the median is that of every so many-th. */
static double ratio(struct gck_diffs *diffs, const double *value, const double *less, const double *base,
                    const double *minus, bool *uniform)
{
    const size_t stride = diffs->count / GCK_RATIOS_SAMPLED + 1;
    double largest = 0, median;
    size_t used = 0, at = 0;

    for (size_t i = 0; i < diffs->count; i++) {
        const double size = fabs(base[i] - (minus != NULL ? minus[i] : 0));

        if (size > largest && isfinite(size)) {
            largest = size;
            at = i;
        }
    }
    if (less == NULL && minus == NULL && largest > 0 && gck_array_multiples(value, value[at] / base[at], base, diffs->count))
        return value[at] / base[at];
    for (size_t i = 0; i < diffs->count; i += stride) {
        const double up = value[i] - (less != NULL ? less[i] : 0), down = base[i] - (minus != NULL ? minus[i] : 0);

        if (fabs(down) > 1e-3 * largest && isfinite(up))
            diffs->sample[used++] = up / down;
    }
    if (used == 0)
        return (double)NAN;
    median = gck_median(diffs->sample, used);
    for (size_t i = 0; i < diffs->count && *uniform; i++) {
        const double up = value[i] - (less != NULL ? less[i] : 0), down = base[i] - (minus != NULL ? minus[i] : 0);

        if (fabs(down) > 1e-3 * largest && isfinite(up)
            && fabs(up / down - median) > 1e-3 * fmax(1, fabs(median)))
            *uniform = false;
        if (less == NULL)
            diffs->rough = fmax(diffs->rough, isfinite(up) && *uniform ? fabs(up - median * down) / largest : HUGE_VAL);
    }
    return median;
}

static double largest_of(const double *value, size_t count)
{
    double largest = 0;

    for (size_t i = 0; i < count; i++)
        largest = fabs(value[i]) > largest ? fabs(value[i]) : largest;
    return largest;
}

/* The diffs at w, in the rig. */
static void learn_once(struct gck_diffs *diffs)
{
    struct gck_weight_law *const law = &diffs->check->weight_law;
    bool same;

    if (are_multiples(diffs, 1, diffs->check->claim[0].analytic, 0, &same) && same)
        diffs->once = diffs->check->claim[0].analytic; /* of all claims: no need of a copy */
    else
        gck_diffs_read(diffs, diffs->own);
    law->uniform = law->same = true; /* a clipped weight is the same twice, but not at -w and 0 */
    diffs->largest = largest_of(diffs->once, diffs->count);
    diffs->finite = gck_array_largest(diffs->once, diffs->count);
}

/* Is there a diff among those sampled that is not negligible? */
static bool sample_tells(const struct gck_diffs *diffs)
{
    const size_t stride = diffs->count / GCK_RATIOS_SAMPLED + 1;
    bool tells = false;

    for (size_t i = 0; i < diffs->count && !tells; i += stride)
        tells = fabs(diffs->once[i]) > 1e-3 * diffs->finite;
    return tells;
}

/* What the diffs at one of the own weights say of the law, where they are `share` times those at w, in every bit. */
static void learn_exact(struct gck_diffs *diffs, unsigned own, double share)
{
    struct gck_weight_law *const law = &diffs->check->weight_law;
    const double times = diffs->finite > 0 ? share : (double)NAN;

    switch (own) {
    case GCK_TWICE:
        law->doubled = times;
        break;
    case GCK_FOURFOLD:
        law->fourfold = times;
        law->step_ratio = sample_tells(diffs) ? 2 : (double)NAN;
        break;
    case GCK_NEGATED:
        law->negated = times;
        break;
    default:
        law->measured = diffs->largest > 0;
        law->same = law->same && diffs->largest > 0;
        law->at_zero = 0;
        law->rough = diffs->rough;
    }
}

/* What they say where they are not: in `now`. */
static void learn(struct gck_diffs *diffs, unsigned own)
{
    struct gck_weight_law *const law = &diffs->check->weight_law;
    double left;

    switch (own) {
    case GCK_TWICE:
        memcpy(diffs->twice, diffs->now, diffs->count * sizeof(double));
        law->doubled = ratio(diffs, diffs->now, NULL, diffs->once, NULL, &law->uniform);
        break;
    case GCK_FOURFOLD:
        for (size_t i = 0; i < diffs->count && diffs->exactly_twice; i++)
            diffs->twice[i] = 2 * diffs->once[i];
        law->fourfold = ratio(diffs, diffs->now, NULL, diffs->once, NULL, &law->uniform);
        law->step_ratio = ratio(diffs, diffs->now, diffs->twice, diffs->twice, diffs->once, &(bool){ false });
        break;
    case GCK_NEGATED:
        law->negated = ratio(diffs, diffs->now, NULL, diffs->once, NULL, &law->uniform);
        break;
    default:
        left = largest_of(diffs->now, diffs->count);
        law->measured = diffs->largest > 0 || left > 0;
        law->same = law->same && diffs->largest > 0;
        law->at_zero = diffs->largest > 0 ? left / diffs->largest : 0;
        law->rough = diffs->rough;
    }
}

/* A difference that overflows is no multiple. */
static bool is_exact(const struct gck_diffs *diffs, double weight, bool *same)
{
    return are_multiples(diffs, share_of(diffs->check, weight), diffs->once, 0, same) && isfinite(4 * diffs->finite);
}

bool gck_diffs_exact(const struct gck_diffs *diffs, double weight)
{
    return is_exact(diffs, weight, &(bool){ false });
}

void gck_diffs_learn(struct gck_diffs *diffs, unsigned own, double weight)
{
    struct gck_weight_law *const law = &diffs->check->weight_law;
    const double share = share_of(diffs->check, weight);
    bool same, exact = own != GCK_ONCE && is_exact(diffs, weight, &same);

    if (own == GCK_ONCE) {
        learn_once(diffs);
        return;
    }
    exact = exact && (own != GCK_FOURFOLD || diffs->exactly_twice);
    if (own == GCK_TWICE)
        diffs->exactly_twice = exact;
    if (exact) {
        law->same = law->same && same;
        learn_exact(diffs, own, share);
    } else {
        gck_diffs_read(diffs, diffs->now);
        law->same = law->same && memcmp(diffs->once, diffs->now, diffs->count * sizeof(double)) == 0;
        learn(diffs, own);
    }
}
