/* trial.c -- the learner's own file, examined by this program executed anew. */
#include "learn/trial.h"

#include "core/self.h"
#include "core/text.h"
#include "diagnosis/codes.h"
#include "layer/command.h"
#include "learn/embedded.h"
#include "learn/extract.h"
#include "learn/folder.h"
#include "learn/options.h"
#include "report/page.h"

#include <jansson.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_AT_ONCE = 64, COMPILER_LINES = 16 };

/* One trial on its way. */
struct running {
    const struct gck_exercise *exercise;
    struct gck_trial *trial;
    struct gck_words words;
    FILE *text; /* into trial->text */
    size_t size;
    bool waiting; /* for a command to run */
    char report[PATH_MAX], cases[PATH_MAX];
};

/* ---- telling ---- */

static void answer(struct running *running, bool solved, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void answer(struct running *running, bool solved, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(running->trial->answer, sizeof running->trial->answer, format, arguments);
    va_end(arguments);
    running->trial->solved = solved;
    running->waiting = false;
}

static struct gck_page page_of(const struct running *running)
{
    return (struct gck_page){ running->text, false };
}

static void tell(struct running *running, const char *sentence)
{
    const struct gck_page page = page_of(running);

    gck_page_wrap(&page, 0, 0, sentence);
    putc('\n', running->text);
}

static bool has_code(const struct gck_trial *trial, unsigned code)
{
    for (unsigned i = 0; i < trial->codes; i++)
        if (trial->code[i].code == code)
            return true;
    return false;
}

static void add_code(struct gck_trial *trial, unsigned code, unsigned types)
{
    unsigned i = 0;

    while (i < trial->codes && trial->code[i].code != code)
        i++;
    if (i == GCK_TRIAL_CODES)
        return;
    if (i == trial->codes)
        trial->code[trial->codes++] = (struct gck_told){ code, 0 };
    trial->code[i].types |= types;
}

/* ---- what the exam reported ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *const text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

/* Reads all codes; the gravest one goes into the answer. */
static void read_findings(struct running *running, const json_t *result, unsigned *severe)
{
    const json_t *const findings = json_object_get(result, "findings");
    const unsigned type = strcmp(text_of(result, "dtype"), "float") == 0 ? GCK_TYPE_FLOAT
                                                                         : GCK_TYPE_DOUBLE;

    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *const finding = json_array_get(findings, i);
        const unsigned code = (unsigned)strtoul(text_of(finding, "code") + 2, NULL, 10);

        add_code(running->trial, code, 1u << type);
        if (*severe == 0 && strcmp(text_of(finding, "severity"), "fail") == 0)
            *severe = code;
    }
}

static void answer_code(struct running *running, unsigned code)
{
    const struct gck_code *const row = gck_code_find(code);

    answer(running, false, "not yet: GC%u %s", code, row != NULL ? row->title : "");
}

/* Does the file hold the exercise's layer, and nothing else? */
static bool same_layer(struct running *running, const json_t *results)
{
    for (size_t i = 0; i < json_array_size(results); i++) {
        const char *const name = text_of(json_array_get(results, i), "layer");

        if (strcmp(name, running->exercise->layer) == 0)
            continue;
        fprintf(running->text, "This exercise is about the layer \"%s\"; the file holds \"%s\".\n",
                running->exercise->layer, name);
        answer(running, false, "not yet: this is another layer");
        return false;
    }
    if (json_array_size(results) == 2)
        return true;
    answer(running, false, "not yet: the layer has to exist once, in float and in double");
    return false;
}

static void judge_pass(struct running *running, const json_t *results)
{
    const struct gck_exercise *const e = running->exercise;

    if (e->goal == GCK_GOAL_SEE) {
        answer(running, false, "not yet: the check passes, and the layer is wrong");
        return;
    }
    if (!same_layer(running, results))
        return;
    for (unsigned i = 0; i < e->codes; i++)
        if (has_code(running->trial, e->code[i].code)) {
            answer_code(running, e->code[i].code);
            return;
        }
    running->waiting = e->record[0] != '\0';
    if (!running->waiting)
        answer(running, true, "solved");
}

static void judge_report(struct running *running, const struct gck_command *command,
                         const json_t *report)
{
    const json_t *const results = json_object_get(report, "results");
    const int code = (int)json_integer_value(json_object_get(report, "exit"));
    unsigned severe = 0;

    for (size_t i = 0; i < json_array_size(results); i++)
        read_findings(running, json_array_get(results, i), &severe);
    running->trial->ran = true;
    if (code == 3 && running->trial->codes == 0) {
        running->trial->ran = false;
        gck_extract_plain(text_of(json_array_get(results, 0), "why"), COMPILER_LINES, running->text);
        if (command->err[0] != '\0')
            putc('\n', running->text);
        gck_extract_plain(command->err, COMPILER_LINES, running->text);
        answer(running, false, "not yet: it could not be compiled and loaded");
        return;
    }
    gck_extract_report(command->out, running->text);
    if (running->exercise->goal == GCK_GOAL_SEE && has_code(running->trial, running->exercise->wanted))
        answer(running, true, "solved: the check sees GC%u", running->exercise->wanted);
    else if (code == 0)
        judge_pass(running, results);
    else if (severe != 0)
        answer_code(running, severe);
    else if (running->trial->codes > 0)
        answer_code(running, running->trial->code[0].code);
    else
        answer(running, false, "not yet: the check could not tell");
}

static void judge_exam(struct running *running, const struct gck_command *command)
{
    json_t *const report = command->error == 0 ? json_load_file(running->report, 0, NULL) : NULL;

    unlink(running->report);
    if (report != NULL)
        judge_report(running, command, report);
    else if (command->error != 0) {
        fprintf(running->text, "The exam could not be started: %s\n", strerror(command->error));
        answer(running, false, "it could not be examined");
    } else { /* options that the tool refuses */
        gck_extract_plain(command->err, COMPILER_LINES, running->text);
        answer(running, false, "not yet: the check could not begin");
    }
    json_decref(report);
}

/* ---- what the recorded cases say ---- */

/* "  FAIL  id   why", the first of them */
static void copy_difference(const char *out, char *why, size_t size)
{
    const char *const fail = strstr(out, "  FAIL  "), *const words = fail != NULL ? strstr(fail + 8, "   ")
                                                                             : NULL;

    snprintf(why, size, "%.*s", words != NULL ? (int)strcspn(words + 3, "\n") : 0,
             words != NULL ? words + 3 : "");
}

static void judge_cases(struct running *running, const struct gck_command *command)
{
    const struct gck_code *const row = gck_code_find(404);
    const struct gck_page page = page_of(running);
    char why[GCK_WHY_SIZE];

    unlink(running->cases);
    if (gck_command_good(command)) {
        answer(running, true, "solved");
        return;
    }
    if (command->error == 0 && WIFEXITED(command->wait_status)
        && WEXITSTATUS(command->wait_status) == 1) {
        copy_difference(command->out, why, sizeof why);
        add_code(running->trial, 404, GCK_BOTH_TYPES);
        fprintf(running->text, "\nGC404 recorded values disagree\n");
        gck_page_labelled(&page, "measured", why);
        gck_page_labelled(&page, "means",
                          "Forward and Backward belong to each other, but this is not the loss that "
                          "the exercise is about: for the same input another one was recorded.");
        answer(running, false, "not yet: GC404 %s", row->title);
        return;
    }
    fputs("\nThe layer passes, but its blobs are no longer those of the exercise:\n", running->text);
    gck_extract_plain(command->error == 0 ? command->err : "it could not be compared", 4,
                      running->text);
    answer(running, false, "not yet: it does not take what was recorded");
}

/* ---- what is run ---- */

static void add_exam(struct running *running, const struct gck_trial_options *options)
{
    struct gck_words *const words = &running->words;
    char json[PATH_MAX + 8], seconds[32], self[GCK_SELF_SIZE];

    snprintf(json, sizeof json, "json:%s", running->report);
    snprintf(seconds, sizeof seconds, "%g", options->seconds);
    gck_words_add(words, gck_self(self));
    gck_words_add(words, running->exercise->file);
    gck_words_split(words, "--asan --timeout");
    gck_words_add(words, seconds);
    gck_words_split(words, options->colour ? "--color always" : "--color never");
    gck_words_split(words, options->parallel > 1 ? "--jobs 1" : "--jobs 2");
    gck_words_add(words, "--report");
    gck_words_add(words, json);
}

static void prepare_exam(struct running *running, const struct gck_trial_options *wanted)
{
    char message[GCK_MESSAGE_SIZE], options[GCK_OPTIONS_SIZE] = "";
    char *const text = gck_folder_read(running->exercise, message);
    bool good = text != NULL;

    if (good && running->exercise->goal == GCK_GOAL_SEE)
        good = gck_options_read(running->exercise, text, options, message);
    free(text);
    if (!good) {
        tell(running, message);
        answer(running, false, "not yet");
        return;
    }
    add_exam(running, wanted);
    gck_words_split(&running->words, options);
    running->waiting = !running->words.lost;
    if (!running->waiting)
        answer(running, false, "not yet: too many options");
}

static void prepare_cases(struct running *running)
{
    char path[2 * GCK_NAME_SIZE], message[GCK_MESSAGE_SIZE], self[GCK_SELF_SIZE];
    const char *cases;

    gck_words_free(&running->words);
    snprintf(path, sizeof path, "exercises/cases/%s.json", running->exercise->record);
    cases = gck_embedded_text(path);
    if (cases == NULL || gck_file_write(running->cases, cases, message) != GCK_OK) {
        answer(running, false, "%s", cases == NULL ? "there are no recorded cases" : message);
        return;
    }
    gck_words_add(&running->words, gck_self(self));
    gck_words_split(&running->words, "compare --asan --timeout 10 --layer");
    gck_words_add(&running->words, running->exercise->file);
    gck_words_add(&running->words, running->cases);
}

/* Runs the commands of all that wait, and has each judged. */
static void run_waiting(struct running *running, size_t count,
                        void (*judge)(struct running *running, const struct gck_command *command))
{
    struct gck_command command[MOST_AT_ONCE] = { { .argv = NULL } };
    size_t owner[MOST_AT_ONCE];
    unsigned commands = 0;

    for (size_t i = 0; i < count; i++)
        if (running[i].waiting) {
            command[commands].argv = running[i].words.word;
            owner[commands++] = i;
        }
    if (commands > 0)
        gck_commands_run(command, commands, false);
    for (unsigned k = 0; k < commands; k++) {
        judge(&running[owner[k]], &command[k]);
        gck_command_free(&command[k]);
    }
}

static void begin(struct running *running, const struct gck_exercise *exercise,
                  struct gck_trial *trial, const char *folder, size_t index)
{
    memset(running, 0, sizeof *running);
    memset(trial, 0, sizeof *trial);
    running->exercise = exercise;
    running->trial = trial;
    running->text = open_memstream(&trial->text, &running->size);
    snprintf(running->report, sizeof running->report, "%s/%zu.json", folder, index);
    snprintf(running->cases, sizeof running->cases, "%s/%zu-cases.json", folder, index);
    if (running->text == NULL)
        answer(running, false, "there is no memory for this");
}

static void run_group(const struct gck_exercise *const *exercise, struct gck_trial *trial,
                      size_t count, const char *folder, const struct gck_trial_options *options)
{
    struct running *const running = calloc(count, sizeof *running);

    for (size_t i = 0; running != NULL && i < count; i++) {
        begin(&running[i], exercise[i], &trial[i], folder, i);
        if (running[i].text != NULL)
            prepare_exam(&running[i], options);
    }
    if (running != NULL)
        run_waiting(running, count, judge_exam);
    for (size_t i = 0; running != NULL && i < count; i++)
        if (running[i].waiting)
            prepare_cases(&running[i]);
    if (running != NULL)
        run_waiting(running, count, judge_cases);
    for (size_t i = 0; running != NULL && i < count; i++) {
        if (running[i].text != NULL)
            fclose(running[i].text);
        gck_words_free(&running[i].words);
    }
    free(running);
}

void gck_trials_run(const struct gck_exercise *const *exercise, struct gck_trial *trial,
                    size_t trials, const struct gck_trial_options *options)
{
    const char *const temporary = getenv("TMPDIR");
    const size_t wanted = options->parallel,
                 group = wanted == 0 ? 1 : wanted > MOST_AT_ONCE ? MOST_AT_ONCE : wanted;
    char folder[PATH_MAX / 2];

    memset(trial, 0, trials * sizeof *trial);
    setenv("LC_ALL", "C", 1);       /* the compiler's words in plain letters */
    setenv("CFLAGS", "-O1 -g", 0); /* an answer soon is worth more than a fast layer */
    snprintf(folder, sizeof folder, "%s/gradcheck-learn-XXXXXX",
             temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
    if (mkdtemp(folder) == NULL) {
        for (size_t i = 0; i < trials; i++)
            gck_say(trial[i].answer, GCK_EFILE, "no folder %s can be made: %s", folder, strerror(errno));
        return;
    }
    for (size_t i = 0; i < trials; i += group)
        run_group(exercise + i, trial + i, trials - i < group ? trials - i : group, folder, options);
    rmdir(folder);
}

void gck_trial_free(struct gck_trial *trial)
{
    free(trial->text);
    trial->text = NULL;
}
