/* page.c -- text on a page of 80 columns. */
#include "report/page.h"

#include <string.h>

enum { LABELLED = 13 };

void gck_page_space(const struct gck_page *page, size_t spaces)
{
    fprintf(page->file, "%*s", (int)spaces, "");
}

/* What a layer or a file name brings along must not steer the terminal. */
static void put(const struct gck_page *page, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];

        putc(c < ' ' || c == 127 ? '?' : c, page->file);
    }
}

void gck_page_ink(const struct gck_page *page, enum gck_ink ink, const char *text)
{
    static const char *const start[] = { "", "\033[32m", "\033[1;31m", "\033[33m", "\033[1m" };
    const bool coloured = page->colour && ink != GCK_INK_PLAIN;

    if (coloured)
        fputs(start[ink], page->file);
    put(page, text, strlen(text));
    if (coloured)
        fputs("\033[0m", page->file);
}

static size_t next_line(const struct gck_page *page, size_t indent)
{
    putc('\n', page->file);
    gck_page_space(page, indent);
    return indent;
}

size_t gck_page_wrap(const struct gck_page *page, size_t column, size_t indent, const char *text)
{
    bool first = true; /* on its line: no space before it, and it stays whatever its length */

    while (*text != '\0') {
        const size_t spaces = strspn(text, " "), word = strcspn(text + spaces, " \n");

        if (!first && word > 0 && column + spaces + word > GCK_PAGE_WIDTH)
            column = next_line(page, indent);
        else if (word > 0) {
            gck_page_space(page, spaces);
            column += spaces;
        }
        put(page, text + spaces, word);
        column += word;
        first = false;
        text += spaces + word;
        if (*text == '\n') {
            column = next_line(page, indent);
            first = true;
            text++;
        }
    }
    return column;
}

void gck_page_labelled(const struct gck_page *page, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    fprintf(page->file, "  %-*s", LABELLED - 2, label);
    gck_page_wrap(page, LABELLED, LABELLED, text);
    putc('\n', page->file);
}

/* The length of the first word of a command; quotes hold their spaces. */
static size_t word_length(const char *command)
{
    size_t length = 0;
    bool quoted = false;

    for (; command[length] != '\0' && (quoted || command[length] != ' '); length++) {
        if (command[length] == '\\' && !quoted && command[length + 1] != '\0')
            length++;
        else if (command[length] == '\'')
            quoted = !quoted;
    }
    return length;
}

/* The length of an option and of what belongs to it. */
static size_t option_length(const char *command)
{
    size_t length = word_length(command);

    while (command[length] == ' ' && command[length + 1] != '-')
        length += 1 + word_length(command + length + 1);
    return length;
}

void gck_page_command(const struct gck_page *page, const char *label, const char *command)
{
    const bool fits = LABELLED + strlen(command) <= GCK_PAGE_WIDTH;
    size_t column = LABELLED;

    fprintf(page->file, "  %-*s", LABELLED - 2, label);
    for (size_t word; *command != '\0'; command += word) {
        const bool first = column == LABELLED;

        word = word_length(command);
        if (!first && !fits && command[0] == '-' && column + 1 + option_length(command) + 2 > GCK_PAGE_WIDTH) {
            fputs(" \\\n", page->file);
            gck_page_space(page, LABELLED + 2);
            column = LABELLED + 2;
        } else if (!first) {
            putc(' ', page->file);
            column++;
        }
        put(page, command, word);
        column += word;
        while (command[word] == ' ')
            word++;
    }
    putc('\n', page->file);
}
