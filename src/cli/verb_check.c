/* verb_check.c -- gradcheck LAYER... and gradcheck prove LAYER...: each layer in each type, and the reports. */
#include "cli/bar.h"
#include "cli/sinks.h"
#include "cli/targets.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "exam/needs.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- running ---- */

static void run_builtin(void *context, const struct gck_options *options, struct gck_result *result)
{
    const struct gck_unit *const unit = context;

    gck_examine(unit->layer, unit->twin, options, result);
}

static void prove_builtin(void *context, const struct gck_options *options, struct gck_result *result)
{
    const struct gck_unit *const unit = context;

    gck_prove(unit->layer, unit->twin, options, result);
}

static bool proves(const struct gck_cli *cli)
{
    return cli->verb->bit == GCK_FOR_PROVE;
}

static struct gck_job make_job(struct gck_units *units, size_t i, struct gck_bar *bar)
{
    struct gck_unit *const unit = &units->unit[i];

    unit->ask = units->cli->ask;
    unit->ask.progress = gck_bar_hear;
    unit->ask.context = &bar->unit[i];
    unit->ask.jobs = proves(units->cli) ? 0 : units->cli->jobs;
    return (struct gck_job){ .run = unit->argv != NULL      ? NULL
                                    : proves(units->cli) ? prove_builtin
                                                         : run_builtin,
                             .context = unit,
                             .options = &unit->ask,
                             .argv = unit->argv,
                             .preload = unit->preload,
                             .seconds = unit->ask.seconds,
                             .megabytes = unit->ask.megabytes,
                             .renews = proves(units->cli) ? "prove: " : NULL,
                             .result = &units->result[i],
                             .over = unit->done };
}

/* Where the exam itself could not say how to repeat it, or where limits that it does not know of ended it. */
static void repeat_options(const struct gck_cli *cli, struct gck_result *result)
{
    const size_t size = sizeof result->again;

    if (result->again[0] != '\0' && result->status != GCK_ETIME && result->status != GCK_ECRASH)
        return;
    result->again[0] = '\0';
    gck_append(result->again, size, "--dtype %s", gck_type_text(result->type));
    for (unsigned i = 0; i < cli->passes; i++) {
        gck_append(result->again, size, " --%s", cli->passed[i].name);
        if (cli->passed[i].value != NULL) {
            gck_append(result->again, size, " ");
            gck_append_quoted(result->again, size, cli->passed[i].value);
        }
    }
}

static bool run(struct gck_units *units)
{
    char message[GCK_MESSAGE_SIZE] = "";
    struct gck_bar bar = { .on = false };
    const struct gck_tick tick = { gck_bar_tick, &bar };
    bool good;

    units->job = calloc(units->count, sizeof *units->job);
    if (units->job == NULL || !gck_bar_open(&bar, units->cli, units->job, units->count)) {
        gck_complain("out of memory");
        return false;
    }
    for (size_t i = 0; i < units->count; i++)
        units->job[i] = make_job(units, i, &bar);
    good = gck_worker_run(units->job, units->count, units->cli->jobs, &tick, message) == GCK_OK;
    gck_bar_close(&bar);
    if (!good)
        gck_complain("%s", message);
    for (size_t i = 0; i < units->count; i++) {
        if (units->unit[i].source != NULL)
            GCK_COPY(units->result[i].source, units->unit[i].source);
        repeat_options(units->cli, &units->result[i]);
        if (units->cli->asan && units->unit[i].argv != NULL)
            gck_append(units->result[i].again, sizeof units->result[i].again, " --asan");
    }
    return good;
}

/* ---- telling ---- */

/* What a layer printed, each line marked as such; most of it only where it is wanted. */
static void tell_captured(const struct gck_units *units, size_t i, FILE *human)
{
    const char *text = units->job[i].captured;
    const struct gck_result *const result = &units->result[i];
    size_t lines = 0;

    if (text[0] == '\0')
        return;
    fprintf(human, "\n%s wrote%s:\n", result->source[0] != '\0' ? result->source : result->layer,
            result->type == GCK_TYPE_FLOAT ? " (in float)" : "");
    for (; *text != '\0' && (units->cli->verbose || lines < 5); lines++) {
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
static size_t pick(const struct gck_units *units, struct gck_result *picked)
{
    size_t count = 0;

    for (size_t i = 0; i < units->count; i++)
        if (!units->cli->quiet || units->result[i].verdict != GCK_PASS)
            picked[count++] = units->result[i];
    return count;
}

static int tell(const struct gck_units *units, double seconds)
{
    FILE *const human = gck_sinks_human(units->cli);
    struct gck_result *const picked = calloc(units->count, sizeof *picked);
    int code = gck_exit_code(units->result, units->count);

    if (picked == NULL)
        return gck_complain("out of memory");
    gck_report_text(human, picked, pick(units, picked), gck_sinks_colour(units->cli, human),
                    units->cli->verbose);
    for (size_t i = 0; i < units->count; i++)
        tell_captured(units, i, human);
    free(picked);
    fflush(human);
    if (gck_sinks_write(units->cli, units->result, units->count, seconds) != 0)
        code = 2;
    return code;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Mistyped names and options that don't fit are told before anything runs. What is in a file is
 * judged where it is loaded. */
static bool judge_builtin(const struct gck_cli *cli, const struct gck_layer *layer)
{
    const struct gck_layer *const in_float = gck_layer_find(layer->name, GCK_TYPE_FLOAT);
    const struct gck_layer *const exact = gck_layer_find(layer->name, GCK_TYPE_EXACT);
    char message[GCK_MESSAGE_SIZE], other[GCK_MESSAGE_SIZE];
    double needed = 0, needed_too = 0;
    struct gck_setup setup;
    enum gck_status status = gck_setup_open(&setup, layer, &cli->ask, message);

    if (status == GCK_OK && cli->type[GCK_TYPE_DOUBLE]) /* the layer judges the shapes itself */
        status = gck_needs_judge(&setup, layer, NULL, exact, &needed, message);
    if ((status == GCK_OK || status == GCK_EMEMORY) && cli->type[GCK_TYPE_FLOAT] && in_float != NULL) {
        const enum gck_status too = gck_needs_judge(&setup, in_float, layer, NULL, &needed_too, other);

        if (too != GCK_OK && needed_too >= needed) { /* the figure that is enough for both */
            GCK_COPY(message, other);
            status = too;
        }
    }
    if (status == GCK_OK)
        status = gck_setup_load(&setup, message);
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
    struct gck_units units = { .cli = cli };
    const double start = now();
    int code = 2;
    bool good;

    if (cli->words == 0 && !cli->all)
        return gck_complain("which layer? gradcheck list shows them; gradcheck --help the rest");
    if (!judge_words(cli) || gck_sinks_check(cli) != 0)
        return 2;
    good = !cli->all || gck_units_add_all(&units);
    for (int i = 0; i < cli->words && good; i++)
        good = gck_is_file(cli->word[i]) ? gck_units_add_file(&units, cli->word[i])
                                         : gck_units_add_builtin(&units, cli->word[i]);
    if (good && units.count == 0)
        gck_complain("there is no layer to examine");
    else if (good && run(&units))
        code = tell(&units, now() - start);
    gck_units_free(&units);
    return code;
}
