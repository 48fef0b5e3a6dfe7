/* plugin.c -- layers in files: loaded and examined by this program executed anew. */
#include "cli/plugin.h"

#include "core/self.h"
#include "core/text.h"
#include "core/vector.h"
#include "layer/load.h"
#include "worker/worker.h"

#include <stdlib.h>
#include <string.h>

/* The first word of a worker's command line: not for people. */
#define LIST "@list"
#define EXAMINE "@examine"
#define PROVE "@prove"

/* ---- the inventory, sent as lines "name float double" in the clauses of a result ---- */

static void pack(const struct gck_plugin *plugin, struct gck_result *result)
{
    enum { LINE = GCK_NAME_SIZE + 16 };

    result->clauses = 0;
    for (unsigned i = 0; i < plugin->layers; i++) {
        const struct gck_layer *const in_float = plugin->float_layer[i],
                                      *const in_double = plugin->double_layer[i];
        char *why;

        if (result->clauses == 0
            || strlen(result->clause[result->clauses - 1].why) + LINE > GCK_WHY_SIZE)
            result->clause[result->clauses++].why[0] = '\0';
        why = result->clause[result->clauses - 1].why;
        gck_append(why, GCK_WHY_SIZE, "%s%s%s\n", (in_double != NULL ? in_double : in_float)->name,
                   in_float != NULL ? " float" : "", in_double != NULL ? " double" : "");
    }
}

static void unpack(const struct gck_result *result, struct gck_inventory *inventory)
{
    inventory->layers = 0;
    for (unsigned i = 0; i < result->clauses; i++)
        for (const char *line = result->clause[i].why; *line != '\0';
             line += strcspn(line, "\n") + 1) {
            char text[GCK_WHY_SIZE];
            const size_t name = strcspn(line, " ");

            snprintf(text, sizeof text, "%.*s", (int)strcspn(line, "\n"), line);
            if (inventory->layers == GCK_MAX_LAYERS || name >= GCK_NAME_SIZE)
                return;
            snprintf(inventory->layer[inventory->layers].name, GCK_NAME_SIZE, "%.*s", (int)name,
                     line);
            inventory->layer[inventory->layers].type[GCK_TYPE_FLOAT] = strstr(text, " float")
                                                                       != NULL;
            inventory->layer[inventory->layers].type[GCK_TYPE_DOUBLE] = strstr(text, " double")
                                                                        != NULL;
            inventory->layers++;
        }
}

bool gck_plugin_inventory(const struct gck_cli *cli, const struct gck_file *file,
                          struct gck_inventory *inventory, struct gck_result *failed)
{
    char self[GCK_SELF_SIZE], list[] = LIST, path[PATH_MAX], source[PATH_MAX], message[GCK_MESSAGE_SIZE];
    char *const argv[] = { (char *)(size_t)gck_self(self), list, path, source, NULL };
    struct gck_result *const result = calloc(1, sizeof *result);
    struct gck_job job = { .options = &cli->ask,
                           .argv = argv,
                           .seconds = cli->ask.seconds,
                           .megabytes = cli->ask.megabytes,
                           .result = result,
                           .preload = file->preload[0] != '\0' ? file->preload : NULL };
    enum gck_status status = GCK_EMEMORY;

    GCK_COPY(path, file->path);
    GCK_COPY(source, file->source);
    memset(inventory, 0, sizeof *inventory);
    memset(failed, 0, sizeof *failed);
    snprintf(message, sizeof message, "out of memory");
    if (result != NULL) {
        result->type = GCK_TYPE_DOUBLE;
        status = gck_worker_run(&job, 1, 1, NULL, message);
    }
    if (status != GCK_OK) {
        failed->verdict = GCK_ERROR;
        failed->status = status;
        GCK_COPY(failed->why, message);
    } else if (result->verdict == GCK_ERROR)
        *failed = *result;
    else
        unpack(result, inventory);
    free(result);
    return inventory->layers > 0;
}

/* ---- command lines ---- */

static char *option(const char *name, const char *value)
{
    const size_t size = strlen(name) + (value != NULL ? strlen(value) : 0) + 4;
    char *const text = malloc(size);

    if (text != NULL)
        snprintf(text, size, "--%s%s%s", name, value != NULL ? "=" : "",
                 value != NULL ? value : "");
    return text;
}

void gck_plugin_argv_free(char **argv)
{
    for (size_t i = 0; argv != NULL && argv[i] != NULL; i++)
        free(argv[i]);
    free(argv);
}

char **gck_plugin_argv(const struct gck_cli *cli, const struct gck_file *file, const char *layer,
                       enum gck_type type)
{
    char **const argv = calloc(cli->passes + 6, sizeof *argv);
    char self[GCK_SELF_SIZE], path[PATH_MAX + GCK_NAME_SIZE];
    bool complete = argv != NULL;
    size_t used = 0;

    if (argv == NULL)
        return NULL;
    snprintf(path, sizeof path, "%s", file->path);
    if (layer[0] != '\0')
        gck_append(path, sizeof path, ":%s", layer);
    argv[used++] = strdup(gck_self(self));
    argv[used++] = strdup(cli->verb->bit == GCK_FOR_PROVE ? PROVE : EXAMINE);
    argv[used++] = strdup(path);
    argv[used++] = strdup(file->source);
    argv[used++] = option("dtype", type == GCK_TYPE_FLOAT ? "float" : "double");
    for (unsigned i = 0; i < cli->passes; i++)
        argv[used++] = option(cli->passed[i].name, cli->passed[i].value);
    for (size_t i = 0; i < used; i++)
        complete = complete && argv[i] != NULL;
    if (complete)
        return argv;
    for (size_t i = 0; i < used; i++)
        free(argv[i]);
    free(argv);
    return NULL;
}

/* ---- the worker ---- */

static void fail(struct gck_result *result, enum gck_status status, const char *message)
{
    result->verdict = GCK_ERROR;
    result->status = status;
    GCK_COPY(result->why, message);
}

/* The one layer that was asked for, in its type, with its twin. */
static void examine(const struct gck_cli *cli, const struct gck_plugin *plugin, bool prove,
                    struct gck_result *result)
{
    const bool in_float = cli->type[GCK_TYPE_FLOAT];
    const struct gck_layer *const layer = in_float ? plugin->float_layer[0]
                                                   : plugin->double_layer[0];
    struct gck_options options = cli->ask;

    if (layer == NULL) {
        fail(result, GCK_ENAME, "this layer does not exist in this type");
        return;
    }
    options.exact = plugin->exact_layer[0];
    (prove ? gck_prove : gck_examine)(layer, in_float ? plugin->double_layer[0] : NULL, &options, result);
    if (options.exact == NULL)
        GCK_COPY(result->no_exact, plugin->no_twin);
    if (result->why[0] == '\0')
        GCK_COPY(result->why, plugin->note);
}

int gck_plugin_worker(int fd, int argc, char **argv)
{
    static struct gck_plugin plugin;
    static struct gck_result result;
    static struct gck_cli cli;
    struct gck_voice voice = { .fd = fd, .seats = gck_worker_seats_fd(), .result = &result };
    char message[GCK_MESSAGE_SIZE];
    enum gck_status status;

    setvbuf(stdout, NULL, _IOLBF, 0); /* what a layer printed before it crashed is seen */
    if (argc < 3 || !gck_cli_read(&cli, gck_verb_at(0), argc - 1, argv + 1) || cli.words != 2)
        return 2;
    gck_vector_single_thread();
    cli.ask.progress = gck_worker_progress;
    cli.ask.context = &voice;
    cli.ask.seat = gck_worker_seat;
    cli.ask.jobs = strcmp(argv[1], EXAMINE) == 0 ? gck_worker_jobs(&voice) : 0;
    gck_worker_progress(&voice, GCK_LOADING, 0, 0);
    status = gck_plugin_load_of(&plugin, cli.word[0], cli.word[1], message);
    result.type = cli.type[GCK_TYPE_FLOAT] && !cli.type[GCK_TYPE_DOUBLE] ? GCK_TYPE_FLOAT
                                                                         : GCK_TYPE_DOUBLE;
    if (status != GCK_OK)
        fail(&result, status, message);
    else if (strcmp(argv[1], LIST) == 0)
        pack(&plugin, &result);
    else
        examine(&cli, &plugin, strcmp(argv[1], PROVE) == 0, &result);
    return gck_worker_answer(fd, &result) ? 0 : 2;
}
