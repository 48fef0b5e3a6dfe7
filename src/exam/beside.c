/* beside.c -- float diffs that stand an ulp beside a branch.
 *
 * Contrastive's d^2 in float may be the margin, and a hair less in double: Backward then takes the other branch, by no fault of
 * its own. Most such elements are known by their allowance (claims_rounding.c), for which all ports move by the same numbers, so
 * that what is subtracted from each other keeps its digits. That may be too little to cross: here each port moves by its own. */
#include "exam/beside.h"

#include "core/blob.h"
#include "core/pages.h"
#include "exam/claims.h"

#include <math.h>
#include <stdlib.h>

enum { FEW = 4 }; /* one of so many elements, at most */

struct suspect {
    struct gck_claim *claim;
    size_t element;
};

struct suspects {
    struct suspect *one;
    size_t count;
};

static bool is_suspect(const struct gck_claim *claim, size_t i)
{
    return claim->verdict[i] == GCK_DISAGREE && isfinite(claim->analytic[i]) && isfinite(claim->numeric[i]);
}

static bool gather(struct gck_check *check, struct suspects *suspects)
{
    size_t count = 0;

    for (unsigned c = 0; c < check->claims; c++)
        for (size_t i = 0; i < check->claim[c].count; i++)
            count += is_suspect(&check->claim[c], i);
    if (count == 0 || count > gck_claims_count(check) / FEW)
        return false;
    suspects->one = malloc(count * sizeof *suspects->one);
    for (unsigned c = 0; c < check->claims && suspects->one != NULL; c++) {
        struct gck_claim *const claim = &check->claim[c];

        for (size_t i = 0; i < claim->count; i++)
            if (is_suspect(claim, i))
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

void gck_beside_look(struct gck_check *check)
{
    struct suspects suspects = { .count = 0 };
    double *draw;

    if (check->layer->type != GCK_TYPE_FLOAT || check->twin == NULL || !gather(check, &suspects))
        return;
    gck_check_doing(check, "gradient", "what stands beside a branch");
    draw = gck_claims_draw(check);
    if (draw != NULL && gck_pass(&check->reference, 0) == GCK_OK)
        keep(&suspects, &check->reference, true);
    else
        suspects.count = 0;
    for (unsigned turn = 0; turn < GCK_JITTERS && suspects.count > 0; turn++) {
        gck_claims_jitter(check, turn, true, draw);
        if (gck_pass(&check->rig, 0) != GCK_OK)
            continue;
        acquit(&suspects, &check->rig);
        keep(&suspects, &check->rig, false);
    }
    gck_claims_put_back(check);
    gck_pages_free(draw);
    free(suspects.one);
}
