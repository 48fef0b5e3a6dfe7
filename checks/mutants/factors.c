/* factors.c -- where a mutant's diffs are a multiple of the layer's: which names are true of that. */
#include "compare.h"

#include "core/blob.h"

#include <math.h>
#include <string.h>

struct factors {
    unsigned blobs;                /* that have a diff: bottoms, then weights */
    bool constant[MOST_BLOBS], zero[MOST_BLOBS];
    double ratio[MOST_BLOBS];      /* mutant's diff over the original's */
    double loss;                   /* mutant's loss over the original's; NaN where the top is no loss */
};

static void ratio_of(const struct gck_blob *a, const struct gck_blob *b, struct factors *f)
{
    const double *const x = a->diff, *const y = b->diff;
    double largest = 0, sum = 0, square = 0;
    bool constant = true, zero = true;

    for (size_t i = 0; i < a->count; i++) {
        largest = fmax(largest, fabs(x[i]));
        sum += x[i] * y[i];
        square += x[i] * x[i];
    }
    for (size_t i = 0; i < a->count; i++) {
        constant = constant && fabs(y[i] - sum / square * x[i]) <= 1e-10 * fabs(sum / square) * largest;
        zero = zero && y[i] == 0;
    }
    f->constant[f->blobs] = constant;
    f->zero[f->blobs] = zero && largest > 0;
    f->ratio[f->blobs++] = sum / square;
}

static bool factors_at(const struct gck_layer *original, const struct gck_layer *mutant, const char *words, double weight,
                       struct factors *f)
{
    static struct run a, b;
    static struct setting setting;
    bool opened;

    read_words(&setting, words);
    memset(f, 0, sizeof *f);
    opened = run_open(&a, original, &setting.options) && run_open(&b, mutant, &setting.options);
    if (opened) {
        run_once(&a, 0, weight, -1);
        run_once(&b, 0, weight, -1);
        preset(a.rig.weight, a.setup.weights, 0);
        preset(b.rig.weight, b.setup.weights, 0);
        gck_rig_backward(&a.rig);
        gck_rig_backward(&b.rig);
        f->loss = original->loss ? gck_peek(b.rig.top[0].data, 8, 0) / gck_peek(a.rig.top[0].data, 8, 0) : (double)NAN;
        for (unsigned i = 0; i < a.setup.bottoms; i++)
            if (!a.setup.bottom[i].port->constant)
                ratio_of(&a.rig.bottom[i], &b.rig.bottom[i], f);
        for (unsigned i = 0; i < a.setup.weights; i++)
            ratio_of(&a.rig.weight[i], &b.rig.weight[i], f);
    }
    run_close(&a);
    run_close(&b);
    return opened;
}

struct law {
    double n, c, s, w, rest; /* ratio = rest * num^n C^c S^s weight^w */
};

static double power(double changed, double base)
{
    return nearbyint(2 * log2(fabs(changed / base))) / 2;
}

static struct law law_of(const double *at) /* at N C S w, and with each of them doubled */
{
    struct law law = { power(at[1], at[0]), power(at[2], at[0]), power(at[3], at[0]), power(at[4], at[0]), 0 };

    law.rest = at[0] / (pow(5, law.n) * pow(7, law.c) * pow(3, law.s) * pow(1.375, law.w));
    return law;
}

struct codes {
    unsigned codes, code[32];
};

static void add(struct codes *codes, unsigned code)
{
    if (codes->codes < 32)
        codes->code[codes->codes++] = code;
}

/* The names of a gradient that is `law` times the derivative. */
static void name_law(const struct law *law, struct codes *codes)
{
    const bool one = fabs(fabs(law->rest) - 1) < 1e-9;
    const int symbols = (law->n != 0) + (law->c != 0 || law->s != 0) + (law->w != 0) + !one;

    if (law->w == -1)
        add(codes, 101);
    if (law->w == 1)
        add(codes, 102);
    if (law->w != 0)
        add(codes, 111);
    if (law->n == 1)
        add(codes, 103);
    if (law->n == -1)
        add(codes, 104);
    if (law->c != 0 || law->s != 0)
        add(codes, 105);
    if (law->rest < 0)
        add(codes, 106);
    if (!one)
        add(codes, 107);
    if (symbols > 1 || fabs(law->n) != 1)
        add(codes, 113);
}

static void true_work(void *context, void *answer)
{
    static const char *const words[] = { "", "N=10", "C=14", "S=6", "", "seed=2" };
    const struct pair *const pair = context;
    struct codes *const codes = answer;
    struct factors f[6];
    bool same = true, loss_factor = true, zero = true;

    codes->codes = 0;
    for (unsigned k = 0; k < 6; k++)
        if (!factors_at(pair->original, pair->mutant, words[k], k == 4 ? 2.75 : 1.375, &f[k]))
            f[k] = f[0]; /* has no such symbol */
    for (unsigned b = 0; b < f[0].blobs; b++) {
        zero = zero && f[0].zero[b];
        same = same && f[0].constant[b] && fabs(f[0].ratio[b] - f[0].ratio[0]) < 1e-9 * fabs(f[0].ratio[0]);
        if (f[0].zero[b] || (f[0].constant[b] && fabs(f[0].ratio[b] - f[0].ratio[0]) > 1e-9)) {
            add(codes, f[0].zero[b] ? 301 : 114);
            if (fabs(f[0].ratio[b] + 1) < 1e-9 || fabs(f[0].ratio[0] + 1) < 1e-9)
                add(codes, 109);
        }
    }
    if (zero)
        add(codes, 112);
    for (unsigned k = 0; k < 5; k++)
        loss_factor = loss_factor && isfinite(f[k].loss) && f[k].loss != 0;
    loss_factor = loss_factor && fabs(f[5].loss - f[0].loss) < 1e-9 * fabs(f[0].loss); /* whatever the data */
    if (same) {
        double backward[5], forward[5], together[5];

        for (unsigned k = 0; k < 5; k++) {
            backward[k] = f[k].ratio[0];
            forward[k] = loss_factor ? f[k].loss : 1;
            together[k] = backward[k] / forward[k];
        }
        const struct law gradient = law_of(backward), loss = law_of(forward), both = law_of(together);

        if (fabs(together[0] - 1) > 1e-9)
            name_law(&both, codes);
        if (fabs(forward[0] - 1) > 1e-9 && (loss.n != 0 || gradient.n != 0))
            add(codes, 115);
        if (loss.n == 1)
            add(codes, 103); /* it is Forward that lost it */
        if (loss.n == -1)
            add(codes, 104);
        if (loss.w != 0)
            add(codes, 110);
    }
}

unsigned true_codes(const struct gck_layer *original, const struct gck_layer *mutant, unsigned *code, unsigned most)
{
    struct pair pair = { original, mutant, NULL };
    struct codes codes;
    unsigned n = 0;

    if (!in_child(true_work, &pair, &codes, sizeof codes))
        return 0;
    for (unsigned k = 0; k < codes.codes && n < most; k++)
        code[n++] = codes.code[k];
    return n;
}
