/* loop.c -- Backward never ends. */
#define NAME "loop"
#define IN_BACKWARD(io) run_in_circles(io)

struct gck_io;
static void run_in_circles(struct gck_io *io);

#include "base.h"

static void run_in_circles(struct gck_io *io)
{
    for (volatile const struct gck_io *at = io; at != NULL;)
        at = io;
}
