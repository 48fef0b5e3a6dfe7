/* check_pairs.c -- two mistakes in one layer: none is passed over in silence, and nothing else is named.
 *
 * Ten common mistakes by twos, and each with ten others that it could hide behind. How often both are named, with more seeds:
 * checks/bench/names.c. */
#include "check.h"

#include "pairs.h"

static struct exhibit exhibit;

/* GC201 with one of these cannot be told apart: 0 added is nothing written, and what is added to may be scratch. A diff that is
 * read in another place than it is written, from memory that is being written, is anything. */
static bool inseparable(unsigned a, unsigned b)
{
    return (pair_code[a] == 201 && (pair_code[b] == 202 || pair_code[b] == 214 || pair_code[b] == 302))
           || (pair_code[a] == 303 && (pair_code[b] == 209 || pair_code[b] == 214));
}

static bool pair_is_fine(unsigned a, unsigned b, enum gck_type type)
{
    static struct gck_result result;
    const struct pair_outcome outcome = pair_examine(&exhibit, a, b, type, 1701, &result);
    const bool fine = !outcome.wrong && result.verdict == GCK_FAIL
                      && (inseparable(a, b) || (outcome.first && outcome.second) || outcome.told);

    if (fine)
        return true;
    print_error("%u GC%u and %u GC%u in %s:\n", a, pair_code[a], b, pair_code[b],
                type == GCK_TYPE_FLOAT ? "float" : "double");
    for (unsigned f = 0; f < result.findings; f++)
        print_error("    GC%u%s %s\n", result.finding[f].code, result.finding[f].doubtful ? "?" : "",
                    result.finding[f].measured);
    return false;
}

static void pairs(unsigned from, unsigned to)
{
    bool fine = true;

    for (unsigned a = 1; a <= PAIR_COMMON; a++)
        for (unsigned b = from > a ? from : a + 1; b <= to; b++) {
            fine = pair_is_fine(a, b, GCK_TYPE_DOUBLE) && fine;
            fine = pair_is_fine(a, b, GCK_TYPE_FLOAT) && fine;
        }
    assert_true(fine);
}

static void of_two_common_mistakes_both_are_told(void **state)
{
    (void)state;
    pairs(2, PAIR_COMMON);
}

static void behind_a_fault_of_data_no_mistake_is_passed_over(void **state)
{
    (void)state;
    pairs(PAIR_COMMON + 1, PAIR_ALL);
}

/* Data are put back between the passes: what is left is examined like any other layer. */
static void what_backward_changes_hides_nothing(void **state)
{
    static struct gck_result result;

    (void)state;
    for (unsigned other = 1; other < PAIR_COMMON; other++) {
        const struct pair_outcome outcome = pair_examine(&exhibit, other, 10, GCK_TYPE_DOUBLE, 1701, &result);

        assert_true(outcome.first && outcome.second && !outcome.wrong);
        assert_says(result.finding[0].measured, "what they find stands below");
    }
    pair_examine(&exhibit, 0, 10, GCK_TYPE_DOUBLE, 1701, &result);
    assert_int_equal(result.findings, 1);
    assert_says(result.finding[0].measured, "they find nothing else");
    assert_int_equal(result.gradient.answer, GCK_FINE);
}

int main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(of_two_common_mistakes_both_are_told),
        cmocka_unit_test(behind_a_fault_of_data_no_mistake_is_passed_over),
        cmocka_unit_test(what_backward_changes_hides_nothing),
    };
    const char *const build = getenv("GCK_BUILD");
    char path[256], message[GCK_MESSAGE_SIZE];

    snprintf(path, sizeof path, "%.200s/plugins/two_mistakes.so", build != NULL ? build : "build");
    if (gck_plugin_load(&exhibit.plugin, path, message) != GCK_OK)
        gallery_wrong(path, message);
    return cmocka_run_group_tests(test, NULL, NULL);
}
