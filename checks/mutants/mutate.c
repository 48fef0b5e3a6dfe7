/* mutate.c -- makes the mechanical mutants of layer files: each differs from its layer in one place, or in two.
 *
 *     mutate SET FOLDER layers/x.c...    writes FOLDER/x.FUNCTION.OPERATOR.NUMBER.c, the layer itself as FOLDER/x.c, and
 *                                    FOLDER/list: id, line, "before => after", of two mistakes at once also which two
 *
 * Every function but reshape is mutated. SET: a, b or c, each with operators of its own (operators_a.c, ...). Of set a all are
 * written; of b and c as many of each operator as `most` says, drawn by a fixed seed, and pairs: in b of two mutants of a, in c
 * of any two that are not both of a. */
#include "edits.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 64, MOST_OF_ONE = 1000, PAIRS = 50 };

static const struct { const char *operator; unsigned most; } share[] = {
    { "variable", 70 }, { "argument", 30 }, { "constant", 55 }, { "operation", 60 }, { "call", 60 }, { "negate", 30 }, /* b */
    { "start", 30 }, { "short", 30 }, { "stride", 30 }, { "break", 30 }, { "twice", 20 }, { "order", 30 },             /* c */
    { "float", 25 }, { "whole", 20 }, { "bend", 45 }, { "assign", 30 }, { "guard", 20 }, { "first", 35 }, { "logic", 35 },
};

static struct { char name[32]; char *text; } layer_file[MOST_FILES];
static unsigned layer_files;
static size_t own; /* edits before are of earlier sets */

static void note_file(unsigned f, operators *note_all)
{
    snprintf(text, sizeof text, "%s", layer_file[f].text);
    read_tokens();
    begin_file(layer_file[f].name);
    for (size_t t = 1; t < tokens; t++)
        if (is(t, "{")) {
            const size_t arguments = is(t - 1, ")") ? partner(t - 1) : 0;

            if (arguments > 0 && !is(arguments - 1, "reshape")) {
                begin_function(text + token[arguments - 1].at, token[arguments - 1].length);
                note_all(arguments - 1, t, partner(t));
            }
            t = partner(t);
        }
}

static void note_set(operators *note_all)
{
    for (unsigned f = 0; f < layer_files; f++)
        note_file(f, note_all);
}

static void read_file(const char *path, const char *folder)
{
    static char content[MOST_TEXT];
    char copy[512];
    FILE *const file = fopen(path, "r");
    const char *const name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    size_t length;

    if (file == NULL || layer_files == MOST_FILES) {
        perror(path);
        exit(2);
    }
    length = fread(content, 1, sizeof content - 1, file);
    content[length] = '\0';
    fclose(file);
    snprintf(layer_file[layer_files].name, sizeof layer_file[0].name, "%.*s", (int)strcspn(name, "."), name);
    layer_file[layer_files].text = strdup(content);
    snprintf(copy, sizeof copy, "%s/%s.c", folder, layer_file[layer_files].name);
    write_changed(copy, content, length);
    layer_files++;
}

static const char *text_of(const struct edit *e)
{
    for (unsigned f = 0; f < layer_files; f++)
        if (strcmp(layer_file[f].name, e->layer) == 0)
            return layer_file[f].text;
    return "";
}

/* ---- which are drawn ---- */

/* FNV-1a: the same on every machine, and the same for an edit whatever stands elsewhere in the layers. */
static uint64_t lot(const char *word, uint64_t seed)
{
    uint64_t hash = 0xcbf29ce484222325u ^ seed;

    for (; *word != '\0'; word++)
        hash = (hash ^ (unsigned char)*word) * 0x100000001b3u;
    hash ^= hash >> 29;
    return hash * 0x9e3779b97f4a7c15u;
}

static uint64_t lot_of(const struct edit *e, uint64_t seed)
{
    char id[96];

    id_of(e, id);
    return lot(id, seed);
}

static bool drawn(const struct edit *e)
{
    unsigned most = MOST_OF_ONE, before = 0;

    for (size_t k = 0; k < sizeof share / sizeof share[0]; k++)
        if (strcmp(share[k].operator, e->operator) == 0)
            most = share[k].most;
    for (size_t k = own; k < edits; k++)
        before += strcmp(edit[k].operator, e->operator) == 0 && lot_of(&edit[k], 26) < lot_of(e, 26);
    return before < most;
}

static void write_pairs(const char *folder, size_t first_of_second, uint64_t seed, FILE *list)
{
    unsigned made = 0;
    uint64_t turn = 0;

    while (made < PAIRS) {
        char word[32], id[96];
        const struct edit *pair[2];

        snprintf(word, sizeof word, "one %llu", (unsigned long long)++turn);
        pair[0] = &edit[lot(word, seed) % edits];
        snprintf(word, sizeof word, "two %llu", (unsigned long long)turn);
        pair[1] = &edit[first_of_second + lot(word, seed) % (edits - first_of_second)];
        if (strcmp(pair[0]->layer, pair[1]->layer) != 0)
            continue;
        if (pair[0]->begin > pair[1]->begin) {
            const struct edit *const other = pair[0];

            pair[0] = pair[1];
            pair[1] = other;
        }
        if (pair[0]->end > pair[1]->begin)
            continue; /* one within the other */
        for (unsigned k = 0; k < 2; k++) { /* each by itself, to see what is true of it */
            id_of(pair[k], id);
            write_edits(folder, &pair[k], 1, text_of(pair[k]), id, NULL);
        }
        snprintf(id, sizeof id, "%s.two.pair.%u", pair[0]->layer, ++made);
        write_edits(folder, pair, 2, text_of(pair[0]), id, list);
    }
}

int main(int argc, char **argv)
{
    char path[512], id[96];
    FILE *list;

    if (argc < 4 || strlen(argv[1]) != 1 || strchr("abc", argv[1][0]) == NULL) {
        fputs("mutate a|b|c FOLDER FILE...\n", stderr);
        return 2;
    }
    snprintf(path, sizeof path, "%s/list", argv[2]);
    list = fopen(path, "w");
    if (list == NULL) {
        perror(path);
        return 2;
    }
    for (int i = 3; i < argc; i++)
        read_file(argv[i], argv[2]);
    note_set(operators_a);
    const size_t after_a = edits;

    if (argv[1][0] != 'a') {
        const size_t before = edits;

        note_set(operators_b);
        own = argv[1][0] == 'b' ? before : edits;
        if (argv[1][0] == 'c')
            note_set(operators_c);
    }
    const size_t end = argv[1][0] == 'a' ? after_a : edits;

    for (size_t e = own; e < end; e++)
        if (drawn(&edit[e])) {
            const struct edit *const one = &edit[e];

            id_of(one, id);
            write_edits(argv[2], &one, 1, text_of(one), id, list);
        }
    if (argv[1][0] == 'b')
        edits = after_a;
    if (argv[1][0] != 'a')
        write_pairs(argv[2], argv[1][0] == 'b' ? 0 : after_a, argv[1][0] == 'b' ? 41 : 42, list);
    return fclose(list) != 0 ? 2 : 0;
}
