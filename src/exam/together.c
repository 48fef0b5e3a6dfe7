/* together.c -- exams that do not depend on each other, side by side in forked children where there is much to do. */
#include "exam/together.h"

#include "core/crew.h"
#include "core/pages.h"
#include "exam/claims.h"
#include "exam/together_parts.h"
#include "layer/drawn.h"

#include <stdlib.h>
#include <unistd.h>

/* Since each holds a batch of its own, so many there are at once. */
enum { AT_ONCE = 2 };

/* As they would be asked one after the other. So they are taken over, each when those before it are, and of those at work the
 * host is told the first. */
static const unsigned asked[] = { GCK_CONTRACT, GCK_DIFFS, GCK_TURN_FIRST, GCK_TURN_SECOND, GCK_ALLOW, GCK_NOISE,
                                  GCK_TYPES, GCK_WEIGHT, GCK_BATCH };

struct running {
    struct gck_together together;
    pid_t parent;
    struct gck_piece piece[GCK_PARTS];
    bool there[GCK_PARTS]; /* it has ended well, or is not wanted */
    bool failed;           /* one has not: it would not be as if they had been asked one after the other */
    size_t taken;          /* of `asked` */
    unsigned told_part, told_turn; /* the last thing that the host was told */
};

static bool is_own(void *context, size_t number)
{
    (void)context;
    return gck_part[number].own;
}

static bool is_ready(void *context, size_t number)
{
    const struct running *const running = context;
    bool ready = !running->failed && !running->there[number];

    for (unsigned p = 0; p < GCK_PARTS; p++)
        ready = ready && ((gck_part[number].after & GCK_AFTER(p)) == 0 || running->there[p]);
    return ready;
}

static void forget_calls(struct gck_rig *rig)
{
    rig->forwards = rig->backwards = 0;
}

static void work(void *context, size_t number)
{
    struct running *const running = context;
    struct gck_check *const check = running->together.check;
    struct gck_slot *const slot = &running->together.slot[number];

    if (gck_part[number].own) {
        slot->good = gck_part[number].ask(&running->together);
        return;
    }
    if (getpid() == running->parent) /* no process can be had */
        return;
    gck_rig_forget_scratch(&check->rig); /* each makes its own, in fresh pages */
    if (check->twin != NULL)
        gck_rig_forget_scratch(&check->reference);
    check->aside = &slot->aside;
    forget_calls(&check->rig); /* only this part's are counted */
    forget_calls(&check->reference);
    check->slice_forwards = 0;
    slot->good = gck_part[number].ask(&running->together) && !gck_pages_lacked();
    slot->check = *check;
    slot->result = *check->result;
    slot->ended = true;
}

static void add_calls(struct gck_rig *rig, const struct gck_rig *part)
{
    rig->forwards += part->forwards;
    rig->backwards += part->backwards;
}

static void take(struct gck_together *together, unsigned part)
{
    struct gck_check *const check = together->check;
    const struct gck_slot *const slot = &together->slot[part];

    if (gck_part[part].take != NULL && gck_part_wanted(check, part))
        gck_part[part].take(together, slot);
    add_calls(&check->rig, &slot->check.rig);
    add_calls(&check->reference, &slot->check.reference);
    check->slice_forwards += slot->check.slice_forwards;
}

static void tell(struct running *running)
{
    const struct gck_options *const options = running->together.check->options;

    for (size_t i = running->taken; i < GCK_PARTS && options->progress != NULL; i++) {
        const struct gck_slot *const slot = &running->together.slot[asked[i]];
        const unsigned at = slot->aside.turn;

        if (at == 0 || slot->ended)
            continue;
        if (asked[i] != running->told_part || at != running->told_turn)
            options->progress(options->context, slot->aside.text[at % 2], 0, 0);
        running->told_part = asked[i];
        running->told_turn = at;
        return;
    }
}

/* In the parent: what is there, and what is being asked. */
static void look(void *context)
{
    struct running *const running = context;

    for (unsigned p = 0; p < GCK_PARTS; p++) {
        if (running->piece[p].over && running->piece[p].done && running->together.slot[p].good)
            running->there[p] = true;
        else if (running->piece[p].over)
            running->failed = true;
    }
    for (; running->taken < GCK_PARTS && running->there[asked[running->taken]]; running->taken++)
        take(&running->together, asked[running->taken]);
    tell(running);
}

static bool run(struct running *running)
{
    const struct gck_options *const options = running->together.check->options;
    const struct gck_crew crew = { .work = work, .wait = look, .ready = is_ready, .own = is_own, .context = running,
                                   .most = options->jobs < AT_ONCE ? options->jobs : AT_ONCE,
                                   .seat = options->seat, .seat_context = options->context };

    for (unsigned p = 0; p < GCK_PARTS; p++)
        running->there[p] = !gck_part_wanted(running->together.check, p);
    return gck_crew_run(&crew, GCK_PARTS, running->piece) == GCK_OK && running->taken == GCK_PARTS;
}

static void undo(struct gck_check *check, struct gck_slot *before)
{
    gck_pages_free(check->batch_law.shares);
    gck_positions_close(&check->positions);
    for (unsigned c = 0; c < check->claims; c++) { /* a copy may be gone */
        before->check.claim[c].x = check->claim[c].x;
        before->check.claim[c].borrowed = check->claim[c].borrowed;
        before->check.claim[c].found = check->claim[c].found;
    }
    *check = before->check;
    *check->result = before->result;
    gck_together_clear(check);
    gck_drawn_keep(&check->setup, true);
}

bool gck_together_run(struct gck_check *check)
{
    const size_t slots = (GCK_PARTS + 1) * sizeof(struct gck_slot), shares = check->rig.num * sizeof(struct gck_share);
    struct running running = { .together.check = check, .parent = getpid() };
    struct gck_together *const together = &running.together;
    bool done = false;

    if (check->options->jobs == 0 || gck_rig_numbers(&check->rig) < GCK_TOGETHER_LARGE)
        return false;
    together->slot = gck_shared_new(slots);
    together->shares = gck_shared_new(shares);
    if (together->slot != NULL && together->shares != NULL) {
        struct gck_slot *const before = &together->slot[GCK_PARTS];

        before->check = *check;
        before->result = *check->result;
        gck_check_doing(check, "contract", "forward and backward");
        gck_claims_find(check);
        done = run(&running);
        if (!done)
            undo(check, before);
    }
    gck_shared_free(together->slot, slots);
    gck_shared_free(together->shares, shares);
    return done;
}
