/* noisy.c -- prints in every call, to both streams, more than a pipe holds. */
#include <stdio.h>
#define NAME "noisy"
#define IN_FORWARD(io) print(io)

struct gck_io;
static void print(struct gck_io *io);

#include "base.h"

static void print(struct gck_io *io)
{
    for (int i = 0; i < 100; i++)
        printf("the loss is %g, and I am proud of it\n", (double)gck_top(io, 0)[0]);
    fprintf(stderr, "this went to stderr\n");
}
