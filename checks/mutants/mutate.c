/* mutate.c -- makes the mechanical mutants of layer files: each differs from its layer in one place.
 *
 *     mutate FOLDER layers/x.c...    writes FOLDER/x.FUNCTION.OPERATOR.NUMBER.c, the layer itself as FOLDER/x.c, and
 *                                    FOLDER/list: id, line, "before => after", in the order of the source
 *
 * Every function but reshape is mutated. Operators: drop a factor or a divisor, flip a sign, shift an index by one, swap the
 * operands of - and /, < for <= and > for >= and back, delete a statement. A file that stays the same is not
 * written again, so that what was compiled from it can be kept. */
#include "tokens.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KINDS = 16 };

static const char *folder, *layer;
static char function[64];
static FILE *list;
static struct { char operator[16]; unsigned times; } made[MOST_KINDS];

/* ---- one mutant ---- */

static void put_plain(const char *from, size_t length)
{
    bool space = false;

    for (size_t i = 0; i < length; i++)
        if (isspace((unsigned char)from[i])) {
            space = true;
        } else {
            if (space)
                putc(' ', list);
            space = false;
            putc(from[i], list);
        }
}

static void write_changed(const char *path, const char *content, size_t length)
{
    static char old[MOST_TEXT + 256];
    FILE *file = fopen(path, "r");
    size_t had = 0;

    if (file != NULL) {
        had = fread(old, 1, sizeof old, file);
        fclose(file);
        if (had == length && memcmp(old, content, length) == 0)
            return;
    }
    file = fopen(path, "w");
    if (file == NULL || fwrite(content, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

/* The text from token `first` up to, not including, offset `end` becomes `with`; from..to is what the list shows. */
static void mutant(const char *operator, size_t first, size_t end, const char *with, size_t from, size_t to)
{
    static char changed[MOST_TEXT + 256];
    const size_t begin = token[first].at, shown = token[from].at,
                 shown_end = token[to].at + token[to].length;
    char path[512];
    size_t kind = 0;
    int length;

    while (made[kind].operator[0] != '\0' && strcmp(made[kind].operator, operator) != 0)
        kind++;
    snprintf(made[kind].operator, sizeof made[kind].operator, "%s", operator);
    made[kind].times++;
    length = snprintf(changed, sizeof changed, "%.*s%s%s", (int)begin, text, with, text + end);
    snprintf(path, sizeof path, "%s/%s.%s.%s.%u.c", folder, layer, function, operator, made[kind].times);
    write_changed(path, changed, (size_t)length);
    fprintf(list, "%s.%s.%s.%u\t%u\t", layer, function, operator, made[kind].times, token[first].line);
    put_plain(text + shown, shown_end - shown);
    fputs(" => ", list);
    put_plain(changed + shown, shown_end - shown + strlen(with) - (end - begin));
    putc('\n', list);
}

static size_t end_of(size_t t)
{
    return token[t].at + token[t].length;
}

/* ---- the operators ---- */

static size_t statement_end(size_t t)
{
    while (!is(t, ";"))
        t++;
    return t;
}

static void signs(size_t t)
{
    const bool twice = is(t, "+=") || is(t, "-=");

    if (twice)
        mutant("sign", t, end_of(t), is(t, "+=") ? "-=" : "+=", factor_begin(t - 1), statement_end(t));
    else if ((is(t, "+") || is(t, "-")) && binary(t))
        mutant("sign", t, end_of(t), is(t, "+") ? "-" : "+", term_begin(t - 1), term_end(t + 1));
    else if (is(t, "-"))
        mutant("sign", t, end_of(t), "", t, factor_end(t));
}

static void factors(size_t t)
{
    if (!(is(t, "*") || is(t, "/")) || !binary(t))
        return;
    const size_t left = factor_begin(t - 1), right = factor_end(t + 1);

    mutant("drop", t, end_of(right), "", left, right);
    if (is(t, "*") && !(is(left - 1, "/") && binary(left - 1)))
        mutant("drop", left, token[t + 1].at, "", left, right);
}

static void indices(size_t t)
{
    if (!is(t, "]"))
        return;
    const size_t from = factor_begin(t);

    mutant("index", t, end_of(t), " + 1]", from, t);
    if (!is(t - 1, "0") || !is(t - 2, "["))
        mutant("index", t, end_of(t), " - 1]", from, t);
}

static void operands(size_t t)
{
    static char swapped[1024];
    const bool minus = is(t, "-");

    if (!(minus || is(t, "/")) || !binary(t))
        return;
    const size_t left = minus ? term_begin(t - 1) : factor_begin(t - 1),
                 right = minus ? term_end(t + 1) : factor_end(t + 1);

    snprintf(swapped, sizeof swapped, "%.*s %c %.*s", (int)(end_of(right) - token[t + 1].at),
             text + token[t + 1].at, minus ? '-' : '/', (int)(end_of(t - 1) - token[left].at),
             text + token[left].at);
    mutant("swap", left, end_of(right), swapped, left, right);
}

static void comparisons(size_t t)
{
    static const char *const other[][2] = { { "<", "<=" }, { "<=", "<" }, { ">", ">=" }, { ">=", ">" } };

    for (size_t k = 0; k < 4; k++)
        if (is(t, other[k][0])) {
            mutant("compare", t, end_of(t), other[k][1], term_begin(t - 1), term_end(t + 1));
            return;
        }
}

/* A statement that begins with t, unless it declares something or is the function's last return: without one of
 * those the mutant has no meaning. */
static void statement(size_t t, size_t body_end)
{
    size_t end = t;

    if (type_word(t) || (statement_word(t) && !is(t, "return")) || is(t, "{") || is(t, "}") || is(t, ";"))
        return;
    while (end < body_end && !is(end, ";"))
        end = is(end, "(") || is(end, "[") || is(end, "{") ? partner(end) + 1 : end + 1;
    if (is(t, "return") && end + 1 == body_end)
        return;
    mutant("delete", t, token[end].at, "", t, end);
}

static bool begins_statement(size_t t)
{
    if (is(t - 1, "{") || is(t - 1, "}") || is(t - 1, "else"))
        return true;
    if (is(t - 1, ";")) { /* not one of a for's */
        size_t k = t - 1;

        while (!is(k, "{") && !is(k, "}") && !is(k, "("))
            k = is(k, ")") || is(k, "]") ? partner(k) - 1 : k - 1;
        return !is(k, "(");
    }
    if (!is(t - 1, ")"))
        return false;
    const size_t open = partner(t - 1);

    return is(open - 1, "for") || is(open - 1, "if") || is(open - 1, "while");
}

static void mutate_function(size_t name, size_t open)
{
    const size_t close = partner(open);

    snprintf(function, sizeof function, "%.*s", (int)token[name].length, text + token[name].at);
    memset(made, 0, sizeof made);
    for (size_t t = open + 1; t < close; t++) {
        if (begins_statement(t))
            statement(t, close);
        signs(t);
        factors(t);
        indices(t);
        operands(t);
        comparisons(t);
    }
}

static void mutate_file(const char *path)
{
    static char stem[64];
    char copy[512];
    FILE *const file = fopen(path, "r");
    const char *const name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    size_t length;

    if (file == NULL) {
        perror(path);
        exit(2);
    }
    length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    fclose(file);
    snprintf(stem, sizeof stem, "%.*s", (int)strcspn(name, "."), name);
    layer = stem;
    snprintf(copy, sizeof copy, "%s/%s.c", folder, layer);
    write_changed(copy, text, length);
    read_tokens();
    for (size_t t = 1; t < tokens; t++)
        if (is(t, "{")) {
            const size_t arguments = is(t - 1, ")") ? partner(t - 1) : 0;

            if (arguments > 0 && !is(arguments - 1, "reshape"))
                mutate_function(arguments - 1, t);
            t = partner(t);
        }
}

int main(int argc, char **argv)
{
    char path[512];

    if (argc < 3) {
        fputs("mutate FOLDER FILE...\n", stderr);
        return 2;
    }
    folder = argv[1];
    snprintf(path, sizeof path, "%s/list", folder);
    list = fopen(path, "w");
    if (list == NULL) {
        perror(path);
        return 2;
    }
    for (int i = 2; i < argc; i++)
        mutate_file(argv[i]);
    return fclose(list) != 0 ? 2 : 0;
}
