/* workload.c -- are a claim's elements too many to be asked one by one? By counting, never by the clock. */
#include "exam/probed.h"

enum { FEW = 4096 }; /* elements that are always asked one by one */

/* Numbers that all of the Forwards read or write: some seconds' worth, for the batch and for single samples. */
static const double much = 1e9, much_sliced = 2e10;

static double numbers(const struct gck_rig *rig)
{
    double sum = 0;

    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        sum += (double)rig->bottom[i].count;
    for (unsigned i = 0; i < rig->setup->weights; i++)
        sum += (double)rig->weight[i].count;
    for (unsigned i = 0; i < rig->setup->tops; i++)
        sum += (double)rig->top[i].count;
    for (unsigned i = 0; i < rig->buffers; i++)
        sum += (double)rig->buffer[i].count;
    return sum;
}

bool gck_probed_wanted(const struct gck_gradient *gradient, const struct gck_claim *claim)
{
    const struct gck_check *const check = gradient->check;
    const bool sliced = gradient->sample_by_sample && !claim->weight && check->setup.bottom[claim->index].batched;
    const double each = 2 * numbers(sliced ? &gradient->slice : gradient->rig);

    return !check->options->exhaustive && check->only_element == SIZE_MAX && claim->count > FEW
           && each * (double)claim->count > (sliced ? much_sliced : much);
}
