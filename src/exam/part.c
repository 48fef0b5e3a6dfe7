/* part.c -- single parts of the batch, samples or positions, in the slice of the gradient exam. */
#include "exam/part.h"

#include <string.h>

/* Of many parts so many have their noise measured before any is judged. */
enum { LEARNT_FROM = 32 };

/* A million samples of few numbers are taken several times each: what there is to copy is found out once. */
static void plan(struct gck_gradient *gradient)
{
    const struct gck_rig *const slice = &gradient->slice, *const rig = gradient->rig;
    unsigned many = 0;

    for (unsigned i = 0; i < slice->setup->bottoms; i++)
        if (slice->setup->bottom[i].batched) {
            if (slice->bottom[i].real_size != sizeof(double) || rig->bottom[i].real_size != sizeof(double))
                return;
            gradient->own[many] = &slice->bottom[i];
            gradient->rows[many++] = &rig->bottom[i];
        }
    for (unsigned t = 0; t < slice->setup->tops; t++)
        if (gck_rig_top_batched(slice, t))
            return;
    gradient->plain = many;
}

bool gck_part_open(struct gck_gradient *gradient, char *message)
{
    struct gck_check *const check = gradient->check;
    const size_t first = 0;

    gradient->positions = check->by_position ? &check->positions : NULL;
    gradient->share = check->by_position ? check->position_share
                                         : (struct gck_share){ .factor = check->batch_law.share };
    if (check->by_position)
        return gck_positions_rig(&check->positions, &gradient->slice, gradient->rig->layer, gradient->rig)
               && gck_tremble_open(&gradient->tremble, check, &gradient->slice, true, gradient->positions) == GCK_OK;
    if (!check->batch_law.slices
        || gck_rig_open(&gradient->slice, gradient->rig->layer, &check->setup, 1, message) != GCK_OK
        || gck_tremble_open(&gradient->tremble, check, &gradient->slice, true, NULL) != GCK_OK)
        return false;
    gck_rig_take(&gradient->slice, gradient->rig, &first);
    plan(gradient);
    return true;
}

/* Of ten numbers a call of memcpy takes longer than they do. Some are copied twice where the last overlap others. */
static inline void copy(double *to, const double *from, size_t n)
{
    enum { FEW = 4, SHORT = 16 };

    if (n > SHORT) {
        memcpy(to, from, n * sizeof *to);
    } else if (n >= FEW) {
        const size_t last = n - FEW, middle = n > 2 * FEW ? FEW : 0, before = n > 2 * FEW ? last - FEW : 0;

        memcpy(to, from, FEW * sizeof *to);
        memcpy(to + middle, from + middle, FEW * sizeof *to);
        memcpy(to + before, from + before, FEW * sizeof *to);
        memcpy(to + last, from + last, FEW * sizeof *to);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    }
}

void gck_part_take(struct gck_gradient *gradient, size_t part)
{
    struct gck_rig *const slice = &gradient->slice;

    if (gradient->part == part)
        return;
    gradient->part = part;
    if (gradient->plain > 0) {
        for (unsigned i = 0; i < gradient->plain; i++) {
            const size_t n = gradient->own[i]->count;

            copy(gradient->own[i]->data, (const double *)gradient->rows[i]->data + part * n, n);
        }
        return;
    }
    if (gradient->positions != NULL)
        gck_positions_take(gradient->positions, slice, gradient->rig, part, part);
    else
        gck_rig_take_rows(slice, gradient->rig, &part);
    gck_rig_weigh(slice, gradient->check->weight); /* coefficients may differ */
}

static const struct gck_share *shares(const struct gck_gradient *gradient)
{
    return gradient->positions == NULL ? gradient->check->batch_law.shares : NULL;
}

size_t gck_part_alike(const struct gck_gradient *gradient, size_t part, size_t n)
{
    const struct gck_share *const share = shares(gradient);
    size_t alike = 1;

    while (alike < n && (share == NULL || (share[part + alike].factor == share[part].factor
                                           && share[part + alike].doubt == share[part].doubt)))
        alike++;
    return alike;
}

bool gck_part_look(struct gck_gradient *gradient, size_t part, size_t parts)
{
    if (part >= gradient->first && part + parts <= gradient->first + gradient->parts)
        return true;
    gradient->parts = 0;
    gradient->first = part;
    if (shares(gradient) != NULL)
        gradient->share = shares(gradient)[part];
    for (size_t p = 0; p < parts; p++) {
        gck_part_take(gradient, part + p);
        gck_rig_weigh(&gradient->slice, gradient->check->weight);
        if (gck_rig_forward(&gradient->slice) != GCK_OK)
            return false;
        gradient->stand[p] = (struct gck_stand){ .value = gck_rig_objective(&gradient->slice),
                                                 .noise = gck_tremble_expect(&gradient->tremble), .guessed = true };
    }
    gradient->parts = parts;
    return true;
}

double gck_part_noise(struct gck_gradient *gradient, size_t part)
{
    struct gck_stand *const stand = &gradient->stand[part - gradient->first];

    gck_part_take(gradient, part);
    if (stand->guessed)
        stand->noise = gck_tremble_measure(&gradient->tremble, stand->value, part);
    stand->guessed = false;
    return stand->noise;
}

void gck_gradient_learn(struct gck_gradient *gradient)
{
    const size_t parts = gck_gradient_parts(gradient);

    for (size_t i = 0; gradient->part_by_part && parts >= 4 * LEARNT_FROM && i < LEARNT_FROM; i++) {
        const size_t part = i * parts / LEARNT_FROM;

        if (gck_part_look(gradient, part, 1))
            gck_tremble_learn(&gradient->tremble, gradient->stand[0].value, part);
    }
    gradient->part = SIZE_MAX;
    gradient->parts = 0; /* they would be guessed otherwise now */
}
