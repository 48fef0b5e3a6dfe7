/* together_parts.c -- the exams that are made side by side: what each asks, on what it builds, and what is taken over. */
#include "exam/together_parts.h"

#include "core/crew.h"
#include "core/pages.h"
#include "exam/claims.h"
#include "exam/tremble.h"
#include "layer/drawn.h"

#include <string.h>

/* ---- the contract and the noise ---- */

static bool kept(const struct gck_check *check)
{
    bool all = !check->setup.put_back && !check->changes_reach && check->result->contract.answer == GCK_FINE;

    for (unsigned id = 0; id < GCK_CLAUSES; id++)
        all = all && check->clause[id].answer != GCK_WRONG;
    return all;
}

static bool ask_contract(struct gck_together *together)
{
    gck_exam_contract(together->check);
    return kept(together->check);
}

static void take_contract(struct gck_together *together, const struct gck_slot *slot)
{
    struct gck_check *const check = together->check;

    memcpy(check->clause, slot->check.clause, sizeof check->clause);
    check->result->contract = slot->result.contract;
    check->result->clauses = slot->result.clauses;
    memcpy(check->result->clause, slot->result.clause, sizeof check->result->clause);
    for (unsigned c = 0; c < check->claims; c++)
        check->claim[c].unmoved = slot->check.claim[c].unmoved;
}

static bool ask_noise(struct gck_together *together)
{
    gck_check_doing(together->check, "gradient", "the noise of the loss");
    gck_noise_look(together->check);
    return true;
}

static void take_noise(struct gck_together *together, const struct gck_slot *slot)
{
    struct gck_check *const check = together->check;

    check->noise = slot->check.noise;
    check->reference_noise = slot->check.reference_noise;
    check->directions = slot->check.directions;
    check->reference_directions = slot->check.reference_directions;
    check->result->gradient_forwards = (check->twin != NULL ? &slot->check.reference : &slot->check.rig)->forwards;
}

/* ---- what rounding does to the diffs ---- */

static bool make_pass(struct gck_together *together)
{
    char message[GCK_MESSAGE_SIZE];
    const bool passed = gck_claims_diffs(together->check, message) == GCK_OK;

    gck_rig_forget_scratch(&together->check->rig); /* each child makes its own */
    gck_pages_trim(together->check->claim[0].analytic, gck_claims_count(together->check) * sizeof(double)); /* until `allow` */
    return passed;
}

/* A jitter takes somewhat longer than a rounding, so these are half of the turns. */
enum { FIRST_TURNS = 6 };

/* Allowances grow in shared arrays: those of what differences will say are free yet. */
static bool turn(struct gck_together *together, double *widest, unsigned first, unsigned turns)
{
    struct gck_check *const check = together->check;
    char message[GCK_MESSAGE_SIZE];

    gck_check_doing(check, "gradient", "the first Backward");
    gck_shared_ready(widest, gck_claims_count(check) * sizeof *widest);
    for (unsigned c = 0; c < check->claims; widest += check->claim[c++].count)
        check->claim[c].allowance = widest;
    return gck_claims_turn(check, first, turns, message) == GCK_OK;
}

static bool turn_first(struct gck_together *together)
{
    return turn(together, together->check->claim[0].numeric, 0, FIRST_TURNS);
}

static bool turn_second(struct gck_together *together)
{
    return turn(together, together->check->claim[0].bound, FIRST_TURNS, GCK_TURNS - FIRST_TURNS);
}

/* The arrays of those turns are free again. */
void gck_together_clear(struct gck_check *check)
{
    const size_t bytes = gck_claims_count(check) * sizeof(double);

    gck_shared_clear(check->claim[0].numeric, bytes);
    gck_shared_clear(check->claim[0].bound, bytes);
}

/* The arrays of those turns are written and not given back: elements that are judged would have to be given their pages anew. */
static enum gck_status add_turns(struct gck_check *check, char *message)
{
    const size_t all = gck_claims_count(check);
    double *const allowance = check->claim[0].allowance;
    double *const first = check->claim[0].numeric, *const second = check->claim[0].bound;
    enum gck_status status;

    for (size_t i = 0; i < all; i++) {
        allowance[i] = first[i] > second[i] ? first[i] : second[i];
        second[i] = 0;
    }
    status = gck_claims_allow(check, first, message);
    memset(first, 0, all * sizeof *first);
    return status;
}

/* From here on nobody but the contract, which has begun, needs the point that was drawn, nor a copy of it. */
static bool allow(struct gck_together *together)
{
    struct gck_check *const check = together->check;
    char message[GCK_MESSAGE_SIZE];

    if (add_turns(check, message) != GCK_OK)
        return false;
    gck_claims_settle(check);
    for (unsigned c = 0; c < check->claims; c++)
        if (check->claim[c].found && !gck_claim_own(&check->claim[c]))
            return false;
    gck_drawn_keep(&check->setup, false);
    return true;
}

/* ---- the laws ---- */

static bool ask_weight(struct gck_together *together)
{
    gck_exam_weight(together->check);
    return true;
}

static void take_weight(struct gck_together *together, const struct gck_slot *slot)
{
    together->check->weight_law = slot->check.weight_law;
    together->check->result->loss_weight = slot->result.loss_weight;
}

static bool ask_batch(struct gck_together *together)
{
    const struct gck_batch_law *const law = &together->check->batch_law;

    take_noise(together, &together->slot[GCK_NOISE]); /* the parent takes it in its turn */
    gck_exam_batch(together->check);
    if (law->shares != NULL)
        memcpy(together->shares, law->shares, together->check->rig.num * sizeof *law->shares);
    return true;
}

static void take_batch(struct gck_together *together, const struct gck_slot *slot)
{
    struct gck_check *const check = together->check;
    struct gck_result *const result = check->result;
    const size_t bytes = check->rig.num * sizeof *together->shares;

    check->batch_law = slot->check.batch_law;
    if (slot->check.batch_law.shares != NULL) {
        check->batch_law.shares = gck_pages_new(bytes);
        if (check->batch_law.shares == NULL)
            check->batch_law.slices = false;
        else
            memcpy(check->batch_law.shares, together->shares, bytes);
    }
    if (slot->check.by_position) {
        check->by_position = gck_positions_open(&check->positions, &check->setup);
        check->position_share = slot->check.position_share;
    }
    result->batch = slot->result.batch;
    result->coupled = slot->result.coupled;
    memcpy(result->factor, slot->result.factor, sizeof result->factor);
}

static bool ask_types(struct gck_together *together)
{
    gck_exam_types(together->check);
    return true;
}

static void take_types(struct gck_together *together, const struct gck_slot *slot)
{
    together->check->types_law = slot->check.types_law;
}

/* ---- all of them ---- */

#define DIFFS GCK_AFTER(GCK_DIFFS)
#define TURNS (GCK_AFTER(GCK_TURN_FIRST) | GCK_AFTER(GCK_TURN_SECOND))
#define ALLOWED GCK_AFTER(GCK_ALLOW)

const struct gck_part gck_part[GCK_PARTS] = {
    [GCK_NOISE] = { ask_noise, take_noise, 0, false },
    [GCK_DIFFS] = { make_pass, NULL, 0, true },
    [GCK_TURN_FIRST] = { turn_first, NULL, DIFFS, false },
    [GCK_TURN_SECOND] = { turn_second, NULL, DIFFS, false },
    [GCK_CONTRACT] = { ask_contract, take_contract, DIFFS, false },
    [GCK_ALLOW] = { allow, NULL, GCK_AFTER(GCK_NOISE) | TURNS, true },
    [GCK_BATCH] = { ask_batch, take_batch, ALLOWED, false },
    [GCK_WEIGHT] = { ask_weight, take_weight, ALLOWED, false },
    [GCK_TYPES] = { ask_types, take_types, ALLOWED, false },
};

bool gck_part_wanted(const struct gck_check *check, unsigned part)
{
    return part != GCK_TYPES || check->twin != NULL;
}
