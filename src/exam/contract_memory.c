/* contract_memory.c -- what a layer must not remember, and memory that is not its own. */
#include "exam/contract.h"
#include "exam/claims.h"

#include "core/blob.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

/* Tops' data and bottoms' and weights' diffs of two rigs of the same shape hold the same bits. */
static bool same_results(const struct gck_rig *a, const struct gck_rig *b, const char **port,
                         char *text)
{
    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++)
        for (unsigned i = 0; i < gck_blobs_count(a, kind); i++) {
            const struct gck_blob *const one = gck_blobs_at((struct gck_rig *)a, kind, i);
            const struct gck_blob *const two = gck_blobs_at((struct gck_rig *)b, kind, i);
            const bool diff = kind != GCK_TOPS;
            size_t first;

            if (kind == GCK_BOTTOMS && !a->propagate_down[i])
                continue;
            if (gck_same_bits(diff ? one->diff : one->data, diff ? two->diff : two->data,
                              one->real_size, one->count, &first))
                continue;
            *port = gck_blobs_name(a, kind, i);
            gck_element_name(*port, &one->shape, first, text);
            return false;
        }
    return true;
}

/* The rig's results against those of the clean pass. */
static bool same_as_clean(const struct gck_contract *contract, const char **port, char *text)
{
    const struct gck_rig *const rig = contract->rig;

    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++)
        for (unsigned i = 0; i < gck_blobs_count(rig, kind); i++) {
            size_t first;

            if ((kind == GCK_BOTTOMS && !rig->propagate_down[i])
                || gck_snapshot_same(&contract->clean, rig, kind, i, kind != GCK_TOPS, &first))
                continue;
            *port = gck_blobs_name(rig, kind, i);
            gck_element_name(*port, &gck_blobs_at((struct gck_rig *)rig, kind, i)->shape, first, text);
            return false;
        }
    return true;
}

/* Which gradients are those of the examined point in every bit, though all data but the labels are others? */
static void note_unmoved(struct gck_contract *contract)
{
    struct gck_check *const check = contract->check;
    struct gck_rig *const rig = contract->rig;

    gck_rig_fill(rig, 1, rig->rounded);
    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        if (rig->setup->bottom[i].port->constant)
            memcpy(rig->bottom[i].data, contract->clean.data[GCK_BOTTOMS][i],
                   rig->bottom[i].count * rig->bottom[i].real_size);
    if (gck_pass(rig, contract->low) != GCK_OK)
        return;
    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];
        size_t first;

        claim->unmoved = gck_snapshot_same(&contract->clean, rig,
                                           claim->weight ? GCK_WEIGHTS : GCK_BOTTOMS, claim->index, true,
                                           &first);
    }
}

void gck_contract_old_data(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    const bool rounded = rig->rounded;
    const char *port;
    char text[GCK_ELEMENT_NAME];

    gck_check_doing(contract->check, "contract", "nothing is kept from earlier data");
    note_unmoved(contract);
    gck_rig_fill(rig, 1, rounded);
    if (gck_pass(rig, contract->low) != GCK_OK)
        gck_clause_void(contract, GCK_NO_OLD_DATA, "other data are refused: %s", rig->message);
    gck_snapshot_restore(&contract->clean, rig);
    if (gck_pass(rig, contract->low) != GCK_OK)
        gck_clause_broken(contract, GCK_NO_OLD_DATA, "",
                          "after a pass over other data the same data are refused: %s", rig->message);
    else if (!same_as_clean(contract, &port, text))
        gck_clause_broken(contract, GCK_NO_OLD_DATA, port,
                          "%s is another one after a pass over other data", text);
    gck_clause_kept(contract, GCK_NO_OLD_DATA);
    gck_snapshot_restore(&contract->clean, rig);
}

/* The n-th blob of the rig, buffers last; NULL after them. */
static struct gck_blob *blob_at(struct gck_rig *rig, unsigned n, char *name)
{
    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++) {
        if (n < gck_blobs_count(rig, kind)) {
            snprintf(name, GCK_NAME_SIZE, "%s", gck_blobs_name(rig, kind, n));
            return gck_blobs_at(rig, kind, n);
        }
        n -= gck_blobs_count(rig, kind);
    }
    snprintf(name, GCK_NAME_SIZE, "buffer %u", n);
    return n < rig->buffers ? &rig->buffer[n] : NULL;
}

/* Under pattern 1 each blob has numbers of its own, under 0 all have the same: the difference of what stands behind
 * two blobs changes as well. */
static unsigned pattern_at(unsigned pattern, unsigned n)
{
    return pattern * (2 * n + 1);
}

static void paint_guards(struct gck_rig *rig, unsigned pattern)
{
    struct gck_blob *blob;
    char name[GCK_NAME_SIZE];

    for (unsigned n = 0; (blob = blob_at(rig, n, name)) != NULL; n++)
        gck_blob_guard(blob, pattern_at(pattern, n));
}

static void judge_guards(struct gck_contract *contract, struct gck_rig *rig, unsigned pattern)
{
    struct gck_blob *blob;
    char name[GCK_NAME_SIZE];
    const char *where;

    for (unsigned n = 0; (blob = blob_at(rig, n, name)) != NULL; n++)
        if (!gck_blob_guarded(blob, pattern_at(pattern, n), &where))
            gck_clause_broken(contract, GCK_STAYS_INSIDE, name, "memory %s of %s was written", where, name);
}

/* Drawing them once more would take longer than the passes. */
static void same_data(struct gck_rig *to, const struct gck_rig *from)
{
    to->rounded = from->rounded;
    for (unsigned i = 0; i < to->setup->bottoms; i++)
        memcpy(to->bottom[i].data, from->bottom[i].data, to->bottom[i].count * to->bottom[i].real_size);
    for (unsigned i = 0; i < to->setup->weights; i++)
        memcpy(to->weight[i].data, from->weight[i].data, to->weight[i].count * to->weight[i].real_size);
}

/* A used rig brought to `num` samples against a fresh one: same bits, and nobody writes past a buffer. usual: its samples. */
static void at_num(struct gck_contract *contract, size_t num, size_t usual)
{
    struct gck_rig *const rig = contract->rig;
    struct gck_rig fresh = { .num = 0 };
    char message[GCK_MESSAGE_SIZE];
    const char *port;
    char text[GCK_ELEMENT_NAME];
    bool fresh_runs;

    if (gck_rig_renumber(rig, num, message) != GCK_OK
        || gck_rig_open(&fresh, contract->check->layer, rig->setup, num, message) != GCK_OK) {
        gck_clause_void(contract, GCK_NO_OLD_SHAPE, "num = %zu is refused: %s", num, message);
        gck_rig_close(&fresh);
        return;
    }
    gck_rig_fill(rig, 1, rig->rounded);
    same_data(&fresh, rig);
    gck_rig_weigh(rig, contract->check->weight);
    gck_rig_weigh(&fresh, contract->check->weight);
    paint_guards(rig, 0);
    paint_guards(&fresh, 0);
    fresh_runs = gck_pass(&fresh, contract->low) == GCK_OK;
    judge_guards(contract, &fresh, 0);
    for (unsigned i = 0; i < rig->setup->bottoms; i++) /* of two rigs each array counts: its results are compared alone */
        gck_blob_forget_data(&fresh.bottom[i]);
    for (unsigned i = 0; i < rig->buffers; i++)
        gck_blob_forget(&fresh.buffer[i]);
    if (!fresh_runs)
        gck_clause_void(contract, GCK_NO_OLD_SHAPE, "num = %zu is refused: %s", num, fresh.message);
    else if (gck_pass(rig, contract->low) != GCK_OK)
        gck_clause_broken(contract, GCK_NO_OLD_SHAPE, "",
                          "num = %zu is refused after a pass with num = %zu: %s", num, usual, rig->message);
    else if (!same_results(rig, &fresh, &port, text))
        gck_clause_broken(contract, GCK_NO_OLD_SHAPE, port,
                          "after a pass with another num, %s at num = %zu is not what a fresh layer "
                          "computes",
                          text, num);
    judge_guards(contract, rig, 0);
    contract->rig->forwards += fresh.forwards;
    contract->rig->backwards += fresh.backwards;
    gck_rig_close(&fresh);
}

static void ask_other_nums(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    const size_t num = rig->num;
    bool batched = false;
    char message[GCK_MESSAGE_SIZE], text[GCK_ELEMENT_NAME];
    const char *port;
    const double asked = (double)gck_claims_count(contract->check);

    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        batched = batched || rig->setup->bottom[i].batched;
    if (!batched) {
        gck_clause_void(contract, GCK_NO_OLD_SHAPE, "no batch axis");
        return;
    }
    at_num(contract, num + gck_contract_more(asked), num);
    if (num > 1)
        at_num(contract, num - 1, num);
    if (gck_rig_renumber(rig, num, message) == GCK_OK) {
        gck_contract_fresh(contract);
        if (gck_pass(rig, contract->low) != GCK_OK || !same_as_clean(contract, &port, text)) {
            gck_clause_broken(contract, GCK_NO_OLD_SHAPE, "",
                              "back from another num, the same data give other results");
            contract->check->clause[GCK_NO_OLD_SHAPE].lasts = true;
        }
        gck_rig_trim(rig);
    }
    gck_clause_kept(contract, GCK_NO_OLD_SHAPE);
}

void gck_contract_guards(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    const char *port;
    char text[GCK_ELEMENT_NAME];

    gck_check_doing(contract->check, "contract", "nothing outside the blobs is touched");
    for (unsigned pattern = 0; pattern < 2; pattern++) {
        paint_guards(rig, pattern);
        if (gck_pass(rig, contract->low) != GCK_OK)
            continue;
        judge_guards(contract, rig, pattern);
        if (!same_as_clean(contract, &port, text))
            gck_clause_broken(contract, GCK_READS_INSIDE, port,
                              "%s changes with what lies outside the blobs: something is read there",
                              text);
    }
    gck_clause_kept(contract, GCK_STAYS_INSIDE);
    gck_clause_kept(contract, GCK_READS_INSIDE);
    gck_snapshot_restore(&contract->clean, rig);
}

void gck_contract_old_shape(struct gck_contract *contract)
{
    gck_check_doing(contract->check, "contract", "nothing is kept from an earlier shape");
    ask_other_nums(contract);
    gck_snapshot_restore(&contract->clean, contract->rig);
}
