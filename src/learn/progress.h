/* progress.h -- what a learner has done: a text file that people can read and git can merge.
 *
 *     gradcheck-progress 1
 *     current 05b-squared
 *     done 00a-downhill
 *     hint 05b-squared 2
 */
#ifndef GCK_LEARN_PROGRESS_H
#define GCK_LEARN_PROGRESS_H

#include "learn/course.h"

#define GCK_PROGRESS_FILE ".gradcheck-progress"
#define GCK_PROGRESS_HEAD "gradcheck-progress 1"

/* By the exercise's index in the course. */
struct gck_progress {
    size_t current;
    bool done[GCK_MAX_EXERCISES];
    unsigned hints[GCK_MAX_EXERCISES]; /* that were shown */
    char others[4096]; /* lines about exercises that this version does not have, kept as they are */
};

/* Reads the file of the current folder. One that is damaged is kept aside under another name, `told` says
 * so (else ""), and everything starts anew. GCK_EFILE where it cannot be read or set aside. told and
 * message: GCK_MESSAGE_SIZE bytes. */
enum gck_status gck_progress_read(struct gck_progress *progress, const struct gck_course *course,
                                  char *told, char *message);
enum gck_status gck_progress_write(const struct gck_progress *progress,
                                   const struct gck_course *course, char *message);

size_t gck_progress_done(const struct gck_progress *progress, const struct gck_course *course);

/* The first exercise from `from` on, round the end, that is not done; `from` itself where all are. */
size_t gck_progress_pending(const struct gck_progress *progress, const struct gck_course *course,
                            size_t from);

#endif
