/* frame.c -- the frame around what a learner reads. */
#include "learn/frame.h"

#include "diagnosis/codes.h"
#include "learn/extract.h"
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

enum { BAR = 20, AROUND = 7 }; /* lines of head and foot */

static void rule(FILE *to)
{
    for (int i = 0; i < GCK_PAGE_WIDTH; i++)
        putc('-', to);
    putc('\n', to);
}

/* One line with something at its left and right end. */
static void both_ends(const struct gck_page *page, enum gck_ink ink, const char *left,
                      const char *right)
{
    const size_t width = GCK_PAGE_WIDTH - strlen(right) - 1;
    char cut[GCK_PAGE_WIDTH + 1];

    snprintf(cut, sizeof cut, "%.*s", (int)width, left);
    gck_page_ink(page, ink, cut);
    gck_page_space(page, GCK_PAGE_WIDTH - strlen(cut) - strlen(right));
    fprintf(page->file, "%s\n", right);
}

static void head(const struct gck_frame *frame, const struct gck_page *page)
{
    const struct gck_exercise *const e = &frame->course->exercise[frame->index];
    char left[128], right[128];

    snprintf(left, sizeof left, "Chapter %u: %s", e->chapter, gck_chapter_title(e->chapter));
    snprintf(right, sizeof right, "exercise %s", e->id);
    both_ends(page, GCK_INK_PLAIN, left, right);
    snprintf(right, sizeof right, "%s%s", frame->progress->done[frame->index] ? "done  " : "",
             e->file);
    both_ends(page, GCK_INK_STRONG, e->title, right);
    rule(page->file);
}

/* ---- the body, in as many lines as there is room for ---- */

static size_t lines_of(const char *line, size_t length)
{
    const size_t width = gck_extract_width(line, length);

    return width <= GCK_PAGE_WIDTH ? 1 : (width + GCK_PAGE_WIDTH - 1) / GCK_PAGE_WIDTH;
}

/* "  contract      ok   15 of 15 clauses": can be left out where something else fails */
static bool is_ok_line(const char *line, size_t length)
{
    return length > 18 && line[0] == ' ' && line[1] == ' '
           && (strncmp(line + 16, "ok ", 3) == 0 || strncmp(line + 16, "\033[32mok", 7) == 0);
}

static size_t count_lines(const char *body, bool without_ok)
{
    size_t lines = 0;

    for (const char *line = body; *line != '\0';) {
        const size_t length = strcspn(line, "\n");

        if (!without_ok || !is_ok_line(line, length))
            lines += lines_of(line, length);
        line += length + (line[length] == '\n');
    }
    return lines;
}

static void write_body(const struct gck_frame *frame, FILE *to)
{
    const size_t room = frame->rows == 0 ? SIZE_MAX : frame->rows > AROUND + 1 ? frame->rows - AROUND : 1;
    const bool without_ok = count_lines(frame->body, false) > room;
    const bool cut = without_ok && count_lines(frame->body, true) > room;
    size_t used = 0;

    for (const char *line = frame->body; *line != '\0';) {
        const size_t length = strcspn(line, "\n"), lines = lines_of(line, length);

        if (!without_ok || !is_ok_line(line, length)) {
            if (cut && used + lines + 1 > room)
                break;
            fprintf(to, "%.*s\n", (int)length, line);
            used += lines;
        }
        line += length + (line[length] == '\n');
    }
    if (cut)
        fputs("... (a larger window shows the rest)\n", to);
}

static void foot(const struct gck_frame *frame, const struct gck_page *page)
{
    const size_t all = frame->course->exercises, done = gck_progress_done(frame->progress, frame->course);
    const size_t full = all > 0 ? done * BAR / all : 0;

    rule(page->file);
    if (frame->status != NULL && frame->status[0] != '\0') {
        char line[GCK_PAGE_WIDTH + 1];

        snprintf(line, sizeof line, "%s", frame->status);
        gck_page_ink(page, frame->good ? GCK_INK_GOOD : GCK_INK_BAD, line);
        putc('\n', page->file);
    }
    putc('[', page->file);
    for (size_t i = 0; i < BAR; i++)
        putc(i < full ? '#' : '-', page->file);
    fprintf(page->file, "] %zu/%zu", done, all);
    if (frame->keys != NULL)
        fprintf(page->file, "  %s", frame->keys);
    putc('\n', page->file);
}

void gck_frame_write(const struct gck_frame *frame, FILE *to)
{
    const struct gck_page page = { to, frame->colour };

    head(frame, &page);
    if (frame->body != NULL)
        write_body(frame, to);
    foot(frame, &page);
}
