/* eats_memory.c -- Forward takes memory without end, and uses it. */
#include <stdlib.h>
#include <string.h>
#define NAME "eats_memory"
#define IN_FORWARD(io) eat(io)

struct gck_io;
static void eat(struct gck_io *io);

#include "base.h"

static void eat(struct gck_io *io)
{
    (void)io;
    for (;;) {
        void *volatile memory =
            malloc(1 << 20); /* volatile: else a compiler sees that nobody reads it */

        memset(memory, 1, 1 << 20);
    }
}
