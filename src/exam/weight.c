/* weight.c -- the loss-weight exam: Backward has to be linear in top.diff, and Forward not to know of it. */
#include "exam/check.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/text.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* All claims' diffs at one weight, one claim after another. Of a large layer each array counts, so as few as possible are
 * held: those at w and 2w, which others are compared with, and those at the weight at hand. */
struct diffs {
    struct gck_check *check;
    size_t count;
    double *once, *twice, *now; /* at w, 2w and the last weight asked */
    double *sample;             /* SAMPLED ratios */
    char *top, *put;            /* as they stand in the tops: top: all data, once; put: all diffs before a pass */
    double largest;             /* |a(w)| */
    double rough;               /* how far a(2w), a(4w) and a(-w) are from multiples of a(w), over the largest */
};
enum { ONCE, TWICE, FOURFOLD, NEGATED, ZERO, OWN };
enum { SAMPLED = 1 << 14 };

static size_t bytes_of(const struct gck_blob *top)
{
    return top->count * top->real_size;
}

static size_t tops_bytes(const struct gck_rig *rig)
{
    size_t bytes = 0;

    for (unsigned t = 0; t < rig->setup->tops; t++)
        bytes += bytes_of(&rig->top[t]);
    return bytes;
}

static size_t tops_count(const struct gck_rig *rig)
{
    size_t count = 0;

    for (unsigned t = 0; t < rig->setup->tops; t++)
        count += rig->top[t].count;
    return count;
}

/* Does the top's data or diff hold these numbers? NaN is NaN here. */
static bool holds(const struct gck_blob *top, bool diff, const char *numbers)
{
    const void *const array = diff ? top->diff : top->data;

    if (memcmp(array, numbers, bytes_of(top)) == 0)
        return true;
    for (size_t i = 0; i < top->count; i++) {
        const double one = gck_peek(array, top->real_size, i), number = gck_peek(numbers, top->real_size, i);

        if (one != number && !(isnan(one) && isnan(number)))
            return false;
    }
    return true;
}

static bool pass_at(struct diffs *diffs, double weight, double *value)
{
    struct gck_rig *const rig = &diffs->check->rig;
    size_t at = 0;

    gck_rig_weigh(rig, weight);
    for (unsigned t = 0; t < rig->setup->tops; at += bytes_of(&rig->top[t]), t++)
        memcpy(diffs->put + at, rig->top[t].diff, bytes_of(&rig->top[t]));
    if (gck_pass(rig, 0) != GCK_OK)
        return false;
    at = 0;
    for (unsigned t = 0; t < rig->setup->tops; at += bytes_of(&rig->top[t]), t++)
        diffs->check->weight_law.overwritten |= !holds(&rig->top[t], true, diffs->put + at);
    for (unsigned c = 0; c < diffs->check->claims; c++) {
        gck_claim_read(&diffs->check->claim[c], rig, value);
        value += diffs->check->claim[c].count;
    }
    return true;
}

/* What the weight is once it is in the top diff: float layers round it. */
static double stored(const struct gck_check *check, double weight)
{
    return check->layer->type == GCK_TYPE_FLOAT || check->rig.rounded ? (double)(float)weight : weight;
}

/* |a(v) - v/w a(w)| within rounding? Records the first element that isn't. */
static bool linear_at(const struct diffs *diffs, double weight, const double *value, char *why)
{
    const struct gck_check *const check = diffs->check;
    const double share = stored(check, weight) / stored(check, check->weight);
    const double most = (check->epsilon > 1e-10 ? (double)FLT_MAX : DBL_MAX) / 16;
    const double times = weight == 0 ? 0 : 3 * fmax(1, fabs(share));
    const double *base = diffs->once;

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

/* value = times base, in every bit? */
static bool multiple(const double *value, double times, const double *base, size_t count)
{
    bool all = true;

    for (size_t i = 0; i < count; i++)
        all &= value[i] == times * base[i];
    return all;
}

/* The ratio (value - less) / (base - minus) over elements that count, its median, and whether all are near it. less and minus
 * may be NULL: 0. Of many elements the median is that of every so many-th. */
static double ratio(struct diffs *diffs, const double *value, const double *less, const double *base,
                    const double *minus, bool *uniform)
{
    const size_t stride = diffs->count / SAMPLED + 1;
    double largest = 0, median;
    size_t used = 0, at = 0;

    for (size_t i = 0; i < diffs->count; i++) {
        const double size = fabs(base[i] - (minus != NULL ? minus[i] : 0));

        if (size > largest && isfinite(size)) {
            largest = size;
            at = i;
        }
    }
    if (less == NULL && minus == NULL && largest > 0 && multiple(value, value[at] / base[at], base, diffs->count))
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

/* What the diffs at one of the own weights, in `now`, say of the law. */
static void learn(struct diffs *diffs, unsigned own)
{
    struct gck_weight_law *const law = &diffs->check->weight_law;
    double left;

    if (own == ONCE) {
        if (memcmp(diffs->check->claim[0].analytic, diffs->now, diffs->count * sizeof(double)) == 0)
            diffs->once = diffs->check->claim[0].analytic; /* of all claims: no need of a copy */
        else
            memcpy(diffs->once, diffs->now, diffs->count * sizeof(double));
        law->uniform = law->same = true; /* a clipped weight is the same twice, but not at -w and 0 */
        diffs->largest = largest_of(diffs->now, diffs->count);
        return;
    }
    law->same = law->same && memcmp(diffs->once, diffs->now, diffs->count * sizeof(double)) == 0;
    switch (own) {
    case TWICE:
        memcpy(diffs->twice, diffs->now, diffs->count * sizeof(double));
        law->doubled = ratio(diffs, diffs->now, NULL, diffs->once, NULL, &law->uniform);
        break;
    case FOURFOLD:
        law->fourfold = ratio(diffs, diffs->now, NULL, diffs->once, NULL, &law->uniform);
        law->step_ratio = ratio(diffs, diffs->now, diffs->twice, diffs->twice, diffs->once, &(bool){ false });
        break;
    case NEGATED:
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

/* Tops of several elements: are all but the first of top.diff without effect? That alone is no fault: elsewhere relu may
 * be inactive. */
static bool only_first_read(struct diffs *diffs)
{
    struct gck_check *const check = diffs->check;
    struct gck_rig *const rig = &check->rig;
    bool moved = false;

    if (tops_count(rig) < 2 || !pass_at(diffs, check->weight, diffs->twice))
        return false;
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = t == 0 ? 1 : 0; i < rig->top[t].count; i++)
            gck_poke(rig->top[t].diff, rig->top[t].real_size, i,
                     -2 * gck_peek(rig->top[t].diff, rig->top[t].real_size, i));
    if (gck_pass(rig, 0) != GCK_OK)
        return false;
    for (size_t c = 0, at = 0; c < check->claims; at += check->claim[c++].count) {
        gck_claim_read(&check->claim[c], rig, diffs->now);
        for (size_t i = 0; i < check->claim[c].count; i++)
            moved = moved || diffs->now[i] != diffs->twice[at + i];
    }
    return !moved && check->weight_law.measured;
}

static bool among(const double *weight, unsigned weights, double asked)
{
    bool found = false;

    for (unsigned k = 0; k < weights; k++)
        found = found || weight[k] == asked;
    return found;
}

static void judge(struct diffs *diffs)
{
    struct gck_check *const check = diffs->check;
    struct gck_exam *const exam = &check->result->loss_weight;
    struct gck_rig *const rig = &check->rig;
    const double asked[] = { check->weight, 2 * check->weight, 4 * check->weight, -check->weight, 0 };

    exam->answer = GCK_FINE;
    check->weight_law.linear = true;
    for (unsigned k = 0; k < OWN + check->options->weights; k++) {
        const double weight = k < OWN ? asked[k] : check->options->weight[k - OWN];
        char *top = diffs->top;
        bool same = true;

        if (k >= OWN && among(asked, OWN, weight)) /* it was */
            continue;
        if (!pass_at(diffs, weight, diffs->now)) {
            check->weight_law = (struct gck_weight_law){ .linear = check->weight_law.linear,
                                                         .in_forward = check->weight_law.in_forward,
                                                         .overwritten = check->weight_law.overwritten };
            exam->answer = GCK_NOT_APPLICABLE;
            snprintf(exam->why, sizeof exam->why, "refused at loss weight %g: ", weight);
            gck_append(exam->why, sizeof exam->why, "%s", rig->message);
            return;
        }
        for (unsigned t = 0; t < rig->setup->tops; top += bytes_of(&rig->top[t]), t++)
            if (k == 0)
                memcpy(top, rig->top[t].data, bytes_of(&rig->top[t]));
            else
                same = same && holds(&rig->top[t], false, top);
        if (!same) {
            exam->answer = GCK_WRONG;
            check->weight_law.in_forward = true;
            snprintf(exam->why, sizeof exam->why, "top.data changes with the loss weight");
        }
        if (k < OWN)
            learn(diffs, k);
        if (check->weight_law.linear && !linear_at(diffs, weight, diffs->now, exam->why)) {
            exam->answer = GCK_WRONG;
            check->weight_law.linear = false;
        }
    }
    if (check->weight_law.overwritten) {
        exam->answer = GCK_WRONG;
        snprintf(exam->why, sizeof exam->why, "top.diff holds another number after the passes");
    } else if (check->weight_law.same)
        snprintf(exam->why, sizeof exam->why, "the diffs do not change with top.diff[0]");
    check->weight_law.only_first = only_first_read(diffs);
    if (exam->answer == GCK_FINE && !check->weight_law.measured) {
        exam->answer = GCK_NOT_APPLICABLE;
        snprintf(exam->why, sizeof exam->why, "every diff is 0 here");
    }
}

void gck_exam_weight(struct gck_check *check)
{
    struct diffs diffs = { .check = check };
    double *arrays;

    gck_check_doing(check, "loss weight", "Backward at several weights");
    for (unsigned c = 0; c < check->claims; c++)
        diffs.count += check->claim[c].count;
    diffs.once = arrays = gck_pages_new((3 * diffs.count + SAMPLED) * sizeof(double));
    diffs.top = gck_pages_new(2 * tops_bytes(&check->rig));
    if (diffs.once != NULL && diffs.top != NULL) {
        diffs.twice = diffs.once + diffs.count;
        diffs.now = diffs.twice + diffs.count;
        diffs.sample = diffs.now + diffs.count;
        diffs.put = diffs.top + tops_bytes(&check->rig);
        judge(&diffs);
    }
    gck_pages_free(arrays);
    gck_pages_free(diffs.top);
    gck_rig_weigh(&check->rig, check->weight);
}
