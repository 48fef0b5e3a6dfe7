/* needs.c -- the memory that an examination takes at its peak. */
#include "exam/needs.h"

#include "core/blob.h"
#include "exam/batch.h"
#include "exam/contract.h"
#include "exam/exact_twin.h"
#include "exam/probed.h"
#include "exam/together.h"

#include <math.h>

enum { NUMBER = sizeof(double),
       SAID = 2 * NUMBER + 1,                   /* of an element: analytic value, allowance, verdict */
       JUDGED = 2 * NUMBER + sizeof(float) + 1, /* and: numeric, bound, step, kinked */
       ROWS = 2,                                /* numbers of a sample: its place in another order */
       SHARES = 3,                              /* and its loss, its share, and one to spare */
       SUMS = 3,                                /* of what all samples add to */
       KEPT = 1 << 17,
       OTHERS = 1 << 12 };                      /* samples of other data that the batch exam keeps */

/* Of the program: results, tables of the libraries, what malloc keeps; of a forked child, what it writes of that. */
static const double program = 0x1p21, child = 0x1p20;

struct needs {
    const struct gck_sizes *sizes;
    double size;            /* bytes of one number of the layer, */
    double asked_size;      /* and of the layer whose Forward is differenced */
    double asked, inputs;   /* elements that take a gradient; numbers of bottoms and weights */
    bool some;              /* samples stand for all in the contract */
    bool whole;             /* elements may be judged by Forwards of a whole batch that is large */
    double judged;          /* elements that are judged one by one, at most: what is probed takes less */
    bool sliced;            /* the exact twin may look at single samples */
    bool sums;              /* and does, as the layer claims to add them up: otherwise nobody knows before */
    unsigned jobs;          /* children at once; 0: there are none */
    double rig, bare;       /* the layer's rig after passes; its diffs and buffers forgotten */
    double rows;            /* of the rig, what grows with num */
    double more;            /* what the rig takes for a sample or two more; 0 where not all are asked in the contract */
    double drawn;           /* the point as it was drawn, */
    double more_drawn;      /* and for one more */
    double twin, twin_idle; /* the reference's after a Forward, 0 without one; and before */
    double point;           /* copies of it, where no rig holds it as doubles */
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

/* ---- what each exam takes beside the rigs, the elements and the point ---- */

/* A snapshot, whose data are what the point is put back from, where that is of the layer's type; what Forward is compared with, or
 * the results of a fresh rig with a sample more and then a fresh one with a sample less, where not some samples do. */
static double contract(const struct needs *n)
{
    const struct gck_sizes *const sizes = n->sizes;
    const double num = (double)sizes->num;
    const double copied = n->size == NUMBER ? sizes->files : n->inputs;
    const double snapshot = n->size * (copied + n->inputs + 2 * sizes->tops);
    const double less = n->rig - n->rows / num;
    const double fresh = larger(n->size * (n->inputs + sizes->tops), num > 1 ? less : 0);

    return n->more + n->more_drawn + snapshot + (n->some ? n->size * 2 * sizes->tops : fresh);
}

static double loss_weight(const struct needs *n)
{
    return 2 * NUMBER * n->asked + n->size * 2 * n->sizes->tops;
}

/* Beside the layer's rig the same samples in another order, or some of many, in the twin as well, and some other samples. */
static double batch(const struct needs *n)
{
    const struct gck_sizes *const sizes = n->sizes;
    const double others = fmin(1, OTHERS / (double)sizes->num);
    const double other = n->size * (others * sizes->bottoms + sizes->weights)
                         + 3 * NUMBER * fmin(others * sizes->bottoms, KEPT); /* as drawn, of three kinds */
    const double singles = NUMBER * (sizes->batched + SHARES * (double)sizes->num) + 2 * n->size * sizes->weights;
    const double part = gck_batch_part(sizes->num, sizes->asked), whole = fmin(part, 1);
    const double at_once = whole * n->rig + other
                           + (n->twin > 0 ? whole * n->twin + NUMBER * (others * sizes->bottoms + sizes->weights) : 0);
    const double twice = part * n->rows + (part < 1 ? 2 : 1) * 2 * n->size * sizes->weights;

    return NUMBER * ROWS * (double)sizes->num + larger(larger(at_once, twice), singles);
}

/* ---- the exams one after the other ---- */

/* Before the point that was drawn is forgotten; then analytic values, allowances and their median, the point, of which everybody has
 * a copy yet; then the others. */
static double one_after_the_other(const struct needs *n)
{
    const double rigs = n->rig + n->twin, said = SAID * n->asked;
    const double rounding = NUMBER * (n->asked + n->sizes->longest);

    return larger(larger(n->rig + n->twin_idle + n->drawn + contract(n), rigs + said + rounding),
                  rigs + n->point + said + larger(loss_weight(n), batch(n)));
}

/* ---- side by side (together.c): children write into pages of their own, and the elements' arrays are shared ---- */

static double side_by_side(const struct needs *n)
{
    const struct gck_sizes *const sizes = n->sizes;
    const bool two = n->jobs > 1;
    const double found = n->size == NUMBER && sizes->files == 0 ? NUMBER * n->asked : 0; /* of the point: where it was drawn */
    const double point = NUMBER * n->asked - found, widest = 2 * NUMBER * n->asked, passed = n->rig - n->bare, tops = n->size * 2 * sizes->tops;
    const double noise = n->size * (n->inputs + sizes->buffers) + tops
                         + (n->twin > 0 ? NUMBER * (n->inputs + sizes->buffers + 2 * sizes->tops) : 0);
    const double turn = larger(passed + n->size * n->inputs + tops, noise);
    const double contracts = passed + tops + contract(n);
    const double turns = n->bare + n->twin_idle + point + n->drawn + (SAID - NUMBER) * n->asked + widest
                         + (two ? turn + larger(turn, contracts) : larger(turn, contracts));
    const double weights = passed + tops + loss_weight(n), batches = passed + tops + (n->twin - n->twin_idle) + batch(n);
    const double contract_too = point + n->drawn + contracts;
    const double laws = n->bare + n->twin_idle + n->point + SAID * n->asked + widest
                        + (two ? larger(weights + batches, contract_too + larger(weights, batches)) : larger(weights, batches));

    return larger(turns, laws) + (two ? 2 : 1) * child;
}

/* ---- the elements ---- */

/* What Forwards of the whole batch write, where a child makes them. */
static double passes(const struct needs *n)
{
    const double few = 0x1p20, all = n->asked_size * (n->sizes->buffers + 2 * n->sizes->tops);

    return n->whole ? all : fmin(all, few);
}

/* All that is known of elements that were judged one by one; or the arrays of a probe: the point, its steps, how far they reach,
 * what it would have seen. */
static double gradient(const struct needs *n)
{
    const unsigned children = n->jobs > 1 ? n->jobs : 1;
    const double held = n->bare + n->twin_idle + n->point + n->asked_size * n->sizes->weights + SAID * n->asked;
    const double one_by_one = JUDGED * n->judged + NUMBER * n->sizes->weights + children * (passes(n) + (n->jobs > 0 ? child : 0));
    const double probe = (n->twin > 0 ? 3 : n->size < NUMBER ? 2 : 3) * NUMBER * n->sizes->longest + NUMBER * n->asked
                         + n->asked_size * n->sizes->buffers + (n->twin > 0 ? NUMBER * n->inputs : 0);

    return held + (n->judged < n->asked ? larger(one_by_one, probe) : one_by_one);
}

/* Of single samples, by several children, of which the weights are the whole and what they add to is summed up; or of the batch, while
 * the layer's own rig is without it. */
static double exact(const struct needs *n)
{
    const struct gck_sizes *const sizes = n->sizes;
    const double numbers = n->inputs + sizes->tops + sizes->buffers, num = (double)sizes->num;
    const double held = n->bare + n->point + SAID * n->asked, shared = sizes->asked - sizes->batched;
    const double of_sample = (numbers - sizes->weights) / num + sizes->weights, inputs = sizes->batched / num + shared;
    const double each = GCK_EXACT_SIZE * of_sample + gck_exact_twin_bytes(numbers, inputs, of_sample);
    const double samples = SUMS * NUMBER * shared + (shared > 0 || n->jobs == 0 ? each : n->jobs * (each + child));
    const double whole = GCK_EXACT_SIZE * numbers + NUMBER * sizes->tops + gck_exact_twin_bytes(numbers, sizes->asked, numbers)
                         - n->size * n->inputs + (n->whole ? JUDGED : 2 * NUMBER) * n->asked; /* as a rule it was probed */

    return held + (n->sliced ? larger(JUDGED * n->judged + samples, n->sums ? 0 : whole) : whole);
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
    const double inputs = sizes->bottoms + sizes->weights, size = (double)layer->real_size;
    const double rig = gck_memory_rig(sizes, layer->real_size), rows = rig - 2 * size * sizes->weights;
    const double of_sample = rows / (double)sizes->num;
    const bool some = gck_contract_samples(sizes->bottoms, sizes->num) > 0;
    const struct needs needs = {
        .sizes = sizes,
        .some = some,
        .whole = options->exhaustive,
        .size = size,
        .asked_size = twins ? NUMBER : size,
        .asked = sizes->asked,
        .inputs = inputs,
        .judged = judged(options, sizes),
        .sliced = sizes->num >= GCK_MANY_SAMPLES || sizes->weights == 0,
        .sums = layer->norm != GCK_NORM_NONE,
        .jobs = options->jobs,
        .rig = rig,
        .bare = rig - size * (inputs + sizes->buffers),
        .rows = rows,
        .more = some ? 0 : (double)gck_contract_more(sizes->asked) * of_sample,
        .drawn = NUMBER * (inputs - sizes->files),
        .more_drawn = some ? 0 : NUMBER * sizes->bottoms / (double)sizes->num,
        .twin = twins ? forward_rig(sizes, NUMBER) : 0,
        .twin_idle = twins ? forward_rig(sizes, NUMBER) - NUMBER * sizes->buffers : 0,
        .point = in_float && !twins ? NUMBER * sizes->asked : 0,
    };
    const bool apart = options->jobs > 0 && inputs + sizes->tops + sizes->buffers >= GCK_TOGETHER_LARGE;
    double most = larger(apart ? side_by_side(&needs) : one_after_the_other(&needs), gradient(&needs));

    if (exact_layer != NULL && !in_float && !options->differences_only)
        most = larger(most, exact(&needs));
    return program + (options->jobs > 0 ? 2 * child : 0) + NUMBER * (sizes->files + sizes->kept) + most;
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
