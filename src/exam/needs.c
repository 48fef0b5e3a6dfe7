/* needs.c -- the memory that an examination takes at its peak. */
#include "exam/needs.h"

#include "core/blob.h"
#include "exam/batch.h"
#include "exam/contract.h"
#include "exam/exact_twin.h"
#include "exam/probed.h"

#include <math.h>

enum { NUMBER = sizeof(double),
       JUDGED = 2 * NUMBER + sizeof(float) + 1, /* of an element: numeric, bound, step, kinked */
       ROWS = 2,                                /* numbers of a sample: its place in another order */
       SHARES = 3,                              /* and its loss, its share, and one to spare */
       SUMS = 3,                                /* of what all samples add to */
       KEPT = 1 << 17,
       OTHERS = 1 << 12 };                      /* samples of other data that the batch exam keeps */

static const double program = 0x1p21; /* results, tables of the libraries, what malloc keeps */

struct needs {
    const struct gck_sizes *sizes;
    double size;            /* bytes of one number of the layer */
    double asked, inputs;   /* elements that take a gradient; numbers of bottoms and weights */
    bool some;              /* samples stand for all in the contract */
    double judged;          /* elements that are judged one by one, at most: what is probed takes less */
    bool sliced;            /* the exact twin may look at single samples */
    double rig, idle;       /* the layer's rig after passes; its diffs forgotten */
    double rows;            /* of the rig, what grows with num */
    double more;            /* what the rig takes for a sample or two more; 0 where not all are asked in the contract */
    double more_drawn;      /* the point's values for one more */
    double twin, twin_idle; /* the reference's after a Forward, 0 without one; and before */
    double point;           /* copies of it */
};

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* A rig in which Forward alone ran. */
static double forward_rig(const struct gck_sizes *sizes, double size)
{
    return gck_memory_rig(sizes, (size_t)size) - size * (sizes->bottoms + sizes->weights);
}

/* A snapshot, whose data are what the point is put back from, where that is of the layer's type; what Forward is compared with, or
 * the results of a fresh rig with a sample more and then a fresh one with a sample less, where not some samples do. */
static double contract(const struct needs *n)
{
    const struct gck_sizes *const sizes = n->sizes;
    const double num = (double)sizes->num, drawn = NUMBER * (n->inputs - sizes->files);
    const double copied = n->size == NUMBER ? sizes->files : n->inputs;
    const double snapshot = n->size * (copied + n->inputs + 2 * sizes->tops);
    const double less = n->rig - n->rows / num;
    const double fresh = larger(n->size * (n->inputs + sizes->tops), num > 1 ? less : 0);

    return n->rig + n->more + n->twin_idle + drawn + n->more_drawn + snapshot + (n->some ? n->size * 2 * sizes->tops : fresh);
}

/* Analytic values and allowances; the directions of the noise, and the point, of which everybody has a copy yet. */
static double rounding(const struct needs *n)
{
    return n->rig + n->twin + NUMBER * n->asked + (2 * NUMBER + 1) * n->asked + 2 * NUMBER * n->asked;
}

static double loss_weight(const struct needs *n)
{
    return n->rig + n->twin + n->point + (2 * NUMBER + 1) * n->asked + 2 * NUMBER * n->asked + n->size * 2 * n->sizes->tops;
}

/* Beside the layer's rig the same samples in another order, in the twin as well, and some other samples. */
static double batch(const struct needs *n)
{
    const struct gck_sizes *const sizes = n->sizes;
    const double others = fmin(1, OTHERS / (double)sizes->num);
    const double other = n->size * (others * sizes->bottoms + sizes->weights)
                         + 3 * NUMBER * fmin(others * sizes->bottoms, KEPT); /* as drawn, of three kinds */
    const double at_once = n->rig + (n->twin > 0 ? n->twin + NUMBER * (others * sizes->bottoms + sizes->weights) : 0) + other;
    const double singles = NUMBER * (sizes->batched + SHARES * (double)sizes->num) + 2 * n->size * sizes->weights;
    const double part = gck_batch_part(sizes->num, sizes->asked);
    const double twice = part * n->rows + (part < 1 ? 2 : 1) * 2 * n->size * sizes->weights;

    return n->rig + n->twin + n->point + (2 * NUMBER + 1) * n->asked + NUMBER * ROWS * (double)sizes->num
           + larger(larger(at_once, twice), singles);
}

/* All that is known of elements that were judged one by one; or the arrays of a probe. */
static double gradient(const struct needs *n)
{
    const double size = n->twin > 0 ? NUMBER : n->size;
    const double slice = size * n->sizes->weights, held = n->idle + n->twin + n->point + slice;
    const double one_by_one = (2 * NUMBER + 1) * n->asked + JUDGED * n->judged + NUMBER * n->sizes->weights;
    const double probe = (2 * NUMBER + 1) * n->asked + (n->twin > 0 ? 3 : n->size < NUMBER ? 2 : 3) * NUMBER * n->sizes->longest
                         + (n->twin > 0 ? NUMBER * n->inputs : 0);

    return held + larger(one_by_one, probe);
}

/* Of single samples, of which the weights are the whole and what they add to is summed up, or of the batch. */
static double exact(const struct needs *n)
{
    const struct gck_sizes *const sizes = n->sizes;
    const double numbers = n->inputs + sizes->tops + sizes->buffers, num = (double)sizes->num;
    const double held = n->idle + n->point + (2 * NUMBER + 1) * n->asked;
    const double of_sample = (numbers - sizes->weights) / num + sizes->weights;
    const double inputs = sizes->batched / num + (sizes->asked - sizes->batched);
    const double samples = GCK_EXACT_SIZE * of_sample + SUMS * NUMBER * (sizes->asked - sizes->batched)
                           + gck_exact_twin_bytes(numbers, inputs, of_sample);
    const double whole = GCK_EXACT_SIZE * numbers + NUMBER * sizes->tops + gck_exact_twin_bytes(numbers, sizes->asked, numbers);

    /* what is looked at as a whole was probed, as a rule, unless it is small */
    return held + (n->sliced ? larger(JUDGED * n->judged + samples, whole) : JUDGED * n->judged + whole);
}

/* The elements of all claims that are not too many to be judged one by one. */
static double judged(const struct gck_options *options, const struct gck_sizes *sizes)
{
    const double numbers = sizes->bottoms + sizes->weights + sizes->tops + sizes->buffers;
    const double rest = sizes->asked - sizes->batched;

    return options->exhaustive || !gck_probed_beyond(numbers, rest, false) ? sizes->asked : sizes->batched;
}

double gck_needs(const struct gck_options *options, const struct gck_sizes *sizes, const struct gck_layer *layer,
                 const struct gck_layer *twin, const struct gck_layer *exact_layer)
{
    const bool in_float = layer->type == GCK_TYPE_FLOAT, twins = in_float && twin != NULL;
    const double inputs = sizes->bottoms + sizes->weights;
    const double rig = gck_memory_rig(sizes, layer->real_size), rows = rig - 2 * (double)layer->real_size * sizes->weights;
    const double of_sample = rows / (double)sizes->num;
    const bool some = gck_contract_samples(sizes->bottoms, sizes->num) > 0;
    const double more = some ? 0 : (double)gck_contract_more(sizes->asked) * of_sample;
    const struct needs needs = {
        .sizes = sizes,
        .some = some,
        .size = (double)layer->real_size,
        .asked = sizes->asked,
        .inputs = inputs,
        .judged = judged(options, sizes),
        .sliced = sizes->num >= GCK_MANY_SAMPLES || sizes->weights == 0,
        .rig = rig,
        .idle = forward_rig(sizes, (double)layer->real_size),
        .rows = rows,
        .more = more,
        .more_drawn = some ? 0 : NUMBER * sizes->bottoms / (double)sizes->num,
        .twin = twins ? forward_rig(sizes, NUMBER) : 0,
        .twin_idle = twins ? NUMBER * (inputs + sizes->tops) : 0,
        .point = in_float ? NUMBER * sizes->asked : 0,
    };
    double most = larger(contract(&needs), rounding(&needs));

    most = larger(most, loss_weight(&needs));
    most = larger(most, batch(&needs));
    most = larger(most, gradient(&needs));
    if (exact_layer != NULL && !in_float && !options->differences_only)
        most = larger(most, exact(&needs));
    return program + NUMBER * (sizes->files + sizes->kept) + most;
}

enum gck_status gck_needs_judge(const struct gck_setup *setup, const struct gck_layer *layer, const struct gck_layer *twin,
                                const struct gck_layer *exact_layer, double *needed, char *message)
{
    struct gck_sizes sizes;
    const enum gck_status status = gck_sizes_of(setup, layer, &sizes, message);
    double bytes;

    if (status != GCK_OK)
        return status;
    bytes = gck_needs(setup->options, &sizes, layer, twin, exact_layer);
    if (needed != NULL)
        *needed = bytes;
    return gck_memory_judge(setup, &sizes, bytes, "examine", message);
}
