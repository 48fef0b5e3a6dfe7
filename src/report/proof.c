/* proof.c -- which of the mistakes that were put into a layer the exams have found. */
#include "report/proof.h"

#include "core/text.h"
#include "report/words.h"

#include <string.h>

enum {
    FATE = 30, /* the columns of "found", */
    TEXT = 37, /* of what follows, */
    NAME = 74, /* and of the code */
    LINE = 1024
};

static const char *const word[] = {
    [GCK_CAUGHT] = "found",
    [GCK_MISSED] = "MISSED",
    [GCK_HIDDEN] = "hidden",
    [GCK_VOID] = "-",
};

static void exams_text(unsigned exams, char *text)
{
    static const struct { unsigned bit; const char *name; } exam[] = {
        { GCK_BY_CONTRACT, "contract" }, { GCK_BY_LOSS_WEIGHT, "weight" }, { GCK_BY_BATCH, "1/num" },
        { GCK_BY_GRADIENT, "gradient" }, { GCK_BY_EXACT, "exact" },
    };

    text[0] = '\0';
    for (size_t i = 0; i < sizeof exam / sizeof exam[0]; i++)
        if (exams & exam[i].bit)
            gck_append(text, LINE, "%s%s", text[0] != '\0' ? ", " : "", exam[i].name);
}

/* What stands behind the fate: the exams, or the reason. */
static void told(const struct gck_injected *injected, char *text)
{
    exams_text(injected->exams, text);
    if (injected->fate == GCK_CAUGHT)
        return;
    text[0] = '\0';
    gck_append(text, LINE, "%s", injected->why);
    if (injected->why_code != 0)
        gck_append(text, LINE, " (GC%u)", injected->why_code);
}

/* "GC107"; a star where that is not its own name. */
static void name_text(const struct gck_injected *injected, char *text)
{
    text[0] = '\0';
    if (injected->fate == GCK_CAUGHT && injected->codes > 0)
        gck_append(text, LINE, "GC%u%s", injected->code[0], injected->named ? "" : "*");
}

static bool same(const struct gck_injected *a, const struct gck_injected *b)
{
    char one[LINE], two[LINE];

    told(a, one);
    told(b, two);
    return a->fate == b->fate && a->named == b->named && strcmp(one, two) == 0
           && a->codes == b->codes && memcmp(a->code, b->code, a->codes * sizeof a->code[0]) == 0;
}

static void write_line(const struct gck_page *page, const char *title, const struct gck_injected *injected,
                       const char *type)
{
    char text[LINE] = "", what[LINE], name[LINE];
    size_t column = TEXT;

    fprintf(page->file, "  %-*s", FATE - 2, title);
    gck_page_ink(page,
                 injected->fate == GCK_CAUGHT   ? GCK_INK_GOOD
                 : injected->fate == GCK_MISSED ? GCK_INK_BAD
                                                : GCK_INK_PLAIN,
                 word[injected->fate]);
    gck_page_space(page, TEXT - FATE - strlen(word[injected->fate]));
    told(injected, what);
    gck_append(text, LINE, "%s%s%s", type, type[0] != '\0' ? ": " : "", what);
    column = gck_page_wrap(page, column, TEXT, text);
    name_text(injected, name);
    if (name[0] != '\0' && column < NAME) {
        gck_page_space(page, NAME - column);
        gck_page_wrap(page, NAME, NAME, name);
    }
    putc('\n', page->file);
}

/* Verbose: the codes of one that was not found by its own name. */
static void write_other_names(const struct gck_page *page, const struct gck_injected *injected)
{
    char text[LINE] = "* ";

    if (injected->fate != GCK_CAUGHT || injected->named)
        return;
    for (unsigned k = 0; k < injected->codes; k++)
        gck_append(text, LINE, "%sGC%u", k > 0 ? " and " : "", injected->code[k]);
    gck_append(text, LINE, " for GC%u", injected->planned);
    gck_page_space(page, TEXT);
    gck_page_wrap(page, TEXT, TEXT, text);
    putc('\n', page->file);
}

static void write_fault(const struct gck_page *page, const struct gck_result *result, size_t results, unsigned index,
                        bool verbose)
{
    const struct gck_injected *const first = &result[0].fault[index];
    bool all_same = true;

    for (size_t r = 1; r < results; r++)
        all_same = all_same && same(first, &result[r].fault[index]);
    for (size_t r = 0; r < (all_same ? 1 : results); r++) {
        write_line(page, r == 0 ? first->title : "", &result[r].fault[index],
                   all_same ? "" : gck_type_text(result[r].type));
        if (verbose)
            write_other_names(page, &result[r].fault[index]);
    }
}

/* Types that were proved: both or one. */
static size_t proved(const struct gck_result *result, size_t results)
{
    size_t count = 0;

    while (count < results && result[count].faults > 0)
        count++;
    return count;
}

void gck_report_proof(const struct gck_page *page, const struct gck_result *result, size_t results, bool verbose)
{
    bool others = false;

    while (results > 0 && result[0].faults == 0) { /* one type was wrong already */
        result++;
        results--;
    }
    results = proved(result, results);
    if (results == 0)
        return;
    fprintf(page->file, "  %-*s%-*s%s\n", TEXT - 2, "put into Backward", NAME - TEXT, "by the exam", "as");
    for (unsigned i = 0; i < result[0].faults; i++)
        write_fault(page, result, results, i, verbose);
    for (size_t r = 0; r < results; r++)
        for (unsigned i = 0; i < result[r].faults; i++)
            others = others || (result[r].fault[i].fate == GCK_CAUGHT && !result[r].fault[i].named);
    if (others) {
        gck_page_space(page, 2);
        gck_page_wrap(page, 2, 4,
                      verbose ? "* found, but not under its own name"
                              : "* found, but not under its own name, which --verbose tells");
        putc('\n', page->file);
    }
    putc('\n', page->file);
}

/* Over all types: missed in one is missed, named is by name in each. */
static enum gck_fate worst_fate(const struct gck_result *result, size_t results, unsigned index, bool *named)
{
    static const int gravity[] = { [GCK_VOID] = 0, [GCK_HIDDEN] = 1, [GCK_CAUGHT] = 2, [GCK_MISSED] = 3 };
    enum gck_fate worst = GCK_VOID;

    *named = true;
    for (size_t r = 0; r < results; r++) {
        const struct gck_injected *const injected = &result[r].fault[index];

        if (index >= result[r].faults)
            continue;
        if (gravity[injected->fate] > gravity[worst])
            worst = injected->fate;
        *named = *named && (injected->fate != GCK_CAUGHT || injected->named);
    }
    return worst;
}

void gck_proof_sum(const struct gck_result *result, size_t results, char *text, size_t size)
{
    unsigned count[GCK_VOID + 1] = { 0 }, by_name = 0;

    for (unsigned i = 0; i < GCK_MAX_FAULTS; i++) {
        bool named;
        const enum gck_fate fate = worst_fate(result, results, i, &named);

        count[fate]++;
        by_name += fate == GCK_CAUGHT && named;
    }
    if (count[GCK_CAUGHT] + count[GCK_MISSED] + count[GCK_HIDDEN] == 0)
        return;
    gck_append(text, size, "%s%u of %u mistakes found", text[0] != '\0' ? "; " : "", count[GCK_CAUGHT],
               count[GCK_CAUGHT] + count[GCK_MISSED]);
    if (count[GCK_CAUGHT] > 0)
        gck_append(text, size, ", %u by name", by_name);
    if (count[GCK_HIDDEN] > 0)
        gck_append(text, size, "; %u cannot show here", count[GCK_HIDDEN]);
}
