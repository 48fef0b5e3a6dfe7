/* check_broken.c -- the gallery of broken layers: each is found out, for its planned reason and no other.
 *
 * Every plug-in of checks/broken/ is examined in both types. At the end a table of planned against reported codes is printed.
 * Many seeds, other shapes, weights and data: checks/bench/names.c. */
#include "check.h"

#include "gallery.h"

static struct exhibit exhibit[MAX_LAYERS];
static size_t exhibits;
static struct confusion table;

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

static bool found_out(const struct exhibit *e, enum gck_type type, const struct gck_options *options)
{
    static struct gck_result result;

    examine_exhibit(e, type, options, &result);
    if (!(e->double_only && type == GCK_TYPE_FLOAT) && !(e->float_only && type == GCK_TYPE_DOUBLE))
        confusion_count(&table, e, &result);
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
    const size_t tried = CHECK_LESS > 1 ? 2 : sizeof seeds / sizeof seeds[0];
    bool good = true;

    for (size_t s = 0; s < tried; s++) {
        options.seed = seeds[s];
        good = found_out(e, GCK_TYPE_DOUBLE, &options) && good;
        good = found_out(e, GCK_TYPE_FLOAT, &options) && good;
    }
    assert_true(good);
}

static bool has_dim(const struct exhibit *e, unsigned dim)
{
    bool has = false;

    for (const struct gck_port *p = e->plugin.double_layer[0]->bottom; p != NULL && p->name != NULL; p++)
        for (unsigned a = 0; a < GCK_MAX_AXES; a++)
            has = has || (p->dims[a] & dim) != 0;
    return has;
}

/* With many samples, or large ones, each diff is small, factors are large, sums in float have few digits, and some element stands
 * beside every corner: no mistake must hide behind that, or get another name. */
static void large_batches(void **state)
{
    static const struct { const char *stem, *dim[3]; } large[] = {
        { "zero", { "1000", "2", "3" } },
        { "five_percent", { "1000", "1", "1" } },
        { "clamped", { "1000", "7", "1" } },
        { "float_inside", { "1000", "2", "1" } },
        { "scale_in_float", { "1000", "2", "1" } },
        { "square_cancels", { "8000", "7", "1" } },
        { "weight_is_loss", { "3", "7", "400" } },
        { "weight_is_loss", { "2", "7", "5000" } },
        { "num_twice_forward", { "2500", "1", "1" } },
        { "num_missing_softmax", { "8000", "2", "1" } },
        { "full_for_valid", { "4200", "4", "1" } },
    };
    static const char *const symbol[3] = { "N", "C", "S" };
    const size_t rows = sizeof large / sizeof large[0];
    bool good = true;
    size_t found = 0;

    (void)state;
    for (size_t i = 0; i < exhibits; i++)
        for (size_t k = 0; k < rows; k += CHECK_LESS) {
            struct gck_options options = gck_options_default();

            if (strcmp(exhibit[i].stem, large[k].stem) != 0)
                continue;
            for (unsigned d = 0; d < 3; d++)
                if (has_dim(&exhibit[i], 1u << d))
                    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, symbol[d], large[k].dim[d] };
            options.seconds = 0; /* it is no question of time */
            good = found_out(&exhibit[i], GCK_TYPE_DOUBLE, &options) && good;
            good = found_out(&exhibit[i], GCK_TYPE_FLOAT, &options) && good;
            found++;
        }
    assert_true(good);
    assert_true(found == (rows + CHECK_LESS - 1) / CHECK_LESS || getenv("GCK_ONLY") != NULL);
}

/* Of a large batch some clauses are asked with a part of it: no exhibit may hide behind that. What is kept from earlier data couples
 * the samples, so that elements are probed: under sanitizers that takes minutes. */
static void of_many_samples_the_contract_is_asked_as_sharply(void **state)
{
    struct gck_options options = gck_options_default();
    bool good = true;

    (void)state;
    options.seconds = 0; /* it is no question of time */
    options.given[0] = (struct gck_given){ GCK_GIVEN_DIM, "N", "20000" };
    options.given[1] = (struct gck_given){ GCK_GIVEN_DIM, "C", "7" };
    options.given[2] = (struct gck_given){ GCK_GIVEN_DIM, "S", "1" };
    for (size_t i = 0; i < exhibits; i++)
        if (exhibit[i].planned[0] / 100 == 2 && has_dim(&exhibit[i], GCK_C) && i % CHECK_LESS == 0
            && (CHECK_LESS == 1 || exhibit[i].planned[0] != 209)) {
            options.givens = has_dim(&exhibit[i], GCK_S) ? 3 : 2;
            good = found_out(&exhibit[i], GCK_TYPE_DOUBLE, &options) && good;
        }
    assert_true(good);
}

/* Counted in Forwards, which are the same on every machine. Where elements are few, reruns weigh most. */
static void naming_costs_no_more_than_finding(void **state)
{
    static const char *const dims[][3] = { { "2", "4", NULL }, { "3", "2", NULL }, { "2", "2", "1" }, { "2", NULL, NULL },
                                           { "5", "2", "1" }, { NULL, NULL, NULL } };
    static const char *const symbol[3] = { "N", "C", "S" };
    static struct gck_result result;
    bool cheap = true;

    (void)state;
    for (size_t i = 0; i < exhibits; i++)
        for (size_t k = 0; k < sizeof dims / sizeof dims[0]; k++) {
            struct gck_options options = gck_options_default();
            uint64_t exams;

            for (size_t d = 0; d < 3; d++)
                if (dims[k][d] != NULL)
                    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, symbol[d], dims[k][d] };
            examine_exhibit(&exhibit[i], k % 2 == 0 ? GCK_TYPE_DOUBLE : GCK_TYPE_FLOAT, &options, &result);
            exams = result.forwards - result.diagnosis_forwards;
            if (result.verdict != GCK_FAIL || result.diagnosis_forwards <= exams)
                continue; /* or it has no such dim */
            cheap = false;
            print_error("%s, %s: %llu Forwards of the exams, %llu to say what is wrong\n", exhibit[i].stem, result.again,
                        (unsigned long long)exams, (unsigned long long)result.diagnosis_forwards);
        }
    assert_true(cheap);
}

int main(void)
{
    static struct CMUnitTest test[MAX_LAYERS + 3];
    const char *const build = getenv("GCK_BUILD");
    int failed;

    exhibits = gallery_read(exhibit, build != NULL ? build : "build", getenv("GCK_ONLY"));
    for (size_t i = 0; i < exhibits; i++)
        test[i] = (struct CMUnitTest){ .name = exhibit[i].title, .test_func = is_found_out,
                                       .initial_state = &exhibit[i] };
    test[exhibits] = (struct CMUnitTest)cmocka_unit_test(large_batches);
    test[exhibits + 1] = (struct CMUnitTest)cmocka_unit_test(naming_costs_no_more_than_finding);
    test[exhibits + 2] = (struct CMUnitTest)cmocka_unit_test(of_many_samples_the_contract_is_asked_as_sharply);
    failed = _cmocka_run_group_tests("the gallery of broken layers", test, exhibits + 3, NULL, NULL);
    confusion_print(&table, "both types, all seeds");
    return failed;
}
