/* coupling.c -- do the samples of a batch depend on each other, in the loss or in their gradients? */
#include "exam/batch.h"

#include "core/blob.h"

#include <math.h>

static void in_order(struct gck_batch *batch)
{
    for (size_t r = 0; r < batch->num; r++)
        batch->row[r] = r;
}

/* What is asked whether it is a sum: the batch, or some of its samples. */
struct sum {
    struct gck_batch *batch;
    struct gck_rig *some; /* NULL: the batch */
    size_t num, each;     /* samples: every each-th */
    double loss, size;    /* theirs */
};

static struct sum sum_of(struct gck_batch *batch)
{
    return (struct sum){ .batch = batch, .num = batch->num, .each = 1, .loss = batch->loss, .size = batch->size };
}

/* E of samples 0 .. num - 1 of which those in [from, to) have other data; NaN where it is refused. */
static double mixed(const struct sum *sum, const struct gck_rig *other, size_t from, size_t to,
                    size_t also_from, size_t also_to, double *size)
{
    struct gck_batch *const batch = sum->batch;
    struct gck_rig *rig = sum->some;

    for (size_t r = 0; r < sum->num; r++)
        batch->row[r] = r * sum->each;
    if (rig != NULL)
        gck_rig_take_rows(rig, batch->rig, batch->row);
    else if ((rig = gck_batch_work(batch)) == NULL)
        return (double)NAN;
    for (size_t r = 0; r < sum->num; r++)
        if ((r >= from && r < to) || (r >= also_from && r < also_to))
            gck_batch_replace(rig, r, other);
    if (gck_rig_forward(rig) != GCK_OK)
        return (double)NAN;
    *size = fmax(*size, gck_rig_objective_size(rig));
    return gck_rig_objective(rig);
}

/* In a sum over samples E(j and k changed) - E(j) - E(k) + E = 0: what is left of it, over what rounding may leave, which
 * is *room. NaN where the layer refuses. */
static double left_over(const struct sum *sum, const struct gck_rig *other, const size_t part[4], double *room)
{
    double size = sum->size;
    const double one = mixed(sum, other, part[0], part[1], 0, 0, &size);
    const double two = mixed(sum, other, 0, 0, part[2], part[3], &size);
    const double both = mixed(sum, other, part[0], part[1], part[2], part[3], &size);

    *room = 4 * gck_batch_room(sum->batch, size, sum->num);
    return fabs((both - one) - (two - sum->loss)) / *room;
}

/* Of a large batch every so many-th sample: they depend on each other or do not. False where the layer refuses them. */
static bool open_some(struct sum *sum, struct gck_rig *rig)
{
    struct gck_batch *const batch = sum->batch;

    sum->each = gck_batch_each(batch);
    sum->num = batch->num / sum->each;
    for (size_t r = 0; r < sum->num; r++)
        batch->row[r] = r * sum->each;
    if (!gck_batch_rig(batch, rig, sum->num))
        return false;
    sum->some = rig;
    sum->loss = gck_rig_objective(rig);
    sum->size = gck_rig_objective_size(rig);
    return true;
}

/* For halves and for single samples. */
void gck_batch_coupling(struct gck_batch *batch)
{
    const struct gck_rig *const other = batch->num >= 2 ? gck_batch_other(batch, 1) : NULL;
    struct gck_rig some = { .num = 0 };
    struct sum sum = sum_of(batch);

    if (gck_batch_each(batch) > 1 && !open_some(&sum, &some))
        sum = sum_of(batch);
    for (unsigned p = 0; p < 2 && other != NULL; p++) {
        const size_t n = sum.num, half = n / 2;
        const size_t part[2][4] = { { 0, half, half, n }, { 0, 1, n - 1, n } };
        double room;

        batch->law->coupled = batch->law->coupled || left_over(&sum, other, part[p], &room) > 1;
    }
    gck_batch_close(batch, &some);
}

/* Sample j was changed, which moved sample k's diffs from the claims' to those in `rig`. If that is right, changing k as well
 * moves E by about so much more. */
static double due(const struct gck_batch *batch, const struct gck_rig *rig, const struct gck_rig *other, size_t k)
{
    double sum = 0;

    for (unsigned c = 0; c < batch->check->claims; c++) {
        const struct gck_claim *const claim = &batch->check->claim[c];
        const struct gck_blob *const now = gck_claim_blob(claim, rig), *const then = gck_claim_blob(claim, other);
        const size_t row = gck_claim_batched(batch->check, claim) ? gck_claim_row(batch, claim) : 0;
        const size_t first = k % other->num * row; /* of what `other` has for the sample */

        for (size_t i = k * row; i < (k + 1) * row; i++)
            sum += (gck_peek(now->diff, now->real_size, i) - claim->analytic[i])
                   * (gck_peek(then->data, then->real_size, first + i % row) - claim->x[i]);
    }
    return fabs(sum);
}

/* Do samples j and k depend on each other in the loss, asked with three kinds of other data? A maximum over the batch looks like a
 * sum until the right two meet. `rig` has j changed. Where rounding would hide what Backward says, nobody is accused. `rig`
 * may have served another question afterwards. */
static bool pair_coupled(struct gck_batch *batch, const struct gck_rig *rig, size_t j, size_t k)
{
    enum { VARIANTS = 3 };
    const size_t pair[4] = { j, j + 1, k, k + 1 };
    struct gck_batch *const asked = batch->asked;
    const struct sum sum = sum_of(asked);
    bool together = false, seen = false;
    double expected[VARIANTS] = { 0 }, room;

    for (unsigned v = 0; v < VARIANTS && !together; v++) {
        const struct gck_rig *const other = gck_batch_other(asked, v + 1);

        together = other == NULL; /* refused: nobody is accused */
        if (other != NULL)
            expected[v] = due(batch, rig, other, k);
    }
    for (unsigned v = 0; v < VARIANTS && !together; v++) {
        together = !(left_over(&sum, gck_batch_other(asked, v + 1), pair, &room) <= 1);
        seen = seen || expected[v] > 2 * room;
    }
    return together || !(seen || batch->law->splits);
}

/* The claim's diffs in `rig`, where sample `changed` alone has other data. False: another sample's moved, and `rig` may have
 * served another question since. */
static bool stays(struct gck_batch *batch, const struct gck_claim *claim, const struct gck_rig *rig, size_t changed)
{
    const struct gck_blob *const blob = gck_claim_blob(claim, rig);
    const size_t row = gck_claim_row(batch, claim);

    for (size_t i = 0; i < claim->count; i++) {
        const double was = claim->analytic[i], now = gck_peek(blob->diff, blob->real_size, i);

        if (now == was || i / row == changed || fabs(now - was) <= 2 * gck_batch_element_room(batch, claim, i, 1))
            continue;
        batch->law->local = false;
        if (pair_coupled(batch, rig, changed, i / row))
            batch->law->coupled = true;
        else
            gck_batch_wrong(batch, "other data in one sample moved another sample's diff of %s from %s to %s",
                  claim->port, was, now);
        return false;
    }
    return true;
}

/* The samples as they are but for `changed`; a pass is done. NULL where the layer refuses. */
static const struct gck_rig *one_changed(struct gck_batch *batch, size_t changed)
{
    const struct gck_rig *const other = gck_batch_other(batch, 1);
    struct gck_rig *rig;

    in_order(batch);
    rig = gck_batch_work(batch);
    return rig != NULL && other != NULL && gck_batch_replace(rig, changed, other)
                   && gck_pass(rig, 0) == GCK_OK
               ? rig
               : NULL;
}

/* The first and the last sample get other data: nobody else's gradient may move. */
void gck_batch_locality(struct gck_batch *batch)
{
    const size_t n = batch->num, changed[2] = { 0, n - 1 };

    batch->law->local = true;
    if (gck_batch_some_stay(batch))
        return;
    for (unsigned k = 0; k < 2 && n >= 2 && !batch->law->coupled; k++) {
        const struct gck_rig *rig = one_changed(batch, changed[k]);

        for (unsigned c = 0; c < batch->check->claims && rig != NULL; c++) {
            const struct gck_claim *const claim = &batch->check->claim[c];

            if (gck_claim_batched(batch->check, claim) && !claim->non_finite
                && !stays(batch, claim, rig, changed[k]))
                rig = one_changed(batch, changed[k]);
        }
    }
}
