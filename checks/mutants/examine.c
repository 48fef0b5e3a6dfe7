/* examine.c -- compiles the mutants of a folder, compares each with its layer, examines it, and writes down what came out.
 *
 *     examine FOLDER [JOBS [ID]]   FOLDER/list is what mutate wrote; FOLDER/results becomes the list of answers: id, kind,
 *                              setting,
 *                              codes in double, codes in float, those that truth.c found true, those true of these data
 *                              alone, those said to be doubtful, how far it differs in each setting, line, change; and
 *                              FOLDER/words the sentences of every finding
 *
 * Kinds: uncompiled; same (no bit differs in any setting), rounding; other_loss (Backward is the derivative of the changed
 * Forward); refused (red, by the layer's own sentence); not_its_derivative (differs only where the layer itself is not its own
 * derivative: a floor that Backward does not know); found (the exam fails, or is stopped by a crash); missed. The setting is the
 * first in which it was found. */
#include "sight.h"

#include "core/text.h"
#include "layer/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_MUTANTS = 4096, MOST_LAYERS = 64 };

struct entry {
    char id[96], line[16], change[512], part[2][96]; /* part: the two of a pair */
};

static struct entry entry[MOST_MUTANTS];
static size_t entries;
static const char *folder;

static void read_list(const char *only)
{
    static char text[16384];
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/list", folder);
    file = fopen(path, "r");
    while (file != NULL && entries < MOST_MUTANTS && fgets(text, sizeof text, file) != NULL)
        if (sscanf(text, "%95[^\t]\t%15[^\t]\t%511[^\t\n]%*[^\t]\t%95s %95s", entry[entries].id, entry[entries].line,
                   entry[entries].change, entry[entries].part[0], entry[entries].part[1]) >= 3
            && (only == NULL || strncmp(entry[entries].id, only, strlen(only)) == 0))
            entries++;
    if (file == NULL || entries == 0) {
        fprintf(stderr, "no mutants in %s\n", path);
        exit(2);
    }
    fclose(file);
}

/* ---- compiling ---- */

static bool newer(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0
           && (x.st_mtim.tv_sec > y.st_mtim.tv_sec
               || (x.st_mtim.tv_sec == y.st_mtim.tv_sec && x.st_mtim.tv_nsec > y.st_mtim.tv_nsec));
}

/* exact: with the exact twin in it. An existing one is kept unless its source or the header is newer. */
static bool compiled(const char *id, bool exact)
{
    static const char *const build =
        "f=%s/%s exact=%d; c=\"${CC:-cc} -std=c11 -O1 -Werror=int-conversion -Werror=incompatible-pointer-types -Iinclude -fPIC"
        " -D_GNU_SOURCE -DGCK_PLUGIN -fvisibility=hidden\";"
        " { $c -DGCK_FLOAT -c -o $f.float.o $f.c && $c -c -o $f.double.o $f.c && if [ $exact = 1 ]; then"
        " ${CXX:-c++} -x c++ -std=c++20 -DGCK_EXACT -O1 -w -Iinclude -fPIC -D_GNU_SOURCE -DGCK_PLUGIN"
        " -fvisibility=hidden -nostdinc++ -D_TGMATH_H -fno-exceptions -fno-rtti -fno-threadsafe-statics"
        " -ffp-contract=off -c -o $f.exact.o $f.c &&"
        " $c -shared -o $f.exact.so $f.float.o $f.double.o $f.exact.o -lm;"
        " else $c -shared -o $f.so $f.float.o $f.double.o -lm; fi; } 2>$f.err; rm -f $f.*.o";
    char source[512], so[512], command[2048];

    snprintf(source, sizeof source, "%s/%s.c", folder, id);
    snprintf(so, sizeof so, "%s/%s.%s", folder, id, exact ? "exact.so" : "so");
    if (newer(so, source) && newer(so, "include/gradcheck/layer.h"))
        return true;
    unlink(so);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(command, sizeof command, build, folder, id, exact);
#pragma GCC diagnostic pop
    return system(command) != -1 && access(so, R_OK) == 0;
}

static const struct gck_layer *loaded(const char *id, struct gck_plugin *plugin)
{
    char path[512], message[GCK_MESSAGE_SIZE];

    snprintf(path, sizeof path, "%s/%s.so", folder, id);
    return gck_plugin_load(plugin, path, message) == GCK_OK ? plugin->double_layer[0] : NULL;
}

/* ---- the layers that they were made from ---- */

struct original {
    char name[64];
    struct gck_plugin plugin;
    unsigned settings;
    struct setting setting[MOST_SETTINGS];
    bool wrong[MOST_SETTINGS], asked[MOST_SETTINGS]; /* there the layer itself is not its own derivative */
};

static struct original original[MOST_LAYERS];

static struct original *original_of(const char *id)
{
    struct original *o = original;
    const size_t length = strcspn(id, ".");

    while (o->name[0] != '\0' && (strncmp(o->name, id, length) != 0 || o->name[length] != '\0'))
        o++;
    if (o->name[0] == '\0') {
        snprintf(o->name, sizeof o->name, "%.*s", (int)length, id);
        if (!compiled(o->name, false) || loaded(o->name, &o->plugin) == NULL) {
            fprintf(stderr, "%s itself cannot be loaded\n", o->name);
            exit(2);
        }
        o->settings = settings_of(o->name, o->setting);
    }
    return o;
}

/* ---- the exam ---- */

struct answer {
    const char *kind;
    char setting[128]; /* beyond the default */
    struct setting found_in;
    struct claimed claimed[MOST_CLAIMED];  /* severe findings, in double and in float */
    unsigned claims;
    enum difference difference[MOST_SETTINGS];
    FILE *words;
};

static bool wrong(const struct gck_result *result)
{
    return result->verdict == GCK_FAIL || result->verdict == GCK_ERROR;
}

static bool examine(const struct gck_plugin *plugin, const struct setting *setting, struct answer *answer)
{
    static struct gck_result result;
    bool found = false;

    for (unsigned type = 0; type < 2; type++) {
        struct gck_options options = setting->options;

        options.seconds = 30;
        gck_examine_in_worker(type == 0 ? plugin->double_layer[0] : plugin->float_layer[0],
                              type == 0 ? NULL : plugin->double_layer[0], &options, &result);
        found = found || wrong(&result);
        for (unsigned f = 0; answer != NULL && f < result.findings; f++) {
            const struct gck_finding *const finding = &result.finding[f];

            if (finding->severity != GCK_SEVERE)
                continue;
            if (answer->claims < MOST_CLAIMED) {
                struct claimed *const claimed = &answer->claimed[answer->claims++];

                claimed->code = finding->code;
                claimed->of_float = type == 1;
                claimed->doubtful = finding->doubtful;
                GCK_COPY(claimed->port, finding->port);
                GCK_COPY(claimed->what, finding->what);
            }
            fprintf(answer->words, "\t%s GC%u%s %s%s%s: %s | %s | %s\n", type == 0 ? "double" : "float", finding->code,
                    finding->doubtful ? "?" : "", finding->port, finding->what[0] != '\0' ? ", " : "",
                    finding->what, finding->measured, finding->excluded, finding->hint);
        }
        if (answer != NULL && result.why[0] != '\0')
            fprintf(answer->words, "\t%s verdict %d: %s\n", type == 0 ? "double" : "float", (int)result.verdict,
                    result.why);
    }
    return found;
}

static bool original_wrong(struct original *o, unsigned k)
{
    if (!o->asked[k])
        o->wrong[k] = examine(&o->plugin, &o->setting[k], NULL);
    o->asked[k] = true;
    return o->wrong[k];
}

/* What the exact twin says of Backward, as a derivative of the mutant's own Forward. */
static enum gck_answer exact_answer(const char *id, const struct setting *setting)
{
    static struct gck_result result;
    static struct gck_plugin twin;
    struct gck_options options = setting->options;
    char path[512], message[GCK_MESSAGE_SIZE];

    snprintf(path, sizeof path, "%s/%s.exact.so", folder, id);
    if (!compiled(id, true) || gck_plugin_load(&twin, path, message) != GCK_OK)
        return GCK_NOT_ASKED;
    options.exact = twin.exact_layer[0];
    gck_examine_in_worker(twin.double_layer[0], NULL, &options, &result);
    return result.verdict == GCK_PASS ? result.exact.answer : result.verdict == GCK_FAIL ? GCK_WRONG : GCK_UNSURE;
}

static void judge(const struct entry *e, struct answer *answer)
{
    struct original *const o = original_of(e->id);
    static struct gck_plugin plugin;
    enum difference most = SAME_BITS;
    bool another = false, contradicted = false, by_design = true;

    answer->kind = "uncompiled";
    if (!compiled(e->id, false))
        return;
    if (loaded(e->id, &plugin) == NULL) {
        answer->kind = "unloadable";
        return;
    }
    for (unsigned k = 0; k < o->settings; k++) {
        answer->difference[k] = compare(o->plugin.double_layer[0], plugin.double_layer[0], &o->setting[k]);
        most = answer->difference[k] > most ? answer->difference[k] : most;
        if (k > 0 && answer->difference[k] == BY_CRASH && answer->difference[k - 1] == BY_CRASH) {
            while (++k < o->settings) /* a loop without an end takes its time in each */
                answer->difference[k] = BY_CRASH;
            break;
        }
    }
    answer->kind = "found";
    answer->found_in = o->setting[0];
    if (examine(&plugin, &o->setting[0], answer))
        return;
    /* Where they differ; and a mutant that differs nowhere may still write astray, or read what is not its own. */
    for (unsigned k = 1; k < o->settings; k++)
        if ((answer->difference[k] > BY_ROUNDING || most <= BY_ROUNDING) && !original_wrong(o, k)) {
            /* one seed's data may happen not to show it: no sample far enough apart, say */
            for (uint64_t seed = 0; seed < 5; seed++) {
                struct setting setting = o->setting[k];

                setting.options.seed = seed > 0 ? seed : setting.options.seed;
                snprintf(answer->setting, sizeof answer->setting, "%s seed %llu", setting.words,
                         (unsigned long long)setting.options.seed);
                answer->found_in = setting;
                if (examine(&plugin, &setting, answer))
                    return;
            }
        }
    answer->setting[0] = '\0';
    answer->kind = most == SAME_BITS ? "same" : "rounding";
    if (most <= BY_ROUNDING)
        return;
    for (unsigned k = 0; k < o->settings; k++)
        if (answer->difference[k] > BY_ROUNDING && !original_wrong(o, k)) {
            const enum gck_answer says = exact_answer(e->id, &o->setting[k]);

            by_design = false;
            another = another || says == GCK_FINE;
            contradicted = contradicted || says == GCK_WRONG;
            if (says != GCK_FINE)
                snprintf(answer->setting, sizeof answer->setting, "%s", o->setting[k].words);
        }
    answer->kind = by_design ? "not_its_derivative" : another && !contradicted ? "other_loss" : "missed";
}

/* Of a pair it may be true of either part. */
static void ask_truths(const struct entry *e, const struct answer *answer, enum truth *truth)
{
    const struct gck_layer *const layer = original_of(e->id)->plugin.double_layer[0];
    const char *const id[] = { e->id, e->part[0], e->part[1] };

    memset(truth, 0, MOST_CLAIMED * sizeof *truth);
    for (unsigned k = 0; k < 3; k++) {
        static struct gck_plugin plugin;
        enum truth part[MOST_CLAIMED];

        if (id[k][0] == '\0' || !compiled(id[k], false) || loaded(id[k], &plugin) == NULL)
            continue;
        truths(layer, plugin.double_layer[0], &answer->found_in, answer->claimed, answer->claims, part);
        for (unsigned c = 0; c < answer->claims; c++)
            truth[c] = part[c] > truth[c] ? part[c] : truth[c];
    }
}

enum wanted { OF_DOUBLE, OF_FLOAT, OF_TRUE, OF_HERE, OF_DOUBT };

/* A code that several findings have is as true as the worst of them, and doubtful where all are. */
static void put_codes(FILE *file, const struct answer *answer, const enum truth *truth, enum wanted wanted)
{
    for (unsigned k = 0; k < answer->claims; k++) {
        const unsigned code = answer->claimed[k].code;
        bool put = wanted >= OF_TRUE || answer->claimed[k].of_float == (wanted == OF_FLOAT);
        enum truth worst = OBSERVED;
        bool doubtful = true;

        for (unsigned i = 0; i < answer->claims; i++)
            if (answer->claimed[i].code == code) {
                worst = truth[i] < worst ? truth[i] : worst;
                doubtful = doubtful && answer->claimed[i].doubtful;
                put = put && (i >= k || (wanted < OF_TRUE && answer->claimed[i].of_float != answer->claimed[k].of_float));
            }
        if (put && (wanted == OF_DOUBT ? doubtful : wanted < OF_TRUE || worst == (wanted == OF_TRUE ? TRUE_NAME : TRUE_HERE)))
            fprintf(file, "GC%u ", code);
    }
    fputs("\t", file);
}

static void answer_one(const struct entry *e)
{
    static struct answer answer;
    enum truth truth[MOST_CLAIMED];
    char path[512];
    FILE *file;

    memset(&answer, 0, sizeof answer);
    snprintf(path, sizeof path, "%s/%s.words", folder, e->id);
    answer.words = fopen(path, "w");
    snprintf(path, sizeof path, "%s/%s.result", folder, e->id);
    file = fopen(path, "w");
    if (file == NULL || answer.words == NULL) {
        perror(path);
        exit(2);
    }
    judge(e, &answer);
    if (strcmp(answer.kind, "found") == 0 && answer.claims == 0)
        answer.kind = "refused";
    if (strcmp(answer.kind, "found") == 0)
        ask_truths(e, &answer, truth);
    for (unsigned k = 0; k < answer.claims; k++)
        fprintf(answer.words, "\t%s GC%u of %s%s%s: %s\n", answer.claimed[k].of_float ? "float" : "double",
                answer.claimed[k].code, answer.claimed[k].port, answer.claimed[k].what[0] != '\0' ? ", " : "", answer.claimed[k].what,
                truth[k] == FALSE_NAME  ? "NOT TRUE"
                : truth[k] == TRUE_HERE ? "true of these data"
                                        : "true");
    fprintf(file, "%s\t%s\t%s\t", e->id, answer.kind, answer.setting);
    for (enum wanted w = OF_DOUBLE; w <= OF_DOUBT; w++)
        put_codes(file, &answer, truth, w);
    for (unsigned k = 0; k < MOST_SETTINGS && k < original_of(e->id)->settings; k++)
        fprintf(file, "%d", (int)answer.difference[k]);
    fprintf(file, "\t%s\t%s\n", e->line, e->change);
    fclose(file);
    fclose(answer.words);
}

/* ---- all of them ---- */

static void collect(const char *kind, const char *into, bool title)
{
    static char path[768], text[4096];
    FILE *all;

    snprintf(path, sizeof path, "%s/%s", folder, into);
    all = fopen(path, "w");
    for (size_t k = 0; all != NULL && k < entries; k++) {
        snprintf(path, sizeof path, "%.500s/%.95s.%s", folder, entry[k].id, kind);
        FILE *const file = fopen(path, "r");

        if (title)
            fprintf(all, "%s (line %s): %s\n", entry[k].id, entry[k].line, entry[k].change);
        while (file != NULL && fgets(text, sizeof text, file) != NULL)
            fputs(text, all);
        if (file != NULL)
            fclose(file);
    }
    if (all == NULL || fclose(all) != 0) {
        perror(path);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    const unsigned jobs = argc > 2 ? (unsigned)atoi(argv[2]) : 2;
    size_t *const next = mmap(NULL, sizeof *next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int failed = 0, status;

    if (argc < 2 || next == MAP_FAILED) {
        fputs("examine FOLDER [JOBS [ID]]\n", stderr);
        return 2;
    }
    folder = argv[1];
    read_list(argc > 3 ? argv[3] : NULL);
    for (size_t k = 0; k < entries; k++)
        original_of(entry[k].id); /* compiled before there are several who want it */
    for (unsigned j = 0; j < jobs; j++)
        if (fork() == 0) {
            size_t k;

            while ((k = __atomic_fetch_add(next, 1, __ATOMIC_SEQ_CST)) < entries)
                answer_one(&entry[k]);
            exit(0);
        }
    while (wait(&status) > 0)
        failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    collect("result", argc > 3 ? "results.part" : "results", false);
    collect("words", argc > 3 ? "words.part" : "words", true);
    return failed > 0 ? 2 : 0;
}
