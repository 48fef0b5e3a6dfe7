/* verb_compare.c -- gradcheck compare FILE.json...: recorded cases against what another system computed. */
#include "cli/plugin.h"
#include "cli/verbs.h"
#include "core/vector.h"
#include "exam/recorded.h"
#include "layer/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* By type: 0 double, 1 float. */
struct count {
    size_t cases[2], agree[2];
};

static int refusal(enum gck_status status, const char *message)
{
    gck_complain("%s", message);
    return status == GCK_EEMPTY ? 4 : status == GCK_ELOAD ? 3 : 2;
}

/* The layer of both types: that of --layer, which is loaded already in a process of its own, or the file's. */
static bool find(const struct gck_cli *cli, const struct gck_recorded *recorded,
                 const struct gck_plugin *plugin, const struct gck_layer *layer[2])
{
    const char *const name = cli->layer != NULL ? cli->layer : recorded->layer;

    if (plugin != NULL) {
        layer[0] = plugin->double_layer[0];
        layer[1] = plugin->float_layer[0];
        return true;
    }
    if (gck_layer_find(name, GCK_TYPE_DOUBLE) == NULL && cli->layer == NULL)
        fprintf(stderr, "gradcheck: %s records the layer %s: choose yours with --layer\n", recorded->path, name);
    layer[0] = gck_builtin(name, GCK_TYPE_DOUBLE);
    layer[1] = gck_layer_find(name, GCK_TYPE_FLOAT);
    return layer[0] != NULL;
}

static void tell_case(const struct gck_cli *cli, const struct gck_agreement *one)
{
    if (!one->agrees)
        printf("  FAIL  %s   %s\n", one->id, one->why);
    else if (cli->verbose)
        printf("  ok    %s   loss off by %.1e, diffs by %.1e\n", one->id, one->loss_error, one->diff_error);
}

static void tell_file(const struct gck_cli *cli, const struct gck_recorded *recorded, const char *name, const struct count *count)
{
    static const struct { const char *name; double room; } type[2] = { { "double", GCK_RECORDED_DOUBLE },
                                                                       { "float", GCK_RECORDED_FLOAT } };
    const bool all = count->agree[0] == count->cases[0] && count->agree[1] == count->cases[1];

    if (cli->verbose && recorded->source[0] != '\0')
        printf("%s: recorded from %s\n", recorded->path, recorded->source);
    printf("%-22s %s", name, all ? "ok  " : "FAIL");
    for (unsigned t = 0; t < 2; t++)
        if (count->cases[t] > 0)
            printf("%s %zu of %zu %s cases agree within %g", t == 1 && count->cases[0] > 0 ? "," : "",
                   count->agree[t], count->cases[t], type[t].name, type[t].room);
    putchar('\n');
}

/* One file. Returns 0, or the exit code of what kept it from being compared. */
static int compare_file(const struct gck_cli *cli, const char *path, const struct gck_plugin *plugin,
                        struct count *total)
{
    const struct gck_layer *layer[2] = { NULL, NULL };
    struct gck_recorded recorded;
    struct count count = { { 0 }, { 0 } };
    char message[GCK_MESSAGE_SIZE];
    enum gck_status status = gck_recorded_open(&recorded, path, message);
    int code = 0;

    if (status != GCK_OK)
        code = refusal(status, message);
    else if (!find(cli, &recorded, plugin, layer))
        code = 2;
    for (size_t i = 0; i < recorded.cases && code == 0; i++) {
        struct gck_agreement one;
        unsigned t;

        status = gck_recorded_compare(&recorded, i, layer[1], layer[0], &one, message);
        if (status != GCK_OK) {
            code = refusal(status, message);
            break;
        }
        t = one.type == GCK_TYPE_FLOAT;
        count.cases[t]++;
        count.agree[t] += one.agrees;
        tell_case(cli, &one);
    }
    if (code == 0)
        tell_file(cli, &recorded, layer[0] != NULL ? layer[0]->name : layer[1]->name, &count);
    for (unsigned t = 0; t < 2; t++) {
        total->cases[t] += count.cases[t];
        total->agree[t] += count.agree[t];
    }
    gck_recorded_close(&recorded);
    return code;
}

static int compare_all(const struct gck_cli *cli, char **file, int files, const struct gck_plugin *plugin)
{
    struct count total = { { 0 }, { 0 } };
    size_t cases, agree;
    int code = 0;

    gck_vector_single_thread();
    for (int i = 0; i < files; i++) {
        const int one = compare_file(cli, file[i], plugin, &total);

        code = code == 0 || one == 2 ? one > code ? one : code : code;
    }
    if (code != 0 && total.cases[0] + total.cases[1] == 0)
        return code;
    cases = total.cases[0] + total.cases[1];
    agree = total.agree[0] + total.agree[1];
    printf("%zu of %zu cases agree\n", agree, cases);
    if (fflush(stdout) != 0)
        return gck_complain("stdout could not be written");
    return code != 0 ? code : agree < cases ? 1 : 0;
}

int gck_verb_compare(struct gck_cli *cli)
{
    static struct gck_plugin plugin;
    char message[GCK_MESSAGE_SIZE];
    enum gck_status status;

    if (cli->words == 0)
        return gck_complain("compare takes files of recorded cases, such as cases.json");
    if (gck_is_inside()) { /* the first word is the layer's file */
        status = gck_plugin_load_of(&plugin, cli->word[0], gck_inside_source(), message);
        return status != GCK_OK ? refusal(status, message)
                                : compare_all(cli, cli->word + 1, cli->words - 1, &plugin);
    }
    if (cli->layer != NULL && gck_is_file(cli->layer))
        return gck_file_there(cli->layer) ? gck_execute_inside(cli, cli->layer) : 2;
    return compare_all(cli, cli->word, cli->words, NULL);
}
