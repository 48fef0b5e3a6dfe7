/* contract_forward.c -- what Forward may change, and that it says the same thing twice. */
#include "exam/contract.h"

#include "core/blob.h"

/* Tops and buffers hold this before the call: whoever reads them before writing shows it. */
static void paint(struct gck_rig *rig, double value)
{
    for (unsigned t = 0; t < rig->setup->tops; t++)
        gck_poke_each(rig->top[t].data, rig->top[t].real_size, rig->top[t].count, value);
    for (unsigned b = 0; b < rig->buffers; b++) {
        gck_poke_each(rig->buffer[b].data, rig->buffer[b].real_size, rig->buffer[b].count, value);
        gck_poke_each(rig->buffer[b].diff, rig->buffer[b].real_size, rig->buffer[b].count, value);
    }
}

/* Nothing of that kind may differ from the snapshot; what does is put back by the caller. */
static void compare(struct gck_contract *contract, const struct gck_snapshot *before,
                    enum gck_clause_id id, enum gck_blobs kind, bool diff)
{
    struct gck_rig *const rig = contract->rig;
    const char *const array = diff ? "diff of " : "";

    for (unsigned i = 0; i < gck_blobs_count(rig, kind); i++) {
        const struct gck_blob *const blob = gck_blobs_at(rig, kind, i);
        char text[GCK_ELEMENT_NAME];
        size_t first;

        if (gck_snapshot_same(before, rig, kind, i, diff, &first))
            continue;
        gck_element_name(gck_blobs_name(rig, kind, i), &blob->shape, first, text);
        gck_clause_broken(contract, id, gck_blobs_name(rig, kind, i),
                          "the %s%s was %.6g before Forward and is %.6g after it", array, text,
                          gck_peek(diff ? before->diff[kind][i] : before->data[kind][i],
                                   blob->real_size, first),
                          gck_peek(diff ? blob->diff : blob->data, blob->real_size, first));
        contract->check->clause[id].top = kind == GCK_TOPS;
    }
}

void gck_contract_forward_keeps(struct gck_contract *contract)
{
    static const struct { enum gck_blobs kind; bool diff; enum gck_clause_id id; } promise[] = {
        { GCK_BOTTOMS, false, GCK_FORWARD_KEEPS_DATA }, { GCK_WEIGHTS, false, GCK_FORWARD_KEEPS_WEIGHTS },
        { GCK_BOTTOMS, true, GCK_FORWARD_KEEPS_DIFFS }, { GCK_WEIGHTS, true, GCK_FORWARD_KEEPS_DIFFS },
        { GCK_TOPS, true, GCK_FORWARD_KEEPS_DIFFS },
    };
    const size_t promises = sizeof promise / sizeof promise[0];
    struct gck_rig *const rig = contract->rig;
    struct gck_snapshot *const before = &contract->before;
    bool taken = true;

    gck_check_doing(contract->check, "contract", "forward changes nothing but its tops");
    gck_contract_fresh(contract);
    paint(rig, contract->low);
    for (size_t p = 0; p < promises; p++)
        taken = gck_snapshot_take(before, rig, promise[p].kind, promise[p].diff, &contract->clean) && taken;
    if (taken && gck_rig_forward(rig) == GCK_OK) {
        for (size_t p = 0; p < promises; p++)
            compare(contract, before, promise[p].id, promise[p].kind, promise[p].diff);
        gck_clause_kept(contract, GCK_FORWARD_KEEPS_DATA);
        gck_clause_kept(contract, GCK_FORWARD_KEEPS_DIFFS);
        if (rig->setup->weights == 0)
            gck_clause_void(contract, GCK_FORWARD_KEEPS_WEIGHTS, "no learnable weights");
        gck_clause_kept(contract, GCK_FORWARD_KEEPS_WEIGHTS);
    }
    gck_snapshot_restore(&contract->clean, rig);
}

/* Three times on the same data: tops and buffers painted low, painted high, left as they are. */
static void repeats(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    struct gck_snapshot *const once = &contract->before;

    paint(rig, contract->low);
    if (gck_rig_forward(rig) == GCK_OK && gck_snapshot_take(once, rig, GCK_TOPS, false, NULL))
        for (unsigned again = 0; again < 2; again++) {
            if (again == 0)
                paint(rig, contract->high);
            if (gck_rig_forward(rig) != GCK_OK) {
                gck_clause_broken(contract, GCK_FORWARD_REPEATS, "",
                                  "a second Forward on the same data was refused: %s", rig->message);
                break;
            }
            for (unsigned t = 0; t < rig->setup->tops; t++) {
                const struct gck_blob *const top = &rig->top[t];
                char text[GCK_ELEMENT_NAME];
                size_t first;

                if (gck_snapshot_same(once, rig, GCK_TOPS, t, false, &first))
                    continue;
                gck_element_name(rig->layer->top[t].name, &top->shape, first, text);
                gck_clause_broken(contract, GCK_FORWARD_REPEATS, rig->layer->top[t].name,
                                  "%s is %.6g, and %.6g when Forward runs again on the same data%s",
                                  text, gck_peek(once->data[GCK_TOPS][t], top->real_size, first),
                                  gck_peek(top->data, top->real_size, first),
                                  again == 0 ? ", with other old contents in tops and buffers" : "");
            }
        }
    gck_clause_kept(contract, GCK_FORWARD_REPEATS);
}

void gck_contract_forward(struct gck_contract *contract)
{
    gck_check_doing(contract->check, "contract", "forward is repeatable");
    repeats(contract);
    for (unsigned b = 0; b < contract->rig->buffers; b++) /* nobody else writes there */
        gck_blob_forget_diff(&contract->rig->buffer[b]);
    gck_snapshot_restore(&contract->clean, contract->rig);
}
