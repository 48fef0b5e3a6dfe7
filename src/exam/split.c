/* split.c -- the batch taken apart: is its loss the sum of c_s times the single samples' losses, and its gradient
 * c_s times theirs? c_s is 1/num for a mean, 1 for a sum, and differs by sample where only some of it counts. */
#include "exam/batch.h"

#include "core/pages.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdio.h>

/* What single samples gave. */
struct parts {
    double *loss;     /* num: E of sample s alone */
    double *single;   /* the batched claims' gradients, sample by sample, claim after claim */
    double *share;    /* num: c_s by the gradients; NaN where the sample has none */
    double *spare;    /* num */
};

static bool take_apart(struct gck_batch *batch, struct parts *parts)
{
    struct gck_rig rig;
    bool complete;

    batch->row[0] = 0;
    complete = gck_batch_rig(batch, &rig, 1);
    for (size_t s = 0; s < batch->num && complete; s++) {
        double *at = parts->single;

        gck_rig_take(&rig, batch->rig, &s);
        gck_rig_weigh(&rig, batch->check->weight);
        complete = gck_pass(&rig, 0) == GCK_OK;
        parts->loss[s] = gck_rig_objective(&rig);
        for (unsigned c = 0; c < batch->check->claims; c++) {
            const struct gck_claim *const claim = &batch->check->claim[c];

            if (!gck_claim_batched(batch->check, claim))
                continue;
            gck_claim_read(claim, &rig, at + s * gck_claim_row(batch, claim));
            at += claim->count;
        }
    }
    batch->rig->forwards += rig.forwards;
    batch->rig->backwards += rig.backwards;
    gck_rig_close(&rig);
    return complete;
}

/* c_s = <batch, single> / <single, single> over the sample's elements of all batched claims. */
static double share_of(const struct gck_batch *batch, const struct parts *parts, size_t s)
{
    const double *at = parts->single;
    double up = 0, down = 0;

    for (unsigned c = 0; c < batch->check->claims; c++) {
        const struct gck_claim *const claim = &batch->check->claim[c];
        const size_t row = gck_claim_row(batch, claim);

        if (!gck_claim_batched(batch->check, claim))
            continue;
        for (size_t i = s * row; i < (s + 1) * row; i++) {
            up += claim->analytic[i] * at[i];
            down += at[i] * at[i];
        }
        at += claim->count;
    }
    return down > 0 ? up / down : (double)NAN;
}

/* Does the batch's gradient equal c_s times the single one's, within rounding? share 0: each sample's own c_s. */
static bool gradients_split(struct gck_batch *batch, const struct parts *parts, double share, bool tell)
{
    const double *at = parts->single;

    for (unsigned c = 0; c < batch->check->claims; c++) {
        const struct gck_claim *const claim = &batch->check->claim[c];
        const size_t row = gck_claim_row(batch, claim);

        if (!gck_claim_batched(batch->check, claim))
            continue;
        for (size_t i = 0; i < claim->count && !claim->non_finite; i++) {
            const double c_s = share != 0 ? share : parts->share[i / row];
            const double wanted = isnan(c_s) ? 0 : c_s * at[i];

            if (claim->analytic[i] == wanted
                || fabs(claim->analytic[i] - wanted) <= 2 * gck_batch_element_room(batch, claim, i, 1))
                continue;
            if (tell && batch->why[0] == '\0')
                snprintf(batch->why, sizeof batch->why,
                         "the loss is %.6g times the sum of the single samples' losses, but a diff of %s is "
                         "%.6g where %.6g times the single sample's %.6g were due",
                         share, claim->port, claim->analytic[i], share, at[i]);
            return false;
        }
        at += claim->count;
    }
    return true;
}

/* A sample's factor by the elements that count: the median of batch over single, which one wrong element does not move, and
 * by how much rounding may have moved it. doubt infinite: there is nothing to see it by, or its elements say different
 * things. scratch: a row's length. */
static struct gck_share factor_of(const struct gck_batch *batch, const struct parts *parts, size_t s, double *scratch)
{
    const double *at = parts->single;
    struct gck_share share = { .factor = (double)NAN, .doubt = HUGE_VAL };
    double largest = 0, room = 0;
    size_t used = 0, near = 0;

    for (unsigned pass = 0; pass < 2; pass++, at = parts->single)
        for (unsigned c = 0; c < batch->check->claims; c++) {
            const struct gck_claim *const claim = &batch->check->claim[c];
            const size_t row = gck_claim_row(batch, claim);

            if (!gck_claim_batched(batch->check, claim))
                continue;
            for (size_t i = s * row; i < (s + 1) * row; i++) {
                if (pass == 0)
                    largest = fabs(at[i]) > largest ? fabs(at[i]) : largest;
                else if (fabs(at[i]) > 0.1 * largest && isfinite(claim->analytic[i])) {
                    scratch[used++] = claim->analytic[i] / at[i];
                    room = fmax(room, 2 * gck_batch_element_room(batch, claim, i, 1) / fabs(at[i]));
                }
            }
            at += claim->count;
        }
    if (used == 0)
        return share;
    share.factor = gck_median(scratch, used);
    for (size_t k = 0; k < used; k++)
        near += fabs(scratch[k] - share.factor) <= 2 * room;
    if (share.factor > 0 && isfinite(share.factor) && 2 * near > used)
        share.doubt = room / share.factor;
    return share;
}

/* Each sample's own factor, as most of its elements have it, which the loss then has to confirm. A sample without any
 * gradient has no loss either: then every factor will do, and the largest is the most careful. */
static void own_factors(struct gck_batch *batch, const struct parts *parts)
{
    struct gck_share *const shares = gck_pages_new(batch->num * sizeof *shares);
    double *scratch = NULL, largest = 0, sum = 0, size = 0, slack = 0;
    size_t row = 0, lost = 0;

    for (unsigned c = 0; c < batch->check->claims; c++)
        row += gck_claim_batched(batch->check, &batch->check->claim[c]) ? gck_claim_row(batch, &batch->check->claim[c]) : 0;
    scratch = gck_pages_new((row > 0 ? row : 1) * sizeof *scratch);
    for (size_t s = 0; s < batch->num && shares != NULL && scratch != NULL; s++) {
        const double loss = parts->loss[s];

        shares[s] = factor_of(batch, parts, s, scratch);
        if (shares[s].doubt < 1e-3) {
            largest = fmax(largest, shares[s].factor);
            sum += shares[s].factor * loss;
            size += fabs(shares[s].factor * loss);
            slack += shares[s].doubt * fabs(shares[s].factor * loss);
        } else if (loss != 0 || isfinite(shares[s].factor)) {
            lost++;
        }
    }
    batch->law->slices = shares != NULL && scratch != NULL && lost == 0 && largest > 0
                         && fabs(batch->loss - sum) <= gck_batch_room(batch, size, batch->num) + slack;
    for (size_t s = 0; s < batch->num && batch->law->slices; s++)
        if (!(shares[s].doubt < 1e-3))
            shares[s] = (struct gck_share){ .factor = largest };
    gck_pages_free(scratch);
    if (batch->law->slices)
        batch->law->shares = shares;
    else
        gck_pages_free(shares);
}

/* Is E a mean or a sum of the samples' losses, by doubling and by the samples? The factor; 0: neither. */
static double forward_factor(const struct gck_batch *batch, const double *loss)
{
    const double n = (double)batch->num, doubled = batch->law->forward_doubled;
    const double candidate[2] = { 1 / n, 1 };
    double sum = 0, size = 0;

    for (size_t s = 0; s < batch->num; s++) {
        sum += loss[s];
        size += fabs(loss[s]);
    }
    for (unsigned k = batch->num > 1 ? 0 : 1; k < 2; k++)
        if ((doubled == 1 || doubled == 2) && (doubled == 1) == (k == 0 || batch->num == 1)
            && fabs(batch->loss - candidate[k] * sum) <= gck_batch_room(batch, candidate[k] * size, batch->num))
            return candidate[k];
    return 0;
}

/* The same where one has to rely on it alone: by a Forward in double, where no two different sums look alike. scratch: num
 * numbers. */
static double sharp_factor(struct gck_batch *batch, const double *loss, double *scratch)
{
    struct gck_batch *const asked = batch->asked;
    struct gck_rig rig;
    char message[GCK_MESSAGE_SIZE];
    bool complete;

    if (asked->rig->layer->type != GCK_TYPE_DOUBLE)
        return 0;
    if (asked == batch)
        return forward_factor(batch, loss);
    complete = gck_rig_open(&rig, asked->rig->layer, &batch->check->setup, 1, message) == GCK_OK;
    for (size_t s = 0; s < batch->num && complete; s++) {
        gck_rig_take(&rig, asked->rig, &s);
        gck_rig_weigh(&rig, batch->check->weight);
        complete = gck_rig_forward(&rig) == GCK_OK;
        scratch[s] = gck_rig_objective(&rig);
    }
    asked->rig->forwards += rig.forwards;
    gck_rig_close(&rig);
    return complete ? forward_factor(asked, scratch) : 0;
}

static void judge(struct gck_batch *batch, struct parts *parts)
{
    struct gck_batch_law *const law = batch->law;
    /* the mean and the sum first: Forward alone decides between them */
    const double forward_share = forward_factor(batch, parts->loss);
    double weighted = 0, weighted_size = 0;
    bool known = true;

    for (size_t s = 0; s < batch->num; s++) {
        parts->share[s] = share_of(batch, parts, s);
        if (!isnan(parts->share[s])) {
            weighted += parts->share[s] * parts->loss[s];
            weighted_size += fabs(parts->share[s] * parts->loss[s]);
        } else if (parts->loss[s] != 0) {
            known = false; /* a loss without a gradient: its share can't be seen */
        }
    }
    if (forward_share != 0 && gradients_split(batch, parts, forward_share, false)) {
        law->splits = law->uniform = law->slices = true;
        law->share = forward_share;
        return;
    }
    /* what is differenced is Forward: of many samples each may be looked at alone, whatever Backward makes of them */
    if (batch->num >= GCK_MANY_SAMPLES) {
        law->share = sharp_factor(batch, parts->loss, parts->spare);
        law->slices = law->share != 0;
        if (!law->slices)
            own_factors(batch, parts);
    }
    /* each sample's own share, as gradients have it, which the loss then has to confirm */
    if (known && weighted_size > 0 && gradients_split(batch, parts, 0, false)
        && fabs(batch->loss - weighted) <= gck_batch_room(batch, weighted_size, batch->num)) {
        law->splits = true;
        return;
    }
    if (forward_share != 0)
        gradients_split(batch, parts, forward_share, true);
}

void gck_batch_split(struct gck_batch *batch)
{
    struct parts parts;
    size_t count = 0;

    for (unsigned c = 0; c < batch->check->claims; c++)
        count += gck_claim_batched(batch->check, &batch->check->claim[c]) ? batch->check->claim[c].count : 0;
    parts.loss = gck_pages_new((3 * batch->num + count) * sizeof(double));
    if (parts.loss == NULL)
        return;
    parts.share = parts.loss + batch->num;
    parts.spare = parts.share + batch->num;
    parts.single = parts.spare + batch->num;
    if (take_apart(batch, &parts))
        judge(batch, &parts);
    gck_pages_free(parts.loss);
}
