/* page.h -- text on a page of 80 columns: colour, and lines that break between words. */
#ifndef GCK_REPORT_PAGE_H
#define GCK_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { GCK_PAGE_WIDTH = 80, GCK_PAGE_LINES = 24 /* of a screen */ };

enum gck_ink { GCK_INK_PLAIN, GCK_INK_GOOD, GCK_INK_BAD, GCK_INK_DOUBT, GCK_INK_STRONG };

struct gck_page {
    FILE *file;
    bool colour; /* ANSI; reset before the line ends, since some logs lose colours there */
};

/* The text in its ink, which never carries anything that the words don't. */
void gck_page_ink(const struct gck_page *page, enum gck_ink ink, const char *text);

/* As many spaces. */
void gck_page_space(const struct gck_page *page, size_t spaces);

/* Writes text from `column` on, where the line already stands, breaking it between words at the
 * page's width and at each newline; further lines begin at `indent`. Control characters become '?'.
 * No newline at the end. Returns the column after the last letter. */
size_t gck_page_wrap(const struct gck_page *page, size_t column, size_t indent, const char *text);

/* "  label      text" and a newline: the label in columns 2 to 12, the text wrapped from column 13
 * on. Nothing where the text is empty. */
void gck_page_labelled(const struct gck_page *page, const char *label, const char *text);

/* "  label      command" and a newline. Where it is too long for the page it goes on below, with a backslash at the
 * end of the line and never inside quotes, so that a shell takes the lines as they stand. */
void gck_page_command(const struct gck_page *page, const char *label, const char *command);

#endif
