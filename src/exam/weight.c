/* weight.c -- the loss-weight exam: Backward has to be linear in top.diff, and Forward not to know of it. */
#include "exam/check.h"

#include "core/blob.h"
#include "core/text.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All claims' diffs at one weight, one after another. */
struct diffs {
    struct gck_check *check;
    size_t count;
    double *at[5]; /* w, 2w, 4w, -w, 0 */
    double *scratch, *top, *put; /* top: all top data, once; put: all top diffs before a pass */
};
enum { ONCE, TWICE, FOURFOLD, NEGATED, ZERO };

static size_t tops_count(const struct gck_rig *rig)
{
    size_t count = 0;

    for (unsigned t = 0; t < rig->setup->tops; t++)
        count += rig->top[t].count;
    return count;
}

static bool pass_at(struct diffs *diffs, double weight, double *value)
{
    struct gck_rig *const rig = &diffs->check->rig;
    size_t at = 0;

    gck_rig_weigh(rig, weight);
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = 0; i < rig->top[t].count; i++)
            diffs->put[at++] = gck_peek(rig->top[t].diff, rig->top[t].real_size, i);
    if (gck_pass(rig, 0) != GCK_OK)
        return false;
    at = 0;
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = 0; i < rig->top[t].count; i++)
            diffs->check->weight_law.overwritten |= gck_peek(rig->top[t].diff, rig->top[t].real_size, i) != diffs->put[at++];
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
    const double *base = diffs->at[ONCE];

    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        for (size_t i = 0; i < claim->count; i++, base++, value++) {
            const double wanted = share * *base;
            const double room = weight == 0 ? 0 : 3 * claim->allowance[i] * fmax(1, fabs(share));

            if (fabs(*value - wanted) <= room || (*value == wanted)
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

/* The median of value/base over elements that count, and whether all are near it. */
static double ratio(struct diffs *diffs, const double *value, const double *base, bool *uniform)
{
    double largest = 0, median;
    size_t used = 0;

    for (size_t i = 0; i < diffs->count; i++)
        largest = fmax(largest, isfinite(base[i]) ? fabs(base[i]) : 0);
    for (size_t i = 0; i < diffs->count; i++)
        if (fabs(base[i]) > 1e-3 * largest && isfinite(value[i]))
            diffs->scratch[used++] = value[i] / base[i];
    if (used == 0)
        return (double)NAN;
    median = gck_median(diffs->scratch, used);
    for (size_t i = 0; i < used; i++)
        if (fabs(diffs->scratch[i] - median) > 1e-3 * fmax(1, fabs(median)))
            *uniform = false;
    return median;
}

static void measure_law(struct diffs *diffs)
{
    struct gck_weight_law *const law = &diffs->check->weight_law;
    double largest = 0, left = 0;

    law->uniform = true;
    law->same = true; /* a clipped weight is the same twice, but not at -w and 0 */
    for (unsigned k = TWICE; k <= ZERO; k++)
        law->same = law->same
                    && memcmp(diffs->at[ONCE], diffs->at[k], diffs->count * sizeof(double)) == 0;
    for (size_t i = 0; i < diffs->count; i++) {
        largest = fmax(largest, fabs(diffs->at[ONCE][i]));
        left = fmax(left, fabs(diffs->at[ZERO][i]));
    }
    law->measured = largest > 0 || left > 0;
    law->same = law->same && largest > 0;
    law->at_zero = largest > 0 ? left / largest : 0;
    law->doubled = ratio(diffs, diffs->at[TWICE], diffs->at[ONCE], &law->uniform);
    law->fourfold = ratio(diffs, diffs->at[FOURFOLD], diffs->at[ONCE], &law->uniform);
    law->negated = ratio(diffs, diffs->at[NEGATED], diffs->at[ONCE], &law->uniform);
    for (size_t i = 0; i < diffs->count; i++) { /* at[ZERO] and at[NEGATED] have served */
        diffs->at[NEGATED][i] = diffs->at[FOURFOLD][i] - diffs->at[TWICE][i];
        diffs->at[ZERO][i] = diffs->at[TWICE][i] - diffs->at[ONCE][i];
    }
    law->step_ratio = ratio(diffs, diffs->at[NEGATED], diffs->at[ZERO], &(bool){ true });
}

/* Tops of several elements: are all but the first of top.diff without effect? That alone is no fault: elsewhere relu may
 * be inactive. */
static bool only_first_read(struct diffs *diffs)
{
    struct gck_check *const check = diffs->check;
    struct gck_rig *const rig = &check->rig;
    bool moved = false;

    if (tops_count(rig) < 2 || !pass_at(diffs, check->weight, diffs->at[TWICE]))
        return false;
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = t == 0 ? 1 : 0; i < rig->top[t].count; i++)
            gck_poke(rig->top[t].diff, rig->top[t].real_size, i,
                     -2 * gck_peek(rig->top[t].diff, rig->top[t].real_size, i));
    if (gck_pass(rig, 0) != GCK_OK)
        return false;
    for (unsigned c = 0, at = 0; c < check->claims; c++) {
        gck_claim_read(&check->claim[c], rig, diffs->scratch);
        for (size_t i = 0; i < check->claim[c].count; i++)
            moved = moved || diffs->scratch[i] != diffs->at[TWICE][at + i];
        at += (unsigned)check->claim[c].count;
    }
    return !moved && check->weight_law.measured;
}

static void judge(struct diffs *diffs)
{
    struct gck_check *const check = diffs->check;
    struct gck_exam *const exam = &check->result->loss_weight;
    struct gck_rig *const rig = &check->rig;
    const double asked[] = { check->weight, 2 * check->weight, 4 * check->weight, -check->weight, 0 };
    const unsigned own = sizeof asked / sizeof asked[0];

    exam->answer = GCK_FINE;
    check->weight_law.linear = true;
    for (unsigned k = 0; k < own + check->options->weights; k++) {
        const double weight = k < own ? asked[k] : check->options->weight[k - own];
        double *const value = k < own ? diffs->at[k] : diffs->scratch;
        double *top = diffs->top;
        bool same = true;

        if (!pass_at(diffs, weight, value)) {
            exam->answer = GCK_NOT_APPLICABLE;
            snprintf(exam->why, sizeof exam->why, "refused at loss weight %g: ", weight);
            gck_append(exam->why, sizeof exam->why, "%s", rig->message);
            return;
        }
        for (unsigned t = 0; t < rig->setup->tops; top += rig->top[t].count, t++)
            for (size_t i = 0; i < rig->top[t].count; i++) {
                const double data = gck_peek(rig->top[t].data, rig->top[t].real_size, i);

                same = same && (k == 0 || data == top[i] || (isnan(data) && isnan(top[i])));
                top[i] = k == 0 ? data : top[i];
            }
        if (!same) {
            exam->answer = GCK_WRONG;
            check->weight_law.in_forward = true;
            snprintf(exam->why, sizeof exam->why, "top.data changes with the loss weight");
        }
        if (check->weight_law.linear && !linear_at(diffs, weight, value, exam->why)) {
            exam->answer = GCK_WRONG;
            check->weight_law.linear = false;
        }
    }
    measure_law(diffs);
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

    gck_check_doing(check, "loss weight", "Backward at several weights");
    for (unsigned c = 0; c < check->claims; c++)
        diffs.count += check->claim[c].count;
    diffs.at[0] = malloc(6 * diffs.count * sizeof(double));
    diffs.top = malloc(2 * tops_count(&check->rig) * sizeof(double));
    if (diffs.at[0] != NULL && diffs.top != NULL) {
        for (unsigned k = 1; k < 5; k++)
            diffs.at[k] = diffs.at[0] + k * diffs.count;
        diffs.scratch = diffs.at[0] + 5 * diffs.count;
        diffs.put = diffs.top + tops_count(&check->rig);
        judge(&diffs);
    }
    free(diffs.at[0]);
    free(diffs.top);
    gck_rig_weigh(&check->rig, check->weight);
}
