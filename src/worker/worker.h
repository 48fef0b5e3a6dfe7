/* worker.h -- an exam in a process of its own: a crash, an exit or an endless loop ends as a verdict.
 *
 * The child hands back one record: marks of what it is doing, then the result and a closing mark. An end
 * without the closing mark, exit(0) included, is a crash. What it prints is captured. */
#ifndef GCK_WORKER_WORKER_H
#define GCK_WORKER_WORKER_H

#include "gradcheck/gradcheck.h"

enum { GCK_CAPTURE = 4096 };

struct gck_job {
    /* in a forked child: fills *result. Or, where argv is not NULL, that program is executed instead; it
     * calls gck_worker_answer with the number that follows the word GCK_WORKER_FD in its environment. */
    void (*run)(void *context, const struct gck_options *options, struct gck_result *result);
    void *context;
    const struct gck_options *options;
    char *const *argv;
    const char *preload;          /* LD_PRELOAD of argv, or NULL */
    double seconds;               /* 0: no limit */
    size_t megabytes;             /* 0: no limit; not applied under a sanitizer */
    const char *renews;           /* NULL, or: each mark that begins with this gives as many seconds again */
    struct gck_result *result;    /* filled in by gck_worker_run; layer, type and source are taken from what it
                                     holds before where the child brings no result */
    char captured[GCK_CAPTURE];   /* the first of what the child wrote to stdout and stderr */
    int seats;                    /* set by gck_worker_run (seats.h) */
    bool over;                    /* it has ended; true from the beginning: there is nothing to run */
};

/* Called in the parent at least ten times a second while there are children, and when the last has ended, before an
 * interrupt takes effect. */
struct gck_tick {
    void (*call)(void *context, bool last);
    void *context;
};

/* Runs the jobs, at most `parallel` processes at once, and returns when all have ended; SIGINT and SIGTERM kill the children
 * before they take effect. Always fills every job's result: verdict GCK_ERROR, status GCK_ECRASH or GCK_ETIME
 * and finding GC212 where the child crashed, left or took too long, with what it was doing; what earlier exams
 * found stays. tick: NULL, or who wants to be called meanwhile. */
enum gck_status gck_worker_run(struct gck_job *job, size_t jobs, unsigned parallel,
                               const struct gck_tick *tick, char *message);

/* In an executed child: options' progress is to be set to gck_worker_progress, and at the end the result sent.
 * fd: -1 where this process is not a worker. */
#define GCK_WORKER_FD "GRADCHECK_WORKER_FD"
#define GCK_WORKER_SEATS "GRADCHECK_WORKER_SEATS"
int gck_worker_fd(void);

/* The context of gck_worker_progress. Whenever another exam begins it sends what the result holds until then. */
struct gck_voice {
    int fd;
    int seats;                       /* of the pool, or -1; gck_worker_seats_fd */
    const struct gck_result *result; /* that is being filled, or NULL */
    char exam[32];                   /* that was told last; "" before */
};

/* The number of the pool's seats' descriptor, or -1; and options' jobs and seat in a worker. context: a gck_voice. */
int gck_worker_seats_fd(void);
unsigned gck_worker_jobs(const struct gck_voice *voice);
int gck_worker_seat(void *context);

void gck_worker_progress(void *context, const char *doing, size_t done, size_t of);

/* What it is doing before there is a layer. */
#define GCK_LOADING "loading it"
bool gck_worker_answer(int fd, const struct gck_result *result);

#endif
