/* check_report.c -- the reports, from results made by hand: the text as a person sees it, the JSON
 * parsed back. */
#include "check.h"

#include "core/text.h"
#include "diagnosis/codes.h"
#include "gradcheck/gradcheck.h"
#include "report/page.h"

#include <jansson.h>

#include <stdbool.h>

/* ---- results made by hand ---- */

static void set_exams(struct gck_result *result, enum gck_answer weight, enum gck_answer gradient)
{
    static const char *const clauses[] = { "forward is repeatable", "backward sets, does not add" };

    result->contract.answer = GCK_FINE;
    for (unsigned i = 0; i < 2; i++) {
        snprintf(result->clause[i].name, GCK_NAME_SIZE, "%s", clauses[i]);
        result->clause[i].answer = GCK_FINE;
    }
    snprintf(result->clause[2].name, GCK_NAME_SIZE, "bad labels are refused");
    snprintf(result->clause[2].why, GCK_WHY_SIZE, "no labels");
    result->clause[2].answer = GCK_NOT_APPLICABLE;
    result->clauses = 3;
    result->loss_weight.answer = weight;
    result->batch.answer = GCK_FINE;
    snprintf(result->factor, sizeof result->factor, "1/num");
    result->gradient.answer = gradient;
    snprintf(result->method, sizeof result->method, "exhaustive");
}

static struct gck_result *passing(enum gck_type type, double bound)
{
    struct gck_result *const result = calloc(1, sizeof *result);

    snprintf(result->layer, sizeof result->layer, "toy");
    snprintf(result->formula, sizeof result->formula, "E = 1/num sum x^2");
    result->type = type;
    result->verdict = GCK_PASS;
    result->seed = 1701;
    result->forwards = 640;
    result->seconds = 0.25;
    result->bottoms = 1;
    snprintf(result->bottom[0].name, GCK_NAME_SIZE, "x");
    result->bottom[0].shape = (struct gck_shape){ 2, { 5, 2 } };
    result->weights = 2;
    result->weight[0] = 1;
    result->weight[1] = 1.375;
    result->gradient_weight = 1.375;
    set_exams(result, GCK_FINE, GCK_FINE);
    result->ports = 1;
    result->port[0] = (struct gck_port_result){ .port = "x",
                                                .shape = { 2, { 5, 2 } },
                                                .elements = 10,
                                                .agree = 10,
                                                .bound = bound,
                                                .seen = bound / 100 };
    result->port[0].worst = (struct gck_element){ .flat = 9,
                                                  .index = { 4, 1 },
                                                  .x = 0.5,
                                                  .analytic = 0.1,
                                                  .numeric = 0.1,
                                                  .bound = 1e-9,
                                                  .step = 1e-4 };
    snprintf(result->again, sizeof result->again, "--dtype %s",
             type == GCK_TYPE_FLOAT ? "float" : "double");
    return result;
}

static struct gck_result *failing(enum gck_type type)
{
    struct gck_result *const result = passing(type, 1e-7);

    result->verdict = GCK_FAIL;
    snprintf(result->source, sizeof result->source, "./toy.c");
    set_exams(result, GCK_WRONG, GCK_WRONG);
    result->port[0].agree = 0;
    result->port[0].disagree = 10;
    result->findings = 1;
    result->finding[0] = (struct gck_finding){
        .code = 101, .severity = GCK_SEVERE, .has_ratio = true, .ratio = 0.7273, .law = "w^-1"
    };
    snprintf(result->finding[0].measured, GCK_WHY_SIZE,
             "analytic = 0.7273 x numeric in every element");
    snprintf(result->finding[0].excluded, GCK_WHY_SIZE, "a missing 1/num");
    snprintf(result->finding[0].hint, GCK_WHY_SIZE, "multiply by top.diff[0]");
    return result;
}

/* Takes the results over, one after another. */
static char *text_of(struct gck_result **result, size_t results, bool colour, bool verbose)
{
    struct gck_result *const all = calloc(results, sizeof *all);
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    for (size_t i = 0; i < results; i++) {
        all[i] = *result[i];
        free(result[i]);
    }
    gck_report_text(file, all, results, colour, verbose);
    fclose(file);
    free(all);
    return text;
}

static json_t *json_of(struct gck_result *result)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    json_error_t error;
    json_t *document;

    assert_true(gck_report_json(file, result, 1, 1701, 0.5));
    fclose(file);
    free(result);
    document = json_loads(text, 0, &error);
    if (document == NULL)
        print_error("%s at line %d of:\n%s", error.text, error.line, text);
    free(text);
    assert_non_null(document);
    return document;
}

static void assert_text(char *text, const char *wanted)
{
    if (strcmp(text, wanted) != 0)
        print_error("wanted:\n%s\ncame:\n%s\n", wanted, text);
    assert_string_equal(text, wanted);
    free(text);
}

/* ---- text ---- */

static void passing_types_share_what_is_the_same(void **state)
{
    struct gck_result *both[] = { passing(GCK_TYPE_DOUBLE, 3e-7), passing(GCK_TYPE_FLOAT, 2e-5) };

    (void)state;
    assert_text(text_of(both, 2, false, false),
                "toy   E = 1/num sum x^2\n"
                "      x 5x2   loss weights 1, 1.375   seed 1701\n"
                "\n"
                "  contract      ok   2 of 2 clauses, 1 does not apply\n"
                "  loss weight   ok   diffs exactly linear in top.diff[0]\n"
                "  1/num         ok   one sample's share is 1/num, in forward and in backward\n"
                "  gradient      ok   double  10 of 10 elements agree, error < 1e-6\n"
                "                ok   float   10 of 10 elements agree, error < 1e-4\n"
                "\n"
                "PASS toy\n");
}

static void a_finding_of_both_types_is_told_once(void **state)
{
    struct gck_result *both[] = { failing(GCK_TYPE_DOUBLE), failing(GCK_TYPE_FLOAT) };

    (void)state;
    assert_text(text_of(both, 2, false, false),
                "toy   E = 1/num sum x^2\n"
                "\n"
                "GC101 Backward ignores the loss weight                                   ./toy.c\n"
                "  where      float and double\n"
                "  measured   analytic = 0.7273 x numeric in every element\n"
                "  means      The objective is E = loss_weight * loss, so dE/dloss = loss_weight.\n"
                "             The host puts it into top.diff[0] at set-up, and every bottom diff\n"
                "             has to carry it; these diffs stay the same when it changes. With\n"
                "             loss weight 1 nobody notices.\n"
                "  not        a missing 1/num\n"
                "  try        multiply by top.diff[0]               more: gradcheck explain GC101\n"
                "  again      gradcheck ./toy.c --dtype double\n"
                "\n"
                "  examined      x 5x2   weights 1, 1.375\n"
                "  loss weight   FAIL the diffs are not linear in top.diff[0]\n"
                "  gradient      FAIL 10 of 10 elements disagree\n"
                "  all else      ok   contract, 1/num\n"
                "\n"
                "FAIL toy   1 finding\n");
}

static void types_that_differ_are_told_apart(void **state)
{
    struct gck_result *both[] = { passing(GCK_TYPE_DOUBLE, 3e-7), failing(GCK_TYPE_FLOAT) };
    char *text;

    (void)state;
    both[1]->source[0] = '\0';
    text = text_of(both, 2, false, false);
    assert_says(text, "  loss weight   FAIL float   the diffs are not linear in top.diff[0]\n"
                      "  gradient      FAIL float   10 of 10 elements disagree\n"
                      "  all else      ok   contract, 1/num\n");
    assert_null(strstr(text, "ok   double"));
    assert_says(text, "  where      float\n");
    assert_says(text, "FAIL toy   1 finding; double passes, float fails\n");
    free(text);
}

/* Each type's end, and what it lost, is its own; what it means is told once. */
static void how_two_types_ended_is_told_of_each(void **state)
{
    static const char *const lost[] = { "elements 3 to 5 of x were not checked", "elements 6 to 9 of x were not checked" };

    (void)state;
    for (int same = 0; same <= 1; same++) {
        struct gck_result *both[] = { passing(GCK_TYPE_DOUBLE, 3e-7), passing(GCK_TYPE_FLOAT, 3e-5) };
        char *text;

        for (int i = 0; i < 2; i++) {
            both[i]->verdict = GCK_ERROR;
            both[i]->findings = 1;
            both[i]->finding[0] = (struct gck_finding){ .code = 212, .severity = GCK_SEVERE };
            snprintf(both[i]->finding[0].measured, GCK_WHY_SIZE, "%s", lost[same ? 0 : i]);
        }
        text = text_of(both, 2, false, false);
        assert_says(text, lost[0]);
        if (same)
            assert_says(text, "float and double");
        else
            assert_says(text, lost[1]);
        assert_true(!same == (strstr(text, "float and double") == NULL));
        free(text);
    }
}

static void several_layers_end_in_a_summary_that_repeats_failures(void **state)
{
    struct gck_result *three[] = { passing(GCK_TYPE_DOUBLE, 1e-7), failing(GCK_TYPE_DOUBLE),
                                   passing(GCK_TYPE_DOUBLE, 1e-7) };
    char *text = text_of(three, 3, false, false);

    (void)state;
    assert_says(
        text,
        "\n3 layers: 2 pass, 1 FAIL (./toy.c)\n  again      gradcheck ./toy.c --dtype double\n");
    free(text);
}

static void doubts_name_the_bound_and_what_would_help(void **state)
{
    struct gck_result *one[] = { passing(GCK_TYPE_FLOAT, 3e-5) };
    char *text;

    (void)state;
    one[0]->verdict = GCK_INCONCLUSIVE;
    one[0]->gradient.answer = GCK_UNSURE;
    one[0]->port[0].agree = 6;
    one[0]->port[0].kink = 2;
    one[0]->port[0].inconclusive = 2;
    one[0]->port[0].worst.verdict = GCK_CANNOT_TELL;
    one[0]->port[0].worst.bound = 0.03;
    snprintf(one[0]->why, sizeof one[0]->why, "only 80 %% of the elements could be told");
    text = text_of(one, 1, false, false);
    assert_says(text, "seed 1701   float only\n");
    assert_says(text, "?    6 of 10 elements agree, error < 1e-4; 2 at a kink, valid\n"
                      "                     subgradients; 2 could not be told\n"
                      "                     x[4,1] is known to within 1e-1 only\n");
    assert_says(text, "sharper: fewer samples (--num 2)");
    assert_says(text, "INCONCLUSIVE toy   only 80 % of the elements could be told\n");
    free(text);
}

/* A float layer that has a double one needs none; and what was not looked at alone has no bound of its own. */
static void what_probes_leave_open_is_told_by_its_size(void **state)
{
    struct gck_result *one[] = { passing(GCK_TYPE_FLOAT, 3e-5) };
    struct gck_port_result *const port = &one[0]->port[0];
    char *text;

    (void)state;
    one[0]->by_twin = true;
    one[0]->gradient.answer = GCK_UNSURE;
    snprintf(one[0]->method, sizeof one[0]->method, "probed");
    port->agree = 0;
    port->directions = 5;
    port->probed = 8;
    port->sees = 0.03;
    port->inconclusive = 2;
    port->worst.verdict = GCK_CANNOT_TELL;
    port->worst.bound = HUGE_VAL;
    text = text_of(one, 1, false, false);
    assert_says(text, "than 1e-1 of its size would show; 2 could not be told\n");
    assert_says(text, "in those of x an error of a tenth of their size could hide\n");
    assert_null(strstr(text, "inf"));
    assert_null(strstr(text, "a double version"));
    free(text);
}

static void samples_that_were_checked_alone_are_told_with_the_reason(void **state)
{
    struct gck_result *both[] = { passing(GCK_TYPE_DOUBLE, 3e-7), passing(GCK_TYPE_FLOAT, 3e-5) };
    const char *at;
    char *text;

    (void)state;
    for (int i = 0; i < 2; i++) {
        snprintf(both[i]->method, sizeof both[i]->method, "sliced");
        snprintf(both[i]->unit, sizeof both[i]->unit, "sample");
    }
    text = text_of(both, 2, false, true);
    assert_says(text, "one sample's share is 1/num, in forward and in backward:\n"
                      "                     checked sample by sample\n");
    at = strstr(text, "  method  ");
    assert_non_null(at);
    assert_null(strstr(at + 1, "  method  ")); /* once for both */
    assert_says(at, "its own sample's loss");
    free(text);
}

static void so_are_positions_of_samples(void **state)
{
    struct gck_result *one[] = { passing(GCK_TYPE_DOUBLE, 3e-7) };
    char *text;

    (void)state;
    snprintf(one[0]->method, sizeof one[0]->method, "sliced");
    snprintf(one[0]->unit, sizeof one[0]->unit, "position");
    text = text_of(one, 1, false, true);
    assert_says(text, "checked position by position\n");
    assert_says(strstr(text, "  method  "), "its own position");
    free(text);
}

static void an_error_says_why_and_nothing_else(void **state)
{
    struct gck_result *one[] = { calloc(1, sizeof(struct gck_result)) };

    (void)state;
    snprintf(one[0]->layer, GCK_NAME_SIZE, "toy");
    one[0]->verdict = GCK_ERROR;
    one[0]->status = GCK_ESHAPE;
    snprintf(one[0]->why, GCK_WHY_SIZE, "x holds 3 numbers, y 4");
    assert_text(text_of(one, 1, false, false), "ERROR toy   x holds 3 numbers, y 4\n");
}

static void broken_clauses_are_named_and_verbose_names_all(void **state)
{
    for (int verbose = 0; verbose <= 1; verbose++) {
        struct gck_result *one[] = { passing(GCK_TYPE_DOUBLE, 1e-7) };
        char *text;

        one[0]->contract.answer = GCK_WRONG;
        one[0]->clause[1].answer = GCK_WRONG;
        snprintf(one[0]->clause[1].why, GCK_WHY_SIZE, "x[0,0] keeps 7");
        text = text_of(one, 1, false, verbose != 0);
        assert_says(text, "FAIL 1 of 2 clauses, 1 does not apply\n");
        assert_says(text, "wrong: backward sets, does not add: x[0,0] keeps 7\n");
        assert_int_equal(strstr(text, "ok: forward is repeatable") != NULL, verbose);
        assert_int_equal(strstr(text, "worst x[4,1]") != NULL, verbose);
        assert_int_equal(strstr(text, "640 forwards") != NULL, verbose);
        free(text);
    }
    (void)state;
}

static void unknown_causes_come_with_a_table(void **state)
{
    struct gck_result *one[] = { failing(GCK_TYPE_DOUBLE) };
    struct gck_element *worst = one[0]->finding[0].worst;
    char *text;

    (void)state;
    one[0]->finding[0].code = 399;
    snprintf(one[0]->finding[0].port, GCK_NAME_SIZE, "x");
    one[0]->finding[0].worsts = 3;
    worst[0] = worst[1] = worst[2] = one[0]->port[0].worst;
    worst[0].numeric = 0.25;
    worst[1].numeric = 0.10000012;
    worst[2].numeric = 3e-12; /* below what is known of it: noise */
    worst[2].analytic = -2e-17;
    text = text_of(one, 1, false, false);
    assert_says(text,
                "  worst      element                    x     analytic      numeric    known to\n"
                "             [4,1]                    0.5          0.1         0.25        1e-6\n"
                "             [4,1]                    0.5          0.1    0.1000001        1e-9\n"
                "             [4,1]                    0.5            0            0        1e-9\n");
    assert_says(text, "  where      x\n");
    free(text);
}

static void the_worst_element_of_a_named_cause_is_one_line(void **state)
{
    struct gck_result *one[] = { failing(GCK_TYPE_DOUBLE) };
    char *text;

    (void)state;
    one[0]->finding[0].code = 301;
    one[0]->finding[0].worsts = 2;
    one[0]->finding[0].worst[0] = one[0]->finding[0].worst[1] = one[0]->port[0].worst;
    one[0]->finding[0].worst[0].analytic = 0;
    snprintf(one[0]->finding[0].port, GCK_NAME_SIZE, "x");
    text = text_of(one, 1, false, false);
    assert_says(text, "  worst      [4,1]: x 0.5, analytic 0, numeric 0.1 to within 1e-7\n");
    assert_null(strstr(strstr(text, "[4,1]") + 1, "[4,1]"));
    free(text);
}

/* ---- maps ---- */

/* The finding is about the elements marked X of 5 samples of 2 x 3. */
static char *mapped(unsigned code, const char *const *rows, bool verbose)
{
    struct gck_result *one[] = { failing(GCK_TYPE_DOUBLE) };
    struct gck_port_result *const port = &one[0]->port[0];
    struct gck_map *const map = &port->map;

    one[0]->finding[0] = (struct gck_finding){ .code = code, .severity = GCK_SEVERE, .port = "x" };
    port->shape = (struct gck_shape){ 3, { 5, 2, 3 } };
    port->elements = 30;
    port->agree = 30;
    port->disagree = 0;
    *map = (struct gck_map){ .rows = 5, .columns = 6, .tall = 1, .wide = 1 };
    for (unsigned r = 0; r < 5; r++)
        for (unsigned c = 0; c < 6; c++) {
            const char symbol = rows[r][c];

            map->cell[r][c] = symbol == 'X' ? 1 + GCK_DISAGREE : symbol == 'k' ? 1 + GCK_KINK : 1 + GCK_AGREE;
            if (symbol == 'X') {
                port->disagree++;
                port->agree--;
            }
        }
    for (unsigned a = 0; a < 3; a++)
        map->axis[a].wrong = port->shape.dim[a];
    if (rows[4][0] == 'X' && rows[0][0] != 'X')
        map->axis[0] = (struct gck_places){ 1, 4, 4, 0 };
    return text_of(one, 1, false, verbose);
}

static void a_map_shows_which_elements_disagree(void **state)
{
    static const char *const last[] = { "......", "..k...", "......", "......", "XXXXXX" };
    char *text = mapped(313, last, false);

    (void)state;
    assert_says(text, "  where      x; only in sample 4, the last\n"
                      "  map        0   ... ...   a row is 1 sample\n"
                      "             1   ..k ...   X disagrees\n"
                      "             2   ... ...   k at a kink\n"
                      "             3   ... ...   . agrees\n"
                      "             4   XXX XXX\n");
    free(text);
}

static void a_map_of_all_or_of_a_factor_is_left_out(void **state)
{
    static const char *const all[] = { "XXXXXX", "XXXXXX", "XXXXXX", "XXXXXX", "XXXXXX" };
    static const char *const some[] = { "X.XXXX", "XXXXXX", "XXXXXX", "XXXXXX", "XXXXXX" };
    char *text = mapped(303, all, false);

    (void)state;
    assert_null(strstr(text, "  map "));
    free(text);
    text = mapped(103, some, false);
    assert_null(strstr(text, "  map "));
    free(text);
    text = mapped(303, some, false);
    assert_says(text, "  map ");
    free(text);
}

static void a_command_that_is_too_long_goes_on_below(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    const struct gck_page page = { file, false };

    (void)state;
    gck_page_command(&page, "again", "gradcheck 'a file with -- spaces and a long name.c' --dtype double --seed 1701 "
                                     "--param x=1");
    gck_page_command(&page, "again", "gradcheck x.c --seed 1");
    fclose(file);
    assert_text(text, "  again      gradcheck 'a file with -- spaces and a long name.c' \\\n"
                      "               --dtype double --seed 1701 --param x=1\n"
                      "  again      gradcheck x.c --seed 1\n");
}

static void what_two_bottoms_share_is_explained_once(void **state)
{
    struct gck_result *one[] = { failing(GCK_TYPE_DOUBLE) };
    char *text, *first;

    (void)state;
    one[0]->findings = 2;
    one[0]->finding[1] = one[0]->finding[0];
    snprintf(one[0]->finding[0].port, GCK_NAME_SIZE, "x");
    snprintf(one[0]->finding[1].port, GCK_NAME_SIZE, "y");
    text = text_of(one, 1, false, false);
    first = strstr(text, "  means ");
    assert_non_null(first);
    assert_null(strstr(first + 1, "  means "));
    assert_says(text, "  where      y\n  measured   analytic = 0.7273");
    assert_says(text, "FAIL toy   2 findings\n");
    free(text);
}

static void a_doubtful_name_says_so(void **state)
{
    struct gck_result *one[] = { failing(GCK_TYPE_DOUBLE) };
    char *text;

    (void)state;
    one[0]->finding[0].doubtful = true;
    text = text_of(one, 1, false, false);
    assert_says(text, "GC101 perhaps: Backward ignores the loss weight");
    free(text);
}

static void a_kink_is_noted_for_who_asks(void **state)
{
    (void)state;
    for (unsigned verbose = 0; verbose < 2; verbose++) {
        struct gck_result *one[] = { passing(GCK_TYPE_DOUBLE, 1e-7) };
        char *text;

        one[0]->findings = 1;
        one[0]->finding[0] = (struct gck_finding){ .code = 304, .severity = GCK_NOTE };
        text = text_of(one, 1, false, verbose);
        assert_int_equal(strstr(text, "GC304 note: at a kink") != NULL, verbose);
        assert_int_equal(strstr(text, "1 note") != NULL, verbose);
        free(text);
    }
}

static void nan_has_no_sign(void **state)
{
    char text[GCK_NUMBER_TEXT];

    (void)state;
    assert_string_equal(gck_number_text(copysign((double)NAN, -1), text), "nan");
    assert_string_equal(gck_number_text(-(double)INFINITY, text), "-inf");
}

static void no_line_of_prose_is_longer_than_the_page(void **state)
{
    const struct gck_code *code;

    (void)state;
    for (size_t i = 0; (code = gck_code_at(i)) != NULL; i++) {
        struct gck_result *one[] = { failing(GCK_TYPE_DOUBLE) };
        char *text;

        one[0]->finding[0].code = code->number;
        one[0]->finding[0].hint[0] = '\0';
        text = text_of(one, 1, false, false);
        for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
            if (strcspn(line, "\n") > GCK_PAGE_WIDTH)
                fail_msg("GC%u: %.*s", code->number, (int)strcspn(line, "\n"), line);
        free(text);
    }
}

static void colours_end_on_their_line_and_say_nothing_alone(void **state)
{
    struct gck_result *plain[] = { failing(GCK_TYPE_DOUBLE) },
                      *inked[] = { failing(GCK_TYPE_DOUBLE) };
    char *text = text_of(plain, 1, false, false), *colour = text_of(inked, 1, true, false),
         *to = colour;
    unsigned open = 0, seen = 0;

    (void)state;
    assert_null(strchr(text, '\033'));
    for (const char *from = colour; *from != '\0';) {
        if (*from == '\033') {
            open = strncmp(from, "\033[0m", 4) != 0;
            seen++;
            from += strcspn(from, "m") + 1;
            continue;
        }
        assert_false(*from == '\n' && open);
        *to++ = *from++;
    }
    *to = '\0';
    assert_true(seen > 0);
    assert_string_equal(colour, text);
    free(text);
    free(colour);
}

static void what_a_layer_brings_along_cannot_steer_the_terminal(void **state)
{
    struct gck_result *one[] = { failing(GCK_TYPE_DOUBLE) };
    char *text;

    (void)state;
    snprintf(one[0]->finding[0].measured, GCK_WHY_SIZE, "a \033[2J b\r");
    snprintf(one[0]->layer, GCK_NAME_SIZE, "t\033]0;x\007y");
    text = text_of(one, 1, false, false);
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\r'));
    assert_says(text, "a ?[2J b?");
    free(text);
}

/* ---- JSON ---- */

static void json_keeps_the_promised_keys_in_their_order(void **state)
{
    static const char *const top[] = {
        "gradcheck", "version", "seed", "exit", "seconds", "results"
    };
    static const char *const one[] = { "layer",    "dtype",    "verdict",     "forwards",
                                       "seconds",  "contract", "loss_weight", "batch",
                                       "gradient", "findings", "again" };
    json_t *document = json_of(passing(GCK_TYPE_DOUBLE, 1e-7)), *result, *value;
    const char *key;
    size_t i = 0;

    (void)state;
    json_object_foreach(document, key, value) assert_string_equal(key, top[i++]);
    assert_int_equal(i, sizeof top / sizeof top[0]);
    result = json_array_get(json_object_get(document, "results"), 0);
    i = 0;
    json_object_foreach(result, key, value) assert_string_equal(key, one[i++]);
    assert_int_equal(i, sizeof one / sizeof one[0]);
    json_decref(document);
}

static void json_holds_what_was_found(void **state)
{
    json_t *document = json_of(failing(GCK_TYPE_FLOAT)), *finding, *port;
    const char *code, *law, *again, *dtype;
    int exit, disagree, index[2];
    double ratio;

    (void)state;
    assert_int_equal(0, json_unpack(document, "{s:i, s:[{s:s, s:s, s:[o], s:{s:[o]}}]}", "exit",
                                    &exit, "results", "dtype", &dtype, "again", &again, "findings",
                                    &finding, "gradient", "ports", &port));
    assert_int_equal(exit, 1);
    assert_string_equal(dtype, "float");
    assert_string_equal(again, "gradcheck ./toy.c --dtype float");
    assert_int_equal(0, json_unpack(finding, "{s:s, s:{s:f, s:s}}", "code", &code, "evidence",
                                    "ratio", &ratio, "law", &law));
    assert_string_equal(code, "GC101");
    assert_near(ratio, 0.7273, 0);
    assert_string_equal(law, "w^-1");
    assert_int_equal(0, json_unpack(port, "{s:i, s:{s:[i,i]}}", "disagree", &disagree, "worst",
                                    "index", &index[0], &index[1]));
    assert_int_equal(disagree, 10);
    assert_int_equal(index[0], 4);
    assert_int_equal(index[1], 1);
    assert_null(json_object_get(port, "bound")); /* of agreeing elements, and there is none */
    json_decref(document);
}

static void numbers_that_json_lacks_are_strings(void **state)
{
    struct gck_result *result = failing(GCK_TYPE_DOUBLE);
    const char *x, *analytic, *numeric;
    json_t *document;

    (void)state;
    result->port[0].worst.x = -(double)INFINITY;
    result->port[0].worst.analytic = (double)NAN;
    result->port[0].worst.numeric = (double)INFINITY;
    document = json_of(result);
    assert_int_equal(0, json_unpack(document, "{s:[{s:{s:[{s:{s:s, s:s, s:s}}]}}]}", "results",
                                    "gradient", "ports", "worst", "x", &x, "analytic", &analytic,
                                    "numeric", &numeric));
    assert_string_equal(x, "-inf");
    assert_string_equal(analytic, "nan");
    assert_string_equal(numeric, "inf");
    json_decref(document);
}

static void what_does_not_apply_is_absent(void **state)
{
    struct gck_result *result = passing(GCK_TYPE_DOUBLE, 1e-7);
    json_t *document, *one;

    (void)state;
    result->batch.answer = GCK_NOT_ASKED;
    result->loss_weight.answer = GCK_NOT_APPLICABLE;
    snprintf(result->loss_weight.why, GCK_WHY_SIZE, "no top");
    document = json_of(result);
    one = json_array_get(json_object_get(document, "results"), 0);
    assert_null(json_object_get(one, "batch"));
    assert_null(json_object_get(one, "exact"));
    assert_null(json_object_get(one, "source"));
    assert_null(json_object_get(json_object_get(one, "loss_weight"), "weights"));
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(one, "loss_weight"), "why")), "no top");
    json_decref(document);
}

/* Where samples depend on each other none has a share. */
static void a_coupled_loss_has_no_factor(void **state)
{
    for (int coupled = 0; coupled <= 1; coupled++) {
        struct gck_result *const result = passing(GCK_TYPE_DOUBLE, 1e-7);
        json_t *document, *batch;

        (void)state;
        result->coupled = coupled != 0;
        document = json_of(result);
        batch = json_object_get(json_array_get(json_object_get(document, "results"), 0), "batch");
        assert_int_equal(json_is_true(json_object_get(batch, "coupled")), coupled);
        assert_int_equal(json_object_get(batch, "factor") == NULL, coupled);
        json_decref(document);
    }
}

static void names_that_are_no_utf8_do_not_break_json(void **state)
{
    struct gck_result *result = passing(GCK_TYPE_DOUBLE, 1e-7);
    json_t *document;

    (void)state;
    snprintf(result->source, GCK_WHY_SIZE, "./b\xe4r.c");
    document = json_of(result);
    json_decref(document);
}

static void a_full_disk_is_noticed(void **state)
{
    FILE *full = fopen("/dev/full", "w");
    struct gck_result *result = passing(GCK_TYPE_DOUBLE, 1e-7);

    (void)state;
    assert_non_null(full);
    assert_false(gck_report_json(full, result, 1, 1, 1));
    fclose(full);
    free(result);
}

/* ---- exit codes ---- */

static int code(enum gck_verdict a, enum gck_status why_a, enum gck_verdict b,
                enum gck_status why_b)
{
    struct gck_result *const two = calloc(2, sizeof *two);
    int exit;

    two[0].verdict = a;
    two[0].status = why_a;
    two[1].verdict = b;
    two[1].status = why_b;
    exit = gck_exit_code(two, 2);
    free(two);
    return exit;
}

static void the_gravest_exit_code_wins(void **state)
{
    (void)state;
    assert_int_equal(code(GCK_PASS, GCK_OK, GCK_PASS, GCK_OK), 0);
    assert_int_equal(code(GCK_PASS, GCK_OK, GCK_FAIL, GCK_OK), 1);
    assert_int_equal(code(GCK_PASS, GCK_OK, GCK_INCONCLUSIVE, GCK_OK), 4);
    assert_int_equal(code(GCK_FAIL, GCK_OK, GCK_INCONCLUSIVE, GCK_OK), 1);
    assert_int_equal(code(GCK_FAIL, GCK_OK, GCK_ERROR, GCK_ECRASH), 3);
    assert_int_equal(code(GCK_ERROR, GCK_ETIME, GCK_ERROR, GCK_ESHAPE), 2);
    assert_int_equal(code(GCK_ERROR, GCK_ELOAD, GCK_PASS, GCK_OK), 3);
    assert_int_equal(code(GCK_ERROR, GCK_EEMPTY, GCK_PASS, GCK_OK), 4);
    assert_int_equal(code(GCK_SKIPPED, GCK_OK, GCK_PASS, GCK_OK), 0);
    assert_int_equal(code(GCK_SKIPPED, GCK_OK, GCK_SKIPPED, GCK_OK), 4);
    assert_int_equal(gck_exit_code(NULL, 0), 4);
}

/* ---- the catalogue ---- */

static void codes_ascend_and_are_complete(void **state)
{
    const struct gck_code *entry;
    unsigned last = 100;
    size_t count = 0;

    (void)state;
    for (; (entry = gck_code_at(count)) != NULL; count++) {
        assert_true(entry->number > last);
        assert_ptr_equal(gck_code_find(entry->number), entry);
        assert_true(strlen(entry->title) > 5 && strlen(entry->meaning) > 30
                    && strlen(entry->advice) > 10);
        assert_true(strchr(".", entry->title[strlen(entry->title) - 1]) == NULL);
        for (const char *c = entry->meaning; *c != '\0'; c++)
            assert_true(*c >= ' ' && *c < 127);
        assert_non_null(gck_chapter_title(entry->chapter));
        last = entry->number;
    }
    assert_true(count >= 50);
    assert_null(gck_code_find(999));
}

static void the_codes_that_never_fail_a_layer_are_notes(void **state)
{
    static const unsigned notes[] = { 304, 402, 403, 406 }, warnings[] = { 401, 405 };

    (void)state;
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        assert_int_equal(gck_code_find(notes[i])->severity, GCK_NOTE);
    for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++) /* nothing at all could be seen */
        assert_int_equal(gck_code_find(warnings[i])->severity, GCK_WARN);
    assert_int_equal(gck_code_find(101)->severity, GCK_SEVERE);
    assert_string_equal(gck_severity_text(GCK_WARN), "warn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passing_types_share_what_is_the_same),
        cmocka_unit_test(a_finding_of_both_types_is_told_once),
        cmocka_unit_test(types_that_differ_are_told_apart),
        cmocka_unit_test(how_two_types_ended_is_told_of_each),
        cmocka_unit_test(several_layers_end_in_a_summary_that_repeats_failures),
        cmocka_unit_test(doubts_name_the_bound_and_what_would_help),
        cmocka_unit_test(what_probes_leave_open_is_told_by_its_size),
        cmocka_unit_test(samples_that_were_checked_alone_are_told_with_the_reason),
        cmocka_unit_test(so_are_positions_of_samples),
        cmocka_unit_test(an_error_says_why_and_nothing_else),
        cmocka_unit_test(broken_clauses_are_named_and_verbose_names_all),
        cmocka_unit_test(unknown_causes_come_with_a_table),
        cmocka_unit_test(the_worst_element_of_a_named_cause_is_one_line),
        cmocka_unit_test(a_map_shows_which_elements_disagree),
        cmocka_unit_test(a_map_of_all_or_of_a_factor_is_left_out),
        cmocka_unit_test(a_command_that_is_too_long_goes_on_below),
        cmocka_unit_test(what_two_bottoms_share_is_explained_once),
        cmocka_unit_test(a_doubtful_name_says_so),
        cmocka_unit_test(a_kink_is_noted_for_who_asks),
        cmocka_unit_test(nan_has_no_sign),
        cmocka_unit_test(no_line_of_prose_is_longer_than_the_page),
        cmocka_unit_test(colours_end_on_their_line_and_say_nothing_alone),
        cmocka_unit_test(what_a_layer_brings_along_cannot_steer_the_terminal),
        cmocka_unit_test(json_keeps_the_promised_keys_in_their_order),
        cmocka_unit_test(json_holds_what_was_found),
        cmocka_unit_test(numbers_that_json_lacks_are_strings),
        cmocka_unit_test(what_does_not_apply_is_absent),
        cmocka_unit_test(a_coupled_loss_has_no_factor),
        cmocka_unit_test(names_that_are_no_utf8_do_not_break_json),
        cmocka_unit_test(a_full_disk_is_noticed),
        cmocka_unit_test(the_gravest_exit_code_wins),
        cmocka_unit_test(codes_ascend_and_are_complete),
        cmocka_unit_test(the_codes_that_never_fail_a_layer_are_notes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
