/* pages.c -- the pages that stand in the frame. */
#include "learn/frame.h"

#include "diagnosis/codes.h"
#include "explain/explain.h"
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

enum { SECTION = 4096, AROUND = 2 };

/* A page under way: text grows in memory. */
struct growing {
    char *text;
    size_t size;
    FILE *file;
};

static bool begin(struct growing *page)
{
    page->text = NULL;
    page->file = open_memstream(&page->text, &page->size);
    return page->file != NULL;
}

static char *end(struct growing *page)
{
    if (page->file != NULL)
        fclose(page->file);
    return page->text;
}

char *gck_frame_after(const struct gck_exercise *exercise, const struct gck_trial *trial)
{
    struct growing page;
    char why[SECTION];

    if (!begin(&page))
        return NULL;
    fputs(trial->text != NULL ? trial->text : "", page.file);
    if (trial->solved)
        fprintf(page.file, "\n%s\n", gck_exercise_why(exercise, why, sizeof why));
    return end(&page);
}

char *gck_frame_hints(const struct gck_exercise *exercise, unsigned rungs)
{
    struct growing page;
    char hint[SECTION];

    if (!begin(&page))
        return NULL;
    for (unsigned rung = 1; rung <= rungs && rung <= GCK_HINTS; rung++)
        fprintf(page.file, "%sHint %u of %d\n%s\n", rung > 1 ? "\n" : "", rung, GCK_HINTS,
                gck_exercise_hint(exercise, rung, hint, sizeof hint));
    return end(&page);
}

char *gck_frame_explain(const struct gck_trial *trial)
{
    const struct gck_code *const code = trial->codes > 0 ? gck_code_find(trial->code[0].code) : NULL;
    struct growing page;
    struct gck_page wrapped;

    if (!begin(&page))
        return NULL;
    wrapped = (struct gck_page){ page.file, false };
    if (code == NULL)
        fputs("There is no finding to explain.\n", page.file);
    else {
        gck_page_labelled(&wrapped, "try", code->advice);
        putc('\n', page.file);
        gck_explain(&wrapped, code, NULL);
    }
    return end(&page);
}

/* ---- where exercise and solution differ ---- */

enum { MOST_LINES = 1000 };

static size_t split(const char *text, const char *line[MOST_LINES])
{
    size_t lines = 0;

    while (*text != '\0' && lines < MOST_LINES) {
        line[lines++] = text;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return lines;
}

static bool same(const char *a, const char *b)
{
    const size_t length = strcspn(a, "\n");

    return length == strcspn(b, "\n") && memcmp(a, b, length) == 0;
}

static void write_lines(FILE *to, char mark, const char *const *line, size_t from, size_t until)
{
    for (size_t i = from; i < until; i++)
        fprintf(to, "%c %.*s\n", mark, (int)strcspn(line[i], "\n"), line[i]);
}

char *gck_frame_solution(const struct gck_exercise *exercise)
{
    static const char *before[MOST_LINES], *after[MOST_LINES];
    const size_t befores = split(exercise->exercise, before), afters = split(exercise->solution, after);
    size_t top = 0, bottom = 0;
    struct growing page;

    while (top < befores && top < afters && same(before[top], after[top]))
        top++;
    while (bottom < befores - top && bottom < afters - top
           && same(before[befores - 1 - bottom], after[afters - 1 - bottom]))
        bottom++;
    if (!begin(&page))
        return NULL;
    fprintf(page.file, "One solution: line %zu of %s, - as it was, + as it should be\n\n", top + 1,
            exercise->file);
    write_lines(page.file, ' ', before, top > AROUND ? top - AROUND : 0, top);
    write_lines(page.file, '-', before, top, befores - bottom);
    write_lines(page.file, '+', after, top, afters - bottom);
    write_lines(page.file, ' ', after, afters - bottom,
                bottom > AROUND ? afters - bottom + AROUND : afters);
    return end(&page);
}

/* ---- the list ---- */

char *gck_frame_list(const struct gck_course *course, const struct gck_progress *progress,
                     bool pending)
{
    unsigned chapter = GCK_CHAPTERS;
    struct growing page;

    if (!begin(&page))
        return NULL;
    for (size_t i = 0; i < course->exercises; i++) {
        const struct gck_exercise *const e = &course->exercise[i];

        if (pending && progress->done[i])
            continue;
        if (e->chapter != chapter)
            fprintf(page.file, "%sChapter %u: %s\n", chapter == GCK_CHAPTERS ? "" : "\n",
                    e->chapter, gck_chapter_title(e->chapter));
        chapter = e->chapter;
        fprintf(page.file, "%c %-4s %-4s %-26s %.42s\n", i == progress->current ? '>' : ' ', e->id,
                progress->done[i] ? "done" : "", e->name, e->title);
    }
    return end(&page);
}
