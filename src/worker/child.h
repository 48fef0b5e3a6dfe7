/* child.h -- one worker process: started under its limits, and what is to be said of its end. */
#ifndef GCK_WORKER_CHILD_H
#define GCK_WORKER_CHILD_H

#include "worker/record.h"
#include "worker/worker.h"

#include <sys/types.h>

struct gck_child {
    pid_t pid;          /* its own process group as well */
    int record, output; /* the pipes' ends to read from, not blocking; -1: closed */
};

/* Starts the job in a new process and process group, with signals as a program finds them, no core,
 * limited memory, stdin empty, stdout and stderr in a pipe; it dies with this thread. */
enum gck_status gck_child_start(struct gck_child *child, const struct gck_job *job, char *message);

/* Is this process, or would a program with this preload, be run by a sanitizer, which needs
 * terabytes of address space? */
bool gck_sanitized(const char *preload);

/* What a job's executed child finds in its environment: first the number of the record's end, what
 * a sanitizer's runtime needs, then the rest of this process's. NULL: no memory. */
char **gck_environment_new(const struct gck_job *job, int record);
void gck_environment_free(const struct gck_job *job, char **list);

/* What a sanitizer said, picked from all the lines that the child prints. Start from zeros. */
struct gck_complaint {
    char error[160];     /* "AddressSanitizer: heap-buffer-overflow" */
    char access[48];     /* "WRITE of size 8" */
    char frame[200];     /* "forward my_loss.c:12": the innermost that isn't the sanitizer's own */
    char undefined[256]; /* "my_loss.c:12:5: runtime error: ..." */
    bool memory;         /* it says that memory ran out */
    char line[512];      /* the line that is being read */
    size_t length;
};

void gck_complaint_feed(struct gck_complaint *complaint, const char *bytes, size_t count);

/* How a child ended without a whole record. */
struct gck_ending {
    bool known; /* wait_status is; otherwise somebody else has waited for it */
    int wait_status;
    bool late;               /* it was killed since its time was over */
    const char *interrupted; /* NULL, or the signal for whose sake it was killed */
    size_t peak;             /* the most memory that it held, bytes */
    size_t limit;            /* what it was allowed, bytes; 0: no limit */
};

/* Fills job->result: error, with the sentence and finding GC212. What the child had sent of the
 * result stays; where it had sent none, all is as before. source: what the result held before. */
void gck_ending_tell(struct gck_job *job, const char *source,
                     const struct gck_ending *ending, const struct gck_record *record,
                     struct gck_complaint *complaint);

/* job->result becomes an error with that sentence, no exam and no finding. Its names stay. */
void gck_ending_fail(struct gck_job *job, enum gck_status status, const char *why);

#endif
