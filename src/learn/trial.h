/* trial.h -- the learner's own file, examined: compiled with sanitizers and run in limited processes, as
 * `gradcheck FILE.c --asan` does, and then held to the recorded cases, as `gradcheck compare` does. */
#ifndef GCK_LEARN_TRIAL_H
#define GCK_LEARN_TRIAL_H

#include "learn/course.h"

enum { GCK_TRIAL_CODES = 16 };

/* How one trial went. Free it with gck_trial_free. */
struct gck_trial {
    bool solved;
    bool ran;                /* false: it did not compile, or could not be started */
    unsigned codes;          /* everything that was reported, notes included */
    struct gck_told code[GCK_TRIAL_CODES];
    char answer[GCK_MESSAGE_SIZE];         /* in one line: "not yet: GC106 the sign is flipped" */
    char *text;              /* what there is to read, ended lines; NULL: no memory */
};

struct gck_trial_options {
    unsigned parallel; /* so many files at once */
    double seconds;    /* what the exam of one may take */
    bool colour;       /* the texts hold ANSI colours */
};

/* Examines the files of the current folder. Everything that can go wrong is an answer. */
void gck_trials_run(const struct gck_exercise *const *exercise, struct gck_trial *trial,
                    size_t trials, const struct gck_trial_options *options);
void gck_trial_free(struct gck_trial *trial);

#endif
