/* explain.c -- a page written line by line, its numbers computed on the way. */
#include "explain/explain.h"

#include "core/text.h"
#include "explain/example.h"
#include "explain/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1024, COLUMN = 9, DIGITS = 4, MOST_DIGITS = 17 };

/* The page while it is written. */
struct writing {
    const struct gck_page *page;
    struct gck_example example;
    enum gck_status status; /* of the first mistake */
    char *message;
};

const char *const *gck_explanation_of(unsigned code)
{
    for (const struct gck_explanation *e = gck_explanations; e->code != 0; e++)
        if (e->code == code)
            return e->line;
    return NULL;
}

static void mistake(struct writing *writing, const char *what)
{
    if (writing->status == GCK_OK)
        gck_say(writing->message, GCK_EUSAGE, "%s", what);
    writing->status = GCK_EUSAGE;
}

/* ---- numbers ---- */

/* What is 0 but for rounding is 0. */
static void number(double value, int digits, char *text)
{
    if (fabs(value) < 1e-13 && fabs(value) > 1e-30)
        value = 0;
    if (isnan(value))
        snprintf(text, GCK_NUMBER_TEXT, "nan"); /* its sign means nothing */
    else if (digits == DIGITS)
        gck_number_text(value, text);
    else
        snprintf(text, GCK_NUMBER_TEXT, "%.*g", digits, value);
}

static void put_row(const struct gck_row *row, int digits, char *text)
{
    char word[GCK_NUMBER_TEXT];

    for (size_t i = 0; i < row->count; i++) {
        number(row->value[i], digits, word);
        gck_append(text, LINE, "%*s", row->count < 2 ? 0 : i == 0 ? COLUMN - 1 : COLUMN, word);
    }
}

static bool equal(const struct gck_row *a, const struct gck_row *b)
{
    bool equal = a->count == b->count;

    for (size_t i = 0; equal && i < a->count; i++)
        equal = fabs(a->value[i] - b->value[i]) <= 1e-9 * fmax(1, fabs(b->value[i]));
    return equal;
}

/* What stands between braces, into text. */
static void put_expression(struct writing *writing, const char *inside, char *text)
{
    char left[LINE], message[GCK_MESSAGE_SIZE], *equals, *colon;
    const char *right = left;
    struct gck_row row, written;
    const size_t start = strlen(text);
    int digits = DIGITS, width = 0;

    GCK_COPY(left, inside);
    if ((colon = strchr(left, ':')) != NULL) {
        sscanf(colon + 1, "%d,%d", &digits, &width);
        *colon = '\0';
    }
    equals = strchr(left, '=');
    if (equals != NULL) {
        *equals = '\0';
        right = equals + 1;
    }
    if (digits < 1 || digits > MOST_DIGITS || !gck_expression(&writing->example, right, &row, message)
        || (equals != NULL && !gck_expression(&writing->example, left, &written, message))) {
        mistake(writing, digits < 1 || digits > MOST_DIGITS ? inside : message);
        gck_append(text, LINE, "?");
        return;
    }
    if (equals != NULL) {
        if (!equal(&written, &row)) {
            mistake(writing, inside);
            gck_append(text, LINE, "? ");
        }
        gck_append(text, LINE, "%s= ", left);
    }
    put_row(&row, digits, text);
    gck_append(text, LINE, "%*s", width > (int)(strlen(text) - start) ? width - (int)(strlen(text) - start) : 0, "");
}

/* ---- lines ---- */

/* A brace of code, "{ ... }" or an open one, is a brace: an expression begins without a space. */
static bool is_expression(const char *at, const char **end)
{
    *end = strchr(at, '}');
    return at[0] == '{' && *end != NULL && (isalnum((unsigned char)at[1]) || strchr("([-", at[1]) != NULL);
}

static void write_text(struct writing *writing, const char *line)
{
    char text[LINE] = "", inside[LINE];
    const char *end;

    for (const char *at = line; *at != '\0'; at++) {
        if (!is_expression(at, &end)) {
            gck_append(text, LINE, "%c", *at);
            continue;
        }
        snprintf(inside, sizeof inside, "%.*s", (int)(end - at - 1), at + 1);
        put_expression(writing, inside, text);
        at = end;
    }
    if (line[0] != ' ' && line[0] != '\0')
        gck_page_ink(writing->page, GCK_INK_STRONG, text);
    else
        fputs(text, writing->page->file);
    putc('\n', writing->page->file);
}

static void let(struct writing *writing, const char *line)
{
    char name[48] = "", message[GCK_MESSAGE_SIZE];
    const char *const equals = strchr(line, '=');
    struct gck_row row;

    if (equals == NULL || sscanf(line, " %47[^ =]", name) != 1)
        mistake(writing, line);
    else if (!gck_expression(&writing->example, equals + 1, &row, message))
        mistake(writing, message);
    else
        gck_example_set(&writing->example, name, &row);
}

enum gck_status gck_explain_lines(const struct gck_page *page, const char *const *line, const char **related,
                                  char *message)
{
    struct writing *const writing = calloc(1, sizeof *writing);
    char why[GCK_MESSAGE_SIZE], text[LINE];
    enum gck_status status;

    if (writing == NULL)
        return gck_say(message, GCK_EMEMORY, "out of memory");
    writing->page = page;
    writing->message = message;
    for (; line != NULL && *line != NULL; line++)
        if (strncmp(*line, "@run ", 5) == 0) {
            if (gck_example_run(&writing->example, *line + 5, why) != GCK_OK)
                mistake(writing, why);
        } else if (strncmp(*line, "@let ", 5) == 0) {
            let(writing, *line + 5);
        } else if (strncmp(*line, "@check ", 7) == 0) {
            text[0] = '\0';
            put_expression(writing, *line + 7, text);
        } else if (strncmp(*line, "@see ", 5) == 0) {
            if (related != NULL)
                *related = *line + 5;
        } else {
            write_text(writing, *line);
        }
    status = writing->status;
    free(writing);
    return status;
}

/* ---- the whole ---- */

static void write_related(const struct gck_page *page, const char *codes)
{
    const char *label = "see also";
    char *end, text[LINE];

    for (const char *at = codes;; at = end, label = "") {
        const struct gck_code *const code = gck_code_find((unsigned)strtoul(at, &end, 10));

        if (end == at)
            return;
        snprintf(text, sizeof text, "GC%u %s", code != NULL ? code->number : 0, code != NULL ? code->title : "?");
        gck_page_labelled(page, label, text);
    }
}

static void write_end(const struct gck_page *page, const struct gck_code *code, const char *related)
{
    static const char *const severity[] = {
        [GCK_NOTE] = "a note: the layer passes",
        [GCK_WARN] = "a warning: the layer is not wrong, but this run could not see everything",
        [GCK_SEVERE] = "the layer fails",
    };
    char chapter[LINE];

    gck_page_labelled(page, "try", code->advice);
    write_related(page, related);
    snprintf(chapter, sizeof chapter, "chapter %u of the tutorial, \"%s\"", code->chapter,
             gck_chapter_title(code->chapter));
    gck_page_labelled(page, "more", chapter);
    gck_page_labelled(page, "severity", severity[code->severity]);
}

enum gck_status gck_explain(const struct gck_page *page, const struct gck_code *code, char *message)
{
    const char *const *const line = gck_explanation_of(code->number);
    const char *related = "";
    char title[LINE];
    enum gck_status status;

    snprintf(title, sizeof title, "GC%u", code->number);
    gck_page_ink(page, GCK_INK_STRONG, title);
    snprintf(title, sizeof title, " %s", code->title);
    gck_page_wrap(page, strlen("GC101"), 6, title);
    fputs("\n\n", page->file);
    gck_page_labelled(page, "means", code->meaning);
    putc('\n', page->file);
    status = gck_explain_lines(page, line, &related, message);
    if (line != NULL)
        putc('\n', page->file);
    write_end(page, code, related);
    return status;
}
