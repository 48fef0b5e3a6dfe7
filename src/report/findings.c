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

/* One that gets a block, and what the blocks above and below it say for it. */
struct told {
    struct shared shared;
    bool same_code;      /* the finding before had the same code, so its meaning and advice stand above */
    bool same_map;       /* one before is about the same port of the same type */
    bool repeated_below; /* a severe one behind it is repeated by the same command */
};

enum { MOST = 2 * GCK_MAX_FINDINGS };

/* How a run ended, and which elements that lost, is each type's own. */
static bool told_apart(const struct gck_finding *a, const struct gck_finding *b)
{
    return a->code == 212 && strcmp(a->measured, b->measured) != 0;
}

static const struct gck_finding *find(const struct gck_result *result,
                                      const struct gck_finding *like)
{
    for (unsigned i = 0; i < result->findings; i++)
        if (result->finding[i].code == like->code
            && strcmp(result->finding[i].port, like->port) == 0 && !told_apart(&result->finding[i], like))
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

/* The code and title, at the right end what belongs beside it where there is room. False where there was none. */
static bool write_title(const struct gck_page *page, const struct shared *shared, const char *beside)
{
    const struct gck_finding *const finding = shared->finding;
    const struct gck_code *const code = gck_code_find(finding->code);
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
    if (beside[0] == '\0' || strlen(name) + strlen(title) + 2 + strlen(beside) > GCK_PAGE_WIDTH) {
        putc('\n', page->file);
        return false;
    }
    gck_page_space(page, GCK_PAGE_WIDTH - column - strlen(beside));
    gck_page_ink(page, GCK_INK_PLAIN, beside);
    putc('\n', page->file);
    return true;
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

static char *where_text(const struct shared *shared, char where[static LINE])
{
    const char *const parts[] = { shared->finding->port, shared->types };
    char places[LINE];

    where[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i][0] != '\0')
            gck_append(where, LINE, "%s%s", where[0] != '\0' ? ", " : "", parts[i]);
    if (is_spatial(shared) && gck_map_words(port_of(shared), places, sizeof places)[0] != '\0')
        gck_append(where, LINE, "%s%s", where[0] != '\0' ? "; " : "", places);
    return where;
}

/* The title and where: each in a line of its own, with the file, or where beside the title. */
static void write_head(const struct gck_page *page, const struct shared *shared, enum gck_telling telling)
{
    char where[LINE];

    where_text(shared, where);
    if (telling < GCK_TELL_ONCE) {
        write_title(page, shared, shared->result->source); /* the last line has it, too */
        gck_page_labelled(page, "where", where);
    } else if (!write_title(page, shared, where)) {
        gck_page_labelled(page, "where", where);
    }
}

static void write_meaning(const struct gck_page *page, const struct gck_finding *finding, const struct gck_code *code,
                          enum gck_telling telling)
{
    char meaning[LINE] = "";
    const char *end;

    if (code == NULL || telling == GCK_TELL_LEAST)
        return;
    gck_append(meaning, LINE, "%s", finding->meaning[0] != '\0' ? finding->meaning : code->meaning);
    end = strstr(meaning, ". ");
    if (telling == GCK_TELL_SENTENCES && end != NULL)
        meaning[end + 1 - meaning] = '\0';
    gck_page_labelled(page, "means", meaning);
}

/* What to try, and at the right end, where there is room, how to read more; of several the verdict tells that. */
static void write_try(const struct gck_page *page, const struct gck_finding *finding, const struct gck_code *code,
                      enum gck_telling telling)
{
    const char *const advice = finding->hint[0] != '\0' ? finding->hint
                               : code != NULL           ? code->advice
                                                        : "";
    char more[64];
    size_t column;

    snprintf(more, sizeof more, "more: gradcheck explain GC%u", finding->code);
    fprintf(page->file, "  %-*s", LABELLED - 2, "try");
    column = gck_page_wrap(page, LABELLED, LABELLED, advice);
    if (telling >= GCK_TELL_ONCE) {
        putc('\n', page->file);
        return;
    }
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
static unsigned worst_rows(const struct gck_finding *finding, enum gck_telling telling, bool map)
{
    return telling == GCK_TELL_ALL || (finding->code == 399 && !map && telling < GCK_TELL_LEAST) ? GCK_WORST : 1;
}

/* One wrong element alone is told by its index. */
static bool wants_map(const struct shared *shared, enum gck_telling telling)
{
    char places[LINE];

    return is_spatial(shared) && port_of(shared)->disagree > 1
           && (telling < GCK_TELL_LEAST || gck_map_words(port_of(shared), places, sizeof places)[0] == '\0');
}

static void write_finding(const struct gck_page *page, const struct told *told, enum gck_telling telling)
{
    const struct shared *const shared = &told->shared;
    const struct gck_finding *const finding = shared->finding;
    const struct gck_code *const code = gck_code_find(finding->code);
    const bool map = wants_map(shared, telling), whole = !told->same_code || telling == GCK_TELL_ALL;
    char command[2 * LINE];

    write_head(page, shared, telling);
    gck_page_labelled(page, "measured", finding->measured);
    if (map && whole && (telling < GCK_TELL_ONCE || !told->same_map))
        gck_map_write(page, port_of(shared));
    if (whole)
        write_worst(page, shared, worst_rows(finding, telling, map));
    if (!told->same_code)
        write_meaning(page, finding, code, telling);
    gck_page_labelled(page, "not", finding->excluded);
    if (!told->same_code)
        write_try(page, finding, code, telling);
    if (finding->severity == GCK_SEVERE && (telling < GCK_TELL_ONCE ? !told->same_code : !told->repeated_below))
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

static unsigned choose(const struct gck_result *result, size_t results, bool verbose, struct told told[static MOST])
{
    unsigned count = 0;

    for (size_t r = 0; r < results; r++)
        for (unsigned i = 0; i < result[r].findings && count < MOST; i++) {
            struct told *const next = &told[count];

            if (told_elsewhere(&result[r].finding[i], verbose) || !collect(result, results, r, i, &next->shared))
                continue;
            next->same_code = count > 0 && next->shared.finding->code == next[-1].shared.finding->code;
            next->same_map = next->repeated_below = false;
            for (struct told *before = told; before < next; before++) {
                next->same_map = next->same_map
                                 || (is_spatial(&before->shared) && port_of(&before->shared) == port_of(&next->shared));
                before->repeated_below = before->repeated_below
                                         || (next->shared.finding->severity == GCK_SEVERE
                                             && before->shared.result == next->shared.result);
            }
            count++;
        }
    return count;
}

struct gck_finding_count gck_report_findings(const struct gck_page *page, const struct gck_result *result,
                                             size_t results, enum gck_telling telling)
{
    struct gck_finding_count count = { 0, 0, 0 };
    struct told told[MOST];
    const unsigned all = choose(result, results, telling == GCK_TELL_ALL, told);

    for (unsigned i = 0; i < all; i++) {
        const enum gck_severity severity = told[i].shared.finding->severity;

        write_finding(page, &told[i], telling);
        count.fail += severity == GCK_SEVERE;
        count.warn += severity == GCK_WARN;
        count.note += severity == GCK_NOTE;
    }
    return count;
}

char *gck_findings_more(const struct gck_result *result, size_t results, char *text, size_t size)
{
    struct told told[MOST];
    const unsigned all = choose(result, results, false, told);

    text[0] = '\0';
    for (unsigned i = 0; i < all; i++)
        if (!told[i].same_code)
            gck_append(text, size, "%sGC%u", i == 0 ? "more: gradcheck explain " : ", ", told[i].shared.finding->code);
    return text;
}
