/* edits.c -- changes of a layer file that are noted first and written afterwards. */
#include "edits.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct edit edit[MOST_EDITS];
size_t edits;

static const char *layer_name;
static char function_name[32];

void begin_file(const char *layer)
{
    layer_name = layer;
}

void begin_function(const char *name, size_t length)
{
    snprintf(function_name, sizeof function_name, "%.*s", (int)length, name);
}

size_t end_of(size_t t)
{
    return token[t].at + token[t].length;
}

static unsigned next_number(const char *operator)
{
    unsigned number = 1;

    for (size_t e = 0; e < edits; e++)
        number += strcmp(edit[e].layer, layer_name) == 0 && strcmp(edit[e].function, function_name) == 0
                  && strcmp(edit[e].operator, operator) == 0;
    return number;
}

void note(const char *operator, size_t first, size_t end, const char *with, size_t from, size_t to)
{
    struct edit *const e = &edit[edits];

    if (edits == MOST_EDITS) {
        fputs("too many mutants\n", stderr);
        exit(2);
    }
    *e = (struct edit){ .number = next_number(operator), .line = token[first].line, .begin = token[first].at, .end = end,
                        .shown = token[from].at, .shown_end = end_of(to), .with = strdup(with) };
    snprintf(e->layer, sizeof e->layer, "%s", layer_name);
    snprintf(e->function, sizeof e->function, "%s", function_name);
    snprintf(e->operator, sizeof e->operator, "%s", operator);
    edits++;
}

void note_as(const char *operator, size_t first, size_t end, size_t from, size_t to, const char *format, ...)
{
    static char with[8192];
    va_list list;

    va_start(list, format);
    vsnprintf(with, sizeof with, format, list);
    va_end(list);
    note(operator, first, end, with, from, to);
}

void id_of(const struct edit *e, char id[96])
{
    snprintf(id, 96, "%s.%s.%s.%u", e->layer, e->function, e->operator, e->number);
}

/* ---- writing ---- */

void write_changed(const char *path, const char *content, size_t length)
{
    static char old[2 * MOST_TEXT];
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

static void put_plain(FILE *list, const char *from, size_t length)
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

static void put_change(FILE *list, const struct edit *e, const char *of)
{
    static char after[16384];
    const int length = snprintf(after, sizeof after, "%.*s%s%.*s", (int)(e->begin - e->shown), of + e->shown, e->with,
                                e->shown_end > e->end ? (int)(e->shown_end - e->end) : 0, of + e->end);

    put_plain(list, of + e->shown, e->shown_end - e->shown);
    fputs(" => ", list);
    put_plain(list, after, (size_t)length);
}

void write_edits(const char *folder, const struct edit *const *one, unsigned many, const char *of, const char *id,
                 void *list)
{
    static char changed[2 * MOST_TEXT];
    char path[512], part[96];
    size_t at = 0;
    int length = 0;

    for (unsigned k = 0; k < many; k++) { /* in the order of the text */
        length += snprintf(changed + length, sizeof changed - (size_t)length, "%.*s%s", (int)(one[k]->begin - at), of + at,
                           one[k]->with);
        at = one[k]->end;
    }
    length += snprintf(changed + length, sizeof changed - (size_t)length, "%s", of + at);
    snprintf(path, sizeof path, "%s/%s.c", folder, id);
    write_changed(path, changed, (size_t)length);
    if (list == NULL)
        return;
    fprintf(list, "%s\t%u\t", id, one[0]->line);
    for (unsigned k = 0; k < many; k++) {
        if (k > 0)
            fputs(" AND ", list);
        put_change(list, one[k], of);
    }
    for (unsigned k = 0; k < many && many > 1; k++) {
        id_of(one[k], part);
        fprintf(list, "%s%s", k == 0 ? "\t" : " ", part);
    }
    putc('\n', list);
}
