/* together.c -- exams that do not depend on each other, side by side in forked children where there is much to do. */
#include "exam/together.h"

#include "core/crew.h"
#include "exam/claims.h"
#include "exam/tremble.h"

#include <stdlib.h>
#include <string.h>

/* Numbers that a Forward passes through, from which on a child is worth its while; and, since each holds a batch of its own, how
 * many there are at once. */
enum { LARGE = 1 << 18, AT_ONCE = 2 };

/* What a child leaves. Of its check and its result plain numbers are taken, no pointers. */
struct slot {
    struct gck_aside aside;
    atomic_bool ended;
    bool good; /* it may be taken over */
    struct gck_check check;
    struct gck_result result;
};

struct together;

/* One exam, or a part of one. */
struct part {
    bool (*ask)(struct together *together); /* in the child */
    void (*take)(struct together *together, const struct slot *slot);
};

struct together {
    struct gck_check *check;
    const struct part *part;
    size_t parts, taken; /* taken: in their order, each when those before it are */
    struct slot *slot;   /* shared: of each part, and one with what was there before */
    struct gck_share *shares; /* shared: of each sample */
    unsigned told_turn;  /* the last thing that the host was told */
    size_t told_part;
};

/* ---- the first exams ---- */

static bool kept(const struct gck_check *check)
{
    bool all = !check->setup.put_back && !check->changes_reach && check->result->contract.answer == GCK_FINE;

    for (unsigned id = 0; id < GCK_CLAUSES; id++)
        all = all && check->clause[id].answer != GCK_WRONG;
    return all;
}

static bool ask_contract(struct together *together)
{
    gck_exam_contract(together->check);
    return kept(together->check);
}

static void take_contract(struct together *together, const struct slot *slot)
{
    struct gck_check *const check = together->check;

    memcpy(check->clause, slot->check.clause, sizeof check->clause);
    check->result->contract = slot->result.contract;
    check->result->clauses = slot->result.clauses;
    memcpy(check->result->clause, slot->result.clause, sizeof check->result->clause);
    for (unsigned c = 0; c < check->claims; c++)
        check->claim[c].unmoved = slot->check.claim[c].unmoved;
}

static bool ask_noise(struct together *together)
{
    gck_check_doing(together->check, "gradient", "the noise of the loss");
    gck_noise_look(together->check);
    return true;
}

static void take_noise(struct together *together, const struct slot *slot)
{
    struct gck_check *const check = together->check;

    check->noise = slot->check.noise;
    check->reference_noise = slot->check.reference_noise;
    check->directions = slot->check.directions;
    check->reference_directions = slot->check.reference_directions;
    check->result->gradient_forwards = (check->twin != NULL ? &slot->check.reference : &slot->check.rig)->forwards;
}

/* Allowances grow in arrays of their own: those of what differences will say are free yet. */
static bool turn(struct together *together, double *widest, unsigned first, unsigned turns)
{
    struct gck_check *const check = together->check;
    char message[GCK_MESSAGE_SIZE];

    gck_check_doing(check, "gradient", "the first Backward");
    for (unsigned c = 0; c < check->claims; widest += check->claim[c++].count)
        check->claim[c].allowance = widest;
    return gck_claims_turn(check, first, turns, message) == GCK_OK;
}

static bool turn_first(struct together *together)
{
    return turn(together, together->check->claim[0].allowance, 0, GCK_JITTERS / 2);
}

static bool turn_second(struct together *together)
{
    return turn(together, together->check->claim[0].numeric, GCK_JITTERS / 2, GCK_JITTERS / 2);
}

static bool turn_third(struct together *together)
{
    return turn(together, together->check->claim[0].bound, GCK_JITTERS, GCK_ROUNDINGS);
}

/* What rounding does is read off the arrays, once all are there. */
static void take_nothing(struct together *together, const struct slot *slot)
{
    (void)together, (void)slot;
}

static size_t count_all(const struct gck_check *check)
{
    size_t all = 0;

    for (unsigned c = 0; c < check->claims; c++)
        all += check->claim[c].count;
    return all;
}

/* The arrays of those turns are free again. */
static void clear_turns(struct gck_check *check)
{
    const size_t bytes = count_all(check) * sizeof(double);

    gck_shared_clear(check->claim[0].numeric, bytes);
    gck_shared_clear(check->claim[0].bound, bytes);
}

static void add_turns(struct gck_check *check)
{
    double *const allowance = check->claim[0].allowance;
    const double *const second = check->claim[0].numeric, *const third = check->claim[0].bound;

    for (size_t i = 0, all = count_all(check); i < all; i++) {
        const double other = second[i] > third[i] ? second[i] : third[i];

        allowance[i] = other > allowance[i] ? other : allowance[i];
    }
}

/* ---- the laws ---- */

static bool ask_weight(struct together *together)
{
    gck_exam_weight(together->check);
    return true;
}

static void take_weight(struct together *together, const struct slot *slot)
{
    together->check->weight_law = slot->check.weight_law;
    together->check->result->loss_weight = slot->result.loss_weight;
}

static bool ask_batch(struct together *together)
{
    const struct gck_batch_law *const law = &together->check->batch_law;

    gck_exam_batch(together->check);
    if (law->shares != NULL)
        memcpy(together->shares, law->shares, together->check->rig.num * sizeof *law->shares);
    return true;
}

static void take_batch(struct together *together, const struct slot *slot)
{
    struct gck_check *const check = together->check;
    struct gck_result *const result = check->result;
    const size_t bytes = check->rig.num * sizeof *together->shares;

    check->batch_law = slot->check.batch_law;
    if (slot->check.batch_law.shares != NULL) {
        check->batch_law.shares = malloc(bytes);
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

static bool ask_types(struct together *together)
{
    gck_exam_types(together->check);
    return true;
}

static void take_types(struct together *together, const struct slot *slot)
{
    together->check->types_law = slot->check.types_law;
}

/* ---- all of them ---- */

static void forget_calls(struct gck_rig *rig)
{
    rig->forwards = rig->backwards = 0;
}

static void work(void *context, size_t number)
{
    struct together *const together = context;
    struct slot *const slot = &together->slot[number];

    together->check->aside = &slot->aside;
    forget_calls(&together->check->rig); /* only this part's are counted */
    forget_calls(&together->check->reference);
    together->check->slice_forwards = 0;
    slot->good = together->part[number].ask(together);
    slot->check = *together->check;
    slot->result = *together->check->result;
    slot->ended = true;
}

static void add_calls(struct gck_rig *rig, const struct gck_rig *part)
{
    rig->forwards += part->forwards;
    rig->backwards += part->backwards;
}

/* In the parent: what is there, and what is being asked, of the first part that is at work. */
static void look(void *context)
{
    struct together *const together = context;
    struct gck_check *const check = together->check;

    for (; together->taken < together->parts && together->slot[together->taken].ended
           && together->slot[together->taken].good;
         together->taken++) {
        const struct slot *const slot = &together->slot[together->taken];

        together->part[together->taken].take(together, slot);
        add_calls(&check->rig, &slot->check.rig);
        add_calls(&check->reference, &slot->check.reference);
        check->slice_forwards += slot->check.slice_forwards;
    }
    for (size_t p = 0; p < together->parts && check->options->progress != NULL; p++) {
        const struct slot *const slot = &together->slot[p];
        const unsigned at = slot->aside.turn;

        if (at == 0 || slot->ended)
            continue;
        if (p != together->told_part || at != together->told_turn)
            check->options->progress(check->options->context, slot->aside.text[at % 2], 0, 0);
        together->told_part = p;
        together->told_turn = at;
        return;
    }
}

static bool run(struct together *together)
{
    const struct gck_options *const options = together->check->options;
    const struct gck_crew crew = { .work = work, .wait = look, .context = together,
                                   .most = options->jobs < AT_ONCE ? options->jobs : AT_ONCE,
                                   .seat = options->seat, .seat_context = options->context };
    struct gck_piece *const piece = calloc(together->parts, sizeof *piece);
    const bool ran = piece != NULL && gck_crew_run(&crew, together->parts, piece) == GCK_OK;

    if (ran)
        look(together);
    free(piece);
    return ran && together->taken == together->parts;
}

static bool large(const struct gck_check *check)
{
    return check->options->jobs > 0 && gck_rig_numbers(&check->rig) >= LARGE;
}

/* True: all parts were taken over. Otherwise everything is as it was. */
static bool ask_together(struct gck_check *check, const struct part *part, size_t parts)
{
    const size_t slots = (parts + 1) * sizeof(struct slot), shares = check->rig.num * sizeof(struct gck_share);
    struct together together = { .check = check, .part = part, .parts = parts, .slot = gck_shared_new(slots),
                                 .shares = gck_shared_new(shares) };
    bool done = false;

    if (together.slot != NULL && together.shares != NULL) {
        struct slot *const before = &together.slot[parts];

        before->check = *check;
        before->result = *check->result;
        /* each child makes its own: nobody needs those that are here */
        gck_rig_forget_scratch(&check->rig);
        if (check->twin != NULL)
            gck_rig_forget_scratch(&check->reference);
        done = run(&together);
        if (!done) {
            free(check->batch_law.shares);
            gck_positions_close(&check->positions);
            *check = before->check;
            *check->result = before->result;
        }
    }
    gck_shared_free(together.slot, slots);
    gck_shared_free(together.shares, shares);
    return done;
}

bool gck_together_first(struct gck_check *check)
{
    static const struct part part[] = {
        { ask_contract, take_contract }, { ask_noise, take_noise },    { turn_first, take_nothing },
        { turn_second, take_nothing },   { turn_third, take_nothing },
    };
    const struct gck_check before = *check;
    char message[GCK_MESSAGE_SIZE];
    bool done = false;

    if (!large(check))
        return false;
    gck_check_doing(check, "contract", "forward and backward");
    if (gck_claims_pass(check, message) == GCK_OK) {
        done = ask_together(check, part, sizeof part / sizeof part[0]);
        if (done)
            add_turns(check);
        clear_turns(check);
    }
    if (!done)
        *check = before;
    return done;
}

bool gck_together_laws(struct gck_check *check)
{
    static const struct part part[] = {
        { ask_weight, take_weight },
        { ask_batch, take_batch },
        { ask_types, take_types },
    };

    return large(check) && ask_together(check, part, check->twin != NULL ? 3 : 2);
}
