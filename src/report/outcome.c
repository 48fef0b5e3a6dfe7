/* outcome.c -- the line that says what became of a layer. */
#include "report/outcome.h"

#include "core/text.h"
#include "report/proof.h"
#include "report/words.h"

#include <string.h>

enum { LINE = 4096 };

/* An error hides the rest, a fault hides a doubt. */
static int gravity(enum gck_verdict verdict)
{
    static const int gravity[] = {
        [GCK_SKIPPED] = 0, [GCK_PASS] = 1, [GCK_INCONCLUSIVE] = 2, [GCK_FAIL] = 3, [GCK_ERROR] = 4
    };

    return gravity[verdict];
}

const struct gck_result *gck_outcome_gravest(const struct gck_result *result, size_t results)
{
    const struct gck_result *worst = result;

    for (size_t i = 1; i < results; i++)
        if (gravity(result[i].verdict) > gravity(worst->verdict))
            worst = &result[i];
    return worst;
}

const char *gck_outcome_word(enum gck_verdict verdict)
{
    static const char *const text[] = { "PASS", "FAIL", "INCONCLUSIVE", "SKIPPED", "ERROR" };

    return text[verdict];
}

static enum gck_ink verdict_ink(enum gck_verdict verdict)
{
    return verdict == GCK_PASS                           ? GCK_INK_GOOD
           : verdict == GCK_FAIL || verdict == GCK_ERROR ? GCK_INK_BAD
                                                         : GCK_INK_DOUBT;
}

static void append_count(char *text, unsigned count, const char *noun)
{
    if (count > 0)
        gck_append(text, LINE, "%s%u %s%s", text[0] != '\0' ? ", " : "", count, noun,
                   count == 1 ? "" : "s");
}

/* "double passes, float fails" where they differ */
static void append_types(char *text, const struct gck_result *result, size_t results)
{
    static const char *const verb[] = { "passes", "fails", "is inconclusive", "is skipped",
                                        "could not be examined" };
    bool differ = false;

    for (size_t i = 1; i < results; i++)
        differ = differ || result[i].verdict != result[0].verdict;
    for (size_t i = 0; differ && i < results; i++)
        gck_append(text, LINE, "%s%s %s",
                   i > 0             ? ", "
                   : text[0] != '\0' ? "; "
                                     : "",
                   gck_type_text(result[i].type), verb[result[i].verdict]);
}

/* A layer's refusal begins with its name, which stands before it already. */
static const char *without_name(const struct gck_result *result)
{
    const size_t length = strlen(result->layer);

    return strncmp(result->why, result->layer, length) == 0 && strncmp(result->why + length, ": ", 2) == 0
               ? result->why + length + 2
               : result->why;
}

void gck_outcome_write(const struct gck_page *page, const struct gck_result *result, size_t results,
                       struct gck_finding_count count, const char *more)
{
    const struct gck_result *const worst = gck_outcome_gravest(result, results);
    const char *const word = gck_outcome_word(worst->verdict);
    char text[LINE] = "", name[LINE];
    const size_t indent = strlen(word) + 1 + strlen(gck_called(worst, name, sizeof name)) + 3;
    size_t column = indent - 3;
    bool beside;

    append_count(text, count.fail, "finding");
    append_count(text, count.warn, "warning");
    append_count(text, count.note, "note");
    gck_proof_sum(result, results, text, sizeof text);
    if ((count.fail == 0 || worst->proof) && worst->why[0] != '\0') /* a finding says it better */
        gck_append(text, LINE, "%s%s", text[0] != '\0' ? "; " : "", without_name(worst));
    append_types(text, result, results);
    beside = more[0] != '\0' && indent + strlen(text) + 3 + strlen(more) <= GCK_PAGE_WIDTH;
    if (!beside)
        gck_page_labelled(page, "more", more + (more[0] != '\0' ? strlen("more: ") : 0));
    gck_page_ink(page, verdict_ink(worst->verdict), word);
    gck_page_space(page, 1);
    gck_page_ink(page, GCK_INK_STRONG, name);
    if (text[0] != '\0') {
        gck_page_space(page, 3);
        column = gck_page_wrap(page, indent, indent < 32 ? indent : 4, text);
    }
    if (beside) {
        gck_page_space(page, GCK_PAGE_WIDTH - column - strlen(more));
        gck_page_ink(page, GCK_INK_PLAIN, more);
    }
    putc('\n', page->file);
}
