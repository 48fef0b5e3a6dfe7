/* crew.h -- pieces of work in forked children, several at once.
 *
 * A child begins with the process as it is when it is forked and leaves nothing behind but what it wrote to shared memory;
 * the parent does no work meanwhile. So what comes out does not depend on how many there are at once, and a crash
 * loses one piece. */
#ifndef GCK_CORE_CREW_H
#define GCK_CORE_CREW_H

#include "gradcheck/status.h"

#include <stdbool.h>
#include <stddef.h>

/* How a piece ended. */
struct gck_piece {
    bool done;       /* the work came to its end; otherwise: */
    bool known;      /* wait_status is */
    int wait_status; /* as waitpid has it */
};

struct gck_crew {
    void (*work)(void *context, size_t piece); /* in a child */
    void (*wait)(void *context);               /* in the parent, some ten times a second, and at the end */
    void *context;
    unsigned most; /* children at once; 0 counts as 1 */
    /* NULL, or asked for a child beside another one: may there be one more? A descriptor that the child keeps open as
     * long as it lives, or -1. */
    int (*seat)(void *context);
    void *seat_context;
};

/* Runs pieces 0 .. pieces - 1, begun in this order, and returns when all have ended. Where no process can be had the work is
 * done in this one. The children die with this thread. GCK_OK with piece[] filled in, or GCK_EMEMORY. */
enum gck_status gck_crew_run(const struct gck_crew *crew, size_t pieces, struct gck_piece *piece);

/* Memory that children share with their parent, all 0. NULL: there is none. bytes: as it was asked for. */
void *gck_shared_new(size_t bytes);
void gck_shared_free(void *memory, size_t bytes);
/* All of it is 0 again, and takes no memory until it is written to. */
void gck_shared_clear(void *memory, size_t bytes);

#endif
