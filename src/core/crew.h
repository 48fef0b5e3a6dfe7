/* crew.h -- pieces of work in forked children, several at once.
 *
 * A child begins with the process as it is when it is forked and leaves nothing behind but what it wrote to shared memory. So
 * what comes out does not depend on how many there are at once, and a crash loses one piece. */
#ifndef GCK_CORE_CREW_H
#define GCK_CORE_CREW_H

#include "gradcheck/status.h"

#include <stdbool.h>
#include <stddef.h>

/* How a piece ended. */
struct gck_piece {
    bool over;       /* it ended, or its child did */
    bool done;       /* the work came to its end; otherwise: */
    bool known;      /* wait_status is */
    int wait_status; /* as waitpid has it */
};

struct gck_crew {
    void (*work)(void *context, size_t piece); /* in a child */
    void (*wait)(void *context);               /* in the parent, some ten times a second, and when pieces have ended */
    /* NULL: at once. May it begin now, as what it builds on is there? Those behind it are asked, too. */
    bool (*ready)(void *context, size_t piece);
    /* NULL: none is. Is it for the parent itself? Children go on meanwhile, and it counts as one of them. */
    bool (*own)(void *context, size_t piece);
    void *context;
    unsigned most; /* children at once; 0 counts as 1 */
    /* NULL, or asked for a child beside another one: may there be one more? A descriptor that the child keeps open as
     * long as it lives, or -1. */
    int (*seat)(void *context);
    void *seat_context;
};

/* Runs pieces 0 .. pieces - 1, begun in this order as far as they are ready, and returns when all have ended that ever were.
 * Where no process can be had the work is done in this one. The children die with this thread. GCK_OK with piece[] filled in, of
 * which `wait` may read what is over, or GCK_EMEMORY. */
enum gck_status gck_crew_run(const struct gck_crew *crew, size_t pieces, struct gck_piece *piece);

/* Memory that children share with their parent, all 0. NULL: there is none. bytes: as it was asked for. */
void *gck_shared_new(size_t bytes);
void gck_shared_free(void *memory, size_t bytes);
/* The caller is about to write there: all of its pages are made ready at once, instead of one by one as they are met. Nothing that
 * has to be: what it holds stays, and where the system cannot do it nothing happens. */
void gck_shared_ready(void *memory, size_t bytes);
/* All of it is 0 again, and takes no memory until it is written to. */
void gck_shared_clear(void *memory, size_t bytes);

#endif
