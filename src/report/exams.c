/* exams.c -- the lines about the exams: one for all types where they say the same. */
#include "report/exams.h"

#include "core/text.h"
#include "report/line.h"
#include "report/words.h"

#include <string.h>

enum {
    ANSWER = 16, /* the column of "ok", */
    TEXT = 21,   /* of what follows, */
    TYPED = 29   /* and of what follows the type */
};

static bool same(const struct gck_line *a, const struct gck_line *b)
{
    return a->answer == b->answer && strcmp(a->text, b->text) == 0;
}

static void answer_word(const struct gck_page *page, enum gck_answer answer)
{
    static const char *const word[] = {
        [GCK_NOT_ASKED] = "-", [GCK_FINE] = "ok",          [GCK_WRONG] = "FAIL",
        [GCK_UNSURE] = "?",    [GCK_NOT_APPLICABLE] = "-",
    };
    static const enum gck_ink ink[] = {
        [GCK_FINE] = GCK_INK_GOOD,
        [GCK_WRONG] = GCK_INK_BAD,
        [GCK_UNSURE] = GCK_INK_DOUBT,
        [GCK_NOT_APPLICABLE] = GCK_INK_PLAIN,
    };

    gck_page_ink(page, ink[answer], word[answer]);
    gck_page_space(page, TEXT - ANSWER - strlen(word[answer]));
}

/* One line where all types say the same, else one for each, with the type. */
static void write_lines(const struct gck_page *page, const char *label,
                        const struct gck_result *result, const struct gck_line *line, size_t lines,
                        bool wrong_only)
{
    bool all_same = true;

    for (size_t i = 1; i < lines; i++)
        all_same = all_same && same(&line[0], &line[i]);
    for (size_t i = 0; i < (all_same ? 1 : lines); i++) {
        if (line[i].text[0] == '\0' || (wrong_only && !all_same && line[i].answer == GCK_FINE))
            continue;
        fprintf(page->file, "  %-*s", ANSWER - 2, label);
        label = "";
        answer_word(page, line[i].answer);
        if (!all_same)
            fprintf(page->file, "%-*s", TYPED - TEXT, gck_type_text(result[i].type));
        gck_page_wrap(page, all_same ? TEXT : TYPED, all_same ? TEXT : TYPED, line[i].text);
        putc('\n', page->file);
    }
}

/* ---- contract ---- */

static unsigned clauses_with(const struct gck_result *result, enum gck_answer answer)
{
    unsigned count = 0;

    for (unsigned i = 0; i < result->clauses; i++)
        count += result->clause[i].answer == answer;
    return count;
}

/* "1 does not apply": with the reasons, each once, where it isn't plain that the layer has no such thing */
static void tell_not_applicable(const struct gck_result *result, char *text)
{
    const unsigned count = clauses_with(result, GCK_NOT_APPLICABLE);
    char reasons[GCK_LINE_SIZE] = "";

    if (count == 0)
        return;
    for (unsigned i = 0; i < result->clauses; i++) {
        const struct gck_clause *const clause = &result->clause[i];
        const char *const why = clause->why[0] != '\0' ? clause->why : clause->name;

        if (clause->answer == GCK_NOT_APPLICABLE && strncmp(why, "no ", 3) != 0 && strstr(reasons, why) == NULL)
            gck_append(reasons, GCK_LINE_SIZE, "%s%s", reasons[0] != '\0' ? "; " : "", why);
    }
    gck_append(text, GCK_LINE_SIZE, ", %u %s not apply%s%s%s", count, count == 1 ? "does" : "do",
               reasons[0] != '\0' ? " (" : "", reasons, reasons[0] != '\0' ? ")" : "");
}

static void tell_clauses(const struct gck_result *result, bool all, char *text)
{
    static const char *const word[] = {
        [GCK_NOT_ASKED] = "not asked",
        [GCK_FINE] = "ok",
        [GCK_WRONG] = "wrong",
        [GCK_UNSURE] = "could not be told",
        [GCK_NOT_APPLICABLE] = "does not apply",
    };

    for (unsigned i = 0; i < result->clauses; i++) {
        const struct gck_clause *const clause = &result->clause[i];

        if (all || clause->answer == GCK_WRONG || clause->answer == GCK_UNSURE)
            gck_append(text, GCK_LINE_SIZE, "\n%s: %s%s%s", word[clause->answer], clause->name,
                       clause->why[0] != '\0' ? ": " : "", clause->why);
    }
}

enum { NAMED = 2 }; /* so many broken clauses at most; one mistake may break many */

/* What exactly was broken stands in the finding. */
static void name_clauses(const struct gck_result *result, char *text)
{
    const unsigned fine = clauses_with(result, GCK_FINE), wrong = clauses_with(result, GCK_WRONG),
                   unsure = clauses_with(result, GCK_UNSURE);

    if (wrong + unsure > NAMED) {
        gck_append(text, GCK_LINE_SIZE, "%u of %u clauses (--verbose names them)", fine, fine + wrong + unsure);
        return;
    }
    for (unsigned i = 0; i < result->clauses; i++) {
        const struct gck_clause *const clause = &result->clause[i];

        if (clause->answer == GCK_WRONG || clause->answer == GCK_UNSURE)
            gck_append(text, GCK_LINE_SIZE, "%s%s%s", text[0] != '\0' ? "\n" : "",
                       clause->answer == GCK_WRONG ? "" : "could not be told: ", clause->name);
    }
}

static void contract_line(const struct gck_result *result, enum gck_exams_detail detail, struct gck_line *line)
{
    const unsigned fine = clauses_with(result, GCK_FINE);
    const unsigned asked = fine + clauses_with(result, GCK_WRONG)
                           + clauses_with(result, GCK_UNSURE);

    if (result->clauses == 0 || result->contract.answer == GCK_NOT_ASKED
        || result->contract.answer == GCK_NOT_APPLICABLE) {
        gck_line_plain(&result->contract, result, line);
        return;
    }
    line->answer = result->contract.answer;
    line->text[0] = '\0';
    if (detail <= GCK_EXAMS_WRONG && line->answer != GCK_FINE) {
        name_clauses(result, line->text);
        return;
    }
    gck_append(line->text, GCK_LINE_SIZE, "%u of %u clauses", fine, asked);
    tell_not_applicable(result, line->text);
    tell_clauses(result, detail == GCK_EXAMS_ALL, line->text);
}

/* ---- loss weight and 1/num ---- */

/* Where the findings come first, a long reason stands there. */
static bool fits(const struct gck_line *line, enum gck_exams_detail detail)
{
    return detail > GCK_EXAMS_WRONG || line->answer != GCK_WRONG || TYPED + strlen(line->text) <= GCK_PAGE_WIDTH;
}

static void weight_line(const struct gck_result *result, enum gck_exams_detail detail, struct gck_line *line)
{
    if (gck_line_plain(&result->loss_weight, result, line) && fits(line, detail))
        return;
    line->text[0] = '\0';
    gck_append(line->text, GCK_LINE_SIZE, "%s",
               line->answer == GCK_FINE    ? "diffs exactly linear in top.diff[0]"
               : line->answer == GCK_WRONG ? "the diffs are not linear in top.diff[0]"
                                           : "could not be told");
}

static void batch_line(const struct gck_result *result, enum gck_exams_detail detail, struct gck_line *line)
{
    if (gck_line_plain(&result->batch, result, line) && fits(line, detail))
        return;
    line->text[0] = '\0';
    if (line->answer != GCK_FINE)
        gck_append(line->text, GCK_LINE_SIZE, "%s",
                   line->answer == GCK_WRONG ? "a sample's share is not what it should be"
                                             : "could not be told");
    else if (result->coupled)
        gck_append(line->text, GCK_LINE_SIZE,
                   "the samples depend on each other: checked as one batch");
    else if (strcmp(result->factor, "by sample") == 0)
        gck_append(line->text, GCK_LINE_SIZE,
                   "each sample has a share of its own, alike in forward and in backward");
    else if (result->factor[0] != '\0')
        gck_append(line->text, GCK_LINE_SIZE,
                   "one sample's share is %s, in forward and in backward", result->factor);
    else
        gck_append(line->text, GCK_LINE_SIZE, "forward and backward agree on one sample's share");
    if (line->answer == GCK_FINE && strcmp(result->method, "sliced") == 0)
        gck_append(line->text, GCK_LINE_SIZE, ": checked %s by %s", result->unit, result->unit);
}

static void gradient_line(const struct gck_result *result, enum gck_exams_detail detail, struct gck_line *line)
{
    gck_line_gradient(result, line);
    if (detail <= GCK_EXAMS_WRONG)
        line->text[strcspn(line->text, "\n")] = '\0';
}

/* ---- verbose ---- */

static void port_line(const struct gck_result *result, unsigned index, struct gck_line *line)
{
    const struct gck_port_result *const port = &result->port[index];
    char name[128], x[GCK_NUMBER_TEXT], analytic[GCK_NUMBER_TEXT], numeric[GCK_NUMBER_TEXT];

    line->text[0] = '\0';
    line->answer = port->disagree > 0 ? GCK_WRONG : GCK_FINE;
    gck_append(line->text, GCK_LINE_SIZE,
               "%s: %zu agree, %zu at a kink, %zu disagree, %zu could not be told", port->port,
               port->agree, port->kink, port->disagree, port->inconclusive);
    if (port->directions > 0)
        gck_append(line->text, GCK_LINE_SIZE, ", %zu were not looked at alone", port->probed);
    if (port->agree > 0)
        gck_append(line->text, GCK_LINE_SIZE, "; error at most %.2g, seen %.2g", port->bound,
                   port->seen);
    if (port->elements > port->probed)
        gck_append(
            line->text, GCK_LINE_SIZE,
            "\nworst %s: x %s, analytic %s, numeric %s, known to %.2g, step %.2g",
            gck_index_text(port->port, port->shape.axes, &port->worst, name, sizeof name),
            gck_number_text(port->worst.x, x), gck_number_text(port->worst.analytic, analytic),
            gck_number_text(port->worst.numeric, numeric), port->worst.bound, port->worst.step);
}

/* Once for types that follow each other and say the same. next: the result below, or NULL. */
static void method_line(const struct gck_page *page, const struct gck_result *result, const struct gck_result *next)
{
    const char *const words = gck_line_method(result);

    if (words[0] == '\0' || (next != NULL && strcmp(words, gck_line_method(next)) == 0))
        return;
    fprintf(page->file, "  %-*s%-*s", ANSWER - 2, "method", TEXT - ANSWER, "");
    gck_page_wrap(page, TEXT, TEXT, words);
    putc('\n', page->file);
}

static void write_details(const struct gck_page *page, const struct gck_result *result,
                          size_t results)
{
    for (size_t r = 0; r < results; r++) {
        struct gck_line line;

        for (unsigned i = 0; i < result[r].ports; i++) {
            port_line(&result[r], i, &line);
            fprintf(page->file, "  %-*s", ANSWER - 2, i == 0 ? gck_type_text(result[r].type) : "");
            answer_word(page, line.answer);
            gck_page_wrap(page, TEXT, TEXT, line.text);
            putc('\n', page->file);
        }
        method_line(page, &result[r], r + 1 < results ? &result[r + 1] : NULL);
        fprintf(page->file, "  %-*s%-*s%llu forwards, %llu backwards, %.3g s\n", ANSWER - 2, "cost",
                TEXT - ANSWER, "", (unsigned long long)result[r].forwards,
                (unsigned long long)result[r].backwards, result[r].seconds);
    }
}

/* ---- the exact twin ---- */

/* The smallest of 4, 16, 64 ... that is not below: digits at the noise floor differ by machine. */
static double rough_ulp(double ulp)
{
    double rough = 4;

    while (rough < ulp && rough < 1e15)
        rough *= 4;
    return rough;
}

static void exact_line(const struct gck_result *result, enum gck_exams_detail detail, struct gck_line *line)
{
    size_t elements = 0, agree = 0, kink = 0, sharp = 0;
    double ulp = 0;

    line->answer = result->exact.answer;
    line->text[0] = '\0';
    if (result->exact.answer == GCK_NOT_ASKED) {
        line->answer = GCK_NOT_APPLICABLE;
        if (result->no_exact[0] != '\0' && result->type == GCK_TYPE_DOUBLE)
            gck_append(line->text, GCK_LINE_SIZE, "no exact twin: %s", result->no_exact);
        return;
    }
    for (unsigned p = 0; p < result->exacts; p++) {
        const struct gck_exact_port *const port = &result->exact_port[p];

        elements += port->elements;
        agree += port->agree;
        kink += port->kink;
        sharp += port->sharp;
        ulp = port->ulp > ulp ? port->ulp : ulp;
    }
    if (elements == 0) {
        gck_append(line->text, GCK_LINE_SIZE, "%s", result->exact.why);
        return;
    }
    if (agree + kink == elements)
        gck_append(line->text, GCK_LINE_SIZE, "%zu of %zu elements, within %.0f ulp", agree, elements,
                   rough_ulp(ulp));
    else
        gck_append(line->text, GCK_LINE_SIZE, "%zu of %zu elements agree", agree, elements);
    if (kink > 0)
        gck_append(line->text, GCK_LINE_SIZE, "; %zu at a kink", kink);
    if (result->exact.why[0] != '\0')
        gck_append(line->text, GCK_LINE_SIZE, "; %s", result->exact.why);
    if (detail == GCK_EXAMS_ALL)
        gck_append(line->text, GCK_LINE_SIZE, "\nan error of 1e-12 relative would show in %zu of them", sharp);
}

/* Below the gradient's lines, of which it is one: "ok   exact   210 of 210 elements, within 4 ulp". */
static void write_exact(const struct gck_page *page, const struct gck_result *result, size_t results,
                        enum gck_exams_detail detail)
{
    for (size_t i = 0; i < results; i++) {
        struct gck_line line;

        exact_line(&result[i], detail, &line);
        if (line.text[0] == '\0')
            continue;
        if (detail <= GCK_EXAMS_WRONG && line.answer != GCK_UNSURE)
            continue; /* it is in the gradient's verdict */
        fprintf(page->file, "  %-*s", ANSWER - 2, "");
        answer_word(page, line.answer);
        fprintf(page->file, "%-*s", TYPED - TEXT, "exact");
        gck_page_wrap(page, TYPED, TYPED, line.text);
        putc('\n', page->file);
    }
}

/* ---- all of them ---- */

enum { MOST = 4 }; /* types of one layer */

static bool all_answer(const struct gck_line *line, size_t lines, enum gck_answer answer)
{
    bool all = true;

    for (size_t i = 0; i < lines; i++)
        all = all && line[i].answer == answer;
    return all;
}

/* "contract, 1/num" */
static void add_label(struct gck_line *line, const char *label)
{
    gck_append(line->text, GCK_LINE_SIZE, "%s%s", line->text[0] != '\0' ? ", " : "", label);
}

/* What was not told in a line of its own. */
static void write_others(const struct gck_page *page, const struct gck_result *result, struct gck_line *wrong,
                         const struct gck_line *fine)
{
    if (wrong->text[0] == '\0') {
        if (fine->text[0] != '\0')
            write_lines(page, "all else", result, fine, 1, false);
        return;
    }
    if (fine->text[0] != '\0')
        gck_append(wrong->text, GCK_LINE_SIZE, "; ok: %s", fine->text);
    write_lines(page, "all else", result, wrong, 1, false);
}

void gck_report_exams(const struct gck_page *page, const struct gck_result *result, size_t results,
                      enum gck_exams_detail detail)
{
    static const struct {
        const char *label;
        void (*tell)(const struct gck_result *result, enum gck_exams_detail detail, struct gck_line *line);
        bool by_name; /* what is wrong there stands in a finding */
    } exam[] = {
        { "contract", contract_line, true },
        { "loss weight", weight_line, true },
        { "1/num", batch_line, true },
        { "gradient", gradient_line, false },
    };
    struct gck_line line[MOST] = { { GCK_NOT_ASKED, "" } }, fine = { GCK_FINE, "" }, wrong = { GCK_WRONG, "" };

    if (results > MOST)
        results = MOST;
    for (size_t e = 0; e < sizeof exam / sizeof exam[0]; e++) {
        for (size_t i = 0; i < results; i++)
            exam[e].tell(&result[i], detail, &line[i]);
        if (detail <= GCK_EXAMS_WRONG && all_answer(line, results, GCK_FINE))
            add_label(&fine, exam[e].label);
        else if (detail == GCK_EXAMS_BRIEF && exam[e].by_name && all_answer(line, results, GCK_WRONG))
            add_label(&wrong, exam[e].label);
        else
            write_lines(page, exam[e].label, result, line, results, detail <= GCK_EXAMS_WRONG);
    }
    write_exact(page, result, results, detail);
    write_others(page, result, &wrong, &fine);
    if (detail == GCK_EXAMS_ALL)
        write_details(page, result, results);
}
