/* weight.c -- the loss-weight exam: Backward has to be linear in top.diff, and Forward not to know of it. */
#include "exam/claims.h"
#include "exam/weight_law.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* alone: Backward, after a Forward at another weight. */
static bool pass_at(struct gck_diffs *diffs, double weight, bool alone)
{
    struct gck_rig *const rig = &diffs->check->rig;
    size_t at = 0;

    gck_rig_weigh(rig, weight);
    for (unsigned t = 0; t < rig->setup->tops; at += bytes_of(&rig->top[t]), t++)
        memcpy(diffs->put + at, rig->top[t].diff, bytes_of(&rig->top[t]));
    if (alone)
        gck_paint(rig, 0);
    if ((alone ? gck_rig_backward(rig) : gck_pass(rig, 0)) != GCK_OK)
        return false;
    at = 0;
    for (unsigned t = 0; t < rig->setup->tops; at += bytes_of(&rig->top[t]), t++)
        diffs->check->weight_law.overwritten |= !holds(&rig->top[t], true, diffs->put + at);
    return true;
}

/* After a Forward at w: are the diffs at 2w the doubles of those at w in every bit, though Forward did not run again? Where they
 * are so with it as well, Forward has nothing to do with the weight. */
static bool backward_doubles(struct gck_diffs *diffs)
{
    return !diffs->check->setup.put_back && diffs->largest > 0 && pass_at(diffs, 2 * diffs->check->weight, true)
           && gck_diffs_exact(diffs, 2 * diffs->check->weight);
}

/* Tops of several elements: are all but the first of top.diff without effect? That alone is no fault: elsewhere relu may
 * be inactive. */
static bool only_first_read(struct gck_diffs *diffs)
{
    struct gck_check *const check = diffs->check;
    struct gck_rig *const rig = &check->rig;
    bool moved = false;

    if (tops_count(rig) < 2 || !pass_at(diffs, check->weight, false))
        return false;
    gck_diffs_read(diffs, diffs->twice);
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = t == 0 ? 1 : 0; i < rig->top[t].count; i++)
            gck_poke(rig->top[t].diff, rig->top[t].real_size, i,
                     -2 * gck_peek(rig->top[t].diff, rig->top[t].real_size, i));
    if (gck_pass(rig, 0) != GCK_OK)
        return false;
    gck_diffs_read(diffs, diffs->now);
    for (size_t i = 0; i < diffs->count; i++)
        moved = moved || diffs->now[i] != diffs->twice[i];
    return !moved && check->weight_law.measured;
}

static bool among(const double *weight, unsigned weights, double asked)
{
    bool found = false;

    for (unsigned k = 0; k < weights; k++)
        found = found || weight[k] == asked;
    return found;
}

static void judge(struct gck_diffs *diffs)
{
    struct gck_check *const check = diffs->check;
    struct gck_exam *const exam = &check->result->loss_weight;
    struct gck_rig *const rig = &check->rig;
    const double asked[] = { check->weight, 2 * check->weight, 4 * check->weight, -check->weight, 0 };
    bool alone = false;

    exam->answer = GCK_FINE;
    check->weight_law.linear = true;
    for (unsigned k = 0; k < GCK_OWN_WEIGHTS + check->options->weights; k++) {
        const double weight = k < GCK_OWN_WEIGHTS ? asked[k] : check->options->weight[k - GCK_OWN_WEIGHTS];
        char *top = diffs->top;
        bool same = true;

        if (k >= GCK_OWN_WEIGHTS && among(asked, GCK_OWN_WEIGHTS, weight)) /* it was */
            continue;
        if (k == GCK_TWICE)
            alone = backward_doubles(diffs);
        if (!pass_at(diffs, weight, alone && k > GCK_TWICE && weight != 0)) {
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
        if (k < GCK_OWN_WEIGHTS)
            gck_diffs_learn(diffs, k, weight);
        alone = alone && (k != GCK_TWICE || diffs->exactly_twice);
        if (check->weight_law.linear && !gck_diffs_linear(diffs, weight, exam->why)) {
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
    struct gck_diffs diffs = { .check = check };
    double *arrays;

    gck_check_doing(check, "loss weight", "Backward at several weights");
    diffs.count = gck_claims_count(check);
    diffs.once = diffs.own = arrays = gck_pages_new((3 * diffs.count + GCK_RATIOS_SAMPLED) * sizeof(double));
    diffs.top = gck_pages_new(2 * tops_bytes(&check->rig));
    if (diffs.once != NULL && diffs.top != NULL) {
        diffs.twice = diffs.own + diffs.count;
        diffs.now = diffs.twice + diffs.count;
        diffs.sample = diffs.now + diffs.count;
        diffs.put = diffs.top + tops_bytes(&check->rig);
        judge(&diffs);
    }
    gck_pages_free(arrays);
    gck_pages_free(diffs.top);
    gck_rig_weigh(&check->rig, check->weight);
}
