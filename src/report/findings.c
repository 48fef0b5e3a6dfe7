/* findings.c -- the blocks that explain what is wrong. */
#include "report/findings.h"

#include "core/text.h"
#include "diagnosis/codes.h"
#include "report/map.h"
#include "report/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 2048, LABELLED = 13 };

/* A finding and the types that have it. */
struct shared {
    const struct gck_finding *finding;
    const struct gck_result *result; /* the first that has it */
    char types[GCK_NAME_SIZE];       /* "float and double"; "" where only one type was examined */
};

static const struct gck_finding *find(const struct gck_result *result,
                                      const struct gck_finding *like)
{
    for (unsigned i = 0; i < result->findings; i++)
        if (result->finding[i].code == like->code
            && strcmp(result->finding[i].port, like->port) == 0)
            return &result->finding[i];
    return NULL;
}

/* False where an earlier type has it too, and it was told there. */
static bool collect(const struct gck_result *result, size_t results, size_t r, unsigned index,
                    struct shared *shared)
{
    bool has[GCK_TYPE_EXACT + 1] = { false };

    shared->finding = &result[r].finding[index];
    shared->result = &result[r];
    shared->types[0] = '\0';
    for (size_t i = 0; i < results; i++) {
        if (find(&result[i], shared->finding) == NULL)
            continue;
        if (i < r)
            return false;
        has[result[i].type] = true;
    }
    for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_EXACT && results > 1; type++)
        if (has[type])
            gck_append(shared->types, sizeof shared->types, "%s%s",
                       shared->types[0] != '\0' ? " and " : "", gck_type_text((enum gck_type)type));
    return true;
}

/* The code and title, at the right end the file where there is room; the last line has it, too. */
static void write_title(const struct gck_page *page, const struct shared *shared)
{
    const struct gck_finding *const finding = shared->finding;
    const struct gck_code *const code = gck_code_find(finding->code);
    const char *const source = shared->result->source;
    char name[16], title[LINE] = "";
    size_t column;

    snprintf(name, sizeof name, "GC%u", finding->code);
    gck_append(title, LINE, " %s%s%s", finding->doubtful ? "perhaps: " : "",
               finding->severity == GCK_NOTE   ? "note: "
               : finding->severity == GCK_WARN ? "warning: "
                                               : "",
               code != NULL ? code->title : "not in the catalogue");
    gck_page_ink(page, finding->severity == GCK_SEVERE ? GCK_INK_BAD : GCK_INK_DOUBT, name);
    column = gck_page_wrap(page, strlen(name), 6, title);
    if (source[0] == '\0' || strlen(name) + strlen(title) + 2 + strlen(source) > GCK_PAGE_WIDTH) {
        putc('\n', page->file);
        return;
    }
    gck_page_space(page, GCK_PAGE_WIDTH - column - strlen(source));
    gck_page_ink(page, GCK_INK_PLAIN, source);
    putc('\n', page->file);
}

/* The port that the finding is about, as the gradient exam saw it; NULL where it is about none or several. */
static const struct gck_port_result *port_of(const struct shared *shared)
{
    for (unsigned i = 0; i < shared->result->ports; i++)
        if (strcmp(shared->result->port[i].port, shared->finding->port) == 0)
            return &shared->result->port[i];
    return NULL;
}

/* Is it about some elements and not about others? A factor is about all, whatever the few that are 0 look like. */
static bool is_spatial(const struct shared *shared)
{
    const struct gck_port_result *const port = port_of(shared);

    return port != NULL && gck_map_tells(port) && shared->finding->severity == GCK_SEVERE
           && (shared->finding->law[0] == '\0' || shared->finding->code == 114)
           && (shared->finding->code > 300 || shared->finding->code == 114 || shared->finding->code == 202);
}

static void write_where(const struct gck_page *page, const struct shared *shared)
{
    const char *const parts[] = { shared->finding->port, shared->types };
    char where[LINE] = "", places[LINE];

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i][0] != '\0')
            gck_append(where, LINE, "%s%s", where[0] != '\0' ? ", " : "", parts[i]);
    if (is_spatial(shared) && gck_map_words(port_of(shared), places, sizeof places)[0] != '\0')
        gck_append(where, LINE, "%s%s", where[0] != '\0' ? "; " : "", places);
    gck_page_labelled(page, "where", where);
}

/* What to try, and at the right end, where there is room, how to read more. */
static void write_try(const struct gck_page *page, const struct gck_finding *finding,
                      const struct gck_code *code)
{
    const char *const advice = finding->hint[0] != '\0' ? finding->hint
                               : code != NULL           ? code->advice
                                                        : "";
    char more[64];
    size_t column;

    snprintf(more, sizeof more, "more: gradcheck explain GC%u", finding->code);
    fprintf(page->file, "  %-*s", LABELLED - 2, "try");
    column = gck_page_wrap(page, LABELLED, LABELLED, advice);
    if (column + 3 + strlen(more) > GCK_PAGE_WIDTH) {
        putc('\n', page->file);
        column = 0;
    }
    gck_page_space(page, GCK_PAGE_WIDTH - column - strlen(more));
    fprintf(page->file, "%s\n", more);
}

/* The two as numbers for people: four digits, or as many more as it takes to tell them apart; below what is known of
 * them there is only 0. */
static void write_pair(const struct gck_element *element, char *analytic, char *numeric)
{
    const double least = element->bound;

    gck_number_text(fabs(element->analytic) < least ? 0 : element->analytic, analytic);
    gck_number_text(fabs(element->numeric) < least ? 0 : element->numeric, numeric);
    for (int digits = 5; strcmp(analytic, numeric) == 0 && strcmp(numeric, "0") != 0 && digits <= 9; digits++) {
        snprintf(analytic, GCK_NUMBER_TEXT, "%.*g", digits, element->analytic);
        snprintf(numeric, GCK_NUMBER_TEXT, "%.*g", digits, element->numeric);
    }
}

/* How well the true derivative is known, no finer than a millionth of it where that says enough: finer digits are rounding, which
 * differs between machines. */
static double told_bound(const struct gck_element *element)
{
    const double coarse = 1e-6 * fmax(fabs(element->numeric), fabs(element->analytic));

    return coarse < 1e-2 * fabs(element->analytic - element->numeric) ? fmax(element->bound, coarse) : element->bound;
}

/* One as a sentence, more as a table. */
static void write_worst(const struct gck_page *page, const struct shared *shared, unsigned most)
{
    const struct gck_finding *const finding = shared->finding;
    const unsigned axes = gck_port_axes(shared->result, finding->port);
    const unsigned rows = finding->worsts < most ? finding->worsts : most;

    if (rows > 1)
        fprintf(page->file, "  %-11s%-15s %12s %12s %12s %11s\n", "worst", "element", "x", "analytic", "numeric",
                "known to");
    for (unsigned i = 0; i < rows; i++) {
        const struct gck_element *const element = &finding->worst[i];
        char name[64], x[GCK_NUMBER_TEXT], analytic[GCK_NUMBER_TEXT], numeric[GCK_NUMBER_TEXT],
            bound[GCK_NUMBER_TEXT], text[LINE];

        write_pair(element, analytic, numeric);
        gck_index_text("", axes, element, name, sizeof name);
        gck_number_text(element->x, x);
        gck_decade_text(told_bound(element), bound);
        snprintf(text, sizeof text, "%s: x %s, analytic %s, numeric %s to within %s", name, x, analytic, numeric,
                 bound);
        if (rows > 1)
            fprintf(page->file, "  %-11s%-15s %12s %12s %12s %11s\n", "", name, x, analytic, numeric, bound);
        else
            gck_page_labelled(page, "worst", text);
    }
}

/* So many that one mistake fits on a screen; all that there are with verbose. */
static unsigned worst_rows(const struct gck_finding *finding, bool verbose, bool map)
{
    return verbose || (finding->code == 399 && !map) ? GCK_WORST : 1;
}

/* again: the finding before had the same code, so its meaning and advice stand above. */
static void write_finding(const struct gck_page *page, const struct shared *shared, bool again, bool verbose)
{
    const struct gck_finding *const finding = shared->finding;
    const struct gck_code *const code = gck_code_find(finding->code);
    const bool map = is_spatial(shared) && port_of(shared)->disagree > 1; /* one alone is told by its index */
    char command[2 * LINE];

    write_title(page, shared);
    write_where(page, shared);
    gck_page_labelled(page, "measured", finding->measured);
    if (map && (!again || verbose))
        gck_map_write(page, port_of(shared));
    if (!again || verbose)
        write_worst(page, shared, worst_rows(finding, verbose, map));
    if (!again)
        gck_page_labelled(page, "means", code != NULL ? code->meaning : "");
    gck_page_labelled(page, "not", finding->excluded);
    if (!again)
        write_try(page, finding, code);
    if (!again && finding->severity == GCK_SEVERE)
        gck_page_command(page, "again", gck_again_text(shared->result, command, sizeof command));
    putc('\n', page->file);
}

bool gck_findings_severe(const struct gck_result *result, size_t results)
{
    bool severe = false;

    for (size_t r = 0; r < results; r++)
        for (unsigned i = 0; i < result[r].findings; i++)
            severe = severe || result[r].finding[i].severity == GCK_SEVERE;
    return severe;
}

/* The gradient's line counts the elements at kinks anyway. */
static bool told_elsewhere(const struct gck_finding *finding, bool verbose)
{
    return finding->code == 304 && !verbose;
}

struct gck_finding_count gck_report_findings(const struct gck_page *page,
                                             const struct gck_result *result, size_t results, bool verbose)
{
    struct gck_finding_count count = { 0, 0, 0 };
    unsigned before = 0;

    for (size_t r = 0; r < results; r++)
        for (unsigned i = 0; i < result[r].findings; i++) {
            struct shared shared;

            if (told_elsewhere(&result[r].finding[i], verbose) || !collect(result, results, r, i, &shared))
                continue;
            write_finding(page, &shared, shared.finding->code == before, verbose);
            before = shared.finding->code;
            count.fail += shared.finding->severity == GCK_SEVERE;
            count.warn += shared.finding->severity == GCK_WARN;
            count.note += shared.finding->severity == GCK_NOTE;
        }
    return count;
}
