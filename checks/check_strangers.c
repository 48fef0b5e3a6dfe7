/* check_strangers.c -- layers that no finding was made for: nobody accuses them, and mistakes put into them are found.
 *
 * checks/strangers/ holds correct layers as users write them: a metric loss, a loss that couples its batch, learned weights,
 * pooling, normalisation, plain log and pow. They are plug-ins, loaded from the build folder. */
#include "check.h"

#include "layer/load.h"

#include <dirent.h>

enum { MOST = 64 };

static struct stranger {
    char title[96];
    struct gck_plugin plugin;
} stranger[MOST];
static size_t strangers;

static struct gck_result result;

static void show(const char *dims)
{
    print_error("%s in %s, seed %llu, %s: verdict %d, %s\n", result.layer, result.type == GCK_TYPE_FLOAT ? "float" : "double",
                (unsigned long long)result.seed, dims, (int)result.verdict, result.why);
    for (unsigned f = 0; f < result.findings; f++)
        print_error("    GC%u %s %s\n", result.finding[f].code, result.finding[f].port, result.finding[f].measured);
}

/* True where no severe finding was made; every element can be told at the default shape. */
static bool trusted(const struct stranger *s, enum gck_type type, const struct gck_options *options, const char *dims)
{
    const struct gck_layer *const twin = type == GCK_TYPE_FLOAT ? s->plugin.double_layer[0] : NULL;
    bool good;

    memset(&result, 0, sizeof result);
    gck_examine(type == GCK_TYPE_FLOAT ? s->plugin.float_layer[0] : s->plugin.double_layer[0], twin, options, &result);
    good = result.verdict == GCK_PASS || (options->givens > 0 && result.verdict == GCK_INCONCLUSIVE);
    for (unsigned f = 0; f < result.findings; f++)
        good = good && result.finding[f].severity != GCK_SEVERE;
    if (!good)
        show(dims);
    return good;
}

static void nobody_is_accused(void **state)
{
    static const char *const dims[][2] = { { NULL, NULL }, { "1", NULL }, { "2", "2" },
                                           { "17", "2" },  { "40", "3" }, { "3", "30" } };
    const struct stranger *const s = *state;
    bool good = true;

    for (size_t d = 0; d < sizeof dims / sizeof dims[0]; d++)
        for (uint64_t seed = 1; seed <= 4; seed++) {
            struct gck_options options = gck_options_default();
            char words[64];

            options.seed = seed;
            snprintf(words, sizeof words, "N %s, C %s", dims[d][0] != NULL ? dims[d][0] : "as it is",
                     dims[d][1] != NULL ? dims[d][1] : "as it is");
            for (unsigned k = 0; k < 2 && dims[d][k] != NULL; k++)
                options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, k == 0 ? "N" : "C", dims[d][k] };
            good = trusted(s, GCK_TYPE_DOUBLE, &options, words) && good;
            good = trusted(s, GCK_TYPE_FLOAT, &options, words) && good;
        }
    assert_true(good);
}

/* A fault is found under its name, or without one: never under another's. */
static void faults_are_found(void **state)
{
    const struct stranger *const s = *state;
    const struct gck_options options = gck_options_default();
    bool good = true;
    unsigned named = 0, found = 0;

    memset(&result, 0, sizeof result);
    assert_int_equal(gck_prove(s->plugin.double_layer[0], NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_PASS);
    for (unsigned i = 0; i < result.faults; i++) {
        const struct gck_injected *const fault = &result.fault[i];

        named += fault->named;
        found += fault->fate == GCK_CAUGHT;
        for (unsigned k = 0; k < fault->codes; k++)
            if (fault->code[k] != fault->planned && fault->code[k] != 399) {
                print_error("%s: %s is called GC%u\n", result.layer, fault->title, fault->code[k]);
                good = false;
            }
    }
    assert_true(good);
    assert_true(named + 1 >= found);
}

static int by_title(const void *a, const void *b)
{
    return strcmp(((const struct stranger *)a)->title, ((const struct stranger *)b)->title);
}

/* The titles are the stems until all are loaded. */
static void read_all(const char *build)
{
    DIR *const folder = opendir("checks/strangers");
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        const size_t length = strlen(entry->d_name);

        if (length > 2 && length < sizeof stranger[0].title && strcmp(entry->d_name + length - 2, ".c") == 0
            && strangers < MOST)
            memcpy(stranger[strangers++].title, entry->d_name, length - 2);
    }
    if (folder != NULL)
        closedir(folder);
    qsort(stranger, strangers, sizeof stranger[0], by_title);
    for (size_t i = 0; i < strangers; i++) {
        char path[256], message[GCK_MESSAGE_SIZE];

        snprintf(path, sizeof path, "%s/strangers/%.95s.so", build, stranger[i].title);
        if (gck_plugin_load(&stranger[i].plugin, path, message) != GCK_OK) {
            fprintf(stderr, "%s: %s\n", path, message);
            exit(1);
        }
    }
}

int main(void)
{
    static struct CMUnitTest test[2 * MOST];
    static char title[2 * MOST][128];
    const char *const build = getenv("GCK_BUILD");

    read_all(build != NULL ? build : "build");
    if (strangers == 0) {
        fprintf(stderr, "checks/strangers holds no layer\n");
        return 1;
    }
    for (size_t i = 0; i < strangers; i++) {
        snprintf(title[2 * i], sizeof title[0], "%.95s is not accused", stranger[i].title);
        snprintf(title[2 * i + 1], sizeof title[0], "mistakes in %.95s are found", stranger[i].title);
        test[2 * i] = (struct CMUnitTest){ title[2 * i], nobody_is_accused, NULL, NULL, &stranger[i] };
        test[2 * i + 1] = (struct CMUnitTest){ title[2 * i + 1], faults_are_found, NULL, NULL, &stranger[i] };
    }
    return _cmocka_run_group_tests("layers that no finding was made for", test, 2 * strangers, NULL, NULL);
}
