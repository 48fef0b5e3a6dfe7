/* names.c -- are mistakes called by their names? The gallery of broken layers in many settings, and correct layers.
 *
 *     names BUILD gallery SEEDS [STEM]   at the usual shape and weights
 *     names BUILD shapes TRIALS [STEM]   num 2 .. 200, C 2 .. 50, S 1 .. 6, drawn at random
 *     names BUILD weights TRIALS [STEM]  loss weight 1 alone, 0.3 alone, at shapes drawn at random
 *     names BUILD files TRIALS [STEM]    the user's data from .npy files, of shapes drawn at random
 *     names BUILD pairs SEEDS            two of ten common mistakes at once, and each with one that others could hide behind
 *     names BUILD correct RUNS           correct layers at random shapes, seeds, parameters, weights and scales
 *
 * right: exactly the planned codes. unsure: a planned code is missing, but whatever else was named is GC399 or said to be
 * doubtful. wrong: another code was named without doubt. missed: no finding, which is right where the mistake is none at this
 * shape (axes of length 1 are never transposed). Wrong and missed runs are listed with the options that repeat them. */
#include "draw.h"
#include "pairs.h"

#include <unistd.h>

enum outcome { RIGHT, UNSURE, WRONG, MISSED, OUTCOMES };

struct tally {
    size_t runs, outcome[OUTCOMES];
    uint64_t exam, diagnosis; /* Forwards of the runs with a finding */
    size_t costly;            /* runs of which the diagnosis took more than the exams */
    double worst;
};

static struct exhibit exhibit[MAX_LAYERS];
static struct confusion table;

static enum outcome judge(const struct exhibit *e, const struct gck_result *result)
{
    bool severe = false;

    if (as_planned(e, result))
        return RIGHT;
    for (unsigned f = 0; f < result->findings; f++) {
        const struct gck_finding *const finding = &result->finding[f];

        if (finding->severity != GCK_SEVERE)
            continue;
        severe = true;
        if (!exhibit_plans(e, finding->code) && finding->code != 399 && !finding->doubtful)
            return WRONG;
    }
    return severe ? UNSURE : MISSED;
}

static void tell(const char *what, const char *stem, const struct gck_result *result)
{
    printf("%s %s: %s; verdict %d %s\n", what, stem, result->again, (int)result->verdict, result->why);
    for (unsigned f = 0; f < result->findings; f++)
        printf("    GC%u%s %s: %s\n", result->finding[f].code, result->finding[f].doubtful ? "?" : "",
               result->finding[f].port, result->finding[f].measured);
}

static void count(struct tally *tally, const struct exhibit *e, const struct gck_result *result)
{
    static const char *const word[OUTCOMES] = { "right", "unsure", "WRONG", "missed" };
    const enum outcome outcome = judge(e, result);

    tally->runs++;
    tally->outcome[outcome]++;
    confusion_count(&table, e, result);
    if (result->findings > 0 && result->verdict == GCK_FAIL) {
        const uint64_t exam = result->forwards - result->diagnosis_forwards;
        const double share = (double)result->diagnosis_forwards / (double)exam;

        tally->exam += exam;
        tally->diagnosis += result->diagnosis_forwards;
        tally->costly += share > 1;
        tally->worst = share > tally->worst ? share : tally->worst;
        if (share > 1)
            printf("%llu Forwards of the exams, %llu of the diagnosis: %s, %s\n", (unsigned long long)exam,
                   (unsigned long long)result->diagnosis_forwards, e->stem, result->again);
    }
    if (outcome != RIGHT && (outcome != UNSURE || getenv("NAMES_ALL") != NULL))
        tell(word[outcome], e->stem, result);
}

static void print(const struct tally *tally, const char *of)
{
    const double share = 100.0 / (double)(tally->runs > 0 ? tally->runs : 1);

    confusion_print(&table, of);
    printf("\n%s: %zu runs, right %.2f %%, unsure %.2f %%, wrong %.2f %%, missed %.2f %%\n", of, tally->runs,
           share * (double)tally->outcome[RIGHT], share * (double)tally->outcome[UNSURE],
           share * (double)tally->outcome[WRONG], share * (double)tally->outcome[MISSED]);
    printf("Forwards of the diagnosis: %.2f of those of the exams in all, at most %.2f; more than 1 in %zu runs\n",
           (double)tally->diagnosis / (double)(tally->exam > 0 ? tally->exam : 1), tally->worst, tally->costly);
}

/* ---- settings ---- */

/* Log-uniform between both, inclusively. */
static size_t between(struct draw *draw, double least, double most)
{
    return (size_t)floor(least * pow((most + 1) / least, draw_unit(draw)));
}

static bool uses(const struct gck_layer *layer, unsigned dim)
{
    for (const struct gck_port *p = layer->bottom; p->name != NULL; p++)
        for (unsigned a = 0; a < GCK_MAX_AXES; a++)
            if (p->dims[a] & dim)
                return true;
    return false;
}

/* Shapes of at most 1500 elements. */
static void draw_shape(struct draw *draw, const struct gck_layer *layer, size_t size[3])
{
    do {
        size[0] = between(draw, 2, 200);
        size[1] = uses(layer, GCK_C) ? between(draw, 2, 50) : 1;
        size[2] = uses(layer, GCK_S) ? between(draw, 1, 6) : 1;
    } while (size[0] * size[1] * size[2] > 1500);
}

static void give_shape(struct draw *draw, const struct gck_layer *layer)
{
    size_t size[3];

    draw_shape(draw, layer, size);
    draw_give(draw, GCK_GIVEN_DIM, "N", "%.0f", (double)size[0]);
    if (uses(layer, GCK_C))
        draw_give(draw, GCK_GIVEN_DIM, "C", "%.0f", (double)size[1]);
    if (uses(layer, GCK_S))
        draw_give(draw, GCK_GIVEN_DIM, "S", "%.0f", (double)size[2]);
}

/* A value of the kind that people have in their files: few digits, not centred. */
static double value_for(struct draw *draw, const struct gck_port *port, const size_t size[3])
{
    const double unit = draw_unit(draw);

    switch (port->fill) {
    case GCK_LABELS:
        return floor(unit * (double)size[port->range == GCK_C ? 1 : port->range == GCK_S ? 2 : 0]);
    case GCK_BINARY:
        return unit < 0.5;
    case GCK_SIGNS:
        return unit < 0.5 ? -1 : 1;
    case GCK_UNIFORM:
        return port->lo + (port->hi - port->lo) * round(1 + 98 * unit) / 100;
    case GCK_GAUSSIAN:
        return round(100 * ((port->scale != 0 ? port->scale : 1)
                            * (0.3 + 1.5 * gck_normal(draw->trial, 0xF11Eu, draw->at)))) / 100;
    default:
        return 0.01 + round(100 * unit) / 100;
    }
}

/* One .npy file for each bottom in the folder; format: numpy's documentation, "NPY format". */
static void give_files(struct draw *draw, const struct gck_layer *layer, const char *folder)
{
    static char path[GCK_MAX_PORTS][256];
    size_t size[3];
    unsigned b = 0;

    draw_shape(draw, layer, size);
    for (const struct gck_port *p = layer->bottom; p->name != NULL; p++, b++) {
        char shape[96] = "", head[128];
        size_t n = 1;
        FILE *file;

        for (unsigned a = 0; p->dims[a] != 0; a++) {
            const size_t dim = (p->dims[a] & GCK_N ? size[0] : 1) * (p->dims[a] & GCK_C ? size[1] : 1)
                               * (p->dims[a] & GCK_S ? size[2] : 1);

            n *= dim;
            snprintf(shape + strlen(shape), sizeof shape - strlen(shape), "%zu, ", dim);
        }
        snprintf(path[b], sizeof path[b], "%.150s/%.60s.npy", folder, p->name);
        file = fopen(path[b], "wb");
        if (file == NULL)
            gallery_wrong(path[b], "cannot be written");
        snprintf(head, sizeof head, "{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }", shape);
        fprintf(file, "\x93NUMPY%c%c%c%c%-117s\n", 1, 0, 118, 0, head);
        for (size_t i = 0; i < n; i++) {
            const double value = value_for(draw, p, size);

            fwrite(&value, sizeof value, 1, file);
        }
        fclose(file);
        draw->options.given[draw->options.givens++] = (struct gck_given){ GCK_GIVEN_BOTTOM, p->name, path[b] };
    }
}

/* ---- what is asked ---- */

static int gallery(const char *build, const char *mode, uint64_t trials, const char *only)
{
    const size_t exhibits = gallery_read(exhibit, build, only);
    static struct gck_result result;
    static struct draw draw;
    struct tally tally = { 0 };
    char folder[] = "/tmp/names.XXXXXX";

    if (strcmp(mode, "files") == 0 && mkdtemp(folder) == NULL)
        gallery_wrong(folder, "cannot be made");
    for (size_t i = 0; i < exhibits; i++)
        for (uint64_t trial = 0; trial < trials; trial++)
            for (unsigned t = 0; t < 2; t++) {
                const enum gck_type type = t == 0 ? GCK_TYPE_DOUBLE : GCK_TYPE_FLOAT;
                const struct gck_layer *const layer = exhibit[i].plugin.double_layer[0];

                if (type == GCK_TYPE_FLOAT ? exhibit[i].double_only : exhibit[i].float_only)
                    continue;
                memset(&draw, 0, sizeof draw);
                draw.trial = trial * 1000 + i + (strcmp(mode, "gallery") == 0 ? 0 : 77);
                draw.options = gck_options_default();
                draw.options.seed = trial == 0 ? 1701 : trial * 7919 + 1;
                if (strcmp(mode, "shapes") == 0 || strcmp(mode, "weights") == 0)
                    give_shape(&draw, layer);
                if (strcmp(mode, "weights") == 0) {
                    draw.options.weights = 1;
                    draw.options.weight[0] = trial % 2 == 0 ? 1 : 0.3;
                }
                if (strcmp(mode, "files") == 0)
                    give_files(&draw, layer, folder);
                examine_exhibit(&exhibit[i], type, &draw.options, &result);
                count(&tally, &exhibit[i], &result);
            }
    print(&tally, mode);
    return tally.outcome[WRONG] != 0;
}

/* Of a line of the table: both are named, one and the other is told of, one alone, none; * a wrong name, too. */
static void pairs_print(unsigned a, unsigned from, const char sum[PAIR_ALL + 1][8])
{
    printf("%2u GC%u ", a, pair_code[a]);
    for (unsigned b = from; b <= PAIR_ALL; b++)
        printf(" %5s", sum[b]);
    printf("\n");
}

static int pairs(const char *build, uint64_t seeds)
{
    static struct exhibit e;
    static struct gck_result result;
    static char sum[PAIR_ALL + 1][8];
    char path[256], message[GCK_MESSAGE_SIZE];
    struct {
        size_t runs, both, told, none, wrong;
    } of[2] = { { 0 }, { 0 } }; /* pairs of common ones, all others */

    snprintf(path, sizeof path, "%.200s/plugins/two_mistakes.so", build);
    if (gck_plugin_load(&e.plugin, path, message) != GCK_OK)
        gallery_wrong(path, message);
    printf("how many of the two are named, on average; t: where one is not, it is told that there is more\n         ");
    for (unsigned b = 2; b <= PAIR_ALL; b++)
        printf(" GC%u", pair_code[b]);
    printf("\n");
    for (unsigned a = 1; a <= PAIR_COMMON; a++) {
        memset(sum, 0, sizeof sum);
        for (unsigned b = a + 1; b <= PAIR_ALL; b++) {
            size_t named = 0, untold = 0;

            for (uint64_t s = 0; s < 2 * seeds; s++) {
                const uint64_t seed = s / 2 == 0 ? 1701 : s / 2 * 7919 + 1;
                const struct pair_outcome outcome
                    = pair_examine(&e, a, b, s % 2 == 0 ? GCK_TYPE_DOUBLE : GCK_TYPE_FLOAT, seed, &result);
                const unsigned k = b > PAIR_COMMON;

                named += outcome.first + outcome.second;
                untold += outcome.first != outcome.second && !outcome.told;
                of[k].runs++;
                of[k].both += outcome.first && outcome.second;
                of[k].told += outcome.told;
                of[k].none += !outcome.first && !outcome.second;
                of[k].wrong += outcome.wrong;
                if ((!outcome.first && !outcome.second) || outcome.wrong || getenv("NAMES_ALL") != NULL) {
                    snprintf(message, sizeof message, "%u GC%u and %u GC%u", a, pair_code[a], b, pair_code[b]);
                    tell(outcome.wrong ? "WRONG" : outcome.first || outcome.second ? "named" : "missed", message, &result);
                }
            }
            snprintf(sum[b], sizeof sum[b], "%.2f%s", (double)named / (double)(2 * seeds),
                     named < 4 * seeds && untold == 0 ? "t" : "");
        }
        pairs_print(a, 2, (const char(*)[8])sum);
    }
    for (unsigned k = 0; k < 2; k++) {
        const double share = 100 / (double)of[k].runs;

        printf("%s: %zu runs; both named %.2f %%, one named and the rest told %.2f %%, one alone %.2f %%, none named %.2f %%, "
               "a wrong name %.2f %%\n",
               k == 0 ? "pairs" : "behind faults of data", of[k].runs, share * (double)of[k].both, share * (double)of[k].told,
               share * (double)(of[k].runs - of[k].both - of[k].told - of[k].none), share * (double)of[k].none,
               share * (double)of[k].wrong);
    }
    return of[0].none + of[1].none > 0;
}

static int correct(uint64_t wanted)
{
    static const double weight[] = { 1, 0.3, 2, -1, 1e-3, 1e3, 1.375, -0.7 };
    static struct gck_result result;
    static struct draw draw;
    size_t layers = 0, runs = 0, failed = 0;

    while (gck_layer_at(layers, GCK_TYPE_DOUBLE) != NULL)
        layers++;
    for (uint64_t trial = 500000; runs < wanted; trial++)
        for (size_t l = 0; l < layers; l++)
            for (unsigned t = 0; t < 2; t++) {
                const struct gck_layer *const in_double = gck_layer_at(l, GCK_TYPE_DOUBLE);
                bool severe = false;

                draw_options(&draw, in_double, trial, true, false);
                if (draw_unit(&draw) < 0.5) {
                    draw.options.weights = 1 + (unsigned)draw_below(&draw, 2);
                    for (unsigned w = 0; w < draw.options.weights; w++)
                        draw.options.weight[w] = weight[draw_below(&draw, sizeof weight / sizeof weight[0])];
                }
                gck_examine(t == 0 ? in_double : gck_layer_find(in_double->name, GCK_TYPE_FLOAT),
                            t == 0 ? NULL : in_double, &draw.options, &result);
                for (unsigned f = 0; f < result.findings; f++)
                    severe = severe || result.finding[f].severity == GCK_SEVERE || result.finding[f].code == 308;
                runs++;
                failed += severe;
                if (severe)
                    tell("FALSE ALARM", in_double->name, &result);
            }
    printf("correct: %zu runs, %zu with a finding of severity fail or GC308\n", runs, failed);
    return failed != 0;
}

int main(int argc, char **argv)
{
    const uint64_t times = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;

    if (times == 0) {
        fprintf(stderr, "names BUILD gallery|shapes|weights|files|pairs|correct TIMES [STEM]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    return strcmp(argv[2], "pairs") == 0     ? pairs(argv[1], times)
           : strcmp(argv[2], "correct") == 0 ? correct(times)
                                             : gallery(argv[1], argv[2], times, argc > 4 ? argv[4] : NULL);
}
