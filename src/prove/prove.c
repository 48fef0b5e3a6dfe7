/* prove.c -- puts mistakes into a layer that is right, one at a time, and demands that the exams find each.
 *
 * What has to be found is not taken from a list: a fault is run at the examined point, and what it changes is held against the
 * bounds that the right layer's own examination has reached there. */
#include "core/clock.h"
#include "core/text.h"
#include "diagnosis/diagnose.h"
#include "prove/prove.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)GCK_FAULTS <= (int)GCK_MAX_FAULTS, "a result has no room for every fault");

/* ---- what the exams made of it ---- */

static unsigned exams_of(const struct gck_result *result)
{
    const struct { enum gck_answer answer; unsigned bit; } exam[] = {
        { result->contract.answer, GCK_BY_CONTRACT },
        { result->loss_weight.answer, GCK_BY_LOSS_WEIGHT },
        { result->batch.answer, GCK_BY_BATCH },
        { result->gradient.answer, GCK_BY_GRADIENT },
    };
    size_t disagree = 0, alone = 0;
    unsigned bits = 0;

    for (size_t i = 0; i < sizeof exam / sizeof exam[0]; i++)
        bits |= exam[i].answer == GCK_WRONG ? exam[i].bit : 0;
    for (unsigned p = 0; p < result->ports; p++)
        disagree += result->port[p].disagree;
    for (unsigned p = 0; p < result->exacts; p++)
        alone += result->exact_port[p].alone;
    if (alone > 0 && alone == disagree) /* differences saw none of them */
        bits = (bits & ~(unsigned)GCK_BY_GRADIENT) | GCK_BY_EXACT;
    return bits;
}

/* Every code once. */
static void note_codes(const struct gck_result *result, struct gck_injected *injected)
{
    for (unsigned i = 0; i < result->findings; i++) {
        bool known = result->finding[i].severity != GCK_SEVERE;

        for (unsigned k = 0; k < injected->codes; k++)
            known = known || injected->code[k] == result->finding[i].code;
        if (!known && injected->codes < GCK_MAX_CODES)
            injected->code[injected->codes++] = result->finding[i].code;
    }
}

/* ---- why it cannot show ---- */

static void hide(struct gck_injected *injected, enum gck_fate fate, unsigned code, const char *why)
{
    injected->fate = fate;
    injected->why_code = code;
    GCK_COPY(injected->why, why);
}

static void say_void(enum gck_fault fault, struct gck_injected *injected)
{
    hide(injected, GCK_VOID, 0,
         fault == GCK_FAULT_NUM          ? "the loss is no mean over num"
         : fault == GCK_FAULT_CHANNELS   ? "there is no C"
         : fault == GCK_FAULT_WEIGHT_SET ? "no learnable weights"
         : fault == GCK_FAULT_ADDED || fault == GCK_FAULT_UNASKED ? "no bottom takes a gradient"
                                                                   : "no batch axis");
}

static bool moves(const struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++)
        if (check->claim[c].typical > 0)
            return true;
    return false;
}

/* Are all top diffs whole numbers, at every weight that was tried? */
static bool whole_weights(const struct gck_check *check)
{
    for (unsigned k = 0; k <= check->options->weights; k++) {
        const double weight = k < check->options->weights ? check->options->weight[k] : check->weight;

        for (unsigned t = 0; t < check->setup.tops; t++)
            for (size_t i = 0; i < check->rig.top[t].count; i++)
                if (weight * check->rig.coefficient[t][i] != trunc(weight * check->rig.coefficient[t][i]))
                    return false;
    }
    return true;
}

/* Of a claim that is one row per sample: is the row 0 (other: no sample), or the same as the other sample's? */
static bool row_is(const struct gck_claim *claim, size_t num, size_t r, size_t other)
{
    const size_t row = claim->count / num;

    for (size_t k = 0; k < row; k++)
        if (claim->analytic[r * row + k] != (other < num ? claim->analytic[other * row + k] : 0))
            return false;
    return true;
}

/* Does the last sample have no gradient (reversed: does each sample have that of its mirror image)? */
static bool rows_are(const struct gck_check *check, bool reversed)
{
    const size_t num = check->rig.num;

    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        if (claim->weight || !check->setup.bottom[claim->index].batched)
            continue;
        for (size_t r = reversed ? 0 : num - 1; r < num; r++)
            if (!row_is(claim, num, r, reversed ? num - 1 - r : num))
                return false;
    }
    return true;
}

/* Nothing changed, and the diffs are not 0: only where a reason is seen to hold is that no fault of the exams. */
static void say_unchanged(const struct gck_faulty *faulty, const struct gck_check *check, const struct gck_sight *sight,
                          struct gck_injected *injected)
{
    const struct gck_layout *const places = &faulty->places;

    switch (faulty->fault) {
    case GCK_FAULT_WEIGHT_IGNORED:
    case GCK_FAULT_WEIGHT_CUT:
        if (whole_weights(check)) {
            hide(injected, GCK_HIDDEN, 402, "only whole weights were tried");
            return;
        }
        break;
    case GCK_FAULT_CHANNELS:
        if (check->setup.bottom[places->channels_bottom].shape.dim[places->channels_axis] == 1) {
            hide(injected, GCK_HIDDEN, 403, "C = 1");
            return;
        }
        break;
    case GCK_FAULT_NUM:
    case GCK_FAULT_REVERSED:
        if (check->rig.num == 1) {
            hide(injected, GCK_HIDDEN, 403, "num = 1");
            return;
        }
        if (faulty->fault == GCK_FAULT_REVERSED && rows_are(check, true)) {
            hide(injected, GCK_HIDDEN, 0, "every sample's are the same");
            return;
        }
        break;
    case GCK_FAULT_LAST:
        if (rows_are(check, false)) {
            hide(injected, GCK_HIDDEN, 405, "the last sample has none anyhow");
            return;
        }
        break;
    case GCK_FAULT_STALE:
        if (!sight->others) {
            hide(injected, GCK_HIDDEN, 0, "other data have the same diffs");
            return;
        }
        break;
    default:
        break;
    }
    hide(injected, GCK_MISSED, 0, "it has to change a diff, and does not");
}

static void say_hidden(const struct gck_faulty *faulty, const struct gck_check *check, const struct gck_sight *sight,
                       struct gck_injected *injected)
{
    if (!moves(check))
        hide(injected, GCK_HIDDEN, gck_finding_has(check->result, 405) ? 405 : 401,
             gck_finding_has(check->result, 405) ? "no sample is active" : "every diff is 0 anyhow");
    else if (sight->anywhere == 0)
        say_unchanged(faulty, check, sight, injected);
    else if (sight->examined == 0)
        hide(injected, GCK_HIDDEN, 406, "--only leaves out what it changes");
    else
        hide(injected, GCK_HIDDEN, 0, "too small a change to be told here");
}

/* ---- one fault ---- */

/* The whole examination of the faulty layer. */
static enum gck_status examine(const struct gck_check *check, const struct gck_faulty *faulty, struct gck_result *result)
{
    struct gck_options options = *check->options;
    enum gck_status status;

    options.exact = check->exact; /* by its name the wrapped layer would not be found */
    status = gck_examine(&faulty->layer, check->twin, &options, result);
    check->result->forwards += result->forwards;
    check->result->backwards += result->backwards;
    check->result->exact_forwards += result->exact_forwards;
    return status;
}

static void judge(const struct gck_faulty *faulty, const struct gck_check *check, const struct gck_sight *sight,
                  const struct gck_result *result, struct gck_injected *injected)
{
    injected->exams = exams_of(result);
    if (injected->exams == 0 && result->verdict == GCK_FAIL) /* NaN is seen in every diff, whatever --only says */
        injected->exams = GCK_BY_GRADIENT;
    note_codes(result, injected);
    injected->named = injected->codes == 1 && injected->code[0] == injected->planned;
    if (result->verdict == GCK_FAIL)
        injected->fate = GCK_CAUGHT;
    else if (result->verdict == GCK_ERROR)
        hide(injected, GCK_HIDDEN, 0, result->why);
    else if (gck_sight_sure(sight))
        hide(injected, GCK_MISSED, 0,
             sight->contract         ? "the contract forbids it, and no clause was broken"
             : sight->examined > 2   ? "it changes a diff by more than twice its bound, and no exam saw it"
             : sight->weight         ? "the diffs are no multiples of the weight, and no exam saw it"
                                     : "with every sample twice the diffs do not add up, and no exam saw it");
    else
        say_hidden(faulty, check, sight, injected);
}

enum gck_status gck_inject(struct gck_check *check, enum gck_fault fault, const struct gck_layout *places,
                           struct gck_result *scratch, char *message)
{
    struct gck_injected *const injected = &check->result->fault[check->result->faults++];
    struct gck_faulty faulty;
    struct gck_sight sight;
    enum gck_status status;

    memset(injected, 0, sizeof *injected);
    GCK_COPY(injected->name, gck_fault_name(fault));
    GCK_COPY(injected->title, gck_fault_title(fault));
    injected->planned = gck_fault_code(fault);
    gck_check_doing(check, "prove", injected->title);
    gck_faulty_open(&faulty, check->layer, fault, places);
    status = gck_sight_take(&sight, &faulty, check, message);
    gck_faulty_close(&faulty);
    if (status != GCK_OK || !sight.applies) {
        say_void(fault, injected);
        return status;
    }
    gck_faulty_open(&faulty, check->layer, fault, places); /* what it keeps is forgotten */
    examine(check, &faulty, scratch);
    gck_faulty_close(&faulty);
    judge(&faulty, check, &sight, scratch, injected);
    return GCK_OK;
}

/* ---- all of them ---- */

static unsigned with_fate(const struct gck_result *result, enum gck_fate fate)
{
    unsigned count = 0;

    for (unsigned i = 0; i < result->faults; i++)
        count += result->fault[i].fate == fate;
    return count;
}

static void conclude(const struct gck_check *check, struct gck_result *result)
{
    const unsigned missed = with_fate(result, GCK_MISSED), caught = with_fate(result, GCK_CAUGHT);

    result->why[0] = '\0';
    if (missed > 0) {
        result->verdict = GCK_FAIL;
        snprintf(result->why, sizeof result->why, "%u of %u mistakes that had to be found were missed", missed,
                 missed + caught);
    } else if (caught == 0 || !moves(check)) {
        result->verdict = GCK_INCONCLUSIVE;
        GCK_COPY(result->why, "every diff is 0 here, so wrong values cannot show");
    } else {
        result->verdict = GCK_PASS;
    }
}

static enum gck_status inject_all(struct gck_check *check, char *message)
{
    struct gck_result *const scratch = calloc(1, sizeof *scratch);
    struct gck_layout places;
    enum gck_status status = GCK_OK;

    if (scratch == NULL)
        return gck_say(message, GCK_EMEMORY, "no memory for a second result");
    gck_layout_find(&places, check);
    for (unsigned fault = 0; fault < GCK_FAULTS && status == GCK_OK; fault++)
        status = gck_inject(check, (enum gck_fault)fault, &places, scratch, message);
    free(scratch);
    return status;
}

enum gck_status gck_prove(const struct gck_layer *layer, const struct gck_layer *twin, const struct gck_options *options,
                          struct gck_result *result)
{
    struct gck_check *const check = calloc(1, sizeof *check);
    const double start = gck_now();
    char message[GCK_MESSAGE_SIZE] = "";
    enum gck_status status = gck_examine_open(check, layer, twin, options, result);

    result->proof = true;
    if (status == GCK_OK && result->verdict == GCK_FAIL) {
        GCK_COPY(result->why, "it is wrong already: mistakes in it would prove nothing, none was injected");
    } else if (status == GCK_OK) {
        status = inject_all(check, message);
        if (status == GCK_OK) {
            conclude(check, result);
        } else {
            result->verdict = GCK_ERROR;
            result->status = status;
            GCK_COPY(result->why, message);
        }
    }
    if (check != NULL)
        gck_check_close(check);
    free(check);
    result->seconds = gck_now() - start;
    return status;
}
