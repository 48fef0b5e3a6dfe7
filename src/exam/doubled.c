/* doubled.c -- every sample of a batch twice: what becomes of the loss, and do the diffs follow? */
#include "exam/batch.h"

#include "core/blob.h"

#include <math.h>

/* The diff of element i of a sample and that of its copy, in a batch of `count` elements twice over. */
static double both_copies(const struct gck_blob *blob, size_t count, bool batched, size_t i)
{
    return gck_peek(blob->diff, blob->real_size, i)
           + (batched ? gck_peek(blob->diff, blob->real_size, count + i) : 0);
}

/* The power of 2 that it is to within `room`, or NaN: the loss of many samples in float has fewer digits than other laws take. */
static double power_of_two(double times, double room)
{
    const double power = times > 0 ? exp2(round(log2(times))) : (double)NAN;

    return fabs(times - power) <= room ? power : (double)NAN;
}

/* `twice` holds the samples of the batch twice, or those of `once`, which is NULL or has every so many-th. */
static void compare_doubled(struct gck_batch *batch, const struct gck_rig *once, const struct gck_rig *twice)
{
    struct gck_batch_law *const law = batch->law;
    const struct gck_batch asked = once == NULL ? *batch : gck_batch_of_some(batch, once);
    const double part = once == NULL ? 1 : (double)gck_batch_each(batch) + 1, single = asked.loss;
    const double loss = gck_rig_objective(twice);
    const double room = gck_batch_room(&asked, 2 * asked.size, 2 * asked.num);
    const bool mean = fabs(loss - single) <= room, sum = fabs(loss - 2 * single) <= room;
    const double times = mean ? 1 : 2;
    const size_t each = gck_batch_each(batch);

    if (mean != sum)
        law->forward_doubled = mean ? 1 : 2;
    else if (!mean && fabs(single) > 1e3 * room)
        law->forward_doubled = loss / single;
    else if (!mean && fabs(single) > 10 * room)
        law->forward_doubled = power_of_two(loss / single, room / fabs(single));
    for (unsigned c = 0; c < batch->check->claims; c++) {
        const struct gck_claim *const claim = &batch->check->claim[c];
        const bool batched = gck_claim_batched(batch->check, claim);
        const struct gck_blob *const blob = gck_claim_blob(claim, twice);
        const struct gck_blob *const base = once == NULL ? NULL : gck_claim_blob(claim, once);
        const size_t count = base == NULL ? claim->count : base->count, row = gck_claim_row(batch, claim);
        double up = 0, down = 0;

        for (size_t i = 0; i < count; i++) {
            const double was = base == NULL ? claim->analytic[i] : gck_peek(base->diff, base->real_size, i);

            up += both_copies(blob, count, batched, i) * was;
            down += was * was;
        }
        if (down > 0 && isfinite(up / down) && batched && isnan(law->backward_doubled))
            law->backward_doubled = up / down / 2;
        /* held to Forward where that is a clean mean or sum */
        for (size_t i = 0; i < count && mean != sum && law->symmetric && !claim->non_finite; i++) {
            const double was = base == NULL ? claim->analytic[i] : gck_peek(base->diff, base->real_size, i);
            const double wanted = times * was, found = both_copies(blob, count, batched, i);
            const size_t at = base == NULL || !batched ? i : i / row * each * row + i % row;

            if (found != wanted
                && fabs(found - wanted) > 4 * part * gck_batch_element_room(batch, claim, at, times))
                gck_batch_wrong(batch, mean ? "with every sample twice the loss stays, but the diffs of an element of %s "
                                              "and its copy add up to %s where %s were due"
                                            : "with every sample twice the loss doubles, but the diffs of an element of "
                                              "%s and its copy add up to %s where %s were due",
                                claim->port, found, wanted);
        }
    }
}

void gck_batch_doubled(struct gck_batch *batch)
{
    const size_t each = gck_batch_each(batch), n = batch->num / each;
    const bool some = each > 1;
    struct gck_rig once = { .num = 0 }, twice;

    batch->law->forward_doubled = batch->law->backward_doubled = (double)NAN;
    for (size_t r = 0; r < 2 * n; r++)
        batch->row[r] = r % n * each;
    if (!some || gck_batch_rig(batch, &once, n)) {
        if (gck_batch_rig(batch, &twice, 2 * n))
            compare_doubled(batch, some ? &once : NULL, &twice);
        gck_batch_close(batch, &twice);
    }
    if (some)
        gck_batch_close(batch, &once);
}
