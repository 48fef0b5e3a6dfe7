/* learn_words.c -- what each word behind gradcheck learn does. */
#include "cli/learn_words.h"

#include "core/text.h"
#include "diagnosis/codes.h"
#include "learn/folder.h"
#include "learn/frame.h"
#include "learn/terminal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int gck_learn_run(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    size_t index;

    (void)cli;
    return choose(session, operand, &index)
               ? try_once(session, index, "gradcheck learn hint | next | list")
               : 2;
}

int gck_learn_watch(struct gck_cli *cli, struct gck_session *session, const char *operand)
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

int gck_learn_goto(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    size_t index;

    (void)cli;
    if (operand == NULL)
        return gck_complain("goto which exercise? gradcheck learn list shows them");
    return choose(session, operand, &index) ? go(session, index) : 2;
}

int gck_learn_next(struct gck_cli *cli, struct gck_session *session, const char *operand)
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

int gck_learn_prev(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    (void)cli;
    (void)operand;
    if (session->progress.current > 0)
        return go(session, session->progress.current - 1);
    puts("This is the first exercise.");
    return 0;
}

/* ---- reading ---- */

int gck_learn_list(struct gck_cli *cli, struct gck_session *session, const char *operand)
{
    const int code = print(gck_frame_list(&session->course, &session->progress, cli->pending));

    (void)operand;
    printf("\n%zu of %zu solved\n", gck_progress_done(&session->progress, &session->course),
           session->course.exercises);
    return code;
}

int gck_learn_hint(struct gck_cli *cli, struct gck_session *session, const char *operand)
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

int gck_learn_solution(struct gck_cli *cli, struct gck_session *session, const char *operand)
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

int gck_learn_read(struct gck_cli *cli, struct gck_session *session, const char *operand)
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

int gck_learn_init(struct gck_cli *cli, struct gck_session *session, const char *operand)
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

int gck_learn_reset(struct gck_cli *cli, struct gck_session *session, const char *operand)
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

int gck_learn_check_all(struct gck_cli *cli, struct gck_session *session, const char *operand)
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
