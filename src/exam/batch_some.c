/* batch_some.c -- what some samples of a large batch show of all of them.
 *
 * How a layer treats its samples does not depend on how many there are, so every so many-th may be asked for all of them, as long
 * as they say that nothing is amiss. Where they do not, the whole batch is asked, and the evidence is its own. */
#include "exam/batch.h"

#include "core/blob.h"

#include <math.h>

struct gck_batch gck_batch_of_some(const struct gck_batch *batch, const struct gck_rig *some)
{
    struct gck_batch asked = *batch;

    asked.num = some->num;
    asked.loss = gck_rig_objective(some);
    asked.size = gck_rig_objective_size(some);
    asked.noise *= (double)(batch->num / some->num + 1);
    return asked;
}

/* A rig with n of them, a pass done. */
static bool open(struct gck_batch *batch, struct gck_rig *rig, size_t n, bool reversed)
{
    const size_t each = gck_batch_each(batch);

    for (size_t r = 0; r < n; r++)
        batch->row[r] = (reversed ? n - 1 - r : r) * each;
    return gck_batch_rig(batch, rig, n);
}

/* Are the claim's diffs in `now` those in `was`, whose samples stand there in reverse order or not? That of sample `but` may be
 * any. */
static bool same_diffs(const struct gck_batch *batch, const struct gck_claim *claim, const struct gck_rig *was,
                       const struct gck_rig *now, bool reversed, size_t but)
{
    const struct gck_blob *const before = gck_claim_blob(claim, was), *const after = gck_claim_blob(claim, now);
    const bool batched = gck_claim_batched(batch->check, claim);
    const size_t each = gck_batch_each(batch), row = batched ? gck_claim_row(batch, claim) : before->count;
    const size_t rows = before->count / row;

    for (size_t r = 0; r < rows; r++) {
        const size_t from = (batched && reversed ? rows - 1 - r : r) * row, at = batched ? from * each : from;

        for (size_t i = 0; i < row && r != but; i++) {
            const double old = gck_peek(before->diff, before->real_size, from + i);
            const double one = gck_peek(after->diff, after->real_size, r * row + i);

            if (one != old
                && !(fabs(one - old) <= 2 * (double)(each + 1) * gck_batch_element_room(batch, claim, at + i, 1)))
                return false;
        }
    }
    return true;
}

bool gck_batch_some_permute(struct gck_batch *batch)
{
    const size_t each = gck_batch_each(batch), n = batch->num / each;
    struct gck_rig once = { .num = 0 }, turned = { .num = 0 };
    bool same = each > 1 && open(batch, &once, n, false) && open(batch, &turned, n, true);

    if (same) {
        const struct gck_batch asked = gck_batch_of_some(batch, &once);

        same = fabs(gck_rig_objective(&turned) - asked.loss) <= gck_batch_room(&asked, asked.size, n);
    }
    /* where samples depend on each other, which of two equal ones is the largest may depend on their order */
    for (unsigned c = 0; c < batch->check->claims && same && !batch->law->coupled; c++)
        same = batch->check->claim[c].non_finite || same_diffs(batch, &batch->check->claim[c], &once, &turned, true, SIZE_MAX);
    gck_batch_close(batch, &once);
    gck_batch_close(batch, &turned);
    return same;
}

/* `rig` is as `once` but for sample `changed`, which holds other data. */
static bool others_stay(struct gck_batch *batch, const struct gck_rig *once, struct gck_rig *rig, size_t changed)
{
    const struct gck_rig *const other = gck_batch_other(batch, 1);
    bool same;

    for (size_t r = 0; r < rig->num; r++)
        batch->row[r] = r * gck_batch_each(batch);
    gck_rig_take_rows(rig, batch->rig, batch->row);
    same = other != NULL && gck_batch_replace(rig, changed, other) && gck_pass(rig, 0) == GCK_OK;
    for (unsigned c = 0; c < batch->check->claims && same; c++) {
        const struct gck_claim *const claim = &batch->check->claim[c];

        same = !gck_claim_batched(batch->check, claim) || claim->non_finite
               || same_diffs(batch, claim, once, rig, false, changed);
    }
    return same;
}

bool gck_batch_some_stay(struct gck_batch *batch)
{
    const size_t each = gck_batch_each(batch), n = batch->num / each;
    struct gck_rig once = { .num = 0 }, rig = { .num = 0 };
    const bool same = each > 1 && open(batch, &once, n, false) && open(batch, &rig, n, false)
                      && others_stay(batch, &once, &rig, 0) && others_stay(batch, &once, &rig, n - 1);

    gck_batch_close(batch, &once);
    gck_batch_close(batch, &rig);
    return same;
}
