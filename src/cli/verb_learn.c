/* verb_learn.c -- gradcheck learn: the exercises. */
#include "cli/sinks.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "diagnosis/codes.h"
#include "learn/folder.h"
#include "learn/frame.h"
#include "learn/session.h"
#include "learn/terminal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS = 10 }; /* what the exam of one file may take, unless --timeout says so */

/* One "gradcheck learn WORD". */
struct command {
    const char *name, *operand; /* operand: "", "[NAME]" */
    bool anywhere;              /* needs no folder of exercises */
    int (*run)(struct gck_cli *cli, struct gck_session *session, const char *operand);
    const char *summary;
};

static int failed(enum gck_status status, const char *message)
{
    return status == GCK_OK ? 0 : gck_complain("%s", message);
}

/* The exercise that is meant; without a word the current one. False after a sentence. */
static bool choose(const struct gck_session *session, const char *word, size_t *index)
{
    char message[GCK_MESSAGE_SIZE];
    const struct gck_exercise *exercise;

    *index = session->progress.current;
    if (word == NULL)
        return true;
    exercise = gck_course_find(&session->course, word, message);
    if (exercise == NULL)
        gck_complain("%s", message);
    else
        *index = (size_t)(exercise - session->course.exercise);
    return exercise != NULL;
}

static int print(char *text)
{
    if (text == NULL)
        return gck_complain("out of memory");
    fputs(text, stdout);
    free(text);
    return 0;
}

/* ---- one exercise, once ---- */

static int try_once(struct gck_session *session, size_t index, const char *keys)
{
    const struct gck_exercise *const exercise = &session->course.exercise[index];
    char message[GCK_MESSAGE_SIZE];
    struct gck_trial trial;
    const enum gck_status status = gck_session_try(session, index, &trial, message);
    char *const body = gck_frame_after(exercise, &trial);
    const struct gck_frame frame = { .course = &session->course,
                                     .progress = &session->progress,
                                     .index = index,
                                     .body = body,
                                     .status = trial.answer,
                                     .good = trial.solved,
                                     .keys = keys,
                                     .colour = session->ask.colour };

    gck_frame_write(&frame, stdout);
    free(body);
    gck_trial_free(&trial);
    return status != GCK_OK ? failed(status, message) : trial.solved ? 0 : trial.ran ? 1 : 3;
}

static int run_one(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    size_t index;

    (void)cli;
    return choose(session, operand, &index)
               ? try_once(session, index, "gradcheck learn hint | next | list")
               : 2;
}

static int watch(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    char message[GCK_MESSAGE_SIZE];
    int code;

    (void)cli;
    (void)operand;
    if (gck_terminal_is()) {
        if (!gck_session_watch(session, message))
            return gck_complain("%s", message);
        printf("%zu of %zu solved; gradcheck learn goes on with %s\n",
               gck_progress_done(&session->progress, &session->course), session->course.exercises,
               session->course.exercise[session->progress.current].file);
        return 0;
    }
    code = try_once(session, session->progress.current, NULL);
    printf("There is no terminal here to watch in, so this ran once. Edit %s, then: gradcheck\n"
           "learn run. Also: gradcheck learn hint, next, list.\n",
           session->course.exercise[session->progress.current].file);
    return code;
}

/* ---- moving about ---- */

static int tell_current(const struct gck_session *session)
{
    const struct gck_exercise *const e = &session->course.exercise[session->progress.current];

    printf("exercise %s: %s\nedit %s, then: gradcheck learn run\n", e->id, e->title, e->file);
    return 0;
}

static int go(struct gck_session *session, size_t index)
{
    char message[GCK_MESSAGE_SIZE];
    const enum gck_status status = gck_session_go(session, index, message);

    return status == GCK_OK ? tell_current(session) : failed(status, message);
}

static int go_to(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    size_t index;

    (void)cli;
    if (operand == NULL)
        return gck_complain("goto which exercise? gradcheck learn list shows them");
    return choose(session, operand, &index) ? go(session, index) : 2;
}

static int go_next(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    const size_t next = session->progress.current + 1;

    (void)cli;
    (void)operand;
    if (next < session->course.exercises)
        return go(session, next);
    printf("This is the last exercise; %zu of %zu are solved.\n",
           gck_progress_done(&session->progress, &session->course), session->course.exercises);
    return 0;
}

static int go_back(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    (void)cli;
    (void)operand;
    if (session->progress.current > 0)
        return go(session, session->progress.current - 1);
    puts("This is the first exercise.");
    return 0;
}

/* ---- reading ---- */

static int list(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    const int code = print(gck_frame_list(&session->course, &session->progress, cli->pending));

    (void)operand;
    printf("\n%zu of %zu solved\n", gck_progress_done(&session->progress, &session->course),
           session->course.exercises);
    return code;
}

static int hint(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    char message[GCK_MESSAGE_SIZE];
    enum gck_status status;
    size_t index;

    (void)cli;
    if (!choose(session, operand, &index))
        return 2;
    status = gck_session_hint(session, index, message);
    if (status != GCK_OK)
        return failed(status, message);
    return print(gck_frame_hints(&session->course.exercise[index], session->progress.hints[index]));
}

static int solution(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    const struct gck_exercise *exercise;
    size_t index;

    if (!choose(session, operand, &index))
        return 2;
    exercise = &session->course.exercise[index];
    if (!session->progress.done[index] && !cli->give_up)
        return gck_complain("%s is not solved yet; gradcheck learn hint %s helps, and --give-up shows "
                            "the solution all the same",
                            exercise->name, exercise->id);
    fputs(exercise->solution, stdout);
    return 0;
}

static int page(const char *text)
{
    const char *pager = getenv("PAGER");
    FILE *pipe = NULL;

    if (isatty(STDOUT_FILENO))
        pipe = popen(pager != NULL && pager[0] != '\0' ? pager : "less -F 2>/dev/null || cat", "w");
    if (pipe == NULL) {
        fputs(text, stdout);
        return 0;
    }
    fputs(text, pipe);
    pclose(pipe);
    return 0;
}

static int read_chapter(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    size_t chapter = session->course.exercise[session->progress.current].chapter;
    const char *text;

    (void)cli;
    if (operand != NULL && (!gck_read_size(operand, &chapter) || chapter >= GCK_CHAPTERS))
        return gck_complain("there are chapters 0 to %d, and no %s", GCK_CHAPTERS - 1, operand);
    text = gck_chapter_text((unsigned)chapter);
    if (text != NULL)
        return page(text);
    printf("Chapter %zu, \"%s\", is not written yet.\n", chapter,
           gck_chapter_title((unsigned)chapter));
    return 0;
}

/* ---- beginning, and beginning again ---- */

static int init(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    const char *const folder = operand != NULL ? operand : GCK_FOLDER_DEFAULT;
    char message[GCK_MESSAGE_SIZE];
    enum gck_status status;
    size_t written;

    (void)cli;
    status = gck_folder_init(&session->course, folder, &written, message);
    if (status != GCK_OK)
        return failed(status, message);
    printf("%zu exercises written to %s; %zu were there already.\n"
           "Begin with: cd %s && gradcheck learn\n",
           written, folder, session->course.exercises - written, folder);
    return 0;
}

static int reset_one(struct gck_session *session, size_t index)
{
    char message[GCK_MESSAGE_SIZE], backup[PATH_MAX];
    const enum gck_status status =
        gck_session_reset(session, index, backup, sizeof backup, message);

    if (status == GCK_OK)
        printf("%s is as it was delivered%s%s\n", session->course.exercise[index].file,
               backup[0] != '\0' ? "; what you had is kept as " : "", backup);
    return failed(status, message);
}

static int reset(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    size_t index;
    int code = 0;

    if (cli->all == (operand != NULL))
        return gck_complain("reset takes an exercise, or --all");
    if (!cli->all)
        return choose(session, operand, &index) ? reset_one(session, index) : 2;
    for (size_t i = 0; i < session->course.exercises && code == 0; i++)
        code = reset_one(session, i);
    return code;
}

/* ---- all exercises ---- */

static void tell_trial(const struct gck_exercise *exercise, const struct gck_trial *trial)
{
    printf("%-4s %-28s %-8s", exercise->id, exercise->name, trial->solved ? "solved" : "not yet");
    for (unsigned k = 0; k < trial->codes; k++)
        printf(" GC%u%s", trial->code[k].code,
               trial->code[k].types == GCK_BOTH_TYPES           ? ""
               : trial->code[k].types == 1u << GCK_TYPE_FLOAT ? " (float)"
                                                                : " (double)");
    if (!trial->solved && trial->codes == 0)
        printf(" %s", trial->answer);
    putchar('\n');
}

static int check_all(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    const struct gck_course *const course = &session->course;
    const struct gck_exercise *exercise[GCK_MAX_EXERCISES];
    struct gck_trial *const trial = calloc(course->exercises, sizeof *trial);
    char message[GCK_MESSAGE_SIZE];
    size_t done;

    (void)cli;
    (void)operand;
    if (trial == NULL)
        return gck_complain("out of memory");
    for (size_t i = 0; i < course->exercises; i++)
        exercise[i] = &course->exercise[i];
    gck_trials_run(exercise, trial, course->exercises, &session->ask);
    for (size_t i = 0; i < course->exercises; i++) {
        session->progress.done[i] = trial[i].solved;
        tell_trial(exercise[i], &trial[i]);
        gck_trial_free(&trial[i]);
    }
    free(trial);
    done = gck_progress_done(&session->progress, course);
    printf("%zu of %zu solved\n", done, course->exercises);
    if (gck_progress_write(&session->progress, course, message) != GCK_OK)
        return gck_complain("%s", message);
    return done == course->exercises ? 0 : 1;
}

/* ---- which of them ---- */

static const struct command commands[] = {
    { "watch", "", false, watch, "the current exercise after every save; so does learn alone" },
    { "run", "[NAME]", false, run_one, "the exercise once" },
    { "hint", "[NAME]", false, hint, "its next hint" },
    { "next", "", false, go_next, "on to the next exercise" },
    { "prev", "", false, go_back, "back to the one before" },
    { "goto", "NAME", false, go_to, "on to this one: 05b-squared, 5b or squared" },
    { "list", "", true, list, "all exercises; --pending: those that are not solved" },
    { "solution", "[NAME]", false, solution, "one solution, once it is solved" },
    { "reset", "NAME", false, reset, "the exercise as it was; --all: all of them" },
    { "check-all", "", false, check_all, "every exercise: which are solved?" },
    { "read", "[CHAPTER]", true, read_chapter, "a chapter of the tutorial, 0 to 15" },
    { "init", "[DIR]", true, init, "the exercises as files in a folder" },
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *word)
{
    const char *known[COMMANDS + 1] = { NULL };
    char near[GCK_MESSAGE_SIZE];

    for (size_t i = 0; i < COMMANDS; i++) {
        known[i] = commands[i].name;
        if (strcmp(commands[i].name, word) == 0)
            return &commands[i];
    }
    gck_complain("learn has no '%s'%s", word, gck_nearest(word, known, near, sizeof near));
    return NULL;
}

/* Where this is no folder of exercises, watch and run begin one; others say how. */
static bool enter_folder(const struct gck_session *session, const struct command *command)
{
    const bool here = gck_folder_is("."), beside = gck_folder_is(GCK_FOLDER_DEFAULT);
    char message[GCK_MESSAGE_SIZE];
    size_t written;

    if (here || (command->anywhere && !beside))
        return true;
    if (!beside && command->run != watch && command->run != run_one) {
        gck_complain("there are no exercises in this folder: gradcheck learn begins some in %s",
                     GCK_FOLDER_DEFAULT);
        return false;
    }
    if (!beside && gck_folder_init(&session->course, GCK_FOLDER_DEFAULT, &written, message) != GCK_OK) {
        gck_complain("%s", message);
        return false;
    }
    if (!beside)
        printf("There were no exercises in this folder. Now there are %zu in %s/, one file each.\n"
               "From now on: cd %s && gradcheck learn\n\n",
               written, GCK_FOLDER_DEFAULT, GCK_FOLDER_DEFAULT);
    if (chdir(GCK_FOLDER_DEFAULT) == 0)
        return true;
    gck_complain("%s cannot be entered: %s", GCK_FOLDER_DEFAULT, strerror(errno));
    return false;
}

void gck_learn_help(FILE *file)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        char left[64] = "";

        gck_append(left, sizeof left, "%s %s", commands[i].name, commands[i].operand);
        fprintf(file, "  learn %-18s  %s\n", left, commands[i].summary);
    }
}

int gck_verb_learn(struct gck_cli *cli)
{
    static struct gck_session session;
    const struct command *const command = cli->words > 0 ? find_command(cli->word[0]) : &commands[0];
    const char *const operand = cli->words > 1 ? cli->word[1] : NULL;
    char message[GCK_MESSAGE_SIZE];

    if (command == NULL) {
        gck_learn_help(stderr);
        return 2;
    }
    if (cli->words > (command->operand[0] != '\0' ? 2 : 1))
        return gck_complain("learn %s takes %s", command->name,
                            command->operand[0] != '\0' ? "one word" : "no further word");
    session.ask.parallel = cli->jobs;
    session.ask.seconds = cli->ask.seconds != gck_options_default().seconds ? cli->ask.seconds : SECONDS;
    session.ask.colour = gck_sinks_colour(cli, stdout);
    if (!gck_course_open(&session.course, message))
        return gck_complain("%s", message);
    if (session.course.exercises == 0)
        return gck_complain("this gradcheck was built without exercises");
    if (command->run == init)
        return init(cli, &session, operand);
    if (!enter_folder(&session, command))
        return 2;
    if (gck_session_open(&session, message) != GCK_OK)
        return gck_complain("%s", message);
    if (session.told[0] != '\0' && !(command->run == watch && gck_terminal_is()))
        gck_complain("%s", session.told);
    return command->run(cli, &session, operand);
}
