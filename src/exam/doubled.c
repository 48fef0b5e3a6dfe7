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

static double forward_alone(struct gck_batch *batch, struct gck_rig *rig, size_t n)
{
    char message[GCK_MESSAGE_SIZE];
    double loss = (double)NAN;

    if (gck_rig_open(rig, batch->asked->rig->layer, &batch->check->setup, n, message) == GCK_OK) {
        gck_rig_take(rig, batch->asked->rig, batch->row);
        gck_rig_weigh(rig, batch->check->weight);
        if (gck_rig_forward(rig) == GCK_OK)
            loss = gck_rig_objective(rig);
    }
    return loss;
}

/* Does the loss stay, or double, to the digits of the twin as well? In a float's it may seem to where a term that no sample has
 * (dice's smooth) weighs little beside many of them, and the diffs need not follow. */
static bool holds_in_double(struct gck_batch *batch, double times)
{
    const size_t n = batch->num / gck_batch_each(batch);
    struct gck_rig once, twice;
    bool holds = true;

    if (batch->asked == batch)
        return true;
    const double single = forward_alone(batch, &once, n), loss = forward_alone(batch, &twice, 2 * n);

    if (isfinite(single) && isfinite(loss)) {
        const struct gck_batch some = gck_batch_of_some(batch->asked, &once);

        holds = fabs(loss - times * single) <= gck_batch_room(&some, 2 * some.size, 2 * n);
    }
    batch->asked->rig->forwards += once.forwards + twice.forwards;
    gck_rig_close(&once);
    gck_rig_close(&twice);
    return holds;
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
    bool held = mean != sum && law->symmetric; /* to Forward, where that is a clean mean or sum, until something is told */

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
        for (size_t i = 0; i < count && held && !claim->non_finite; i++) {
            const double was = base == NULL ? claim->analytic[i] : gck_peek(base->diff, base->real_size, i);
            const double wanted = times * was, found = both_copies(blob, count, batched, i);
            const size_t at = base == NULL || !batched ? i : i / row * each * row + i % row;

            if (found == wanted
                || fabs(found - wanted) <= 4 * part * gck_batch_element_room(batch, claim, at, times))
                continue;
            held = false;
            if (!holds_in_double(batch, times))
                break;
            gck_batch_wrong(batch, mean ? "with every sample twice the loss stays, but the diffs of an element of %s and its "
                                          "copy add up to %s where %s were due"
                                        : "with every sample twice the loss doubles, but the diffs of an element of %s and "
                                          "its copy add up to %s where %s were due",
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
