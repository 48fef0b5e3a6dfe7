/* frame.h -- what a learner sees: the exercise's head, something to read, where one stands.
 *
 * Never wider than 80 columns, ASCII alone, and nothing that only a colour says. */
#ifndef GCK_LEARN_FRAME_H
#define GCK_LEARN_FRAME_H

#include "learn/progress.h"
#include "learn/trial.h"

#include <stdio.h>

struct gck_frame {
    const struct gck_course *course;
    const struct gck_progress *progress;
    size_t index;       /* of the exercise */
    const char *body;   /* lines; NULL: none */
    const char *status; /* one line below them */
    bool good;          /* the status is good news */
    const char *keys;   /* beside the bar, or NULL */
    bool colour;
    size_t rows;        /* as many lines at most, the longest parts of the body left out; 0: no limit */
};

void gck_frame_write(const struct gck_frame *frame, FILE *to);

/* What there is to read after a trial: the report; and once it is solved, why the tool knew. To be freed. */
char *gck_frame_after(const struct gck_exercise *exercise, const struct gck_trial *trial);

/* The hints up to that rung. To be freed. */
char *gck_frame_hints(const struct gck_exercise *exercise, unsigned rungs);

/* What a finding means, and what one can try. To be freed. */
char *gck_frame_explain(const struct gck_trial *trial);

/* Where exercise and solution differ, with what stands around. To be freed. */
char *gck_frame_solution(const struct gck_exercise *exercise);

/* All exercises by chapter, those done marked; the one at `current`, too. pending: only what is to do.
 * To be freed. */
char *gck_frame_list(const struct gck_course *course, const struct gck_progress *progress,
                     bool pending);

#endif
