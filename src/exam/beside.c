/* beside.c -- float diffs that stand an ulp beside a branch.
 *
 * Contrastive's d^2 in float may be the margin, and a hair less in double: Backward then takes the other branch, by no fault of
 * its own. Most such elements are known by their allowance (claims_rounding.c), for which all ports move by the same numbers, so
 * that what is subtracted from each other keeps its digits. That may be too little to cross: here each port moves by its own. */
#include "exam/beside.h"

#include "core/blob.h"
#include "core/random.h"
#include "exam/claims.h"

#include <math.h>
#include <stdlib.h>

enum { TURNS = 8, FEW = 4 }; /* FEW: one of so many elements, at most */

struct suspect {
    struct gck_claim *claim;
    size_t element;
};

struct suspects {
    struct suspect *one;
    size_t count;
};

static size_t disagreeing(const struct gck_claim *claim)
{
    size_t count = 0;

    for (size_t i = 0; i < claim->count; i++)
        count += claim->verdict[i] == GCK_DISAGREE && isfinite(claim->analytic[i]) && isfinite(claim->numeric[i]);
    return count;
}

static bool gather(struct gck_check *check, struct suspects *suspects)
{
    size_t count = 0;

    for (unsigned c = 0; c < check->claims; c++)
        count += disagreeing(&check->claim[c]);
    if (count == 0 || count > gck_claims_count(check) / FEW)
        return false;
    suspects->one = malloc(count * sizeof *suspects->one);
    for (unsigned c = 0; c < check->claims && suspects->one != NULL; c++) {
        struct gck_claim *const claim = &check->claim[c];

        for (size_t i = 0; i < claim->count; i++)
            if (claim->verdict[i] == GCK_DISAGREE && isfinite(claim->analytic[i]) && isfinite(claim->numeric[i]))
                suspects->one[suspects->count++] = (struct suspect){ claim, i };
    }
    return suspects->one != NULL;
}

/* What the rig's Backward has just said of it is what the differences say. */
static bool right(const struct suspect *suspect, const struct gck_rig *rig)
{
    const struct gck_claim *const claim = suspect->claim;
    const struct gck_blob *const blob = gck_claim_blob(claim, rig);
    const double numeric = claim->numeric[suspect->element], off = claim->analytic[suspect->element] - numeric;
    const double diff = gck_peek(blob->diff, blob->real_size, suspect->element);

    return fabs(diff - numeric) <= claim->bound[suspect->element] + 1e-3 * fabs(off);
}

/* Keeps those of which it is said, or not said. */
static void keep(struct suspects *suspects, const struct gck_rig *rig, bool wanted)
{
    size_t kept = 0;

    for (size_t k = 0; k < suspects->count; k++)
        if (right(&suspects->one[k], rig) == wanted)
            suspects->one[kept++] = suspects->one[k];
    suspects->count = kept;
}

static void acquit(const struct suspects *suspects, const struct gck_rig *rig)
{
    for (size_t k = 0; k < suspects->count; k++) {
        struct gck_claim *const claim = suspects->one[k].claim;
        const size_t i = suspects->one[k].element;

        if (right(&suspects->one[k], rig)) {
            claim->verdict[i] = GCK_CANNOT_TELL;
            claim->bound[i] = fmax(claim->bound[i], fabs(claim->analytic[i] - claim->numeric[i]));
        }
    }
}

/* x_i (1 + reach u_i), u_i uniform on [-1, 1) and each port's own. */
static void move(struct gck_check *check, unsigned pair, double reach)
{
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];
        const struct gck_blob *const blob = gck_claim_blob(claim, &check->rig);
        const uint32_t stream = 0xBE51DEu + pair * 2 * GCK_MAX_PORTS + c;

        for (size_t i = 0; i < claim->count; i++) {
            const double by = 2 * gck_uniform(check->options->seed, stream, i) - 1;

            gck_poke(blob->data, blob->real_size, i, claim->x[i] + reach * by * claim->x[i]);
        }
    }
}

static void put_back(struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_blob *const blob = gck_claim_blob(&check->claim[c], &check->rig);

        gck_poke_all(blob->data, blob->real_size, blob->count, check->claim[c].x);
    }
}

void gck_beside_look(struct gck_check *check)
{
    struct suspects suspects = { .count = 0 };

    if (check->layer->type != GCK_TYPE_FLOAT || check->twin == NULL || !gather(check, &suspects))
        return;
    gck_check_doing(check, "gradient", "what stands beside a branch");
    if (gck_pass(&check->reference, 0) == GCK_OK)
        keep(&suspects, &check->reference, true);
    else
        suspects.count = 0;
    for (unsigned turn = 0; turn < TURNS && suspects.count > 0; turn++) {
        move(check, turn / 2, (turn % 2 == 0 ? 2 : -2) * check->epsilon); /* and the other way: a sum moves to both sides */
        if (gck_pass(&check->rig, 0) != GCK_OK)
            continue;
        acquit(&suspects, &check->rig);
        keep(&suspects, &check->rig, false);
    }
    put_back(check);
    free(suspects.one);
}
