/* claims.c -- the analytic derivatives under examination. */
#include "exam/claims.h"

#include "core/blob.h"
#include "core/crew.h"
#include "core/pages.h"
#include "core/text.h"
#include "layer/drawn.h"
#include "numeric/arrays.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LARGE = 1 << 16 }; /* elements from which on a copy of the point is not kept */

/* shared: children that judge blocks of elements write into it. */
static void *memory_new(size_t bytes, bool shared)
{
    return shared ? gck_shared_new(bytes) : gck_pages_new(bytes);
}

static void memory_free(void *memory, size_t bytes, bool shared)
{
    if (shared && memory != NULL)
        gck_shared_free(memory, bytes);
    else if (!shared)
        gck_pages_free(memory);
}

static enum gck_status claim_open(struct gck_check *check, bool weight, unsigned index, char *message)
{
    struct gck_claim *const claim = &check->claim[check->claims++];
    const struct gck_blob *const blob = weight ? &check->rig.weight[index] : &check->rig.bottom[index];

    claim->port = weight ? check->setup.weight[index].name : check->setup.bottom[index].name;
    claim->weight = weight;
    claim->index = index;
    claim->shape = blob->shape;
    claim->count = blob->count;
    claim->shared = check->options->jobs > 0;
    claim->x = gck_pages_new(blob->count * sizeof *claim->x);
    claim->step = memory_new(blob->count * sizeof *claim->step, claim->shared);
    claim->verdict = memory_new(2 * blob->count, claim->shared);
    if (claim->x == NULL || claim->step == NULL || claim->verdict == NULL)
        return gck_say(message, GCK_EMEMORY, "no memory for %zu derivatives of %s", blob->count,
                       claim->port);
    claim->kinked = claim->verdict + blob->count;
    memset(claim->verdict, GCK_CANNOT_TELL, blob->count);
    return GCK_OK;
}

size_t gck_claims_count(const struct gck_check *check)
{
    size_t all = 0;

    for (unsigned c = 0; c < check->claims; c++)
        all += check->claim[c].count;
    return all;
}

/* Each array of all claims, one claim after the other. No child writes what is held against the differences. */
static enum gck_status values_open(struct gck_check *check, char *message)
{
    const size_t all = gck_claims_count(check);
    double *held = gck_pages_new(2 * all * sizeof *held);
    double *judged = memory_new(2 * all * sizeof *judged, check->claim[0].shared);

    check->claim[0].analytic = held;
    check->claim[0].numeric = judged;
    if (held == NULL || judged == NULL)
        return gck_say(message, GCK_EMEMORY, "no memory for %zu derivatives", all);
    for (unsigned c = 0; c < check->claims; held += check->claim[c].count, judged += check->claim[c++].count) {
        check->claim[c].analytic = held;
        check->claim[c].allowance = held + all;
        check->claim[c].numeric = judged;
        check->claim[c].bound = judged + all;
    }
    return GCK_OK;
}

enum gck_status gck_claims_open(struct gck_check *check, char *message)
{
    enum gck_status status = GCK_OK;

    for (unsigned i = 0; i < check->setup.bottoms && status == GCK_OK; i++)
        if (!check->setup.bottom[i].port->constant)
            status = claim_open(check, false, i, message);
    for (unsigned i = 0; i < check->setup.weights && status == GCK_OK; i++)
        if (!check->setup.weight[i].port->constant)
            status = claim_open(check, true, i, message);
    if (status == GCK_OK && check->claims == 0)
        status = gck_say(message, GCK_EEMPTY, "%s has no bottom and no weight that takes a gradient",
                         check->layer->name);
    return status == GCK_OK ? values_open(check, message) : status;
}

void gck_claims_close(struct gck_check *check)
{
    if (check->claims > 0) {
        gck_pages_free(check->claim[0].analytic);
        memory_free(check->claim[0].numeric, 2 * gck_claims_count(check) * sizeof(double), check->claim[0].shared);
    }
    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];

        if (!claim->borrowed && !claim->found)
            gck_pages_free(claim->x);
        memory_free(claim->step, claim->count * sizeof *claim->step, claim->shared);
        memory_free(claim->verdict, 2 * claim->count, claim->shared);
        gck_pages_free(claim->exact);
        gck_pages_free(claim->unwritten);
        claim->unwritten = NULL;
        claim->x = claim->analytic = claim->numeric = claim->exact = NULL;
        claim->step = NULL;
        claim->verdict = NULL;
    }
    check->claims = 0;
}

bool gck_claim_own(struct gck_claim *claim)
{
    const bool copy = claim->borrowed || claim->found;
    double *const own = copy ? gck_pages_new(claim->count * sizeof *own) : claim->x;

    if (own == NULL)
        return false;
    if (copy)
        memcpy(own, claim->x, claim->count * sizeof *own);
    claim->x = own;
    claim->borrowed = claim->found = false;
    return true;
}

bool gck_claims_own(struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++)
        if (!gck_claim_own(&check->claim[c]))
            return false;
    return true;
}

void gck_claims_settle(struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];
        const struct gck_blob *const blob = gck_claim_blob(claim, gck_check_reference(check));

        if (claim->borrowed || claim->count < LARGE || blob->real_size != sizeof(double) || blob->count != claim->count
            || memcmp(claim->x, blob->data, claim->count * sizeof *claim->x) != 0)
            continue;
        if (!claim->found)
            gck_pages_free(claim->x);
        claim->x = blob->data;
        claim->borrowed = true;
        claim->found = false;
    }
}

void gck_claims_afresh(const struct gck_check *check, struct gck_rig *rig)
{
    for (unsigned c = 0; c < check->claims && check->aside != NULL; c++)
        if (!check->claim[c].borrowed)
            gck_blob_forget_data(check->claim[c].weight ? &rig->weight[check->claim[c].index]
                                                        : &rig->bottom[check->claim[c].index]);
}

const struct gck_blob *gck_claim_blob(const struct gck_claim *claim, const struct gck_rig *rig)
{
    return claim->weight ? &rig->weight[claim->index] : &rig->bottom[claim->index];
}

void gck_claim_read(const struct gck_claim *claim, const struct gck_rig *rig, double *value)
{
    const struct gck_blob *const blob = gck_claim_blob(claim, rig);

    gck_peek_all(blob->diff, blob->real_size, blob->count, value);
}

double gck_claim_doubt(const struct gck_claim *claim, size_t i)
{
    const double numeric = fabs(claim->numeric[i]), own = fmax(claim->bound[i] - claim->allowance[i], 0);

    return own / numeric + claim->allowance[i] / fmax(numeric, fabs(claim->analytic[i]));
}

struct gck_rig *gck_check_reference(struct gck_check *check)
{
    return check->twin != NULL ? &check->reference : &check->rig;
}

void gck_claims_point(struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_blob *const blob = gck_claim_blob(&check->claim[c], &check->rig);

        gck_peek_all(blob->data, blob->real_size, blob->count, check->claim[c].x);
    }
}

/* Where its values were drawn, if these are the point; else NULL. */
static const double *drawn(const struct gck_check *check, const struct gck_claim *claim, const struct gck_blob *blob)
{
    const double *const value = blob->real_size == sizeof *value
                                    ? gck_drawn_kept(&check->setup, claim->weight, claim->index, claim->count)
                                    : NULL;

    return value != NULL && memcmp(value, blob->data, claim->count * sizeof *value) == 0 ? value : NULL;
}

void gck_claims_find(struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];
        const struct gck_blob *const blob = gck_claim_blob(claim, &check->rig);
        const double *const value = drawn(check, claim, blob);

        if (value == NULL) {
            gck_peek_all(blob->data, blob->real_size, blob->count, claim->x);
            continue;
        }
        gck_pages_free(claim->x);
        claim->x = (double *)(uintptr_t)value; /* nobody writes there who has not made it his own */
        claim->found = true;
    }
}

enum gck_status gck_claims_diffs(struct gck_check *check, char *message)
{
    enum gck_status status;

    gck_rig_weigh(&check->rig, check->weight);
    status = gck_pass(&check->rig, 0);
    if (status != GCK_OK)
        gck_say(message, status, "%s: %s", check->layer->name, check->rig.message);
    for (unsigned c = 0; c < check->claims && status == GCK_OK; c++) {
        struct gck_claim *const claim = &check->claim[c];

        gck_claim_read(claim, &check->rig, claim->analytic);
        claim->typical = gck_median_size(claim->analytic, claim->count, check->claim[0].allowance);
        claim->non_finite = claim->non_finite || !gck_array_finite(claim->analytic, claim->count);
    }
    return status;
}

enum gck_status gck_claims_pass(struct gck_check *check, char *message)
{
    enum gck_status status;

    gck_claims_point(check);
    status = gck_claims_diffs(check, message);
    if (status == GCK_OK)
        memset(check->claim[0].allowance, 0, gck_claims_count(check) * sizeof(double));
    return status;
}
