/* sight.c -- what a fault changes at the examined point, held against what the exams of the right layer can see. */
#include "prove/sight.h"

#include "core/blob.h"
#include "core/text.h"
#include "layer/symbols.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double sure = 2;        /* bounds that a changed element has to be off by */
static const double batch_part = 1e-2; /* of a diff: the 1/num exam sees far less */

/* ---- places ---- */

/* The element whose size is nearest to its port's typical one. */
static size_t typical_element(const struct gck_claim *claim)
{
    size_t best = 0;

    for (size_t i = 1; i < claim->count; i++)
        if (fabs(fabs(claim->analytic[i]) - claim->typical) < fabs(fabs(claim->analytic[best]) - claim->typical))
            best = i;
    return best;
}

void gck_layout_find(struct gck_layout *places, const struct gck_check *check)
{
    const struct gck_claim *moving = &check->claim[0]; /* the first that has a gradient */

    memset(places, 0, sizeof *places);
    places->channels_bottom = places->channels_axis = -1;
    for (unsigned i = check->setup.bottoms; i-- > 0;) {
        const struct gck_port *const port = check->setup.bottom[i].port;
        const int axis = gck_symbols_axis(port, &check->setup, &check->setup.bottom[i].shape, GCK_C);

        places->batched[i] = check->setup.bottom[i].batched;
        if (places->batched[i])
            places->num_bottom = i;
        if (axis >= 0 && (unsigned)axis < check->setup.bottom[i].shape.axes && !port->whole) {
            places->channels_bottom = (int)i;
            places->channels_axis = axis;
        }
    }
    for (unsigned c = check->claims; c-- > 0;)
        if (check->claim[c].typical > 0)
            moving = &check->claim[c];
    places->one_weight = moving->weight;
    places->one_port = moving->index;
    places->one_element = typical_element(moving);
}

static bool has_batch(const struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++)
        if (!check->claim[c].weight && check->setup.bottom[check->claim[c].index].batched)
            return true;
    return false;
}

static bool has_kind(const struct gck_check *check, bool weight)
{
    for (unsigned c = 0; c < check->claims; c++)
        if (check->claim[c].weight == weight)
            return true;
    return false;
}

/* Every sample twice left the loss as it was; or nobody could see it, and the layer says so. */
static bool claims_mean(const struct gck_check *check)
{
    const double doubled = check->batch_law.forward_doubled;

    if (has_batch(check) && check->batch_law.applies && !isnan(doubled))
        return doubled == 1;
    return has_batch(check) && check->layer->norm != GCK_NORM_NONE && check->layer->norm != GCK_NORM_SUM;
}

static bool applies(const struct gck_faulty *faulty, const struct gck_check *check)
{
    switch (faulty->fault) {
    case GCK_FAULT_NUM:
        return claims_mean(check);
    case GCK_FAULT_CHANNELS:
        return faulty->places.channels_bottom >= 0;
    case GCK_FAULT_LAST:
    case GCK_FAULT_REVERSED:
        return has_batch(check);
    case GCK_FAULT_ADDED:
    case GCK_FAULT_UNASKED:
        return has_kind(check, false);
    case GCK_FAULT_WEIGHT_SET:
        return has_kind(check, true);
    default:
        return true;
    }
}

/* ---- at the point ---- */

/* The sight while it is taken: the faulty layer's rig, and its diffs, claim after claim. */
struct look {
    struct gck_sight *sight;
    const struct gck_check *check;
    struct gck_rig rig;
    double *base, *other;
};

static bool pass_at(struct look *look, double weight, double *value)
{
    gck_rig_weigh(&look->rig, weight);
    if (gck_pass(&look->rig, 0) != GCK_OK)
        return false;
    for (unsigned c = 0; c < look->check->claims; c++) {
        gck_claim_read(&look->check->claim[c], &look->rig, value);
        value += look->check->claim[c].count;
    }
    return true;
}

static bool is_examined(const struct gck_check *check, unsigned claim, size_t element)
{
    return (check->only_claim == check->claims || check->only_claim == claim)
           && (check->only_element == SIZE_MAX || check->only_element == element);
}

static void see_changes(struct look *look)
{
    const double *now = look->base;

    for (unsigned c = 0; c < look->check->claims; c++) {
        const struct gck_claim *const claim = &look->check->claim[c];

        for (size_t i = 0; i < claim->count; i++, now++) {
            const bool examined = is_examined(look->check, c, i);
            /* an element that --only leaves out has no bound: that of its own rounding will do to say that it changed */
            const double bound = examined ? claim->bound[i] : claim->allowance[i];
            const double off = fabs(*now - claim->analytic[i]);
            double change = 0;

            if (isfinite(claim->analytic[i]) && !isfinite(*now))
                change = HUGE_VAL;
            else if (isfinite(bound) && off > 0 && claim->verdict[i] != GCK_KINK
                     && !(examined && claim->verdict[i] == GCK_CANNOT_TELL))
                change = off / fmax(bound, DBL_MIN);
            look->sight->anywhere = fmax(look->sight->anywhere, change);
            if (examined)
                look->sight->examined = fmax(look->sight->examined, change);
        }
    }
}

/* The first call of any fault is over other data. */
static void see_others(struct look *look)
{
    const double *now = look->base;

    for (unsigned c = 0; c < look->check->claims; c++)
        for (size_t i = 0; i < look->check->claim[c].count; i++, now++)
            look->sight->others = look->sight->others
                                  || fabs(*now - look->check->claim[c].analytic[i])
                                         > 2 * look->check->claim[c].allowance[i];
}

/* The weights that the loss-weight exam tries, and the user's. */
static bool linear_at(struct look *look, double weight)
{
    const struct gck_check *const check = look->check;
    const double share = weight / check->weight;
    const double *base = look->base, *other = look->other;

    if (!pass_at(look, weight, look->other))
        return true;
    for (unsigned c = 0; c < check->claims; c++)
        for (size_t i = 0; i < check->claim[c].count; i++, base++, other++) {
            const double room = 6 * check->claim[c].allowance[i] * fmax(1, fabs(share));

            if (isfinite(*base) && fabs(*other - share * *base) > (weight == 0 ? 0 : room))
                return false;
        }
    return true;
}

static void see_weights(struct look *look)
{
    const struct gck_check *const check = look->check;
    static const double tried[] = { 2, 4, -1, 0 };

    if (check->result->loss_weight.answer != GCK_FINE)
        return;
    for (size_t k = 0; k < sizeof tried / sizeof tried[0]; k++)
        look->sight->weight = look->sight->weight || !linear_at(look, tried[k] * check->weight);
    for (unsigned k = 0; k < check->options->weights; k++)
        look->sight->weight = look->sight->weight || !linear_at(look, check->options->weight[k]);
}

static bool claim_batched(const struct gck_check *check, const struct gck_claim *claim)
{
    return !claim->weight && check->setup.bottom[claim->index].batched;
}

/* Every sample twice: the diffs of the copies have to add up to what Forward makes of it. */
static void see_doubled(struct look *look, const struct gck_layer *layer)
{
    const struct gck_check *const check = look->check;
    const size_t num = check->rig.num;
    size_t *const row = malloc(2 * num * sizeof *row);
    struct gck_rig rig = { .layer = NULL };
    char message[GCK_MESSAGE_SIZE];
    const double *base = look->base;

    for (size_t r = 0; row != NULL && r < 2 * num; r++)
        row[r] = r % num;
    if (row != NULL && gck_rig_open(&rig, layer, &check->setup, 2 * num, message) == GCK_OK) {
        gck_rig_take(&rig, &check->rig, row);
        gck_rig_weigh(&rig, check->weight);
        if (gck_pass(&rig, 0) == GCK_OK)
            for (unsigned c = 0; c < check->claims; base += check->claim[c++].count) {
                const struct gck_claim *const claim = &check->claim[c];
                const struct gck_blob *const blob = gck_claim_blob(claim, &rig);

                for (size_t i = 0; claim_batched(check, claim) && i < claim->count; i++) {
                    const double sum = gck_peek(blob->diff, blob->real_size, i)
                                       + gck_peek(blob->diff, blob->real_size, claim->count + i);
                    const double due = check->batch_law.forward_doubled * base[i];

                    if (isfinite(due) && fabs(sum - due) > batch_part * fmax(fabs(due), claim->typical))
                        look->sight->batch = true;
                }
            }
    }
    gck_rig_close(&rig);
    free(row);
}

static enum gck_status open_look(struct look *look, const struct gck_layer *layer, char *message)
{
    const struct gck_check *const check = look->check;
    enum gck_status status;
    size_t count = 0;

    for (unsigned c = 0; c < check->claims; c++)
        count += check->claim[c].count;
    look->base = malloc(2 * count * sizeof *look->base);
    look->other = look->base != NULL ? look->base + count : NULL;
    if (look->base == NULL)
        return gck_say(message, GCK_EMEMORY, "no memory for %zu derivatives", count);
    status = gck_rig_open(&look->rig, layer, &check->setup, 0, message);
    /* as the exam does: other data first */
    if (status == GCK_OK && (status = gck_rig_fill(&look->rig, 1, check->rig.rounded)) == GCK_OK) {
        if (pass_at(look, check->weight, look->base))
            see_others(look);
        status = gck_rig_fill(&look->rig, 0, check->rig.rounded);
    }
    if (status == GCK_OK && !pass_at(look, check->weight, look->base))
        status = gck_say(message, GCK_EDATA, "%s: %s", layer->name, look->rig.message);
    return status;
}

enum gck_status gck_sight_take(struct gck_sight *sight, struct gck_faulty *faulty, const struct gck_check *check,
                               char *message)
{
    struct look look = { .sight = sight, .check = check };
    const double doubled = check->batch_law.forward_doubled;
    enum gck_status status;

    *sight = (struct gck_sight){ .applies = applies(faulty, check) };
    if (!sight->applies)
        return GCK_OK;
    sight->contract = faulty->fault == GCK_FAULT_ADDED || faulty->fault == GCK_FAULT_UNASKED
                      || faulty->fault == GCK_FAULT_WEIGHT_SET;
    status = open_look(&look, &faulty->layer, message);
    if (status == GCK_OK) {
        see_changes(&look);
        see_weights(&look);
        if (check->result->batch.answer == GCK_FINE && check->batch_law.symmetric && (doubled == 1 || doubled == 2))
            see_doubled(&look, &faulty->layer);
    }
    check->result->forwards += look.rig.forwards;
    check->result->backwards += look.rig.backwards;
    gck_rig_close(&look.rig);
    free(look.base);
    return status;
}

bool gck_sight_sure(const struct gck_sight *sight)
{
    return sight->applies && (sight->examined > sure || sight->weight || sight->batch || sight->contract);
}
