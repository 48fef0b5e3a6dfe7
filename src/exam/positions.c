/* positions.c -- is the loss a sum over the positions of its samples? */
#include "exam/positions.h"

#include "core/pages.h"
#include "core/random.h"

#include <math.h>
#include <stdlib.h>

/* Which positions get other data. */
enum choice {
    EVERYWHERE,
    BY_CHANCE,
    BY_CHANCE_TOO,
    BY_CHANCE_AGAIN,
    EVERY_SECOND,
    FIRST_HALVES,
    FIRST,
    LAST,
    CHOICES
};

/* The question while it is asked. */
struct asking {
    struct gck_batch *batch;
    struct gck_positions *positions;
    struct gck_rig rig;              /* one position */
    size_t shift;                    /* other data of a position are those of the one so much further on */
    double *here, *there;            /* E of each alone: as it is, and with other data */
    double size;                     /* the sizes of their terms, summed: the larger of the two sums */
    double sum[CHOICES + 1], whole[CHOICES + 1]; /* E of the positions, summed, and of the batch; the last: as it is */
};

static size_t other(const struct asking *asking, size_t position)
{
    const size_t from = position + asking->shift;

    return from < asking->positions->count ? from : from - asking->positions->count;
}

/* E of every position alone. False where one is refused, or not finite. */
static bool each_alone(struct asking *asking, bool as_it_is, double *loss)
{
    const struct gck_batch *const batch = asking->batch;
    double size = 0;
    bool complete = true;

    for (size_t u = 0; u < asking->positions->count && complete; u++) {
        gck_positions_take(asking->positions, &asking->rig, batch->rig, u, as_it_is ? u : other(asking, u));
        gck_rig_weigh(&asking->rig, batch->check->weight);
        complete = gck_rig_forward(&asking->rig) == GCK_OK;
        loss[u] = gck_rig_objective(&asking->rig);
        size += gck_rig_objective_size(&asking->rig);
        complete = complete && isfinite(size);
    }
    asking->size = fmax(asking->size, size);
    return complete;
}

static bool is_chosen(const struct asking *asking, enum choice choice, size_t u)
{
    const size_t each = asking->positions->each;

    switch (choice) {
    case BY_CHANCE:
    case BY_CHANCE_TOO:
    case BY_CHANCE_AGAIN:
        return gck_below(asking->batch->check->options->seed, 0x9051u + choice, u, 2) == 1;
    case EVERY_SECOND:
        return u % each % 2 == 1;
    case FIRST_HALVES:
        return u % each < each / 2;
    case FIRST:
        return u == 0;
    case LAST:
        return u == asking->positions->count - 1;
    default:
        return true;
    }
}

/* Both sides of one choice. False where the layer refuses. */
static bool mix(struct asking *asking, enum choice choice)
{
    struct gck_batch *const batch = asking->batch;
    struct gck_rig *rig;
    long double sum = 0;

    for (size_t r = 0; r < batch->num; r++)
        batch->row[r] = r;
    rig = gck_batch_work(batch);
    if (rig == NULL)
        return false;
    for (size_t u = 0; u < asking->positions->count; u++) {
        const bool chosen = is_chosen(asking, choice, u);

        if (chosen)
            gck_positions_replace(asking->positions, rig, u, batch->rig, other(asking, u));
        sum += (long double)(chosen ? asking->there[u] : asking->here[u]);
    }
    if (gck_rig_forward(rig) != GCK_OK)
        return false;
    asking->sum[choice] = (double)sum;
    asking->whole[choice] = gck_rig_objective(rig);
    return isfinite(asking->whole[choice]);
}

/* What rounding may make of one side, when c is about so much. Errors of a long sum go either way: where they all go one way the
 * answer is no, which makes nobody wrong; too much room would. */
static double room(const struct asking *asking, double c)
{
    const struct gck_batch *const batch = asking->batch;
    size_t terms = 0;

    for (unsigned k = 0; k < batch->check->claims; k++)
        terms += batch->check->claim[k].count;
    return 4 * batch->noise
           + 4 * batch->epsilon * (16 + sqrt((double)terms)) * fmax(fabs(c) * asking->size, batch->size);
}

/* c, where it is told best: where terms cancel least. Most losses divide by a whole number, which then is known exactly. */
static struct gck_share factor_of(const struct asking *asking)
{
    struct gck_share share = { .factor = (double)NAN, .doubt = HUGE_VAL };
    unsigned best = CHOICES;
    double divisor;

    for (unsigned k = 0; k < CHOICES; k++)
        best = fabs(asking->sum[k]) > fabs(asking->sum[best]) ? k : best;
    if (asking->sum[best] == 0)
        return share;
    share.factor = asking->whole[best] / asking->sum[best];
    if (!(share.factor > 0) || !isfinite(share.factor))
        return share;
    share.doubt = room(asking, share.factor) / fabs(asking->whole[best]);
    divisor = nearbyint(1 / share.factor);
    if (divisor >= 1 && divisor * share.doubt < 0.01 && fabs(1 / share.factor - divisor) <= 2 * divisor * share.doubt)
        share = (struct gck_share){ .factor = 1 / divisor };
    return share;
}

/* Does E move with the data by far more than rounding could: else nothing was asked? */
static bool moves(const struct asking *asking, double c)
{
    double sum = 0;

    for (size_t u = 0; u < asking->positions->count; u++)
        sum += fabs(asking->there[u] - asking->here[u]);
    return c * sum > 100 * room(asking, c);
}

static bool adds_up(struct asking *asking)
{
    struct gck_share *const share = &asking->batch->check->position_share;
    long double sum = 0;
    bool holds;

    for (size_t u = 0; u < asking->positions->count; u++)
        sum += (long double)asking->here[u];
    asking->sum[CHOICES] = (double)sum;
    asking->whole[CHOICES] = asking->batch->loss;
    for (enum choice choice = EVERYWHERE; choice < CHOICES; choice++)
        if (!mix(asking, choice))
            return false;
    *share = factor_of(asking);
    holds = share->doubt < 1e-5 && moves(asking, share->factor);
    for (unsigned k = 0; k <= CHOICES && holds; k++) {
        const double due = share->factor * asking->sum[k];

        holds = fabs(asking->whole[k] - due) <= room(asking, share->factor) + share->doubt * fabs(due);
    }
    return holds;
}

void gck_batch_positions(struct gck_batch *batch)
{
    struct gck_check *const check = batch->check;
    struct asking asking = { .batch = batch, .positions = &check->positions };

    if (batch->rig->layer->type != GCK_TYPE_DOUBLE || !gck_positions_worth(batch)
        || !gck_positions_open(&check->positions, &check->setup))
        return;
    gck_check_doing(check, "batch", "single positions");
    asking.here = gck_pages_new(2 * asking.positions->count * sizeof *asking.here);
    asking.shift = 1 + gck_below(check->options->seed, 0x9050u, 0, asking.positions->count - 1);
    if (gck_positions_rig(&check->positions, &asking.rig, batch->rig->layer, batch->rig) && gck_positions_wanted(batch, &asking.rig)
        && asking.here != NULL) {
        asking.there = asking.here + asking.positions->count;
        check->by_position = each_alone(&asking, true, asking.here) && each_alone(&asking, false, asking.there)
                             && adds_up(&asking);
    }
    batch->rig->forwards += asking.rig.forwards;
    gck_rig_close(&asking.rig);
    gck_pages_free(asking.here);
}
