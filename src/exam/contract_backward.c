/* contract_backward.c -- what Backward may change, and that it sets exactly what it was asked for. */
#include "exam/contract.h"

#include "core/blob.h"
#include "core/pages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bottom i's diffs are those of the clean pass; else the clause is broken. */
static bool as_clean(struct gck_contract *contract, enum gck_clause_id id, const char *when)
{
    struct gck_rig *const rig = contract->rig;
    bool same = true;

    for (unsigned kind = GCK_BOTTOMS; kind <= GCK_WEIGHTS; kind++)
        for (unsigned i = 0; kind != GCK_TOPS && i < gck_blobs_count(rig, kind); i++) {
            const struct gck_blob *const blob = gck_blobs_at(rig, kind, i);
            const char *const name = gck_blobs_name(rig, kind, i);
            char text[GCK_ELEMENT_NAME];
            size_t first;

            if ((kind == GCK_BOTTOMS && !rig->propagate_down[i])
                || gck_snapshot_same(&contract->clean, rig, kind, i, true, &first))
                continue;
            same = false;
            gck_element_name(name, &blob->shape, first, text);
            gck_clause_broken(contract, id, name, "the diff of %s is %.6g, and %.6g %s", text,
                              gck_peek(contract->clean.diff[kind][i], blob->real_size, first),
                              gck_peek(blob->diff, blob->real_size, first), when);
        }
    return same;
}

/* Between Forward and the end of Backward. */
void gck_contract_backward_keeps(struct gck_contract *contract)
{
    static const struct { enum gck_blobs kind; bool diff; enum gck_clause_id id; } promise[] = {
        { GCK_BOTTOMS, false, GCK_BACKWARD_KEEPS_DATA },
        { GCK_WEIGHTS, false, GCK_BACKWARD_KEEPS_DATA },
        { GCK_TOPS, false, GCK_BACKWARD_KEEPS_DATA },
        { GCK_TOPS, true, GCK_BACKWARD_KEEPS_TOP_DIFF },
    };
    struct gck_rig *const rig = contract->rig;
    struct gck_snapshot *const before = &contract->before;
    const size_t promises = sizeof promise / sizeof promise[0];
    bool taken;

    gck_check_doing(contract->check, "contract", "backward changes nothing but its diffs");
    gck_contract_fresh(contract);
    gck_paint(rig, contract->low);
    taken = gck_rig_forward(rig) == GCK_OK;
    for (size_t p = 0; p < promises && taken; p++)
        taken = gck_snapshot_take(before, rig, promise[p].kind, promise[p].diff, &contract->clean);
    if (taken && gck_rig_backward(rig) == GCK_OK)
        for (size_t p = 0; p < promises; p++) {
            for (unsigned i = 0; i < gck_blobs_count(rig, promise[p].kind); i++) {
                const struct gck_blob *const blob = gck_blobs_at(rig, promise[p].kind, i);
                const char *const name = gck_blobs_name(rig, promise[p].kind, i);
                char text[GCK_ELEMENT_NAME];
                size_t first;

                if (gck_snapshot_same(before, rig, promise[p].kind, i, promise[p].diff, &first))
                    continue;
                gck_element_name(name, &blob->shape, first, text);
                gck_clause_broken(contract, promise[p].id, name,
                                  "the %s of %s was %.6g before Backward and is %.6g after it",
                                  promise[p].diff ? "diff" : "data", text,
                                  gck_peek(promise[p].diff ? before->diff[promise[p].kind][i]
                                                           : before->data[promise[p].kind][i],
                                           blob->real_size, first),
                                  gck_peek(promise[p].diff ? blob->diff : blob->data,
                                           blob->real_size, first));
                contract->check->clause[promise[p].id].top = promise[p].kind == GCK_TOPS;
            }
            gck_clause_kept(contract, promise[p].id);
        }
    gck_snapshot_restore(&contract->clean, rig);
}

static void repeats(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;

    if (gck_pass(rig, contract->low) != GCK_OK)
        return;
    gck_paint(rig, contract->low);
    if (gck_rig_backward(rig) != GCK_OK)
        gck_clause_broken(contract, GCK_BACKWARD_REPEATS, "", "a second Backward was refused: %s",
                          rig->message);
    else
        as_clean(contract, GCK_BACKWARD_REPEATS, "when Backward runs again without a Forward between");
    gck_clause_kept(contract, GCK_BACKWARD_REPEATS);
}

/* Which diffs of bottom i still hold the paint, into its claim. */
static void note_unwritten(struct gck_contract *contract, unsigned i)
{
    const struct gck_blob *const blob = &contract->rig->bottom[i];
    struct gck_check *const check = contract->check;

    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];

        if (claim->weight || claim->index != i || (claim->unwritten = gck_pages_new(claim->count)) == NULL)
            continue;
        for (size_t k = 0; k < claim->count; k++)
            claim->unwritten[k] = gck_peek(blob->diff, blob->real_size, k) == contract->high
                                  && gck_peek(contract->clean.diff[GCK_BOTTOMS][i], blob->real_size, k) == contract->low;
    }
}

static bool tops_as_clean(const struct gck_contract *contract)
{
    size_t first;

    for (unsigned t = 0; t < gck_blobs_count(contract->rig, GCK_TOPS); t++)
        if (!gck_snapshot_same(&contract->clean, contract->rig, GCK_TOPS, t, false, &first))
            return false;
    return true;
}

/* Asked between the two passes of sets_and_writes; the second one's results are there again afterwards. */
static bool settles(struct gck_contract *contract)
{
    const bool settled = gck_clause_is(contract, GCK_FORWARD_REPEATS, GCK_WRONG) || gck_contract_settled(contract);

    return gck_pass(contract->rig, contract->high) != GCK_OK || settled;
}

/* The clean pass began with every diff at `low`, this one begins at `high`: what differs was read. */
static void sets_and_writes(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    const double shift = contract->high - contract->low;
    struct gck_clause_evidence *const sets = &contract->check->clause[GCK_BACKWARD_SETS];

    if (gck_pass(rig, contract->high) != GCK_OK)
        return;
    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        const struct gck_blob *const blob = &rig->bottom[i];
        const char *const name = rig->setup->bottom[i].name;
        size_t unwritten = 0, last = 0, read = 0, added = 0, example = 0;
        char text[GCK_ELEMENT_NAME], end[GCK_ELEMENT_NAME];

        for (size_t k = 0; rig->propagate_down[i] && k < blob->count; k++) {
            const double one = gck_peek(contract->clean.diff[GCK_BOTTOMS][i], blob->real_size, k);
            const double two = gck_peek(blob->diff, blob->real_size, k);

            if (one == contract->low && two == contract->high) {
                example = unwritten == 0 && read == 0 ? k : example;
                unwritten++;
                last = k;
            } else if (one != two && !(isnan(one) && isnan(two))) {
                example = read == 0 ? k : example;
                read++;
                added += fabs(two - one - shift) <= 0.01 * fabs(shift);
            }
        }
        if (added < read && !settles(contract)) {
            gck_clause_broken(contract, GCK_NO_OLD_DATA, name, "the diff of %s is another one whenever both passes run again",
                              gck_element_name(name, &blob->shape, example, text));
            contract->check->clause[GCK_NO_OLD_DATA].lasts = true;
            break;
        } else if (read > 0) {
            sets->read = sets->read || added < read;
            sets->in_forward = sets->in_forward || (added < read && !tops_as_clean(contract));
            gck_clause_broken(contract, GCK_BACKWARD_SETS, name,
                              "the diff of %s depends on what it held before%s: %zu of %zu elements do",
                              gck_element_name(name, &blob->shape, example, text),
                              added == read      ? ", the new value is added to the old"
                              : sets->in_forward ? ", and so does the result of Forward: it reads diffs, or memory outside its blobs"
                                                 : ", and is no sum of the two: the old one is read as if it were data",
                              read, blob->count);
        } else if (unwritten > 0) {
            note_unwritten(contract, i);
            gck_element_name(name, &blob->shape, example, text);
            gck_element_name(name, &blob->shape, last, end);
            if (unwritten == blob->count)
                gck_clause_broken(contract, GCK_BACKWARD_WRITES, name,
                                  "no element of the diff of %s is ever written", name);
            else
                gck_clause_broken(contract, GCK_BACKWARD_WRITES, name,
                                  "%zu of %zu elements of the diff of %s are never written: %s%s%s",
                                  unwritten, blob->count, name, text, unwritten > 1 ? " to " : "",
                                  unwritten > 1 ? end : "");
        }
    }
    gck_clause_kept(contract, GCK_BACKWARD_SETS);
    gck_clause_kept(contract, GCK_BACKWARD_WRITES);
}

/* What bottom i's diff holds after a pass, though nobody asked for it, where Forward had left `left`. */
static void judge_unasked(struct gck_contract *contract, unsigned i, const double *left)
{
    const struct gck_blob *const blob = &contract->rig->bottom[i];
    const char *const name = contract->rig->setup->bottom[i].name;
    size_t touched = 0, example = 0;
    char text[GCK_ELEMENT_NAME];

    for (size_t k = 0; k < blob->count; k++) {
        const double now = gck_peek(blob->diff, blob->real_size, k);

        if (now != contract->low) {
            example = touched == 0 ? k : example;
            touched++;
        }
        if (now != left[k])
            contract->check->clause[GCK_BACKWARD_ASKED].touched = true;
    }
    if (touched > 0)
        gck_clause_broken(contract, GCK_BACKWARD_ASKED, name,
                          "propagate_down of %s is false, yet its diff was written (%zu of %zu elements, %s first)", name,
                          touched, blob->count, gck_element_name(name, &blob->shape, example, text));
}

/* A pass that remembers what Forward leaves in the diffs that nobody asks for. */
static enum gck_status pass_unasked(struct gck_contract *contract, double **left)
{
    struct gck_rig *const rig = contract->rig;
    enum gck_status status;

    gck_paint(rig, contract->low);
    status = gck_rig_forward(rig);
    for (unsigned i = 0; i < rig->setup->bottoms && status == GCK_OK; i++) {
        const struct gck_blob *const blob = &rig->bottom[i];

        left[i] = rig->propagate_down[i] ? NULL : gck_pages_new(blob->count * sizeof **left);
        if (left[i] != NULL)
            gck_peek_all(blob->diff, blob->real_size, blob->count, left[i]);
    }
    return status == GCK_OK ? gck_rig_backward(rig) : status;
}

/* One bottom at a time is not asked for; constants never are. */
static void only_asked(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    bool asked[GCK_MAX_PORTS];

    memcpy(asked, rig->propagate_down, sizeof asked);
    for (unsigned out = 0; out <= rig->setup->bottoms; out++) { /* the last time all are asked for */
        double *left[GCK_MAX_PORTS] = { NULL };

        if (out < rig->setup->bottoms)
            rig->propagate_down[out] = false;
        if (pass_unasked(contract, left) == GCK_OK) {
            for (unsigned i = 0; i < rig->setup->bottoms; i++)
                if (left[i] != NULL)
                    judge_unasked(contract, i, left[i]);
            as_clean(contract, GCK_BACKWARD_ASKED, "when another bottom's diff is not asked for");
        } else {
            gck_clause_broken(contract, GCK_BACKWARD_ASKED, "",
                              "refused with propagate_down false for %s: %s",
                              out < rig->setup->bottoms ? rig->setup->bottom[out].name : "none",
                              rig->message);
        }
        for (unsigned i = 0; i < rig->setup->bottoms; i++)
            gck_pages_free(left[i]);
        memcpy(rig->propagate_down, asked, sizeof asked);
    }
    gck_clause_kept(contract, GCK_BACKWARD_ASKED);
}

static void no_scratch(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;

    if (gck_clause_is(contract, GCK_BACKWARD_SETS, GCK_WRONG)
        || gck_clause_is(contract, GCK_BACKWARD_WRITES, GCK_WRONG)) {
        gck_clause_void(contract, GCK_NO_SCRATCH, "the diffs are not set in the first place");
        return;
    }
    gck_paint(rig, contract->low);
    if (gck_rig_forward(rig) != GCK_OK)
        return;
    gck_paint(rig, contract->high);
    if (gck_rig_backward(rig) != GCK_OK)
        return;
    as_clean(contract, GCK_NO_SCRATCH, "when the bottom diffs are overwritten between Forward and Backward");
    gck_clause_kept(contract, GCK_NO_SCRATCH);
}

/* The weights' diffs begin at some value v: v + diff is adding, diff alone is setting. */
static void adds_to_weights(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;

    if (rig->setup->weights == 0) {
        gck_clause_void(contract, GCK_WEIGHTS_ADDED, "no learnable weights");
        return;
    }
    gck_paint(rig, contract->low);
    for (unsigned i = 0; i < rig->setup->weights; i++) {
        const struct gck_blob *const blob = &rig->weight[i];
        double size = 0;

        for (size_t k = 0; k < blob->count; k++)
            size = fmax(size, fabs(gck_peek(contract->clean.diff[GCK_WEIGHTS][i], blob->real_size, k)));
        gck_poke_each(blob->diff, blob->real_size, blob->count, size > 0 ? 4 * size : 4);
    }
    if (gck_rig_forward(rig) != GCK_OK || gck_rig_backward(rig) != GCK_OK)
        return;
    for (unsigned i = 0; i < rig->setup->weights; i++) {
        const struct gck_blob *const blob = &rig->weight[i];
        double size = 0;

        for (size_t k = 0; k < blob->count; k++)
            size = fmax(size, fabs(gck_peek(contract->clean.diff[GCK_WEIGHTS][i], blob->real_size, k)));
        for (size_t k = 0; k < blob->count; k++) {
            const double start = size > 0 ? 4 * size : 4;
            const double alone = gck_peek(contract->clean.diff[GCK_WEIGHTS][i], blob->real_size, k);
            const double now = gck_peek(blob->diff, blob->real_size, k);
            char text[GCK_ELEMENT_NAME];

            if (!(fabs(now - start - alone) > 0.25 * start))
                continue;
            gck_clause_broken(contract, GCK_WEIGHTS_ADDED, rig->setup->weight[i].name,
                              "the diff of %s held %.6g, its gradient is %.6g, and after Backward it "
                              "holds %.6g",
                              gck_element_name(rig->setup->weight[i].name, &blob->shape, k, text), start,
                              alone, now);
        }
    }
    gck_clause_kept(contract, GCK_WEIGHTS_ADDED);
}

struct question {
    const char *what;
    void (*ask)(struct gck_contract *);
};

static void ask_all(struct gck_contract *contract, const struct question *question, size_t questions)
{
    for (size_t q = 0; q < questions; q++) {
        gck_check_doing(contract->check, "contract", question[q].what);
        question[q].ask(contract);
        gck_snapshot_restore(&contract->clean, contract->rig);
    }
}

void gck_contract_backward(struct gck_contract *contract)
{
    static const struct question question[] = {
        { "backward sets every diff", sets_and_writes },
        { "backward is repeatable", repeats },
    };

    ask_all(contract, question, sizeof question / sizeof question[0]);
}

void gck_contract_asked(struct gck_contract *contract)
{
    static const struct question question[] = {
        { "backward touches no diff that nobody asked for", only_asked },
        { "nothing lives in a bottom diff between the passes", no_scratch },
        { "weight diffs are added to", adds_to_weights },
    };

    ask_all(contract, question, sizeof question / sizeof question[0]);
}
