/* findings.c -- the blocks that explain what is wrong. */
#include "report/findings.h"

#include "core/text.h"
#include "diagnosis/codes.h"
#include "report/words.h"

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

/* The code and title, at the right end the file; returns whether that found room. */
static bool write_title(const struct gck_page *page, const struct shared *shared)
{
    const struct gck_finding *const finding = shared->finding;
    const struct gck_code *const code = gck_code_find(finding->code);
    const char *const source = shared->result->source;
    char name[16], title[LINE] = "";
    size_t column;

    snprintf(name, sizeof name, "GC%u", finding->code);
    gck_append(title, LINE, " %s%s",
               finding->severity == GCK_NOTE   ? "note: "
               : finding->severity == GCK_WARN ? "warning: "
                                               : "",
               code != NULL ? code->title : "not in the catalogue");
    gck_page_ink(page, finding->severity == GCK_SEVERE ? GCK_INK_BAD : GCK_INK_DOUBT, name);
    column = gck_page_wrap(page, strlen(name), 6, title);
    if (source[0] == '\0' || strlen(name) + strlen(title) + 2 + strlen(source) > GCK_PAGE_WIDTH) {
        putc('\n', page->file);
        return false;
    }
    gck_page_space(page, GCK_PAGE_WIDTH - column - strlen(source));
    gck_page_ink(page, GCK_INK_PLAIN, source);
    putc('\n', page->file);
    return true;
}

static void write_where(const struct gck_page *page, const struct shared *shared, bool source_told)
{
    const char *const parts[] = { source_told ? "" : shared->result->source, shared->finding->port,
                                  shared->types };
    char where[LINE] = "";

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i][0] != '\0')
            gck_append(where, LINE, "%s%s", where[0] != '\0' ? ", " : "", parts[i]);
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

static void write_worst(const struct gck_page *page, const struct shared *shared)
{
    const struct gck_finding *const finding = shared->finding;
    const unsigned axes = gck_port_axes(shared->result, finding->port);

    if (finding->worsts == 0)
        return;
    fprintf(page->file, "  %-11s%-16s %11s %11s %11s %11s\n", "worst", "element", "x", "analytic",
            "numeric", "bound");
    for (unsigned i = 0; i < finding->worsts && i < GCK_WORST; i++) {
        const struct gck_element *const element = &finding->worst[i];
        char name[64], x[GCK_NUMBER_TEXT], analytic[GCK_NUMBER_TEXT], numeric[GCK_NUMBER_TEXT],
            bound[GCK_NUMBER_TEXT];

        fprintf(page->file, "  %-11s%-16s %11s %11s %11s %11s\n", "",
                gck_index_text("", axes, element, name, sizeof name),
                gck_number_text(element->x, x), gck_number_text(element->analytic, analytic),
                gck_number_text(element->numeric, numeric), gck_decade_text(element->bound, bound));
    }
}

/* again: the finding before had the same code, so its meaning and advice stand above. */
static void write_finding(const struct gck_page *page, const struct shared *shared, bool again)
{
    const struct gck_finding *const finding = shared->finding;
    const struct gck_code *const code = gck_code_find(finding->code);
    char command[2 * LINE];

    write_where(page, shared, write_title(page, shared));
    gck_page_labelled(page, "measured", finding->measured);
    write_worst(page, shared);
    if (!again)
        gck_page_labelled(page, "means", code != NULL ? code->meaning : "");
    gck_page_labelled(page, "not", finding->excluded);
    if (!again)
        write_try(page, finding, code);
    /* never broken into lines, so that it can be copied */
    if (!again && finding->severity == GCK_SEVERE)
        fprintf(page->file, "  %-*s%s\n", LABELLED - 2, "again",
                gck_again_text(shared->result, command, sizeof command));
    putc('\n', page->file);
}

struct gck_finding_count gck_report_findings(const struct gck_page *page,
                                             const struct gck_result *result, size_t results)
{
    struct gck_finding_count count = { 0, 0, 0 };
    unsigned before = 0;

    for (size_t r = 0; r < results; r++)
        for (unsigned i = 0; i < result[r].findings; i++) {
            struct shared shared;

            if (!collect(result, results, r, i, &shared))
                continue;
            write_finding(page, &shared, shared.finding->code == before);
            before = shared.finding->code;
            count.fail += shared.finding->severity == GCK_SEVERE;
            count.warn += shared.finding->severity == GCK_WARN;
            count.note += shared.finding->severity == GCK_NOTE;
        }
    return count;
}
