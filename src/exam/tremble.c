/* tremble.c -- the noise of one evaluation of E, measured with a rig. */
#include "exam/tremble.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/random.h"
#include "exam/claims.h"
#include "numeric/arrays.h"
#include "numeric/noise.h"
#include "numeric/statistics.h"

#include <fenv.h>
#include <math.h>
#include <string.h>

static bool in_parts(const struct gck_tremble *tremble, const struct gck_claim *claim)
{
    return tremble->parts && !claim->weight && tremble->check->setup.bottom[claim->index].batched;
}

/* The claim's numbers in the rig: all, or a part's. */
static size_t count_of(const struct gck_tremble *tremble, unsigned c)
{
    return gck_claim_blob(&tremble->check->claim[c], tremble->rig)->count;
}

/* Their values, from the point. */
static void find_values(struct gck_tremble *tremble, size_t part)
{
    double *own = tremble->own;

    for (unsigned c = 0; c < tremble->check->claims; c++) {
        const struct gck_claim *const claim = &tremble->check->claim[c];
        const size_t count = count_of(tremble, c);
        struct gck_run run;

        tremble->x[c] = claim->x + (in_parts(tremble, claim) && tremble->positions == NULL ? part * count : 0);
        if (!in_parts(tremble, claim) || tremble->positions == NULL)
            continue;
        run = gck_run_of(tremble->positions, &tremble->positions->bottom[claim->index], part);
        for (size_t k = 0; k < count; k++)
            own[k] = claim->x[run.first + k * run.stride];
        tremble->x[c] = own;
        own += count;
    }
}

/* Each direction begins one number further on, so all of them are drawn once, and not before one is needed. Of many elements they
 * come again. */
static size_t numbers(const struct gck_tremble *tremble)
{
    return (tremble->count < GCK_DRAWN ? tremble->count : GCK_DRAWN) + GCK_NOISE_DIRECTIONS;
}

static void draw(struct gck_tremble *tremble)
{
    const size_t drawn = numbers(tremble);

    if (tremble->drawn)
        return;
    tremble->drawn = true;
    gck_uniform_signed(tremble->check->options->seed, 0x50153u, drawn, tremble->draw);
    for (size_t i = 0; i < drawn; i++)
        tremble->draw[i] += tremble->draw[i] < 0 ? -1 : 1;
}

enum gck_status gck_tremble_open(struct gck_tremble *tremble, const struct gck_check *check, struct gck_rig *rig, bool parts,
                                 const struct gck_positions *positions)
{
    *tremble = (struct gck_tremble){ .check = check, .rig = rig, .parts = parts, .positions = positions,
                                     .direction = GCK_NOISE_DIRECTIONS };
    for (unsigned c = 0; c < check->claims; c++)
        tremble->count += count_of(tremble, c);
    tremble->draw = gck_pages_new(((positions != NULL ? 2 : parts ? 1 : 0) * tremble->count + numbers(tremble))
                                  * sizeof *tremble->draw);
    if (tremble->draw == NULL)
        return GCK_EMEMORY;
    if (parts)
        tremble->along = tremble->draw + numbers(tremble);
    if (positions != NULL)
        tremble->own = tremble->along + tremble->count;
    if (!parts)
        find_values(tremble, 0);
    return GCK_OK;
}

void gck_tremble_close(struct gck_tremble *tremble)
{
    gck_pages_free(tremble->draw);
    tremble->along = tremble->draw = tremble->own = NULL;
}

/* What counts for |x_i| where that is 0. */
static double size_at_zero(const double *x, size_t count)
{
    return gck_array_nonzero(x, count) ? 0 : 1e-3 * gck_rms(x, count);
}

/* Once for each direction and part. Of the whole batch an array of its own would take longer than multiplying again. */
static void choose_direction(struct gck_tremble *tremble, unsigned direction)
{
    const struct gck_check *const check = tremble->check;
    const double *const number = tremble->draw + direction;
    size_t at = 0;

    draw(tremble);
    for (unsigned c = 0; c < check->claims && tremble->direction == GCK_NOISE_DIRECTIONS && !tremble->parts; c++)
        tremble->at_zero[c] = size_at_zero(tremble->x[c], count_of(tremble, c));
    tremble->direction = direction;
    for (unsigned c = 0; c < check->claims && tremble->parts; c++) {
        const double *const x = tremble->x[c];
        const size_t count = count_of(tremble, c);
        const double at_zero = size_at_zero(x, count);

        for (size_t i = 0; i < count; i++, at++)
            tremble->along[at] = number[at % GCK_DRAWN] * (x[i] == 0 ? at_zero : fabs(x[i]));
    }
}

/* All of a blob; `at`: how many elements the claims before it have. */
static void move(const struct gck_tremble *tremble, unsigned c, const struct gck_blob *blob, double t, size_t at)
{
    enum { PIECE = 1 << 10 };
    const double *const x = tremble->x[c], *const number = tremble->draw + tremble->direction;
    double moved[PIECE];

    for (size_t first = 0, count; first < blob->count; first += count) {
        void *const data = (char *)blob->data + first * blob->real_size;
        double *const to = blob->real_size == sizeof(double) ? data : moved;
        const size_t from = (at + first) % GCK_DRAWN, left = blob->count - first;

        count = GCK_DRAWN - from < PIECE ? GCK_DRAWN - from : PIECE;
        count = left < count ? left : count;
        gck_array_tremble(to, x + first, number + from, t, tremble->at_zero[c], count);
        if (to == moved)
            gck_poke_all(data, blob->real_size, count, moved);
    }
}

double gck_tremble_at(struct gck_tremble *tremble, unsigned direction, double t)
{
    struct gck_rig *const rig = tremble->rig;
    size_t at = 0;

    if (tremble->first + direction != tremble->direction)
        choose_direction(tremble, tremble->first + direction);
    for (unsigned c = 0; c < tremble->check->claims; c++) {
        const struct gck_blob *const blob = gck_claim_blob(&tremble->check->claim[c], rig);

        if (tremble->parts)
            gck_poke_line(blob->data, blob->real_size, blob->count, tremble->x[c], t, tremble->along + at);
        else
            move(tremble, c, blob, t, at);
        at += blob->count;
    }
    return gck_rig_value(rig);
}

static double walk_at(void *context, unsigned direction, double t)
{
    return gck_tremble_at(context, direction, t);
}

void gck_tremble_put_back(struct gck_tremble *tremble)
{
    for (unsigned c = 0; c < tremble->check->claims; c++) {
        const struct gck_blob *const blob = gck_claim_blob(&tremble->check->claim[c], tremble->rig);

        gck_poke_all(blob->data, blob->real_size, blob->count, tremble->x[c]);
    }
}

/* How far E moves when Forward rounds upward and downward: log(1 + 1e-100) is 0 at every near point, and yet no
 * exact 0. */
static double rounding_spread(struct gck_rig *rig)
{
    static const int mode[2] = { FE_UPWARD, FE_DOWNWARD };
    double value[2];

    for (unsigned m = 0; m < 2; m++) {
        enum gck_status status;

        fesetround(mode[m]);
        status = gck_rig_forward(rig);
        fesetround(FE_TONEAREST);
        if (status != GCK_OK)
            return 0;
        value[m] = gck_rig_objective(rig);
    }
    return isfinite(value[0] - value[1]) ? fabs(value[0] - value[1]) : 0;
}

static double measure_along(struct gck_tremble *tremble, double value, size_t part, unsigned directions)
{
    const struct gck_check *const check = tremble->check;
    struct gck_rig *const rig = tremble->rig;
    const struct gck_line line = {
        .at = walk_at,
        .context = tremble,
        .epsilon = gck_layer_epsilon(rig->layer),
    };
    double noise, size;

    find_values(tremble, part);
    if (tremble->parts)
        choose_direction(tremble, 0);
    noise = gck_noise_measure(&line, value, directions);
    size = gck_rig_objective_size(rig);
    /* E may be 0 by terms that cancel: each of them is rounded all the same */
    noise = fmax(noise, fmax(1.2 * line.epsilon, check->grain) * size);
    gck_tremble_put_back(tremble);
    /* no tremble was seen: then rounding itself has to show how much there could be */
    return noise > 1.3 * line.epsilon * fabs(value) ? noise : fmax(noise, rounding_spread(rig));
}

double gck_tremble_measure(struct gck_tremble *tremble, double value, size_t part)
{
    return measure_along(tremble, value, part, tremble->parts ? 1 : GCK_NOISE_DIRECTIONS);
}

void gck_tremble_learn(struct gck_tremble *tremble, double value, size_t part)
{
    const double size = gck_rig_objective_size(tremble->rig); /* before other Forwards */
    const double noise = gck_tremble_measure(tremble, value, part);

    if (!isfinite(noise))
        return;
    tremble->most = fmax(tremble->most, noise);
    if (size > 0)
        tremble->ratio = fmax(tremble->ratio, noise / size);
}

/* Where parts are of very different size, so is their noise: the smaller of the two guesses. Too small a one costs a
 * measurement, too large a one would cost sharpness. */
double gck_tremble_expect(const struct gck_tremble *tremble)
{
    const double size = gck_rig_objective_size(tremble->rig);
    const double least = fmax(1.2 * gck_layer_epsilon(tremble->rig->layer), tremble->check->grain) * size;

    return tremble->most > 0 ? gck_larger(least, gck_smaller(tremble->most, tremble->ratio * size)) : 0;
}

double gck_rig_noise_along(struct gck_rig *rig, const struct gck_check *check, double value, unsigned first,
                           unsigned directions)
{
    struct gck_tremble tremble;
    double noise = HUGE_VAL; /* then nothing is called wrong */

    if (gck_tremble_open(&tremble, check, rig, false, NULL) == GCK_OK) {
        gck_claims_afresh(check, rig);
        tremble.first = first;
        noise = measure_along(&tremble, value, SIZE_MAX, directions);
    }
    gck_tremble_close(&tremble);
    return noise;
}

double gck_rig_noise(struct gck_rig *rig, const struct gck_check *check, double value)
{
    return gck_rig_noise_along(rig, check, value, 0, GCK_NOISE_DIRECTIONS);
}

/* At the point, along the directions from `first` on. */
static void look_along(struct gck_check *check, bool twin, unsigned first, unsigned directions)
{
    struct gck_rig *const rig = twin ? &check->reference : &check->rig;
    double *const noise = twin ? &check->reference_noise : &check->noise;

    *(twin ? &check->reference_directions : &check->directions) = first + directions;
    gck_rig_weigh(rig, check->weight);
    if (twin && gck_rig_forward(rig) != GCK_OK)
        return;
    *noise = fmax(*noise, gck_rig_noise_along(rig, check, twin ? gck_rig_objective(rig) : check->loss, first, directions));
}

void gck_noise_look(struct gck_check *check)
{
    enum { MANY = 1 << 9 };
    const unsigned directions = check->rig.num >= MANY ? 1 : GCK_NOISE_DIRECTIONS;

    look_along(check, false, 0, directions);
    if (check->twin != NULL)
        look_along(check, true, 0, directions);
}

void gck_noise_complete(struct gck_check *check, bool reference)
{
    const bool twin = reference && check->twin != NULL;
    const unsigned known = twin ? check->reference_directions : check->directions;

    if (known == 0 || known >= GCK_NOISE_DIRECTIONS || !gck_claims_own(check))
        return;
    look_along(check, twin, known, GCK_NOISE_DIRECTIONS - known);
    gck_claims_settle(check);
}
