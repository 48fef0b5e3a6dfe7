/* check_broken.c -- the gallery of broken layers: each is found out, for its planned reason and no other.
 *
 * Every checks/broken/x.c says in its first line which codes have to be reported; its plug-in is examined in
 * both types. "double only": in float the mistake drowns in rounding, there the layer just must not be called
 * wrong for another reason. At the end a table of planned against reported codes is printed. */
#include "check.h"

#include "diagnosis/codes.h"
#include "gradcheck/gradcheck.h"
#include "layer/load.h"

#include <dirent.h>

enum { MAX_LAYERS = 256, MAX_CODES = 8, MAX_KINDS = 64 };

struct exhibit {
    char stem[64], title[96];
    unsigned planned[MAX_CODES], codes;
    bool double_only;
    struct gck_plugin plugin;
};

static struct exhibit exhibit[MAX_LAYERS];
static size_t exhibits;

/* ---- the table ---- */

static unsigned kind[MAX_KINDS];
static size_t kinds;
static unsigned seen[MAX_KINDS][MAX_KINDS]; /* [planned][reported]; 0: nothing */

static size_t kind_of(unsigned code)
{
    size_t k = 0;

    while (k < kinds && kind[k] != code)
        k++;
    if (k == kinds) {
        assert_true(kinds < MAX_KINDS);
        kind[kinds++] = code;
    }
    return k;
}

static bool planned(const struct exhibit *e, unsigned code)
{
    for (unsigned k = 0; k < e->codes; k++)
        if (e->planned[k] == code)
            return true;
    return false;
}

static bool reported(const struct gck_result *result, unsigned code)
{
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].code == code && result->finding[f].severity == GCK_SEVERE)
            return true;
    return false;
}

static void count(const struct exhibit *e, const struct gck_result *result)
{
    for (unsigned k = 0; k < e->codes; k++)
        if (reported(result, e->planned[k]))
            seen[kind_of(e->planned[k])][kind_of(e->planned[k])]++;
        else
            seen[kind_of(e->planned[k])][kind_of(0)]++;
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].severity == GCK_SEVERE && !planned(e, result->finding[f].code))
            seen[kind_of(e->planned[0])][kind_of(result->finding[f].code)]++;
}

static int ascending(const void *a, const void *b)
{
    const unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return (x > y) - (x < y);
}

static void print_table(void)
{
    unsigned code[MAX_KINDS];

    memcpy(code, kind, sizeof code);
    qsort(code, kinds, sizeof code[0], ascending);
    printf("\nplanned   reported (how often), both types, all seeds\n");
    for (size_t p = 0; p < kinds; p++) {
        bool any = false;

        for (size_t r = 0; r < kinds; r++)
            any = any || seen[kind_of(code[p])][kind_of(code[r])] > 0;
        if (!any)
            continue;
        printf("GC%u    ", code[p]);
        for (size_t r = 0; r < kinds; r++) {
            const unsigned times = seen[kind_of(code[p])][kind_of(code[r])];

            if (times > 0 && code[r] == 0)
                printf("  missed (%u)", times);
            else if (times > 0)
                printf("  GC%u (%u)", code[r], times);
        }
        printf("\n");
    }
}

/* ---- the examination ---- */

static void tell(const struct exhibit *e, const struct gck_result *result)
{
    print_error("%s, %s, seed %llu: planned", e->stem, result->type == GCK_TYPE_FLOAT ? "float" : "double",
                (unsigned long long)result->seed);
    for (unsigned k = 0; k < e->codes; k++)
        print_error(" GC%u", e->planned[k]);
    print_error("; verdict %d %s\n", (int)result->verdict, result->why);
    for (unsigned f = 0; f < result->findings; f++)
        print_error("    GC%u %s %s\n", result->finding[f].code, result->finding[f].port,
                    result->finding[f].measured);
}

/* Exactly the planned codes and no other; in float nothing else, where the mistake is one of double. */
static bool as_planned(const struct exhibit *e, const struct gck_result *result)
{
    const bool blind = e->double_only && result->type == GCK_TYPE_FLOAT;

    if (blind && result->verdict != GCK_FAIL && result->verdict != GCK_ERROR)
        return true;
    if (result->verdict != GCK_FAIL)
        return false;
    for (unsigned k = 0; k < e->codes; k++)
        if (!reported(result, e->planned[k]) && !blind)
            return false;
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].severity == GCK_SEVERE && !planned(e, result->finding[f].code))
            return false;
    return true;
}

static bool found_out(const struct exhibit *e, enum gck_type type, const struct gck_options *options)
{
    static struct gck_result result;
    const struct gck_layer *const in_double = e->plugin.double_layer[0];

    if (type == GCK_TYPE_FLOAT)
        gck_examine_in_worker(e->plugin.float_layer[0], in_double, options, &result);
    else
        gck_examine_in_worker(in_double, NULL, options, &result);
    if (!(e->double_only && type == GCK_TYPE_FLOAT))
        count(e, &result);
    if (as_planned(e, &result))
        return true;
    tell(e, &result);
    return false;
}

/* With seed 3 no sample is of a class that is ignored: there is nothing to see then. */
static const uint64_t seeds[] = { 1701, 1, 2, 4, 5, 6 };

static void is_found_out(void **state)
{
    const struct exhibit *const e = *state;
    struct gck_options options = gck_options_default();
    bool good = true;

    for (size_t s = 0; s < sizeof seeds / sizeof seeds[0]; s++) {
        options.seed = seeds[s];
        good = found_out(e, GCK_TYPE_DOUBLE, &options) && good;
        good = found_out(e, GCK_TYPE_FLOAT, &options) && good;
    }
    assert_true(good);
}

/* With many samples each diff is small; a mistake in it must not hide behind that. */
static void large_batches(void **state)
{
    static const struct { const char *stem, *channels; bool space; } large[] = {
        { "zero", "2", false },
        { "five_percent", "1", true },
    };
    struct gck_options options = gck_options_default();
    bool good = true;
    size_t found = 0;

    (void)state;
    options.given[0] = (struct gck_given){ GCK_GIVEN_DIM, "N", "1000" };
    for (size_t i = 0; i < exhibits; i++)
        for (size_t k = 0; k < sizeof large / sizeof large[0]; k++)
            if (strcmp(exhibit[i].stem, large[k].stem) == 0) {
                options.given[1] = (struct gck_given){ GCK_GIVEN_DIM, "C", large[k].channels };
                options.given[2] = (struct gck_given){ GCK_GIVEN_DIM, "S", "1" };
                options.givens = large[k].space ? 3 : 2;
                good = found_out(&exhibit[i], GCK_TYPE_DOUBLE, &options) && good;
                good = found_out(&exhibit[i], GCK_TYPE_FLOAT, &options) && good;
                found++;
            }
    assert_true(good);
    assert_true(found == sizeof large / sizeof large[0] || getenv("GCK_ONLY") != NULL);
}

/* ---- the gallery ---- */

/* The first line: "/" "* name.c -- GC101 GC103 double only: words." */
static void read_plan(struct exhibit *e)
{
    char path[128], line[256] = "", name[96];
    FILE *file;
    const char *colon;

    snprintf(path, sizeof path, "checks/broken/%.63s.c", e->stem);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    snprintf(name, sizeof name, "/* %.63s.c -- GC", e->stem);
    if (strncmp(line, name, strlen(name)) != 0)
        fail_msg("%s should begin with \"%s\"", path, name);
    colon = strchr(line, ':');
    assert_non_null(colon);
    for (const char *p = strstr(line, " GC"); p != NULL && p < colon; p = strstr(p + 1, " GC")) {
        assert_true(e->codes < MAX_CODES);
        e->planned[e->codes] = (unsigned)strtoul(p + 3, NULL, 10);
        if (gck_code_find(e->planned[e->codes++]) == NULL)
            fail_msg("%s: there is no GC%u", path, e->planned[e->codes - 1]);
    }
    e->double_only = strstr(line, "double only") != NULL;
    snprintf(e->title, sizeof e->title, "%.63s is found out", e->stem);
}

static int by_stem(const void *a, const void *b)
{
    return strcmp(((const struct exhibit *)a)->stem, ((const struct exhibit *)b)->stem);
}

static void read_gallery(void)
{
    DIR *const folder = opendir("checks/broken");
    const char *const build = getenv("GCK_BUILD"), *const only = getenv("GCK_ONLY");
    const struct dirent *entry;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        const size_t length = strlen(entry->d_name);

        if (length < 3 || length - 2 >= sizeof exhibit[0].stem
            || strcmp(entry->d_name + length - 2, ".c") != 0)
            continue;
        if (only != NULL && strncmp(entry->d_name, only, strlen(only)) != 0)
            continue;
        assert_true(exhibits < MAX_LAYERS);
        memcpy(exhibit[exhibits++].stem, entry->d_name, length - 2);
    }
    closedir(folder);
    qsort(exhibit, exhibits, sizeof exhibit[0], by_stem);
    for (size_t i = 0; i < exhibits; i++) {
        char path[256], message[GCK_MESSAGE_SIZE];

        read_plan(&exhibit[i]);
        snprintf(path, sizeof path, "%s/broken/%.63s.so", build != NULL ? build : "build", exhibit[i].stem);
        if (gck_plugin_load(&exhibit[i].plugin, path, message) != GCK_OK) {
            print_error("%s\n", message);
            exit(1);
        }
    }
}

int main(void)
{
    static struct CMUnitTest test[MAX_LAYERS + 1];
    int failed;

    read_gallery();
    for (size_t i = 0; i < exhibits; i++)
        test[i] = (struct CMUnitTest){ .name = exhibit[i].title, .test_func = is_found_out,
                                       .initial_state = &exhibit[i] };
    test[exhibits] = (struct CMUnitTest)cmocka_unit_test(large_batches);
    failed = _cmocka_run_group_tests("the gallery of broken layers", test, exhibits + 1, NULL, NULL);
    print_table();
    return failed;
}
