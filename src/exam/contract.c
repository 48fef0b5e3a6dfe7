/* contract.c -- the contract exam: what a layer promises besides right numbers. No differentiation. */
#include "exam/contract.h"

#include "core/blob.h"
#include "core/text.h"
#include "layer/drawn.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *gck_clause_sentence(enum gck_clause_id id)
{
    static const char *const sentence[] = {
#define SENTENCE(name, words) words,
        GCK_CLAUSE_LIST(SENTENCE)
#undef SENTENCE
    };

    return sentence[id];
}

void gck_clause_kept(struct gck_contract *contract, enum gck_clause_id id)
{
    struct gck_clause_evidence *const clause = &contract->check->clause[id];

    if (clause->answer == GCK_NOT_ASKED)
        clause->answer = GCK_FINE;
}

void gck_clause_broken(struct gck_contract *contract, enum gck_clause_id id, const char *port,
                       const char *format, ...)
{
    struct gck_clause_evidence *const clause = &contract->check->clause[id];
    va_list arguments;

    if (clause->answer == GCK_WRONG)
        return; /* the first one tells most */
    clause->answer = GCK_WRONG;
    GCK_COPY(clause->port, port);
    va_start(arguments, format);
    vsnprintf(clause->why, sizeof clause->why, format, arguments);
    va_end(arguments);
    if (contract->samples > 0)
        gck_append(clause->why, sizeof clause->why, " (with the first %zu samples)", contract->samples);
}

void gck_clause_void(struct gck_contract *contract, enum gck_clause_id id, const char *format, ...)
{
    struct gck_clause_evidence *const clause = &contract->check->clause[id];
    va_list arguments;

    if (clause->answer != GCK_NOT_ASKED)
        return;
    clause->answer = GCK_NOT_APPLICABLE;
    va_start(arguments, format);
    vsnprintf(clause->why, sizeof clause->why, format, arguments);
    va_end(arguments);
}

bool gck_clause_is(const struct gck_contract *contract, enum gck_clause_id id, enum gck_answer answer)
{
    return contract->check->clause[id].answer == answer;
}

char *gck_element_name(const char *port, const struct gck_shape *shape, size_t flat, char *text)
{
    size_t index[GCK_MAX_AXES];

    text[0] = '\0';
    gck_append(text, GCK_ELEMENT_NAME, "%s", port);
    gck_shape_index(shape, flat, index);
    for (unsigned axis = 0; axis < shape->axes; axis++)
        gck_append(text, GCK_ELEMENT_NAME, "%s%zu%s", axis == 0 ? "[" : ",", index[axis],
                   axis + 1 == shape->axes ? "]" : "");
    return text;
}

void gck_paint(struct gck_rig *rig, double value)
{
    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        gck_poke_each(rig->bottom[i].diff, rig->bottom[i].real_size, rig->bottom[i].count, value);
    for (unsigned i = 0; i < rig->setup->weights; i++)
        gck_poke_each(rig->weight[i].diff, rig->weight[i].real_size, rig->weight[i].count, 0);
}

enum gck_status gck_pass(struct gck_rig *rig, double value)
{
    enum gck_status status;

    gck_paint(rig, value);
    status = gck_rig_forward(rig);
    return status != GCK_OK ? status : gck_rig_backward(rig);
}

bool gck_contract_settled(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    size_t first;

    if (gck_pass(rig, contract->low) != GCK_OK)
        return true;
    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        if (rig->propagate_down[i] && !gck_snapshot_same(&contract->clean, rig, GCK_BOTTOMS, i, true, &first))
            return false;
    return true;
}

void gck_contract_fresh(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;

    if (contract->pristine) {
        gck_snapshot_restore_inputs(&contract->clean, rig);
    } else {
        gck_rig_fill(rig, 0, rig->rounded);
        contract->pristine = gck_snapshot_same_inputs(&contract->clean, rig);
    }
    gck_rig_weigh(rig, contract->check->weight);
}

/* Paints have to show: of the size of the largest diff, so that nothing is absorbed in rounding. */
static bool choose_paints(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    double size = 0;

    if (gck_pass(rig, 0) != GCK_OK)
        return false;
    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        for (size_t k = 0; k < rig->bottom[i].count; k++) {
            const double diff = fabs(gck_peek(rig->bottom[i].diff, rig->bottom[i].real_size, k));

            if (diff > size && diff < 1e30)
                size = diff;
        }
    contract->low = size > 1e-30 ? 3.25 * size : 3.25;
    contract->high = -1.75 * contract->low;
    /* as the type stores them */
    gck_poke(rig->top[0].data, rig->top[0].real_size, 0, contract->low);
    contract->low = gck_peek(rig->top[0].data, rig->top[0].real_size, 0);
    gck_poke(rig->top[0].data, rig->top[0].real_size, 0, contract->high);
    contract->high = gck_peek(rig->top[0].data, rig->top[0].real_size, 0);
    return gck_pass(rig, contract->low) == GCK_OK
           && gck_snapshot_take_all(&contract->clean, rig, &contract->known);
}

/* Buffers hold other old contents now: where Backward comes to other results, it reads what Forward did not write. Then
 * the results are taken as they are from here on, so that the other clauses ask about their own matters. */
static void clean_again(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    size_t first;

    if (gck_clause_is(contract, GCK_FORWARD_REPEATS, GCK_WRONG) || gck_pass(rig, contract->low) != GCK_OK)
        return;
    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        char text[GCK_ELEMENT_NAME];

        if (rig->propagate_down[i]
            && !gck_snapshot_same(&contract->clean, rig, GCK_BOTTOMS, i, true, &first)) {
            gck_clause_broken(contract, GCK_NO_OLD_DATA, rig->setup->bottom[i].name,
                              "the diff of %s changes with what the buffers held before Forward: Backward reads "
                              "what Forward did not write",
                              gck_element_name(rig->setup->bottom[i].name, &rig->bottom[i].shape, first, text));
        }
    }
    if (gck_clause_is(contract, GCK_NO_OLD_DATA, GCK_WRONG)) {
        gck_snapshot_free(&contract->clean);
        contract->pristine = false;
        gck_snapshot_take_all(&contract->clean, rig, &contract->known);
        contract->check->clause[GCK_NO_OLD_DATA].lasts = !gck_contract_settled(contract);
    }
}

/* Does Backward come to other diffs where it finds the host's own numbers and not what Forward made of them? */
static bool changes_reach(struct gck_contract *contract)
{
    struct gck_rig *const rig = contract->rig;
    bool same;
    size_t first;

    gck_paint(rig, contract->low);
    same = gck_rig_forward(rig) == GCK_OK;
    gck_put_back_forget(rig);
    same = same && gck_rig_backward(rig) == GCK_OK;
    for (unsigned kind = GCK_BOTTOMS; kind <= GCK_WEIGHTS; kind++)
        for (unsigned i = 0; kind != GCK_TOPS && i < gck_blobs_count(rig, kind); i++)
            same = same && gck_snapshot_same(&contract->clean, rig, kind, i, true, &first);
    return !same;
}

/* Does it change what it only may read? Then its passes begin with fresh numbers from here on. */
static void put_back(struct gck_contract *contract)
{
    struct gck_check *const check = contract->check;

    check->setup.put_back = gck_clause_is(contract, GCK_FORWARD_KEEPS_DATA, GCK_WRONG)
                            || gck_clause_is(contract, GCK_FORWARD_KEEPS_WEIGHTS, GCK_WRONG)
                            || gck_clause_is(contract, GCK_BACKWARD_KEEPS_DATA, GCK_WRONG)
                            || gck_clause_is(contract, GCK_BACKWARD_KEEPS_TOP_DIFF, GCK_WRONG)
                            || (gck_clause_is(contract, GCK_FORWARD_KEEPS_DIFFS, GCK_WRONG)
                                && check->clause[GCK_FORWARD_KEEPS_DIFFS].top);
    if (!check->setup.put_back)
        return;
    gck_rig_fill(&check->rig, 0, check->rig.rounded);
    gck_rig_weigh(&check->rig, check->weight);
    if (check->twin != NULL)
        gck_rig_fill(&check->reference, 0, check->rig.rounded);
    gck_snapshot_free(&contract->clean);
    contract->pristine = false;
    if (gck_pass(&check->rig, contract->low) == GCK_OK
        && gck_snapshot_take_all(&contract->clean, &check->rig, &contract->known))
        check->changes_reach = changes_reach(contract);
}

static void summarise(struct gck_contract *contract)
{
    struct gck_result *const result = contract->check->result;

    result->contract.answer = GCK_FINE;
    for (unsigned id = 0; id < GCK_CLAUSES; id++) {
        const struct gck_clause_evidence *const evidence = &contract->check->clause[id];
        struct gck_clause *const clause = &result->clause[result->clauses++];

        GCK_COPY(clause->name, gck_clause_sentence(id));
        clause->answer = evidence->answer;
        GCK_COPY(clause->why, evidence->why);
        if (evidence->answer == GCK_WRONG && result->contract.answer != GCK_WRONG) {
            result->contract.answer = GCK_WRONG;
            snprintf(result->contract.why, sizeof result->contract.why, "%s",
                     gck_clause_sentence(id));
        }
    }
}

size_t gck_contract_samples(double numbers, size_t num)
{
    enum { NUMBERS = 1 << 15, LEAST = 16, FEWER = 4, MANY = 1 << 9, PART = 8 };
    const size_t enough = (size_t)(NUMBERS / (numbers / (double)num + 1)) + LEAST;
    const size_t samples = num >= MANY && enough > num / PART ? num / PART : enough;

    return (num >= MANY || numbers >= FEWER * NUMBERS) && samples <= num / FEWER ? samples : 0;
}

static double numbers_of(const struct gck_check *check)
{
    double numbers = 0;

    for (unsigned i = 0; i < check->setup.bottoms; i++)
        numbers += (double)check->rig.bottom[i].count;
    return numbers;
}

/* Its first samples in a rig of their own, as clean as `whole`. False where the layer refuses them. */
static bool open_part(struct gck_contract *part, struct gck_rig *rig, const struct gck_contract *whole)
{
    struct gck_check *const check = whole->check;
    char message[GCK_MESSAGE_SIZE];

    if (gck_rig_open(rig, check->layer, &check->setup, part->samples, message) != GCK_OK
        || gck_rig_fill(rig, 0, check->rig.rounded) != GCK_OK)
        return false;
    gck_rig_weigh(rig, check->weight);
    /* twice, as there: what is kept of the pass before is then of these samples */
    return gck_pass(rig, 0) == GCK_OK && gck_pass(rig, part->low) == GCK_OK
           && gck_snapshot_take_all(&part->clean, rig, NULL);
}

static void ask_some(struct gck_contract *whole, size_t samples)
{
    struct gck_rig rig = { .num = 0 };
    struct gck_contract part = { .check = whole->check, .rig = &rig, .samples = samples, .low = whole->low,
                                 .high = whole->high };
    struct gck_contract *const asked = samples > 0 && open_part(&part, &rig, whole) ? &part : whole;
    char message[GCK_MESSAGE_SIZE];

    gck_contract_asked(asked);
    gck_contract_old_data(asked);
    if (samples == 0)
        gck_contract_guards(whole);
    gck_contract_old_shape(asked);
    gck_contract_refusals(asked);
    whole->rig->forwards += rig.forwards;
    whole->rig->backwards += rig.backwards;
    gck_rig_close(&rig);
    gck_snapshot_free(&part.clean);
    if (samples > 0) /* for a layer that keeps what it was shaped for last */
        gck_rig_renumber(whole->rig, whole->rig->num, message);
}

static void ask(struct gck_contract *contract)
{
    const struct gck_check *const check = contract->check;
    const size_t samples = gck_contract_samples(numbers_of(check), check->rig.num);

    gck_contract_forward_keeps(contract);
    gck_contract_backward_keeps(contract);
    put_back(contract);
    gck_contract_forward(contract);
    gck_snapshot_free(&contract->before); /* memory counts: other rigs come */
    clean_again(contract);
    gck_contract_backward(contract);
    if (samples > 0)
        gck_contract_guards(contract);
    ask_some(contract, samples);
}

/* Where the same as in the clean pass may stand already, of doubles: what ports were filled with, and of claims the point and the
 * first pass's diffs. */
static void find_known(struct gck_contract *contract)
{
    const struct gck_check *const check = contract->check;
    struct gck_snapshot *const known = &contract->known;

    if (check->layer->real_size != sizeof(double))
        return;
    for (unsigned i = 0; i < check->setup.bottoms; i++)
        known->data[GCK_BOTTOMS][i] = gck_drawn_kept(&check->setup, false, i, check->rig.bottom[i].count);
    for (unsigned i = 0; i < check->setup.weights; i++)
        known->data[GCK_WEIGHTS][i] = gck_drawn_kept(&check->setup, true, i, check->rig.weight[i].count);
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        known->diff[claim->weight ? GCK_WEIGHTS : GCK_BOTTOMS][claim->index] = claim->analytic;
    }
}

void gck_exam_contract(struct gck_check *check)
{
    struct gck_contract contract = { .check = check, .rig = &check->rig };

    find_known(&contract);
    gck_rig_weigh(&check->rig, check->weight);
    gck_check_doing(check, "contract", "forward and backward");
    if (!choose_paints(&contract)) {
        check->result->contract.answer = GCK_NOT_APPLICABLE;
        GCK_COPY(check->result->contract.why, "the layer refuses to run: ");
        gck_append(check->result->contract.why, sizeof check->result->contract.why, "%s",
                   check->rig.message);
    } else {
        ask(&contract);
        summarise(&contract);
    }
    gck_contract_fresh(&contract); /* as the next exam expects it */
    gck_snapshot_free(&contract.clean);
}
