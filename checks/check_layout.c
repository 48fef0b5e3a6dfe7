/* check_layout.c -- reports as a person sees them: 80 columns, one mistake on one screen, maps of the truth.
 *
 * Every layer of the gallery is examined in both types, and what is told of it is measured. */
#include "check.h"

#include "core/blob.h"
#include "diagnosis/codes.h"
#include "exam/gradient.h"
#include "gradcheck/gradcheck.h"
#include "layer/load.h"
#include "report/map.h"
#include "pairs.h"
#include "report/page.h"

#include <dirent.h>
#include <math.h>

/* Two mistakes may take some lines more where each has a long title, or a map that no words replace. */
enum { SCREEN = 24, TWO_AT_MOST = 31 };

/* ---- the gallery's reports ---- */

static char *report(const struct gck_result *result, size_t results, bool colour, bool verbose)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    gck_report_text(file, result, results, colour, verbose);
    fclose(file);
    return text;
}

/* Letters of the longest line, without what is colour; how many lines. */
static size_t longest(const char *text, unsigned *lines)
{
    size_t most = 0, column = 0;

    for (*lines = 0; *text != '\0'; text++) {
        if (*text == '\033') {
            text += strcspn(text, "m");
        } else if (*text == '\n') {
            ++*lines;
            column = 0;
        } else if (++column > most) {
            most = column;
        }
    }
    return most;
}

static unsigned severe(const struct gck_result *result)
{
    unsigned count = 0;

    for (unsigned f = 0; f < result->findings; f++)
        count += result->finding[f].severity == GCK_SEVERE;
    return count;
}

static void measure(const char *stem, const char *path, unsigned *too_long)
{
    static struct gck_result both[2];
    static struct gck_plugin plugin;
    const struct gck_options options = gck_options_default();
    char message[GCK_MESSAGE_SIZE];

    if (gck_plugin_load(&plugin, path, message) != GCK_OK)
        fail_msg("%s", message);
    snprintf(both[0].source, sizeof both[0].source, "%s.c", stem);
    snprintf(both[1].source, sizeof both[1].source, "%s.c", stem);
    gck_examine_in_worker(plugin.double_layer[0], NULL, &options, &both[0]);
    gck_examine_in_worker(plugin.float_layer[0], plugin.double_layer[0], &options, &both[1]);
    for (unsigned form = 0; form < 4; form++) {
        char *text = report(both, 2, form & 1, form & 2);
        unsigned lines;
        const size_t columns = longest(text, &lines);

        if (columns > GCK_PAGE_WIDTH)
            fail_msg("%s: a line of %zu columns in\n%s", stem, columns, text);
        if (form == 0 && lines > SCREEN && severe(&both[0]) <= 1 && severe(&both[1]) <= 1) {
            print_message("%s: one finding, %u lines\n", stem, lines);
            ++*too_long;
        }
        free(text);
    }
}

static void every_report_fits_the_page_and_one_finding_one_screen(void **state)
{
    const char *const build = getenv("GCK_BUILD");
    struct dirent **entry = NULL;
    const int files = scandir("checks/broken", &entry, NULL, alphasort);
    unsigned too_long = 0, measured = 0;

    (void)state;
    for (int i = 0; i < files; i++) {
        const size_t length = strlen(entry[i]->d_name);
        char stem[96], path[256];

        if (length > 2 && length < sizeof stem && strcmp(entry[i]->d_name + length - 2, ".c") == 0) {
            snprintf(stem, sizeof stem, "%.*s", (int)length - 2, entry[i]->d_name);
            snprintf(path, sizeof path, "%.100s/broken/%s.so", build != NULL ? build : "build", stem);
            measure(stem, path, &too_long);
            measured++;
        }
        free(entry[i]);
    }
    free(entry);
    assert_true(measured >= 70);
    assert_int_equal(too_long, 0);
}

/* ---- reports of two mistakes ---- */

static unsigned times(const char *text, const char *words)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += strncmp(text, words, strlen(words)) == 0;
    return count;
}

/* Both say where they are, what was measured and what to try; how to repeat them is said once. */
static void holds_what_counts(const struct gck_result *result, const char *text)
{
    for (unsigned f = 0; f < result->findings; f++) {
        char start[64];

        snprintf(start, sizeof start, "GC%u", result->finding[f].code);
        assert_says(text, start);
        snprintf(start, sizeof start, "measured   %.20s", result->finding[f].measured);
        assert_says(text, start);
        snprintf(start, sizeof start, "not        %.10s", result->finding[f].excluded);
        if (result->finding[f].excluded[0] != '\0')
            assert_says(text, start);
    }
    if (times(text, "\n  again ") != 1)
        fail_msg("how to repeat it is not told once:\n%s", text);
}

static void two_findings_fit_one_screen_nearly_always(void **state)
{
    static struct exhibit exhibit;
    static struct gck_result both[2];
    const char *const build = getenv("GCK_BUILD");
    char path[256], message[GCK_MESSAGE_SIZE];
    unsigned pairs = 0, over = 0;

    (void)state;
    snprintf(path, sizeof path, "%.200s/plugins/two_mistakes.so", build != NULL ? build : "build");
    if (gck_plugin_load(&exhibit.plugin, path, message) != GCK_OK)
        fail_msg("%s", message);
    for (unsigned a = 1; a <= PAIR_COMMON; a++)
        for (unsigned b = a + 1; b <= PAIR_ALL; b++) {
            char *text;
            unsigned lines;

            snprintf(both[0].source, sizeof both[0].source, "two_mistakes.c");
            snprintf(both[1].source, sizeof both[1].source, "two_mistakes.c");
            pair_examine(&exhibit, a, b, GCK_TYPE_DOUBLE, 1701, &both[0]);
            pair_examine(&exhibit, a, b, GCK_TYPE_FLOAT, 1701, &both[1]);
            text = report(both, 2, false, false);
            if (longest(text, &lines) > GCK_PAGE_WIDTH || lines > TWO_AT_MOST)
                fail_msg("%u lines:\n%s", lines, text);
            if (severe(&both[0]) == 2)
                holds_what_counts(&both[0], text);
            pairs++;
            over += lines > SCREEN;
            free(text);
        }
    assert_int_equal(pairs, 145);
    assert_in_range(over, 0, pairs / 10);
}

/* ---- maps of verdicts ---- */

/* A claim of that shape in which every element that `wrong` names disagrees. */
static void map_of(struct gck_shape shape, bool (*wrong)(const size_t *index), struct gck_port_result *port)
{
    struct gck_claim claim = { .port = "x", .shape = shape, .count = gck_shape_count(&shape, 0, shape.axes) };

    claim.verdict = calloc(claim.count, 1);
    claim.bound = calloc(claim.count, sizeof *claim.bound);
    memset(port, 0, sizeof *port);
    snprintf(port->port, sizeof port->port, "x");
    port->shape = shape;
    port->elements = claim.count;
    for (size_t i = 0; i < claim.count; i++) {
        size_t index[GCK_MAX_AXES];

        gck_shape_index(&shape, i, index);
        claim.verdict[i] = wrong(index) ? GCK_DISAGREE : GCK_AGREE;
        port->disagree += claim.verdict[i] == GCK_DISAGREE;
    }
    gck_map_fill(&claim, SIZE_MAX, &port->map);
    free(claim.verdict);
    free(claim.bound);
}

static bool last_of_five(const size_t *index) { return index[0] == 4; }
static bool third_column(const size_t *index) { return index[1] == 3; }
static bool second_half(const size_t *index) { return index[0] >= 2; }
static bool every_third(const size_t *index) { return index[0] % 3 == 1; }
static bool two_of_them(const size_t *index) { return index[0] == 0 || index[0] == 3; }
static bool one_alone(const size_t *index) { return index[0] == 2 && index[1] == 6; }
static bool all_of_them(const size_t *index) { return index[0] < SIZE_MAX; }
static bool last_position(const size_t *index) { return index[2] == 2; }

static void maps_find_words_for_simple_places(void **state)
{
    static const struct gck_shape flat = { 2, { 5, 7 } }, deep = { 3, { 5, 7, 3 } }, tall = { 2, { 10, 4 } };
    static const struct {
        const struct gck_shape *shape;
        bool (*wrong)(const size_t *index);
        const char *words;
    } place[] = {
        { &flat, last_of_five, "only in sample 4, the last" },
        { &deep, last_of_five, "only in sample 4, the last" },
        { &flat, third_column, "only in column 3" },
        { &deep, third_column, "only in channel 3" },
        { &deep, last_position, "only in position 2, the last" },
        { &flat, second_half, "only in samples 2 to 4" },
        { &tall, every_third, "only in every 3rd sample, from 1 on" },
        { &flat, two_of_them, "only in samples 0 and 3" },
        { &flat, one_alone, "only in [2,6]" },
        { &deep, all_of_them, "" },
    };
    struct gck_port_result port;
    char words[256];

    (void)state;
    for (size_t i = 0; i < sizeof place / sizeof place[0]; i++) {
        map_of(*place[i].shape, place[i].wrong, &port);
        assert_string_equal(gck_map_words(&port, words, sizeof words), place[i].words);
    }
}

static void maps_are_folded_by_the_worst(void **state)
{
    struct gck_port_result port;
    unsigned marked = 0;

    (void)state;
    map_of((struct gck_shape){ 3, { 1000, 10, 100 } }, one_alone, &port);
    assert_in_range(port.map.rows, 2, GCK_MAP_ROWS);
    assert_in_range(port.map.columns, 2, GCK_MAP_COLUMNS);
    assert_true(port.map.rows * port.map.tall >= 1000 && port.map.columns * port.map.wide >= 1000);
    assert_int_equal(100 % port.map.wide, 0); /* no cell spans two channels */
    for (unsigned r = 0; r < port.map.rows; r++)
        for (unsigned c = 0; c < port.map.columns; c++)
            marked += port.map.cell[r][c] == 1 + GCK_DISAGREE;
    assert_int_equal(marked, 100 / port.map.wide); /* all of channel 6 in the first row */
    assert_int_equal(port.map.cell[0][600 / port.map.wide], 1 + GCK_DISAGREE);
    map_of((struct gck_shape){ 1, { 5 } }, last_of_five, &port);
    assert_int_equal(port.map.rows, 1);
    assert_int_equal(port.map.columns, 5);
}

static void maps_of_many_sizes_stay_on_the_page(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 130; n += 3)
        for (size_t c = 1; c <= 70; c += 7)
            for (size_t s = 1; s <= 5; s += 2) {
                struct gck_port_result port;
                char *text = NULL;
                size_t size;
                FILE *file = open_memstream(&text, &size);
                const struct gck_page page = { file, false };
                unsigned lines;

                map_of((struct gck_shape){ 3, { n, c, s } }, last_of_five, &port);
                gck_map_write(&page, &port);
                fclose(file);
                if (longest(text, &lines) > GCK_PAGE_WIDTH || lines > GCK_MAP_ROWS + 2)
                    fail_msg("%zux%zux%zu:\n%s", n, c, s, text);
                free(text);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_report_fits_the_page_and_one_finding_one_screen),
        cmocka_unit_test(two_findings_fit_one_screen_nearly_always),
        cmocka_unit_test(maps_find_words_for_simple_places),
        cmocka_unit_test(maps_are_folded_by_the_worst),
        cmocka_unit_test(maps_of_many_sizes_stay_on_the_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
