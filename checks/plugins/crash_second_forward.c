/* crash_second_forward.c -- the second Forward of the process writes where nothing is. */
#define NAME "crash_second_forward"
#define IN_FORWARD(io) crash_later()

static void crash_later(void);

#include "base.h"

static void crash_later(void)
{
    static int calls;

    if (++calls == 2)
        crash();
}
