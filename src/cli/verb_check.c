/* verb_check.c -- gradcheck LAYER... and gradcheck prove LAYER...: each layer in each type, and the reports. */
#include "cli/bar.h"
#include "cli/sinks.h"
#include "cli/targets.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/text.h"
#include "exam/needs.h"
#include "layer/memory.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 256 };

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

/* ---- judging ---- */

/* What runs at once, where the largest do. */
struct load {
    double most[AT_ONCE];
    unsigned at_once, known;
};

static void add_load(struct load *load, double bytes)
{
    unsigned least = 0;

    if (load->known < load->at_once) {
        load->most[load->known++] = bytes;
        return;
    }
    for (unsigned i = 1; i < load->known; i++)
        least = load->most[i] < load->most[least] ? i : least;
    load->most[least] = bytes > load->most[least] ? bytes : load->most[least];
}

/* In the types that are asked for, as the run will have it: alone it may have all jobs, and beside others its part of them. */
static enum gck_status judge_types(const struct gck_cli *cli, const struct gck_layer *layer, struct gck_setup *setup,
                                   struct gck_options *ask, struct load *load, char *message)
{
    const struct gck_layer *const in_float = gck_layer_find(layer->name, GCK_TYPE_FLOAT);
    const struct gck_layer *const exact = gck_layer_find(layer->name, GCK_TYPE_EXACT);
    const unsigned jobs = proves(cli) ? 0 : cli->jobs;
    char other[GCK_MESSAGE_SIZE];
    enum gck_status status = GCK_OK;
    double worst = 0;

    for (unsigned t = GCK_TYPE_FLOAT; t <= GCK_TYPE_DOUBLE; t++) {
        const struct gck_layer *const one = t == GCK_TYPE_DOUBLE ? layer : in_float;
        const struct gck_layer *const twin = t == GCK_TYPE_DOUBLE ? NULL : layer;
        enum gck_status too;
        double needed = 0;

        if (!cli->type[t] || one == NULL)
            continue;
        ask->jobs = jobs;
        too = gck_needs_judge(setup, one, twin, t == GCK_TYPE_DOUBLE ? exact : NULL, &needed, other);
        if (too != GCK_OK && (too != GCK_EMEMORY || needed >= worst)) { /* the figure that is enough for both */
            gck_copy(message, GCK_MESSAGE_SIZE, other);
            worst = needed;
            status = too;
        }
        ask->jobs = jobs > 0 ? jobs / load->at_once : 0;
        if (too == GCK_OK && gck_needs_judge(setup, one, twin, t == GCK_TYPE_DOUBLE ? exact : NULL, &needed, other) == GCK_OK)
            add_load(load, needed);
    }
    return status;
}

/* Mistyped names and options that don't fit are told before anything runs. What is in a file is
 * judged where it is loaded. */
static bool judge_builtin(const struct gck_cli *cli, const struct gck_layer *layer, struct load *load)
{
    struct gck_options ask = cli->ask;
    char message[GCK_MESSAGE_SIZE];
    struct gck_setup setup;
    enum gck_status status = gck_setup_open(&setup, layer, &ask, message);

    if (status == GCK_OK) /* the layer judges the shapes itself */
        status = judge_types(cli, layer, &setup, &ask, load, message);
    if (status == GCK_OK)
        status = gck_setup_load(&setup, message);
    gck_setup_close(&setup);
    if (status != GCK_OK)
        gck_complain("%s", message);
    return status == GCK_OK;
}

/* How many examinations of built-in layers run at once. */
static unsigned at_once(const struct gck_cli *cli)
{
    size_t layers = 0;

    for (int i = 0; i < cli->words; i++)
        layers += !gck_is_file(cli->word[i]);
    for (size_t i = 0; cli->all && gck_layer_at(i, GCK_TYPE_DOUBLE) != NULL; i++)
        layers++;
    layers *= cli->type[GCK_TYPE_FLOAT] && cli->type[GCK_TYPE_DOUBLE] ? 2 : 1;
    layers = layers < cli->jobs ? layers : cli->jobs;
    return layers == 0 ? 1 : layers < AT_ONCE ? (unsigned)layers : AT_ONCE;
}

static bool judge_words(const struct gck_cli *cli)
{
    struct load load = { .at_once = at_once(cli) };
    const struct gck_layer *layer;
    char message[GCK_MESSAGE_SIZE];
    double all = 0;
    bool good = true;

    for (int i = 0; i < cli->words && good; i++)
        if (gck_is_file(cli->word[i]))
            good = gck_file_there(cli->word[i]);
        else {
            layer = gck_builtin(cli->word[i], GCK_TYPE_DOUBLE);
            good = layer != NULL && judge_builtin(cli, layer, &load);
        }
    for (size_t i = 0; cli->all && good && (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        good = judge_builtin(cli, layer, &load);
    for (unsigned i = 0; i < load.known; i++)
        all += load.most[i];
    if (good && gck_memory_judge_all(load.known, all, message) != GCK_OK) {
        gck_complain("%s", message);
        good = false;
    }
    return good;
}

int gck_verb_check(struct gck_cli *cli)
{
    struct gck_units units = { .cli = cli };
    const double start = gck_now();
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
        code = tell(&units, gck_now() - start);
    gck_units_free(&units);
    return code;
}
