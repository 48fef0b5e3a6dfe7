/* gallery.h -- the broken layers of checks/broken/ with the codes that are planned for them, and the table of planned against
 * reported codes.
 *
 * The first line of a file says the plan: "name.c -- GC101 GC103 double only: words". "double only": in float the mistake drowns
 * in rounding, there the layer just must not be called wrong for another reason; "float only": in double it is right, and must
 * not be called wrong at all. "warning": the code is a warning, and the layer must not fail. */
#ifndef GCK_GALLERY_H
#define GCK_GALLERY_H

#include "diagnosis/codes.h"
#include "gradcheck/gradcheck.h"
#include "layer/load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 256, MAX_CODES = 8, MAX_KINDS = 64 };

struct exhibit {
    char stem[64], title[96];
    unsigned planned[MAX_CODES], codes;
    bool double_only, float_only, warning;
    struct gck_plugin plugin;
};

static inline bool exhibit_plans(const struct exhibit *e, unsigned code)
{
    for (unsigned k = 0; k < e->codes; k++)
        if (e->planned[k] == code)
            return true;
    return false;
}

static inline bool result_reports(const struct gck_result *result, unsigned code)
{
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].code == code && result->finding[f].severity == GCK_SEVERE)
            return true;
    return false;
}

static inline bool result_warns(const struct gck_result *result, unsigned code)
{
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].severity == GCK_WARN && (code == 0 || result->finding[f].code == code))
            return true;
    return false;
}

/* Exactly the planned codes and no other; in float nothing else, where the mistake is one of double. */
static inline bool as_planned(const struct exhibit *e, const struct gck_result *result)
{
    const bool blind = e->double_only && result->type == GCK_TYPE_FLOAT;

    if (e->float_only && result->type == GCK_TYPE_DOUBLE)
        return result->verdict == GCK_PASS && !result_warns(result, 0);
    if (e->warning)
        return result->verdict == GCK_PASS && result_warns(result, e->planned[0]);
    if (blind && result->verdict != GCK_FAIL && result->verdict != GCK_ERROR)
        return true;
    if (result->verdict != GCK_FAIL)
        return false;
    for (unsigned k = 0; k < e->codes; k++)
        if (!result_reports(result, e->planned[k]) && !blind)
            return false;
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].severity == GCK_SEVERE && !exhibit_plans(e, result->finding[f].code))
            return false;
    return true;
}

static inline void examine_exhibit(const struct exhibit *e, enum gck_type type, const struct gck_options *options,
                                   struct gck_result *result)
{
    const struct gck_layer *const in_double = e->plugin.double_layer[0];

    if (type == GCK_TYPE_FLOAT)
        gck_examine_in_worker(e->plugin.float_layer[0], in_double, options, result);
    else
        gck_examine_in_worker(in_double, NULL, options, result);
}

/* ---- the table ---- */

struct confusion {
    unsigned kind[MAX_KINDS], seen[MAX_KINDS][MAX_KINDS]; /* [planned][reported]; kind 0: nothing */
    size_t kinds;
};

static inline size_t confusion_kind(struct confusion *table, unsigned code)
{
    size_t k = 0;

    while (k < table->kinds && table->kind[k] != code)
        k++;
    if (k == table->kinds && k + 1 < MAX_KINDS)
        table->kind[table->kinds++] = code;
    return k;
}

static inline void confusion_count(struct confusion *table, const struct exhibit *e, const struct gck_result *result)
{
    for (unsigned k = 0; k < e->codes; k++) {
        const size_t planned = confusion_kind(table, e->planned[k]);

        table->seen[planned][confusion_kind(table, result_reports(result, e->planned[k])
                                                              || (e->warning && result_warns(result, e->planned[k]))
                                                          ? e->planned[k] : 0)]++;
    }
    for (unsigned f = 0; f < result->findings; f++)
        if (result->finding[f].severity == GCK_SEVERE && !exhibit_plans(e, result->finding[f].code)) {
            const size_t planned = confusion_kind(table, e->planned[0]);

            table->seen[planned][confusion_kind(table, result->finding[f].code)]++;
        }
}

static inline int confusion_ascending(const void *a, const void *b)
{
    const unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return (x > y) - (x < y);
}

static inline void confusion_print(struct confusion *table, const char *of)
{
    unsigned code[MAX_KINDS];
    const size_t kinds = table->kinds;

    memcpy(code, table->kind, sizeof code);
    qsort(code, kinds, sizeof code[0], confusion_ascending);
    printf("\nplanned   reported (how often), %s\n", of);
    for (size_t p = 0; p < kinds; p++) {
        bool any = false;

        for (size_t r = 0; r < kinds; r++)
            any = any || table->seen[confusion_kind(table, code[p])][confusion_kind(table, code[r])] > 0;
        if (!any)
            continue;
        printf("GC%u    ", code[p]);
        for (size_t r = 0; r < kinds; r++) {
            const unsigned times = table->seen[confusion_kind(table, code[p])][confusion_kind(table, code[r])];

            if (times > 0 && code[r] == 0)
                printf("  missed (%u)", times);
            else if (times > 0)
                printf("  GC%u (%u)", code[r], times);
        }
        printf("\n");
    }
}

/* ---- the files ---- */

static inline void gallery_wrong(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(1);
}

static inline void exhibit_plan(struct exhibit *e)
{
    char path[128], line[256] = "", name[96];
    FILE *file;
    const char *colon;

    snprintf(path, sizeof path, "checks/broken/%.63s.c", e->stem);
    file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL)
        gallery_wrong(path, "cannot be read");
    fclose(file);
    snprintf(name, sizeof name, "/* %.63s.c -- GC", e->stem);
    colon = strchr(line, ':');
    if (strncmp(line, name, strlen(name)) != 0 || colon == NULL)
        gallery_wrong(path, "should begin with \"/* name.c -- GC101: words\"");
    for (const char *p = strstr(line, " GC"); p != NULL && p < colon; p = strstr(p + 1, " GC")) {
        if (e->codes == MAX_CODES)
            gallery_wrong(path, "plans too many codes");
        e->planned[e->codes] = (unsigned)strtoul(p + 3, NULL, 10);
        if (gck_code_find(e->planned[e->codes++]) == NULL)
            gallery_wrong(path, "plans a code that does not exist");
    }
    e->double_only = strstr(line, "double only") != NULL;
    e->float_only = strstr(line, " float only") != NULL;
    e->warning = strstr(line, " warning:") != NULL;
    snprintf(e->title, sizeof e->title, "%.63s is found out", e->stem);
}

static inline int by_stem(const void *a, const void *b)
{
    return strcmp(((const struct exhibit *)a)->stem, ((const struct exhibit *)b)->stem);
}

/* All of them, sorted, plug-ins loaded from the build folder; only: NULL, or how the names have to begin. */
static inline size_t gallery_read(struct exhibit exhibit[MAX_LAYERS], const char *build, const char *only)
{
    DIR *const folder = opendir("checks/broken");
    const struct dirent *entry;
    size_t exhibits = 0;

    if (folder == NULL)
        gallery_wrong("checks/broken", "cannot be read");
    while ((entry = readdir(folder)) != NULL) {
        const size_t length = strlen(entry->d_name);

        if (length < 3 || length - 2 >= sizeof exhibit[0].stem
            || strcmp(entry->d_name + length - 2, ".c") != 0
            || (only != NULL && strncmp(entry->d_name, only, strlen(only)) != 0))
            continue;
        if (exhibits == MAX_LAYERS)
            gallery_wrong("checks/broken", "holds too many files");
        memcpy(exhibit[exhibits++].stem, entry->d_name, length - 2);
    }
    closedir(folder);
    qsort(exhibit, exhibits, sizeof exhibit[0], by_stem);
    for (size_t i = 0; i < exhibits; i++) {
        char path[256], message[GCK_MESSAGE_SIZE];

        exhibit_plan(&exhibit[i]);
        snprintf(path, sizeof path, "%s/broken/%.63s.so", build, exhibit[i].stem);
        if (gck_plugin_load(&exhibit[i].plugin, path, message) != GCK_OK)
            gallery_wrong(path, message);
    }
    return exhibits;
}

#endif
