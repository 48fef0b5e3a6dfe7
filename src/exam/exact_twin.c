/* exact_twin.c -- the exact twin at the examined point. */
#include "exam/exact_twin.h"

#include "core/blob.h"
#include "core/tape.h"
#include "core/text.h"

#include <fenv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool examined(const struct gck_check *check, unsigned c)
{
    return check->only_claim == check->claims || check->only_claim == c;
}

/* One sample, where every claim is judged sample by sample; else the batch, which then is differentiated at once. */
static bool can_slice(const struct gck_check *check)
{
    const struct gck_batch_law *const law = &check->batch_law;
    bool slices = law->slices && law->shares == NULL;

    for (unsigned c = 0; c < check->claims; c++)
        slices = slices
                 && (!examined(check, c)
                     || (!check->claim[c].weight && check->setup.bottom[check->claim[c].index].batched));
    return slices;
}

static bool take_batch(struct gck_exact_twin *twin)
{
    const size_t num = twin->check->rig.num;
    size_t *const row = malloc(num * sizeof *row);

    if (row == NULL)
        return false;
    for (size_t r = 0; r < num; r++)
        row[r] = r;
    gck_rig_take(&twin->rig, &twin->check->rig, row);
    gck_rig_weigh(&twin->rig, twin->check->weight);
    free(row);
    return true;
}

bool gck_exact_twin_open(struct gck_exact_twin *twin, struct gck_check *check, char *message)
{
    memset(twin, 0, sizeof *twin);
    twin->check = check;
    twin->sliced = can_slice(check);
    twin->passes = twin->sliced ? check->rig.num : 1;
    twin->share = twin->sliced ? check->batch_law.share : 1;
    if (gck_rig_open(&twin->rig, check->exact, &check->setup, twin->sliced ? 1 : check->rig.num, message) != GCK_OK)
        return false;
    for (unsigned c = 0; c < check->claims; c++) {
        twin->at[c] = twin->inputs;
        twin->inputs += examined(check, c) ? gck_claim_blob(&check->claim[c], &twin->rig)->count : 0;
    }
    twin->derivative = malloc(2 * (twin->inputs + 1) * sizeof *twin->derivative);
    if (twin->derivative == NULL || (!twin->sliced && !take_batch(twin))) {
        gck_say(message, GCK_EMEMORY, "no memory for %zu derivatives", twin->inputs);
        return false;
    }
    twin->spread = twin->derivative + twin->inputs;
    return true;
}

void gck_exact_twin_close(struct gck_exact_twin *twin)
{
    gck_rig_close(&twin->rig);
    free(twin->derivative);
    twin->derivative = NULL;
    gck_tape_free();
}

/* dE/dtop is the top's diff; from there the tape leads to the inputs. */
static bool differentiate(struct gck_exact_twin *twin, double *derivative)
{
    const struct gck_rig *const rig = &twin->rig;
    double *adjoint;

    gck_tape_start(twin->inputs);
    twin->refused = gck_rig_forward(&twin->rig) != GCK_OK;
    adjoint = gck_tape_adjoints();
    twin->lost = adjoint == NULL;
    if (twin->refused || twin->lost)
        return false;
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = 0; i < rig->top[t].count; i++)
            adjoint[gck_peek_place(rig->top[t].data, rig->top[t].real_size, i)]
                += gck_peek(rig->top[t].diff, rig->top[t].real_size, i);
    adjoint[0] = 0;
    gck_tape_sweep();
    memcpy(derivative, adjoint + 1, twin->inputs * sizeof *derivative);
    return true;
}

/* What is not asked for stays a constant, which keeps the tape short. */
static void place_inputs(struct gck_exact_twin *twin, unsigned c)
{
    const struct gck_blob *const blob = gck_claim_blob(&twin->check->claim[c], &twin->rig);
    const size_t only = twin->check->only_element, first = only == SIZE_MAX ? 0 : only % blob->count;

    gck_poke_places((char *)blob->data + first * blob->real_size, blob->real_size,
                    only == SIZE_MAX ? blob->count : 1, 1 + twin->at[c] + first);
}

bool gck_exact_twin_differentiate(struct gck_exact_twin *twin, size_t pass)
{
    if (twin->sliced) {
        gck_rig_take(&twin->rig, &twin->check->rig, &pass);
        gck_rig_weigh(&twin->rig, twin->check->weight);
    }
    for (unsigned c = 0; c < twin->check->claims; c++)
        if (examined(twin->check, c))
            place_inputs(twin, c);
    twin->spread_known = false;
    return differentiate(twin, twin->derivative);
}

void gck_exact_twin_spread(struct gck_exact_twin *twin)
{
    static const int mode[2] = { FE_UPWARD, FE_DOWNWARD };
    double *const other = malloc((twin->inputs + 1) * sizeof *other);

    memset(twin->spread, 0, twin->inputs * sizeof *twin->spread);
    twin->spread_known = true;
    for (unsigned m = 0; m < 2 && other != NULL; m++) {
        bool done;

        fesetround(mode[m]);
        done = differentiate(twin, other);
        fesetround(FE_TONEAREST);
        for (size_t i = 0; i < twin->inputs && done; i++)
            twin->spread[i] = fmax(twin->spread[i], fabs(other[i] - twin->derivative[i]));
    }
    twin->refused = twin->lost = false; /* by other rounding: the derivative is known all the same */
    free(other);
}
