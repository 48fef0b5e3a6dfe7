/* session.h -- a learner at work: the course, the progress, the current folder. */
#ifndef GCK_LEARN_SESSION_H
#define GCK_LEARN_SESSION_H

#include "learn/progress.h"
#include "learn/trial.h"

struct gck_session {
    struct gck_course course;
    struct gck_progress progress;
    struct gck_trial_options ask; /* for check-all; one exercise alone is one at once */
    char told[GCK_MESSAGE_SIZE]; /* something to say once, or "" */
};

/* The current folder's progress. GCK_EFILE with a sentence. */
enum gck_status gck_session_open(struct gck_session *session, char *message);

/* Examines exercise `index` and writes down whether it is solved. GCK_EFILE where that cannot be written
 * down; the trial is there all the same, and is to be freed. */
enum gck_status gck_session_try(struct gck_session *session, size_t index, struct gck_trial *trial,
                                char *message);

/* Moves to that exercise. */
enum gck_status gck_session_go(struct gck_session *session, size_t index, char *message);

/* The next hint of exercise `index`; the last one stays the last. */
enum gck_status gck_session_hint(struct gck_session *session, size_t index, char *message);

/* The exercise as it was delivered; the learner's text goes to `backup`, see gck_folder_reset. */
enum gck_status gck_session_reset(struct gck_session *session, size_t index, char *backup,
                                  size_t size, char *message);

/* Watches the current exercise in the terminal until the learner quits; see gck_terminal_is. Returns
 * false, with a sentence, where the terminal or the progress could not be written to. */
bool gck_session_watch(struct gck_session *session, char *message);

#endif
