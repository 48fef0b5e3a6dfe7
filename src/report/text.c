/* text.c -- the report that a person reads: one block for each layer, and what it all comes to. */
#include "core/text.h"
#include "report/exams.h"
#include "report/findings.h"
#include "report/outcome.h"
#include "report/proof.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 4096, EXAMINED = 16 };

/* ---- the header ---- */

struct flow {
    const struct gck_page *page;
    size_t indent, column; /* column 0: nothing written on this line yet */
};

/* Pieces stand beside each other with three spaces between, as long as there is room. */
static void flow(struct flow *flow, const char *piece)
{
    if (piece[0] == '\0')
        return;
    if (flow->column > 0 && flow->column + 3 + strlen(piece) <= GCK_PAGE_WIDTH) {
        gck_page_space(flow->page, 3);
        flow->column += 3;
    } else {
        if (flow->column > 0)
            putc('\n', flow->page->file);
        gck_page_space(flow->page, flow->indent);
        flow->column = flow->indent;
    }
    flow->column = gck_page_wrap(flow->page, flow->column, flow->indent, piece);
}

static void ports_piece(const struct gck_result *result, char *piece)
{
    char shape[GCK_SHAPE_TEXT];

    piece[0] = '\0';
    for (unsigned i = 0; i < result->bottoms; i++)
        gck_append(piece, LINE, "%s%s %s%s%s", i == 0 ? "" : ", ", result->bottom[i].name,
                   gck_shape_text(&result->bottom[i].shape, shape),
                   result->bottom[i].from[0] != '\0' ? " from " : "", result->bottom[i].from);
}

static void params_piece(const struct gck_result *result, char *piece)
{
    piece[0] = '\0';
    for (unsigned i = 0; i < result->params; i++)
        gck_append(piece, LINE, "%s%s %s", i == 0 ? "" : ", ", result->param[i].name,
                   result->param[i].value);
}

static void weights_piece(const struct gck_result *result, const char *word, char *piece)
{
    char number[GCK_NUMBER_TEXT];

    piece[0] = '\0';
    for (unsigned i = 0; i < result->weights; i++)
        gck_append(piece, LINE, "%s%s%s%s", i > 0 ? ", " : word, i == 0 && result->weights > 1 ? "s" : "",
                   i == 0 ? " " : "", gck_number_text(result->weight[i], number));
}

static void run_piece(const struct gck_result *result, size_t results, char *piece)
{
    weights_piece(result, "loss weight", piece);
    gck_append(piece, LINE, "%sseed %llu", piece[0] != '\0' ? "   " : "",
               (unsigned long long)result->seed);
    if (results == 1)
        gck_append(piece, LINE, "   %s only", gck_type_text(result->type));
}

/* The formula beside the name where it fits, else below. Returns where further lines begin. */
static size_t write_name(const struct gck_page *page, const struct gck_result *result)
{
    const size_t beside = strlen(result->layer) + 3;
    struct flow rest = { page, beside <= 16 ? beside : 4, 0 };

    gck_page_ink(page, GCK_INK_STRONG, result->layer);
    if (result->formula[0] != '\0' && beside + strlen(result->formula) <= GCK_PAGE_WIDTH) {
        gck_page_space(page, 3);
        gck_page_wrap(page, beside, rest.indent, result->formula);
        putc('\n', page->file);
    } else {
        putc('\n', page->file);
        flow(&rest, result->formula);
        if (rest.column > 0)
            putc('\n', page->file);
    }
    return rest.indent;
}

static void write_header(const struct gck_page *page, const struct gck_result *result,
                         size_t results)
{
    struct flow rest = { page, write_name(page, result), 0 };
    char piece[LINE];

    ports_piece(result, piece);
    flow(&rest, piece);
    params_piece(result, piece);
    flow(&rest, piece);
    run_piece(result, results, piece);
    flow(&rest, piece);
    fputs("\n\n", page->file);
}

/* The same for a layer that is wrong, below its findings, whose line "again" has the seed. */
static void write_examined(const struct gck_page *page, const struct gck_result *result, size_t results)
{
    struct flow line = { page, EXAMINED, EXAMINED };
    char piece[LINE];

    ports_piece(result, piece);
    fprintf(page->file, "  %-*s", EXAMINED - 2, "examined");
    line.column = gck_page_wrap(page, EXAMINED, EXAMINED, piece);
    params_piece(result, piece);
    flow(&line, piece);
    weights_piece(result, "weight", piece);
    flow(&line, piece);
    if (results == 1) {
        snprintf(piece, sizeof piece, "%s only", gck_type_text(result->type));
        flow(&line, piece);
    }
    putc('\n', page->file);
}

/* ---- blocks ---- */

/* How many results from here on are about one layer. */
static size_t block_size(const struct gck_result *result, size_t results)
{
    size_t size = 1;

    while (size < results && strcmp(result[size].layer, result[0].layer) == 0
           && strcmp(result[size].source, result[0].source) == 0
           && result[size].type != result[size - 1].type && size < 2)
        size++;
    return size;
}

static bool anything_asked(const struct gck_result *result, size_t results)
{
    bool asked = false;

    for (size_t i = 0; i < results; i++)
        asked = asked || result[i].verdict != GCK_ERROR
                || result[i].contract.answer != GCK_NOT_ASKED
                || result[i].loss_weight.answer != GCK_NOT_ASKED
                || result[i].batch.answer != GCK_NOT_ASKED
                || result[i].gradient.answer != GCK_NOT_ASKED;
    return asked;
}

/* Mistakes were put into every type: that it passes the exams without them goes without saying. */
static bool proved(const struct gck_result *result, size_t results)
{
    bool all = true;

    for (size_t i = 0; i < results; i++)
        all = all && result[i].faults > 0;
    return all;
}

/* What is right begins with what was examined. */
static void write_right(const struct gck_page *page, const struct gck_result *result, size_t results, bool verbose)
{
    const bool set_up = result->bottoms > 0, asked = set_up && !proved(result, results) && anything_asked(result, results);
    struct gck_finding_count count;

    if (set_up)
        write_header(page, result, results);
    if (asked) {
        gck_report_exams(page, result, results, verbose ? GCK_EXAMS_ALL : GCK_EXAMS);
        putc('\n', page->file);
    }
    gck_report_proof(page, result, results, verbose);
    count = gck_report_findings(page, result, results, verbose ? GCK_TELL_ALL : GCK_TELL_EACH);
    gck_outcome_write(page, result, results, count, "");
}

/* What is wrong comes first, then what it was found with. Returns how many blocks there were. */
static unsigned write_wrong(const struct gck_page *page, const struct gck_result *result, size_t results,
                            enum gck_telling telling)
{
    const bool set_up = result->bottoms > 0;
    struct gck_finding_count count;
    char more[LINE] = "";

    if (set_up) {
        write_name(page, result);
        putc('\n', page->file);
    }
    count = gck_report_findings(page, result, results, telling);
    if (set_up) {
        write_examined(page, result, results);
        if (!proved(result, results) && anything_asked(result, results))
            gck_report_exams(page, result, results,
                             telling == GCK_TELL_ALL    ? GCK_EXAMS_ALL
                             : telling == GCK_TELL_EACH ? GCK_EXAMS_WRONG
                                                        : GCK_EXAMS_BRIEF);
        if (telling < GCK_TELL_LEAST)
            putc('\n', page->file);
    }
    gck_report_proof(page, result, results, telling == GCK_TELL_ALL);
    if (telling >= GCK_TELL_ONCE)
        gck_findings_more(result, results, more, sizeof more);
    gck_outcome_write(page, result, results, count, more);
    return count.fail + count.warn + count.note;
}

static unsigned count_lines(const char *text)
{
    unsigned lines = 0;

    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

/* How much of it fits on a screen; the least where nothing does. One finding alone keeps its meaning and its map. */
static enum gck_telling that_fits(const struct gck_page *page, const struct gck_result *result, size_t results)
{
    for (enum gck_telling telling = GCK_TELL_EACH; telling < GCK_TELL_LEAST; telling++) {
        char *text = NULL;
        size_t size;
        const struct gck_page trial = { open_memstream(&text, &size), page->colour };
        unsigned blocks;
        bool fits;

        if (trial.file == NULL)
            return GCK_TELL_EACH;
        blocks = write_wrong(&trial, result, results, telling);
        fits = fclose(trial.file) != 0 || count_lines(text) <= GCK_PAGE_LINES;
        free(text);
        if (fits || (blocks == 1 && telling == GCK_TELL_ONCE))
            return telling;
    }
    return GCK_TELL_LEAST;
}

static void write_block(const struct gck_page *page, const struct gck_result *result,
                        size_t results, bool verbose)
{
    if (!gck_findings_severe(result, results))
        write_right(page, result, results, verbose);
    else
        write_wrong(page, result, results, verbose ? GCK_TELL_ALL : that_fits(page, result, results));
}

/* ---- several layers ---- */

static void append_verdicts(char *text, const struct gck_result *result, size_t results,
                            enum gck_verdict verdict, bool name_them)
{
    char names[LINE] = "";
    unsigned count = 0;

    for (size_t i = 0, size; i < results; i += size) {
        size = block_size(result + i, results - i);
        if (gck_outcome_gravest(result + i, size)->verdict != verdict)
            continue;
        gck_append(names, LINE, "%s%s", count++ > 0 ? ", " : "", gck_subject(&result[i]));
    }
    if (count > 0)
        gck_append(text, LINE, "%s %u %s", text[strlen(text) - 1] == ':' ? "" : ",", count,
                   verdict == GCK_PASS ? "pass" : gck_outcome_word(verdict));
    if (count > 0 && name_them)
        gck_append(text, LINE, " (%s)", names);
}

/* What is wrong once more, since the blocks may have scrolled away. */
static void repeat_failures(const struct gck_page *page, const struct gck_result *result,
                            size_t results)
{
    for (size_t i = 0, size; i < results; i += size) {
        const struct gck_result *worst;
        char again[LINE];

        size = block_size(result + i, results - i);
        worst = gck_outcome_gravest(result + i, size);
        if (worst->verdict == GCK_PASS || worst->verdict == GCK_SKIPPED)
            continue;
        gck_page_command(page, "again", gck_again_text(worst, again, sizeof again));
    }
}

static void write_summary(const struct gck_page *page, const struct gck_result *result,
                          size_t results, size_t layers)
{
    char text[LINE] = "";

    gck_append(text, LINE, "%zu layers:", layers);
    append_verdicts(text, result, results, GCK_PASS, false);
    append_verdicts(text, result, results, GCK_FAIL, true);
    append_verdicts(text, result, results, GCK_ERROR, true);
    append_verdicts(text, result, results, GCK_INCONCLUSIVE, true);
    append_verdicts(text, result, results, GCK_SKIPPED, true);
    putc('\n', page->file);
    gck_page_wrap(page, 0, 4, text);
    putc('\n', page->file);
    repeat_failures(page, result, results);
}

void gck_report_text(FILE *file, const struct gck_result *result, size_t results, bool colour,
                     bool verbose)
{
    const struct gck_page page = { file, colour };
    size_t layers = 0;

    for (size_t i = 0, size; i < results; i += size) {
        size = block_size(result + i, results - i);
        if (layers++ > 0)
            putc('\n', file);
        write_block(&page, result + i, size, verbose);
    }
    if (layers > 1)
        write_summary(&page, result, results, layers);
}
