/* session.c -- a learner at work. */
#include "learn/session.h"

#include "learn/folder.h"

enum gck_status gck_session_open(struct gck_session *session, char *message)
{
    return gck_progress_read(&session->progress, &session->course, session->told, message);
}

enum gck_status gck_session_try(struct gck_session *session, size_t index, struct gck_trial *trial,
                                char *message)
{
    const struct gck_exercise *const exercise = &session->course.exercise[index];
    struct gck_trial_options ask = session->ask;

    ask.parallel = 1;
    gck_trials_run(&exercise, trial, 1, &ask);
    if (!trial->solved || session->progress.done[index])
        return GCK_OK;
    session->progress.done[index] = true;
    return gck_progress_write(&session->progress, &session->course, message);
}

enum gck_status gck_session_go(struct gck_session *session, size_t index, char *message)
{
    session->progress.current = index;
    return gck_progress_write(&session->progress, &session->course, message);
}

enum gck_status gck_session_hint(struct gck_session *session, size_t index, char *message)
{
    if (session->progress.hints[index] == GCK_HINTS)
        return GCK_OK;
    session->progress.hints[index]++;
    return gck_progress_write(&session->progress, &session->course, message);
}

enum gck_status gck_session_reset(struct gck_session *session, size_t index, char *backup,
                                  size_t size, char *message)
{
    const enum gck_status status =
        gck_folder_reset(&session->course.exercise[index], backup, size, message);

    if (status != GCK_OK || !session->progress.done[index])
        return status;
    session->progress.done[index] = false;
    return gck_progress_write(&session->progress, &session->course, message);
}
