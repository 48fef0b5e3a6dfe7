/* extract.c -- what a learner is shown of a report. */
#include "learn/extract.h"

#include "report/page.h"

#include <string.h>

enum { LABELLED = 13 };

static bool starts(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

/* Past the colours that a line begins with. */
static const char *uncoloured(const char *line)
{
    while (line[0] == '\033') {
        line += strcspn(line, "m");
        line += *line == 'm';
    }
    return line;
}

static bool is_verdict(const char *line)
{
    static const char *const word[] = { "PASS ", "FAIL ", "INCONCLUSIVE ", "SKIPPED ", "ERROR " };
    const char *const text = uncoloured(line);

    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
        if (starts(text, word[i]) || (text != line && strncmp(text, word[i], strlen(word[i]) - 1) == 0))
            return true;
    return false;
}

/* Where the layer was never set up there is no header, and the first line is a finding or the verdict. */
static const char *past_header(const char *report)
{
    const char *const first = uncoloured(report);
    const char *end;

    if (starts(first, "GC") || is_verdict(report))
        return report;
    end = strstr(report, "\n\n");
    return end != NULL ? end + 2 : report;
}

/* At most as many letters as a line holds; only colours may steer the terminal. */
static void copy_line(const char *line, size_t length, FILE *to)
{
    size_t column = 0;

    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)line[i];

        if (c == '\033' && line[i + 1] == '[')
            while (i < length && line[i] != 'm')
                putc(line[i++], to);
        else if (column++ == GCK_PAGE_WIDTH)
            return;
        putc(c == '\033' ? 'm' : c < ' ' || c > 126 ? '?' : c, to);
    }
}

void gck_extract_report(const char *report, FILE *to)
{
    static const char indent[] = "             ";
    bool advice = false, began = false;
    unsigned empty = 0; /* lines before this one that are not written yet */

    for (const char *line = past_header(report), *next; *line != '\0'; line = next) {
        const size_t length = strcspn(line, "\n");

        next = line + length + (line[length] == '\n');
        advice = starts(line, "  try ") || (advice && starts(line, indent));
        if (advice || starts(line, "  again ") || is_verdict(line))
            continue;
        if (length == 0) {
            empty++;
            continue;
        }
        if (empty > 0 && began)
            putc('\n', to);
        copy_line(line, length, to);
        putc('\n', to);
        began = true;
        empty = 0;
    }
}

void gck_extract_plain(const char *text, unsigned lines, FILE *to)
{
    size_t column = 0;

    for (; *text != '\0' && lines > 0; text++) {
        const unsigned char c = (unsigned char)*text;

        if (c == '\n' || column == GCK_PAGE_WIDTH) {
            putc('\n', to);
            column = 0;
            lines--;
        }
        if (c == '\n' || lines == 0)
            continue;
        putc(c == '\t' ? ' ' : c < ' ' || c > 126 ? '?' : c, to);
        column++;
    }
    if (column > 0)
        putc('\n', to);
    if (*text != '\0')
        fputs("...\n", to);
}

size_t gck_extract_width(const char *line, size_t length)
{
    size_t width = 0;

    for (size_t i = 0; i < length; i++) {
        if (line[i] == '\033')
            while (i < length && line[i] != 'm')
                i++;
        else
            width += ((unsigned char)line[i] & 0xc0) != 0x80;
    }
    return width;
}
