/* exact_twin.c -- the exact twin at the examined point. */
#include "exam/exact_twin.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/tape.h"
#include "core/text.h"

#include <fenv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool examined(const struct gck_check *check, unsigned c)
{
    return check->only_claim == check->claims || check->only_claim == c;
}

static bool by_sample(const struct gck_check *check, unsigned c)
{
    return !check->claim[c].weight && check->setup.bottom[check->claim[c].index].batched;
}

/* One sample or position, where every claim is judged sample by sample, or where there are many and what they share adds up; else the batch,
 * which then is differentiated at once. */
static bool can_slice(const struct gck_check *check, bool by_position)
{
    const struct gck_batch_law *const law = &check->batch_law;
    bool slices = by_position || (law->slices && law->shares == NULL), any = false;

    for (unsigned c = 0; c < check->claims; c++) {
        slices = slices && (!examined(check, c) || by_sample(check, c) || by_position || check->rig.num >= GCK_MANY_SAMPLES);
        any = any || (examined(check, c) && by_sample(check, c));
    }
    return slices && any;
}

bool gck_exact_twin_adds(const struct gck_exact_twin *twin, unsigned c)
{
    return twin->sliced && !by_sample(twin->check, c);
}

size_t gck_exact_twin_inputs(const struct gck_exact_twin *twin, unsigned c, size_t *element)
{
    const size_t only = twin->check->only_element, count = gck_claim_blob(&twin->check->claim[c], &twin->rig)->count;

    *element = only == SIZE_MAX ? 0 : only % count;
    if (only != SIZE_MAX && twin->positions != NULL && by_sample(twin->check, c) && examined(twin->check, c))
        gck_position_of(twin->positions, &twin->positions->bottom[twin->check->claim[c].index], only, element);
    return !examined(twin->check, c) ? 0 : only == SIZE_MAX ? count : 1;
}

/* Edges that take, with their adjoints, a quarter of what the layer's blobs do: the rest is other people's. */
static double edges_beside(double numbers)
{
    enum { LEAST = 1 << 19 };

    return numbers / 6 > LEAST ? numbers / 6 : LEAST;
}

static size_t edges_for(const struct gck_rig *rig)
{
    double numbers = 0;

    for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
        numbers += (double)rig->bottom[i].count + (double)rig->top[i].count + (double)rig->weight[i].count
                   + (double)rig->buffer[i].count;
    return (size_t)edges_beside(numbers);
}

/* Inputs at once, at most: each has some numbers of its own. */
static double widest(double inputs)
{
    enum { FEW = 1 << 17, PARTS = 8 };

    return fmin(inputs, fmax(FEW, ceil(inputs / PARTS)));
}

/* An edge leads to a number that has an adjoint. A small layer's tape is no longer than it gets: some steps for each number. */
double gck_exact_twin_bytes(double numbers, double inputs, double of_pass)
{
    enum { STEPS = 64, ARRAYS = 4 }; /* adjoint, derivative, its spread and what that is seen by */

    return fmin(STEPS * of_pass, edges_beside(numbers)) * (double)(sizeof(struct gck_edge) + sizeof(double))
           + ARRAYS * sizeof(double) * widest(inputs);
}

static bool take_batch(struct gck_exact_twin *twin)
{
    const size_t num = twin->check->rig.num;
    size_t *const row = malloc(num * sizeof *row);

    if (row == NULL)
        return false;
    for (size_t r = 0; r < num; r++)
        row[r] = r;
    gck_rig_take(&twin->rig, &twin->check->rig, row);
    gck_rig_weigh(&twin->rig, twin->check->weight);
    free(row);
    return true;
}

/* The twin has the point now, and nobody else looks at it until it is closed: the layer's own rig need not hold it meanwhile.
 * What a layer changes and may not, its twin changes as well. */
static void borrow_point(struct gck_exact_twin *twin)
{
    struct gck_rig *const rig = &twin->check->rig;

    twin->borrowed = !twin->check->setup.put_back && rig->layer->real_size == sizeof(double);
    for (unsigned i = 0; i < rig->setup->bottoms && twin->borrowed; i++)
        gck_blob_forget_data(&rig->bottom[i]);
    for (unsigned i = 0; i < rig->setup->weights && twin->borrowed; i++)
        gck_blob_forget_data(&rig->weight[i]);
}

static void return_point(struct gck_exact_twin *twin)
{
    struct gck_rig *const rig = &twin->check->rig;

    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        gck_peek_all(twin->rig.bottom[i].data, GCK_EXACT_SIZE, rig->bottom[i].count, rig->bottom[i].data);
    for (unsigned i = 0; i < rig->setup->weights; i++)
        gck_peek_all(twin->rig.weight[i].data, GCK_EXACT_SIZE, rig->weight[i].count, rig->weight[i].data);
    twin->borrowed = false;
}

static bool open_rig(struct gck_exact_twin *twin, char *message)
{
    struct gck_check *const check = twin->check;

    if (twin->positions == NULL)
        return gck_rig_open(&twin->rig, check->exact, &check->setup, twin->sliced ? 1 : check->rig.num, message) == GCK_OK;
    if (gck_positions_rig(&check->positions, &twin->rig, check->exact, &check->rig))
        return true;
    gck_say(message, GCK_ESHAPE, "the exact twin refuses a position alone");
    return false;
}

void gck_exact_twin_restart(struct gck_exact_twin *twin)
{
    twin->window = (size_t)widest((double)twin->inputs);
    twin->edges = 0;
    gck_tape_allow(edges_for(&twin->check->rig));
}

bool gck_exact_twin_open(struct gck_exact_twin *twin, struct gck_check *check, char *message)
{
    const bool by_position = check->by_position && check->position_share.doubt == 0 && can_slice(check, true);

    memset(twin, 0, sizeof *twin);
    twin->check = check;
    twin->positions = by_position ? &check->positions : NULL;
    twin->sliced = by_position || can_slice(check, false);
    twin->passes = by_position ? check->positions.count : twin->sliced ? check->rig.num : 1;
    twin->share = by_position ? check->position_share.factor : twin->sliced ? check->batch_law.share : 1;
    if (!open_rig(twin, message))
        return false;
    for (unsigned c = 0; c < check->claims; c++) {
        size_t element;

        twin->at[c] = twin->inputs;
        twin->inputs += gck_exact_twin_inputs(twin, c, &element);
    }
    twin->derivative = gck_pages_new(2 * (twin->inputs + 1) * sizeof *twin->derivative);
    if (twin->derivative == NULL || (!twin->sliced && !take_batch(twin))) {
        gck_say(message, GCK_EMEMORY, "no memory for %zu derivatives", twin->inputs);
        return false;
    }
    if (!twin->sliced)
        borrow_point(twin);
    twin->spread = twin->derivative + twin->inputs;
    gck_exact_twin_restart(twin);
    return true;
}

void gck_exact_twin_close(struct gck_exact_twin *twin)
{
    gck_tape_free();
    gck_tape_allow(0);
    gck_pages_free(twin->derivative);
    twin->derivative = NULL;
    if (twin->borrowed) /* which takes memory: after the rest has gone */
        return_point(twin);
    gck_rig_close(&twin->rig);
}

/* dE/dtop is the top's diff; from there the tape leads to the inputs. */
static bool differentiate(struct gck_exact_twin *twin, double *derivative)
{
    const struct gck_rig *const rig = &twin->rig;
    double *adjoint;

    gck_tape_start(twin->count);
    twin->refused = gck_rig_forward(&twin->rig) != GCK_OK;
    adjoint = gck_tape_adjoints();
    twin->lost = adjoint == NULL;
    if (twin->refused || twin->lost)
        return false;
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = 0; i < rig->top[t].count; i++)
            adjoint[gck_peek_place(rig->top[t].data, rig->top[t].real_size, i)]
                += gck_peek(rig->top[t].diff, rig->top[t].real_size, i);
    adjoint[0] = 0;
    gck_tape_sweep();
    memcpy(derivative, adjoint + 1, twin->count * sizeof *derivative);
    return true;
}

/* The elements of claim c among inputs twin->first .. + count - 1 get their places; place 0: are constants again. What is not
 * asked for is a constant throughout, which keeps the tape short. */
static void place_inputs(struct gck_exact_twin *twin, unsigned c, bool constant)
{
    const struct gck_blob *const blob = gck_claim_blob(&twin->check->claim[c], &twin->rig);
    const size_t size = blob->real_size, end = twin->first + twin->count;
    size_t element, inputs = gck_exact_twin_inputs(twin, c, &element), from = twin->at[c];
    const size_t to = from + inputs < end ? from + inputs : end;

    if (from < twin->first) {
        element += twin->first - from;
        from = twin->first;
    }
    if (from < to)
        gck_poke_places((char *)blob->data + element * size, size, to - from, constant ? 0 : 1 + from - twin->first);
}

static void place(struct gck_exact_twin *twin, bool constant)
{
    for (unsigned c = 0; c < twin->check->claims; c++)
        if (examined(twin->check, c))
            place_inputs(twin, c, constant);
}

/* All inputs that are left at once, with as long a tape as it takes; or as fits beside the rest, and where that is too short the
 * exam is left out. */
static void give_up(struct gck_exact_twin *twin)
{
    enum { PART = 2 }; /* of the memory that is allowed */

    twin->window = twin->inputs;
    twin->edges = SIZE_MAX;
    gck_tape_allow((twin->check->options->megabytes << 20) / (PART * (sizeof(struct gck_edge) + sizeof(double))));
}

/* Fewer inputs, so that the tape has room: it told how many edges there would have been. Where fewer inputs hardly make fewer
 * edges, since all numbers depend on each, memory has to do. */
static void narrow(struct gck_exact_twin *twin)
{
    const size_t edges = gck_tape_edges(), half = twin->count / 2;
    const size_t fits = (size_t)((double)twin->count * 0.8 * (double)edges_for(&twin->check->rig) / ((double)edges + 1));

    if (half == 0 || (twin->edges > 0 && (double)edges > 0.9 * (double)twin->edges))
        give_up(twin);
    else {
        twin->window = fits < 1 ? 1 : fits < half ? fits : half;
        twin->edges = edges;
    }
}

bool gck_exact_twin_differentiate(struct gck_exact_twin *twin, size_t pass, size_t first)
{
    enum { TURNS = 200 }; /* of one pass: Forwards cost time */
    bool done, again;

    if (first == 0)
        twin->turns = 0;
    if (first > 0 || !twin->sliced || twin->positions != NULL)
        place(twin, true); /* those of the last time */
    if (twin->sliced && first == 0) {
        if (twin->positions != NULL)
            gck_positions_take(twin->positions, &twin->rig, &twin->check->rig, pass, pass);
        else
            gck_rig_take(&twin->rig, &twin->check->rig, &pass);
        gck_rig_weigh(&twin->rig, twin->check->weight);
    }
    twin->spread_known = false;
    do {
        if (++twin->turns == TURNS)
            give_up(twin);
        twin->first = first;
        twin->count = twin->inputs - first < twin->window ? twin->inputs - first : twin->window;
        place(twin, false);
        done = differentiate(twin, twin->derivative);
        again = twin->lost && twin->edges < SIZE_MAX;
        if (again) {
            place(twin, true);
            narrow(twin);
        }
    } while (again);
    if (twin->edges < SIZE_MAX && twin->window < twin->inputs && gck_tape_edges() < edges_for(&twin->check->rig) / 4) { /* here an input makes few */
        const size_t most = (size_t)widest((double)twin->inputs);

        twin->window = 2 * twin->window < most ? 2 * twin->window : most;
        twin->edges = 0;
    }
    return done;
}

void gck_exact_twin_spread(struct gck_exact_twin *twin)
{
    static const int mode[2] = { FE_UPWARD, FE_DOWNWARD };
    double *const other = malloc((twin->count + 1) * sizeof *other);

    memset(twin->spread, 0, twin->count * sizeof *twin->spread);
    twin->spread_known = true;
    for (unsigned m = 0; m < 2 && other != NULL; m++) {
        bool done;

        fesetround(mode[m]);
        done = differentiate(twin, other);
        fesetround(FE_TONEAREST);
        for (size_t i = 0; i < twin->count && done; i++)
            twin->spread[i] = fmax(twin->spread[i], fabs(other[i] - twin->derivative[i]));
    }
    twin->refused = twin->lost = false; /* by other rounding: the derivative is known all the same */
    free(other);
}
