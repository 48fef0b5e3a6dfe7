/* watch.c -- the current exercise in the terminal: examined after every save, steered by single keys.
 *
 * The file is looked at five times a second. That costs nothing, and works where no news of files arrives
 * (mounted folders, containers) and with editors that save by renaming. */
#include "learn/session.h"

#include "learn/frame.h"
#include "learn/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LOOK = 200, LINE = 2 * GCK_MESSAGE_SIZE };
#define KEYS "h hint  e explain  l list  n next  x reset  q quit"
#define KEYS_DONE "n next  s solution  l list  p prev  q quit"

enum view { REPORT, HINTS, EXPLAIN, SOLUTION, LIST };

struct watch {
    struct gck_session *session;
    struct gck_trial trial;
    struct stat seen; /* the file as it was examined */
    bool there;       /* it was */
    enum view view;
    bool asked;       /* x was typed once */
    char notice[LINE]; /* in place of the answer, until something else is typed */
    char message[GCK_MESSAGE_SIZE];
    enum gck_status status;
};

static size_t index_of(const struct watch *watch)
{
    return watch->session->progress.current;
}

static const struct gck_exercise *exercise_of(const struct watch *watch)
{
    return &watch->session->course.exercise[index_of(watch)];
}

/* ---- what is shown ---- */

static char *page_of(const struct watch *watch)
{
    const struct gck_exercise *const exercise = exercise_of(watch);

    switch (watch->view) {
    case HINTS:
        return gck_frame_hints(exercise, watch->session->progress.hints[index_of(watch)]);
    case EXPLAIN:
        return gck_frame_explain(&watch->trial);
    case SOLUTION:
        return gck_frame_solution(exercise);
    case LIST:
        return gck_frame_list(&watch->session->course, &watch->session->progress, false);
    default:
        return gck_frame_after(exercise, &watch->trial);
    }
}

/* The list is longer than a window: what is around the current one. */
static const char *scrolled(const struct watch *watch, const char *body, size_t rows)
{
    const char *const mark = watch->view == LIST ? strstr(body, "\n> ") : NULL;
    const char *from = body, *at = body;
    size_t lines = 0, room = rows > 10 ? rows - 10 : 1;

    for (; mark != NULL && at <= mark; at++)
        if (*at == '\n' && ++lines > room / 2) {
            from += strcspn(from, "\n");
            from += *from == '\n';
        }
    return from;
}

static void show(const struct watch *watch, const char *status)
{
    const bool solved = watch->trial.solved;
    char *const body = page_of(watch), *screen = NULL;
    const size_t rows = gck_terminal_rows();
    size_t size = 0;
    FILE *const file = open_memstream(&screen, &size);
    const struct gck_frame frame = { .course = &watch->session->course,
                                     .progress = &watch->session->progress,
                                     .index = index_of(watch),
                                     .body = body != NULL ? scrolled(watch, body, rows) : "",
                                     .status = status != NULL              ? status
                                               : watch->notice[0] != '\0' ? watch->notice
                                                                          : watch->trial.answer,
                                     .good = solved,
                                     .keys = solved ? KEYS_DONE : KEYS,
                                     .colour = watch->session->ask.colour,
                                     .rows = rows };

    if (file != NULL) {
        gck_frame_write(&frame, file);
        fclose(file);
        gck_terminal_show(screen);
    }
    free(screen);
    free(body);
}

/* ---- the file ---- */

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size
           && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool was_saved(const struct watch *watch)
{
    struct stat now;
    const bool there = stat(exercise_of(watch)->file, &now) == 0;

    return there != watch->there || (there && !is_same(&now, &watch->seen));
}

static void examine(struct watch *watch)
{
    char told[sizeof watch->session->told];

    watch->view = REPORT;
    gck_trial_free(&watch->trial);
    memset(&watch->trial, 0, sizeof watch->trial);
    show(watch, "examining it ...");
    watch->there = stat(exercise_of(watch)->file, &watch->seen) == 0;
    watch->status = gck_session_try(watch->session, index_of(watch), &watch->trial, watch->message);
    memcpy(told, watch->session->told, sizeof told); /* said once, on the first screen */
    watch->session->told[0] = '\0';
    snprintf(watch->notice, sizeof watch->notice, "%s", told);
    show(watch, NULL);
}

/* ---- keys ---- */

static void go(struct watch *watch, size_t index)
{
    watch->status = gck_session_go(watch->session, index, watch->message);
    if (watch->status == GCK_OK)
        examine(watch);
}

static void step(struct watch *watch, bool forward)
{
    const size_t last = watch->session->course.exercises - 1, index = index_of(watch);
    const size_t done = gck_progress_done(&watch->session->progress, &watch->session->course);

    if (forward ? index < last : index > 0) {
        go(watch, forward ? index + 1 : index - 1);
        return;
    }
    snprintf(watch->notice, sizeof watch->notice,
             !forward           ? "this is the first one"
             : done == last + 1 ? "this is the last one, and all are solved"
                                : "this is the last one; %zu are not solved yet: l lists them",
             last + 1 - done);
}

static void reset(struct watch *watch)
{
    char backup[GCK_MESSAGE_SIZE];

    if (!watch->asked) {
        watch->asked = true;
        snprintf(watch->notice, sizeof watch->notice,
                 "x once more brings %s back as it was delivered", exercise_of(watch)->file);
        return;
    }
    watch->status = gck_session_reset(watch->session, index_of(watch), backup, sizeof backup,
                                      watch->message);
    if (watch->status != GCK_OK)
        return;
    examine(watch);
    if (backup[0] != '\0')
        snprintf(watch->notice, sizeof watch->notice, "what you had is kept as %s", backup);
}

static void press(struct watch *watch, int key)
{
    const bool asked = watch->asked;

    watch->notice[0] = '\0';
    watch->asked = false;
    switch (key) {
    case 'n':
    case 'p':
        step(watch, key == 'n');
        break;
    case 'h':
        watch->status = gck_session_hint(watch->session, index_of(watch), watch->message);
        watch->view = HINTS;
        break;
    case 'e':
        watch->view = EXPLAIN;
        break;
    case 'l':
        watch->view = LIST;
        break;
    case 's':
        if (watch->session->progress.done[index_of(watch)])
            watch->view = SOLUTION;
        else
            snprintf(watch->notice, sizeof watch->notice, "the solution is shown once it is solved");
        break;
    case 'x':
        watch->asked = asked;
        reset(watch);
        break;
    case 'r':
        examine(watch);
        break;
    default:
        watch->view = REPORT;
    }
    if (watch->status == GCK_OK)
        show(watch, NULL);
}

bool gck_session_watch(struct gck_session *session, char *message)
{
    struct watch watch = { .session = session, .status = GCK_OK };
    int key = GCK_KEY_NONE;

    if (!gck_terminal_begin()) {
        snprintf(message, GCK_MESSAGE_SIZE, "this terminal cannot be used");
        return false;
    }
    examine(&watch);
    while (watch.status == GCK_OK && key != GCK_KEY_END && key != 'q') {
        key = gck_terminal_key(LOOK);
        if (key == GCK_KEY_RESIZE)
            show(&watch, NULL);
        else if (key >= 0 && key != 'q')
            press(&watch, key);
        else if (key == GCK_KEY_NONE && was_saved(&watch))
            examine(&watch);
    }
    gck_trial_free(&watch.trial);
    gck_terminal_end();
    if (watch.status != GCK_OK)
        snprintf(message, GCK_MESSAGE_SIZE, "%s", watch.message);
    return watch.status == GCK_OK;
}
