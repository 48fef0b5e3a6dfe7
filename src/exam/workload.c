/* workload.c -- are a claim's elements too many to be asked one by one? By counting, never by the clock. */
#include "exam/positions.h"
#include "exam/probed.h"

enum { FEW = 4096,      /* elements that are always asked one by one */
       LARGE = 1 << 12 }; /* numbers of a Forward for which it pays to look whether its positions do */

/* Numbers that all of the Forwards read or write: some seconds' worth, for the batch and for single samples. */
static const double much = 1e9, much_sliced = 2e10;
/* In place of probes: some seconds' worth as well. */
static const double much_by_position = 2e9;

bool gck_probed_beyond(double forward, double count, bool sliced)
{
    return count > FEW && 2 * forward * count > (sliced ? much_sliced : much);
}

bool gck_probed_wanted(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    const struct gck_check *const check = gradient->check;
    const bool sliced = gck_gradient_by_part(gradient, claim);

    return !check->options->exhaustive && check->only_element == SIZE_MAX
           && gck_probed_beyond((double)gck_rig_numbers(sliced ? &gradient->slice : gradient->rig), (double)claim->count, sliced);
}

static bool by_sample(const struct gck_batch *batch)
{
    return batch->law->slices && batch->num >= GCK_MANY_SAMPLES;
}

/* All elements, at two Forwards each of so many numbers. */
static double all_elements(const struct gck_batch *batch, double each)
{
    double elements = 0;

    for (unsigned c = 0; c < batch->check->claims; c++)
        elements += gck_claim_batched(batch->check, &batch->check->claim[c]) ? (double)batch->check->claim[c].count : 0;
    return 2 * each * elements;
}

/* Numbers of a Forward that an element takes, where positions are not looked at. */
static double without_positions(const struct gck_batch *batch)
{
    return (double)gck_rig_numbers(batch->rig) / (by_sample(batch) ? (double)batch->num : 1);
}

bool gck_positions_worth(const struct gck_batch *batch)
{
    const double each = without_positions(batch);

    return each > LARGE || all_elements(batch, each) > much;
}

bool gck_positions_wanted(const struct gck_batch *batch, const struct gck_rig *rig)
{
    const bool probed = !batch->check->options->exhaustive
                        && all_elements(batch, without_positions(batch)) > (by_sample(batch) ? much_sliced : much);

    return !probed || all_elements(batch, (double)gck_rig_numbers(rig)) <= much_by_position;
}
