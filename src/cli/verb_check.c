/* verb_check.c -- gradcheck LAYER...: the exam of each layer in each type, and the reports. */
#include "cli/plugin.h"
#include "cli/sinks.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "core/vector.h"
#include "layer/rig.h"
#include "report/words.h"
#include "worker/worker.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One layer in one type. */
struct unit {
    const struct gck_layer *layer, *twin; /* of a built-in one */
    char **argv;                          /* of the worker, for one in a file */
    char *preload;
    char *source;                         /* the file as it was typed; a worker knows the compiled one */
    bool done;                            /* the result is there already: it could not be loaded */
};

struct exam {
    const struct gck_cli *cli;
    struct unit *unit;
    struct gck_result *result;
    struct gck_job *job; /* of unit i */
    size_t units, room;
};

static void exam_free(struct exam *exam)
{
    for (size_t i = 0; i < exam->units; i++) {
        gck_plugin_argv_free(exam->unit[i].argv);
        free(exam->unit[i].preload);
        free(exam->unit[i].source);
    }
    free(exam->unit);
    free(exam->result);
    free(exam->job);
}

/* Room for one more unit, all zero, with its result's names filled in. NULL: no memory, which was said. */
static struct unit *add_unit(struct exam *exam, const char *layer, const char *source, enum gck_type type)
{
    struct gck_result *result;

    if (exam->units == exam->room) {
        const size_t room = 2 * exam->room + 8;
        struct unit *const unit = realloc(exam->unit, room * sizeof *unit);
        struct gck_result *const grown = unit == NULL ? NULL : realloc(exam->result, room * sizeof *grown);

        if (unit != NULL)
            exam->unit = unit;
        if (grown != NULL)
            exam->result = grown;
        if (unit == NULL || grown == NULL) {
            gck_complain("out of memory");
            return NULL;
        }
        exam->room = room;
    }
    result = &exam->result[exam->units];
    memset(result, 0, sizeof *result);
    GCK_COPY(result->layer, layer);
    GCK_COPY(result->source, source);
    result->type = type;
    result->seed = exam->cli->ask.seed;
    memset(&exam->unit[exam->units], 0, sizeof *exam->unit);
    return &exam->unit[exam->units++];
}

static const enum gck_type types[] = { GCK_TYPE_DOUBLE, GCK_TYPE_FLOAT };
enum { TYPES = sizeof types / sizeof types[0] };

/* ---- built-in layers ---- */

static bool add_builtin(struct exam *exam, const char *name)
{
    for (size_t i = 0; i < TYPES; i++) {
        const bool in_float = types[i] == GCK_TYPE_FLOAT;
        const struct gck_layer *const layer = gck_builtin(name, types[i]);
        struct unit *unit;

        if (layer == NULL)
            return false;
        if (!exam->cli->type[types[i]])
            continue;
        unit = add_unit(exam, name, "", types[i]);
        if (unit == NULL)
            return false;
        unit->layer = layer;
        unit->twin = in_float ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL;
    }
    return true;
}

static bool add_all(struct exam *exam)
{
    const struct gck_layer *layer;

    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        if (!add_builtin(exam, layer->name))
            return false;
    return true;
}

/* ---- layers in files ---- */

/* A file that could not be loaded has a result all the same. failed: what is known of it, or NULL. */
static bool add_failure(struct exam *exam, const char *word, const struct gck_result *failed,
                        enum gck_status status, const char *message)
{
    const char *const slash = strrchr(word, '/'), *const base = slash != NULL ? slash + 1 : word;
    char name[GCK_NAME_SIZE] = "";
    struct gck_result *result;
    struct unit *unit;

    gck_append(name, sizeof name, "%.*s", (int)strcspn(base, "."), base);
    unit = add_unit(exam, name, word, GCK_TYPE_DOUBLE);
    if (unit == NULL)
        return false;
    unit->done = true;
    result = &exam->result[exam->units - 1];
    if (failed != NULL)
        *result = *failed;
    result->verdict = GCK_ERROR;
    if (failed == NULL) {
        result->status = status;
        GCK_COPY(result->why, message);
    }
    GCK_COPY(result->layer, name[0] != '\0' ? name : word);
    GCK_COPY(result->source, word);
    result->seed = exam->cli->ask.seed;
    return true;
}

static bool add_worker(struct exam *exam, const char *word, const struct gck_file *file,
                       const struct gck_inventory *inventory, unsigned index, enum gck_type type)
{
    const char *const name = inventory->layer[index].name;
    const char *const chosen = inventory->layers > 1 ? name : "";
    char source[GCK_WHY_SIZE];
    struct unit *unit;

    GCK_COPY(source, word);
    if (chosen[0] != '\0')
        gck_append(source, sizeof source, ":%s", chosen);
    unit = add_unit(exam, name, source, type);
    if (unit == NULL)
        return false;
    unit->argv = gck_plugin_argv(exam->cli, file, chosen, type);
    unit->preload = file->preload[0] != '\0' ? strdup(file->preload) : NULL;
    unit->source = strdup(source);
    return unit->argv != NULL && unit->source != NULL;
}

/* A file with one type only is examined in that one. Asked for the other alone, a layer among several is skipped,
 * a single one is an error. */
static bool add_layer_of_file(struct exam *exam, const char *word, const struct gck_file *file,
                              const struct gck_inventory *inventory, unsigned index)
{
    const bool *const has = inventory->layer[index].type;
    const char *const only = has[GCK_TYPE_FLOAT] ? "float" : "double";
    struct gck_result *result;
    bool any = false;

    for (size_t i = 0; i < TYPES; i++)
        if (exam->cli->type[types[i]] && has[types[i]]) {
            if (!add_worker(exam, word, file, inventory, index, types[i]))
                return false;
            any = true;
        }
    if (any)
        return true;
    if (inventory->layers == 1) {
        gck_complain("%s has %s in %s only", word, inventory->layer[index].name, only);
        return false;
    }
    if (!add_worker(exam, word, file, inventory, index, types[exam->cli->type[types[0]] ? 0 : 1]))
        return false;
    exam->unit[exam->units - 1].done = true;
    result = &exam->result[exam->units - 1];
    result->verdict = GCK_SKIPPED;
    gck_append(result->why, sizeof result->why, "it exists in %s only", only);
    return true;
}

static bool add_file(struct exam *exam, const char *word)
{
    static struct gck_inventory inventory;
    static struct gck_result failed;
    char message[GCK_MESSAGE_SIZE] = "";
    struct gck_file file;
    const enum gck_status status = gck_file_ready(exam->cli, word, &file, message);

    if (status != GCK_OK)
        return add_failure(exam, word, NULL, status, message);
    if (!gck_plugin_inventory(exam->cli, &file, &inventory, &failed))
        return add_failure(exam, word, &failed, failed.status, failed.why);
    for (unsigned i = 0; i < inventory.layers; i++)
        if (!add_layer_of_file(exam, word, &file, &inventory, i))
            return false;
    return true;
}

/* ---- running ---- */

static void run_builtin(void *context, const struct gck_options *options, struct gck_result *result)
{
    const struct unit *const unit = context;

    gck_examine(unit->layer, unit->twin, options, result);
}

static struct gck_job make_job(struct exam *exam, size_t i)
{
    struct unit *const unit = &exam->unit[i];
    const struct gck_options *const ask = &exam->cli->ask;
    const struct gck_job job = { .run = unit->argv == NULL ? run_builtin : NULL, .context = unit,
                                 .options = ask, .argv = unit->argv, .preload = unit->preload,
                                 .seconds = ask->seconds, .megabytes = ask->megabytes,
                                 .result = &exam->result[i] };

    return job;
}

/* With one job, built-in layers run in this process: easy to debug, and nothing else would run meanwhile. */
static bool run_in_turn(struct exam *exam, char *message)
{
    gck_vector_single_thread();
    for (size_t i = 0; i < exam->units; i++) {
        struct unit *const unit = &exam->unit[i];

        if (unit->done)
            continue;
        if (unit->layer != NULL)
            run_builtin(unit, &exam->cli->ask, &exam->result[i]);
        else if (gck_worker_run(&exam->job[i], 1, 1, message) != GCK_OK)
            return false;
    }
    return true;
}

static bool run_at_once(struct exam *exam, char *message)
{
    struct gck_job *const job = calloc(exam->units, sizeof *job);
    size_t jobs = 0;
    bool good;

    if (job == NULL) {
        gck_say(message, GCK_EMEMORY, "out of memory");
        return false;
    }
    for (size_t i = 0; i < exam->units; i++)
        if (!exam->unit[i].done)
            job[jobs++] = exam->job[i];
    good = gck_worker_run(job, jobs, exam->cli->jobs, message) == GCK_OK;
    for (size_t i = 0, k = 0; i < exam->units; i++)
        if (!exam->unit[i].done)
            exam->job[i] = job[k++];
    free(job);
    return good;
}

/* Where the exam itself could not say how to repeat it. */
static void repeat_options(const struct gck_cli *cli, struct gck_result *result)
{
    const size_t size = sizeof result->again;

    gck_append(result->again, size, "--dtype %s", gck_type_text(result->type));
    for (unsigned i = 0; i < cli->passes; i++) {
        gck_append(result->again, size, " --%s", cli->passed[i].name);
        if (cli->passed[i].value != NULL) {
            gck_append(result->again, size, " ");
            gck_append_quoted(result->again, size, cli->passed[i].value);
        }
    }
}

static bool run(struct exam *exam)
{
    char message[GCK_MESSAGE_SIZE] = "";
    bool good;

    exam->job = calloc(exam->units, sizeof *exam->job);
    if (exam->job == NULL) {
        gck_complain("out of memory");
        return false;
    }
    for (size_t i = 0; i < exam->units; i++)
        exam->job[i] = make_job(exam, i);
    good = exam->cli->jobs == 1 ? run_in_turn(exam, message) : run_at_once(exam, message);
    if (!good)
        gck_complain("%s", message);
    for (size_t i = 0; i < exam->units; i++) {
        if (exam->unit[i].source != NULL)
            GCK_COPY(exam->result[i].source, exam->unit[i].source);
        if (exam->result[i].again[0] == '\0')
            repeat_options(exam->cli, &exam->result[i]);
        if (exam->cli->asan && exam->unit[i].argv != NULL)
            gck_append(exam->result[i].again, sizeof exam->result[i].again, " --asan");
    }
    return good;
}

/* ---- telling ---- */

/* What a layer printed, each line marked as such; most of it only where it is wanted. */
static void tell_captured(const struct exam *exam, size_t i, FILE *human)
{
    const char *text = exam->job[i].captured;
    const struct gck_result *const result = &exam->result[i];
    size_t lines = 0;

    if (text[0] == '\0')
        return;
    fprintf(human, "\n%s wrote%s:\n", result->source[0] != '\0' ? result->source : result->layer,
            result->type == GCK_TYPE_FLOAT ? " (in float)" : "");
    for (; *text != '\0' && (exam->cli->verbose || lines < 5); lines++) {
        const size_t length = strcspn(text, "\n");

        fputs("  | ", human);
        for (size_t k = 0; k < length; k++)
            fputc((unsigned char)text[k] < ' ' ? ' ' : text[k], human);
        fputc('\n', human);
        text += length + (text[length] == '\n');
    }
    if (*text != '\0')
        fputs("  | ... (--verbose shows more)\n", human);
}

/* Quiet: only what is not well. */
static size_t pick(const struct exam *exam, struct gck_result *picked)
{
    size_t count = 0;

    for (size_t i = 0; i < exam->units; i++)
        if (!exam->cli->quiet || exam->result[i].verdict != GCK_PASS)
            picked[count++] = exam->result[i];
    return count;
}

static int tell(const struct exam *exam, double seconds)
{
    FILE *const human = gck_sinks_human(exam->cli);
    struct gck_result *const picked = calloc(exam->units, sizeof *picked);
    int code = gck_exit_code(exam->result, exam->units);

    if (picked == NULL)
        return gck_complain("out of memory");
    gck_report_text(human, picked, pick(exam, picked), gck_sinks_colour(exam->cli, human), exam->cli->verbose);
    for (size_t i = 0; i < exam->units; i++)
        tell_captured(exam, i, human);
    free(picked);
    fflush(human);
    if (gck_sinks_write(exam->cli, exam->result, exam->units, seconds) != 0)
        code = 2;
    return code;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Mistyped names and options that don't fit are told before anything runs. What is in a file is judged where it
 * is loaded. */
static bool judge_builtin(const struct gck_cli *cli, const struct gck_layer *layer)
{
    struct gck_rig rig = { .layer = NULL };
    char message[GCK_MESSAGE_SIZE];
    struct gck_setup setup;
    enum gck_status status = gck_setup_open(&setup, layer, &cli->ask, message);

    if (status == GCK_OK) /* the layer judges the shapes itself */
        status = gck_rig_open(&rig, layer, &setup, 0, message);
    gck_rig_close(&rig);
    gck_setup_close(&setup);
    if (status != GCK_OK)
        gck_complain("%s", message);
    return status == GCK_OK;
}

static bool judge_words(const struct gck_cli *cli)
{
    const struct gck_layer *layer;
    bool good = true;

    for (int i = 0; i < cli->words && good; i++)
        if (gck_is_file(cli->word[i]))
            good = gck_file_there(cli->word[i]);
        else {
            layer = gck_builtin(cli->word[i], GCK_TYPE_DOUBLE);
            good = layer != NULL && judge_builtin(cli, layer);
        }
    for (size_t i = 0; cli->all && good && (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        good = judge_builtin(cli, layer);
    return good;
}

int gck_verb_check(struct gck_cli *cli)
{
    struct exam exam = { .cli = cli };
    const double start = now();
    int code = 2;
    bool good;

    if (cli->words == 0 && !cli->all)
        return gck_complain("which layer? gradcheck list shows them; gradcheck --help the rest");
    if (!judge_words(cli) || gck_sinks_check(cli) != 0)
        return 2;
    good = !cli->all || add_all(&exam);
    for (int i = 0; i < cli->words && good; i++)
        good = gck_is_file(cli->word[i]) ? add_file(&exam, cli->word[i]) : add_builtin(&exam, cli->word[i]);
    if (good && exam.units == 0)
        gck_complain("there is no layer to examine");
    else if (good && run(&exam))
        code = tell(&exam, now() - start);
    exam_free(&exam);
    return code;
}
