/* check_pages.c -- the pages of gradcheck explain: every code has one, it fits, and its numbers are what they are said to be. */
#include "check.h"

#include "diagnosis/codes.h"
#include "explain/example.h"
#include "explain/explain.h"
#include "explain/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>

/* ---- the pages ---- */

static char *page_of(const struct gck_code *code)
{
    char *text = NULL, message[GCK_MESSAGE_SIZE];
    size_t size;
    FILE *file = open_memstream(&text, &size);
    const struct gck_page page = { file, false };

    if (gck_explain(&page, code, message) != GCK_OK)
        fail_msg("GC%u: %s", code->number, message);
    fclose(file);
    return text;
}

static void every_code_has_a_page_and_every_page_a_code(void **state)
{
    const struct gck_code *code;
    size_t pages = 0;

    (void)state;
    for (size_t i = 0; (code = gck_code_at(i)) != NULL; i++)
        if (gck_explanation_of(code->number) == NULL)
            fail_msg("GC%u has no page: write src/explain/pages/GC%u.txt", code->number, code->number);
    for (const struct gck_explanation *page = gck_explanations; page->code != 0; page++, pages++)
        if (gck_code_find(page->code) == NULL)
            fail_msg("the page of GC%u belongs to no code", page->code);
    assert_true(pages >= 50);
}

static void every_page_fits_and_its_numbers_are_true(void **state)
{
    const struct gck_code *code;

    (void)state;
    for (size_t i = 0; (code = gck_code_at(i)) != NULL; i++) {
        char *text = page_of(code), *again = page_of(code);
        unsigned lines = 0;

        assert_string_equal(text, again);
        for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1, lines++)
            if (strcspn(line, "\n") > GCK_PAGE_WIDTH)
                fail_msg("GC%u: %.*s", code->number, (int)strcspn(line, "\n"), line);
        for (const char *c = text; *c != '\0'; c++)
            assert_true(*c == '\n' || (*c >= ' ' && *c < 127));
        assert_in_range(lines, 20, 50);
        free(text);
        free(again);
    }
}

/* Each begins with an example that is computed, and says how the tool tells the mistake from others. */
static void every_page_has_its_parts(void **state)
{
    (void)state;
    for (const struct gck_explanation *page = gck_explanations; page->code != 0; page++) {
        unsigned examples = 0, told = 0, what = 0, computed = 0, related = 0;

        for (const char *const *line = page->line; *line != NULL; line++) {
            examples += strcmp(*line, "An example") == 0;
            told += strcmp(*line, "How it is told") == 0;
            what += strcmp(*line, "In code") == 0 || strcmp(*line, "What to do") == 0;
            computed += **line != '@' && strchr(*line, '{') != NULL;
            if (strncmp(*line, "@see ", 5) != 0)
                continue;
            for (char *at = (char *)*line + 5; *at != '\0'; related++) {
                const unsigned code = (unsigned)strtoul(at, &at, 10);

                if (gck_code_find(code) == NULL || code == page->code)
                    fail_msg("GC%u: @see %u", page->code, code);
            }
        }
        if (examples != 1 || told != 1 || what != 1 || computed < 2 || related == 0)
            fail_msg("GC%u: %u examples, %u told, %u in code, %u lines with numbers, %u related", page->code, examples,
                     told, what, computed, related);
    }
}

static bool in_headers(const char *word, size_t length)
{
    static const char *const header[] = { "include/gradcheck/layer.h", "include/gradcheck/status.h",
                                          "include/gradcheck/gradcheck.h" };
    bool found = false;

    for (size_t h = 0; h < sizeof header / sizeof header[0] && !found; h++) {
        FILE *file = fopen(header[h], "r");
        char line[512];

        assert_non_null(file);
        while (!found && fgets(line, sizeof line, file) != NULL)
            for (const char *at = line; !found && *at != '\0'; at++)
                found = strncmp(at, word, length) == 0 && (at == line || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]) && at[length] != '_';
        fclose(file);
    }
    return found;
}

/* What a page tells to write has to be there to be written. */
static void names_on_the_pages_are_in_the_headers(void **state)
{
    unsigned names = 0;

    (void)state;
    for (const struct gck_explanation *page = gck_explanations; page->code != 0; page++)
        for (const char *const *line = page->line; *line != NULL; line++)
            for (const char *at = *line; *at != '\0'; at++) {
                size_t length = 0;

                if (strncmp(at, "gck_", 4) != 0 && strncmp(at, "GCK_", 4) != 0)
                    continue;
                while (isalnum((unsigned char)at[length]) || at[length] == '_')
                    length++;
                if (!in_headers(at, length))
                    fail_msg("GC%u: there is no %.*s", page->code, (int)length, at);
                names++;
                at += length - 1;
            }
    assert_true(names > 30);
}

/* ---- what computes them ---- */

static enum gck_status told(const char *const *lines, char *text, size_t size, char *message)
{
    FILE *file = fmemopen(text, size, "w");
    const struct gck_page page = { file, false };
    const enum gck_status status = gck_explain_lines(&page, lines, NULL, message);

    fclose(file);
    return status;
}

static void numbers_come_from_the_layer(void **state)
{
    static const char *const lines[] = {
        "@run euclidean; prediction 2x1 = 3 1; target 2x1 = 1 2; weight = 0.5", "@let twice = 2 * d.prediction",
        "  {d.prediction} {twice} {loss:4,6}| {0.5 * (4 + 1) / 4 = E} {num} {1/3:6}", "@check d.target = 0 - d.prediction",
        "  for (;;) { braces of code }", NULL
    };
    char text[1024], message[GCK_MESSAGE_SIZE];

    (void)state;
    assert_int_equal(told(lines, text, sizeof text, message), GCK_OK);
    assert_string_equal(text, "       0.5    -0.25        1     -0.5 1.25  | 0.5 * (4 + 1) / 4 = 0.625 2 0.333333\n"
                              "  for (;;) { braces of code }\n");
}

static void what_is_written_wrong_is_noticed(void **state)
{
    static const struct { const char *line[4], *says; } page[] = {
        { { "  {1 + 1 = 3}" }, "1 + 1 = 3" },
        { { "@check 2 = 2.0000001" }, "2 = 2.0000001" },
        { { "  {nosuch + 1}" }, "no such name" },
        { { "  {(1 + 1}" }, "a bracket is open" },
        { { "  {1 2}" }, "something is left over" },
        { { "  {[1 2] + [1 2 3]}" }, "two rows of different length" },
        { { "  {at([1 2], 2)}" }, "no such function" },
        { { "@run nosuch; x 1 = 1" }, "cannot be run" },
        { { "@run euclidean; prediction 2x1 = 1; target 2x1 = 1 2" }, "prediction holds 2 numbers, and 1 are given" },
        { { "@run hinge; score 1x2 = 1 2; label 1 = 5" }, "label" },
    };
    char text[1024], message[GCK_MESSAGE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof page / sizeof page[0]; i++) {
        assert_int_not_equal(told(page[i].line, text, sizeof text, message), GCK_OK);
        assert_says(message, page[i].says);
    }
}

static void arithmetic_has_the_usual_order(void **state)
{
    static const struct { const char *text; double value; } sum[] = {
        { "1 + 2 * 3", 7 },       { "(1 + 2) * 3", 9 },          { "2 - 3 - 4", -5 },      { "8 / 2 / 2", 2 },
        { "-2 * 3", -6 },         { "sum([1 2 3])", 6 },         { "largest([1 4 3])", 4 }, { "least([2 4 3])", 2 },
        { "at(shifted([1 2 3]), 0)", 3 }, { "at(reversed([1 2 3]), 2)", 1 }, { "at(with([1 2], 1, 9), 1)", 9 },
        { "larger(2, 5)", 5 },    { "abs(-3) + sqrt(16)", 7 },   { "sigmoid(0)", 0.5 },     { "log(exp(2))", 2 },
    };
    static struct gck_example example;
    struct gck_row row;
    char message[GCK_MESSAGE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof sum / sizeof sum[0]; i++) {
        if (!gck_expression(&example, sum[i].text, &row, message))
            fail_msg("%s", message);
        assert_near(row.value[0], sum[i].value, 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_page_and_every_page_a_code),
        cmocka_unit_test(every_page_fits_and_its_numbers_are_true),
        cmocka_unit_test(every_page_has_its_parts),
        cmocka_unit_test(names_on_the_pages_are_in_the_headers),
        cmocka_unit_test(numbers_come_from_the_layer),
        cmocka_unit_test(what_is_written_wrong_is_noticed),
        cmocka_unit_test(arithmetic_has_the_usual_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
