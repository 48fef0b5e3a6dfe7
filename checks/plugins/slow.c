/* slow.c -- every Forward takes five thousandths of a second. */
#define NAME "slow"
#define IN_FORWARD(io) linger(io)

struct gck_io;
static void linger(const struct gck_io *io);

#include "base.h"

#include <time.h>

static void linger(const struct gck_io *io)
{
    const struct timespec time = { 0, 5000000 };

    (void)io;
    nanosleep(&time, NULL);
}
